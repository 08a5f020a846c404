//! Plain JSON against the JSON encoding.

use super::encoded;
use avro_model::json::Json;
use avro_model::{Schema, json_encoding};

#[test]
fn plain_json_is_read_as_the_encoding() {
    let record = |fields: &str| format!(r#"{{"type":"record","name":"R","fields":[{fields}]}}"#);
    for (schema, plain, expected) in [
        (r#"["null","int","string"]"#.to_owned(), "7", r#"{"int":7}"#),
        (r#"["null","int","string"]"#.to_owned(), "null", "null"),
        (r#"["int","long","double"]"#.to_owned(), "3000000000", r#"{"long":3000000000}"#),
        (r#"["int","double"]"#.to_owned(), "3000000000", r#"{"double":3000000000}"#),
        (r#"["float","double"]"#.to_owned(), "1.5", r#"{"double":1.5}"#),
        (r#"["string",{"type":"enum","name":"E","symbols":["A"]}]"#.to_owned(), "\"A\"", r#"{"E":"A"}"#),
        (r#"["string",{"type":"int","logicalType":"date"}]"#.to_owned(), "\"1970-01-02\"", r#"{"int":1}"#),
        (
            r#"["string",{"type":"int","logicalType":"date"}]"#.to_owned(),
            "\"today\"",
            r#"{"string":"today"}"#,
        ),
        (
            r#"{"type":"array","items":["null",{"type":"map","values":"int"}]}"#.to_owned(),
            r#"[null,{"a":1}]"#,
            r#"[null,{"map":{"a":1}}]"#,
        ),
        (
            record(r#"{"name":"a","type":["string","null"],"default":"x"},{"name":"b","type":"int"}"#),
            r#"{"b":1}"#,
            r#"{"a":{"string":"x"},"b":1}"#,
        ),
        (record(r#"{"name":"a_b","type":"int","avro-gen.key":"a b"}"#), r#"{"a b":1}"#, r#"{"a_b":1}"#),
        (
            record(
                r#"{"name":"r","type":{"type":"record","name":"S","fields":[
                {"name":"a","type":["null","int"],"default":null},{"name":"b","type":["int","null"],"default":5}]},"default":{"a":null}}"#,
            ),
            "{}",
            r#"{"r":{"a":null,"b":{"int":5}}}"#,
        ),
        (
            r#"{"type":"long","logicalType":"timestamp-millis"}"#.to_owned(),
            "\"1970-01-01T00:00:01Z\"",
            "1000",
        ),
    ] {
        let schema: Schema = schema.parse().unwrap();
        let written = encoded(&schema, &Json::parse(plain).unwrap()).unwrap();
        assert_eq!(written.to_string(), expected);
        json_encoding::decode_json(&schema, &written).unwrap();
    }
}

#[test]
fn what_fits_nothing_is_told_with_its_place() {
    let schema: Schema =
        r#"{"type":"record","name":"R","fields":[{"name":"a","type":{"type":"array","items":["null","int"]}},
        {"name":"d","type":{"type":"int","logicalType":"date"},"default":0}]}"#
            .parse()
            .unwrap();
    for (plain, expected) in [
        (r#"{"a":[1,"x"]}"#, r#"at $.a[1]: "x" fits no branch of the union [null, int]"#),
        (r#"{"a":[],"b":1}"#, r#"at $: record R has no field for the key "b""#),
        ("{}", r#"at $: "a" of record R is missing and has no default"#),
        (r#"{"a":[],"d":"soon"}"#, r#"at $.d: "soon" is no date of RFC 3339"#),
    ] {
        assert_eq!(encoded(&schema, &Json::parse(plain).unwrap()).unwrap_err(), expected);
    }
}
