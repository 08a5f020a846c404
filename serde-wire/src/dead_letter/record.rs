//! The whole record for a dead-letter topic.

use super::names::{self, connect};
use super::seal::checksum;
use super::{Origin, failure};
use crate::DeserializeError;
use crate::record::{Headers, HeldBack, Record};
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

impl DeadLetterRecord {
    /// The dead letter for a record of which one half failed. Ask [`DeserializeError::is_retriable`] first: while the
    /// registry is away, a record is not dead.
    pub fn new(record: &Record<'_>, role: Role, error: &DeserializeError) -> Self {
        let original = record.to_owned();
        let seal = checksum(record, record.headers.header_count());
        let mut headers = original.headers;
        let count = headers.len();
        let mut add = |name: &str, text: String| headers.push((name.to_owned(), Some(text.into_bytes())));

        let stage = match role {
            Role::Key => "KEY_CONVERTER",
            Role::Value => "VALUE_CONVERTER",
        };
        add(connect::TOPIC, record.topic.to_owned());
        add(connect::PARTITION, record.partition.to_string());
        add(connect::OFFSET, record.offset.to_string());
        add(connect::STAGE, stage.to_owned());
        add(connect::EXECUTING_CLASS, "serde_wire::Deserializer".to_owned());
        add(connect::EXCEPTION, format!("serde_wire::DeserializeError.{}", error.kind().name()));
        add(connect::EXCEPTION_MESSAGE, error.to_string());
        add(connect::EXCEPTION_STACK_TRACE, causes(error));

        let origin = Origin::new(record.topic, record.partition, record.offset, role);
        for (name, text) in failure::headers(error, &origin) {
            add(name, text);
        }
        if let Some(timestamp) = record.timestamp {
            add(names::TIMESTAMP, timestamp.to_string());
        }
        if let Some(trace) = trace_id(record.headers) {
            add(names::TRACE_ID, trace.to_owned());
        }
        add(names::HEADER_COUNT, count.to_string());
        add(names::CHECKSUM, seal);
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
fn causes(error: &DeserializeError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        // Writing to a String cannot fail.
        let _ = write!(text, "\ncaused by: {error}");
        cause = error.source();
    }
    text
}

/// The id of the trace, of a `traceparent` that has one: `version-trace-parent-flags`, where the trace is not all zeros.
fn trace_id(headers: &dyn Headers) -> Option<&str> {
    let parent = std::str::from_utf8(headers.last_header(names::TRACEPARENT)?).ok()?;
    let mut parts = parent.trim().split('-');
    let (version, trace) = (parts.next()?, parts.next()?);
    let is_hex = |text: &str| text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let valid = version.len() == 2 && trace.len() == 32 && is_hex(version) && is_hex(trace);
    (valid && trace.bytes().any(|byte| byte != b'0')).then_some(trace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traces_are_taken_from_sound_headers_alone() {
        let trace = "0af7651916cd43dd8448eb211c80319c";
        for (header, expected) in [
            (Some(format!("00-{trace}-b7ad6b7169203331-01")), Some(trace)),
            (Some(format!("cc-{trace}-b7ad6b7169203331-01-later")), Some(trace)),
            (Some(format!("00-{}-b7ad6b7169203331-01", "0".repeat(32))), None),
            (Some(format!("00-{}-b7ad6b7169203331-01", trace.to_uppercase())), None),
            (Some(format!("0-{trace}")), None),
            (Some(String::new()), None),
            (None, None),
        ] {
            let headers: Vec<_> = header.iter().map(|text| (names::TRACEPARENT, text.as_str())).collect();
            assert_eq!(trace_id(&headers), expected, "{header:?}");
        }
    }
}
