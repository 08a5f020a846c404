//! `avro-gen encode`

use super::bytes::BytesFormat;
use super::frame::Frame;
use super::{MessageSchema, input, wrong};
use crate::command::{Outcome, print_bytes, usage};
use crate::error::Error;
use avro_model::{binary, json_encoding};
use clap::Args;
use clap::error::ErrorKind;
use std::path::PathBuf;

/// Make a message of JSON.
///
/// The JSON is the encoding of the specification, as decode prints it.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(in crate::command) struct Encode {
    #[command(flatten)]
    schema: MessageSchema,

    /// The form of the output.
    #[arg(long, value_name = "FORM", default_value = "binary")]
    to: BytesFormat,

    /// What stands before the data.
    #[arg(long, value_name = "FRAME", default_value = "bare")]
    frame: Frame,

    /// The id of the schema, for the frame of a registry.
    #[arg(long, value_name = "ID")]
    id: Option<u32>,

    /// The file with the JSON, or - for standard input.
    #[arg(value_name = "INPUT", default_value = "-")]
    input: PathBuf,
}

const HELP: &str = "\
Examples:
  avro-gen encode -s user.avsc user.json > message.bin
  echo 7 | avro-gen encode -s int.avsc --to hex --frame registry --id 7

Exit status:
  0  done
  1  the JSON is no value of the schema, the schema is not valid, or a file cannot be read
  2  the command line is not valid";

impl Encode {
    pub(in crate::command) fn run(&self) -> Result<Outcome, Error> {
        if (self.frame == Frame::Registry) != self.id.is_some() {
            let message = "--frame registry and --id belong together";
            usage("encode", ErrorKind::ArgumentConflict, message);
        }
        let schema = self.schema.read()?;
        let text = String::from_utf8(input(&self.input)?)
            .map_err(|error| wrong(format!("the JSON is not UTF-8: {error}")))?;
        let value = json_encoding::decode(&schema, &text).map_err(wrong)?;
        let mut bytes = self.frame.header(&schema, self.id.unwrap_or_default());
        binary::encode_into(&schema, &value, &mut bytes).map_err(wrong)?;
        print_bytes(&self.to.write(bytes))?;
        Ok(Outcome::Success)
    }
}
