//! Sample data is of its schema, of the size that was asked for, and the same for a seed.

use super::Sizes;
use super::values::Values;
use avro_model::schema::{Kind, LogicalType, NodeId};
use avro_model::testing::{Random, schema};
use avro_model::{Schema, Value, binary, json_encoding};

const SIZES: Sizes = Sizes { items: 3, length: 16, depth: 6, size: 10_000 };

fn values(schema: &Schema, sizes: &Sizes, seed: u64, count: usize) -> Vec<Value> {
    let values = Values::of(schema, sizes).unwrap();
    let mut choices = Random::seed(seed);
    (0..count).map(|_| values.value(&mut choices)).collect()
}

/// Calls `see` with each part of a value and its schema.
fn each(schema: &Schema, node: NodeId, value: &Value, see: &mut impl FnMut(NodeId, &Value)) {
    see(node, value);
    match (&schema[node].kind, value) {
        (Kind::Array(items), Value::Array(values)) => {
            values.iter().for_each(|value| each(schema, *items, value, see));
        }
        (Kind::Map(kind), Value::Map(values)) => {
            values.values().for_each(|value| each(schema, *kind, value, see));
        }
        (Kind::Union(branches), Value::Union(branch, value)) => each(schema, branches[*branch], value, see),
        (Kind::Record(record), Value::Record(values)) => {
            record
                .fields
                .iter()
                .zip(values)
                .for_each(|(field, value)| each(schema, field.schema, value, see));
        }
        _ => {}
    }
}

fn parts(schema: &Schema, value: &Value) -> usize {
    let mut parts = 0;
    each(schema, schema.root(), value, &mut |_, _| parts += 1);
    parts
}

#[test]
fn values_of_generated_schemas_are_values_of_them_in_both_encodings() {
    let mut random = Random::seed(5);
    for number in 0..300_u16 {
        let schema = schema(&mut random);
        let sizes = Sizes {
            items: u32::from(number % 5),
            length: u32::from(number % 23),
            depth: 1 + number % 9,
            size: 50 * u32::from(number),
        };
        for value in values(&schema, &sizes, u64::from(number), 5) {
            let bytes = binary::encode(&schema, &value).unwrap();
            assert_eq!(binary::Decoder::new(&schema).decode(&bytes).unwrap(), value, "{schema:?}");
            let json = json_encoding::encode(&schema, &value).unwrap();
            assert_eq!(json_encoding::decode(&schema, &json).unwrap(), value, "{json}");
        }
    }
}

#[test]
fn a_seed_gives_the_same_values_and_another_one_others() {
    let schema: Schema = r#"{"type":"array","items":["null","string","double"]}"#.parse().unwrap();
    let of = |seed| values(&schema, &SIZES, seed, 20);
    assert_eq!(of(1), of(1));
    assert_ne!(of(1), of(2));
}

#[test]
fn sizes_hold() {
    let schema: Schema = r#"{"type":"record","name":"R","fields":[
        {"name":"a","type":{"type":"array","items":"R"}},{"name":"m","type":{"type":"map","values":"R"}},
        {"name":"s","type":"string"},{"name":"b","type":"bytes"},{"name":"u","type":["null","R"]}]}"#
        .parse()
        .unwrap();
    // The least value is the record, its fields, and the null in the last one.
    for (sizes, most) in [
        (SIZES, 10_007),
        (Sizes { items: 100_000, length: 100_000, depth: 256, size: 5000 }, 5007),
        (Sizes { depth: 0, ..SIZES }, 7),
        (Sizes { size: 0, ..SIZES }, 7),
        (Sizes { items: 0, depth: 2, ..SIZES }, 13),
    ] {
        let mut largest = 0;
        for value in values(&schema, &sizes, 9, 200) {
            largest = largest.max(parts(&schema, &value));
            each(&schema, schema.root(), &value, &mut |_, value| match value {
                Value::Array(items) => assert!(items.len() <= sizes.items as usize),
                Value::Map(items) => assert!(items.len() <= sizes.items as usize),
                Value::String(text) => assert!(text.chars().count() <= sizes.length as usize),
                Value::Bytes(bytes) => assert!(bytes.len() <= sizes.length as usize),
                _ => {}
            });
        }
        assert!(largest <= most, "{sizes:?}: {largest}");
    }
}

#[test]
fn every_symbol_and_branch_comes_up() {
    let schema: Schema =
        r#"["null","int",{"type":"enum","name":"E","symbols":["A","B","C"]},{"type":"fixed","name":"F","size":3}]"#
            .parse()
            .unwrap();
    let values = values(&schema, &SIZES, 0, 200);
    for branch in 0..4 {
        assert!(
            values.iter().any(|value| matches!(value, Value::Union(found, _) if *found == branch)),
            "{branch}"
        );
    }
    for symbol in 0..3 {
        assert!(values.contains(&Value::Union(2, Box::new(Value::Enum(symbol)))), "{symbol}");
    }
}

/// A number in two's complement.
fn number(bytes: &[u8]) -> i128 {
    let sign = if bytes.first().is_some_and(|first| first & 0x80 != 0) { -1 } else { 0 };
    bytes.iter().fold(sign, |number, byte| number << 8 | i128::from(*byte))
}

#[test]
fn logical_types_are_kept() {
    let years = |parts: i64| 946_684_800 * parts..2_145_916_800 * parts;
    for (text, count) in [
        (r#"{"type":"int","logicalType":"date"}"#, 50),
        (r#"{"type":"int","logicalType":"time-millis"}"#, 50),
        (r#"{"type":"long","logicalType":"time-micros"}"#, 50),
        (r#"{"type":"long","logicalType":"timestamp-millis"}"#, 50),
        (r#"{"type":"long","logicalType":"local-timestamp-micros"}"#, 50),
        (r#"{"type":"long","logicalType":"timestamp-nanos"}"#, 50),
        (r#"{"type":"string","logicalType":"uuid"}"#, 50),
        (r#"{"type":"fixed","name":"U","size":16,"logicalType":"uuid"}"#, 50),
        (r#"{"type":"fixed","name":"D","size":12,"logicalType":"duration"}"#, 50),
        (r#"{"type":"bytes","logicalType":"big-decimal"}"#, 50),
        (r#"{"type":"bytes","logicalType":"decimal","precision":1}"#, 200),
        (r#"{"type":"bytes","logicalType":"decimal","precision":9,"scale":2}"#, 200),
        (r#"{"type":"bytes","logicalType":"decimal","precision":77}"#, 200),
        (r#"{"type":"fixed","name":"D","size":1,"logicalType":"decimal","precision":2}"#, 200),
        (r#"{"type":"fixed","name":"D","size":20,"logicalType":"decimal","precision":40}"#, 200),
    ] {
        let schema: Schema = text.parse().unwrap();
        let logical = schema[schema.root()].logical.unwrap();
        for value in values(&schema, &SIZES, 3, count) {
            let holds = match (logical, &value) {
                (LogicalType::Date, Value::Int(days)) => (10_957..24_837).contains(days),
                (LogicalType::TimeMillis, Value::Int(millis)) => (0..86_400_000).contains(millis),
                (LogicalType::TimeMicros, Value::Long(micros)) => (0..86_400_000_000).contains(micros),
                (LogicalType::TimestampMillis, Value::Long(at)) => years(1_000).contains(at),
                (LogicalType::LocalTimestampMicros, Value::Long(at)) => years(1_000_000).contains(at),
                (LogicalType::TimestampNanos, Value::Long(at)) => years(1_000_000_000).contains(at),
                (LogicalType::Uuid, Value::String(text)) => {
                    text.len() == 36 && text.parse::<serde_wire::frame::Guid>().is_ok()
                }
                (LogicalType::Uuid, Value::Fixed(bytes)) => bytes.len() == 16 && bytes[6] >> 4 == 4,
                (LogicalType::Duration, Value::Fixed(bytes)) => bytes.len() == 12 && bytes[1..4] == [0; 3],
                (LogicalType::BigDecimal, Value::Bytes(bytes)) => {
                    usize::from(bytes[0]) / 2 + 2 == bytes.len() && bytes[bytes.len() - 1] <= 12
                }
                (LogicalType::Decimal { precision, .. }, Value::Bytes(bytes) | Value::Fixed(bytes)) => {
                    let fits = number(bytes).unsigned_abs() < 10_u128.pow(precision.min(36));
                    fits && (bytes.len() < 18 || matches!(value, Value::Fixed(_)))
                }
                _ => false,
            };
            assert!(holds, "{text}: {value:?}");
        }
    }
}

#[test]
fn a_schema_without_values_is_told() {
    let doubled: Vec<String> = (1..40)
        .map(|number| {
            let inner = number - 1;
            format!(r#"{{"type":"record","name":"R{number}","fields":[{{"name":"a","type":"R{inner}"}},{{"name":"b","type":"R{inner}"}}]}}"#)
        })
        .collect();
    // Each record has two of the one before, which a field of arrays defines.
    let first = r#"{"type":"record","name":"R0","fields":[{"name":"a","type":"int"}]}"#.to_owned();
    let fields: Vec<String> = std::iter::once(first)
        .chain(doubled)
        .enumerate()
        .map(|(number, record)| {
            format!(r#"{{"name":"f{number}","type":{{"type":"array","items":{record}}}}}"#)
        })
        .collect();
    let all =
        |last: &str| format!(r#"{{"type":"record","name":"All","fields":[{}{last}]}}"#, fields.join(","));
    let needed = all(r#",{"name":"last","type":"R39"}"#);
    for (text, expected) in [
        (
            r#"{"type":"record","name":"n.R","fields":[{"name":"i","type":"int"},{"name":"r","type":"R"}]}"#.to_owned(),
            Some("there is no value: each of record n.R would hold another one; let a field be null, or an array"),
        ),
        (
            r#"["null",{"type":"record","name":"R","fields":[{"name":"r","type":"R"}]}]"#.to_owned(),
            None,
        ),
        (
            r#"{"type":"record","name":"A","fields":[{"name":"b","type":{"type":"record","name":"B","fields":[{"name":"a","type":"A"}]}}]}"#.to_owned(),
            Some("there is no value: each of record A would hold another one; let a field be null, or an array"),
        ),
        ("[]".to_owned(), Some("there is no value: union has none to choose from")),
        (
            r#"{"type":"record","name":"A","fields":[{"name":"e","type":{"type":"enum","name":"n.E","symbols":[]}}]}"#.to_owned(),
            Some("there is no value: enum n.E has none to choose from"),
        ),
        (
            r#"{"type":"fixed","name":"F","size":2000000000}"#.to_owned(),
            Some("each value has more than 67108864 parts and bytes"),
        ),
        (all(""), None),
        (needed, Some("each value has more than 67108864 parts and bytes")),
    ] {
        let schema: Schema = text.parse().unwrap();
        assert_eq!(Values::of(&schema, &SIZES).err().as_deref(), expected, "{text}");
        if expected.is_none() {
            values(&schema, &SIZES, 1, 20).iter().for_each(|value| assert!(parts(&schema, value) < 11_000));
        }
    }
}
