//! Why a value was not encoded.

use super::{Unfit, Value};
use crate::resolution::describe;
use crate::schema::{Kind, NodeId, Schema};

/// Why a value was not encoded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at {path}: {problem}")]
#[non_exhaustive]
pub struct EncodeError {
    /// The place in the value: `$`, `.field`, `[index]`.
    pub path: String,
    /// The problem there.
    pub problem: EncodeProblem,
}

/// A problem of a value that does not fit its schema.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeProblem {
    /// It is of another type.
    #[error("a value of type {found} stands where the schema has {expected}")]
    Type {
        /// The value's kind.
        found: &'static str,
        /// The schema's type.
        expected: String,
    },
    /// A record has not as many fields as the schema.
    #[error("record {name} has {expected} fields, not {found}")]
    Fields {
        /// The record's full name.
        name: String,
        /// Fields of the schema.
        expected: usize,
        /// Fields of the value.
        found: usize,
    },
    /// A fixed value has not as many bytes as the schema says.
    #[error("fixed {name} has {expected} bytes, not {found}")]
    FixedSize {
        /// The full name.
        name: String,
        /// Bytes of the schema.
        expected: usize,
        /// Bytes of the value.
        found: usize,
    },
    /// An enum has no such position.
    #[error("enum {name} has {count} symbols, none at position {index}")]
    SymbolIndex {
        /// The full name.
        name: String,
        /// Symbols of the schema.
        count: usize,
        /// The value.
        index: usize,
    },
    /// A union has no such branch.
    #[error("the union {union} has {count} branches, none at position {index}")]
    BranchIndex {
        /// The union's branches.
        union: String,
        /// How many they are.
        count: usize,
        /// The value's branch.
        index: usize,
    },
    /// Records, arrays and maps nest too deep.
    #[error("values nest deeper than {limit} levels")]
    TooDeep {
        /// The limit.
        limit: usize,
    },
}

impl EncodeProblem {
    /// Why a value, looked at without its parts, is none of that type.
    #[cold]
    pub(crate) fn of(schema: &Schema, id: NodeId, value: &Value) -> Self {
        match (&schema[id].kind, value) {
            (Kind::Record(record), Value::Record(values)) => Self::Fields {
                name: record.name.to_string(),
                expected: record.fields.len(),
                found: values.len(),
            },
            (Kind::Fixed(fixed), Value::Fixed(value)) => {
                Self::FixedSize { name: fixed.name.to_string(), expected: fixed.size, found: value.len() }
            }
            (Kind::Enum(definition), Value::Enum(index)) => Self::SymbolIndex {
                name: definition.name.to_string(),
                count: definition.symbols.len(),
                index: *index,
            },
            (Kind::Union(branches), Value::Union(index, _)) => {
                Self::BranchIndex { union: describe(schema, id), count: branches.len(), index: *index }
            }
            _ => Self::Type { found: value.kind_name(), expected: describe(schema, id) },
        }
    }
}

impl From<Unfit<EncodeProblem>> for EncodeError {
    fn from(unfit: Unfit<EncodeProblem>) -> Self {
        let (path, problem) = unfit.into_parts();
        Self { path, problem }
    }
}
