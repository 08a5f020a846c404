//! The JSON documents that IDL is brought into, and the way back from an error to its place in the IDL.

use super::definition::Definition;
use super::error::{IdlError, IdlProblem};
use super::seeming::seemingly_defined;
use super::source::{Sources, Span};
use crate::budget::Budget;
use crate::json::{Json, Position, Step, locate, push_java_double, push_json_string};
use crate::json::{OPTIONS, Raw, read_raw_with};
use crate::parser::{Document, ParseError, ParseProblem, Parser};
use crate::schema::Schema;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// A JSON text under construction. Each part that has a place in the source begins a line of its own, so that the line of
/// an error leads back.
#[derive(Debug)]
pub(super) struct Text {
    json: String,
    origin: Origin,
}

/// The source of a document.
#[derive(Debug)]
enum Origin {
    /// IDL: the place of each line.
    Lines(Vec<Span>),
    /// All of a file, as it is.
    File(usize),
    /// A value in a file of JSON, or one around it that takes so many steps to come to it.
    Part { file: usize, path: Vec<Step>, around: usize },
}

impl Text {
    pub(super) fn new(at: Span) -> Self {
        Self { json: String::new(), origin: Origin::Lines(vec![at]) }
    }

    /// The text of a file.
    pub(super) fn of_file(file: usize, json: &str) -> Self {
        Self { json: json.to_owned(), origin: Origin::File(file) }
    }

    /// The future value at a path in a file, or a value in which it stands `around` steps deep.
    pub(super) fn of_part(file: usize, path: Vec<Step>, around: usize) -> Self {
        Self { json: String::new(), origin: Origin::Part { file, path, around } }
    }

    /// Begins a part that stands at this place.
    pub(super) fn at(&mut self, span: Span) -> &mut Self {
        if let Origin::Lines(lines) = &mut self.origin {
            self.json.push('\n');
            lines.push(span);
        }
        self
    }

    /// The place in the source of what stands in this text at a position, to which the steps lead.
    fn place(&self, position: Position, steps: &[Step], sources: &Sources<'_>) -> Span {
        match &self.origin {
            Origin::Lines(lines) => lines[(position.line - 1).min(lines.len() - 1)],
            Origin::File(file) => Span { file: *file, position },
            Origin::Part { file, path, around } => {
                let further = steps.iter().skip(*around);
                let steps: Vec<Step> = path.iter().chain(further).cloned().collect();
                Span { file: *file, position: locate(&sources.text(*file), &steps) }
            }
        }
    }

    pub(super) fn raw(&mut self, json: &str) -> &mut Self {
        self.json.push_str(json);
        self
    }

    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        push_json_string(&mut self.json, text);
        self
    }

    /// A value, of which numbers that are not finite are written as the words that the documents of IDL may hold.
    pub(super) fn value(&mut self, value: &Json) -> &mut Self {
        match value {
            Json::Double(number) if !number.is_finite() => push_java_double(&mut self.json, *number),
            Json::Array(items) => {
                self.raw("[");
                for (index, item) in items.iter().enumerate() {
                    self.raw(if index == 0 { "" } else { "," }).value(item);
                }
                self.raw("]");
            }
            Json::Object(members) => {
                self.raw("{");
                for (index, (key, item)) in members.iter().enumerate() {
                    self.raw(if index == 0 { "" } else { "," }).text(key).raw(":").value(item);
                }
                self.raw("}");
            }
            other => other.print_to(&mut self.json),
        }
        self
    }

    /// `,"key":value` for each.
    pub(super) fn members<'m>(
        &mut self,
        members: impl IntoIterator<Item = (&'m str, &'m Json)>,
    ) -> &mut Self {
        for (key, value) in members {
            self.raw(",").text(key).raw(":").value(value);
        }
        self
    }

    /// `,"key":"text"` if there is a text.
    pub(super) fn optional(&mut self, key: &str, text: Option<&str>) -> &mut Self {
        if let Some(text) = text {
            self.raw(",").text(key).raw(":").text(text);
        }
        self
    }
}

/// Every document of one reading.
#[derive(Debug, Default)]
pub(super) struct Documents {
    texts: Vec<Text>,
}

impl Documents {
    /// Adds a document and gives its number.
    pub(super) fn add(&mut self, text: Text) -> usize {
        self.texts.push(text);
        self.texts.len() - 1
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.texts.len()
    }

    /// The schemas of documents, by their numbers. Of definitions that are repeated alike the first in `order` is the one
    /// that names lead to.
    pub(super) fn parse(
        &self,
        order: &[usize],
        sources: &Sources<'_>,
        parser: Parser<'_>,
    ) -> Result<Schemas, IdlError> {
        let names: Vec<String> = order.iter().map(ToString::to_string).collect();
        let parsed = parser.with_non_finite_numbers().parse_documents(&self.named(order, &names)).map_err(
            |error| {
                let number: usize =
                    error.document.as_deref().and_then(|name| name.parse().ok()).unwrap_or_default();
                self.error(number, error, sources)
            },
        )?;
        Ok(Schemas(order.iter().copied().zip(parsed).collect()))
    }

    /// [`parse`](Self::parse), unless something is wrong already.
    pub(super) fn parse_first(
        &self,
        order: &[usize],
        sources: &Sources<'_>,
        parser: Parser<'_>,
        faults: Vec<IdlError>,
    ) -> Result<Schemas, Vec<IdlError>> {
        match faults.is_empty() {
            true => self.parse(order, sources, parser).map_err(|error| vec![error]),
            false => Err(faults),
        }
    }

    /// [`parse`](Self::parse), with all errors, behind those of texts that are no IDL.
    pub(super) fn parse_fully(
        &self,
        order: &[usize],
        sources: &Sources<'_>,
        parser: Parser<'_>,
        mut faults: Vec<IdlError>,
    ) -> Result<Schemas, Vec<IdlError>> {
        if faults.is_empty() {
            return self.parse(order, sources, parser).map_err(|error| {
                let all = self.errors(order, sources, parser, &[]);
                if all.is_empty() { vec![error] } else { all }
            });
        }
        let files: HashSet<&str> = faults.iter().map(|fault| &*fault.file).collect();
        let unread: Vec<String> = sources
            .all()
            .filter(|(name, _)| files.contains(name))
            .flat_map(|(_, text)| seemingly_defined(text))
            .collect();
        let lacks_files = faults.iter().any(|fault| {
            matches!(*fault.problem, IdlProblem::Import { .. } | IdlProblem::TooManyImports { .. })
        });
        let errors = self.errors(order, sources, parser, &unread).into_iter();
        // What a definition lacks that was read in part, and what a file has that could not be had, says nothing.
        faults.extend(errors.filter(|error| match &*error.problem {
            IdlProblem::Schema(error) => match &*error.problem {
                ParseProblem::Redefined(_) => false,
                ParseProblem::Undefined { .. } => !lacks_files,
                _ => true,
            },
            _ => true,
        }));
        Err(faults)
    }

    /// All errors of the documents that [`parse`](Self::parse) gives one of; `unread` are names that may well be defined.
    fn errors(
        &self,
        order: &[usize],
        sources: &Sources<'_>,
        parser: Parser<'_>,
        unread: &[String],
    ) -> Vec<IdlError> {
        let names: Vec<String> = order.iter().map(ToString::to_string).collect();
        let each = parser.with_non_finite_numbers().parse_each_document(&self.named(order, &names), unread);
        each.errors.into_iter().map(|(index, error)| self.error(order[index], error, sources)).collect()
    }

    fn named<'d>(&'d self, order: &[usize], names: &'d [String]) -> Vec<Document<'d>> {
        let pairs = order.iter().zip(names);
        pairs.map(|(&number, name)| Document { name, text: &self.texts[number].json }).collect()
    }

    fn error(&self, number: usize, mut error: ParseError, sources: &Sources<'_>) -> IdlError {
        if let Some(first) = &mut error.first {
            let document: usize = first.document.parse().unwrap_or_default();
            let name = [Step::Key("name".to_owned())];
            let span = self.texts[document].place(first.position, &name, sources);
            first.document = sources.name(span.file).to_owned();
            first.position = span.position;
        }
        let place = self.texts[number].place(error.position, &error.steps, sources);
        sources.error(place, IdlProblem::Schema(error))
    }

    /// The definitions of `types`, for messages about them.
    pub(super) fn definitions(&self, types: &[Definition], sources: &Sources<'_>) -> Vec<DefinitionText> {
        let mut known = HashSet::new();
        let numbers =
            types.iter().map(|definition| definition.document).filter(|number| known.insert(*number));
        let text = |number: usize| {
            let text = &self.texts[number];
            let file = |file: usize| (sources.name(file).to_owned(), sources.text(file));
            let (files, origin) = match &text.origin {
                Origin::Lines(lines) => {
                    // A definition stands in one file.
                    let first = lines.first().map_or(0, |span| span.file);
                    (file(first), DefinitionOrigin::Lines(lines.iter().map(|span| span.position).collect()))
                }
                Origin::File(number) => (file(*number), DefinitionOrigin::Part(Vec::new(), 0)),
                Origin::Part { file: number, path, around } => {
                    (file(*number), DefinitionOrigin::Part(path.clone(), *around))
                }
            };
            DefinitionText { json: text.json.clone(), file: files.0, source: files.1, origin }
        };
        numbers.map(text).collect()
    }
}

/// A definition of IDL or of a protocol as the JSON that it is brought into, and the way back to its places in the file.
#[derive(Debug, Clone)]
pub struct DefinitionText {
    json: String,
    file: String,
    source: Arc<str>,
    origin: DefinitionOrigin,
}

#[derive(Debug, Clone)]
enum DefinitionOrigin {
    /// The place of each line of the JSON.
    Lines(Vec<Position>),
    /// A value in the file, or one around it that takes so many steps to come to it.
    Part(Vec<Step>, usize),
}

impl DefinitionText {
    /// The JSON. In a definition of IDL it may hold the words `NaN`, `Infinity` and `-Infinity` as numbers.
    pub fn json(&self) -> &str {
        &self.json
    }

    /// The JSON as a value.
    pub fn value(&self) -> Json {
        let read = read_raw_with(&self.json, &OPTIONS.non_finite(true), &Budget::unlimited());
        read.map_or(Json::Null, Raw::into_json)
    }

    /// The name of the file with the definition.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The text of that file.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether the definition is written in IDL.
    pub fn is_idl(&self) -> bool {
        matches!(self.origin, DefinitionOrigin::Lines(_))
    }

    /// The place in the file of the value to which the steps lead in the JSON. In IDL that is the definition, the field or the
    /// type that it is part of.
    pub fn position(&self, steps: &[Step]) -> Position {
        match &self.origin {
            DefinitionOrigin::Lines(lines) => {
                let line = locate(&self.json, steps).line;
                lines[(line - 1).min(lines.len() - 1)]
            }
            DefinitionOrigin::Part(path, around) => {
                let steps: Vec<Step> = path.iter().chain(steps.iter().skip(*around)).cloned().collect();
                locate(&self.source, &steps)
            }
        }
    }
}

/// The schemas of documents.
#[derive(Debug)]
pub(super) struct Schemas(HashMap<usize, Schema>);

impl Schemas {
    /// The schema of a document.
    pub(super) fn of(&self, document: usize) -> Schema {
        self.0[&document].clone()
    }

    /// The type that a document defines.
    pub(super) fn defined(&self, definition: &Definition) -> Schema {
        let schema = &self.0[&definition.document];
        let root = schema.root();
        match schema.named(&definition.name) {
            Some(node) if schema[root].name() != Some(&definition.name) => schema.reachable_from(node),
            _ => schema.clone(),
        }
    }
}
