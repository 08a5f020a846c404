//! Why a reader stops.

use crate::budget::Stopped;
use std::fmt;

/// A text that is not what the reader takes: what is wrong and at which byte.
///
/// Its `Display` is meant for developers. Callers that answer people word it themselves, as [`JsonError`] does for
/// schemas.
///
/// [`JsonError`]: crate::json::JsonError
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SyntaxError {
    /// The fault.
    pub fault: Fault,
    /// The byte of the text at which it shows.
    pub offset: usize,
}

/// A fault of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// Something else than what is expected stands here, or the text ends.
    Unexpected(Expected),
    /// There is more behind the value.
    Trailing,
    /// The comment that begins here is not closed.
    OpenComment,
    /// A control character in a string or a comment.
    ControlCharacter,
    /// A letter behind a backslash that makes no escape.
    Escape,
    /// A number with zeros before its first digit.
    LeadingZero,
    /// A number that the builder refused, or at the end of the text one that does not end here.
    Number,
    /// An array or object inside as many others as are allowed.
    TooDeep,
    /// A number that is longer than allowed.
    LongNumber,
    /// A key that is longer than allowed.
    LongKey,
    /// A string that is longer than allowed.
    LongString,
    /// The reading was to end before the text did.
    Stopped(Stopped),
}

/// The kinds of token that may stand at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Expected {
    /// A value.
    Value,
    /// A value or, begun with a slash, a comment.
    ValueOrComment,
    /// A key in quotes.
    Key,
    /// The colon behind a key.
    Colon,
    /// The comma or bracket behind an item.
    NextItem,
    /// The comma or brace behind a member.
    NextMember,
    /// A digit of a number.
    Digit,
    /// The quote that closes a string.
    ClosingQuote,
    /// The letter of an escape.
    Escape,
    /// The four hexadecimal digits behind `\u`.
    HexDigits,
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not JSON at byte {}: {:?}", self.offset, self.fault)
    }
}

impl std::error::Error for SyntaxError {}
