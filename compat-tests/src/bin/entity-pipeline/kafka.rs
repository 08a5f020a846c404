//! The broker: topics with their settings, and reading one as it stands.

use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, ResourceSpecifier, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::message::OwnedMessage;
use rdkafka::producer::{FutureProducer, FutureRecord};
use rdkafka::{Offset, TopicPartitionList};
use serde_wire::events::Topic;
use std::time::Duration;

/// A failure outside the checks.
pub(crate) type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

const PATIENCE: Duration = Duration::from_secs(30);

/// A broker.
pub(crate) struct Kafka {
    config: ClientConfig,
}

impl Kafka {
    pub(crate) fn new(brokers: &str) -> Self {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", brokers).set("client.id", "entity-pipeline");
        Self { config }
    }

    pub(crate) fn producer(&self) -> Result<FutureProducer> {
        Ok(self.config.clone().set("enable.idempotence", "true").create()?)
    }

    /// Creates a topic with the settings that go with its kind.
    pub(crate) async fn create(&self, topic: &Topic) -> Result<()> {
        let settings = topic.settings();
        let new = NewTopic::new(topic.name(), settings.min_partitions, TopicReplication::Fixed(1));
        let new = settings.config.iter().fold(new, |new, (name, value)| new.set(name, value));
        for outcome in self.admin()?.create_topics([&new], &AdminOptions::new()).await? {
            outcome.map_err(|(topic, code)| format!("cannot create topic {topic}: {code}"))?;
        }
        Ok(())
    }

    /// A setting of a topic, as the broker has it.
    pub(crate) async fn setting(&self, topic: &str, name: &str) -> Result<Option<String>> {
        let asked = [ResourceSpecifier::Topic(topic)];
        let mut found = None;
        for resource in self.admin()?.describe_configs(&asked, &AdminOptions::new()).await? {
            let resource = resource.map_err(|code| format!("cannot read the settings of {topic}: {code}"))?;
            found = resource.get(name).and_then(|entry| entry.value.clone());
        }
        Ok(found)
    }

    /// Sends a value as it is, without a key.
    pub(crate) async fn send(&self, topic: &str, value: &[u8]) -> Result<()> {
        let record = FutureRecord::<[u8], [u8]>::to(topic).payload(value);
        self.producer()?.send(record, PATIENCE).await.map_err(|(error, _)| error)?;
        Ok(())
    }

    /// All messages of the topic as it stands.
    pub(crate) fn read_all(&self, topic: &str) -> Result<Vec<OwnedMessage>> {
        // Without a group nothing is committed; the setting is required all the same.
        let consumer: BaseConsumer = self.config.clone().set("group.id", "entity-pipeline").create()?;
        let metadata = consumer.fetch_metadata(Some(topic), PATIENCE)?;
        let partitions = metadata.topics().first().map_or(0, |topic| topic.partitions().len());
        let (mut list, mut total) = (TopicPartitionList::new(), 0);
        for partition in 0..i32::try_from(partitions)? {
            list.add_partition_offset(topic, partition, Offset::Beginning)?;
            total += usize::try_from(consumer.fetch_watermarks(topic, partition, PATIENCE)?.1)?;
        }
        consumer.assign(&list)?;
        let mut messages = Vec::with_capacity(total);
        while messages.len() < total {
            let message = consumer.poll(PATIENCE).ok_or_else(|| {
                format!("topic {topic} gave {} of {total} messages and then none", messages.len())
            })??;
            messages.push(message.detach());
        }
        Ok(messages)
    }

    fn admin(&self) -> Result<AdminClient<DefaultClientContext>> {
        Ok(self.config.create()?)
    }
}
