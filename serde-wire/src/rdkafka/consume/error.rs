//! Why consuming ended, when it was not asked to.

use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use std::error::Error;
use thiserror::Error;

/// Why consuming ended before it was asked to. What was handled is committed; everything else comes again.
///
/// ```
/// use serde_wire::rdkafka::ConsumeError;
///
/// /// Whether a supervisor should start the service again at once.
/// fn helps_to_restart(error: &ConsumeError) -> bool {
///     // The others need somebody: a setting, a right, a topic.
///     matches!(error, ConsumeError::Handler { .. })
/// }
/// # let _ = helps_to_restart;
/// ```
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
    /// The broker will never take the dead letter of a record, because it is too large, or the topic is not there. A letter is a few KiB larger
    /// than its record: the dead-letter topic's `max.message.bytes` is to be larger than that of the record's topic.
    #[error(
        "the dead letter of {topic}, partition {partition}, offset {offset}, cannot be sent to {dead_letter_topic}: {error}{}",
        advice(error, dead_letter_topic)
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

/// What to do about it, where that is known.
fn advice(error: &KafkaError, topic: &str) -> String {
    use RDKafkaErrorCode as Code;
    match error {
        KafkaError::MessageProduction(
            Code::MessageSizeTooLarge | Code::InvalidMessageSize | Code::MessageBatchTooLarge,
        ) => format!(
            "; a letter is a few KiB larger than its record: set max.message.bytes of {topic} higher, and \
             message.max.bytes of the producer if it is set, and start the consumer again"
        ),
        KafkaError::MessageProduction(
            Code::UnknownTopic | Code::UnknownTopicOrPartition | Code::UnknownPartition,
        ) => format!("; create the topic {topic}, and start the consumer again"),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_that_cannot_be_sent_comes_with_what_to_do() {
        let larger = "set max.message.bytes of orders-dlq higher";
        let created = "create the topic orders-dlq";
        for (code, advice) in [
            (RDKafkaErrorCode::MessageSizeTooLarge, Some(larger)),
            (RDKafkaErrorCode::MessageBatchTooLarge, Some(larger)),
            (RDKafkaErrorCode::UnknownTopic, Some(created)),
            (RDKafkaErrorCode::UnknownTopicOrPartition, Some(created)),
            (RDKafkaErrorCode::TopicAuthorizationFailed, None),
        ] {
            let error = ConsumeError::DeadLetter {
                topic: "orders".to_owned(),
                partition: 3,
                offset: 42,
                dead_letter_topic: "orders-dlq".to_owned(),
                error: Box::new(KafkaError::MessageProduction(code)),
            };
            let told = error.to_string();
            assert!(told.starts_with("the dead letter of orders, partition 3, offset 42, cannot"), "{told}");
            for known in [larger, created] {
                assert_eq!(told.contains(known), advice == Some(known), "{told}");
            }
        }
    }
}
