//! Cases beyond the table: the shape of a resolution, identity, certain errors and the budget.

use super::{Action, FieldAction, Mismatch, Resolution, ResolutionError};
use crate::{Parser, Schema, Validation};

/// Stored schemas may hold defaults that a new one may not.
fn schema(text: &str) -> Schema {
    let parser = Parser::new().validation(Validation::Stored);
    parser.parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn resolve(writer: &str, reader: &str) -> Resolution {
    Resolution::new(&schema(writer), &schema(reader)).unwrap()
}

const LIST: &str =
    r#"{"type":"record","name":"L","fields":[{"name":"v","type":"int"},{"name":"n","type":["null","L"]}]}"#;

#[test]
fn a_recursive_schema_resolves_to_a_cycle() {
    let resolution = resolve(LIST, &LIST.replace("\"int\"", "\"long\""));
    let Action::Record(record) = &resolution[resolution.root()].action else { panic!() };
    let [_, FieldAction::Read { action: next, .. }] = record.fields[..] else { panic!() };
    let Action::WriterUnion(branches) = &resolution[next].action else { panic!() };
    let Action::ReaderUnion { branch: 1, action } = resolution[branches[1]].action else { panic!() };
    assert_eq!(action, resolution.root());
}

#[test]
fn identity_is_being_alike_all_the_way_down() {
    let decimal =
        |scale: u32| format!(r#"{{"type":"bytes","logicalType":"decimal","precision":9,"scale":{scale}}}"#);
    let array = |items: &str| format!(r#"{{"type":"array","items":{items}}}"#);
    let record =
        |fields: &str| format!(r#"{{"type":"record","name":"R","namespace":"a","fields":[{fields}]}}"#);
    let (a, b) = (r#"{"name":"a","type":"int"}"#, r#"{"name":"b","type":"int","default":1}"#);
    for (writer, reader, identity) in [
        (LIST.to_owned(), LIST.to_owned(), true),
        (LIST.to_owned(), LIST.replace("\"int\"", "\"long\""), false),
        (decimal(2), decimal(2), true),
        (decimal(2), decimal(3), false),
        (decimal(2), r#""bytes""#.to_owned(), false),
        (record(&format!("{a},{b}")), record(&format!("{a},{b}")), true),
        (record(&format!("{a},{b}")), record(&format!("{b},{a}")), false),
        (record(a), record(&format!("{a},{b}")), false),
        (record(&format!("{a},{b}")), record(a), false),
        (record(a), record(a).replace("\"a\",\"fields\"", "\"other\",\"fields\""), true),
        (r#"["null","int"]"#.to_owned(), r#"["null","int"]"#.to_owned(), true),
        (r#"["null","int"]"#.to_owned(), r#"["int","null"]"#.to_owned(), false),
        (r#"["null","int"]"#.to_owned(), r#"["null","int","string"]"#.to_owned(), false),
        (r#""int""#.to_owned(), r#"["int"]"#.to_owned(), false),
        (r#"["int"]"#.to_owned(), r#""int""#.to_owned(), false),
        (array(r#""int""#), array(r#""int""#), true),
        (array(r#""int""#), array(r#"["int"]"#), false),
        (record(a), record(&a.replace("\"int\"", "[\"int\"]")), false),
        (r#"[]"#.to_owned(), r#"[]"#.to_owned(), true),
        (
            r#"{"type":"enum","name":"E","symbols":["A"]}"#.to_owned(),
            r#"{"type":"enum","name":"E","symbols":["A","B"]}"#.to_owned(),
            false,
        ),
    ] {
        assert_eq!(resolve(&writer, &reader).is_identity(), identity, "{writer} {reader}");
    }
}

#[test]
fn an_error_is_certain_when_no_datum_gets_around_it() {
    let field =
        |schema: &str| format!(r#"{{"type":"record","name":"R","fields":[{{"name":"a","type":{schema}}}]}}"#);
    for (writer, reader, expected) in [
        (r#""string""#.to_owned(), r#""int""#.to_owned(), "at $: data of type string cannot be read as int"),
        (field(r#""string""#), field(r#""int""#), "at $.a: data of type string cannot be read as int"),
        (field(r#"["null","string"]"#), field(r#""int""#), "at $.a: data of type null cannot be read as int"),
        (field(r#"["int","string"]"#), field(r#""int""#), ""),
        (field(r#"{"type":"array","items":"string"}"#), field(r#"{"type":"array","items":"int"}"#), ""),
        (
            field(r#""string""#),
            field(r#"["null","int"]"#),
            "at $.a: data of type string fits no branch of the reader's union [null, int]",
        ),
        // Each list has an element or null, so the mismatch of an element is met only sometimes.
        (
            format!(r#"["null",{LIST}]"#),
            format!(r#"["null",{}]"#, LIST.replace("\"int\"", "\"boolean\"")),
            "",
        ),
        (
            LIST.to_owned(),
            LIST.replace("\"int\"", "\"boolean\""),
            "at $.v: data of type int cannot be read as boolean",
        ),
    ] {
        let (writer, reader) = (schema(&writer), schema(&reader));
        let error = Resolution::new(&writer, &reader).unwrap().certain_error(&reader);
        assert_eq!(
            error.map(|error| error.to_string()).unwrap_or_default(),
            expected,
            "{writer:?} {reader:?}"
        );
    }
}

#[test]
fn a_mismatch_says_what_differs() {
    let record =
        |name: &str, fields: &str| format!(r#"{{"type":"record","name":"{name}","fields":[{fields}]}}"#);
    let fixed = |size: u32| format!(r#"{{"type":"fixed","name":"F","size":{size}}}"#);
    let enumeration = r#"{"name":"e","type":{"type":"enum","name":"E","symbols":["A"]},"default":"Z"}"#;
    for (writer, reader, message) in [
        (
            record("a.Old", ""),
            record("a.New", ""),
            "data of record a.Old cannot be read as record a.New: the names differ and a.New has no alias a.Old",
        ),
        (fixed(2), fixed(3), "fixed F has 2 bytes in the writer's schema and 3 in the reader's"),
        (
            record("R", ""),
            record("R", r#"{"name":"x","type":"int"}"#),
            "the writer's record R has no field \"x\", for which the reader has no default",
        ),
        (
            record("R", ""),
            record("R", enumeration),
            "the default of field \"e\" of record R cannot be used: enum E has no symbol \"Z\"",
        ),
        (
            record("R", ""),
            record("R", r#"{"name":"r","type":"R","default":{}}"#),
            "the default of field \"r\" of record R cannot be used: it nests deeper than 512 levels; \
             does a record contain itself by default?",
        ),
    ] {
        let resolution = resolve(&writer, &reader);
        let Action::Error(mismatch) = &resolution[resolution.root()].action else {
            panic!("{writer} {reader}")
        };
        assert_eq!(mismatch.to_string(), message);
    }
}

#[test]
fn defaults_that_double_with_each_level_are_refused() {
    let mut record =
        r#"{"type":"record","name":"R0","fields":[{"name":"a","type":"int","default":0}]}"#.to_owned();
    for level in 1..40 {
        let inner = format!("R{}", level - 1);
        record = format!(
            r#"{{"type":"record","name":"R{level}","fields":[{{"name":"a","type":{record},"default":{{}}}},
               {{"name":"b","type":"{inner}","default":{{}}}}]}}"#
        );
    }
    let resolution = resolve(r#"{"type":"record","name":"R39","fields":[]}"#, &record);
    assert!(matches!(&resolution[resolution.root()].action, Action::Error(Mismatch::Default { .. })));
}

#[test]
fn a_union_of_many_records_costs_no_more_than_its_branches() {
    let union = |namespace: &str| {
        let branches: Vec<String> = (0..2_000)
            .map(|n| format!(r#"{{"type":"record","name":"{namespace}.R{n}","fields":[]}}"#))
            .collect();
        schema(&format!("[\"null\",{}]", branches.join(",")))
    };
    let mut reader = union("a");
    assert!(Resolution::with_budget(&union("b"), &reader, 20_000).is_ok());
    reader = schema(&format!(
        "[{}]",
        (0..2_000)
            .rev()
            .map(|n| format!(r#"{{"type":"record","name":"a.R{n}","fields":[]}}"#))
            .collect::<Vec<_>>()
            .join(",")
    ));
    let writer = union("b");
    assert!(Resolution::with_budget(&writer, &reader, 20_000).is_ok());
    let error = Resolution::with_budget(&writer, &reader, 2_000).unwrap_err();
    assert_eq!(error, ResolutionError::TooLarge { budget: 2_000 });
}
