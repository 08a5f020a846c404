//! Events, states and dead letters: their schemas, their topics, and dead letters that become their originals again.

use proptest::prelude::*;
use serde_wire::codec::{self, AvroDecode, AvroEncode, AvroSchema};
use serde_wire::events::{
    Action, DeadLetter, Envelope, Event, State, StreamType, Topic, TopicKind, TopicNameError, TopicSettings,
};
use serde_wire::record::{OwnedRecord, Record};
use serde_wire::registry::MockRegistry;
use serde_wire::serde_json::{Value as Json, from_str, json};
use serde_wire::subject::Role;
use serde_wire::types::TimestampMicros;
use serde_wire::{Deserializer, DeserializerOptions, Schema, Serializer, SerializerOptions};
use std::fmt::Debug;
use std::sync::Arc;

const GUIDE: &str = include_str!("../../docs/events.md");

#[test]
fn names_follow_the_convention() {
    let long = "x".repeat(237);
    let character = |part, text: &str, character, position| {
        Err(TopicNameError::Character { part, text: text.to_owned(), character, position })
    };
    let cases = [
        (Topic::event("shop", "customer"), Ok("shop.event.customer".to_owned())),
        (Topic::event("web shop", "Customer Order"), Ok("web-shop.event.Customer-Order".to_owned())),
        (Topic::state("shop", "a_b-9"), Ok("shop.state.a_b-9".to_owned())),
        (Topic::workflow("shop", "order", "send mail"), Ok("shop.workflow.order.send-mail".to_owned())),
        (Topic::dead_letters("shop", "billing"), Ok("shop.svc.billing.dlt".to_owned())),
        (Topic::event("s", &long), Ok(format!("s.event.{long}"))),
        (Topic::event("", "e"), Err(TopicNameError::Empty { part: "application" })),
        (Topic::state("a", "  "), Err(TopicNameError::Empty { part: "entity" })),
        (Topic::workflow("a", "e", ""), Err(TopicNameError::Empty { part: "task" })),
        (Topic::dead_letters("a", ""), Err(TopicNameError::Empty { part: "service" })),
        (Topic::event("a.b", "e"), character("application", "a.b", '.', 2)),
        (Topic::event("a", "naïve"), character("entity", "naïve", 'ï', 3)),
        (Topic::workflow("a", "e", "t\n"), character("task", "t\n", '\n', 2)),
        (Topic::dead_letters("a", "b/c"), character("service", "b/c", '/', 2)),
    ];
    for (topic, expected) in cases {
        assert_eq!(topic.map(|topic| topic.name().to_owned()), expected);
    }
}

#[test]
fn the_longest_name_is_what_kafka_takes() {
    for length in [240, 241, 242] {
        let topic = Topic::event("s", &"x".repeat(length));
        assert_eq!(topic.is_ok(), "s.event.".len() + length <= 249, "{topic:?}");
    }
    let error = Topic::event("s", &"x".repeat(242)).unwrap_err();
    assert!(error.to_string().ends_with("has 250 characters, and Kafka takes 249 at most"), "{error}");
}

#[test]
fn settings_go_with_the_kind() {
    let week = 7 * 24 * 60 * 60 * 1000;
    let expected = |kind| match kind {
        TopicKind::State => vec![
            ("cleanup.policy", "compact".to_owned()),
            ("min.compaction.lag.ms", week.to_string()),
            ("max.compaction.lag.ms", week.to_string()),
        ],
        _ => vec![("cleanup.policy", "delete".to_owned()), ("retention.ms", (2 * week).to_string())],
    };
    let topics = [
        (Topic::event("a", "e"), TopicKind::Event, StreamType::Event),
        (Topic::state("a", "e"), TopicKind::State, StreamType::State),
        (Topic::workflow("a", "e", "t"), TopicKind::Workflow, StreamType::Workflow),
        (Topic::dead_letters("a", "s"), TopicKind::DeadLetters, StreamType::Other),
    ];
    for (topic, kind, stream) in topics {
        let topic = topic.unwrap();
        assert_eq!((topic.kind(), StreamType::of_topic(topic.name())), (kind, stream));
        let TopicSettings { min_partitions, config, .. } = topic.settings();
        let config: Vec<_> = config.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        assert_eq!((min_partitions, config), (2, expected(kind)), "{topic}");
    }
    for other in ["", "event", "a.event", "a.event.b.c", "a.workflow.b", ".."] {
        assert_eq!(StreamType::of_topic(other), StreamType::Other, "{other:?}");
    }
}

#[test]
fn the_guide_shows_the_schemas() {
    let files = [
        include_str!("../../src/events/schemas/envelope.avsc"),
        include_str!("../../src/events/schemas/event.avsc"),
        include_str!("../../src/events/schemas/state.avsc"),
        include_str!("../../src/events/schemas/dead_letter.avsc"),
    ];
    for file in files {
        assert!(GUIDE.contains(file.trim_end()), "docs/events.md does not show\n{file}");
    }
}

fn envelopes() -> impl Strategy<Value = Envelope> {
    (any::<String>(), any::<Option<String>>(), any::<i64>()).prop_map(|(key, trace, time)| {
        let envelope = Envelope::new(key, TimestampMicros(time));
        trace.map_or(envelope.clone(), |trace| envelope.with_trace_id(trace))
    })
}

fn records() -> impl Strategy<Value = OwnedRecord> {
    let place = ("[a-z.]{0,12}", any::<i32>(), any::<i64>(), any::<Option<i64>>());
    let headers = any::<Vec<(String, Option<Vec<u8>>)>>();
    (place, any::<Option<Vec<u8>>>(), any::<Option<Vec<u8>>>(), headers).prop_map(
        |((topic, partition, offset, timestamp), key, value, headers)| {
            Record::new(&topic, partition, offset)
                .with_timestamp(timestamp)
                .with_key(key.as_deref())
                .with_value(value.as_deref())
                .with_headers(&headers)
                .to_owned()
        },
    )
}

/// It comes back as it was, by the generated code and, as one datum of its schema, by the generic codec.
fn comes_back<T>(value: &T)
where
    T: AvroSchema + AvroEncode + for<'a> AvroDecode<'a> + PartialEq + Debug,
{
    let mut bytes = Vec::new();
    value.encode_into(&mut bytes);
    assert_eq!(&codec::decode::<T>(&bytes).expect("it was just written"), value);
    let schema: Schema = T::SCHEMA.parse().expect("generated schemas are valid");
    let generic = avro_model::binary::Decoder::new(&schema).decode(&bytes).expect("data of the schema");
    assert_eq!(avro_model::binary::encode(&schema, &generic).expect("a value of the schema"), bytes);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn messages_come_back_as_they_were(
        envelope in envelopes(),
        resource in any::<String>(),
        action in prop::sample::select(vec![Action::Create, Action::Read, Action::Update, Action::Delete]),
        user in any::<Option<String>>(),
        entity in any::<Vec<u8>>(),
        record in records(),
        reason in any::<String>(),
    ) {
        comes_back(&envelope);
        let mut event = Event::new(envelope.clone(), resource.clone(), action).with_changes(&json!({"name": user}));
        event.user = user;
        comes_back(&event);
        comes_back(&State::new(envelope, resource.clone(), entity));
        let letter = DeadLetter::of(&record.as_record(), reason, resource);
        comes_back(&letter);
        prop_assert_eq!(letter.original(), record);
    }
}

#[test]
fn changes_are_made_in_the_entity() {
    let event = || Event::new(Envelope::now("7"), "customer", Action::Update);
    let mut entity = json!({"name": "Ada", "mail": "a@b", "tags": ["x", "y"], "address": {"city": "Oslo"}});
    event().apply_to(&mut entity).unwrap();
    assert_eq!(entity["name"], "Ada", "an event that does not tell what changed");
    let changes = json!({"mail": null, "tags": [], "address": {"zip": "0150"}});
    event().with_changes(&changes).apply_to(&mut entity).unwrap();
    assert_eq!(entity, json!({"name": "Ada", "tags": [], "address": {"city": "Oslo", "zip": "0150"}}));
    let mut broken = event();
    broken.payload = Some("{".to_owned());
    assert!(broken.apply_to(&mut entity).is_err() && broken.changes().is_err());
    assert_eq!(entity["name"], "Ada");
    assert_eq!(event().with_changes(&changes).changes().unwrap(), Some(changes));
    assert_eq!(
        from_str::<Json>(event().with_changes(&json!([1])).payload.as_deref().unwrap()).unwrap(),
        json!([1])
    );
}

#[tokio::test]
async fn a_record_that_cannot_be_decoded_is_kept_whole() {
    let registry = Arc::new(MockRegistry::new());
    let deserializer = Deserializer::<Event>::new(
        registry.clone(),
        "shop.event.customer",
        Role::Value,
        &DeserializerOptions::default(),
    );
    let headers = [("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), ("x", "y")];
    for (key, shown) in [(Some(&b"customer 7"[..]), "customer 7"), (Some(&[0, 200]), "00c8"), (None, "")] {
        let record = Record::new("shop.event.customer", 3, 42)
            .with_timestamp(Some(1_700_000_000_000))
            .with_key(key)
            .with_value(Some(b"garbage"))
            .with_headers(&headers);
        let error = deserializer.deserialize_record(&record).await.into_result().unwrap_err();
        let letter = DeadLetter::undecodable(&record, &error);
        assert_eq!(letter.envelope.key, shown);
        assert_eq!(letter.envelope.trace_id.as_deref(), Some("0af7651916cd43dd8448eb211c80319c"));
        assert_eq!((letter.stream_type, letter.reason.as_str()), (StreamType::Event, "frame"));
        assert_eq!(letter.message, error.to_string());

        let letters =
            Serializer::new(registry.clone(), "shop.svc.crm.dlt", Role::Value, &SerializerOptions::default())
                .unwrap();
        let mut payload = Vec::new();
        letters.serialize_into(&letter, &mut payload).await.unwrap();
        let read = Deserializer::<DeadLetter>::new(
            registry.clone(),
            "shop.svc.crm.dlt",
            Role::Value,
            &DeserializerOptions::default(),
        );
        assert_eq!(read.deserialize(&payload).await.unwrap().original(), record.to_owned());
    }
}
