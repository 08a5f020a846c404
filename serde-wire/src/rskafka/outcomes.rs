//! What becomes of the records of a partition, as a stream.

use super::as_record;
use crate::codec::{AvroResolve, AvroSchema};
use crate::record::{RecordDeserializer, RecordOutcome};
use futures_util::{Stream, StreamExt};
use rskafka::client::consumer::StreamConsumer;
use rskafka::client::error::Result;
use rskafka::record::RecordAndOffset;

/// Every record that rskafka receives from that partition, with what became of its key and its value.
///
/// ```no_run
/// use futures_util::StreamExt;
/// use rskafka::client::ClientBuilder;
/// use rskafka::client::consumer::{StartOffset, StreamConsumerBuilder};
/// use rskafka::client::partition::UnknownTopicHandling;
/// use serde_wire::DeserializerOptions;
/// use serde_wire::record::RecordDeserializer;
/// use serde_wire::registry::RegistryClient;
/// use serde_wire::rskafka::outcomes;
/// use std::pin::pin;
/// use std::sync::Arc;
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let registry = Arc::new(RegistryClient::builder(["http://localhost:8081"]).build()?);
/// let options = DeserializerOptions::default();
/// let names = RecordDeserializer::<i64, String>::new(registry, "names", &options, &options);
///
/// let kafka = ClientBuilder::new(vec!["localhost:9092".to_owned()]).build().await?;
/// let partition = Arc::new(kafka.partition_client("names", 0, UnknownTopicHandling::Retry).await?);
/// let records = StreamConsumerBuilder::new(partition, StartOffset::Earliest).build();
/// let mut records = pin!(outcomes(records, "names", 0, &names));
/// while let Some(received) = records.next().await {
///     let (record, outcome) = received?;
///     match outcome.into_result() {
///         Ok((id, name)) => println!("{id:?} is {name:?}"),
///         Err((half, error)) => println!("the {half} at {}: {error}", record.offset),
///     }
/// }
/// # Ok(()) }
/// ```
pub fn outcomes<'a, K, V>(
    consumer: StreamConsumer,
    topic: &'a str,
    partition: i32,
    deserializer: &'a RecordDeserializer<K, V>,
) -> impl Stream<Item = Result<(RecordAndOffset, RecordOutcome<K, V>)>> + use<'a, K, V>
where
    K: AvroSchema + for<'r> AvroResolve<'r>,
    V: AvroSchema + for<'r> AvroResolve<'r>,
{
    consumer.then(move |received| async move {
        let (received, _high_watermark) = received?;
        let outcome = deserializer.deserialize(&as_record(&received, topic, partition)).await;
        Ok((received, outcome))
    })
}
