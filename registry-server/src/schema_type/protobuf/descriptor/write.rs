//! From a syntax tree to a `FileDescriptorProto`.

use std::collections::HashSet;

use super::options::{self, Table};
use super::wire::Writer;
use super::write_parts::{enumeration, extension_ranges, field_type, number_ranges, service};
use crate::schema_type::Budget;
use crate::schema_type::protobuf::names::{Dependency, Names, Scope};
use crate::schema_type::protobuf::tree::{
    Extend, Field, Label, Message, ProtoFile, Range, enums, map_parts, messages,
};
use crate::schema_type::protobuf::well_known;

/// The name of the file, which has none in the registry.
const NAME: &str = "default";

/// The bytes of a file's descriptor, of which each field takes a step; of no worth once the budget ends.
pub(in crate::schema_type::protobuf) fn write(
    file: &ProtoFile,
    dependencies: &[Dependency],
    budget: &Budget,
) -> Vec<u8> {
    let names = Names::of(file, dependencies, budget);
    let scope = Scope::of_package(file.package.as_deref().unwrap_or_default());
    let context = Context { names: &names, proto3: file.is_proto3() };
    let mut writer = Writer::default();
    writer.text(1, NAME);
    if let Some(package) = &file.package {
        writer.text(2, package);
    }
    // Imports that lead nowhere are left out, as in the original.
    let known = |import: &&String| {
        dependencies.iter().any(|one| one.name == **import) || well_known::file(import).is_some()
    };
    let mut imports: Vec<&String> = Vec::new();
    for import in file.all_imports().filter(known) {
        if !imports.contains(&import) {
            imports.push(import);
        }
    }
    imports.iter().for_each(|import| writer.text(3, import));
    messages(&file.types)
        .take_while(|_| names.step(1))
        .for_each(|message| writer.message(4, &context.message(&scope, message)));
    enums(&file.types).for_each(|one| writer.message(5, &enumeration(one)));
    file.services.iter().for_each(|one| writer.message(6, &service(one)));
    context.extends(&mut writer, 7, &scope, &file.extends);
    writer.options(8, &options::FILE.write(&file.options));
    for (index, import) in imports.iter().enumerate() {
        if file.public_imports.contains(import) {
            writer.number(10, index as u64);
        }
    }
    for (index, import) in imports.iter().enumerate() {
        if file.weak_imports.contains(import) {
            writer.number(11, index as u64);
        }
    }
    if let Some(syntax) = file.syntax {
        writer.text(12, syntax.as_str());
    }
    writer.finish()
}

struct Context<'a> {
    names: &'a Names<'a>,
    proto3: bool,
}

/// A field as a descriptor has it.
struct Described<'a> {
    field: &'a Field,
    label: Option<Label>,
    type_name: &'a str,
    extendee: Option<&'a str>,
    oneof: Option<usize>,
    optional: bool,
    table: Table,
}

impl<'a> Described<'a> {
    fn plain(field: &'a Field) -> Self {
        Self {
            field,
            label: field.label,
            type_name: &field.type_name,
            extendee: None,
            oneof: None,
            optional: false,
            table: options::FIELD,
        }
    }
}

impl Context<'_> {
    fn message(&self, outer: &Scope, message: &Message) -> Writer {
        let scope = outer.within(&message.name);
        let mut fields = Vec::new();
        let mut oneofs: Vec<String> = Vec::new();
        let mut entries = Vec::new();
        for oneof in &message.oneofs {
            for field in oneof.fields.iter().take_while(|_| self.names.step(1)) {
                let label = Some(Label::Optional);
                let described = Described { label, oneof: Some(oneofs.len()), ..Described::plain(field) };
                fields.push(self.field(&scope, &described));
            }
            oneofs.push(oneof.name.clone());
        }
        let in_oneofs: HashSet<&str> =
            message.oneofs.iter().flat_map(|oneof| &oneof.fields).map(|field| field.name.as_str()).collect();
        let counted = message.fields.iter().take_while(|_| self.names.step(1));
        for field in counted.filter(|field| !in_oneofs.contains(field.name.as_str())) {
            if let Some((key, value)) = map_parts(&field.type_name) {
                let name = entry_name(&field.name);
                let label = Some(Label::Repeated);
                let described = Described { label, type_name: &name, ..Described::plain(field) };
                fields.push(self.field(&scope, &described));
                entries.push(self.map_entry(&scope, &name, key, value));
            } else if self.proto3 && field.label == Some(Label::Optional) {
                // Presence in proto3 is a oneof of its own behind the real ones.
                let described =
                    Described { oneof: Some(oneofs.len()), optional: true, ..Described::plain(field) };
                fields.push(self.field(&scope, &described));
                oneofs.push(format!("_{}", field.name));
            } else {
                fields.push(self.field(&scope, &Described::plain(field)));
            }
        }
        let mut writer = Writer::default();
        writer.text(1, &message.name);
        fields.iter().for_each(|field| writer.message(2, field));
        messages(&message.nested)
            .take_while(|_| self.names.step(1))
            .for_each(|nested| writer.message(3, &self.message(&scope, nested)));
        entries.iter().for_each(|entry| writer.message(3, entry));
        enums(&message.nested).for_each(|one| writer.message(4, &enumeration(one)));
        extension_ranges(&mut writer, 5, &message.extensions);
        self.extends(&mut writer, 6, &scope, &message.extends);
        writer.options(7, &options::MESSAGE.write(&message.options));
        for oneof in oneofs {
            let mut decl = Writer::default();
            decl.text(1, &oneof);
            // The original writes their options though it keeps none of them.
            decl.message(2, &Writer::default());
            writer.message(8, &decl);
        }
        number_ranges(&mut writer, 9, message.reserved.iter().flatten(), 1, |_| {});
        for range in message.reserved.iter().flatten() {
            if let Range::Name(name) = range {
                writer.text(10, name);
            }
        }
        writer
    }

    fn map_entry(&self, scope: &Scope, name: &str, key: &str, value: &str) -> Writer {
        let scope = scope.within(name);
        let mut writer = Writer::default();
        writer.text(1, name);
        for (name, number, type_name) in [("key", 1, key), ("value", 2, value)] {
            let mut field = Writer::default();
            field.text(1, name);
            field.signed(3, number);
            field_type(&mut field, self.names, &scope, type_name);
            writer.message(2, &field);
        }
        let mut options = Writer::default();
        options.boolean(7, true);
        writer.message(7, &options);
        writer
    }

    fn extends(&self, writer: &mut Writer, number: u32, scope: &Scope, extends: &[Extend]) {
        for extend in extends {
            for field in extend.fields.iter().take_while(|_| self.names.step(1)) {
                let described = Described { extendee: Some(&extend.name), ..Described::plain(field) };
                writer.message(number, &self.field(scope, &described));
            }
        }
    }

    fn field(&self, scope: &Scope, described: &Described<'_>) -> Writer {
        let field = described.field;
        let mut writer = Writer::default();
        writer.text(1, &field.name);
        if let Some(extendee) = described.extendee {
            writer.text(2, extendee);
        }
        writer.signed(3, field.tag);
        if let Some(label) = described.label {
            writer.number(
                4,
                match label {
                    Label::Optional => 1,
                    Label::Required => 2,
                    Label::Repeated => 3,
                },
            );
        }
        field_type(&mut writer, self.names, scope, described.type_name);
        if let Some(default) = &field.default {
            writer.text(7, default);
        }
        writer.options(8, &described.table.write(&field.options));
        if let Some(oneof) = described.oneof {
            writer.number(9, oneof as u64);
        }
        if let Some(json_name) = &field.json_name {
            writer.text(10, json_name);
        }
        if described.optional {
            writer.boolean(17, true);
        }
        writer
    }
}

/// The name of the message for the entries of a map field.
fn entry_name(field: &str) -> String {
    if !field.contains('_') {
        return format!("{field}Entry");
    }
    let mut name = String::new();
    for word in field.split('_') {
        let mut letters = word.chars();
        name.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
        name.extend(letters.map(|letter| letter.to_ascii_lowercase()));
    }
    name + "Entry"
}
