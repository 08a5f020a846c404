//! Records: both halves with their headers, what becomes of each, and dead letters and back.

use crate::order::Order;
use crate::support::{FakeRegistry, Reply};
use proptest::prelude::*;
use serde_wire::codec::AvroSchema;
use serde_wire::dead_letter::{self, DeadLetterRecord, ReplayError, connect, replay};
use serde_wire::frame::{Guid, guid_prefix};
use serde_wire::record::{Headers, OwnedRecord, Record, RecordBuffer, RecordDeserializer, RecordSerializer};
use serde_wire::registry::{RegistryClient, RetryPolicy};
use serde_wire::subject::Role;
use serde_wire::{DeserializeError, Deserializer, DeserializerOptions, Framing, Outcome, SerializerOptions};
use std::sync::{Arc, OnceLock};

fn client(server: &FakeRegistry) -> Arc<RegistryClient> {
    let retry = RetryPolicy::default().with_rounds(0);
    Arc::new(RegistryClient::builder([&server.url]).retry(retry).build().expect("good settings"))
}

fn schema(text: &str, rest: &str) -> Reply {
    let text = text.replace('"', "\\\"");
    Reply::json(200, format!(r#"{{"id":1,"guid":"{}","schema":"{text}"{rest}}}"#, Guid::from_u128(7)))
}

#[tokio::test]
async fn key_and_value_go_out_and_come_in_together() {
    for framing in [Framing::Prefix, Framing::Header] {
        let server = FakeRegistry::scripted(|_, request| {
            let text = if request.target.contains("key") { "\"long\"" } else { "\"string\"" };
            let guid = Guid::from_u128(if request.target.contains("key") { 1 } else { 2 });
            let body = if request.method == "POST" {
                format!(r#"{{"id":{},"guid":"{guid}","schema":"x"}}"#, guid.as_u128())
            } else {
                let key = request.target.contains("ids/1?") || request.target.ends_with("01");
                let text = if key { "\"long\"" } else { text };
                format!(r#"{{"schema":"{}"}}"#, text.replace('"', "\\\""))
            };
            std::future::ready(Reply::json(200, body))
        })
        .await;
        let options = SerializerOptions::default().with_framing(framing);
        let out = RecordSerializer::<i64, String>::new(client(&server), "t", &options, &options).unwrap();
        let options = DeserializerOptions::default();
        let back = RecordDeserializer::<i64, String>::new(client(&server), "t", &options, &options);
        let mut buffer = RecordBuffer::default();
        let ada = "Ada".to_owned();
        assert!(out.try_serialize(Some(&1), Some(&ada), &mut buffer).is_none(), "nothing is known yet");
        for (key, value) in [(Some(7), Some("Ada")), (Some(-1), None), (None, Some("")), (None, None)] {
            let value = value.map(str::to_owned);
            let encoded = out.serialize(key.as_ref(), value.as_ref(), &mut buffer).await.unwrap();
            assert_eq!((encoded.key.is_some(), encoded.value.is_some()), (key.is_some(), value.is_some()));
            let named = if framing == Framing::Header {
                encoded.key.iter().chain(encoded.value.iter()).count()
            } else {
                0
            };
            let headers: Vec<_> = encoded.headers().collect();
            assert_eq!(headers.len(), named, "a null needs no schema");
            let record =
                Record::new("t", 0, 1).with_key(encoded.key).with_value(encoded.value).with_headers(&headers);
            let read = back.deserialize(&record).await;
            assert_eq!(back.try_deserialize(&record), Some(read.clone()));
            assert_eq!(read.into_result(), Ok((key, value.clone())), "{framing:?}");
            let (key_bytes, value_bytes) = (record.key.map(<[u8]>::to_vec), record.value.map(<[u8]>::to_vec));
            let again = out.try_serialize(key.as_ref(), value.as_ref(), &mut buffer).unwrap().unwrap();
            assert_eq!((again.key, again.value), (key_bytes.as_deref(), value_bytes.as_deref()));
        }
        assert_eq!(server.lines().len(), 4, "each schema once for each side: {:?}", server.lines());
    }
}

#[tokio::test]
async fn null_asks_nobody_and_empty_is_no_null() {
    let server = FakeRegistry::replies([Reply::HangUp]).await;
    let longs = Deserializer::<i64>::new(client(&server), "t", Role::Value, &DeserializerOptions::default());
    let record = Record::new("t", 0, 1);
    assert_eq!(longs.deserialize_record(&record).await, Outcome::Tombstone);
    let header = [(serde_wire::frame::VALUE_SCHEMA_ID_HEADER, guid_prefix(Guid::from_u128(1)).to_vec())];
    assert_eq!(longs.deserialize_record(&record.with_headers(&header)).await, Outcome::Tombstone);
    assert_eq!(longs.deserialize_option(None, None).await, Ok(None));
    assert!(matches!(longs.deserialize_record(&record.with_value(Some(b""))).await, Outcome::Empty(_)));
    assert!(matches!(longs.deserialize_record(&record.with_value(Some(b"\0"))).await, Outcome::NotFramed(_)));
    assert_eq!(server.lines().len(), 0);

    // With a header, nothing is the datum of a schema that takes no bytes.
    let server = FakeRegistry::replies([schema("\"null\"", "")]).await;
    let nothing = Deserializer::<()>::new(client(&server), "t", Role::Value, &DeserializerOptions::default());
    let record = record.with_value(Some(b"")).with_headers(&header);
    assert_eq!(nothing.deserialize_record(&record).await, Outcome::Value(()));
}

#[tokio::test]
async fn each_failure_has_an_outcome_of_its_own() {
    let rules = r#","ruleSet":{"domainRules":[{"name":"seal","type":"ENCRYPT","mode":"WRITEREAD"}]}"#;
    let good: &[u8] = &[0, 0, 0, 0, 1, 84];
    let unknown = || Reply::error(404, 40403, "Schema 1 not found");
    let page = || Reply::json(404, "<html>not found</html>");
    let cases: Vec<(&str, Reply, &[u8])> = vec![
        ("value", schema("\"long\"", ""), good),
        ("empty", schema("\"long\"", ""), b""),
        ("not framed", schema("\"long\"", ""), b"{}"),
        ("not framed", schema("\"long\"", ""), &[0, 0, 0]),
        ("unknown schema", unknown(), good),
        ("other type PROTOBUF", schema("{}", r#","schemaType":"PROTOBUF""#), good),
        ("other type JSON", schema("{}", r#","schemaType":"JSON""#), good),
        ("invalid schema", schema("\"lang\"", ""), good),
        ("incompatible", schema("\"boolean\"", ""), good),
        ("malformed", schema("\"long\"", ""), &[0, 0, 0, 0, 1, 0x80]),
        ("malformed", schema("\"long\"", ""), &[0, 0, 0, 0, 1]),
        ("trailing bytes at 6", schema("\"long\"", ""), &[0, 0, 0, 0, 1, 84, 0, 0]),
        ("rules", schema("\"long\"", rules), good),
        ("registry away", Reply::HangUp, good),
        ("registry away", Reply::error(503, 50301, "starting"), good),
        ("registry away", Reply::error(401, 40101, "who are you"), good),
        ("registry away", page(), good),
    ];
    for (expected, reply, payload) in cases {
        let server = FakeRegistry::replies([reply]).await;
        let longs =
            Deserializer::<i64>::new(client(&server), "t", Role::Value, &DeserializerOptions::default());
        let outcome = longs.deserialize_record(&Record::new("t", 0, 1).with_value(Some(payload))).await;
        let name = match &outcome {
            Outcome::Value(42) => "value".to_owned(),
            Outcome::Empty(_) => "empty".to_owned(),
            Outcome::NotFramed(_) => "not framed".to_owned(),
            Outcome::UnknownSchema(_) => "unknown schema".to_owned(),
            Outcome::OtherType { schema_type, .. } => format!("other type {schema_type}"),
            Outcome::InvalidSchema(_) => "invalid schema".to_owned(),
            Outcome::Incompatible { explanation, .. }
                if explanation.to_string().contains("never be read") =>
            {
                "incompatible".to_owned()
            }
            Outcome::Malformed { offset: 5..=6, path: Some(_), .. } => "malformed".to_owned(),
            Outcome::TrailingBytes { offset, .. } => format!("trailing bytes at {offset}"),
            Outcome::Rules(_) => "rules".to_owned(),
            Outcome::RegistryAway(_) => "registry away".to_owned(),
            other => panic!("{expected}: {other:?}"),
        };
        assert_eq!(name, expected);
        assert_eq!(outcome.is_retriable(), expected == "registry away");
        match outcome.error() {
            Some(error) => assert_eq!(error.payload(), payload, "{expected}"),
            None => assert_eq!(expected, "value"),
        }
    }
}

#[tokio::test]
async fn both_halves_are_asked_for_at_once() {
    // Neither is answered before the other is asked for.
    let both_asked = Arc::new(tokio::sync::Barrier::new(2));
    let server = FakeRegistry::scripted(move |_, _| {
        let both_asked = Arc::clone(&both_asked);
        async move {
            both_asked.wait().await;
            schema("\"long\"", "")
        }
    })
    .await;
    let options = DeserializerOptions::default();
    let both = RecordDeserializer::<i64, i64>::new(client(&server), "t", &options, &options);
    let record =
        Record::new("t", 0, 1).with_key(Some(&[0, 0, 0, 0, 1, 2])).with_value(Some(&[0, 0, 0, 0, 2, 84]));
    assert_eq!(both.deserialize(&record).await.into_result(), Ok((Some(1), Some(42))));
}

#[tokio::test]
async fn of_two_failures_the_one_that_passes_counts() {
    let server = FakeRegistry::scripted(|_, request| {
        let of_key = request.target.contains("/ids/1");
        std::future::ready(if of_key { Reply::error(404, 40403, "no") } else { Reply::HangUp })
    })
    .await;
    let options = DeserializerOptions::default();
    let both = RecordDeserializer::<i64, i64>::new(client(&server), "t", &options, &options);
    let record =
        Record::new("t", 0, 1).with_key(Some(&[0, 0, 0, 0, 1, 2])).with_value(Some(&[0, 0, 0, 0, 2, 2]));
    let (half, error) = both.deserialize(&record).await.into_result().unwrap_err();
    assert_eq!(
        (half, error.is_retriable()),
        (Role::Value, true),
        "the key may be dead, but not this record yet"
    );
}

/// A record and the error of its value, which cannot be decoded in the middle.
async fn failed(record: &Record<'_>) -> DeserializeError {
    let server = FakeRegistry::replies([schema(&Order::SCHEMA.replace('\n', " "), "")]).await;
    let options = DeserializerOptions::default();
    let orders = Deserializer::<Order>::new(client(&server), "t", Role::Value, &options);
    orders.deserialize_record(record).await.into_result().expect_err("bad data")
}

#[tokio::test]
async fn a_letter_says_what_connect_says_and_more() {
    let id = [&[72][..], b"2a6d35c4-8b6f-4d1c-9a2e-0f1e2d3c4b5a"].concat();
    let payload = [&[0, 0, 0, 0, 7][..], &id, &[1, 2, 2, b'x', 0x80]].concat();
    let own = [("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), ("app", "x")];
    let record = Record::new("orders", 3, 99).with_timestamp(Some(1_700_000_000_123)).with_key(Some(b"k"));
    let record = record.with_value(Some(&payload)).with_headers(&own);
    let error = failed(&record).await;
    let (message, offset) = (error.to_string(), error.offset().unwrap().to_string());
    let letter = DeadLetterRecord::new(&record, Role::Value, &error).with_application("billing", "2");
    assert_eq!((letter.key.as_deref(), letter.value.as_deref()), (Some(&b"k"[..]), Some(&payload[..])));
    let text =
        |name: &str| letter.headers.last_header(name).map(|value| String::from_utf8(value.to_vec()).unwrap());
    for (name, expected) in [
        ("traceparent", own[0].1),
        ("app", "x"),
        (connect::TOPIC, "orders"),
        (connect::PARTITION, "3"),
        (connect::OFFSET, "99"),
        (connect::STAGE, "VALUE_CONVERTER"),
        (connect::EXECUTING_CLASS, "serde_wire::Deserializer"),
        (connect::EXCEPTION, "serde_wire::DeserializeError.data"),
        (connect::EXCEPTION_MESSAGE, &message),
        (connect::EXCEPTION_STACK_TRACE, &message),
        (connect::CONNECTOR_NAME, "billing"),
        (connect::TASK_ID, "2"),
        (dead_letter::REASON, "data"),
        (dead_letter::MESSAGE, &message),
        (dead_letter::SCHEMA_ID, "7"),
        (dead_letter::BYTE_OFFSET, &offset),
        (dead_letter::FIELD_PATH, "items[0].price"),
        (dead_letter::TOPIC, "orders"),
        (dead_letter::PARTITION, "3"),
        (dead_letter::OFFSET, "99"),
        (dead_letter::ROLE, "value"),
        (dead_letter::TIMESTAMP, "1700000000123"),
        (dead_letter::TRACE_ID, "0af7651916cd43dd8448eb211c80319c"),
        (dead_letter::HEADER_COUNT, "2"),
    ] {
        assert_eq!(text(name).as_deref(), Some(expected), "{name}");
    }
    assert_eq!(letter.headers[0].0, "traceparent", "its own headers come first");
}

#[tokio::test]
async fn what_is_no_letter_or_was_changed_is_not_played_again() {
    let own = [("a", "1"), ("b", "2")];
    let record = Record::new("t", 0, 1).with_key(Some(b"k")).with_value(Some(b"garbage")).with_headers(&own);
    let letter = DeadLetterRecord::new(&record, Role::Value, &failed(&record).await);
    let played = |letter: &DeadLetterRecord| {
        let record =
            Record::new("dlt", 5, 6).with_key(letter.key.as_deref()).with_value(letter.value.as_deref());
        replay(&record.with_headers(&letter.headers))
    };
    assert_eq!(played(&letter), Ok(record.to_owned()));
    assert_eq!(replay(&record), Err(ReplayError::NoHeader(dead_letter::HEADER_COUNT)));

    type Change = fn(&mut DeadLetterRecord);
    let changes: [(&str, Change); 8] = [
        ("the value", |letter| letter.value = Some(b"garbagf".to_vec())),
        ("a value that is null", |letter| letter.value = None),
        ("the key", |letter| letter.key = Some(Vec::new())),
        ("a header's value", |letter| letter.headers[0].1 = None),
        ("a header's name", |letter| letter.headers[1].0 = "c".to_owned()),
        ("the order of headers", |letter| letter.headers.swap(0, 1)),
        ("a header before the others", |letter| letter.headers.insert(0, ("x".to_owned(), None))),
        ("the count", |letter| {
            let count = letter.headers.iter_mut().find(|(name, _)| name == dead_letter::HEADER_COUNT);
            count.unwrap().1 = Some(b"99".to_vec());
        }),
    ];
    for (name, change) in changes {
        let mut changed = letter.clone();
        change(&mut changed);
        assert_eq!(played(&changed), Err(ReplayError::Changed), "{name}");
    }
    let mut bad = letter.clone();
    bad.headers.push((dead_letter::PARTITION.to_owned(), Some(b"x".to_vec())));
    let error = ReplayError::Header { name: dead_letter::PARTITION, value: "x".to_owned() };
    assert_eq!(played(&bad), Err(error));
}

fn bytes() -> impl Strategy<Value = Option<Vec<u8>>> {
    proptest::option::of(proptest::collection::vec(any::<u8>(), 0..40))
}

fn records() -> impl Strategy<Value = OwnedRecord> {
    // Names that letters use themselves among them: a letter may be the original of another one.
    let ours = proptest::sample::select(vec![
        dead_letter::TIMESTAMP,
        dead_letter::TOPIC,
        dead_letter::HEADER_COUNT,
        dead_letter::CHECKSUM,
        connect::TOPIC,
        dead_letter::TRACEPARENT,
    ]);
    let name = prop_oneof!["[a-zé.-]{0,8}", ours.prop_map(str::to_owned)];
    let headers = proptest::collection::vec((name, bytes()), 0..6);
    let place = ("[a-z.]{1,9}", any::<i32>(), any::<i64>(), proptest::option::of(any::<i64>()));
    (place, bytes(), bytes(), headers).prop_map(
        |((topic, partition, offset, timestamp), key, value, headers)| {
            let record = Record::new(&topic, partition, offset).with_timestamp(timestamp);
            record.with_key(key.as_deref()).with_value(value.as_deref()).with_headers(&headers).to_owned()
        },
    )
}

/// The error of a value that is no message, made once.
fn garbage() -> &'static DeserializeError {
    static ERROR: OnceLock<DeserializeError> = OnceLock::new();
    ERROR.get_or_init(|| {
        let nobody =
            Arc::new(RegistryClient::builder(["http://127.0.0.1:9"]).build().expect("good settings"));
        let longs = Deserializer::<i64>::new(nobody, "t", Role::Value, &DeserializerOptions::default());
        longs.try_deserialize(b"garbage").expect("nobody is asked").expect_err("no message")
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_letter_is_played_again_byte_for_byte(original in records(), depth in 1_usize..4, later in bytes()) {
        let error = garbage();
        let mut stages = vec![original];
        for stage in 0..depth {
            let last = &stages[stage];
            let letter = DeadLetterRecord::new(&last.as_record(), Role::Value, error).with_application("a", "b");
            let mut headers = letter.headers;
            headers.push(("added on the way".to_owned(), later.clone()));
            let record = Record::new("dlt", 1, 2).with_timestamp(Some(3)).with_headers(&headers);
            let next = record.with_key(letter.key.as_deref()).with_value(letter.value.as_deref()).to_owned();
            stages.push(next);
        }
        while let Some(letter) = stages.pop() {
            let Some(expected) = stages.last() else { break };
            prop_assert_eq!(&replay(&letter.as_record()).unwrap(), expected);
        }
    }
}
