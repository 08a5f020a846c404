//! From a value to a framed message (wire-format §3).

mod acceptance;
mod digits;
mod error;
mod find;
mod fit;
mod generic;
mod heading;
mod options;

pub(crate) use acceptance::Candidate;
pub use error::{SerializeError, SerializeErrorKind};
pub(crate) use generic::GenericWriter;
pub use options::{Framing, SchemaSource, SerializerOptions};

use crate::at_once::at_once_or;
use crate::codec::{AvroSchema, AvroTryEncode, AvroWrite, Writer};
use crate::frame::{Guid, SchemaId};
use crate::record::schema_header;
use crate::registry::{NewSchema, SchemaRegistry};
use crate::subject::{Role, SubjectStrategy, full_name};
use find::own_schema;
use heading::{Heading, Prefix};
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::task::Poll;

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
    heading: Heading,
    value: PhantomData<fn(&T)>,
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
        let record_name = match options.strategy {
            SubjectStrategy::TopicName => String::new(),
            _ => full_name(&own_schema(T::SCHEMA, &[])?),
        };
        let own = (NewSchema::avro(T::SCHEMA), Vec::new());
        let heading = Heading::new(registry, topic, role, options, own, &record_name);
        Ok(Self { heading, value: PhantomData })
    }

    /// The subject that the schema stands under. With [`SubjectStrategy::Associated`], until the registry was asked, the
    /// one for a topic without association.
    pub fn subject(&self) -> &str {
        self.heading.subject()
    }

    /// Appends the message to `out`, which is as it was after an error. The registry is asked with the first value.
    ///
    /// # Errors
    /// The registry refuses the schema or does not answer, or the value has no encoding.
    #[inline]
    pub fn serialize_into<'s>(
        &'s self,
        value: &'s T,
        out: &'s mut Vec<u8>,
    ) -> impl Future<Output = Result<(), SerializeError>> + use<'s, T> {
        at_once_or(
            (self, value, out),
            |(this, value, out)| match this.try_serialize_into(value, out) {
                Some(written) => Poll::Ready(written),
                None => Poll::Pending,
            },
            |(this, ..)| {
                let heading = &this.heading;
                Box::pin(async { heading.ask_for_message().await.map(|_| ()) })
            },
        )
    }

    /// Appends the message to `out`, without asking the registry: `None` before the first value or [`prepare`](Self::prepare).
    #[inline]
    pub fn try_serialize_into(&self, value: &T, out: &mut Vec<u8>) -> Option<Result<(), SerializeError>> {
        Some(self.heading.known()?.write(value, out))
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
        Some(PreparedSerializer::of(self.heading.known()?, self.heading.role))
    }

    /// Asks the registry unless that was done, and gives what serializes without asking anyone: for a start-up check,
    /// or for code that is not async.
    ///
    /// # Errors
    /// The registry refuses the schema or does not answer. An error is not remembered here.
    pub async fn prepare(&self) -> Result<PreparedSerializer<'_, T>, SerializeError> {
        Ok(PreparedSerializer::of(self.heading.ask().await?, self.heading.role))
    }
}

/// A [`Serializer`] that has its schema's id.
///
/// ```
/// use serde_wire::registry::MockRegistry;
/// use serde_wire::subject::Role;
/// use serde_wire::{Serializer, SerializerOptions};
/// use std::sync::Arc;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let registry = Arc::new(MockRegistry::new()); // a RegistryClient
/// let names = Serializer::<String>::new(registry, "names", Role::Value, &SerializerOptions::default())?;
/// let prepared = names.prepare().await?; // before the service says that it is ready
/// let mut payload = Vec::new();
/// prepared.serialize_into(&"Ada".to_owned(), &mut payload)?; // no await
/// assert_eq!(prepared.id().map(|id| id.get()), Some(1));
/// # Ok(()) }
/// ```
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
        self.prefix.write(value, out)
    }
}

impl Prefix {
    /// Appends a message to `out`, which is as it was after an error. What it takes for nearly every message stands in this one
    /// function for each type, so that prefix and value go through one writer.
    #[inline(never)]
    fn write<T: AvroTryEncode>(&self, value: &T, out: &mut Vec<u8>) -> Result<(), SerializeError> {
        let Some(plain) = &self.plain else { return self.write_otherwise(value, out) };
        let start = out.len();
        let mut writer = Writer::new(out);
        writer.write_fixed(plain);
        let written = value.try_encode(&mut writer);
        // The writer is gone before `out` is looked at.
        drop(writer);
        match written {
            Ok(()) => {
                self.messages.count_good();
                Ok(())
            }
            Err(error) => Err(self.failed(error.into(), start, out)),
        }
    }

    /// Where the prefix has another length, or values are not written as they are.
    #[inline(never)]
    fn write_otherwise<T: AvroTryEncode>(&self, value: &T, out: &mut Vec<u8>) -> Result<(), SerializeError> {
        let start = out.len();
        out.extend_from_slice(self.bytes());
        let written = match &self.through {
            None => value.try_encode_into(out).map_err(SerializeError::from),
            Some(through) => {
                let mut datum = Vec::new();
                let encoded = value.try_encode_into(&mut datum).map_err(SerializeError::from);
                encoded.and_then(|()| through.write(&datum, out))
            }
        };
        written.map_err(|error| self.failed(error, start, out))?;
        self.messages.count_good();
        Ok(())
    }

    #[cold]
    #[inline(never)]
    fn failed(&self, error: SerializeError, start: usize, out: &mut Vec<u8>) -> SerializeError {
        out.truncate(start);
        self.messages.count_bad(&error);
        error
    }
}

impl<'s, T> PreparedSerializer<'s, T> {
    #[inline]
    fn of(prefix: &'s Prefix, role: Role) -> Self {
        Self { prefix, role, value: PhantomData }
    }

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
        let Heading { role, options, .. } = &self.heading;
        debug.field("subject", &self.heading.subject()).field("role", role).field("options", options);
        debug.finish_non_exhaustive()
    }
}
