//! Deep, wide and hostile schemas: answered without exhausting the stack, in time that grows with their size.

use avro_model::Schema;
use avro_model::compatibility::{self, CheckError};
use avro_model::parser::{Document, ParseProblem, Parser};

/// `W{f0: R0{n: R1}, f1: R1{n: R2}, …}`: definitions that refer forward, each nested in the one before when printed.
fn chain(length: usize, leaf: &str) -> String {
    let field = |number: usize| {
        let next = if number + 1 < length { format!("R{}", number + 1) } else { leaf.to_owned() };
        let record =
            format!(r#"{{"type":"record","name":"R{number}","fields":[{{"name":"n","type":"{next}"}}]}}"#);
        format!(r#"{{"name":"f{number}","type":{record}}}"#)
    };
    let fields: Vec<String> = (0..length).map(field).collect();
    format!(r#"{{"type":"record","name":"W","fields":[{}]}}"#, fields.join(","))
}

#[test]
fn a_chain_of_100_000_records_needs_no_stack() {
    let (ints, longs): (Schema, Schema) =
        (chain(100_000, "int").parse().unwrap(), chain(100_000, "long").parse().unwrap());
    assert_eq!(compatibility::check(&longs, &ints), Ok(Vec::new()));
    // One finding at the end of the chain, to which each field leads, by a path as long as the chain.
    assert!(matches!(compatibility::check(&ints, &longs), Err(CheckError::TooMany { .. })));
    assert!(ints.equivalent(&ints.clone()) && !ints.equivalent(&longs));
    assert!(ints.canonical_text().ends_with("\"type\":\"R99999\"}]}"));
    assert!(ints.parsing_canonical_form().ends_with("\"type\":\"R99999\"}]}"));
    // Its own text nests deeper than any text that is read.
    let error = ints.normalized(&Parser::new(), &[]).unwrap_err();
    assert!(error.to_string().contains("deeper than 1000 levels"), "{error}");
}

#[test]
fn nesting_is_read_to_1_000_levels_and_refused_beyond() {
    let nested =
        |depth: usize| format!("{}\"int\"{}", r#"{"type":"array","items":"#.repeat(depth), "}".repeat(depth));
    assert!(nested(1000).parse::<Schema>().is_ok());
    for depth in [1001, 100_000] {
        let error = nested(depth).parse::<Schema>().unwrap_err();
        assert!(matches!(*error.problem, ParseProblem::Json(_)), "{error}");
    }
    assert!("[".repeat(1_000_000).parse::<Schema>().is_err());
}

#[test]
fn a_record_of_50_000_fields_and_its_evolution() {
    let record = |count: usize, with_default: bool| {
        let default = if with_default { r#","default":0"# } else { "" };
        let fields: Vec<String> = (0..count)
            .rev()
            .map(|number| format!(r#"{{"name":"f{number}","type":"int"{default}}}"#))
            .collect();
        format!(r#"{{"type":"record","name":"W","fields":[{}]}}"#, fields.join(","))
            .parse::<Schema>()
            .unwrap()
    };
    assert_eq!(compatibility::check(&record(50_000, true), &record(1, false)), Ok(Vec::new()));
    assert_eq!(compatibility::check(&record(50_000, false), &record(1, false)).unwrap().len(), 49_999);
}

#[test]
fn documents_in_reverse_order_are_read_once_more_at_most() {
    let texts: Vec<String> = (0..500)
        .map(|number| {
            format!(
                r#"{{"type":"record","name":"D{number}","fields":[{{"name":"n","type":"D{}"}}]}}"#,
                number + 1
            )
        })
        .chain([r#"{"type":"fixed","name":"D500","size":1}"#.to_owned()])
        .collect();
    let references: Vec<&str> = texts[1..].iter().map(String::as_str).collect();
    let schema = Parser::new().parse_with_references(&texts[0], &references).unwrap();
    assert_eq!(schema.canonical_text(), texts[0]);
    let documents: Vec<Document<'_>> = texts.iter().map(|text| Document { name: "d", text }).collect();
    let schemas = Parser::new().parse_documents(&documents).unwrap();
    assert_eq!(schemas.len(), 501);
    assert_eq!(schemas[0].canonical_text(), schema.resolved_text());
}

#[test]
fn a_union_of_records_with_a_deep_default_is_tried_once_for_each_level() {
    // Every branch fits every level but the last, which fits none.
    let branches: Vec<String> = (0..12)
        .map(|number| {
            format!(r#"{{"type":"record","name":"B{number}","fields":[{{"name":"n","type":"U"}}]}}"#)
        })
        .collect();
    let wrapper = format!(
        r#"{{"type":"record","name":"U","fields":[{{"name":"u","type":[{}]}}]}}"#,
        branches.join(",")
    );
    let default = format!("{}5{}", r#"{"n":{"u":"#.repeat(200), "}}".repeat(200));
    let text = format!(
        r#"[{wrapper},{{"type":"record","name":"X","fields":[{{"name":"x","type":"U","default":{{"u":{default}}}}}]}}]"#
    );
    assert!(text.parse::<Schema>().is_err());
}
