//! `avro-gen decode`

use super::bytes::BytesFormat;
use super::frame::Frame;
use super::{MessageSchema, input, pick, wrong};
use crate::command::{Outcome, print};
use crate::error::Error;
use avro_model::binary::Decoder;
use avro_model::json_encoding;
use clap::Args;
use std::path::PathBuf;

/// Print a message as JSON.
///
/// The JSON is the encoding of the specification: the value of a union that is not null is an object with the name of the branch, and
/// bytes are text of the characters U+0000 to U+00FF. It stands in one line.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(in crate::command) struct Decode {
    #[command(flatten)]
    schema: MessageSchema,

    /// Read the message as a reader with this schema does, from a file.
    #[arg(short, long, value_name = "FILE")]
    reader: Option<PathBuf>,

    /// The form of the input.
    #[arg(short, long, value_name = "FORM", default_value = "binary")]
    from: BytesFormat,

    /// What stands before the data. The id of a registry is told, and not looked up.
    #[arg(long, value_name = "FRAME", default_value = "bare")]
    frame: Frame,

    /// The file with the message, or - for standard input.
    #[arg(value_name = "INPUT", default_value = "-")]
    input: PathBuf,
}

const HELP: &str = "\
Examples:
  avro-gen decode -s user.avsc message.bin
  echo 00000000070e | avro-gen decode -s int.avsc --from hex --frame registry
  avro-gen decode -s v1/user.avsc --reader v2/user.avsc message.bin
                                                what does a consumer with the new schema see?

Exit status:
  0  done
  1  the message or a schema is not valid, or cannot be read
  2  the command line is not valid";

impl Decode {
    pub(in crate::command) fn run(&self) -> Result<Outcome, Error> {
        let writer = self.schema.read()?;
        let reader = self.reader.as_ref().map(|file| pick(std::slice::from_ref(file), None)).transpose()?;
        let bytes = self.from.read(input(&self.input)?).map_err(wrong)?;
        let (data, said) = self.frame.strip(&bytes, &writer).map_err(wrong)?;
        if let Some(said) = said {
            eprintln!("{said}");
        }
        let decoder = match &reader {
            Some(reader) => Decoder::resolving(&writer, reader).map_err(wrong)?,
            None => Decoder::new(&writer),
        };
        let value = decoder.decode(data).map_err(wrong)?;
        let json = json_encoding::encode(reader.as_ref().unwrap_or(&writer), &value).map_err(wrong)?;
        print(&format!("{json}\n"))?;
        Ok(Outcome::Success)
    }
}
