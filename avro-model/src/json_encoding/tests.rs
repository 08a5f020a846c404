//! The forms that values take, and what is refused.

use super::{decode, encode};
use crate::Schema;

fn schema(text: &str) -> Schema {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

const RECORD: &str =
    r#"{"type":"record","name":"a.R","fields":[{"name":"x","type":["null","a.R","bytes"]}]}"#;
const ENUM: &str = r#"{"type":"enum","name":"E","symbols":["A","B"]}"#;

#[test]
fn texts_are_those_of_the_specification() {
    for (writer, text) in [
        (r#""null""#, "null"),
        (r#""boolean""#, "true"),
        (r#""int""#, "-2147483648"),
        (r#""long""#, "9223372036854775807"),
        (r#""float""#, "0.1"),
        (r#""float""#, "3.4028235E38"),
        (r#""float""#, "\"-Infinity\""),
        (r#""double""#, "-0.0"),
        (r#""double""#, "1.0E-7"),
        (r#""double""#, "\"NaN\""),
        (r#""bytes""#, "\"\\u0000Aÿ\""),
        (r#""string""#, "\"☃\\n\""),
        (r#"{"type":"fixed","name":"F","size":2}"#, "\"ÿA\""),
        (ENUM, "\"B\""),
        (r#"{"type":"array","items":"int"}"#, "[1,2]"),
        (r#"{"type":"map","values":"int"}"#, r#"{"a":1,"b":2}"#),
        (RECORD, r#"{"x":{"a.R":{"x":null}}}"#),
        (RECORD, r#"{"x":{"bytes":"é"}}"#),
        (r#"["null",{"type":"map","values":["long"]}]"#, r#"{"map":{"k":{"long":1}}}"#),
    ] {
        let schema = schema(writer);
        let value = decode(&schema, text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(encode(&schema, &value).unwrap(), text, "{writer}");
    }
}

#[test]
fn numbers_of_other_forms_are_taken_for_floats() {
    for (writer, text, as_written) in [
        (r#""float""#, "2", "2.0"),
        (r#""double""#, "2e3", "2000.0"),
        (r#""double""#, "123456789012345678901234567890", "1.2345678901234568E29"),
        (r#""float""#, "1e-60", "0.0"),
    ] {
        let schema = schema(writer);
        assert_eq!(encode(&schema, &decode(&schema, text).unwrap()).unwrap(), as_written);
    }
}

#[test]
fn what_does_not_fit_says_where_and_why() {
    for (writer, text, message) in [
        (r#""int""#, "2147483648", "at $: 2147483648 is no int"),
        (r#""int""#, "1.0", "at $: 1.0 is no int"),
        (r#""long""#, "9223372036854775808", "at $: 9223372036854775808 is no long"),
        (r#""string""#, "1", "at $: 1 is no string"),
        (r#""bytes""#, "\"☃\"", "at $: '☃' is no byte: bytes are written as the characters U+0000 to U+00FF"),
        (ENUM, "\"C\"", "at $: enum E has no symbol \"C\""),
        (r#"{"type":"fixed","name":"F","size":2}"#, "\"A\"", "at $: fixed F has 2 bytes, not 1"),
        (RECORD, "{}", "at $: field \"x\" of record a.R is missing"),
        (RECORD, r#"{"x":null,"y":1}"#, "at $: record a.R has no field \"y\""),
        (
            RECORD,
            r#"{"x":{"R":{"x":null}}}"#,
            "at $.x: {\"R\":{\"x\":null}} names no branch of the union [null, a.R, bytes]; write {\"branch\": value}",
        ),
        (
            r#"{"type":"array","items":{"type":"map","values":"int"}}"#,
            r#"[{},{"k":true}]"#,
            "at $[1][\"k\"]: true is no int",
        ),
    ] {
        assert_eq!(decode(&schema(writer), text).unwrap_err().to_string(), message, "{writer} {text}");
    }
    assert!(decode(&schema(r#""int""#), "1 2").is_err());
}

#[test]
fn depth_is_bounded() {
    let schema =
        schema(r#"{"type":"record","name":"T","fields":[{"name":"k","type":{"type":"array","items":"T"}}]}"#);
    let nested = |levels: usize| format!("{}{}", "{\"k\":[".repeat(levels), "]}".repeat(levels));
    let value = decode(&schema, &nested(255)).unwrap();
    assert_eq!(encode(&schema, &value).unwrap(), nested(255));
    let error = decode(&schema, &nested(257)).unwrap_err().to_string();
    assert!(error.ends_with("values nest deeper than 512 levels"), "{error}");
    assert!(decode(&schema, &nested(100_000)).is_err());
}
