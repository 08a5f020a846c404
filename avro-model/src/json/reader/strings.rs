//! Strings and their escapes.

use super::error::{Expected, Fault, SyntaxError};
use super::scan::Scanner;
use crate::json::plain::plain_length;
use std::borrow::Cow;

impl<'t> Scanner<'t> {
    /// The string whose opening quote stands here, borrowed when it holds no escape. It may have `limit` UTF-16 units,
    /// which is how Java counts; past them it is refused as `too_long`.
    pub(super) fn string(&mut self, limit: usize, too_long: Fault) -> Result<Cow<'t, str>, SyntaxError> {
        let open = self.at;
        self.at += 1;
        let mut plain_from = self.at;
        let mut unescaped: Option<String> = None;
        loop {
            let rest = &self.text.as_bytes()[self.at..];
            let length = plain_length(rest);
            self.at += length;
            match rest.get(length) {
                Some(b'"') => {
                    let plain = &self.text[plain_from..self.at];
                    self.at += 1;
                    let text = match unescaped {
                        None => Cow::Borrowed(plain),
                        Some(mut text) => {
                            text.push_str(plain);
                            Cow::Owned(text)
                        }
                    };
                    if text.len() > limit && text.encode_utf16().count() > limit {
                        return Err(SyntaxError { fault: too_long, offset: open });
                    }
                    return Ok(text);
                }
                Some(b'\\') => {
                    let text = unescaped.get_or_insert_default();
                    text.push_str(&self.text[plain_from..self.at]);
                    self.at += 1;
                    text.push(self.escape()?);
                    plain_from = self.at;
                }
                Some(_) => return Err(self.error(Fault::ControlCharacter)),
                None => return Err(self.unexpected(Expected::ClosingQuote)),
            }
        }
    }

    /// The character for what stands behind a backslash. Half a surrogate pair has no place in UTF-8 and becomes `?`,
    /// which is what Java puts in its place when it encodes a text.
    fn escape(&mut self) -> Result<char, SyntaxError> {
        let character = match self.peek() {
            Some(letter @ (b'"' | b'\\' | b'/')) => char::from(letter),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(),
            Some(_) => return Err(self.error(Fault::Escape)),
            None => return Err(self.unexpected(Expected::Escape)),
        };
        self.at += 1;
        Ok(character)
    }

    fn unicode_escape(&mut self) -> Result<char, SyntaxError> {
        let first = self.unit()?;
        if let Some(character) = char::from_u32(first) {
            return Ok(character);
        }
        let behind_first = self.at;
        if first < 0xDC00 && self.text[self.at..].starts_with("\\u") {
            self.at += 1;
            let second = self.unit()?;
            if (0xDC00..0xE000).contains(&second) {
                let scalar = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
                return Ok(char::from_u32(scalar).expect("two surrogates make a character"));
            }
            self.at = behind_first;
        }
        Ok('?')
    }

    /// The UTF-16 unit whose `u` stands here.
    fn unit(&mut self) -> Result<u32, SyntaxError> {
        self.at += 1;
        let Some(unit) = hex_unit(&self.text.as_bytes()[self.at..]) else {
            return Err(self.unexpected(Expected::HexDigits));
        };
        self.at += 4;
        Ok(u32::from(unit))
    }
}

/// The UTF-16 unit that the four hexadecimal digits at the beginning of a text are. A sign is no digit, which
/// `from_str_radix` would take.
pub(crate) fn hex_unit(text: &[u8]) -> Option<u16> {
    let digits = text.get(..4)?;
    let value = |digit: &u8| u16::try_from(char::from(*digit).to_digit(16)?).ok();
    digits.iter().try_fold(0, |unit, digit| Some(unit * 16 + value(digit)?))
}

#[cfg(test)]
mod tests {
    use super::hex_unit;

    #[test]
    fn a_unit_is_four_digits_and_nothing_else() {
        for (text, unit) in [
            ("0041", Some(0x41)),
            ("fFfF", Some(0xFFFF)),
            ("12345", Some(0x1234)),
            ("+123", None),
            ("-123", None),
            (" 123", None),
            ("123", None),
            ("12g4", None),
            ("12é", None),
            ("", None),
        ] {
            assert_eq!(hex_unit(text.as_bytes()), unit, "{text}");
        }
    }
}
