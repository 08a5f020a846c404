//! The traits between generated types and the runtime.
//!
//! Generated code is generic over [`AvroRead`] and [`AvroWrite`], so that one text runs on the fast runtime and on its
//! safe twin. A type implements [`AvroEncode`], [`AvroDecode`] and [`AvroResolve`]; one that has a schema of its own
//! (a record, an enum, a named union) implements [`AvroSchema`] as well.

use super::places::{put, read_new};
use super::varint::MAX_INT;
use super::{DecodeError, EncodeError, OnUnknownSymbol, Writer};
use crate::resolve::Plan;

/// A reader of Avro binary data that lives for `'a`.
///
/// After an error the position is unspecified and the datum is lost.
pub trait AvroRead<'a> {
    /// How many bytes are left.
    fn remaining(&self) -> usize;

    /// Reads a `boolean`.
    ///
    /// # Errors
    /// The input ends, or the byte is neither 0 nor 1.
    fn read_boolean(&mut self) -> Result<bool, DecodeError>;

    /// Reads a `long`.
    ///
    /// # Errors
    /// The input ends, or the number does not fit 64 bits.
    fn read_long(&mut self) -> Result<i64, DecodeError>;

    /// Reads an `int`.
    ///
    /// # Errors
    /// As [`read_long`](Self::read_long), or the number does not fit 32 bits or takes more than five bytes.
    #[inline(always)]
    fn read_int(&mut self) -> Result<i32, DecodeError> {
        let before = self.remaining();
        let value = self.read_long()?;
        if before - self.remaining() > MAX_INT {
            return Err(DecodeError::IntRange);
        }
        i32::try_from(value).map_err(|_| DecodeError::IntRange)
    }

    /// Reads a `float`.
    ///
    /// # Errors
    /// The input ends.
    #[inline(always)]
    fn read_float(&mut self) -> Result<f32, DecodeError> {
        Ok(f32::from_le_bytes(*self.read_fixed()?))
    }

    /// Reads a `double`.
    ///
    /// # Errors
    /// The input ends.
    #[inline(always)]
    fn read_double(&mut self) -> Result<f64, DecodeError> {
        Ok(f64::from_le_bytes(*self.read_fixed()?))
    }

    /// Takes the next `length` bytes as they are.
    ///
    /// # Errors
    /// The input ends.
    fn read_slice(&mut self, length: usize) -> Result<&'a [u8], DecodeError>;

    /// Reads a `fixed` of `N` bytes.
    ///
    /// # Errors
    /// The input ends.
    fn read_fixed<const N: usize>(&mut self) -> Result<&'a [u8; N], DecodeError>;

    /// Reads a length: a `long` that must not be negative.
    ///
    /// # Errors
    /// As [`read_long`](Self::read_long), or the number is negative.
    #[inline(always)]
    fn read_length(&mut self) -> Result<usize, DecodeError> {
        usize::try_from(self.read_long()?).map_err(|_| DecodeError::NegativeLength)
    }

    /// Reads a `bytes`.
    ///
    /// # Errors
    /// The input ends, or the length is negative.
    #[inline(always)]
    fn read_bytes(&mut self) -> Result<&'a [u8], DecodeError> {
        let length = self.read_length()?;
        self.read_slice(length)
    }

    /// Reads a `bytes` into the place of one that has no memory, as [`AvroDecode::decode_at`] does.
    ///
    /// # Errors
    /// As [`read_bytes`](Self::read_bytes).
    #[inline(never)]
    fn read_bytes_at(&mut self, place: &mut Vec<u8>) -> Result<(), DecodeError> {
        put(place, self.read_bytes()?.to_vec());
        Ok(())
    }

    /// Reads a `bytes` into the memory of another one.
    ///
    /// # Errors
    /// As [`read_bytes`](Self::read_bytes); `bytes` is as it was.
    #[inline(always)]
    fn read_bytes_into(&mut self, bytes: &mut Vec<u8>) -> Result<(), DecodeError> {
        let read = self.read_bytes()?;
        bytes.clear();
        bytes.extend_from_slice(read);
        Ok(())
    }

    /// Reads a `string`, borrowed from the input.
    ///
    /// # Errors
    /// As [`read_bytes`](Self::read_bytes), or the bytes are not UTF-8.
    fn read_str(&mut self) -> Result<&'a str, DecodeError>;

    /// Reads a `string`.
    ///
    /// # Errors
    /// As [`read_str`](Self::read_str).
    #[inline(always)]
    fn read_string(&mut self) -> Result<String, DecodeError> {
        self.read_str().map(str::to_owned)
    }

    /// Reads a `string` into the place of one that has no memory, as [`AvroDecode::decode_at`] does.
    ///
    /// # Errors
    /// As [`read_str`](Self::read_str).
    #[inline(never)]
    fn read_string_at(&mut self, place: &mut String) -> Result<(), DecodeError> {
        put(place, self.read_string()?);
        Ok(())
    }

    /// Reads a `string` into the memory of another one.
    ///
    /// # Errors
    /// As [`read_str`](Self::read_str); `text` is as it was.
    #[inline(always)]
    fn read_string_into(&mut self, text: &mut String) -> Result<(), DecodeError> {
        let read = self.read_str()?;
        text.clear();
        text.push_str(read);
        Ok(())
    }

    /// A part of the input that was read as a [`Bytes`](bytes::Bytes) that keeps the input alive, where the reader knows
    /// one. `None` means that the caller has to copy it.
    #[cfg(feature = "bytes")]
    #[inline(always)]
    fn shared(&self, _part: &'a [u8]) -> Option<bytes::Bytes> {
        None
    }

    /// Reads the index of an enum symbol or a union branch, which is an `int`. A negative one comes out as a number
    /// beyond every schema, so that the caller's last match arm takes it.
    ///
    /// # Errors
    /// As [`read_int`](Self::read_int).
    #[inline(always)]
    fn read_index(&mut self) -> Result<u64, DecodeError> {
        Ok(i64::from(self.read_int()?).cast_unsigned())
    }

    /// Reads the number of items in the next block of an array or map; 0 ends the array or map. `min_item_size` is the
    /// smallest number of bytes that the *writer* can have spent on one item (for a map, key included).
    ///
    /// The byte size that may stand before a block is only a hint for skipping and not compared with what is read.
    ///
    /// # Errors
    /// The count cannot be true ([`DecodeError::BlockCount`]), or items that take no bytes exceed their budget.
    #[inline(always)]
    fn read_block(&mut self, min_item_size: usize) -> Result<usize, DecodeError> {
        let mut count = self.read_long()?;
        if count < 0 {
            count = count.checked_neg().ok_or(DecodeError::BlockCount)?;
            self.read_length()?;
        }
        let count = usize::try_from(count).map_err(|_| DecodeError::BlockCount)?;
        if min_item_size == 0 {
            self.spend_empty_items(count)?;
        } else if count > self.remaining() / min_item_size {
            return Err(DecodeError::BlockCount);
        }
        Ok(count)
    }

    /// Takes `count` from the budget of items that take no bytes ([`Limits::empty_items`](super::Limits)).
    ///
    /// # Errors
    /// The budget is spent.
    fn spend_empty_items(&mut self, count: usize) -> Result<(), DecodeError>;

    /// Appends `count` longs to `out`.
    ///
    /// # Errors
    /// As [`read_long`](Self::read_long); what was appended before the error is unspecified.
    fn read_longs(&mut self, count: usize, out: &mut Vec<i64>) -> Result<(), DecodeError>;

    /// Appends `count` ints to `out`.
    ///
    /// # Errors
    /// As [`read_int`](Self::read_int); what was appended before the error is unspecified.
    fn read_ints(&mut self, count: usize, out: &mut Vec<i32>) -> Result<(), DecodeError>;

    /// Appends `count` doubles to `out`.
    ///
    /// # Errors
    /// The input ends.
    #[inline]
    fn read_doubles(&mut self, count: usize, out: &mut Vec<f64>) -> Result<(), DecodeError> {
        let bytes = self.read_slice(count.checked_mul(8).ok_or(DecodeError::BlockCount)?)?;
        out.extend(bytes.as_chunks().0.iter().map(|chunk| f64::from_le_bytes(*chunk)));
        Ok(())
    }

    /// Appends `count` floats to `out`.
    ///
    /// # Errors
    /// The input ends.
    #[inline]
    fn read_floats(&mut self, count: usize, out: &mut Vec<f32>) -> Result<(), DecodeError> {
        let bytes = self.read_slice(count.checked_mul(4).ok_or(DecodeError::BlockCount)?)?;
        out.extend(bytes.as_chunks().0.iter().map(|chunk| f32::from_le_bytes(*chunk)));
        Ok(())
    }

    /// Goes one level deeper: into a record, an array or a map.
    ///
    /// # Errors
    /// The value would nest deeper than [`Limits::depth`](super::Limits::depth) allows.
    fn enter(&mut self) -> Result<(), DecodeError>;

    /// Comes back from a level that [`enter`](Self::enter) went down. Not needed after an error.
    fn leave(&mut self);

    /// [`enter`](Self::enter) for a value that can stand in one of its own type, which takes stack for each.
    ///
    /// # Errors
    /// As [`enter`](Self::enter), or decoding took more stack than [`Limits::stack`](super::Limits::stack) allows.
    fn enter_recursive(&mut self) -> Result<(), DecodeError>;

    /// Comes back from a level that [`enter_recursive`](Self::enter_recursive) went down. Not needed after an error.
    fn leave_recursive(&mut self);

    /// Skips a `long`.
    ///
    /// # Errors
    /// As [`read_long`](Self::read_long).
    #[inline(always)]
    fn skip_long(&mut self) -> Result<(), DecodeError> {
        self.read_long().map(|_| ())
    }

    /// Skips a `string` or `bytes`; a skipped string need not be UTF-8.
    ///
    /// # Errors
    /// As [`read_bytes`](Self::read_bytes).
    #[inline(always)]
    fn skip_bytes(&mut self) -> Result<(), DecodeError> {
        self.read_bytes().map(|_| ())
    }

    /// Skips `length` bytes.
    ///
    /// # Errors
    /// The input ends.
    #[inline(always)]
    fn skip_slice(&mut self, length: usize) -> Result<(), DecodeError> {
        self.read_slice(length).map(|_| ())
    }
}

/// A writer of Avro binary data. Writing cannot fail: it only grows memory.
pub trait AvroWrite {
    /// Makes room for `additional` bytes, which saves growing in steps.
    fn reserve(&mut self, additional: usize);

    /// Writes bytes as they are: the body of a `fixed`.
    fn write_slice(&mut self, bytes: &[u8]);

    /// Writes a `long`.
    fn write_long(&mut self, value: i64);

    /// Writes an `int`.
    #[inline(always)]
    fn write_int(&mut self, value: i32) {
        self.write_long(i64::from(value));
    }

    /// Writes a `boolean`.
    fn write_boolean(&mut self, value: bool);

    /// Writes a `float`.
    #[inline(always)]
    fn write_float(&mut self, value: f32) {
        self.write_fixed(&value.to_le_bytes());
    }

    /// Writes a `double`.
    #[inline(always)]
    fn write_double(&mut self, value: f64) {
        self.write_fixed(&value.to_le_bytes());
    }

    /// Writes a `fixed` of `N` bytes.
    #[inline(always)]
    fn write_fixed<const N: usize>(&mut self, bytes: &[u8; N]) {
        self.write_slice(bytes);
    }

    /// Writes a `bytes`.
    #[inline(always)]
    fn write_bytes(&mut self, bytes: &[u8]) {
        self.write_block(bytes.len());
        self.write_slice(bytes);
    }

    /// Writes a `string`.
    #[inline(always)]
    fn write_str(&mut self, text: &str) {
        self.write_bytes(text.as_bytes());
    }

    /// Writes the index of an enum symbol or a union branch.
    #[inline(always)]
    fn write_index(&mut self, index: u32) {
        self.write_long(i64::from(index));
    }

    /// Writes the number of items in a block of an array or map, which follow; 0 ends the array or map.
    #[inline(always)]
    fn write_block(&mut self, count: usize) {
        self.write_long(count.cast_signed() as i64);
    }

    /// Writes several longs, one after the other.
    fn write_longs(&mut self, values: &[i64]);

    /// Writes several ints, one after the other.
    fn write_ints(&mut self, values: &[i32]);

    /// Writes several doubles, one after the other.
    fn write_doubles(&mut self, values: &[f64]);

    /// Writes several floats, one after the other.
    fn write_floats(&mut self, values: &[f32]);
}

/// A type that has an Avro schema of its own.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no Avro schema of its own",
    note = "generated types have one, unless its text is very long or cannot be read by itself; the type that this is a part of has"
)]
pub trait AvroSchema {
    /// The schema as the registry keeps it: Confluent's canonical text, self-contained.
    const SCHEMA: &'static str;
    /// The full name of a type that has one in Avro.
    const NAME: Option<&'static str> = None;
    /// CRC-64-AVRO of the Parsing Canonical Form: the fingerprint of single-object encoding.
    const FINGERPRINT: u64;
    /// The defaults in the schema that the type cannot make, each by the full name of the record and the name of the field:
    /// the fields are taken to have none.
    const IGNORED_DEFAULTS: &'static [(&'static str, &'static str)] = &[];
    /// What is taken for unknown symbols of the enums in the schema, by their full names; as the specification says for those
    /// that are not here.
    const UNKNOWN_SYMBOLS: &'static [(&'static str, OnUnknownSymbol)] = &[];
    /// The schemas of other versions that [`AvroResolve::decode_compiled`] reads, by their position.
    const COMPILED: &'static [&'static str] = &[];
}

/// A type whose every value can be written.
pub trait AvroEncode {
    /// Writes the value.
    fn encode<W: AvroWrite>(&self, writer: &mut W);

    /// Writes the items of one block. Numbers have a bulk form; everything else takes this one.
    #[inline]
    fn encode_items<W: AvroWrite>(items: &[Self], writer: &mut W)
    where
        Self: Sized,
    {
        for item in items {
            item.encode(writer);
        }
    }

    /// Appends the value to `out`, whose memory is best reused for many values.
    #[inline(never)]
    fn encode_into(&self, out: &mut Vec<u8>) {
        let mut writer = Writer::new(out);
        self.encode(&mut writer);
    }
}

/// A type that may hold a value that its schema cannot express. Every [`AvroEncode`] is one that never fails.
pub trait AvroTryEncode {
    /// Writes the value.
    ///
    /// # Errors
    /// The schema cannot express the value. What was written before it was found is unspecified.
    fn try_encode<W: AvroWrite>(&self, writer: &mut W) -> Result<(), EncodeError>;

    /// Appends the value to `out`; after an error `out` is as it was.
    ///
    /// # Errors
    /// As [`try_encode`](Self::try_encode).
    fn try_encode_into(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        let start = out.len();
        // The writer is gone before `out` is looked at.
        let result = self.try_encode(&mut Writer::new(out));
        if result.is_err() {
            out.truncate(start);
        }
        result
    }
}

impl<T: AvroEncode + ?Sized> AvroTryEncode for T {
    #[inline(always)]
    fn try_encode<W: AvroWrite>(&self, writer: &mut W) -> Result<(), EncodeError> {
        self.encode(writer);
        Ok(())
    }
}

/// A type that can be read from data that was written with exactly its schema.
pub trait AvroDecode<'a>: Sized {
    /// The smallest encoding of a value, in bytes, or less: what bounds the count of a block. A literal for a record,
    /// since a recursive one has no constant expression for it.
    const MIN_SIZE: usize;

    /// Reads a value.
    ///
    /// # Errors
    /// The bytes are not an encoding of this type.
    fn decode<R: AvroRead<'a>>(reader: &mut R) -> Result<Self, DecodeError>;

    /// A value that has no memory of its own and takes nothing to make, if the type has one: it stands where
    /// [`decode_at`](Self::decode_at) reads to.
    #[inline(always)]
    fn blank() -> Option<Self> {
        None
    }

    /// Reads a value into the place of a blank one: what stood there is forgotten and not dropped. Generated code reads the
    /// fields of a record so, where they are to stay.
    ///
    /// The place must hold what [`blank`](Self::blank) gives, for a text an empty string, or where the type has none, any value
    /// without memory. Anything else is a mistake that is not noticed: its memory leaks.
    ///
    /// # Errors
    /// As [`decode`](Self::decode). It is unspecified which value is in the place then.
    #[inline(always)]
    fn decode_at<R: AvroRead<'a>>(place: &mut Self, reader: &mut R) -> Result<(), DecodeError> {
        put(place, Self::decode(reader)?);
        Ok(())
    }

    /// Reads a value into this one, whose memory it takes over where it can: strings, vectors, maps and boxes. It comes to
    /// the same value and the same error as [`decode`](Self::decode).
    ///
    /// Generated types do so where it was asked for; any other takes the decoded value.
    ///
    /// Memory is not given back: each string, vector and map keeps the largest capacity that a value ever needed. Where values
    /// may be of very different sizes, begin with a new value from time to time.
    ///
    /// # Errors
    /// As [`decode`](Self::decode). This is a value of its type then, but it is unspecified which.
    #[inline(always)]
    fn decode_into<R: AvroRead<'a>>(&mut self, reader: &mut R) -> Result<(), DecodeError> {
        *self = Self::decode(reader)?;
        Ok(())
    }

    /// Reads the items of one block of `count` items, which [`AvroRead::read_block`] has checked. Numbers have a bulk
    /// form; everything else takes this one.
    ///
    /// # Errors
    /// As [`decode`](Self::decode).
    #[inline]
    fn decode_items<R: AvroRead<'a>>(
        reader: &mut R,
        count: usize,
        out: &mut Vec<Self>,
    ) -> Result<(), DecodeError> {
        out.reserve(count.min(first_items::<Self>()));
        for _ in 0..count {
            read_new!(out, Self::blank(), place => Self::decode_at(place, reader), Self::decode(reader));
        }
        Ok(())
    }

    /// Reads the items of one block as [`decode_items`](Self::decode_items) does, the first ones into those that stand in
    /// `out` behind the first `done`, and returns how many stand there that are done.
    ///
    /// # Errors
    /// As [`decode`](Self::decode).
    #[inline]
    fn decode_items_into<R: AvroRead<'a>>(
        reader: &mut R,
        count: usize,
        out: &mut Vec<Self>,
        done: usize,
    ) -> Result<usize, DecodeError> {
        let used = out.get_mut(done..).unwrap_or_default();
        let reused = count.min(used.len());
        for item in used.iter_mut().take(reused) {
            item.decode_into(reader)?;
        }
        if reused < count {
            Self::decode_items(reader, count - reused, out)?;
        }
        Ok(done + count)
    }
}

/// A type whose values can also be read in a form that borrows its texts and bytes from the input.
pub trait AvroBorrow: AvroSchema {
    /// The borrowed form; the type itself, if it holds nothing that can be borrowed.
    type Ref<'a>: AvroDecode<'a>;
}

/// A type that can be read from data that was written with any compatible schema.
pub trait AvroResolve<'a>: AvroDecode<'a> {
    /// Reads a value the way `plan` says.
    ///
    /// # Errors
    /// The bytes are not an encoding of the writer's type, or this value has no place in the reader's type.
    fn decode_plan<R: AvroRead<'a>>(plan: Plan<'_>, reader: &mut R) -> Result<Self, DecodeError>;

    /// As [`decode_plan`](Self::decode_plan), into the place of a blank value, as [`decode_at`](AvroDecode::decode_at) does.
    ///
    /// The place must hold exactly what [`blank`](AvroDecode::blank) gives: a generated record does not write a field whose
    /// default is the blank one, so a value that was used before would keep what it had.
    ///
    /// # Errors
    /// As [`decode_plan`](Self::decode_plan).
    #[inline(always)]
    fn decode_plan_at<R: AvroRead<'a>>(
        place: &mut Self,
        plan: Plan<'_>,
        reader: &mut R,
    ) -> Result<(), DecodeError> {
        put(place, Self::decode_plan(plan, reader)?);
        Ok(())
    }

    /// Reads a value that was written with the schema at that position of [`AvroSchema::COMPILED`], for which `plan` is. It
    /// comes to the same as [`decode_plan`](Self::decode_plan), sooner.
    ///
    /// Data of any other writer comes here too, with a number that is no position (`usize::MAX`): whatever is not known has to
    /// go by `plan`.
    ///
    /// # Errors
    /// As [`decode_plan`](Self::decode_plan).
    #[inline]
    fn decode_compiled<R: AvroRead<'a>>(
        version: usize,
        plan: Plan<'_>,
        reader: &mut R,
    ) -> Result<Self, DecodeError> {
        let _ = version;
        Self::decode_plan(plan, reader)
    }

    /// As [`decode_compiled`](Self::decode_compiled), into the place of a blank value, as
    /// [`decode_plan_at`](Self::decode_plan_at) does. By default it goes by `plan`, whatever the version. A whole datum of a type
    /// that has a [`blank`](AvroDecode::blank) value is read by this function, a datum of a stream by `decode_compiled`: such a
    /// type with code for versions writes both.
    ///
    /// # Errors
    /// As [`decode_plan`](Self::decode_plan).
    #[inline]
    fn decode_compiled_at<R: AvroRead<'a>>(
        place: &mut Self,
        version: usize,
        plan: Plan<'_>,
        reader: &mut R,
    ) -> Result<(), DecodeError> {
        let _ = version;
        Self::decode_plan_at(place, plan, reader)
    }
}

/// How many items to make room for before the first one is read: 4 KiB worth, whatever count the input claims.
pub(crate) const fn first_items<T>() -> usize {
    let size = if size_of::<T>() == 0 { 1 } else { size_of::<T>() };
    if size > 1024 { 4 } else { 4096 / size }
}
