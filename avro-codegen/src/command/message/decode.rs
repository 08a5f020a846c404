//! `avro-gen decode`

use super::bytes::BytesFormat;
use super::frame::Frame;
use super::key::key;
use super::output::Output;
use super::registry::RegistryOfSchemas;
use super::window::{Part, Window};
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
use std::io::{BufRead, BufReader, Read};
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
    pub(in crate::command) format: Format,

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
            if self.many {
                self.messages(input, &mut writers)?;
            } else {
                let mut bytes = Vec::new();
                input.read_to_end(&mut bytes).map_err(unreadable)?;
                self.message(bytes, &mut writers)?;
            }
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

    /// What stands before the data.
    fn framed(&self, writers: &Writers) -> Frame {
        self.frame.unwrap_or(match writers {
            Writers::Registry(_) if self.id.is_none() => Frame::Registry,
            _ => Frame::Bare,
        })
    }

    /// The one message that the input is.
    fn message(&self, bytes: Vec<u8>, writers: &mut Writers) -> Result<(), Error> {
        let mut output = Output::open(None)?;
        let bytes = self.from.read(bytes).map_err(wrong)?;
        let (key, data) = writers.split(self.framed(writers), &bytes)?;
        let key = key.or(self.id);
        self.tell(key);
        let reading = writers.reading(key)?;
        let value = reading.decoder.decode(data).map_err(|error| wrong(misread(&error)))?;
        output.line(&self.shown(key, &reading.json(&value)?))?;
        output.finish()
    }

    /// Any number of messages. No more of the input is kept than the message that is being read, and what was read with it.
    fn messages(&self, input: impl Read, writers: &mut Writers) -> Result<(), Error> {
        let unreadable = |error| Error::Read { path: self.input.clone(), error };
        let frame = self.framed(writers);
        let mut output = Output::open(None)?;
        let (mut last, mut number) = (None, 0_u64);
        // Prints a message; `None` says that more bytes may be needed to read it.
        let mut each = |bytes: &[u8], part: Part| -> Result<Option<(bool, usize)>, Error> {
            let at = |error: Error| wrong(format!("message {}: {error}", number + 1));
            let (key, data) = match writers.split(frame, bytes) {
                Ok(split) => split,
                Err(_) if part == Part::Beginning => return Ok(None),
                Err(error) => return Err(at(error)),
            };
            let key = key.or(self.id);
            let reading = writers.reading(key).map_err(at)?;
            let decoded = match part {
                Part::Message => reading.decoder.decode(data).map(|value| (value, data.len())),
                Part::Beginning | Part::Rest => reading.decoder.decode_prefix(data),
            };
            if decoded.is_err() && part == Part::Beginning {
                return Ok(None);
            }
            if std::mem::replace(&mut last, key) != key {
                self.tell(key);
            }
            let (value, length) = decoded.map_err(|error| at(wrong(misread(&error))))?;
            if bytes.len() == data.len() && length == 0 && part != Part::Message {
                // Nor would the next one, and so on.
                let left = match part {
                    Part::Rest => format!("the {} bytes that are left", bytes.len()),
                    _ => "what is left".to_owned(),
                };
                return Err(at(wrong(format!("it takes no bytes, so nothing can read {left}"))));
            }
            let json = reading.json(&value).map_err(at)?;
            number += 1;
            let more = output.line(&self.shown(key, &json))?;
            Ok(Some((more, bytes.len() - data.len() + length)))
        };
        if self.from == BytesFormat::Binary {
            let mut window = Window::new(input);
            while window.begin().map_err(unreadable)? {
                match each(window.bytes(), window.part())? {
                    Some((true, length)) => window.pass(length),
                    Some((false, _)) => break,
                    None => window.grow().map_err(unreadable)?,
                }
            }
        } else {
            let mut lines = BufReader::new(input);
            let mut line = Vec::new();
            while lines.read_until(b'\n', &mut line).map_err(unreadable)? > 0 {
                let end =
                    line.iter().rposition(|byte| !matches!(byte, b'\n' | b'\r')).map_or(0, |end| end + 1);
                line.truncate(end);
                let bytes = self.from.read(std::mem::take(&mut line)).map_err(wrong)?;
                if matches!(each(&bytes, Part::Message)?, Some((false, _))) {
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
