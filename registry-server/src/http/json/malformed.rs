//! Texts about a body that cannot be read, in the words of the original's JSON library.

use avro_model::json::Position;
use avro_model::json::reader::{Expected, Fault, SyntaxError, word_at};

use super::parse::{MAX_DEPTH, MAX_NUMBER, MAX_STRING};

/// A body that is no JSON, or is not of the type that it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(in crate::http) struct Malformed(pub(super) String);

impl Malformed {
    pub(in crate::http) fn new(text: impl Into<String>) -> Self {
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

    /// The fault that the reader found in `text`.
    pub(super) fn syntax(text: &str, error: SyntaxError) -> Self {
        match error.fault {
            Fault::Unexpected(Expected::Value) => match word_at(text, error.offset) {
                "" => unexpected(text, error.offset, "a value"),
                word => Self(format!(
                    "Unrecognized token '{word}': was expecting (JSON String, Number (or 'NaN'/'+INF'/'-INF'), Array, Object or token 'null', 'true' or 'false')"
                )),
            },
            Fault::LeadingZero => Self::new("Invalid numeric value: Leading zeroes not allowed"),
            Fault::TooDeep => {
                Self(format!("Document nesting depth exceeds the maximum allowed ({MAX_DEPTH})"))
            }
            Fault::LongNumber => {
                Self(format!("Number value length exceeds the maximum allowed ({MAX_NUMBER})"))
            }
            Fault::LongString => {
                Self(format!("String value length exceeds the maximum allowed ({MAX_STRING})"))
            }
            Fault::Stopped(stopped) => Self(stopped.to_string()),
            fault => unexpected(text, error.offset, wanted(fault)),
        }
    }
}

fn unexpected(text: &str, offset: usize, wanted: &str) -> Malformed {
    let found = match text[offset..].chars().next() {
        Some(found) => format!("character '{}'", found.escape_default()),
        None => "end-of-input".to_owned(),
    };
    let Position { line, column } = Position::of(text, offset);
    Malformed(format!("Unexpected {found}: was expecting {wanted} (line: {line}, column: {column})"))
}

fn wanted(fault: Fault) -> &'static str {
    match fault {
        Fault::Unexpected(Expected::Key) => "double-quote to start field name",
        Fault::Unexpected(Expected::Colon) => "a colon to separate field name and value",
        Fault::Unexpected(Expected::NextItem) => "comma to separate Array entries",
        Fault::Unexpected(Expected::NextMember) => "comma to separate Object entries",
        Fault::Unexpected(Expected::Digit) => "digit (0-9)",
        Fault::Unexpected(Expected::ClosingQuote) => "closing quote for a string value",
        Fault::Unexpected(Expected::Escape) | Fault::Escape => "an escape sequence",
        Fault::Unexpected(Expected::HexDigits) => "a hex-digit for character escape sequence",
        Fault::ControlCharacter => "a string without control characters",
        Fault::Trailing => "end of the body",
        _ => "a value",
    }
}
