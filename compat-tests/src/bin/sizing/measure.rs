//! A consumer, and what it takes.

use crate::client::Client;
use crate::{PARTITIONS, Result, TOPIC};
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::message::Timestamp;
use rdkafka::{ClientConfig, Message, Offset, TopicPartitionList};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

const WAIT: Duration = Duration::from_secs(30);

/// Consumes, and prints what it took.
pub(crate) async fn consume(brokers: &str, client: Client, length: &str) -> Result<()> {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", brokers).set("group.id", "sizing");
    let consumer: BaseConsumer = config.create()?;
    let (from, left) = match length {
        "all" => (Offset::Beginning, Some(count(&consumer)?)),
        _ => (Offset::End, None),
    };
    let mut partitions = TopicPartitionList::new();
    for partition in 0..PARTITIONS {
        partitions.add_partition_offset(TOPIC, partition, from)?;
    }
    consumer.assign(&partitions)?;
    match left {
        Some(count) => all(&consumer, &client, count).await,
        None => for_seconds(&consumer, &client, Duration::from_secs(length.parse()?)).await,
    }
}

/// How many messages there are.
fn count(consumer: &BaseConsumer) -> Result<i64> {
    let ends = (0..PARTITIONS).map(|partition| Ok(consumer.fetch_watermarks(TOPIC, partition, WAIT)?.1));
    ends.sum()
}

async fn all(consumer: &BaseConsumer, client: &Client, count: i64) -> Result<()> {
    // The first message waits for connections and for the schema.
    let first = consumer.poll(WAIT).ok_or("the topic is empty")??;
    client.take(first.payload().unwrap_or_default()).await?;
    let (begin, before) = (Instant::now(), cpu()?);
    for _ in 1..count {
        let message = consumer.poll(WAIT).ok_or("no more messages")??;
        client.take(message.payload().unwrap_or_default()).await?;
    }
    let (seconds, cpu) = (begin.elapsed().as_secs_f64(), cpu()? - before);
    let messages = u32::try_from(count)?;
    println!(
        "| {} | full speed | {:.0} | {:.0} % | {:.1} | |",
        client.name(),
        f64::from(messages) / seconds,
        cpu / seconds * 100.0,
        cpu / f64::from(messages) * 1e6
    );
    Ok(())
}

/// From the first message on, for so long; the lag is the age of a message when it is decoded.
async fn for_seconds(consumer: &BaseConsumer, client: &Client, length: Duration) -> Result<()> {
    let first = consumer.poll(WAIT).ok_or("nobody produces")??;
    client.take(first.payload().unwrap_or_default()).await?;
    let (begin, before, mut ages) = (Instant::now(), cpu()?, Vec::new());
    while begin.elapsed() < length {
        let Some(message) = consumer.poll(Duration::from_millis(100)) else { continue };
        let message = message?;
        client.take(message.payload().unwrap_or_default()).await?;
        if let Timestamp::CreateTime(created) = message.timestamp() {
            let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
            ages.push(i64::try_from(now)? - created);
        }
    }
    let (seconds, cpu) = (begin.elapsed().as_secs_f64(), cpu()? - before);
    ages.sort_unstable();
    let at = |share: usize| ages.get(ages.len() * share / 100).copied().unwrap_or_default();
    let messages = f64::from(u32::try_from(ages.len())?);
    println!(
        "| {} | live | {:.0} | {:.1} % | {:.1} | {} ms, {} ms |",
        client.name(),
        messages / seconds,
        cpu / seconds * 100.0,
        cpu / messages * 1e6,
        at(50),
        at(99)
    );
    Ok(())
}

/// Seconds of processor time that this process has taken, all of its threads together.
fn cpu() -> Result<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let behind = stat.rsplit_once(')').ok_or("no name in /proc/self/stat")?.1;
    let fields: Vec<&str> = behind.split_whitespace().collect();
    let ticks =
        |index: usize| -> Result<f64> { Ok(fields.get(index).ok_or("a short line")?.parse::<f64>()?) };
    // In hundredths of a second on every Linux.
    Ok((ticks(11)? + ticks(12)?) / 100.0)
}
