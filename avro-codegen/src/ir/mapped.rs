//! Logical types as types of other crates: which values those can hold, and which types so have values that cannot be
//! written.

use super::{Type, TypeDef, symbols};
use crate::logical_crate::LogicalCrate;
use crate::options::Options;
use avro_model::schema::LogicalType;
use avro_model::value::Value;
use avro_model::{Kind, NodeId, Schema};

/// A logical type as a type of another crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mapped {
    /// The crate.
    pub(crate) from: LogicalCrate,
    /// The logical type.
    pub(crate) logical: LogicalType,
    /// The size of the `fixed` that it stands on, if it does.
    pub(crate) size: Option<usize>,
}

impl Mapped {
    /// The type of a logical type in a crate, if it is another one than that of the runtime.
    pub(super) fn new(from: LogicalCrate, logical: LogicalType, size: Option<usize>) -> Option<Self> {
        let is_ours = match from {
            LogicalCrate::SerdeWire | LogicalCrate::Plain => true,
            // On a string the runtime's type is that of the crate.
            LogicalCrate::Uuid => size.is_none(),
            _ => false,
        };
        (!is_ours).then_some(Self { from, logical, size })
    }

    /// Whether every value can be written.
    pub(super) fn is_complete(self) -> bool {
        match (self.from, self.logical) {
            (LogicalCrate::RustDecimal, LogicalType::BigDecimal) => true,
            (from, logical) => from == LogicalCrate::Uuid || logical == LogicalType::Date,
        }
    }

    /// Whether its type is `Copy`.
    pub(super) fn is_copy(self) -> bool {
        self.from != LogicalCrate::BigDecimal
    }
}

impl Type {
    /// Whether some values of the type cannot be written.
    pub(crate) fn is_fallible(&self, types: &[TypeDef]) -> bool {
        match self {
            Self::Mapped(mapped) => !mapped.is_complete(),
            Self::Logical(logical, _) => has_precision(*logical),
            Self::Array(inner)
            | Self::Map(inner, _)
            | Self::BorrowedMap(inner)
            | Self::Nullable { inner, .. } => inner.is_fallible(types),
            Self::Named { id, .. } => types[id.0].is_fallible,
            _ => false,
        }
    }
}

/// Whether the runtime's type holds numbers that are too long for the schema.
fn has_precision(logical: LogicalType) -> bool {
    matches!(logical, LogicalType::Decimal { .. })
}

/// Finds the types that hold, at any depth, what cannot always be written.
pub(super) fn find_fallible(types: &mut [TypeDef]) {
    let mut changed = true;
    while changed {
        changed = false;
        for index in (0..types.len()).rev() {
            let found = types[index].kind.parts().iter().any(|part| part.is_fallible(types));
            changed |= found && !types[index].is_fallible;
            types[index].is_fallible |= found;
        }
    }
}

/// Whether the type of this schema, generated elsewhere with the same options, has values that cannot be written.
pub(super) fn is_fallible_elsewhere(schema: &Schema, options: &Options) -> bool {
    schema.nodes().iter().any(|node| match &node.kind {
        Kind::Enum(definition) => symbols::keeps(definition, options),
        Kind::Record(record) => record.fields.iter().any(|field| {
            let path = format!("{}.{}", record.name, field.name);
            is_fallible_field(schema, field.schema, &path, options)
        }),
        _ => false,
    })
}

fn is_fallible_field(schema: &Schema, node: NodeId, path: &str, options: &Options) -> bool {
    let definition = &schema[node];
    if let Some(logical) = definition.logical {
        let size = super::fixed_size(&definition.kind);
        let from = options.logical_crate(path, definition.name(), logical);
        return match Mapped::new(from, logical, size) {
            Some(mapped) => !mapped.is_complete(),
            None => from != LogicalCrate::Plain && has_precision(logical),
        };
    }
    let inside = |node: &NodeId| is_fallible_field(schema, *node, path, options);
    match &definition.kind {
        Kind::Array(inner) | Kind::Map(inner) => inside(inner),
        Kind::Union(branches) => branches.iter().any(inside),
        _ => false,
    }
}

/// The days of 1970-01-01 to which dates reach, both included, and the seconds of instants and local times.
struct Range {
    days: (i64, i64),
    instants: (i64, i64),
}

const DAY: i64 = 86_400;

const fn of_days(first: i64, last: i64) -> Range {
    Range { days: (first, last), instants: (first * DAY, (last + 1) * DAY - 1) }
}

/// From the year -262,143 to 262,142.
const CHRONO: Range = of_days(-96_465_292, 95_026_236);
/// From the year -9999 to 9999.
const TIME: Range = of_days(-4_371_587, 2_932_896);
/// The same, where an instant is one in every time zone.
const JIFF: Range = Range { instants: (-377_705_023_201, 253_402_207_200), ..TIME };

/// Checks that the type of a logical type in a crate can hold a value.
pub(super) fn check(from: LogicalCrate, logical: LogicalType, value: &Value) -> Result<(), String> {
    let (name, range) = match from {
        LogicalCrate::Chrono => ("chrono", CHRONO),
        LogicalCrate::Jiff => ("jiff", JIFF),
        LogicalCrate::Time => ("time", TIME),
        LogicalCrate::RustDecimal => return check_decimal(logical, value),
        _ => return Ok(()),
    };
    let count = match value {
        Value::Int(count) => i64::from(*count),
        Value::Long(count) => *count,
        _ => return Ok(()),
    };
    let within = |(first, last): (i64, i64), unit: i64| (first..=last).contains(&count.div_euclid(unit));
    let (fits, what) = match logical {
        LogicalType::Date => (within(range.days, 1), "a date in the range"),
        LogicalType::TimeMillis => (within((0, DAY - 1), 1_000), "a time of day"),
        LogicalType::TimeMicros => (within((0, DAY - 1), 1_000_000), "a time of day"),
        LogicalType::TimestampMillis => (within(range.instants, 1_000), "a time in the range"),
        LogicalType::TimestampMicros => (within(range.instants, 1_000_000), "a time in the range"),
        LogicalType::LocalTimestampMillis => {
            (within(of_days(range.days.0, range.days.1).instants, 1_000), "a time in the range")
        }
        LogicalType::LocalTimestampMicros => {
            (within(of_days(range.days.0, range.days.1).instants, 1_000_000), "a time in the range")
        }
        // Nanoseconds in 64 bits do not reach further than three centuries.
        _ => (true, ""),
    };
    if fits { Ok(()) } else { Err(format!("{what} of the crate {name} is expected")) }
}

/// Decimals of 96 bits with at most 28 digits behind the point.
fn check_decimal(logical: LogicalType, value: &Value) -> Result<(), String> {
    const MOST: i64 = 28;
    let (Value::Bytes(bytes) | Value::Fixed(bytes)) = value else { return Ok(()) };
    let (unscaled, scale) = match logical {
        LogicalType::Decimal { scale, .. } => (bytes.as_slice(), i64::from(scale)),
        _ => super::big_decimal(bytes).map_or((&[][..], 0), |(unscaled, scale)| (unscaled, scale.into())),
    };
    let fits = |mut number: i128| {
        // Another scale must not take a digit away that is none of the zeros.
        for _ in 0..(scale - MOST).clamp(0, 128) {
            if number % 10 != 0 {
                return false;
            }
            number /= 10;
        }
        for _ in 0..scale.min(0).abs().min(128) {
            match number.checked_mul(10) {
                Some(larger) => number = larger,
                None => return false,
            }
        }
        number.unsigned_abs() < 1 << 96
    };
    if signed(unscaled).is_some_and(fits) {
        return Ok(());
    }
    Err("a decimal of the crate rust_decimal, which has 96 bits and 28 digits behind the point, is expected"
        .to_owned())
}

/// A number in two's complement, big-endian, if it is one of 128 bits.
fn signed(bytes: &[u8]) -> Option<i128> {
    let sign = if bytes.first().is_some_and(|first| first & 0x80 != 0) { 0xff } else { 0 };
    let significant = &bytes[bytes.iter().take_while(|byte| **byte == sign).count()..];
    let mut number = [sign; 17];
    let start = number.len().checked_sub(significant.len()).filter(|start| *start > 0)?;
    number[start..].copy_from_slice(significant);
    let [first, rest @ ..] = number;
    let number = i128::from_be_bytes(rest);
    ((number < 0) == (first == 0xff)).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_two_complement_have_their_sign() {
        for (bytes, expected) in [
            (&[][..], Some(0)),
            (&[0xff], Some(-1)),
            (&[0, 0xff], Some(255)),
            (&[0x80], Some(-128)),
            (&[0x7f; 17], None),
            (&[0xff; 40], Some(-1)),
        ] {
            assert_eq!(signed(bytes), expected, "{bytes:?}");
        }
        assert_eq!(signed(&i128::MIN.to_be_bytes()), Some(i128::MIN));
        assert_eq!(signed(&[&[0][..], &u128::MAX.to_be_bytes()].concat()), None);
    }

    #[test]
    fn decimals_fit_96_bits_and_28_places() {
        let check = |number: i128, scale| {
            let logical = LogicalType::Decimal { precision: 40, scale };
            check(LogicalCrate::RustDecimal, logical, &Value::Bytes(number.to_be_bytes().to_vec())).is_ok()
        };
        for (number, scale, fits) in [
            (0, 40, true),
            ((1 << 96) - 1, 28, true),
            (1 << 96, 0, false),
            (-(1 << 96) + 1, 0, true),
            (10, 29, true),
            (11, 29, false),
        ] {
            assert_eq!(check(number, scale), fits, "{number} {scale}");
        }
    }
}
