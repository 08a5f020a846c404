//! A whole file: namespace, imports, definitions, and the protocol or main schema (idl §1).

use super::annotation::Target;
use super::document::{Documents, Text};
use super::error::IdlError;
use super::importer::ImportKind;
use super::lexer::Token;
use super::protocol::{self, ProtocolOutline};
use super::source::{Sources, Span};
use super::syntax::Syntax;
use crate::name::Fullname;

/// The definitions of a file, its schemas still documents, by number.
#[derive(Debug, Default)]
pub(super) struct Outline {
    pub(super) schema: Option<usize>,
    pub(super) types: Vec<usize>,
    pub(super) protocol: Option<ProtocolOutline>,
}

/// Reads an IDL file and everything that it imports. A chain of imports is followed with one level of recursion for each
/// file, which the bound on files keeps from being endless.
pub(super) fn read(
    file: usize,
    sources: &mut Sources<'_>,
    documents: &mut Documents,
) -> Result<Outline, IdlError> {
    let mut outline = Outline::default();
    let mut waiting = vec![(file, true)];
    // Imported files come first in the result, as if their definitions stood in place of the import.
    let mut imported = Vec::new();
    while let Some((file, main)) = waiting.pop() {
        let mut imports = Vec::new();
        let found =
            FileReader { syntax: Syntax::new(file, sources)?, documents, imports: &mut imports }.file()?;
        for (kind, path, at) in imports {
            let Some(number) = sources.import(kind, &path, at)? else { continue };
            match kind {
                ImportKind::Idl => waiting.push((number, false)),
                ImportKind::Protocol => {
                    let mut protocol = protocol::read_json(number, sources, documents)?;
                    imported.append(&mut protocol.types);
                }
                ImportKind::Schema => {
                    imported.push(documents.add(Text::of_file(number, &sources.text(number))));
                }
            }
        }
        if main {
            outline = found;
        } else {
            imported.extend(found.types);
        }
    }
    imported.append(&mut outline.types);
    outline.types = imported;
    Ok(outline)
}

struct FileReader<'d> {
    syntax: Syntax,
    documents: &'d mut Documents,
    imports: &'d mut Vec<(ImportKind, String, Span)>,
}

impl FileReader<'_> {
    fn file(mut self) -> Result<Outline, IdlError> {
        let mut outline = Outline::default();
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
            outline.schema = Some(self.documents.add(text));
        }
        while *self.syntax.peek() != Token::End {
            let alone = std::mem::take(&mut first);
            if self.import()? {
                continue;
            }
            let doc = self.syntax.doc();
            let annotations = self.syntax.annotations()?;
            if self.syntax.at_definition() {
                let text = self.syntax.definition(doc.as_deref(), annotations)?;
                outline.types.push(self.documents.add(text));
            } else if alone && self.syntax.plain_word() == Some("protocol") {
                self.syntax.next();
                let protocol = self.protocol(doc, annotations)?;
                outline.types.clone_from(&protocol.types);
                outline.protocol = Some(protocol);
                if *self.syntax.peek() != Token::End {
                    return Err(self.syntax.unexpected("the end of the file, since a protocol is all of it"));
                }
            } else if alone {
                return Err(self.syntax.unexpected("import, protocol, record, error, enum or fixed"));
            } else {
                return Err(self.syntax.unexpected("import, record, error, enum or fixed"));
            }
        }
        Ok(outline)
    }

    fn protocol(
        &mut self,
        doc: Option<String>,
        annotations: Vec<super::annotation::Annotation>,
    ) -> Result<ProtocolOutline, IdlError> {
        let meaning = self.syntax.meaning(annotations, Target::Protocol)?;
        let written = self.syntax.word("the name of the protocol")?;
        let namespace = meaning.namespace.unwrap_or_else(|| self.syntax.namespace.clone());
        let name = Fullname::new(&written, &namespace);
        let full = name.to_string();
        let outer = std::mem::replace(&mut self.syntax.namespace, name.namespace().to_owned());
        let mut outline = ProtocolOutline {
            name,
            doc,
            properties: meaning.properties,
            types: Vec::new(),
            messages: Vec::new(),
        };
        self.syntax.symbol('{', "\"{\"")?;
        while !self.syntax.take_symbol('}') {
            if self.import()? {
                continue;
            }
            let doc = self.syntax.doc();
            let annotations = self.syntax.annotations()?;
            if self.syntax.at_definition() {
                let text = self.syntax.definition(doc.as_deref(), annotations)?;
                outline.types.push(self.documents.add(text));
            } else {
                outline.messages.push(self.syntax.message(doc, annotations, &full, self.documents)?);
            }
        }
        self.syntax.namespace = outer;
        Ok(outline)
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
        self.imports.push((kind, path, at));
        Ok(true)
    }
}
