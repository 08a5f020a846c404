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

/// Reads one file of IDL: what is around an error too. `faults` takes all that is no IDL.
pub(super) fn read(
    file: usize,
    sources: &Sources<'_>,
    documents: &mut Documents,
    faults: &mut Vec<IdlError>,
) -> File {
    let syntax = Syntax::new(file, sources);
    FileReader { syntax, documents, items: Vec::new(), in_braces: false, is_vague: false }.file(faults)
}

struct FileReader<'d> {
    syntax: Syntax,
    documents: &'d mut Documents,
    items: Vec<Item>,
    /// Whether the item that is being read has braces at its end.
    in_braces: bool,
    /// Whether annotations before it could not be read, so that nobody knows what it defines.
    is_vague: bool,
}

impl FileReader<'_> {
    fn file(mut self, faults: &mut Vec<IdlError>) -> File {
        let mut file = File::default();
        let read = self.statements(&mut file);
        faults.append(&mut self.syntax.faults);
        faults.extend(read.err());
        file.items = self.items;
        file
    }

    fn statements(&mut self, file: &mut File) -> Result<(), IdlError> {
        // A protocol is all of its file.
        let mut first = true;
        if self.syntax.plain_word() == Some("namespace") {
            first = false;
            self.past_errors(Self::namespace)?;
        }
        if self.syntax.plain_word() == Some("schema") {
            first = false;
            self.past_errors(|reader| reader.main_schema(file))?;
        }
        while *self.syntax.peek() != Token::End {
            let alone = std::mem::take(&mut first);
            self.past_errors(|reader| reader.item(alone, file))?;
        }
        Ok(())
    }

    /// Reads an item, or what can be told of it.
    fn past_errors(&mut self, item: impl FnOnce(&mut Self) -> Result<(), IdlError>) -> Result<(), IdlError> {
        let (start, namespace) = (self.syntax.place(), self.syntax.namespace.clone());
        self.in_braces = matches!(self.syntax.plain_word(), Some("record" | "error" | "enum" | "protocol"));
        let read = item(self);
        self.is_vague = false;
        let Err(error) = read else { return Ok(()) };
        self.syntax.namespace = namespace;
        self.syntax.pass_over(error, start, self.in_braces)?;
        self.is_vague = self.syntax.peek().begins_definition() && !self.syntax.is_behind_end();
        Ok(())
    }

    fn namespace(&mut self) -> Result<(), IdlError> {
        self.syntax.next();
        let namespace = self.syntax.word("a namespace")?;
        self.syntax.symbol(';', "\";\"")?;
        self.syntax.namespace = namespace;
        Ok(())
    }

    fn main_schema(&mut self, file: &mut File) -> Result<(), IdlError> {
        let at = self.syntax.span();
        self.syntax.next();
        let mut text = Text::new(at);
        self.syntax.full_type()?.write(None, &mut text);
        self.syntax.symbol(';', "\";\"")?;
        file.schema = Some(self.documents.add(text));
        Ok(())
    }

    fn item(&mut self, alone: bool, file: &mut File) -> Result<(), IdlError> {
        if self.import()? {
            return Ok(());
        }
        let doc = self.syntax.doc();
        let annotations = self.syntax.annotations()?;
        if self.syntax.at_definition() {
            self.definition(doc.as_deref(), annotations)
        } else if alone && self.syntax.plain_word() == Some("protocol") {
            self.in_braces = true;
            self.syntax.next();
            file.protocol = Some(self.protocol(doc, annotations)?);
            if *self.syntax.peek() != Token::End {
                return Err(self.syntax.unexpected("the end of the file, since a protocol is all of it"));
            }
            Ok(())
        } else if alone {
            Err(self.syntax.unexpected("import, protocol, record, error, enum or fixed"))
        } else {
            Err(self.syntax.unexpected("import, record, error, enum or fixed"))
        }
    }

    fn definition(&mut self, doc: Option<&str>, annotations: Vec<Annotation>) -> Result<(), IdlError> {
        self.in_braces = self.syntax.plain_word() != Some("fixed");
        let (name, text) = self.syntax.definition(doc, annotations)?;
        if !self.is_vague {
            let document = self.documents.add(text);
            self.items.push(Item::Definition(Definition { document, name }));
        }
        Ok(())
    }

    fn protocol(&mut self, doc: Option<String>, annotations: Vec<Annotation>) -> Result<Head, IdlError> {
        let meaning = self.syntax.meaning(annotations, Target::Protocol)?;
        let position = self.syntax.span().position;
        let written = self.syntax.word("the name of the protocol")?;
        let namespace = meaning.namespace.unwrap_or_else(|| self.syntax.namespace.clone());
        let name = Fullname::new(&written, &namespace);
        let full = name.to_string();
        let outer = std::mem::replace(&mut self.syntax.namespace, name.namespace().to_owned());
        self.syntax.symbol('{', "\"{\"")?;
        while !self.syntax.take_symbol('}') {
            self.past_errors(|reader| reader.part(&full))?;
        }
        self.syntax.namespace = outer;
        Ok(Head { name, doc, properties: meaning.properties, position })
    }

    /// An import, a definition or a message of the protocol of that full name.
    fn part(&mut self, protocol: &str) -> Result<(), IdlError> {
        if self.import()? {
            return Ok(());
        }
        let doc = self.syntax.doc();
        let annotations = self.syntax.annotations()?;
        if self.syntax.at_definition() {
            return self.definition(doc.as_deref(), annotations);
        }
        let message = self.syntax.message(doc, annotations, protocol, self.documents)?;
        self.items.push(Item::Message(message));
        Ok(())
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
