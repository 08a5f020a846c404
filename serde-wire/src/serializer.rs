//! From a value to a framed message (wire-format §3).

use crate::codec::{AvroSchema, AvroTryEncode, EncodeError};
use crate::context::qualified;
use crate::frame::{Guid, KEY_SCHEMA_ID_HEADER, SchemaId, VALUE_SCHEMA_ID_HEADER, guid_prefix, id_prefix};
use crate::layout::{parse, same_layout};
use crate::registry::{
    NewSchema, ReferenceError, RegisteredSchema, RegistryError, SchemaRegistry, VersionSelector,
    describe_rules, resolve_references,
};
use crate::subject::{Role, SubjectStrategy, full_name};
use avro_model::parser::ParseError;
use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, OnceLock};

/// How a serializer finds the id of its type's schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SchemaSource {
    /// Registers the schema, which finds it if it is there: `auto.register.schemas=true`. The default, not normalized.
    Register {
        /// Lets the registry compare and store the schema in its normal form.
        normalize: bool,
    },
    /// Looks the schema up and never registers it: `auto.register.schemas=false`.
    Lookup {
        /// Lets the registry compare in normal form.
        normalize: bool,
    },
    /// Takes the subject's latest version, which must lay data out as the type does: `use.latest.version=true`.
    Latest,
}

impl Default for SchemaSource {
    fn default() -> Self {
        Self::Register { normalize: false }
    }
}

/// The place where a message names its schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Framing {
    /// By id, in five bytes before the data. What every client reads.
    #[default]
    Prefix,
    /// By GUID, in a record header that the producer sets from [`PreparedSerializer::header`]; the payload is the data alone.
    Header,
}

/// Settings of a [`Serializer`].
///
/// ```
/// use serde_wire::{SchemaSource, SerializerOptions};
///
/// let options = SerializerOptions::default().with_source(SchemaSource::Latest).with_context(".staging");
/// assert_eq!(options.context, ".staging");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SerializerOptions {
    /// How to find the schema's id.
    pub source: SchemaSource,
    /// How to name the subject.
    pub strategy: SubjectStrategy,
    /// The place in which the message names its schema.
    pub framing: Framing,
    /// The registry's context, such as `.staging`; the default one when empty.
    pub context: String,
}

impl SerializerOptions {
    /// These options with another [`source`](Self::source) of the schema's id.
    #[must_use]
    pub const fn with_source(mut self, source: SchemaSource) -> Self {
        self.source = source;
        self
    }

    /// These options with another [`strategy`](Self::strategy) of naming the subject.
    #[must_use]
    pub const fn with_strategy(mut self, strategy: SubjectStrategy) -> Self {
        self.strategy = strategy;
        self
    }

    /// These options with another [`framing`](Self::framing).
    #[must_use]
    pub const fn with_framing(mut self, framing: Framing) -> Self {
        self.framing = framing;
        self
    }

    /// These options with another [`context`](Self::context).
    #[must_use]
    pub fn with_context(mut self, context: impl Into<String>) -> Self {
        self.context = context.into();
        self
    }
}

/// Why a value was not serialized. The message is complete: it tells the registry's answer, which
/// [`source`](std::error::Error::source) does not repeat.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SerializeError {
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
    /// The latest version of the subject lays data out differently.
    #[error(
        "version {version} of subject {subject:?} is the latest and lays data out differently from the type; \
         generate the type from that version, or register the type's schema as a new one"
    )]
    OtherLayout {
        /// The subject.
        subject: String,
        /// The latest version.
        version: u32,
    },
    /// A schema cannot be parsed.
    #[error("the {whose} schema is not valid: {error}")]
    InvalidSchema {
        /// `type's` or `registered`.
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
}

impl From<Box<ReferenceError>> for SerializeError {
    fn from(error: Box<ReferenceError>) -> Self {
        Self::Reference(error)
    }
}

impl SerializeError {
    /// True when the registry is at fault and not the value: trying again later may succeed.
    pub fn is_retriable(&self) -> bool {
        match self {
            Self::Registry { answer, .. } => answer.is_retriable(),
            Self::Reference(error) => error.is_retriable(),
            _ => false,
        }
    }
}

/// Turns values into messages for one subject.
///
/// Its schema's id is asked for once, with the first value or by [`prepare`](Self::prepare); from then on a message
/// costs five bytes and the encoding. Share it between tasks by reference or [`Arc`].
///
/// ```no_run
/// use serde_wire::registry::RegistryClient;
/// use serde_wire::subject::Role;
/// use serde_wire::{Serializer, SerializerOptions};
/// use std::sync::Arc;
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let registry = Arc::new(RegistryClient::builder(["http://localhost:8081"]).build()?);
/// let keys = Serializer::<i64>::new(registry, "ratings", Role::Key, &SerializerOptions::default())?;
/// let mut payload = Vec::new();
/// for key in [1, 2, 3] {
///     payload.clear();
///     keys.serialize_into(&key, &mut payload).await?;
///     // hand `payload` to the producer
/// }
/// # Ok(()) }
/// ```
pub struct Serializer<T> {
    registry: Arc<dyn SchemaRegistry>,
    subject: String,
    role: Role,
    source: SchemaSource,
    framing: Framing,
    prepared: OnceLock<Prefix>,
    value: PhantomData<fn(&T)>,
}

/// The bytes before each message, and the names of the schema.
#[derive(Debug, Clone)]
struct Prefix {
    /// Empty when a record header names the schema.
    bytes: [u8; 5],
    length: usize,
    header: Option<[u8; 17]>,
    schema: Arc<RegisteredSchema>,
}

impl<T: AvroSchema + AvroTryEncode> Serializer<T> {
    /// A serializer for that half of the topic's records. Nothing is asked yet.
    ///
    /// # Errors
    /// When the subject needs the schema's name and the schema cannot be parsed.
    pub fn new(
        registry: Arc<dyn SchemaRegistry>,
        topic: &str,
        role: Role,
        options: &SerializerOptions,
    ) -> Result<Self, SerializeError> {
        let SerializerOptions { source, strategy, framing, ref context } = *options;
        let subject = match strategy.subject_of_topic(topic, role) {
            Some(subject) => subject,
            None => strategy.subject(topic, role, &full_name(&own_schema::<T>()?)),
        };
        let subject = qualified(context, &subject);
        Ok(Self { registry, subject, role, source, framing, prepared: OnceLock::new(), value: PhantomData })
    }

    /// The subject that the schema stands under.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// Appends the message to `out`, which is as it was after an error. The registry is asked with the first value.
    ///
    /// # Errors
    /// The registry refuses the schema or does not answer, or the value has no encoding.
    pub async fn serialize_into(&self, value: &T, out: &mut Vec<u8>) -> Result<(), SerializeError> {
        self.prepare().await?.serialize_into(value, out).map_err(SerializeError::Value)
    }

    /// Asks the registry unless that was done, and gives what serializes without asking anyone: for a start-up check,
    /// or for code that is not async.
    ///
    /// # Errors
    /// The registry refuses the schema or does not answer. An error is not remembered here.
    pub async fn prepare(&self) -> Result<PreparedSerializer<'_, T>, SerializeError> {
        let prefix = match self.prepared.get() {
            Some(prefix) => prefix,
            None => {
                let prefix = self.ask().await?;
                // Who was faster got the same answer.
                self.prepared.get_or_init(|| prefix)
            }
        };
        Ok(PreparedSerializer { prefix, role: self.role, value: PhantomData })
    }

    async fn ask(&self) -> Result<Prefix, SerializeError> {
        let subject = || self.subject.clone();
        let schema = self.registered().await?;
        let rules = describe_rules(schema.rules.on_write());
        if !rules.is_empty() {
            return Err(SerializeError::Rules { subject: subject(), rules });
        }
        let incomplete =
            |missing| SerializeError::IncompleteAnswer { subject: subject(), missing, framing: self.framing };
        Ok(match self.framing {
            Framing::Prefix => {
                let bytes = id_prefix(schema.id.ok_or_else(|| incomplete("id"))?);
                Prefix { bytes, length: bytes.len(), header: None, schema }
            }
            Framing::Header => {
                let header = guid_prefix(schema.guid.ok_or_else(|| incomplete("guid"))?);
                Prefix { bytes: [0; 5], length: 0, header: Some(header), schema }
            }
        })
    }

    async fn registered(&self) -> Result<Arc<RegisteredSchema>, SerializeError> {
        let failed = |answer| SerializeError::Registry { subject: self.subject.clone(), answer };
        let own = NewSchema::avro(T::SCHEMA);
        let schema = match self.source {
            SchemaSource::Register { normalize } => {
                self.registry.register(&self.subject, &own, normalize).await.map_err(failed)?
            }
            SchemaSource::Lookup { normalize } => {
                self.registry.lookup(&self.subject, &own, normalize).await.map_err(failed)?
            }
            SchemaSource::Latest => return self.latest().await,
        };
        match schema.id {
            // Servers before 8.0 answer a registration with the id alone; whether there are rules stands elsewhere.
            Some(id) if schema.text.is_empty() => {
                self.registry.schema_by_id(id, Some(&self.subject)).await.map_err(failed)
            }
            _ => Ok(schema),
        }
    }

    async fn latest(&self) -> Result<Arc<RegisteredSchema>, SerializeError> {
        let failed = |answer| SerializeError::Registry { subject: self.subject.clone(), answer };
        let latest = self.registry.version(&self.subject, VersionSelector::Latest).await.map_err(failed)?;
        let references =
            resolve_references(&*self.registry, &latest, Some(&self.subject)).await.map_err(Box::new)?;
        let schema = parse(&latest.text, &references)
            .map_err(|error| SerializeError::InvalidSchema { whose: "registered", error: Arc::new(error) })?;
        if same_layout(&own_schema::<T>()?, &schema) {
            Ok(latest)
        } else {
            let version = latest.version.unwrap_or_default();
            Err(SerializeError::OtherLayout { subject: self.subject.clone(), version })
        }
    }
}

fn own_schema<T: AvroSchema>() -> Result<avro_model::Schema, SerializeError> {
    parse(T::SCHEMA, &[])
        .map_err(|error| SerializeError::InvalidSchema { whose: "type's", error: Arc::new(error) })
}

/// A [`Serializer`] that has its schema's id.
pub struct PreparedSerializer<'s, T> {
    prefix: &'s Prefix,
    role: Role,
    value: PhantomData<fn(&T)>,
}

impl<T: AvroTryEncode> PreparedSerializer<'_, T> {
    /// Appends the message to `out`, which is as it was after an error.
    ///
    /// # Errors
    /// The value has no encoding.
    #[inline]
    pub fn serialize_into(&self, value: &T, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        let start = out.len();
        out.extend_from_slice(&self.prefix.bytes[..self.prefix.length]);
        value.try_encode_into(out).inspect_err(|_| out.truncate(start))
    }
}

impl<T> PreparedSerializer<'_, T> {
    /// The id of the schema in the registry.
    pub fn id(&self) -> Option<SchemaId> {
        self.prefix.schema.id
    }

    /// The GUID of the schema; servers before 8.0 send none.
    pub fn guid(&self) -> Option<Guid> {
        self.prefix.schema.guid
    }

    /// Name and value of the record header to set, with [`Framing::Header`].
    pub fn header(&self) -> Option<(&'static str, &[u8])> {
        let name = match self.role {
            Role::Key => KEY_SCHEMA_ID_HEADER,
            Role::Value => VALUE_SCHEMA_ID_HEADER,
        };
        self.prefix.header.as_ref().map(|value| (name, &value[..]))
    }
}

impl<T> fmt::Debug for Serializer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Serializer");
        debug.field("subject", &self.subject).field("source", &self.source).field("framing", &self.framing);
        debug.finish_non_exhaustive()
    }
}
