//! Reading samples.

use crate::command::message::{input, values};
use crate::error::Error;
use crate::report::{Diagnostic, Place, Report};
use avro_model::json::Json;
use std::path::{Path, PathBuf};

/// The samples of all files.
#[derive(Default)]
pub(super) struct Samples {
    files: Vec<File>,
    pub(super) all: Vec<Sample>,
}

/// A value of a file, or an item of the array that the file is.
pub(super) struct Sample {
    pub(super) json: Json,
    file: usize,
    start: Start,
}

struct File {
    name: String,
    text: String,
}

/// Where a value begins: its first byte, and its line from 1.
#[derive(Clone, Copy)]
struct Start {
    at: usize,
    line: usize,
}

impl Samples {
    /// Where a sample begins. Only samples with which something is wrong are asked for it: its whole line is read again.
    pub(super) fn place(&self, sample: &Sample) -> Place {
        self.files[sample.file].place(sample.start, 1, 1)
    }
}

impl File {
    /// A place in the value that begins there. What stands before its line is not looked at again.
    fn place(&self, start: Start, line: usize, column: usize) -> Place {
        let begin = self.text[..start.at].rfind(['\n', '\r']).map_or(0, |end| end + 1);
        let before = if line == 1 { self.text[begin..start.at].chars().count() } else { 0 };
        let mut place = Place::new(&self.name, &self.text[begin..], line, column + before);
        place.line += start.line - 1;
        place
    }
}

/// The samples of all files: every value of a file, or the items of the array that it is.
pub(super) fn read(inputs: &[PathBuf]) -> Result<Samples, Error> {
    let mut samples = Samples::default();
    let mut report = Report::default();
    for path in inputs {
        let name =
            if path == Path::new("-") { "standard input".to_owned() } else { path.display().to_string() };
        let Ok(text) = String::from_utf8(input(path)?) else {
            return Err(Error::Encoding { path: path.clone() });
        };
        let text = text.trim_start_matches('\u{feff}').to_owned();
        let (number, file) = (samples.files.len(), File { name, text });
        let mut own = Vec::new();
        for value in values(&file.text) {
            let start = Start { at: value.at, line: value.line };
            match Json::parse(value.text) {
                Ok(json) => own.push(Sample { json, file: number, start }),
                Err(error) => {
                    let place = file.place(start, error.position.line, error.position.column);
                    report.diagnostics.push(Diagnostic::error(&error.problem.to_string()).at(place));
                }
            }
        }
        match own.as_mut_slice() {
            [Sample { json: Json::Array(items), start, .. }] => {
                let start = *start;
                let items = std::mem::take(items).into_iter();
                samples.all.extend(items.map(|json| Sample { json, file: number, start }));
            }
            _ => samples.all.append(&mut own),
        }
        samples.files.push(file);
    }
    if report.diagnostics.is_empty() && samples.all.is_empty() {
        report.diagnostics.push(Diagnostic::error(
            "there are no samples; give JSON values, one behind the other or in an array",
        ));
    }
    match report.has_errors() {
        true => Err(Error::Invalid(Box::new(report))),
        false => Ok(samples),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A place is found from the line of its value on, and is the same as if it had been counted from the beginning.
    #[test]
    fn a_place_in_a_value_is_one_in_its_file() {
        let text = "1 \"é\" {\"a\":\n 2}\r\n\n[3,\r\n4] 5";
        let file = File { name: "f".to_owned(), text: text.to_owned() };
        let mut seen = Vec::new();
        for value in values(text) {
            let start = Start { at: value.at, line: value.line };
            let lines = value.text.lines().count();
            for (line, column) in [(1, 1), (lines, 1), (lines, 2)] {
                let place = file.place(start, line, column);
                let whole = Place::new("f", text, place.line, place.column);
                assert_eq!(place.source, whole.source, "{}", value.text);
                seen.push((place.line, place.column));
            }
        }
        let expected = [
            [(1, 1), (1, 1), (1, 2)],
            [(1, 3), (1, 3), (1, 4)],
            [(1, 7), (2, 1), (2, 2)],
            [(4, 1), (5, 1), (5, 2)],
            [(5, 4), (5, 4), (5, 5)],
        ];
        assert_eq!(seen, expected.concat());
    }
}
