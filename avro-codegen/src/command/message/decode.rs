//! `avro-gen decode`

use super::bytes::BytesFormat;
use super::frame::Frame;
use super::key::key;
use super::output::Output;
use super::registry::RegistryOfSchemas;
use super::writers::{OfOneSchema, OfRegistry, Reading, Writers};
use super::{MessageSchema, called, misread, open, pick, wrong};
use crate::command::container::{Blocks, MAGIC, Objects};
use crate::command::format::Format;
use crate::command::{Outcome, usage};
use crate::error::Error;
use avro_model::{Limits, Parser, Schema, Validation};
use clap::Args;
use clap::error::ErrorKind;
use serde_wire::frame::SchemaKey;
use std::collections::HashMap;
use std::io::Read;
use std::path::PathBuf;

/// Print messages, or the objects of a container file, as JSON.
///
/// The JSON is the encoding of the specification: the value of a union that is not null is an object with the name of the branch, and
/// bytes are text of the characters U+0000 to U+00FF. Each value stands in one line. An object container file is known by how it
/// begins.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(in crate::command) struct Decode {
    #[command(flatten)]
    schema: MessageSchema,

    /// Read as a reader with this schema does, from a file. Where the data tells its schema itself, --schema does the same.
    #[arg(short, long, value_name = "FILE")]
    reader: Option<PathBuf>,

    /// The form of the input.
    #[arg(short, long, value_name = "FORM", default_value = "binary")]
    from: BytesFormat,

    /// What stands before the data: by default nothing, or what --registry calls for. With --schema the id is told, and not looked
    /// up.
    #[arg(long, value_name = "FRAME")]
    frame: Option<Frame>,

    /// The input holds any number of messages: a line for each in hex and base64, else one directly behind the other.
    #[arg(long)]
    many: bool,

    #[command(flatten)]
    registry: RegistryOfSchemas,

    /// A subject of the context that ids are of, which is the default one without it.
    #[arg(long, value_name = "SUBJECT")]
    subject: Option<String>,

    /// The id or the GUID of the schema in the registry, where it stands in a header beside the message and not before the data.
    #[arg(long, value_name = "ID", value_parser = key, conflicts_with = "frame")]
    id: Option<SchemaKey>,

    /// The most values that a message or an object may hold: items, fields, and what is in branches. A value takes some 100 bytes of
    /// memory beside its own text or bytes.
    #[arg(long, value_name = "NUMBER", default_value = "2000000")]
    max_values: u64,

    /// The form of the output: values, or objects of the schema's name and the value.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,

    /// The file with the message, or - for standard input.
    #[arg(value_name = "INPUT", default_value = "-")]
    input: PathBuf,
}

const HELP: &str = "\
Examples:
  avro-gen decode users.avro                    the objects of a container file
  avro-gen decode -s user.avsc message.bin
  echo 00000000070e | avro-gen decode -s int.avsc --from hex --frame registry
  avro-gen decode --registry http://localhost:8081 message.bin
                                                the schema is the one that the message names
  avro-gen decode -s v1/user.avsc --reader v2/user.avsc message.bin
                                                what does a consumer with the new schema see?

Exit status:
  0  done
  1  the data or a schema is not valid, or cannot be read; what comes before has been printed
  2  the command line is not valid";

impl Decode {
    pub(in crate::command) fn run(&self) -> Result<Outcome, Error> {
        let mut input = open(&self.input)?;
        let unreadable = |error| Error::Read { path: self.input.clone(), error };
        let mut begins = Vec::new();
        if self.may_be_container() {
            input.by_ref().take(MAGIC.len() as u64).read_to_end(&mut begins).map_err(unreadable)?;
        }
        let is_container = begins == MAGIC;
        let mut input = begins.chain(input);
        if is_container {
            self.container(input)?;
        } else {
            let mut writers = self.writers()?;
            let mut bytes = Vec::new();
            input.read_to_end(&mut bytes).map_err(unreadable)?;
            self.messages(bytes, &mut writers)?;
        }
        Ok(Outcome::Success)
    }

    fn limits(&self) -> Limits {
        Limits::DEFAULT.with_values(self.max_values)
    }

    fn may_be_container(&self) -> bool {
        self.from == BytesFormat::Binary
            && self.frame.is_none()
            && self.id.is_none()
            && !self.registry.is_named()
    }

    fn container(&self, input: impl Read) -> Result<(), Error> {
        let name = called(&self.input);
        let told = |problem: &dyn ToString| wrong(format!("{name}: {}", problem.to_string()));
        let blocks = Blocks::open(input).map_err(|error| told(&error))?;
        let parser = Parser::new().validation(Validation::Stored);
        let writer = parser.parse(&blocks.header().schema);
        let writer = writer.map_err(|error| told(&format!("the schema in its header: {error}")))?;
        let reading = Reading::of(&writer, self.reader()?.as_ref(), self.limits())?;
        let mut objects = Objects::new(blocks, reading.decoder.clone());
        let mut output = Output::open(None)?;
        while let Some(value) = objects.next_object().map_err(|error| told(&error))? {
            if !output.line(&self.shown(None, &reading.json(&value)?))? {
                return Ok(());
            }
        }
        output.finish()
    }

    /// The reader's schema, where the data tells that of the writer.
    fn reader(&self) -> Result<Option<Schema>, Error> {
        match (self.schema.is_named(), &self.reader) {
            (true, Some(_)) => usage(
                "decode",
                ErrorKind::ArgumentConflict,
                "the data tells the schema of its writer, so --schema and --reader both are the reader's: leave one out",
            ),
            (true, None) => self.schema.read().map(Some),
            (false, reader) => of_file(reader.as_ref()),
        }
    }

    fn writers(&self) -> Result<Writers, Error> {
        if self.schema.is_named() && !self.registry.is_named() {
            if self.id.is_some() {
                let message = "--id names a schema in a registry: name that by --registry, or leave --id out";
                usage("decode", ErrorKind::ArgumentConflict, message);
            }
            let schema = self.schema.read()?;
            let reading = Reading::of(&schema, of_file(self.reader.as_ref())?.as_ref(), self.limits())?;
            return Ok(Writers::One(Box::new(OfOneSchema { schema, reading })));
        }
        let Some(registry) = self.registry.open()? else {
            let message = "no schema is known, and the input is no object container file: name the schema by --schema, or a \
                           registry by --registry";
            usage("decode", ErrorKind::MissingRequiredArgument, message);
        };
        if matches!(self.frame, Some(Frame::Bare | Frame::SingleObject)) {
            let message = "a registry finds schemas by the frame of a registry, or by --id";
            usage("decode", ErrorKind::ArgumentConflict, message);
        }
        let (subject, reader) = (self.subject.clone(), self.reader()?);
        Ok(Writers::Registry(Box::new(OfRegistry {
            registry,
            subject,
            reader,
            limits: self.limits(),
            known: HashMap::new(),
        })))
    }

    fn messages(&self, bytes: Vec<u8>, writers: &mut Writers) -> Result<(), Error> {
        let frame = self.frame.unwrap_or(match writers {
            Writers::Registry(_) if self.id.is_none() => Frame::Registry,
            _ => Frame::Bare,
        });
        let mut output = Output::open(None)?;
        if !self.many {
            let bytes = self.from.read(bytes).map_err(wrong)?;
            let (key, data) = writers.split(frame, &bytes)?;
            let key = key.or(self.id);
            self.tell(key);
            let reading = writers.reading(key)?;
            let value = reading.decoder.decode(data).map_err(|error| wrong(misread(&error)))?;
            output.line(&self.shown(key, &reading.json(&value)?))?;
            return output.finish();
        }
        let mut last = None;
        let mut number = 0;
        let mut each = |bytes: &[u8], alone: bool| -> Result<(bool, usize), Error> {
            number += 1;
            let at = |error: Error| wrong(format!("message {number}: {error}"));
            let (key, data) = writers.split(frame, bytes).map_err(at)?;
            let key = key.or(self.id);
            if std::mem::replace(&mut last, key) != key {
                self.tell(key);
            }
            let reading = writers.reading(key).map_err(at)?;
            let decoded = match alone {
                true => reading.decoder.decode(data).map(|value| (value, data.len())),
                false => reading.decoder.decode_prefix(data),
            };
            let (value, length) = decoded.map_err(|error| at(wrong(misread(&error))))?;
            if bytes.len() == data.len() && length == 0 && !alone {
                // Nor would the next one, and so on.
                let left = bytes.len();
                return Err(at(wrong(format!(
                    "it takes no bytes, so nothing can read the {left} bytes that are left"
                ))));
            }
            let more = output.line(&self.shown(key, &reading.json(&value).map_err(at)?))?;
            Ok((more, bytes.len() - data.len() + length))
        };
        if self.from == BytesFormat::Binary {
            let mut rest = bytes.as_slice();
            while !rest.is_empty() {
                let (more, length) = each(rest, false)?;
                if !more {
                    break;
                }
                rest = &rest[length..];
            }
        } else {
            let text =
                String::from_utf8(bytes).map_err(|error| wrong(format!("the input is no text: {error}")))?;
            for line in text.lines() {
                let bytes = self.from.read(line.as_bytes().to_vec()).map_err(wrong)?;
                if !each(&bytes, true)?.0 {
                    break;
                }
            }
        }
        output.finish()
    }

    /// Says which schema a message names. In JSON it stands beside the value.
    fn tell(&self, key: Option<SchemaKey>) {
        match key {
            Some(SchemaKey::Guid(guid)) if self.format == Format::Text => eprintln!("schema GUID {guid}"),
            Some(key) if self.format == Format::Text => eprintln!("schema {key}"),
            _ => {}
        }
    }

    fn shown(&self, key: Option<SchemaKey>, json: &str) -> String {
        match (self.format, key) {
            (Format::Text, _) => json.to_owned(),
            (Format::Json, Some(SchemaKey::Id(id))) => format!("{{\"id\":{id},\"value\":{json}}}"),
            (Format::Json, Some(SchemaKey::Guid(guid))) => {
                format!("{{\"guid\":\"{guid}\",\"value\":{json}}}")
            }
            (Format::Json, _) => format!("{{\"value\":{json}}}"),
        }
    }
}

fn of_file(file: Option<&PathBuf>) -> Result<Option<Schema>, Error> {
    file.map(|file| pick(std::slice::from_ref(file), None)).transpose()
}
