//! `avro-gen encode`

use super::bytes::BytesFormat;
use super::target::{Form, Target};
use super::values::{ValueText, values};
use super::{MessageSchema, input, tell_count, wrong};
use crate::command::format::Format;
use crate::command::{Outcome, plain};
use crate::error::Error;
use avro_model::json::Json;
use avro_model::{Schema, Value, json_encoding};
use clap::Args;
use std::path::PathBuf;

/// Make messages, or a container file, of JSON.
///
/// The JSON is the encoding of the specification, as decode prints it, or with --plain what infer makes schemas of.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(in crate::command) struct Encode {
    #[command(flatten)]
    schema: MessageSchema,

    /// The form of the output.
    #[arg(long, value_name = "FORM", default_value = "binary")]
    to: BytesFormat,

    /// The input holds any number of values, each of which becomes a message: a line in hex and base64, else one directly behind the
    /// other. A container file takes any number too.
    #[arg(long)]
    many: bool,

    /// The JSON is plain: a value of a union stands as it is, a field that is missing has its default, dates and timestamps are texts of
    /// RFC 3339, and the key of a field is its property avro-gen.key, where it has one.
    #[arg(long)]
    plain: bool,

    /// The form of what is told on standard error: nothing but errors, or one document with the number of values and what is wrong.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(in crate::command) format: Format,

    #[command(flatten)]
    target: Target,

    /// The file with the JSON, or - for standard input.
    #[arg(value_name = "INPUT", default_value = "-")]
    input: PathBuf,
}

const HELP: &str = "\
Examples:
  avro-gen encode -s user.avsc user.json > message.bin
  avro-gen encode -s user.avsc users.json --container --codec zstandard > users.avro
  avro-gen encode -s order.avsc --plain --many orders.jsonl --container > orders.avro
  echo 7 | avro-gen encode -s int.avsc --to hex --frame registry --id 7
  avro-gen encode --registry http://localhost:8081 --subject users-value user.json > message.bin

Exit status:
  0  done
  1  the JSON is no value of the schema, the schema is not valid, or a file cannot be read
  2  the command line is not valid";

impl Encode {
    pub(in crate::command) fn run(&self) -> Result<Outcome, Error> {
        tell_count(self.format, |count| self.encode(count))
    }

    /// Counts the values that it writes.
    fn encode(&self, count: &mut usize) -> Result<(), Error> {
        let schema = if self.schema.is_named() { Some(self.schema.read()?) } else { None };
        let mut sink = self.target.open("encode", schema, Form::Bytes(self.to))?;
        let text = String::from_utf8(input(&self.input)?)
            .map_err(|error| wrong(format!("the JSON is not UTF-8: {error}")))?;
        if !self.many && !self.target.is_container() {
            let value = self.value(&sink.schema, &text).map_err(wrong)?;
            sink.put(&value)?;
            *count += 1;
        } else {
            for (number, ValueText { line, text, .. }) in values(&text).enumerate() {
                let value = self.value(&sink.schema, text);
                let value = value.map_err(|error| {
                    wrong(format!("value {}, which begins in line {line}: {error}", number + 1))
                })?;
                if !sink.put(&value)? {
                    return Ok(());
                }
                *count += 1;
            }
        }
        sink.finish()
    }

    /// The value that a text stands for; or the problem in words.
    fn value(&self, schema: &Schema, text: &str) -> Result<Value, String> {
        if !self.plain {
            return json_encoding::decode(schema, text).map_err(|error| error.to_string());
        }
        let json = Json::parse(text).map_err(|error| error.to_string())?;
        let json = plain::encoded(schema, &json)?;
        json_encoding::decode_json(schema, &json).map_err(|error| error.to_string())
    }
}
