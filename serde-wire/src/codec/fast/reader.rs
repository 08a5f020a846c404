//! Reading through a pointer pair.

#[cfg(target_arch = "x86_64")]
use super::cpu;
use super::word::{load32, load64};
use super::{gather, text};
use crate::codec::limits::Budget;
use crate::codec::varint::{MAX_INT, decode_slowly, decoded_word, encoded_size, unzigzag, zigzag};
use crate::codec::{AvroRead, DecodeError, Limits, put};
use std::marker::PhantomData;
use std::slice;

/// A reader with `unsafe` inside, faster than [`SafeReader`](crate::codec::safe::SafeReader). See the [module](super)
/// for what makes it sound.
#[derive(Debug, Clone)]
pub struct FastReader<'a> {
    next: *const u8,
    end: *const u8,
    budget: Budget,
    input: PhantomData<&'a [u8]>,
}

// SAFETY: a reader is a `&'a [u8]` kept as two pointers, and plain numbers. It only reads through the pointers, and
// `&[u8]` is `Send`.
unsafe impl Send for FastReader<'_> {}
// SAFETY: as above; `&[u8]` is `Sync`, and a shared reader changes nothing.
unsafe impl Sync for FastReader<'_> {}

impl<'a> FastReader<'a> {
    /// Reads from `input` within the default limits.
    #[inline]
    pub fn new(input: &'a [u8]) -> Self {
        Self::with_limits(input, Limits::DEFAULT)
    }

    /// Reads from `input` within `limits`.
    #[inline]
    pub fn with_limits(input: &'a [u8], limits: Limits) -> Self {
        let range = input.as_ptr_range();
        Self { next: range.start, end: range.end, budget: Budget::new(limits), input: PhantomData }
    }

    /// The bytes that have not been read yet.
    #[inline]
    pub fn rest(&self) -> &'a [u8] {
        // SAFETY: `next..end` is a part of the input, which lives for `'a`.
        unsafe { slice::from_raw_parts(self.next, self.remaining()) }
    }

    /// Takes `size` bytes, which must remain.
    ///
    /// # Safety
    /// `size <= self.remaining()`
    #[inline(always)]
    unsafe fn advance(&mut self, size: usize) -> *const u8 {
        let start = self.next;
        // SAFETY: the caller's promise keeps `next <= end`.
        self.next = unsafe { start.add(size) };
        start
    }

    /// Takes `size` bytes, if they remain.
    #[inline(always)]
    fn take(&mut self, size: usize) -> Result<*const u8, DecodeError> {
        if size > self.remaining() {
            return Err(DecodeError::UnexpectedEnd);
        }
        // SAFETY: compared just now.
        Ok(unsafe { self.advance(size) })
    }

    /// Takes a string: its text, where it starts, and how many bytes of the input can be read from there. A pointer made
    /// from the text itself would not do for reading past its end: it may only be used for the bytes of the text.
    #[inline(always)]
    fn take_text(&mut self) -> Result<(&'a str, *const u8, usize), DecodeError> {
        let size = self.read_length()?;
        let room = self.remaining();
        let source = self.take(size)?;
        // SAFETY: `room` bytes were readable before `size` of them were taken.
        let text = unsafe { text::checked(source, size, room) }?;
        Ok((text, source, room))
    }

    /// A number of one or two bytes.
    #[inline(always)]
    fn read_short(&mut self) -> Option<i64> {
        if self.next == self.end {
            return None;
        }
        // SAFETY: a byte remains; a second one is looked at only when two remain.
        unsafe {
            let low = u64::from(*self.next);
            if low < 0x80 {
                self.advance(1);
                return Some(unzigzag(low));
            }
            if self.remaining() < 2 {
                return None;
            }
            let high = u64::from(*self.next.add(1));
            if high >= 0x80 {
                return None;
            }
            self.advance(2);
            Some(unzigzag((low & 0x7f) | high << 7))
        }
    }

    #[inline(never)]
    fn read_int_number(&mut self) -> Result<i32, DecodeError> {
        let before = self.remaining();
        let value = self.read_long_number()?;
        if before - self.remaining() > MAX_INT {
            return Err(DecodeError::IntRange);
        }
        i32::try_from(value).map_err(|_| DecodeError::IntRange)
    }

    /// A number of three bytes or more, or one at the end of the input, or none.
    #[inline(never)]
    fn read_long_number(&mut self) -> Result<i64, DecodeError> {
        #[cfg(target_arch = "x86_64")]
        if cpu::is_known_to_move_bits() {
            // SAFETY: the processor has the instructions.
            return unsafe { self.read_long_number_bmi2() };
        }
        self.read_long_number_portably()
    }

    #[inline(never)]
    fn read_long_number_portably(&mut self) -> Result<i64, DecodeError> {
        // The next one may know.
        #[cfg(target_arch = "x86_64")]
        cpu::moves_bits();
        self.read_number_by_word(decoded_word)
    }

    /// As [`read_long_number`](Self::read_long_number), with the processor's own way of moving bits.
    ///
    /// # Safety
    /// The processor must have BMI2.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "bmi1,bmi2")]
    unsafe fn read_long_number_bmi2(&mut self) -> Result<i64, DecodeError> {
        self.read_number_by_word(|word| gather::decoded_word_bmi2(word))
    }

    /// A number, which `word` finds at the start of eight bytes if it ends there.
    #[inline(always)]
    fn read_number_by_word(
        &mut self,
        word: impl Fn(u64) -> Option<(u64, usize)>,
    ) -> Result<i64, DecodeError> {
        if self.remaining() >= 8 {
            // SAFETY: eight bytes remain.
            if let Some((value, size)) = word(unsafe { load64(self.next) }) {
                // SAFETY: the number is one of at most eight bytes.
                unsafe { self.advance(size) };
                return Ok(unzigzag(value));
            }
        }
        self.read_number_slowly()
    }

    #[cold]
    #[inline(never)]
    fn read_number_slowly(&mut self) -> Result<i64, DecodeError> {
        let (value, size) = decode_slowly(self.rest())?;
        // SAFETY: the number was found in the rest.
        unsafe { self.advance(size) };
        Ok(unzigzag(value))
    }

    /// Appends `count` longs, of which the input need not hold that many.
    fn fill_longs(&mut self, count: usize, out: &mut Vec<i64>) -> Result<(), DecodeError> {
        out.reserve(count);
        let mut left = count;
        while left != 0 {
            let filled = out.len();
            // SAFETY: `left` more items fit the capacity, since `count` did at the start. The kernel stops inside the
            // input and has written `done <= left` items.
            unsafe {
                let (next, done) = gather::longs(self.next, self.end, out.as_mut_ptr().add(filled), left);
                self.next = next;
                out.set_len(filled + done);
                left -= done;
            }
            if left != 0 {
                out.push(self.read_long()?);
                left -= 1;
            }
        }
        Ok(())
    }
}

/// The `size` bytes at `source`, at most 32, as a string of its own.
///
/// # Safety
/// 32 bytes must be readable at `source`, and the first `size` of them must be UTF-8.
#[inline(always)]
unsafe fn short_string(source: *const u8, size: usize) -> String {
    if size == 0 {
        return String::new();
    }
    // A round capacity is filled by one or two moves without a branch on the exact size.
    let mut bytes = Vec::<u8>::with_capacity(if size <= 16 { 16 } else { 32 });
    let (source, target) = (source.cast::<[u8; 16]>(), bytes.as_mut_ptr().cast::<[u8; 16]>());
    // SAFETY: the caller's promise; the capacity is 16, or 32 when the second half is written. The first `size` bytes are
    // initialised then and are UTF-8.
    unsafe {
        target.write(source.read());
        if size > 16 {
            target.add(1).write(source.add(1).read());
        }
        bytes.set_len(size);
        String::from_utf8_unchecked(bytes)
    }
}

impl<'a> AvroRead<'a> for FastReader<'a> {
    #[inline(always)]
    fn remaining(&self) -> usize {
        // SAFETY: both lie in the input, `next` not behind `end`.
        unsafe { self.end.offset_from_unsigned(self.next) }
    }

    #[inline(always)]
    fn read_boolean(&mut self) -> Result<bool, DecodeError> {
        if self.next == self.end {
            return Err(DecodeError::UnexpectedEnd);
        }
        // SAFETY: a byte remains.
        unsafe {
            match *self.advance(1) {
                0 => Ok(false),
                1 => Ok(true),
                _ => Err(DecodeError::Boolean),
            }
        }
    }

    #[inline(always)]
    fn read_long(&mut self) -> Result<i64, DecodeError> {
        match self.read_short() {
            Some(value) => Ok(value),
            None => self.read_long_number(),
        }
    }

    #[inline(always)]
    fn read_int(&mut self) -> Result<i32, DecodeError> {
        match self.read_short() {
            #[expect(clippy::cast_possible_truncation, reason = "it has fourteen bits")]
            Some(value) => Ok(value as i32),
            None => self.read_int_number(),
        }
    }

    #[inline(always)]
    fn read_float(&mut self) -> Result<f32, DecodeError> {
        // SAFETY: four bytes were taken.
        self.take(4).map(|bytes| f32::from_bits(unsafe { load32(bytes) }))
    }

    #[inline(always)]
    fn read_double(&mut self) -> Result<f64, DecodeError> {
        // SAFETY: eight bytes were taken.
        self.take(8).map(|bytes| f64::from_bits(unsafe { load64(bytes) }))
    }

    #[inline(always)]
    fn read_slice(&mut self, length: usize) -> Result<&'a [u8], DecodeError> {
        // SAFETY: that many bytes were taken from the input, which lives for `'a`.
        self.take(length).map(|bytes| unsafe { slice::from_raw_parts(bytes, length) })
    }

    #[inline(always)]
    fn read_fixed<const N: usize>(&mut self) -> Result<&'a [u8; N], DecodeError> {
        // SAFETY: that many bytes were taken from the input, which lives for `'a`; a byte array has no alignment.
        self.take(N).map(|bytes| unsafe { &*bytes.cast() })
    }

    #[inline(always)]
    fn read_str(&mut self) -> Result<&'a str, DecodeError> {
        self.take_text().map(|(text, _, _)| text)
    }

    #[inline]
    fn read_string(&mut self) -> Result<String, DecodeError> {
        let mut text = String::new();
        self.read_string_at(&mut text)?;
        Ok(text)
    }

    // Called, not inlined: it is the longest of what reads a field, and records have many strings. The call costs what is
    // saved by asking once whether a length and 32 bytes can be read.
    #[inline(never)]
    fn read_string_at(&mut self, place: &mut String) -> Result<(), DecodeError> {
        if self.remaining() > 32 {
            // SAFETY: a byte remains, and 32 behind it.
            let (length, source) = unsafe { (*self.next, self.next.add(1)) };
            // The zig-zag bit becomes the highest one: nothing negative and nothing of two bytes is as small.
            let size = usize::from(length.rotate_right(1));
            // SAFETY: 32 bytes are readable at `source`.
            if size <= 32 && unsafe { text::short_ascii(source, size, 32) } {
                // SAFETY: as above; more bytes remain than are taken, and the text is ASCII.
                unsafe {
                    self.advance(1 + size);
                    put(place, short_string(source, size));
                }
                return Ok(());
            }
        }
        let (text, source, room) = self.take_text()?;
        let is_short = text.len() <= 32 && room >= 32;
        // SAFETY: 32 bytes are readable at `source`, and the text is the first of them.
        put(place, if is_short { unsafe { short_string(source, text.len()) } } else { text.to_owned() });
        Ok(())
    }

    #[inline(always)]
    fn read_string_into(&mut self, string: &mut String) -> Result<(), DecodeError> {
        let (text, source, room) = self.take_text()?;
        let size = text.len();
        let is_long = size > 16;
        if size > 32 || room < 32 || string.capacity() < if is_long { 32 } else { 16 } {
            string.clear();
            string.push_str(text);
            return Ok(());
        }
        // SAFETY: `source` points into the input, of which 32 bytes are readable from there; the capacity is at least 16,
        // and 32 when the second half is written. The string is borrowed for writing, so its memory is none of the input's.
        // The first `size` bytes are initialised then and are a copy of `text`.
        unsafe {
            let bytes = string.as_mut_vec();
            let (source, target) = (source.cast::<[u8; 16]>(), bytes.as_mut_ptr().cast::<[u8; 16]>());
            target.write(source.read());
            if is_long {
                target.add(1).write(source.add(1).read());
            }
            bytes.set_len(size);
        }
        Ok(())
    }

    fn spend_empty_items(&mut self, count: usize) -> Result<(), DecodeError> {
        self.budget.spend_empty_items(count)
    }

    fn read_longs(&mut self, count: usize, out: &mut Vec<i64>) -> Result<(), DecodeError> {
        if count > self.remaining() {
            return Err(DecodeError::BlockCount);
        }
        self.fill_longs(count, out)
    }

    fn read_ints(&mut self, count: usize, out: &mut Vec<i32>) -> Result<(), DecodeError> {
        if count > self.remaining() {
            return Err(DecodeError::BlockCount);
        }
        out.reserve(count);
        let mut longs = Vec::with_capacity(count.min(128));
        let mut left = count;
        while left != 0 {
            let part = left.min(128);
            let (start, filled) = (self.next, out.len());
            longs.clear();
            let mut well_formed = self.fill_longs(part, &mut longs).is_ok();
            let mut size = 0;
            for &long in &longs {
                size += encoded_size(zigzag(long) & 0xff_ffff_ffff_ffff);
                match i32::try_from(long) {
                    Ok(int) => out.push(int),
                    Err(_) => well_formed = false,
                }
            }
            // SAFETY: `next` only went on from `start`.
            if !well_formed || unsafe { self.next.offset_from_unsigned(start) } != size {
                // Something is malformed, or padded, which one number at a time will tell.
                self.next = start;
                out.truncate(filled);
                for _ in 0..part {
                    out.push(self.read_int()?);
                }
            }
            left -= part;
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
