//! Messages onto the topic.

use crate::order::order;
use crate::{PARTITIONS, Result, TOPIC};
use rdkafka::ClientConfig;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::{BaseRecord, DefaultProducerContext, Producer as _, ThreadedProducer};
use serde_wire::registry::RegistryClient;
use serde_wire::subject::Role;
use serde_wire::{Serializer, SerializerOptions};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// So many messages are made before, and sent again and again: the producer must not take the time that is measured.
const DIFFERENT: i64 = 2000;

struct Producer {
    kafka: ThreadedProducer<DefaultProducerContext>,
    payloads: Vec<Vec<u8>>,
}

/// Makes the topic, and sends so many messages.
pub(crate) async fn fill(brokers: &str, registry: &str, count: &str) -> Result<()> {
    let admin: AdminClient<DefaultClientContext> = config(brokers).create()?;
    let topic = NewTopic::new(TOPIC, PARTITIONS, TopicReplication::Fixed(1));
    for outcome in admin.create_topics([&topic], &AdminOptions::new()).await? {
        outcome.map_err(|(topic, code)| format!("cannot create topic {topic}: {code}"))?;
    }
    let producer = Producer::new(brokers, registry).await?;
    let size = producer.payloads.iter().map(Vec::len).sum::<usize>() / producer.payloads.len();
    producer.send(0, count.parse()?)?;
    producer.kafka.flush(Duration::from_secs(120))?;
    println!("filled: {count} messages of {size} bytes");
    Ok(())
}

/// Sends messages at a rate, for so many seconds.
pub(crate) async fn produce(brokers: &str, registry: &str, rate: &str, seconds: &str) -> Result<()> {
    let (rate, seconds): (u64, u64) = (rate.parse()?, seconds.parse()?);
    let (producer, begin) = (Producer::new(brokers, registry).await?, Instant::now());
    let mut sent = 0;
    while sent < rate * seconds {
        let due = (u64::try_from(begin.elapsed().as_millis())? * rate / 1000).min(rate * seconds);
        producer.send(sent, due)?;
        sent = due;
        std::thread::sleep(Duration::from_millis(10));
    }
    producer.kafka.flush(Duration::from_secs(60))?;
    println!("produced: {sent} messages in {:.1} s", begin.elapsed().as_secs_f64());
    Ok(())
}

fn config(brokers: &str) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", brokers).set("linger.ms", "20").set("batch.size", "200000");
    config
}

impl Producer {
    async fn new(brokers: &str, registry: &str) -> Result<Self> {
        let registry = Arc::new(RegistryClient::builder([registry]).build()?);
        let serializer = Serializer::new(registry, TOPIC, Role::Value, &SerializerOptions::default())?;
        let mut payloads = Vec::new();
        for number in 0..DIFFERENT {
            let mut payload = Vec::new();
            serializer.serialize_into(&order(number), &mut payload).await?;
            payloads.push(payload);
        }
        Ok(Self { kafka: config(brokers).create()?, payloads })
    }

    /// Sends the messages with these numbers.
    fn send(&self, from: u64, to: u64) -> Result<()> {
        for number in from..to {
            let payload = &self.payloads[usize::try_from(number)? % self.payloads.len()];
            let partition = i32::try_from(number % 10)?;
            let mut record: BaseRecord<'_, [u8], [u8]> =
                BaseRecord::to(TOPIC).payload(payload.as_slice()).partition(partition);
            loop {
                match self.kafka.send(record) {
                    Ok(()) => break,
                    Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), returned)) => {
                        record = returned;
                        std::thread::sleep(Duration::from_millis(2));
                    }
                    Err((error, _)) => return Err(error.into()),
                }
            }
        }
        Ok(())
    }
}
