//! A consumer as an application has it: what is known is decoded at once, what can be retried is, and nothing else is given up.

use crate::Result;
use crate::fault::Fault;
use crate::messages::{PARTITIONS, text};
use crate::proxy::Proxy;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::message::OwnedMessage;
use rdkafka::{ClientConfig, Message, Offset, TopicPartitionList};
use serde_wire::registry::RegistryClient;
use serde_wire::subject::Role;
use serde_wire::{Deserializer, DeserializerOptions};
use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

mod generated {
    include!(concat!(env!("OUT_DIR"), "/chaos_numbered.rs"));
}
use generated::chaos::Numbered;

/// How long the broker may take for a message.
const TIMEOUT: Duration = Duration::from_secs(60);
/// How long a message may wait for the registry.
const DEADLINE: Duration = Duration::from_millis(500);
/// After how many tries in vain the registry gets well.
pub(crate) const PATIENCE: usize = 2;
/// The registry does not get well.
pub(crate) const NEVER: usize = usize::MAX;
/// So often it is tried at all.
const TRIES: usize = 200;

/// What became of some messages.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Messages that came, each once.
    pub(crate) count: usize,
    /// Those that were decoded without waiting for anything.
    pub(crate) ready: usize,
    /// Those that had to wait.
    pub(crate) waited: usize,
    /// How often one was tried again.
    pub(crate) retried: usize,
    /// Those that were not as they were sent.
    pub(crate) different: usize,
    /// Errors that cannot be retried, which a consumer would send to a dead-letter topic.
    pub(crate) given_up: Vec<String>,
    /// Requests that the registry had before the first message of an unknown schema.
    pub(crate) requests_before_unknown: usize,
    /// Requests that it had at the end.
    pub(crate) requests: usize,
}

/// A consumer of the whole topic.
pub(crate) struct Consumer {
    kafka: BaseConsumer,
    deserializer: Deserializer<Numbered>,
    sequences: HashSet<i64>,
}

impl Consumer {
    /// A consumer that starts at the beginning, and asks the registry through the proxy.
    pub(crate) fn new(brokers: &str, proxy: &Proxy, topic: &str, folder: &Path) -> Result<Self> {
        let mut config = ClientConfig::new();
        let kafka: BaseConsumer =
            config.set("bootstrap.servers", brokers).set("group.id", "chaos").create()?;
        let mut partitions = TopicPartitionList::new();
        for partition in 0..PARTITIONS {
            partitions.add_partition_offset(topic, partition, Offset::Beginning)?;
        }
        kafka.assign(&partitions)?;
        let registry = RegistryClient::builder([proxy.url()]).disk_cache(folder).build()?;
        let options = DeserializerOptions::default().with_deadline(DEADLINE);
        let deserializer = Deserializer::new(Arc::new(registry), topic, Role::Value, &options);
        Ok(Self { kafka, deserializer, sequences: HashSet::new() })
    }

    /// The next message. A poll may come back without one before its time is over.
    fn next(&self) -> Result<OwnedMessage> {
        let begin = Instant::now();
        while begin.elapsed() < TIMEOUT {
            if let Some(message) = self.kafka.poll(Duration::from_millis(100)) {
                return Ok(message?.detach());
            }
        }
        Err(format!("the broker gave no more messages for {TIMEOUT:?}").into())
    }

    /// Takes so many messages. The registry gets well after `patience` tries in vain.
    pub(crate) async fn take(&mut self, count: usize, proxy: &Proxy, patience: usize) -> Result<Seen> {
        let mut seen = Seen { requests_before_unknown: proxy.requests(), ..Seen::default() };
        for _ in 0..count {
            let message = tokio::task::block_in_place(|| self.next())?;
            let payload = message.payload().unwrap_or_default();
            let decoded = match self.deserializer.try_deserialize(payload) {
                Some(decoded) => {
                    seen.ready += 1;
                    if seen.waited == 0 {
                        seen.requests_before_unknown = proxy.requests();
                    }
                    decoded
                }
                None => {
                    seen.waited += 1;
                    self.wait_for(payload, proxy, patience, &mut seen.retried).await
                }
            };
            match decoded {
                Ok(value) => {
                    let number = usize::try_from(value.sequence)?;
                    seen.different += usize::from(value.text != text(number));
                    seen.count += usize::from(self.sequences.insert(value.sequence));
                }
                Err(error) => seen.given_up.push(error.to_string()),
            }
        }
        seen.requests = proxy.requests();
        Ok(seen)
    }

    async fn wait_for(
        &self,
        payload: &[u8],
        proxy: &Proxy,
        patience: usize,
        retried: &mut usize,
    ) -> Result<Numbered, serde_wire::DeserializeError> {
        for _ in 1..TRIES {
            match self.deserializer.deserialize(payload).await {
                Err(error) if error.is_retriable() => {
                    *retried += 1;
                    if *retried == patience {
                        proxy.set(Fault::None);
                    }
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                other => return other,
            }
        }
        self.deserializer.deserialize(payload).await
    }
}
