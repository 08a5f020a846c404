//! Reading samples.

use crate::command::message::{input, values};
use crate::error::Error;
use crate::report::{Diagnostic, Place, Report};
use avro_model::json::Json;
use std::path::{Path, PathBuf};

/// The samples of all files, each with its file and line: every value of a file, or the items of the array that it is.
pub(super) fn read(inputs: &[PathBuf]) -> Result<Vec<(Place, Json)>, Error> {
    let mut samples = Vec::new();
    let mut report = Report::default();
    for path in inputs {
        let name =
            if path == Path::new("-") { "standard input".to_owned() } else { path.display().to_string() };
        let Ok(text) = String::from_utf8(input(path)?) else {
            return Err(Error::Encoding { path: path.clone() });
        };
        let text = text.trim_start_matches('\u{feff}');
        let mut own = Vec::new();
        for (line, value) in values(text) {
            match Json::parse(value) {
                Ok(json) => own.push((Place::new(&name, text, line, 1), json)),
                Err(error) => {
                    let line = line + error.position.line - 1;
                    let place = Place::new(&name, text, line, error.position.column);
                    report.diagnostics.push(Diagnostic::error(&error.problem.to_string()).at(place));
                }
            }
        }
        match own.as_mut_slice() {
            [(place, Json::Array(items))] => {
                samples.extend(std::mem::take(items).into_iter().map(|item| (place.clone(), item)));
            }
            _ => samples.append(&mut own),
        }
    }
    if report.diagnostics.is_empty() && samples.is_empty() {
        report.diagnostics.push(Diagnostic::error(
            "there are no samples; give JSON values, one behind the other or in an array",
        ));
    }
    match report.has_errors() {
        true => Err(Error::Invalid(Box::new(report))),
        false => Ok(samples),
    }
}
