//! The whole loop: versions of a schema, poison of each kind, the registry killed half-way, and the dead letters played again.

use super::poison::{self, Poison};
use super::seen::Seen;
use super::{Finding, Findings, member, within};
use crate::change::Change;
use crate::kafka::Kafka;
use crate::registry_process::RegistryProcess;
use crate::versions::{v1, v2};
use crate::{Result, generator};
use rdkafka::producer::{FutureProducer, FutureRecord};
use serde_wire::dead_letter::{self, connect};
use serde_wire::rdkafka::{
    AsRecord, ConsumeNotice, ConsumeOptions, HandlerError, Received, RecordProducer, ReplayOptions,
    consume_with_dlq, owned_headers, replay_dead_letters,
};
use serde_wire::record::{Headers, OwnedRecord, RecordBuffer, RecordDeserializer, TraceContext};
use serde_wire::registry::{RegistryClient, RetryPolicy};
use serde_wire::{DeserializerOptions, SerializerOptions};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;

const TOPIC: &str = "adapters-ratings";
const LETTERS: &str = "adapters-ratings-dlq";
pub(super) const TOPICS: [(&str, i32); 2] = [(TOPIC, 3), (LETTERS, 2)];
const CHANGES: usize = 600;

/// A change that the handler has: where it stood, and which it is.
type Handled = (i32, i64, i64);

pub(super) async fn play(
    brokers: String,
    registry_url: Vec<String>,
    mut registry: RegistryProcess,
) -> Result<Findings> {
    let kafka = Kafka::new(&brokers);
    let changes = generator::changes(CHANGES, 7);
    let (first, second) = changes.split_at(CHANGES / 2);
    let client = || -> Result<_> {
        let retry = RetryPolicy::default().with_rounds(0);
        Ok(Arc::new(RegistryClient::builder(&registry_url).retry(retry).build()?))
    };
    let (options, registered, producer) = (SerializerOptions::default(), client()?, kafka.producer()?);
    let old = RecordProducer::<i64, v1::Envelope>::new(
        producer.clone(),
        registered.clone(),
        TOPIC,
        &options,
        &options,
    )?;
    let new =
        RecordProducer::<i64, v2::Envelope>::new(producer.clone(), registered, TOPIC, &options, &options)?;
    new.serializer().key().prepare().await?;

    // The consumer: handled changes, dead letters and waits for the registry, each as it comes.
    let (handled, buried, away) = (Seen::<Handled>::new(), Seen::<Handled>::new(), Seen::<u32>::new());
    let (stop, stopped) = oneshot::channel::<()>();
    let options = ConsumeOptions::new(TOPIC, LETTERS)
        .with_application("rating-pipeline", "adapters-0")
        .with_first_pause(Duration::from_millis(20))
        .with_longest_pause(Duration::from_millis(200))
        .with_observer({
            let (buried, away) = (buried.clone(), away.clone());
            move |notice| match notice {
                ConsumeNotice::DeadLettered { record } => buried.push((record.partition, record.offset, 0)),
                ConsumeNotice::RegistryAway { failures, .. } => away.push(*failures),
                _ => {}
            }
        });
    let handler = {
        let handled = handled.clone();
        async move |received: &Received<'_, i64, v1::Envelope>| {
            let value =
                received.value.as_ref().ok_or("a change is never null").map_err(HandlerError::fatal)?;
            handled.push((received.record.partition, received.record.offset, value.source.lsn));
            Ok(())
        }
    };
    let consumer = {
        let (settings, registry) = (member(&kafka, "adapters-ratings"), client()?);
        tokio::spawn(async move {
            let patient = DeserializerOptions::default().with_deadline(Duration::from_secs(2));
            let ratings = RecordDeserializer::<i64, v1::Envelope>::new(registry, TOPIC, &patient, &patient);
            consume_with_dlq(&settings, &ratings, &options, handler, async { drop(stopped.await) }).await
        })
    };

    // While all is well: half of the changes, and each kind of poison.
    let trace = TraceContext::new(7, 8, true).ok_or("no id is 0")?;
    send(&old, first, &trace).await?;
    let mut buffer = RecordBuffer::default();
    let good =
        old.serializer().serialize(Some(&1), Some(&v1::Envelope::from(&changes[0])), &mut buffer).await?;
    let mut poison = poison::each_kind(&registry_url[0], good.value.ok_or("a value")?)?;
    for Poison { value, .. } in &poison {
        put(&producer, value, &trace).await?;
    }
    let (half, poisoned) = (first.len(), poison.len());
    handled.until("the first half", |all| all.len() >= half).await?;
    buried.until("the poison", |all| all.len() >= poisoned).await?;

    // Version 2 is registered, but new to the consumer; nobody can tell either whether a schema exists.
    new.serializer().value().prepare().await?;
    registry.kill()?;
    send(&new, second, &trace).await?;
    let unknown = Poison {
        what: "unknown while the registry was away",
        reason: "unknown-schema",
        value: vec![0, 0x7f, 0xff, 0xff, 0xfd, 2],
    };
    put(&producer, &unknown.value, &trace).await?;
    away.until("waiting for the registry", |all| all.iter().any(|failures| *failures >= 3)).await?;
    let while_away = (handled.all().len(), buried.all().len());
    registry.restart().await?;
    handled.until("the second half", |all| all.len() >= CHANGES).await?;
    buried.until("the last poison", |all| all.len() > poisoned).await?;
    poison.push(unknown);
    drop(stop);
    let report = within("the shutdown", consumer).await???;

    let all = handled.all();
    let mut findings = vec![
        Finding::equal(
            "the registry away: nothing is handled or dead-lettered for it",
            &(half, poisoned),
            &while_away,
        ),
        Finding::equal(
            "its report counts both",
            &(CHANGES as u64, poison.len() as u64),
            &(report.handled, report.dead_lettered),
        ),
        Finding::equal(
            "every change was handled once",
            &lsns(&changes),
            &sorted(all.iter().map(|(.., lsn)| *lsn)),
        ),
        Finding::holds("in the order of each partition", in_order(&all), || format!("{all:?}")),
    ];
    check_committed(&kafka, &mut findings)?;
    let (originals, letters) = (read(&kafka, TOPIC)?, read(&kafka, LETTERS)?);
    check_letters(&originals, &letters, &poison, &trace, &mut findings)?;
    check_replay(&kafka, &originals, &letters, &mut findings).await?;
    Ok(("a consumer with a dead-letter topic, the registry killed half-way", findings))
}

async fn send<V>(producer: &RecordProducer<i64, V>, changes: &[Change], trace: &TraceContext) -> Result<()>
where
    V: serde_wire::codec::AvroSchema + serde_wire::codec::AvroTryEncode + for<'c> From<&'c Change>,
{
    let mut deliveries = Vec::new();
    for change in changes {
        deliveries.push(producer.enqueue(Some(&change.key()), Some(&V::from(change)), trace).await?);
    }
    for delivery in deliveries {
        delivery.await?;
    }
    Ok(())
}

/// A value that no serializer of ours makes, with headers that nothing may change.
async fn put(producer: &FutureProducer, value: &[u8], trace: &TraceContext) -> Result<()> {
    let mut headers: Vec<(String, Option<Vec<u8>>)> =
        vec![("a".into(), None), ("a".into(), Some(vec![0xff, 0])), ("a".into(), Some(vec![]))];
    headers.extend(trace.headers().map(|(name, value)| (name.to_owned(), Some(value.as_bytes().to_vec()))));
    let mut record = FutureRecord::<[u8], [u8]>::to(TOPIC).payload(value);
    record.headers = owned_headers(&headers);
    producer.send(record, super::LIMIT).await.map_err(|(error, _)| error)?;
    Ok(())
}

/// After the shutdown the group stands at the end of every partition.
fn check_committed(kafka: &Kafka, findings: &mut Vec<Finding>) -> Result<()> {
    let ends = kafka.end_offsets(TOPIC)?;
    let committed = kafka.committed("adapters-ratings", TOPIC, ends.len())?;
    findings.push(Finding::equal("all of it is committed", &ends, &committed));
    Ok(())
}

fn read(kafka: &Kafka, topic: &str) -> Result<Vec<OwnedRecord>> {
    Ok(kafka.read_all(topic)?.iter().map(|message| message.as_record().to_owned()).collect())
}

fn check_letters(
    originals: &[OwnedRecord],
    letters: &[OwnedRecord],
    poison: &[Poison],
    trace: &TraceContext,
    findings: &mut Vec<Finding>,
) -> Result<()> {
    findings.push(Finding::equal("one dead letter for each poisoned message", &poison.len(), &letters.len()));
    for Poison { what, value, reason } in poison {
        let letter = letters
            .iter()
            .find(|letter| letter.value.as_ref() == Some(value))
            .ok_or("a dead letter is missing")?;
        let header = |name: &str| {
            String::from_utf8_lossy(letter.headers.last_header(name).unwrap_or_default()).into_owned()
        };
        let told = [
            dead_letter::REASON,
            connect::TOPIC,
            connect::STAGE,
            connect::CONNECTOR_NAME,
            dead_letter::TRACE_ID,
        ]
        .map(header);
        let expected =
            [reason, TOPIC, "VALUE_CONVERTER", "rating-pipeline", trace.trace_id()].map(str::to_owned);
        findings.push(Finding::equal(&format!("what the dead letter says, {what}"), &expected, &told));
        let restored = dead_letter::replay(&letter.as_record())?;
        let restored_is_there = originals.contains(&restored);
        findings.push(Finding::holds(
            &format!("its original is restored, {what}"),
            restored_is_there,
            || format!("{restored:?}"),
        ));
    }
    Ok(())
}

/// Everything dead-lettered comes to its partition again, byte for byte; a second call finds nothing left.
async fn check_replay(
    kafka: &Kafka,
    originals: &[OwnedRecord],
    letters: &[OwnedRecord],
    findings: &mut Vec<Finding>,
) -> Result<()> {
    let before: BTreeSet<_> = originals.iter().map(|record| (record.partition, record.offset)).collect();
    let settings = member(kafka, "adapters-replay");
    let mut counts = Vec::new();
    for _ in 0..2 {
        let report =
            within("the replay", replay_dead_letters(&settings, &ReplayOptions::new(LETTERS))).await??;
        counts.push((report.replayed, report.left_out, report.refused));
    }
    findings.push(Finding::equal(
        "the replay, and another one",
        &vec![(letters.len() as u64, 0, 0), (0, 0, 0)],
        &counts,
    ));
    let content =
        |record: OwnedRecord| (record.partition, record.timestamp, record.key, record.value, record.headers);
    let mut expected = Vec::new();
    for letter in letters {
        expected.push(content(dead_letter::replay(&letter.as_record())?));
    }
    let now = read(kafka, TOPIC)?.into_iter();
    let again = now.filter(|record| !before.contains(&(record.partition, record.offset)));
    let mut again: Vec<_> = again.map(content).collect();
    expected.sort();
    again.sort();
    findings.push(Finding::holds("the originals are there again, byte for byte", expected == again, || {
        format!("expected {expected:?}, got {again:?}")
    }));
    Ok(())
}

fn lsns(changes: &[Change]) -> Vec<i64> {
    sorted(changes.iter().map(|change| change.lsn))
}

fn sorted(numbers: impl Iterator<Item = i64>) -> Vec<i64> {
    let mut numbers: Vec<_> = numbers.collect();
    numbers.sort_unstable();
    numbers
}

fn in_order(all: &[Handled]) -> bool {
    let of = |wanted: i32| {
        all.iter().filter(move |(partition, ..)| *partition == wanted).map(|(_, offset, _)| *offset)
    };
    (0..3).all(|partition| of(partition).is_sorted_by(|a, b| a < b))
}
