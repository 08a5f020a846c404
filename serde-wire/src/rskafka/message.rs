//! Records of rskafka, both ways.

use crate::record::{EncodedRecord, Headers, Record, passed_on};
use rskafka::chrono::{DateTime, Utc};
use rskafka::record::{Record as Plain, RecordAndOffset};
use std::collections::BTreeMap;
use std::time::SystemTime;
use thiserror::Error;

/// Why rskafka cannot send a record as it is.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NotForRskafka {
    /// It keeps one header of each name.
    #[error("rskafka sends one header of each name, and the record has several called {0:?}")]
    RepeatedHeader(String),
    /// It knows no null headers.
    #[error("rskafka sends no header whose value is null, as that of {0:?} is")]
    NullHeader(String),
    /// Its times do not go so far.
    #[error("rskafka cannot send a record of the time {0} ms")]
    Time(i64),
}

/// A record that rskafka received from that partition, as a [`Record`]. Nothing is copied.
///
/// ```
/// use rskafka::chrono::DateTime;
/// use rskafka::record::{Record, RecordAndOffset};
/// use serde_wire::rskafka::as_record;
///
/// let timestamp = DateTime::from_timestamp_millis(1_700_000_000_000).expect("a time");
/// let record = Record { key: Some(b"7".to_vec()), value: None, headers: [].into(), timestamp };
/// let received = RecordAndOffset { record, offset: 42 };
/// let record = as_record(&received, "names", 3);
/// assert_eq!((record.key, record.value, record.offset), (Some(&b"7"[..]), None, 42)); // a tombstone
/// ```
pub fn as_record<'r>(received: &'r RecordAndOffset, topic: &'r str, partition: i32) -> Record<'r> {
    let Plain { key, value, headers, timestamp } = &received.record;
    Record::new(topic, partition, received.offset)
        // A record without a time has -1 on the wire.
        .with_timestamp(Some(timestamp.timestamp_millis()).filter(|time| *time != -1))
        .with_key(key.as_deref())
        .with_value(value.as_deref())
        .with_headers(headers)
}

/// A record to be sent by rskafka; one without a time gets that of now. Topic and partition are those of the client that sends it.
///
/// ```
/// use serde_wire::record::Record;
/// use serde_wire::rskafka::{NotForRskafka, to_rskafka};
///
/// let headers = [("a", Some("1")), ("b", None)];
/// let record = Record::new("names", 0, 0).with_key(Some(b"7"));
/// assert_eq!(to_rskafka(&record)?.key.as_deref(), Some(&b"7"[..]));
/// assert_eq!(to_rskafka(&record.with_headers(&headers)), Err(NotForRskafka::NullHeader("b".into())));
/// # Ok::<(), NotForRskafka>(())
/// ```
///
/// # Errors
/// It holds what rskafka has no place for: several headers of a name, null headers, times beyond those of chrono.
pub fn to_rskafka(record: &Record<'_>) -> Result<Plain, NotForRskafka> {
    let timestamp = match record.timestamp {
        Some(time) => DateTime::from_timestamp_millis(time).ok_or(NotForRskafka::Time(time))?,
        None => now(),
    };
    let mut headers = BTreeMap::new();
    let own = record.headers;
    add((0..own.header_count()).filter_map(|index| own.header(index)), &mut headers)?;
    Ok(Plain {
        key: record.key.map(<[u8]>::to_vec),
        value: record.value.map(<[u8]>::to_vec),
        headers,
        timestamp,
    })
}

/// What a serializer made, to be sent by rskafka: with `more` headers, such as a
/// [`TraceContext`](crate::record::TraceContext), beside those that name schemas. Headers that name the schemas of a former
/// record are left out of `more`, so that all headers of a record may be passed on.
///
/// # Errors
/// As [`to_rskafka`].
pub fn encoded_record(record: &EncodedRecord<'_>, more: &dyn Headers) -> Result<Plain, NotForRskafka> {
    let mut headers = BTreeMap::new();
    add(passed_on(more), &mut headers)?;
    headers.extend(record.headers().map(|(name, value)| (name.to_owned(), value.to_vec())));
    let (key, value) = (record.key.map(<[u8]>::to_vec), record.value.map(<[u8]>::to_vec));
    Ok(Plain { key, value, headers, timestamp: now() })
}

fn add<'h>(
    headers: impl Iterator<Item = (&'h str, Option<&'h [u8]>)>,
    to: &mut BTreeMap<String, Vec<u8>>,
) -> Result<(), NotForRskafka> {
    for (name, value) in headers {
        let value = value.ok_or_else(|| NotForRskafka::NullHeader(name.to_owned()))?;
        if to.insert(name.to_owned(), value.to_vec()).is_some() {
            return Err(NotForRskafka::RepeatedHeader(name.to_owned()));
        }
    }
    Ok(())
}

/// The clock of the standard library, since that of chrono is a feature that nothing else here needs.
fn now() -> DateTime<Utc> {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).ok().and_then(DateTime::from_timestamp_millis).unwrap_or_default()
}

impl Headers for BTreeMap<String, Vec<u8>> {
    fn header_count(&self) -> usize {
        self.len()
    }

    fn header(&self, index: usize) -> Option<(&str, Option<&[u8]>)> {
        self.iter().nth(index).map(|(name, value)| (name.as_str(), Some(value.as_slice())))
    }

    fn last_header(&self, name: &str) -> Option<&[u8]> {
        self.get(name).map(Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Framing;
    use crate::frame::{KEY_SCHEMA_ID_HEADER, VALUE_SCHEMA_ID_HEADER};
    use crate::record::{OwnedRecord, RecordBuffer, RecordSerializer};
    use crate::registry::MockRegistry;
    use crate::serializer::SerializerOptions;
    use std::sync::Arc;

    type Parts<'p> = (Option<&'p [u8]>, Option<&'p [u8]>, Vec<(&'p str, Option<&'p [u8]>)>, Option<i64>);

    fn round(record: &Record<'_>) -> Result<OwnedRecord, NotForRskafka> {
        let received = RecordAndOffset { record: to_rskafka(record)?, offset: record.offset };
        Ok(as_record(&received, record.topic, record.partition).to_owned())
    }

    #[test]
    fn what_rskafka_can_hold_comes_back_and_what_it_cannot_is_refused() {
        let (null, twice) =
            (NotForRskafka::NullHeader("n".into()), NotForRskafka::RepeatedHeader("a".into()));
        let cases: [(Parts<'_>, Option<NotForRskafka>); 6] = [
            ((None, None, vec![], Some(0)), None),
            ((Some(b""), Some(b""), vec![("", Some(b""))], Some(1)), None),
            (
                (Some(b"k"), None, vec![("a", Some(b"\xff\0")), ("b", Some(b"2"))], Some(1_700_000_000_123)),
                None,
            ),
            ((None, Some(b"v"), vec![("a", Some(b"1")), ("n", None)], Some(1)), Some(null)),
            (
                (None, None, vec![("a", Some(b"1")), ("b", Some(b"1")), ("a", Some(b"1"))], Some(1)),
                Some(twice),
            ),
            ((None, None, vec![], Some(i64::MAX)), Some(NotForRskafka::Time(i64::MAX))),
        ];
        for ((key, value, headers, timestamp), refusal) in cases {
            let record = Record::new("t", 3, 42).with_timestamp(timestamp).with_key(key).with_value(value);
            let record = record.with_headers(&headers);
            assert_eq!(round(&record), refusal.map_or_else(|| Ok(record.to_owned()), Err));
        }
    }

    #[test]
    fn a_record_without_a_time_gets_one() {
        let before = i64::try_from(SystemTime::UNIX_EPOCH.elapsed().unwrap().as_millis()).unwrap();
        assert!(round(&Record::new("t", 3, 42)).unwrap().timestamp >= Some(before));
    }

    #[tokio::test]
    async fn headers_of_former_schemas_are_not_passed_on() {
        for framing in [Framing::Prefix, Framing::Header] {
            let options = SerializerOptions::default().with_framing(framing);
            let registry = Arc::new(MockRegistry::new());
            let out = RecordSerializer::<i64, String>::new(registry, "t", &options, &options).unwrap();
            let mut buffer = RecordBuffer::default();
            let new = out.serialize(Some(&7), Some(&"Ada".to_owned()), &mut buffer).await.unwrap();
            let own = || new.headers().map(|(name, value)| (name.to_owned(), Some(value.to_vec())));
            assert_eq!(own().count(), if framing == Framing::Header { 2 } else { 0 });
            let former = [
                (KEY_SCHEMA_ID_HEADER, Some("old")),
                ("a", Some("1")),
                (VALUE_SCHEMA_ID_HEADER, Some("old")),
                ("b", Some("2")),
            ];
            let kept = [("a", Some(b"1".to_vec())), ("b", Some(b"2".to_vec()))];
            let kept = kept.map(|(name, value)| (name.to_owned(), value));
            let mut expected: Vec<_> = kept.into_iter().chain(own()).collect();
            expected.sort();
            let sent = encoded_record(&new, &former).unwrap();
            let sent = Record::new("t", 0, 0).with_headers(&sent.headers).to_owned();
            assert_eq!(sent.headers, expected, "{framing:?}");
        }
    }
}
