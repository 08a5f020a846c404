//! Logical types as the texts that people, and the types of other crates, have for them.

use super::error::Fault;
use crate::types::decimal::MOST_DIGITS;
use crate::types::precise::fits;
use crate::types::{
    BigDecimal, BigInt, Date, Decimal, Duration, LocalTimestampMicros, LocalTimestampMillis,
    LocalTimestampNanos, TimeMicros, TimeMillis, TimestampMicros, TimestampMillis, TimestampNanos, Uuid,
    decimal,
};
use avro_model::schema::{LogicalType, Node};
use std::fmt::{self, Display};

/// What stands on the wire for a text.
pub(super) enum Raw {
    Int(i32),
    Long(i64),
    Bytes(Vec<u8>),
    Text(String),
}

/// What a text stands for in a node with a logical type; `None` when it has none, or is none of its texts.
pub(super) fn parsed(node: &Node, text: &str) -> Option<Raw> {
    let raw = match node.logical.as_ref()? {
        LogicalType::Date => Raw::Int(text.parse::<Date>().ok()?.0),
        LogicalType::TimeMillis => Raw::Int(text.parse::<TimeMillis>().ok()?.0),
        LogicalType::TimeMicros => Raw::Long(text.parse::<TimeMicros>().ok()?.0),
        LogicalType::TimestampMillis => Raw::Long(text.parse::<TimestampMillis>().ok()?.0),
        LogicalType::TimestampMicros => Raw::Long(text.parse::<TimestampMicros>().ok()?.0),
        LogicalType::TimestampNanos => Raw::Long(text.parse::<TimestampNanos>().ok()?.0),
        LogicalType::LocalTimestampMillis => Raw::Long(text.parse::<LocalTimestampMillis>().ok()?.0),
        LogicalType::LocalTimestampMicros => Raw::Long(text.parse::<LocalTimestampMicros>().ok()?.0),
        LogicalType::LocalTimestampNanos => Raw::Long(text.parse::<LocalTimestampNanos>().ok()?.0),
        LogicalType::Decimal { scale, .. } => decimal_bytes(node, &unscaled(text, *scale)?)?,
        LogicalType::BigDecimal => Raw::Bytes(text.parse::<BigDecimal>().ok()?.to_wire()),
        LogicalType::Duration => Raw::Bytes(text.parse::<Duration>().ok()?.to_bytes().to_vec()),
        LogicalType::Uuid => match &node.kind {
            avro_model::Kind::Fixed(_) => Raw::Bytes(uuid(text)?.as_bytes().to_vec()),
            _ => Raw::Text(uuid(text)?.hyphenated().to_string()),
        },
    };
    Some(raw)
}

/// What an integer stands for in a decimal; `None` for anything else.
pub(super) fn whole_decimal(node: &Node, integer: i128) -> Option<Raw> {
    match node.logical.as_ref()? {
        LogicalType::Decimal { scale, .. } => decimal_bytes(node, &unscaled(&integer.to_string(), *scale)?),
        LogicalType::BigDecimal => {
            Some(Raw::Bytes(BigDecimal { unscaled: integer.into(), scale: 0 }.to_wire()))
        }
        _ => None,
    }
}

fn uuid(text: &str) -> Option<Uuid> {
    if text.len() == 36 { Uuid::try_parse(text).ok() } else { None }
}

/// Of a larger scale the digits are not written out: a schema may claim billions of them.
const LARGEST_SCALE: u32 = 1000;

fn unscaled(text: &str, scale: u32) -> Option<BigInt> {
    if scale > LARGEST_SCALE { None } else { decimal::parse(text, scale).ok() }
}

/// The bytes of a decimal, unless it has more digits than the precision or more bytes than the fixed.
fn decimal_bytes(node: &Node, unscaled: &BigInt) -> Option<Raw> {
    let Some(LogicalType::Decimal { precision, .. }) = node.logical else { return None };
    let fits = fits(&Decimal::<0>::new(unscaled.clone()), precision);
    let bytes = unscaled.to_signed_bytes_be();
    let bytes = match &node.kind {
        avro_model::Kind::Fixed(fixed) => {
            let fill = if unscaled.sign() == num_bigint::Sign::Minus { 0xff } else { 0 };
            let missing = fixed.size.checked_sub(bytes.len())?;
            [vec![fill; missing], bytes].concat()
        }
        _ => bytes,
    };
    fits.then_some(Raw::Bytes(bytes))
}

/// The text of a number with a logical type.
pub(super) fn text_of_number(logical: LogicalType, number: i64) -> Option<String> {
    let small = || i32::try_from(number).ok();
    Some(match logical {
        LogicalType::Date => Date(small()?).to_string(),
        LogicalType::TimeMillis => TimeMillis(small()?).to_string(),
        LogicalType::TimeMicros => TimeMicros(number).to_string(),
        LogicalType::TimestampMillis => TimestampMillis(number).to_string(),
        LogicalType::TimestampMicros => TimestampMicros(number).to_string(),
        LogicalType::TimestampNanos => TimestampNanos(number).to_string(),
        LogicalType::LocalTimestampMillis => LocalTimestampMillis(number).to_string(),
        LogicalType::LocalTimestampMicros => LocalTimestampMicros(number).to_string(),
        LogicalType::LocalTimestampNanos => LocalTimestampNanos(number).to_string(),
        _ => return None,
    })
}

/// The bytes of a decimal of as many digits as a text is made of, which takes the square of them.
const MOST_BYTES: usize = MOST_DIGITS * 10 / 24;

/// The text of bytes with a logical type.
pub(super) fn text_of_bytes(logical: LogicalType, bytes: &[u8]) -> Result<Option<String>, Fault> {
    Ok(Some(match logical {
        LogicalType::Decimal { .. } | LogicalType::BigDecimal if bytes.len() > MOST_BYTES => {
            return Err(Fault::new(format!(
                "a decimal of {} bytes has more than {MOST_DIGITS} digits, for which no text is made",
                bytes.len()
            )));
        }
        LogicalType::Decimal { scale, .. } if scale > LARGEST_SCALE => {
            format!("{}E-{scale}", BigInt::from_signed_bytes_be(bytes))
        }
        LogicalType::Decimal { scale, .. } => {
            Shown { unscaled: BigInt::from_signed_bytes_be(bytes), scale }.to_string()
        }
        LogicalType::BigDecimal => BigDecimal::from_wire(bytes)?.to_string(),
        LogicalType::Uuid => match bytes.try_into() {
            Ok(bytes) => Uuid::from_bytes(bytes).hyphenated().to_string(),
            Err(_) => return Ok(None),
        },
        LogicalType::Duration => match bytes.try_into() {
            Ok(bytes) => Duration::from_bytes(bytes).to_string(),
            Err(_) => return Ok(None),
        },
        _ => return Ok(None),
    }))
}

struct Shown {
    unscaled: BigInt,
    scale: u32,
}

impl Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        decimal::print(&self.unscaled, self.scale, f)
    }
}
