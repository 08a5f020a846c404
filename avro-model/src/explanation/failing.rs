//! A value that the writer may write and the reader cannot read.

use super::Decoding;
use crate::binary::{Decoder, encode};
use crate::compatibility::{Finding, IncompatibilityKind};
use crate::json_encoding;
use crate::resolution::{Action, ActionId, FieldAction, Pair, Promotion, Resolution};
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
    /// The value in Avro's JSON encoding, by the writer's schema.
    pub json: String,
    /// What the decoder says to its binary encoding.
    pub error: String,
}

impl fmt::Display for Failing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "for example {} fails: {}", self.json, self.error)
    }
}

/// What decoding makes of the data that a finding is about.
pub(super) enum Verdict {
    /// No data gets there: it is not resolved that far, or otherwise.
    Unreached,
    /// The decoder reads all of it.
    Reads,
    /// Some of it cannot be read; the value is one that was tried out, if one could be made.
    Fails(Option<Failing>),
}

/// The decoder of a pair of schemas, on which values are tried out.
pub(super) struct Trial<'s> {
    writer: &'s Schema,
    resolution: Resolution,
    decoder: Decoder,
}

impl<'s> Trial<'s> {
    /// `None` when the schemas are too large.
    pub(super) fn new(writer: &'s Schema, reader: &Schema) -> Option<Self> {
        let resolution = Resolution::new(writer, reader).ok()?;
        let decoder = Decoder::with_resolution(writer, resolution.clone());
        Some(Self { writer, resolution, decoder })
    }

    /// What decoding makes of all data.
    pub(super) fn decoding(&self, reader: &Schema) -> Decoding {
        if self.resolution.certain_error(reader).is_some() {
            Decoding::Never
        } else if self.resolution.pairs().iter().any(fails) {
            Decoding::Sometimes
        } else {
            Decoding::Always
        }
    }

    /// What decoding makes of data that meets the pair of types of a finding.
    pub(super) fn judge(&self, finding: &Finding) -> Verdict {
        let is_writer = |pair: &Pair| pair.writer == finding.writer;
        let found = if finding.kind == IncompatibilityKind::MissingUnionBranch {
            // The checker does not say which part of a branch does not fit.
            way(&self.resolution, is_writer, fails)
        } else {
            way(&self.resolution, is_writer, |pair| {
                is_writer(pair)
                    && (pair.reader == finding.reader || matches!(pair.action, Action::Error(_)))
                    && fails(pair)
            })
        };
        let is_read = |pair: &Pair| {
            is_writer(pair)
                && (pair.reader == finding.reader || finding.kind == IncompatibilityKind::MissingUnionBranch)
        };
        match found {
            Some(way) => Verdict::Fails(self.try_out(&way)),
            None if self.resolution.pairs().iter().any(is_read) => Verdict::Reads,
            None => Verdict::Unreached,
        }
    }

    /// A value that fails wherever decoding does.
    pub(super) fn any(&self) -> Option<Failing> {
        self.try_out(&way(&self.resolution, |_| true, fails)?)
    }

    fn try_out(&self, way: &[usize]) -> Option<Failing> {
        let writer = self.writer;
        let value = Sample { resolution: &self.resolution, writer, left: MAX_PARTS }.along(way)?;
        let bytes = encode(writer, &value).ok()?;
        let error = self.decoder.decode(&bytes).err()?;
        let json = json_encoding::encode(writer, &value).ok()?;
        Some(Failing { value, json, error: error.to_string() })
    }
}

/// Whether data of a pair of types fails for itself, not for a part of it.
fn fails(pair: &Pair) -> bool {
    match &pair.action {
        Action::Error(_) => true,
        Action::Enum(symbols) => symbols.symbols.iter().any(Option::is_none),
        // Not all bytes are UTF-8.
        Action::Promote(Promotion::BytesToString) => true,
        _ => false,
    }
}

/// The shortest way from the root that passes a pair and ends, there or later, at another: pairs by number.
fn way(
    resolution: &Resolution,
    passes: impl Fn(&Pair) -> bool,
    ends: impl Fn(&Pair) -> bool,
) -> Option<Vec<usize>> {
    let pairs = resolution.pairs();
    // A stop is a pair and whether the way has passed where it must.
    let mut before: Vec<[Option<(usize, bool)>; 2]> = vec![[None; 2]; pairs.len()];
    let mut seen = vec![[false; 2]; pairs.len()];
    let mut open = VecDeque::new();
    let root = resolution.root().index();
    let start = (root, passes(&pairs[root]));
    seen[root][usize::from(start.1)] = true;
    open.push_back(start);
    while let Some(stop @ (at, passed)) = open.pop_front() {
        if passed && ends(&pairs[at]) {
            let stops = std::iter::successors(Some(stop), |&(at, passed)| before[at][usize::from(passed)]);
            let mut way: Vec<usize> = stops.map(|(at, _)| at).collect();
            way.reverse();
            return Some(way);
        }
        for child in pairs[at].action.children().map(ActionId::index) {
            let passed = passed || passes(&pairs[child]);
            if !std::mem::replace(&mut seen[child][usize::from(passed)], true) {
                before[child][usize::from(passed)] = Some(stop);
                open.push_back((child, passed));
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
                Action::Promote(Promotion::BytesToString) => Some(Value::Bytes(vec![0xFF])),
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
                // A large union is looked at again for each value of a record that has it.
                self.left = self.left.checked_sub(branches.len() / 16)?;
                let mut by_size: Vec<usize> = (0..branches.len()).collect();
                by_size.sort_by_key(|&branch| match self.writer[branches[branch]].kind {
                    Kind::Null => 0,
                    Kind::Record(_) => 2,
                    _ => 1,
                });
                by_size.into_iter().find_map(|branch| {
                    Some(Value::Union(branch, Box::new(self.smallest(branches[branch], depth + 1)?)))
                })?
            }
            Kind::Record(record) => {
                let values = record.fields.iter().map(|field| self.smallest(field.schema, depth + 1));
                Value::Record(values.collect::<Option<Vec<_>>>()?)
            }
        })
    }
}
