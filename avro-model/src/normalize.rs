//! The registry's opt-in normal form.
//!
//! The registry writes the schema once in a fixed order and reads that text back. The text has full names and no
//! namespaces, so two things happen on the way, which clients can observe and which are therefore kept: a type of the
//! null namespace that is nested in a namespaced one moves into that namespace, and an error becomes a record.

use crate::json::{Json, push_json_string};
use crate::name::Fullname;
use crate::parser::{ParseError, Parser};
use crate::rendered::{rendered_default, sort_members, utf16_order};
use crate::schema::{Field, Kind, LogicalType, Node, NodeId, Order, Properties, Record, Schema};
use std::collections::HashSet;

impl Schema {
    /// The normal form: aliases and properties sorted, `logicalType` and its attributes first, empty docs of types
    /// dropped, defaults written as values of their type (`100` of a float as `100.0`).
    ///
    /// `parser` and `references` are those that this schema was read with.
    ///
    /// A default that is not of the first branch of its union is lost, as in the original. One inside the default of a
    /// record or an array is kept, where the original fails.
    ///
    /// # Errors
    /// When what was moved into another namespace now collides with another type there.
    ///
    /// ```
    /// use avro_model::{Parser, Schema};
    /// let parser = Parser::new();
    /// let schema = parser.parse(r#"{"type":"long","b":{"z":1,"y":2},"a":[],"logicalType":"timestamp-millis"}"#)?;
    /// assert_eq!(
    ///     schema.normalized(&parser, &[])?.canonical_text(),
    ///     r#"{"type":"long","logicalType":"timestamp-millis","a":[],"b":{"y":2,"z":1}}"#,
    /// );
    /// # Ok::<(), avro_model::parser::ParseError>(())
    /// ```
    pub fn normalized(&self, parser: &Parser, references: &[&str]) -> Result<Self, ParseError> {
        let external = self.nodes().iter().filter(|node| node.external).filter_map(Node::name);
        let written = external.map(Fullname::as_str).collect();
        let tasks = vec![Task::Schema(self.root())];
        let text = Walk { schema: self, written, out: String::new(), tasks }.print();
        parser.parse_with_references(&text, references)
    }
}

/// What is still to write.
enum Task<'s> {
    Schema(NodeId),
    /// The branches from an index on.
    Branches(&'s [NodeId], usize),
    /// The fields from an index on.
    Fields(&'s Record, usize),
    /// What follows the type of a field.
    FieldEnd(&'s Field),
    /// What follows the fields of a record.
    RecordEnd(&'s Record, &'s Properties),
    /// What follows the items of an array or the values of a map.
    CollectionEnd(&'s Properties),
}

struct Walk<'s> {
    schema: &'s Schema,
    /// Full names that are written as names from now on.
    written: HashSet<&'s str>,
    out: String,
    tasks: Vec<Task<'s>>,
}

impl<'s> Walk<'s> {
    fn print(mut self) -> String {
        while let Some(task) = self.tasks.pop() {
            match task {
                Task::Schema(id) => self.schema(id),
                Task::Branches(branches, index) => match branches.get(index) {
                    None => self.out.push(']'),
                    Some(&branch) => {
                        self.out.push_str(if index > 0 { "," } else { "" });
                        self.tasks.push(Task::Branches(branches, index + 1));
                        self.tasks.push(Task::Schema(branch));
                    }
                },
                Task::Fields(record, index) => match record.fields.get(index) {
                    None => self.out.push(']'),
                    Some(field) => {
                        self.out.push_str(if index > 0 { ",{\"name\":" } else { "{\"name\":" });
                        push_json_string(&mut self.out, &field.name);
                        self.out.push_str(",\"type\":");
                        self.tasks.push(Task::Fields(record, index + 1));
                        self.tasks.push(Task::FieldEnd(field));
                        self.tasks.push(Task::Schema(field.schema));
                    }
                },
                Task::FieldEnd(field) => self.field_end(field),
                Task::RecordEnd(record, properties) => {
                    self.description(record.doc.as_deref(), &record.name, &record.aliases);
                    self.properties(properties);
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

    fn schema(&mut self, id: NodeId) {
        let node = &self.schema[id];
        if let Some(name) = node.name().filter(|name| !self.written.insert(name.as_str())) {
            push_json_string(&mut self.out, name.as_str());
            return;
        }
        match &node.kind {
            Kind::Union(branches) => {
                self.out.push('[');
                self.tasks.push(Task::Branches(branches, 0));
            }
            Kind::Array(part) => {
                self.out.push_str("{\"type\":\"array\",\"items\":");
                self.tasks.extend([Task::CollectionEnd(&node.properties), Task::Schema(*part)]);
            }
            Kind::Map(part) => {
                self.out.push_str("{\"type\":\"map\",\"values\":");
                self.tasks.extend([Task::CollectionEnd(&node.properties), Task::Schema(*part)]);
            }
            Kind::Record(record) => {
                self.open(&record.name, "record");
                self.out.push_str(",\"fields\":[");
                self.tasks.push(Task::RecordEnd(record, &node.properties));
                self.tasks.push(Task::Fields(record, 0));
            }
            Kind::Enum(definition) => {
                self.open(&definition.name, "enum");
                self.out.push_str(",\"symbols\":");
                self.texts(definition.symbols.iter().map(String::as_str));
                self.description(definition.doc.as_deref(), &definition.name, &definition.aliases);
                if let Some(default) = &definition.default {
                    self.out.push_str(",\"default\":");
                    push_json_string(&mut self.out, default);
                }
                self.properties(&node.properties);
                self.out.push('}');
            }
            Kind::Fixed(fixed) => {
                self.open(&fixed.name, "fixed");
                self.out.push_str(",\"size\":");
                self.out.push_str(&fixed.size.to_string());
                self.logical(node.logical);
                self.description(fixed.doc.as_deref(), &fixed.name, &fixed.aliases);
                self.properties(&node.properties);
                self.out.push('}');
            }
            primitive => {
                self.out.push_str("{\"type\":\"");
                self.out.push_str(primitive.type_name());
                self.out.push('"');
                self.logical(node.logical);
                self.properties(&node.properties);
                self.out.push('}');
            }
        }
    }

    fn open(&mut self, name: &Fullname, type_name: &str) {
        self.out.push_str("{\"name\":");
        push_json_string(&mut self.out, name.as_str());
        self.out.push_str(",\"type\":\"");
        self.out.push_str(type_name);
        self.out.push('"');
    }

    /// A valid logical type comes first, a decimal with its precision and its scale unless that is zero. The same keys
    /// come again among the properties; what is read back keeps the first place.
    fn logical(&mut self, logical: Option<LogicalType>) {
        let Some(logical) = logical else { return };
        self.out.push_str(",\"logicalType\":\"");
        self.out.push_str(logical.name());
        self.out.push('"');
        if let LogicalType::Decimal { precision, scale } = logical {
            self.out.push_str(",\"precision\":");
            self.out.push_str(&precision.to_string());
            if scale != 0 {
                self.out.push_str(",\"scale\":");
                self.out.push_str(&scale.to_string());
            }
        }
    }

    /// Doc and aliases of a type. An alias of the null namespace in a type that has one keeps it by a leading dot.
    fn description(&mut self, doc: Option<&str>, name: &Fullname, aliases: &[Fullname]) {
        if let Some(doc) = doc.filter(|doc| !doc.is_empty()) {
            self.out.push_str(",\"doc\":");
            push_json_string(&mut self.out, doc);
        }
        if aliases.is_empty() {
            return;
        }
        let spelled = |alias: &Fullname| {
            let dot = if alias.namespace().is_empty() && !name.namespace().is_empty() { "." } else { "" };
            format!("{dot}{alias}")
        };
        let mut spelled: Vec<String> = aliases.iter().map(spelled).collect();
        spelled.sort_by(|a, b| utf16_order(a, b));
        self.out.push_str(",\"aliases\":");
        self.texts(spelled.iter().map(String::as_str));
    }

    fn field_end(&mut self, field: &Field) {
        self.out.push_str(match field.order {
            Order::Ascending => ",\"order\":\"ASCENDING\"",
            Order::Descending => ",\"order\":\"DESCENDING\"",
            Order::Ignore => ",\"order\":\"IGNORE\"",
        });
        if let Some(doc) = &field.doc {
            self.out.push_str(",\"doc\":");
            push_json_string(&mut self.out, doc);
        }
        if !field.aliases.is_empty() {
            let mut aliases: Vec<&str> = field.aliases.iter().map(String::as_str).collect();
            aliases.sort_by(|a, b| utf16_order(a, b));
            self.out.push_str(",\"aliases\":");
            self.texts(aliases.into_iter());
        }
        let default =
            field.default.as_ref().and_then(|default| rendered_default(self.schema, field.schema, default));
        if let Some(default) = default {
            self.out.push_str(",\"default\":");
            self.out.push_str(&default);
        }
        self.properties(&field.properties);
        self.out.push('}');
    }

    fn properties(&mut self, properties: &[(String, Json)]) {
        let mut sorted: Vec<&(String, Json)> = properties.iter().collect();
        sorted.sort_by(|(a, _), (b, _)| utf16_order(a, b));
        for (key, value) in sorted {
            self.out.push(',');
            push_json_string(&mut self.out, key);
            self.out.push(':');
            sort_members(value).print_to(&mut self.out);
        }
    }

    fn texts<'a>(&mut self, texts: impl Iterator<Item = &'a str>) {
        self.out.push('[');
        for (index, text) in texts.enumerate() {
            self.out.push_str(if index > 0 { "," } else { "" });
            push_json_string(&mut self.out, text);
        }
        self.out.push(']');
    }
}
