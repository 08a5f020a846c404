//! A whole file: namespace, imports, definitions, and the protocol or main schema (idl §1).

use super::annotation::{Annotation, Target};
use super::definition::Definition;
use super::document::{Documents, Text};
use super::error::IdlError;
use super::importer::ImportKind;
use super::lexer::Token;
use super::protocol::{Head, MessageOutline};
use super::source::{Sources, Span};
use super::syntax::Syntax;
use crate::name::Fullname;

/// The parts of a file, its schemas still documents, by number.
#[derive(Debug, Default)]
pub(super) struct File {
    /// What the `schema` declaration names.
    pub(super) schema: Option<usize>,
    pub(super) protocol: Option<Head>,
    /// In source order.
    pub(super) items: Vec<Item>,
}

/// What a file defines or asks for.
#[derive(Debug)]
pub(super) enum Item {
    Definition(Definition),
    Message(MessageOutline),
    Import { kind: ImportKind, path: String, at: Span },
}

/// Reads one file of IDL.
pub(super) fn read(file: usize, sources: &Sources<'_>, documents: &mut Documents) -> Result<File, IdlError> {
    FileReader { syntax: Syntax::new(file, sources)?, documents, items: Vec::new() }.file()
}

struct FileReader<'d> {
    syntax: Syntax,
    documents: &'d mut Documents,
    items: Vec<Item>,
}

impl FileReader<'_> {
    fn file(mut self) -> Result<File, IdlError> {
        let mut file = File::default();
        // A protocol is all of its file.
        let mut first = true;
        if self.syntax.plain_word() == Some("namespace") {
            self.syntax.next();
            self.syntax.namespace = self.syntax.word("a namespace")?;
            self.syntax.symbol(';', "\";\"")?;
            first = false;
        }
        if self.syntax.plain_word() == Some("schema") {
            first = false;
            let at = self.syntax.span();
            self.syntax.next();
            let mut text = Text::new(at);
            self.syntax.full_type()?.write(None, &mut text);
            self.syntax.symbol(';', "\";\"")?;
            file.schema = Some(self.documents.add(text));
        }
        while *self.syntax.peek() != Token::End {
            let alone = std::mem::take(&mut first);
            if self.import()? {
                continue;
            }
            let doc = self.syntax.doc();
            let annotations = self.syntax.annotations()?;
            if self.syntax.at_definition() {
                self.definition(doc.as_deref(), annotations)?;
            } else if alone && self.syntax.plain_word() == Some("protocol") {
                self.syntax.next();
                file.protocol = Some(self.protocol(doc, annotations)?);
                if *self.syntax.peek() != Token::End {
                    return Err(self.syntax.unexpected("the end of the file, since a protocol is all of it"));
                }
            } else if alone {
                return Err(self.syntax.unexpected("import, protocol, record, error, enum or fixed"));
            } else {
                return Err(self.syntax.unexpected("import, record, error, enum or fixed"));
            }
        }
        file.items = self.items;
        Ok(file)
    }

    fn definition(&mut self, doc: Option<&str>, annotations: Vec<Annotation>) -> Result<(), IdlError> {
        let (name, text) = self.syntax.definition(doc, annotations)?;
        let document = self.documents.add(text);
        self.items.push(Item::Definition(Definition { document, name }));
        Ok(())
    }

    fn protocol(&mut self, doc: Option<String>, annotations: Vec<Annotation>) -> Result<Head, IdlError> {
        let meaning = self.syntax.meaning(annotations, Target::Protocol)?;
        let written = self.syntax.word("the name of the protocol")?;
        let namespace = meaning.namespace.unwrap_or_else(|| self.syntax.namespace.clone());
        let name = Fullname::new(&written, &namespace);
        let full = name.to_string();
        let outer = std::mem::replace(&mut self.syntax.namespace, name.namespace().to_owned());
        self.syntax.symbol('{', "\"{\"")?;
        while !self.syntax.take_symbol('}') {
            if self.import()? {
                continue;
            }
            let doc = self.syntax.doc();
            let annotations = self.syntax.annotations()?;
            if self.syntax.at_definition() {
                self.definition(doc.as_deref(), annotations)?;
            } else {
                let message = self.syntax.message(doc, annotations, &full, self.documents)?;
                self.items.push(Item::Message(message));
            }
        }
        self.syntax.namespace = outer;
        Ok(Head { name, doc, properties: meaning.properties })
    }

    /// Takes an import statement, if one is next.
    fn import(&mut self) -> Result<bool, IdlError> {
        if self.syntax.plain_word() != Some("import") {
            return Ok(false);
        }
        let at = self.syntax.span();
        self.syntax.next();
        let kind = match self.syntax.plain_word() {
            Some("idl") => ImportKind::Idl,
            Some("protocol") => ImportKind::Protocol,
            Some("schema") => ImportKind::Schema,
            _ => return Err(self.syntax.unexpected("idl, protocol or schema")),
        };
        self.syntax.next();
        let path = self.syntax.text("the path of the file in quotes")?;
        self.syntax.symbol(';', "\";\"")?;
        self.items.push(Item::Import { kind, path, at });
        Ok(true)
    }
}
