//! Why data of one type cannot become a value of another.

use crate::schema::{Kind, NodeId, Schema};
use crate::value::DefaultError;

/// Why the reader has no place for data of the writer. Types are described by their names.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Mismatch {
    /// The kinds differ and there is no promotion.
    #[error("data of type {writer} cannot be read as {reader}")]
    Type {
        /// The writer's type.
        writer: String,
        /// The reader's type.
        reader: String,
    },
    /// The kinds are equal, the names are not.
    #[error(
        "data of {kind} {writer} cannot be read as {kind} {reader}: the names differ and {reader} has no alias {writer}"
    )]
    Name {
        /// `record`, `enum` or `fixed`.
        kind: &'static str,
        /// The writer's full name.
        writer: String,
        /// The reader's full name.
        reader: String,
    },
    /// Two fixed types differ in size.
    #[error("fixed {name} has {writer} bytes in the writer's schema and {reader} in the reader's")]
    Size {
        /// The reader's full name.
        name: String,
        /// Bytes in the data.
        writer: usize,
        /// Bytes that the reader wants.
        reader: usize,
    },
    /// The reader's union has no branch for the data.
    #[error("data of type {writer} fits no branch of the reader's union {reader}")]
    Branch {
        /// The writer's type.
        writer: String,
        /// The reader's union.
        reader: String,
    },
    /// The reader's enum does not have the symbol.
    #[error("the reader's enum {name} has neither the symbol {symbol:?} nor a default")]
    Symbol {
        /// The reader's full name.
        name: String,
        /// The symbol in the data.
        symbol: String,
    },
    /// The writer does not have a field of the reader, which has no default.
    #[error("the writer's record {record} has no field {field:?}, for which the reader has no default")]
    MissingField {
        /// The reader's full name.
        record: String,
        /// The reader's field.
        field: String,
    },
    /// The writer does not have a field of the reader, whose default is not usable.
    #[error("the default of field {field:?} of record {record} cannot be used: {reason}")]
    Default {
        /// The reader's full name.
        record: String,
        /// The reader's field.
        field: String,
        /// The problem of the default.
        reason: DefaultError,
    },
}

/// Branches of a union that are named in a message.
const SHOWN_BRANCHES: usize = 8;

/// A type in a message: its full name, or its kind.
pub(crate) fn describe(schema: &Schema, id: NodeId) -> String {
    match &schema[id].kind {
        Kind::Union(branches) => {
            let short = |&id: &NodeId| {
                let node = &schema[id];
                node.name().map_or(node.kind.type_name(), |name| name.as_str())
            };
            let shown: Vec<&str> = branches.iter().take(SHOWN_BRANCHES).map(short).collect();
            let more = if branches.len() > SHOWN_BRANCHES { ", …" } else { "" };
            format!("[{}{more}]", shown.join(", "))
        }
        kind => schema[id].name().map_or_else(|| kind.type_name().to_owned(), ToString::to_string),
    }
}
