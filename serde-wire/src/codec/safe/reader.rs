//! Reading from a slice that shrinks from the front.

use crate::codec::limits::Budget;
use crate::codec::varint::{decode_slowly, decoded_word, unzigzag};
use crate::codec::{AvroRead, DecodeError, Limits};

/// A reader without `unsafe`.
#[derive(Debug, Clone)]
pub struct SafeReader<'a> {
    rest: &'a [u8],
    budget: Budget,
}

impl<'a> SafeReader<'a> {
    /// Reads from `input` within the default limits.
    pub fn new(input: &'a [u8]) -> Self {
        Self::with_limits(input, Limits::DEFAULT)
    }

    /// Reads from `input` within `limits`.
    pub fn with_limits(input: &'a [u8], limits: Limits) -> Self {
        Self { rest: input, budget: Budget::new(limits) }
    }

    /// The bytes that have not been read yet.
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// A number of three bytes or more, or one at the end of the input.
    #[inline(never)]
    fn read_long_number(&mut self) -> Result<i64, DecodeError> {
        let word = self.rest.first_chunk().map(|chunk| u64::from_le_bytes(*chunk));
        let (value, size) = match word.and_then(decoded_word) {
            Some(decoded) => decoded,
            None => decode_slowly(self.rest)?,
        };
        self.rest = self.rest.get(size..).ok_or(DecodeError::UnexpectedEnd)?;
        Ok(unzigzag(value))
    }
}

impl<'a> AvroRead<'a> for SafeReader<'a> {
    #[inline(always)]
    fn remaining(&self) -> usize {
        self.rest.len()
    }

    #[inline(always)]
    fn read_boolean(&mut self) -> Result<bool, DecodeError> {
        let (&byte, rest) = self.rest.split_first().ok_or(DecodeError::UnexpectedEnd)?;
        self.rest = rest;
        match byte {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(DecodeError::Boolean),
        }
    }

    #[inline(always)]
    fn read_long(&mut self) -> Result<i64, DecodeError> {
        match self.rest {
            [byte, rest @ ..] if *byte < 0x80 => {
                self.rest = rest;
                Ok(unzigzag(u64::from(*byte)))
            }
            [low, high, rest @ ..] if *high < 0x80 => {
                self.rest = rest;
                Ok(unzigzag(u64::from(*low & 0x7f) | u64::from(*high) << 7))
            }
            _ => self.read_long_number(),
        }
    }

    #[inline(always)]
    fn read_slice(&mut self, length: usize) -> Result<&'a [u8], DecodeError> {
        let (slice, rest) = self.rest.split_at_checked(length).ok_or(DecodeError::UnexpectedEnd)?;
        self.rest = rest;
        Ok(slice)
    }

    #[inline(always)]
    fn read_fixed<const N: usize>(&mut self) -> Result<&'a [u8; N], DecodeError> {
        let (bytes, rest) = self.rest.split_first_chunk().ok_or(DecodeError::UnexpectedEnd)?;
        self.rest = rest;
        Ok(bytes)
    }

    #[inline(always)]
    fn read_str(&mut self) -> Result<&'a str, DecodeError> {
        std::str::from_utf8(self.read_bytes()?).map_err(|_| DecodeError::Utf8)
    }

    fn spend_empty_items(&mut self, count: usize) -> Result<(), DecodeError> {
        self.budget.spend_empty_items(count)
    }

    fn read_longs(&mut self, count: usize, out: &mut Vec<i64>) -> Result<(), DecodeError> {
        // A number takes at least a byte, so the memory is paid for by input.
        if count > self.rest.len() {
            return Err(DecodeError::BlockCount);
        }
        out.reserve(count);
        for _ in 0..count {
            let word = self.rest.first_chunk().map(|chunk| u64::from_le_bytes(*chunk));
            let long = match word
                .and_then(decoded_word)
                .and_then(|(value, size)| Some((value, self.rest.get(size..)?)))
            {
                Some((value, rest)) => {
                    self.rest = rest;
                    unzigzag(value)
                }
                None => self.read_long()?,
            };
            out.push(long);
        }
        Ok(())
    }

    fn read_ints(&mut self, count: usize, out: &mut Vec<i32>) -> Result<(), DecodeError> {
        if count > self.rest.len() {
            return Err(DecodeError::BlockCount);
        }
        out.reserve(count);
        for _ in 0..count {
            out.push(self.read_int()?);
        }
        Ok(())
    }

    #[inline(always)]
    fn enter(&mut self) -> Result<(), DecodeError> {
        self.budget.enter()
    }

    #[inline(always)]
    fn leave(&mut self) {
        self.budget.leave();
    }

    #[inline]
    fn enter_recursive(&mut self) -> Result<(), DecodeError> {
        self.budget.enter_recursive()
    }

    #[inline]
    fn leave_recursive(&mut self) {
        self.budget.leave_recursive();
    }
}
