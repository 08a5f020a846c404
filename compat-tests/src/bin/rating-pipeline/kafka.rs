//! The broker: settings, topics, and reading a topic as it stands.

use crate::Result;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer, StreamConsumer};
use rdkafka::error::RDKafkaErrorCode;
use rdkafka::message::OwnedMessage;
use rdkafka::producer::FutureProducer;
use rdkafka::{Message, Offset, TopicPartitionList};
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_secs(30);

/// A broker's address.
#[derive(Debug)]
pub(crate) struct Kafka {
    brokers: String,
}

impl Kafka {
    /// The broker at that address; nothing is connected yet.
    pub(crate) fn new(brokers: &str) -> Self {
        Self { brokers: brokers.to_owned() }
    }

    /// What every client of it is told.
    pub(crate) fn config(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &self.brokers).set("client.id", "rating-pipeline");
        config
    }

    /// A producer that neither loses nor doubles a message.
    pub(crate) fn producer(&self) -> Result<FutureProducer> {
        Ok(self.config().set("enable.idempotence", "true").set("linger.ms", "5").create()?)
    }

    /// A member of that group, at the group's committed offsets or at the beginning.
    pub(crate) fn consumer(&self, group: &str, topic: &str) -> Result<StreamConsumer> {
        let consumer: StreamConsumer = self
            .config()
            .set("group.id", group)
            .set("enable.auto.commit", "false")
            .set("auto.offset.reset", "earliest")
            .set("session.timeout.ms", "6000")
            .create()?;
        consumer.subscribe(&[topic])?;
        Ok(consumer)
    }

    /// Creates the topics. They must not exist, unless `replace` allows to delete them first.
    pub(crate) async fn create_topics(&self, topics: &[(&str, i32)], replace: bool) -> Result<()> {
        let admin: AdminClient<DefaultClientContext> = self.config().create()?;
        let options = AdminOptions::new().operation_timeout(Some(TIMEOUT)).request_timeout(Some(TIMEOUT));
        if replace {
            let names: Vec<&str> = topics.iter().map(|(name, _)| *name).collect();
            for outcome in admin.delete_topics(&names, &options).await? {
                match outcome {
                    Ok(_) | Err((_, RDKafkaErrorCode::UnknownTopicOrPartition)) => {}
                    Err((topic, code)) => return Err(format!("cannot delete topic {topic}: {code}").into()),
                }
            }
            // A deleted topic vanishes some time after the answer.
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        let new: Vec<_> =
            topics.iter().map(|(name, n)| NewTopic::new(name, *n, TopicReplication::Fixed(1))).collect();
        for outcome in admin.create_topics(&new, &options).await? {
            outcome.map_err(|(topic, code)| match code {
                RDKafkaErrorCode::TopicAlreadyExists => {
                    format!("topic {topic} exists: choose another --topic, or delete it with --replace")
                }
                code => format!("cannot create topic {topic}: {code}"),
            })?;
        }
        Ok(())
    }

    /// The offset behind the last message, for each partition.
    pub(crate) fn end_offsets(&self, topic: &str) -> Result<Vec<i64>> {
        let consumer: BaseConsumer = self.config().create()?;
        let metadata = consumer.fetch_metadata(Some(topic), TIMEOUT)?;
        let partitions = metadata.topics().first().map_or(0, |topic| topic.partitions().len());
        (0..i32::try_from(partitions)?)
            .map(|partition| Ok(consumer.fetch_watermarks(topic, partition, TIMEOUT)?.1))
            .collect()
    }

    /// The offsets that the group has committed, for each partition; 0 where it has none.
    pub(crate) fn committed(&self, group: &str, topic: &str, partitions: usize) -> Result<Vec<i64>> {
        let consumer: BaseConsumer = self.config().set("group.id", group).create()?;
        let mut all = TopicPartitionList::new();
        for partition in 0..i32::try_from(partitions)? {
            all.add_partition(topic, partition);
        }
        let committed = consumer.committed_offsets(all, TIMEOUT)?;
        let offset = |offset| if let Offset::Offset(offset) = offset { offset } else { 0 };
        Ok(committed.elements().iter().map(|element| offset(element.offset())).collect())
    }

    /// All messages of the topic as it stands.
    pub(crate) fn read_all(&self, topic: &str) -> Result<Vec<OwnedMessage>> {
        // Without a group nothing is committed; the setting is required all the same.
        let mut settings = self.config();
        // A consumer ends when its last request is answered, and the broker waits for more messages until then.
        settings.set("group.id", "rating-pipeline-reader").set("fetch.wait.max.ms", "20");
        let consumer: BaseConsumer = settings.create()?;
        let ends = self.end_offsets(topic)?;
        let mut partitions = TopicPartitionList::new();
        for partition in 0..i32::try_from(ends.len())? {
            partitions.add_partition_offset(topic, partition, Offset::Beginning)?;
        }
        consumer.assign(&partitions)?;
        let total = usize::try_from(ends.iter().sum::<i64>())?;
        let mut messages = Vec::with_capacity(total);
        while messages.len() < total {
            let message = consumer.poll(TIMEOUT).ok_or_else(|| {
                format!(
                    "topic {topic} gave {} of {total} messages and then none for {TIMEOUT:?}",
                    messages.len()
                )
            })??;
            messages.push(message.detach());
        }
        Ok(messages)
    }
}

/// The headers of a message whose values are text.
pub(crate) fn text_headers(message: &impl Message) -> Vec<(String, String)> {
    use rdkafka::message::Headers as _;
    let headers = message.headers();
    headers.map_or_else(Vec::new, |headers| {
        let text = |value: Option<&[u8]>| String::from_utf8_lossy(value.unwrap_or_default()).into_owned();
        headers.iter().map(|header| (header.key.to_owned(), text(header.value))).collect()
    })
}
