//! A second consumer comes, and the first one goes, while records flow.

use super::seen::Seen;
use super::{Finding, Findings, member, within};
use crate::kafka::Kafka;
use crate::{Error, Result};
use serde_wire::rdkafka::{
    ConsumeNotice, ConsumeOptions, ConsumeReport, HandlerError, Received, RecordProducer, consume_with_dlq,
};
use serde_wire::record::RecordDeserializer;
use serde_wire::registry::MockRegistry;
use serde_wire::{DeserializerOptions, SerializerOptions};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

const TOPIC: &str = "adapters-shared";
const LETTERS: &str = "adapters-shared-dlq";
const GROUP: &str = "adapters-shared";
pub(super) const TOPICS: [(&str, i32); 2] = [(TOPIC, 4), (LETTERS, 1)];
/// What is sent before one looks whether there is enough.
const BATCH: i64 = 40;

pub(super) async fn play(brokers: String) -> Result<Findings> {
    let kafka = Kafka::new(&brokers);
    // It gives the same ids in every process, and cannot be away.
    let registry = Arc::new(MockRegistry::new());
    let options = SerializerOptions::default();
    let out =
        RecordProducer::<i64, i64>::new(kafka.producer()?, registry.clone(), TOPIC, &options, &options)?;
    let mut sent = 0;

    let first = Member::join(&kafka, &registry);
    send(&out, &mut sent).await?;
    first.handled.until("the first member's first records", |all| !all.is_empty()).await?;
    let second = Member::join(&kafka, &registry);
    within("both to have records", async {
        while second.handled.all().is_empty() {
            send(&out, &mut sent).await?;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok::<_, Error>(())
    })
    .await??;
    first.revoked.until("the first member to give partitions away", |all| !all.is_empty()).await?;
    let (one, one_report) = first.leave().await?;
    send(&out, &mut sent).await?;
    let wanted: BTreeSet<i64> = (0..sent).collect();
    second
        .handled
        .until("the rest", |all| wanted.iter().all(|value| all.contains(value) || one.contains(value)))
        .await?;
    let (two, two_report) = second.leave().await?;

    let both: BTreeSet<i64> = one.iter().chain(&two).copied().collect();
    let ends = kafka.end_offsets(TOPIC)?;
    Ok((
        "two consumers of a group, one of which comes later and one goes earlier",
        vec![
            Finding::equal("no record is lost", &wanted, &both),
            Finding::equal("all of it is committed", &ends, &kafka.committed(GROUP, TOPIC, ends.len())?),
            Finding::equal(
                "their reports count what they handled",
                &(one.len() as u64, two.len() as u64),
                &(one_report.handled, two_report.handled),
            ),
            Finding::equal(
                "nothing was dead-lettered",
                &0,
                &(one_report.dead_lettered + two_report.dead_lettered),
            ),
        ],
    ))
}

async fn send(out: &RecordProducer<i64, i64>, sent: &mut i64) -> Result<()> {
    for _ in 0..BATCH {
        // Keys that spread over the partitions.
        out.send(Some(sent), Some(sent), &()).await?;
        *sent += 1;
    }
    Ok(())
}

/// A consumer of the group.
struct Member {
    handled: Seen<i64>,
    revoked: Seen<i32>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<ConsumeReport>>,
}

impl Member {
    fn join(kafka: &Kafka, registry: &Arc<MockRegistry>) -> Self {
        let (handled, revoked) = (Seen::new(), Seen::new());
        let (stop, stopped) = oneshot::channel::<()>();
        let handler = {
            let handled = handled.clone();
            async move |received: &Received<'_, i64, i64>| {
                // Long enough that partitions are taken away in the middle of it, now and then.
                tokio::time::sleep(Duration::from_millis(1)).await;
                handled.push(received.value.ok_or("no value").map_err(HandlerError::fatal)?);
                Ok(())
            }
        };
        let options = ConsumeOptions::new(TOPIC, LETTERS).with_observer({
            let revoked = revoked.clone();
            move |notice| {
                if let ConsumeNotice::Revoked { partitions } = notice {
                    partitions.iter().for_each(|partition| revoked.push(*partition));
                }
            }
        });
        let (settings, registry) = (member(kafka, GROUP), Arc::clone(registry));
        let task = tokio::spawn(async move {
            let plain = DeserializerOptions::default();
            let numbers = RecordDeserializer::<i64, i64>::new(registry, TOPIC, &plain, &plain);
            Ok(consume_with_dlq(&settings, &numbers, &options, handler, async { drop(stopped.await) })
                .await?)
        });
        Self { handled, revoked, stop, task }
    }

    async fn leave(self) -> Result<(Vec<i64>, ConsumeReport)> {
        drop(self.stop);
        let report = within("the shutdown", self.task).await???;
        Ok((self.handled.all(), report))
    }
}
