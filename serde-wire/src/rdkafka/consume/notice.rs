//! What happens while records are consumed, for those who log or count it.

use crate::DeserializeError;
use crate::record::Record;
use rdkafka::error::KafkaError;
use std::error::Error;
use std::time::Duration;

/// Something that happened, told to the observer of [`ConsumeOptions`](super::ConsumeOptions::with_observer).
///
/// ```
/// use serde_wire::rdkafka::{ConsumeNotice, ConsumeOptions};
///
/// let options = ConsumeOptions::new("orders", "orders-dlq").with_observer(|notice| match notice {
///     ConsumeNotice::RegistryAway { failures, pause, .. } => eprintln!("registry away {failures} times, next in {pause:?}"),
///     ConsumeNotice::DeadLettered { record } => eprintln!("dead: offset {} of {}", record.offset, record.topic),
///     other => eprintln!("{other:?}"),
/// });
/// # drop(options);
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum ConsumeNotice<'n> {
    /// The registry is away, and this record needs it: it is tried again after the pause. Its partition waits, others go on.
    RegistryAway {
        /// The record.
        record: Record<'n>,
        /// What the registry, or the way to it, said.
        error: &'n DeserializeError,
        /// How often it was tried in vain.
        failures: u32,
        /// How long it waits.
        pause: Duration,
    },
    /// The handler wants to try this record again.
    HandlerRetry {
        /// The record.
        record: Record<'n>,
        /// Why.
        error: &'n (dyn Error + Send + Sync),
        /// How often it was tried in vain.
        failures: u32,
        /// How long it waits.
        pause: Duration,
    },
    /// The broker has the dead letter of this record.
    DeadLettered {
        /// The record.
        record: Record<'n>,
    },
    /// The broker did not take the dead letter of this record: it is sent again after the pause.
    DeadLetterRetry {
        /// The record.
        record: Record<'n>,
        /// Why.
        error: &'n KafkaError,
        /// How long it waits.
        pause: Duration,
    },
    /// The group gave these partitions to another member; what was not handled yet is handled there.
    Revoked {
        /// The partitions.
        partitions: &'n [i32],
    },
    /// The client told of something that it goes on trying by itself, such as a broker that is away.
    Kafka {
        /// What it told.
        error: &'n KafkaError,
    },
}
