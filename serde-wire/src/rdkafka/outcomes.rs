//! What becomes of the messages of a consumer, as a stream.

use super::AsRecord;
use crate::codec::{AvroResolve, AvroSchema};
use crate::record::{RecordDeserializer, RecordOutcome};
use futures_util::{Stream, StreamExt};
use rdkafka::consumer::{ConsumerContext, StreamConsumer};
use rdkafka::error::KafkaResult;
use rdkafka::message::BorrowedMessage;

/// Every message that the consumer receives, with what became of its key and its value, in the order in which they come.
///
/// While the registry is asked for a new schema, no other message is received; what cannot be decoded because it is away says
/// so, and it is the caller's to try that message again. [`consume_with_dlq`](super::consume_with_dlq) does all this.
///
/// ```no_run
/// use futures_util::StreamExt;
/// use rdkafka::ClientConfig;
/// use rdkafka::consumer::{Consumer, StreamConsumer};
/// use serde_wire::DeserializerOptions;
/// use serde_wire::rdkafka::{AsRecord, outcomes};
/// use serde_wire::record::RecordDeserializer;
/// use serde_wire::registry::RegistryClient;
/// use std::pin::pin;
/// use std::sync::Arc;
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let registry = Arc::new(RegistryClient::builder(["http://localhost:8081"]).build()?);
/// let options = DeserializerOptions::default();
/// let names = RecordDeserializer::<i64, String>::new(registry, "names", &options, &options);
///
/// let mut kafka = ClientConfig::new();
/// let consumer: StreamConsumer =
///     kafka.set("bootstrap.servers", "localhost:9092").set("group.id", "greetings").create()?;
/// consumer.subscribe(&["names"])?;
///
/// let mut messages = pin!(outcomes(&consumer, &names));
/// while let Some(received) = messages.next().await {
///     let (message, outcome) = received?;
///     match outcome.into_result() {
///         Ok((id, Some(name))) => println!("{id:?} is {name}"),
///         Ok((id, None)) => println!("{id:?} is gone"),
///         Err((half, error)) => println!("the {half} of {:?}: {error}", message.as_record()),
///     }
/// }
/// # Ok(()) }
/// ```
pub fn outcomes<'a, K, V, C>(
    consumer: &'a StreamConsumer<C>,
    deserializer: &'a RecordDeserializer<K, V>,
) -> impl Stream<Item = KafkaResult<(BorrowedMessage<'a>, RecordOutcome<K, V>)>> + use<'a, K, V, C>
where
    K: AvroSchema + for<'r> AvroResolve<'r>,
    V: AvroSchema + for<'r> AvroResolve<'r>,
    C: ConsumerContext + 'static,
{
    consumer.stream().then(move |message| async move {
        let message = message?;
        let outcome = deserializer.deserialize(&message.as_record()).await;
        Ok((message, outcome))
    })
}
