//! What is done with one record: decode, hand over, bury if need be.

use super::clients::Consumer;
use super::error::ConsumeError;
use super::handler::{HandlerError, Received, Verdict};
use super::notice::ConsumeNotice;
use super::options::ConsumeOptions;
use crate::codec::{AvroResolve, AvroSchema};
use crate::dead_letter::{DeadLetterRecord, REASON};
use crate::rdkafka::message::{AsRecord, dead_letter_record};
use crate::rdkafka::producer::{SendError, sent};
use crate::record::{Headers, RecordDeserializer};
use crate::telemetry::{RecordOutcome, Records};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::BorrowedMessage;
use rdkafka::producer::FutureProducer;
use std::time::Duration;

/// What all records need.
pub(super) struct Tools<'t, K, V, H> {
    pub(super) consumer: &'t Consumer,
    pub(super) producer: FutureProducer,
    pub(super) deserializer: &'t RecordDeserializer<K, V>,
    pub(super) options: &'t ConsumeOptions,
    pub(super) handler: H,
    pub(super) records: Records,
}

/// A record, and how far it has come.
pub(super) struct Job<'c, K, V> {
    pub(super) message: BorrowedMessage<'c>,
    stage: Stage<K, V>,
    /// How often this stage failed.
    failures: u32,
}

enum Stage<K, V> {
    Received,
    Decoded(Option<K>, Option<V>),
    Dead(DeadLetterRecord),
}

/// What became of it.
pub(super) enum Step<'c, K, V> {
    /// The handler has it.
    Handled(BorrowedMessage<'c>),
    /// The dead-letter topic has it.
    DeadLettered(BorrowedMessage<'c>),
    /// It is to be tried again after a pause.
    Again(Job<'c, K, V>, Duration),
    /// Nothing goes on.
    Stop(ConsumeError),
}

/// What became of one stage.
enum Next<K, V> {
    Go(Stage<K, V>),
    Wait(Stage<K, V>, Duration),
    Handled,
    Buried,
    Stop(ConsumeError),
}

impl<'c, K, V> From<BorrowedMessage<'c>> for Job<'c, K, V> {
    fn from(message: BorrowedMessage<'c>) -> Self {
        Self { message, stage: Stage::Received, failures: 0 }
    }
}

impl<'c, K, V> Job<'c, K, V>
where
    K: AvroSchema + for<'a> AvroResolve<'a>,
    V: AvroSchema + for<'a> AvroResolve<'a>,
{
    /// Goes on after `pause`, until it is done or has to wait.
    pub(super) async fn run<H>(self, pause: Duration, tools: &Tools<'_, K, V, H>) -> Step<'c, K, V>
    where
        H: AsyncFn(&Received<'_, K, V>) -> Result<(), HandlerError>,
    {
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
        let Self { message, mut stage, mut failures } = self;
        loop {
            let next = match stage {
                Stage::Received => decode(&message, failures, tools).await,
                Stage::Decoded(key, value) => hand_over(&message, key, value, failures, tools).await,
                Stage::Dead(letter) => bury(&message, letter, failures, tools).await,
            };
            match next {
                Next::Go(next) => (stage, failures) = (next, 0),
                Next::Wait(stage, pause) => {
                    return Step::Again(Self { message, stage, failures: failures + 1 }, pause);
                }
                Next::Handled => return Step::Handled(message),
                Next::Buried => return Step::DeadLettered(message),
                Next::Stop(error) => return Step::Stop(error),
            }
        }
    }
}

async fn decode<K, V, H>(
    message: &BorrowedMessage<'_>,
    failures: u32,
    tools: &Tools<'_, K, V, H>,
) -> Next<K, V>
where
    K: AvroSchema + for<'a> AvroResolve<'a>,
    V: AvroSchema + for<'a> AvroResolve<'a>,
{
    let outcome = tools.deserializer.deserialize(&message.as_record());
    match outcome.await.into_result() {
        Ok((key, value)) => Next::Go(Stage::Decoded(key, value)),
        Err((_, error)) if error.is_retriable() => {
            let (failures, record) = (failures + 1, message.as_record());
            let pause = tools.options.pause(failures);
            tools.records.failed(RecordOutcome::Retried, error.kind().name());
            tools.options.tell(&ConsumeNotice::RegistryAway { record, error: &error, failures, pause });
            Next::Wait(Stage::Received, pause)
        }
        Err((half, error)) => {
            Next::Go(Stage::Dead(DeadLetterRecord::new(&message.as_record(), half, &error)))
        }
    }
}

async fn hand_over<K, V, H>(
    message: &BorrowedMessage<'_>,
    key: Option<K>,
    value: Option<V>,
    failures: u32,
    tools: &Tools<'_, K, V, H>,
) -> Next<K, V>
where
    H: AsyncFn(&Received<'_, K, V>) -> Result<(), HandlerError>,
{
    let failures = failures.saturating_add(1);
    let mut received = Received::new(message.as_record(), key, value);
    received.attempt = failures;
    let Err(HandlerError { verdict, class, error }) = (tools.handler)(&received).await else {
        tools.records.handled();
        return Next::Handled;
    };
    let record = received.record;
    let is_last = tools.options.handler_attempts.is_some_and(|attempts| failures >= attempts.get());
    match verdict {
        Verdict::Fatal => Next::Stop(ConsumeError::Handler {
            topic: record.topic.to_owned(),
            partition: record.partition,
            offset: record.offset,
            error,
        }),
        Verdict::Retry if !is_last => {
            let pause = tools.options.pause(failures);
            tools.records.failed(RecordOutcome::Retried, "handler");
            tools.options.tell(&ConsumeNotice::HandlerRetry { record, error: &*error, failures, pause });
            Next::Wait(Stage::Decoded(received.key, received.value), pause)
        }
        Verdict::Retry | Verdict::DeadLetter => {
            Next::Go(Stage::Dead(DeadLetterRecord::of_handler(&record, class, &*error)))
        }
    }
}

async fn bury<K, V, H>(
    message: &BorrowedMessage<'_>,
    letter: DeadLetterRecord,
    failures: u32,
    tools: &Tools<'_, K, V, H>,
) -> Next<K, V> {
    let options = tools.options;
    let letter = match &options.application {
        // The letter comes here again when it was not sent.
        Some((name, instance)) if failures == 0 => letter.with_application(name, instance),
        Some(_) | None => letter,
    };
    let outcome = sent(&tools.producer, dead_letter_record(&options.dead_letter_topic, &letter)).await;
    let record = message.as_record();
    let error = match outcome {
        Ok(_) => {
            let reason = letter.headers.last_header(REASON).and_then(|reason| str::from_utf8(reason).ok());
            tools.records.failed(RecordOutcome::DeadLettered, reason.unwrap_or("other"));
            options.tell(&ConsumeNotice::DeadLettered { record });
            return Next::Buried;
        }
        Err(SendError::Kafka(error)) => error,
        // What is serialized already cannot fail to be.
        Err(SendError::Serialize(_)) => KafkaError::Canceled,
    };
    if is_final(&error) {
        return Next::Stop(ConsumeError::DeadLetter {
            topic: record.topic.to_owned(),
            partition: record.partition,
            offset: record.offset,
            dead_letter_topic: options.dead_letter_topic.clone(),
            error: Box::new(error),
        });
    }
    let pause = options.pause(failures + 1);
    tools.records.failed(RecordOutcome::Retried, "broker");
    options.tell(&ConsumeNotice::DeadLetterRetry { record, error: &error, pause });
    Next::Wait(Stage::Dead(letter), pause)
}

/// True when sending the same again cannot help.
fn is_final(error: &KafkaError) -> bool {
    use RDKafkaErrorCode as Code;
    match error {
        KafkaError::MessageProduction(code) => matches!(
            code,
            Code::Fatal
                | Code::MessageSizeTooLarge
                | Code::InvalidMessageSize
                | Code::MessageBatchTooLarge
                | Code::InvalidTopic
                | Code::InvalidRecord
                | Code::PolicyViolation
                // The client has waited for it, `topic.metadata.propagation.max.ms` long.
                | Code::UnknownTopic
                | Code::UnknownTopicOrPartition
                | Code::UnknownPartition
                | Code::TopicAuthorizationFailed
                | Code::ClusterAuthorizationFailed
        ),
        KafkaError::Canceled => true,
        _ => false,
    }
}
