//! Sending a record of key and value in one call.

use super::message::{NotForRskafka, encoded_record};
use crate::codec::{AvroSchema, AvroTryEncode};
use crate::record::{Headers, RecordBuffer, RecordSerializer};
use crate::registry::SchemaRegistry;
use crate::{SerializeError, SerializerOptions};
use rskafka::client::error::Error as KafkaError;
use rskafka::client::partition::{Compression, PartitionClient};
use std::fmt;
use std::sync::Arc;
use thiserror::Error;

/// Why a record was not sent.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SendError {
    /// Key or value could not be serialized.
    #[error(transparent)]
    Serialize(#[from] SerializeError),
    /// rskafka has no place for its headers.
    #[error(transparent)]
    NotForRskafka(#[from] NotForRskafka),
    /// The broker did not take it.
    #[error("cannot send the record: {0}")]
    Kafka(Box<KafkaError>),
}

/// A producer of records for one partition, which is how rskafka sends: which partition a key belongs to is the caller's to say.
///
/// ```no_run
/// use rskafka::client::ClientBuilder;
/// use rskafka::client::partition::UnknownTopicHandling;
/// use serde_wire::SerializerOptions;
/// use serde_wire::registry::RegistryClient;
/// use serde_wire::rskafka::RecordProducer;
/// use std::sync::Arc;
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let registry = Arc::new(RegistryClient::builder(["http://localhost:8081"]).build()?);
/// let kafka = ClientBuilder::new(vec!["localhost:9092".to_owned()]).build().await?;
/// let partition = Arc::new(kafka.partition_client("names", 0, UnknownTopicHandling::Retry).await?);
/// let options = SerializerOptions::default();
/// let names = RecordProducer::<i64, String>::new(partition, registry, &options, &options)?;
///
/// let offset = names.send(Some(&7), Some(&"Ada".to_owned()), &()).await?;
/// println!("it is record {offset}");
/// # Ok(()) }
/// ```
pub struct RecordProducer<K, V> {
    partition: Arc<PartitionClient>,
    serializer: RecordSerializer<K, V>,
    compression: Compression,
}

impl<K: AvroSchema + AvroTryEncode, V: AvroSchema + AvroTryEncode> RecordProducer<K, V> {
    /// A producer for that partition, without compression. Nothing is asked yet.
    ///
    /// # Errors
    /// As [`Serializer::new`](crate::Serializer::new).
    pub fn new(
        partition: Arc<PartitionClient>,
        registry: Arc<dyn SchemaRegistry>,
        key: &SerializerOptions,
        value: &SerializerOptions,
    ) -> Result<Self, SerializeError> {
        let serializer = RecordSerializer::new(registry, partition.topic(), key, value)?;
        Ok(Self { partition, serializer, compression: Compression::NoCompression })
    }

    /// This producer with another compression, each of which is a feature of rskafka.
    #[must_use]
    pub const fn with_compression(mut self, compression: Compression) -> Self {
        self.compression = compression;
        self
    }

    /// What makes the bytes.
    pub fn serializer(&self) -> &RecordSerializer<K, V> {
        &self.serializer
    }

    /// Sends a record, and waits until the broker has it: its offset. `None` is null; `&()` are no headers. Each call is a
    /// request; many records in one are made with [`encoded_record`] and [`PartitionClient::produce`].
    ///
    /// # Errors
    /// See [`SendError`].
    pub async fn send(
        &self,
        key: Option<&K>,
        value: Option<&V>,
        headers: &(dyn Headers + Sync),
    ) -> Result<i64, SendError> {
        let mut buffer = RecordBuffer::default();
        let encoded = self.serializer.serialize(key, value, &mut buffer).await?;
        let record = encoded_record(&encoded, headers)?;
        let sent = self.partition.produce(vec![record], self.compression).await;
        let offsets = sent.map_err(|error| SendError::Kafka(Box::new(error)))?;
        // One record has one offset.
        Ok(offsets.first().copied().unwrap_or_default())
    }
}

impl<K, V> fmt::Debug for RecordProducer<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("RecordProducer");
        debug.field("topic", &self.partition.topic()).field("partition", &self.partition.partition());
        debug.finish_non_exhaustive()
    }
}
