//! IDL and protocol files as the documents of their types.

use crate::error::Error;
use crate::input::{self, Source};
use avro_model::idl::{Idl, ImportKind, Imported, Importer, parse_idl, parse_protocol};
use avro_model::{Kind, Parser, Schema};
use std::cell::RefCell;
use std::path::{Path, PathBuf};

/// The types that an IDL file defines or imports, each as JSON that names the others; and the files that it imports.
pub(crate) fn read_idl(source: &Source) -> Result<(Vec<String>, Vec<PathBuf>), Error> {
    let files = Files::default();
    let Idl { main, types, .. } = parse_idl(&source.name, &source.text, &files, Parser::new())?;
    // A main schema with a name is one of the types.
    let main = main.filter(|schema| schema[schema.root()].name().is_none() && !is_primitive(schema));
    Ok((types.iter().chain(&main).map(Schema::canonical_text).collect(), files.imported.into_inner()))
}

/// The types that a protocol in JSON defines.
pub(crate) fn read_protocol(source: &Source) -> Result<Vec<String>, Error> {
    let protocol = parse_protocol(&source.name, &source.text, Parser::new())?;
    Ok(protocol.types.iter().map(Schema::canonical_text).collect())
}

/// There is nothing to generate for `schema int;`.
fn is_primitive(schema: &Schema) -> bool {
    !matches!(schema[schema.root()].kind, Kind::Array(_) | Kind::Map(_) | Kind::Union(_))
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
