//! From a framed message to a value.

use crate::Outcome;
use crate::at_once::{Answer, Waiting, at_once_or};
use crate::codec::{AvroRead, AvroResolve, AvroSchema, DecodeFailure, Reader};
use crate::context::qualified;
use crate::deadline;
use crate::deserialize_error::{DeserializeError, DeserializeErrorKind};
use crate::frame::SchemaKey;
use crate::known_writers::{BadData, Decoding, KnownWriters};
use crate::record::Record;
use crate::registry::SchemaRegistry;
use crate::resolve::{Resolution, resolve, resolve_by_structure};
use crate::subject::{Role, SubjectStrategy};
use crate::subject_of_topic::SubjectOfTopic;
use crate::unframed::UnframedSchema;
use crate::writer_schema::WriterSchema;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

/// Settings of a [`Deserializer`] or a [`GenericDeserializer`](crate::GenericDeserializer).
/// [`from_properties`](Self::from_properties) reads them from a client's properties.
///
/// ```
/// use serde_wire::DeserializerOptions;
/// use serde_wire::subject::SubjectStrategy;
///
/// let options = DeserializerOptions::default().with_strategy(SubjectStrategy::RecordName).with_context(".staging");
/// assert_eq!(options.context, ".staging");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeserializerOptions {
    /// How the producers name subjects. With [`SubjectStrategy::TopicName`] the registry is told the subject along with
    /// the id; with the others a reader cannot know it.
    pub strategy: SubjectStrategy,
    /// The registry's context in which the ids of this topic were given, such as `.staging`; the default one when empty.
    pub context: String,
    /// How long one message may wait for the registry, whatever has to be asked; 20 s by default. Then it fails with an
    /// error that can be retried. Messages of known schemas never wait.
    pub deadline: Duration,
    /// Reads records by their fields, whatever they are called, as Java's decoder does: for writers such as Flink SQL
    /// (`record`), ksqlDB (`KsqlDataSourceSchema`) and Kafka Connect (`ConnectDefault`). Off by default.
    pub by_structure: bool,
    /// For topics that Confluent's clients of Java and Python write: see [`with_raw_bytes`](Self::with_raw_bytes). Off by default.
    pub raw_bytes: bool,
    /// The schema of messages that name none: see [`with_unframed`](Self::with_unframed). `None` by default: they are refused.
    pub unframed: Option<UnframedSchema>,
}

impl Default for DeserializerOptions {
    fn default() -> Self {
        let (strategy, context) = (SubjectStrategy::default(), String::new());
        let (by_structure, raw_bytes, unframed) = (false, false, None);
        Self { strategy, context, deadline: deadline::DEFAULT, by_structure, raw_bytes, unframed }
    }
}

impl DeserializerOptions {
    /// These options with another [`by_structure`](Self::by_structure).
    #[must_use]
    pub const fn with_by_structure(mut self, by_structure: bool) -> Self {
        self.by_structure = by_structure;
        self
    }

    /// Takes all that follows the prefix for the value where the writer's schema is `bytes` and nothing more, as Confluent's clients
    /// of Java and Python write it. The specification, and clients in other languages, put a length before it; which of
    /// both it is cannot be told from a message. Read by [`GenericDeserializer`](crate::GenericDeserializer) alone; a typed
    /// deserializer has the type [`BareBytes`](crate::types::BareBytes) for it.
    #[must_use]
    pub const fn with_raw_bytes(mut self, raw: bool) -> Self {
        self.raw_bytes = raw;
        self
    }

    /// Takes all of a payload for data of that schema, unless a header names another one, for topics that are written without a
    /// schema registry. Nothing tells such data from a message with a prefix, which would be taken for data too, and is malformed
    /// then or gives a wrong value: use it where no message has one.
    #[must_use]
    pub const fn with_unframed(mut self, schema: UnframedSchema) -> Self {
        self.unframed = Some(schema);
        self
    }

    /// These options with another [`deadline`](Self::deadline).
    #[must_use]
    pub const fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// These options with another [`strategy`](Self::strategy) of naming subjects.
    #[must_use]
    pub fn with_strategy(mut self, strategy: SubjectStrategy) -> Self {
        self.strategy = strategy;
        self
    }

    /// These options with another [`context`](Self::context).
    #[must_use]
    pub fn with_context(mut self, context: impl Into<String>) -> Self {
        self.context = context.into();
        self
    }

    /// The subject to name to the registry: the topic's own, or the bare context when that is not the default one.
    pub(crate) fn subject(&self, topic: &str, role: Role) -> SubjectOfTopic {
        let subject = self.strategy.subject_of_topic(topic, role);
        let unassociated = match subject {
            Some(subject) => Some(qualified(&self.context, &subject)),
            None => Some(qualified(&self.context, "")).filter(|context| !context.is_empty()),
        };
        SubjectOfTopic::new(&self.strategy, topic, role, unassociated)
    }
}

/// Turns messages into values of `T`, whatever compatible schema wrote them.
///
/// The way from a writer's schema to `T` is worked out once, when its first message comes: nothing to do, or a plan to
/// read by.
/// Every later message costs a comparison of ids and the decoding. Where the value need not outlive the message,
/// [`deserialize_ref`](Self::deserialize_ref) copies no text, and where one value follows another,
/// [`deserialize_into`](Self::deserialize_into) reuses its memory. Share it between tasks by reference or [`Arc`].
///
/// ```no_run
/// use serde_wire::dead_letter::{DeadLetter, Origin};
/// use serde_wire::registry::RegistryClient;
/// use serde_wire::subject::Role;
/// use serde_wire::{Deserializer, DeserializerOptions};
/// use std::sync::Arc;
///
/// # async fn example(payload: &[u8]) -> Result<(), Box<dyn std::error::Error>> {
/// let registry = Arc::new(RegistryClient::builder(["http://localhost:8081"]).build()?);
/// let keys = Deserializer::<i64>::new(registry, "ratings", Role::Key, &DeserializerOptions::default());
/// match keys.deserialize(payload).await {
///     Ok(key) => println!("{key}"),
///     Err(error) if error.is_retriable() => { /* the registry is away: wait, and try this message again */ }
///     Err(error) => {
///         let origin = Origin::new("ratings", 0, 42, Role::Key);
///         let letter = DeadLetter::new(error, &origin);
///         // send `letter.payload` with `letter.headers` to the dead-letter topic, and go on
///     }
/// }
/// # Ok(()) }
/// ```
pub struct Deserializer<T> {
    pub(crate) writers: KnownWriters<Resolution<T>>,
    role: Role,
    typed: Typed<T>,
}

impl<T: AvroSchema + for<'a> AvroResolve<'a>> Deserializer<T> {
    /// A deserializer for that half of the topic's records. Nothing is asked yet.
    pub fn new(
        registry: Arc<dyn SchemaRegistry>,
        topic: &str,
        role: Role,
        options: &DeserializerOptions,
    ) -> Self {
        Self { writers: KnownWriters::new(registry, topic, role, options), role, typed: Typed::new(options) }
    }

    /// The value of a message that names its schema in its prefix.
    ///
    /// # Errors
    /// The message cannot be decoded, or the registry does not answer: see [`DeserializeError`].
    #[inline]
    pub fn deserialize<'s>(
        &'s self,
        payload: &'s [u8],
    ) -> impl Future<Output = Result<T, DeserializeError>> + use<'s, T> {
        at_once_or(
            (self, payload),
            |(this, payload)| this.read(None, payload),
            |(this, payload)| this.learn(None, payload),
        )
    }

    /// The value of a message whose schema stands in a record header, if it has one, or else in its prefix. `header` is
    /// the value of [`KEY_SCHEMA_ID_HEADER`](crate::frame::KEY_SCHEMA_ID_HEADER) or
    /// [`VALUE_SCHEMA_ID_HEADER`](crate::frame::VALUE_SCHEMA_ID_HEADER).
    ///
    /// # Errors
    /// As [`deserialize`](Self::deserialize).
    #[inline]
    pub fn deserialize_with_header<'s>(
        &'s self,
        header: Option<&'s [u8]>,
        payload: &'s [u8],
    ) -> impl Future<Output = Result<T, DeserializeError>> + use<'s, T> {
        at_once_or(
            (self, header, payload),
            |(this, header, payload)| this.read(*header, payload),
            |(this, header, payload)| this.learn(*header, payload),
        )
    }

    /// The value, without asking the registry: `None` when no message with this schema was decoded before, and, of messages that name
    /// none with [`UnframedSchema::Latest`], each second anew until [`deserialize`](Self::deserialize) has asked which one is the latest.
    #[inline]
    pub fn try_deserialize(&self, payload: &[u8]) -> Option<Result<T, DeserializeError>> {
        self.read(None, payload)
    }

    /// The same of a message whose schema may stand in a record header.
    #[inline]
    pub fn try_deserialize_with_header(
        &self,
        header: Option<&[u8]>,
        payload: &[u8],
    ) -> Option<Result<T, DeserializeError>> {
        self.read(header, payload)
    }

    /// The value of a message that may be null, which stays null, whatever the header says.
    ///
    /// # Errors
    /// As [`deserialize`](Self::deserialize); an empty payload without a header is one, unless it is data by
    /// [`with_unframed`](DeserializerOptions::with_unframed).
    pub async fn deserialize_option(
        &self,
        header: Option<&[u8]>,
        payload: Option<&[u8]>,
    ) -> Result<Option<T>, DeserializeError> {
        match payload {
            Some(payload) => self.deserialize_with_header(header, payload).await.map(Some),
            None => Ok(None),
        }
    }

    /// What becomes of this deserializer's half of a record.
    pub fn deserialize_record<'r>(
        &'r self,
        record: &Record<'r>,
    ) -> impl Future<Output = Outcome<T>> + use<'r, T> {
        let (header, payload) = (record.schema_header(self.role), record.half(self.role));
        async move { self.deserialize_option(header, payload).await.into() }
    }

    /// The same without asking the registry: `None` as of [`try_deserialize`](Self::try_deserialize).
    #[inline]
    pub fn try_deserialize_record(&self, record: &Record<'_>) -> Option<Outcome<T>> {
        let Some(payload) = record.half(self.role) else { return Some(Outcome::Tombstone) };
        let value = self.try_deserialize_with_header(record.schema_header(self.role), payload)?;
        Some(value.map(Some).into())
    }
}

/// Decoding to `T` by a resolution.
struct Typed<T> {
    by_structure: bool,
    makes: PhantomData<fn() -> T>,
}

impl<T> Typed<T> {
    const fn new(options: &DeserializerOptions) -> Self {
        Self { by_structure: options.by_structure, makes: PhantomData }
    }
}

impl<T: AvroSchema + for<'a> AvroResolve<'a>> Decoding for Typed<T> {
    type Decoder = Resolution<T>;

    fn without_registry(&self, key: SchemaKey) -> Option<Resolution<T>> {
        (key == SchemaKey::Fingerprint(T::FINGERPRINT)).then(Resolution::identity)
    }

    fn decoder(&self, writer: WriterSchema) -> Result<(Resolution<T>, bool), DeserializeErrorKind> {
        let resolve = if self.by_structure { resolve_by_structure } else { resolve };
        let resolution =
            resolve(&writer.schema).map_err(|error| DeserializeErrorKind::Incompatible(Arc::new(error)))?;
        let as_written = resolution.is_identity();
        Ok((resolution, as_written))
    }
}

impl<T: AvroSchema> Deserializer<T> {
    /// What becomes of a message in the form `F`, unless its schema is to be learned first.
    ///
    /// Most messages have no header, a schema whose decoder is at hand, and nothing wrong with them. For these the value is decoded
    /// into the place that the caller has for it. Whatever else there may be is found out once more from the beginning, so that
    /// nothing is kept ready for it.
    #[inline(always)]
    pub(crate) fn read<'p, F: AvroResolve<'p>, A: Answer<F, DeserializeError>>(
        &self,
        header: Option<&[u8]>,
        payload: &'p [u8],
    ) -> A {
        if header.is_none() {
            let Some(mut value) = F::blank() else { return self.read_at_hand(payload) };
            if self.read_at(payload, &mut value) {
                return A::done(Ok(value));
            }
        }
        self.read_any(header, payload)
    }

    /// Decodes a message into the place of a blank value; false when there is more to it.
    #[inline(never)]
    fn read_at<'p, F: AvroResolve<'p>>(&self, payload: &'p [u8], place: &mut F) -> bool {
        let Some((resolution, body)) = self.writers.at_hand(payload) else { return false };
        let read = resolution.decode_at(&mut Reader::new(body), place).is_ok();
        if read {
            self.writers.decoded();
        }
        read
    }

    /// What becomes of a message in a form that has no blank value, as numbers have none: it is small.
    #[inline(never)]
    fn read_at_hand<'p, F: AvroResolve<'p>, A: Answer<F, DeserializeError>>(&self, payload: &'p [u8]) -> A {
        let Some((resolution, body)) = self.writers.at_hand(payload) else {
            return self.read_any(None, payload);
        };
        resolution.decode_or(
            &mut Reader::new(body),
            |value| {
                self.writers.decoded();
                A::done(Ok(value))
            },
            |_, _| self.read_any(None, payload),
        )
    }

    /// What becomes of any message.
    #[inline(never)]
    fn read_any<'p, F: AvroResolve<'p>, A: Answer<F, DeserializeError>>(
        &self,
        header: Option<&[u8]>,
        payload: &'p [u8],
    ) -> A {
        A::of(self.writers.try_deserialize(header, payload, |resolution, body| {
            let failed = |error, reader: &Reader<'p>| {
                let offset = body.len() - reader.remaining();
                Err(bad_data(resolution, body, &DecodeFailure { error, offset }))
            };
            resolution.decode_or(&mut Reader::new(body), Ok, failed)
        }))
    }
}

impl<T: AvroSchema + for<'a> AvroResolve<'a>> Deserializer<T> {
    /// What a message of an unknown schema waits for.
    pub(crate) fn learn<'s>(
        &'s self,
        header: Option<&'s [u8]>,
        payload: &'s [u8],
    ) -> Waiting<'s, DeserializeError> {
        Box::pin(self.writers.learn_for(&self.typed, header, payload))
    }
}

/// What is wrong with data that could not be decoded.
#[cold]
pub(crate) fn bad_data<T: AvroSchema>(
    resolution: &Resolution<T>,
    body: &[u8],
    failure: &DecodeFailure,
) -> BadData {
    BadData {
        kind: DeserializeErrorKind::Data(failure.error),
        offset: failure.offset,
        path: resolution.field_path(body, failure),
    }
}

impl<T> fmt::Debug for Deserializer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deserializer").field("subject", &self.writers.subject()).finish_non_exhaustive()
    }
}
