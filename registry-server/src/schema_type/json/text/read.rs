//! Reading. As in the original, what follows the first value is not looked at, and `NaN` and the infinities are values,
//! which are printed as texts.

use std::collections::HashMap;

use super::super::limits::{MAX_NESTING, MAX_NUMBER};
use super::{Json, number};

/// From how many members on names are looked up in a table.
const MANY_MEMBERS: usize = 16;

/// Why a text is no JSON.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(in super::super) enum Unreadable {
    /// It is not well formed.
    #[error("not JSON at byte {0}")]
    Malformed(usize),
    /// It is well formed but too deep.
    #[error("more than {MAX_NESTING} levels of nesting")]
    TooDeep,
}

/// Reads the first value of a text.
pub(in super::super) fn read(text: &str) -> Result<Json, Unreadable> {
    let mut reader = Reader { text, bytes: text.as_bytes(), at: 0 };
    reader.value(0)
}

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn malformed<T>(&self) -> Result<T, Unreadable> {
        Err(Unreadable::Malformed(self.at))
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = self.peek() {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        let met = self.peek() == Some(byte);
        self.at += usize::from(met);
        met
    }

    fn value(&mut self, depth: usize) -> Result<Json, Unreadable> {
        self.skip_space();
        match self.peek() {
            Some(b'{' | b'[') if depth == MAX_NESTING => Err(Unreadable::TooDeep),
            Some(b'{') => self.object(depth + 1),
            Some(b'[') => self.array(depth + 1),
            Some(b'"') => self.string().map(Json::String),
            Some(b'-' | b'0'..=b'9') if !self.bytes[self.at..].starts_with(b"-I") => self.number(),
            _ => self.word(),
        }
    }

    fn word(&mut self) -> Result<Json, Unreadable> {
        let rest = &self.bytes[self.at..];
        let length = rest
            .iter()
            .position(|byte| !(byte.is_ascii_alphanumeric() || b"+-_$".contains(byte) || *byte >= 0x80))
            .unwrap_or(rest.len());
        let value = match &rest[..length] {
            b"null" => Json::Null,
            b"true" => Json::Bool(true),
            b"false" => Json::Bool(false),
            b"NaN" => Json::String("NaN".to_owned()),
            b"Infinity" | b"INF" | b"+Infinity" | b"+INF" => Json::String("Infinity".to_owned()),
            b"-Infinity" | b"-INF" => Json::String("-Infinity".to_owned()),
            _ => return self.malformed(),
        };
        self.at += length;
        Ok(value)
    }

    fn digits(&mut self) -> Result<(), Unreadable> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at == start { self.malformed() } else { Ok(()) }
    }

    fn number(&mut self) -> Result<Json, Unreadable> {
        let start = self.at;
        self.take(b'-');
        let zero = self.peek() == Some(b'0');
        let first = self.at;
        self.digits()?;
        if zero && self.at - first > 1 {
            return self.malformed();
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            if !self.take(b'+') {
                self.take(b'-');
            }
            let exponent = self.at;
            self.digits()?;
            if self.text[exponent..self.at].parse::<i32>().is_err() {
                return self.malformed();
            }
        }
        if self.at - start > MAX_NUMBER {
            return self.malformed();
        }
        // A number ends where something else begins, never in the middle of a word.
        match self.peek() {
            None | Some(b' ' | b'\t' | b'\r' | b'\n' | b',' | b']' | b'}') => {
                Ok(Json::Number(number::canonical(&self.text[start..self.at])))
            }
            Some(_) => self.malformed(),
        }
    }

    fn array(&mut self, depth: usize) -> Result<Json, Unreadable> {
        self.at += 1;
        let mut elements = Vec::new();
        self.skip_space();
        if self.take(b']') {
            return Ok(Json::Array(elements));
        }
        loop {
            elements.push(self.value(depth)?);
            self.skip_space();
            if self.take(b']') {
                return Ok(Json::Array(elements));
            }
            if !self.take(b',') {
                return self.malformed();
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Json, Unreadable> {
        self.at += 1;
        let mut members: Vec<(String, Json)> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        self.skip_space();
        if self.take(b'}') {
            return Ok(Json::Object(members));
        }
        loop {
            self.skip_space();
            if self.peek() != Some(b'"') {
                return self.malformed();
            }
            let name = self.string()?;
            self.skip_space();
            if !self.take(b':') {
                return self.malformed();
            }
            let value = self.value(depth)?;
            if members.len() == MANY_MEMBERS {
                places = members.iter().enumerate().map(|(at, (name, _))| (name.clone(), at)).collect();
            }
            let place = if members.len() < MANY_MEMBERS {
                members.iter().position(|(earlier, _)| *earlier == name)
            } else {
                places.get(&name).copied()
            };
            match place {
                Some(place) => members[place].1 = value,
                None => {
                    if members.len() >= MANY_MEMBERS {
                        places.insert(name.clone(), members.len());
                    }
                    members.push((name, value));
                }
            }
            self.skip_space();
            if self.take(b'}') {
                return Ok(Json::Object(members));
            }
            if !self.take(b',') {
                return self.malformed();
            }
        }
    }

    fn string(&mut self) -> Result<String, Unreadable> {
        self.at += 1;
        let mut out = String::new();
        loop {
            let start = self.at;
            while self.peek().is_some_and(|byte| byte != b'"' && byte != b'\\' && byte >= 0x20) {
                self.at += 1;
            }
            out.push_str(&self.text[start..self.at]);
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => {
                    self.at += 1;
                    self.escape(&mut out)?;
                }
                _ => return self.malformed(),
            }
        }
    }

    fn escape(&mut self, out: &mut String) -> Result<(), Unreadable> {
        let Some(byte) = self.peek() else { return self.malformed() };
        self.at += 1;
        out.push(match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => self.unicode()?,
            _ => return self.malformed(),
        });
        Ok(())
    }

    /// A code point; half of a surrogate pair is `?`, which is what Java writes for it.
    fn unicode(&mut self) -> Result<char, Unreadable> {
        let high = self.unit()?;
        if let Some(letter) = char::from_u32(high) {
            return Ok(letter);
        }
        if (0xD800..0xDC00).contains(&high) && self.bytes[self.at..].starts_with(b"\\u") {
            let before = self.at;
            self.at += 2;
            let low = self.unit()?;
            if (0xDC00..0xE000).contains(&low) {
                let point = 0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00);
                return Ok(char::from_u32(point).unwrap_or('?'));
            }
            self.at = before;
        }
        Ok('?')
    }

    fn unit(&mut self) -> Result<u32, Unreadable> {
        let digits = self.bytes.get(self.at..self.at + 4);
        let Some(digits) = digits.filter(|digits| digits.iter().all(u8::is_ascii_hexdigit)) else {
            return self.malformed();
        };
        let unit = digits.iter().filter_map(|digit| char::from(*digit).to_digit(16));
        let unit = unit.fold(0, |unit, digit| unit * 16 + digit);
        self.at += 4;
        Ok(unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_what_was_read_without_spaces() {
        for (given, printed) in [
            (r#" { "b" : 1 , "a" : [ true , null ] } "#, r#"{"b":1,"a":[true,null]}"#),
            (r#"{"a":1,"b":2,"a":3}"#, r#"{"a":3,"b":2}"#),
            (r#"["\u00e9\/\ud83d\ude00\ud800x"]"#, "[\"é/😀?x\"]"),
            (r#"["\u0001\"\\"]"#, r#"["\u0001\"\\"]"#),
            ("[NaN,-Infinity]", r#"["NaN","-Infinity"]"#),
            ("{} and more", "{}"),
        ] {
            assert_eq!(read(given).unwrap().to_string(), printed, "{given}");
        }
    }

    #[test]
    fn what_is_not_json_is_refused() {
        for text in [
            "",
            "{",
            "[1,]",
            "{\"a\"}",
            "{a:1}",
            "01",
            "1.",
            "-",
            "nul",
            "truex",
            "\"\n\"",
            "\"\\x\"",
            "5x",
            "1e99999999999",
        ] {
            assert!(matches!(read(text), Err(Unreadable::Malformed(_))), "{text}");
        }
    }

    /// Every kind of text with what is read or said of it, as `snapshots/` holds it.
    #[test]
    fn every_kind_of_text_has_its_verdict() {
        let verdict = |text: &str| match read(text) {
            Ok(value) => value.to_string(),
            Err(Unreadable::Malformed(_)) => "! not JSON".to_owned(),
            Err(error) => format!("! {error}"),
        };
        insta::assert_snapshot!("verdicts", avro_model::testing::json_verdicts(verdict));
    }

    #[test]
    fn nesting_is_bounded() {
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(read(&nested(MAX_NESTING)).is_ok());
        assert_eq!(read(&nested(MAX_NESTING + 1)), Err(Unreadable::TooDeep));
        assert_eq!(read(&"[".repeat(1_000_000)), Err(Unreadable::TooDeep));
    }
}
