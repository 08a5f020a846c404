//! A JSON value whose numbers keep their text, and its parser.

/// How deep a body may be nested.
const MAX_DEPTH: usize = 1000;
/// How long a string may be.
const MAX_STRING: usize = 20_000_000;
/// How long a number may be.
const MAX_NUMBER: usize = 1000;

/// A JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::http) enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number as it is written, `NaN` and infinities included.
    Number(String),
    /// A text.
    String(String),
    /// A list.
    Array(Vec<Value>),
    /// An object; the last of several equal members is the one that counts.
    Object(Vec<(String, Value)>),
}

/// A body that is no JSON, or is of the wrong shape.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(in crate::http) struct Malformed(pub(super) String);

impl Malformed {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// A member of a map that is `null`, on which the original fails later.
    pub(in crate::http) fn null_in(key: &str) -> Self {
        Self(format!("The value of '{key}' must not be null"))
    }

    /// A text that is none of the names of an enum.
    pub(in crate::http) fn not_among(what: &str, text: &str, allowed: &[&str]) -> Self {
        Self(format!(
            "Cannot deserialize value of type `{what}` from String \"{text}\": not one of the values accepted for Enum class: [{}]",
            allowed.join(", ")
        ))
    }
}

/// Reads a text that holds one value and nothing else; `None` for one that holds nothing at all.
pub(in crate::http) fn parse(text: &str) -> Result<Option<Value>, Malformed> {
    let mut parser = Parser { text, at: 0 };
    parser.skip_blanks();
    if parser.at == text.len() {
        return Ok(None);
    }
    let value = parser.value(0)?;
    parser.skip_blanks();
    if parser.at < text.len() {
        return Err(parser.unexpected("end of the body"));
    }
    Ok(Some(value))
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn unexpected(&self, wanted: &str) -> Malformed {
        let found = match self.text[self.at..].chars().next() {
            Some(found) => format!("character '{}'", found.escape_default()),
            None => "end-of-input".to_owned(),
        };
        let line = self.text[..self.at].matches('\n').count() + 1;
        let column = self.text[..self.at].rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Malformed(format!("Unexpected {found}: was expecting {wanted} (line: {line}, column: {column})"))
    }

    fn value(&mut self, depth: usize) -> Result<Value, Malformed> {
        if depth >= MAX_DEPTH {
            return Err(Malformed(format!(
                "Document nesting depth exceeds the maximum allowed ({MAX_DEPTH})"
            )));
        }
        self.skip_blanks();
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => self.string().map(Value::String),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => self.word(),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, Malformed> {
        self.at += 1;
        let mut members = Vec::new();
        self.skip_blanks();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Value::Object(members));
        }
        loop {
            self.skip_blanks();
            if self.peek() != Some(b'"') {
                return Err(self.unexpected("double-quote to start field name"));
            }
            let key = self.string()?;
            self.skip_blanks();
            self.expect(b':', "a colon to separate field name and value")?;
            let value = self.value(depth + 1)?;
            members.push((key, value));
            self.skip_blanks();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return Ok(Value::Object(members));
                }
                _ => return Err(self.unexpected("comma to separate Object entries")),
            }
        }
    }

    fn array(&mut self, depth: usize) -> Result<Value, Malformed> {
        self.at += 1;
        let mut items = Vec::new();
        self.skip_blanks();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Value::Array(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            self.skip_blanks();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(Value::Array(items));
                }
                _ => return Err(self.unexpected("comma to separate Array entries")),
            }
        }
    }

    fn expect(&mut self, byte: u8, wanted: &str) -> Result<(), Malformed> {
        if self.peek() != Some(byte) {
            return Err(self.unexpected(wanted));
        }
        self.at += 1;
        Ok(())
    }

    fn word(&mut self) -> Result<Value, Malformed> {
        let rest = &self.text[self.at..];
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '+' && c != '-').unwrap_or(rest.len());
        let value = match &rest[..end] {
            "null" => Value::Null,
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            word @ ("NaN" | "Infinity" | "+INF" | "INF") => Value::Number(word.to_owned()),
            "" => return Err(self.unexpected("a value")),
            word => {
                return Err(Malformed(format!(
                    "Unrecognized token '{word}': was expecting (JSON String, Number (or 'NaN'/'+INF'/'-INF'), Array, Object or token 'null', 'true' or 'false')"
                )));
            }
        };
        self.at += end;
        Ok(value)
    }

    fn number(&mut self) -> Result<Value, Malformed> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
            if let Some(word) =
                ["INF", "Infinity"].iter().find(|word| self.text[self.at..].starts_with(**word))
            {
                self.at += word.len();
                return Ok(Value::Number(self.text[start..self.at].to_owned()));
            }
        }
        let whole = self.digits()?;
        if whole > 1 && self.text.as_bytes()[self.at - whole] == b'0' {
            return Err(Malformed::new("Invalid numeric value: Leading zeroes not allowed"));
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        if self.at - start > MAX_NUMBER {
            return Err(Malformed(format!("Number value length exceeds the maximum allowed ({MAX_NUMBER})")));
        }
        Ok(Value::Number(self.text[start..self.at].to_owned()))
    }

    fn digits(&mut self) -> Result<usize, Malformed> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == start { Err(self.unexpected("digit (0-9)")) } else { Ok(self.at - start) }
    }

    fn string(&mut self) -> Result<String, Malformed> {
        self.at += 1;
        let mut text = String::new();
        loop {
            let rest = &self.text.as_bytes()[self.at..];
            let plain = rest.iter().position(|b| matches!(b, b'"' | b'\\' | 0..=0x1F)).unwrap_or(rest.len());
            text.push_str(&self.text[self.at..self.at + plain]);
            self.at += plain;
            if text.len() > MAX_STRING {
                return Err(Malformed(format!(
                    "String value length exceeds the maximum allowed ({MAX_STRING})"
                )));
            }
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => text.push(self.escape()?),
                Some(_) => return Err(self.unexpected("a string without control characters")),
                None => return Err(self.unexpected("closing quote for a string value")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Malformed> {
        self.at += 1;
        let letter = self.peek();
        let plain = match letter {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{C}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(),
            _ => return Err(self.unexpected("an escape sequence")),
        };
        self.at += 1;
        Ok(plain)
    }

    /// A `\u` escape. Half of a surrogate pair is no character; it becomes `?`, as Java writes it.
    fn unicode(&mut self) -> Result<char, Malformed> {
        let first = self.unit()?;
        if let Some(letter) = char::from_u32(first) {
            return Ok(letter);
        }
        let before = self.at;
        if (0xD800..0xDC00).contains(&first) && self.text[self.at..].starts_with("\\u") {
            self.at += 1;
            let second = self.unit()?;
            if (0xDC00..0xE000).contains(&second) {
                let code = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
                return Ok(char::from_u32(code).unwrap_or('?'));
            }
            self.at = before;
        }
        Ok('?')
    }

    fn unit(&mut self) -> Result<u32, Malformed> {
        self.at += 1;
        let digits = self
            .text
            .get(self.at..self.at + 4)
            .filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        let unit = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let unit = unit.ok_or_else(|| self.unexpected("a hex-digit for character escape sequence"))?;
        self.at += 4;
        Ok(unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values() {
        for (text, value) in [
            (" null ", Value::Null),
            ("1.50", Value::Number("1.50".to_owned())),
            ("-0e+1", Value::Number("-0e+1".to_owned())),
            ("NaN", Value::Number("NaN".to_owned())),
            ("-INF", Value::Number("-INF".to_owned())),
            (r#""a\u00fc\ud83d\ude00\ud83d\/""#, Value::String("aü😀?/".to_owned())),
            (
                "[1,true,{}]",
                Value::Array(vec![Value::Number("1".to_owned()), Value::Bool(true), Value::Object(vec![])]),
            ),
        ] {
            assert_eq!(parse(text), Ok(Some(value)), "{text}");
        }
        assert_eq!(parse(" \r\n"), Ok(None));
    }

    #[test]
    fn what_is_no_json() {
        for text in [
            "{", "[1,]", "{\"a\"}", "tru", "01", "1.", "\"a", "\"\n\"", "\"\\x\"", "1 2", "{} x", "/* c */1",
            "'a'",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    /// Every kind of text with what is read or said of it, as `snapshots/` holds it.
    #[test]
    fn every_kind_of_text_has_its_verdict() {
        let verdict = |text: &str| match parse(text) {
            Ok(None) => "nothing".to_owned(),
            Ok(Some(value)) => shown(&value),
            Err(error) => format!("! {error}"),
        };
        insta::assert_snapshot!("verdicts", avro_model::testing::json_verdicts(verdict));
    }

    /// A value as JSON, but for members of the same name, which are all there, and texts, which are Rust's.
    fn shown(value: &Value) -> String {
        match value {
            Value::Null => "null".to_owned(),
            Value::Bool(truth) => truth.to_string(),
            Value::Number(number) => number.clone(),
            Value::String(text) => format!("{text:?}"),
            Value::Array(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(",")),
            Value::Object(members) => {
                let members = members.iter().map(|(key, value)| format!("{key:?}:{}", shown(value)));
                format!("{{{}}}", members.collect::<Vec<_>>().join(","))
            }
        }
    }

    #[test]
    fn nesting_is_bounded() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(parse(&nested(MAX_DEPTH)).is_ok());
        assert!(parse(&nested(MAX_DEPTH + 1)).is_err());
        assert!(parse(&"[".repeat(1_000_000)).is_err());
    }
}
