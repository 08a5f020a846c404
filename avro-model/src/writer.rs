//! The walk over a schema that writes its texts: canonical text, normal form and Parsing Canonical Form.
//! See text-forms §1, text-forms §3, text-forms §4.
//!
//! All three nest types alike and define a named type where it is first used. A [`Form`] says what they differ in.
//! The walk keeps its own stack: a schema whose definitions refer forward is written with each definition at its first
//! use, which may be deeper than any text that is read.

use crate::budget::{Budget, Stopped};
use crate::json::push_json_string;
use crate::name::Fullname;
use crate::schema::{Field, Kind, Node, NodeId, Record, Schema};
use std::collections::HashSet;

/// One of the texts of a schema, by what is particular to it.
pub(crate) trait Form {
    /// Whether an error is written as one; else it is a record.
    const ERRORS: bool;

    /// Appends a name or symbol in quotes.
    fn text(&self, out: &mut String, text: &str);

    /// Appends the name of a type that is defined elsewhere, as it is written inside `namespace`.
    fn reference(&self, out: &mut String, name: &Fullname, namespace: &str);

    /// Appends the beginning of a definition inside `namespace`, up to what is particular to its kind of type.
    fn definition(&self, out: &mut String, type_name: &str, node: &Node, name: &Fullname, namespace: &str);

    /// Whether a primitive type is written as its name alone.
    fn is_bare(&self, primitive: &Node) -> bool;

    /// Appends what follows the items, values, fields, symbols, size or name of a type, up to the closing brace.
    fn type_attributes(&self, out: &mut String, node: &Node);

    /// Appends what follows the type of a field, up to the closing brace.
    fn field_attributes(&self, out: &mut String, field: &Field);
}

/// Writes the text of a node, of which each part takes a step of the budget: types, fields, symbols and, in the forms that
/// have them, values. Types in `written` are not defined in it: they are names from the beginning.
pub(crate) fn write<'s, F: Form>(
    schema: &'s Schema,
    root: NodeId,
    written: HashSet<&'s str>,
    form: &F,
    budget: &Budget,
) -> Result<String, Stopped> {
    budget.take(1)?;
    let mut written = written;
    let text = SchemaWriter::new(schema, form, budget, &mut written).write(Task::Schema(root, ""));
    budget.check().map(|()| text)
}

/// Writes the text of a schema inside `namespace`, and adds the types that it defines to those in `written`.
#[cfg(feature = "idl")]
pub(crate) fn write_within_namespace<'s, F: Form>(
    schema: &'s Schema,
    namespace: &'s str,
    written: &mut HashSet<&'s str>,
    form: &F,
    budget: &Budget,
) -> String {
    SchemaWriter::new(schema, form, budget, written).write(Task::Schema(schema.root(), namespace))
}

/// The same for the fields of the record that a schema is: as a list.
#[cfg(feature = "idl")]
pub(crate) fn write_fields<'s, F: Form>(
    schema: &'s Schema,
    namespace: &'s str,
    written: &mut HashSet<&'s str>,
    form: &F,
    budget: &Budget,
) -> String {
    let Kind::Record(record) = &schema[schema.root()].kind else { return "[]".to_owned() };
    let mut writer = SchemaWriter::new(schema, form, budget, written);
    writer.out.push('[');
    writer.write(Task::Fields(record, 0, namespace))
}

/// The names of types that documents which a schema refers to define.
pub(crate) fn external_names(schema: &Schema) -> HashSet<&str> {
    let external = schema.nodes().iter().filter(|node| node.external);
    external.filter_map(Node::name).map(Fullname::as_str).collect()
}

/// Appends a list of texts.
pub(crate) fn push_texts<'a>(
    out: &mut String,
    texts: impl IntoIterator<Item = &'a str>,
    push: impl Fn(&mut String, &str),
) {
    out.push('[');
    for (index, text) in texts.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        push(out, text);
    }
    out.push(']');
}

/// A comma and the key of a member, which needs no escape.
macro_rules! key {
    ($name:literal) => {
        concat!(",\"", $name, "\":")
    };
}
pub(crate) use key;

/// Appends a member whose value is a text, after a [`key!`].
pub(crate) fn push_text_member(out: &mut String, key: &'static str, text: &str) {
    out.push_str(key);
    push_json_string(out, text);
}

/// A part that is still to be written.
enum Task<'s> {
    /// A schema inside the namespace.
    Schema(NodeId, &'s str),
    /// The branches from an index on.
    Branches(&'s [NodeId], usize, &'s str),
    /// The fields from an index on, inside the namespace.
    Fields(&'s Record, usize, &'s str),
    /// The end of a field, behind its type.
    FieldEnd(&'s Field),
    /// The end of a type, behind its fields, items or values.
    TypeEnd(&'s Node),
}

struct SchemaWriter<'s, 'w, 'f, F> {
    schema: &'s Schema,
    form: &'f F,
    budget: &'f Budget,
    /// Full names that are written as names from now on.
    written: &'w mut HashSet<&'s str>,
    out: String,
    tasks: Vec<Task<'s>>,
}

impl<'s, 'w, 'f, F: Form> SchemaWriter<'s, 'w, 'f, F> {
    fn new(schema: &'s Schema, form: &'f F, budget: &'f Budget, written: &'w mut HashSet<&'s str>) -> Self {
        Self { schema, form, budget, written, out: String::new(), tasks: Vec::new() }
    }

    fn write(mut self, task: Task<'s>) -> String {
        self.tasks.push(task);
        while let Some(task) = self.tasks.pop() {
            match task {
                Task::Schema(id, namespace) => self.node(id, namespace),
                Task::Branches(branches, index, namespace) => self.branch(branches, index, namespace),
                Task::Fields(record, index, namespace) => self.field(record, index, namespace),
                Task::FieldEnd(field) => {
                    self.form.field_attributes(&mut self.out, field);
                    self.out.push('}');
                }
                Task::TypeEnd(node) => self.type_end(node),
            }
        }
        self.out
    }

    /// Takes the steps of parts that follow each other, once for all of them, since a step by itself costs about as much as
    /// what it counts. False when nothing more is to be written.
    #[inline]
    fn take(&mut self, steps: u64) -> bool {
        let goes_on = self.budget.spend(steps);
        if !goes_on {
            self.tasks.clear();
        }
        goes_on
    }

    fn node(&mut self, id: NodeId, namespace: &'s str) {
        let node = &self.schema[id];
        if let Some(name) = node.name().filter(|name| !self.written.insert(name.as_str())) {
            self.form.reference(&mut self.out, name, namespace);
            return;
        }
        match &node.kind {
            Kind::Union(branches) if self.take(1) => {
                self.out.push('[');
                self.tasks.push(Task::Branches(branches, 0, namespace));
            }
            Kind::Array(part) if self.take(2) => {
                self.out.push_str("{\"type\":\"array\",\"items\":");
                self.tasks.push(Task::TypeEnd(node));
                self.tasks.push(Task::Schema(*part, namespace));
            }
            Kind::Map(part) if self.take(2) => {
                self.out.push_str("{\"type\":\"map\",\"values\":");
                self.tasks.push(Task::TypeEnd(node));
                self.tasks.push(Task::Schema(*part, namespace));
            }
            Kind::Record(record) if self.take(2) => {
                let type_name = if F::ERRORS && record.is_error { "error" } else { "record" };
                self.form.definition(&mut self.out, type_name, node, &record.name, namespace);
                self.out.push_str(",\"fields\":[");
                self.tasks.push(Task::TypeEnd(node));
                self.tasks.push(Task::Fields(record, 0, record.name.namespace()));
            }
            Kind::Enum(definition) => {
                self.form.definition(&mut self.out, "enum", node, &definition.name, namespace);
                self.out.push_str(key!("symbols"));
                let symbols = definition.symbols.iter().map(String::as_str);
                let symbols = symbols.take_while(|_| self.budget.spend(1));
                push_texts(&mut self.out, symbols, |out, text| self.form.text(out, text));
                self.type_end(node);
            }
            Kind::Fixed(fixed) => {
                self.form.definition(&mut self.out, "fixed", node, &fixed.name, namespace);
                self.out.push_str(key!("size"));
                self.out.push_str(&fixed.size.to_string());
                self.type_end(node);
            }
            // The budget has ended.
            Kind::Union(_) | Kind::Array(_) | Kind::Map(_) | Kind::Record(_) => {}
            primitive => {
                let bare = self.form.is_bare(node);
                if !bare {
                    self.out.push_str("{\"type\":");
                }
                self.out.push('"');
                self.out.push_str(primitive.type_name());
                self.out.push('"');
                if !bare {
                    self.type_end(node);
                }
            }
        }
    }

    fn branch(&mut self, branches: &'s [NodeId], index: usize, namespace: &'s str) {
        let Some(&branch) = branches.get(index) else {
            self.out.push(']');
            return;
        };
        if !self.take(2) {
            return;
        }
        if index > 0 {
            self.out.push(',');
        }
        self.tasks.push(Task::Branches(branches, index + 1, namespace));
        self.tasks.push(Task::Schema(branch, namespace));
    }

    fn field(&mut self, record: &'s Record, index: usize, namespace: &'s str) {
        let Some(field) = record.fields.get(index) else {
            self.out.push(']');
            return;
        };
        if !self.take(3) {
            return;
        }
        self.out.push_str(if index > 0 { ",{\"name\":" } else { "{\"name\":" });
        self.form.text(&mut self.out, &field.name);
        self.out.push_str(key!("type"));
        self.tasks.push(Task::Fields(record, index + 1, namespace));
        self.tasks.push(Task::FieldEnd(field));
        self.tasks.push(Task::Schema(field.schema, namespace));
    }

    fn type_end(&mut self, node: &Node) {
        self.form.type_attributes(&mut self.out, node);
        self.out.push('}');
        // The ends of arrays in arrays follow each other without a step between them.
        if !node.properties.is_empty() && self.budget.check().is_err() {
            self.tasks.clear();
        }
    }
}
