//! A value that the writer may write and the reader cannot read.

use crate::binary::{Decoder, encode};
use crate::compatibility::Finding;
use crate::resolution::{Action, FieldAction, Resolution};
use crate::schema::{Kind, NodeId, Schema};
use crate::value::Value;
use std::collections::{BTreeMap, VecDeque};
use std::fmt;

/// How deep a value of a recursive type is followed for its end.
const MAX_DEPTH: usize = 32;
/// How large a value may become.
const MAX_PARTS: usize = 10_000;

/// A value that fails, tried out.
#[derive(Debug, Clone)]
pub struct Failing {
    /// A value of the writer's schema.
    pub value: Value,
    /// What the decoder says to its encoding.
    pub error: String,
}

impl fmt::Display for Failing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "for example {:?} fails: {}", self.value, self.error)
    }
}

/// A value that meets the pair of types of a finding where decoding fails; `None` when decoding does not fail there.
pub(super) fn find(
    resolution: &Resolution,
    writer: &Schema,
    reader: &Schema,
    finding: &Finding,
) -> Option<Failing> {
    let way = way(resolution, finding)?;
    let mut sample = Sample { resolution, writer, left: MAX_PARTS };
    let value = sample.along(&way)?;
    let bytes = encode(writer, &value).ok()?;
    let error = Decoder::resolving(writer, reader).ok()?.decode(&bytes).err()?;
    Some(Failing { value, error: error.to_string() })
}

/// The shortest way from the root to a pair that fails at the finding: pairs by number.
fn way(resolution: &Resolution, finding: &Finding) -> Option<Vec<usize>> {
    let pairs = resolution.pairs();
    let root = resolution.root().index();
    let mut before: Vec<Option<usize>> = vec![None; pairs.len()];
    let mut open = VecDeque::from([root]);
    let mut seen = vec![false; pairs.len()];
    seen[root] = true;
    while let Some(at) = open.pop_front() {
        let pair = &pairs[at];
        let concerns = pair.writer == finding.writer
            && (pair.reader == finding.reader || matches!(pair.action, Action::Error(_)));
        let fails = match &pair.action {
            Action::Error(_) => true,
            Action::Enum(symbols) => symbols.symbols.iter().any(Option::is_none),
            _ => false,
        };
        if concerns && fails {
            let mut way = vec![at];
            let mut at = at;
            while let Some(previous) = before[at] {
                way.push(previous);
                at = previous;
            }
            way.reverse();
            return Some(way);
        }
        for child in pair.action.children().map(crate::resolution::ActionId::index) {
            if !std::mem::replace(&mut seen[child], true) {
                before[child] = Some(at);
                open.push_back(child);
            }
        }
    }
    None
}

struct Sample<'a> {
    resolution: &'a Resolution,
    writer: &'a Schema,
    left: usize,
}

impl Sample<'_> {
    /// A value that goes along a way; beside it everything is as small as possible.
    fn along(&mut self, way: &[usize]) -> Option<Value> {
        let (&at, rest) = way.split_first()?;
        let pair = &self.resolution.pairs()[at];
        let Some(&next) = rest.first() else {
            return match &pair.action {
                Action::Enum(symbols) => symbols.symbols.iter().position(Option::is_none).map(Value::Enum),
                _ => self.smallest(pair.writer, 0),
            };
        };
        match &pair.action {
            Action::Array(_) => Some(Value::Array(vec![self.along(rest)?])),
            Action::Map(_) => Some(Value::Map(BTreeMap::from([("key".to_owned(), self.along(rest)?)]))),
            Action::ReaderUnion { .. } => self.along(rest),
            Action::WriterUnion(branches) => {
                let branch = branches.iter().position(|branch| branch.index() == next)?;
                Some(Value::Union(branch, Box::new(self.along(rest)?)))
            }
            Action::Record(record) => {
                let Kind::Record(definition) = &self.writer[pair.writer].kind else { return None };
                let goes = |field: &FieldAction| matches!(field, FieldAction::Read { action, .. } if action.index() == next);
                let through = record.fields.iter().position(goes)?;
                let fields = definition.fields.iter().enumerate();
                let values = fields.map(|(index, field)| {
                    if index == through { self.along(rest) } else { self.smallest(field.schema, 0) }
                });
                values.collect::<Option<Vec<_>>>().map(Value::Record)
            }
            _ => None,
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
                let end = branches.iter().position(|&branch| matches!(self.writer[branch].kind, Kind::Null));
                let branch = end.or_else(|| {
                    branches.iter().position(|&branch| !matches!(self.writer[branch].kind, Kind::Record(_)))
                });
                let branch = branch.unwrap_or(0);
                Value::Union(branch, Box::new(self.smallest(*branches.get(branch)?, depth + 1)?))
            }
            Kind::Record(record) => {
                let values = record.fields.iter().map(|field| self.smallest(field.schema, depth + 1));
                Value::Record(values.collect::<Option<Vec<_>>>()?)
            }
        })
    }
}
