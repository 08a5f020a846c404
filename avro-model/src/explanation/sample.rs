//! Values of the writer that go where data cannot be read.

use crate::resolution::{Action, ActionId, FieldAction, Promotion, Resolution};
use crate::schema::{Kind, NodeId, Schema};
use crate::value::Value;
use std::collections::BTreeMap;

/// Through how many pairs of types a way may go: more than the levels that a value may have, with unions between them.
const MAX_WAY: usize = 1_200;
/// How deep a value of a recursive type is followed for its end.
const MAX_DEPTH: usize = 32;
/// How large a value may become.
const MAX_PARTS: usize = 10_000;

pub(super) struct Sample<'a> {
    resolution: &'a Resolution,
    writer: &'a Schema,
    left: usize,
}

impl<'a> Sample<'a> {
    pub(super) fn new(resolution: &'a Resolution, writer: &'a Schema) -> Self {
        Self { resolution, writer, left: MAX_PARTS }
    }

    /// A value that goes along a way from pair to pair and fails at its end. Beside the way all is as small as possible,
    /// and can be read if anything there can.
    ///
    /// The error is a pair on the way of which there is no value, such as a record with a field that has none.
    pub(super) fn along(&mut self, way: &[usize]) -> Result<Value, Option<usize>> {
        let (&last, before) = way.split_last().ok_or(None)?;
        if way.len() > MAX_WAY {
            return Err(None);
        }
        let mut value = self.failing(last).ok_or(Some(last))?;
        let mut inner = last;
        for &at in before.iter().rev() {
            value = self.around(at, inner, value).ok_or(Some(at))?;
            inner = at;
        }
        Ok(value)
    }

    /// A value of a pair that fails for itself.
    fn failing(&mut self, at: usize) -> Option<Value> {
        let pair = &self.resolution.pairs()[at];
        match &pair.action {
            Action::Enum(symbols) => symbols.symbols.iter().position(Option::is_none).map(Value::Enum),
            Action::Promote(Promotion::BytesToString) => Some(Value::Bytes(vec![0xFF])),
            _ => self.smallest(pair.writer, 0),
        }
    }

    /// The value of a pair whose part is that value of another pair.
    fn around(&mut self, at: usize, inner: usize, value: Value) -> Option<Value> {
        let pair = &self.resolution.pairs()[at];
        match &pair.action {
            Action::Array(_) => Some(Value::Array(vec![value])),
            Action::Map(_) => Some(Value::Map(BTreeMap::from([("key".to_owned(), value)]))),
            Action::ReaderUnion { .. } => Some(value),
            Action::WriterUnion(branches) => {
                let branch = branches.iter().position(|branch| branch.index() == inner)?;
                Some(Value::Union(branch, Box::new(value)))
            }
            Action::Record(record) => {
                let goes = |field: &FieldAction| matches!(field, FieldAction::Read { action, .. } if action.index() == inner);
                let through = record.fields.iter().position(goes)?;
                let mut values = Vec::with_capacity(record.fields.len());
                for field in &record.fields[..through] {
                    values.push(self.beside(field)?);
                }
                values.push(value);
                for field in &record.fields[through + 1..] {
                    values.push(self.beside(field)?);
                }
                Some(Value::Record(values))
            }
            _ => None,
        }
    }

    fn beside(&mut self, field: &FieldAction) -> Option<Value> {
        match *field {
            FieldAction::Skip { writer } => self.smallest(writer, 0),
            FieldAction::Read { action, .. } => {
                let readable = self.readable(action, 0);
                readable.or_else(|| self.smallest(self.resolution.pairs()[action.index()].writer, 0))
            }
        }
    }

    /// A value that can be read.
    fn readable(&mut self, id: ActionId, depth: usize) -> Option<Value> {
        self.left = self.left.checked_sub(1)?;
        if depth == MAX_DEPTH {
            return None;
        }
        let pair = &self.resolution.pairs()[id.index()];
        match &pair.action {
            Action::Error(_) => None,
            Action::Enum(symbols) => symbols.symbols.iter().position(Option::is_some).map(Value::Enum),
            Action::ReaderUnion { action, .. } => self.readable(*action, depth + 1),
            Action::WriterUnion(branches) => {
                self.branch(pair.writer, |this, branch| this.readable(branches[branch], depth + 1))
            }
            Action::Record(record) => {
                let values = record.fields.iter().map(|field| match *field {
                    FieldAction::Read { action, .. } => self.readable(action, depth + 1),
                    FieldAction::Skip { writer } => self.smallest(writer, depth + 1),
                });
                values.collect::<Option<Vec<_>>>().map(Value::Record)
            }
            _ => self.smallest(pair.writer, depth),
        }
    }

    fn smallest(&mut self, id: NodeId, depth: usize) -> Option<Value> {
        self.left = self.left.checked_sub(1)?;
        if depth == MAX_DEPTH {
            return None;
        }
        Some(match &self.writer[id].kind {
            Kind::Null => Value::Null,
            Kind::Boolean => Value::Boolean(false),
            Kind::Int => Value::Int(0),
            Kind::Long => Value::Long(0),
            Kind::Float => Value::Float(0.0),
            Kind::Double => Value::Double(0.0),
            Kind::Bytes => Value::Bytes(Vec::new()),
            Kind::String => Value::String(String::new()),
            Kind::Array(_) => Value::Array(Vec::new()),
            Kind::Map(_) => Value::Map(BTreeMap::new()),
            Kind::Enum(definition) => {
                definition.symbols.first()?;
                Value::Enum(0)
            }
            Kind::Fixed(fixed) => {
                self.left = self.left.checked_sub(fixed.size)?;
                Value::Fixed(vec![0; fixed.size])
            }
            Kind::Union(branches) => {
                self.branch(id, |this, branch| this.smallest(branches[branch], depth + 1))?
            }
            Kind::Record(record) => {
                let values = record.fields.iter().map(|field| self.smallest(field.schema, depth + 1));
                Value::Record(values.collect::<Option<Vec<_>>>()?)
            }
        })
    }

    /// The first branch of a union of the writer that a value can be made for: null, then what is no record.
    fn branch(
        &mut self,
        union: NodeId,
        mut make: impl FnMut(&mut Self, usize) -> Option<Value>,
    ) -> Option<Value> {
        let Kind::Union(branches) = &self.writer[union].kind else { return None };
        // A large union is looked at again for each value of a record that has it.
        self.left = self.left.checked_sub(branches.len() / 16)?;
        let mut by_size: Vec<usize> = (0..branches.len()).collect();
        by_size.sort_by_key(|&branch| match self.writer[branches[branch]].kind {
            Kind::Null => 0,
            Kind::Record(_) => 2,
            _ => 1,
        });
        by_size.into_iter().find_map(|branch| Some(Value::Union(branch, Box::new(make(self, branch)?))))
    }
}
