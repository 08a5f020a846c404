//! What IDL has no form for.

use thiserror::Error;

/// Something that a text in IDL leaves out or says in another way.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum IdlLoss {
    /// A doc that no comment gives back.
    #[error("the doc of {of} is left out: {reason}")]
    Doc {
        /// The definition, field or message.
        of: String,
        /// What in it cannot stand in a comment.
        reason: &'static str,
    },
    /// A property that no annotation gives back.
    #[error("the property \"{key}\" of {of} is left out: {reason}")]
    Property {
        /// The definition, type, field or message.
        of: String,
        /// Its key.
        key: String,
        /// Why there is no annotation for it.
        reason: &'static str,
    },
    /// A decimal that has no scale comes back with the scale 0, which means the same.
    #[error("the scale 0 of the decimal of {of} is written out, as IDL does")]
    Scale {
        /// The definition, type or field.
        of: String,
    },
}

impl IdlLoss {
    /// Whether what is read back means the same, though its text is another one.
    pub fn means_the_same(&self) -> bool {
        matches!(self, Self::Scale { .. })
    }
}

/// Something that IDL cannot say at all.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NotInIdl {
    /// A union without branches.
    #[error("{of} has a union without branches, which IDL does not have")]
    EmptyUnion {
        /// The definition, field or message.
        of: String,
    },
    /// A name that IDL does not take.
    #[error("{of}: IDL does not take the name \"{name}\"")]
    Name {
        /// The name.
        name: String,
        /// Its place.
        of: String,
    },
    /// A type without a namespace, named where there is one.
    #[error("{of} uses {name}, which has no namespace: IDL cannot name it inside the namespace {namespace}")]
    NoNamespace {
        /// The type.
        name: String,
        /// The namespace around its use.
        namespace: String,
        /// The place of its use.
        of: String,
    },
    /// An error of a message that is no named type.
    #[error("{of} declares an error that is no named type")]
    UnnamedError {
        /// The message.
        of: String,
    },
    /// Types or values inside each other more often than IDL is read.
    #[error("{of} is nested more than {limit} levels deep, which IDL is not read with")]
    TooDeep {
        /// The definition, field or message.
        of: String,
        /// The limit.
        limit: usize,
    },
}
