//! A message that cannot be decoded, as a value that the caller can route.

use crate::codec::DecodeError;
use crate::frame::{FrameError, SchemaKey};
use crate::registry::{ReferenceError, RegistryError};
use crate::resolve::{FieldPath, IncompatibleSchema};
use avro_model::binary::DecodeProblem;
use avro_model::parser::ParseError;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

/// A message that could not be decoded: why, with which schema, where, and its bytes.
///
/// When [`is_retriable`](Self::is_retriable) says so, the registry is at fault and the message may be tried again;
/// otherwise it belongs on a [dead-letter topic](crate::dead_letter).
///
/// ```
/// use serde_wire::registry::MockRegistry;
/// use serde_wire::subject::Role;
/// use serde_wire::{DeserializeErrorKind, Deserializer, DeserializerOptions};
/// use std::sync::Arc;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let registry = Arc::new(MockRegistry::new());
/// let names = Deserializer::<String>::new(registry, "names", Role::Value, &DeserializerOptions::default());
/// let error = names.deserialize(b"no frame").await.unwrap_err();
/// assert!(!error.is_retriable() && matches!(error.kind(), DeserializeErrorKind::Frame(_)));
/// assert_eq!(error.payload(), b"no frame"); // for a dead-letter topic; it is in no message and no log
/// # }
/// ```
#[derive(Clone, PartialEq)]
pub struct DeserializeError(Box<Content>);

#[derive(Clone, PartialEq)]
struct Content {
    kind: DeserializeErrorKind,
    schema: Option<SchemaKey>,
    offset: Option<usize>,
    path: Option<FieldPath>,
    payload: Vec<u8>,
}

/// Why a message could not be decoded. The message is complete: it tells the cause, which [`source`](Error::source) does
/// not repeat.
///
/// ```
/// use serde_wire::DeserializeErrorKind;
///
/// let kind = DeserializeErrorKind::NotAvro("PROTOBUF".to_owned());
/// assert_eq!((kind.name(), kind.is_retriable()), ("not-avro", false));
/// ```
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DeserializeErrorKind {
    /// The bytes are no framed message.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// The registry did not give the writer's schema.
    #[error("cannot get the writer's schema: {0}")]
    Registry(RegistryError),
    /// The registry did not give a schema that the writer's schema refers to.
    #[error("cannot get a schema that the writer's schema refers to: {0}")]
    Reference(Box<ReferenceError>),
    /// The message is of another format.
    #[error("the writer's schema is of type {0}, and only AVRO data can be decoded here")]
    NotAvro(String),
    /// A single-object message is of another schema than the reader's own, and no registry knows fingerprints.
    #[error("the message names its schema by a fingerprint that is not the reader's own")]
    UnknownFingerprint,
    /// The registry gave a text that is no Avro schema.
    #[error("the writer's schema is not valid: {0}")]
    InvalidSchema(Arc<ParseError>),
    /// The schema carries rules that should run between the wire and the value, and nothing here runs rules.
    #[error("the schema carries rules that this crate cannot run, so the data would be wrong: {}", .0.join(", "))]
    Rules(Arc<[String]>),
    /// No message with the writer's schema can be read as the reader's type.
    #[error("data of the writer's schema cannot be read as this type: {0}")]
    Incompatible(Arc<IncompatibleSchema>),
    /// The data is damaged, or holds a value that has no place in the reader's type.
    #[error("{0}")]
    Data(DecodeError),
    /// The data is damaged, or holds a value that has no place in the reader's schema, says a
    /// [`GenericDeserializer`](crate::GenericDeserializer).
    #[error("{0}")]
    GenericData(Arc<DecodeProblem>),
    /// The data of the schema has no place in a type of serde.
    #[error("{0}")]
    Type(Arc<str>),
}

impl From<RegistryError> for DeserializeErrorKind {
    fn from(error: RegistryError) -> Self {
        Self::Registry(error)
    }
}

impl From<Box<ReferenceError>> for DeserializeErrorKind {
    fn from(error: Box<ReferenceError>) -> Self {
        Self::Reference(error)
    }
}

impl DeserializeErrorKind {
    /// A short stable name: `frame`, `unknown-schema`, `registry-unavailable`, `not-avro`, `unknown-fingerprint`,
    /// `invalid-schema`, `rules`, `incompatible-schema` or `data`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Frame(_) => "frame",
            _ if self.is_retriable() => "registry-unavailable",
            Self::Registry(_) | Self::Reference(_) => "unknown-schema",
            Self::NotAvro(_) => "not-avro",
            Self::UnknownFingerprint => "unknown-fingerprint",
            Self::InvalidSchema(_) => "invalid-schema",
            Self::Rules(_) => "rules",
            Self::Incompatible(_) => "incompatible-schema",
            Self::Data(_) | Self::GenericData(_) | Self::Type(_) => "data",
        }
    }

    /// True when the registry is at fault, not the message.
    pub fn is_retriable(&self) -> bool {
        match self {
            Self::Registry(error) => error.is_retriable(),
            Self::Reference(error) => error.is_retriable(),
            _ => false,
        }
    }
}

impl DeserializeError {
    #[cold]
    pub(crate) fn new(kind: DeserializeErrorKind, schema: Option<SchemaKey>, payload: &[u8]) -> Self {
        Self(Box::new(Content { kind, schema, offset: None, path: None, payload: payload.to_vec() }))
    }

    /// This error at that byte of the payload and, where that is known, in that part of the value.
    pub(crate) fn at(mut self, offset: usize, path: Option<FieldPath>) -> Self {
        self.0.offset = Some(offset);
        self.0.path = path;
        self
    }

    /// The reason.
    pub fn kind(&self) -> &DeserializeErrorKind {
        &self.0.kind
    }

    /// The schema that the message names, when it could be read.
    pub fn schema(&self) -> Option<SchemaKey> {
        self.0.schema
    }

    /// The distance from the start of the payload, prefix included, to where decoding failed, when it came so far.
    pub fn offset(&self) -> Option<usize> {
        self.0.offset
    }

    /// The part of the value that was being read when decoding failed, `order.items[3].price`, by the names of the writer's
    /// schema; empty when it was the value itself. `None` when decoding did not begin, or the place is not known for sure,
    /// as for data that nests deeper than the stack allows.
    pub fn path(&self) -> Option<&FieldPath> {
        self.0.path.as_ref()
    }

    /// The bytes of the message as they came.
    pub fn payload(&self) -> &[u8] {
        &self.0.payload
    }

    /// The bytes of the message as they came.
    pub fn into_payload(self) -> Vec<u8> {
        self.0.payload
    }

    /// True when the registry is at fault and not the message: trying again later may succeed.
    pub fn is_retriable(&self) -> bool {
        self.0.kind.is_retriable()
    }
}

impl fmt::Display for DeserializeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Content { kind, schema, offset, path, .. } = &*self.0;
        f.write_str("cannot decode the message")?;
        if let Some(schema) = schema {
            write!(f, " with schema {schema}")?;
        }
        if let Some(offset) = offset {
            write!(f, " at byte {offset}")?;
        }
        if let Some(path) = path.as_ref().filter(|path| !path.is_empty()) {
            write!(f, ", in {path}")?;
        }
        write!(f, ": {kind}")
    }
}

impl fmt::Debug for DeserializeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The payload may be large, and secret.
        let Content { kind, schema, offset, path, payload } = &*self.0;
        let mut debug = f.debug_struct("DeserializeError");
        debug.field("kind", kind).field("schema", schema).field("offset", offset).field("path", path);
        debug.field("payload", &format_args!("{} bytes", payload.len())).finish()
    }
}

impl Error for DeserializeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        // The kind is a part of the message and no cause of it.
        self.0.kind.source()
    }
}
