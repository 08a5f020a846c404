//! Fields, enums and services of a descriptor.

use super::options;
use super::wire::{Fields, broken};
use crate::schema_type::protobuf::InvalidText;
use crate::schema_type::protobuf::octets;
use crate::schema_type::protobuf::tree::{
    Constant, Enum, Extend, Field, Label, Range, Rpc, Service, grouped, scalar_name,
};

/// A field and what its place depends on.
pub(super) struct Described {
    pub(super) field: Field,
    pub(super) extendee: String,
    pub(super) oneof: Option<u64>,
    pub(super) optional: bool,
}

pub(super) fn field(bytes: &[u8], proto3: bool) -> Result<Described, InvalidText> {
    let mut field = Field {
        label: None,
        type_name: String::new(),
        name: String::new(),
        tag: 0,
        default: None,
        json_name: None,
        options: Vec::new(),
    };
    let (mut extendee, mut oneof, mut optional) = (String::new(), None, false);
    let (mut label, mut kind) = (1, 1);
    let mut fields = Fields::of(bytes);
    while let Some((number, value)) = fields.next()? {
        match number {
            1 => field.name = value.text()?,
            2 => extendee = value.text()?,
            3 => field.tag = value.signed()?,
            4 => label = value.number()?,
            5 => kind = value.number()?,
            6 => field.type_name = value.text()?,
            7 => field.default = Some(value.text()?).filter(|_| !proto3),
            8 => field.options = options::FIELD.read(value.bytes()?)?,
            9 => oneof = Some(value.number()?),
            10 => field.json_name = Some(value.text()?),
            17 => optional = value.boolean()?,
            _ => {}
        }
    }
    field.label = match label {
        _ if optional => Some(Label::Optional),
        3 => Some(Label::Repeated),
        _ if proto3 => None,
        2 => Some(Label::Required),
        _ => Some(Label::Optional),
    };
    if field.type_name.is_empty() {
        let name = scalar_name(kind).ok_or_else(|| broken("a field has no type"))?;
        name.clone_into(&mut field.type_name);
    }
    if field.type_name == "bytes" {
        // Compilers escape in their own ways; what they mean is written in one.
        field.default =
            field.default.map(|text| octets::unescaped(&text).map_or(text, |bytes| octets::escaped(&bytes)));
    }
    Ok(Described { field, extendee, oneof, optional })
}

/// Extension fields by the message that they extend.
pub(super) fn extends(fields: Vec<Described>) -> Vec<Extend> {
    grouped(fields.into_iter().map(|one| (one.extendee, one.field)))
}

/// A range of numbers, which ends `behind` its last one.
pub(super) fn range(bytes: &[u8], behind: i32) -> Result<Range, InvalidText> {
    let (mut start, mut end) = (0_i32, 0_i32);
    let mut fields = Fields::of(bytes);
    while let Some((number, value)) = fields.next()? {
        match number {
            1 => start = value.signed()?,
            2 => end = value.signed()?,
            _ => {}
        }
    }
    let last = end.saturating_sub(behind);
    Ok(if start == last { Range::One(start) } else { Range::Span(start, last) })
}

pub(super) fn enumeration(bytes: &[u8]) -> Result<Enum, InvalidText> {
    let mut one = Enum::default();
    let mut names = Vec::new();
    let mut fields = Fields::of(bytes);
    while let Some((number, value)) = fields.next()? {
        match number {
            1 => one.name = value.text()?,
            2 => one.constants.push(constant(value.bytes()?)?),
            3 => one.options = options::ENUM.read(value.bytes()?)?,
            4 => one.reserved.push(vec![range(value.bytes()?, 0)?]),
            5 => names.push(vec![Range::Name(value.text()?)]),
            _ => {}
        }
    }
    one.reserved.extend(names);
    Ok(one)
}

fn constant(bytes: &[u8]) -> Result<Constant, InvalidText> {
    let mut constant = Constant { name: String::new(), tag: 0, options: Vec::new() };
    let mut fields = Fields::of(bytes);
    while let Some((number, value)) = fields.next()? {
        match number {
            1 => constant.name = value.text()?,
            2 => constant.tag = value.signed()?,
            3 => constant.options = options::CONSTANT.read(value.bytes()?)?,
            _ => {}
        }
    }
    Ok(constant)
}

pub(super) fn service(bytes: &[u8]) -> Result<Service, InvalidText> {
    let mut service = Service::default();
    let mut fields = Fields::of(bytes);
    while let Some((number, value)) = fields.next()? {
        match number {
            1 => service.name = value.text()?,
            2 => service.rpcs.push(rpc(value.bytes()?)?),
            3 => service.options = options::SERVICE.read(value.bytes()?)?,
            _ => {}
        }
    }
    Ok(service)
}

fn rpc(bytes: &[u8]) -> Result<Rpc, InvalidText> {
    let mut rpc = Rpc::default();
    let mut fields = Fields::of(bytes);
    while let Some((number, value)) = fields.next()? {
        match number {
            1 => rpc.name = value.text()?,
            2 => rpc.request = value.text()?,
            3 => rpc.response = value.text()?,
            4 => rpc.options = options::RPC.read(value.bytes()?)?,
            5 => rpc.request_streaming = value.boolean()?,
            6 => rpc.response_streaming = value.boolean()?,
            _ => {}
        }
    }
    Ok(rpc)
}
