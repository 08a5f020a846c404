//! What became of one half of a record, as one value to match on.

use crate::codec::DecodeError;
use crate::resolve::{FieldPath, IncompatibleSchema};
use crate::{DeserializeError, DeserializeErrorKind};
use avro_model::binary::DecodeProblem;
use std::sync::Arc;

/// What became of one half of a record: a value, null, or a message that cannot be decoded, by its kind.
///
/// Each of the latter has the [`DeserializeError`], with the bytes, the schema that the message names and a message for people.
///
/// ```
/// use serde_wire::Outcome;
///
/// fn handle(outcome: Outcome<String>) -> &'static str {
///     match outcome {
///         Outcome::Value(_) => "to the application",
///         Outcome::Tombstone => "delete",
///         Outcome::RegistryAway(_) => "wait, and try the same record again",
///         Outcome::OtherType { schema_type, .. } if schema_type == "PROTOBUF" => "to another consumer",
///         poison => {
///             assert!(poison.error().is_some());
///             "to the dead-letter topic"
///         }
///     }
/// }
/// assert_eq!(handle(Outcome::Tombstone), "delete");
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Outcome<T> {
    /// A value.
    Value(T),
    /// Null: the key was deleted.
    Tombstone,
    /// Not one byte, and no header that names a schema. Confluent's deserializers take it for an error, too.
    Empty(DeserializeError),
    /// The bytes, or the header, name no schema.
    NotFramed(DeserializeError),
    /// The registry does not know the schema that the message names, or one that it refers to.
    UnknownSchema(DeserializeError),
    /// The message is of another format than Avro. The error has its bytes.
    OtherType {
        /// `JSON`, `PROTOBUF` or another one.
        schema_type: String,
        /// The whole.
        error: DeserializeError,
    },
    /// The registry gave a text that is no Avro schema.
    InvalidSchema(DeserializeError),
    /// No data of the writer's schema can be read as the reader's type.
    Incompatible {
        /// Where the schemas do not fit, and which change would help.
        explanation: Arc<IncompatibleSchema>,
        /// The whole.
        error: DeserializeError,
    },
    /// The data is damaged, or holds a value that has no place in the reader's type.
    Malformed {
        /// The distance from the start of the payload, in bytes.
        offset: usize,
        /// The part of the value, where that is known for sure.
        path: Option<FieldPath>,
        /// The whole.
        error: DeserializeError,
    },
    /// Bytes follow the value.
    TrailingBytes {
        /// Where they begin, in bytes from the start of the payload.
        offset: usize,
        /// The whole.
        error: DeserializeError,
    },
    /// The schema carries rules that nothing here runs.
    Rules(DeserializeError),
    /// The registry is at fault and not the message: the same message may be decoded later. Never a reason to dead-letter.
    RegistryAway(DeserializeError),
}

impl<T> Outcome<T> {
    /// The error, unless it is a value or null.
    pub fn error(&self) -> Option<&DeserializeError> {
        match self {
            Self::Value(_) | Self::Tombstone => None,
            Self::Empty(error)
            | Self::NotFramed(error)
            | Self::UnknownSchema(error)
            | Self::OtherType { error, .. }
            | Self::InvalidSchema(error)
            | Self::Incompatible { error, .. }
            | Self::Malformed { error, .. }
            | Self::TrailingBytes { error, .. }
            | Self::Rules(error)
            | Self::RegistryAway(error) => Some(error),
        }
    }

    /// The value, `None` for null, or the error.
    ///
    /// # Errors
    /// The message cannot be decoded, or the registry did not answer.
    pub fn into_result(self) -> Result<Option<T>, DeserializeError> {
        match self {
            Self::Value(value) => Ok(Some(value)),
            Self::Tombstone => Ok(None),
            Self::Empty(error)
            | Self::NotFramed(error)
            | Self::UnknownSchema(error)
            | Self::OtherType { error, .. }
            | Self::InvalidSchema(error)
            | Self::Incompatible { error, .. }
            | Self::Malformed { error, .. }
            | Self::TrailingBytes { error, .. }
            | Self::Rules(error)
            | Self::RegistryAway(error) => Err(error),
        }
    }

    /// True when the same message may be decoded later.
    pub fn is_retriable(&self) -> bool {
        matches!(self, Self::RegistryAway(_))
    }
}

impl<T> From<Result<Option<T>, DeserializeError>> for Outcome<T> {
    #[inline]
    fn from(result: Result<Option<T>, DeserializeError>) -> Self {
        match result {
            Ok(Some(value)) => Self::Value(value),
            Ok(None) => Self::Tombstone,
            Err(error) => Self::of_error(error),
        }
    }
}

impl<T> Outcome<T> {
    #[cold]
    fn of_error(error: DeserializeError) -> Self {
        if error.is_retriable() {
            return Self::RegistryAway(error);
        }
        let offset = error.offset().unwrap_or_default();
        match error.kind() {
            DeserializeErrorKind::Frame(_) if error.payload().is_empty() => Self::Empty(error),
            DeserializeErrorKind::Frame(_) => Self::NotFramed(error),
            DeserializeErrorKind::Registry(_)
            | DeserializeErrorKind::Reference(_)
            | DeserializeErrorKind::UnknownFingerprint => Self::UnknownSchema(error),
            DeserializeErrorKind::NotAvro(schema_type) => {
                Self::OtherType { schema_type: schema_type.clone(), error }
            }
            DeserializeErrorKind::InvalidSchema(_) => Self::InvalidSchema(error),
            DeserializeErrorKind::Incompatible(explanation) => {
                Self::Incompatible { explanation: Arc::clone(explanation), error }
            }
            DeserializeErrorKind::Rules(_) => Self::Rules(error),
            DeserializeErrorKind::Data(DecodeError::TrailingBytes) => Self::TrailingBytes { offset, error },
            DeserializeErrorKind::GenericData(problem)
                if matches!(**problem, DecodeProblem::Trailing { .. }) =>
            {
                Self::TrailingBytes { offset, error }
            }
            DeserializeErrorKind::Data(_)
            | DeserializeErrorKind::GenericData(_)
            | DeserializeErrorKind::Type(_) => Self::Malformed { offset, path: error.path().cloned(), error },
        }
    }
}
