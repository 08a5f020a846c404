//! The JSON documents that IDL is brought into, and the way back from an error to its place in the IDL.

use super::error::{IdlError, IdlProblem};
use super::source::{Sources, Span};
use crate::json::{Json, Step, locate, push_json_string};
use crate::parser::{Document, ParseError, Parser};
use crate::schema::Schema;

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

    pub(super) fn value(&mut self, value: &Json) -> &mut Self {
        value.print_to(&mut self.json);
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

/// Every document of one reading, in the order in which the parts of the result refer to them.
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

    pub(super) fn parse(&self, sources: &Sources<'_>, parser: Parser<'_>) -> Result<Vec<Schema>, IdlError> {
        let names: Vec<String> = (0..self.texts.len()).map(|number| number.to_string()).collect();
        let documents: Vec<Document<'_>> =
            names.iter().zip(&self.texts).map(|(name, text)| Document { name, text: &text.json }).collect();
        parser.parse_documents(&documents).map_err(|error| {
            let number: usize =
                error.document.as_deref().and_then(|name| name.parse().ok()).unwrap_or_default();
            sources.error(self.texts[number].place(&error, sources), IdlProblem::Schema(error))
        })
    }
}
