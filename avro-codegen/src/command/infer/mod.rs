//! `avro-gen infer`

mod lower;
mod names;
mod samples;
mod shape;
#[cfg(test)]
mod tests;

use super::format::Format;
use super::{Outcome, fmt, plain, print};
use crate::error::Error;
use crate::output;
use crate::report::{Diagnostic, Report, Severity};
use avro_model::json::Json;
use avro_model::{Schema, json_encoding};
use clap::Args;
use shape::Shape;
use std::path::PathBuf;

/// Make a schema of JSON samples.
///
/// The samples are all values of the files, one behind the other as in JSON lines, or the items of the array that a file is. The schema
/// takes each of them, as encode --plain reads it. What was decided on the way is told.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(super) struct Infer {
    /// Files with JSON, or - for standard input.
    #[arg(value_name = "INPUT", default_value = "-")]
    inputs: Vec<PathBuf>,

    /// The full name of the record that a sample is. Records inside are named after their keys, in its namespace.
    #[arg(short, long, value_name = "NAME", default_value = "Sample")]
    name: String,

    /// The path of objects that are maps, such as $.prices or $.lines[].attributes: their keys are data. It may be given several times.
    #[arg(short, long = "map", value_name = "PATH")]
    maps: Vec<String>,

    /// Texts that are all UUIDs, dates or timestamps of RFC 3339 are of that logical type.
    #[arg(short, long)]
    logical: bool,

    /// The schema file to write; by default standard output.
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    output: PathBuf,

    /// The form of the output.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(super) format: Format,
}

const HELP: &str = "\
Examples:
  avro-gen infer orders.jsonl --name com.acme.Order > order.avsc
  curl https://example.org/orders | avro-gen infer --name com.acme.Order --logical -o order.avsc
  avro-gen infer a.json b.json --map '$.lines[].attributes'
  avro-gen encode -s order.avsc --plain --many orders.jsonl --container > orders.avro

What becomes what:
  integers          int, long or double, the smallest that holds all of them
  other numbers     double
  null, a key that some objects lack
                    a union with null, which comes first and is the default of the field
  values of several types
                    a union
  objects           a record, named after the key; records of one name and of one shape are one type
  objects of which no key is a name, and those of --map
                    a map
  a key that is no name
                    a field of the nearest name, with the property avro-gen.key
  an array that is always empty
                    an array of null

With --format json the output is one document: the schema, the number of samples, and what was decided.

Exit status:
  0  done
  1  a file cannot be read or is no JSON, or there are no samples
  2  the command line is not valid";

impl Infer {
    pub(super) fn run(&self) -> Result<Outcome, Error> {
        let samples = samples::read(&self.inputs)?;
        let mut shape = Shape::default();
        samples.all.iter().for_each(|sample| shape.add(&sample.json));
        let maps: Vec<String> = self.maps.iter().map(|path| full_path(path)).collect();
        let options = lower::Options { name: &self.name, logical: self.logical, maps: &maps };
        let inferred = lower::lower(&shape, &options)
            .map_err(|error| value("name", &self.name, &format!("a full name in Avro: {}", error.problem)))?;
        if let Some(path) = inferred.unused.first() {
            return Err(value("map", path, "the path of an object in the samples"));
        }
        let mut report = Report::default();
        for sample in &samples.all {
            // Whatever is inferred was made to take them all.
            if let Err(problem) = taken(&inferred.schema, &sample.json) {
                report.diagnostics.push(Diagnostic::error(&problem).at(samples.place(sample)));
            }
        }
        if report.has_errors() {
            return Err(Error::Invalid(Box::new(report)));
        }
        let notes = inferred.notes.iter().map(|note| Diagnostic::new(Severity::Note, note.as_str()));
        report.diagnostics.extend(notes);
        self.tell(&inferred.schema, &report, samples.all.len())
    }

    fn tell(&self, schema: &Schema, report: &Report, samples: usize) -> Result<Outcome, Error> {
        let text = fmt::lay_out_json(&schema.canonical_text());
        let written = self.output.as_os_str() != "-";
        if written {
            output::write_file(&self.output, &text)?;
        }
        match self.format {
            Format::Json => {
                let schema = Json::parse(&text).unwrap_or(Json::Null);
                let number = Json::Int(i64::try_from(samples).unwrap_or(i64::MAX));
                let members = [("schema", schema), ("samples", number), ("diagnostics", report.to_json())];
                let members = members.into_iter().map(|(key, value)| (key.to_owned(), value));
                print(&format!("{}\n", Json::Object(members.collect())))?;
            }
            Format::Text => {
                for note in &report.diagnostics {
                    eprintln!("{}: {}", note.severity.name(), note.message);
                }
                if !written {
                    print(&text)?;
                }
            }
        }
        Ok(Outcome::Success)
    }
}

/// Whether a schema takes a sample; else why not.
fn taken(schema: &Schema, sample: &Json) -> Result<(), String> {
    let json = plain::encoded(schema, sample)?;
    json_encoding::decode_json(schema, &json).map(drop).map_err(|error| error.to_string())
}

/// The path with its beginning, which may be left out.
fn full_path(path: &str) -> String {
    match path {
        path if path.starts_with('$') => path.to_owned(),
        path if path.starts_with('[') => format!("${path}"),
        path => format!("$.{path}"),
    }
}

fn value(option: &str, value: &str, expected: &str) -> Error {
    Error::Value { option: option.to_owned(), value: value.to_owned(), expected: expected.to_owned() }
}
