//! Why a value was not serialized.

use super::Framing;
use crate::FromJsonError;
use crate::codec::EncodeError;
use crate::frame::SchemaKey;
use crate::registry::{ReferenceError, RegistryError};
use crate::subject::Role;
use avro_model::binary::DecodeProblem;
use avro_model::parser::ParseError;
use avro_model::value::FieldPath;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

/// A value that was not serialized. It is as small as a pointer, since every value that is serialized is asked for it.
///
/// ```
/// use serde_wire::{SerializeError, SerializeErrorKind};
///
/// fn advice(error: &SerializeError) -> &'static str {
///     match error.kind() {
///         _ if error.is_retriable() => "the registry is away: try the same value again",
///         SerializeErrorKind::Registry { .. } => "the registry refuses the schema",
///         SerializeErrorKind::Value(_) => "mend the value",
///         _ => "mend the schema or the options",
///     }
/// }
/// ```
#[derive(Clone, PartialEq)]
pub struct SerializeError(Box<SerializeErrorKind>);

/// Why a value was not serialized. The message is complete: it tells the registry's answer, which
/// [`source`](std::error::Error::source) does not repeat.
///
/// ```
/// use serde_wire::registry::MockRegistry;
/// use serde_wire::subject::Role;
/// use serde_wire::{Serializer, SerializerOptions};
/// use std::sync::Arc;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let registry = Arc::new(MockRegistry::new());
/// registry.set_away(true);
/// let names = Serializer::<String>::new(registry, "names", Role::Value, &SerializerOptions::default())?;
/// let error = names.serialize_into(&"Ada".to_owned(), &mut Vec::new()).await.unwrap_err();
/// assert!(error.is_retriable(), "the same value may be sent later");
/// assert_eq!(error.name(), "registry-unavailable");
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SerializeErrorKind {
    /// The registry did not give an id for the schema.
    #[error("no schema id for subject {subject:?}: {answer}")]
    Registry {
        /// The subject.
        subject: String,
        /// The registry's answer.
        answer: RegistryError,
    },
    /// The registry's answer does not carry what the framing needs.
    #[error(
        "the registry's answer for subject {subject:?} carries no {missing}, which {framing:?} framing needs"
    )]
    IncompleteAnswer {
        /// The subject.
        subject: String,
        /// `id` or `guid`.
        missing: &'static str,
        /// The framing.
        framing: Framing,
    },
    /// The schema carries rules that should run between the value and the wire, and nothing here runs rules.
    #[error(
        "the schema of subject {subject:?} carries rules that this crate cannot run, so the data would be wrong: {}",
        rules.join(", ")
    )]
    Rules {
        /// The subject.
        subject: String,
        /// Executor and name of each.
        rules: Vec<String>,
    },
    /// The version that is to be written with has no place for what the type writes, or not for all of it, or it would make
    /// something else of it: [`SchemaSource`](crate::SchemaSource) lists what.
    #[error(
        "{} of subject {subject:?} is the one to write with, and cannot read what the type's schema writes, or would take it \
         for other values: layout, units or scales differ; generate the type from it, or register the type's schema as a \
         new version", named(*version, *schema)
    )]
    OtherLayout {
        /// The subject.
        subject: String,
        /// The version; 0 when the answer names none, as those to an id or a GUID do not.
        version: u32,
        /// The id or the GUID, when the schema was asked for by one.
        schema: Option<SchemaKey>,
    },
    /// The schema that is to be written with is of another type.
    #[error(
        "the schema of subject {subject:?} is of type {schema_type}, and only AVRO data can be written here"
    )]
    NotAvro {
        /// The subject.
        subject: String,
        /// `JSON`, `PROTOBUF` or another one.
        schema_type: String,
    },
    /// The registry associates no subject with the topic, and there is no other rule to name it by.
    #[error(
        "the registry associates no subject with the {role} of topic {topic:?}, and the fallback is none: create the \
         association, or choose a fallback"
    )]
    NoAssociation {
        /// The topic.
        topic: String,
        /// The half of its records.
        role: Role,
    },
    /// The registry associates several subjects with the topic.
    #[error(
        "the registry associates several subjects with the {role} of topic {topic:?}: {}; name the Kafka cluster, or \
         remove all but one", subjects.join(", ")
    )]
    SeveralAssociations {
        /// The topic.
        topic: String,
        /// The half of its records.
        role: Role,
        /// The subjects.
        subjects: Vec<String>,
    },
    /// The value has no place in the version that is to be written with.
    #[error("the value has no place in the registered schema{}: {problem}", in_path(path))]
    Unfit {
        /// The part of the value, by the names of the type's own schema.
        path: FieldPath,
        /// The problem of that part.
        problem: Arc<DecodeProblem>,
    },
    /// A schema cannot be parsed.
    #[error("the {whose} schema is not valid: {error}")]
    InvalidSchema {
        /// `type's`, `given` or `registered`.
        whose: &'static str,
        /// The problem of the schema.
        error: Arc<ParseError>,
    },
    /// The registry did not give a schema that the latest version refers to.
    #[error("cannot get a schema that the subject's latest version refers to: {0}")]
    Reference(Box<ReferenceError>),
    /// The value cannot be expressed in its schema.
    #[error(transparent)]
    Value(#[from] EncodeError),
    /// A value without a generated type is none of its schema.
    #[error("{0}")]
    GenericValue(Arc<avro_model::value::EncodeError>),
    /// A value of a type of serde, or of `apache-avro`, does not fit the schema.
    #[error("the value does not fit the schema{}: {problem}", in_path(path))]
    Type {
        /// The part of the value, by the names of the schema.
        path: FieldPath,
        /// What is wrong there.
        problem: String,
    },
    /// The subject is named after a record, and which one is not known before the schema.
    #[error(
        "the latest schema for topic {topic:?} cannot be asked for, since the strategy names its subject after a record: give the \
         schema, or name the subject after the topic"
    )]
    SubjectOfRecord {
        /// The topic.
        topic: String,
    },
    /// Plain JSON is none of the schema.
    #[error("the JSON is no value of the schema, {0}")]
    Json(Box<FromJsonError>),
}

fn named(version: u32, schema: Option<SchemaKey>) -> String {
    match schema {
        Some(key) => format!("the schema with {key}"),
        None => format!("version {version}"),
    }
}

fn in_path(path: &FieldPath) -> String {
    if path.is_empty() { String::new() } else { format!(", in {path}") }
}

impl From<Box<ReferenceError>> for SerializeErrorKind {
    fn from(error: Box<ReferenceError>) -> Self {
        Self::Reference(error)
    }
}

impl SerializeErrorKind {
    /// A short stable name: `registry-unavailable`, `refused` by the registry, `incomplete-answer`, `not-avro`, `rules`,
    /// `other-layout`, `subject`, `unfit`, `invalid-schema` or `value`.
    pub fn name(&self) -> &'static str {
        match self {
            _ if self.is_retriable() => "registry-unavailable",
            Self::Registry { .. } | Self::Reference(_) => "refused",
            Self::IncompleteAnswer { .. } => "incomplete-answer",
            Self::NotAvro { .. } => "not-avro",
            Self::Rules { .. } => "rules",
            Self::OtherLayout { .. } => "other-layout",
            Self::NoAssociation { .. } | Self::SeveralAssociations { .. } | Self::SubjectOfRecord { .. } => {
                "subject"
            }
            Self::Unfit { .. } => "unfit",
            Self::InvalidSchema { .. } => "invalid-schema",
            Self::Value(_) | Self::GenericValue(_) | Self::Type { .. } | Self::Json(_) => "value",
        }
    }

    /// True when the registry is at fault and not the value: trying again later may succeed.
    pub fn is_retriable(&self) -> bool {
        match self {
            Self::Registry { answer, .. } => answer.is_retriable(),
            Self::Reference(error) => error.is_retriable(),
            _ => false,
        }
    }
}

impl SerializeError {
    /// The reason.
    pub fn kind(&self) -> &SerializeErrorKind {
        &self.0
    }

    /// The reason.
    pub fn into_kind(self) -> SerializeErrorKind {
        *self.0
    }

    /// The [name](SerializeErrorKind::name) of its kind.
    pub fn name(&self) -> &'static str {
        self.0.name()
    }

    /// True when the registry is at fault and not the value: trying again later may succeed.
    pub fn is_retriable(&self) -> bool {
        self.0.is_retriable()
    }
}

impl<K: Into<SerializeErrorKind>> From<K> for SerializeError {
    #[cold]
    fn from(kind: K) -> Self {
        Self(Box::new(kind.into()))
    }
}

impl fmt::Display for SerializeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for SerializeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SerializeError").field(&self.0).finish()
    }
}

impl Error for SerializeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        // The kind is a part of the message and no cause of it.
        self.0.source()
    }
}
