//! Why a schema was refused, in terms that a person can act on.
//!
//! The registry answers with the original's texts. For a record inside a union, as in this envelope, they only say that a
//! branch is missing; what is wrong inside the record is found by asking the schema model.

use crate::Result;
use avro_model::compatibility::Wording;
use avro_model::explanation::explain;
use avro_model::{Parser, Schema, Validation};

/// What is wrong with `new` as the successor of `old`, when readers of `new` must read data of `old`: one line for each
/// finding, then one for each change of `new` that would help.
pub(crate) fn advice(new: &str, old: &str) -> Result<Vec<String>> {
    let parse =
        |text: &str| -> Result<Schema> { Ok(Parser::new().validation(Validation::Stored).parse(text)?) };
    let explained = explain(&parse(new)?, &parse(old)?, Wording::NewReadsOld)?;
    let mut lines = Vec::new();
    for explanation in &explained.explanations {
        let failing = explanation.failing.as_ref().map(|failing| format!(": {}", failing.error));
        lines.push(format!("wrong: {}{}", explanation.place, failing.unwrap_or_default()));
    }
    lines.extend(explained.changes.iter().map(|change| format!("to do: {change}")));
    Ok(lines)
}
