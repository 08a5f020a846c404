//! Hexadecimal floating-point literals as Java has them: `0x1.8p3` is 1.5 · 2³.

/// The double nearest to hexadecimal `digits`, of which some may stand behind a point, times two to the power of `exponent`,
/// which may end with the suffix of a type. Of two that are as near it is the even one.
pub(super) fn hexadecimal_float(digits: &str, exponent: &str) -> Option<f64> {
    let exponent = exponent.strip_suffix(['f', 'd']).unwrap_or(exponent);
    let unsigned = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    if unsigned.is_empty() || !unsigned.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // A larger one makes infinity or zero of every number of digits that fits in memory.
    let largest = i64::from(i32::MAX);
    let size = unsigned.parse().unwrap_or(largest).min(largest);
    let exponent = if exponent.starts_with('-') { -size } else { size };

    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let mut significand = Significand::default();
    for byte in whole.bytes().chain(fraction.bytes()) {
        significand.push(char::from(byte).to_digit(16)?);
    }
    let behind_point = i64::try_from(fraction.len()).ok()?;
    Some(significand.scaled(exponent - 4 * behind_point))
}

/// The first digits of a number, and what rounding has to know of the others.
#[derive(Default)]
struct Significand {
    /// At most 60 bits.
    bits: u64,
    /// Digits that did not fit.
    more_digits: i64,
    /// Whether one of them is not zero.
    has_rest: bool,
}

impl Significand {
    fn push(&mut self, digit: u32) {
        if self.bits >> 56 == 0 {
            self.bits = (self.bits << 4) | u64::from(digit);
        } else {
            self.more_digits += 1;
            self.has_rest |= digit != 0;
        }
    }

    /// The double nearest to this times two to the power of `exponent`.
    fn scaled(&self, exponent: i64) -> f64 {
        const LEAST_EXPONENT: i64 = -1074;
        if self.bits == 0 {
            return 0.0;
        }
        let exponent = exponent + 4 * self.more_digits;
        let length = i64::from(u64::BITS - self.bits.leading_zeros());
        if length + exponent > 1024 {
            return f64::INFINITY;
        }
        // As many bits are cut off as a double has no place for: more near zero.
        let cut = (length - 53).max(LEAST_EXPONENT - exponent);
        // Below a quarter of the least one.
        if cut > 62 {
            return 0.0;
        }
        // Two bits more, so that a half and what is beyond it are seen.
        let exact = (u128::from(self.bits) << 64) | u128::from(self.has_rest);
        let shift = u32::try_from(cut + 64).expect("at least 53 bits are kept");
        let kept = exact >> shift;
        let rest = exact & ((1 << shift) - 1);
        let half = 1_u128 << (shift - 1);
        let rounded = kept + u128::from(rest > half || (rest == half && kept & 1 == 1));
        times_power_of_two(rounded, exponent + cut)
    }
}

/// An integer of at most 53 bits times a power of two that leaves it a double.
fn times_power_of_two(integer: u128, exponent: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "it has 53 bits at most, or is 2^53")]
    let mut value = integer as f64;
    let mut left = exponent;
    while left != 0 {
        // No step leaves the range of normal numbers unless the last one does.
        let step = left.clamp(-1022, 1023);
        let power = u64::try_from(1023 + step).expect("a step is above -1023") << 52;
        value *= f64::from_bits(power);
        left -= step;
    }
    value
}

#[cfg(test)]
mod tests {
    use super::hexadecimal_float;

    /// What Java's `Double.parseDouble` makes of them.
    #[test]
    fn the_nearest_double_is_found() {
        for (digits, exponent, expected) in [
            ("1.8", "3", Some(12.0)),
            ("1", "-3", Some(0.125)),
            ("1.", "2f", Some(4.0)),
            (".8", "+0", Some(0.5)),
            ("1.8", "3d", Some(12.0)),
            ("0", "0", Some(0.0)),
            ("0.0", "99999999999999999999", Some(0.0)),
            ("123456789abcdef123", "-10f", Some(327_942_116_865_947_580.0)),
            // Half-way cases go to the even neighbour, and the least digit beyond decides.
            ("1.fffffffffffff8", "0", Some(2.0)),
            ("1.00000000000008", "0", Some(1.0)),
            ("1.00000000000018", "0", Some(1.000_000_000_000_000_4)),
            ("1.000000000000080000000000001", "0", Some(1.000_000_000_000_000_2)),
            // The range, and what is beyond.
            ("1", "-1074", Some(5e-324)),
            ("1", "-1075", Some(0.0)),
            ("1.8", "-1074", Some(1e-323)),
            ("1.00001", "-1075", Some(5e-324)),
            ("1", "-1076", Some(0.0)),
            ("1.fffffffffffff", "1023", Some(f64::MAX)),
            ("1.fffffffffffff8", "1023", Some(f64::INFINITY)),
            ("1", "1024", Some(f64::INFINITY)),
            ("1", "99999999999999999999", Some(f64::INFINITY)),
            ("1", "-99999999999999999999", Some(0.0)),
            ("0.0000000000000000000001", "88", Some(1.0)),
            ("", "1", None),
            (".", "1", None),
            ("1", "", None),
            ("1", "+", None),
            ("1", "1ff", None),
            ("1.8.1", "1", None),
        ] {
            assert_eq!(hexadecimal_float(digits, exponent), expected, "0x{digits}p{exponent}");
        }
    }
}
