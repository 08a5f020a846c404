//! Settings of a serializer.

use crate::deadline;
use crate::frame::{Guid, SchemaId};
use crate::subject::SubjectStrategy;
use std::collections::BTreeMap;
use std::time::Duration;

/// How a serializer finds the id of its type's schema. Confluent's serializers take the first of these that their
/// properties ask for; here it is one choice.
///
/// With the last four, the version that the registry names may be another one than the type's. Values are then written as
/// that version says: as they are where both lay data out alike, as a member where it is a union, and otherwise by
/// resolving them to it, which takes several times as long. The strictness of [`SerializerOptions`] says what is refused.
/// Strict or not, a version is refused in which a value would mean something else. Nothing is converted. Where both schemas have
/// a logical type, or where the version has one on `bytes` and the type a `string`, these are refused:
///
/// - a decimal of another scale; one of fewer digits while strict, even if each value at hand would fit, and otherwise a value that
///   has more of them;
/// - a `decimal` for a `big-decimal`, and the other way round;
/// - another unit of a time or an instant, such as `timestamp-micros` for `timestamp-millis`;
/// - a local time for one that is not, such as `local-timestamp-millis` for `timestamp-millis`;
/// - a `date` for a `time-millis`, and any other pair of logical types that are not the same;
/// - a `string` for a `decimal` or a `big-decimal` on `bytes`.
///
/// ```
/// use serde_wire::{SchemaSource, SerializerOptions};
///
/// // Where a pipeline registers schemas, programs look them up.
/// let lookup = SerializerOptions::default().with_source(SchemaSource::Lookup { normalize: false });
/// // Where several types go to one topic, each is written as a member of the latest version's union.
/// let latest = SerializerOptions::default().with_source(SchemaSource::Latest);
/// # drop((lookup, latest));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SchemaSource {
    /// Registers the schema, which finds it if it is there: `auto.register.schemas=true`. The default, not normalized.
    Register {
        /// Lets the registry compare and store the schema in its normal form: `normalize.schemas`.
        normalize: bool,
    },
    /// Looks the schema up and never registers it: `auto.register.schemas=false`.
    Lookup {
        /// Lets the registry compare in normal form: `normalize.schemas`.
        normalize: bool,
    },
    /// Takes the subject's latest version: `use.latest.version=true`. It is asked for once in a serializer's life.
    Latest,
    /// Takes the schema of that id, in the context of the subject: `use.schema.id`.
    Id(SchemaId),
    /// Takes the schema of that content hash: `use.schema.guid`. Messages name it by GUID, or by the id if the answer has one.
    Guid(Guid),
    /// Takes the subject's latest version whose metadata has all of these properties: `use.latest.with.metadata`.
    LatestWithMetadata(BTreeMap<String, String>),
}

impl Default for SchemaSource {
    fn default() -> Self {
        Self::Register { normalize: false }
    }
}

/// The place where a message names its schema.
///
/// ```
/// use serde_wire::{Framing, SerializerOptions};
///
/// let options = SerializerOptions::default().with_framing(Framing::Header);
/// assert_ne!(options.framing, Framing::default());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Framing {
    /// By id, in five bytes before the data. What every client reads.
    #[default]
    Prefix,
    /// By GUID, in a record header that the producer sets from [`PreparedSerializer::header`](crate::PreparedSerializer::header); the payload
    /// is the data alone.
    Header,
}

/// Settings of a [`Serializer`](crate::Serializer).
///
/// | setting | Confluent's name | default |
/// |---|---|---|
/// | [`source`](Self::source) | `auto.register.schemas`, `normalize.schemas`, `use.latest.version`, `use.schema.id`, `use.schema.guid`, `use.latest.with.metadata` | registers |
/// | [`strategy`](Self::strategy) | `key.subject.name.strategy`, `value.subject.name.strategy` | `TopicNameStrategy` |
/// | [`framing`](Self::framing) | `key.schema.id.serializer`, `value.schema.id.serializer` | `PrefixSchemaIdSerializer` |
/// | [`context`](Self::context) | `context.name.strategy` | none |
/// | [`latest_compatibility_strict`](Self::latest_compatibility_strict) | `latest.compatibility.strict` | true |
/// | [`id_compatibility_strict`](Self::id_compatibility_strict) | `id.compatibility.strict` | true |
///
/// [`from_properties`](Self::from_properties) reads them from a client's properties.
///
/// ```
/// use serde_wire::{SchemaSource, SerializerOptions};
///
/// let options = SerializerOptions::default().with_source(SchemaSource::Latest).with_context(".staging");
/// assert_eq!(options.context, ".staging");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// Refuses a latest version, by metadata or not, that cannot read what the type's own schema writes. Without it only
    /// a version that can read none of it is refused, and other values that have no place in it when they come.
    pub latest_compatibility_strict: bool,
    /// The same for a schema by id or GUID.
    pub id_compatibility_strict: bool,
    /// How long one value may wait for the registry, whatever has to be asked; 20 s by default. Then it fails with an error
    /// that can be retried. Once the registry has answered, values never wait.
    pub deadline: Duration,
    /// For topics that Confluent's clients of Java and Python read: see [`with_raw_bytes`](Self::with_raw_bytes). Off by default.
    pub raw_bytes: bool,
}

impl Default for SerializerOptions {
    fn default() -> Self {
        Self {
            source: SchemaSource::default(),
            strategy: SubjectStrategy::default(),
            framing: Framing::default(),
            context: String::new(),
            latest_compatibility_strict: true,
            id_compatibility_strict: true,
            deadline: deadline::DEFAULT,
            raw_bytes: false,
        }
    }
}

impl SerializerOptions {
    /// These options with another [`source`](Self::source) of the schema's id.
    #[must_use]
    pub fn with_source(mut self, source: SchemaSource) -> Self {
        self.source = source;
        self
    }

    /// These options with another [`strategy`](Self::strategy) of naming the subject.
    #[must_use]
    pub fn with_strategy(mut self, strategy: SubjectStrategy) -> Self {
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

    /// These options with another [`deadline`](Self::deadline).
    #[must_use]
    pub const fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Writes a value of the schema `bytes` and nothing more without its length, as Confluent's clients of Java and Python do and expect.
    /// The specification, and clients in other languages, put a length before it. Written by
    /// [`GenericSerializer`](crate::GenericSerializer) alone.
    #[must_use]
    pub const fn with_raw_bytes(mut self, raw: bool) -> Self {
        self.raw_bytes = raw;
        self
    }

    /// These options with another [`latest_compatibility_strict`](Self::latest_compatibility_strict).
    #[must_use]
    pub const fn with_latest_compatibility_strict(mut self, strict: bool) -> Self {
        self.latest_compatibility_strict = strict;
        self
    }

    /// These options with another [`id_compatibility_strict`](Self::id_compatibility_strict).
    #[must_use]
    pub const fn with_id_compatibility_strict(mut self, strict: bool) -> Self {
        self.id_compatibility_strict = strict;
        self
    }
}
