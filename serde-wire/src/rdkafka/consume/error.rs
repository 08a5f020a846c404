//! Why consuming ended, when it was not asked to.

use rdkafka::error::KafkaError;
use std::error::Error;
use thiserror::Error;

/// Why consuming ended before it was asked to. What was handled is committed; everything else comes again.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ConsumeError {
    /// A setting of the consumer would lose records.
    #[error("the consumer's {name}={value} loses records: leave it out, or set {needed}")]
    Setting {
        /// Its name.
        name: &'static str,
        /// Its value.
        value: String,
        /// The value that it needs.
        needed: &'static str,
    },
    /// The client cannot be made, or cannot go on.
    #[error("the Kafka client cannot go on: {0}")]
    Kafka(#[from] KafkaError),
    /// The handler cannot go on.
    #[error("the handler cannot go on at {topic}, partition {partition}, offset {offset}: {error}")]
    Handler {
        /// The topic.
        topic: String,
        /// The partition.
        partition: i32,
        /// The offset of the record that comes again.
        offset: i64,
        /// Why.
        error: Box<dyn Error + Send + Sync>,
    },
    /// The broker will never take the dead letter of a record, because it is too large, for instance.
    #[error(
        "the dead letter of {topic}, partition {partition}, offset {offset}, cannot be sent to {dead_letter_topic}: {error}"
    )]
    DeadLetter {
        /// The topic of the record.
        topic: String,
        /// Its partition.
        partition: i32,
        /// Its offset.
        offset: i64,
        /// The topic that the letter should have gone to.
        dead_letter_topic: String,
        /// Why.
        error: Box<KafkaError>,
    },
}
