//! The bytes of a file, and how many of them were read.

use super::error::Problem;
use std::io::{BufRead, BufReader, Read};

/// Bytes that are read from front to back.
pub(super) struct Input<R> {
    reader: BufReader<R>,
    offset: u64,
}

impl<R: Read> Input<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader: BufReader::with_capacity(1 << 16, reader), offset: 0 }
    }

    /// How many bytes were read.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// Whether nothing is left.
    pub(super) fn at_end(&mut self) -> Result<bool, Problem> {
        Ok(self.reader.fill_buf()?.is_empty())
    }

    /// As many bytes as are left, up to a length. Memory is taken as they arrive.
    pub(super) fn up_to(&mut self, length: usize) -> Result<Vec<u8>, Problem> {
        let mut bytes = Vec::new();
        let read = self.reader.by_ref().take(length as u64).read_to_end(&mut bytes)?;
        self.offset += read as u64;
        Ok(bytes)
    }

    /// Exactly that many bytes.
    pub(super) fn bytes(&mut self, length: usize, what: &'static str) -> Result<Vec<u8>, Problem> {
        let bytes = self.up_to(length)?;
        match bytes.len() == length {
            true => Ok(bytes),
            false => Err(Problem::Truncated { what, offset: self.offset }),
        }
    }

    /// A number in zig-zag and base 128, as a datum has it.
    pub(super) fn long(&mut self, what: &'static str) -> Result<i64, Problem> {
        let begins = self.offset;
        let mut number: u64 = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.bytes(1, what)?[0];
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && byte > 1 {
                break;
            }
            number |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok((number >> 1).cast_signed() ^ -(number & 1).cast_signed());
            }
        }
        Err(Problem::Number { what, offset: begins })
    }

    /// A number that is not negative.
    pub(super) fn count(&mut self, what: &'static str) -> Result<u64, Problem> {
        let offset = self.offset;
        let number = self.long(what)?;
        u64::try_from(number).map_err(|_| Problem::Negative { what, offset, number })
    }

    /// A number of bytes within a limit.
    pub(super) fn length(&mut self, what: &'static str, limit: usize) -> Result<usize, Problem> {
        let offset = self.offset;
        let number = self.count(what)?;
        match usize::try_from(number) {
            Ok(length) if length <= limit => Ok(length),
            _ => Err(Problem::TooLong { what, offset, number, limit }),
        }
    }
}
