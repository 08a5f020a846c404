//! JSON values as IDL writes them: defaults and the values of annotations (idl §6).

use super::error::{IdlError, IdlProblem};
use super::hexadecimal_float::hexadecimal_float;
use super::lexer::Token;
use super::syntax::{MAX_DEPTH, Syntax};
use crate::json::Json;

impl Syntax {
    /// A JSON value.
    pub(super) fn literal(&mut self) -> Result<Json, IdlError> {
        self.nested(Self::literal_inside)
    }

    fn literal_inside(&mut self) -> Result<Json, IdlError> {
        match self.peek().clone() {
            Token::Text(text) => {
                self.next();
                Ok(Json::String(text))
            }
            Token::Number(digits) => {
                let at = self.span();
                self.next();
                number(&digits).ok_or_else(|| self.fault(at, IdlProblem::Number(digits)))
            }
            Token::Word { text, .. } => {
                let value = match text.as_str() {
                    "null" => Json::Null,
                    "true" => Json::Bool(true),
                    "false" => Json::Bool(false),
                    "NaN" => Json::Double(f64::NAN),
                    "Infinity" => Json::Double(f64::INFINITY),
                    _ => return Err(self.unexpected("a JSON value")),
                };
                self.next();
                Ok(value)
            }
            Token::Symbol('[') => {
                self.next();
                let mut items = Vec::new();
                self.list(']', "\",\" or \"]\"", |syntax| {
                    items.push(syntax.literal()?);
                    Ok(())
                })?;
                Ok(Json::Array(items))
            }
            Token::Symbol('{') => {
                self.next();
                let mut members: Vec<(String, Json)> = Vec::new();
                self.list('}', "\",\" or \"}\"", |syntax| {
                    let key = syntax.text("a key in quotes")?;
                    syntax.symbol(':', "\":\"")?;
                    let value = syntax.literal()?;
                    match members.iter_mut().find(|(known, _)| *known == key) {
                        Some(member) => member.1 = value,
                        None => members.push((key, value)),
                    }
                    Ok(())
                })?;
                Ok(Json::Object(members))
            }
            _ => Err(self.unexpected("a JSON value")),
        }
    }

    /// Runs `inner` one level deeper.
    pub(super) fn nested<T>(
        &mut self,
        inner: impl FnOnce(&mut Self) -> Result<T, IdlError>,
    ) -> Result<T, IdlError> {
        if self.depth >= MAX_DEPTH {
            let at = self.span();
            return Err(self.fault(at, IdlProblem::TooDeep { limit: MAX_DEPTH }));
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }
}

/// A number of IDL, which has Java's forms: hexadecimal, octal, a suffix for the type, NaN and infinities.
fn number(text: &str) -> Option<Json> {
    let (sign, digits) = match text.as_bytes().first()? {
        b'-' => ("-", &text[1..]),
        b'+' => ("", &text[1..]),
        _ => ("", text),
    };
    let signed = |value: f64| Json::Double(if sign == "-" { -value } else { value });
    match digits {
        "NaN" => return Some(Json::Double(f64::NAN)),
        "Infinity" => return Some(signed(f64::INFINITY)),
        _ => {}
    }
    let lower = digits.to_ascii_lowercase();
    if let Some(hexadecimal) = lower.strip_prefix("0x") {
        return match hexadecimal.split_once('p') {
            Some((digits, exponent)) => hexadecimal_float(digits, exponent).map(signed),
            None => integer(sign, hexadecimal.strip_suffix('l').unwrap_or(hexadecimal), 16),
        };
    }
    let decimal = lower.trim_end_matches(['l', 'f', 'd']);
    if lower.len() - decimal.len() > 1 {
        return None;
    }
    let whole = decimal.bytes().all(|byte| byte.is_ascii_digit());
    if whole && lower.ends_with(['f', 'd']) {
        return decimal.parse().ok().map(signed);
    }
    if whole && decimal.len() > 1 && decimal.starts_with('0') {
        return integer(sign, decimal, 8);
    }
    if !whole && lower.ends_with('l') {
        return None;
    }
    // Java also allows a point without digits on one side, which JSON does not.
    let mut json = format!("{sign}{}{decimal}", if decimal.starts_with('.') { "0" } else { "" });
    if json.ends_with('.') {
        json.push('0');
    }
    Json::parse(&json.replace(".e", ".0e")).ok()
}

fn integer(sign: &str, digits: &str, radix: u32) -> Option<Json> {
    // `from_str_radix` alone would take a second sign, as in `0x-1`.
    let unsigned = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    unsigned.then(|| i64::from_str_radix(&format!("{sign}{digits}"), radix).ok().map(Json::Int)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_forms_of_java() {
        for (text, expected) in [
            ("12", Some(Json::Int(12))),
            ("-12L", Some(Json::Int(-12))),
            ("+3", Some(Json::Int(3))),
            ("0x1F", Some(Json::Int(31))),
            ("-017", Some(Json::Int(-15))),
            ("0", Some(Json::Int(0))),
            ("1.5e3", Some(Json::Double(1500.0))),
            (".5", Some(Json::Double(0.5))),
            ("0x1.8p3", Some(Json::Double(12.0))),
            ("-0X.8P1D", Some(Json::Double(-1.0))),
            ("0x1.8", None),
            ("2.", Some(Json::Double(2.0))),
            ("2f", Some(Json::Double(2.0))),
            ("-Infinity", Some(Json::Double(f64::NEG_INFINITY))),
            ("18446744073709551616", Some(Json::BigInt("18446744073709551616".to_owned()))),
            ("1.5L", None),
            ("089", None),
            ("1x", None),
            ("0x1fL", Some(Json::Int(31))),
            ("0x1fLL", None),
            ("0x", None),
            ("0x-1", None),
            ("0x+1", None),
            ("-0x-1", None),
            ("-", None),
        ] {
            assert_eq!(number(text), expected, "{text}");
        }
    }
}
