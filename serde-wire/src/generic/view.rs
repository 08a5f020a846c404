//! Values by the names of their schema.

use avro_model::schema::Field;
use avro_model::{Fullname, Kind, NodeId, Schema, Value};

/// A value together with its schema: the fields of records and the symbols of enums by name. A union is what it holds.
///
/// ```
/// use serde_wire::{Schema, Value, View};
///
/// let schema: Schema = r#"{"type":"record","name":"Order","fields":[
///     {"name":"id","type":"long"},
///     {"name":"items","type":{"type":"array","items":["null",{"type":"record","name":"Item","fields":[
///         {"name":"kind","type":{"type":"enum","name":"ItemKind","symbols":["BOOK","TEA"]}}]}]}}]}"#.parse()?;
/// let item = Value::Union(1, Box::new(Value::Record(vec![Value::Enum(1)])));
/// let order = Value::Record(vec![Value::Long(7), Value::Array(vec![item])]);
///
/// let view = View::new(&schema, &order);
/// assert_eq!(view.path("id").map(|id| id.value()), Some(&Value::Long(7)));
/// assert_eq!(view.path("items[0].kind").and_then(|kind| kind.symbol()), Some("TEA"));
/// assert!(view.path("items[1].kind").is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct View<'v> {
    schema: &'v Schema,
    node: NodeId,
    value: &'v Value,
}

impl<'v> View<'v> {
    /// A value of that schema.
    pub fn new(schema: &'v Schema, value: &'v Value) -> Self {
        Self::at(schema, schema.root(), value)
    }

    fn at(schema: &'v Schema, mut node: NodeId, mut value: &'v Value) -> Self {
        while let (Kind::Union(branches), Value::Union(position, inner)) = (&schema[node].kind, value) {
            let Some(branch) = branches.get(*position) else { break };
            node = *branch;
            value = inner;
        }
        Self { schema, node, value }
    }

    /// The value itself; of a union, what it holds.
    pub fn value(&self) -> &'v Value {
        self.value
    }

    /// The full name of a record, enum or fixed.
    pub fn type_name(&self) -> Option<&'v str> {
        let schema: &'v Schema = self.schema;
        schema[self.node].name().map(Fullname::as_str)
    }

    /// The names of a record's fields, in the schema's order; none for anything else.
    pub fn field_names(&self) -> impl Iterator<Item = &'v str> {
        let schema: &'v Schema = self.schema;
        let fields: &'v [Field] = match &schema[self.node].kind {
            Kind::Record(record) => &record.fields,
            _ => &[],
        };
        fields.iter().map(|field| field.name.as_str())
    }

    /// A field of a record, or the value of a key of a map.
    pub fn get(&self, name: &str) -> Option<Self> {
        let schema: &'v Schema = self.schema;
        match (&schema[self.node].kind, self.value) {
            (Kind::Record(record), Value::Record(values)) => {
                let position = record.fields.iter().position(|field| field.name == name)?;
                Some(Self::at(schema, record.fields[position].schema, values.get(position)?))
            }
            (Kind::Map(node), Value::Map(values)) => Some(Self::at(schema, *node, values.get(name)?)),
            _ => None,
        }
    }

    /// An item of an array, counted from 0.
    pub fn item(&self, index: usize) -> Option<Self> {
        let schema: &'v Schema = self.schema;
        match (&schema[self.node].kind, self.value) {
            (Kind::Array(node), Value::Array(values)) => Some(Self::at(schema, *node, values.get(index)?)),
            _ => None,
        }
    }

    /// The part at the end of a way of names and positions, `order.items[3].price`.
    pub fn path(&self, path: &str) -> Option<Self> {
        path.split('.').try_fold(*self, |view, step| {
            let (name, items) = step.split_once('[').unwrap_or((step, ""));
            let view = if name.is_empty() { view } else { view.get(name)? };
            let items = items.strip_suffix(']').unwrap_or(items);
            items
                .split("][")
                .filter(|item| !item.is_empty())
                .try_fold(view, |view, item| view.item(item.parse().ok()?))
        })
    }

    /// The symbol of an enum.
    pub fn symbol(&self) -> Option<&'v str> {
        let schema: &'v Schema = self.schema;
        match (&schema[self.node].kind, self.value) {
            (Kind::Enum(definition), Value::Enum(position)) => {
                definition.symbols.get(*position).map(String::as_str)
            }
            _ => None,
        }
    }

    /// The text of a string or of an enum's symbol.
    pub fn as_str(&self) -> Option<&'v str> {
        match self.value {
            Value::String(text) => Some(text),
            _ => self.symbol(),
        }
    }
}
