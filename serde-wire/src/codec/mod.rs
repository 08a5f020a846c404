//! The codec that generated code runs on: Avro's binary encoding, straight from and to Rust types.
//!
//! * [`AvroRead`] and [`AvroWrite`]: the primitives. [`Reader`] and [`Writer`] are the fast runtime with the feature
//!   `fast` and the safe one without it; both behave alike.
//! * [`AvroEncode`], [`AvroDecode`], [`AvroResolve`]: what a type implements. `values` holds the implementations for
//!   Rust's own types and [`Map`]; [`types`](crate::types) has the logical types; records, enums and unions are
//!   generated. [`form`] names what a Rust type alone does not tell of its schema.
//! * [`Limits`] bounds what a hostile datum can cost.
//!
//! ```
//! use serde_wire::codec::{self, AvroEncode};
//!
//! let mut bytes = Vec::new();
//! vec![1_i64, -64].encode_into(&mut bytes);
//! assert_eq!(bytes, [4, 2, 127, 0]);
//! assert_eq!(codec::decode::<Vec<i64>>(&bytes), Ok(vec![1, -64]));
//! assert_eq!(codec::decode::<Vec<i64>>(&bytes[..3]).unwrap_err().offset, 3);
//! ```

mod error;
#[cfg(feature = "fast")]
#[expect(unsafe_code, reason = "the leaf functions that safe code cannot express; tested against `safe`")]
pub mod fast;
mod limits;
mod made;
mod part;
mod places;
pub mod safe;
#[cfg(feature = "bytes")]
mod shared;
mod traits;
mod values;
mod varint;

pub use error::{DecodeError, DecodeFailure, EncodeError};
pub use limits::Limits;
pub use made::{MissingField, OnUnknownSymbol, UnknownSymbol};
pub use part::part;
#[cfg(feature = "bytes")]
pub use shared::{SharedReader, decode_shared};
pub use traits::{
    AvroBorrow, AvroDecode, AvroEncode, AvroRead, AvroResolve, AvroSchema, AvroTryEncode, AvroWrite,
};
pub use values::{Deep, Map, form, map};

pub(crate) use places::{put, read_new, read_some};
pub(crate) use traits::first_items;

/// The reader to use: [`FastReader`](fast::FastReader).
#[cfg(feature = "fast")]
pub type Reader<'a> = fast::FastReader<'a>;
/// The writer to use: [`FastWriter`](fast::FastWriter).
#[cfg(feature = "fast")]
pub type Writer<'v> = fast::FastWriter<'v>;
/// The reader to use: [`SafeReader`](safe::SafeReader).
#[cfg(not(feature = "fast"))]
pub type Reader<'a> = safe::SafeReader<'a>;
/// The writer to use: [`SafeWriter`](safe::SafeWriter).
#[cfg(not(feature = "fast"))]
pub type Writer<'v> = safe::SafeWriter<'v>;

/// Decodes a datum that fills `input` and was written with exactly the schema of `T`.
///
/// # Errors
/// The bytes are not one datum of this type, bytes behind it included.
// As with `Resolution::decode_within`: not a part of whatever function decodes.
#[inline(never)]
pub fn decode<'a, T: AvroDecode<'a>>(input: &'a [u8]) -> Result<T, DecodeFailure> {
    let failed = |error, reader: &Reader<'a>| Err(failure(error, input.len(), reader));
    decode_whole(&mut Reader::new(input), T::decode, T::decode_at, Ok, failed)
}

/// Decodes a datum that fills `input` and was written with exactly the schema of `T` into a value, whose memory is reused
/// where `T` can.
///
/// ```
/// use serde_wire::codec::decode_into;
///
/// let mut names = vec![String::from("Ada"), String::from("Bob")];
/// decode_into(&[2, 8, b'C', b'l', b'e', b'o', 0], &mut names)?;
/// assert_eq!(names, ["Cleo"]);
/// # Ok::<(), serde_wire::codec::DecodeFailure>(())
/// ```
///
/// # Errors
/// As [`decode`]. `value` is a value of its type then, but it is unspecified which.
pub fn decode_into<'a, T: AvroDecode<'a>>(input: &'a [u8], value: &mut T) -> Result<(), DecodeFailure> {
    let mut reader = Reader::new(input);
    finish(value.decode_into(&mut reader), input.len(), &reader)
}

/// Decodes a datum at the start of `input` and returns it with the bytes behind it.
///
/// # Errors
/// The bytes do not start with a datum of this type.
pub fn decode_prefix<'a, T: AvroDecode<'a>>(input: &'a [u8]) -> Result<(T, &'a [u8]), DecodeFailure> {
    let mut reader = Reader::new(input);
    match T::decode(&mut reader) {
        Ok(value) => Ok((value, reader.rest())),
        Err(error) => Err(failure(error, input.len(), &reader)),
    }
}

/// Decodes as [`AvroDecode::decode`] does, for a type that has a [blank](AvroDecode::blank) value, by
/// [`AvroDecode::decode_at`].
///
/// # Errors
/// As [`AvroDecode::decode`].
#[inline(always)]
pub fn decode_by_place<'a, T: AvroDecode<'a>, R: AvroRead<'a>>(reader: &mut R) -> Result<T, DecodeError> {
    by_place(reader, T::decode_at)
}

/// A value that `read` has read into the place of a blank one.
#[inline(always)]
pub(crate) fn by_place<'a, T: AvroDecode<'a>, R: AvroRead<'a>>(
    reader: &mut R,
    read: impl FnOnce(&mut T, &mut R) -> Result<(), DecodeError>,
) -> Result<T, DecodeError> {
    let mut value = T::blank().ok_or(DecodeError::Plan)?;
    read(&mut value, reader)?;
    Ok(value)
}

/// Reads a whole datum: into a place where the type has a blank value. It becomes what `whole` makes of the value, or `failed` of
/// the error.
// The value is whole before it becomes a result and is moved once. A result that is read into would be moved in the pieces that
// were asked for its variant, and they would be put together again, which stalls the processor. So whoever wants it in another
// result makes that one at once.
#[inline(always)]
pub(crate) fn decode_whole<'a, T: AvroDecode<'a>, R: AvroRead<'a>, O>(
    reader: &mut R,
    by_value: impl FnOnce(&mut R) -> Result<T, DecodeError>,
    at: impl FnOnce(&mut T, &mut R) -> Result<(), DecodeError>,
    whole: impl FnOnce(T) -> O,
    failed: impl FnOnce(DecodeError, &R) -> O,
) -> O {
    let Some(mut value) = T::blank() else {
        return match by_value(reader) {
            Ok(value) if reader.remaining() == 0 => whole(value),
            Ok(_) => failed(DecodeError::TrailingBytes, reader),
            Err(error) => failed(error, reader),
        };
    };
    match at(&mut value, reader) {
        #[cfg(feature = "fast")]
        Ok(()) if reader.remaining() == 0 && fast::moved::is_of_use::<T>() => {
            whole(fast::moved::moved(value))
        }
        Ok(()) if reader.remaining() == 0 => whole(value),
        Ok(()) => failed(DecodeError::TrailingBytes, reader),
        Err(error) => failed(error, reader),
    }
}

/// Turns the result of reading a whole datum of `size` bytes into one that has a place and allows no bytes behind.
#[inline]
pub(crate) fn finish<'a, T>(
    result: Result<T, DecodeError>,
    size: usize,
    reader: &impl AvroRead<'a>,
) -> Result<T, DecodeFailure> {
    match result {
        Ok(value) if reader.remaining() == 0 => Ok(value),
        Ok(_) => Err(failure(DecodeError::TrailingBytes, size, reader)),
        Err(error) => Err(failure(error, size, reader)),
    }
}

#[cold]
pub(crate) fn failure<'a>(error: DecodeError, size: usize, reader: &impl AvroRead<'a>) -> DecodeFailure {
    DecodeFailure { error, offset: size - reader.remaining() }
}
