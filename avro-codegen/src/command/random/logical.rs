//! Values as logical types ask for them.

use avro_model::Value;
use avro_model::schema::{Kind, LogicalType};
use avro_model::testing::Random;

const DAY: u64 = 86_400;
/// 2000-01-01 and 2038-01-01, in days since 1970-01-01.
const FIRST_DAY: u64 = 10_957;
const END: u64 = 24_837;

/// A value of a logical type on the type of a kind; `None` where the type itself is all that is asked for.
pub(super) fn value(logical: LogicalType, kind: &Kind, choices: &mut Random<'_>) -> Option<Value> {
    Some(match (logical, kind) {
        (LogicalType::Decimal { precision, .. }, Kind::Fixed(fixed)) => {
            let number = unscaled(choices, precision, (8 * fixed.size).saturating_sub(1));
            Value::Fixed(widened(number, fixed.size))
        }
        (LogicalType::Decimal { precision, .. }, _) => {
            Value::Bytes(shortest(unscaled(choices, precision, usize::MAX)))
        }
        (LogicalType::BigDecimal, _) => Value::Bytes(big_decimal(choices)),
        (LogicalType::Uuid, Kind::Fixed(_)) => Value::Fixed(uuid(choices).to_vec()),
        (LogicalType::Uuid, _) => Value::String(hyphenated(uuid(choices))),
        (LogicalType::Date, _) => Value::Int(i32::try_from(day(choices)).unwrap_or_default()),
        (LogicalType::TimeMillis, _) => {
            Value::Int(i32::try_from(choices.bits() % (DAY * 1000)).unwrap_or_default())
        }
        (LogicalType::TimeMicros, _) => long(choices.bits() % (DAY * 1_000_000)),
        (LogicalType::TimestampMillis | LogicalType::LocalTimestampMillis, _) => long(instant(choices, 1000)),
        (LogicalType::TimestampMicros | LogicalType::LocalTimestampMicros, _) => {
            long(instant(choices, 1_000_000))
        }
        (LogicalType::TimestampNanos | LogicalType::LocalTimestampNanos, _) => {
            long(instant(choices, 1_000_000_000))
        }
        (LogicalType::Duration, _) => Value::Fixed(duration(choices)),
    })
}

fn long(number: u64) -> Value {
    Value::Long(number.cast_signed())
}

fn day(choices: &mut Random<'_>) -> u64 {
    FIRST_DAY + choices.bits() % (END - FIRST_DAY)
}

/// A moment, of which a second has that many parts.
fn instant(choices: &mut Random<'_>, parts: u64) -> u64 {
    (day(choices) * DAY + choices.bits() % DAY) * parts + choices.bits() % parts
}

/// A number of at most `precision` digits and at most `bits` bits beside its sign. Few of many digits are used.
fn unscaled(choices: &mut Random<'_>, precision: u32, bits: usize) -> i128 {
    const MOST: u32 = 36;
    let digits = 1 + choices.bits() % u64::from(precision.min(MOST));
    let most = 10_u128.pow(u32::try_from(digits).unwrap_or(MOST)) - 1;
    let most = if bits < 127 { most.min((1 << bits) - 1) } else { most };
    let number = (u128::from(choices.bits()) << 64 | u128::from(choices.bits())) % (most + 1);
    let number = number.cast_signed();
    if choices.once_in(4) { -number } else { number }
}

/// A number in two's complement of that many bytes, which are enough.
fn widened(number: i128, length: usize) -> Vec<u8> {
    let bytes = number.to_be_bytes();
    let sign = if number < 0 { 0xff } else { 0 };
    let extra = std::iter::repeat_n(sign, length.saturating_sub(bytes.len()));
    extra.chain(bytes.into_iter().skip(bytes.len().saturating_sub(length))).collect()
}

/// A number in two's complement of as few bytes as it needs.
fn shortest(number: i128) -> Vec<u8> {
    let magnitude = if number < 0 { !number } else { number };
    let bits = 128 - magnitude.leading_zeros() + 1;
    widened(number, usize::try_from(bits.div_ceil(8)).unwrap_or(16))
}

/// The number as a datum of `bytes`, and its scale as one of `int`.
fn big_decimal(choices: &mut Random<'_>) -> Vec<u8> {
    let number = shortest(unscaled(choices, 18, usize::MAX));
    let scale = choices.below(7);
    let zig_zag = |number: usize| u8::try_from(2 * number).unwrap_or_default();
    [&[zig_zag(number.len())], number.as_slice(), &[zig_zag(scale)]].concat()
}

/// A UUID of version 4.
fn uuid(choices: &mut Random<'_>) -> [u8; 16] {
    let mut bytes = std::array::from_fn(|_| choices.byte());
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    bytes
}

fn hyphenated(uuid: [u8; 16]) -> String {
    let hex: String = uuid.iter().map(|byte| format!("{byte:02x}")).collect();
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

/// Months, days and milliseconds.
fn duration(choices: &mut Random<'_>) -> Vec<u8> {
    let mut part = |below: usize| u32::try_from(choices.below(below)).unwrap_or_default().to_le_bytes();
    [part(25), part(32), part(86_400_000)].concat()
}
