//! Writing through a pointer into the spare capacity of a vector.

use super::copy::copy;
use super::scatter;
use super::word::store64;
use crate::codec::AvroWrite;
use crate::codec::varint::{MAX_LONG, zigzag, zigzag_length};

/// A writer with `unsafe` inside, faster than [`SafeWriter`](crate::codec::safe::SafeWriter). See the [module](super)
/// for what makes it sound.
///
/// The vector's length is brought up to date when the writer is dropped. A writer that is forgotten instead leaves the
/// vector as it was.
#[derive(Debug)]
pub struct FastWriter<'v> {
    out: &'v mut Vec<u8>,
    next: *mut u8,
    /// [`SLACK`] bytes before the end of the capacity, so that one comparison answers for every short write; before
    /// `next` when less is left. Never dereferenced.
    short_end: *mut u8,
}

// SAFETY: a writer is a `&'v mut Vec<u8>`, which is `Send`, and two pointers into the allocation of that vector. Nobody
// else can reach the vector or its allocation while the writer lives, so the pointers may go where the reference goes.
unsafe impl Send for FastWriter<'_> {}
// SAFETY: as above; nothing is written through a shared writer, and `&mut Vec<u8>` is `Sync`.
unsafe impl Sync for FastWriter<'_> {}

/// The longest write that [`FastWriter::short_room`] answers for: a number, or the length in front of a string.
const SLACK: usize = 16;
const _: () = assert!(MAX_LONG <= SLACK);

impl<'v> FastWriter<'v> {
    /// Appends to `out`.
    #[inline]
    pub fn new(out: &'v mut Vec<u8>) -> Self {
        let (next, short_end) = spare(out);
        Self { out, next, short_end }
    }

    /// A place to write up to [`SLACK`] bytes to.
    #[inline(always)]
    fn short_room(&mut self) -> *mut u8 {
        if self.next > self.short_end {
            self.grow(SLACK);
        }
        self.next
    }

    /// A place to write [`SLACK`] bytes and `size` more to.
    #[inline(always)]
    fn room(&mut self, size: usize) -> *mut u8 {
        // Negative when not even the slack is left. No allocation is larger than `isize::MAX`, so neither cast wraps.
        let left = self.short_end.addr().wrapping_sub(self.next.addr()).cast_signed();
        if left < size.cast_signed() {
            self.grow(size + SLACK);
        }
        self.next
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, size: usize) {
        self.settle();
        self.out.reserve(size);
        (self.next, self.short_end) = spare(self.out);
    }

    /// Makes what was written a part of the vector.
    #[inline(always)]
    fn settle(&mut self) {
        // SAFETY: `next` lies in the allocation and everything before it is initialised.
        unsafe {
            let length = self.next.offset_from_unsigned(self.out.as_ptr());
            self.out.set_len(length);
        }
    }

    /// Goes on behind `size` bytes that were written at `next`.
    ///
    /// # Safety
    /// `room` must have been asked for at least `size` bytes, and they must be initialised.
    #[inline(always)]
    unsafe fn advance(&mut self, size: usize) {
        // SAFETY: the caller's promise keeps `next <= end`.
        self.next = unsafe { self.next.add(size) };
    }

    /// Writes items whose memory is their wire form on a little-endian machine.
    ///
    /// # Safety
    /// Every byte of `T` must be initialised memory.
    #[inline(always)]
    unsafe fn write_memory<T>(&mut self, items: &[T]) {
        let size = size_of_val(items);
        let target = self.room(size);
        // SAFETY: there is room, and the vector's spare capacity overlaps nothing.
        unsafe {
            items.as_ptr().cast::<u8>().copy_to_nonoverlapping(target, size);
            self.advance(size);
        }
    }
}

/// The start of a vector's spare capacity, and [`SLACK`] bytes before its end; just before its start when it is shorter
/// than that, which may be no address at all (an empty vector has none).
#[inline(always)]
fn spare(out: &mut Vec<u8>) -> (*mut u8, *mut u8) {
    let spare = out.spare_capacity_mut();
    let next: *mut u8 = spare.as_mut_ptr().cast();
    match spare.len().checked_sub(SLACK) {
        Some(left) => (next, next.wrapping_add(left)),
        None => (next, next.wrapping_sub(1)),
    }
}

impl Drop for FastWriter<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        self.settle();
    }
}

impl AvroWrite for FastWriter<'_> {
    #[inline]
    fn reserve(&mut self, additional: usize) {
        self.room(additional);
    }

    #[inline(always)]
    fn write_slice(&mut self, bytes: &[u8]) {
        let target = self.room(bytes.len());
        // SAFETY: there is room, and the vector's spare capacity overlaps nothing.
        unsafe {
            copy(bytes.as_ptr(), target, bytes.len());
            self.advance(bytes.len());
        }
    }

    #[inline(always)]
    fn write_fixed<const N: usize>(&mut self, bytes: &[u8; N]) {
        let target = if N <= SLACK { self.short_room() } else { self.room(N) };
        // SAFETY: there is room; a byte array has no alignment.
        unsafe {
            target.cast::<[u8; N]>().write(*bytes);
            self.advance(N);
        }
    }

    #[inline(always)]
    fn write_long(&mut self, value: i64) {
        let target = self.short_room();
        // SAFETY: there is room for the longest number, and `long` returns how much of it is written.
        unsafe {
            let size = scatter::long(target, zigzag(value));
            self.advance(size);
        }
    }

    #[inline(always)]
    fn write_boolean(&mut self, value: bool) {
        let target = self.short_room();
        // SAFETY: there is room.
        unsafe {
            *target = u8::from(value);
            self.advance(1);
        }
    }

    #[inline(always)]
    fn write_double(&mut self, value: f64) {
        let target = self.short_room();
        // SAFETY: there is room.
        unsafe {
            store64(target, value.to_bits());
            self.advance(8);
        }
    }

    #[inline(always)]
    fn write_bytes(&mut self, bytes: &[u8]) {
        let target = self.room(bytes.len());
        // SAFETY: there is room for the longest length and the bytes; the spare capacity overlaps nothing.
        unsafe {
            let size = scatter::long(target, zigzag_length(bytes.len()));
            copy(bytes.as_ptr(), target.add(size), bytes.len());
            self.advance(size + bytes.len());
        }
    }

    fn write_longs(&mut self, values: &[i64]) {
        // In parts, so that room for ten bytes per value is never asked for all of them.
        for part in values.chunks(256) {
            let target = self.room(part.len() * MAX_LONG);
            // SAFETY: there is room for the longest numbers, and the result is the end of what is written.
            self.next = unsafe { scatter::longs(target, part) };
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
        if cfg!(target_endian = "little") {
            // SAFETY: a number has no padding.
            unsafe { self.write_memory(values) };
        } else {
            values.iter().for_each(|value| self.write_double(*value));
        }
    }

    fn write_floats(&mut self, values: &[f32]) {
        if cfg!(target_endian = "little") {
            // SAFETY: a number has no padding.
            unsafe { self.write_memory(values) };
        } else {
            values.iter().for_each(|value| self.write_float(*value));
        }
    }
}
