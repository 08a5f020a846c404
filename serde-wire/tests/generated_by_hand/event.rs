//! `bench.Event`, the schema of `compat-tests/workloads/W1.avsc`: a record with an enum and a nullable field.

use serde_wire::codec::{AvroDecode, AvroEncode, AvroRead, AvroResolve, AvroSchema, AvroWrite, DecodeError};
use serde_wire::resolve::Plan;
use serde_wire::types::TimestampMicros;

/// `bench.Kind`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    View,
    Click,
    Cart,
    Purchase,
    Refund,
}

impl Kind {
    /// The symbol at that position of the schema.
    fn from_index(index: u64) -> Result<Self, DecodeError> {
        Ok(match index {
            0 => Self::View,
            1 => Self::Click,
            2 => Self::Cart,
            3 => Self::Purchase,
            4 => Self::Refund,
            _ => return Err(DecodeError::EnumIndex),
        })
    }
}

impl AvroSchema for Kind {
    const SCHEMA: &'static str = r#"{"type":"enum","name":"Kind","namespace":"bench","symbols":["VIEW","CLICK","CART","PURCHASE","REFUND"]}"#;
    const FINGERPRINT: u64 = 0x3dd7_5f4c_5d2c_b2b5;
}

impl AvroEncode for Kind {
    #[inline]
    fn encode<W: AvroWrite>(&self, writer: &mut W) {
        writer.write_index(match self {
            Self::View => 0,
            Self::Click => 1,
            Self::Cart => 2,
            Self::Purchase => 3,
            Self::Refund => 4,
        });
    }
}

impl<'a> AvroDecode<'a> for Kind {
    const MIN_SIZE: usize = 1;

    #[inline]
    fn decode<R: AvroRead<'a>>(reader: &mut R) -> Result<Self, DecodeError> {
        Self::from_index(reader.read_index()?)
    }
}

impl<'a> AvroResolve<'a> for Kind {
    fn decode_plan<R: AvroRead<'a>>(plan: Plan<'_>, reader: &mut R) -> Result<Self, DecodeError> {
        Self::from_index(plan.symbol(reader)?)
    }
}

/// `bench.Event`
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    pub id: i64,
    pub user_id: String,
    pub session_id: String,
    pub kind: Kind,
    pub country: String,
    pub amount: f64,
    pub referrer: Option<String>,
    pub ts: TimestampMicros,
    pub retry: i32,
    pub ok: bool,
}

impl AvroSchema for Event {
    const SCHEMA: &'static str = r#"{"type":"record","name":"Event","namespace":"bench","fields":[{"name":"id","type":"long"},{"name":"user_id","type":"string"},{"name":"session_id","type":"string"},{"name":"kind","type":{"type":"enum","name":"Kind","symbols":["VIEW","CLICK","CART","PURCHASE","REFUND"]}},{"name":"country","type":"string"},{"name":"amount","type":"double"},{"name":"referrer","type":["null","string"],"default":null},{"name":"ts","type":{"type":"long","logicalType":"timestamp-micros"}},{"name":"retry","type":"int"},{"name":"ok","type":"boolean"}]}"#;
    const FINGERPRINT: u64 = 0x3dd7_5f4c_5d2c_b2b5;
}

impl AvroEncode for Event {
    fn encode<W: AvroWrite>(&self, writer: &mut W) {
        self.id.encode(writer);
        self.user_id.encode(writer);
        self.session_id.encode(writer);
        self.kind.encode(writer);
        self.country.encode(writer);
        self.amount.encode(writer);
        self.referrer.encode(writer);
        self.ts.encode(writer);
        self.retry.encode(writer);
        self.ok.encode(writer);
    }
}

impl<'a> AvroDecode<'a> for Event {
    const MIN_SIZE: usize = 17;

    fn decode<R: AvroRead<'a>>(reader: &mut R) -> Result<Self, DecodeError> {
        reader.enter()?;
        let value = Self {
            id: AvroDecode::decode(reader)?,
            user_id: AvroDecode::decode(reader)?,
            session_id: AvroDecode::decode(reader)?,
            kind: AvroDecode::decode(reader)?,
            country: AvroDecode::decode(reader)?,
            amount: AvroDecode::decode(reader)?,
            referrer: AvroDecode::decode(reader)?,
            ts: AvroDecode::decode(reader)?,
            retry: AvroDecode::decode(reader)?,
            ok: AvroDecode::decode(reader)?,
        };
        reader.leave();
        Ok(value)
    }
}

impl<'a> AvroResolve<'a> for Event {
    fn decode_plan<R: AvroRead<'a>>(plan: Plan<'_>, reader: &mut R) -> Result<Self, DecodeError> {
        let Some(record) = plan.record(reader)? else {
            return Self::decode(reader);
        };
        reader.enter()?;
        let mut id = None;
        let mut user_id = None;
        let mut session_id = None;
        let mut kind = None;
        let mut country = None;
        let mut amount = None;
        let mut referrer = None;
        let mut ts = None;
        let mut retry = None;
        let mut ok = None;
        // Two codes per field: as it is, and by its plan. A field that no step sets takes its default.
        for step in record.steps() {
            match step.code {
                0 => id = Some(AvroDecode::decode(reader)?),
                1 => id = Some(AvroResolve::decode_plan(record.field(step), reader)?),
                2 => user_id = Some(AvroDecode::decode(reader)?),
                3 => user_id = Some(AvroResolve::decode_plan(record.field(step), reader)?),
                4 => session_id = Some(AvroDecode::decode(reader)?),
                5 => session_id = Some(AvroResolve::decode_plan(record.field(step), reader)?),
                6 => kind = Some(AvroDecode::decode(reader)?),
                7 => kind = Some(AvroResolve::decode_plan(record.field(step), reader)?),
                8 => country = Some(AvroDecode::decode(reader)?),
                9 => country = Some(AvroResolve::decode_plan(record.field(step), reader)?),
                10 => amount = Some(AvroDecode::decode(reader)?),
                11 => amount = Some(AvroResolve::decode_plan(record.field(step), reader)?),
                12 => referrer = Some(AvroDecode::decode(reader)?),
                13 => referrer = Some(AvroResolve::decode_plan(record.field(step), reader)?),
                14 => ts = Some(AvroDecode::decode(reader)?),
                15 => ts = Some(AvroResolve::decode_plan(record.field(step), reader)?),
                16 => retry = Some(AvroDecode::decode(reader)?),
                17 => retry = Some(AvroResolve::decode_plan(record.field(step), reader)?),
                18 => ok = Some(AvroDecode::decode(reader)?),
                19 => ok = Some(AvroResolve::decode_plan(record.field(step), reader)?),
                _ => record.other(step, reader)?,
            }
        }
        reader.leave();
        Ok(Self {
            id: id.ok_or(DecodeError::Plan)?,
            user_id: user_id.ok_or(DecodeError::Plan)?,
            session_id: session_id.ok_or(DecodeError::Plan)?,
            kind: kind.ok_or(DecodeError::Plan)?,
            country: country.ok_or(DecodeError::Plan)?,
            amount: amount.ok_or(DecodeError::Plan)?,
            referrer: referrer.unwrap_or_default(),
            ts: ts.ok_or(DecodeError::Plan)?,
            retry: retry.ok_or(DecodeError::Plan)?,
            ok: ok.ok_or(DecodeError::Plan)?,
        })
    }
}
