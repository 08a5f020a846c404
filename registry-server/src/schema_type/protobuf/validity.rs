//! Faults that keep descriptors from being built of a file: asked for where fields are to be validated (protobuf §8).
//!
//! Unlike the normal form this looks at imports: a type counts only if its file is imported.

use std::collections::HashSet;

use super::names::{Dependency, Known, Names, Scope};
use super::tree::{Enum, Extend, Field, Label, Message, ProtoFile, TypeDef, is_scalar, map_parts, messages};
use super::{default, well_known};
use crate::schema_type::Budget;

/// The first problem of a file; `None` if there is none. Either is of no worth once the budget ends.
pub(super) fn problem(file: &ProtoFile, dependencies: &[Dependency], budget: &Budget) -> Option<String> {
    let mut names = Names::imported(budget);
    let mut added: HashSet<&str> = HashSet::new();
    let mut open: Vec<&str> = file.all_imports().map(String::as_str).collect();
    while let Some(import) = open.pop() {
        // An import that leads nowhere is passed over; its types are missed where they are used.
        let found = dependencies
            .iter()
            .find(|dependency| dependency.name == import)
            .or_else(|| well_known::file(import));
        if let Some(found) = found.filter(|found| added.insert(&found.name)) {
            names.add_file(Some(&found.name), &found.file);
            open.extend(found.file.public_imports.iter().map(String::as_str));
        }
    }
    names.add_file(None, file);
    let mut check = Check { names: &names, met: HashSet::new() };
    let package = file.package.as_deref().unwrap_or_default();
    let found = check.file(file, package).err();
    names.problem().or(found)
}

struct Check<'a> {
    names: &'a Names<'a>,
    /// The full names that are taken.
    met: HashSet<String>,
}

impl Check<'_> {
    fn file(&mut self, file: &ProtoFile, package: &str) -> Result<(), String> {
        let scope = Scope::of_package(package);
        self.types(&scope, package, &file.types)?;
        self.extends(&scope, package, &file.extends)?;
        for service in &file.services {
            let full = self.take(package, &service.name)?;
            for rpc in &service.rpcs {
                let full = self.take(&full, &rpc.name)?;
                for name in [&rpc.request, &rpc.response] {
                    self.message_type(&scope, &full, name)?;
                }
            }
        }
        Ok(())
    }

    /// Takes a name in a scope, which no other element may have.
    fn take(&mut self, scope: &str, name: &str) -> Result<String, String> {
        if !self.names.step(1) {
            return Err("ended early".to_owned());
        }
        let full = if scope.is_empty() { name.to_owned() } else { format!("{scope}.{name}") };
        if !self.met.insert(full.clone()) {
            let place = if scope.is_empty() { "this file".to_owned() } else { format!("\"{scope}\"") };
            return Err(format!("{full}: \"{name}\" is already defined in {place}."));
        }
        Ok(full)
    }

    fn types(&mut self, scope: &Scope, outer: &str, types: &[TypeDef]) -> Result<(), String> {
        for one in types {
            let full = self.take(outer, one.name())?;
            match one {
                TypeDef::Message(message) => self.message(&scope.within(&message.name), &full, message)?,
                TypeDef::Enum(one) => self.enumeration(outer, &full, one)?,
            }
        }
        Ok(())
    }

    fn message(&mut self, scope: &Scope, full: &str, message: &Message) -> Result<(), String> {
        self.types(scope, full, &message.nested)?;
        let mut numbers: HashSet<i32> = HashSet::new();
        let in_oneofs = message.oneofs.iter().flat_map(|oneof| &oneof.fields);
        for field in message.fields.iter().chain(in_oneofs) {
            let name = self.take(full, &field.name)?;
            self.field(scope, &name, field)?;
            if !numbers.insert(field.tag) {
                return Err(format!(
                    "{name}: Field number {} has already been used in \"{full}\".",
                    field.tag
                ));
            }
        }
        for oneof in &message.oneofs {
            self.take(full, &oneof.name)?;
        }
        self.extends(scope, full, &message.extends)
    }

    /// The names of constants stand beside their enum, not in it.
    fn enumeration(&mut self, outer: &str, full: &str, one: &Enum) -> Result<(), String> {
        if one.constants.is_empty() {
            return Err(format!("{full}: Enums must contain at least one value."));
        }
        for constant in &one.constants {
            self.take(outer, &constant.name)?;
        }
        Ok(())
    }

    fn extends(&mut self, scope: &Scope, outer: &str, extends: &[Extend]) -> Result<(), String> {
        for extend in extends {
            for field in &extend.fields {
                let full = self.take(outer, &field.name)?;
                self.message_type(scope, &full, &extend.name)?;
                self.field(scope, &full, field)?;
            }
        }
        Ok(())
    }

    fn field(&self, scope: &Scope, full: &str, field: &Field) -> Result<(), String> {
        if field.tag <= 0 {
            return Err(format!("{full}: Field numbers must be positive integers."));
        }
        let is_built_in = is_scalar(&field.type_name);
        let known = if is_built_in { None } else { self.names.get(scope, &field.type_name) };
        if !is_packable(field, known) && has_packed_option(field) {
            return Err(format!(
                "{full}: [packed = true] can only be specified for repeated primitive fields."
            ));
        }
        if let Some(problem) = default::problem(field, known) {
            return Err(format!("{full}: {problem}"));
        }
        let mut type_name = field.type_name.as_str();
        while let Some((_, value)) = map_parts(type_name) {
            type_name = value;
        }
        if is_scalar(type_name) || self.names.resolve(scope, type_name).is_some() {
            return Ok(());
        }
        Err(format!("{full}: \"{type_name}\" is not defined."))
    }

    fn message_type(&self, scope: &Scope, full: &str, name: &str) -> Result<(), String> {
        match self.names.get(scope, name).map(|known| known.def) {
            Some(TypeDef::Message(_)) => Ok(()),
            Some(TypeDef::Enum(_)) => Err(format!("{full}: \"{name}\" is not a message type.")),
            None => Err(format!("{full}: \"{name}\" is not defined.")),
        }
    }
}

/// Whether the values of a field can stand behind each other without tags.
fn is_packable(field: &Field, known: Option<Known<'_>>) -> bool {
    let is_message = known.is_some_and(|known| matches!(known.def, TypeDef::Message(_)));
    let is_text = matches!(field.type_name.as_str(), "string" | "bytes");
    field.label == Some(Label::Repeated) && !is_message && !is_text
}

fn has_packed_option(field: &Field) -> bool {
    let packed = field.options.iter().rev().find(|option| option.name == "packed" && !option.parenthesized);
    packed.and_then(|option| option.value.scalar()).is_some_and(|text| text.eq_ignore_ascii_case("true"))
}

/// The names of the fields of top-level messages.
pub(super) fn top_level_fields(file: &ProtoFile) -> HashSet<&str> {
    messages(&file.types).flat_map(|message| &message.fields).map(|field| field.name.as_str()).collect()
}
