//! Definitions of named types, fields and parameters.

use super::values::texts;
use super::{IdlPart, Printer, Schema};
use crate::name::Fullname;
use crate::schema::{Enum, Field, Kind, NodeId, Order};
use std::fmt::Write;

/// The symbols of an enum that fit in so many characters, with the blanks before them, stand in one line.
const WIDTH: usize = 80;

impl Printer<'_> {
    /// A named type.
    pub(super) fn definition(&mut self, schema: &Schema, id: NodeId) {
        let node = &schema[id];
        let Some(name) = node.name() else { return };
        let of = IdlPart::Type(name.clone());
        self.doc(node.doc(), &of);
        if name.namespace() != self.namespace {
            self.annotation_line("namespace", name.namespace());
        }
        if !node.aliases().is_empty() {
            let aliases: Vec<String> = node.aliases().iter().map(|alias| alias_in(alias, name)).collect();
            self.line();
            let aliases = texts(aliases.iter().map(String::as_str));
            let _ = writeln!(self.out, "@aliases({aliases})");
        }
        self.property_lines(&node.properties, &of);
        let written = self.defined_name(name);
        self.line();
        match &node.kind {
            Kind::Record(record) => {
                let kind = if record.is_error { "error" } else { "record" };
                let _ = write!(self.out, "{kind} {written} {{");
                self.fields(schema, &record.fields, name);
            }
            Kind::Enum(definition) => self.enumeration(&written, definition),
            Kind::Fixed(fixed) => {
                self.completed_scale(node, &of);
                let _ = writeln!(self.out, "fixed {written}({});", fixed.size);
            }
            _ => {}
        }
    }

    fn fields(&mut self, schema: &Schema, fields: &[Field], record: &Fullname) {
        if fields.is_empty() {
            self.out.push_str("}\n");
            return;
        }
        self.out.push('\n');
        self.indent += 1;
        for field in fields {
            let of = IdlPart::Field { record: record.clone(), field: field.name.clone() };
            self.doc(field.doc.as_deref(), &of);
            self.line();
            let declared = self.declared(schema, field, record.namespace(), &of);
            let _ = writeln!(self.out, "{declared};");
        }
        self.indent -= 1;
        self.line();
        self.out.push_str("}\n");
    }

    /// Type, annotations, name and default.
    fn declared(&mut self, schema: &Schema, field: &Field, namespace: &str, of: &IdlPart) -> String {
        let mut out = self.type_of(schema, field.schema, namespace, field.default.as_ref(), of);
        match field.order {
            Order::Ascending => {}
            Order::Descending => out.push_str(" @order(\"descending\")"),
            Order::Ignore => out.push_str(" @order(\"ignore\")"),
        }
        if !field.aliases.is_empty() {
            let aliases = texts(field.aliases.iter().map(String::as_str));
            let _ = write!(out, " @aliases({aliases})");
        }
        for (key, value) in &field.properties {
            if let Some(annotation) = self.property(key, value, of) {
                out.push(' ');
                out.push_str(&annotation);
            }
        }
        out.push(' ');
        out.push_str(&self.name(&field.name, of));
        if let Some(default) = &field.default {
            let _ = write!(out, " = {}", self.value(default, of));
        }
        out
    }

    /// The parameters of a message: the fields of a record.
    pub(super) fn parameters(&mut self, request: &Schema, message: &str) -> String {
        let Kind::Record(record) = &request[request.root()].kind else { return String::new() };
        let parameters = record.fields.iter().map(|field| {
            let of = IdlPart::Parameter { message: message.to_owned(), parameter: field.name.clone() };
            self.doc_in_line(field.doc.as_deref(), &of) + &self.declared(request, field, self.namespace, &of)
        });
        let parameters: Vec<String> = parameters.collect();
        parameters.join(", ")
    }

    fn enumeration(&mut self, name: &str, definition: &Enum) {
        let of = IdlPart::Type(definition.name.clone());
        let symbols: Vec<String> = definition.symbols.iter().map(|symbol| self.name(symbol, &of)).collect();
        let line = symbols.join(", ");
        let _ = write!(self.out, "enum {name} {{");
        if line.chars().count() + 2 * self.indent > WIDTH {
            self.indent += 1;
            for (place, symbol) in symbols.iter().enumerate() {
                self.out.push_str(if place == 0 { "\n" } else { ",\n" });
                self.line();
                self.out.push_str(symbol);
            }
            self.indent -= 1;
            self.out.push('\n');
            self.line();
        } else if !line.is_empty() {
            let _ = write!(self.out, " {line} ");
        }
        self.out.push('}');
        if let Some(default) = &definition.default {
            let default = self.name(default, &of);
            let _ = write!(self.out, " = {default};");
        }
        self.out.push('\n');
    }
}

/// An alias as it is read back beside the name of its type. One without a namespace begins with a dot where the type has one.
fn alias_in(alias: &Fullname, name: &Fullname) -> String {
    match alias.namespace() == name.namespace() {
        true => alias.name().to_owned(),
        false if alias.namespace().is_empty() => format!(".{alias}"),
        false => alias.to_string(),
    }
}
