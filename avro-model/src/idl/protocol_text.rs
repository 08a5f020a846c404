//! The JSON text of a protocol: the reference's `Protocol.toString` without blanks.

use super::protocol::{Message, Protocol};
use crate::budget::Budget;
use crate::json::{Json, push_json_string};
use crate::print::{CanonicalText, push_properties};
use crate::schema::Schema;
use crate::writer::{key, push_text_member, write_fields, write_within_namespace};
use std::collections::HashSet;

impl Protocol {
    /// The protocol in its JSON form, as an `.avpr` file holds it. A type is defined where it is first used, which may be
    /// inside another type; the list of types leaves out those that stand in earlier ones.
    ///
    /// ```
    /// use avro_model::Parser;
    /// use avro_model::idl::{NoImports, parse_idl};
    /// let text = r#"@namespace("acme") protocol Echo { string ping(string text = ""); }"#;
    /// let idl = parse_idl("echo.avdl", text, &NoImports, Parser::new())?;
    /// let protocol = idl.protocol.expect("the file has one");
    /// assert_eq!(
    ///     protocol.text(),
    ///     concat!(
    ///         r#"{"protocol":"Echo","namespace":"acme","types":[],"messages":{"ping":"#,
    ///         r#"{"request":[{"name":"text","type":"string","default":""}],"response":"string"}}}"#,
    ///     ),
    /// );
    /// # Ok::<(), avro_model::idl::IdlError>(())
    /// ```
    pub fn text(&self) -> String {
        let mut text = ProtocolText {
            namespace: self.name.namespace(),
            out: "{\"protocol\":".to_owned(),
            written: HashSet::new(),
        };
        push_json_string(&mut text.out, self.name.name());
        if !text.namespace.is_empty() {
            push_text_member(&mut text.out, key!("namespace"), text.namespace);
        }
        text.out.push_str(&doc_and_properties(self.doc.as_deref(), &self.properties));
        text.out.push_str(",\"types\":[");
        let mut first = true;
        for schema in &self.types {
            if schema[schema.root()].name().is_some_and(|name| text.written.contains(name.as_str())) {
                continue;
            }
            if !std::mem::take(&mut first) {
                text.out.push(',');
            }
            text.schema(schema);
        }
        text.out.push_str("],\"messages\":{");
        for (index, message) in self.messages.iter().enumerate() {
            if index > 0 {
                text.out.push(',');
            }
            text.message(message);
        }
        text.out.push_str("}}");
        text.out
    }
}

struct ProtocolText<'p> {
    /// The namespace of the protocol, in which simple names stand.
    namespace: &'p str,
    out: String,
    /// The types that are defined so far.
    written: HashSet<&'p str>,
}

impl<'p> ProtocolText<'p> {
    fn message(&mut self, message: &'p Message) {
        push_json_string(&mut self.out, &message.name);
        self.out.push_str(":{");
        let mut members = doc_and_properties(message.doc.as_deref(), &message.properties);
        members.push_str(key!("request"));
        self.out.push_str(&members[1..]);
        let budget = Budget::unlimited();
        let form = CanonicalText::new(&budget);
        let written = &mut self.written;
        self.out.push_str(&write_fields(&message.request, self.namespace, written, &form, &budget));
        self.out.push_str(key!("response"));
        self.schema(&message.response);
        if message.one_way {
            self.out.push_str(",\"one-way\":true");
        }
        if !message.errors.is_empty() {
            self.out.push_str(",\"errors\":[");
            for (index, error) in message.errors.iter().enumerate() {
                if index > 0 {
                    self.out.push(',');
                }
                self.schema(error);
            }
            self.out.push(']');
        }
        self.out.push('}');
    }

    fn schema(&mut self, schema: &'p Schema) {
        let budget = Budget::unlimited();
        let form = CanonicalText::new(&budget);
        let written = &mut self.written;
        self.out.push_str(&write_within_namespace(schema, self.namespace, written, &form, &budget));
    }
}

/// Doc and properties as members, with a comma before each.
fn doc_and_properties(doc: Option<&str>, properties: &[(String, Json)]) -> String {
    let mut out = String::new();
    if let Some(doc) = doc {
        push_text_member(&mut out, key!("doc"), doc);
    }
    push_properties(&mut out, properties, &Budget::unlimited());
    out
}
