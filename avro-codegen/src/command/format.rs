//! The form of what a subcommand prints.

use crate::error::Error;
use crate::report::{Diagnostic, Report, Severity};
use avro_model::json::Json;
use clap::ValueEnum;

/// The form of what a subcommand prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people.
    Text,
    /// For programs: one JSON document.
    Json,
}

/// The document of a run: what is particular to the subcommand, and then `diagnostics`, `errors` and `warnings`.
pub(super) fn document(members: Vec<(&str, Json)>, report: &Report) -> Json {
    let number = |severity| Json::Int(i64::try_from(report.count(severity)).unwrap_or(i64::MAX));
    let told = [
        ("diagnostics", report.to_json()),
        ("errors", number(Severity::Error)),
        ("warnings", number(Severity::Warning)),
    ];
    Json::Object(members.into_iter().chain(told).map(|(key, value)| (key.to_owned(), value)).collect())
}

/// A text.
pub(super) fn text(text: &str) -> Json {
    Json::String(text.to_owned())
}

/// The entries of an error, of which any has at least one.
pub(super) fn entries(error: Error) -> Vec<Diagnostic> {
    match error {
        Error::Invalid(report) | Error::Default(report) => report.diagnostics,
        error => vec![Diagnostic::error(&error.to_string())],
    }
}
