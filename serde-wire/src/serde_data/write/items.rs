//! Sequences and tuples: arrays, bytes, and records by the order of their fields.

use super::record::Fields;
use super::simple::byte;
use super::{At, Fault, branch};
use avro_model::value::PathStep;
use avro_model::{Kind, NodeId, Schema};
use serde::ser::{Serialize, SerializeSeq, SerializeTuple, SerializeTupleStruct, SerializeTupleVariant};

/// What a sequence is written to.
pub(in crate::serde_data) enum Items<'s, 'o> {
    Array(Block<'s, 'o>),
    Bytes { at: At<'s, 'o>, bytes: Vec<u8> },
    Record(Fields<'s, 'o>),
}

/// The items of an array or the entries of a map, in one block.
pub(in crate::serde_data) struct Block<'s, 'o> {
    pub(super) schema: &'s Schema,
    pub(super) item: NodeId,
    pub(super) out: &'o mut Vec<u8>,
    pub(super) depth: usize,
    /// Where the count stands, and where the items begin.
    count_at: (usize, usize),
    expected: usize,
    pub(super) count: usize,
}

impl<'s, 'o> Block<'s, 'o> {
    pub(super) fn new(at: At<'s, 'o>, item: NodeId, length: Option<usize>) -> Result<Self, Fault> {
        let depth = at.enter()?;
        let At { schema, out, .. } = at;
        let start = out.len();
        let expected = length.unwrap_or(0);
        branch::index(expected, out);
        let count_at = (start, out.len());
        Ok(Self { schema, item, out, depth, count_at, expected, count: 0 })
    }

    pub(super) fn next(&mut self) -> At<'s, '_> {
        At { schema: self.schema, node: self.item, out: self.out, depth: self.depth }
    }

    pub(super) fn end(self) {
        let Self { out, count_at: (start, items), expected, count, .. } = self;
        if count != expected {
            let mut real = Vec::new();
            branch::index(count, &mut real);
            out.splice(start..items, real);
        }
        if count > 0 {
            out.push(0);
        }
    }
}

impl<'s, 'o> Items<'s, 'o> {
    pub(super) fn sequence(mut at: At<'s, 'o>, length: Option<usize>) -> Result<Self, Fault> {
        let rank = |node: &avro_model::Node| match &node.kind {
            Kind::Array(_) => Some(0),
            Kind::Bytes => Some(1),
            Kind::Fixed(fixed) => length.is_none_or(|length| length == fixed.size).then_some(2),
            _ => None,
        };
        at.choose(rank, || "a sequence".to_owned())?;
        Self::begin(at, length)
    }

    pub(super) fn tuple(mut at: At<'s, 'o>, length: usize) -> Result<Self, Fault> {
        let rank = |node: &avro_model::Node| match &node.kind {
            Kind::Array(_) => Some(0),
            Kind::Fixed(fixed) => (fixed.size == length).then_some(1),
            Kind::Bytes => Some(2),
            Kind::Record(record) => (record.fields.len() == length).then_some(3),
            _ => None,
        };
        at.choose(rank, || format!("a tuple of {length}"))?;
        Self::begin(at, Some(length))
    }

    fn begin(at: At<'s, 'o>, length: Option<usize>) -> Result<Self, Fault> {
        match at.kind() {
            Kind::Array(item) => Block::new(at, *item, length).map(Self::Array),
            Kind::Record(record) => Fields::new(at, record).map(Self::Record),
            _ => Ok(Self::Bytes { at, bytes: Vec::new() }),
        }
    }

    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fault> {
        match self {
            Self::Array(block) => {
                let index = block.count;
                value.serialize(block.next()).map_err(|fault| fault.inside(PathStep::Index(index)))?;
                block.count += 1;
                Ok(())
            }
            Self::Bytes { bytes, .. } => {
                let index = bytes.len();
                let byte = byte(value).map_err(|fault| fault.inside(PathStep::Index(index)))?;
                bytes.push(byte);
                Ok(())
            }
            Self::Record(fields) => fields.next(value),
        }
    }

    fn done(self) -> Result<(), Fault> {
        match self {
            Self::Array(block) => {
                block.end();
                Ok(())
            }
            Self::Bytes { at, bytes } => match at.kind() {
                Kind::Fixed(fixed) if fixed.size != bytes.len() => {
                    Err(at.unfit(&format!("a sequence of {}", bytes.len())))
                }
                _ => {
                    at.bytes(&bytes);
                    Ok(())
                }
            },
            Self::Record(fields) => fields.end(),
        }
    }
}

macro_rules! sequences {
    ($($trait:ident::$name:ident),*) => {
        $(impl $trait for Items<'_, '_> {
            type Ok = ();
            type Error = Fault;

            fn $name<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fault> {
                self.item(value)
            }

            fn end(self) -> Result<(), Fault> {
                self.done()
            }
        })*
    };
}

sequences!(
    SerializeSeq::serialize_element,
    SerializeTuple::serialize_element,
    SerializeTupleStruct::serialize_field,
    SerializeTupleVariant::serialize_field
);
