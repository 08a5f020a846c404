//! Incompatibilities, explained to people.

use super::Direction;

/// The reason why data of one schema cannot be read with another, and what to change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Explanation {
    /// One for each incompatibility, in the order of the messages; what is repeated for a shared type stands once.
    pub findings: Vec<ExplainedFinding>,
    /// The changes of the new schema that make the checker accept it, as advice; empty when no small ones do.
    pub changes: Vec<String>,
    /// The new schema with these changes made.
    pub repaired: Option<String>,
    /// All of it in lines of text.
    pub text: String,
}

impl Explanation {
    /// What messages say, for want of more.
    #[must_use]
    pub fn of_messages(messages: &[String]) -> Self {
        let lines = messages.iter().filter(|line| !line.starts_with("{oldSchema"));
        Self { text: lines.map(|line| format!("- {line}\n")).collect(), ..Self::default() }
    }
}

/// One incompatibility, explained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplainedFinding {
    /// The kind, by the name that messages have for it: `READER_FIELD_MISSING_DEFAULT_VALUE`.
    pub kind: String,
    /// The place in the reader's schema, as messages have it: `/fields/1`.
    pub path: String,
    /// The place by names: `field "email" of com.acme.User`.
    pub place: String,
    /// The detail, such as the types.
    pub message: String,
    /// A value that may be written and cannot be read.
    pub failing: Option<FailingValue>,
    /// Whether a decoder that follows the specification reads the data nevertheless.
    pub disputed: bool,
    /// The smallest change of the new schema that helps, as advice.
    pub change: Option<String>,
}

/// A value that was tried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailingValue {
    /// The value in the JSON of the schema's language, by the writer's schema.
    pub json: String,
    /// The error of the decoder.
    pub error: String,
}

/// An explanation of what keeps a schema from being compatible with one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplainedVersion {
    /// The number of the version.
    pub version: i32,
    /// The direction in which data cannot be read.
    pub direction: Direction,
    /// The explanation.
    pub explanation: Explanation,
}
