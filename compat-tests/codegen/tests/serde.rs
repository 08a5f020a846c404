//! Types with the traits of serde: names of the schema, and every value back from JSON.
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use avro_model::testing::{Random, Values};
use avro_model::{Kind, Node, Schema, binary};
use codegen_tests::external::parts::com::acme::Id;
use codegen_tests::external::parts::com::acme::parts::{Part, unions::part::Size};
use codegen_tests::external::whole::{Whole, unions::whole::Any};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use serde_wire::codec::{self, AvroDecode, AvroSchema, AvroTryEncode};
use std::fmt::Debug;

type Check = fn(u64) -> usize;

const CHECKS: &[(u64, Check)] = include!(concat!(env!("OUT_DIR"), "/serde_checks.rs"));

#[test]
fn every_value_comes_back_from_json() {
    let values: usize = CHECKS.iter().map(|(seed, check)| check(*seed)).sum();
    assert!(values > 100, "{values}");
}

fn check<T>(seed: u64) -> usize
where
    T: AvroSchema + AvroTryEncode + for<'a> AvroDecode<'a> + Serialize + DeserializeOwned + Debug,
{
    let schema: Schema = T::SCHEMA.parse().unwrap();
    // JSON has no infinity and no NaN.
    let is_float = |node: &Node| matches!(node.kind, Kind::Float | Kind::Double);
    let values = Values::of(&schema);
    if schema.nodes().iter().any(is_float) || !values.any() {
        return 0;
    }
    let random = &mut Random::seed(seed);
    let mut compared = 0;
    for _ in 0..8 {
        let bytes = binary::encode(&schema, &values.value(random)).unwrap();
        // A text that is no UUID has no value of the type.
        let Ok(value) = codec::decode::<T>(&bytes) else { continue };
        let text = serde_json::to_string(&value).unwrap();
        let back: T =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("seed {seed}: {error}\n{text}"));
        let [mut first, mut second] = [Vec::new(), Vec::new()];
        value.try_encode_into(&mut first).unwrap();
        back.try_encode_into(&mut second).unwrap();
        assert_eq!(first, second, "seed {seed}: {text}\n{value:?}\n{back:?}");
        compared += 1;
    }
    compared
}

#[test]
fn names_are_those_of_the_schema() {
    let part = Part { id: Id([1, 2]), size: Some(Size::Int(5)) };
    let whole = Whole {
        parts: [("a".to_owned(), part.clone())].into(),
        any: Any::Part(part),
        last_day: serde_wire::types::Date(-1),
        ..Whole::new("x")
    };
    let text = json!({
        "id": [1, 255],
        "title": "x",
        "build": 1,
        "lastDay": "1969-12-31",
        "colour": "RED",
        "part": null,
        "parts": {"a": {"id": [1, 2], "size": {"int": 5}}},
        "any": {"com.acme.parts.Part": {"id": [1, 2], "size": {"int": 5}}}
    });
    assert_eq!(serde_json::to_value(&whole).unwrap(), text);
    assert_eq!(serde_json::from_value::<Whole>(text).unwrap(), whole);
    let error = serde_json::from_str::<Id>("[1]").unwrap_err().to_string();
    assert!(error.starts_with("invalid length 1, expected as many bytes as the fixed has"), "{error}");
}
