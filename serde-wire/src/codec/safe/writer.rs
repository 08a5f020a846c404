//! Appending to a vector.

use crate::codec::AvroWrite;
use crate::codec::varint::{encode_slowly, encoded_word, zigzag};

/// A writer without `unsafe`.
#[derive(Debug)]
pub struct SafeWriter<'v> {
    out: &'v mut Vec<u8>,
}

impl<'v> SafeWriter<'v> {
    /// Appends to `out`.
    pub fn new(out: &'v mut Vec<u8>) -> Self {
        Self { out }
    }

    /// A number of three bytes or more.
    #[inline(never)]
    fn write_long_number(&mut self, value: u64) {
        let (bytes, size) = if value < 1 << 56 {
            let (word, size) = encoded_word(value);
            let mut bytes = [0; 10];
            bytes[..8].copy_from_slice(&word.to_le_bytes());
            (bytes, size)
        } else {
            encode_slowly(value)
        };
        self.out.extend_from_slice(&bytes[..size]);
    }
}

impl AvroWrite for SafeWriter<'_> {
    #[inline]
    fn reserve(&mut self, additional: usize) {
        self.out.reserve(additional);
    }

    #[inline(always)]
    fn write_slice(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    #[inline(always)]
    fn write_long(&mut self, value: i64) {
        let value = zigzag(value);
        #[expect(clippy::cast_possible_truncation, reason = "compared first, or the low bits are meant")]
        if value < 0x80 {
            self.out.push(value as u8);
        } else if value < 0x4000 {
            self.out.extend_from_slice(&[value as u8 | 0x80, (value >> 7) as u8]);
        } else {
            self.write_long_number(value);
        }
    }

    #[inline(always)]
    fn write_boolean(&mut self, value: bool) {
        self.out.push(u8::from(value));
    }

    fn write_longs(&mut self, values: &[i64]) {
        self.out.reserve(values.len());
        for &value in values {
            self.write_long(value);
        }
    }

    fn write_ints(&mut self, values: &[i32]) {
        self.out.reserve(values.len());
        for &value in values {
            self.write_int(value);
        }
    }

    fn write_doubles(&mut self, values: &[f64]) {
        self.out.reserve(size_of_val(values));
        for &value in values {
            self.out.extend_from_slice(&value.to_le_bytes());
        }
    }

    fn write_floats(&mut self, values: &[f32]) {
        self.out.reserve(size_of_val(values));
        for &value in values {
            self.out.extend_from_slice(&value.to_le_bytes());
        }
    }
}
