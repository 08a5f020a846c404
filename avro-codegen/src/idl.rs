//! IDL and protocol files as the documents of their types.

use crate::input::{self, Source};
use crate::locate::each_definition;
use avro_model::idl::{
    DefinitionText, Idl, IdlError, ImportKind, Imported, Importer, parse_idl_fully, parse_protocol_fully,
};
use avro_model::{Parser, Schema};
use std::cell::RefCell;
use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};

/// The schemas of an IDL file, each as JSON that names the others.
pub(crate) struct IdlFile {
    /// The one that stands for the file, if it has a `schema` declaration.
    pub(crate) main: Option<TypeText>,
    /// The named types that the file defines or imports.
    pub(crate) types: Vec<TypeText>,
    /// Their definitions.
    pub(crate) definitions: Vec<DefinitionText>,
    /// The files that it imports.
    pub(crate) imported: Vec<PathBuf>,
}

/// A named type of an IDL or protocol file.
pub(crate) struct TypeText {
    /// Its full name.
    pub(crate) name: String,
    /// Its schema, self-contained.
    pub(crate) text: String,
    /// Whether another file defines it, which this one imports.
    #[cfg_attr(not(feature = "cli"), expect(dead_code, reason = "only the command asks"))]
    pub(crate) is_imported: bool,
}

impl TypeText {
    fn of(schema: &Schema, is_imported: bool) -> Self {
        let name = schema[schema.root()].name().map(ToString::to_string).unwrap_or_default();
        Self { name, text: schema.canonical_text(), is_imported }
    }
}

pub(crate) fn read_idl(source: &Source) -> Result<IdlFile, Vec<IdlError>> {
    let files = Files { source, imported: RefCell::default() };
    let Idl { main, types, definitions, .. } =
        parse_idl_fully(&source.name, &source.text, &files, Parser::new())?;
    let mut own = HashSet::new();
    for definition in definitions.iter().filter(|definition| definition.file() == source.name) {
        each_definition(&definition.value(), &mut |name, _, _| own.extend([name.to_string()]));
    }
    let is_imported =
        |schema: &Schema| schema[schema.root()].name().is_some_and(|name| !own.contains(&name.to_string()));
    Ok(IdlFile {
        main: main.as_ref().map(|main| TypeText::of(main, is_imported(main))),
        types: types.iter().map(|one| TypeText::of(one, is_imported(one))).collect(),
        definitions,
        imported: files.imported.into_inner(),
    })
}

/// All that an IDL file holds.
#[cfg(feature = "cli")]
pub(crate) fn whole(source: &Source) -> Result<Idl, Vec<IdlError>> {
    let files = Files { source, imported: RefCell::default() };
    parse_idl_fully(&source.name, &source.text, &files, Parser::new())
}

/// The texts of everything that an IDL file means.
#[cfg(feature = "cli")]
pub(crate) fn meaning(source: &Source) -> Result<Vec<String>, Vec<IdlError>> {
    let idl = whole(source)?;
    let schemas = idl.main.iter().chain(&idl.types).map(Schema::canonical_text);
    Ok(schemas.chain(idl.protocol.iter().map(avro_model::idl::Protocol::text)).collect())
}

/// All that a protocol in JSON holds.
#[cfg(feature = "cli")]
pub(crate) fn whole_protocol(source: &Source) -> Result<avro_model::idl::Protocol, Vec<IdlError>> {
    parse_protocol_fully(&source.name, &source.text, Parser::new())
}

/// The types that a protocol in JSON defines, and their definitions.
pub(crate) fn read_protocol(source: &Source) -> Result<(Vec<TypeText>, Vec<DefinitionText>), Vec<IdlError>> {
    let protocol = parse_protocol_fully(&source.name, &source.text, Parser::new())?;
    let types = protocol.types.iter().map(|one| TypeText::of(one, false)).collect();
    Ok((types, protocol.definitions))
}

/// The text of a file that another one imports, for messages.
pub(crate) fn imported_text(file: &str, from: &Source) -> Option<String> {
    read(file, from).ok().map(|source| source.text)
}

/// Reads a file by its name, from where another one is.
fn read(name: &str, from: &Source) -> Result<Source, String> {
    #[cfg(feature = "cli")]
    if let Some(tree) = &from.tree {
        return input::of_git(tree, tree.path(name));
    }
    let _ = from;
    input::source(PathBuf::from(name)).map_err(|error| error.to_string())
}

/// Imports by paths that start at the folder of the file with the import.
struct Files<'s> {
    /// The file that everything is imported for.
    source: &'s Source,
    imported: RefCell<Vec<PathBuf>>,
}

impl Importer for Files<'_> {
    fn import(&self, _: ImportKind, path: &str, from: &str) -> Result<Imported, String> {
        #[cfg(feature = "cli")]
        let from = self.source.tree.as_ref().map_or(from, |tree| tree.path(from));
        let folder = Path::new(from).parent().unwrap_or_else(|| Path::new(""));
        let source = read(&plain(&folder.join(path)).display().to_string(), self.source)?;
        self.imported.borrow_mut().push(source.path.clone());
        Ok(Imported { name: source.name, text: source.text })
    }
}

/// The path without `.`, and without `..` behind a folder that is not a link, so that one file has one name.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir
                if matches!(plain.components().next_back(), Some(Component::Normal(_)))
                    && !plain.is_symlink() =>
            {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}
