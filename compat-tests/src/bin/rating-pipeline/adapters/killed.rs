//! A consumer that is killed (SIGKILL) between handling a record and committing it.

use super::seen::Seen;
use super::{Finding, Findings, LIMIT, member, within};
use crate::kafka::Kafka;
use crate::{Error, Result};
use rdkafka::ClientConfig;
use serde_wire::rdkafka::{ConsumeOptions, HandlerError, Received, RecordProducer, consume_with_dlq};
use serde_wire::record::RecordDeserializer;
use serde_wire::registry::MockRegistry;
use serde_wire::{DeserializerOptions, SerializerOptions};
use std::collections::BTreeSet;
use std::process::Stdio;
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;
use tokio::sync::oneshot;

const TOPIC: &str = "adapters-killed";
const LETTERS: &str = "adapters-killed-dlq";
pub(super) const TOPICS: [(&str, i32); 2] = [(TOPIC, 1), (LETTERS, 1)];
const GROUP: &str = "adapters-killed";
const RECORDS: i64 = 40;
/// The record that is being handled when the end comes.
const HELD: i64 = 25;

pub(super) async fn play(brokers: String) -> Result<Findings> {
    let kafka = Kafka::new(&brokers);
    let registry = Arc::new(MockRegistry::new());
    let options = SerializerOptions::default();
    let out =
        RecordProducer::<i64, i64>::new(kafka.producer()?, registry.clone(), TOPIC, &options, &options)?;
    for number in 0..RECORDS {
        out.send(Some(&number), Some(&number), &()).await?;
    }

    let before = within("the consumer that is killed", until_killed(&brokers)).await??;
    let committed = kafka.committed(GROUP, TOPIC, 1)?;
    let after = Seen::new();
    let (stop, stopped) = oneshot::channel::<()>();
    let handler = {
        let after = after.clone();
        async move |received: &Received<'_, i64, i64>| {
            after.push(received.value.ok_or("no value").map_err(HandlerError::fatal)?);
            Ok(())
        }
    };
    let numbers = numbers(&registry).await?;
    let settings = same_member(&kafka);
    let consumer = tokio::spawn(async move {
        let options = ConsumeOptions::new(TOPIC, LETTERS);
        consume_with_dlq(&settings, &numbers, &options, handler, async { drop(stopped.await) }).await
    });
    after.until("the rest", |all| all.contains(&(RECORDS - 1))).await?;
    drop(stop);
    within("the shutdown", consumer).await???;

    let all: BTreeSet<i64> = before.iter().chain(&after.all()).copied().collect();
    Ok((
        "a consumer killed between handling and commit",
        vec![
            Finding::equal("it had handled what comes before", &(0..HELD).collect::<Vec<_>>(), &before),
            Finding::holds("no more was committed than it had handled", committed[0] <= HELD, || {
                format!("{committed:?}")
            }),
            Finding::equal("no record is lost", &(0..RECORDS).collect(), &all),
            Finding::holds("the one that it held comes again", after.all().contains(&HELD), || {
                format!("{:?}", after.all())
            }),
            Finding::equal("all of it is committed", &vec![RECORDS], &kafka.committed(GROUP, TOPIC, 1)?),
        ],
    ))
}

/// Starts this program as the consumer, and kills it when it says that it holds the record: what it handled before.
async fn until_killed(brokers: &str) -> Result<Vec<i64>> {
    let mut child = Command::new(std::env::current_exe()?)
        .args(["--consume-until-killed", "--brokers", brokers])
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let mut lines = BufReader::new(child.stdout.take().ok_or("no output")?).lines();
    let mut handled = Vec::new();
    while let Some(line) = lines.next_line().await? {
        match line.split_once(' ') {
            Some(("handled", number)) => handled.push(number.parse()?),
            Some(("holds", _)) => {
                child.kill().await?;
                return Ok(handled);
            }
            _ => return Err(format!("the consumer says {line:?}").into()),
        }
    }
    Err(format!("the consumer ended by itself: {}", child.wait().await?).into())
}

/// What the child does: it handles records, and never comes to an end with one of them.
pub(crate) async fn consume_until_killed(brokers: &str) -> Result<()> {
    let registry = Arc::new(MockRegistry::new());
    let numbers = numbers(&registry).await?;
    let handler = async |received: &Received<'_, i64, i64>| {
        let number = received.value.ok_or("no value").map_err(HandlerError::fatal)?;
        if number == HELD {
            println!("holds {number}");
            std::future::pending::<()>().await;
        }
        println!("handled {number}");
        Ok(())
    };
    let settings = same_member(&Kafka::new(brokers));
    let options = ConsumeOptions::new(TOPIC, LETTERS);
    // Should nobody kill it, it ends all the same.
    consume_with_dlq(&settings, &numbers, &options, handler, tokio::time::sleep(LIMIT)).await?;
    Ok(())
}

/// A registry in each process, which gives the same ids to the same schemas.
async fn numbers(registry: &Arc<MockRegistry>) -> Result<RecordDeserializer<i64, i64>> {
    let options = SerializerOptions::default();
    let known =
        serde_wire::record::RecordSerializer::<i64, i64>::new(registry.clone(), TOPIC, &options, &options)?;
    known.key().prepare().await?;
    known.value().prepare().await?;
    let options = DeserializerOptions::default();
    Ok::<_, Error>(RecordDeserializer::new(registry.clone(), TOPIC, &options, &options))
}

/// With a name of its own in the group, so that its successor need not wait until the broker misses it.
fn same_member(kafka: &Kafka) -> ClientConfig {
    let mut settings = member(kafka, GROUP);
    settings.set("group.instance.id", "adapters-killed-0").set("auto.commit.interval.ms", "20");
    settings
}
