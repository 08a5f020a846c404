//! Reading from a [`Bytes`], of which values keep parts alive instead of copying them (feature `bytes`).

use super::{AvroDecode, AvroRead, DecodeError, DecodeFailure, Limits, Reader, finish};
use bytes::Bytes;

/// A reader that knows the [`Bytes`] that it reads from: a [`Bytes`] or [`SharedStr`](crate::types::SharedStr) that is
/// decoded is a part of it, and keeps all of it alive. Other types copy what they hold, as with every reader.
#[derive(Debug)]
pub struct SharedReader<'a> {
    reader: Reader<'a>,
    backing: &'a Bytes,
}

impl<'a> SharedReader<'a> {
    /// Reads from `input` within the default limits.
    pub fn new(input: &'a Bytes) -> Self {
        Self::of_part(input, input, Limits::DEFAULT)
    }

    /// Reads from `input`, which is a part of `backing`, within `limits`. What is no part of it is copied.
    pub fn of_part(input: &'a [u8], backing: &'a Bytes, limits: Limits) -> Self {
        Self { reader: Reader::with_limits(input, limits), backing }
    }

    /// The bytes that have not been read yet.
    pub fn rest(&self) -> &'a [u8] {
        self.reader.rest()
    }
}

/// Decodes a datum that fills `input` and was written with exactly the schema of `T`, as [`decode`](super::decode): but a
/// [`Bytes`] or [`SharedStr`](crate::types::SharedStr) in it is a part of `input`, which it keeps alive, and no copy.
///
/// ```
/// use bytes::Bytes;
/// use serde_wire::codec::decode_shared;
/// use serde_wire::types::SharedStr;
///
/// let input = Bytes::from_static(&[6, b'A', b'd', b'a']);
/// let name: SharedStr = decode_shared(&input)?;
/// assert_eq!(name, "Ada");
/// assert_eq!(name.as_str().as_ptr(), input[1..].as_ptr());
/// # Ok::<(), serde_wire::codec::DecodeFailure>(())
/// ```
///
/// # Errors
/// As [`decode`](super::decode).
pub fn decode_shared<'a, T: AvroDecode<'a>>(input: &'a Bytes) -> Result<T, DecodeFailure> {
    let mut reader = SharedReader::new(input);
    finish(T::decode(&mut reader), input.len(), &reader)
}

/// The methods that the reader inside has, each by its own way.
macro_rules! delegate {
    ($(fn $name:ident($($argument:ident: $type:ty),*) -> $result:ty;)+) => {
        $(#[inline(always)]
        fn $name(&mut self, $($argument: $type),*) -> $result {
            self.reader.$name($($argument),*)
        })+
    };
}

impl<'a> AvroRead<'a> for SharedReader<'a> {
    #[inline(always)]
    fn remaining(&self) -> usize {
        self.reader.remaining()
    }

    #[inline(always)]
    fn read_fixed<const N: usize>(&mut self) -> Result<&'a [u8; N], DecodeError> {
        self.reader.read_fixed()
    }

    #[inline]
    fn shared(&self, part: &'a [u8]) -> Option<Bytes> {
        let (all, part_range) = (self.backing.as_ptr_range(), part.as_ptr_range());
        let is_part = all.start <= part_range.start && part_range.end <= all.end;
        is_part.then(|| self.backing.slice_ref(part))
    }

    delegate! {
        fn read_boolean() -> Result<bool, DecodeError>;
        fn read_long() -> Result<i64, DecodeError>;
        fn read_int() -> Result<i32, DecodeError>;
        fn read_float() -> Result<f32, DecodeError>;
        fn read_double() -> Result<f64, DecodeError>;
        fn read_slice(length: usize) -> Result<&'a [u8], DecodeError>;
        fn read_bytes_at(place: &mut Vec<u8>) -> Result<(), DecodeError>;
        fn read_string_at(place: &mut String) -> Result<(), DecodeError>;
        fn read_string_into(text: &mut String) -> Result<(), DecodeError>;
        fn read_str() -> Result<&'a str, DecodeError>;
        fn read_string() -> Result<String, DecodeError>;
        fn spend_empty_items(count: usize) -> Result<(), DecodeError>;
        fn read_longs(count: usize, out: &mut Vec<i64>) -> Result<(), DecodeError>;
        fn read_ints(count: usize, out: &mut Vec<i32>) -> Result<(), DecodeError>;
        fn read_doubles(count: usize, out: &mut Vec<f64>) -> Result<(), DecodeError>;
        fn read_floats(count: usize, out: &mut Vec<f32>) -> Result<(), DecodeError>;
        fn enter() -> Result<(), DecodeError>;
        fn leave() -> ();
        fn enter_recursive() -> Result<(), DecodeError>;
        fn leave_recursive() -> ();
        fn skip_long() -> Result<(), DecodeError>;
        fn skip_bytes() -> Result<(), DecodeError>;
        fn skip_slice(length: usize) -> Result<(), DecodeError>;
    }
}
