//! A deserializer's values for messages, and its errors for those that it cannot decode.

use crate::order::Order;
use crate::support::{FakeRegistry, Reply};
use serde_wire::codec::AvroSchema;
use serde_wire::dead_letter::{self, DeadLetter, Origin};
use serde_wire::frame::{Guid, SchemaKey, guid_prefix, single_object_prefix};
use serde_wire::registry::{RegistryClient, RetryPolicy};
use serde_wire::subject::{Role, SubjectStrategy};
use serde_wire::{DeserializeErrorKind, Deserializer, DeserializerOptions};
use std::sync::Arc;
use std::time::Duration;

fn deserializer(server: &FakeRegistry, options: &DeserializerOptions) -> Deserializer<i64> {
    let pause = Duration::from_millis(1);
    let retry = RetryPolicy::default().with_rounds(0).with_first_pause(pause).with_longest_pause(pause);
    let registry = RegistryClient::builder([&server.url]).retry(retry).build().expect("good settings");
    Deserializer::new(Arc::new(registry), "t", Role::Value, options)
}

fn answer(schema: &str) -> Reply {
    answer_with(schema, "")
}

fn answer_with(schema: &str, rest: &str) -> Reply {
    Reply::json(200, format!(r#"{{"schema":"{}"{rest}}}"#, schema.replace('"', "\\\"")))
}

/// A message with that id and data.
fn message(id: u8, data: &[u8]) -> Vec<u8> {
    [&[0, 0, 0, 0, id], data].concat()
}

#[tokio::test]
async fn each_schema_is_asked_for_once() {
    let server = FakeRegistry::replies([answer("\"long\"")]).await;
    let longs = deserializer(&server, &DeserializerOptions::default());
    assert!(longs.try_deserialize(&message(1, &[84])).is_none(), "nothing is known yet");
    for _ in 0..3 {
        for id in 1..=20 {
            assert_eq!(longs.deserialize(&message(id, &[84])).await, Ok(42));
        }
    }
    assert_eq!(longs.try_deserialize(&message(1, &[84])), Some(Ok(42)));
    let lines: Vec<_> = (1..=20).map(|id| format!("GET /schemas/ids/{id}?subject=t-value")).collect();
    assert_eq!(server.lines(), lines);
}

#[tokio::test]
async fn the_schema_may_stand_in_a_header_or_be_a_fingerprint() {
    let server = FakeRegistry::replies([answer("\"long\"")]).await;
    let longs = deserializer(&server, &DeserializerOptions::default());
    let guid = Guid::from_u128(42);
    assert_eq!(longs.deserialize_with_header(Some(&guid_prefix(guid)), &[84]).await, Ok(42));
    assert_eq!(longs.deserialize(&[&guid_prefix(guid)[..], &[84]].concat()).await, Ok(42));
    assert_eq!(server.lines(), ["GET /schemas/guids/00000000-0000-0000-0000-00000000002a"]);

    let own = [&single_object_prefix(i64::FINGERPRINT)[..], &[84]].concat();
    assert_eq!(longs.deserialize(&own).await, Ok(42));
    let foreign = [&single_object_prefix(1)[..], &[84]].concat();
    let error = longs.deserialize(&foreign).await.unwrap_err();
    assert_eq!(error.kind(), &DeserializeErrorKind::UnknownFingerprint);
    assert_eq!(server.lines().len(), 1);
}

#[tokio::test]
async fn options_say_which_subject_the_registry_is_told() {
    let options = |strategy, context: &str| {
        DeserializerOptions::default().with_strategy(strategy).with_context(context)
    };
    for (options, line) in [
        (options(SubjectStrategy::TopicName, ""), "GET /schemas/ids/1?subject=t-value"),
        (options(SubjectStrategy::TopicName, ".eu"), "GET /schemas/ids/1?subject=%3A.eu%3At-value"),
        (options(SubjectStrategy::RecordName, ""), "GET /schemas/ids/1"),
        (options(SubjectStrategy::TopicRecordName, "eu"), "GET /schemas/ids/1?subject=%3A.eu%3A"),
    ] {
        let server = FakeRegistry::replies([answer("\"long\"")]).await;
        deserializer(&server, &options).deserialize(&message(1, &[0])).await.unwrap();
        assert_eq!(server.lines(), [line]);
    }
}

#[tokio::test]
async fn a_message_that_cannot_be_decoded_says_why_and_keeps_its_bytes() {
    let missing = || Reply::error(404, 40403, "Schema 1 not found");
    let json_schema = || answer_with("{}", r#","schemaType":"JSON""#);
    let rules = r#","ruleSet":{"domainRules":[{"name":"seal","type":"ENCRYPT","mode":"WRITEREAD"}]}"#;
    let cases = [
        ("frame", answer("\"long\""), b"garbage".to_vec(), None, None),
        ("unknown-schema", missing(), message(1, &[84]), Some(1), None),
        ("not-avro", json_schema(), message(1, &[84]), Some(1), None),
        ("invalid-schema", answer("\"lang\""), message(1, &[84]), Some(1), None),
        ("incompatible-schema", answer("\"boolean\""), message(1, &[1]), Some(1), None),
        ("rules", answer_with("\"long\"", rules), message(1, &[84]), Some(1), None),
        ("data", answer("\"long\""), message(1, &[0x80]), Some(1), Some(5..=6)),
        ("data", answer("\"long\""), message(1, &[84, 0]), Some(1), Some(6..=6)),
    ];
    for (kind, reply, payload, id, offset) in cases {
        let server = FakeRegistry::replies([reply]).await;
        let longs = deserializer(&server, &DeserializerOptions::default());
        for _ in 0..3 {
            let error = longs.deserialize(&payload).await.unwrap_err();
            assert_eq!(error.kind().name(), kind, "{error}");
            assert_eq!(error.payload(), payload, "{kind}");
            assert!(!error.is_retriable(), "{kind}");
            let got = error.schema().map(|key| match key {
                SchemaKey::Id(id) => id.get(),
                other => panic!("{other}"),
            });
            assert_eq!(got, id, "{kind}");
            assert!(error.offset().is_some() == offset.is_some(), "{kind}: {error}");
            assert!(
                offset.clone().is_none_or(|range| range.contains(&error.offset().unwrap())),
                "{kind}: {error}"
            );
        }
        assert!(server.lines().len() <= 1, "{kind}: the refusal is remembered");
    }
}

#[tokio::test]
async fn while_the_registry_is_away_a_message_is_not_dead() {
    let server =
        FakeRegistry::replies([Reply::HangUp, Reply::error(503, 50301, "x"), answer("\"long\"")]).await;
    let longs = deserializer(&server, &DeserializerOptions::default());
    for _ in 0..2 {
        let error = longs.deserialize(&message(1, &[84])).await.unwrap_err();
        assert!(error.is_retriable());
        assert_eq!(error.kind().name(), "registry-unavailable");
    }
    assert_eq!(longs.deserialize(&message(1, &[84])).await, Ok(42));
}

#[tokio::test]
async fn a_dead_letter_has_the_bytes_and_the_reason() {
    let server = FakeRegistry::replies([Reply::error(404, 40403, "Schema 7 not found")]).await;
    let longs = deserializer(&server, &DeserializerOptions::default());
    let payload = message(7, &[84]);
    let error = longs.deserialize(&payload).await.unwrap_err();
    let text = error.to_string();
    let origin = Origin::new("t", 3, 99, Role::Value);
    let letter = DeadLetter::new(error, &origin);
    assert_eq!(letter.payload, payload);
    let expected = [
        (dead_letter::REASON, "unknown-schema"),
        (dead_letter::MESSAGE, text.as_str()),
        (dead_letter::SCHEMA_ID, "7"),
        (dead_letter::TOPIC, "t"),
        (dead_letter::PARTITION, "3"),
        (dead_letter::OFFSET, "99"),
        (dead_letter::ROLE, "value"),
    ];
    assert_eq!(letter.headers, expected.map(|(name, value)| (name, value.to_owned())));
    assert!(text.contains("Schema 7 not found") && text.contains("40403"), "{text}");
}

#[tokio::test]
async fn damaged_data_tells_the_field() {
    let planned = Order::SCHEMA.replace("\"boolean\"", r#"["boolean"]"#).replace('\n', " ");
    for (schema, rest) in
        [(Order::SCHEMA.replace('\n', " "), &[1, 2, 2, b'x', 0x80][..]), (planned, &[0, 1, 2, 2, b'x', 0x80])]
    {
        let server = FakeRegistry::replies([answer(&schema)]).await;
        let registry = RegistryClient::builder([&server.url]).build().expect("good settings");
        let options = DeserializerOptions::default().with_strategy(SubjectStrategy::RecordName);
        let orders = Deserializer::<Order>::new(Arc::new(registry), "t", Role::Value, &options);
        let id = [&[72][..], b"2a6d35c4-8b6f-4d1c-9a2e-0f1e2d3c4b5a"].concat();
        let payload = message(7, &[&id, rest].concat());
        let error = orders.deserialize(&payload).await.unwrap_err();
        assert_eq!(error.path().map(ToString::to_string).as_deref(), Some("items[0].price"), "{error}");
        let offset = error.offset().unwrap();
        assert_eq!(
            error.to_string(),
            format!(
                "cannot decode the message with schema id 7 at byte {offset}, in items[0].price: the input ends inside a value"
            )
        );
        let letter = DeadLetter::new(error, &Origin::new("t", 3, 99, Role::Value));
        assert!(
            letter.headers.contains(&(dead_letter::FIELD_PATH, "items[0].price".to_owned())),
            "{letter:?}"
        );
    }
}

#[tokio::test]
async fn tasks_share_one_deserializer() {
    let server = FakeRegistry::replies([answer("\"long\"")]).await;
    let longs = Arc::new(deserializer(&server, &DeserializerOptions::default()));
    let mut tasks = tokio::task::JoinSet::new();
    for id in 0..40 {
        let longs = Arc::clone(&longs);
        tasks.spawn(async move {
            for value in 0..64 {
                assert_eq!(
                    longs.deserialize(&message(id % 20, &[value])).await.unwrap() >> 63,
                    0 - i64::from(value & 1)
                );
            }
        });
    }
    while let Some(outcome) = tasks.join_next().await {
        outcome.unwrap();
    }
    assert_eq!(server.lines().len(), 20);
}

#[tokio::test]
async fn data_of_a_compatible_schema_is_read_by_a_plan() {
    let server = FakeRegistry::replies([answer("\"int\""), answer(r#"["null","long"]"#)]).await;
    let doubles = Deserializer::<f64>::new(
        Arc::new(RegistryClient::builder([&server.url]).build().unwrap()),
        "t",
        Role::Value,
        &DeserializerOptions::default().with_strategy(SubjectStrategy::RecordName),
    );
    assert_eq!(doubles.deserialize(&message(1, &[84])).await, Ok(42.0));
    assert_eq!(doubles.deserialize(&message(2, &[2, 84])).await, Ok(42.0));
    let error = doubles.deserialize(&message(2, &[0])).await.unwrap_err();
    assert_eq!((error.kind().name(), error.offset()), ("data", Some(6)), "{error}");
    assert_eq!(doubles.deserialize(&message(2, &[2, 84])).await, Ok(42.0), "the next one is as good as ever");
    assert_eq!(server.lines(), ["GET /schemas/ids/1", "GET /schemas/ids/2"]);
}

#[tokio::test]
async fn migration_rules_concern_readers_of_another_version() {
    let rules = r#","ruleSet":{"migrationRules":[{"name":"split","type":"JSONATA","mode":"UPGRADE"}]}"#;
    let missing = || Reply::error(404, 40401, "Subject 't-value' not found.");
    for (case, writer, latest, expected) in [
        ("the same layout", answer_with("\"long\"", rules), missing(), Ok(42)),
        ("rules of the writer's version", answer_with("\"int\"", rules), missing(), Err("rules")),
        ("rules of the latest version", answer("\"int\""), answer_with("\"long\"", rules), Err("rules")),
        ("no rules at all", answer("\"int\""), answer("\"long\""), Ok(42)),
        ("a subject that is gone", answer("\"int\""), missing(), Ok(42)),
        ("a registry that goes away", answer("\"int\""), Reply::HangUp, Err("registry-unavailable")),
    ] {
        let server = FakeRegistry::replies([writer, latest]).await;
        let longs = deserializer(&server, &DeserializerOptions::default());
        let result = longs.deserialize(&message(1, &[84])).await;
        assert_eq!(result.map_err(|error| error.kind().name()), expected, "{case}");
    }
}

#[tokio::test]
async fn a_value_may_borrow_from_the_message_or_be_read_into_another() {
    let server = FakeRegistry::replies([answer("\"string\""), answer("[\"null\",\"bytes\"]")]).await;
    let registry = RegistryClient::builder([&server.url]).build().expect("good settings");
    let options = DeserializerOptions::default();
    let texts = Deserializer::<String>::new(Arc::new(registry), "t", Role::Value, &options);
    let mut kept = String::new();
    let messages = [
        (message(1, b"\x04no"), "no", "by the schema of the type"),
        (message(2, b"\x02\x06yes"), "yes", "by a plan"),
    ];
    for (message, text, how) in &messages {
        assert!(texts.try_deserialize_ref(message).is_none(), "nothing is known yet {how}");
        let borrowed: &str = texts.deserialize_ref(message).await.unwrap();
        assert_eq!(borrowed, *text, "{how}");
        assert!(message.as_ptr_range().contains(&borrowed.as_ptr()), "{how}");
        texts.deserialize_into(message, &mut kept).await.unwrap();
        assert_eq!(kept, *text, "{how}");
        assert_eq!(texts.try_deserialize_ref(message), Some(Ok(*text)), "{how}");
        assert_eq!(texts.try_deserialize_into(message, &mut kept), Some(Ok(())), "{how}");
    }
    // Both schemas, and whether there are rules for the way from the second one, each once for all forms.
    assert_eq!(server.lines().len(), 3);

    let mut kept = String::with_capacity(64);
    let memory = kept.as_ptr();
    texts.deserialize_into(&messages[0].0, &mut kept).await.unwrap();
    assert_eq!((kept.as_str(), kept.as_ptr()), ("no", memory), "the memory is reused");

    let bad = message(1, b"\x06no");
    let errors = [
        texts.deserialize(&bad).await.map(drop).unwrap_err(),
        texts.deserialize_ref(&bad).await.map(drop).unwrap_err(),
        texts.deserialize_into(&bad, &mut kept).await.unwrap_err(),
    ];
    assert_eq!(errors[0], errors[1]);
    assert_eq!(errors[0], errors[2]);
    assert_eq!(errors[0].offset(), Some(6));
}

#[cfg(feature = "bytes")]
#[tokio::test]
async fn a_shared_text_is_a_part_of_its_message_whoever_wrote_it() {
    use serde_wire::types::{Bytes, SharedStr};
    // As it is, and by a plan.
    for schema in ["\"string\"", "\"bytes\""] {
        let server = FakeRegistry::replies([answer(schema)]).await;
        let registry = RegistryClient::builder([&server.url]).build().unwrap();
        let texts: Deserializer<SharedStr> =
            Deserializer::new(Arc::new(registry), "t", Role::Value, &DeserializerOptions::default());
        let payload = Bytes::from(message(1, &[6, b'A', b'd', b'a']));
        assert!(texts.try_deserialize_shared(&payload).is_none(), "nothing is known yet");
        let read = texts.deserialize_shared(&payload).await.unwrap();
        assert_eq!(read, "Ada");
        assert_eq!(read.as_bytes().as_ptr(), payload[6..].as_ptr(), "{schema}");
        assert_eq!(texts.try_deserialize_shared(&payload), Some(Ok(read)));
        let error = texts.deserialize_shared(&Bytes::from(message(1, &[2, 0xff]))).await.unwrap_err();
        assert!(matches!(error.kind(), DeserializeErrorKind::Data(_)), "{error}");
    }
}
