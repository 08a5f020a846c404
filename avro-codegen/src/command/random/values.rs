//! Values of a schema.

use super::least::Least;
use super::{Sizes, logical, primitive};
use avro_model::Value;
use avro_model::schema::{Kind, NodeId, Schema};
use avro_model::testing::Random;

/// Makes values of a schema.
pub(super) struct Values<'s> {
    schema: &'s Schema,
    least: Least<'s>,
    sizes: Sizes,
}

/// A value that is being made.
struct Making<'v, 's, 'r> {
    values: &'v Values<'s>,
    choices: &'r mut Random<'static>,
    /// The parts and bytes that it may still have beside the least. Whatever is chosen is paid for before it is made, so that no
    /// schema can make a value too large.
    left: usize,
}

impl<'s> Values<'s> {
    /// Values of a schema; the problem, when it has none.
    pub(super) fn of(schema: &'s Schema, sizes: &Sizes) -> Result<Self, String> {
        Ok(Self { schema, least: Least::of(schema)?, sizes: sizes.clone() })
    }

    /// A value.
    pub(super) fn value(&self, choices: &mut Random<'static>) -> Value {
        let left = usize::try_from(self.sizes.size).unwrap_or(usize::MAX);
        Making { values: self, choices, left }.make(self.schema.root(), 0)
    }
}

impl Making<'_, '_, '_> {
    fn make(&mut self, node: NodeId, depth: usize) -> Value {
        let schema = self.values.schema;
        if let Some(logical) = schema[node].logical
            && let Some(value) = logical::value(logical, &schema[node].kind, self.choices)
        {
            return value;
        }
        let length = self.values.sizes.length;
        match &schema[node].kind {
            Kind::Null => Value::Null,
            Kind::Boolean => Value::Boolean(self.choices.once_in(2)),
            Kind::Int => Value::Int(primitive::int(self.choices)),
            Kind::Long => Value::Long(primitive::long(self.choices)),
            Kind::Float => Value::Float(primitive::float(self.choices)),
            Kind::Double => Value::Double(primitive::double(self.choices)),
            Kind::Bytes => {
                let length = self.count(length, 1);
                Value::Bytes((0..length).map(|_| self.choices.byte()).collect())
            }
            Kind::String => Value::String(self.text(length)),
            Kind::Fixed(fixed) => Value::Fixed((0..fixed.size).map(|_| self.choices.byte()).collect()),
            Kind::Enum(definition) => Value::Enum(self.choices.below(definition.symbols.len())),
            Kind::Array(items) => {
                let count = self.items(*items, depth);
                Value::Array((0..count).map(|_| self.make(*items, depth + 1)).collect())
            }
            Kind::Map(values) => {
                let count = self.items(*values, depth);
                Value::Map(
                    (0..count).map(|_| (self.text(length.max(4)), self.make(*values, depth + 1))).collect(),
                )
            }
            Kind::Union(branches) => {
                let branch = self.branch(branches, depth);
                Value::Union(branch, Box::new(self.make(branches[branch], depth + 1)))
            }
            Kind::Record(record) => {
                Value::Record(record.fields.iter().map(|field| self.make(field.schema, depth + 1)).collect())
            }
        }
    }

    /// A branch of a union that can be paid for.
    fn branch(&mut self, branches: &[NodeId], depth: usize) -> usize {
        let least = &self.values.least;
        let simplest = least.branch(branches);
        if self.is_deep(depth) {
            return simplest;
        }
        let more =
            |branch: usize| least.size(branches[branch]).saturating_sub(least.size(branches[simplest]));
        let possible: Vec<usize> = (0..branches.len())
            .filter(|&branch| least.depth(branches[branch]).is_some() && more(branch) <= self.left)
            .collect();
        let branch = if possible.is_empty() { simplest } else { self.choices.pick(&possible) };
        self.left -= more(branch).min(self.left);
        branch
    }

    fn items(&mut self, items: NodeId, depth: usize) -> usize {
        if self.is_deep(depth) || self.values.least.depth(items).is_none() {
            return 0;
        }
        let size = self.values.least.size(items);
        self.count(self.values.sizes.items, size + 1)
    }

    fn text(&mut self, most: u32) -> String {
        // No character takes more than four bytes.
        let length = self.count(most, 4);
        primitive::text(self.choices, length)
    }

    /// A number up to `most` of parts of that size each, as far as they can be paid for.
    fn count(&mut self, most: u32, size: usize) -> usize {
        let most = usize::try_from(most).unwrap_or(usize::MAX).min(self.left / size);
        let count = self.choices.below(most.saturating_add(1));
        self.left -= count * size;
        count
    }

    fn is_deep(&self, depth: usize) -> bool {
        depth >= usize::from(self.values.sizes.depth)
    }
}
