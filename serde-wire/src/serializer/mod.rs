//! From a value to a framed message (wire-format §3).

mod error;
mod find;
mod fit;
mod options;

pub use error::SerializeError;
pub use options::{Framing, SchemaSource, SerializerOptions};

use crate::codec::{AvroEncode, AvroSchema, AvroTryEncode};
use crate::context::qualified;
use crate::deadline::within;
use crate::frame::{Guid, SchemaId, guid_prefix, id_prefix};
use crate::record::schema_header;
use crate::registry::{NewSchema, RegisteredSchema, SchemaRegistry};
use crate::subject::{Role, SubjectStrategy, full_name};
use find::{Found, Search, associated, own_schema};
use fit::{Fit, Through};
use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, OnceLock};

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
    topic: String,
    role: Role,
    options: SerializerOptions,
    subject: OnceLock<String>,
    /// The subject when none is associated with the topic; empty when that is an error.
    unassociated: String,
    prepared: OnceLock<Prefix>,
    value: PhantomData<fn(&T)>,
}

/// Five bytes for an id, and as many for the branch of a union, which no schema has more of than they can name.
const LONGEST_PREFIX: usize = 10;

/// The bytes before each message, and the names of the schema.
struct Prefix {
    bytes: [u8; LONGEST_PREFIX],
    length: usize,
    header: Option<[u8; 17]>,
    schema: Arc<RegisteredSchema>,
    /// When the values are not written as they are.
    through: Option<Box<Through>>,
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
        let SerializerOptions { strategy, context, .. } = options;
        let unassociated = match strategy {
            SubjectStrategy::TopicName => strategy.subject(topic, role, ""),
            named => named.subject(topic, role, &full_name(&own_schema(T::SCHEMA)?)),
        };
        let unassociated =
            if unassociated.is_empty() { unassociated } else { qualified(context, &unassociated) };
        let subject = match strategy {
            SubjectStrategy::Associated(_) => OnceLock::new(),
            _ => OnceLock::from(unassociated.clone()),
        };
        let (topic, options) = (topic.to_owned(), options.clone());
        let prepared = OnceLock::new();
        Ok(Self { registry, topic, role, options, subject, unassociated, prepared, value: PhantomData })
    }

    /// The subject that the schema stands under. With [`SubjectStrategy::Associated`], until the registry was asked, the
    /// one for a topic without association.
    pub fn subject(&self) -> &str {
        self.subject.get().unwrap_or(&self.unassociated)
    }

    /// Appends the message to `out`, which is as it was after an error. The registry is asked with the first value.
    ///
    /// # Errors
    /// The registry refuses the schema or does not answer, or the value has no encoding.
    pub async fn serialize_into(&self, value: &T, out: &mut Vec<u8>) -> Result<(), SerializeError> {
        self.prepare().await?.serialize_into(value, out)
    }

    /// Appends the message to `out`, without asking the registry: `None` before the first value or [`prepare`](Self::prepare).
    #[inline]
    pub fn try_serialize_into(&self, value: &T, out: &mut Vec<u8>) -> Option<Result<(), SerializeError>> {
        Some(self.prepared()?.serialize_into(value, out))
    }

    /// The message in `buffer`, whose former content is gone; `None`, null, stays null, and the registry is not asked.
    ///
    /// # Errors
    /// As [`serialize_into`](Self::serialize_into).
    pub async fn serialize_option<'b>(
        &self,
        value: Option<&T>,
        buffer: &'b mut Vec<u8>,
    ) -> Result<Option<&'b [u8]>, SerializeError> {
        let Some(value) = value else { return Ok(None) };
        buffer.clear();
        self.serialize_into(value, buffer).await?;
        Ok(Some(buffer))
    }

    /// The same without asking the registry: `None` before the first value or [`prepare`](Self::prepare).
    #[inline]
    pub fn try_serialize_option<'b>(
        &self,
        value: Option<&T>,
        buffer: &'b mut Vec<u8>,
    ) -> Option<Result<Option<&'b [u8]>, SerializeError>> {
        let Some(value) = value else { return Some(Ok(None)) };
        buffer.clear();
        let written = self.try_serialize_into(value, buffer)?;
        Some(written.map(|()| Some(&buffer[..])))
    }

    /// What serializes without asking anyone, when the registry was asked before.
    #[inline]
    pub fn prepared(&self) -> Option<PreparedSerializer<'_, T>> {
        let prefix = self.prepared.get()?;
        Some(PreparedSerializer { prefix, role: self.role, value: PhantomData })
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
        // What runs out of time has no subject yet: it is put in here.
        let asked = within(self.options.deadline, async { Ok(self.ask_at_leisure().await) }).await;
        asked.map_err(|answer| SerializeError::Registry { subject: self.subject().to_owned(), answer })?
    }

    async fn ask_at_leisure(&self) -> Result<Prefix, SerializeError> {
        let subject = self.known_subject().await?;
        let own = NewSchema::avro(T::SCHEMA);
        let search = Search { registry: &*self.registry, subject, options: &self.options, own: &own };
        Prefix::of(search.run().await?, subject, self.options.framing)
    }

    async fn known_subject(&self) -> Result<&str, SerializeError> {
        if let Some(subject) = self.subject.get() {
            return Ok(subject);
        }
        let Self { registry, topic, role, options, .. } = self;
        let subject = match associated(&**registry, &options.strategy, topic, *role).await? {
            Some(subject) => subject,
            None if self.unassociated.is_empty() => {
                return Err(SerializeError::NoAssociation { topic: topic.clone(), role: *role });
            }
            None => self.unassociated.clone(),
        };
        Ok(self.subject.get_or_init(|| subject))
    }
}

impl Prefix {
    fn of(found: Found, subject: &str, framing: Framing) -> Result<Self, SerializeError> {
        let Found { schema, fit } = found;
        let incomplete =
            |missing| SerializeError::IncompleteAnswer { subject: subject.to_owned(), missing, framing };
        let (mut prefix, header) = match framing {
            Framing::Prefix => (id_prefix(schema.id.ok_or_else(|| incomplete("id"))?).to_vec(), None),
            Framing::Header => {
                (Vec::new(), Some(guid_prefix(schema.guid.ok_or_else(|| incomplete("guid"))?)))
            }
        };
        let through = match fit {
            Fit::AsItIs => None,
            Fit::Branch(position) => {
                // The branch of a union is a long, and this position is none that a schema could not have.
                i64::try_from(position).unwrap_or(i64::MAX).encode_into(&mut prefix);
                None
            }
            Fit::Through(through) => Some(through),
        };
        let mut bytes = [0; LONGEST_PREFIX];
        bytes[..prefix.len()].copy_from_slice(&prefix);
        Ok(Self { bytes, length: prefix.len(), header, schema, through })
    }
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
    /// The value has no encoding, or no place in the schema that is to be written with.
    #[inline]
    pub fn serialize_into(&self, value: &T, out: &mut Vec<u8>) -> Result<(), SerializeError> {
        let start = out.len();
        out.extend_from_slice(&self.prefix.bytes[..self.prefix.length]);
        let written = match &self.prefix.through {
            None => value.try_encode_into(out).map_err(SerializeError::Value),
            Some(through) => write_through(through, value, out),
        };
        written.inspect_err(|_| out.truncate(start))
    }
}

#[cold]
fn write_through<T: AvroTryEncode>(
    through: &Through,
    value: &T,
    out: &mut Vec<u8>,
) -> Result<(), SerializeError> {
    let mut datum = Vec::new();
    value.try_encode_into(&mut datum)?;
    through.write(&datum, out)
}

impl<'s, T> PreparedSerializer<'s, T> {
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
        self.prefix.header.as_ref().map(|value| (schema_header(self.role), &value[..]))
    }

    /// The same for as long as the serializer lives.
    #[inline]
    pub(crate) fn into_header(self) -> Option<(&'static str, &'s [u8])> {
        let prefix: &'s Prefix = self.prefix;
        prefix.header.as_ref().map(|value| (schema_header(self.role), &value[..]))
    }
}

impl<T> fmt::Debug for Serializer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Serializer");
        debug.field("topic", &self.topic).field("role", &self.role).field("options", &self.options);
        debug.finish_non_exhaustive()
    }
}
