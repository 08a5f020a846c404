//! Messages of more and more schemas, all of which the consumer's type can read.

use crate::Result;
use rdkafka::ClientConfig;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::{FutureProducer, FutureRecord, Producer as _};
use serde_json::json;
use serde_wire::registry::{RegistryClient, SchemaRegistry};
use serde_wire::subject::Role;
use serde_wire::{GenericSerializer, SerializerOptions};
use std::sync::Arc;
use std::time::Duration;

/// The number of partitions.
pub(crate) const PARTITIONS: i32 = 10;

/// The text of a message, by its number.
pub(crate) fn text(sequence: usize) -> String {
    format!("message {sequence} of many")
}

/// Sends numbered messages.
pub(crate) struct Producer {
    kafka: FutureProducer,
    registry: Arc<dyn SchemaRegistry>,
    topic: String,
    schemas: Vec<GenericSerializer>,
    sent: usize,
}

impl Producer {
    /// A producer that asks the registry itself, and makes the topic.
    pub(crate) async fn new(brokers: &str, registry: &str, topic: &str) -> Result<Self> {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", brokers).set("enable.idempotence", "true").set("linger.ms", "5");
        let admin: AdminClient<DefaultClientContext> = config.create()?;
        let new = NewTopic::new(topic, PARTITIONS, TopicReplication::Fixed(1));
        for outcome in admin.create_topics([&new], &AdminOptions::new()).await? {
            outcome.map_err(|(topic, code)| format!("cannot create topic {topic}: {code}"))?;
        }
        Ok(Self {
            kafka: config.create()?,
            registry: Arc::new(RegistryClient::builder([registry]).build()?),
            topic: topic.to_owned(),
            schemas: Vec::new(),
            sent: 0,
        })
    }

    /// Registers one more schema, with a field that the reader does not have.
    pub(crate) async fn next_schema(&mut self) -> Result<()> {
        let schema = json!({
            "type": "record", "name": "Numbered", "namespace": "chaos", "fields": [
                {"name": format!("added_{}", self.schemas.len()), "type": "int", "default": 0},
                {"name": "sequence", "type": "long"},
                {"name": "text", "type": "string"}]})
        .to_string();
        let (registry, options) = (Arc::clone(&self.registry), SerializerOptions::default());
        let made = GenericSerializer::new(registry, &self.topic, Role::Value, &options, &schema)?;
        made.prepare().await?;
        self.schemas.push(made);
        Ok(())
    }

    /// Sends so many messages: so many of the schemas before the newest one, and then of that one among them.
    pub(crate) async fn send(&mut self, count: usize, known: usize) -> Result<usize> {
        let mut confirmed = Vec::with_capacity(count);
        for position in 0..count {
            let newest = self.schemas.len() - 1;
            let chosen = match newest {
                0 => 0,
                _ if position >= known && position % 2 == known % 2 => newest,
                _ => position % newest,
            };
            let json = json!({
                format!("added_{chosen}"): position % 100, "sequence": self.sent, "text": text(self.sent)});
            let mut payload = Vec::new();
            let serializer = self.schemas.get(chosen).ok_or("no schema yet")?;
            serializer.serialize_json_into(&json, &mut payload).await?;
            let partition = i32::try_from(self.sent % usize::try_from(PARTITIONS)?)?;
            let mut record: FutureRecord<'_, [u8], [u8]> =
                FutureRecord::to(&self.topic).payload(payload.as_slice()).partition(partition);
            loop {
                match self.kafka.send_result(record) {
                    Ok(delivery) => break confirmed.push(delivery),
                    Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), returned)) => {
                        record = returned;
                        tokio::time::sleep(Duration::from_millis(5)).await;
                    }
                    Err((error, _)) => return Err(error.into()),
                }
            }
            self.sent += 1;
        }
        self.kafka.flush(Duration::from_secs(60))?;
        for delivery in confirmed {
            delivery.await?.map_err(|(error, _)| error)?;
        }
        Ok(count)
    }

    /// How many messages were sent in all.
    pub(crate) fn sent(&self) -> usize {
        self.sent
    }
}
