//! Messages that cannot be decoded, as records for a dead-letter topic: the original bytes and, in headers, why.
//!
//! [`DeadLetterRecord`] is the whole record: key, value and headers as they came, with headers that Kafka Connect writes too and
//! those of this table; [`replay`] makes the original of it again. [`DeadLetter`] is the payload and this table alone.
//!
//! | header | value, all text |
//! |---|---|
//! | [`REASON`] `dead-letter.reason` | the kind of failure, one of [`DeserializeErrorKind::name`](crate::DeserializeErrorKind::name) |
//! | [`MESSAGE`] `dead-letter.message` | the failure in words |
//! | [`SCHEMA_ID`] `dead-letter.schema-id` | the schema id of the message, if it names one |
//! | [`SCHEMA_GUID`] `dead-letter.schema-guid` | the GUID, if it names that |
//! | [`BYTE_OFFSET`] `dead-letter.byte-offset` | where in the payload decoding failed, if it came so far |
//! | [`FIELD_PATH`] `dead-letter.field-path` | in which part of the value, `order.items[3].price`, if that is known |
//! | [`TOPIC`] `dead-letter.topic` | where the message came from |
//! | [`PARTITION`] `dead-letter.partition` | 〃 |
//! | [`OFFSET`] `dead-letter.offset` | 〃 |
//! | [`ROLE`] `dead-letter.role` | `key` or `value`: which half could not be decoded |
//!
//! What is no failure to decode but one of the application has the reason `handler`, and neither schema nor role.
//!
//! Texts of failures may quote much of a message: each is cut at 4 KiB, with a mark at its end that says so. A letter is larger
//! than its record by about 1 KiB and these texts.
//!
//! With [`DeadLetter`], the record's other half and its own headers are the caller's to pass on.

mod cut;
mod failure;
mod names;
mod record;
mod replay;
mod seal;

pub use crate::record::TRACEPARENT;
pub use names::{
    BYTE_OFFSET, CHECKSUM, FIELD_PATH, HEADER_COUNT, MESSAGE, OFFSET, PARTITION, REASON, ROLE, SCHEMA_GUID,
    SCHEMA_ID, TIMESTAMP, TOPIC, TRACE_ID, connect,
};
pub use record::DeadLetterRecord;
pub use replay::{ReplayError, replay};

use crate::DeserializeError;
use crate::subject::Role;
use std::fmt;

/// The place that a message came from.
///
/// ```
/// use serde_wire::dead_letter::Origin;
/// use serde_wire::subject::Role;
///
/// let origin = Origin::new("orders", 3, 42, Role::Value);
/// assert_eq!((origin.topic, origin.offset), ("orders", 42));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Origin<'a> {
    /// The topic.
    pub topic: &'a str,
    /// The partition.
    pub partition: i32,
    /// The offset.
    pub offset: i64,
    /// The half of the record that the payload is.
    pub role: Role,
}

impl<'a> Origin<'a> {
    /// The place of a message: topic, partition, offset, and the half of the record that the payload is.
    pub const fn new(topic: &'a str, partition: i32, offset: i64, role: Role) -> Self {
        Self { topic, partition, offset, role }
    }
}

/// A record for the dead-letter topic.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeadLetter {
    /// The bytes that could not be decoded, as they came.
    pub payload: Vec<u8>,
    /// Header names and values, in the order of the table above.
    pub headers: Vec<(&'static str, String)>,
}

impl DeadLetter {
    /// The record for a message that failed with `error`. Ask [`DeserializeError::is_retriable`] first: while the
    /// registry is away, a message is not dead.
    pub fn new(error: DeserializeError, origin: &Origin<'_>) -> Self {
        let headers = failure::headers(&error, origin);
        Self { payload: error.into_payload(), headers }
    }
}

impl fmt::Debug for DeadLetter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What it holds may be large, and secret.
        let mut debug = f.debug_struct("DeadLetter");
        debug.field("payload bytes", &self.payload.len()).field("headers", &self.headers);
        debug.finish_non_exhaustive()
    }
}
