//! `schema-cases.json`: validity in three modes, the texts and the fingerprint of a schema.

use super::{Report, expect, rows, text};
use avro_model::parser::{Parser, Validation};
use avro_model::schema::LogicalType;
use avro_model::{Schema, fingerprint};
use serde_json::Value;

/// Checks the rows of a file.
///
/// # Errors
/// When the file is not a table.
pub fn check(file: &str) -> Result<Report, serde_json::Error> {
    let mut report = Report::default();
    for row in rows(file)? {
        report.add(text(&row, "name"), differences(&row));
    }
    Ok(report)
}

fn differences(row: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let source = text(row, "schema");
    for (column, validation) in [
        ("valid", Validation::Default),
        ("valid_confluent_new", Validation::New),
        ("valid_confluent_stored", Validation::Stored),
    ] {
        let outcome = Parser::new().validation(validation).parse(source);
        if row[column].as_bool() != Some(outcome.is_ok()) {
            found.push(match outcome {
                Ok(_) => format!("{column}: accepted, though {}", text(row, "why")),
                Err(error) => format!("{column}: refused, {error}"),
            });
        }
    }
    if let Ok(schema) = source.parse::<Schema>() {
        texts(row, &schema, &mut found);
    }
    found
}

/// The columns that a row has for a schema that is valid by default.
fn texts(row: &Value, schema: &Schema, found: &mut Vec<String>) {
    let column = |name: &str| row.get(name).and_then(Value::as_str);
    let canonical = schema.parsing_canonical_form();
    if let Some(expected) = column("canonical") {
        expect(found, "canonical", expected, &canonical);
    }
    if let Some(expected) = column("crc64") {
        expect(found, "crc64", expected, &format!("{:016x}", fingerprint::rabin(&canonical)));
    }
    if let Some(expected) = column("java_string") {
        expect(found, "java_string", expected, &schema.canonical_text());
    }
    // Where the original answers with a null pointer, any sensible answer is right.
    let refused = row.get("confluent_normalize_refused").is_some_and(|value| *value != Value::Bool(false));
    if let Some(expected) = column("confluent_normalized").filter(|_| !refused) {
        match schema.normalized(&Parser::new(), &[]) {
            Ok(normalized) => expect(found, "confluent_normalized", expected, &normalized.canonical_text()),
            Err(error) => found.push(format!("confluent_normalized: {error}")),
        }
    }
    if let Some(expected) = column("logical_type") {
        let logical = schema[schema.root()].logical;
        expect(found, "logical_type", Some(expected), logical.as_ref().map(LogicalType::name));
    }
}
