//! Other versions of the types, whose data is read by code of its own.

use super::{Ir, TypeDef, TypeKind, symbols};
use crate::error::Error;
use crate::history::{self, OldFile};
use crate::input::{Source, Syntax};
use crate::report::{Diagnostic, Place, Report};
use avro_model::resolution::Resolution;
use avro_model::{Kind, NodeId, Parser, Schema, Validation};

/// Another version of a record.
#[derive(Debug)]
pub(crate) struct Version {
    /// Its schema, self-contained.
    pub(crate) writer: Schema,
    /// What a decoder does with its data.
    pub(crate) resolution: Resolution,
}

/// Adds the versions in these files to the types that they are versions of.
///
/// # Errors
/// A file is no schema, has no version of a type, or one whose data the type can never read.
pub(crate) fn add(ir: &mut Ir, files: &[OldFile]) -> Result<(), Error> {
    let mut diagnostics = Vec::new();
    for position in 0..files.len() {
        match versions(ir, files, position) {
            Ok(found) => {
                for (path, version) in found {
                    ir.versions.entry(path).or_default().push(version);
                }
            }
            Err(error) => diagnostics.push(*error),
        }
    }
    if diagnostics.is_empty() { Ok(()) } else { Err(Error::Invalid(Box::new(Report { diagnostics }))) }
}

fn versions(ir: &Ir, files: &[OldFile], position: usize) -> Result<Vec<(String, Version)>, Box<Diagnostic>> {
    let file = &files[position];
    let at = |text: &str, line, column| {
        let Source { name, text: whole, .. } = &file.source;
        Box::new(Diagnostic::error(text).at(Place::new(name, whole, line, column)))
    };
    if file.must_be_a_version() && file.source.syntax() != Syntax::Schema {
        return Err(at("history is read from schemas; give the version as a file .avsc", 1, 1));
    }
    let schema = history::parse(files, position, &|name| current(ir, name))?;
    let mut found = Vec::new();
    for id in records(&schema) {
        let writer = schema.reachable_from(id);
        let Some((definition, reader)) = ir.types.iter().find_map(|definition| reader(definition, &writer))
        else {
            continue;
        };
        let path = definition.path.clone();
        let reader = ir
            .ignored_defaults
            .iter()
            .fold(reader, |reader, (record, field)| reader.without_default(record, field));
        let reader = symbols::applied(reader, &ir.unknown_symbols);
        let resolution = Resolution::new(&writer, &reader).map_err(|error| at(&error.to_string(), 1, 1))?;
        if let Some(error) = resolution.certain_error(&reader) {
            let text = format!(
                "data of this version can never be read as `{path}`: {error}; take it out of `history`"
            );
            return Err(at(&text, 1, 1));
        }
        let is_known =
            ir.versions.get(&path).into_iter().flatten().any(|known| is_same(&known.writer, &writer));
        // Another one is read as it is, or by the code for the one before.
        if !resolution.is_identity() && !is_known {
            found.push((path, Version { writer, resolution }));
        }
    }
    let is_about_none = records(&schema).iter().all(|id| {
        let writer = schema.reachable_from(*id);
        ir.types.iter().all(|definition| reader(definition, &writer).is_none())
    });
    if is_about_none && file.must_be_a_version() {
        let text = "no record here is a version of one of the schemas; its full name, or an alias of theirs, tells which";
        return Err(at(text, 1, 1));
    }
    Ok(found)
}

/// The schema that a type of the run has now, by its full name.
fn current(ir: &Ir, name: &str) -> Option<String> {
    let mut found = ir.types.iter().filter(|definition| definition.is_named() && definition.path == name);
    found.find_map(|definition| Some(definition.schema.as_ref()?.text.clone()))
}

/// The record that a document is, or those that it lists.
fn records(schema: &Schema) -> Vec<NodeId> {
    let root = schema.root();
    let all = match &schema[root].kind {
        Kind::Union(branches) => branches.clone(),
        _ => vec![root],
    };
    all.into_iter().filter(|id| matches!(schema[*id].kind, Kind::Record(_))).collect()
}

/// The schema of a type, if the writer's record is a version of it.
fn reader<'i>(definition: &'i TypeDef, writer: &Schema) -> Option<(&'i TypeDef, Schema)> {
    let TypeKind::Record(_) = definition.kind else { return None };
    let name = writer[writer.root()].name()?;
    let text = definition.schema.as_ref()?;
    let is_named = definition.path == name.to_string();
    // Reading the schema takes long; an alias stands in its text.
    if !is_named && !text.text.contains(name.name()) {
        return None;
    }
    let schema = Parser::new().validation(Validation::Stored).parse(&text.text).ok()?;
    let Kind::Record(record) = &schema[schema.root()].kind else { return None };
    (is_named || record.aliases.contains(name)).then_some((definition, schema))
}

/// Whether data of both is read alike.
fn is_same(one: &Schema, other: &Schema) -> bool {
    one.parsing_canonical_form() == other.parsing_canonical_form()
        && Resolution::new(one, other).is_ok_and(|resolution| resolution.is_identity())
}
