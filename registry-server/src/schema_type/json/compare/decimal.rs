//! Decimal numbers of any size, as far as steps of `multipleOf` need them.

use num_bigint::BigUint;

/// A number without its sign: `digits * 10 ^ exponent`.
struct Decimal {
    digits: BigUint,
    exponent: i64,
}

impl Decimal {
    /// Reads a number in the form of JSON.
    fn read(text: &str) -> Option<Self> {
        let text = text.trim_start_matches('-');
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = BigUint::parse_bytes(format!("{whole}{fraction}").as_bytes(), 10)?;
        let exponent: i64 = exponent.parse().ok()?;
        Some(Self { digits, exponent: exponent - i64::try_from(fraction.len()).ok()? })
    }
}

/// Whether a number is a multiple of a step. None is one of 0.
pub(super) fn divides(step: &str, number: &str) -> bool {
    let (Some(step), Some(number)) = (Decimal::read(step), Decimal::read(number)) else { return false };
    if step.digits == BigUint::ZERO {
        return false;
    }
    if number.digits == BigUint::ZERO {
        return true;
    }
    let ten = || BigUint::from(10_u32);
    let shift = number.exponent - step.exponent;
    match u32::try_from(shift.unsigned_abs()) {
        Ok(zeros) if shift >= 0 => {
            let power = ten().modpow(&BigUint::from(zeros), &step.digits);
            (number.digits % &step.digits * power) % &step.digits == BigUint::ZERO
        }
        // The step ends in more zeros than the number has digits.
        Ok(zeros) if u64::from(zeros) > number.digits.bits() => false,
        Ok(zeros) => number.digits % (step.digits * ten().pow(zeros)) == BigUint::ZERO,
        // Exponents fit 32 bits, and so do differences of those that are met.
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn multiples_are_told_exactly() {
        for (step, number, expected) in [
            ("0.001", "0.01", true),
            ("0.01", "0.001", false),
            ("1.5", "2.5", false),
            ("2.5", "1E+1", true),
            ("1E+1", "25", false),
            ("1E+1", "250", true),
            ("0.1", "0.3", true),
            ("1E-300", "1", true),
            ("3E-300", "1", false),
            ("3", "1E+2000000000", false),
            ("4", "1E+2000000000", true),
            ("1E+2000000000", "4", false),
            ("1E+2000000000", "0.0", true),
            ("-2", "4", true),
            ("0.0", "4", false),
            ("18446744073709551617", "36893488147419103234", true),
        ] {
            assert_eq!(divides(step, number), expected, "{step} {number}");
        }
    }
}
