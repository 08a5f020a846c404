//! Which changes break readers.

use super::{findings, parse_with};
use crate::domain::CompatibilityPolicy;
use crate::schema_type::Direction;

fn kinds(messages: &[String]) -> Vec<String> {
    let part = |message: &str, before: &str, end: char| {
        let rest = message.split_once(before).map(|(_, rest)| rest).unwrap_or_default();
        rest.split(end).next().unwrap_or_default().to_owned()
    };
    messages
        .iter()
        .map(|message| format!("{} {}", part(message, "errorType:\"", '"'), part(message, "'", '\'')))
        .collect()
}

#[test]
fn changes_of_messages_and_fields() {
    let cases: &[(&str, &str, &[&str])] = &[
        ("message M {}", "message M {} message N {}", &[]),
        ("message M {} message N {}", "message M {}", &["MESSAGE_REMOVED #/N"]),
        ("message M { message N {} }", "message M {}", &["MESSAGE_REMOVED #/M/N"]),
        ("message M {} message N {}", "message N {} message M {}", &[]),
        (
            "package a; message M { M m = 1; }",
            "package b; message M { .b.M m = 1; }",
            &["PACKAGE_CHANGED #/"],
        ),
        (
            "package a; message M {} message N {}",
            "message M {}",
            &["PACKAGE_CHANGED #/", "MESSAGE_REMOVED #/N"],
        ),
        ("message M { string a = 1; }", "message M { string b = 1; }", &[]),
        ("message M { string a = 1; }", "message M { string a = 2; }", &[]),
        ("message M { int32 a = 1; }", "message M { bool a = 1; }", &[]),
        ("message M { int32 a = 1; }", "message M { E a = 1; } enum E { A = 0; }", &[]),
        ("message M { int32 a = 1; }", "message M { sint32 a = 1; }", &["FIELD_SCALAR_KIND_CHANGED #/M/1"]),
        ("message M { string a = 1; }", "message M { bytes a = 1; }", &[]),
        ("message M { fixed32 a = 1; }", "message M { sfixed32 a = 1; }", &[]),
        ("message M { float a = 1; }", "message M { double a = 1; }", &["FIELD_SCALAR_KIND_CHANGED #/M/1"]),
        ("message M { int32 a = 1; }", "message M { M a = 1; }", &["FIELD_KIND_CHANGED #/M/1"]),
        (
            "message M { int32 a = 1; }",
            "message M { map<int32, int32> a = 1; }",
            &["FIELD_KIND_CHANGED #/M/1"],
        ),
        (
            "message M { map<int32, int32> a = 1; }",
            "message M { map<int32, string> a = 1; }",
            &["FIELD_SCALAR_KIND_CHANGED #/M/1"],
        ),
        (
            "message M { map<int32, int32> a = 1; }",
            "message M { repeated AEntry a = 1; message AEntry { option map_entry = true; int32 key = 1; int64 value = 2; } }",
            &[],
        ),
        (
            "message M { M a = 1; } message N {}",
            "message M { N a = 1; } message N {}",
            &["FIELD_NAMED_TYPE_CHANGED #/M/1"],
        ),
        (
            "message M { optional int32 a = 1; }",
            "message M { repeated int32 a = 1; }",
            &["FIELD_NUMERIC_LABEL_CHANGED #/M/1"],
        ),
        ("message M { int32 a = 1; }", "message M { repeated int32 a = 1; }", &[]),
        ("message M { optional string a = 1; }", "message M { repeated string a = 1; }", &[]),
        ("enum E { A = 0; }", "enum E { B = 0; C = 1; }", &[]),
        ("enum E { A = 0; }", "enum F { A = 0; }", &[]),
    ];
    for (old, new, expected) in cases {
        let text = |rest: &str| format!("syntax = \"proto3\"; {rest}");
        let found = findings(&text(old), &text(new), Direction::Backward);
        assert_eq!(kinds(&found), *expected, "{old} -> {new}");
    }
}

#[test]
fn changes_of_oneofs() {
    let cases: &[(&str, &str, &[&str])] = &[
        ("oneof o { int32 a = 1; }", "oneof o { int32 a = 1; int32 b = 2; }", &[]),
        (
            "oneof o { int32 a = 1; int32 b = 2; }",
            "oneof o { int32 a = 1; }",
            &["ONEOF_FIELD_REMOVED #/M/o/2"],
        ),
        ("oneof o { int32 a = 1; int32 b = 2; }", "oneof o { int32 a = 1; } int32 b = 2;", &[]),
        ("oneof o { int32 a = 1; int32 b = 2; }", "oneof p { int32 a = 1; int32 b = 2; }", &[]),
        ("oneof o { int32 a = 1; }", "oneof p { string a = 1; }", &["FIELD_SCALAR_KIND_CHANGED #/M/p/1"]),
        ("oneof o { int32 a = 1; }", "string a = 1;", &["FIELD_SCALAR_KIND_CHANGED #/M/1"]),
        ("int32 a = 1;", "oneof o { string a = 1; }", &["FIELD_SCALAR_KIND_CHANGED #/M/o/1"]),
        ("oneof o { int32 a = 1; }", "oneof o { string a = 1; }", &["FIELD_SCALAR_KIND_CHANGED #/M/o/1"]),
        ("oneof o { int32 a = 1; }", "", &[]),
        ("oneof o { int32 a = 1; }", "oneof o { int32 b = 2; }", &["ONEOF_FIELD_REMOVED #/M/o/1"]),
        (
            "oneof o { int32 a = 1; int32 b = 2; }",
            "oneof p { int32 b = 2; }",
            &["ONEOF_FIELD_REMOVED #/M/o/1"],
        ),
        ("oneof o { int32 a = 1; int32 b = 2; }", "int32 b = 2;", &["ONEOF_FIELD_REMOVED #/M/o/1"]),
        ("oneof o { int32 a = 1; int32 b = 2; }", "oneof p { int32 c = 3; }", &[]),
        (
            "oneof x { int32 a = 7; int32 b = 3; int32 k = 9; } oneof y { int32 c = 5; } float d = 4;",
            "int32 b = 3; oneof y { int32 e = 2; } double d = 4;",
            &[
                "FIELD_SCALAR_KIND_CHANGED #/M/4",
                "ONEOF_FIELD_REMOVED #/M/y/5",
                "ONEOF_FIELD_REMOVED #/M/x/7",
                "ONEOF_FIELD_REMOVED #/M/x/9",
            ],
        ),
        ("int32 a = 1; int32 b = 2;", "int32 a = 1; oneof o { int32 b = 2; int32 c = 3; }", &[]),
        (
            "int32 a = 1; int32 b = 2;",
            "oneof o { int32 a = 1; int32 b = 2; }",
            &["MULTIPLE_FIELDS_MOVED_TO_ONEOF #/M/o"],
        ),
        (
            "int32 a = 1; oneof o { int32 b = 2; }",
            "oneof o { int32 a = 1; int32 b = 2; }",
            &["FIELD_MOVED_TO_EXISTING_ONEOF #/M/o"],
        ),
        (
            "oneof o { int32 a = 1; } oneof p { int32 b = 2; }",
            "oneof q { int32 a = 1; int32 b = 2; }",
            &["FIELD_MOVED_TO_EXISTING_ONEOF #/M/q"],
        ),
    ];
    for (old, new, expected) in cases {
        let text = |fields: &str| format!("syntax = \"proto3\"; message M {{ {fields} }}");
        let found = findings(&text(old), &text(new), Direction::Backward);
        assert_eq!(kinds(&found), *expected, "{old} -> {new}");
    }
}

#[test]
fn required_fields_neither_come_nor_go() {
    let (without, with) = ("message M { optional string a = 1; }", "message M { required string b = 2; }");
    assert_eq!(
        findings(without, with, Direction::Backward),
        [
            "{errorType:\"REQUIRED_FIELD_ADDED\", description:\"A required field  at path '#/M/2' in the new schema is missing in the old schema\"}"
        ]
    );
    assert_eq!(
        findings(without, with, Direction::Forward),
        [
            "{errorType:\"REQUIRED_FIELD_REMOVED\", description:\"The old schema is missing a required field at path: '#/M/2' in the new schema\"}"
        ]
    );
}

#[test]
fn a_member_of_a_oneof_may_become_required() {
    let old = "message M { oneof c { int32 a = 1; int32 b = 2; } }";
    let new = "message M { required int32 a = 1; oneof c { int32 b = 2; } }";
    assert!(findings(old, new, Direction::Backward).is_empty());
}

#[test]
fn messages_are_in_the_order_of_the_originals_hash_table_and_fields_by_number() {
    let old = "message Zeta {} message Alpha {} message M { required bool a = 17; required bool b = 2; }";
    let found = findings(old, "message M {}", Direction::Backward);
    let expected = [
        "MESSAGE_REMOVED #/Zeta",
        "MESSAGE_REMOVED #/Alpha",
        "REQUIRED_FIELD_REMOVED #/M/2",
        "REQUIRED_FIELD_REMOVED #/M/17",
    ];
    assert_eq!(kinds(&found), expected);
}

#[test]
fn types_of_other_files_are_compared_where_they_are_used() {
    let text = "syntax = \"proto3\"; package p; import \"d.proto\"; message M { Dep d = 1; }";
    let dep =
        |fields: &str| format!("syntax = \"proto3\"; package p; message Dep {{ {fields} Dep again = 9; }}");
    let old = parse_with(text, "d.proto", &dep("string a = 1;"));
    let changed = parse_with(text, "d.proto", &dep("int32 a = 1;"));
    let grown = parse_with(text, "d.proto", &dep("string a = 1; string b = 2;"));
    assert_eq!(
        kinds(&changed.check(&*old, Direction::Backward, CompatibilityPolicy::Strict).messages),
        ["FIELD_SCALAR_KIND_CHANGED #/Dep/1", "FIELD_NAMED_TYPE_CHANGED #/M/1"]
    );
    assert!(grown.check(&*old, Direction::Backward, CompatibilityPolicy::Strict).messages.is_empty());
}
