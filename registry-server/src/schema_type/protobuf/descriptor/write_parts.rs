//! The parts of a descriptor that need no names from outside, and the types of fields.

use super::options;
use super::wire::Writer;
use crate::schema_type::protobuf::names::{Names, Scope};
use crate::schema_type::protobuf::tree::{Enum, Extensions, Range, Service, TypeDef, scalar_number};

/// Type and type name of a field. The name stays as it is written; what kind of type it is, is said if it is known.
pub(super) fn field_type(writer: &mut Writer, names: &Names<'_>, scope: &Scope, type_name: &str) {
    const MESSAGE: u64 = 11;
    const ENUM: u64 = 14;
    if let Some(number) = scalar_number(type_name) {
        writer.number(5, number);
        return;
    }
    match names.get(scope, type_name).map(|known| known.def) {
        Some(TypeDef::Message(_)) => writer.number(5, MESSAGE),
        Some(TypeDef::Enum(_)) => writer.number(5, ENUM),
        None => {}
    }
    writer.text(6, type_name);
}

/// Ranges of extensions. The original writes their options though it keeps none of them.
pub(super) fn extension_ranges(writer: &mut Writer, number: u32, statements: &[Extensions]) {
    let ranges = statements.iter().flat_map(|one| &one.ranges);
    number_ranges(writer, number, ranges, 1, |range| range.message(3, &Writer::default()));
}

/// Ranges of numbers, each with what `finish` adds to it. Those of messages end behind their last number, those of enums
/// at it.
pub(super) fn number_ranges<'a>(
    writer: &mut Writer,
    number: u32,
    ranges: impl Iterator<Item = &'a Range>,
    behind: i32,
    finish: fn(&mut Writer),
) {
    for range in ranges {
        let (start, end) = match range {
            Range::Name(_) => continue,
            Range::One(number) => (*number, *number),
            Range::Span(start, end) => (*start, *end),
        };
        let mut message = Writer::default();
        message.signed(1, start);
        message.signed(2, end.saturating_add(behind));
        finish(&mut message);
        writer.message(number, &message);
    }
}

pub(super) fn enumeration(one: &Enum) -> Writer {
    let mut writer = Writer::default();
    writer.text(1, &one.name);
    for constant in &one.constants {
        let mut value = Writer::default();
        value.text(1, &constant.name);
        value.signed(2, constant.tag);
        value.options(3, &options::CONSTANT.write(&constant.options));
        writer.message(2, &value);
    }
    writer.options(3, &options::ENUM.write(&one.options));
    number_ranges(&mut writer, 4, one.reserved.iter().flatten(), 0, |_| {});
    for range in one.reserved.iter().flatten() {
        if let Range::Name(name) = range {
            writer.text(5, name);
        }
    }
    writer
}

pub(super) fn service(service: &Service) -> Writer {
    let mut writer = Writer::default();
    writer.text(1, &service.name);
    for rpc in &service.rpcs {
        let mut method = Writer::default();
        method.text(1, &rpc.name);
        method.text(2, &rpc.request);
        method.text(3, &rpc.response);
        method.options(4, &options::RPC.write(&rpc.options));
        method.boolean(5, rpc.request_streaming);
        method.boolean(6, rpc.response_streaming);
        writer.message(2, &method);
    }
    writer.options(3, &options::SERVICE.write(&service.options));
    writer
}
