//! Dead letters as messages of their own.

use super::{DeadLetter, Envelope, Header, StreamType};
use crate::DeserializeError;
use crate::record::{OwnedRecord, Record, TraceContext};
use std::fmt::Write;

impl DeadLetter {
    /// The letter for a record that could not be dealt with: `reason` is a short stable name of the kind of failure, such as
    /// `unknown-customer`, `message` the failure in words. It has the record's trace, and the present time.
    ///
    /// # Panics
    /// As [`Envelope::now`].
    pub fn of(record: &Record<'_>, reason: impl Into<String>, message: impl Into<String>) -> Self {
        let OwnedRecord { topic, partition, offset, timestamp, key, value, headers } = record.to_owned();
        let mut envelope = Envelope::now(text_of(record.key));
        envelope.trace_id = TraceContext::of(record.headers).map(|trace| trace.trace_id().to_string());
        Self {
            envelope,
            stream_type: StreamType::of_topic(&topic),
            original_topic: topic,
            original_partition: partition,
            original_offset: offset,
            original_timestamp: timestamp,
            original_key: key,
            original_value: value,
            original_headers: headers.into_iter().map(|(name, value)| Header { name, value }).collect(),
            reason: reason.into(),
            message: message.into(),
        }
    }

    /// The letter for a record of which one half cannot be decoded. Ask [`DeserializeError::is_retriable`] first: while the
    /// registry is away, a record is not dead.
    ///
    /// # Panics
    /// As [`Envelope::now`].
    pub fn undecodable(record: &Record<'_>, error: &DeserializeError) -> Self {
        Self::of(record, error.kind().name(), error.to_string())
    }

    /// The record that the letter was made of, byte for byte: to be dealt with again after the fix.
    pub fn original(&self) -> OwnedRecord {
        let header = |Header { name, value }: &Header| (name.clone(), value.clone());
        OwnedRecord {
            topic: self.original_topic.clone(),
            partition: self.original_partition,
            offset: self.original_offset,
            timestamp: self.original_timestamp,
            key: self.original_key.clone(),
            value: self.original_value.clone(),
            headers: self.original_headers.iter().map(header).collect(),
        }
    }
}

/// A key as text: as it is where it can be shown, else its hexadecimal digits; empty for null.
fn text_of(key: Option<&[u8]>) -> String {
    let key = key.unwrap_or_default();
    match std::str::from_utf8(key) {
        Ok(text) if !text.chars().any(char::is_control) => text.to_owned(),
        _ => key.iter().fold(String::with_capacity(2 * key.len()), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        }),
    }
}
