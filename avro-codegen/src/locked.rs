//! What a lock file locks: all of a schema file, or one type of IDL or of a protocol.

use crate::Error;
use crate::idl::{self, TypeText};
use crate::input::{self, Source, Syntax};
use avro_model::idl::IdlError;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// The files of a lock file, each read once however many of its types are locked.
#[derive(Default)]
pub(crate) struct LockedFiles {
    read: HashMap<PathBuf, Result<Content, Fault>>,
}

/// What a file holds.
pub(crate) enum Content {
    /// A schema: the text of the file.
    Schema(String),
    /// Types, and the schema without a name that an IDL file may stand for.
    Types { types: Vec<TypeText>, main: Option<String> },
}

/// Why a file does not tell what is locked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is not there.
    Missing,
    /// It cannot be read, or is no IDL or protocol.
    Unreadable(String),
    /// It has no type of that name.
    NoType(String),
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Missing => f.write_str("the file is missing"),
            Self::Unreadable(problem) => write!(f, "the file cannot be read: {problem}"),
            Self::NoType(name) if name.is_empty() => f.write_str("the file declares no schema any more"),
            Self::NoType(name) => write!(f, "the file has no type {name} any more"),
        }
    }
}

impl LockedFiles {
    /// The JSON that is locked: of a schema file all of it; else the type of that full name, or without a name what the `schema`
    /// declaration of IDL says.
    pub(crate) fn text(&mut self, path: &Path, name: Option<&str>) -> Result<&str, Fault> {
        let no_type = || Fault::NoType(name.unwrap_or_default().to_owned());
        match self.content(path)? {
            Content::Schema(text) => Ok(text),
            Content::Types { types, main } => match name {
                Some(name) => {
                    types.iter().find(|one| one.name == name).map(|one| &*one.text).ok_or_else(no_type)
                }
                None => main.as_deref().ok_or_else(no_type),
            },
        }
    }

    /// All that a file holds.
    pub(crate) fn content(&mut self, path: &Path) -> Result<&Content, Fault> {
        let content = self.read.entry(path.to_owned()).or_insert_with(|| content(path));
        content.as_ref().map_err(Clone::clone)
    }
}

fn content(path: &Path) -> Result<Content, Fault> {
    let source = input::source(path.to_owned()).map_err(|error| match error {
        Error::Read { error, .. } if error.kind() == std::io::ErrorKind::NotFound => Fault::Missing,
        error => Fault::Unreadable(error.to_string()),
    })?;
    types(&source).map_err(|errors| {
        let more = match errors.len() {
            0 | 1 => String::new(),
            errors => format!(", and {} more errors", errors - 1),
        };
        let first = errors.first().map(ToString::to_string).unwrap_or_default();
        Fault::Unreadable(format!("{first}{more}"))
    })
}

fn types(source: &Source) -> Result<Content, Vec<IdlError>> {
    Ok(match source.syntax() {
        Syntax::Schema => Content::Schema(source.text.clone()),
        Syntax::Idl => {
            let file = idl::read_idl(source)?;
            let main = file.main.filter(|main| main.name.is_empty()).map(|main| main.text);
            Content::Types { types: file.types, main }
        }
        Syntax::Protocol => Content::Types { types: idl::read_protocol(source)?.0, main: None },
    })
}
