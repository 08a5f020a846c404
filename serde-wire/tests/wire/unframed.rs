//! Messages that name no schema, read by the schema that the options say.

use serde_wire::frame::{SchemaId, guid_prefix, id_prefix};
use serde_wire::record::Record;
use serde_wire::registry::{
    CachePolicy, CachedRegistry, CompatibilityLevel, MockRegistry, NewSchema, RegisteredSchema,
    SchemaRegistry, VersionSelector,
};
use serde_wire::serde_json::json;
use serde_wire::subject::{AssociatedNaming, Role, SubjectStrategy};
use serde_wire::{Deserializer, DeserializerOptions, GenericDeserializer, Outcome, UnframedSchema};
use std::sync::Arc;
use std::time::Duration;

fn latest() -> DeserializerOptions {
    DeserializerOptions::default().with_unframed(UnframedSchema::Latest)
}

/// A registry with these versions of `t-value`, whose ids count from 1.
async fn registry(versions: &[&str]) -> Arc<MockRegistry> {
    let registry = Arc::new(MockRegistry::new());
    registry.set_level("t-value", CompatibilityLevel::None);
    for version in versions {
        registry.register("t-value", &NewSchema::avro(*version), false).await.expect("a version");
    }
    registry
}

fn record(fields: &str) -> String {
    format!(r#"{{"type":"record","name":"R","fields":[{fields}]}}"#)
}

fn longs(names: &str) -> String {
    let fields = names.chars().map(|name| format!(r#"{{"name":"{name}","type":"long"}}"#));
    record(&fields.collect::<Vec<_>>().join(","))
}

/// The clock stands, since a deserializer asks its client anew each second.
#[tokio::test(start_paused = true)]
async fn bare_data_is_of_the_latest_version_in_every_form() {
    let registry = registry(&["\"long\"", "\"string\""]).await;
    let texts = Deserializer::<String>::new(registry.clone(), "t", Role::Value, &latest());
    let payload = b"\x06Ada";
    assert!(texts.try_deserialize(payload).is_none(), "nothing is known yet");
    for _ in 0..3 {
        assert_eq!(texts.deserialize(payload).await.as_deref(), Ok("Ada"));
    }
    assert_eq!(texts.try_deserialize(payload), Some(Ok("Ada".to_owned())));
    assert_eq!(texts.deserialize_ref(payload).await, Ok("Ada"));
    let mut value = String::new();
    texts.deserialize_into(payload, &mut value).await.unwrap();
    assert_eq!(value, "Ada");
    let record = Record::new("t", 0, 0).with_value(Some(payload));
    assert_eq!(texts.deserialize_record(&record).await, Outcome::Value("Ada".to_owned()));
    assert_eq!(texts.deserialize_record(&Record::new("t", 0, 0)).await, Outcome::Tombstone);
    let any = GenericDeserializer::new(registry.clone(), "t", Role::Value, &latest());
    assert_eq!(any.deserialize(payload).await.unwrap().to_json(), json!("Ada"));
    assert_eq!(registry.questions(), 2 + 2, "two registrations, and one question of each deserializer");
}

/// What begins like the prefix of a schema that is known is data all the same.
#[tokio::test]
async fn data_that_looks_like_a_prefix_is_data() {
    let schema = longs("abcdef");
    let registry = registry(&[&schema]).await;
    let any = GenericDeserializer::new(registry, "t", Role::Value, &latest());
    let header = id_prefix(SchemaId::new(1).unwrap());
    let expected = |numbers: [i64; 6]| {
        let names = "abcdef".chars().map(String::from);
        json!(names.zip(numbers).collect::<std::collections::BTreeMap<_, _>>())
    };
    // The header names the schema that the prefix-like bytes name, before and after.
    for _ in 0..2 {
        let named = any.deserialize_with_header(Some(&header), &[2, 2, 2, 2, 2, 2]).await.unwrap();
        assert_eq!(named.to_json(), expected([1; 6]));
        let bare = any.deserialize(&[0, 0, 0, 0, 1, 2]).await.unwrap();
        assert_eq!(bare.to_json(), expected([0, 0, 0, 0, -1, 1]));
    }
}

#[tokio::test]
async fn a_header_names_the_schema_where_there_is_one() {
    let registry = registry(&["\"long\"", "\"string\""]).await;
    let any = GenericDeserializer::new(registry.clone(), "t", Role::Value, &latest());
    let long = registry.schema_by_id(SchemaId::new(1).unwrap(), None).await.unwrap().guid.unwrap();
    for header in [&id_prefix(SchemaId::new(1).unwrap())[..], &guid_prefix(long)[..]] {
        assert_eq!(any.deserialize_with_header(Some(header), &[6]).await.unwrap().to_json(), json!(3));
        assert_eq!(any.deserialize(&[2, b'x']).await.unwrap().to_json(), json!("x"));
    }
    let broken = any.deserialize_with_header(Some(&[7]), &[6]).await.map(Some).into();
    assert!(matches!(broken, Outcome::NotFramed(_)), "{broken:?}");
}

#[tokio::test]
async fn a_fixed_schema_is_the_one_of_its_id_or_guid() {
    let registry = registry(&["\"long\"", "\"string\""]).await;
    let id = SchemaId::new(1).unwrap();
    let guid = registry.schema_by_id(id, None).await.unwrap().guid.unwrap();
    for schema in [UnframedSchema::Id(id), UnframedSchema::Guid(guid)] {
        let options = DeserializerOptions::default().with_unframed(schema);
        let longs = Deserializer::<i64>::new(registry.clone(), "t", Role::Value, &options);
        for payload in [&[0][..], &[84], &[0x80, 1]] {
            let expected = [(0, 0), (84, 42), (0x80, 64)].into_iter().find(|(first, _)| payload[0] == *first);
            assert_eq!(longs.deserialize(payload).await.ok(), expected.map(|(_, value)| value), "{schema}");
        }
    }
}

/// The client says how long the latest version is believed; the deserializer adds a second at most.
#[tokio::test(start_paused = true)]
async fn a_new_version_is_seen_when_the_client_asks_again() {
    let (narrow, wide) =
        (longs("a"), record(r#"{"name":"a","type":"long"},{"name":"b","type":"long","default":9}"#));
    for minutes in [1, 10] {
        let ttl = Duration::from_secs(60 * minutes);
        let policy = CachePolicy::default().with_latest_ttl(ttl);
        let client = Arc::new(CachedRegistry::new(MockRegistry::new(), policy));
        let mock = client.uncached();
        mock.register("t-value", &NewSchema::avro(narrow.as_str()), false).await.unwrap();
        let any = GenericDeserializer::new(client.clone(), "t", Role::Value, &latest());
        let second = Duration::from_secs(1);
        assert_eq!(any.deserialize(&[2]).await.unwrap().to_json(), json!({"a": 1}));
        mock.register("t-value", &NewSchema::avro(wide.as_str()), false).await.unwrap();
        let asked = mock.questions();
        tokio::time::advance(ttl - second).await;
        assert_eq!(any.deserialize(&[2]).await.unwrap().to_json(), json!({"a": 1}), "{ttl:?}");
        assert_eq!(mock.questions(), asked, "the client believes what it knows");
        tokio::time::advance(2 * second).await;
        assert_eq!(any.deserialize(&[2, 4]).await.unwrap().to_json(), json!({"a": 1, "b": 2}), "{ttl:?}");
        let failed = any.deserialize(&[2]).await.map(Some).into();
        assert!(
            matches!(failed, Outcome::Malformed { .. }),
            "data of the version before is none: {failed:?}"
        );
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_told_by_its_kind() {
    let mut foreign = RegisteredSchema::avro("syntax = \"proto3\";");
    foreign.schema_type = "PROTOBUF".to_owned();
    let mock = registry(&["\"long\""]).await;
    mock.put("other-value", foreign);
    mock.put("text-value", RegisteredSchema::avro("\"string\""));
    let outcome = async |topic: &str, payload: &[u8]| -> Outcome<i64> {
        let longs = Deserializer::<i64>::new(mock.clone(), topic, Role::Value, &latest());
        let first = longs.deserialize(payload).await;
        assert_eq!(longs.deserialize(payload).await, first, "a second time");
        first.map(Some).into()
    };
    let other = outcome("other", &[2]).await;
    assert!(
        matches!(&other, Outcome::OtherType { schema_type, .. } if schema_type == "PROTOBUF"),
        "{other:?}"
    );
    let incompatible = outcome("text", &[2]).await;
    assert!(matches!(incompatible, Outcome::Incompatible { .. }), "{incompatible:?}");
    for payload in [&[][..], &[0x80]] {
        let malformed = outcome("t", payload).await;
        assert!(matches!(malformed, Outcome::Malformed { offset: 0, .. }), "{malformed:?}");
        assert!(malformed.error().unwrap().schema().is_some(), "the schema that it was taken for data of");
    }
    let trailing = outcome("t", &[2, 3]).await;
    assert!(matches!(trailing, Outcome::TrailingBytes { offset: 1, .. }), "{trailing:?}");
    mock.set_away(true);
    let away = outcome("t", &[2]).await;
    assert!(away.is_retriable(), "{away:?}");
}

/// No message can be at fault: each waits until the schema is there, or the options are mended.
#[tokio::test]
async fn a_schema_that_is_not_there_yet_is_waited_for() {
    for schema in [UnframedSchema::Latest, UnframedSchema::Id(SchemaId::new(1).unwrap())] {
        let mock = Arc::new(MockRegistry::new());
        let options = DeserializerOptions::default().with_unframed(schema);
        let longs = Deserializer::<i64>::new(mock.clone(), "t", Role::Value, &options);
        for _ in 0..2 {
            let missing: Outcome<i64> = longs.deserialize(&[2]).await.map(Some).into();
            assert!(matches!(missing, Outcome::RegistryAway(_)), "{schema}: {missing:?}");
            let text = missing.error().unwrap().to_string();
            assert!(text.contains("40401") || text.contains("40403"), "{schema}: the answer is told: {text}");
        }
        // A header is of its message, which no waiting will mend.
        let named = longs.deserialize_with_header(Some(&id_prefix(SchemaId::new(9).unwrap())), &[2]).await;
        assert!(!named.unwrap_err().is_retriable(), "{schema}");
        mock.register("t-value", &NewSchema::avro("\"long\""), false).await.unwrap();
        assert_eq!(longs.deserialize(&[2]).await, Ok(1), "{schema}");
    }
}

/// What was the latest may not be what wrote a message.
#[tokio::test(start_paused = true)]
async fn bare_data_is_not_read_by_a_version_of_which_the_registry_says_nothing() {
    let client = Arc::new(CachedRegistry::new(MockRegistry::new(), CachePolicy::default()));
    let mock = client.uncached();
    mock.set_level("t-value", CompatibilityLevel::None);
    mock.register("t-value", &NewSchema::avro(longs("ab")), false).await.unwrap();
    let any = GenericDeserializer::new(client.clone(), "t", Role::Value, &latest());
    assert_eq!(any.deserialize(&[2, 4]).await.unwrap().to_json(), json!({"a": 1, "b": 2}));
    let minutes = |number: u64| tokio::time::advance(Duration::from_secs(60 * number));

    mock.set_away(true);
    minutes(2).await;
    for _ in 0..2 {
        let stale = client.version("t-value", VersionSelector::Latest).await;
        assert_eq!(stale.map(|latest| latest.version), Ok(Some(1)), "for those who name what they write");
        let waiting: Outcome<_> = any.deserialize(&[2, 4]).await.map(Some).into();
        assert!(waiting.is_retriable(), "{waiting:?}");
        tokio::time::advance(Duration::from_secs(2)).await;
    }
    mock.set_away(false);
    mock.register("t-value", &NewSchema::avro(longs("ba")), false).await.unwrap();
    assert_eq!(any.deserialize(&[2, 4]).await.unwrap().to_json(), json!({"b": 1, "a": 2}));
}

/// A subject that the default context does not have is looked for in the others, where the same id is another schema.
#[tokio::test(start_paused = true)]
async fn a_latest_version_of_another_context_is_no_version_of_the_default_one() {
    for header_first in [false, true] {
        let mock = Arc::new(MockRegistry::new());
        mock.put(":.eu:t-value", RegisteredSchema::avro(longs("ab")));
        let any = GenericDeserializer::new(mock.clone(), "t", Role::Value, &latest());
        let header = id_prefix(SchemaId::new(1).unwrap());
        if header_first {
            any.deserialize_with_header(Some(&header), &[2, 4]).await.unwrap();
        }
        assert_eq!(any.deserialize(&[2, 4]).await.unwrap().to_json(), json!({"a": 1, "b": 2}));
        let here = mock.put("t-value", RegisteredSchema::avro(longs("ba")));
        assert_eq!(here.id, SchemaId::new(1), "as over there");
        tokio::time::advance(Duration::from_secs(2)).await;
        assert_eq!(any.deserialize(&[2, 4]).await.unwrap().to_json(), json!({"b": 1, "a": 2}));
    }
}

/// The settings of the program are at fault then, and no message.
#[tokio::test]
async fn a_subject_that_cannot_be_known_is_no_fault_of_a_message() {
    let mock = registry(&["\"long\""]).await;
    for (strategy, context, is_known) in [
        (SubjectStrategy::TopicName, "", true),
        (SubjectStrategy::Associated(AssociatedNaming::default()), "", true),
        (SubjectStrategy::RecordName, "", false),
        (SubjectStrategy::TopicRecordName, ".eu", false),
    ] {
        let options = latest().with_strategy(strategy.clone()).with_context(context);
        let longs = Deserializer::<i64>::new(mock.clone(), "t", Role::Value, &options);
        let read = longs.deserialize(&[2]).await;
        assert_eq!(read.is_ok(), is_known, "{strategy:?}");
        if let Err(error) = read {
            assert!(error.is_retriable() && error.to_string().contains("named after a record"), "{error}");
        }
    }
}

#[test]
fn properties_say_it_by_the_name_of_the_original() {
    let config = (
        "value.schema.id.deserializer",
        "io.confluent.kafka.serializers.schema.id.ConfigSchemaIdDeserializer",
    );
    let (id, guid) = ("7", "00000000-0000-0000-0000-000000001234");
    let fixed = UnframedSchema::Id(SchemaId::new(7).unwrap());
    type Properties<'p> = &'p [(&'p str, &'p str)];
    let cases: [(Properties<'_>, Option<UnframedSchema>); 7] = [
        (&[], None),
        (&[("use.schema.id", id)], None),
        (&[("use.latest.version", "true")], None),
        (&[config, ("use.schema.id", id)], Some(fixed)),
        (&[config, ("use.schema.guid", guid)], Some(UnframedSchema::Guid(guid.parse().unwrap()))),
        (&[config, ("use.latest.version", "true")], Some(UnframedSchema::Latest)),
        (&[config, ("use.schema.id", id), ("use.latest.version", "true")], Some(fixed)),
    ];
    for (properties, expected) in cases {
        let of =
            |role| DeserializerOptions::from_properties(properties.iter().copied(), role).unwrap().unframed;
        assert_eq!(of(Role::Value), expected, "{properties:?}");
        assert_eq!(of(Role::Key), None, "{properties:?}");
    }
    for refused in [&[config][..], &[("value.schema.id.deserializer", "Mine")]] {
        assert!(
            DeserializerOptions::from_properties(refused.iter().copied(), Role::Value).is_err(),
            "{refused:?}"
        );
    }
}
