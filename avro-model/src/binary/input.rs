//! The bytes of a datum, read from front to back (encoding §3).

use super::DecodeProblem;
use crate::limits::Limits;

/// A place in a datum, and what is left of its limits.
pub(super) struct Input<'a> {
    bytes: &'a [u8],
    at: usize,
    limits: Limits,
    depth: usize,
    /// Values that take no bytes, but for those in records.
    empty: u64,
    /// Fields of records that take no bytes.
    empty_fields: u64,
    /// Values that may still be made.
    values: u64,
}

/// The next part of an array or map that is skipped.
pub(super) enum Skip {
    /// It ends.
    End,
    /// A number of items, to be skipped one by one.
    Items(usize),
    /// A block that carries its size, over and done with, and how many items it says it had.
    Done(usize),
}

impl<'a> Input<'a> {
    pub(super) fn new(bytes: &'a [u8], limits: &Limits) -> Self {
        Self { bytes, at: 0, limits: *limits, depth: 0, empty: 0, empty_fields: 0, values: limits.values }
    }

    pub(super) fn offset(&self) -> usize {
        self.at
    }

    fn remaining(&self) -> usize {
        self.bytes.len() - self.at
    }

    pub(super) fn take(&mut self, length: usize, what: &'static str) -> Result<&'a [u8], DecodeProblem> {
        if length > self.remaining() {
            return Err(DecodeProblem::Truncated { what });
        }
        let (from, to) = (self.at, self.at + length);
        if to > self.limits.bytes {
            return Err(DecodeProblem::TooLong { limit: self.limits.bytes });
        }
        self.at = to;
        Ok(&self.bytes[from..to])
    }

    fn array<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N], DecodeProblem> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N, what)?);
        Ok(array)
    }

    pub(super) fn boolean(&mut self) -> Result<bool, DecodeProblem> {
        match self.array("a boolean")? {
            [0] => Ok(false),
            [1] => Ok(true),
            [byte] => Err(DecodeProblem::Boolean { byte }),
        }
    }

    /// A number of at most `bits` bits, before the zig-zag is undone. It may be longer than it need be, but not longer
    /// than the longest one of that many bits.
    fn varint(&mut self, bits: u32) -> Result<u64, DecodeProblem> {
        let mut value = 0_u64;
        let mut shift = 0;
        while shift < bits {
            let [byte] = self.array("a number")?;
            let part = u64::from(byte & 0x7f);
            if bits - shift < 7 && part >> (bits - shift) != 0 {
                break;
            }
            value |= part << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
            shift += 7;
        }
        Err(DecodeProblem::NumberTooLong { bits })
    }

    pub(super) fn long(&mut self) -> Result<i64, DecodeProblem> {
        let value = self.varint(64)?;
        Ok((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
    }

    #[expect(clippy::cast_possible_truncation, reason = "the number has at most 32 bits")]
    pub(super) fn int(&mut self) -> Result<i32, DecodeProblem> {
        let value = self.varint(32)? as u32;
        Ok((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
    }

    pub(super) fn float(&mut self) -> Result<f32, DecodeProblem> {
        Ok(f32::from_le_bytes(self.array("a float")?))
    }

    pub(super) fn double(&mut self) -> Result<f64, DecodeProblem> {
        Ok(f64::from_le_bytes(self.array("a double")?))
    }

    pub(super) fn bytes(&mut self) -> Result<&'a [u8], DecodeProblem> {
        let length = self.long()?;
        let length = u64::try_from(length).map_err(|_| DecodeProblem::NegativeLength { length })?;
        match usize::try_from(length) {
            Ok(length) if length <= self.remaining() => self.take(length, "text or bytes"),
            _ => Err(DecodeProblem::Length { length, remaining: self.remaining() }),
        }
    }

    pub(super) fn text(&mut self) -> Result<&'a str, DecodeProblem> {
        utf8(self.bytes()?)
    }

    /// The position of one of `count` symbols: an `int`, as in the reference.
    pub(super) fn symbol(&mut self, count: usize) -> Result<usize, DecodeProblem> {
        let index = self.int()?;
        let found = usize::try_from(index).ok().filter(|&index| index < count);
        found.ok_or(DecodeProblem::SymbolIndex { index, count })
    }

    /// The position of one of `count` branches: an `int`, as in the reference.
    pub(super) fn branch(&mut self, count: usize) -> Result<usize, DecodeProblem> {
        let index = self.int()?;
        let found = usize::try_from(index).ok().filter(|&index| index < count);
        found.ok_or(DecodeProblem::BranchIndex { index, count })
    }

    /// The number of items of the next block, 0 at the end. The size that may stand before the items is a hint for who
    /// skips them and does not matter here.
    ///
    /// `smallest` is how many bytes the writer takes at least for an item.
    pub(super) fn block(&mut self, smallest: usize) -> Result<usize, DecodeProblem> {
        let count = self.long()?;
        if count < 0 {
            self.size()?;
        }
        self.items(count, smallest)
    }

    /// The next block of what is skipped.
    pub(super) fn skip_block(&mut self, smallest: usize) -> Result<Skip, DecodeProblem> {
        let count = self.long()?;
        if count >= 0 {
            let items = self.items(count, smallest)?;
            return Ok(if items == 0 { Skip::End } else { Skip::Items(items) });
        }
        let size = self.size()?;
        let counted = count.checked_abs().and_then(|items| usize::try_from(items).ok());
        if smallest == 0 {
            self.items(count, smallest)?;
        }
        let items = counted.ok_or(DecodeProblem::BlockCount { count, remaining: self.remaining() })?;
        self.take(size, "a block")?;
        Ok(Skip::Done(items))
    }

    fn size(&mut self) -> Result<usize, DecodeProblem> {
        let size = self.long()?;
        let length = u64::try_from(size).map_err(|_| DecodeProblem::NegativeLength { length: size })?;
        usize::try_from(length).map_err(|_| DecodeProblem::Length { length, remaining: self.remaining() })
    }

    fn items(&mut self, count: i64, smallest: usize) -> Result<usize, DecodeProblem> {
        let problem = DecodeProblem::BlockCount { count, remaining: self.remaining() };
        let Some(Ok(items)) = count.checked_abs().map(usize::try_from) else { return Err(problem) };
        match self.remaining().checked_div(smallest) {
            None => self.empty(items as u64)?,
            Some(most) if items > most => return Err(problem),
            Some(_) => {}
        }
        Ok(items)
    }

    /// Counts values that take no bytes.
    pub(super) fn empty(&mut self, values: u64) -> Result<(), DecodeProblem> {
        self.empty = self.empty.saturating_add(values);
        self.within_empty_items()
    }

    /// Counts fields of a record that take no bytes. As many as there are bytes are free: they are part of something.
    pub(super) fn empty_fields(&mut self, fields: u64) -> Result<(), DecodeProblem> {
        self.empty_fields = self.empty_fields.saturating_add(fields);
        self.within_empty_items()
    }

    /// Counts values before they are made.
    pub(super) fn values(&mut self, values: u64) -> Result<(), DecodeProblem> {
        let left = self.values.checked_sub(values);
        self.values = left.ok_or(DecodeProblem::TooManyValues { limit: self.limits.values })?;
        Ok(())
    }

    fn within_empty_items(&self) -> Result<(), DecodeProblem> {
        let unpaid = self.empty_fields.saturating_sub(self.at as u64);
        let limit = self.limits.empty_items;
        if self.empty.saturating_add(unpaid) > limit {
            Err(DecodeProblem::EmptyItems { limit })
        } else {
            Ok(())
        }
    }

    /// Looks whether so many levels may follow, for a value that is not walked through.
    pub(super) fn reach(&self, levels: usize) -> Result<(), DecodeProblem> {
        if levels > self.limits.depth - self.depth {
            return Err(DecodeProblem::TooDeep { limit: self.limits.depth });
        }
        Ok(())
    }

    /// Goes one level deeper, into a record, an array or a map. After an error nothing more is read, so the level counts
    /// only on the way back from success.
    pub(super) fn enter(&mut self) -> Result<(), DecodeProblem> {
        if self.depth == self.limits.depth {
            return Err(DecodeProblem::TooDeep { limit: self.limits.depth });
        }
        self.depth += 1;
        Ok(())
    }

    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }
}

pub(super) fn utf8(bytes: &[u8]) -> Result<&str, DecodeProblem> {
    std::str::from_utf8(bytes).map_err(|_| DecodeProblem::Utf8)
}
