//! IDL and protocol files as the documents of their types.

use crate::error::Error;
use crate::input::{self, Source};
use avro_model::idl::{Idl, ImportKind, Imported, Importer, parse_idl, parse_protocol};
use avro_model::{Parser, Schema};
use std::cell::RefCell;
use std::path::{Path, PathBuf};

/// The schemas of an IDL file, each as JSON that names the others.
pub(crate) struct IdlFile {
    /// The one that stands for the file, if it has a `schema` declaration.
    pub(crate) main: Option<String>,
    /// The named types that the file defines or imports.
    pub(crate) types: Vec<String>,
    /// The files that it imports.
    pub(crate) imported: Vec<PathBuf>,
}

pub(crate) fn read_idl(source: &Source) -> Result<IdlFile, Error> {
    let files = Files::default();
    let Idl { main, types, .. } = parse_idl(&source.name, &source.text, &files, Parser::new())?;
    Ok(IdlFile {
        main: main.as_ref().map(Schema::canonical_text),
        types: types.iter().map(Schema::canonical_text).collect(),
        imported: files.imported.into_inner(),
    })
}

/// The types that a protocol in JSON defines.
pub(crate) fn read_protocol(source: &Source) -> Result<Vec<String>, Error> {
    let protocol = parse_protocol(&source.name, &source.text, Parser::new())?;
    Ok(protocol.types.iter().map(Schema::canonical_text).collect())
}

/// Imports by paths that start at the folder of the file with the import.
#[derive(Default)]
struct Files {
    imported: RefCell<Vec<PathBuf>>,
}

impl Importer for Files {
    fn import(&self, _: ImportKind, path: &str, from: &str) -> Result<Imported, String> {
        let folder = Path::new(from).parent().unwrap_or_else(|| Path::new(""));
        let source = input::source(folder.join(path)).map_err(|error| error.to_string())?;
        self.imported.borrow_mut().push(source.path.clone());
        Ok(Imported { name: source.name, text: source.text })
    }
}
