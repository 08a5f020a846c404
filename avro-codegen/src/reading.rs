//! Reading all files of a run, with all that is wrong with them.

use crate::error::Error;
use crate::idl::{self, TypeText};
use crate::input::{Found, Source, Syntax};
use crate::ir;
use crate::locate::{Definitions, Text};
use crate::options::{OnUnusableDefault, Options};
use crate::report::{Diagnostic, Place, Report, Severity};
use avro_model::idl::{DefinitionText, IdlError, IdlProblem, seemingly_defined};
use avro_model::parser::{Document, FirstDefinition, ParseProblem};
use avro_model::{ParseError, Parser, Schema};
use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;

/// The files of a run, as far as they could be read.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    pub(crate) sources: Vec<Source>,
    /// In the order of their files: of IDL and protocols each type, and then what stands for the file.
    pub(crate) documents: Vec<Read>,
    /// The definitions of the IDL and protocol files, by the number of the file.
    pub(crate) definitions: BTreeMap<usize, Vec<DefinitionText>>,
    /// The files that IDL files import.
    pub(crate) imported: Vec<PathBuf>,
    /// What is wrong.
    pub(crate) report: Report,
    /// Whether nothing but defaults that cannot be used is.
    pub(crate) only_defaults: bool,
}

/// A schema of a file.
#[derive(Debug)]
pub(crate) struct Read {
    /// The number of the file.
    pub(crate) source: usize,
    /// Its text.
    pub(crate) text: String,
    /// Whether it stands for the file.
    pub(crate) is_main: bool,
    /// Whether it is a type of IDL that another file defines.
    #[cfg(feature = "cli")]
    pub(crate) is_imported: bool,
    /// The schema, self-contained; `None` when it or what it uses has an error.
    pub(crate) schema: Option<Schema>,
}

impl Reading {
    pub(crate) fn of(found: Found, options: &Options) -> Self {
        Self::by(&Parser::new(), found, options)
    }

    /// Schemas that a registry holds, of which some were let in before it validated as much as today.
    #[cfg(feature = "cli")]
    pub(crate) fn of_stored(found: Found, options: &Options) -> Self {
        Self::by(&Parser::new().validation(avro_model::Validation::Stored), found, options)
    }

    fn by(parser: &Parser<'_>, found: Found, options: &Options) -> Self {
        let Found { sources, faults } = found;
        let mut reading = Self { sources, ..Self::default() };
        let mut diagnostics = faults;
        // Simple names that files which could not be read would have defined.
        let mut elsewhere = Vec::new();
        for number in 0..reading.sources.len() {
            if let Err(errors) = reading.texts(number) {
                let source = &reading.sources[number];
                elsewhere.extend(seemingly_defined(&source.text));
                diagnostics.extend(errors.iter().map(|error| of_idl(error, source)));
            }
        }
        diagnostics.extend(reading.parse(parser, &elsewhere));
        let wrong = diagnostics.len();
        if options.unusable_defaults == OnUnusableDefault::Error {
            diagnostics.extend(reading.unusable_defaults(options));
        }
        reading.only_defaults = wrong == 0;
        reading.report.diagnostics = diagnostics;
        reading.report.sort();
        reading
    }

    /// Adds what lint rules found.
    pub(crate) fn add(&mut self, found: Vec<Diagnostic>) {
        self.only_defaults &= found.iter().all(|one| one.severity != Severity::Error);
        self.report.diagnostics.extend(found);
        self.report.sort();
    }

    /// All documents, or what is wrong.
    pub(crate) fn complete(mut self) -> Result<Self, Error> {
        if !self.report.has_errors() {
            return Ok(self);
        }
        let report = Box::new(std::mem::take(&mut self.report));
        Err(if self.only_defaults { Error::Default(report) } else { Error::Invalid(report) })
    }

    /// Adds the documents of a file.
    fn texts(&mut self, number: usize) -> Result<(), Vec<IdlError>> {
        let source = &self.sources[number];
        let mut add = |one: TypeText, is_main| {
            self.documents.push(Read {
                source: number,
                text: one.text,
                is_main,
                #[cfg(feature = "cli")]
                is_imported: one.is_imported,
                schema: None,
            });
        };
        match source.syntax() {
            Syntax::Schema => {
                let (name, text) = (String::new(), source.text.clone());
                add(TypeText { name, text, is_imported: false }, true);
            }
            Syntax::Idl => {
                let file = idl::read_idl(source)?;
                file.types.into_iter().for_each(|one| add(one, false));
                file.main.into_iter().for_each(|one| add(one, true));
                self.imported.extend(file.imported);
                self.definitions.insert(number, file.definitions);
            }
            Syntax::Protocol => {
                let (types, definitions) = idl::read_protocol(source)?;
                types.into_iter().for_each(|one| add(one, false));
                self.definitions.insert(number, definitions);
            }
        }
        Ok(())
    }

    /// Reads all documents together; gives the errors.
    fn parse(&mut self, parser: &Parser<'_>, elsewhere: &[String]) -> Vec<Diagnostic> {
        let names: Vec<String> = (0..self.documents.len()).map(|number| number.to_string()).collect();
        let documents: Vec<Document<'_>> = self
            .documents
            .iter()
            .zip(&names)
            .map(|(document, name)| Document { name, text: &document.text })
            .collect();
        let each = parser.parse_each_document(&documents, elsewhere);
        for (document, schema) in self.documents.iter_mut().zip(each.schemas) {
            document.schema = schema;
        }
        let mut told = HashSet::new();
        let errors = each.errors.into_iter();
        errors
            .filter_map(|(number, error)| {
                let entry = self.of_schema(number, &error);
                // A definition of IDL comes in several documents.
                let itself = entry.related.iter().any(|(_, place)| Some(place) == entry.place.as_ref());
                (!itself && told.insert(entry.to_string())).then_some(entry)
            })
            .collect()
    }

    /// An error of a document.
    fn of_schema(&self, number: usize, error: &ParseError) -> Diagnostic {
        let Some(document) = self.documents.get(number) else {
            return Diagnostic::error(&error.problem.to_string());
        };
        let ParseProblem::Redefined(name) = &*error.problem else {
            let place = self.place(document.source, error, None);
            return Diagnostic::error(&error.problem.to_string()).at(place);
        };
        let entry = Diagnostic::error(&error.problem.to_string());
        let entry = entry.at(self.place(document.source, error, Some(name)));
        let Some(first) = &error.first else { return entry };
        let other = first.document.parse().ok().and_then(|number: usize| self.documents.get(number));
        let Some(other) = other else { return entry };
        let place = match self.definition(other.source, name) {
            Some(place) => place,
            None => {
                let source = &self.sources[other.source];
                let position = first.position;
                Place::new(&source.name, &source.text, position.line, position.column)
            }
        };
        redefined(entry, first, place)
    }

    fn place(&self, source: usize, error: &ParseError, defined: Option<&avro_model::Fullname>) -> Place {
        if let Some(place) = defined.and_then(|name| self.definition(source, name)) {
            return place;
        }
        let source = &self.sources[source];
        match source.syntax() {
            Syntax::Schema => {
                let position = error.position;
                let place = Place::new(&source.name, &source.text, position.line, position.column);
                // What is no JSON has no path.
                match &*error.problem {
                    ParseProblem::Json(_) => place,
                    _ => place.with_path(error.path.clone()),
                }
            }
            // A place in what the file was brought into says nothing about the file.
            Syntax::Idl | Syntax::Protocol => Place::new(&source.name, "", 1, 1),
        }
    }

    /// The place of a definition in a file that is no JSON schema.
    fn definition(&self, source: usize, name: &avro_model::Fullname) -> Option<Place> {
        let definitions = self.definitions.get(&source)?;
        Definitions::of(definitions.iter().map(Text::Definition)).of_type(name, "name")
    }

    /// The texts of all files that define types.
    pub(crate) fn defining(&self) -> impl Iterator<Item = Text<'_>> {
        self.sources.iter().enumerate().flat_map(|(number, source)| {
            let file = (source.syntax() == Syntax::Schema).then_some(Text::File(source));
            let definitions = self.definitions.get(&number).into_iter().flatten();
            file.into_iter().chain(definitions.map(Text::Definition))
        })
    }

    /// The defaults that are valid in a schema, but fail when they are used.
    fn unusable_defaults(&self, options: &Options) -> Vec<Diagnostic> {
        let mut known = HashSet::new();
        let mut unusable = Vec::new();
        for document in &self.documents {
            let Some(schema) = &document.schema else { continue };
            let found = ir::unusable_defaults(schema, &mut known, options);
            unusable.extend(found.into_iter().map(|default| (document.source, default)));
        }
        if unusable.is_empty() {
            return Vec::new();
        }
        let definitions = Definitions::of(self.defining());
        let entry = |(source, default): (usize, ir::UnusableDefault)| {
            let entry = Diagnostic::error(&default.to_string());
            let place = definitions.of_field(&default.record, &default.field, "default");
            entry.at(place.unwrap_or_else(|| Place::new(&self.sources[source].name, "", 1, 1)))
        };
        unusable.into_iter().map(entry).collect()
    }
}

/// An error of an IDL or protocol file, which may be one of a file that it imports.
pub(crate) fn of_idl(error: &IdlError, source: &Source) -> Diagnostic {
    let text = |file: &str| match file == source.name {
        true => source.text.clone(),
        false => idl::imported_text(file, source).unwrap_or_default(),
    };
    let position = error.position;
    let place = Place::new(&error.file, &text(&error.file), position.line, position.column);
    let entry = Diagnostic::error(&error.problem.to_string()).at(place);
    match &*error.problem {
        IdlProblem::Schema(ParseError { first: Some(first), .. }) => {
            let (file, position) = (&first.document, first.position);
            let place = Place::new(file, &text(file), position.line, position.column);
            redefined(entry, first, place)
        }
        _ => entry,
    }
}

fn redefined(mut entry: Diagnostic, first: &FirstDefinition, place: Place) -> Diagnostic {
    entry.related.push(("the first definition".to_owned(), place));
    entry.notes.push(format!("what differs: {}", first.difference));
    entry
}
