//! Numbers as Java's `BigInteger` and `BigDecimal` print them: `1.50` stays as it is, `1e5` becomes `1E+5`.
//! See json-schema §2.

/// The printed form of a number that is well formed as JSON.
pub(super) fn canonical(text: &str) -> String {
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let significant = digits.trim_start_matches('0');
    let sign = if negative && !significant.is_empty() { "-" } else { "" };
    let unscaled = if significant.is_empty() { "0" } else { significant };
    if exponent.is_none() && !mantissa.contains('.') {
        return format!("{sign}{unscaled}");
    }
    // An exponent that no `int` holds has no number in Java either; the reader refuses it.
    let exponent = exponent.and_then(|exponent| exponent.parse::<i64>().ok()).unwrap_or(0);
    let scale = i64::try_from(fraction.len()).unwrap_or(i64::MAX).saturating_sub(exponent);
    format!("{sign}{}", scaled(unscaled, scale))
}

/// `intValue` of a number of any size in its printed form: its fraction is dropped, and of what is left the lowest 32 bits count.
pub(in super::super) fn low_bits(text: &str) -> i32 {
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent: i64 = exponent.parse().unwrap_or(0);
    let places = i64::try_from(whole.len()).unwrap_or(i64::MAX).saturating_add(exponent);
    let digits = whole.bytes().chain(fraction.bytes()).map(|digit| i32::from(digit - b'0'));
    // Behind 32 zeros nothing is left in the lowest bits.
    let zeros =
        places.saturating_sub(i64::try_from(whole.len() + fraction.len()).unwrap_or(i64::MAX)).clamp(0, 32);
    let digits = digits.take(usize::try_from(places).unwrap_or(0));
    let zeros = std::iter::repeat_n(0, usize::try_from(zeros).unwrap_or(0));
    let low = digits.chain(zeros).fold(0_i32, |low, digit| low.wrapping_mul(10).wrapping_add(digit));
    if negative { low.wrapping_neg() } else { low }
}

/// `BigDecimal.toString` of an unscaled value without its sign.
fn scaled(unscaled: &str, scale: i64) -> String {
    if scale == 0 {
        return unscaled.to_owned();
    }
    let length = i64::try_from(unscaled.len()).unwrap_or(i64::MAX);
    let adjusted = length - 1 - scale;
    if scale > 0 && adjusted >= -6 {
        let point = length - scale;
        return match usize::try_from(point) {
            Ok(point) if point > 0 => format!("{}.{}", &unscaled[..point], &unscaled[point..]),
            _ => format!("0.{}{unscaled}", "0".repeat(usize::try_from(-point).unwrap_or(0))),
        };
    }
    let (first, rest) = unscaled.split_at(1);
    let point = if rest.is_empty() { "" } else { "." };
    let plus = if adjusted > 0 { "+" } else { "" };
    if adjusted == 0 {
        format!("{first}{point}{rest}")
    } else {
        format!("{first}{point}{rest}E{plus}{adjusted}")
    }
}

#[cfg(test)]
mod tests {
    use super::{canonical, low_bits};

    #[test]
    fn numbers_are_cut_as_java_cuts_them() {
        for (given, cut) in [
            ("1.5", 1),
            ("-1.9", -1),
            ("0.001", 0),
            ("1E+5", 100_000),
            ("1.25E+3", 1250),
            ("1E-7", 0),
            ("12.5E+0", 12),
            ("4294967297.5", 1),
            ("2147483648.0", i32::MIN),
            ("18446744073709551617", 1),
            ("-18446744073709551617", -1),
            ("1E+2000000000", 0),
            ("1E-2000000000", 0),
        ] {
            assert_eq!(low_bits(given), cut, "{given}");
        }
    }

    #[test]
    fn numbers_are_printed_as_java_prints_them() {
        for (given, printed) in [
            ("0", "0"),
            ("-0", "0"),
            ("12345678901234567890123", "12345678901234567890123"),
            ("1.50", "1.50"),
            ("-1.0", "-1.0"),
            ("-0.0", "0.0"),
            ("0.00", "0.00"),
            ("1e5", "1E+5"),
            ("1.25e3", "1.25E+3"),
            ("125e-2", "1.25"),
            ("1e0", "1"),
            ("0.000001", "0.000001"),
            ("0.0000001", "1E-7"),
            ("12e-9", "1.2E-8"),
            ("0e3", "0E+3"),
        ] {
            assert_eq!(canonical(given), printed, "{given}");
        }
    }
}
