//! The error of a conversion into or out of a logical type.

use thiserror::Error;

/// A text that does not denote a value of the type, or a value that the other type cannot hold.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("\"{text}\" {reason}")]
pub struct OutOfRange {
    text: String,
    reason: String,
}

impl OutOfRange {
    pub(super) fn new(value: &(impl ToString + ?Sized), reason: impl Into<String>) -> Self {
        Self { text: value.to_string(), reason: reason.into() }
    }
}
