//! `compat-cases.json`: the verdict on a reader and a writer, and every incompatibility in order.

use super::{Report, expect, rows, text};
use avro_model::compatibility::{self, Incompatibility};
use avro_model::{ParseError, Schema};
use serde_json::Value;

/// Checks the rows of a file.
///
/// # Errors
/// When the file is not a table.
pub fn check(file: &str) -> Result<Report, serde_json::Error> {
    let mut report = Report::default();
    for row in rows(file)? {
        let found = differences(&row).unwrap_or_else(|error| vec![format!("does not parse: {error}")]);
        report.add(text(&row, "name"), found);
    }
    Ok(report)
}

fn differences(row: &Value) -> Result<Vec<String>, ParseError> {
    let reader: Schema = text(row, "reader").parse()?;
    let writer: Schema = text(row, "writer").parse()?;
    let mut found = Vec::new();
    let verdict = compatibility::check(&reader, &writer);
    let compatible = verdict.as_ref().is_ok_and(Vec::is_empty);
    expect(&mut found, "compatible", row["compatible"].as_bool(), Some(compatible));
    expect(&mut found, "java_exception", row.get("java_exception").is_some(), verdict.is_err());
    let expected: Vec<String> = row
        .get("incompatibilities")
        .and_then(Value::as_array)
        .map(|items| {
            let line = |item: &Value| {
                format!("{} {} {}", text(item, "type"), text(item, "path"), text(item, "message"))
            };
            items.iter().map(line).collect()
        })
        .unwrap_or_default();
    let line = |item: &Incompatibility| format!("{} {} {}", item.kind, item.path, item.message);
    let actual: Vec<String> = verdict.unwrap_or_default().iter().map(line).collect();
    expect(&mut found, "incompatibilities", expected, actual);
    Ok(found)
}
