//! Messages of rdkafka as records, and records as what rdkafka sends.

use crate::dead_letter::DeadLetterRecord;
use crate::record::{EncodedRecord, Headers, Record, passed_on};
use rdkafka::message::{
    BorrowedHeaders, BorrowedMessage, Header, Headers as _, Message, OwnedHeaders, OwnedMessage,
};
use rdkafka::producer::{BaseRecord, FutureRecord};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A message that rdkafka received, as a [`Record`].
///
/// ```
/// use rdkafka::message::{OwnedMessage, Timestamp};
/// use serde_wire::rdkafka::AsRecord;
///
/// let time = Timestamp::CreateTime(1_700_000_000_000);
/// let message = OwnedMessage::new(None, Some(b"7".to_vec()), "names".to_owned(), time, 3, 42, None);
/// let record = message.as_record();
/// assert_eq!((record.topic, record.partition, record.offset), ("names", 3, 42));
/// assert_eq!((record.key, record.value), (Some(&b"7"[..]), None)); // a tombstone
/// ```
pub trait AsRecord {
    /// The record, which borrows from the message: topic, partition, offset, time, key, value and headers. Nothing is copied.
    ///
    /// A header whose name is no UTF-8, which Kafka demands, is left out: rdkafka has no way to give it. It panics there, which is
    /// caught here but told to the panic hook; a program that is built with `panic = "abort"` ends.
    fn as_record(&self) -> Record<'_>;
}

impl AsRecord for BorrowedMessage<'_> {
    fn as_record(&self) -> Record<'_> {
        record(self)
    }
}

impl AsRecord for OwnedMessage {
    fn as_record(&self) -> Record<'_> {
        record(self)
    }
}

fn record<M: Message>(message: &M) -> Record<'_>
where
    M::Headers: Headers + Sync,
{
    let record = Record::new(message.topic(), message.partition(), message.offset())
        .with_timestamp(message.timestamp().to_millis())
        .with_key(message.key())
        .with_value(message.payload());
    match message.headers() {
        Some(headers) => record.with_headers(headers),
        None => record,
    }
}

macro_rules! headers {
    ($($type:ty),*) => {
        $(impl Headers for $type {
            fn header_count(&self) -> usize {
                self.count()
            }

            fn header(&self, index: usize) -> Option<(&str, Option<&[u8]>)> {
                // rdkafka panics at a name that is no UTF-8, and one such record must not end the consumer of the others.
                let header = catch_unwind(AssertUnwindSafe(|| self.try_get(index))).ok().flatten()?;
                Some((header.key, header.value))
            }
        })*
    };
}

headers!(BorrowedHeaders, OwnedHeaders);

/// Headers as rdkafka sends them, in their order, names that come several times and null values among them; `None` when there
/// are none.
///
/// ```
/// use serde_wire::rdkafka::owned_headers;
/// use serde_wire::record::Headers;
///
/// let headers = owned_headers(&[("a", Some("1")), ("a", None)]).expect("there are some");
/// assert_eq!((headers.header(0), headers.header(1)), (Some(("a", Some(&b"1"[..]))), Some(("a", None))));
/// ```
pub fn owned_headers(headers: &dyn Headers) -> Option<OwnedHeaders> {
    collected((0..headers.header_count()).filter_map(|index| headers.header(index)))
}

fn collected<'h>(pairs: impl Iterator<Item = (&'h str, Option<&'h [u8]>)>) -> Option<OwnedHeaders> {
    pairs.fold(None, |all, (key, value)| Some(all.unwrap_or_default().insert(Header { key, value })))
}

/// What a serializer made, for a [`FutureProducer`](rdkafka::producer::FutureProducer): `more` headers, such as a
/// [`TraceContext`](crate::record::TraceContext), and behind them those that name schemas. Headers that name the schemas of a
/// former record are left out of `more`, so that all headers of a record may be passed on. Partition and time may be set in it.
///
/// ```no_run
/// use rdkafka::producer::FutureProducer;
/// use serde_wire::rdkafka::future_record;
/// use serde_wire::record::{RecordBuffer, RecordSerializer};
/// use std::time::Duration;
///
/// # async fn example(producer: FutureProducer, names: RecordSerializer<i64, String>) -> Result<(), Box<dyn std::error::Error>> {
/// let mut buffer = RecordBuffer::default();
/// let encoded = names.serialize(Some(&7), Some(&"Ada".to_owned()), &mut buffer).await?;
/// let record = future_record("names", &encoded, &[("source", "form")]);
/// producer.send(record, Duration::from_secs(5)).await.map_err(|(error, _)| error)?;
/// # Ok(()) }
/// ```
pub fn future_record<'a>(
    topic: &'a str,
    record: &EncodedRecord<'a>,
    more: &dyn Headers,
) -> FutureRecord<'a, [u8], [u8]> {
    let headers = encoded_headers(record, more);
    FutureRecord { topic, partition: None, payload: record.value, key: record.key, timestamp: None, headers }
}

/// The same for a [`BaseProducer`](rdkafka::producer::BaseProducer) or a
/// [`ThreadedProducer`](rdkafka::producer::ThreadedProducer).
pub fn base_record<'a>(
    topic: &'a str,
    record: &EncodedRecord<'a>,
    more: &dyn Headers,
) -> BaseRecord<'a, [u8], [u8]> {
    let mut base = BaseRecord::to(topic);
    (base.key, base.payload, base.headers) = (record.key, record.value, encoded_headers(record, more));
    base
}

fn encoded_headers(record: &EncodedRecord<'_>, more: &dyn Headers) -> Option<OwnedHeaders> {
    collected(passed_on(more).chain(record.headers().map(|(name, value)| (name, Some(value)))))
}

/// A record as it stands, to be sent once more: to its topic and partition, with its key, value, headers and time.
///
/// ```
/// use serde_wire::rdkafka::copy_of;
/// use serde_wire::record::Record;
///
/// let record = Record::new("names", 3, 42).with_key(Some(b"7"));
/// let again = copy_of(&record);
/// assert_eq!((again.topic, again.partition, again.key), ("names", Some(3), Some(&b"7"[..])));
/// ```
pub fn copy_of<'a>(record: &Record<'a>) -> FutureRecord<'a, [u8], [u8]> {
    FutureRecord {
        topic: record.topic,
        partition: Some(record.partition),
        payload: record.value,
        key: record.key,
        timestamp: record.timestamp,
        headers: owned_headers(record.headers),
    }
}

/// A dead letter for that topic. Its partition goes by its key, and it has the time at which it is sent, so that it is kept as
/// long as other dead letters; the time of its original stands in a header.
pub fn dead_letter_record<'a>(topic: &'a str, letter: &'a DeadLetterRecord) -> FutureRecord<'a, [u8], [u8]> {
    FutureRecord {
        topic,
        partition: None,
        payload: letter.value.as_deref(),
        key: letter.key.as_deref(),
        timestamp: None,
        headers: owned_headers(&letter.headers),
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
    use rdkafka::message::Timestamp;
    use std::sync::Arc;

    type Parts<'p> = (Option<&'p [u8]>, Option<&'p [u8]>, Vec<(&'p str, Option<&'p [u8]>)>, Option<i64>);

    #[test]
    fn messages_are_records_and_records_are_sent_with_all_that_they_hold() {
        let cases: [Parts<'_>; 5] = [
            (None, None, vec![], None),
            (Some(b""), Some(b""), vec![("", Some(b""))], Some(0)),
            (
                Some(b"k"),
                None,
                vec![("a", None), ("a", Some(b"\xff\0")), ("b", None), ("a", Some(b"2"))],
                Some(1),
            ),
            (None, Some(b"v"), vec![("traceparent", Some(b"x"))], None),
            (Some(&[0, 255]), Some(&[255, 0]), vec![("\u{e4}", Some(b"\xc3"))], Some(i64::from(u32::MAX))),
        ];
        for (key, value, headers, timestamp) in cases {
            let time = timestamp.map_or(Timestamp::NotAvailable, Timestamp::CreateTime);
            let [key_bytes, value_bytes] = [key, value].map(|half| half.map(<[u8]>::to_vec));
            let owned = owned_headers(&headers);
            assert_eq!(owned.is_some(), !headers.is_empty());
            let message = OwnedMessage::new(value_bytes, key_bytes, "t".into(), time, 3, 42, owned);

            let record = message.as_record();
            let expected = Record::new("t", 3, 42).with_timestamp(timestamp).with_key(key).with_value(value);
            assert_eq!(record.to_owned(), expected.with_headers(&headers).to_owned());

            let copy = copy_of(&record);
            let none = OwnedHeaders::new();
            let sent = Record::new(copy.topic, copy.partition.unwrap(), 42).with_timestamp(copy.timestamp);
            let sent = sent.with_key(copy.key).with_value(copy.payload);
            let sent: OwnedRecord = sent.with_headers(copy.headers.as_ref().unwrap_or(&none)).to_owned();
            assert_eq!(sent, record.to_owned());
        }
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
            let former = [&former[..], &[(VALUE_SCHEMA_ID_HEADER, None), ("a", None)]].concat();
            let kept = [("a", Some("1")), ("b", Some("2")), ("a", None)];
            let kept =
                kept.map(|(name, value)| (name.to_owned(), value.map(|text| text.as_bytes().to_vec())));
            let expected: Vec<_> = kept.into_iter().chain(own()).collect();
            for sent in [
                future_record("t", &new, &former).headers.unwrap(),
                base_record("t", &new, &former).headers.unwrap(),
            ] {
                let sent = Record::new("t", 0, 0).with_headers(&sent).to_owned();
                assert_eq!(sent.headers, expected, "{framing:?}");
            }
        }
    }
}
