//! Why a text is not JSON, and where.

use std::fmt;
use thiserror::Error;

/// A place in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl Position {
    /// The position of a byte offset. Lines end with `\n`, `\r\n` or `\r`.
    pub(crate) fn of(text: &str, offset: usize) -> Self {
        let mut end = offset.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let before = &text[..end];
        let bytes = before.as_bytes();
        let breaks = (0..bytes.len())
            .filter(|&at| match bytes[at] {
                b'\n' => true,
                b'\r' => text.as_bytes().get(at + 1) != Some(&b'\n'),
                _ => false,
            })
            .fold((0, 0), |(count, _), at| (count + 1, at + 1));
        Self { line: breaks.0 + 1, column: before[breaks.1..].chars().count() + 1 }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// A text that is not JSON.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{problem} at {position}")]
pub struct JsonError {
    /// What is wrong.
    pub problem: JsonProblem,
    /// Where.
    pub position: Position,
}

/// What is wrong with a JSON text.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum JsonProblem {
    /// There is nothing but blanks and comments.
    #[error("the text is empty")]
    Empty,
    /// The text ends inside a value.
    #[error("the text ends where {expected} is expected")]
    UnexpectedEnd {
        /// What may stand here.
        expected: &'static str,
    },
    /// Something stands where it may not.
    #[error("found {found} where {expected} is expected")]
    Unexpected {
        /// The word or character that is there.
        found: String,
        /// What may stand here.
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
        /// What is too long.
        what: &'static str,
        /// The most characters that are read.
        limit: usize,
    },
}
