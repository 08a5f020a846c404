//! The project's own case tables.

use compat_tests::tables::{compat, idl, pairs, resolution, schema};

fn table(name: &str) -> String {
    let path = format!("{}/tables/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn schemas_are_read_and_printed_as_the_reference_does() {
    schema::check(&table("schema-cases.json")).unwrap().assert_passed();
}

#[test]
fn verdicts_and_findings_are_those_of_the_reference() {
    compat::check(&table("compat-cases.json")).unwrap().assert_passed();
}

#[test]
fn answers_are_those_of_a_live_registry() {
    pairs::check(&table("pairs-avro-1.jsonl")).unwrap().assert_passed();
}

#[test]
fn data_resolves_as_the_specification_says_and_malformed_data_is_refused() {
    resolution::check(&table("resolution-cases.json")).unwrap().assert_passed();
}

#[test]
fn schemas_come_back_from_idl() {
    for name in ["schema-cases.json", "compat-cases.json", "resolution-cases.json"] {
        idl::check(&table(name)).unwrap().assert_passed();
    }
}
