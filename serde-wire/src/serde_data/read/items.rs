//! The items of arrays, the entries of maps, and bytes one by one.

use super::super::error::Fault;
use super::key::Key;
use super::{At, takes_no_bytes};
use crate::codec::{AvroRead, DecodeError, Reader};
use avro_model::value::PathStep;
use avro_model::{NodeId, Schema};
use serde::de::value::SeqDeserializer;
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};

/// What comes in blocks.
struct Blocks<'s, 'r, 'de> {
    schema: &'s Schema,
    item: NodeId,
    reader: &'r mut Reader<'de>,
    smallest: usize,
    /// How many of the block are left.
    left: usize,
    read: usize,
    ended: bool,
}

impl<'s, 'r, 'de> Blocks<'s, 'r, 'de> {
    fn new(schema: &'s Schema, item: NodeId, reader: &'r mut Reader<'de>, smallest: usize) -> Self {
        Self { schema, item, reader, smallest, left: 0, read: 0, ended: false }
    }

    /// Whether there is another one.
    fn more(&mut self) -> Result<bool, DecodeError> {
        if self.left == 0 && !self.ended {
            self.left = self.reader.read_block(self.smallest)?;
            self.ended = self.left == 0;
        }
        Ok(!self.ended)
    }

    fn take(&mut self) -> At<'s, '_, 'de> {
        self.left -= 1;
        self.read += 1;
        At { schema: self.schema, node: self.item, reader: self.reader, union: None }
    }

    /// Nothing may be left that the type has not asked for.
    fn end(&mut self) -> Result<(), Fault> {
        if self.more()? {
            return Err(Fault::invalid_length(self.read + self.left, &"fewer items"));
        }
        self.reader.leave_recursive();
        Ok(())
    }
}

/// The items of an array.
pub(super) struct Items<'s, 'r, 'de>(Blocks<'s, 'r, 'de>);

impl<'s, 'r, 'de> Items<'s, 'r, 'de> {
    pub(super) fn new(schema: &'s Schema, item: NodeId, reader: &'r mut Reader<'de>) -> Self {
        let smallest = usize::from(!takes_no_bytes(schema, item));
        Self(Blocks::new(schema, item, reader, smallest))
    }

    pub(super) fn visit<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Fault> {
        self.0.reader.enter_recursive()?;
        let value = visitor.visit_seq(&mut self)?;
        self.0.end()?;
        Ok(value)
    }
}

impl<'de> SeqAccess<'de> for Items<'_, '_, 'de> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Fault> {
        if !self.0.more()? {
            return Ok(None);
        }
        let index = self.0.read;
        let inside = |fault: Fault| fault.inside(PathStep::Index(index));
        seed.deserialize(self.0.take()).map(Some).map_err(inside)
    }

    fn size_hint(&self) -> Option<usize> {
        (self.0.left > 0).then_some(self.0.left)
    }
}

/// The entries of a map.
pub(super) struct Entries<'s, 'r, 'de> {
    blocks: Blocks<'s, 'r, 'de>,
    key: &'de str,
}

impl<'s, 'r, 'de> Entries<'s, 'r, 'de> {
    pub(super) fn new(schema: &'s Schema, values: NodeId, reader: &'r mut Reader<'de>) -> Self {
        Self { blocks: Blocks::new(schema, values, reader, 1), key: "" }
    }

    pub(super) fn visit<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Fault> {
        self.blocks.reader.enter_recursive()?;
        let value = visitor.visit_map(&mut self)?;
        self.blocks.end()?;
        Ok(value)
    }
}

impl<'de> MapAccess<'de> for Entries<'_, '_, 'de> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        if !self.blocks.more()? {
            return Ok(None);
        }
        let index = self.blocks.read;
        let inside = |fault: Fault| fault.inside(PathStep::KeyAt(index));
        self.key = self.blocks.reader.read_str().map_err(|error| inside(error.into()))?;
        seed.deserialize(Key(self.key)).map(Some).map_err(inside)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Fault> {
        let key = self.key;
        seed.deserialize(self.blocks.take()).map_err(|fault| fault.inside(PathStep::Key(key.to_owned())))
    }

    fn size_hint(&self) -> Option<usize> {
        (self.blocks.left > 0).then_some(self.blocks.left)
    }
}

/// Bytes as numbers.
pub(super) struct Bytes<'de>(&'de [u8]);

impl<'de> Bytes<'de> {
    pub(super) fn new(bytes: &'de [u8]) -> Self {
        Self(bytes)
    }

    pub(super) fn visit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let mut bytes = SeqDeserializer::<_, Fault>::new(self.0.iter().copied());
        let value = visitor.visit_seq(&mut bytes)?;
        bytes.end()?;
        Ok(value)
    }
}
