//! Tokens: blanks and comments, strings, numbers and words.

use super::error::{JsonError, JsonProblem, Position};
use crate::json::Raw;
use crate::json::plain::plain_length;
use std::borrow::Cow;

/// Characters of a key.
pub(super) const MAX_NAME: usize = 50_000;
/// Characters of a string.
const MAX_STRING: usize = 20_000_000;
/// Characters of a number.
const MAX_NUMBER: usize = 1_000;
/// How much of an unexpected word a message shows.
const SHOWN: usize = 20;

pub(super) struct Scanner<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Scanner<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    pub(super) fn offset(&self) -> usize {
        self.at
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub(super) fn advance(&mut self) {
        self.at += 1;
    }

    pub(super) fn error(&self, problem: JsonProblem) -> JsonError {
        JsonError { problem, position: Position::of(self.text, self.at) }
    }

    pub(super) fn unexpected(&self, found: Option<u8>, expected: &'static str) -> JsonError {
        self.error(match found {
            None => JsonProblem::UnexpectedEnd { expected },
            Some(_) => JsonProblem::Unexpected { found: self.shown(), expected },
        })
    }

    /// The word, or else the character, that stands here.
    fn shown(&self) -> String {
        let rest = &self.text[self.at..];
        let word: String =
            rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').take(SHOWN).collect();
        if word.is_empty() { format!("{:?}", rest.chars().next().unwrap_or(' ')) } else { word }
    }

    /// Skips blanks and comments.
    #[inline]
    pub(super) fn skip_blank(&mut self) -> Result<(), JsonError> {
        match self.peek() {
            Some(byte) if byte > b' ' && byte != b'/' => Ok(()),
            _ => self.skip_blanks(),
        }
    }

    fn skip_blanks(&mut self) -> Result<(), JsonError> {
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' => self.at += 1,
                b'/' => self.skip_comment()?,
                _ => break,
            }
        }
        Ok(())
    }

    fn skip_comment(&mut self) -> Result<(), JsonError> {
        let rest = &self.text.as_bytes()[self.at..];
        let length = match rest.get(1) {
            Some(b'/') => rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len()),
            Some(b'*') => match self.text[self.at + 2..].find("*/") {
                Some(length) => 2 + length + 2,
                None => return Err(self.error(JsonProblem::OpenComment)),
            },
            _ => return Err(self.unexpected(Some(b'/'), "a value or a comment")),
        };
        // The reference's JSON library refuses control characters here as it does between tokens.
        let control = |byte: &u8| *byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r');
        if let Some(place) = rest[..length].iter().position(control) {
            self.at += place;
            return Err(self.error(JsonProblem::ControlCharacter(rest[place])));
        }
        self.at += length;
        Ok(())
    }

    /// Nothing but blanks may follow; the reference does not take comments here.
    pub(super) fn end(&mut self) -> Result<(), JsonError> {
        let rest = &self.text[self.at..];
        let trailing = rest.trim_start_matches(|character: char| character <= ' ');
        if trailing.is_empty() {
            return Ok(());
        }
        self.at = self.text.len() - trailing.len();
        Err(self.error(JsonProblem::Trailing { found: trailing.chars().take(SHOWN).collect() }))
    }

    /// A string, a number, `true`, `false` or `null`.
    pub(super) fn scalar(&mut self) -> Result<Raw<'t>, JsonError> {
        match self.peek() {
            Some(b'"') => self.string(MAX_STRING).map(Raw::String),
            Some(b'-' | b'0'..=b'9') => self.number(),
            None if self.text.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')) => {
                Err(self.error(JsonProblem::Empty))
            }
            found => {
                let word = self.text[self.at..]
                    .split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'))
                    .next()
                    .unwrap_or("");
                let value = match word {
                    "true" => Raw::Bool(true),
                    "false" => Raw::Bool(false),
                    "null" => Raw::Null,
                    _ => return Err(self.unexpected(found, "a JSON value")),
                };
                self.at += word.len();
                Ok(value)
            }
        }
    }

    fn number(&mut self) -> Result<Raw<'t>, JsonError> {
        let start = self.at;
        let length = self.text.as_bytes()[start..]
            .iter()
            .take_while(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'))
            .count();
        let token = &self.text[start..start + length];
        if token.len() > MAX_NUMBER {
            return Err(self.error(JsonProblem::TooLong { what: "a number", limit: MAX_NUMBER }));
        }
        let Some(integer) = number_form(token) else {
            return Err(self.error(JsonProblem::Number(token.chars().take(SHOWN).collect())));
        };
        self.at += length;
        Ok(if !integer {
            Raw::Double(token.parse().expect("a JSON number is a number of Rust"))
        } else if let Ok(value) = token.parse() {
            Raw::Int(value)
        } else {
            Raw::BigInt(token)
        })
    }

    /// A string in double quotes, borrowed when it holds no escape.
    pub(super) fn string(&mut self, limit: usize) -> Result<Cow<'t, str>, JsonError> {
        let what = if limit == MAX_NAME { "a key" } else { "a string" };
        let open = self.at;
        self.at += 1;
        let mut plain_from = self.at;
        let mut unescaped: Option<String> = None;
        loop {
            let rest = &self.text.as_bytes()[self.at..];
            let length = plain_length(rest);
            if length == rest.len() {
                self.at = self.text.len();
                return Err(
                    self.error(JsonProblem::UnexpectedEnd { expected: "the closing quote of a string" })
                );
            };
            self.at += length;
            let plain = &self.text[plain_from..self.at];
            if self.at - open > limit && self.text[open + 1..self.at].encode_utf16().count() > limit {
                self.at = open;
                return Err(self.error(JsonProblem::TooLong { what, limit }));
            }
            match rest[length] {
                b'"' => {
                    self.at += 1;
                    return Ok(match unescaped {
                        None => Cow::Borrowed(plain),
                        Some(mut text) => {
                            text.push_str(plain);
                            Cow::Owned(text)
                        }
                    });
                }
                b'\\' => {
                    let text = unescaped.get_or_insert_default();
                    text.push_str(plain);
                    self.at += 1;
                    let character = self.escape()?;
                    unescaped.get_or_insert_default().push(character);
                    plain_from = self.at;
                }
                control => return Err(self.error(JsonProblem::ControlCharacter(control))),
            }
        }
    }

    /// What stands behind a backslash. Half a surrogate pair has no place in UTF-8 and becomes `?`, which is what the
    /// reference puts in its place when it encodes the text.
    fn escape(&mut self) -> Result<char, JsonError> {
        let Some(kind) = self.text[self.at..].chars().next() else {
            return Err(self.error(JsonProblem::UnexpectedEnd { expected: "an escape" }));
        };
        let character = match kind {
            '"' | '\\' | '/' => kind,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let high = self.hexadecimal()?;
                if let Some(character) = char::from_u32(high) {
                    return Ok(character);
                }
                let before_low = self.at;
                if high < 0xDC00 && self.text[self.at..].starts_with("\\u") {
                    self.at += 1;
                    let low = self.hexadecimal()?;
                    if (0xDC00..0xE000).contains(&low) {
                        let scalar = 0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00);
                        return Ok(char::from_u32(scalar).expect("two surrogates make a character"));
                    }
                    self.at = before_low;
                }
                return Ok('?');
            }
            other => return Err(self.error(JsonProblem::Escape(other))),
        };
        self.at += 1;
        Ok(character)
    }

    /// The four digits behind `u`.
    fn hexadecimal(&mut self) -> Result<u32, JsonError> {
        let digits = self.text.as_bytes().get(self.at + 1..self.at + 5);
        let value = digits
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let Some(value) = value else {
            return Err(self.error(JsonProblem::Unexpected {
                found: self.text[self.at..].chars().take(5).collect(),
                expected: "u and four hexadecimal digits",
            }));
        };
        self.at += 5;
        Ok(value)
    }
}

/// Whether `token` is a number of JSON, and if so whether it is an integer.
fn number_form(token: &str) -> Option<bool> {
    fn digits(text: &str) -> (usize, &str) {
        let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
        (text.len() - rest.len(), rest)
    }
    let unsigned = token.strip_prefix('-').unwrap_or(token);
    let (whole, mut rest) = digits(unsigned);
    if whole == 0 || (whole > 1 && unsigned.starts_with('0')) {
        return None;
    }
    let mut integer = true;
    if let Some(fraction) = rest.strip_prefix('.') {
        let (count, after) = digits(fraction);
        if count == 0 {
            return None;
        }
        (integer, rest) = (false, after);
    }
    if let Some(exponent) = rest.strip_prefix(['e', 'E']) {
        let (count, after) = digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent));
        if count == 0 {
            return None;
        }
        (integer, rest) = (false, after);
    }
    rest.is_empty().then_some(integer)
}
