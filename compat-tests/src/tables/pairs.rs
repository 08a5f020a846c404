//! `pairs-*.jsonl`: what a live registry stored for a schema, and what it answered when another was checked against it.

use super::{Report, expect, rows, text};
use avro_model::compatibility::{self, Wording};
use avro_model::parser::{Parser, Validation};
use avro_model::{ParseError, Schema};
use serde_json::Value;

/// The mark in a message behind which the parser's own text stands, which is free.
const INVALID: &str = "Invalid schema";
/// The lines that the registry adds to the findings of a check, one for each compared version and one for the subject.
const SURROUNDINGS: [&str; 3] = ["{oldSchemaVersion:", "{oldSchema:", "{validateFields:"];

/// Checks the rows of a file. Rows of other schema types do not count.
///
/// # Errors
/// When the file is not a table.
pub fn check(file: &str) -> Result<Report, serde_json::Error> {
    let mut report = Report::default();
    for row in rows(file)?.iter().filter(|row| matches!(text(row, "type"), "" | "AVRO")) {
        let found = differences(row).unwrap_or_else(|error| vec![format!("does not parse: {error}")]);
        report.add(text(row, "name"), found);
    }
    Ok(report)
}

fn differences(row: &Value) -> Result<Vec<String>, ParseError> {
    let mut found = Vec::new();
    let new_rules = Parser::new().validation(Validation::New);
    let old = new_rules.parse(text(row, "old"))?;
    let stored = old.canonical_text();
    expect(&mut found, "old_text", text(row, "old_text"), &stored);
    expect(
        &mut found,
        "old_normalized",
        text(row, "old_normalized"),
        &old.normalized(&new_rules, &[])?.canonical_text(),
    );
    // The registry reads back what it stored, leniently.
    let old = Parser::new().validation(Validation::Stored).parse(&stored)?;
    let new = new_rules.parse(text(row, "new"));
    for (column, wording) in [("backward", Wording::NewReadsOld), ("forward", Wording::OldReadsNew)] {
        let messages = match &new {
            Ok(new) => messages(&old, new, wording),
            Err(_) => vec![INVALID.to_owned()],
        };
        let expected: Vec<String> = row[column]["messages"]
            .as_array()
            .map(|messages| messages.iter().filter_map(Value::as_str).map(comparable).collect())
            .unwrap_or_default();
        let expected: Vec<String> = expected
            .into_iter()
            .filter(|message| !SURROUNDINGS.iter().any(|line| message.starts_with(line)))
            .collect();
        expect(&mut found, column, row[column]["compatible"].as_bool(), Some(messages.is_empty()));
        expect(&mut found, &format!("{column} messages"), expected, messages);
    }
    Ok(found)
}

fn messages(old: &Schema, new: &Schema, wording: Wording) -> Vec<String> {
    let (reader, writer) = match wording {
        Wording::NewReadsOld => (new, old),
        Wording::OldReadsNew => (old, new),
    };
    match compatibility::check(reader, writer) {
        Ok(found) => found.iter().map(|item| item.describe(wording)).collect(),
        Err(error) => vec![format!("Unexpected exception during compatibility check: {error}")],
    }
}

/// A message as far as it is fixed.
fn comparable(message: &str) -> String {
    if message.starts_with(INVALID) { INVALID.to_owned() } else { message.to_owned() }
}
