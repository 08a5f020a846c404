//! From the dead-letter topic to where the records came from.

use super::consume::{ends_consuming, for_producer};
use super::message::{AsRecord, copy_of};
use super::producer::{SendError, sent};
use crate::dead_letter::{ReplayError, replay};
use crate::record::Record;
use rdkafka::config::ClientConfig;
use rdkafka::consumer::{CommitMode, Consumer, StreamConsumer};
use rdkafka::error::{IsError, KafkaError, KafkaResult, RDKafkaErrorCode};
use rdkafka::message::Message;
use rdkafka::metadata::{Metadata, MetadataPartition};
use rdkafka::producer::FutureProducer;
use rdkafka::{Offset, TopicPartitionList};
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// How long a question to the broker may take, and how long it may bring nothing where letters are left.
const PATIENCE: Duration = Duration::from_secs(60);

/// Settings of [`replay_dead_letters`].
///
/// ```
/// use serde_wire::dead_letter::REASON;
/// use serde_wire::rdkafka::ReplayOptions;
/// use serde_wire::record::Headers;
///
/// let options = ReplayOptions::new("orders-dlq")
///     .with_filter(|letter| letter.headers.last_header(REASON) == Some(b"incompatible-schema"));
/// assert_eq!(options.dead_letter_topic, "orders-dlq");
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct ReplayOptions {
    /// The topic with the dead letters.
    pub dead_letter_topic: String,
    filter: Option<Arc<Filter>>,
    observer: Option<Arc<Observer>>,
}

type Filter = dyn Fn(&Record<'_>) -> bool + Send + Sync;
type Observer = dyn Fn(&ReplayNotice<'_>) + Send + Sync;

impl ReplayOptions {
    /// All letters of that topic.
    #[must_use]
    pub fn new(dead_letter_topic: impl Into<String>) -> Self {
        Self { dead_letter_topic: dead_letter_topic.into(), filter: None, observer: None }
    }

    /// Only those letters of which this is true. The others are passed over for good, as far as the group is concerned.
    #[must_use]
    pub fn with_filter(mut self, filter: impl Fn(&Record<'_>) -> bool + Send + Sync + 'static) -> Self {
        self.filter = Some(Arc::new(filter));
        self
    }

    /// These options with somebody who is told what becomes of each letter.
    #[must_use]
    pub fn with_observer(mut self, observer: impl Fn(&ReplayNotice<'_>) + Send + Sync + 'static) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    fn tell(&self, notice: &ReplayNotice<'_>) {
        if let Some(observer) = &self.observer {
            observer(notice);
        }
    }
}

impl fmt::Debug for ReplayOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReplayOptions")
            .field("dead_letter_topic", &self.dead_letter_topic)
            .finish_non_exhaustive()
    }
}

/// What became of a dead letter.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReplayNotice<'n> {
    /// Its original was sent to its topic.
    Replayed {
        /// The letter.
        letter: Record<'n>,
    },
    /// It is no dead letter, or not as it was: it stays where it is.
    Refused {
        /// The record.
        letter: Record<'n>,
        /// Why.
        error: &'n ReplayError,
    },
    /// The client told of something that it goes on trying by itself, such as a broker that is away.
    Kafka {
        /// What it told.
        error: &'n KafkaError,
    },
}

/// What [`replay_dead_letters`] did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReplayReport {
    /// Letters whose originals were sent.
    pub replayed: u64,
    /// Letters that the filter left out.
    pub left_out: u64,
    /// Records that are no dead letters, or were changed.
    pub refused: u64,
}

/// Sends the originals of dead letters to the topics and partitions that they came from, byte for byte: key, value, headers and
/// time. It reads the dead-letter topic from where the group stands (at first from its beginning) to where it ends now; what
/// fails again and is dead-lettered once more is for the next call. The letters stay in their topic.
///
/// The group's offsets are committed when all is sent, so that another call does not send the same again; after a crash it
/// does. Two calls with one group at the same time would both send everything.
///
/// ```no_run
/// use rdkafka::ClientConfig;
/// use serde_wire::rdkafka::{ReplayOptions, replay_dead_letters};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let mut kafka = ClientConfig::new();
/// kafka.set("bootstrap.servers", "localhost:9092").set("group.id", "orders-dlq-replay");
/// let report = replay_dead_letters(&kafka, &ReplayOptions::new("orders-dlq")).await?;
/// println!("{} sent again, {} are no dead letters", report.replayed, report.refused);
/// # Ok(()) }
/// ```
///
/// # Errors
/// The broker cannot be asked, or does not take a record; the topic is not there, one of its partitions cannot be read, or the
/// rights to read are missing; letters are left, and no broker brings them for a minute. Nothing is committed then.
pub async fn replay_dead_letters(
    kafka: &ClientConfig,
    options: &ReplayOptions,
) -> Result<ReplayReport, KafkaError> {
    let producer: FutureProducer = for_producer(kafka).create()?;
    let mut settings = kafka.clone();
    settings.set("enable.auto.commit", "false").set("enable.partition.eof", "true");
    let consumer: Arc<StreamConsumer> = Arc::new(settings.create()?);

    let (asked, topic) = (Arc::clone(&consumer), options.dead_letter_topic.clone());
    let Plan { start, mut left } = blocking(move || Plan::of(&asked, &topic)).await?;
    consumer.assign(&start)?;
    let mut report = ReplayReport::default();
    let mut read = start;
    let mut last = Instant::now();
    while !left.is_empty() {
        let Ok(received) = timeout_at(last + PATIENCE, consumer.recv()).await else {
            return Err(KafkaError::MessageConsumption(RDKafkaErrorCode::OperationTimedOut));
        };
        let message = match received {
            Ok(message) => message,
            // What lies between the last record and the end are marks of transactions, or was compacted away.
            Err(KafkaError::PartitionEOF(partition)) => {
                left.remove(&partition);
                last = Instant::now();
                continue;
            }
            Err(error) if is_final(&error) => return Err(error),
            Err(error) => {
                options.tell(&ReplayNotice::Kafka { error: &error });
                continue;
            }
        };
        let (partition, next) = (message.partition(), message.offset() + 1);
        let Some(end) = left.get(&partition).copied() else { continue };
        if next <= end {
            one(&message.as_record(), &producer, options, &mut report).await?;
            read.set_partition_offset(&options.dead_letter_topic, partition, Offset::Offset(next))?;
        }
        if next >= end {
            left.remove(&partition);
        }
        // Sending took its own time.
        last = Instant::now();
    }
    blocking(move || {
        let is_new = read.elements().iter().any(|element| matches!(element.offset(), Offset::Offset(_)));
        if is_new { consumer.commit(&read, CommitMode::Sync) } else { Ok(()) }
    })
    .await?;
    Ok(report)
}

/// Where to begin, and where to end.
struct Plan {
    start: TopicPartitionList,
    /// The offset behind the last letter, for each partition that has some.
    left: HashMap<i32, i64>,
}

impl Plan {
    fn of(consumer: &StreamConsumer, topic: &str) -> KafkaResult<Self> {
        let metadata = consumer.fetch_metadata(Some(topic), PATIENCE)?;
        let mut all = TopicPartitionList::new();
        for partition in partitions(&metadata)? {
            all.add_partition(topic, partition);
        }
        let committed = consumer.committed_offsets(all, PATIENCE)?;
        let (mut start, mut left) = (TopicPartitionList::new(), HashMap::new());
        for element in committed.elements() {
            // Where the group stands is not known: to begin at the beginning would send again what was sent.
            element.error()?;
            let partition = element.partition();
            let (low, high) = consumer.fetch_watermarks(topic, partition, PATIENCE)?;
            let from = match element.offset() {
                Offset::Offset(committed) => committed.max(low),
                _ => low,
            };
            start.add_partition_offset(topic, partition, Offset::Offset(from))?;
            if from < high {
                left.insert(partition, high);
            }
        }
        Ok(Self { start, left })
    }
}

/// The partitions of the topic that was asked for. What is wrong with one of them the broker tells when it is read.
fn partitions(metadata: &Metadata) -> KafkaResult<Vec<i32>> {
    let mut all = Vec::new();
    for topic in metadata.topics() {
        if let Some(error) = topic.error().filter(IsError::is_error) {
            return Err(KafkaError::MetadataFetch(error.into()));
        }
        all.extend(topic.partitions().iter().map(MetadataPartition::id));
    }
    if all.is_empty() {
        return Err(KafkaError::MetadataFetch(RDKafkaErrorCode::UnknownTopicOrPartition));
    }
    Ok(all)
}

/// True when the letters that are left will not come.
const fn is_final(error: &KafkaError) -> bool {
    use RDKafkaErrorCode as Code;
    ends_consuming(error)
        || matches!(
            error,
            KafkaError::Global(_)
                | KafkaError::MessageConsumption(
                    Code::UnknownTopicOrPartition | Code::UnknownTopic | Code::UnknownPartition
                )
        )
}

async fn one(
    letter: &Record<'_>,
    producer: &FutureProducer,
    options: &ReplayOptions,
    report: &mut ReplayReport,
) -> Result<(), KafkaError> {
    if options.filter.as_ref().is_some_and(|filter| !filter(letter)) {
        report.left_out += 1;
        return Ok(());
    }
    match replay(letter) {
        Ok(original) => {
            match sent(producer, copy_of(&original.as_record())).await {
                Ok(_) => {}
                Err(SendError::Kafka(error)) => return Err(error),
                // What is serialized already cannot fail to be.
                Err(SendError::Serialize(_)) => return Err(KafkaError::Canceled),
            }
            report.replayed += 1;
            options.tell(&ReplayNotice::Replayed { letter: *letter });
        }
        Err(error) => {
            report.refused += 1;
            options.tell(&ReplayNotice::Refused { letter: *letter, error: &error });
        }
    }
    Ok(())
}

/// What holds up its thread.
async fn blocking<T: Send + 'static>(
    call: impl FnOnce() -> KafkaResult<T> + Send + 'static,
) -> Result<T, KafkaError> {
    tokio::task::spawn_blocking(call).await.unwrap_or(Err(KafkaError::Canceled))
}
