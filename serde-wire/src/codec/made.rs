//! Why a value of a generated type cannot be made of what there is.

use thiserror::Error;

/// A name that is no symbol of an enum.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{name:?} is no symbol of {of}")]
#[non_exhaustive]
pub struct UnknownSymbol {
    /// The full name of the enum.
    pub of: &'static str,
    /// The name that was looked for.
    pub name: String,
}

impl UnknownSymbol {
    /// A name that the enum `of` does not have.
    pub fn new(of: &'static str, name: &str) -> Self {
        Self { of, name: name.to_owned() }
    }
}

/// What a reader takes for a symbol of the writer's that its enum does not have, where that is not what the specification
/// says: the default symbol of its schema, or else an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OnUnknownSymbol {
    /// Nothing: [`DecodeError::UnknownSymbol`](super::DecodeError::UnknownSymbol), whether the schema has a default or not.
    Error,
    /// The symbol of that name.
    Symbol(&'static str),
    /// A value that holds its position in the writer's enum.
    Keep,
}

/// A field that a builder needs and did not get.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the field `{field}` of {of} has no default and was not set")]
#[non_exhaustive]
pub struct MissingField {
    /// The full name of the record.
    pub of: &'static str,
    /// The field in the schema.
    pub field: &'static str,
}

impl MissingField {
    /// A field of the record `of`.
    pub const fn new(of: &'static str, field: &'static str) -> Self {
        Self { of, field }
    }
}
