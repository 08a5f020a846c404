//! Reads the topic with the version of the schema that `T` is, and hands what it reads to an application.

use crate::change::Change;
use crate::kafka::Kafka;
use crate::{Error, Result};
use rdkafka::consumer::{CommitMode, Consumer, StreamConsumer};
use rdkafka::message::BorrowedMessage;
use rdkafka::{Message, Offset, TopicPartitionList};
use serde_wire::codec::{AvroResolve, AvroSchema};
use serde_wire::registry::SchemaRegistry;
use serde_wire::subject::Role;
use serde_wire::{DeserializeError, Deserializer, DeserializerOptions};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};

/// How long the registry may be away before the consumer gives up.
const PATIENCE: Duration = Duration::from_secs(120);
/// How long the topic may give nothing before the consumer takes that for an error.
const SILENCE: Duration = Duration::from_secs(60);

/// A handler of changes. The calls come one after the other.
pub(crate) trait Application {
    /// A change came.
    async fn change(&mut self, change: &Change) -> Result<()>;

    /// A message came that cannot be decoded, now or ever.
    async fn undecodable(&mut self, message: &BorrowedMessage<'_>, error: DeserializeError) -> Result<()>;

    /// All effects of what came so far must be durable: the offsets are committed next.
    async fn settle(&mut self) -> Result<()>;
}

/// A consumer of changes.
pub(crate) struct ChangeConsumer<T> {
    stream: StreamConsumer,
    topic: String,
    reader: Reader<T>,
    /// The offset that comes next, for each partition.
    positions: Vec<i64>,
}

impl<T: AvroSchema + for<'a> AvroResolve<'a> + Into<Change>> ChangeConsumer<T> {
    /// A member of that group, which must stand at `positions`. `waits` counts how often the registry was away when it
    /// was needed.
    pub(crate) fn new(
        kafka: &Kafka,
        registry: Arc<dyn SchemaRegistry>,
        topic: &str,
        group: &str,
        positions: Vec<i64>,
        waits: Arc<AtomicU32>,
    ) -> Result<Self> {
        let deserializer = Deserializer::new(registry, topic, Role::Value, &DeserializerOptions::default());
        let reader = Reader { deserializer, waits };
        Ok(Self { stream: kafka.consumer(group, topic)?, topic: topic.to_owned(), reader, positions })
    }

    /// Consumes until it stands at the offsets that `until` comes to hold, then commits.
    pub(crate) async fn run(
        &mut self,
        application: &mut impl Application,
        mut until: watch::Receiver<Option<Vec<i64>>>,
    ) -> Result<()> {
        let mut target = None;
        while target.as_ref() != Some(&self.positions) {
            tokio::select! {
                message = timeout(SILENCE, self.stream.recv()) => {
                    let message = message.map_err(|_| stalled(&self.positions, target.as_ref()))??;
                    advance(&mut self.positions, &message)?;
                    self.reader.hand_over(&message, application).await?;
                }
                end = until.wait_for(Option::is_some), if target.is_none() => target.clone_from(&*end?),
            }
        }
        application.settle().await?;
        self.commit()
    }

    /// The offset that comes next, for each partition.
    pub(crate) fn positions(&self) -> &[i64] {
        &self.positions
    }

    fn commit(&self) -> Result<()> {
        let mut offsets = TopicPartitionList::new();
        for (partition, position) in (0..).zip(&self.positions) {
            offsets.add_partition_offset(&self.topic, partition, Offset::Offset(*position))?;
        }
        Ok(self.stream.commit(&offsets, CommitMode::Sync)?)
    }
}

/// Turns messages into changes.
struct Reader<T> {
    deserializer: Deserializer<T>,
    waits: Arc<AtomicU32>,
}

impl<T: AvroSchema + for<'a> AvroResolve<'a> + Into<Change>> Reader<T> {
    async fn hand_over(
        &self,
        message: &BorrowedMessage<'_>,
        application: &mut impl Application,
    ) -> Result<()> {
        match self.decode(message.payload().unwrap_or_default()).await {
            Ok(value) => application.change(&value.into()).await,
            Err(error) if error.is_retriable() => Err(error.into()),
            Err(error) => application.undecodable(message, error).await,
        }
    }

    /// Decodes a message, and waits while the registry is away: the message is not to blame for that.
    async fn decode(&self, payload: &[u8]) -> Result<T, DeserializeError> {
        let since = Instant::now();
        loop {
            match self.deserializer.deserialize(payload).await {
                Err(error) if error.is_retriable() && since.elapsed() < PATIENCE => {
                    self.waits.fetch_add(1, Ordering::Relaxed);
                    sleep(Duration::from_millis(200)).await;
                }
                outcome => return outcome,
            }
        }
    }
}

/// Steps over the message, which must be the next one: none lost, none twice.
fn advance(positions: &mut [i64], message: &BorrowedMessage<'_>) -> Result<()> {
    let (partition, offset) = (message.partition(), message.offset());
    let position = usize::try_from(partition).ok().and_then(|partition| positions.get_mut(partition));
    let position = position.ok_or("the topic has more partitions than it was made with")?;
    if offset != *position {
        return Err(format!("partition {partition} gave offset {offset} where {position} was next").into());
    }
    *position += 1;
    Ok(())
}

fn stalled(positions: &[i64], target: Option<&Vec<i64>>) -> Error {
    format!("no message for {SILENCE:?} at offsets {positions:?}, on the way to {target:?}").into()
}
