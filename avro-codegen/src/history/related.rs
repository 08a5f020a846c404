//! What a file of the history refers to and does not define itself.

use super::OldFile;
use crate::input::Source;
use crate::locate::each_definition;
use crate::report::{Diagnostic, Place};
use avro_model::json::Json;
use avro_model::parser::{Document, ParseProblem};
use avro_model::{Fullname, Parser, Schema, Validation};
use std::path::Path;

/// How many types a file may need that it does not define.
const MOST: usize = 10_000;

/// Reads a file together with the texts of what it refers to, and with what `find` gives for full names that are in neither.
pub(super) fn parse(
    source: &Source,
    mut texts: Vec<String>,
    find: &mut dyn FnMut(&str) -> Result<Option<String>, String>,
) -> Result<Schema, Box<Diagnostic>> {
    let parser = Parser::new().validation(Validation::Stored);
    loop {
        let others = texts.iter().map(|text| Document { name: "what it refers to", text });
        let documents: Vec<_> =
            [Document { name: &source.name, text: &source.text }].into_iter().chain(others).collect();
        let error = match parser.parse_documents(&documents) {
            Ok(schemas) => {
                return schemas.into_iter().next().ok_or_else(|| at(source, "there is no schema", 1, 1));
            }
            Err(error) => error,
        };
        let is_own = error.document.as_deref() == Some(&source.name);
        let (line, column) = if is_own { (error.position.line, error.position.column) } else { (1, 1) };
        let told = |problem: &str| at(source, problem, line, column);
        let ParseProblem::Undefined { fullname, .. } = &*error.problem else {
            return Err(told(&error.problem.to_string()));
        };
        match find(fullname).map_err(|problem| told(&problem))? {
            Some(text) if texts.len() < MOST && !texts.contains(&text) => texts.push(text),
            _ => return Err(told(&error.problem.to_string())),
        }
    }
}

fn at(source: &Source, text: &str, line: usize, column: usize) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(text).at(Place::new(&source.name, &source.text, line, column)))
}

/// The text of the definition of a full name that a file has from elsewhere.
///
/// # Errors
/// It is defined more than once, differently.
pub(super) fn find(
    files: &[OldFile],
    position: usize,
    name: &str,
    current: &dyn Fn(&str) -> Option<String>,
) -> Result<Option<String>, String> {
    let folder = |file: &OldFile| file.source.path.parent().map(Path::to_owned);
    let own = folder(&files[position]);
    let others = || files.iter().enumerate().filter(|(other, _)| *other != position).map(|(_, file)| file);
    let beside = definition(others().filter(|file| folder(file) == own), name)?;
    let anywhere = || definition(others(), name);
    match beside {
        Some(text) => Ok(Some(text)),
        None => Ok(anywhere()?.or_else(|| current(name))),
    }
}

/// The definition of a full name in these files.
fn definition<'f>(files: impl Iterator<Item = &'f OldFile>, name: &str) -> Result<Option<String>, String> {
    let mut found: Option<(String, &OldFile)> = None;
    for file in files {
        let Ok(json) = Json::parse(&file.source.text) else { continue };
        let mut texts = Vec::new();
        each_definition(&json, &mut |fullname, json, _| {
            if fullname.to_string() == name {
                texts.push(whole(fullname, json));
            }
        });
        for text in texts {
            match &found {
                Some((first, other)) if *first != text => {
                    return Err(format!(
                        "`{name}` is defined in {} and otherwise in {}: put the versions that belong together into a folder of \
                         their own, or have a lock file tell (`history_from_lock`)",
                        other.source.name, file.source.name
                    ));
                }
                Some(_) => {}
                None => found = Some((text, file)),
            }
        }
    }
    Ok(found.map(|(text, _)| text))
}

/// A definition as a document of its own.
fn whole(fullname: &Fullname, json: &Json) -> String {
    let Json::Object(members) = json else { return json.to_string() };
    let others = members.iter().filter(|(key, _)| key != "name" && key != "namespace").cloned();
    let named = [("name", fullname.name()), ("namespace", fullname.namespace())];
    let named = named.map(|(key, text)| (key.to_owned(), Json::String(text.to_owned())));
    Json::Object(named.into_iter().chain(others).collect()).to_string()
}
