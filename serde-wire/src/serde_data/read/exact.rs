//! Numbers that floats of a type hold as they are. The types of serde round the others without a word.

use super::super::error::Fault;
use super::Wanted;

/// Refuses an integer that the float which is wanted does not hold.
pub(super) fn of_integer(wanted: Wanted, number: i64) -> Result<(), Fault> {
    let (digits, name) = match wanted {
        Wanted::Float => (f32::MANTISSA_DIGITS, "f32"),
        Wanted::Double => (f64::MANTISSA_DIGITS, "f64"),
        _ => return Ok(()),
    };
    let size = number.unsigned_abs();
    // Zeros at the end go into the exponent.
    let needed = u64::BITS.saturating_sub(size.leading_zeros() + size.trailing_zeros());
    if needed <= digits { Ok(()) } else { Err(rounded("whole number", name)) }
}

/// Refuses a double that the float which is wanted does not hold.
pub(super) fn of_double(wanted: Wanted, number: f64) -> Result<(), Fault> {
    match wanted {
        Wanted::Float if !number.is_nan() && f64::from(nearest_float(number)) != number => {
            Err(rounded("double", "f32"))
        }
        _ => Ok(()),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the result is compared with the number")]
fn nearest_float(number: f64) -> f32 {
    number as f32
}

#[cold]
fn rounded(what: &str, name: &str) -> Fault {
    Fault::new(format!("a {what} does not fit {name}, which would round it"))
}
