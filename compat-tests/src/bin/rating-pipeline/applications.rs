//! The two applications behind the topic: one raises alerts, one counts.

use crate::Result;
use crate::change::Change;
use crate::consumer::Application;
use crate::kafka::Kafka;
use crate::options::Options;
use crate::outbox::{Letter, Outbox};
use crate::totals::{ALERT_BELOW, Totals};
use crate::versions::alert::Alert;
use rdkafka::Message;
use rdkafka::message::BorrowedMessage;
use serde_wire::dead_letter::{DeadLetter, Origin};
use serde_wire::registry::SchemaRegistry;
use serde_wire::subject::Role;
use serde_wire::{DeserializeError, Serializer, SerializerOptions};
use std::sync::Arc;

/// Sends each low rating to the alerts topic, and what cannot be decoded to the dead-letter topic.
pub(crate) struct Alerts {
    /// The changes that it has seen.
    pub(crate) totals: Totals,
    serializer: Serializer<Alert>,
    outbox: Outbox,
    alerts: String,
    dead_letters: String,
}

impl Alerts {
    /// One that has seen nothing.
    pub(crate) fn new(kafka: &Kafka, registry: Arc<dyn SchemaRegistry>, options: &Options) -> Result<Self> {
        let alerts = options.alerts();
        Ok(Self {
            totals: Totals::default(),
            serializer: Serializer::new(registry, &alerts, Role::Value, &SerializerOptions::default())?,
            outbox: Outbox::new(kafka)?,
            alerts,
            dead_letters: options.dead_letters(),
        })
    }

    /// Registers the alerts' schema.
    pub(crate) async fn register(&self) -> Result<()> {
        self.serializer.prepare().await?;
        Ok(())
    }
}

impl Application for Alerts {
    async fn change(&mut self, change: &Change) -> Result<()> {
        self.totals.add(change);
        let Some(row) = change.after.as_ref().filter(|row| row.rate < ALERT_BELOW) else { return Ok(()) };
        let alert = Alert {
            lsn: change.lsn,
            customer_name: row.customer_name.clone(),
            country: row.country.clone(),
            rate: row.rate,
        };
        let mut payload = Vec::new();
        self.serializer.serialize_into(&alert, &mut payload).await?;
        self.outbox.send(Letter { topic: &self.alerts, key: None, payload: &payload, headers: &[] }).await
    }

    async fn undecodable(&mut self, message: &BorrowedMessage<'_>, error: DeserializeError) -> Result<()> {
        let (topic, partition, offset) = (message.topic(), message.partition(), message.offset());
        let letter = DeadLetter::new(error, &Origin::new(topic, partition, offset, Role::Value));
        let (payload, headers) = (&letter.payload, &letter.headers);
        self.outbox.send(Letter { topic: &self.dead_letters, key: message.key(), payload, headers }).await
    }

    async fn settle(&mut self) -> Result<()> {
        self.outbox.settle().await
    }
}

/// Counts, and passes over what cannot be decoded: the other application takes care of that.
#[derive(Debug, Default)]
pub(crate) struct Countries {
    /// The changes that it has seen.
    pub(crate) totals: Totals,
    /// How many messages it could not decode.
    pub(crate) passed_over: usize,
}

impl Application for Countries {
    async fn change(&mut self, change: &Change) -> Result<()> {
        self.totals.add(change);
        Ok(())
    }

    async fn undecodable(&mut self, _: &BorrowedMessage<'_>, _: DeserializeError) -> Result<()> {
        self.passed_over += 1;
        Ok(())
    }

    async fn settle(&mut self) -> Result<()> {
        Ok(())
    }
}
