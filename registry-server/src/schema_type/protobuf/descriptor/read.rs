//! From a `FileDescriptorProto` to a syntax tree.

use std::collections::HashSet;

use super::options;
use super::read_parts::{enumeration, extends, field, range, service};
use super::wire::{Fields, Wire, broken, numbers};
use crate::schema_type::protobuf::InvalidText;
use crate::schema_type::protobuf::tree::{Extensions, Message, Oneof, ProtoFile, Range, Syntax, TypeDef};

/// How deep messages may be nested.
const MAX_DEPTH: usize = 64;

/// The file that a descriptor describes.
///
/// # Errors
/// [`InvalidText`] for bytes that are no descriptor.
pub(in crate::schema_type::protobuf) fn read(bytes: &[u8]) -> Result<ProtoFile, InvalidText> {
    let mut file = ProtoFile { syntax: syntax(bytes)?, ..ProtoFile::default() };
    let proto3 = file.is_proto3();
    let (mut imports, mut public, mut weak) = (Vec::new(), HashSet::new(), HashSet::new());
    let (mut enums, mut extensions) = (Vec::new(), Vec::new());
    let mut fields = Fields::of(bytes);
    while let Some((number, value)) = fields.next()? {
        match number {
            2 => file.package = Some(value.text()?).filter(|package| !package.is_empty()),
            3 => imports.push(value.text()?),
            4 => file.types.push(TypeDef::Message(message(value.bytes()?, proto3, 0)?)),
            5 => enums.push(TypeDef::Enum(enumeration(value.bytes()?)?)),
            6 => file.services.push(service(value.bytes()?)?),
            7 => extensions.push(field(value.bytes()?, proto3)?),
            8 => file.options = options::FILE.read(value.bytes()?)?,
            10 => public.extend(packed(value)?),
            11 => weak.extend(packed(value)?),
            _ => {}
        }
    }
    file.types.extend(enums);
    file.extends = extends(extensions);
    for (index, import) in imports.into_iter().enumerate() {
        if public.contains(&(index as u64)) {
            file.public_imports.push(import);
        } else if weak.contains(&(index as u64)) {
            file.weak_imports.push(import);
        } else {
            file.imports.push(import);
        }
    }
    Ok(file)
}

/// The syntax, which stands behind what depends on it.
fn syntax(bytes: &[u8]) -> Result<Option<Syntax>, InvalidText> {
    let mut syntax = None;
    let mut fields = Fields::of(bytes);
    while let Some((number, value)) = fields.next()? {
        if number == 12 {
            syntax = Syntax::by_name(&value.text()?);
        }
    }
    Ok(syntax)
}

/// A repeated number, one by one or packed.
fn packed(value: Wire<'_>) -> Result<Vec<u64>, InvalidText> {
    match value {
        Wire::Number(number) => Ok(vec![number]),
        Wire::Bytes(bytes) => numbers(bytes),
        Wire::Other => Err(broken("a number was expected")),
    }
}

fn message(bytes: &[u8], proto3: bool, depth: usize) -> Result<Message, InvalidText> {
    if depth >= MAX_DEPTH {
        return Err(broken(&format!("messages are nested deeper than {MAX_DEPTH} levels")));
    }
    let mut message = Message::default();
    let (mut enums, mut extensions, mut members, mut names) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut fields = Fields::of(bytes);
    while let Some((number, value)) = fields.next()? {
        match number {
            1 => message.name = value.text()?,
            2 => members.push(field(value.bytes()?, proto3)?),
            3 => message.nested.push(TypeDef::Message(self::message(value.bytes()?, proto3, depth + 1)?)),
            4 => enums.push(TypeDef::Enum(enumeration(value.bytes()?)?)),
            5 => message
                .extensions
                .push(Extensions { ranges: vec![range(value.bytes()?, 1)?], options: Vec::new() }),
            6 => extensions.push(field(value.bytes()?, proto3)?),
            7 => message.options = options::MESSAGE.read(value.bytes()?)?,
            8 => message.oneofs.push(oneof(value.bytes()?)?),
            9 => message.reserved.push(vec![range(value.bytes()?, 1)?]),
            10 => names.push(vec![Range::Name(value.text()?)]),
            _ => {}
        }
    }
    message.nested.extend(enums);
    message.reserved.extend(names);
    message.extends = extends(extensions);
    for member in members {
        match member.oneof.filter(|_| !member.optional) {
            Some(index) => {
                let oneof = usize::try_from(index).ok().and_then(|index| message.oneofs.get_mut(index));
                let oneof = oneof.ok_or_else(|| broken("a field is in a oneof that is not there"))?;
                oneof.fields.push(crate::schema_type::protobuf::tree::Field { label: None, ..member.field });
            }
            None => message.fields.push(member.field),
        }
    }
    message.oneofs.retain(|oneof| !oneof.fields.is_empty());
    Ok(message)
}

fn oneof(bytes: &[u8]) -> Result<Oneof, InvalidText> {
    let mut oneof = Oneof::default();
    let mut fields = Fields::of(bytes);
    while let Some((number, value)) = fields.next()? {
        if number == 1 {
            oneof.name = value.text()?;
        }
    }
    Ok(oneof)
}
