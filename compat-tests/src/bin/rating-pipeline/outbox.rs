//! Messages on their way to the broker.

use crate::{Result, kafka::Kafka};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::future_producer::DeliveryFuture;
use rdkafka::producer::{FutureProducer, FutureRecord};
use std::time::Duration;

/// A producer that remembers which messages the broker has not confirmed yet.
pub(crate) struct Outbox {
    producer: FutureProducer,
    unconfirmed: Vec<DeliveryFuture>,
}

/// A message to send.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Letter<'m> {
    /// The topic.
    pub(crate) topic: &'m str,
    /// The key that chooses the partition.
    pub(crate) key: Option<&'m [u8]>,
    /// The value.
    pub(crate) payload: &'m [u8],
    /// Header names and values.
    pub(crate) headers: &'m [(&'static str, String)],
}

impl Outbox {
    /// An empty one.
    pub(crate) fn new(kafka: &Kafka) -> Result<Self> {
        Ok(Self { producer: kafka.producer()?, unconfirmed: Vec::new() })
    }

    /// Puts a message on its way; waits only while the producer's queue is full.
    pub(crate) async fn send(&mut self, letter: Letter<'_>) -> Result<()> {
        let Letter { topic, key, payload, headers } = letter;
        let mut record: FutureRecord<'_, [u8], [u8]> = FutureRecord::to(topic).payload(payload);
        record.key = key;
        if !headers.is_empty() {
            record.headers = Some(headers.iter().fold(OwnedHeaders::new(), |all, (name, value)| {
                all.insert(Header { key: name, value: Some(value) })
            }));
        }
        loop {
            match self.producer.send_result(record) {
                Ok(delivery) => break self.unconfirmed.push(delivery),
                Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), returned)) => {
                    record = returned;
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
                Err((error, _)) => return Err(error.into()),
            }
        }
        // Let the consumers have a turn: sending itself never waits.
        if self.unconfirmed.len().is_multiple_of(256) {
            tokio::task::yield_now().await;
        }
        Ok(())
    }

    /// Waits until the broker has confirmed every message.
    pub(crate) async fn settle(&mut self) -> Result<()> {
        for delivery in self.unconfirmed.drain(..) {
            delivery.await?.map_err(|(error, _)| error)?;
        }
        Ok(())
    }
}
