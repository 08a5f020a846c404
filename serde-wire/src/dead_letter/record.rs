//! The whole record for a dead-letter topic.

use super::cut::cut;
use super::names::{self, connect};
use super::seal::checksum;
use super::{Origin, failure};
use crate::DeserializeError;
use crate::record::{HeldBack, Record, TraceContext};
use crate::subject::Role;
use std::error::Error;
use std::fmt::{self, Write};

/// A record for the dead-letter topic: the original key, value and headers, untouched, and behind these the headers that
/// say what is wrong.
///
/// | header | value, all text |
/// |---|---|
/// | those of [`connect`] | what Kafka Connect writes: topic, partition, offset, stage, class and message of the failure; name and task of the application when they are given |
/// | the [table](super) of this module | the same for programs, with schema, byte and field |
/// | [`TIMESTAMP`](names::TIMESTAMP) | the record's time, if it has one |
/// | [`TRACE_ID`](names::TRACE_ID) | from the header `traceparent`, if the record has one |
/// | [`HEADER_COUNT`](names::HEADER_COUNT), [`CHECKSUM`](names::CHECKSUM) | what [`replay`](super::replay) goes by |
///
/// ```
/// use serde_wire::dead_letter::{DeadLetterRecord, replay};
/// use serde_wire::record::Record;
/// use serde_wire::subject::Role;
/// use serde_wire::DeserializeError;
///
/// fn letter(record: &Record<'_>, error: &DeserializeError) -> DeadLetterRecord {
///     let letter = DeadLetterRecord::new(record, Role::Value, error).with_application("billing", "0");
///     // send `letter.key`, `letter.value` and `letter.headers`
///     letter
/// }
///
/// /// From the dead-letter topic back to where it came from, after the fix.
/// fn again(letter: &Record<'_>) -> Result<(), Box<dyn std::error::Error>> {
///     let original = replay(letter)?;
///     println!("send to {} again: {:?}", original.topic, original.value);
///     Ok(())
/// }
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeadLetterRecord {
    /// The key, as it came.
    pub key: Option<Vec<u8>>,
    /// The value, as it came.
    pub value: Option<Vec<u8>>,
    /// The record's own headers, as they came, and behind them those of the failure.
    pub headers: Vec<(String, Option<Vec<u8>>)>,
}

/// What Kafka Connect's headers say about a failure.
struct Failure<'e> {
    stage: &'static str,
    executing: &'static str,
    exception: String,
    error: &'e dyn Error,
}

impl DeadLetterRecord {
    /// The dead letter for a record of which one half failed. Ask [`DeserializeError::is_retriable`] first: while the
    /// registry is away, a record is not dead.
    pub fn new(record: &Record<'_>, role: Role, error: &DeserializeError) -> Self {
        let stage = match role {
            Role::Key => "KEY_CONVERTER",
            Role::Value => "VALUE_CONVERTER",
        };
        let exception = format!("serde_wire::DeserializeError.{}", error.kind().name());
        let connect = Failure { stage, executing: "serde_wire::Deserializer", exception, error };
        let origin = Origin::new(record.topic, record.partition, record.offset, role);
        Self::assembled(record, &connect, failure::headers(error, &origin))
    }

    /// The dead letter for a record that was decoded, and that the application cannot handle: now, or ever.
    ///
    /// Its reason is `handler`; Kafka Connect's headers have the stage `TASK_PUT`, at which a sink fails, and `class`, the
    /// failure's type or kind.
    ///
    /// ```
    /// use serde_wire::dead_letter::{DeadLetterRecord, replay};
    /// use serde_wire::record::{OwnedRecord, Record};
    ///
    /// let record = Record::new("orders", 3, 42).with_value(Some(b"\0\0\0\0\x07\x02"));
    /// let letter = DeadLetterRecord::of_handler(&record, "billing::NoSuchCustomer", &std::fmt::Error);
    ///
    /// // What another consumer reads from the dead-letter topic becomes the original again.
    /// let read = Record::new("orders-dlq", 0, 7).with_value(letter.value.as_deref()).with_headers(&letter.headers);
    /// assert_eq!(replay(&read), Ok(record.to_owned()));
    /// ```
    pub fn of_handler(record: &Record<'_>, class: &str, error: &dyn Error) -> Self {
        let connect = Failure { stage: "TASK_PUT", executing: "handler", exception: class.to_owned(), error };
        let headers = vec![
            (names::REASON, "handler".to_owned()),
            (names::MESSAGE, error.to_string()),
            (names::TOPIC, record.topic.to_owned()),
            (names::PARTITION, record.partition.to_string()),
            (names::OFFSET, record.offset.to_string()),
        ];
        Self::assembled(record, &connect, headers)
    }

    fn assembled(record: &Record<'_>, failure: &Failure<'_>, ours: Vec<(&'static str, String)>) -> Self {
        let original = record.to_owned();
        let mut headers = original.headers;
        let count = headers.len();
        let mut add =
            |name: &str, text: String| headers.push((name.to_owned(), Some(cut(text).into_bytes())));

        add(connect::TOPIC, record.topic.to_owned());
        add(connect::PARTITION, record.partition.to_string());
        add(connect::OFFSET, record.offset.to_string());
        add(connect::STAGE, failure.stage.to_owned());
        add(connect::EXECUTING_CLASS, failure.executing.to_owned());
        add(connect::EXCEPTION, failure.exception.clone());
        add(connect::EXCEPTION_MESSAGE, failure.error.to_string());
        add(connect::EXCEPTION_STACK_TRACE, causes(failure.error));

        for (name, text) in ours {
            add(name, text);
        }
        if let Some(timestamp) = record.timestamp {
            add(names::TIMESTAMP, timestamp.to_string());
        }
        if let Some(trace) = TraceContext::of(record.headers) {
            add(names::TRACE_ID, trace.trace_id().to_owned());
        }
        add(names::HEADER_COUNT, count.to_string());
        add(names::CHECKSUM, checksum(record, count));
        Self { key: original.key, value: original.value, headers }
    }

    /// This letter with the name of the application and of its instance, where Kafka Connect names connector and task.
    #[must_use]
    pub fn with_application(mut self, name: &str, instance: &str) -> Self {
        for (header, text) in [(connect::CONNECTOR_NAME, name), (connect::TASK_ID, instance)] {
            self.headers.push((header.to_owned(), Some(text.as_bytes().to_vec())));
        }
        self
    }
}

impl fmt::Debug for DeadLetterRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("DeadLetterRecord");
        debug.halves(self.key.as_deref(), self.value.as_deref());
        debug.field("headers", &self.headers.len()).finish_non_exhaustive()
    }
}

/// The failure and what led to it, a line for each.
fn causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        // Writing to a String cannot fail.
        let _ = write!(text, "\ncaused by: {error}");
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use thiserror::Error;

    #[derive(Debug, Error)]
    #[error("{text}")]
    struct Long {
        text: String,
        source: Option<Box<Long>>,
    }

    /// A letter that grows with what is told of it may be too large for the topic of its record.
    #[test]
    fn what_is_told_of_a_failure_is_short_however_much_the_failure_tells() {
        let record = Record::new("orders", 3, 42).with_value(Some(b"v"));
        for length in [10, 100_000] {
            let text = "x".repeat(length);
            let source = Some(Box::new(Long { text: text.clone(), source: None }));
            let letter = DeadLetterRecord::of_handler(&record, &text, &Long { text: text.clone(), source });
            let size: usize =
                letter.headers.iter().filter_map(|(_, value)| Some(value.as_ref()?.len())).sum();
            assert!(size < 20_000, "{length}: {size}");
            let told = letter.headers.iter().filter(|(_, value)| {
                value.as_ref().is_some_and(|value| value.starts_with(&text.as_bytes()[..10]))
            });
            assert_eq!(told.count(), 4, "class, both messages and the causes");
        }
    }
}
