use super::{SerdeProblem, from_datum, from_value, to_datum, to_value};
use crate::codec::DecodeError;
use crate::types;
use avro_model::binary::encode;
use avro_model::{Schema, Value};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Debug;

fn schema(text: &str) -> Schema {
    text.parse().unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The value is written as that one of the schema, and read again.
#[track_caller]
fn goes_round<T: Serialize + DeserializeOwned + PartialEq + Debug>(text: &str, value: &T, expected: &Value) {
    let schema = schema(text);
    let datum = to_datum(&schema, value).unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_eq!(datum, encode(&schema, expected).unwrap(), "{text}");
    assert_eq!(&from_datum::<T>(&schema, &datum).unwrap(), value, "{text}");
    assert_eq!(&to_value(&schema, value).unwrap(), expected, "{text}");
    assert_eq!(&from_value::<T>(&schema, expected).unwrap(), value, "{text}");
}

fn some(branch: usize, value: Value) -> Value {
    Value::Union(branch, Box::new(value))
}

/// Bytes as `serde_bytes` hands them over.
#[derive(PartialEq, Debug)]
struct Buffer(Vec<u8>);

impl Serialize for Buffer {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Buffer {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;
        impl serde::de::Visitor<'_> for Bytes {
            type Value = Buffer;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("bytes")
            }
            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Buffer, E> {
                Ok(Buffer(bytes.to_vec()))
            }
        }
        deserializer.deserialize_byte_buf(Bytes)
    }
}

#[test]
fn scalars() {
    goes_round("\"null\"", &(), &Value::Null);
    goes_round("\"boolean\"", &true, &Value::Boolean(true));
    goes_round("\"int\"", &-5_i8, &Value::Int(-5));
    goes_round("\"int\"", &u16::MAX, &Value::Int(65_535));
    goes_round("\"int\"", &7_i64, &Value::Int(7));
    goes_round("\"int\"", &7_u128, &Value::Int(7));
    goes_round("\"long\"", &i64::MIN, &Value::Long(i64::MIN));
    goes_round("\"long\"", &u32::MAX, &Value::Long(u32::MAX.into()));
    goes_round("\"long\"", &(i64::MAX as u64), &Value::Long(i64::MAX));
    goes_round("\"long\"", &i128::from(i64::MIN), &Value::Long(i64::MIN));
    goes_round("\"float\"", &1.5_f32, &Value::Float(1.5));
    goes_round("\"double\"", &-0.1_f64, &Value::Double(-0.1));
    goes_round("\"double\"", &1.5_f32, &Value::Double(1.5));
    goes_round("\"string\"", &"é".to_owned(), &Value::String("é".to_owned()));
    goes_round("\"string\"", &'é', &Value::String("é".to_owned()));
    for (schema_text, integer, expected) in [
        ("\"double\"", to_datum(&schema("\"double\""), &u32::MAX), 4_294_967_295_f64.to_le_bytes().to_vec()),
        (
            "\"double\"",
            to_datum(&schema("\"double\""), &i32::MIN),
            (-2_147_483_648_f64).to_le_bytes().to_vec(),
        ),
        ("\"float\"", to_datum(&schema("\"float\""), &u16::MAX), 65_535_f32.to_le_bytes().to_vec()),
        ("\"float\"", to_datum(&schema("\"float\""), &i16::MIN), (-32_768_f32).to_le_bytes().to_vec()),
    ] {
        assert_eq!(integer.unwrap(), expected, "{schema_text}");
    }
}

#[test]
fn bytes_in_all_forms() {
    let fixed = r#"{"type":"fixed","name":"F","size":3}"#;
    goes_round("\"bytes\"", &Buffer(vec![0, 255]), &Value::Bytes(vec![0, 255]));
    goes_round("\"bytes\"", &vec![0_u8, 255], &Value::Bytes(vec![0, 255]));
    goes_round("\"bytes\"", &Vec::<u8>::new(), &Value::Bytes(vec![]));
    goes_round("\"bytes\"", &[1_u8, 2], &Value::Bytes(vec![1, 2]));
    goes_round(fixed, &Buffer(vec![1, 2, 3]), &Value::Fixed(vec![1, 2, 3]));
    goes_round(fixed, &[1_u8, 2, 3], &Value::Fixed(vec![1, 2, 3]));
    goes_round(fixed, &vec![1_u8, 2, 3], &Value::Fixed(vec![1, 2, 3]));
    let union = r#"["null",{"type":"fixed","name":"F","size":3},"bytes"]"#;
    goes_round(union, &Some(Buffer(vec![1, 2, 3])), &some(2, Value::Bytes(vec![1, 2, 3])));
    goes_round(union, &Some([1_u8, 2, 3]), &some(1, Value::Fixed(vec![1, 2, 3])));
}

#[derive(Serialize, Deserialize, PartialEq, Debug, Clone, Copy)]
enum Suit {
    #[serde(rename = "HEARTS")]
    Hearts,
    #[serde(rename = "SPADES")]
    Spades,
}

const SUIT: &str = r#"{"type":"enum","name":"Suit","symbols":["SPADES","HEARTS"]}"#;

#[derive(Serialize, Deserialize, PartialEq, Debug)]
struct Unit;

#[derive(Serialize, Deserialize, PartialEq, Debug)]
struct Wrapped(String);

#[derive(Serialize, Deserialize, PartialEq, Debug)]
struct Pair(i32, String);

#[test]
fn compound_types() {
    let text = |text: &str| Value::String(text.to_owned());
    goes_round(SUIT, &Suit::Hearts, &Value::Enum(1));
    goes_round(SUIT, &"SPADES".to_owned(), &Value::Enum(0));
    goes_round("\"string\"", &Suit::Spades, &text("SPADES"));
    goes_round("\"string\"", &Wrapped("x".to_owned()), &text("x"));
    goes_round(
        r#"{"type":"array","items":"int"}"#,
        &vec![1, 2, 3],
        &Value::Array(vec![Value::Int(1), Value::Int(2), Value::Int(3)]),
    );
    goes_round(r#"{"type":"array","items":"int"}"#, &Vec::<i32>::new(), &Value::Array(vec![]));
    goes_round(
        r#"{"type":"array","items":["int","string"]}"#,
        &(1, "x".to_owned()),
        &Value::Array(vec![some(0, Value::Int(1)), some(1, text("x"))]),
    );
    let pair =
        r#"{"type":"record","name":"P","fields":[{"name":"a","type":"int"},{"name":"b","type":"string"}]}"#;
    goes_round(pair, &(7, "x".to_owned()), &Value::Record(vec![Value::Int(7), text("x")]));
    goes_round(pair, &Pair(7, "x".to_owned()), &Value::Record(vec![Value::Int(7), text("x")]));
    goes_round(
        r#"{"type":"map","values":"long"}"#,
        &BTreeMap::from([("a".to_owned(), 1_i64), (String::new(), 2)]),
        &Value::Map([("a".to_owned(), Value::Long(1)), (String::new(), Value::Long(2))].into()),
    );
    goes_round(
        r#"{"type":"map","values":"boolean"}"#,
        &BTreeMap::from([(-7_i16, true)]),
        &Value::Map([("-7".to_owned(), Value::Boolean(true))].into()),
    );
    goes_round("\"null\"", &Unit, &Value::Null);
    goes_round(r#"{"type":"record","name":"Unit","fields":[]}"#, &Unit, &Value::Record(vec![]));
    goes_round(r#"["int","null"]"#, &None::<i32>, &some(1, Value::Null));
    goes_round(r#"["int","null"]"#, &Some(5), &some(0, Value::Int(5)));
    goes_round("\"int\"", &Some(5), &Value::Int(5));
}

#[test]
fn sequences_of_unknown_length_are_counted() {
    struct Counted(Vec<i32>);
    impl Serialize for Counted {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            use serde::ser::SerializeSeq;
            let mut sequence = serializer.serialize_seq(None)?;
            for item in &self.0 {
                sequence.serialize_element(item)?;
            }
            sequence.end()
        }
    }
    let array = schema(r#"{"type":"array","items":"int"}"#);
    for length in [0, 1, 63, 64, 200] {
        let items: Vec<i32> = (0..length).collect();
        let expected = to_datum(&array, &items).unwrap();
        assert_eq!(to_datum(&array, &Counted(items)).unwrap(), expected, "{length} items");
    }
}

#[derive(Serialize, Deserialize, PartialEq, Debug, Default)]
#[serde(rename_all = "camelCase")]
struct Order {
    order_id: u64,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    note: Option<String>,
    #[serde(rename = "n")]
    count: i32,
    #[serde(flatten)]
    address: Address,
    #[serde(skip)]
    cached: bool,
}

#[derive(Serialize, Deserialize, PartialEq, Debug, Default)]
struct Address {
    street: String,
    zip: Option<i32>,
}

/// Fields come in any order, by any of serde's names, and are left out where there is a default.
#[test]
fn records_are_written_by_the_names_of_fields() {
    let fields = [
        r#"{"name":"orderId","type":"long"}"#,
        r#"{"name":"note","type":["null","string"],"default":null}"#,
        r#"{"name":"n","type":"int"}"#,
        r#"{"name":"street","type":"string"}"#,
        r#"{"name":"zip","type":["null","int"]}"#,
    ];
    let value = |name: &str, note: bool| match name {
        "orderId" => Value::Long(7),
        "note" if note => some(1, Value::String("hi".to_owned())),
        "note" => some(0, Value::Null),
        "n" => Value::Int(-1),
        "street" => Value::String("Main".to_owned()),
        _ => some(1, Value::Int(1010)),
    };
    for turn in 0..fields.len() {
        for note in [true, false] {
            let mut fields = fields;
            fields.rotate_left(turn);
            fields.swap(0, 2);
            let names = fields.map(|field| field.split('"').nth(3).unwrap());
            let schema = format!(r#"{{"type":"record","name":"o.Order","fields":[{}]}}"#, fields.join(","));
            let order = Order {
                order_id: 7,
                note: note.then(|| "hi".to_owned()),
                count: -1,
                address: Address { street: "Main".to_owned(), zip: Some(1010) },
                cached: false,
            };
            let expected = Value::Record(names.iter().map(|name| value(name, note)).collect());
            goes_round(&schema, &order, &expected);
        }
    }
}

#[test]
fn a_field_that_the_value_lacks_takes_its_default() {
    #[derive(Serialize)]
    struct Narrow {
        b: i32,
    }
    let schema = schema(
        r#"{"type":"record","name":"R","fields":[
        {"name":"a","type":{"type":"record","name":"In","fields":[
            {"name":"list","type":{"type":"array","items":["long","string"]},"default":[1,"x"]},
            {"name":"map","type":{"type":"map","values":"bytes"},"default":{"k":"\u00ff"}}]},"default":{}},
        {"name":"b","type":"int"},
        {"name":"c","type":{"type":"enum","name":"E","symbols":["X","Y"]},"default":"Y"},
        {"name":"d","type":{"type":"fixed","name":"F","size":1},"default":"\u0001"},
        {"name":"e","type":"double","default":1},{"name":"f","type":"float","default":2.5},
        {"name":"g","type":["null","int"],"default":null},{"name":"h","type":"boolean","default":true}]}"#,
    );
    let value = to_value(&schema, &Narrow { b: 3 }).unwrap();
    let list = vec![some(0, Value::Long(1)), some(1, Value::String("x".to_owned()))];
    let map = [("k".to_owned(), Value::Bytes(vec![255]))].into();
    let expected = Value::Record(vec![
        Value::Record(vec![Value::Array(list), Value::Map(map)]),
        Value::Int(3),
        Value::Enum(1),
        Value::Fixed(vec![1]),
        Value::Double(1.0),
        Value::Float(2.5),
        some(0, Value::Null),
        Value::Boolean(true),
    ]);
    assert_eq!(value, expected);
    assert_eq!(to_datum(&schema, &Narrow { b: 3 }).unwrap(), encode(&schema, &expected).unwrap());
}

#[derive(Serialize, Deserialize, PartialEq, Debug)]
enum Payload {
    Null,
    Int(i32),
    Created {
        id: i64,
        by: Option<String>,
    },
    #[serde(rename = "n.Deleted")]
    Deleted(Deleted),
    Suit(Suit),
    Array(Vec<i32>),
    Empty,
}

#[derive(Serialize, Deserialize, PartialEq, Debug)]
struct Deleted {
    id: i64,
}

#[derive(Serialize, Deserialize, PartialEq, Debug)]
#[serde(untagged)]
enum Either {
    Number(i64),
    Text(String),
    Deleted(Deleted),
}

#[test]
fn enums_choose_branches_by_their_names() {
    let union = r#"["null","int",
        {"type":"record","name":"n.Created","fields":[{"name":"id","type":"long"},{"name":"by","type":["null","string"]}]},
        {"type":"record","name":"n.Deleted","fields":[{"name":"id","type":"long"}]},
        {"type":"enum","name":"Suit","symbols":["SPADES","HEARTS"]},{"type":"array","items":"int"},
        {"type":"record","name":"Empty","fields":[]}]"#;
    let created = Value::Record(vec![Value::Long(7), some(0, Value::Null)]);
    for (payload, expected) in [
        (Payload::Null, some(0, Value::Null)),
        (Payload::Int(5), some(1, Value::Int(5))),
        (Payload::Created { id: 7, by: None }, some(2, created)),
        (Payload::Deleted(Deleted { id: 8 }), some(3, Value::Record(vec![Value::Long(8)]))),
        (Payload::Suit(Suit::Hearts), some(4, Value::Enum(1))),
        (Payload::Array(vec![1]), some(5, Value::Array(vec![Value::Int(1)]))),
        (Payload::Empty, some(6, Value::Record(vec![]))),
    ] {
        goes_round(union, &payload, &expected);
        if payload != Payload::Null {
            goes_round(union, &Some(payload), &expected);
        }
    }
    let either =
        r#"["string","long",{"type":"record","name":"Deleted","fields":[{"name":"id","type":"long"}]}]"#;
    goes_round(either, &Either::Number(5), &some(1, Value::Long(5)));
    goes_round(either, &Either::Text("x".to_owned()), &some(0, Value::String("x".to_owned())));
    goes_round(either, &Either::Deleted(Deleted { id: 1 }), &some(2, Value::Record(vec![Value::Long(1)])));
    goes_round(
        r#"["null",{"type":"enum","name":"S","symbols":["HEARTS"]}]"#,
        &Some(Suit::Hearts),
        &some(1, Value::Enum(0)),
    );
}

/// Branches of one short name are told apart by their full names, on both sides, and never mixed up.
#[test]
fn a_short_name_that_several_branches_have_means_none_of_them() {
    #[derive(Serialize, Deserialize, PartialEq, Debug)]
    enum ByName {
        X(Deleted),
        #[serde(rename = "b.X")]
        Full(Deleted),
        #[serde(rename = "a.X")]
        Other(Deleted),
        Int(i32),
        #[serde(rename = "int")]
        Number(i32),
        Y,
    }
    let record = |name: &str, field: &str| {
        format!(r#"{{"type":"record","name":"{name}","fields":[{{"name":"id","type":"{field}"}}]}}"#)
    };
    let deleted = || Deleted { id: 7 };
    let of_id = |place| some(place, Value::Record(vec![Value::Long(7)]));
    let two = format!("[{},{},\"int\"]", record("a.X", "long"), record("b.X", "long"));
    goes_round(&two, &ByName::Other(deleted()), &of_id(0));
    goes_round(&two, &ByName::Full(deleted()), &of_id(1));
    // A name without a namespace is a full name, too.
    let bare = format!("[{},{}]", record("b.X", "long"), record("X", "long"));
    goes_round(&bare, &ByName::Full(deleted()), &of_id(0));
    goes_round(&bare, &ByName::X(deleted()), &of_id(1));
    // As is that of a type, which comes before any case of it.
    let ints =
        r#"["int",{"type":"enum","name":"Int","symbols":["A"]},{"type":"record","name":"Y","fields":[]}]"#;
    goes_round(ints, &ByName::Number(5), &some(0, Value::Int(5)));
    goes_round(ints, &ByName::Y, &some(2, Value::Record(vec![])));
    assert!(to_datum(&schema(ints), &ByName::Int(5)).is_err(), "Int is the enum");

    #[derive(Serialize)]
    struct X {
        id: i64,
    }
    #[derive(Serialize)]
    #[serde(rename = "b.X")]
    struct Renamed {
        id: i64,
    }
    assert_eq!(to_value(&schema(&two), &Renamed { id: 7 }), Ok(of_id(1)));
    assert_eq!(to_value(&schema(&bare), &X { id: 7 }), Ok(of_id(1)));
    #[derive(Deserialize, Debug)]
    enum Short {
        #[expect(dead_code, reason = "never read")]
        X(Deleted),
    }
    let units =
        r#"[{"type":"record","name":"a.Y","fields":[]},{"type":"record","name":"b.Y","fields":[]},"string"]"#;
    let dotted = r#"["int",{"type":"enum","name":"n.Int","symbols":["A"]}]"#;
    let several = |name: &str, names: &str| {
        format!("the name {name} is that of several branches, {names}; give the full name")
    };
    for (found, expected) in [
        (to_datum(&schema(&two), &X { id: 7 }).unwrap_err(), several("X", "a.X, b.X")),
        (to_datum(&schema(&two), &ByName::X(deleted())).unwrap_err(), several("X", "a.X, b.X")),
        (to_datum(&schema(units), &ByName::Y).unwrap_err(), several("Y", "a.Y, b.Y")),
        (to_datum(&schema(dotted), &ByName::Int(5)).unwrap_err(), several("Int", "int, n.Int")),
        (
            from_value::<Short>(&schema(&two), &of_id(1)).unwrap_err(),
            format!(
                "at byte 1: enum Short has no variant for record b.X; it has X: {}",
                several("X", "a.X, b.X")
            ),
        ),
    ] {
        assert_eq!(found.to_string(), expected);
    }
}

#[test]
fn a_symbol_of_several_enums_is_that_of_the_enum_that_is_called_as_the_type_is() {
    let union = |names: [&str; 2]| {
        let of = |name: &str| format!(r#"{{"type":"enum","name":"{name}","symbols":["SPADES","HEARTS"]}}"#);
        format!("[{},{}]", of(names[0]), of(names[1]))
    };
    goes_round(&union(["n.Other", "n.Suit"]), &Suit::Hearts, &some(1, Value::Enum(1)));
    goes_round(&union(["Suit", "n.Suit"]), &Suit::Spades, &some(0, Value::Enum(0)));
    for (names, expected) in [
        (
            ["A", "B"],
            "variant HEARTS of Suit is a symbol of several branches, A, B; give the type the name of one",
        ),
        (
            ["a.Suit", "b.Suit"],
            "the name Suit is that of several branches, a.Suit, b.Suit; give the full name",
        ),
    ] {
        assert_eq!(to_datum(&schema(&union(names)), &Suit::Hearts).unwrap_err().to_string(), expected);
    }
}

/// A union with two records is chosen by the name of the struct, and each number takes the branch nearest to its type.
#[test]
fn values_choose_the_nearest_branch() {
    let records = r#"[{"type":"record","name":"a.Other","fields":[{"name":"id","type":"long"}]},
        {"type":"record","name":"a.Deleted","fields":[{"name":"id","type":"long"}]},{"type":"map","values":"long"}]"#;
    let deleted = Deleted { id: 3 };
    goes_round(records, &deleted, &some(1, Value::Record(vec![Value::Long(3)])));
    let map = BTreeMap::from([("id".to_owned(), 3_i64)]);
    goes_round(records, &map, &some(2, Value::Map([("id".to_owned(), Value::Long(3))].into())));
    let numbers = r#"["float","double","long","int"]"#;
    goes_round(numbers, &1_i32, &some(3, Value::Int(1)));
    goes_round(numbers, &1_u8, &some(3, Value::Int(1)));
    goes_round(numbers, &1_i64, &some(2, Value::Long(1)));
    goes_round(numbers, &u32::MAX, &some(2, Value::Long(u32::MAX.into())));
    goes_round(numbers, &1.0_f32, &some(0, Value::Float(1.0)));
    goes_round(numbers, &1.0_f64, &some(1, Value::Double(1.0)));
}

#[test]
fn logical_types_are_texts_or_numbers() {
    let of = |base: &str, logical: &str| format!(r#"{{"type":{base},"logicalType":"{logical}"}}"#);
    let fixed = |size: usize| format!(r#"{{"type":"fixed","name":"F","size":{size}"#);
    for (schema, text, expected) in [
        (of("\"int\"", "date"), "2026-03-01", Value::Int(20_513)),
        (of("\"int\"", "time-millis"), "12:30:00.500", Value::Int(45_000_500)),
        (of("\"long\"", "time-micros"), "00:00:00.000001", Value::Long(1)),
        (of("\"long\"", "timestamp-millis"), "1970-01-01T00:00:01.000Z", Value::Long(1000)),
        (of("\"long\"", "timestamp-micros"), "1970-01-01T00:00:01.000000Z", Value::Long(1_000_000)),
        (of("\"long\"", "timestamp-nanos"), "1970-01-01T00:00:00.000000001Z", Value::Long(1)),
        (of("\"long\"", "local-timestamp-millis"), "1970-01-01T00:00:01.000", Value::Long(1000)),
        (of("\"long\"", "local-timestamp-micros"), "1970-01-01T00:00:01.000000", Value::Long(1_000_000)),
        (
            of("\"long\"", "local-timestamp-nanos"),
            "1970-01-01T00:00:01.000000000",
            Value::Long(1_000_000_000),
        ),
        (
            of("\"bytes\"", "decimal\",\"precision\":4,\"scale\":\"2").replace("\"2\"", "2"),
            "-12.30",
            Value::Bytes(vec![0xfb, 0x32]),
        ),
        (
            fixed(4) + r#","logicalType":"decimal","precision":4,"scale":2}"#,
            "-12.30",
            Value::Fixed(vec![255, 255, 0xfb, 0x32]),
        ),
        (
            fixed(4) + r#","logicalType":"decimal","precision":4,"scale":2}"#,
            "12.30",
            Value::Fixed(vec![0, 0, 4, 0xce]),
        ),
        (of("\"bytes\"", "big-decimal"), "12.30", Value::Bytes(vec![4, 0x04, 0xce, 4])),
        (
            of("\"string\"", "uuid"),
            "936da01f-9abd-4d9d-80c7-02af85c822a8",
            Value::String("936da01f-9abd-4d9d-80c7-02af85c822a8".to_owned()),
        ),
        (fixed(16) + r#","logicalType":"uuid"}"#, "00000000-0000-0000-0000-0000000000ff", {
            let mut bytes = vec![0; 16];
            bytes[15] = 255;
            Value::Fixed(bytes)
        }),
        (
            fixed(12) + r#","logicalType":"duration"}"#,
            "P14M3DT7.5S",
            Value::Fixed(types::Duration { months: 14, days: 3, millis: 7500 }.to_bytes().to_vec()),
        ),
    ] {
        goes_round(&schema, &text.to_owned(), &expected);
        goes_round(&format!(r#"["null",{schema}]"#), &Some(text.to_owned()), &some(1, expected.clone()));
        match expected {
            Value::Int(number) => goes_round(&schema, &number, &expected),
            Value::Long(number) => goes_round(&schema, &number, &expected),
            Value::Bytes(ref bytes) | Value::Fixed(ref bytes) => {
                goes_round(&schema, &Buffer(bytes.clone()), &expected);
            }
            _ => {}
        }
    }
    let decimal = of("\"bytes\"", "decimal\",\"precision\":4,\"scale\":\"2").replace("\"2\"", "2");
    assert_eq!(to_datum(&schema(&decimal), &7_i32).unwrap(), [4, 0x02, 0xbc], "7.00");
    goes_round(&decimal, &"1.20".parse::<types::Decimal<2>>().unwrap(), &Value::Bytes(vec![120]));
    goes_round(&of("\"int\"", "date"), &types::Date(-1), &Value::Int(-1));
    let uuid = types::Uuid::from_u128(7);
    goes_round(&of("\"string\"", "uuid"), &uuid, &Value::String(uuid.to_string()));
}

#[cfg(all(feature = "chrono", feature = "rust_decimal"))]
#[test]
fn types_of_other_crates_have_these_texts() {
    use types::chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
    let of = |base: &str, logical: &str| format!(r#"{{"type":"{base}","logicalType":"{logical}"}}"#);
    let instant: DateTime<Utc> = "2026-03-01T12:30:00.250Z".parse().unwrap();
    goes_round(&of("long", "timestamp-millis"), &instant, &Value::Long(instant.timestamp_millis()));
    goes_round(&of("long", "timestamp-micros"), &instant, &Value::Long(instant.timestamp_micros()));
    let local: NaiveDateTime = instant.naive_utc();
    goes_round(&of("long", "local-timestamp-millis"), &local, &Value::Long(instant.timestamp_millis()));
    let date = NaiveDate::from_ymd_opt(1969, 12, 31).unwrap();
    goes_round(&of("int", "date"), &date, &Value::Int(-1));
    let time = NaiveTime::from_hms_milli_opt(0, 0, 1, 5).unwrap();
    goes_round(&of("int", "time-millis"), &time, &Value::Int(1005));
    let decimal: types::rust_decimal::Decimal = "-12.30".parse().unwrap();
    let schema = r#"{"type":"bytes","logicalType":"decimal","precision":9,"scale":2}"#;
    goes_round(schema, &decimal, &Value::Bytes(vec![0xfb, 0x32]));
}

#[test]
fn what_does_not_fit_is_told_with_its_place() {
    let record = |field: &str| {
        format!(r#"{{"type":"record","name":"n.R","fields":[{{"name":"price","type":{field}}}]}}"#)
    };
    #[derive(Serialize)]
    struct R<T> {
        price: T,
    }
    fn error<T: Serialize>(schema_text: &str, value: T) -> String {
        let mut out = b"kept".to_vec();
        let error = super::to_datum_into(&schema(schema_text), &value, &mut out).unwrap_err();
        assert_eq!((out.as_slice(), error.offset()), (&b"kept"[..], None), "{error}");
        error.to_string()
    }
    let decimal = r#"{"type":"bytes","logicalType":"decimal","precision":4,"scale":2}"#;
    for (found, expected) in [
        (error("\"int\"", i64::MAX), "the number 9223372036854775807 does not fit int"),
        (error("\"int\"", 5_000_000_000_u64), "the number 5000000000 does not fit int"),
        (
            error(&record("\"long\""), R { price: u64::MAX }),
            "in price: the number 18446744073709551615 does not fit long",
        ),
        (
            error(&record("\"long\""), R { price: u128::MAX }),
            "in price: the number 340282366920938463463374607431768211455 does not fit long",
        ),
        (error("\"double\"", 1_i64), "the number 1 does not fit double"),
        (error("\"float\"", 0.5_f64), "the number 0.5 of 64 bits does not fit float"),
        (error("\"int\"", None::<i32>), "none does not fit int"),
        (error("[\"null\",\"int\"]", "x"), "a text of 1 bytes does not fit [null, int]"),
        (error(SUIT, "CLUBS"), "a text of 5 bytes does not fit enum Suit (SPADES, HEARTS)"),
        (error(decimal, "123.45"), "a text of 6 bytes does not fit decimal(4, 2)"),
        (error(decimal, "1.234"), "a text of 5 bytes does not fit decimal(4, 2)"),
        (error(r#"{"type":"int","logicalType":"date"}"#, "1.3.2026"), "a text of 8 bytes does not fit date"),
        (
            error(r#"{"type":"long","logicalType":"timestamp-millis"}"#, "1970-01-01T00:00:00.0005Z"),
            "does not fit timestamp-millis",
        ),
        (error(r#"{"type":"string","logicalType":"uuid"}"#, "x"), "a text of 1 bytes does not fit uuid"),
        (
            error(r#"{"type":"fixed","name":"n.F","size":2}"#, [1_u8, 2, 3]),
            "a tuple of 3 does not fit fixed n.F of 2 bytes",
        ),
        (error("\"bytes\"", vec![1, 256]), "in [1]: the number 256 is no byte: 0 to 255"),
        (error("\"bytes\"", vec![u128::MAX]), "is no byte: 0 to 255"),
        (error("\"bytes\"", vec![true]), "a part of bytes is no number of 0 to 255"),
        (
            error(r#"{"type":"map","values":"int"}"#, BTreeMap::from([("k", "x")])),
            "in [\"k\"]: a text of 1 bytes does not fit int",
        ),
        (
            error(r#"{"type":"map","values":"int"}"#, BTreeMap::from([(vec![1], 1)])),
            "a key of a map is no text, number or symbol",
        ),
        (
            error(
                &record(r#"{"type":"array","items":["null","string"]}"#),
                R { price: vec![None, Some(true)] },
            ),
            "in price[1]: true does not fit [null, string]",
        ),
        (
            error(
                r#"{"type":"record","name":"n.R","fields":[{"name":"prise","type":"int"}]}"#,
                R { price: 1 },
            ),
            "record n.R has no field \"price\"; did you mean \"prise\"?",
        ),
        (
            error(
                r#"{"type":"record","name":"R","fields":[{"name":"price","type":"int"},{"name":"b","type":"int"}]}"#,
                R { price: 1 },
            ),
            "in b: the value lacks this field, which has no default",
        ),
        (
            error(
                r#"[{"type":"record","name":"A","fields":[]},{"type":"record","name":"B","fields":[]}]"#,
                R { price: 1 },
            ),
            "a struct R does not fit [A, B]",
        ),
        (
            error(r#"["int","string"]"#, Payload::Array(vec![])),
            "variant Array with content does not fit [int, string]",
        ),
        (error(SUIT, Payload::Null), "variant Null does not fit enum Suit (SPADES, HEARTS)"),
    ] {
        assert!(found.ends_with(expected), "{found}\nis not\n{expected}");
    }
}

#[test]
fn data_that_does_not_fit_a_type_is_told_with_its_place() {
    #[derive(Deserialize, Debug)]
    struct Item {
        #[expect(dead_code, reason = "read by nobody")]
        price: i8,
    }
    let record = r#"{"type":"record","name":"R","fields":[{"name":"items","type":{"type":"array","items":
        {"type":"record","name":"I","fields":[{"name":"price","type":"long"}]}}}]}"#;
    let schema = schema(record);
    type Read = BTreeMap<String, Vec<Item>>;
    let data = |prices: &[i64]| {
        let items = prices.iter().map(|price| Value::Record(vec![Value::Long(*price)])).collect();
        encode(&schema, &Value::Record(vec![Value::Array(items)])).unwrap()
    };
    assert_eq!(from_datum::<Read>(&schema, &data(&[1, 2])).unwrap()["items"].len(), 2);
    let error = from_datum::<Read>(&schema, &data(&[1, 300])).unwrap_err();
    assert_eq!(error.to_string(), "at byte 4, in items[1].price: invalid value: integer `300`, expected i8");
    assert_eq!((error.path().to_string().as_str(), error.offset()), ("items[1].price", Some(4)));

    let error = from_datum::<Read>(&schema, &data(&[1, 300])[..3]).unwrap_err();
    assert_eq!(error.problem(), &SerdeProblem::Data(DecodeError::UnexpectedEnd));
    assert_eq!(error.to_string(), "at byte 2, in items[1].price: the input ends inside a value");
    let error = from_datum::<Read>(&schema, &[&data(&[1, 2])[..], &[0]].concat()).unwrap_err();
    assert_eq!((error.problem(), error.offset()), (&SerdeProblem::Data(DecodeError::TrailingBytes), Some(4)));

    let error = from_datum::<[i32; 2]>(&self::schema(r#"{"type":"array","items":"int"}"#), &[6, 2, 4, 6, 0]);
    assert_eq!(error.unwrap_err().to_string(), "at byte 3: invalid length 3, expected fewer items");
    // A text of the message may be secret.
    for (text, expected) in
        [("secret", "a text of 6 bytes"), ("é", "a text of 2 bytes"), ("", "a text of 0 bytes")]
    {
        let string = self::schema("\"string\"");
        let datum = to_datum(&string, text).unwrap();
        let error = from_datum::<i32>(&string, &datum).unwrap_err();
        assert_eq!(error.problem().to_string(), format!("invalid type: {expected}, expected i32"));
        if text != "é" {
            let error = from_datum::<char>(&string, &datum).unwrap_err();
            assert_eq!(
                error.problem().to_string(),
                format!("invalid value: {expected}, expected a character")
            );
        }
    }
    let error = from_datum::<Suit>(&self::schema("\"long\""), &[2]).unwrap_err();
    assert_eq!(error.to_string(), "at byte 0: enum Suit has no variant for long; it has HEARTS, SPADES");
}

#[test]
fn floats_take_the_numbers_that_they_hold_and_round_none() {
    fn read<T: DeserializeOwned + PartialEq + Debug>(kind: &str, number: Value) -> Result<T, String> {
        let text =
            format!(r#"{{"type":"record","name":"R","fields":[{{"name":"n","type":["null",{kind}]}}]}}"#);
        let value = Value::Record(vec![some(1, number)]);
        let read: Result<BTreeMap<String, T>, _> = from_value(&schema(&text), &value);
        read.map(|mut read| read.remove("n").unwrap()).map_err(|error| {
            assert_eq!(error.path().to_string(), "n");
            error.problem().to_string()
        })
    }
    let (double, long, int) = ("\"double\"", "\"long\"", "\"int\"");
    for number in
        [0.0, -0.0, 0.5, f64::from(f32::MAX), f64::from(f32::from_bits(1)), f64::INFINITY, f64::NEG_INFINITY]
    {
        let read = read::<f32>(double, Value::Double(number)).unwrap();
        assert_eq!(f64::from(read).to_bits(), number.to_bits(), "{number}");
    }
    assert!(read::<f32>(double, Value::Double(f64::NAN)).unwrap().is_nan());
    for number in [0.1, 1e300, -1e39, 16_777_217.0, f64::MIN_POSITIVE, f64::MAX] {
        let refused = "a double does not fit f32, which would round it";
        assert_eq!(read::<f32>(double, Value::Double(number)), Err(refused.to_owned()), "{number}");
        assert_eq!(read::<f64>(double, Value::Double(number)), Ok(number));
    }
    assert_eq!(read::<f64>("\"float\"", Value::Float(0.1)), Ok(f64::from(0.1_f32)));
    let (f32_ends, f64_ends) = (1_i64 << 24, 1_i64 << 53);
    for (number, f32_holds, f64_holds) in [
        (0, true, true),
        (-1, true, true),
        (f32_ends, true, true),
        (f32_ends + 1, false, true),
        (-f32_ends - 1, false, true),
        (f32_ends + 2, true, true),
        (f64_ends - 1, false, true),
        (f64_ends, true, true),
        (f64_ends + 1, false, false),
        (-f64_ends - 1, false, false),
        (f64_ends + 2, false, true),
        (i64::MAX, false, false),
        (i64::MIN, true, true),
    ] {
        let refused = |name: &str| format!("a whole number does not fit {name}, which would round it");
        let single = read::<f32>(long, Value::Long(number));
        assert_eq!(single.clone().err(), (!f32_holds).then(|| refused("f32")), "{number}");
        let wide = read::<f64>(long, Value::Long(number));
        assert_eq!(wide.clone().err(), (!f64_holds).then(|| refused("f64")), "{number}");
        for held in single.into_iter().map(f64::from).chain(wide) {
            assert_eq!(format!("{held:.0}"), number.to_string());
        }
        if let Ok(small) = i32::try_from(number) {
            assert_eq!(read::<f32>(int, Value::Int(small)).is_ok(), f32_holds, "{number}");
            assert_eq!(read::<f64>(int, Value::Int(small)), Ok(f64::from(small)));
        }
    }
    // A date is a number where a number is wanted.
    assert_eq!(read::<f64>(r#"{"type":"int","logicalType":"date"}"#, Value::Int(5)), Ok(5.0));
}

#[test]
fn fields_that_a_type_has_not_are_skipped_whatever_they_are() {
    #[derive(Deserialize, PartialEq, Debug)]
    struct Last {
        last: i32,
    }
    let types = [
        ("\"null\"", Value::Null),
        ("\"boolean\"", Value::Boolean(true)),
        ("\"int\"", Value::Int(-70_000)),
        ("\"long\"", Value::Long(i64::MIN)),
        ("\"float\"", Value::Float(1.0)),
        ("\"double\"", Value::Double(1.0)),
        ("\"bytes\"", Value::Bytes(vec![1, 2])),
        ("\"string\"", Value::String("abc".to_owned())),
        (r#"{"type":"fixed","name":"F","size":3}"#, Value::Fixed(vec![1, 2, 3])),
        (SUIT, Value::Enum(1)),
        (r#"{"type":"bytes","logicalType":"big-decimal"}"#, Value::Bytes(vec![9])),
        (
            r#"{"type":"array","items":["null","string"]}"#,
            Value::Array(vec![some(0, Value::Null), some(1, Value::String("x".into()))]),
        ),
        (
            r#"{"type":"map","values":{"type":"record","name":"N","fields":[]}}"#,
            Value::Map([("k".to_owned(), Value::Record(vec![]))].into()),
        ),
    ];
    for (text, value) in types {
        let schema = schema(&format!(
            r#"{{"type":"record","name":"R","fields":[{{"name":"x","type":{text}}},{{"name":"last","type":"int"}}]}}"#
        ));
        let datum = encode(&schema, &Value::Record(vec![value, Value::Int(7)])).unwrap();
        assert_eq!(from_datum::<Last>(&schema, &datum), Ok(Last { last: 7 }), "{text}");
    }
}

/// Texts and bytes borrow from the datum.
#[test]
fn what_is_borrowed_is_not_copied() {
    #[derive(Deserialize)]
    struct Borrowed<'a> {
        name: &'a str,
        #[serde(borrow)]
        tags: BTreeMap<&'a str, &'a [u8]>,
    }
    let schema = schema(
        r#"{"type":"record","name":"R","fields":[{"name":"name","type":"string"},{"name":"tags","type":{"type":"map","values":"bytes"}}]}"#,
    );
    let datum = [4, b'A', b'b', 2, 2, b'k', 4, 1, 2, 0];
    let read: Borrowed<'_> = from_datum(&schema, &datum).unwrap();
    assert_eq!((read.name, read.tags["k"]), ("Ab", &[1, 2][..]));
    assert!(datum.as_ptr_range().contains(&read.name.as_ptr()));
    assert!(datum.as_ptr_range().contains(&read.tags["k"].as_ptr()));
}

/// A list whose links are types of the same kind is bounded before the stack is.
#[test]
fn deep_values_are_refused_both_ways() {
    #[derive(Serialize, Deserialize, Debug, Default)]
    struct Link {
        next: Option<Box<Link>>,
    }
    let schema =
        schema(r#"{"type":"record","name":"Link","fields":[{"name":"next","type":["null","Link"]}]}"#);
    let chain =
        |length: usize| (0..length).fold(Link::default(), |link, _| Link { next: Some(Box::new(link)) });
    let datum = to_datum(&schema, &chain(100)).unwrap();
    assert_eq!(datum, [vec![2; 100], vec![0]].concat());
    assert!(from_datum::<Link>(&schema, &datum).is_ok());
    let error = to_datum(&schema, &chain(600)).unwrap_err();
    assert!(error.to_string().ends_with("values nest deeper than 512 levels"), "{error}");
    for bytes in [vec![2; 100_000], [vec![2; 600], vec![0]].concat()] {
        let error = from_datum::<Link>(&schema, &bytes).unwrap_err();
        assert_eq!(error.problem(), &SerdeProblem::Data(DecodeError::Depth));
        assert!(from_datum::<IgnoredAny>(&schema, &bytes).is_err());
    }
}

#[test]
fn a_hostile_count_costs_nothing() {
    for (text, datum) in [
        (r#"{"type":"array","items":"null"}"#, vec![0xff, 0xff, 0xff, 0xff, 0x0f]),
        (r#"{"type":"array","items":"string"}"#, vec![0xfe, 0xff, 0xff, 0xff, 0x0f]),
        (r#"{"type":"map","values":"null"}"#, vec![0xfe, 0xff, 0xff, 0xff, 0x0f]),
        (
            r#"{"type":"array","items":{"type":"record","name":"E","fields":[]}}"#,
            vec![0xfe, 0xff, 0xff, 0xff, 0x0f],
        ),
    ] {
        let schema = schema(text);
        assert!(from_datum::<IgnoredAny>(&schema, &datum).is_err(), "{text}");
        assert!(from_datum::<crate::serde_data::tests::Anything>(&schema, &datum).is_err(), "{text}");
    }
}

/// Takes whatever comes.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Anything {
    Unit,
    Boolean(bool),
    Integer(i64),
    Float(f64),
    Text(String),
    Bytes(Vec<u8>),
    List(Vec<Anything>),
    Map(Vec<(String, Anything)>),
}

impl<'de> Deserialize<'de> for Anything {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> serde::de::Visitor<'de> for Any {
            type Value = Anything;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("anything")
            }
            fn visit_unit<E>(self) -> Result<Anything, E> {
                Ok(Anything::Unit)
            }
            fn visit_bool<E>(self, value: bool) -> Result<Anything, E> {
                Ok(Anything::Boolean(value))
            }
            fn visit_i64<E>(self, value: i64) -> Result<Anything, E> {
                Ok(Anything::Integer(value))
            }
            fn visit_f64<E>(self, value: f64) -> Result<Anything, E> {
                Ok(Anything::Float(value))
            }
            fn visit_str<E>(self, value: &str) -> Result<Anything, E> {
                Ok(Anything::Text(value.to_owned()))
            }
            fn visit_bytes<E>(self, value: &[u8]) -> Result<Anything, E> {
                Ok(Anything::Bytes(value.to_vec()))
            }
            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut items: A) -> Result<Anything, A::Error> {
                let mut list = Vec::new();
                while let Some(item) = items.next_element()? {
                    list.push(item);
                }
                Ok(Anything::List(list))
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut entries: A) -> Result<Anything, A::Error> {
                let mut map = Vec::new();
                while let Some(entry) = entries.next_entry()? {
                    map.push(entry);
                }
                Ok(Anything::Map(map))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

impl Serialize for Anything {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Unit => serializer.serialize_unit(),
            Self::Boolean(value) => serializer.serialize_bool(*value),
            Self::Integer(value) => serializer.serialize_i64(*value),
            Self::Float(value) => serializer.serialize_f64(*value),
            Self::Text(value) => serializer.serialize_str(value),
            Self::Bytes(value) => serializer.serialize_bytes(value),
            Self::List(items) => serializer.collect_seq(items),
            Self::Map(entries) => serializer.collect_map(entries.iter().map(|(key, value)| (key, value))),
        }
    }
}

/// Of schemas made at random, all data is read and skipped; where no union and no float leaves a choice, it is written again as
/// it was. Damaged data is an error or a value.
#[test]
fn data_of_any_schema_goes_through() {
    use avro_model::Kind;
    use avro_model::testing::{Random, Values, mutate, schema};
    let mut written = 0;
    for seed in 0..600 {
        let mut random = Random::seed(seed);
        let schema = schema(&mut random);
        let values = Values::of(&schema);
        if !values.any() {
            continue;
        }
        let value = values.value(&mut random);
        let mut datum = encode(&schema, &value).unwrap();
        assert_eq!(from_datum::<IgnoredAny>(&schema, &datum), Ok(IgnoredAny), "{seed}: {value:?}");
        let read = from_datum::<Anything>(&schema, &datum);
        let plain = schema
            .nodes()
            .iter()
            .all(|node| node.logical.is_none() && !matches!(node.kind, Kind::Union(_) | Kind::Float));
        if plain {
            assert_eq!(to_value(&schema, &read.unwrap()), Ok(value), "{seed}");
            written += 1;
        } else if !schema.nodes().iter().any(|node| node.logical.is_some()) {
            read.unwrap_or_else(|error| panic!("{seed}: {error}"));
        }
        mutate(&mut datum, &mut random);
        let _ = from_datum::<Anything>(&schema, &datum);
        let _ = from_datum::<IgnoredAny>(&schema, &datum);
    }
    assert!(written > 20, "{written} schemas were plain");
}
