//! Records of Kafka: a key, a value, either of which may be null, and headers.
//!
//! | to | use |
//! |---|---|
//! | serialize key and value in one call, with the headers that name their schemas | [`RecordSerializer`] |
//! | deserialize both | [`RecordDeserializer`], or [`Deserializer::deserialize_record`](crate::Deserializer::deserialize_record) for one half |
//! | hand over a record of whatever client | [`Record`], [`Headers`] |
//! | keep one | [`OwnedRecord`] |
//! | pass a trace on, or begin one | [`TraceContext`] |
//! | use the types of rdkafka or rskafka | the modules `rdkafka` and `rskafka`, behind features of these names |
//!
//! A null value, a *tombstone*, deletes its key in a compacted topic. It stays null on the way in and out, and the registry
//! is not asked for it. An *empty* value is no tombstone: without a header that names its schema it is an error, as for
//! Confluent's deserializers, and told apart from a frame that is broken off.

mod deserializer;
mod headers;
mod serializer;
mod trace_context;

pub use deserializer::{RecordDeserializer, RecordOutcome};
#[cfg(any(feature = "rdkafka", feature = "rskafka"))]
pub(crate) use headers::passed_on;
pub use headers::{HeaderValue, Headers};
pub use serializer::{EncodedRecord, RecordBuffer, RecordSerializer};
pub use trace_context::{TRACEPARENT, TRACESTATE, TraceContext};

use crate::frame::{KEY_SCHEMA_ID_HEADER, VALUE_SCHEMA_ID_HEADER};
use crate::subject::Role;
use std::fmt;

/// A record as a consumer got it.
///
/// ```
/// use serde_wire::record::Record;
///
/// let headers = [("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")];
/// let record = Record::new("orders", 3, 42).with_value(Some(b"\0\0\0\0\x07\x02")).with_headers(&headers);
/// assert!(record.key.is_none());
/// ```
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Record<'a> {
    /// The topic.
    pub topic: &'a str,
    /// The partition.
    pub partition: i32,
    /// The offset in the partition.
    pub offset: i64,
    /// Milliseconds since 1970, when the record has a time.
    pub timestamp: Option<i64>,
    /// The key; `None` is null.
    pub key: Option<&'a [u8]>,
    /// The value; `None` is null.
    pub value: Option<&'a [u8]>,
    /// The headers.
    pub headers: &'a (dyn Headers + Sync),
}

impl<'a> Record<'a> {
    /// The record at that place, with neither key nor value nor headers.
    pub fn new(topic: &'a str, partition: i32, offset: i64) -> Self {
        Self { topic, partition, offset, timestamp: None, key: None, value: None, headers: &() }
    }

    /// This record with another [`timestamp`](Self::timestamp), in milliseconds since 1970.
    #[must_use]
    pub const fn with_timestamp(mut self, timestamp: Option<i64>) -> Self {
        self.timestamp = timestamp;
        self
    }

    /// This record with another [`key`](Self::key).
    #[must_use]
    pub const fn with_key(mut self, key: Option<&'a [u8]>) -> Self {
        self.key = key;
        self
    }

    /// This record with another [`value`](Self::value).
    #[must_use]
    pub const fn with_value(mut self, value: Option<&'a [u8]>) -> Self {
        self.value = value;
        self
    }

    /// This record with other [`headers`](Self::headers).
    #[must_use]
    pub const fn with_headers(mut self, headers: &'a (dyn Headers + Sync)) -> Self {
        self.headers = headers;
        self
    }

    /// The bytes of one half.
    pub fn half(&self, role: Role) -> Option<&'a [u8]> {
        match role {
            Role::Key => self.key,
            Role::Value => self.value,
        }
    }

    /// The header that names the schema of one half, where the payload does not.
    pub fn schema_header(&self, role: Role) -> Option<&'a [u8]> {
        self.headers.last_header(schema_header(role))
    }

    /// A copy to keep.
    pub fn to_owned(&self) -> OwnedRecord {
        OwnedRecord {
            topic: self.topic.to_owned(),
            partition: self.partition,
            offset: self.offset,
            timestamp: self.timestamp,
            key: self.key.map(<[u8]>::to_vec),
            value: self.value.map(<[u8]>::to_vec),
            headers: headers::owned(self.headers),
        }
    }
}

impl fmt::Debug for Record<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Record");
        debug.field("topic", &self.topic).field("partition", &self.partition).field("offset", &self.offset);
        debug.halves(self.key, self.value);
        debug.field("headers", &self.headers.header_count()).finish_non_exhaustive()
    }
}

impl fmt::Debug for OwnedRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("OwnedRecord");
        debug.field("topic", &self.topic).field("partition", &self.partition).field("offset", &self.offset);
        debug.halves(self.key.as_deref(), self.value.as_deref());
        debug.field("headers", &self.headers.len()).finish_non_exhaustive()
    }
}

/// Shows what a record holds by its size alone: it may be large, and secret.
pub(crate) trait HeldBack {
    /// The sizes of key and value, in bytes.
    fn halves(&mut self, key: Option<&[u8]>, value: Option<&[u8]>);
}

impl HeldBack for fmt::DebugStruct<'_, '_> {
    fn halves(&mut self, key: Option<&[u8]>, value: Option<&[u8]>) {
        self.field("key bytes", &key.map(<[u8]>::len)).field("value bytes", &value.map(<[u8]>::len));
    }
}

/// The header that names the schema of that half.
pub(crate) fn schema_header(role: Role) -> &'static str {
    match role {
        Role::Key => KEY_SCHEMA_ID_HEADER,
        Role::Value => VALUE_SCHEMA_ID_HEADER,
    }
}

/// A record to keep, or to send.
///
/// ```
/// use serde_wire::record::Record;
///
/// let kept = Record::new("orders", 3, 42).with_key(Some(b"7")).to_owned();
/// assert_eq!((kept.topic.as_str(), kept.key.as_deref(), kept.as_record().value), ("orders", Some(&b"7"[..]), None));
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OwnedRecord {
    /// The topic.
    pub topic: String,
    /// The partition.
    pub partition: i32,
    /// The offset in the partition.
    pub offset: i64,
    /// Milliseconds since 1970, when the record has a time.
    pub timestamp: Option<i64>,
    /// The key; `None` is null.
    pub key: Option<Vec<u8>>,
    /// The value; `None` is null.
    pub value: Option<Vec<u8>>,
    /// Names and values, in order; names may come several times, values may be null.
    pub headers: Vec<(String, Option<Vec<u8>>)>,
}

impl OwnedRecord {
    /// The same record, borrowed.
    pub fn as_record(&self) -> Record<'_> {
        Record {
            topic: &self.topic,
            partition: self.partition,
            offset: self.offset,
            timestamp: self.timestamp,
            key: self.key.as_deref(),
            value: self.value.as_deref(),
            headers: &self.headers,
        }
    }
}
