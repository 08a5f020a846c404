//! The JSON documents that IDL is brought into, and the way back from an error to its place in the IDL.

use super::definition::Definition;
use super::error::{IdlError, IdlProblem};
use super::source::{Sources, Span};
use crate::json::{Json, Step, locate, push_java_double, push_json_string};
use crate::parser::{Document, ParseError, Parser};
use crate::schema::Schema;
use std::collections::HashMap;

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

    /// The place of an error in the source.
    fn place(&self, error: &ParseError, sources: &Sources<'_>) -> Span {
        match &self.origin {
            Origin::Lines(lines) => lines[(error.position.line - 1).min(lines.len() - 1)],
            Origin::File(file) => Span { file: *file, position: error.position },
            Origin::Part { file, path, around } => {
                let further = error.steps.iter().skip(*around);
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
        let documents: Vec<Document<'_>> = order
            .iter()
            .zip(&names)
            .map(|(&number, name)| Document { name, text: &self.texts[number].json })
            .collect();
        let parsed = parser.with_non_finite_numbers().parse_documents(&documents).map_err(|error| {
            let number: usize =
                error.document.as_deref().and_then(|name| name.parse().ok()).unwrap_or_default();
            sources.error(self.texts[number].place(&error, sources), IdlProblem::Schema(error))
        })?;
        Ok(Schemas(order.iter().copied().zip(parsed).collect()))
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
