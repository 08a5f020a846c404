//! Skipping what the writer wrote and the reader has no field for.

use super::plan::{Program, Range};
use crate::codec::{AvroRead, DecodeError};

/// How to skip a value of one writer type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SkipNode {
    /// A number of bytes: `null`, `float`, `double`, `fixed` and records of these.
    Slice {
        /// How many bytes.
        length: usize,
        /// How many records stand in each other in them.
        levels: u32,
    },
    /// A `boolean`.
    Boolean,
    /// An `int`.
    Int,
    /// A `long`.
    Long,
    /// A `string` or `bytes`.
    Bytes,
    /// An enum of that many symbols.
    Enum(u32),
    /// Items of an array or entries of a map.
    Blocks {
        /// How to skip an item; for a map, the value.
        node: u32,
        /// The smallest encoding of an item or entry.
        min_size: usize,
        /// True for a map: a key stands before each value.
        keyed: bool,
    },
    /// An index and the child that it selects.
    Union(Range),
    /// One child after the other.
    Record(Range),
}

impl Program {
    /// Skips a value of the type of that node. What the writer wrote must be well-formed as far as it is looked at: a
    /// block with a byte size is jumped over.
    #[inline(never)]
    pub(crate) fn skip<'a, R: AvroRead<'a>>(&self, node: u32, reader: &mut R) -> Result<(), DecodeError> {
        let mut node = node;
        loop {
            match *self.skips.get(node as usize).ok_or(DecodeError::Plan)? {
                SkipNode::Slice { length, levels } => {
                    reach(levels, reader)?;
                    return reader.skip_slice(length);
                }
                SkipNode::Boolean => return reader.read_boolean().map(|_| ()),
                SkipNode::Int => return reader.read_int().map(|_| ()),
                SkipNode::Long => return reader.skip_long(),
                SkipNode::Bytes => return reader.skip_bytes(),
                SkipNode::Enum(symbols) => {
                    let known = reader.read_index()? < u64::from(symbols);
                    return if known { Ok(()) } else { Err(DecodeError::EnumIndex) };
                }
                // A branch is no union itself, so this goes round once.
                SkipNode::Union(branches) => {
                    let index = usize::try_from(reader.read_index()?).map_err(|_| DecodeError::UnionIndex)?;
                    node = *branches.of(&self.skip_children)?.get(index).ok_or(DecodeError::UnionIndex)?;
                }
                SkipNode::Record(fields) => return self.skip_fields(fields, reader),
                SkipNode::Blocks { node, min_size, keyed } => {
                    return self.skip_blocks(node, min_size, keyed, reader);
                }
            }
        }
    }

    #[inline(never)]
    fn skip_fields<'a, R: AvroRead<'a>>(&self, fields: Range, reader: &mut R) -> Result<(), DecodeError> {
        reader.enter_recursive()?;
        fields.of(&self.skip_children)?.iter().try_for_each(|&field| self.skip(field, reader))?;
        reader.leave_recursive();
        Ok(())
    }

    #[inline(never)]
    fn skip_blocks<'a, R: AvroRead<'a>>(
        &self,
        node: u32,
        min_size: usize,
        keyed: bool,
        reader: &mut R,
    ) -> Result<(), DecodeError> {
        reader.enter_recursive()?;
        loop {
            let count = reader.read_long()?;
            if count == 0 {
                reader.leave_recursive();
                return Ok(());
            }
            let items = usize::try_from(count.unsigned_abs()).map_err(|_| DecodeError::BlockCount)?;
            if count == i64::MIN {
                return Err(DecodeError::BlockCount);
            }
            if min_size == 0 {
                reader.spend_empty_items(items)?;
            }
            if count < 0 {
                let size = reader.read_length()?;
                reader.skip_slice(size)?;
                continue;
            }
            if min_size != 0 && items > reader.remaining() / min_size {
                return Err(DecodeError::BlockCount);
            }
            for _ in 0..items {
                if keyed {
                    reader.skip_bytes()?;
                }
                self.skip(node, reader)?;
            }
        }
    }
}

/// Looks whether so many levels may follow, for records that are not walked through.
fn reach<'a, R: AvroRead<'a>>(levels: u32, reader: &mut R) -> Result<(), DecodeError> {
    for _ in 0..levels {
        reader.enter()?;
    }
    for _ in 0..levels {
        reader.leave();
    }
    Ok(())
}
