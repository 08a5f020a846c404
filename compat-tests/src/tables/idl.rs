//! The schemas of any table, printed as IDL and read back.

use super::{Report, expect};
use avro_model::Schema;
use avro_model::idl::{IdlText, NoImports, NotInIdl, parse_idl};
use avro_model::json::{Json, JsonError};
use avro_model::parser::Parser;

/// The columns that hold schemas.
const COLUMNS: [&str; 5] = ["schema", "reader", "writer", "reader_schema", "writer_schema"];

/// Checks every schema of a file that is valid. It is read by the model's own reader, since values nest deeper than others allow.
///
/// # Errors
/// When the file is not JSON.
pub fn check(file: &str) -> Result<Report, JsonError> {
    let mut report = Report::default();
    for (name, schema) in schemas(file)? {
        report.add(&name, differences(&schema));
    }
    Ok(report)
}

/// Every schema of a file that is valid, with the name of its row.
///
/// # Errors
/// When the file is not JSON.
pub fn schemas(file: &str) -> Result<Vec<(String, Schema)>, JsonError> {
    let Json::Array(rows) = Json::parse(file)? else { return Ok(Vec::new()) };
    let mut schemas = Vec::new();
    for row in rows {
        let text = |column: &str| row.get(column).and_then(Json::as_str).unwrap_or_default();
        let valid = COLUMNS.iter().filter_map(|column| text(column).parse::<Schema>().ok());
        schemas.extend(valid.map(|schema| (text("name").to_owned(), schema)));
    }
    Ok(schemas)
}

fn differences(schema: &Schema) -> Vec<String> {
    let mut found = Vec::new();
    match schema.idl() {
        Ok(printed) => {
            let IdlText { text, losses, .. } = &printed;
            let read = parse_idl("printed.avdl", text, &NoImports, Parser::new());
            match read.map(|idl| idl.main.as_ref().map(Schema::canonical_text)) {
                Ok(after) if losses.is_empty() => {
                    expect(&mut found, "read back", Some(schema.canonical_text()), after);
                }
                Ok(after) => {
                    let after = after.unwrap_or_default();
                    let same = printed.is_read_back(&schema.canonical_text(), &after);
                    expect(&mut found, "read back, but for the losses", true, same);
                }
                Err(error) => found.push(format!("not read back: {error}\n{text}")),
            }
        }
        Err(problems) => {
            let unexpected = problems.iter().filter(|problem| !is_expected(problem));
            found.extend(unexpected.map(|problem| format!("refused: {problem}")));
        }
    }
    found
}

/// Problems that no printer could do without.
fn is_expected(problem: &NotInIdl) -> bool {
    matches!(
        problem,
        NotInIdl::EmptyUnion { .. }
            | NotInIdl::NoNamespace { .. }
            | NotInIdl::Name { .. }
            | NotInIdl::TooDeep { .. }
    )
}
