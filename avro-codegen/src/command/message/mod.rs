//! `avro-gen decode` and `avro-gen encode`: messages to JSON and back.

mod bytes;
pub(super) mod decode;
pub(super) mod encode;
mod frame;

use super::inputs::without_code;
use super::version::Version;
use crate::error::Error;
use avro_model::Schema;
use clap::Args;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// The schema of a message.
#[derive(Debug, Args)]
struct MessageSchema {
    /// The schema of the message: a schema file (.avsc), IDL file (.avdl) or protocol (.avpr), or several, or a folder.
    #[arg(short, long = "schema", value_name = "FILE", required = true)]
    schemas: Vec<PathBuf>,

    /// The full name of the type, where the files define several.
    #[arg(short, long = "type", value_name = "NAME")]
    type_name: Option<String>,
}

impl MessageSchema {
    fn read(&self) -> Result<Schema, Error> {
        pick(&self.schemas, self.type_name.as_deref())
    }
}

/// The schema of that name in files, or the only one.
fn pick(files: &[PathBuf], name: Option<&str>) -> Result<Schema, Error> {
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

/// What a file holds, or standard input for `-`.
fn input(path: &Path) -> Result<Vec<u8>, Error> {
    let unreadable = |error| Error::Read { path: path.to_owned(), error };
    if path != Path::new("-") {
        return fs::read(path).map_err(unreadable);
    }
    let mut bytes = Vec::new();
    io::stdin().read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(bytes)
}

/// An error of a message.
#[expect(clippy::needless_pass_by_value, reason = "`map_err` hands on values")]
fn wrong(problem: impl ToString) -> Error {
    Error::Message { problem: problem.to_string() }
}
