//! Topics of one partition, so that messages come as they were sent.

use crate::Result;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::message::{Header, OwnedHeaders, OwnedMessage};
use rdkafka::producer::{FutureProducer, FutureRecord};
use rdkafka::{Message, Offset, TopicPartitionList};
use std::collections::HashMap;
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_secs(30);

/// A broker.
pub(crate) struct Kafka {
    config: ClientConfig,
}

/// A record to send.
#[derive(Default)]
pub(crate) struct Letter {
    /// The key.
    pub(crate) key: Vec<u8>,
    /// The value; `None` is a tombstone.
    pub(crate) value: Option<Vec<u8>>,
    /// Headers, in order.
    pub(crate) headers: Vec<(String, Vec<u8>)>,
}

impl Kafka {
    /// The broker at that address; nothing is connected yet.
    pub(crate) fn new(brokers: &str) -> Self {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", brokers).set("group.id", "interop").set("linger.ms", "0");
        Self { config }
    }

    /// Makes the topics.
    pub(crate) async fn create(&self, topics: &[String]) -> Result<()> {
        let admin: AdminClient<DefaultClientContext> = self.config.create()?;
        let options = AdminOptions::new().operation_timeout(Some(TIMEOUT)).request_timeout(Some(TIMEOUT));
        let topics: Vec<_> =
            topics.iter().map(|name| NewTopic::new(name, 1, TopicReplication::Fixed(1))).collect();
        for outcome in admin.create_topics(&topics, &options).await? {
            outcome.map_err(|(topic, code)| format!("cannot create topic {topic}: {code}"))?;
        }
        Ok(())
    }

    /// What records are sent by.
    pub(crate) fn producer(&self) -> Result<FutureProducer> {
        Ok(self.config.create()?)
    }

    /// Sends the records, one behind the other.
    pub(crate) async fn send(producer: &FutureProducer, topic: &str, letters: Vec<Letter>) -> Result<()> {
        for letter in letters {
            let mut record = FutureRecord::to(topic).key(&letter.key);
            record.payload = letter.value.as_ref();
            record.headers = Some(letter.headers.iter().fold(OwnedHeaders::new(), |all, (name, value)| {
                all.insert(Header { key: name, value: Some(value) })
            }));
            producer.send(record, TIMEOUT).await.map_err(|(error, _)| error)?;
        }
        Ok(())
    }

    /// The records of every topic, as many as each should have. All are read at once: librdkafka takes its time with each one
    /// that comes later.
    pub(crate) fn receive(&self, topics: &[(String, usize)]) -> Result<HashMap<String, Vec<OwnedMessage>>> {
        let consumer: BaseConsumer = self.config.create()?;
        let mut partitions = TopicPartitionList::new();
        for (topic, _) in topics {
            partitions.add_partition_offset(topic, 0, Offset::Beginning)?;
        }
        consumer.assign(&partitions)?;
        let mut left: usize = topics.iter().map(|(_, count)| count).sum();
        let mut found: HashMap<String, Vec<OwnedMessage>> = HashMap::new();
        while left > 0 {
            let message = consumer.poll(TIMEOUT).ok_or_else(|| format!("{left} records are missing"))??;
            found.entry(message.topic().to_owned()).or_default().push(message.detach());
            left -= 1;
        }
        Ok(found)
    }

    /// All records of a topic as it stands, those of each partition in their order.
    pub(crate) fn whole(&self, topic: &str) -> Result<Vec<OwnedMessage>> {
        let consumer: BaseConsumer = self.config.create()?;
        let metadata = consumer.fetch_metadata(Some(topic), TIMEOUT)?;
        let count = metadata.topics().first().map_or(0, |topic| topic.partitions().len());
        let mut partitions = TopicPartitionList::new();
        let mut left = 0;
        for partition in 0..i32::try_from(count)? {
            partitions.add_partition_offset(topic, partition, Offset::Beginning)?;
            left += consumer.fetch_watermarks(topic, partition, TIMEOUT)?.1;
        }
        consumer.assign(&partitions)?;
        let mut found = Vec::new();
        while found.len() < usize::try_from(left)? {
            found.push(consumer.poll(TIMEOUT).ok_or("no more records")??.detach());
        }
        Ok(found)
    }
}
