//! Java's text forms of floating point numbers.

mod big;
mod digits;

use digits::Digits;
use std::fmt::Write as _;

/// Appends what Java's `Double.toString` gives: at least one digit on both sides of the point, plain between 10⁻³ and
/// 10⁷, `d.dE±n` elsewhere, `NaN` and `Infinity` as words.
///
/// The digits are those of Java up to 18, see the module of digits.
///
/// ```
/// let text = |value| { let mut out = String::new(); avro_model::json::push_java_double(&mut out, value); out };
/// assert_eq!(text(1e5), "100000.0");
/// assert_eq!(text(1e7), "1.0E7");
/// assert_eq!(text(1e-7), "1.0E-7");
/// ```
pub fn push_java_double(out: &mut String, value: f64) {
    if !push_special(out, value) {
        push_digits(out, &digits::of_double(value.abs()));
    }
}

/// [`push_java_double`] for 32 bits: Java's `Float.toString`.
pub fn push_java_float(out: &mut String, value: f32) {
    if !push_special(out, f64::from(value)) {
        push_digits(out, &digits::of_float(value.abs()));
    }
}

/// Signs, words and zero; true when nothing is left to print.
fn push_special(out: &mut String, value: f64) -> bool {
    if value.is_nan() {
        out.push_str("NaN");
        return true;
    }
    if value.is_sign_negative() {
        out.push('-');
    }
    if value.is_infinite() {
        out.push_str("Infinity");
    } else if value == 0.0 {
        out.push_str("0.0");
    } else {
        return false;
    }
    true
}

/// Lays out digits in Java's way.
fn push_digits(out: &mut String, number: &Digits) {
    let digits = number.digits.iter().map(|digit| char::from(b'0' + digit));
    let count = number.digits.len();
    match number.exponent {
        exponent @ 1..=7 => {
            let whole = usize::try_from(exponent).expect("matched as positive");
            out.extend(digits.clone().take(whole));
            out.extend(std::iter::repeat_n('0', whole.saturating_sub(count)));
            out.push('.');
            out.extend(digits.skip(whole));
            out.push_str(if count > whole { "" } else { "0" });
        }
        exponent @ -2..=0 => {
            out.push_str("0.");
            out.extend(std::iter::repeat_n(
                '0',
                usize::try_from(-exponent).expect("matched as not positive"),
            ));
            out.extend(digits);
        }
        exponent => {
            out.extend(digits.clone().take(1));
            out.push('.');
            out.extend(digits.skip(1));
            out.push_str(if count > 1 { "" } else { "0" });
            write!(out, "E{}", exponent - 1).expect("writing to a String cannot fail");
        }
    }
}

/// Reads what Java's `Double.parseDouble` reads: surrounding blanks, a sign, `NaN`, `Infinity`, decimal digits with an
/// exponent, hexadecimal digits with a binary exponent, and a suffix `f`, `F`, `d` or `D`. `None` for anything else.
///
/// ```
/// use avro_model::json::parse_java_double;
/// assert_eq!(parse_java_double(" +1.5e3f "), Some(1500.0));
/// assert_eq!(parse_java_double("0x1p3"), Some(8.0));
/// assert_eq!(parse_java_double("-Infinity"), Some(f64::NEG_INFINITY));
/// assert_eq!(parse_java_double("infinity"), None);
/// ```
pub fn parse_java_double(text: &str) -> Option<f64> {
    let text = text.trim_matches(|character: char| character <= ' ');
    let (negative, magnitude) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let value = match magnitude {
        "NaN" => f64::NAN,
        "Infinity" => f64::INFINITY,
        _ => {
            let digits = magnitude.strip_suffix(['f', 'F', 'd', 'D']);
            match magnitude.strip_prefix("0x").or_else(|| magnitude.strip_prefix("0X")) {
                // In a hexadecimal number `f` and `d` are digits, but the exponent behind `p` is decimal and required.
                Some(hexadecimal) => {
                    hexadecimal_double(hexadecimal.strip_suffix(['f', 'F', 'd', 'D']).unwrap_or(hexadecimal))?
                }
                None => decimal_double(digits.unwrap_or(magnitude))?,
            }
        }
    };
    Some(if negative { -value } else { value })
}

fn decimal_double(text: &str) -> Option<f64> {
    // Rust also takes "inf" and the like, so the alphabet is checked first.
    let plain = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'));
    if plain && !text.starts_with(['+', '-']) { text.parse().ok() } else { None }
}

fn hexadecimal_double(text: &str) -> Option<f64> {
    let (mantissa, exponent) = text.split_once(['p', 'P'])?;
    let exponent: i64 = match exponent.strip_prefix('+').unwrap_or(exponent) {
        digits
            if !exponent.starts_with("+-")
                && digits.trim_start_matches('-').bytes().all(|b| b.is_ascii_digit()) =>
        {
            match digits.parse() {
                Ok(exponent) => exponent,
                // Out of range is still a number: it overflows or vanishes below.
                Err(error) => match error.kind() {
                    std::num::IntErrorKind::PosOverflow => i64::MAX / 4,
                    std::num::IntErrorKind::NegOverflow => i64::MIN / 4,
                    _ => return None,
                },
            }
        }
        _ => return None,
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    // 64 bits of the mantissa and a sticky bit decide the rounding.
    let mut bits: u64 = 0;
    let mut sticky = false;
    let mut scale = exponent;
    for (position, digit) in whole.chars().map(|c| (true, c)).chain(fraction.chars().map(|c| (false, c))) {
        let digit = u64::from(digit.to_digit(16)?);
        if bits >> 58 == 0 {
            bits = (bits << 4) | digit;
            scale = scale.saturating_sub(if position { 0 } else { 4 });
        } else {
            sticky |= digit != 0;
            scale = scale.saturating_add(if position { 4 } else { 0 });
        }
    }
    Some(scaled(bits | u64::from(sticky), scale))
}

/// `mantissa · 2^exponent`, rounded once to nearest, ties to even; the lowest bit of `mantissa` may be a sticky bit.
fn scaled(mantissa: u64, exponent: i64) -> f64 {
    if mantissa == 0 {
        return 0.0;
    }
    let leading = i64::from(mantissa.leading_zeros());
    let mantissa = mantissa << leading;
    let exponent = exponent.saturating_sub(leading).saturating_add(63);
    if exponent > 1023 {
        return f64::INFINITY;
    }
    // How many of the 64 bits do not fit: 11, more where the result is subnormal.
    let dropped =
        if exponent >= -1022 { 11 } else { 11_i64.saturating_add((-1022_i64).saturating_sub(exponent)) };
    if dropped > 64 {
        return 0.0;
    }
    let kept = if dropped == 64 { 0 } else { mantissa >> dropped };
    let remainder =
        if dropped == 64 { u128::from(mantissa) } else { u128::from(mantissa & ((1 << dropped) - 1)) };
    let half = 1_u128 << (dropped - 1);
    let up = remainder > half || (remainder == half && kept & 1 == 1);
    let kept = kept + u64::from(up);
    // Adding to the bit pattern carries into the exponent exactly where it should.
    let biased = if exponent >= -1022 { u64::try_from(exponent + 1022).expect("bounded above") } else { 0 };
    f64::from_bits((biased << 52) + kept)
}

#[cfg(test)]
mod tests {
    use super::{parse_java_double, push_java_double, push_java_float};

    fn double(value: f64) -> String {
        let mut out = String::new();
        push_java_double(&mut out, value);
        out
    }

    #[test]
    fn doubles_are_printed_as_java_prints_them() {
        for (value, text) in [
            (1.0, "1.0"),
            (-1.5, "-1.5"),
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (100.0, "100.0"),
            (123_456.75, "123456.75"),
            (9_999_999.0, "9999999.0"),
            (1e7, "1.0E7"),
            (123_456_789.0, "1.23456789E8"),
            (0.001, "0.001"),
            (0.012_5, "0.0125"),
            (0.000_9, "9.0E-4"),
            (1e300, "1.0E300"),
            (4.9e-324, "4.9E-324"),
            (f64::MAX, "1.7976931348623157E308"),
            (f64::MIN_POSITIVE, "2.2250738585072014E-308"),
            (1e22, "1.0E22"),
            (2e-3, "0.002"),
            // One digit more than needed, as Java up to 18.
            (1e23, "9.999999999999999E22"),
            (2e23, "1.9999999999999998E23"),
            (8.41e21, "8.409999999999999E21"),
            (9_007_199_254_740_993.0, "9.007199254740992E15"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "Infinity"),
            (f64::NEG_INFINITY, "-Infinity"),
        ] {
            assert_eq!(double(value), text);
        }
    }

    #[test]
    fn floats_have_their_own_digits() {
        for (value, text) in
            [(1.1_f32, "1.1"), (1e10, "1.0E10"), (1.4e-45, "1.4E-45"), (16_777_216.0, "1.6777216E7")]
        {
            let mut out = String::new();
            push_java_float(&mut out, value);
            assert_eq!(out, text);
        }
    }

    #[test]
    fn text_is_read_as_java_reads_it() {
        for (text, value) in [
            ("1.5", Some(1.5)),
            (" 1d ", Some(1.0)),
            ("+1e3f", Some(1000.0)),
            (".5", Some(0.5)),
            ("5.", Some(5.0)),
            ("1e", None),
            (".", None),
            ("", None),
            ("+-1", None),
            ("1_0", None),
            ("inf", None),
            ("nan", None),
            ("+Infinity", Some(f64::INFINITY)),
            ("0x1p3", Some(8.0)),
            ("0x.8p1", Some(1.0)),
            ("0x1.8p0d", Some(1.5)),
            ("0x1", None),
            ("0xp1", None),
            ("0x1p-1074", Some(4.9e-324)),
            ("0x1p-1075", Some(0.0)),
            ("0x1.8p-1075", Some(4.9e-324)),
            ("0x1.fffffffffffff8p1023", Some(f64::INFINITY)),
            ("0x1.fffffffffffffp1023", Some(f64::MAX)),
            ("0x1p99999999999999999999", Some(f64::INFINITY)),
            ("0x1p-99999999999999999999", Some(0.0)),
        ] {
            assert_eq!(parse_java_double(text), value, "{text}");
        }
        assert!(parse_java_double("-NaN").is_some_and(f64::is_nan));
    }
}
