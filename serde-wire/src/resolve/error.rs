//! Why data of a writer's schema cannot be read as a type.

use super::SchemaMismatch;
use avro_model::ParseError;
use avro_model::resolution::ResolutionError;
use thiserror::Error;

/// A writer's schema whose data a type can never read.
///
/// Found before any data is: what depends on the data (a branch of the writer's union, a symbol of its enum that the
/// type has no place for) is a [`DecodeError`](crate::codec::DecodeError) of the datum that has it.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum IncompatibleSchema {
    /// Every datum has a value that the type has no place for, or lacks one that it cannot do without.
    #[error("data of the writer's schema can never be read: {0}")]
    Mismatch(Box<SchemaMismatch>),
    /// The schemas are too large for each other.
    #[error(transparent)]
    TooLarge(#[from] ResolutionError),
    /// The schema in the type's code is not one: the type was not generated, or not by a matching version.
    #[error("the type's own schema is not valid: {0}")]
    OwnSchema(Box<ParseError>),
}
