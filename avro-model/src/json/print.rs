//! JSON out, compact, as Jackson writes it.

use super::{Json, double::push_java_double, plain::plain_length};
use crate::budget::Budget;
use std::fmt;

impl Json {
    /// Appends the compact text of this value.
    ///
    /// Recursion is bounded: a value comes from a text of at most 1,000 levels.
    pub fn print_to(&self, out: &mut String) {
        self.print_within(out, &Budget::unlimited());
    }

    /// [`print_to`](Self::print_to), of which each value takes a step; false, and nothing of worth, when the budget
    /// ends, which [`Budget::check`] tells too.
    pub fn print_within(&self, out: &mut String, budget: &Budget) -> bool {
        if !budget.spend(1) {
            return false;
        }
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::Int(value) => push_integer(out, *value),
            Self::BigInt(digits) => out.push_str(digits),
            Self::Double(value) => push_double_token(out, *value),
            Self::String(text) => push_json_string(out, text),
            Self::Array(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    if !item.print_within(out, budget) {
                        return false;
                    }
                }
                out.push(']');
            }
            Self::Object(members) => {
                out.push('{');
                for (index, (key, value)) in members.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    push_json_string(out, key);
                    out.push(':');
                    if !value.print_within(out, budget) {
                        return false;
                    }
                }
                out.push('}');
            }
        }
        true
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        self.print_to(&mut text);
        f.write_str(&text)
    }
}

/// A double as a JSON token: what JSON has no number for is written as text (`"NaN"`, `"-Infinity"`).
fn push_double_token(out: &mut String, value: f64) {
    if value.is_finite() {
        push_java_double(out, value);
    } else {
        out.push('"');
        push_java_double(out, value);
        out.push('"');
    }
}

fn push_integer(out: &mut String, value: i64) {
    use std::fmt::Write as _;
    write!(out, "{value}").expect("writing to a String cannot fail");
}

/// Appends `text` quoted: only the quote, the backslash and the characters below U+0020 are escaped, those without a
/// short form as `\u00XX` in capitals; everything else stands as it is.
pub fn push_json_string(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    loop {
        let length = plain_length(rest.as_bytes());
        out.push_str(&rest[..length]);
        let Some(&byte) = rest.as_bytes().get(length) else { break };
        push_escape(out, byte);
        rest = &rest[length + 1..];
    }
    out.push('"');
}

fn push_escape(out: &mut String, byte: u8) {
    const HEX: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    match byte {
        b'"' => out.push_str("\\\""),
        b'\\' => out.push_str("\\\\"),
        0x08 => out.push_str("\\b"),
        0x09 => out.push_str("\\t"),
        0x0A => out.push_str("\\n"),
        0x0C => out.push_str("\\f"),
        0x0D => out.push_str("\\r"),
        _ => {
            out.push_str("\\u00");
            out.push(HEX[usize::from(byte >> 4)]);
            out.push(HEX[usize::from(byte & 15)]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Json;

    #[test]
    fn values_are_printed_as_jackson_prints_them() {
        for (source, printed) in [
            (r#" { "b" : [ 1 , 2.50 , -0 , -0.0 ] , "a" : null } "#, r#"{"b":[1,2.5,0,-0.0],"a":null}"#),
            ("1e400", "\"Infinity\""),
            ("-1e400", "\"-Infinity\""),
            ("123456789012345678901234567890", "123456789012345678901234567890"),
            (r#""\u0000\u001f\/\u2028é\n\"\\""#, "\"\\u0000\\u001F/\u{2028}é\\n\\\"\\\\\""),
        ] {
            assert_eq!(Json::parse(source).unwrap().to_string(), printed, "{source}");
        }
    }
}
