//! Arrays.

use crate::codec::values::form::{Own, ResolveAs};
use crate::codec::{
    AvroDecode, AvroEncode, AvroRead, AvroResolve, AvroWrite, DecodeError, EncodeError, first_items, read_new,
};
use crate::resolve::{Items, Plan};

/// The number of items in the next block of a collection of `T`. Items that cost no input but much memory are paid for
/// from the budget of empty items by their memory.
#[inline(always)]
pub(crate) fn next_block<'a, T, R: AvroRead<'a>>(
    reader: &mut R,
    min_item_size: usize,
) -> Result<usize, DecodeError> {
    let count = reader.read_block(min_item_size)?;
    if min_item_size == 0 && size_of::<T>() > 64 {
        reader.spend_empty_items(count.saturating_mul(size_of::<T>() / 64))?;
    }
    Ok(count)
}

/// Writes an array or map of `count` items that can fail: one block of all of them, and the end mark.
#[inline(always)]
pub(super) fn encode_block<W: AvroWrite>(
    count: usize,
    writer: &mut W,
    items: impl FnOnce(&mut W) -> Result<(), EncodeError>,
) -> Result<(), EncodeError> {
    if count != 0 {
        writer.write_block(count);
        items(writer)?;
    }
    writer.write_block(0);
    Ok(())
}

/// `array`: one block of all items. An empty array is its end mark alone.
impl<T: AvroEncode> AvroEncode for Vec<T> {
    // Called, and so compiled once for each type of items: records have many arrays of few types, and a call is little beside what
    // items take.
    #[inline(never)]
    fn encode<W: AvroWrite>(&self, writer: &mut W) {
        if !self.is_empty() {
            writer.write_block(self.len());
            T::encode_items(self, writer);
        }
        writer.write_block(0);
    }
}

impl<'a, T: AvroDecode<'a>> AvroDecode<'a> for Vec<T> {
    const MIN_SIZE: usize = 1;

    #[inline]
    fn decode<R: AvroRead<'a>>(reader: &mut R) -> Result<Self, DecodeError> {
        let mut items = Self::new();
        Self::decode_at(&mut items, reader)?;
        Ok(items)
    }

    #[inline]
    fn decode_at<R: AvroRead<'a>>(place: &mut Self, reader: &mut R) -> Result<(), DecodeError> {
        reader.enter()?;
        loop {
            let count = next_block::<T, R>(reader, T::MIN_SIZE)?;
            if count == 0 {
                reader.leave();
                return Ok(());
            }
            T::decode_items(reader, count, place)?;
        }
    }

    #[inline]
    fn decode_into<R: AvroRead<'a>>(&mut self, reader: &mut R) -> Result<(), DecodeError> {
        reader.enter()?;
        let mut done = 0;
        loop {
            let count = next_block::<T, R>(reader, T::MIN_SIZE)?;
            if count == 0 {
                self.truncate(done);
                reader.leave();
                return Ok(());
            }
            done = T::decode_items_into(reader, count, self, done)?;
        }
    }
}

impl<'a, T: AvroResolve<'a>> AvroResolve<'a> for Vec<T> {
    fn decode_plan<R: AvroRead<'a>>(plan: Plan<'_>, reader: &mut R) -> Result<Self, DecodeError> {
        match plan.items(reader)? {
            None => Self::decode(reader),
            Some(plan) => decode_by_plan::<T, Own, R>(plan, reader),
        }
    }
}

/// Reads a collection whose items take at least that many bytes into the memory of another one: first into the items that
/// there are.
#[inline(always)]
pub(super) fn decode_each_into<'a, T, R: AvroRead<'a>>(
    reader: &mut R,
    items: &mut Vec<T>,
    min_item_size: usize,
    decode: impl Fn(&mut R) -> Result<T, DecodeError>,
    decode_into: impl Fn(&mut T, &mut R) -> Result<(), DecodeError>,
) -> Result<(), DecodeError> {
    reader.enter()?;
    let mut done = 0;
    loop {
        let mut count = next_block::<T, R>(reader, min_item_size)?;
        if count == 0 {
            items.truncate(done);
            reader.leave();
            return Ok(());
        }
        let used = items.get_mut(done..).unwrap_or_default();
        for item in used.iter_mut().take(count) {
            decode_into(item, reader)?;
            count -= 1;
            done += 1;
        }
        items.reserve(count.min(first_items::<T>()));
        for _ in 0..count {
            items.push(decode(reader)?);
            done += 1;
        }
    }
}

/// Reads an array whose items are read by a plan of their own.
#[inline]
pub(super) fn decode_by_plan<'a, T, F: ResolveAs<'a, T>, R: AvroRead<'a>>(
    plan: Items<'_>,
    reader: &mut R,
) -> Result<Vec<T>, DecodeError> {
    reader.enter()?;
    let mut items = Vec::new();
    loop {
        let count = next_block::<T, R>(reader, plan.min_size)?;
        if count == 0 {
            reader.leave();
            return Ok(items);
        }
        plan.spend_defaults(count, reader)?;
        items.reserve(count.min(first_items::<T>()));
        for _ in 0..count {
            read_new!(
                items,
                F::blank(),
                place => F::decode_plan_at_as(place, plan.plan, reader),
                F::decode_plan_as(plan.plan, reader)
            );
        }
    }
}
