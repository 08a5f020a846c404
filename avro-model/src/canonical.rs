//! Parsing Canonical Form: what fingerprints are taken of (specification, "Parsing Canonical Form for Schemas").

use crate::name::Fullname;
use crate::schema::{Kind, NodeId, Record, Schema};
use std::collections::HashSet;

impl Schema {
    /// The text that holds nothing but what matters to a decoder: names in full, types, fields, symbols, items, values
    /// and sizes. Logical types, defaults, orders, docs, aliases and properties are left out, and an error is a record.
    ///
    /// Names are not escaped, as in the reference; only the lenient [`Stored`](crate::Validation::Stored) mode lets
    /// through a namespace in which that would matter.
    ///
    /// ```
    /// use avro_model::Schema;
    /// let schema: Schema = r#"{"type":"fixed","size":4,"name":"F","namespace":"a","logicalType":"x"}"#.parse()?;
    /// assert_eq!(schema.parsing_canonical_form(), r#"{"name":"a.F","type":"fixed","size":4}"#);
    /// # Ok::<(), avro_model::parser::ParseError>(())
    /// ```
    pub fn parsing_canonical_form(&self) -> String {
        Form {
            schema: self,
            written: HashSet::new(),
            out: String::new(),
            tasks: vec![Task::Schema(self.root())],
        }
        .print()
    }
}

/// What is still to print.
enum Task<'s> {
    Schema(NodeId),
    /// The branches from an index on.
    Branches(&'s [NodeId], usize),
    /// The fields from an index on.
    Fields(&'s Record, usize),
    Close,
}

struct Form<'s> {
    schema: &'s Schema,
    written: HashSet<&'s str>,
    out: String,
    tasks: Vec<Task<'s>>,
}

impl<'s> Form<'s> {
    fn print(mut self) -> String {
        while let Some(task) = self.tasks.pop() {
            match task {
                Task::Schema(id) => self.schema(id),
                Task::Close => self.out.push('}'),
                Task::Branches(branches, index) => match branches.get(index) {
                    None => self.out.push(']'),
                    Some(&branch) => {
                        self.out.push_str(if index > 0 { "," } else { "" });
                        self.tasks.push(Task::Branches(branches, index + 1));
                        self.tasks.push(Task::Schema(branch));
                    }
                },
                Task::Fields(record, index) => match record.fields.get(index) {
                    None => self.out.push_str("]}"),
                    Some(field) => {
                        self.out.push_str(if index > 0 { ",{\"name\":\"" } else { "{\"name\":\"" });
                        self.out.push_str(&field.name);
                        self.out.push_str("\",\"type\":");
                        self.tasks.push(Task::Fields(record, index + 1));
                        self.tasks.push(Task::Close);
                        self.tasks.push(Task::Schema(field.schema));
                    }
                },
            }
        }
        self.out
    }

    fn schema(&mut self, id: NodeId) {
        let node = &self.schema[id];
        if let Some(name) = node.name().filter(|name| !self.written.insert(name.as_str())) {
            self.quoted(name.as_str());
            return;
        }
        match &node.kind {
            Kind::Union(branches) => {
                self.out.push('[');
                self.tasks.push(Task::Branches(branches, 0));
            }
            Kind::Array(part) => {
                self.out.push_str("{\"type\":\"array\",\"items\":");
                self.tasks.extend([Task::Close, Task::Schema(*part)]);
            }
            Kind::Map(part) => {
                self.out.push_str("{\"type\":\"map\",\"values\":");
                self.tasks.extend([Task::Close, Task::Schema(*part)]);
            }
            Kind::Record(record) => {
                self.open(&record.name, "record");
                self.out.push_str(",\"fields\":[");
                self.tasks.push(Task::Fields(record, 0));
            }
            Kind::Enum(definition) => {
                self.open(&definition.name, "enum");
                self.out.push_str(",\"symbols\":[");
                for (index, symbol) in definition.symbols.iter().enumerate() {
                    self.out.push_str(if index > 0 { "," } else { "" });
                    self.quoted(symbol);
                }
                self.out.push_str("]}");
            }
            Kind::Fixed(fixed) => {
                self.open(&fixed.name, "fixed");
                self.out.push_str(",\"size\":");
                self.out.push_str(&fixed.size.to_string());
                self.out.push('}');
            }
            primitive => self.quoted(primitive.type_name()),
        }
    }

    fn open(&mut self, name: &Fullname, type_name: &str) {
        self.out.push_str("{\"name\":");
        self.quoted(name.as_str());
        self.out.push_str(",\"type\":");
        self.quoted(type_name);
    }

    fn quoted(&mut self, text: &str) {
        self.out.push('"');
        self.out.push_str(text);
        self.out.push('"');
    }
}
