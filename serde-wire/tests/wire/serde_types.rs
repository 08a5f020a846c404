//! Types of serde as messages, and back.

use crate::order::Order;
use serde::{Deserialize, Serialize};
use serde_wire::codec::{AvroEncode, AvroSchema, AvroWrite};
use serde_wire::record::Record;
use serde_wire::registry::{MockRegistry, NewSchema, SchemaReference, SchemaRegistry};
use serde_wire::serde_json::json;
use serde_wire::subject::{Role, SubjectStrategy};
use serde_wire::{
    Deserializer, DeserializerOptions, Framing, GenericDeserializer, GenericSerializer, Outcome, Schema,
    SchemaSource, SerializeErrorKind, Serializer, SerializerOptions,
};
use std::sync::Arc;

#[derive(Serialize, Deserialize, PartialEq, Debug, Clone)]
struct User {
    name: String,
    age: Option<u8>,
}

const USER: &str = r#"{"type":"record","name":"User","namespace":"n","fields":[
    {"name":"age","type":["null","int"]},{"name":"name","type":"string"}]}"#;

fn ada() -> User {
    User { name: "Ada".to_owned(), age: Some(36) }
}

fn latest() -> SerializerOptions {
    SerializerOptions::default().with_source(SchemaSource::Latest)
}

fn any(registry: &Arc<MockRegistry>) -> GenericDeserializer {
    GenericDeserializer::new(registry.clone(), "t", Role::Value, &DeserializerOptions::default())
}

#[tokio::test]
async fn a_type_is_written_with_a_given_schema_and_read_by_the_writers() {
    for framing in [Framing::Prefix, Framing::Header] {
        let registry = Arc::new(MockRegistry::new());
        let options = SerializerOptions::default().with_framing(framing);
        let users = GenericSerializer::new(registry.clone(), "t", Role::Value, &options, USER).unwrap();
        let mut payload = Vec::new();
        users.serialize_serde_into(&ada(), &mut payload).await.unwrap();
        let header = users.header().map(|(_, value)| value.to_vec());
        assert_eq!(header.is_some(), framing == Framing::Header);
        let read: User = any(&registry).deserialize_serde(header.as_deref(), &payload).await.unwrap();
        assert_eq!(read, ada());
        let message = any(&registry).deserialize_with_header(header.as_deref(), &payload).await.unwrap();
        assert_eq!(message.to_json(), json!({"age": 36, "name": "Ada"}));
        assert_eq!(message.to_type::<User>().unwrap(), ada());
    }
}

#[tokio::test]
async fn a_type_is_written_with_the_subjects_latest_schema() {
    let registry = Arc::new(MockRegistry::new());
    let first = registry.register("t-value", &NewSchema::avro(USER), false).await.unwrap();
    let users =
        GenericSerializer::of_registered(registry.clone(), "t", Role::Value, &latest()).await.unwrap();
    let wider = USER.replace("]}", r#",{"name":"mail","type":"string","default":"none"}]}"#);
    let second = registry.register("t-value", &NewSchema::avro(wider), false).await.unwrap();
    assert_ne!(first.id, second.id);

    let mut payload = Vec::new();
    users.serialize_serde_into(&ada(), &mut payload).await.unwrap();
    assert_eq!(users.prepare().await.unwrap().id, first.id, "it was asked for once");
    let newer =
        GenericSerializer::of_registered(registry.clone(), "t", Role::Value, &latest()).await.unwrap();
    assert_eq!(newer.prepare().await.unwrap().id, second.id);
    newer.serialize_serde_into(&ada(), &mut payload).await.unwrap();

    let by_id = SerializerOptions::default().with_source(SchemaSource::Id(first.id.unwrap()));
    let older = GenericSerializer::of_registered(registry.clone(), "t", Role::Value, &by_id).await.unwrap();
    assert_eq!(older.prepare().await.unwrap().id, first.id);

    let nobody = GenericSerializer::of_registered(registry.clone(), "u", Role::Value, &latest()).await;
    assert!(
        matches!(nobody.unwrap_err().kind(), SerializeErrorKind::Registry { subject, .. } if subject == "u-value")
    );
    let by_record = latest().with_strategy(SubjectStrategy::RecordName);
    let unnamed = GenericSerializer::of_registered(registry, "t", Role::Value, &by_record).await;
    assert!(matches!(unnamed.unwrap_err().kind(), SerializeErrorKind::SubjectOfRecord { .. }));
}

#[tokio::test]
async fn a_reader_schema_resolves_before_the_type_sees_the_data() {
    #[derive(Deserialize, PartialEq, Debug)]
    struct Renamed {
        full_name: String,
        years: f64,
        mail: String,
    }
    let registry = Arc::new(MockRegistry::new());
    let options = SerializerOptions::default();
    let schema = r#"{"type":"record","name":"R","fields":[{"name":"name","type":"string"},{"name":"age","type":"int"}]}"#;
    let users = GenericSerializer::new(registry.clone(), "t", Role::Value, &options, schema).unwrap();
    let mut payload = Vec::new();
    users.serialize_serde_into(&ada(), &mut payload).await.unwrap();
    let reader: Schema = r#"{"type":"record","name":"R","fields":[
        {"name":"years","type":"double","aliases":["age"]},{"name":"full_name","type":"string","aliases":["name"]},
        {"name":"mail","type":"string","default":"none"}]}"#
        .parse()
        .unwrap();
    let options = DeserializerOptions::default();
    let reading = GenericDeserializer::with_reader(registry, "t", Role::Value, &options, reader);
    let read: Renamed = reading.deserialize_serde(None, &payload).await.unwrap();
    assert_eq!(read, Renamed { full_name: "Ada".to_owned(), years: 36.0, mail: "none".to_owned() });
}

#[tokio::test]
async fn what_does_not_fit_is_told_and_routed() {
    let registry = Arc::new(MockRegistry::new());
    let options = SerializerOptions::default();
    let users = GenericSerializer::new(registry.clone(), "t", Role::Value, &options, USER).unwrap();
    let mut payload = b"kept".to_vec();
    let error =
        users.serialize_serde_into(&json!({"name": "Ada", "age": "old"}), &mut payload).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the value does not fit the schema, in age: a text of 3 bytes does not fit [null, int]"
    );
    assert_eq!(payload, b"kept");

    payload.clear();
    users.serialize_serde_into(&json!({"name": "Ada", "age": 300}), &mut payload).await.unwrap();
    let record = Record::new("t", 0, 1).with_value(Some(&payload));
    let outcome = any(&registry).deserialize_serde_record::<User>(&record).await;
    let Outcome::Malformed { path: Some(path), ref error, .. } = outcome else { panic!("{outcome:?}") };
    assert_eq!(path.to_string(), "age");
    assert!(error.to_string().ends_with("invalid value: integer `300`, expected u8"), "{error}");
    assert_eq!(error.payload(), payload);

    let tombstone = any(&registry).deserialize_serde_record::<User>(&Record::new("t", 0, 1)).await;
    assert_eq!(tombstone, Outcome::Tombstone);
    payload.push(0);
    let record = Record::new("t", 0, 1).with_value(Some(&payload));
    let trailing = any(&registry).deserialize_serde_record::<serde::de::IgnoredAny>(&record).await;
    assert!(matches!(trailing, Outcome::TrailingBytes { .. }), "{trailing:?}");
}

/// As generated code writes it.
struct Ping(i32);

impl AvroSchema for Ping {
    const SCHEMA: &'static str =
        r#"{"type":"record","name":"Ping","namespace":"n","fields":[{"name":"x","type":"int"}]}"#;
    const FINGERPRINT: u64 = 0;
}

impl AvroEncode for Ping {
    fn encode<W: AvroWrite>(&self, writer: &mut W) {
        self.0.encode(writer);
    }
}

/// The latest version of the subject is a union of types, each of which stands under a subject of its own. Whoever writes has one
/// of them: as a generated type, as a value or as a type of serde.
#[tokio::test]
async fn a_member_of_a_union_of_references_is_written_and_read_alone() {
    let registry = Arc::new(MockRegistry::new());
    let members = [
        ("n.User", "users", USER),
        ("shop.Order", "orders", Order::SCHEMA),
        ("n.Ping", "pings", Ping::SCHEMA),
    ];
    for (_, subject, text) in members {
        registry.register(subject, &NewSchema::avro(text), false).await.unwrap();
    }
    let references = members.map(|(name, subject, _)| SchemaReference::new(name, subject, 1)).to_vec();
    let union = NewSchema::avro(r#"["n.User","shop.Order","n.Ping"]"#).with_references(references);
    let id = registry.register("t-value", &union, false).await.unwrap().id;
    let prefix = |branch: u8| [&[0][..], &id.unwrap().get().to_be_bytes(), &[branch * 2]].concat();

    let mut generated = Vec::new();
    let pings = Serializer::<Ping>::new(registry.clone(), "t", Role::Value, &latest()).unwrap();
    pings.serialize_into(&Ping(-1), &mut generated).await.unwrap();
    assert_eq!(generated, [&prefix(2)[..], &[1]].concat());
    let mut ordered = Vec::new();
    let orders =
        GenericSerializer::new(registry.clone(), "t", Role::Value, &latest(), Order::SCHEMA).unwrap();
    orders.serialize_json_into(&crate::values::order(), &mut ordered).await.unwrap();
    assert!(ordered.starts_with(&prefix(1)), "{ordered:?}");

    let (mut by_own_schema, mut by_json, mut by_union) = (Vec::new(), Vec::new(), Vec::new());
    let users = GenericSerializer::new(registry.clone(), "t", Role::Value, &latest(), USER).unwrap();
    users.serialize_serde_into(&ada(), &mut by_own_schema).await.unwrap();
    users.serialize_json_into(&json!({"age": 36, "name": "Ada"}), &mut by_json).await.unwrap();
    let members =
        GenericSerializer::of_registered(registry.clone(), "t", Role::Value, &latest()).await.unwrap();
    members.serialize_serde_into(&ada(), &mut by_union).await.unwrap();
    assert!(by_own_schema.starts_with(&prefix(0)));
    assert_eq!([&by_json, &by_union], [&by_own_schema; 2]);

    let options = DeserializerOptions::default();
    let reading = Deserializer::<Order>::new(registry.clone(), "t", Role::Value, &options);
    assert_eq!(reading.deserialize(&ordered).await.unwrap().items[0].sku, "x");
    let outcome = reading.deserialize_record(&Record::new("t", 0, 0).with_value(Some(&by_json))).await;
    assert!(
        matches!(outcome, Outcome::Malformed { .. }),
        "the other member has no place in the type: {outcome:?}"
    );
    let read: User = any(&registry).deserialize_serde(None, &by_union).await.unwrap();
    assert_eq!(read, ada());
    let reader = USER.parse().unwrap();
    let members = GenericDeserializer::with_reader(registry.clone(), "t", Role::Value, &options, reader);
    let read: User = members.deserialize_serde(None, &by_union).await.unwrap();
    assert_eq!(read, ada());
    assert_eq!(members.deserialize(&by_json).await.unwrap().to_json(), json!({"age": 36, "name": "Ada"}));
}
