//! From a text to its syntax tree (protobuf §1).
//!
//! The rules are those of the original's parser, which is laxer than the language in some places (names and numbers are
//! not checked for duplicates) and stricter in others (nothing may follow a comment in `/* */` behind a field).

use std::collections::HashMap;

use super::InvalidText;
use super::members;
use super::option_reader;
use super::reader::{Place, Reader};
use super::tree::{Extend, Extensions, Message, ProtoFile, ProtoOption, Range, Service, Syntax, TypeDef};
use crate::schema_type::Budget;

/// The place of a declaration, which decides what its first word can mean.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    File,
    Message,
    Enum,
    Extend,
    Service,
    Rpc,
}

/// A declaration.
pub(super) enum Declared {
    Nothing,
    Type(TypeDef),
    Service(Service),
    Extend(Extend),
    Option(ProtoOption),
    Reserved(Vec<Range>),
    Extensions(Extensions),
    Field(super::tree::Field),
    Group(super::tree::Group),
    Oneof(super::tree::Oneof),
    Constant(super::tree::Constant),
    Rpc(super::tree::Rpc),
}

/// Reads a text, of which each word takes a step of the budget; with an error of no worth when that ends.
pub(super) fn parse(text: &str, budget: &Budget) -> Result<ProtoFile, InvalidText> {
    let reader = Reader::new(text, budget);
    let mut parser = Parser { reader, file: ProtoFile::default(), declarations: 0 };
    parser.file()?;
    let mut file = parser.file;
    for import in file.imports_mut() {
        *import = plain_path(import);
    }
    Ok(file)
}

/// A path with single forward slashes and without steps that lead nowhere.
fn plain_path(path: &str) -> String {
    let absolute = path.starts_with(['/', '\\']);
    let steps: Vec<&str> = path.split(['/', '\\']).filter(|step| !step.is_empty() && *step != ".").collect();
    match (absolute, steps.is_empty()) {
        (true, _) => format!("/{}", steps.join("/")),
        (false, true) => ".".to_owned(),
        (false, false) => steps.join("/"),
    }
}

/// The parser's state. The file's syntax is part of it, since it decides whether fields need labels.
pub(super) struct Parser<'a> {
    pub(super) reader: Reader<'a>,
    pub(super) file: ProtoFile,
    declarations: usize,
}

impl<'a> Parser<'a> {
    fn file(&mut self) -> Result<(), InvalidText> {
        let mut types: HashMap<String, Place> = HashMap::new();
        let mut services: HashMap<String, Place> = HashMap::new();
        while !self.reader.exhausted()? {
            let place = self.reader.place();
            match self.declaration(Inside::File)? {
                Declared::Type(one) => {
                    self.refuse_duplicate(&mut types, one.name(), place)?;
                    self.file.types.push(one);
                }
                Declared::Service(one) => {
                    self.refuse_duplicate(&mut services, &one.name, place)?;
                    self.file.services.push(one);
                }
                Declared::Option(one) => self.file.options.push(one),
                Declared::Extend(one) => self.file.extends.push(one),
                _ => {}
            }
        }
        Ok(())
    }

    fn refuse_duplicate(
        &self,
        known: &mut HashMap<String, Place>,
        name: &str,
        place: Place,
    ) -> Result<(), InvalidText> {
        match known.insert(name.to_owned(), place) {
            None => Ok(()),
            Some(earlier) => Err(InvalidText(format!(
                "{name} ({}) is already defined at {}",
                self.reader.show(place),
                self.reader.show(earlier)
            ))),
        }
    }

    fn declaration(&mut self, inside: Inside) -> Result<Declared, InvalidText> {
        let index = self.declarations;
        self.declarations += 1;
        self.reader.step()?;
        if self.reader.eat(';')? {
            return Ok(Declared::Nothing);
        }
        let place = self.reader.place();
        let word = if inside == Inside::Enum { self.reader.identifier()? } else { self.reader.word()? };
        let types = matches!(inside, Inside::File | Inside::Message);
        match (word, inside) {
            ("package", Inside::File) => {
                self.file.package = Some(self.reader.name()?.to_owned());
                self.end()
            }
            ("import", Inside::File) => self.import(place),
            ("syntax", Inside::File) => self.syntax(place, index),
            ("option", _) => {
                let option = option_reader::option(&mut self.reader, '=')?;
                self.reader.require(';')?;
                Ok(Declared::Option(option))
            }
            ("reserved", _) => members::reserved(&mut self.reader, place).map(Declared::Reserved),
            ("message", _) if types => self.message().map(|one| Declared::Type(TypeDef::Message(one))),
            ("enum", _) if types => self.enumeration().map(|one| Declared::Type(TypeDef::Enum(one))),
            ("service", Inside::File) => self.service().map(Declared::Service),
            ("extend", _) if types => self.extend().map(Declared::Extend),
            ("rpc", Inside::Service) => self.rpc(place).map(Declared::Rpc),
            ("oneof", Inside::Message) => self.oneof().map(Declared::Oneof),
            ("extensions", Inside::Message) => {
                members::extensions(&mut self.reader, place).map(Declared::Extensions)
            }
            (_, Inside::Message | Inside::Extend) => self.labelled(place, word),
            (_, Inside::Enum) => members::constant(&mut self.reader, word).map(Declared::Constant),
            ("edition", Inside::File) => Err(self.reader.error("edition is not currently supported")),
            _ => Err(self.reader.error_at(place, &format!("unexpected label: {word}"))),
        }
    }

    fn end(&mut self) -> Result<Declared, InvalidText> {
        self.reader.require(';')?;
        Ok(Declared::Nothing)
    }

    fn import(&mut self, place: Place) -> Result<Declared, InvalidText> {
        let is_plain = matches!(self.reader.peek()?, '"' | '\'');
        let imports = match if is_plain { "" } else { self.reader.word()? } {
            "" => &mut self.file.imports,
            "public" => &mut self.file.public_imports,
            "weak" => &mut self.file.weak_imports,
            _ => return Err(self.reader.error_at(place, "expected quoted string")),
        };
        imports.push(self.reader.quoted()?);
        self.end()
    }

    fn syntax(&mut self, place: Place, index: usize) -> Result<Declared, InvalidText> {
        if self.file.syntax.is_some() {
            return Err(self.reader.error_at(place, "too many syntax definitions"));
        }
        self.reader.require('=')?;
        if index > 0 {
            let message = "'syntax' element must be the first declaration in a file";
            return Err(self.reader.error_at(place, message));
        }
        let name = self.reader.quoted()?;
        let Some(syntax) = Syntax::by_name(&name) else {
            return Err(self.reader.error_at(place, &format!("unexpected syntax: {name}")));
        };
        self.file.syntax = Some(syntax);
        self.end()
    }

    fn message(&mut self) -> Result<Message, InvalidText> {
        let mut message = Message { name: self.reader.name()?.to_owned(), ..Message::default() };
        self.reader.enter()?;
        self.reader.require('{')?;
        while !self.reader.eat('}')? {
            match self.declaration(Inside::Message)? {
                Declared::Field(one) => message.fields.push(one),
                Declared::Oneof(one) => message.oneofs.push(one),
                Declared::Group(one) => message.groups.push(one),
                Declared::Type(one) => message.nested.push(one),
                Declared::Extensions(one) => message.extensions.push(one),
                Declared::Option(one) => message.options.push(one),
                Declared::Extend(one) => message.extends.push(one),
                Declared::Reserved(one) => message.reserved.push(one),
                Declared::Nothing | Declared::Service(_) | Declared::Constant(_) | Declared::Rpc(_) => {}
            }
        }
        self.reader.leave();
        Ok(message)
    }

    fn enumeration(&mut self) -> Result<super::tree::Enum, InvalidText> {
        let mut one = super::tree::Enum { name: self.reader.name()?.to_owned(), ..Default::default() };
        self.reader.require('{')?;
        while !self.reader.eat('}')? {
            match self.declaration(Inside::Enum)? {
                Declared::Constant(constant) => one.constants.push(constant),
                Declared::Option(option) => one.options.push(option),
                Declared::Reserved(reserved) => one.reserved.push(reserved),
                _ => {}
            }
        }
        Ok(one)
    }

    fn extend(&mut self) -> Result<Extend, InvalidText> {
        let mut extend = Extend { name: self.reader.name()?.to_owned(), fields: Vec::new() };
        self.reader.require('{')?;
        while !self.reader.eat('}')? {
            if let Declared::Field(field) = self.declaration(Inside::Extend)? {
                extend.fields.push(field);
            }
        }
        Ok(extend)
    }

    fn service(&mut self) -> Result<Service, InvalidText> {
        let mut service = Service { name: self.reader.name()?.to_owned(), ..Service::default() };
        self.reader.require('{')?;
        while !self.reader.eat('}')? {
            match self.declaration(Inside::Service)? {
                Declared::Rpc(rpc) => service.rpcs.push(rpc),
                Declared::Option(option) => service.options.push(option),
                _ => {}
            }
        }
        Ok(service)
    }

    fn rpc(&mut self, place: Place) -> Result<super::tree::Rpc, InvalidText> {
        let name = self.reader.name()?.to_owned();
        let (request, request_streaming) = self.rpc_type()?;
        if self.reader.word()? != "returns" {
            return Err(self.reader.error_at(place, "expected 'returns'"));
        }
        let (response, response_streaming) = self.rpc_type()?;
        let mut options = Vec::new();
        if self.reader.eat('{')? {
            while !self.reader.eat('}')? {
                if let Declared::Option(option) = self.declaration(Inside::Rpc)? {
                    options.push(option);
                }
            }
        } else {
            self.reader.require(';')?;
        }
        Ok(super::tree::Rpc { name, request, request_streaming, response, response_streaming, options })
    }

    fn rpc_type(&mut self) -> Result<(String, bool), InvalidText> {
        self.reader.require('(')?;
        let word = self.reader.word()?;
        let (name, streaming) = if word == "stream" {
            (self.reader.data_type()?, true)
        } else {
            (self.reader.data_type_from(word)?, false)
        };
        self.reader.require(')')?;
        Ok((name, streaming))
    }
}
