//! Members of messages and enums: fields, groups, oneofs, constants, ranges.

use super::InvalidText;
use super::octets;
use super::option_reader;
use super::parser::{Declared, Parser};
use super::reader::{Place, Reader};
use super::tree::{Constant, Extensions, Field, Group, Label, Oneof, ProtoOption, Range, Value};

impl Parser<'_> {
    /// A field or group whose first word was read, a label or already the type.
    pub(super) fn labelled(&mut self, place: Place, word: &str) -> Result<Declared, InvalidText> {
        let label = Label::by_name(word);
        let type_name = match label {
            Some(Label::Required) if self.file.is_proto3() => {
                let message = "'required' label forbidden in proto3 field declarations";
                return Err(self.reader.error_at(place, message));
            }
            Some(_) => self.reader.data_type()?,
            None => {
                if !(self.file.is_proto3() || word == "map" && self.reader.peek()? == '<') {
                    return Err(self.reader.error_at(place, &format!("unexpected label: {word}")));
                }
                self.reader.data_type_from(word)?
            }
        };
        if label.is_some() && type_name.starts_with("map<") {
            return Err(self.reader.error_at(place, "'map' type cannot have label"));
        }
        if type_name == "group" {
            return self.group(label).map(Declared::Group);
        }
        field(&mut self.reader, label, type_name).map(Declared::Field)
    }

    fn group(&mut self, label: Option<Label>) -> Result<Group, InvalidText> {
        let name = self.reader.word()?.to_owned();
        self.reader.require('=')?;
        let tag = self.reader.integer()?;
        let mut fields = Vec::new();
        self.reader.enter()?;
        self.reader.require('{')?;
        while !self.reader.eat('}')? {
            let place = self.reader.place();
            let word = self.reader.word()?;
            match self.labelled(place, word)? {
                Declared::Field(field) => fields.push(field),
                _ => return Err(self.reader.error("expected field declaration, was a group")),
            }
        }
        self.reader.leave();
        Ok(Group { label, name, tag, fields })
    }

    pub(super) fn oneof(&mut self) -> Result<Oneof, InvalidText> {
        let mut oneof = Oneof { name: self.reader.name()?.to_owned(), ..Oneof::default() };
        self.reader.require('{')?;
        while !self.reader.eat('}')? {
            let type_name = self.reader.data_type()?;
            match type_name.as_str() {
                "group" => {
                    let group = self.group(None)?;
                    oneof.groups.push(group);
                }
                "option" => {
                    oneof.options.push(option_reader::option(&mut self.reader, '=')?);
                    self.reader.require(';')?;
                }
                _ => oneof.fields.push(field(&mut self.reader, None, type_name)?),
            }
        }
        Ok(oneof)
    }
}

fn field(reader: &mut Reader<'_>, label: Option<Label>, type_name: String) -> Result<Field, InvalidText> {
    let name = reader.field_name()?.to_owned();
    reader.require('=')?;
    let tag = reader.integer()?;
    let (mut options, octets) = option_reader::of_field(reader)?;
    let default = strip(&mut options, "default");
    let default =
        if type_name == "bytes" { default.map(|text| of_bytes(&text, octets.as_deref())) } else { default };
    let json_name = strip(&mut options, "json_name");
    reader.require(';')?;
    reader.trailing_comment()?;
    Ok(Field { label, type_name, name, tag, default, json_name, options })
}

/// Takes out what is written as an option but is a property of the field. The last one counts.
fn strip(options: &mut Vec<ProtoOption>, name: &str) -> Option<String> {
    let mut found = None;
    options.retain(|option| {
        if option.name == name {
            found = Some(as_text(&option.value));
        }
        option.name != name
    });
    found
}

/// The default of a field of bytes, as a descriptor writes it: with escapes. A bare word needs none.
fn of_bytes(text: &str, octets: Option<&[u8]>) -> String {
    octets::escaped(octets.unwrap_or(text.as_bytes()))
}

/// A value as the original turns it into a string.
fn as_text(value: &Value) -> String {
    match value {
        Value::Text(text) | Value::Boolean(text) | Value::Number(text) | Value::Word(text) => text.clone(),
        Value::List(values) => format!("[{}]", values.iter().map(as_text).collect::<Vec<_>>().join(", ")),
        Value::Map(members) => {
            let members: Vec<String> =
                members.iter().map(|(name, value)| format!("{name}={}", as_text(value))).collect();
            format!("{{{}}}", members.join(", "))
        }
        Value::Member(option) => format!("{}={}", option.name, as_text(&option.value)),
    }
}

/// An enum constant whose name was read.
pub(super) fn constant(reader: &mut Reader<'_>, name: &str) -> Result<Constant, InvalidText> {
    reader.require('=')?;
    let tag = reader.integer()?;
    let options = option_reader::bracketed(reader)?;
    reader.require(';')?;
    reader.trailing_comment()?;
    Ok(Constant { name: name.to_owned(), tag, options })
}

/// Numbers, ranges and names up to a semicolon.
pub(super) fn reserved(reader: &mut Reader<'_>, place: Place) -> Result<Vec<Range>, InvalidText> {
    let mut ranges = Vec::new();
    loop {
        if matches!(reader.peek()?, '"' | '\'') {
            ranges.push(Range::Name(reader.quoted()?));
        } else {
            ranges.push(range(reader, place, &[',', ';'], "expected ',', ';', or 'to'")?);
        }
        if !goes_on(reader)? {
            break;
        }
    }
    reader.trailing_comment()?;
    Ok(ranges)
}

/// Numbers and ranges, and behind the last one the options of all.
pub(super) fn extensions(reader: &mut Reader<'_>, place: Place) -> Result<Extensions, InvalidText> {
    let mut extensions = Extensions::default();
    loop {
        let one = range(reader, place, &[',', ';', '['], "expected ',', ';', '[' or 'to'")?;
        extensions.ranges.push(one);
        if reader.peek()? == '[' {
            extensions.options = option_reader::bracketed(reader)?;
            reader.require(';')?;
            return Ok(extensions);
        }
        if !goes_on(reader)? {
            return Ok(extensions);
        }
    }
}

/// A number, which ends before one of `ends`, or a range.
fn range(
    reader: &mut Reader<'_>,
    place: Place,
    ends: &[char],
    otherwise: &str,
) -> Result<Range, InvalidText> {
    let start = reader.integer()?;
    if ends.contains(&reader.peek()?) {
        return Ok(Range::One(start));
    }
    if reader.word()? != "to" {
        return Err(reader.error_at(place, otherwise));
    }
    Ok(Range::Span(start, reader.range_end()?))
}

/// Whether there is another range behind this one.
fn goes_on(reader: &mut Reader<'_>) -> Result<bool, InvalidText> {
    match reader.read()? {
        ',' => Ok(true),
        ';' => Ok(false),
        _ => Err(reader.error("expected ',' or ';'")),
    }
}
