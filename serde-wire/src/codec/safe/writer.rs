//! Appending to a vector.

use crate::codec::AvroWrite;
use crate::codec::varint::{MAX_LONG, encode_slowly, encoded_word, zigzag};

/// A writer without `unsafe`.
///
/// As with `FastWriter`, the vector is free again when the writer is dropped, not after
/// its last use, so that turning the feature `fast` on breaks no code that compiles without it:
///
/// ```compile_fail,E0502
/// use serde_wire::codec::{AvroWrite, safe::SafeWriter};
///
/// let mut out = Vec::new();
/// let mut writer = SafeWriter::new(&mut out);
/// writer.write_long(1);
/// assert_eq!(out.len(), 1); // `drop(writer)` first
/// ```
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

impl Drop for SafeWriter<'_> {
    /// Does nothing but end the borrow of the vector here, as the other runtime's does.
    #[inline(always)]
    fn drop(&mut self) {}
}

impl SafeWriter<'_> {
    /// Several values of `N` bytes each, in a form that compilers turn into a copy.
    #[inline(always)]
    fn write_arrays<T: Copy, const N: usize>(&mut self, values: &[T], bytes: impl Fn(T) -> [u8; N]) {
        let start = self.out.len();
        self.out.resize(start + values.len() * N, 0);
        let (targets, _) = self.out[start..].as_chunks_mut();
        for (target, &value) in targets.iter_mut().zip(values) {
            *target = bytes(value);
        }
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
        // Into a buffer that is known to be large enough, then all at once: one check for many numbers.
        const PART: usize = 64;
        let mut buffer = [0; PART * MAX_LONG];
        for part in values.chunks(PART) {
            let mut end = 0;
            for &value in part {
                let value = zigzag(value);
                let target = buffer[end..].first_chunk_mut().filter(|_| value < 1 << 56);
                if let Some(target) = target {
                    let (word, size) = encoded_word(value);
                    *target = word.to_le_bytes();
                    end += size;
                } else {
                    let (bytes, size) = encode_slowly(value);
                    buffer[end..end + size].copy_from_slice(&bytes[..size]);
                    end += size;
                }
            }
            self.out.extend_from_slice(&buffer[..end]);
        }
    }

    fn write_ints(&mut self, values: &[i32]) {
        let mut longs = [0; 64];
        for part in values.chunks(longs.len()) {
            for (long, &int) in longs.iter_mut().zip(part) {
                *long = i64::from(int);
            }
            self.write_longs(&longs[..part.len()]);
        }
    }

    fn write_doubles(&mut self, values: &[f64]) {
        self.write_arrays(values, f64::to_le_bytes);
    }

    fn write_floats(&mut self, values: &[f32]) {
        self.write_arrays(values, f32::to_le_bytes);
    }
}
