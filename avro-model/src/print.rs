//! The canonical text: what the registry stores, returns and hashes (text-forms §1).
//!
//! It is the reference's `Schema.toString` without blanks.

use crate::budget::{Budget, Stopped, unlimited};
use crate::json::{Json, push_json_string};
use crate::name::Fullname;
use crate::schema::{Field, Kind, Node, NodeId, Order, Schema};
use crate::writer::{Form, external_names, key, push_text_member, push_texts, write};
use std::collections::HashSet;

impl Schema {
    /// The text by which the registry identifies this schema; types of referenced documents are names in it.
    ///
    /// ```
    /// use avro_model::Schema;
    /// let schema: Schema = r#"{"doc": "", "name": "a.B", "type": "fixed", "size": 1, "x": 1E5}"#.parse()?;
    /// assert_eq!(
    ///     schema.canonical_text(),
    ///     r#"{"type":"fixed","name":"B","namespace":"a","doc":"","size":1,"x":100000.0}"#,
    /// );
    /// # Ok::<(), avro_model::parser::ParseError>(())
    /// ```
    pub fn canonical_text(&self) -> String {
        unlimited(|budget| self.canonical_text_within(budget))
    }

    /// [`canonical_text`](Self::canonical_text) within a budget: about a step for each JSON value of the text.
    ///
    /// # Errors
    /// When the budget is spent or cancelled.
    pub fn canonical_text_within(&self, budget: &Budget) -> Result<String, Stopped> {
        write(self, self.root(), external_names(self), &CanonicalText::new(budget), budget)
    }

    /// The canonical text with the types of referenced documents defined at their first use (the registry's format
    /// `resolved`).
    pub fn resolved_text(&self) -> String {
        self.resolved_text_of(self.root())
    }

    /// [`resolved_text`](Self::resolved_text) within a budget: about a step for each JSON value of the text.
    ///
    /// # Errors
    /// When the budget is spent or cancelled.
    pub fn resolved_text_within(&self, budget: &Budget) -> Result<String, Stopped> {
        write(self, self.root(), HashSet::new(), &CanonicalText::new(budget), budget)
    }

    /// The canonical text of the root alone, in which every other named type is a name.
    ///
    /// ```
    /// use avro_model::Schema;
    /// let schema: Schema = r#"{"type": "record", "name": "a.R", "fields": [
    ///     {"name": "id", "type": {"type": "fixed", "name": "Id", "size": 16}}]}"#.parse()?;
    /// assert_eq!(
    ///     schema.own_text(),
    ///     r#"{"type":"record","name":"R","namespace":"a","fields":[{"name":"id","type":"Id"}]}"#,
    /// );
    /// # Ok::<(), avro_model::parser::ParseError>(())
    /// ```
    pub fn own_text(&self) -> String {
        let root = self[self.root()].name();
        let others = self.nodes().iter().filter_map(Node::name).filter(|name| Some(*name) != root);
        let names = others.map(Fullname::as_str).collect();
        unlimited(|budget| write(self, self.root(), names, &CanonicalText::new(budget), budget))
    }

    /// [`Schema::resolved_text`] of one of its nodes.
    pub(crate) fn resolved_text_of(&self, node: NodeId) -> String {
        unlimited(|budget| write(self, node, HashSet::new(), &CanonicalText::new(budget), budget))
    }
}

/// Everything that a schema says, in the reference's order.
pub(crate) struct CanonicalText<'b> {
    budget: &'b Budget,
}

impl<'b> CanonicalText<'b> {
    pub(crate) fn new(budget: &'b Budget) -> Self {
        Self { budget }
    }
}

impl Form for CanonicalText<'_> {
    const ERRORS: bool = true;

    fn text(&self, out: &mut String, text: &str) {
        push_json_string(out, text);
    }

    fn reference(&self, out: &mut String, name: &Fullname, namespace: &str) {
        push_json_string(out, name.qualified_in(namespace));
    }

    /// The namespace is written where it changes; `""` leaves one.
    fn definition(&self, out: &mut String, type_name: &str, node: &Node, name: &Fullname, namespace: &str) {
        out.push_str("{\"type\":\"");
        out.push_str(type_name);
        out.push_str("\",\"name\":");
        push_json_string(out, name.name());
        if name.namespace() != namespace {
            push_text_member(out, key!("namespace"), name.namespace());
        }
        if let Some(doc) = node.doc() {
            push_text_member(out, key!("doc"), doc);
        }
    }

    fn is_bare(&self, primitive: &Node) -> bool {
        primitive.properties.is_empty()
    }

    fn type_attributes(&self, out: &mut String, node: &Node) {
        if let Kind::Enum(definition) = &node.kind
            && let Some(default) = &definition.default
        {
            push_text_member(out, key!("default"), default);
        }
        push_properties(out, &node.properties, self.budget);
        if let Some(name) = node.name() {
            aliases(out, name, node.aliases(), self.budget);
        }
    }

    fn field_attributes(&self, out: &mut String, field: &Field) {
        if let Some(doc) = &field.doc {
            push_text_member(out, key!("doc"), doc);
        }
        if let Some(default) = &field.default {
            out.push_str(key!("default"));
            default.print_within(out, self.budget);
        }
        match field.order {
            Order::Ascending => {}
            Order::Descending => out.push_str(",\"order\":\"descending\""),
            Order::Ignore => out.push_str(",\"order\":\"ignore\""),
        }
        if !field.aliases.is_empty() {
            out.push_str(key!("aliases"));
            let aliases = field.aliases.iter().map(String::as_str);
            push_texts(out, aliases.take_while(|_| self.budget.spend(1)), push_json_string);
        }
        push_properties(out, &field.properties, self.budget);
    }
}

/// Appends properties as members, with a comma before each.
pub(crate) fn push_properties(out: &mut String, properties: &[(String, Json)], budget: &Budget) {
    for (key, value) in properties {
        out.push(',');
        push_json_string(out, key);
        out.push(':');
        if !value.print_within(out, budget) {
            return;
        }
    }
}

/// Aliases of a type, short in its own namespace. One of the null namespace is written as its bare name, which reads
/// back into the namespace of the type: the reference's own slip.
fn aliases(out: &mut String, name: &Fullname, aliases: &[Fullname], budget: &Budget) {
    if !aliases.is_empty() {
        out.push_str(key!("aliases"));
        let aliases = aliases.iter().take_while(|_| budget.spend(1));
        push_texts(out, aliases.map(|alias| alias.qualified_in(name.namespace())), push_json_string);
    }
}
