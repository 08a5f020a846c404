//! Schemas and protocols as IDL (idl §8): what is printed reads back as what it was made of.

mod definitions;
mod docs;
mod problem;
mod read_back;
mod types;
mod values;
mod words;

pub use problem::{IdlLoss, IdlPart, NotInIdl};

use super::protocol::{Message, Protocol};
use crate::name::Fullname;
use crate::schema::{NodeId, Properties, Schema};
use std::fmt::Write;

/// The IDL of a schema or a protocol, and what of it IDL cannot say.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct IdlText {
    /// A whole file.
    pub text: String,
    /// What does not come back when the text is read.
    pub losses: Vec<IdlLoss>,
}

impl Schema {
    /// This schema in the schema syntax of IDL: its `schema` declaration, and the types that it uses, each behind those that it
    /// uses itself. Read again, it has the same canonical text, but for the losses.
    ///
    /// # Errors
    /// All that has no form in IDL.
    ///
    /// ```
    /// use avro_model::Schema;
    /// let schema: Schema = r#"{"type": "record", "name": "acme.User", "fields": [
    ///     {"name": "email", "type": ["null", "string"], "default": null},
    ///     {"name": "since", "type": {"type": "int", "logicalType": "date"}}]}"#.parse()?;
    /// assert_eq!(
    ///     schema.idl().unwrap().text,
    ///     "namespace acme;\nschema User;\n\nrecord User {\n  string? email = null;\n  date since;\n}\n",
    /// );
    /// # Ok::<(), avro_model::parser::ParseError>(())
    /// ```
    pub fn idl(&self) -> Result<IdlText, Vec<NotInIdl>> {
        let types = self.definitions();
        let namespace = file_namespace(self, &types);
        let mut printer = Printer::new(namespace);
        if !namespace.is_empty() {
            let written = printer.namespace_name(namespace);
            let _ = writeln!(printer.out, "namespace {written};");
        }
        let root = printer.type_of(self, self.root(), namespace, None, &IdlPart::Schema);
        let _ = writeln!(printer.out, "schema {root};");
        for node in types {
            printer.out.push('\n');
            printer.definition(self, node);
        }
        printer.finish()
    }
}

impl Protocol {
    /// This protocol as IDL, with its types in their order. Read again, it has the same [`text`](Self::text), but for the losses.
    ///
    /// # Errors
    /// All that has no form in IDL.
    ///
    /// ```
    /// use avro_model::Parser;
    /// use avro_model::idl::parse_protocol;
    /// let text = r#"{"protocol": "Echo", "namespace": "acme", "messages": {
    ///     "ping": {"request": [{"name": "text", "type": "string", "default": ""}], "response": "string"}}}"#;
    /// let protocol = parse_protocol("echo.avpr", text, Parser::new())?;
    /// assert_eq!(
    ///     protocol.idl().unwrap().text,
    ///     "@namespace(\"acme\")\nprotocol Echo {\n  string ping(string text = \"\");\n}\n",
    /// );
    /// # Ok::<(), avro_model::idl::IdlError>(())
    /// ```
    pub fn idl(&self) -> Result<IdlText, Vec<NotInIdl>> {
        let namespace = self.name.namespace();
        let mut printer = Printer::new(namespace);
        let of = IdlPart::Protocol(self.name.clone());
        printer.doc(self.doc.as_deref(), &of);
        if !namespace.is_empty() {
            printer.annotation_line("namespace", namespace);
        }
        printer.property_lines(&self.properties, &of);
        let name = printer.name(self.name.name(), &of);
        let _ = writeln!(printer.out, "protocol {name} {{");
        printer.indent += 1;
        let mut first = true;
        for schema in &self.types {
            if !std::mem::take(&mut first) {
                printer.out.push('\n');
            }
            printer.definition(schema, schema.root());
        }
        for (place, message) in self.messages.iter().enumerate() {
            let is_plain = message.doc.is_none() && message.properties.is_empty();
            if !std::mem::take(&mut first) && (place == 0 || !is_plain) {
                printer.out.push('\n');
            }
            printer.message(message);
        }
        printer.indent -= 1;
        printer.out.push_str("}\n");
        printer.finish()
    }
}

/// A file that is being printed.
struct Printer<'s> {
    /// The namespace of the file or protocol.
    namespace: &'s str,
    out: String,
    indent: usize,
    losses: Vec<IdlLoss>,
    problems: Vec<NotInIdl>,
}

impl<'s> Printer<'s> {
    fn new(namespace: &'s str) -> Self {
        Self { namespace, out: String::new(), indent: 0, losses: Vec::new(), problems: Vec::new() }
    }

    fn finish(self) -> Result<IdlText, Vec<NotInIdl>> {
        match self.problems.is_empty() {
            true => Ok(IdlText { text: self.out, losses: self.losses }),
            false => Err(self.problems),
        }
    }

    /// Begins a line.
    fn line(&mut self) {
        self.out.push_str(&"  ".repeat(self.indent));
    }

    /// `@key("text")` in a line.
    fn annotation_line(&mut self, key: &str, text: &str) {
        self.line();
        let value = values::text(text);
        let _ = writeln!(self.out, "@{key}({value})");
    }

    /// Properties, each in a line.
    fn property_lines(&mut self, properties: &Properties, of: &IdlPart) {
        for (key, value) in properties {
            if let Some(annotation) = self.property(key, value, of) {
                self.line();
                self.out.push_str(&annotation);
                self.out.push('\n');
            }
        }
    }

    fn message(&mut self, message: &Message) {
        let of = IdlPart::Message(message.name.clone());
        self.doc(message.doc.as_deref(), &of);
        self.property_lines(&message.properties, &of);
        self.line();
        // What stands before the result belongs to the message.
        let result = match self.result(&message.response, &message.name) {
            result if result == "null" => "void".to_owned(),
            result => result,
        };
        let name = self.name(&message.name, &of);
        let parameters = self.parameters(&message.request, &message.name);
        let _ = write!(self.out, "{result} {name}({parameters})");
        if message.one_way {
            self.out.push_str(" oneway");
        }
        let mut errors = Vec::new();
        for error in &message.errors {
            match error[error.root()].name() {
                Some(name) => errors.push(self.reference(name, self.namespace, &of)),
                None => self.problems.push(NotInIdl::UnnamedError { of: of.clone() }),
            }
        }
        if !errors.is_empty() {
            let _ = write!(self.out, " throws {}", errors.join(", "));
        }
        self.out.push_str(";\n");
    }
}

/// The namespace of a file: none if the root names a type without one, since no other place can; else that of the root, or
/// of the first type.
fn file_namespace<'s>(schema: &'s Schema, types: &[NodeId]) -> &'s str {
    let named = named_directly(schema);
    if named.iter().any(|name| name.namespace().is_empty()) {
        return "";
    }
    let first = || types.first().and_then(|id| schema[*id].name());
    named.first().copied().or_else(first).map_or("", Fullname::namespace)
}

/// The names that a schema holds outside of its definitions.
fn named_directly(schema: &Schema) -> Vec<&Fullname> {
    let mut names = Vec::new();
    let mut open = vec![schema.root()];
    while let Some(id) = open.pop() {
        match schema[id].name() {
            Some(name) => names.push(name),
            None => {
                let first = open.len();
                open.extend(schema[id].kind.children());
                open[first..].reverse();
            }
        }
    }
    names
}

#[cfg(test)]
mod tests;
