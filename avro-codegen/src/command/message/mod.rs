//! `avro-gen decode` and `avro-gen encode`: messages and container files to JSON and back.

mod bytes;
pub(super) mod decode;
pub(super) mod encode;
mod frame;
mod key;
mod output;
mod registry;
mod target;
mod values;
mod window;
mod writers;

pub(super) use bytes::BytesFormat;
pub(super) use target::{Form, Target};
pub(super) use values::values;

use super::Outcome;
use super::format::{Format, document, entries};
use super::inputs::{number, without_code};
use super::version::Version;
use crate::error::Error;
use crate::report::Report;
use avro_model::Schema;
use avro_model::binary::{DecodeError, DecodeProblem};
use clap::Args;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// The schema of a message.
#[derive(Debug, Args)]
struct MessageSchema {
    /// The schema of the data: a schema file (.avsc), IDL file (.avdl) or protocol (.avpr), or several, or a folder.
    #[arg(short, long = "schema", value_name = "FILE")]
    schemas: Vec<PathBuf>,

    /// The full name of the type, where the files define several.
    #[arg(short, long = "type", value_name = "NAME")]
    type_name: Option<String>,
}

impl MessageSchema {
    /// Whether the command line names files.
    fn is_named(&self) -> bool {
        !self.schemas.is_empty()
    }

    fn read(&self) -> Result<Schema, Error> {
        pick(&self.schemas, self.type_name.as_deref())
    }
}

/// The schema of that name in files, or the only one.
pub(super) fn pick(files: &[PathBuf], name: Option<&str>) -> Result<Schema, Error> {
    let mut version = Version::of_files("the schemas", files, &without_code())?;
    version.reading = version.reading.complete()?;
    let subjects = version.subjects();
    let found = match (name, subjects.as_slice()) {
        (None, [only]) => Some(only.schema.clone()),
        (None, _) => None,
        // A type inside another one, too.
        (Some(name), _) => subjects.iter().find_map(|subject| {
            if subject.called() == name {
                return Some(subject.schema.clone());
            }
            let node = subject.schema.named(&avro_model::Fullname::new(name, ""))?;
            Some(subject.schema.reachable_from(node))
        }),
    };
    found.ok_or_else(|| {
        let names: Vec<String> = subjects.iter().map(super::version::Subject::called).collect();
        Error::Value {
            option: "type".to_owned(),
            value: name.unwrap_or_default().to_owned(),
            expected: format!("one of the schemas: {}", names.join(", ")),
        }
    })
}

/// A file, or standard input for `-`.
fn open(path: &Path) -> Result<Box<dyn Read>, Error> {
    if path == Path::new("-") {
        return Ok(Box::new(io::stdin()));
    }
    let file = fs::File::open(path).map_err(|error| Error::Read { path: path.to_owned(), error })?;
    Ok(Box::new(file))
}

/// What messages call it.
fn called(path: &Path) -> String {
    if path == Path::new("-") { "standard input".to_owned() } else { path.display().to_string() }
}

/// What a file holds, or standard input for `-`.
pub(super) fn input(path: &Path) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let read = open(path)?.read_to_end(&mut bytes);
    read.map_err(|error| Error::Read { path: path.to_owned(), error })?;
    Ok(bytes)
}

/// What is wrong with data, and which option helps.
pub(super) fn misread(error: &DecodeError) -> String {
    let DecodeError { offset, path, problem, .. } = error;
    let DecodeProblem::TooManyValues { limit } = problem else { return error.to_string() };
    let place = if path.is_empty() { String::new() } else { format!(", in {path}") };
    format!("at byte {offset}{place}: it holds more than {limit} values; --max-values lets it hold more")
}

/// Runs what writes values, of which standard output holds nothing but those. For programs one document on standard error says how
/// many they were and what is wrong.
pub(super) fn tell_count(
    format: Format,
    write: impl FnOnce(&mut usize) -> Result<(), Error>,
) -> Result<Outcome, Error> {
    let mut count = 0;
    let done = write(&mut count);
    if format == Format::Text {
        return done.map(|()| Outcome::Success);
    }
    let failed = done.is_err();
    let report = Report { diagnostics: done.err().map(entries).unwrap_or_default() };
    eprintln!("{}", document(vec![("values", number(count))], &report));
    Ok(if failed { Outcome::Refused } else { Outcome::Success })
}

/// An error of a message.
#[expect(clippy::needless_pass_by_value, reason = "`map_err` hands on values")]
pub(super) fn wrong(problem: impl ToString) -> Error {
    Error::Message { problem: problem.to_string() }
}
