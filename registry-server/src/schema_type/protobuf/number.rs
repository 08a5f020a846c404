//! Numbers in the normal form: decimal, with three decimals at most, as Java's default number format writes them.
//! See protobuf §3.

/// A number in its normal form; a word that is no number stays as it is.
pub(super) fn normal(text: &str) -> String {
    whole(text).or_else(|| fraction(text)).unwrap_or_else(|| text.to_owned())
}

/// Decimal, octal with a leading zero, hexadecimal with `0x`.
fn whole(text: &str) -> Option<String> {
    let (minus, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    let (digits, radix) = match digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        Some(hex) => (hex, 16),
        None if digits.len() > 1 && digits.starts_with('0') => (digits.get(1..)?, 8),
        None => (digits, 10),
    };
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    match u128::from_str_radix(digits, radix) {
        Ok(0) => Some("0".to_owned()),
        Ok(value) => Some(format!("{minus}{value}")),
        // Too long for any number type that an option can have.
        Err(_) => None,
    }
}

/// With a point or an exponent: short ones are taken as single precision, as the original does.
fn fraction(text: &str) -> Option<String> {
    let plain = |c: char| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '-' | '+');
    if !text.chars().all(plain) || !text.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    // Digits alone that are no whole number, such as an octal with a 9, are no number at all.
    if !text.contains(['.', 'e', 'E']) {
        return None;
    }
    let mantissa = text.split(['e', 'E']).next().unwrap_or_default();
    let decimals = mantissa.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let zero = !mantissa.contains(|c: char| ('1'..='9').contains(&c));
    let double: f64 = text.parse().ok()?;
    let single: f32 = text.parse().ok()?;
    let single_fits = decimals <= 7 && single.is_finite() && (single != 0.0 || zero);
    let value = if single_fits { f64::from(single) } else { double };
    if !value.is_finite() {
        return None;
    }
    let rounded = format!("{value:.3}");
    Some(rounded.trim_end_matches('0').trim_end_matches('.').to_owned())
}

#[cfg(test)]
mod tests {
    use super::normal;

    #[test]
    fn numbers_are_decimal_with_three_decimals_at_most() {
        for (text, expected) in [
            ("1", "1"),
            ("-5", "-5"),
            ("0x1F", "31"),
            ("-0x10", "-16"),
            ("010", "8"),
            ("1.50", "1.5"),
            ("1.23456", "1.235"),
            ("0.1", "0.1"),
            ("1e3", "1000"),
            ("-1.5e3", "-1500"),
            ("1.0", "1"),
            ("1x", "1x"),
            ("-inf", "-inf"),
            ("09", "09"),
        ] {
            assert_eq!(normal(text), expected, "{text}");
        }
    }
}
