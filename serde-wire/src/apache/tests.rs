use super::{from_apache, to_apache, to_apache_schema};
use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::types::Value as Theirs;
use apache_avro::writer::datum::GenericDatumWriter;
use apache_avro::{Decimal, Duration, Uuid};
use avro_model::binary::{Decoder, encode};
use avro_model::schema::LogicalType;
use avro_model::testing::{Random, Values, schema as random_schema};
use avro_model::{Kind, Schema, Value};

fn schema(text: &str) -> Schema {
    text.parse().unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn every_kind_has_its_variant_both_ways() {
    let of = |base: &str, logical: &str| format!(r#"{{"type":{base},"logicalType":"{logical}"}}"#);
    let fixed = |size: usize, logical: &str| {
        format!(r#"{{"type":"fixed","name":"F","size":{size},"logicalType":"{logical}"}}"#)
    };
    let uuid = Uuid::from_u128(0x936d_a01f_9abd_4d9d_80c7_02af_85c8_22a8);
    let cases = [
        ("\"null\"".to_owned(), Value::Null, Theirs::Null),
        ("\"boolean\"".to_owned(), Value::Boolean(true), Theirs::Boolean(true)),
        ("\"int\"".to_owned(), Value::Int(-5), Theirs::Int(-5)),
        ("\"long\"".to_owned(), Value::Long(i64::MIN), Theirs::Long(i64::MIN)),
        ("\"float\"".to_owned(), Value::Float(0.5), Theirs::Float(0.5)),
        ("\"double\"".to_owned(), Value::Double(0.1), Theirs::Double(0.1)),
        ("\"bytes\"".to_owned(), Value::Bytes(vec![0, 255]), Theirs::Bytes(vec![0, 255])),
        ("\"string\"".to_owned(), Value::String("é".into()), Theirs::String("é".into())),
        (r#"{"type":"fixed","name":"F","size":2}"#.to_owned(), Value::Fixed(vec![1, 2]), Theirs::Fixed(2, vec![1, 2])),
        (r#"{"type":"enum","name":"E","symbols":["A","B"]}"#.to_owned(), Value::Enum(1), Theirs::Enum(1, "B".into())),
        (
            r#"["null","long"]"#.to_owned(),
            Value::Union(1, Box::new(Value::Long(3))),
            Theirs::Union(1, Box::new(Theirs::Long(3))),
        ),
        (
            r#"{"type":"array","items":"int"}"#.to_owned(),
            Value::Array(vec![Value::Int(1)]),
            Theirs::Array(vec![Theirs::Int(1)]),
        ),
        (
            r#"{"type":"map","values":"int"}"#.to_owned(),
            Value::Map([("k".to_owned(), Value::Int(1))].into()),
            Theirs::Map([("k".to_owned(), Theirs::Int(1))].into()),
        ),
        (
            r#"{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"b","type":"string"}]}"#.to_owned(),
            Value::Record(vec![Value::Int(1), Value::String("x".into())]),
            Theirs::Record(vec![("a".into(), Theirs::Int(1)), ("b".into(), Theirs::String("x".into()))]),
        ),
        (of("\"int\"", "date"), Value::Int(-1), Theirs::Date(-1)),
        (of("\"int\"", "time-millis"), Value::Int(5), Theirs::TimeMillis(5)),
        (of("\"long\"", "time-micros"), Value::Long(5), Theirs::TimeMicros(5)),
        (of("\"long\"", "timestamp-millis"), Value::Long(5), Theirs::TimestampMillis(5)),
        (of("\"long\"", "timestamp-micros"), Value::Long(5), Theirs::TimestampMicros(5)),
        (of("\"long\"", "timestamp-nanos"), Value::Long(5), Theirs::TimestampNanos(5)),
        (of("\"long\"", "local-timestamp-millis"), Value::Long(5), Theirs::LocalTimestampMillis(5)),
        (of("\"long\"", "local-timestamp-micros"), Value::Long(5), Theirs::LocalTimestampMicros(5)),
        (of("\"long\"", "local-timestamp-nanos"), Value::Long(5), Theirs::LocalTimestampNanos(5)),
        (
            r#"{"type":"bytes","logicalType":"decimal","precision":9,"scale":2}"#.to_owned(),
            Value::Bytes(vec![0xfb, 0x32]),
            Theirs::Decimal(Decimal::from([0xfb, 0x32])),
        ),
        (
            r#"{"type":"fixed","name":"F","size":4,"logicalType":"decimal","precision":9,"scale":2}"#.to_owned(),
            Value::Fixed(vec![255, 255, 0xfb, 0x32]),
            Theirs::Decimal(Decimal::from([255, 255, 0xfb, 0x32])),
        ),
        (
            r#"{"type":"bytes","logicalType":"decimal","precision":9,"scale":2}"#.to_owned(),
            Value::Bytes(vec![]),
            Theirs::Bytes(vec![]),
        ),
        (of("\"bytes\"", "big-decimal"), Value::Bytes(vec![4, 0x04, 0xce, 4]), {
            Theirs::BigDecimal("12.30".parse().unwrap())
        }),
        (of("\"bytes\"", "big-decimal"), Value::Bytes(vec![9]), Theirs::Bytes(vec![9])),
        (of("\"string\"", "uuid"), Value::String(uuid.to_string()), Theirs::Uuid(uuid)),
        (of("\"string\"", "uuid"), Value::String("none".into()), Theirs::String("none".into())),
        (fixed(16, "uuid"), Value::Fixed(uuid.as_bytes().to_vec()), Theirs::Uuid(uuid)),
        (
            fixed(12, "duration"),
            Value::Fixed(vec![1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0]),
            Theirs::Duration(Duration::from([1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0])),
        ),
    ];
    for (text, ours, theirs) in cases {
        let schema = schema(&text);
        assert_eq!(to_apache(&schema, &ours), theirs, "{text}");
        assert_eq!(from_apache(&schema, &theirs).as_ref(), Ok(&ours), "{text}");
    }
}

#[test]
fn values_that_people_build_by_hand_are_taken() {
    let record = r#"{"type":"record","name":"R","fields":[{"name":"a","type":"long"},
        {"name":"b","type":["null",{"type":"enum","name":"E","symbols":["X","Y"]}],"default":null}]}"#;
    let field = |name: &str, value: Theirs| (name.to_owned(), value);
    let (null, y) = (Value::Union(0, Box::new(Value::Null)), Value::Union(1, Box::new(Value::Enum(1))));
    for (fields, expected) in [
        (vec![field("a", Theirs::Int(1))], null.clone()),
        (vec![field("b", Theirs::Null), field("a", Theirs::Long(1))], null),
        (vec![field("b", Theirs::String("Y".into())), field("a", Theirs::Long(1))], y.clone()),
        (vec![field("b", Theirs::Enum(7, "Y".into())), field("a", Theirs::Long(1))], y),
    ] {
        let value = from_apache(&schema(record), &Theirs::Record(fields));
        assert_eq!(value, Ok(Value::Record(vec![Value::Long(1), expected])));
    }
    let long = schema("\"long\"");
    assert_eq!(from_apache(&long, &Theirs::TimestampMicros(5)), Ok(Value::Long(5)));
    let decimal =
        schema(r#"{"type":"fixed","name":"F","size":4,"logicalType":"decimal","precision":9,"scale":2}"#);
    let short = from_apache(&decimal, &Theirs::Decimal(Decimal::from([0xfb, 0x32])));
    assert_eq!(short, Ok(Value::Fixed(vec![255, 255, 0xfb, 0x32])));

    let empty = Theirs::Decimal(Decimal::from(b""));
    assert_eq!(from_apache(&decimal, &empty), Ok(Value::Fixed(vec![0; 4])));
    let varying = schema(r#"{"type":"bytes","logicalType":"decimal","precision":9,"scale":2}"#);
    assert_eq!(from_apache(&varying, &empty), Ok(Value::Bytes(vec![])));

    let micros = r#"{"type":"long","logicalType":"timestamp-micros"}"#;
    for (text, value, expected) in [
        (micros, Theirs::TimestampMillis(5), "a timestamp-millis stands where the schema has long"),
        ("\"int\"", Theirs::Long(5), "a long stands where the schema has int"),
        (
            record,
            Theirs::Record(vec![field("aa", Theirs::Int(1))]),
            "record R has no field \"aa\"; did you mean \"a\"?",
        ),
        (record, Theirs::Record(vec![]), "in a: it is missing, and has no default"),
        (
            record,
            Theirs::Record(vec![field("a", Theirs::Int(1)), field("b", Theirs::String("Z".into()))]),
            "in b: a string stands where the schema has union",
        ),
        (
            r#"{"type":"array","items":"int"}"#,
            Theirs::Array(vec![Theirs::Int(1), Theirs::Null]),
            "in [1]: null stands where the schema has int",
        ),
        (
            r#"["null","int"]"#,
            Theirs::Union(2, Box::new(Theirs::Null)),
            "a union stands where the schema has union",
        ),
        (
            r#"{"type":"fixed","name":"F","size":2}"#,
            Theirs::Fixed(3, vec![1, 2, 3]),
            "a fixed stands where the schema has F",
        ),
    ] {
        assert_eq!(from_apache(&schema(text), &value).unwrap_err().to_string(), expected);
    }
}

/// The branch of a value's own kind comes first, and none is guessed.
#[test]
fn what_stands_alone_in_a_union_takes_the_branch_of_its_kind() {
    let union = schema(
        r#"[
        {"type":"record","name":"Created","fields":[{"name":"id","type":"long"},{"name":"at","type":"long","default":0}]},
        {"type":"record","name":"Deleted","fields":[{"name":"id","type":"long"}]},
        {"type":"record","name":"Noted","fields":[{"name":"note","type":"string"},{"name":"by","type":"string","default":"x"}]},
        {"type":"enum","name":"E","symbols":["A","B"]},{"type":"enum","name":"F","symbols":["A"]},
        {"type":"fixed","name":"G","size":2},{"type":"fixed","name":"H","size":2},
        {"type":"fixed","name":"Amount","size":4,"logicalType":"decimal","precision":9,"scale":2},
        "bytes","string","double",{"type":"long","logicalType":"timestamp-millis"}]"#,
    );
    let text = |text: &str| Theirs::String(text.to_owned());
    let record = |fields: &[(&str, Theirs)]| {
        Theirs::Record(fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect())
    };
    let long = |values: &[i64]| Value::Record(values.iter().copied().map(Value::Long).collect());
    for (given, place, expected) in [
        (record(&[("id", Theirs::Long(1))]), 1, long(&[1])),
        (record(&[("at", Theirs::Long(2)), ("id", Theirs::Int(1))]), 0, long(&[1, 2])),
        (
            record(&[("note", text("n"))]),
            2,
            Value::Record(vec![Value::String("n".into()), Value::String("x".into())]),
        ),
        (text("A"), 9, Value::String("A".into())),
        (Theirs::Enum(0, "B".into()), 3, Value::Enum(1)),
        (Theirs::Bytes(vec![1, 2]), 8, Value::Bytes(vec![1, 2])),
        (Theirs::Decimal(Decimal::from([5])), 7, Value::Fixed(vec![0, 0, 0, 5])),
        (Theirs::TimestampMillis(5), 11, Value::Long(5)),
        (Theirs::Int(5), 11, Value::Long(5)),
    ] {
        assert_eq!(from_apache(&union, &given), Ok(Value::Union(place, Box::new(expected))), "{given:?}");
    }
    let like = schema(
        r#"{"type":"array","items":[
        {"type":"record","name":"n.A","fields":[{"name":"id","type":"long"}]},
        {"type":"record","name":"n.B","fields":[{"name":"id","type":"long"}]},
        {"type":"record","name":"n.C","fields":[{"name":"x","type":"int"},{"name":"c","type":"int","default":0}]},
        {"type":"record","name":"n.D","fields":[{"name":"x","type":"int"},{"name":"d","type":"int","default":0}]},
        {"type":"enum","name":"n.E","symbols":["A"]},{"type":"enum","name":"n.F","symbols":["A"]},
        {"type":"fixed","name":"n.G","size":2},{"type":"fixed","name":"n.H","size":2}]}"#,
    );
    for (given, expected) in [
        (record(&[("id", Theirs::Long(1))]), "a record fits several branches, n.A, n.B;"),
        (record(&[("x", Theirs::Int(1))]), "a record fits several branches, n.C, n.D;"),
        (text("A"), "a string fits several branches, n.E, n.F;"),
        (Theirs::Enum(0, "A".into()), "an enum fits several branches, n.E, n.F;"),
        (Theirs::Bytes(vec![1, 2]), "bytes fits several branches, n.G, n.H;"),
        (Theirs::Fixed(2, vec![1, 2]), "a fixed fits several branches, n.G, n.H;"),
    ] {
        let error = from_apache(&like, &Theirs::Array(vec![given])).unwrap_err().to_string();
        assert!(error.starts_with(&format!("in [0]: {expected} a `Value::Union` with")), "{error}");
    }
}

/// Values of schemas made at random come back as they were; and where that crate takes schema and value at all, it writes the same
/// data and reads it as the same value.
#[test]
fn generated_values_go_there_and_back() {
    let (mut compared, mut values) = (0, 0);
    for seed in 0..800 {
        let mut random = Random::seed(seed);
        let schema = random_schema(&mut random);
        let made = Values::of(&schema);
        if !made.any() {
            continue;
        }
        values += 1;
        let value = made.value(&mut random);
        let theirs = to_apache(&schema, &value);
        assert_eq!(from_apache(&schema, &theirs), Ok(value.clone()), "{seed}");

        // A text that is no UUID is none to that crate, nor are bytes a big-decimal that are not laid out so.
        let unfit = |node: &avro_model::Node| {
            matches!(node.logical, Some(LogicalType::Uuid | LogicalType::BigDecimal))
        };
        let Ok(their_schema) = to_apache_schema(&schema) else { continue };
        if schema.nodes().iter().any(unfit) {
            continue;
        }
        // Maps come in another order each time.
        let unordered = schema.nodes().iter().any(|node| matches!(node.kind, Kind::Map(_)));
        let Ok(writer) = GenericDatumWriter::builder(&their_schema).build() else { continue };
        let Ok(written) = writer.write_value_to_vec(theirs) else { continue };
        if unordered {
            assert_eq!(Decoder::new(&schema).decode(&written), Ok(value.clone()), "{seed}");
        } else {
            assert_eq!(written, encode(&schema, &value).unwrap(), "{seed}");
        }
        let reader = GenericDatumReader::builder(&their_schema).build().unwrap();
        let read = reader.read_value(&mut written.as_slice()).unwrap();
        assert_eq!(from_apache(&schema, &read), Ok(value), "{seed}");
        compared += 1;
    }
    assert!(compared > 100, "{compared} of {values} values were compared with what that crate does");
}
