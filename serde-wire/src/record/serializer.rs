//! Key and value to bytes in one call.

use super::HeldBack;
use crate::codec::{AvroSchema, AvroTryEncode};
use crate::registry::SchemaRegistry;
use crate::subject::Role;
use crate::{SerializeError, Serializer, SerializerOptions};
use std::fmt;
use std::sync::Arc;

/// Turns keys and values into the records of one topic.
///
/// ```no_run
/// use serde_wire::SerializerOptions;
/// use serde_wire::record::{RecordBuffer, RecordSerializer};
/// use serde_wire::registry::RegistryClient;
/// use std::sync::Arc;
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let registry = Arc::new(RegistryClient::builder(["http://localhost:8081"]).build()?);
/// let options = SerializerOptions::default();
/// let names = RecordSerializer::<i64, String>::new(registry, "names", &options, &options)?;
/// let mut buffer = RecordBuffer::default();
/// let record = names.serialize(Some(&7), Some(&"Ada".to_owned()), &mut buffer).await?;
/// // hand `record.key`, `record.value` and `record.headers()` to the producer
/// let tombstone = names.serialize(Some(&7), None, &mut buffer).await?;
/// assert!(tombstone.value.is_none());
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct RecordSerializer<K, V> {
    key: Serializer<K>,
    value: Serializer<V>,
}

/// The memory that a record's bytes are written to, to be used again for the next record.
///
/// ```
/// use serde_wire::SerializerOptions;
/// use serde_wire::record::{RecordBuffer, RecordSerializer};
/// use serde_wire::registry::MockRegistry;
/// use std::sync::Arc;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let registry = Arc::new(MockRegistry::new()); // a RegistryClient
/// let options = SerializerOptions::default();
/// let names = RecordSerializer::<i64, String>::new(registry, "names", &options, &options)?;
/// let mut buffer = RecordBuffer::default();
/// for (id, name) in [(1, "Ada"), (2, "Grace")] {
///     let record = names.serialize(Some(&id), Some(&name.to_owned()), &mut buffer).await?;
///     assert!(record.key.is_some() && record.value.is_some());
/// }
/// # Ok(()) }
/// ```
#[derive(Default)]
pub struct RecordBuffer {
    key: Vec<u8>,
    value: Vec<u8>,
}

/// A record to send. It borrows from the [`RecordBuffer`] and from the serializer.
///
/// ```
/// use serde_wire::record::EncodedRecord;
///
/// /// What a client of Kafka is given.
/// fn sizes(record: &EncodedRecord<'_>) -> (Option<usize>, Option<usize>, usize) {
///     (record.key.map(<[u8]>::len), record.value.map(<[u8]>::len), record.headers().count())
/// }
/// # let _ = sizes;
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct EncodedRecord<'a> {
    /// The key; `None` is null.
    pub key: Option<&'a [u8]>,
    /// The value; `None` is null.
    pub value: Option<&'a [u8]>,
    key_header: Option<(&'static str, &'a [u8])>,
    value_header: Option<(&'static str, &'a [u8])>,
}

impl fmt::Debug for RecordBuffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("RecordBuffer");
        debug.halves(Some(&self.key), Some(&self.value));
        debug.finish_non_exhaustive()
    }
}

impl fmt::Debug for EncodedRecord<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("EncodedRecord");
        debug.halves(self.key, self.value);
        debug.field("headers", &self.headers().map(|(name, _)| name).collect::<Vec<_>>());
        debug.finish_non_exhaustive()
    }
}

impl<'a> EncodedRecord<'a> {
    /// The headers to add to the record: those that name the schemas, with [`Framing::Header`](crate::Framing::Header).
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, &'a [u8])> {
        self.key_header.into_iter().chain(self.value_header)
    }
}

impl<K: AvroSchema + AvroTryEncode, V: AvroSchema + AvroTryEncode> RecordSerializer<K, V> {
    /// A serializer for the records of the topic. Nothing is asked yet.
    ///
    /// # Errors
    /// As [`Serializer::new`].
    pub fn new(
        registry: Arc<dyn SchemaRegistry>,
        topic: &str,
        key: &SerializerOptions,
        value: &SerializerOptions,
    ) -> Result<Self, SerializeError> {
        let key = Serializer::new(Arc::clone(&registry), topic, Role::Key, key)?;
        Ok(Self { key, value: Serializer::new(registry, topic, Role::Value, value)? })
    }

    /// The serializer of keys.
    pub fn key(&self) -> &Serializer<K> {
        &self.key
    }

    /// The serializer of values.
    pub fn value(&self) -> &Serializer<V> {
        &self.value
    }

    /// The bytes of the record in `buffer`, whose former content is gone. `None` stays null, and needs no schema. The
    /// registry is asked for the key's first, so that a new registry gives ids in that order; the first record may wait for
    /// the deadlines of both.
    ///
    /// # Errors
    /// As [`Serializer::serialize_into`]; there is no record then.
    pub async fn serialize<'b>(
        &'b self,
        key: Option<&K>,
        value: Option<&V>,
        buffer: &'b mut RecordBuffer,
    ) -> Result<EncodedRecord<'b>, SerializeError> {
        let RecordBuffer { key: key_buffer, value: value_buffer } = buffer;
        let key = self.key.serialize_option(key, key_buffer).await?;
        let value = self.value.serialize_option(value, value_buffer).await?;
        Ok(self.encoded(key, value))
    }

    /// The same without asking the registry: `None` before the first record.
    #[inline]
    pub fn try_serialize<'b>(
        &'b self,
        key: Option<&K>,
        value: Option<&V>,
        buffer: &'b mut RecordBuffer,
    ) -> Option<Result<EncodedRecord<'b>, SerializeError>> {
        let RecordBuffer { key: key_buffer, value: value_buffer } = buffer;
        let key = self.key.try_serialize_option(key, key_buffer)?;
        let value = self.value.try_serialize_option(value, value_buffer)?;
        Some(key.and_then(|key| Ok(self.encoded(key, value?))))
    }

    #[inline]
    fn encoded<'b>(&'b self, key: Option<&'b [u8]>, value: Option<&'b [u8]>) -> EncodedRecord<'b> {
        let key_header = key.and_then(|_| self.key.prepared()?.into_header());
        let value_header = value.and_then(|_| self.value.prepared()?.into_header());
        EncodedRecord { key, value, key_header, value_header }
    }
}
