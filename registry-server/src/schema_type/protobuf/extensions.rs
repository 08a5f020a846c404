//! The format `ignore_extensions`: a file without extensions and without custom options, but for Confluent's.
//! See protobuf §5.

use super::tree::{Enum, Field, Group, Message, ProtoFile, ProtoOption, TypeDef};

/// The prefix of the custom options that stay.
const KEPT: &str = "confluent.";

/// A file without what extends others.
pub(super) fn ignored(file: &ProtoFile) -> ProtoFile {
    let mut file = file.clone();
    file.extends.clear();
    options(&mut file.options);
    types(&mut file.types);
    for service in &mut file.services {
        options(&mut service.options);
        service.rpcs.iter_mut().for_each(|rpc| options(&mut rpc.options));
    }
    file
}

fn options(options: &mut Vec<ProtoOption>) {
    options.retain(|option| !option.parenthesized || option.name.starts_with(KEPT));
}

fn types(types: &mut [TypeDef]) {
    for one in types {
        match one {
            TypeDef::Message(one) => message(one),
            TypeDef::Enum(one) => enumeration(one),
        }
    }
}

fn message(message: &mut Message) {
    message.extensions.clear();
    message.extends.clear();
    options(&mut message.options);
    fields(&mut message.fields);
    groups(&mut message.groups);
    for oneof in &mut message.oneofs {
        options(&mut oneof.options);
        fields(&mut oneof.fields);
        groups(&mut oneof.groups);
    }
    types(&mut message.nested);
}

fn fields(fields: &mut [Field]) {
    fields.iter_mut().for_each(|field| options(&mut field.options));
}

fn groups(groups: &mut [Group]) {
    groups.iter_mut().for_each(|group| fields(&mut group.fields));
}

fn enumeration(one: &mut Enum) {
    options(&mut one.options);
    one.constants.iter_mut().for_each(|constant| options(&mut constant.options));
}
