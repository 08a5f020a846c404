//! Writes changes to the topic, in the version of the schema that `T` is.

use crate::change::Change;
use crate::kafka::Kafka;
use crate::outbox::{Letter, Outbox};
use crate::{Error, Result};
use serde_wire::codec::{AvroSchema, AvroTryEncode};
use serde_wire::frame::SchemaId;
use serde_wire::registry::SchemaRegistry;
use serde_wire::subject::Role;
use serde_wire::{Serializer, SerializerOptions};
use std::sync::Arc;

/// A producer of changes.
pub(crate) struct ChangeProducer<T> {
    topic: String,
    keys: Serializer<i64>,
    values: Serializer<T>,
    outbox: Outbox,
}

impl<T: AvroSchema + AvroTryEncode + for<'c> From<&'c Change>> ChangeProducer<T> {
    /// A producer for that topic.
    pub(crate) fn new(kafka: &Kafka, registry: Arc<dyn SchemaRegistry>, topic: &str) -> Result<Self> {
        let options = SerializerOptions::default();
        Ok(Self {
            topic: topic.to_owned(),
            keys: Serializer::new(Arc::clone(&registry), topic, Role::Key, &options)?,
            values: Serializer::new(registry, topic, Role::Value, &options)?,
            outbox: Outbox::new(kafka)?,
        })
    }

    /// Registers the schemas, so that an incompatible one is met before the first message, and returns the id of the
    /// values' one.
    pub(crate) async fn register(&self) -> Result<SchemaId> {
        self.keys.prepare().await?;
        self.values.prepare().await?.id().ok_or_else(|| Error::from("the registry gave no id"))
    }

    /// Sends the changes, keyed by row so that changes of one row stay in order, and waits for the broker to have them.
    pub(crate) async fn send(&mut self, changes: &[Change]) -> Result<()> {
        let (mut key, mut payload) = (Vec::new(), Vec::new());
        for change in changes {
            key.clear();
            payload.clear();
            self.keys.serialize_into(&change.key(), &mut key).await?;
            self.values.serialize_into(&T::from(change), &mut payload).await?;
            let letter = Letter { topic: &self.topic, key: Some(&key), payload: &payload, headers: &[] };
            self.outbox.send(letter).await?;
        }
        self.outbox.settle().await
    }

    /// Sends bytes that somebody took for a message.
    pub(crate) async fn send_garbage(&mut self, payload: &[u8]) -> Result<()> {
        self.outbox.send(Letter { topic: &self.topic, key: None, payload, headers: &[] }).await?;
        self.outbox.settle().await
    }
}
