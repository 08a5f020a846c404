//! The consumer and the producer of dead letters: their settings, and what the group took away.

use super::error::ConsumeError;
use super::options::ConsumeOptions;
use rdkafka::TopicPartitionList;
use rdkafka::client::ClientContext;
use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext, Rebalance, StreamConsumer};
use rdkafka::error::KafkaResult;
use rdkafka::producer::FutureProducer;
use std::collections::HashSet;
use std::mem;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Notify;

/// The client commits the offsets that were stored: every so often, when partitions are taken away, and at the end. An offset is
/// stored when its record was handled.
const NEEDED: [(&str, &str); 2] = [("enable.auto.commit", "true"), ("enable.auto.offset.store", "false")];

/// Settings that a producer would only complain about.
const OF_CONSUMERS_ALONE: [&str; 29] = [
    "auto.commit.enable",
    "auto.commit.interval.ms",
    "auto.offset.reset",
    "check.crcs",
    "consume.callback.max.messages",
    "coordinator.query.interval.ms",
    "enable.auto.commit",
    "enable.auto.offset.store",
    "enable.partition.eof",
    "fetch.error.backoff.ms",
    "fetch.max.bytes",
    "fetch.message.max.bytes",
    "fetch.min.bytes",
    "fetch.queue.backoff.ms",
    "fetch.wait.max.ms",
    "group.id",
    "group.instance.id",
    "group.protocol",
    "group.protocol.type",
    "group.remote.assignor",
    "heartbeat.interval.ms",
    "isolation.level",
    "max.partition.fetch.bytes",
    "max.poll.interval.ms",
    "offset.store.method",
    "partition.assignment.strategy",
    "queued.max.messages.kbytes",
    "queued.min.messages",
    "session.timeout.ms",
];

/// The consumer, which tells which partitions it had to give away.
pub(super) type Consumer = StreamConsumer<Revocations>;

pub(super) fn consumer(settings: &ClientConfig, revoked: Revocations) -> Result<Consumer, ConsumeError> {
    let mut settings = settings.clone();
    for (name, needed) in NEEDED {
        match settings.get(name) {
            Some(value) if value != needed => {
                return Err(ConsumeError::Setting { name, value: value.to_owned(), needed });
            }
            Some(_) | None => settings.set(name, needed),
        };
    }
    Ok(settings.create_with_context(revoked)?)
}

pub(super) fn producer(settings: &ClientConfig, options: &ConsumeOptions) -> KafkaResult<FutureProducer> {
    options.producer.clone().unwrap_or_else(|| for_producer(settings)).create()
}

/// The settings of a consumer that a producer has too.
pub(in super::super) fn for_producer(settings: &ClientConfig) -> ClientConfig {
    let mut settings = settings.clone();
    for name in OF_CONSUMERS_ALONE {
        settings.remove(name);
    }
    // Each record is waited for, so that waiting for others to go along would only delay it. The broker took the record that a
    // letter or an original is made of, and is to say itself what is too large: the client's own limit is below the broker's.
    for (name, value) in
        [("enable.idempotence", "true"), ("linger.ms", "0"), ("message.max.bytes", "67108864")]
    {
        if settings.get(name).is_none() {
            settings.set(name, value);
        }
    }
    settings
}

/// The partitions that the group took away, since somebody looked; and those that are paused.
#[derive(Clone, Default)]
pub(super) struct Revocations(Arc<Shared>);

#[derive(Default)]
struct Shared {
    partitions: Mutex<Vec<i32>>,
    changed: Notify,
    paused: Mutex<HashSet<i32>>,
}

impl Revocations {
    /// Waits until there are some.
    pub(super) async fn changed(&self) {
        self.0.changed.notified().await;
    }

    /// Takes them.
    pub(super) fn take(&self) -> Vec<i32> {
        mem::take(&mut self.0.partitions.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Keeps in mind whether the partition is paused.
    pub(super) fn set_paused(&self, partition: i32, is_paused: bool) {
        let mut paused = self.0.paused.lock().unwrap_or_else(PoisonError::into_inner);
        if is_paused {
            paused.insert(partition);
        } else {
            paused.remove(&partition);
        }
    }

    /// Takes those of the partitions that are paused.
    fn take_paused(&self, partitions: &TopicPartitionList) -> TopicPartitionList {
        let mut paused = self.0.paused.lock().unwrap_or_else(PoisonError::into_inner);
        let mut taken = TopicPartitionList::new();
        for element in partitions.elements() {
            if paused.remove(&element.partition()) {
                taken.add_partition(element.topic(), element.partition());
            }
        }
        taken
    }
}

impl ClientContext for Revocations {}

impl ConsumerContext for Revocations {
    fn pre_rebalance(&self, consumer: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        // Called while the consumer is polled, before the client commits what was stored and gives the partitions away.
        if let Rebalance::Revoke(partitions) = rebalance {
            // The client keeps a pause for when the partition comes back, and nobody would end it then. Only what is paused is
            // resumed: for others the client would throw away what it fetched.
            let paused = self.take_paused(partitions);
            if paused.count() > 0 {
                // It fails for partitions that the client does not know any more, whose pauses are gone as well.
                let _ = consumer.resume(&paused);
            }
            let revoked = partitions.elements().into_iter().map(|element| element.partition());
            self.0.partitions.lock().unwrap_or_else(PoisonError::into_inner).extend(revoked);
            self.0.changed.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn settings_that_lose_records_are_refused() {
        for (name, value, allowed) in [
            ("enable.auto.commit", "false", false),
            ("enable.auto.commit", "true", true),
            ("enable.auto.offset.store", "true", false),
            ("enable.auto.offset.store", "false", true),
        ] {
            let mut settings = ClientConfig::new();
            settings.set("group.id", "g").set(name, value);
            match consumer(&settings, Revocations::default()) {
                Err(ConsumeError::Setting { name: told, .. }) => {
                    assert!(!allowed && told == name, "{name}={value}");
                }
                Ok(_) => assert!(allowed, "{name}={value}"),
                Err(error) => panic!("{name}={value}: {error}"),
            }
        }
    }

    #[test]
    fn a_producer_gets_the_settings_that_are_its_own() {
        let mut settings = ClientConfig::new();
        for name in OF_CONSUMERS_ALONE {
            settings.set(name, "x");
        }
        settings.set("bootstrap.servers", "a:1").set("security.protocol", "ssl");
        let made = for_producer(&settings);
        let expected = [
            ("bootstrap.servers", "a:1"),
            ("enable.idempotence", "true"),
            ("linger.ms", "0"),
            ("message.max.bytes", "67108864"),
            ("security.protocol", "ssl"),
        ];
        assert_eq!(made.config_map(), expected.into());
    }
}
