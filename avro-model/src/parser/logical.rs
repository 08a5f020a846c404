//! The logical types that are known, and valid on their base types (schemas §7).

use crate::json::Json;
use crate::schema::{Kind, LogicalType, Properties};

/// The logical type of a schema; `None` when there is none, it is unknown, or its attributes are invalid, in which
/// cases the attributes are nothing but properties (specification, "Logical Types").
pub(super) fn logical_type(kind: &Kind, properties: &Properties) -> Option<LogicalType> {
    let get = |key: &str| properties.iter().find(|(name, _)| name == key).map(|(_, value)| value);
    Some(match (get("logicalType")?.as_str()?, kind) {
        ("decimal", Kind::Bytes) => decimal(None, properties)?,
        ("decimal", Kind::Fixed(fixed)) => decimal(Some(fixed.size), properties)?,
        ("big-decimal", Kind::Bytes) => LogicalType::BigDecimal,
        ("uuid", Kind::String) => LogicalType::Uuid,
        ("uuid", Kind::Fixed(fixed)) if fixed.size == 16 => LogicalType::Uuid,
        ("date", Kind::Int) => LogicalType::Date,
        ("time-millis", Kind::Int) => LogicalType::TimeMillis,
        ("time-micros", Kind::Long) => LogicalType::TimeMicros,
        ("timestamp-millis", Kind::Long) => LogicalType::TimestampMillis,
        ("timestamp-micros", Kind::Long) => LogicalType::TimestampMicros,
        ("timestamp-nanos", Kind::Long) => LogicalType::TimestampNanos,
        ("local-timestamp-millis", Kind::Long) => LogicalType::LocalTimestampMillis,
        ("local-timestamp-micros", Kind::Long) => LogicalType::LocalTimestampMicros,
        ("local-timestamp-nanos", Kind::Long) => LogicalType::LocalTimestampNanos,
        ("duration", Kind::Fixed(fixed)) if fixed.size == 12 => LogicalType::Duration,
        _ => return None,
    })
}

/// The decimal that attributes describe, for bytes or for a fixed of that size; `None` if they are invalid.
pub(crate) fn decimal(size: Option<usize>, properties: &Properties) -> Option<LogicalType> {
    let get = |key: &str| properties.iter().find(|(name, _)| name == key).map(|(_, value)| value);
    let precision = positive(get("precision")?)?;
    // A scale that is no 32-bit integer is as invalid as a negative one; an absent one is 0.
    let scale = get("scale").map_or(Some(0), integer)?;
    let fits = size.is_none_or(|size| precision <= digits_of(size));
    (fits && scale <= precision).then_some(LogicalType::Decimal { precision, scale })
}

/// A 32-bit integer that is not negative.
fn integer(value: &Json) -> Option<u32> {
    match value {
        Json::Int(value) => i32::try_from(*value).ok().and_then(|value| u32::try_from(value).ok()),
        _ => None,
    }
}

fn positive(value: &Json) -> Option<u32> {
    integer(value).filter(|&value| value > 0)
}

/// Decimal digits that always fit `size` bytes of two's complement: ⌊log₁₀ 2 · (8·size − 1)⌋.
fn digits_of(size: usize) -> u32 {
    if size == 0 {
        return 0;
    }
    // A size is below 2³¹, so the product is exact enough: the fraction only matters near a power of ten, and no
    // power of two is one.
    #[expect(clippy::cast_precision_loss, reason = "a size is below 2^31")]
    let bits = (8 * size - 1) as f64;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "positive, and saturating is right"
    )]
    let digits = (std::f64::consts::LOG10_2 * bits).floor() as u32;
    digits
}

#[cfg(test)]
mod tests {
    use super::digits_of;

    #[test]
    fn digits_that_fit_a_fixed() {
        for (size, digits) in [(0, 0), (1, 2), (2, 4), (3, 6), (4, 9), (8, 18), (12, 28), (16, 38)] {
            assert_eq!(digits_of(size), digits, "{size} bytes");
        }
    }
}
