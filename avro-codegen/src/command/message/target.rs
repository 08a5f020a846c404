//! Where values go: messages with a frame, or a container file.

use super::bytes::BytesFormat;
use super::frame::{Frame, fingerprint, header};
use super::key::{self, SubjectVersion};
use super::output::{Output, wanted};
use super::registry::RegistryOfSchemas;
use super::wrong;
use crate::command::container::{Codec, Writer};
use crate::command::registry::KnownSchema;
use crate::command::usage;
use crate::error::Error;
use avro_model::{Schema, Value, binary, json_encoding};
use clap::Args;
use clap::error::ErrorKind;
use serde_wire::frame::SchemaKey;
use std::path::PathBuf;

/// What values become.
#[derive(Debug, Args)]
pub(in crate::command) struct Target {
    /// What stands before the data: by default nothing, or what --registry calls for.
    #[arg(long, value_name = "FRAME")]
    frame: Option<Frame>,

    /// The id or the GUID of the schema, for the frame of a registry.
    #[arg(long, value_name = "ID", value_parser = key::key)]
    id: Option<SchemaKey>,

    /// Write the frame of a registry with the GUID of the schema, in place of its id.
    #[arg(long)]
    guid: bool,

    /// Take the schema of this subject from the registry, in its latest version or in that behind @.
    #[arg(long, value_name = "SUBJECT[@VERSION]", value_parser = key::subject)]
    subject: Option<SubjectVersion>,

    #[command(flatten)]
    registry: RegistryOfSchemas,

    /// Write an object container file.
    #[arg(long, conflicts_with_all = ["frame", "guid", "to"])]
    container: bool,

    /// How the blocks of the container file are packed.
    #[arg(long, value_name = "CODEC", default_value = "null", requires = "container")]
    codec: Codec,

    /// The bytes at which a block of the container file ends, before it is packed.
    #[arg(
        long,
        value_name = "BYTES",
        default_value = "65536",
        requires = "container",
        value_parser = clap::value_parser!(u32).range(1..=64 << 20)
    )]
    block_size: u32,

    /// Write to this file, and not to standard output.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// The form of what is written.
#[derive(Debug, Clone, Copy)]
pub(in crate::command) enum Form {
    /// A line of JSON for each value.
    Json,
    /// A message for each value.
    Bytes(BytesFormat),
}

/// Takes values, and writes what they become.
pub(in crate::command) struct Sink {
    pub(in crate::command) schema: Schema,
    to: To,
}

enum To {
    Json(Output),
    Messages { output: Output, form: BytesFormat, header: Vec<u8> },
    Container(Writer<Output>, PathBuf),
}

impl Target {
    /// Makes the sink of a subcommand; `schema` is that of its files.
    pub(in crate::command) fn open(
        &self,
        subcommand: &str,
        schema: Option<Schema>,
        form: Form,
    ) -> Result<Sink, Error> {
        let (schema, header) = match schema {
            Some(schema) => self.of_files(subcommand, schema),
            None => self.of_registry(subcommand)?,
        };
        let output = Output::open(self.output.as_deref())?;
        let to = match form {
            _ if self.container => {
                let block_size = usize::try_from(self.block_size).unwrap_or(usize::MAX);
                let path = output.path().to_owned();
                To::Container(Writer::new(output, &schema, self.codec, block_size), path)
            }
            Form::Json => To::Json(output),
            Form::Bytes(form) => To::Messages { output, form, header },
        };
        Ok(Sink { schema, to })
    }

    fn of_files(&self, subcommand: &str, schema: Schema) -> (Schema, Vec<u8>) {
        if self.registry.is_named() || self.subject.is_some() {
            let message = "the schema is that of the registry or that of files: leave one of them out";
            usage(subcommand, ErrorKind::ArgumentConflict, message);
        }
        if (self.frame == Some(Frame::Registry)) != self.id.is_some() {
            usage(subcommand, ErrorKind::ArgumentConflict, "--frame registry and --id belong together");
        }
        if self.guid {
            let message = "--guid belongs to --registry; give the GUID of a schema in files by --id";
            usage(subcommand, ErrorKind::ArgumentConflict, message);
        }
        let header = match (self.frame, self.id) {
            (Some(Frame::SingleObject), _) => header(fingerprint(&schema)),
            (_, Some(key)) => header(key),
            _ => Vec::new(),
        };
        (schema, header)
    }

    fn of_registry(&self, subcommand: &str) -> Result<(Schema, Vec<u8>), Error> {
        let Some(registry) = self.registry.open()? else {
            let message =
                "no schema is known: name its file, or a registry by --registry and a subject by --subject";
            usage(subcommand, ErrorKind::MissingRequiredArgument, message);
        };
        let known = match (&self.subject, self.id) {
            (subject, Some(key)) => {
                registry.schema(key, subject.as_ref().map(|subject| subject.subject.as_str()))?
            }
            (Some(subject), None) => registry.schema_of(&subject.subject, subject.version)?,
            (None, None) => {
                let message =
                    "which schema of the registry? --subject names its subject, or --id the schema itself";
                usage(subcommand, ErrorKind::MissingRequiredArgument, message);
            }
        };
        if let Some(rules) = known.rules_on_write() {
            let problem = format!(
                "{} has rules that a producer runs on its data, and they are not run here: {rules}",
                known.name
            );
            return Err(Error::Registry { problem });
        }
        let header = match self.frame {
            _ if self.container => Vec::new(),
            Some(Frame::Bare) => Vec::new(),
            Some(Frame::SingleObject) => header(fingerprint(&known.schema)),
            None | Some(Frame::Registry) => header(self.key(&known)?),
        };
        Ok((known.schema, header))
    }

    /// What the frame calls the schema.
    fn key(&self, known: &KnownSchema) -> Result<SchemaKey, Error> {
        let missing =
            |what| Error::Registry { problem: format!("the registry told no {what} of {}", known.name) };
        match self.id {
            Some(key @ SchemaKey::Guid(_)) => Ok(key),
            _ if self.guid => known.registered.guid.map(SchemaKey::Guid).ok_or_else(|| missing("GUID")),
            Some(key) => Ok(key),
            None => known.registered.id.map(SchemaKey::Id).ok_or_else(|| missing("id")),
        }
    }

    /// Whether the command line names a frame.
    pub(in crate::command) fn has_frame(&self) -> bool {
        self.frame.is_some() || self.guid
    }

    /// Whether it is a file that takes any number of values.
    pub(super) fn is_container(&self) -> bool {
        self.container
    }
}

impl Sink {
    /// Writes a value; `false` says that no more are wanted.
    pub(in crate::command) fn put(&mut self, value: &Value) -> Result<bool, Error> {
        match &mut self.to {
            To::Json(output) => output.line(&json_encoding::encode(&self.schema, value).map_err(wrong)?),
            To::Messages { output, form, header } => {
                let mut bytes = header.clone();
                binary::encode_into(&self.schema, value, &mut bytes).map_err(wrong)?;
                output.bytes(&form.write(bytes))
            }
            To::Container(writer, path) => {
                wanted(writer.push(&binary::encode(&self.schema, value).map_err(wrong)?), path)
            }
        }
    }

    /// Writes what is left.
    pub(in crate::command) fn finish(self) -> Result<(), Error> {
        match self.to {
            To::Json(output) | To::Messages { output, .. } => output.finish(),
            To::Container(writer, path) => match writer.finish() {
                Ok(output) => output.finish(),
                Err(error) => wanted(Err(error), &path).map(|_| ()),
            },
        }
    }
}
