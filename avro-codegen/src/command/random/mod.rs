//! `avro-gen random`

mod least;
mod logical;
mod primitive;
#[cfg(test)]
mod tests;
mod values;

use super::format::Format;
use super::message::{BytesFormat, Form, Target, pick, tell_count, wrong};
use super::{Outcome, usage};
use crate::error::Error;
use avro_model::testing::Random as Choices;
use clap::error::ErrorKind;
use clap::{Args, ValueEnum};
use std::path::PathBuf;
use values::Values;

/// Make sample data.
///
/// Values keep what logical types ask for: dates and times are of this century and of a day, decimals have no more digits than they
/// may, and a UUID is one. The same schema, options and seed give the same data.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(super) struct Random {
    /// The schema: a schema file (.avsc), IDL file (.avdl) or protocol (.avpr), or several, or a folder.
    #[arg(value_name = "SCHEMA")]
    schemas: Vec<PathBuf>,

    /// The full name of the type, where the files define several.
    #[arg(short, long = "type", value_name = "NAME")]
    type_name: Option<String>,

    /// How many values to make.
    #[arg(short = 'n', long, value_name = "NUMBER", default_value = "1")]
    count: u64,

    /// Another number gives other values.
    #[arg(long, value_name = "NUMBER", default_value = "0")]
    seed: u64,

    #[command(flatten)]
    sizes: Sizes,

    /// The form of the output.
    #[arg(long, value_name = "FORM", default_value = "json")]
    to: To,

    /// The form of what is told on standard error: nothing but errors, or one document with the number of values and what is wrong.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(super) format: Format,

    #[command(flatten)]
    target: Target,
}

/// How large values become.
#[derive(Debug, Clone, Args)]
pub(super) struct Sizes {
    /// The most items of an array and entries of a map.
    #[arg(long, value_name = "NUMBER", default_value = "3")]
    items: u32,

    /// The most characters of a text, and bytes of bytes.
    #[arg(long, value_name = "NUMBER", default_value = "16")]
    length: u32,

    /// How deep values nest. Below, arrays and maps are empty, and unions hold their simplest branch.
    #[arg(long, value_name = "LEVELS", default_value = "6", value_parser = clap::value_parser!(u16).range(..=256))]
    depth: u16,

    /// The most parts and bytes of a value that are not needed.
    #[arg(long, value_name = "NUMBER", default_value = "10000", value_parser = clap::value_parser!(u32).range(..=10_000_000))]
    size: u32,
}

/// The form of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum To {
    /// A line for each value, in the JSON encoding of the specification.
    Json,
    /// Messages, one directly behind the other.
    Binary,
    /// A message a line, in hexadecimal digits.
    Hex,
    /// A message a line, in base64.
    Base64,
}

const HELP: &str = "\
Examples:
  avro-gen random user.avsc --count 3
  avro-gen random user.avsc --count 1000 --seed 7 --container --codec zstandard > users.avro
  avro-gen random user.avsc --to hex --frame single-object
  avro-gen random --registry http://localhost:8081 --subject users-value --to base64

Exit status:
  0  done
  1  the schema is not valid, cannot be read, or has no values
  2  the command line is not valid";

impl Random {
    pub(super) fn run(&self) -> Result<Outcome, Error> {
        tell_count(self.format, |count| self.write(count))
    }

    /// Counts the values that it writes.
    fn write(&self, count: &mut usize) -> Result<(), Error> {
        let form = match self.to {
            To::Json => Form::Json,
            To::Binary => Form::Bytes(BytesFormat::Binary),
            To::Hex => Form::Bytes(BytesFormat::Hex),
            To::Base64 => Form::Bytes(BytesFormat::Base64),
        };
        if self.to == To::Json && self.target.has_frame() {
            let message = "JSON has no frame: name another form by --to";
            usage("random", ErrorKind::ArgumentConflict, message);
        }
        let schema = match self.schemas.as_slice() {
            [] => None,
            files => Some(pick(files, self.type_name.as_deref())?),
        };
        let mut sink = self.target.open("random", schema, form)?;
        let schema = sink.schema.clone();
        let values = Values::of(&schema, &self.sizes).map_err(wrong)?;
        let mut choices = Choices::seed(self.seed);
        for _ in 0..self.count {
            if !sink.put(&values.value(&mut choices))? {
                return Ok(());
            }
            *count += 1;
        }
        sink.finish()
    }
}
