//! Errors of a text that should be JSON, in words for those who write schemas.

use super::position::Position;
use super::reader::{Expected, Fault, Options, SyntaxError, word_at};
use crate::budget::Stopped;
use thiserror::Error;

/// How much of an unexpected word a message shows, in characters.
const SHOWN: usize = 20;

/// A text that is not JSON.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{problem} at {position}")]
pub struct JsonError {
    /// The fault.
    pub problem: JsonProblem,
    /// The position of the fault.
    pub position: Position,
}

/// A fault of a JSON text.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum JsonProblem {
    /// There is nothing but blanks and comments.
    #[error("the text is empty")]
    Empty,
    /// The text ends inside a value.
    #[error("the text ends where {expected} is expected")]
    UnexpectedEnd {
        /// The kinds of token that may stand here.
        expected: &'static str,
    },
    /// Something stands where it may not.
    #[error("found {found} where {expected} is expected")]
    Unexpected {
        /// The word or character that is there.
        found: String,
        /// The kinds of token that may stand here.
        expected: &'static str,
    },
    /// There is more behind the value.
    #[error("there is more text behind the JSON value: {found}")]
    Trailing {
        /// How it begins.
        found: String,
    },
    /// A comment that is not closed.
    #[error("the comment that begins here is not closed with */")]
    OpenComment,
    /// A control character inside a string or a comment.
    #[error("control character U+{0:04X} is not allowed here; in a string it is written as an escape")]
    ControlCharacter(u8),
    /// An escape that JSON does not know.
    #[error("\\{0} is no escape of JSON")]
    Escape(char),
    /// A number that JSON does not allow, such as `01` or `1.`.
    #[error("{0} is no number of JSON")]
    Number(String),
    /// Deeper than the limit.
    #[error("arrays and objects are nested deeper than {limit} levels")]
    TooDeep {
        /// The most levels that are read.
        limit: usize,
    },
    /// A number, key or string longer than its limit.
    #[error("{what} is longer than {limit} characters")]
    TooLong {
        /// The part that is too long.
        what: &'static str,
        /// The most characters that are read.
        limit: usize,
    },
    /// The reading was to end before the text did.
    #[error(transparent)]
    Stopped(Stopped),
}

impl JsonError {
    /// Words what the reader found in `text`, which it read with `options`.
    pub(super) fn of(text: &str, options: &Options, error: SyntaxError) -> Self {
        let SyntaxError { fault, offset } = error;
        let (problem, offset) = match whole_number(text, fault, offset) {
            Some((number, start)) if number.len() > options.max_number => {
                (JsonProblem::TooLong { what: "a number", limit: options.max_number }, start)
            }
            Some((number, start)) => (JsonProblem::Number(shown(number)), start),
            None => (problem(text, options, fault, offset), offset - usize::from(is_hex(fault))),
        };
        Self { problem, position: Position::of(text, offset) }
    }
}

/// An escape of four digits is shown from its `u` on.
fn is_hex(fault: Fault) -> bool {
    fault == Fault::Unexpected(Expected::HexDigits)
}

fn problem(text: &str, options: &Options, fault: Fault, offset: usize) -> JsonProblem {
    let rest = &text[offset..];
    match fault {
        Fault::Unexpected(Expected::Value) if is_blank(text) => JsonProblem::Empty,
        Fault::Unexpected(Expected::HexDigits) => JsonProblem::Unexpected {
            found: text[offset - 1..].chars().take(5).collect(),
            expected: wording(Expected::HexDigits),
        },
        Fault::Unexpected(expected) if rest.is_empty() => {
            JsonProblem::UnexpectedEnd { expected: wording(expected) }
        }
        Fault::Unexpected(expected) => {
            JsonProblem::Unexpected { found: word(rest), expected: wording(expected) }
        }
        Fault::Trailing => JsonProblem::Trailing { found: shown(rest) },
        Fault::OpenComment => JsonProblem::OpenComment,
        Fault::ControlCharacter => JsonProblem::ControlCharacter(rest.bytes().next().unwrap_or_default()),
        Fault::Escape => JsonProblem::Escape(rest.chars().next().unwrap_or_default()),
        Fault::LeadingZero | Fault::Number => JsonProblem::Number(shown(word_at(text, offset))),
        Fault::TooDeep => JsonProblem::TooDeep { limit: options.max_depth },
        Fault::LongNumber => JsonProblem::TooLong { what: "a number", limit: options.max_number },
        Fault::LongKey => JsonProblem::TooLong { what: "a key", limit: options.max_key },
        Fault::Stopped(stopped) => JsonProblem::Stopped(stopped),
        Fault::LongString => JsonProblem::TooLong { what: "a string", limit: options.max_string },
    }
}

/// The run of characters of numbers around a fault, and where it begins, if the fault lies in or right behind a number:
/// a person takes all of `1.2.3` for one bad number.
fn whole_number(text: &str, fault: Fault, offset: usize) -> Option<(&str, usize)> {
    fn of_number(byte: &u8) -> bool {
        matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E')
    }
    let (before, behind) = text.as_bytes().split_at(offset);
    let goes_on = before.last().is_some_and(u8::is_ascii_digit) && behind.first().is_some_and(of_number);
    match fault {
        Fault::Unexpected(Expected::Digit) | Fault::LeadingZero | Fault::LongNumber => {}
        Fault::Unexpected(Expected::NextItem | Expected::NextMember) | Fault::Trailing if goes_on => {}
        _ => return None,
    }
    let start = offset - before.iter().rev().take_while(|byte| of_number(byte)).count();
    let end = offset + behind.iter().take_while(|byte| of_number(byte)).count();
    Some((&text[start..end], start))
}

fn is_blank(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'))
}

fn shown(text: &str) -> String {
    text.chars().take(SHOWN).collect()
}

/// The word, or else the character, at the beginning of a text that is not empty.
fn word(rest: &str) -> String {
    let word: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').take(SHOWN).collect();
    if word.is_empty() { format!("{:?}", rest.chars().next().unwrap_or(' ')) } else { word }
}

fn wording(expected: Expected) -> &'static str {
    match expected {
        Expected::Value => "a JSON value",
        Expected::ValueOrComment => "a value or a comment",
        Expected::Key => "a key in double quotes",
        Expected::Colon => "':'",
        Expected::NextItem => "',' or ']'",
        Expected::NextMember => "',' or '}'",
        Expected::Digit => "a digit",
        Expected::ClosingQuote => "the closing quote of a string",
        Expected::Escape => "an escape",
        Expected::HexDigits => "u and four hexadecimal digits",
    }
}
