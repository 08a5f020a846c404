//! Values without generated types, in and out; and writers that call records something else.

use crate::order::Order;
use proptest::prelude::*;
use serde_wire::codec::{AvroSchema, decode};
use serde_wire::registry::{MockRegistry, NewSchema, SchemaReference, SchemaRegistry};
use serde_wire::serde_json::{Value as Json, json};
use serde_wire::subject::Role;
use serde_wire::{
    Deserializer, DeserializerOptions, Framing, GenericDeserializer, GenericMessage, GenericSerializer,
    Outcome, Schema, SchemaSource, SerializeErrorKind, SerializerOptions, Value, from_json, to_json,
};
use std::sync::Arc;

const EVERYTHING: &str = r#"{"type":"record","name":"All","namespace":"n","fields":[
  {"name":"null","type":"null"},{"name":"boolean","type":"boolean"},{"name":"int","type":"int"},{"name":"long","type":"long"},
  {"name":"float","type":"float"},{"name":"double","type":"double"},{"name":"bytes","type":"bytes"},{"name":"string","type":"string"},
  {"name":"fixed","type":{"type":"fixed","name":"F","size":2}},
  {"name":"enum","type":{"type":"enum","name":"E","symbols":["A","B"]}},
  {"name":"array","type":{"type":"array","items":["null","int",{"type":"record","name":"In","fields":[{"name":"x","type":"string"}]}]}},
  {"name":"map","type":{"type":"map","values":"long"}},
  {"name":"later","type":{"type":"array","items":"string"},"default":["d"]}]}"#;

fn everything() -> Json {
    json!({"null": null, "boolean": true, "int": -5, "long": i64::MIN, "float": 1.5, "double": "-Infinity", "bytes": "\u{0}\u{ff}",
        "string": "é", "fixed": "ab", "enum": "B", "array": [null, 7, {"x": "y"}], "map": {"k": 1, "": 2}})
}

#[test]
fn json_of_every_kind_becomes_a_value_and_json_again() {
    let schema: Schema = EVERYTHING.parse().unwrap();
    let value = from_json(&schema, &everything()).unwrap();
    let Value::Record(fields) = &value else { panic!("{value:?}") };
    assert_eq!(fields[5], Value::Double(f64::NEG_INFINITY));
    assert_eq!(fields[6], Value::Bytes(vec![0, 255]));
    assert_eq!(fields[9], Value::Enum(1));
    assert_eq!(fields[12], Value::Array(vec![Value::String("d".to_owned())]), "its default");
    let mut expected = everything();
    expected["later"] = json!(["d"]);
    assert_eq!(to_json(&schema, &value), expected);
}

#[test]
fn json_that_does_not_fit_is_told_with_its_place() {
    let schema: Schema = EVERYTHING.parse().unwrap();
    let cases = [
        ("int", json!(2_147_483_648_i64), "at $.int: the number 2147483648 stands where the schema has int"),
        ("int", json!(1.5), "at $.int: the number 1.5 stands where the schema has int"),
        ("long", json!(u64::MAX), "stands where the schema has long"),
        ("float", json!("1"), "at $.float: a text stands where the schema has float"),
        ("bytes", json!("\u{100}"), "at $.bytes: a text stands where the schema has bytes"),
        ("fixed", json!("abc"), "at $.fixed: a text stands where the schema has fixed n.F"),
        ("enum", json!("C"), "one of the symbols A, B"),
        (
            "array",
            json!([null, true]),
            "at $.array[1]: true stands where the schema has one of null, int, record",
        ),
        ("map", json!({"k": null}), "at $.map[\"k\"]: null stands where the schema has long"),
        ("boolean", json!([]), "an array stands where the schema has boolean"),
        ("surplus", json!(1), "at $: record n.All has no field \"surplus\""),
    ];
    for (field, json, part) in cases {
        let mut changed = everything();
        changed[field] = json;
        let error = from_json(&schema, &changed).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
    let mut missing = everything();
    missing.as_object_mut().unwrap().remove("enum");
    let error = from_json(&schema, &missing).unwrap_err().to_string();
    assert_eq!(error, "at $: field \"enum\" is missing, and has no default");
    let optional: Schema = r#"["null",{"type":"map","values":"int"}]"#.parse().unwrap();
    let error = from_json(&optional, &json!({"a": "b"})).unwrap_err().to_string();
    assert_eq!(
        error, "at $[\"a\"]: a text stands where the schema has int",
        "of the only branch that it can mean"
    );
    let deep: Schema = r#"{"type":"record","name":"L","fields":[{"name":"n","type":["null","L"],"default":null}]}"#.parse().unwrap();
    let list = (0..600).fold(Json::Null, |list, _| json!({"n": list}));
    assert!(from_json(&deep, &list["n"]).is_err(), "and not a stack overflow");
}

proptest! {
    #[test]
    fn plain_json_of_a_record_comes_back(
        a in any::<i64>(), b in proptest::option::of("[a-z]{0,9}"), c in proptest::collection::vec(any::<u8>(), 0..9),
        d in any::<f64>(), e in any::<bool>(),
    ) {
        let schema: Schema = r#"{"type":"record","name":"R","fields":[{"name":"a","type":"long"},
            {"name":"b","type":["null","string"]},{"name":"c","type":"bytes"},{"name":"d","type":"double"},
            {"name":"e","type":["boolean","null"]}]}"#.parse().unwrap();
        let b = b.map_or(Value::Union(0, Box::new(Value::Null)), |text| Value::Union(1, Box::new(Value::String(text))));
        let d = if d.is_nan() { f64::NAN } else { d };
        let e = Value::Union(0, Box::new(Value::Boolean(e)));
        let value = Value::Record(vec![Value::Long(a), b, Value::Bytes(c), Value::Double(d), e]);
        prop_assert_eq!(from_json(&schema, &to_json(&schema, &value)).unwrap(), value);
    }
}

/// An order as JSON, of which the amount is 1.
pub(crate) fn order() -> Json {
    json!({"id": "2a6d35c4-8b6f-4d1c-9a2e-0f1e2d3c4b5a", "ok": true, "items": [{"sku": "x", "price": 3}], "prices": {"k": 1},
        "payment": {"sku": "y", "price": 4}, "kind": "B", "amount": "\u{2}\u{1}\u{0}"})
}

#[tokio::test]
async fn what_is_written_without_a_type_is_read_with_one() {
    let mock = Arc::new(MockRegistry::new());
    let options = SerializerOptions::default();
    let orders = GenericSerializer::new(mock.clone(), "t", Role::Value, &options, Order::SCHEMA).unwrap();
    let json = order();
    let value = from_json(orders.schema(), &json).unwrap();
    let mut payload = vec![9];
    orders.serialize_into(&value, &mut payload).await.unwrap();
    assert_eq!(orders.prepare().await.unwrap().version, Some(1));
    assert_eq!(payload[..6], [9, 0, 0, 0, 0, 1]);
    assert!(decode::<Order>(&payload[6..]).is_ok());
    assert_eq!(orders.header(), None);

    let wrong = orders.serialize_into(&Value::Null, &mut payload).await.unwrap_err();
    assert!(matches!(wrong.kind(), SerializeErrorKind::GenericValue(_)), "{wrong}");
    let wrong = orders.serialize_json_into(&json!({}), &mut payload).await.unwrap_err();
    assert!(matches!(wrong.kind(), SerializeErrorKind::Json(_)) && !wrong.is_retriable(), "{wrong}");
    assert_eq!(payload[..6], [9, 0, 0, 0, 0, 1]);

    let any = GenericDeserializer::new(mock, "t", Role::Value, &DeserializerOptions::default());
    let record = serde_wire::record::Record::new("t", 0, 1).with_value(Some(&payload[1..]));
    let Outcome::Value(message) = any.deserialize_record(&record).await else { panic!("a value") };
    assert_eq!(message.value, value);
    assert_eq!(
        any.deserialize_record(&record.with_value(None)).await.into_result().map(|none| none.is_none()),
        Ok(true)
    );
}

#[tokio::test]
async fn a_member_of_a_union_topic_is_written_alone() {
    let mock = Arc::new(MockRegistry::new());
    let member =
        |name: &str| format!(r#"{{"type":"record","name":"{name}","fields":[{{"name":"x","type":"int"}}]}}"#);
    for name in ["A", "B"] {
        mock.register(name, &NewSchema::avro(member(name)), false).await.unwrap();
    }
    let union = NewSchema::avro(r#"["A","B"]"#)
        .with_references(vec![SchemaReference::new("A", "A", 1), SchemaReference::new("B", "B", 1)]);
    mock.register("t-value", &union, false).await.unwrap();
    for framing in [Framing::Prefix, Framing::Header] {
        let options = SerializerOptions::default().with_source(SchemaSource::Latest).with_framing(framing);
        let b = GenericSerializer::new(mock.clone(), "t", Role::Value, &options, &member("B")).unwrap();
        let mut payload = Vec::new();
        b.serialize_json_into(&json!({"x": 3}), &mut payload).await.unwrap();
        let any = GenericDeserializer::new(mock.clone(), "t", Role::Value, &DeserializerOptions::default());
        let header = b.header().map(|(_, value)| value.to_vec());
        let message = any.deserialize_with_header(header.as_deref(), &payload).await.unwrap();
        assert_eq!(message.value, Value::Union(1, Box::new(Value::Record(vec![Value::Int(3)]))));
        assert_eq!(message.view().type_name(), Some("B"));
    }
}

#[tokio::test]
async fn records_of_other_names_are_read_by_their_fields_on_request() {
    let mock = Arc::new(MockRegistry::new());
    // As Flink SQL writes it: all records have made-up names.
    let flink = Order::SCHEMA.replace("\"Order\"", "\"record\"").replace("\"Item\"", "\"record_items\"");
    assert_ne!(flink, Order::SCHEMA);
    let options = SerializerOptions::default();
    let writer = GenericSerializer::new(mock.clone(), "t", Role::Value, &options, &flink).unwrap();
    let json = order();
    let mut payload = Vec::new();
    writer.serialize_json_into(&json, &mut payload).await.unwrap();

    for by_structure in [false, true] {
        let options = DeserializerOptions::default().with_by_structure(by_structure);
        let typed = Deserializer::<Order>::new(mock.clone(), "t", Role::Value, &options);
        let reader = Order::SCHEMA.parse().unwrap();
        let generic = GenericDeserializer::with_reader(mock.clone(), "t", Role::Value, &options, reader);
        let (typed, generic) = (typed.deserialize(&payload).await, generic.deserialize(&payload).await);
        assert_eq!(typed.is_ok(), by_structure, "{typed:?}");
        assert_eq!(generic.as_ref().map(GenericMessage::to_json).ok(), by_structure.then(|| json.clone()));
    }
}
