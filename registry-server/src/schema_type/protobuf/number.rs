//! Numbers in the normal form: decimal, with three decimals at most, as Java's default number format writes them.
//! See protobuf §3.

/// How many digits a number may have. The original writes more, up to what memory holds.
const MAX_DIGITS: usize = 1_000;

/// How many digits stand behind the point at most.
const DECIMALS: usize = 3;

/// A number in its normal form; a word that is no number stays as it is.
pub(super) fn normal(text: &str) -> String {
    whole(text).or_else(|| fraction(text)).unwrap_or_else(|| text.to_owned())
}

/// Decimal, octal with a leading zero, hexadecimal with `0x`; one that is not hexadecimal may end in `L`.
fn whole(text: &str) -> Option<String> {
    let (minus, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    let (digits, radix) = match digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        Some(hex) => (hex, 16),
        None => {
            let digits = digits.strip_suffix(['l', 'L']).unwrap_or(digits);
            if digits.len() > 1 && digits.starts_with('0') { (digits.get(1..)?, 8) } else { (digits, 10) }
        }
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

/// With a point or an exponent, or with the letter of a type behind it. What single precision can tell is taken as that, then
/// double precision, then the exact decimal: as the original decides it.
fn fraction(text: &str) -> Option<String> {
    let (number, letter) = match text.strip_suffix(['f', 'F']) {
        Some(number) => (number, Some('f')),
        None => text.strip_suffix(['d', 'D']).map_or((text, None), |number| (number, Some('d'))),
    };
    // Digits alone that are no whole number, such as an octal with a 9, are no number at all.
    if letter.is_none() && !number.contains(['.', 'e', 'E']) {
        return None;
    }
    let exact = Decimal::read(number)?;
    let (single, double): (f32, f64) = (number.parse().ok()?, number.parse().ok()?);
    // A zero that may be what is left of a smaller number is none; to the original that is one with a bare point, too.
    let is_zero = exact.is_zero() && !has_bare_point(number);
    let single_fits = single.is_finite() && (single != 0.0 || is_zero);
    let double_fits = double.is_finite() && (double != 0.0 || is_zero);
    let is_single = match letter {
        Some(letter) => letter == 'f',
        None => java_float(single) == java_double(double),
    };
    if is_single && single_fits {
        return float(f64::from(single));
    }
    if double_fits && (letter.is_some() || Decimal::read(&java_double(double)).as_ref() == Some(&exact)) {
        return float(double);
    }
    if exact.is_zero() { Some("0".to_owned()) } else { exact.rounded().shown() }
}

/// Whether there is no digit before the point.
fn has_bare_point(number: &str) -> bool {
    number.trim_start_matches('-').starts_with('.')
}

fn java_float(value: f32) -> String {
    let mut text = String::new();
    avro_model::json::push_java_float(&mut text, value);
    text
}

fn java_double(value: f64) -> String {
    let mut text = String::new();
    avro_model::json::push_java_double(&mut text, value);
    text
}

/// The text of a float. Digits beyond those that tell it from its neighbours are zeros; where it is rounded, it is rounded by
/// what it is exactly.
fn float(value: f64) -> Option<String> {
    let digits = Decimal::read(&java_double(value))?;
    if digits.is_zero() {
        return Some(if value.is_sign_negative() { "-0" } else { "0" }.to_owned());
    }
    if digits.decimals() <= DECIMALS {
        return digits.shown();
    }
    let rounded = format!("{value:.DECIMALS$}");
    Some(rounded.trim_end_matches('0').trim_end_matches('.').to_owned())
}

/// A decimal number: digits without zeros at either end, and how many of them stand before the point.
#[derive(Debug, PartialEq, Eq)]
struct Decimal {
    is_negative: bool,
    digits: Vec<u8>,
    point: i64,
}

impl Decimal {
    /// Reads digits with a point, an exponent or both.
    fn read(text: &str) -> Option<Self> {
        let (is_negative, unsigned) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, i64::from(exponent.parse::<i32>().ok()?)),
            None => (unsigned, 0),
        };
        let (before, behind) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits: Vec<u8> = before.bytes().chain(behind.bytes()).collect();
        if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let leading = digits.iter().take_while(|digit| **digit == b'0').count();
        let trailing = digits.iter().rev().take_while(|digit| **digit == b'0').count();
        if leading == digits.len() {
            return Some(Self { is_negative, digits: Vec::new(), point: 0 });
        }
        let point = i64::try_from(before.len()).ok()? - i64::try_from(leading).ok()? + exponent;
        let digits = digits.get(leading..digits.len() - trailing)?.to_vec();
        Some(Self { is_negative, digits, point })
    }

    fn is_zero(&self) -> bool {
        self.digits.is_empty()
    }

    /// How many digits stand behind the point.
    fn decimals(&self) -> usize {
        let digits = i64::try_from(self.digits.len()).unwrap_or(i64::MAX);
        usize::try_from(digits.saturating_sub(self.point)).unwrap_or_default()
    }

    /// With three decimals; of two that are equally near the even one.
    fn rounded(mut self) -> Self {
        let beyond = self.decimals().saturating_sub(DECIMALS);
        if beyond == 0 {
            return self;
        }
        let kept = self.digits.len().saturating_sub(beyond);
        // Numbers below a thousandth have zeros before their first digit.
        let first_is_dropped = beyond <= self.digits.len();
        let dropped = self.digits.split_off(kept);
        let is_odd = self.digits.last().is_some_and(|digit| digit % 2 == 1);
        let above = match dropped.first() {
            Some(first) if first_is_dropped => {
                *first > b'5' || *first == b'5' && (dropped.len() > 1 || is_odd)
            }
            _ => false,
        };
        if above {
            self.raise();
        }
        let zeros = self.digits.iter().rev().take_while(|digit| **digit == b'0').count();
        self.digits.truncate(self.digits.len() - zeros);
        self
    }

    /// Adds one to the last digit.
    fn raise(&mut self) {
        for digit in self.digits.iter_mut().rev() {
            if *digit < b'9' {
                *digit += 1;
                return;
            }
            *digit = b'0';
        }
        self.digits.insert(0, b'1');
        self.point += 1;
    }

    /// The number without an exponent; `None` if that is too long.
    fn shown(&self) -> Option<String> {
        let minus = if self.is_negative { "-" } else { "" };
        if self.is_zero() {
            return Some(format!("{minus}0"));
        }
        let size = usize::try_from(self.point.unsigned_abs()).ok().filter(|size| *size <= MAX_DIGITS)?;
        let digits: String = self.digits.iter().copied().map(char::from).collect();
        if self.point <= 0 {
            return Some(format!("{minus}0.{}{digits}", "0".repeat(size)));
        }
        if size >= digits.len() {
            return Some(format!("{minus}{digits}{}", "0".repeat(size - digits.len())));
        }
        let (before, behind) = digits.split_at(size);
        Some(format!("{minus}{before}.{behind}"))
    }
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
            // The letter of a type belongs to the number.
            ("1.0f", "1"),
            ("-1.5e3F", "-1500"),
            ("2.25d", "2.25"),
            ("010L", "8"),
            ("1.5L", "1.5L"),
            // What single precision cannot tell keeps its digits, and so does what double precision cannot.
            ("16777217.5", "16777217.5"),
            ("4.48e12", "4480000000000"),
            ("12345678901234567890.1255", "12345678901234567890.126"),
            ("12345678901234567890.1245", "12345678901234567890.124"),
            ("0.00050000000000000001", "0.001"),
            ("1e-400", "0"),
            ("1e400", &format!("1{}", "0".repeat(400))),
            ("1e4000", "1e4000"),
            // Binary fractions are rounded by what they are, which is more or less than the half that is written.
            ("0.0005", "0.001"),
            ("1.0005", "1"),
            ("-0.0001", "-0"),
            ("-0.0", "-0"),
            ("-.0", "0"),
            ("1.", "1"),
            ("1.2.3", "1.2.3"),
        ] {
            assert_eq!(normal(text), expected, "{text}");
        }
    }
}
