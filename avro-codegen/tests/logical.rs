//! Which crate the types for logical types are from.
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use avro_codegen::{Config, Error, LogicalCrate};
use std::fs;

const SCHEMA: &str = r#"[
    {"type": "record", "name": "a.Order", "fields": [
        {"name": "day", "type": {"type": "int", "logicalType": "date"}},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-micros"}},
        {"name": "price", "type": ["null", {"type": "bytes", "logicalType": "decimal", "precision": 4}]},
        {"name": "sum", "type":
            {"type": "fixed", "name": "Sum", "size": 4, "logicalType": "decimal", "precision": 4}}]},
    {"type": "record", "name": "b.Bill", "fields": [
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-micros"}},
        {"name": "sum", "type": "a.Sum"}]}]"#;

fn generated(configured: impl FnOnce(Config) -> Config) -> Result<String, Error> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.avsc");
    fs::write(&path, SCHEMA).unwrap();
    configured(Config::new().schema(path)).generate()
}

/// The types of the fields `at` and `sum` of both records and of `day` and `price` of the first.
fn types(text: &str) -> [String; 6] {
    let of = |record: &str, field: &str| {
        let record = &text[text.find(&format!("pub struct {record} {{")).unwrap()..];
        let ty = record.split_once(&format!("pub {field}: ")).unwrap().1.split_once(",\n").unwrap().0;
        // A long one goes over several lines.
        let ty = ty.split('\n').map(str::trim).collect::<String>();
        ty.replace("::serde_wire::types::", "").replace("::core::option::", "").replace("::std::vec::", "")
    };
    [("Order", "day"), ("Order", "at"), ("Order", "price"), ("Order", "sum"), ("Bill", "at"), ("Bill", "sum")]
        .map(|(record, field)| of(record, field))
}

#[test]
fn the_nearest_choice_decides_and_a_name_comes_before_every() {
    use LogicalCrate::{BigDecimal, Chrono, Jiff, Plain, RustDecimal, SerdeWire, Time};
    let own = [
        "Date",
        "TimestampMicros",
        "Option<Decimal<0>>",
        "FixedDecimal<4, 0>",
        "TimestampMicros",
        "FixedDecimal<4, 0>",
    ];
    let utc = "chrono::DateTime<chrono::Utc";
    for (choices, expected) in [
        (&[][..], own),
        (&[(".", "*", Chrono)], ["chrono::NaiveDate", utc, own[2], own[3], utc, own[5]]),
        (
            &[("a", "timestamp-micros", Jiff), (".", "*", Chrono)],
            ["chrono::NaiveDate", "jiff::Timestamp", own[2], own[3], utc, own[5]],
        ),
        (
            &[
                (".", "date", Time),
                (".", "*", Chrono),
                (".", "*", RustDecimal),
                ("a.Order.at", "*", SerdeWire),
            ],
            [
                "time::Date",
                own[1],
                "Option<rust_decimal::Decimal",
                "rust_decimal::Decimal",
                utc,
                "rust_decimal::Decimal",
            ],
        ),
        (
            &[("a.Sum", "decimal", BigDecimal)],
            [own[0], own[1], own[2], "bigdecimal::BigDecimal", own[4], "bigdecimal::BigDecimal"],
        ),
        (&[(".", "*", Plain)], ["i32", "i64", "Option<Vec<u8>>", "self::Sum", "i64", "super::a::Sum"]),
        (
            &[("a.Order", "*", Plain)],
            ["i32", "i64", "Option<Vec<u8>>", "self::Sum", "TimestampMicros", "FixedDecimal<4, 0>"],
        ),
    ] {
        let text = generated(|config| {
            choices.iter().fold(config, |config, (selector, logical, from)| {
                config.logical_type(*selector, *logical, *from)
            })
        })
        .unwrap();
        assert_eq!(types(&text), expected, "{choices:?}");
        let is_plain = expected.iter().any(|ty| ty.ends_with("Sum"));
        assert_eq!(text.contains("pub struct Sum("), is_plain, "a type that nothing holds: {choices:?}");
    }
}

/// Encoding fails only for the types that hold what cannot always be written.
#[test]
fn only_types_with_a_value_that_cannot_be_written_are_fallible() {
    for (logical, from, expected) in [
        ("*", LogicalCrate::Chrono, ["Try", "Try"]),
        ("date", LogicalCrate::Chrono, ["Try", "Try"]),
        ("decimal", LogicalCrate::RustDecimal, ["Try", "Try"]),
        // A decimal may have more digits than its schema has.
        ("big-decimal", LogicalCrate::Plain, ["Try", "Try"]),
        ("decimal", LogicalCrate::Plain, ["", ""]),
        ("*", LogicalCrate::Plain, ["", ""]),
    ] {
        let text = generated(|config| config.logical_type(".", logical, from)).unwrap();
        let found = ["Order", "Bill"].map(|record| {
            let is_fallible = text.contains(&format!("impl AvroTryEncode for self::{record} "));
            assert_ne!(is_fallible, text.contains(&format!("impl AvroEncode for self::{record} ")));
            if is_fallible { "Try" } else { "" }
        });
        assert_eq!(found, expected, "{logical} {from:?}");
    }
}

#[test]
fn what_a_crate_has_no_type_for_is_an_error_that_tells_what_it_has() {
    for (error, expected) in [
        (
            generated(|config| config.logical_type(".", "uuid", LogicalCrate::RustDecimal)),
            r#"logical_type: "uuid" is not "*" or a logical type that this crate has a type for: decimal, big-decimal"#,
        ),
        (
            generated(|config| config.logical_type(".", "dates", LogicalCrate::Uuid)),
            r#"logical_type: "dates" is not "*" or a logical type that this crate has a type for: uuid"#,
        ),
        (
            generated(|config| config.logical_type("a.Ordre", "*", LogicalCrate::Uuid)),
            "logical_type: `a.Ordre` selects nothing; did you mean `a.Order`?",
        ),
    ] {
        assert_eq!(error.unwrap_err().to_string(), expected);
    }
}

#[test]
fn a_file_says_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("shop.avsc"), SCHEMA).unwrap();
    let with = |text: &str| {
        fs::write(path("avro-gen.toml"), format!("schemas = [\"shop.avsc\"]\n[logical_type]\n{text}"))
            .unwrap();
        Config::from_file(path("avro-gen.toml")).and_then(|config| config.generate())
    };
    let expected = generated(|config| {
        config
            .logical_type(".", "*", LogicalCrate::Chrono)
            .logical_type(".", "*", LogicalCrate::RustDecimal)
            .logical_type("a.Order", "timestamp-micros", LogicalCrate::Plain)
            .logical_type("b", "*", LogicalCrate::Jiff)
    });
    let text = "\".\" = [\"chrono\", \"rust_decimal\"]\n\
                \"a.Order\" = { timestamp-micros = \"plain\" }\n\"b\" = \"jiff\"\n";
    assert_eq!(with(text).unwrap(), expected.unwrap());
    let error = with("\"a\" = { date = \"chronos\" }\n").unwrap_err().to_string();
    assert!(
        error.ends_with(
            r#"avro-gen.toml:3:16: `logical_type`: "chronos" is none of "serde_wire", "plain", "chrono", "jiff", "time", "rust_decimal", "bigdecimal", "uuid""#
        ),
        "{error}"
    );
}
