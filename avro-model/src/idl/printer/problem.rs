//! What IDL has no form for.

use crate::name::Fullname;
use std::fmt;
use thiserror::Error;

/// A part of a schema or a protocol that IDL does not say as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum IdlPart {
    /// The schema that is none of the named types.
    Schema,
    /// The namespace of the file.
    Namespace,
    /// A named type.
    Type(Fullname),
    /// A field of a record.
    Field {
        /// The record.
        record: Fullname,
        /// Its field.
        field: String,
    },
    /// The protocol.
    Protocol(Fullname),
    /// A message.
    Message(String),
    /// The result of a message.
    Result {
        /// The message.
        message: String,
    },
    /// A parameter of a message.
    Parameter {
        /// The message.
        message: String,
        /// Its parameter.
        parameter: String,
    },
}

impl fmt::Display for IdlPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Schema => f.write_str("the schema"),
            Self::Namespace => f.write_str("the namespace"),
            Self::Type(name) => name.fmt(f),
            Self::Field { record, field } => write!(f, "field \"{field}\" of {record}"),
            Self::Protocol(name) => write!(f, "protocol {name}"),
            Self::Message(name) => write!(f, "message \"{name}\""),
            Self::Result { message } => write!(f, "the result of message \"{message}\""),
            Self::Parameter { message, parameter } => {
                write!(f, "parameter \"{parameter}\" of message \"{message}\"")
            }
        }
    }
}

/// Something that a text in IDL leaves out or says in another way.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum IdlLoss {
    /// A doc that no comment gives back.
    #[error("the doc of {of} is left out: {reason}")]
    Doc {
        /// The definition, field or message.
        of: IdlPart,
        /// What in it cannot stand in a comment.
        reason: &'static str,
    },
    /// A property that no annotation gives back.
    #[error("the property \"{key}\" of {of} is left out: {reason}")]
    Property {
        /// The definition, type, field or message.
        of: IdlPart,
        /// Its key.
        key: String,
        /// Why there is no annotation for it.
        reason: &'static str,
    },
    /// A decimal that has no scale comes back with the scale 0, which means the same.
    #[error("the scale 0 of the decimal of {of} is written out, as IDL does")]
    Scale {
        /// The definition, type or field.
        of: IdlPart,
    },
}

impl IdlLoss {
    /// What it is a loss of.
    pub fn of(&self) -> &IdlPart {
        match self {
            Self::Doc { of, .. } | Self::Property { of, .. } | Self::Scale { of } => of,
        }
    }

    /// The attribute in which it stands: `doc`, the key of a property, or `type`.
    pub fn attribute(&self) -> &str {
        match self {
            Self::Doc { .. } => "doc",
            Self::Property { key, .. } => key,
            Self::Scale { .. } => "type",
        }
    }

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
        of: IdlPart,
    },
    /// A name that IDL does not take.
    #[error("{of}: IDL does not take the name \"{name}\"")]
    Name {
        /// The name.
        name: String,
        /// Its place.
        of: IdlPart,
    },
    /// A type without a namespace, named where there is one.
    #[error("{of} uses {name}, which has no namespace: IDL cannot name it inside the namespace {namespace}")]
    NoNamespace {
        /// The type.
        name: String,
        /// The namespace around its use.
        namespace: String,
        /// The place of its use.
        of: IdlPart,
    },
    /// An error of a message that is no named type.
    #[error("{of} declares an error that is no named type")]
    UnnamedError {
        /// The message.
        of: IdlPart,
    },
    /// Types or values inside each other more often than IDL is read.
    #[error("{of} is nested more than {limit} levels deep, which IDL is not read with")]
    TooDeep {
        /// The definition, field or message.
        of: IdlPart,
        /// The limit.
        limit: usize,
    },
}

impl NotInIdl {
    /// What it is about.
    pub fn of(&self) -> &IdlPart {
        match self {
            Self::EmptyUnion { of }
            | Self::Name { of, .. }
            | Self::NoNamespace { of, .. }
            | Self::UnnamedError { of }
            | Self::TooDeep { of, .. } => of,
        }
    }
}
