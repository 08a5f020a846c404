//! The parts of a resolution.

use super::{Mismatch, Promotion};
use crate::schema::{Kind, NodeId};
use crate::value::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The place of a pair in its [`Resolution`](super::Resolution).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ActionId(pub(super) u32);

impl ActionId {
    /// The position in [`Resolution::pairs`](super::Resolution::pairs).
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A type of the writer that meets a type of the reader, and what to do then.
#[derive(Debug, Clone)]
pub struct Pair {
    /// The writer's type.
    pub writer: NodeId,
    /// The reader's type.
    pub reader: NodeId,
    /// The work of the decoder.
    pub action: Action,
    /// True when the data is decoded alike with the reader's type alone: both have the same kind, logical type, fields
    /// in order, symbols and branches, all the way down.
    pub identity: bool,
}

/// The work of a decoder for the data of one type. Exhaustive: a decoder that lacks one would be wrong.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Reads the same primitive type.
    Read(Primitive),
    /// Reads the writer's primitive type and converts it.
    Promote(Promotion),
    /// Reads that many bytes.
    Fixed(usize),
    /// Reads a symbol's position and maps it.
    Enum(EnumAction),
    /// Reads an array, each item by that action.
    Array(ActionId),
    /// Reads a map, each value by that action.
    Map(ActionId),
    /// Reads a record.
    Record(RecordAction),
    /// The writer has a union: reads the position of a branch and goes on with its action.
    WriterUnion(Vec<ActionId>),
    /// The reader has a union and the writer a single type: the value becomes that branch. Nothing is read for it.
    ReaderUnion {
        /// The position of the branch in the reader's union.
        branch: usize,
        /// How to read the value.
        action: ActionId,
    },
    /// Fails: the reader has no place for the data.
    Error(Mismatch),
}

impl Action {
    /// The actions that this one goes on with, in order.
    pub fn children(&self) -> impl Iterator<Item = ActionId> + '_ {
        let (one, branches, fields): (Option<ActionId>, &[ActionId], &[FieldAction]) = match self {
            Self::Array(action) | Self::Map(action) | Self::ReaderUnion { action, .. } => {
                (Some(*action), &[], &[])
            }
            Self::WriterUnion(branches) => (None, branches, &[]),
            Self::Record(record) => (None, &[], &record.fields),
            _ => (None, &[], &[]),
        };
        let fields = fields.iter().filter_map(|field| match field {
            FieldAction::Read { action, .. } => Some(*action),
            FieldAction::Skip { .. } => None,
        });
        one.into_iter().chain(branches.iter().copied()).chain(fields)
    }
}

/// The primitive types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Primitive {
    /// `null`
    Null,
    /// `boolean`
    Boolean,
    /// `int`
    Int,
    /// `long`
    Long,
    /// `float`
    Float,
    /// `double`
    Double,
    /// `bytes`
    Bytes,
    /// `string`
    String,
}

impl Primitive {
    /// The primitive type that a kind is.
    pub fn of(kind: &Kind) -> Option<Self> {
        Some(match kind {
            Kind::Null => Self::Null,
            Kind::Boolean => Self::Boolean,
            Kind::Int => Self::Int,
            Kind::Long => Self::Long,
            Kind::Float => Self::Float,
            Kind::Double => Self::Double,
            Kind::Bytes => Self::Bytes,
            Kind::String => Self::String,
            _ => return None,
        })
    }
}

/// How the writer's symbols become the reader's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnumAction {
    /// By the position of the writer's symbol: the position of the reader's, which is its default where it does not
    /// have the symbol; `None` fails, since there is no default either.
    pub symbols: Vec<Option<usize>>,
    /// The reader's full name.
    pub(super) name: String,
    /// The writer's symbols for which there is `None`, by their position.
    pub(super) missing: BTreeMap<usize, String>,
}

impl EnumAction {
    /// Why the writer's symbol at that position fails.
    pub(crate) fn mismatch(&self, place: usize) -> Mismatch {
        let symbol = self.missing.get(&place).cloned().unwrap_or_default();
        Mismatch::Symbol { name: self.name.clone(), symbol }
    }
}

/// How a record is read.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordAction {
    /// The work for each field of the writer, in the writer's order.
    pub fields: Vec<FieldAction>,
    /// The fields of the reader that the writer does not have, in the reader's order.
    pub defaults: Vec<DefaultedField>,
}

impl RecordAction {
    /// How many fields the reader's record has.
    pub fn width(&self) -> usize {
        let reads = self.fields.iter().filter(|field| matches!(field, FieldAction::Read { .. })).count();
        reads + self.defaults.len()
    }
}

/// The work for a field of the writer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldAction {
    /// Reads it.
    Read {
        /// The position of the reader's field.
        field: usize,
        /// How to read the value.
        action: ActionId,
    },
    /// Skips it.
    Skip {
        /// The writer's type of the field.
        writer: NodeId,
    },
}

/// A field of the reader that takes its default.
#[derive(Debug, Clone, PartialEq)]
pub struct DefaultedField {
    /// The position of the field.
    pub field: usize,
    /// The default, as a value of the field's type.
    pub value: Arc<Value>,
    /// How many values that is, the parts of a record or collection counted.
    pub weight: u64,
}
