//! Sending a record of key and value in one call.

use super::message::future_record;
use crate::codec::{AvroSchema, AvroTryEncode};
use crate::record::{Headers, RecordBuffer, RecordSerializer};
use crate::registry::SchemaRegistry;
use crate::{SerializeError, SerializerOptions};
use rdkafka::client::{ClientContext, DefaultClientContext};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::future_producer::Delivery;
use rdkafka::producer::{FutureProducer, FutureRecord};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use thiserror::Error;

/// How long to wait for room in the producer's queue before looking again.
const FULL: Duration = Duration::from_millis(5);

/// Why a record was not sent.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SendError {
    /// Key or value could not be serialized.
    #[error(transparent)]
    Serialize(#[from] SerializeError),
    /// The broker did not take it, or did not say so in time.
    #[error("cannot send the record: {0}")]
    Kafka(KafkaError),
}

/// A producer of the records of one topic, over a [`FutureProducer`], which is shared with others by cloning it.
///
/// ```no_run
/// use rdkafka::ClientConfig;
/// use serde_wire::SerializerOptions;
/// use serde_wire::rdkafka::RecordProducer;
/// use serde_wire::record::TraceContext;
/// use serde_wire::registry::RegistryClient;
/// use std::sync::Arc;
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let registry = Arc::new(RegistryClient::builder(["http://localhost:8081"]).build()?);
/// let kafka = ClientConfig::new()
///     .set("bootstrap.servers", "localhost:9092")
///     .set("enable.idempotence", "true")
///     .create()?;
/// let options = SerializerOptions::default();
/// let names = RecordProducer::<i64, String>::new(kafka, registry, "names", &options, &options)?;
///
/// names.send(Some(&7), Some(&"Ada".to_owned()), &()).await?;
/// // With the trace that it belongs to:
/// let trace = TraceContext::new(0x0af7_6519, 0xb7ad, true).expect("no id is 0");
/// names.send(Some(&7), None, &trace).await?; // a tombstone
/// # Ok(()) }
/// ```
pub struct RecordProducer<K, V, C: ClientContext + 'static = DefaultClientContext> {
    topic: String,
    producer: FutureProducer<C>,
    serializer: RecordSerializer<K, V>,
}

impl<K, V, C> RecordProducer<K, V, C>
where
    K: AvroSchema + AvroTryEncode,
    V: AvroSchema + AvroTryEncode,
    C: ClientContext + 'static,
{
    /// A producer for that topic. Nothing is asked yet.
    ///
    /// # Errors
    /// As [`Serializer::new`](crate::Serializer::new).
    pub fn new(
        producer: FutureProducer<C>,
        registry: Arc<dyn SchemaRegistry>,
        topic: &str,
        key: &SerializerOptions,
        value: &SerializerOptions,
    ) -> Result<Self, SerializeError> {
        let serializer = RecordSerializer::new(registry, topic, key, value)?;
        Ok(Self { topic: topic.to_owned(), producer, serializer })
    }

    /// What makes the bytes.
    pub fn serializer(&self) -> &RecordSerializer<K, V> {
        &self.serializer
    }

    /// Sends a record, and waits until the broker has it. `None` is null. `headers` come before those that name schemas; `&()`
    /// are none.
    ///
    /// # Errors
    /// See [`SendError`].
    pub async fn send(
        &self,
        key: Option<&K>,
        value: Option<&V>,
        headers: &(dyn Headers + Sync),
    ) -> Result<Delivery, SendError> {
        self.enqueue(key, value, headers).await?.await
    }

    /// Gives a record to the producer, and comes back with a future for the broker's answer, so that many records are under way
    /// at once. It waits for the registry, if the schemas are new, and while the producer's queue is full. Records that are
    /// enqueued one after the other are sent in that order.
    ///
    /// ```no_run
    /// use serde_wire::rdkafka::{RecordProducer, SendError};
    ///
    /// # async fn example(names: RecordProducer<i64, String>, all: Vec<(i64, String)>) -> Result<(), SendError> {
    /// let mut deliveries = Vec::new();
    /// for (id, name) in &all {
    ///     deliveries.push(names.enqueue(Some(id), Some(name), &()).await?);
    /// }
    /// for delivery in deliveries {
    ///     delivery.await?;
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// See [`SendError`].
    pub async fn enqueue(
        &self,
        key: Option<&K>,
        value: Option<&V>,
        headers: &(dyn Headers + Sync),
    ) -> Result<impl Future<Output = Result<Delivery, SendError>> + use<K, V, C>, SendError> {
        let mut buffer = RecordBuffer::default();
        let encoded = self.serializer.serialize(key, value, &mut buffer).await?;
        let record = future_record(&self.topic, &encoded, headers);
        Ok(deliver(enqueued(&self.producer, record).await?))
    }
}

async fn deliver(
    delivery: rdkafka::producer::future_producer::DeliveryFuture,
) -> Result<Delivery, SendError> {
    match delivery.await {
        Ok(Ok(delivery)) => Ok(delivery),
        Ok(Err((error, _))) => Err(SendError::Kafka(error)),
        Err(_canceled) => Err(SendError::Kafka(KafkaError::Canceled)),
    }
}

/// Waits while the queue is full, and only then.
async fn enqueued<C: ClientContext + 'static>(
    producer: &FutureProducer<C>,
    mut record: FutureRecord<'_, [u8], [u8]>,
) -> Result<rdkafka::producer::future_producer::DeliveryFuture, SendError> {
    loop {
        match producer.send_result(record) {
            Ok(delivery) => return Ok(delivery),
            Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), returned)) => record = returned,
            Err((error, _)) => return Err(SendError::Kafka(error)),
        }
        tokio::time::sleep(FULL).await;
    }
}

/// Sends a record that is made already, and waits until the broker has it.
pub(super) async fn sent<C: ClientContext + 'static>(
    producer: &FutureProducer<C>,
    record: FutureRecord<'_, [u8], [u8]>,
) -> Result<Delivery, SendError> {
    deliver(enqueued(producer, record).await?).await
}

impl<K, V, C: ClientContext + 'static> fmt::Debug for RecordProducer<K, V, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordProducer").field("topic", &self.topic).finish_non_exhaustive()
    }
}
