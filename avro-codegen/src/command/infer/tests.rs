//! What is inferred takes all that it was inferred from.

use super::lower::{Inferred, Options, lower};
use super::shape::Shape;
use crate::command::plain;
use avro_model::binary::{self, Decoder};
use avro_model::json::Json;
use avro_model::json_encoding;
use avro_model::testing::Random;

fn inferred(samples: &[Json], logical: bool, maps: &[&str]) -> Inferred {
    let mut shape = Shape::default();
    samples.iter().for_each(|sample| shape.add(sample));
    let maps: Vec<String> = maps.iter().map(|map| (*map).to_owned()).collect();
    lower(&shape, &Options { name: "n.S", logical, maps: &maps }).unwrap()
}

#[test]
fn samples_become_schemas() {
    let field =
        |written: &str| format!(r#"{{"type":"record","name":"S","namespace":"n","fields":[{written}]}}"#);
    for (samples, expected) in [
        (&["1", "-2147483648"][..], r#""int""#.to_owned()),
        (&["1", "2147483648"], r#""long""#.to_owned()),
        (&["1", "1.0"], r#""double""#.to_owned()),
        (&["9223372036854775808"], r#""double""#.to_owned()),
        (&["null", "true"], r#"["null","boolean"]"#.to_owned()),
        (&["\"x\"", "1", "null", "true"], r#"["null","boolean","int","string"]"#.to_owned()),
        (&["[]", "[1,null]"], r#"{"type":"array","items":["null","int"]}"#.to_owned()),
        (&["{}"], field("")),
        (&[r#"{"a":1}"#], field(r#"{"name":"a","type":"int"}"#)),
        (&[r#"{"a":1}"#, "{}"], field(r#"{"name":"a","type":["null","int"],"default":null}"#)),
        (&[r#"{"a":null}"#], field(r#"{"name":"a","type":"null","default":null}"#)),
        (&[r#"{"a":[]}"#], field(r#"{"name":"a","type":{"type":"array","items":"null"}}"#)),
        (
            &[r#"{"a b":1,"a_b":2,"a-b":3}"#],
            field(
                r#"{"name":"a_b_2","type":"int","avro-gen.key":"a b"},{"name":"a_b","type":"int"},{"name":"a_b_3","type":"int","avro-gen.key":"a-b"}"#,
            ),
        ),
        (
            &[r#"{"days":{"2024-01-01":1,"2024-01-02":2.5}}"#],
            field(r#"{"name":"days","type":{"type":"map","values":"double"}}"#),
        ),
        // Equal shapes under one key are one type, others are named after what they stand in.
        (
            &[r#"{"a":{"id":1},"b":[{"a":{"id":2}}],"c":{"a":{"x":1}},"d":{"s":{}}}"#],
            field(
                r#"{"name":"a","type":{"type":"record","name":"A","fields":[{"name":"id","type":"int"}]}},
                   {"name":"b","type":{"type":"array","items":{"type":"record","name":"B","fields":[{"name":"a","type":"A"}]}}},
                   {"name":"c","type":{"type":"record","name":"C","fields":[{"name":"a","type":
                        {"type":"record","name":"CA","fields":[{"name":"x","type":"int"}]}}]}},
                   {"name":"d","type":{"type":"record","name":"D","fields":[{"name":"s","type":
                        {"type":"record","name":"DS","fields":[]}}]}}"#,
            ),
        ),
    ] {
        let values: Vec<Json> = samples.iter().map(|sample| Json::parse(sample).unwrap()).collect();
        let expected = Json::parse(&expected).unwrap();
        let found = inferred(&values, false, &[]).schema.canonical_text();
        assert_eq!(found, expected.to_string(), "{samples:?}");
    }
}

#[test]
fn texts_are_of_a_logical_type_if_all_are_and_it_is_asked_for() {
    for (samples, logical, expected) in [
        (&["2024-02-29"][..], false, "\"string\""),
        (&["2024-02-29", "1999-01-01"], true, r#"{"type":"int","logicalType":"date"}"#),
        (&["2024-02-29", "1999-01-01T00:00:00Z"], true, "\"string\""),
        (&["1999-01-01T00:00:00Z"], true, r#"{"type":"long","logicalType":"timestamp-millis"}"#),
        (
            &["1999-01-01T00:00:00.000001+02:00", "1999-01-01T00:00:00Z"],
            true,
            r#"{"type":"long","logicalType":"timestamp-micros"}"#,
        ),
        (&["1999-01-01 00:00:00"], true, r#"{"type":"long","logicalType":"local-timestamp-millis"}"#),
        (&["123e4567-e89b-12d3-a456-426614174000"], true, r#"{"type":"string","logicalType":"uuid"}"#),
        (&["123e4567-e89b-12d3-a456-42661417400g"], true, "\"string\""),
    ] {
        let values: Vec<Json> = samples.iter().map(|sample| Json::String((*sample).to_owned())).collect();
        assert_eq!(inferred(&values, logical, &[]).schema.canonical_text(), expected, "{samples:?}");
    }
    // Beside a number, a date would be one.
    let values = [Json::Int(1), Json::String("2024-02-29".to_owned())];
    assert_eq!(inferred(&values, true, &[]).schema.canonical_text(), r#"["int","string"]"#);
}

#[test]
fn what_was_decided_is_told() {
    for (sample, notes) in [
        (r#"{"a":1}"#, &[][..]),
        (r#"[1,"x"]"#, &["$[] is of 2 types, and so a union"]),
        (
            r#"{"a":{"1":null}}"#,
            &["$.a has keys of which none is a name, and so is a map", "$.a.* is always null"],
        ),
        (
            r#"{"a":[],"b":{}}"#,
            &[
                "$.a holds nothing but empty arrays, whose items are taken to be null",
                "$.b holds nothing but empty objects, and so is a record without fields",
            ],
        ),
        (
            r#"{"z":1,"x y":99999999999999999999}"#,
            &[
                "$.x y holds integers of more than 64 bits, which lose digits as a double",
                "$.x y is no name in Avro: the field is \"x_y\", and \"avro-gen.key\" keeps the key",
            ],
        ),
    ] {
        assert_eq!(inferred(&[Json::parse(sample).unwrap()], false, &[]).notes, notes, "{sample}");
    }
    let sample = Json::parse(r#"{"prices":{"eur":1,"usd":2.5}}"#).unwrap();
    let found = inferred(&[sample], false, &["$.prices", "$.nothing"]);
    assert!(found.schema.canonical_text().contains(r#"{"type":"map","values":"double"}"#));
    assert_eq!((found.notes.len(), found.unused), (0, vec!["$.nothing".to_owned()]));
}

/// JSON with few keys, so that they meet, some of which are no names.
fn sample(random: &mut Random<'_>, depth: usize) -> Json {
    const KEYS: [&str; 9] = ["id", "a b", "a_b", "1", "2024-01-01", "", "type", "größe", "items"];
    const TEXTS: [&str; 6] = [
        "",
        "x",
        "2024-02-29",
        "1999-01-01T00:00:00.5Z",
        "1999-01-01T00:00:00",
        "123e4567-e89b-12d3-a456-426614174000",
    ];
    let compound = depth < 4;
    match random.below(if compound { 10 } else { 6 }) {
        0 => Json::Null,
        1 => Json::Bool(random.once_in(2)),
        2 => Json::Int(i64::from(random.byte()) - 128),
        3 => match random.below(3) {
            0 => Json::Int(i64::MIN),
            1 => Json::BigInt("9223372036854775808".to_owned()),
            _ => Json::Int(3_000_000_000),
        },
        4 => Json::Double(f64::from(random.byte()) / 8.0),
        5 => Json::String(random.pick(&TEXTS).to_owned()),
        6 => Json::Array((0..random.below(3)).map(|_| sample(random, depth + 1)).collect()),
        _ => {
            let mut members: Vec<(String, Json)> = Vec::new();
            for _ in 0..random.below(4) {
                let key = random.pick(&KEYS);
                if members.iter().all(|(known, _)| known != key) {
                    members.push((key.to_owned(), sample(random, depth + 1)));
                }
            }
            Json::Object(members)
        }
    }
}

#[test]
fn every_sample_is_taken() {
    let mut nested = 0;
    for seed in 0..1_500 {
        let random = &mut Random::seed(seed);
        let samples: Vec<Json> = (0..=random.below(5)).map(|_| sample(random, 0)).collect();
        let schema = inferred(&samples, random.once_in(2), &[]).schema;
        nested += schema.nodes().len();
        for sample in &samples {
            let say =
                |problem: String| format!("seed {seed}: {problem}\n{sample}\n{}", schema.canonical_text());
            let json = plain::encoded(&schema, sample).unwrap_or_else(|problem| panic!("{}", say(problem)));
            let value = json_encoding::decode_json(&schema, &json);
            let value = value.unwrap_or_else(|error| panic!("{}", say(error.to_string())));
            let bytes =
                binary::encode(&schema, &value).unwrap_or_else(|error| panic!("{}", say(error.to_string())));
            assert_eq!(Decoder::new(&schema).decode(&bytes).unwrap(), value, "{}", say(String::new()));
        }
    }
    assert!(nested > 5_000, "{nested} schemas");
}
