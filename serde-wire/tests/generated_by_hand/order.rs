//! A record with a place of every kind: fields, items, keys and values of a map, branches of a union, nested records.

use serde_wire::codec::{AvroDecode, AvroRead, AvroResolve, AvroSchema, DecodeError, Map};
use serde_wire::resolve::Plan;
use serde_wire::types::{BigDecimal, Uuid};

/// The schema, with that list of the fields of `shop.Item`.
pub fn schema(item: &str) -> String {
    format!(
        r#"{{"type":"record","name":"Order","namespace":"shop","fields":[
            {{"name":"id","type":{{"type":"string","logicalType":"uuid"}}}},
            {{"name":"ok","type":"boolean"}},
            {{"name":"items","type":{{"type":"array","items":{{"type":"record","name":"Item","fields":[{item}]}}}}}},
            {{"name":"prices","type":{{"type":"map","values":"int"}}}},
            {{"name":"payment","type":["null","Item","long"]}},
            {{"name":"kind","type":{{"type":"enum","name":"Kind","symbols":["A","B"]}}}},
            {{"name":"amount","type":{{"type":"bytes","logicalType":"big-decimal"}}}}]}}"#
    )
}

pub const ITEM: &str = r#"{"name":"sku","type":"string"},{"name":"price","type":"int"}"#;

#[derive(Debug, PartialEq)]
pub struct Order {
    pub id: Uuid,
    pub ok: bool,
    pub items: Vec<Item>,
    pub prices: Map<i32>,
    pub payment: Payment,
    pub kind: Kind,
    pub amount: BigDecimal,
}

#[derive(Debug, PartialEq)]
pub struct Item {
    pub sku: String,
    pub price: i32,
}

#[derive(Debug, PartialEq)]
pub enum Payment {
    Null,
    Item(Item),
    Long(i64),
}

#[derive(Debug, PartialEq)]
pub enum Kind {
    A,
    B,
}

impl AvroSchema for Order {
    const SCHEMA: &'static str = r#"{"type":"record","name":"Order","namespace":"shop","fields":[
        {"name":"id","type":{"type":"string","logicalType":"uuid"}},
        {"name":"ok","type":"boolean"},
        {"name":"items","type":{"type":"array","items":{"type":"record","name":"Item","fields":[
            {"name":"sku","type":"string"},{"name":"price","type":"int"}]}}},
        {"name":"prices","type":{"type":"map","values":"int"}},
        {"name":"payment","type":["null","Item","long"]},
        {"name":"kind","type":{"type":"enum","name":"Kind","symbols":["A","B"]}},
        {"name":"amount","type":{"type":"bytes","logicalType":"big-decimal"}}]}"#;
    const FINGERPRINT: u64 = 0;
}

impl<'a> AvroDecode<'a> for Order {
    const MIN_SIZE: usize = 7;

    fn decode<R: AvroRead<'a>>(reader: &mut R) -> Result<Self, DecodeError> {
        reader.enter()?;
        let value = Self {
            id: AvroDecode::decode(reader)?,
            ok: AvroDecode::decode(reader)?,
            items: AvroDecode::decode(reader)?,
            prices: AvroDecode::decode(reader)?,
            payment: AvroDecode::decode(reader)?,
            kind: AvroDecode::decode(reader)?,
            amount: AvroDecode::decode(reader)?,
        };
        reader.leave();
        Ok(value)
    }
}

impl<'a> AvroResolve<'a> for Order {
    fn decode_plan<R: AvroRead<'a>>(plan: Plan<'_>, reader: &mut R) -> Result<Self, DecodeError> {
        let Some(record) = plan.record(reader)? else { return Self::decode(reader) };
        reader.enter()?;
        let (mut id, mut ok, mut items, mut prices) = (None, None, None, None);
        let (mut payment, mut kind, mut amount) = (None, None, None);
        for step in record.steps() {
            let plan = record.field(step);
            match step.code {
                0 => id = Some(Uuid::decode(reader)?),
                1 => id = Some(Uuid::decode_plan(plan, reader)?),
                2 => ok = Some(bool::decode(reader)?),
                3 => ok = Some(bool::decode_plan(plan, reader)?),
                4 => items = Some(Vec::decode(reader)?),
                5 => items = Some(Vec::decode_plan(plan, reader)?),
                6 => prices = Some(Map::decode(reader)?),
                7 => prices = Some(Map::decode_plan(plan, reader)?),
                8 => payment = Some(Payment::decode(reader)?),
                9 => payment = Some(Payment::decode_plan(plan, reader)?),
                10 => kind = Some(Kind::decode(reader)?),
                11 => kind = Some(Kind::decode_plan(plan, reader)?),
                12 => amount = Some(BigDecimal::decode(reader)?),
                13 => amount = Some(BigDecimal::decode_plan(plan, reader)?),
                _ => record.other(step, reader)?,
            }
        }
        reader.leave();
        Ok(Self {
            id: id.ok_or(DecodeError::Plan)?,
            ok: ok.ok_or(DecodeError::Plan)?,
            items: items.ok_or(DecodeError::Plan)?,
            prices: prices.ok_or(DecodeError::Plan)?,
            payment: payment.ok_or(DecodeError::Plan)?,
            kind: kind.ok_or(DecodeError::Plan)?,
            amount: amount.ok_or(DecodeError::Plan)?,
        })
    }
}

impl<'a> AvroDecode<'a> for Item {
    const MIN_SIZE: usize = 2;

    fn decode<R: AvroRead<'a>>(reader: &mut R) -> Result<Self, DecodeError> {
        reader.enter()?;
        let value = Self { sku: AvroDecode::decode(reader)?, price: AvroDecode::decode(reader)? };
        reader.leave();
        Ok(value)
    }
}

impl<'a> AvroResolve<'a> for Item {
    fn decode_plan<R: AvroRead<'a>>(plan: Plan<'_>, reader: &mut R) -> Result<Self, DecodeError> {
        let Some(record) = plan.record(reader)? else { return Self::decode(reader) };
        reader.enter()?;
        let (mut sku, mut price) = (None, None);
        for step in record.steps() {
            match step.code {
                0 => sku = Some(String::decode(reader)?),
                1 => sku = Some(String::decode_plan(record.field(step), reader)?),
                2 => price = Some(i32::decode(reader)?),
                3 => price = Some(i32::decode_plan(record.field(step), reader)?),
                _ => record.other(step, reader)?,
            }
        }
        reader.leave();
        Ok(Self { sku: sku.ok_or(DecodeError::Plan)?, price: price.ok_or(DecodeError::Plan)? })
    }
}

impl<'a> AvroDecode<'a> for Payment {
    const MIN_SIZE: usize = 1;

    fn decode<R: AvroRead<'a>>(reader: &mut R) -> Result<Self, DecodeError> {
        Ok(match reader.read_index()? {
            0 => Self::Null,
            1 => Self::Item(AvroDecode::decode(reader)?),
            2 => Self::Long(AvroDecode::decode(reader)?),
            _ => return Err(DecodeError::UnionIndex),
        })
    }
}

impl<'a> AvroResolve<'a> for Payment {
    fn decode_plan<R: AvroRead<'a>>(plan: Plan<'_>, reader: &mut R) -> Result<Self, DecodeError> {
        let (branch, plan) = plan.branch(reader)?;
        Ok(match branch {
            0 => Self::Null,
            1 => Self::Item(AvroResolve::decode_plan(plan, reader)?),
            2 => Self::Long(AvroResolve::decode_plan(plan, reader)?),
            _ => return Err(DecodeError::UnionIndex),
        })
    }
}

impl Kind {
    fn at(position: u64) -> Result<Self, DecodeError> {
        match position {
            0 => Ok(Self::A),
            1 => Ok(Self::B),
            _ => Err(DecodeError::EnumIndex),
        }
    }
}

impl<'a> AvroDecode<'a> for Kind {
    const MIN_SIZE: usize = 1;

    fn decode<R: AvroRead<'a>>(reader: &mut R) -> Result<Self, DecodeError> {
        Self::at(reader.read_index()?)
    }
}

impl<'a> AvroResolve<'a> for Kind {
    fn decode_plan<R: AvroRead<'a>>(plan: Plan<'_>, reader: &mut R) -> Result<Self, DecodeError> {
        Self::at(plan.symbol(reader)?)
    }
}
