//! A consumer that loses nothing, and stops for nothing that passes.

mod clients;
mod error;
mod handler;
mod job;
mod lanes;
mod notice;
mod options;
mod report;

pub use error::ConsumeError;
pub use handler::{HandlerError, Received};
pub use notice::ConsumeNotice;
pub use options::ConsumeOptions;
pub use report::ConsumeReport;

pub(super) use clients::for_producer;

use crate::codec::{AvroResolve, AvroSchema};
use crate::record::RecordDeserializer;
use crate::telemetry::Records;
use clients::Revocations;
use futures_util::StreamExt;
use job::{Job, Tools};
use lanes::Lanes;
use rdkafka::config::ClientConfig;
use rdkafka::consumer::Consumer as _;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::Message;
use std::pin::pin;
use std::time::Duration;
use tokio::time::{Instant, sleep, sleep_until};

/// How long the client may go without being polled because a partition is full, before that is paused. Far below
/// `max.poll.interval.ms`, so that a slow handler never costs the membership in the group.
const PATIENCE: Duration = Duration::from_secs(1);

/// Consumes a topic: decodes each record, hands it to the handler, and commits it then, in the order of its partition.
///
/// | what happens | what becomes of the record |
/// |---|---|
/// | the handler returns `Ok` | done; its offset is stored, and committed with the next commit |
/// | the registry is away | tried again after a pause, for as long as it takes; it is never dead-lettered for that |
/// | it cannot be decoded | to the dead-letter topic, as a [`DeadLetterRecord`](crate::dead_letter::DeadLetterRecord) |
/// | the handler returns [`HandlerError::retry`] | tried again after a pause, up to `handler_attempts`, then to the dead-letter topic |
/// | the handler returns [`HandlerError::dead_letter`] | to the dead-letter topic |
/// | the handler returns [`HandlerError::fatal`] | the consumer stops; the record comes again when it is started again |
/// | the broker does not take a dead letter | sent again after a pause; the consumer stops when that cannot help: when the letter, a few KiB larger than its record, is too large for the dead-letter topic's `max.message.bytes`, nobody may write there, or the topic is not there (after `topic.metadata.propagation.max.ms`, 30 s) |
///
/// - **At least once.** The offset of a record is stored when the handler has it, or the broker its dead letter. After a crash,
///   records that were handled since the last commit (`auto.commit.interval.ms`) come again.
/// - **In order.** One record of a partition at a time; partitions do not wait for each other. All of them run in the task that
///   awaits this function: a handler that computes for long belongs on another thread.
/// - **Never thrown out.** While a record waits, its partition is paused and the client is polled, so `max.poll.interval.ms` is
///   kept however long that takes. The pauses double up to `longest_pause`, with jitter.
/// - **Safe when the group changes.** What was handled is committed before a partition is given away. A handler that works on a
///   record of it is dropped at its next `await`; the record comes again, to the new owner.
/// - **At a shutdown**, handlers may finish within `grace`, during which the client is polled as ever; nothing new is begun; what
///   was handled is committed.
///
/// A program with several topics runs one of these for each; they may share a group.
///
/// `kafka` are the settings of the consumer; `enable.auto.commit` and `enable.auto.offset.store` are set as this needs them, and
/// refused when they say otherwise. A new group begins where `auto.offset.reset` says, by default behind the last record.
///
/// ```no_run
/// use rdkafka::ClientConfig;
/// use serde_wire::DeserializerOptions;
/// use serde_wire::rdkafka::{ConsumeOptions, HandlerError, Received, consume_with_dlq};
/// use serde_wire::record::RecordDeserializer;
/// use serde_wire::registry::RegistryClient;
/// use std::sync::Arc;
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let registry = Arc::new(RegistryClient::builder(["http://localhost:8081"]).build()?);
/// let options = DeserializerOptions::default();
/// let names = RecordDeserializer::<i64, String>::new(registry, "names", &options, &options);
///
/// let mut kafka = ClientConfig::new();
/// kafka.set("bootstrap.servers", "localhost:9092");
/// kafka.set("group.id", "greetings").set("auto.offset.reset", "earliest");
///
/// let options = ConsumeOptions::new("names", "greetings-dlq")
///     .with_application("greetings", "0")
///     .with_observer(|notice| eprintln!("{notice:?}"));
/// let greet = async |received: &Received<'_, i64, String>| {
///     let id = received.key.ok_or("a name without a number").map_err(HandlerError::dead_letter)?;
///     match &received.value {
///         Some(name) => println!("{id}: hello, {name}"),
///         None => println!("{id}: goodbye"),
///     }
///     Ok(())
/// };
/// let (stop, stopped) = tokio::sync::oneshot::channel::<()>(); // or a signal
/// # drop(stop);
/// let shutdown = async { drop(stopped.await) };
/// let report = consume_with_dlq(&kafka, &names, &options, greet, shutdown).await?;
/// println!("{} handled, {} dead-lettered", report.handled, report.dead_lettered);
/// # Ok(()) }
/// ```
///
/// # Errors
/// See [`ConsumeError`]. Whatever passes is none: brokers that are away are told to the observer.
///
/// # Panics
/// When the handler does. Nothing that it was working on is committed then.
pub async fn consume_with_dlq<K, V, H>(
    kafka: &ClientConfig,
    deserializer: &RecordDeserializer<K, V>,
    options: &ConsumeOptions,
    handler: H,
    shutdown: impl Future<Output = ()>,
) -> Result<ConsumeReport, ConsumeError>
where
    K: AvroSchema + for<'a> AvroResolve<'a>,
    V: AvroSchema + for<'a> AvroResolve<'a>,
    H: AsyncFn(&Received<'_, K, V>) -> Result<(), HandlerError>,
{
    let revoked = Revocations::default();
    let producer = clients::producer(kafka, options)?;
    let consumer = clients::consumer(kafka, revoked.clone())?;
    consumer.subscribe(&[&options.topic])?;
    let outcome = {
        let records = Records::of(&options.topic);
        let tools = Tools { consumer: &consumer, producer, deserializer, options, handler, records };
        pump(&tools, &revoked, shutdown).await
    };
    // Its end commits what was handled and leaves the group, for which it holds up the thread.
    let _ = tokio::task::spawn_blocking(move || drop(consumer)).await;
    outcome
}

async fn pump<'t, K, V, H>(
    tools: &'t Tools<'t, K, V, H>,
    revoked: &Revocations,
    shutdown: impl Future<Output = ()>,
) -> Result<ConsumeReport, ConsumeError>
where
    K: AvroSchema + for<'a> AvroResolve<'a>,
    V: AvroSchema + for<'a> AvroResolve<'a>,
    H: AsyncFn(&Received<'_, K, V>) -> Result<(), HandlerError>,
{
    let start =
        |job: Job<'t, K, V>, pause| async move { (job.message.partition(), job.run(pause, tools).await) };
    let mut lanes = Lanes::new(tools.consumer, tools.options);
    let mut messages = tools.consumer.stream();
    let mut shutdown = pin!(shutdown);
    // Since when the client was not polled.
    let mut full_since: Option<Instant> = None;
    loop {
        // Neither messages that are there already nor handlers that never wait give others a turn.
        tokio::task::consume_budget().await;
        let is_full = lanes.is_full();
        full_since = if is_full { full_since.or_else(|| Some(Instant::now())) } else { None };
        let patience_ends = full_since.unwrap_or_else(Instant::now) + PATIENCE;
        tokio::select! {
            biased;
            () = &mut shutdown => break,
            () = revoked.changed() => lanes.revoke(&revoked.take()),
            done = lanes.finished(), if !lanes.is_idle() => {
                if let Some(done) = done {
                    lanes.follow(done, &start)?;
                }
            }
            () = sleep_until(patience_ends), if is_full => lanes.pause_full(),
            message = messages.next(), if !is_full => {
                // Partitions may have gone, and come again, before this message did.
                lanes.revoke(&revoked.take());
                match message {
                    Some(Ok(message)) => lanes.take(message, &start),
                    Some(Err(error)) => told(error, tools.options)?,
                    None => break,
                }
            }
        }
    }

    lanes.wind_down();
    let mut grace = pin!(sleep(tools.options.grace));
    while !lanes.is_idle() {
        tokio::select! {
            biased;
            () = revoked.changed() => lanes.revoke(&revoked.take()),
            done = lanes.finished() => match done {
                // Nothing waits for its turn any more, so that only a record that is to be tried again would be begun.
                Some((_, job::Step::Again(..))) | None => {}
                Some(done) => lanes.follow(done, &start)?,
            },
            () = &mut grace => break,
            // The client is polled so that it keeps its place in the group and hears of changes there. What it brings was never
            // begun, so that it comes again.
            message = messages.next() => match message {
                Some(Err(error)) => tools.options.tell(&ConsumeNotice::Kafka { error: &error }),
                Some(Ok(message)) => lanes.put_back(&message),
                None => break,
            },
        }
    }
    Ok(lanes.report)
}

/// Goes on after what passes.
fn told(error: KafkaError, options: &ConsumeOptions) -> Result<(), ConsumeError> {
    match error {
        KafkaError::PartitionEOF(_) | KafkaError::NoMessageReceived => Ok(()),
        error if ends_consuming(&error) => Err(error.into()),
        error => {
            options.tell(&ConsumeNotice::Kafka { error: &error });
            Ok(())
        }
    }
}

/// True when no message comes any more until somebody does something about it.
pub(super) const fn ends_consuming(error: &KafkaError) -> bool {
    use RDKafkaErrorCode as Code;
    matches!(
        error,
        KafkaError::MessageConsumptionFatal(_)
            | KafkaError::MessageConsumption(
                Code::Fatal
                    | Code::AutoOffsetReset
                    | Code::FencedInstanceId
                    | Code::TopicAuthorizationFailed
                    | Code::GroupAuthorizationFailed
                    | Code::ClusterAuthorizationFailed,
            )
    )
}
