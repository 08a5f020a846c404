//! `shop.Catalogue`: a recursive record, a union of several branches, collections, `null` as the second branch, a
//! fixed and logical types.

use serde_wire::codec::form::{DecodeAs, EncodeAs, Items, NullLast, ResolveAs};
use serde_wire::codec::{
    AvroDecode, AvroEncode, AvroRead, AvroResolve, AvroSchema, AvroWrite, DecodeError, Map,
};
use serde_wire::resolve::Plan;
use serde_wire::types::{Date, Decimal};

/// `shop.Digest`, a fixed
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest(pub [u8; 4]);

impl AvroEncode for Digest {
    #[inline]
    fn encode<W: AvroWrite>(&self, writer: &mut W) {
        self.0.encode(writer);
    }
}

impl<'a> AvroDecode<'a> for Digest {
    const MIN_SIZE: usize = 4;

    #[inline]
    fn decode<R: AvroRead<'a>>(reader: &mut R) -> Result<Self, DecodeError> {
        AvroDecode::decode(reader).map(Self)
    }
}

impl<'a> AvroResolve<'a> for Digest {
    fn decode_plan<R: AvroRead<'a>>(plan: Plan<'_>, reader: &mut R) -> Result<Self, DecodeError> {
        AvroResolve::decode_plan(plan, reader).map(Self)
    }
}

/// The union `["null", "string", "long", {"type": "array", "items": "double"}]` of the field `label`
#[derive(Debug, Clone, PartialEq)]
pub enum Label {
    Null,
    String(String),
    Long(i64),
    Array(Vec<f64>),
}

impl AvroEncode for Label {
    fn encode<W: AvroWrite>(&self, writer: &mut W) {
        match self {
            Self::Null => writer.write_index(0),
            Self::String(value) => {
                writer.write_index(1);
                value.encode(writer);
            }
            Self::Long(value) => {
                writer.write_index(2);
                value.encode(writer);
            }
            Self::Array(value) => {
                writer.write_index(3);
                value.encode(writer);
            }
        }
    }
}

impl<'a> AvroDecode<'a> for Label {
    const MIN_SIZE: usize = 1;

    fn decode<R: AvroRead<'a>>(reader: &mut R) -> Result<Self, DecodeError> {
        Ok(match reader.read_index()? {
            0 => Self::Null,
            1 => Self::String(AvroDecode::decode(reader)?),
            2 => Self::Long(AvroDecode::decode(reader)?),
            3 => Self::Array(AvroDecode::decode(reader)?),
            _ => return Err(DecodeError::UnionIndex),
        })
    }
}

impl<'a> AvroResolve<'a> for Label {
    fn decode_plan<R: AvroRead<'a>>(plan: Plan<'_>, reader: &mut R) -> Result<Self, DecodeError> {
        let (branch, plan) = plan.branch(reader)?;
        Ok(match branch {
            0 => Self::Null,
            1 => Self::String(AvroResolve::decode_plan(plan, reader)?),
            2 => Self::Long(AvroResolve::decode_plan(plan, reader)?),
            3 => Self::Array(AvroResolve::decode_plan(plan, reader)?),
            _ => return Err(DecodeError::UnionIndex),
        })
    }
}

/// `shop.Catalogue`
#[derive(Debug, Clone, PartialEq)]
pub struct Catalogue {
    pub label: Label,
    pub next: Option<Box<Catalogue>>,
    pub children: Vec<Catalogue>,
    pub stock: Map<i32>,
    pub note: Option<String>,
    pub marks: Vec<Option<i64>>,
    pub digest: Digest,
    pub since: Date,
    pub price: Decimal<2>,
}

impl AvroSchema for Catalogue {
    const SCHEMA: &'static str = r#"{"type":"record","name":"Catalogue","namespace":"shop","fields":[{"name":"label","type":["null","string","long",{"type":"array","items":"double"}]},{"name":"next","type":["null","Catalogue"],"default":null},{"name":"children","type":{"type":"array","items":"Catalogue"},"default":[]},{"name":"stock","type":{"type":"map","values":"int"},"default":{}},{"name":"note","type":["string","null"],"default":"none"},{"name":"marks","type":{"type":"array","items":["long","null"]},"default":[]},{"name":"digest","type":{"type":"fixed","name":"Digest","size":4},"default":"\u0000\u0001\u0002ÿ"},{"name":"since","type":{"type":"int","logicalType":"date"},"default":0},{"name":"price","type":{"type":"bytes","logicalType":"decimal","precision":9,"scale":2},"default":"\u0001"}]}"#;
    const FINGERPRINT: u64 = 0x3dd7_5f4c_5d2c_b2b5;
}

impl AvroEncode for Catalogue {
    fn encode<W: AvroWrite>(&self, writer: &mut W) {
        self.label.encode(writer);
        self.next.encode(writer);
        self.children.encode(writer);
        self.stock.encode(writer);
        <NullLast>::encode_as(&self.note, writer);
        <Items<NullLast>>::encode_as(&self.marks, writer);
        self.digest.encode(writer);
        self.since.encode(writer);
        self.price.encode(writer);
    }
}

impl<'a> AvroDecode<'a> for Catalogue {
    const MIN_SIZE: usize = 12;

    fn decode<R: AvroRead<'a>>(reader: &mut R) -> Result<Self, DecodeError> {
        // A record in a cycle of the schema looks at the stack as it counts its level; others only count.
        reader.enter_recursive()?;
        let value = Self {
            label: AvroDecode::decode(reader)?,
            next: AvroDecode::decode(reader)?,
            children: AvroDecode::decode(reader)?,
            stock: AvroDecode::decode(reader)?,
            note: <NullLast>::decode_as(reader)?,
            marks: <Items<NullLast>>::decode_as(reader)?,
            digest: AvroDecode::decode(reader)?,
            since: AvroDecode::decode(reader)?,
            price: AvroDecode::decode(reader)?,
        };
        reader.leave_recursive();
        Ok(value)
    }
}

impl<'a> AvroResolve<'a> for Catalogue {
    fn decode_plan<R: AvroRead<'a>>(plan: Plan<'_>, reader: &mut R) -> Result<Self, DecodeError> {
        let Some(record) = plan.record(reader)? else {
            return Self::decode(reader);
        };
        reader.enter_recursive()?;
        let mut label = None;
        let mut next = None;
        let mut children = None;
        let mut stock = None;
        let mut note = None;
        let mut marks = None;
        let mut digest = None;
        let mut since = None;
        let mut price = None;
        for step in record.steps() {
            match step.code {
                0 => label = Some(AvroDecode::decode(reader)?),
                1 => label = Some(AvroResolve::decode_plan(record.field(step), reader)?),
                2 => next = Some(AvroDecode::decode(reader)?),
                3 => next = Some(AvroResolve::decode_plan(record.field(step), reader)?),
                4 => children = Some(AvroDecode::decode(reader)?),
                5 => children = Some(AvroResolve::decode_plan(record.field(step), reader)?),
                6 => stock = Some(AvroDecode::decode(reader)?),
                7 => stock = Some(AvroResolve::decode_plan(record.field(step), reader)?),
                8 => note = Some(<NullLast>::decode_as(reader)?),
                9 => note = Some(<NullLast>::decode_plan_as(record.field(step), reader)?),
                10 => marks = Some(<Items<NullLast>>::decode_as(reader)?),
                11 => marks = Some(<Items<NullLast>>::decode_plan_as(record.field(step), reader)?),
                12 => digest = Some(AvroDecode::decode(reader)?),
                13 => digest = Some(AvroResolve::decode_plan(record.field(step), reader)?),
                14 => since = Some(AvroDecode::decode(reader)?),
                15 => since = Some(AvroResolve::decode_plan(record.field(step), reader)?),
                16 => price = Some(AvroDecode::decode(reader)?),
                17 => price = Some(AvroResolve::decode_plan(record.field(step), reader)?),
                _ => record.other(step, reader)?,
            }
        }
        reader.leave_recursive();
        Ok(Self {
            label: label.ok_or(DecodeError::Plan)?,
            next: next.unwrap_or_default(),
            children: children.unwrap_or_default(),
            stock: stock.unwrap_or_default(),
            note: note.unwrap_or_else(|| Some(String::from("none"))),
            marks: marks.unwrap_or_default(),
            digest: digest.unwrap_or(Digest([0, 1, 2, 255])),
            since: since.unwrap_or(Date(0)),
            price: price.unwrap_or_else(|| Decimal::from_signed_bytes_be(&[1])),
        })
    }
}
