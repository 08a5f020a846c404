//! The flat program that a resolving decode follows, and the cursor that generated code holds on it.

use super::record::{RecordPlan, Step};
use super::skip::SkipNode;
use crate::codec::{AvroRead, DecodeError};

/// The steps for the data of one writer type, seen from one reader type. Nodes refer to each other by index, so that
/// recursive schemas are cycles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Node {
    /// Both types are the same: decode without a plan.
    Same,
    /// The writer's type is another primitive that the reader's can hold.
    Promote(Primitive),
    /// The writer has a union: read its index and go on with that branch's node.
    WriterUnion(Range),
    /// The reader has a union: this branch of it takes the value, by this node.
    ReaderBranch {
        /// The position in the reader's union.
        branch: u32,
        /// How to read the value.
        node: u32,
    },
    /// Enum symbols by position: the reader's position of the writer's symbol.
    Enum(Range),
    /// Items of an array, each read by this node.
    Array {
        /// How to read an item.
        node: u32,
        /// The writer's smallest encoding of an item.
        min_size: usize,
        /// How many values the reader's defaults add to an item that takes no bytes.
        weight: usize,
    },
    /// Values of a map, each read by this node.
    Map {
        /// How to read a value.
        node: u32,
        /// The writer's smallest encoding of a value.
        min_size: usize,
    },
    /// A record.
    Record {
        /// Its steps.
        steps: Range,
        /// The positions of the fields that take their defaults.
        defaults: Range,
        /// How many fields the reader's record has.
        width: usize,
    },
    /// The value has no place in the reader's type.
    Fail(DecodeError),
}

/// A part of one of the tables of a [`Program`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Range {
    /// Appends to a table and returns the part that is new.
    pub(crate) fn appended(table: &mut Vec<u32>, entries: impl Iterator<Item = u32>) -> Self {
        let start = table.len();
        table.extend(entries);
        Self { start, end: table.len() }
    }

    /// This part of the table.
    #[inline]
    pub(crate) fn of<T>(self, table: &[T]) -> Result<&[T], DecodeError> {
        table.get(self.start..self.end).ok_or(DecodeError::Plan)
    }
}

/// The primitive type that the writer used in place of the reader's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Primitive {
    /// `int`, read as `long`, `float` or `double`.
    Int,
    /// `long`, read as `float` or `double`.
    Long,
    /// `float`, read as `double`.
    Float,
    /// `bytes`, read as `string`.
    Bytes,
    /// `string`, read as `bytes`.
    String,
}

/// A compiled plan for one (writer schema, reader type).
#[derive(Debug, Default)]
pub(crate) struct Program {
    pub(crate) root: u32,
    pub(crate) nodes: Vec<Node>,
    pub(crate) branches: Vec<u32>,
    pub(crate) symbols: Vec<u32>,
    pub(crate) steps: Vec<Step>,
    pub(crate) defaults: Vec<u32>,
    pub(crate) skips: Vec<SkipNode>,
    pub(crate) skip_children: Vec<u32>,
}

impl Program {
    /// Whether the node is an enum that neither has nor keeps the writer's symbol at that position.
    pub(crate) fn refuses(&self, node: usize, symbol: usize) -> bool {
        let Some(Node::Enum(range)) = self.nodes.get(node) else { return false };
        range.of(&self.symbols).is_ok_and(|symbols| symbols.get(symbol) == Some(&NO_SYMBOL))
    }
}

/// In [`Program::symbols`]: the reader's enum has no such symbol and no default.
pub(crate) const NO_SYMBOL: u32 = u32::MAX;

/// In [`Program::symbols`], from here on but for [`NO_SYMBOL`]: the reader's type keeps what it does not know, which is this
/// and the position in the writer's enum.
pub(crate) const UNKNOWN_SYMBOL: u32 = 1 << 31;

/// A symbol of the writer's as an enum that keeps unknown ones has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnumSymbol {
    /// The position in the reader's enum.
    Known(u64),
    /// The position in the writer's enum, of a symbol that the reader's does not have.
    Unknown(i32),
}

/// How to read one value: a place in a compiled plan. Generated code passes it on; each kind of type asks it one
/// question. The questions read the index of a writer's union first, where there is one.
#[derive(Debug, Clone, Copy)]
pub struct Plan<'p> {
    pub(crate) program: &'p Program,
    pub(crate) node: u32,
}

impl<'p> Plan<'p> {
    fn at(self, node: u32) -> Self {
        Self { program: self.program, node }
    }

    /// The node to read by, behind the writer's union if there is one.
    #[inline(always)]
    fn enter<'a, R: AvroRead<'a>>(self, reader: &mut R) -> Result<&'p Node, DecodeError> {
        match self.program.nodes.get(self.node as usize) {
            Some(Node::WriterUnion(_) | Node::Fail(_)) | None => self.enter_union(reader),
            Some(node) => Ok(node),
        }
    }

    #[inline(never)]
    fn enter_union<'a, R: AvroRead<'a>>(self, reader: &mut R) -> Result<&'p Node, DecodeError> {
        let mut node = self.program.nodes.get(self.node as usize).ok_or(DecodeError::Plan)?;
        if let Node::WriterUnion(range) = node {
            let index = usize::try_from(reader.read_index()?).map_err(|_| DecodeError::UnionIndex)?;
            let branch = range.of(&self.program.branches)?.get(index).ok_or(DecodeError::UnionIndex)?;
            node = self.program.nodes.get(*branch as usize).ok_or(DecodeError::Plan)?;
        }
        match node {
            Node::Fail(error) => Err(*error),
            node => Ok(node),
        }
    }

    /// For a type that nothing can be promoted to: what follows is such a value.
    ///
    /// # Errors
    /// The value is of another type, or a union index is malformed.
    #[inline]
    pub fn same<'a, R: AvroRead<'a>>(self, reader: &mut R) -> Result<(), DecodeError> {
        match self.enter(reader)? {
            Node::Same => Ok(()),
            _ => Err(DecodeError::Plan),
        }
    }

    /// For a type that others can be promoted to: which one follows, or `None` when it is the type itself.
    ///
    /// # Errors
    /// The value cannot be promoted, or a union index is malformed.
    #[inline]
    pub fn promotion<'a, R: AvroRead<'a>>(self, reader: &mut R) -> Result<Option<Primitive>, DecodeError> {
        match self.enter(reader)? {
            Node::Same => Ok(None),
            Node::Promote(primitive) => Ok(Some(*primitive)),
            _ => Err(DecodeError::Plan),
        }
    }

    /// For an enum: the position of the symbol in the reader's type.
    ///
    /// # Errors
    /// The reader's enum has no such symbol and no default, or the index is malformed.
    #[inline]
    pub fn symbol<'a, R: AvroRead<'a>>(self, reader: &mut R) -> Result<u64, DecodeError> {
        match self.enter(reader)? {
            Node::Same => reader.read_index(),
            Node::Enum(range) => {
                let index = reader.read_index()?;
                let symbols = range.of(&self.program.symbols)?;
                match usize::try_from(index).ok().and_then(|index| symbols.get(index)) {
                    Some(&symbol) if symbol < UNKNOWN_SYMBOL => Ok(u64::from(symbol)),
                    Some(_) => Err(DecodeError::UnknownSymbol),
                    None => Err(DecodeError::EnumIndex),
                }
            }
            _ => Err(DecodeError::Plan),
        }
    }

    /// For an enum that keeps unknown symbols: as [`symbol`](Self::symbol), or the position in the writer's type.
    ///
    /// # Errors
    /// The index is malformed.
    #[inline]
    pub fn symbol_or_unknown<'a, R: AvroRead<'a>>(self, reader: &mut R) -> Result<EnumSymbol, DecodeError> {
        match self.enter(reader)? {
            Node::Same => reader.read_index().map(EnumSymbol::Known),
            Node::Enum(range) => {
                let index = reader.read_index()?;
                let symbols = range.of(&self.program.symbols)?;
                match usize::try_from(index).ok().and_then(|index| symbols.get(index)) {
                    Some(&symbol) if symbol < UNKNOWN_SYMBOL => Ok(EnumSymbol::Known(u64::from(symbol))),
                    Some(&NO_SYMBOL) => Err(DecodeError::UnknownSymbol),
                    Some(&symbol) => i32::try_from(symbol - UNKNOWN_SYMBOL)
                        .map(EnumSymbol::Unknown)
                        .map_err(|_| DecodeError::Plan),
                    None => Err(DecodeError::EnumIndex),
                }
            }
            _ => Err(DecodeError::Plan),
        }
    }

    /// For a union: the position of the branch in the reader's type, and how to read its value.
    ///
    /// # Errors
    /// The reader's union has no place for the value, or the index is malformed.
    #[inline]
    pub fn branch<'a, R: AvroRead<'a>>(self, reader: &mut R) -> Result<(u64, Self), DecodeError> {
        match self.enter(reader)? {
            Node::Same => Ok((reader.read_index()?, self)),
            Node::ReaderBranch { branch, node } => Ok((u64::from(*branch), self.at(*node))),
            _ => Err(DecodeError::Plan),
        }
    }

    /// For an array: how to read its items; `None` to decode without a plan.
    ///
    /// # Errors
    /// A union index is malformed.
    #[inline]
    pub fn items<'a, R: AvroRead<'a>>(self, reader: &mut R) -> Result<Option<Items<'p>>, DecodeError> {
        match self.enter(reader)? {
            Node::Same => Ok(None),
            Node::Array { node, min_size, weight } => {
                Ok(Some(Items { plan: self.at(*node), min_size: *min_size, weight: *weight }))
            }
            _ => Err(DecodeError::Plan),
        }
    }

    /// For a map: how to read a value and the writer's smallest encoding of one; `None` to decode without a plan.
    ///
    /// # Errors
    /// A union index is malformed.
    #[inline]
    pub fn values<'a, R: AvroRead<'a>>(self, reader: &mut R) -> Result<Option<(Self, usize)>, DecodeError> {
        match self.enter(reader)? {
            Node::Same => Ok(None),
            Node::Map { node, min_size } => Ok(Some((self.at(*node), *min_size))),
            _ => Err(DecodeError::Plan),
        }
    }

    /// For a record: its steps; `None` to decode without a plan.
    ///
    /// # Errors
    /// A union index is malformed.
    #[inline]
    pub fn record<'a, R: AvroRead<'a>>(self, reader: &mut R) -> Result<Option<RecordPlan<'p>>, DecodeError> {
        match self.enter(reader)? {
            Node::Same => Ok(None),
            Node::Record { steps, defaults, width } => {
                let steps = steps.of(&self.program.steps)?;
                let defaults = defaults.of(&self.program.defaults)?;
                Ok(Some(RecordPlan { program: self.program, steps, defaults, width: *width }))
            }
            _ => Err(DecodeError::Plan),
        }
    }
}

/// How to read the items of an array.
#[derive(Debug, Clone, Copy)]
pub struct Items<'p> {
    /// How to read an item.
    pub plan: Plan<'p>,
    /// The writer's smallest encoding of an item.
    pub min_size: usize,
    weight: usize,
}

impl Items<'_> {
    /// Pays for what the reader's defaults add to `count` items that take no bytes.
    ///
    /// # Errors
    /// The budget of items that take no bytes is spent.
    pub fn spend_defaults<'a, R: AvroRead<'a>>(
        &self,
        count: usize,
        reader: &mut R,
    ) -> Result<(), DecodeError> {
        match self.weight {
            0 => Ok(()),
            weight => reader.spend_empty_items(count.saturating_mul(weight)),
        }
    }
}
