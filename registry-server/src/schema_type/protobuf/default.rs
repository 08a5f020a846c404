//! Default values, as a descriptor takes them (protobuf §8).

use super::names::Known;
use super::tree::{Field, Label, TypeDef};

/// The problem of a field's default; `None` if it has none. `known` is the type of the field if it is a named one.
pub(super) fn problem(field: &Field, known: Option<Known<'_>>) -> Option<String> {
    let text = field.default.as_deref()?;
    match known.map(|known| known.def) {
        Some(TypeDef::Message(_)) => return Some("Messages can't have default values.".to_owned()),
        _ if field.label == Some(Label::Repeated) || field.type_name.starts_with("map<") => {
            return Some("Repeated fields cannot have default values.".to_owned());
        }
        Some(TypeDef::Enum(one)) => {
            let is_known = one.constants.iter().any(|constant| constant.name == text);
            return (!is_known).then(|| format!("Unknown enum default value: \"{text}\""));
        }
        None => {}
    }
    let is_valid = match field.type_name.as_str() {
        "int32" | "sint32" | "sfixed32" => integer(text, true, 32),
        "uint32" | "fixed32" => integer(text, false, 32),
        "int64" | "sint64" | "sfixed64" => integer(text, true, 64),
        "uint64" | "fixed64" => integer(text, false, 64),
        "float" | "double" => matches!(text, "inf" | "-inf" | "nan") || java_float(text),
        // Any text is a string, and one that is not `true` is false.
        _ => true,
    };
    (!is_valid).then(|| format!("Could not parse default value: \"{text}\""))
}

/// Whether a text is a whole number of so many bits: decimal, octal with a leading zero, hexadecimal with `0x`.
fn integer(text: &str, signed: bool, bits: u32) -> bool {
    let (is_negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    let (digits, radix) = match digits.strip_prefix("0x") {
        Some(digits) => (digits, 16),
        None if digits.starts_with('0') => (digits, 8),
        None => (digits, 10),
    };
    if is_negative && !signed || digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(radix)) {
        return false;
    }
    let Ok(value) = u128::from_str_radix(digits, radix) else { return false };
    let limit = 1u128 << (bits - u32::from(signed));
    if is_negative { value <= limit } else { value < limit }
}

/// Whether `Float.valueOf` of Java takes a text. Hexadecimal ones aside, which no schema has been seen with.
fn java_float(text: &str) -> bool {
    let text = text.trim_matches(|c: char| c <= ' ');
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(unsigned, "NaN" | "Infinity") {
        return true;
    }
    let number = unsigned.strip_suffix(['f', 'F', 'd', 'D']).unwrap_or(unsigned);
    let plain = |c: char| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-');
    number.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && number.chars().all(plain)
        && number.parse::<f64>().is_ok()
}
