//! The canonical text: what the registry stores, returns and hashes.
//!
//! It is the reference's `Schema.toString` without blanks. The printer keeps its own stack: a schema whose definitions
//! refer forward is printed with each definition at its first use, which may be deeper than any text that is read.

use crate::json::{Json, push_json_string};
use crate::name::Fullname;
use crate::schema::{Field, Kind, Node, NodeId, Order, Properties, Record, Schema};
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
        let external = self.nodes().iter().filter(|node| node.external).filter_map(Node::name);
        Printer::new(self, self.root(), external.map(Fullname::as_str).collect()).print()
    }

    /// The canonical text with the types of referenced documents defined at their first use (the registry's format
    /// `resolved`).
    pub fn resolved_text(&self) -> String {
        self.resolved_text_of(self.root())
    }

    /// [`Schema::resolved_text`] of one of its nodes.
    pub(crate) fn resolved_text_of(&self, node: NodeId) -> String {
        Printer::new(self, node, HashSet::new()).print()
    }
}

/// What is still to print.
enum Task<'s> {
    /// A schema inside the namespace.
    Schema(NodeId, &'s str),
    /// The branches from an index on.
    Branches(&'s [NodeId], usize, &'s str),
    /// The fields from an index on.
    Fields(&'s Record, usize),
    /// What follows the type of a field.
    FieldEnd(&'s Field),
    /// What follows the fields of a record.
    RecordEnd(&'s Record, &'s Properties),
    /// What follows the items of an array or the values of a map.
    CollectionEnd(&'s Properties),
}

struct Printer<'s> {
    schema: &'s Schema,
    /// Full names that are written as names from now on.
    written: HashSet<&'s str>,
    out: String,
    tasks: Vec<Task<'s>>,
}

impl<'s> Printer<'s> {
    fn new(schema: &'s Schema, root: NodeId, written: HashSet<&'s str>) -> Self {
        Self { schema, written, out: String::new(), tasks: vec![Task::Schema(root, "")] }
    }

    fn print(mut self) -> String {
        while let Some(task) = self.tasks.pop() {
            match task {
                Task::Schema(id, namespace) => self.schema(id, namespace),
                Task::Branches(branches, index, namespace) => {
                    let Some(&branch) = branches.get(index) else {
                        self.out.push(']');
                        continue;
                    };
                    if index > 0 {
                        self.out.push(',');
                    }
                    self.tasks.push(Task::Branches(branches, index + 1, namespace));
                    self.tasks.push(Task::Schema(branch, namespace));
                }
                Task::Fields(record, index) => {
                    let Some(field) = record.fields.get(index) else {
                        self.out.push(']');
                        continue;
                    };
                    if index > 0 {
                        self.out.push(',');
                    }
                    self.out.push_str("{\"name\":");
                    push_json_string(&mut self.out, &field.name);
                    self.out.push_str(",\"type\":");
                    self.tasks.push(Task::Fields(record, index + 1));
                    self.tasks.push(Task::FieldEnd(field));
                    self.tasks.push(Task::Schema(field.schema, record.name.namespace()));
                }
                Task::FieldEnd(field) => self.field_end(field),
                Task::RecordEnd(record, properties) => {
                    self.properties(properties);
                    self.aliases(&record.name, &record.aliases);
                    self.out.push('}');
                }
                Task::CollectionEnd(properties) => {
                    self.properties(properties);
                    self.out.push('}');
                }
            }
        }
        self.out
    }

    fn schema(&mut self, id: NodeId, namespace: &'s str) {
        let node = &self.schema[id];
        if let Some(name) = node.name().filter(|name| !self.written.insert(name.as_str())) {
            push_json_string(&mut self.out, name.qualified_in(namespace));
            return;
        }
        match &node.kind {
            Kind::Union(branches) => {
                self.out.push('[');
                self.tasks.push(Task::Branches(branches, 0, namespace));
            }
            Kind::Array(part) | Kind::Map(part) => {
                let array = matches!(node.kind, Kind::Array(_));
                self.out.push_str(if array {
                    "{\"type\":\"array\",\"items\":"
                } else {
                    "{\"type\":\"map\",\"values\":"
                });
                self.tasks.push(Task::CollectionEnd(&node.properties));
                self.tasks.push(Task::Schema(*part, namespace));
            }
            Kind::Record(record) => {
                let keyword = if record.is_error { "error" } else { "record" };
                self.open(keyword, &record.name, record.doc.as_deref(), namespace);
                self.out.push_str(",\"fields\":[");
                self.tasks.push(Task::RecordEnd(record, &node.properties));
                self.tasks.push(Task::Fields(record, 0));
            }
            Kind::Enum(definition) => {
                self.open("enum", &definition.name, definition.doc.as_deref(), namespace);
                self.out.push_str(",\"symbols\":");
                self.texts(definition.symbols.iter().map(String::as_str));
                if let Some(default) = &definition.default {
                    self.out.push_str(",\"default\":");
                    push_json_string(&mut self.out, default);
                }
                self.properties(&node.properties);
                self.aliases(&definition.name, &definition.aliases);
                self.out.push('}');
            }
            Kind::Fixed(fixed) => {
                self.open("fixed", &fixed.name, fixed.doc.as_deref(), namespace);
                self.out.push_str(",\"size\":");
                self.out.push_str(&fixed.size.to_string());
                self.properties(&node.properties);
                self.aliases(&fixed.name, &fixed.aliases);
                self.out.push('}');
            }
            primitive => {
                if node.properties.is_empty() {
                    self.out.push('"');
                    self.out.push_str(primitive.type_name());
                    self.out.push('"');
                } else {
                    self.out.push_str("{\"type\":\"");
                    self.out.push_str(primitive.type_name());
                    self.out.push('"');
                    self.properties(&node.properties);
                    self.out.push('}');
                }
            }
        }
    }

    /// The beginning of a definition, up to its doc. The namespace is written where it changes; `""` leaves one.
    fn open(&mut self, keyword: &str, name: &Fullname, doc: Option<&str>, namespace: &str) {
        self.out.push_str("{\"type\":\"");
        self.out.push_str(keyword);
        self.out.push_str("\",\"name\":");
        push_json_string(&mut self.out, name.name());
        if name.namespace() != namespace {
            self.out.push_str(",\"namespace\":");
            push_json_string(&mut self.out, name.namespace());
        }
        self.doc(doc);
    }

    fn doc(&mut self, doc: Option<&str>) {
        if let Some(doc) = doc {
            self.out.push_str(",\"doc\":");
            push_json_string(&mut self.out, doc);
        }
    }

    fn field_end(&mut self, field: &Field) {
        self.doc(field.doc.as_deref());
        if let Some(default) = &field.default {
            self.out.push_str(",\"default\":");
            default.print_to(&mut self.out);
        }
        match field.order {
            Order::Ascending => {}
            Order::Descending => self.out.push_str(",\"order\":\"descending\""),
            Order::Ignore => self.out.push_str(",\"order\":\"ignore\""),
        }
        if !field.aliases.is_empty() {
            self.out.push_str(",\"aliases\":");
            self.texts(field.aliases.iter().map(String::as_str));
        }
        self.properties(&field.properties);
        self.out.push('}');
    }

    fn properties(&mut self, properties: &[(String, Json)]) {
        for (key, value) in properties {
            self.out.push(',');
            push_json_string(&mut self.out, key);
            self.out.push(':');
            value.print_to(&mut self.out);
        }
    }

    /// Aliases of a type, short in its own namespace. One of the null namespace is written as its bare name, which
    /// reads back into the namespace of the type: the reference's own slip.
    fn aliases(&mut self, name: &Fullname, aliases: &[Fullname]) {
        if !aliases.is_empty() {
            self.out.push_str(",\"aliases\":");
            self.texts(aliases.iter().map(|alias| alias.qualified_in(name.namespace())));
        }
    }

    fn texts<'a>(&mut self, texts: impl Iterator<Item = &'a str>) {
        self.out.push('[');
        for (index, text) in texts.enumerate() {
            if index > 0 {
                self.out.push(',');
            }
            push_json_string(&mut self.out, text);
        }
        self.out.push(']');
    }
}
