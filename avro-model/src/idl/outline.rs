//! A file with everything that it imports, in one order: as if the text of each import stood in its place.

use super::definition::{Definition, definitions};
use super::document::{Documents, Text};
use super::error::{IdlError, IdlProblem};
use super::file::{self, File, Item};
use super::importer::ImportKind;
use super::protocol::{self, Head, MessageOutline};
use super::source::{Sources, Span};
use crate::json::Json;
use std::collections::{HashMap, HashSet};

/// The definitions of a file and of its imports, their schemas still documents, by number.
#[derive(Debug, Default)]
pub(super) struct Outline {
    pub(super) schema: Option<usize>,
    pub(super) protocol: Option<Head>,
    /// Of those that are repeated the first: its doc and aliases are those of the type.
    pub(super) types: Vec<Definition>,
    /// Of those with one name the last, in the place of the first.
    pub(super) messages: Vec<MessageOutline>,
    /// Every document that is to be read, in an order in which the first of repeated definitions is the one in `types`.
    pub(super) order: Vec<usize>,
}

impl Outline {
    /// The outline of a file whose imports are read as they are met. Chains of them are no recursion. `faults` takes what is wrong
    /// with them.
    pub(super) fn of(
        mut file: File,
        sources: &mut Sources<'_>,
        documents: &mut Documents,
        faults: &mut Vec<IdlError>,
    ) -> Self {
        let mut gathered = Gathered::default();
        let mut open = vec![std::mem::take(&mut file.items).into_iter()];
        while let Some(items) = open.last_mut() {
            match items.next() {
                None => drop(open.pop()),
                Some(Item::Definition(definition)) => gathered.definition(definition),
                Some(Item::Message(message)) => gathered.message(message),
                Some(Item::Import { kind, path, at }) => match sources.import(kind, &path, at) {
                    Ok(Some(number)) => {
                        open.push(imported(kind, number, sources, documents, faults).items.into_iter());
                    }
                    Ok(None) => {}
                    Err(fault) => {
                        let too_many = matches!(*fault.problem, IdlProblem::TooManyImports { .. });
                        faults.push(fault);
                        if too_many {
                            break;
                        }
                    }
                },
            }
        }
        let Gathered { types, messages, order, superseded, .. } = gathered;
        let mut known = superseded;
        let order = order.into_iter().chain(0..documents.count()).filter(|document| known.insert(*document));
        let order = order.collect();
        Self { schema: file.schema, protocol: file.protocol, types, messages, order }
    }
}

/// Reads an imported file.
fn imported(
    kind: ImportKind,
    number: usize,
    sources: &Sources<'_>,
    documents: &mut Documents,
    faults: &mut Vec<IdlError>,
) -> File {
    match kind {
        ImportKind::Idl => file::read(number, sources, documents, faults),
        ImportKind::Protocol => {
            let read = protocol::read_json(number, sources, documents, faults);
            read.map(|(_, file)| file).unwrap_or_default()
        }
        ImportKind::Schema => {
            let text = sources.text(number);
            let schema = match Json::parse(&text) {
                Ok(schema) => schema,
                Err(error) => {
                    let at = Span { file: number, position: error.position };
                    faults.push(sources.error(at, IdlProblem::Json(error.problem)));
                    return File::default();
                }
            };
            let document = documents.add(Text::of_file(number, &text));
            let items = definitions(document, &schema, "").into_iter().map(Item::Definition).collect();
            File { items, ..File::default() }
        }
    }
}

/// What was met so far.
#[derive(Default)]
struct Gathered {
    types: Vec<Definition>,
    names: HashSet<String>,
    messages: Vec<MessageOutline>,
    /// The places of messages by their names.
    places: HashMap<String, usize>,
    /// The documents of parameters by the names of their records.
    requests: HashMap<String, usize>,
    /// Documents of parameters that others of the same name replace.
    superseded: HashSet<usize>,
    /// The documents of definitions, which may define several types each.
    order: Vec<usize>,
}

impl Gathered {
    fn definition(&mut self, definition: Definition) {
        self.order.push(definition.document);
        if self.names.insert(definition.name.to_string()) {
            self.types.push(definition);
        }
    }

    fn message(&mut self, message: MessageOutline) {
        self.superseded.extend(self.requests.insert(message.record.clone(), message.request));
        match self.places.get(&message.name) {
            Some(&place) => self.messages[place] = message,
            None => {
                self.places.insert(message.name.clone(), self.messages.len());
                self.messages.push(message);
            }
        }
    }
}
