//! Writing through a pointer into the spare capacity of a vector.

use super::copy::{copy_short, ends};
use super::scatter;
use super::word::store64;
use crate::codec::AvroWrite;
use crate::codec::varint::{MAX_LONG, zigzag, zigzag_length};
use std::mem::ManuallyDrop;

/// A writer with `unsafe` inside, faster than [`SafeWriter`](crate::codec::safe::SafeWriter). See the [module](super)
/// for what makes it sound.
///
/// The vector's length is brought up to date when the writer is dropped. A writer that is forgotten instead leaves the
/// vector as it was. Where the vector cannot grow the program is aborted: for want of memory, as always, and for more bytes
/// than a vector can have.
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

/// The longest write that [`FastWriter::short_room`] answers for: a number, or a [short](SHORT) string with its length.
const SLACK: usize = 80;
const _: () = assert!(MAX_LONG <= SLACK && SHORT < SLACK);

/// The most bytes that are copied without the C library.
const LONG: usize = 2 * SHORT;

/// A string or `bytes` of fewer bytes than this has a length of one byte, and is written in place. The others are written by a
/// call: what calls it for each of its fields is shorter by that.
const SHORT: usize = 64;

impl<'v> FastWriter<'v> {
    /// Appends to `out`.
    #[inline]
    pub fn new(out: &'v mut Vec<u8>) -> Self {
        let Place { next, short_end } = spare(out);
        Self { out, next, short_end }
    }

    /// A place to write up to [`SLACK`] bytes to.
    #[inline(always)]
    fn short_room(&mut self) -> *mut u8 {
        if self.next > self.short_end {
            // SAFETY: `next` is this vector's.
            let place = unsafe { grown_for_short(self.out, self.next) };
            self.go_on(place);
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

    /// Makes room for `size` bytes.
    #[inline(always)]
    fn grow(&mut self, size: usize) {
        // SAFETY: `next` is this vector's.
        let place = unsafe { grown(self.out, self.next, size) };
        self.go_on(place);
    }

    /// Goes on at a place that one of the functions that are called has come to.
    #[inline(always)]
    fn go_on(&mut self, place: Place) {
        Place { next: self.next, short_end: self.short_end } = place;
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

/// Where a writer has come to, by value: what is called takes and returns it so, and the writer itself can stay in registers.
#[derive(Clone, Copy)]
#[repr(C)]
struct Place {
    next: *mut u8,
    short_end: *mut u8,
}

/// The start of a vector's spare capacity, and [`SLACK`] bytes before its end; just before its start when it is shorter
/// than that, which may be no address at all (an empty vector has none).
#[inline(always)]
fn spare(out: &mut Vec<u8>) -> Place {
    let spare = out.spare_capacity_mut();
    let next: *mut u8 = spare.as_mut_ptr().cast();
    let short_end = match spare.len().checked_sub(SLACK) {
        Some(left) => next.wrapping_add(left),
        None => next.wrapping_sub(1),
    };
    Place { next, short_end }
}

// What is called is `extern "C"` because it does not unwind then: a writer that may be looked at after a panic would have to be
// written to memory after each field.

/// Makes room for [`SLACK`] bytes. With an argument less it is shorter to call, which generated code has for each field.
///
/// # Safety
/// As [`grown`].
#[cold]
#[inline(never)]
unsafe extern "C" fn grown_for_short(out: &mut Vec<u8>, next: *mut u8) -> Place {
    // SAFETY: the caller's promise.
    unsafe { grown(out, next, SLACK) }
}

/// Makes room for `size` bytes and for [`SLACK`] more.
///
/// # Safety
/// `next` must lie in the allocation of `out`, everything before it initialised.
#[cold]
#[inline(never)]
unsafe extern "C" fn grown(out: &mut Vec<u8>, next: *mut u8, size: usize) -> Place {
    // SAFETY: the caller's promise.
    unsafe { settle(out, next) };
    out.reserve(size + SLACK);
    spare(out)
}

/// Writes bytes that are not [short](SHORT), behind their length if they are `COUNTED`.
///
/// # Safety
/// `next` and `short_end` must be those of a writer of `out`, and `size` bytes, at least [`SHORT`], readable at `source`, which
/// is not in the spare capacity of `out`.
#[inline(never)]
unsafe extern "C" fn write_long_bytes<const COUNTED: bool>(
    out: &mut Vec<u8>,
    next: *mut u8,
    short_end: *mut u8,
    source: *const u8,
    size: usize,
) -> Place {
    let left = short_end.addr().wrapping_sub(next.addr()).cast_signed();
    if size > LONG || left < LONG.cast_signed() {
        // The last call here, so that no register has to be saved for it.
        // SAFETY: the caller's promise.
        return unsafe { write_longer_bytes::<COUNTED>(out, next, short_end, source, size) };
    }
    // SAFETY: there is room for the bytes and for `SLACK` more; the caller's promise.
    #[expect(clippy::cast_possible_truncation, reason = "fourteen bits at most; the low ones are meant")]
    unsafe {
        let mut target = next;
        if COUNTED {
            *target = (size << 1) as u8 | 0x80;
            *target.add(1) = (size >> 6) as u8;
            target = target.add(2);
        }
        ends::<SHORT>(source, target, size);
        Place { next: target.add(size), short_end }
    }
}

/// As [`write_long_bytes`], for bytes of any size and whether there is room or not.
///
/// # Safety
/// As [`write_long_bytes`].
#[inline(never)]
unsafe extern "C" fn write_longer_bytes<const COUNTED: bool>(
    out: &mut Vec<u8>,
    next: *mut u8,
    short_end: *mut u8,
    source: *const u8,
    size: usize,
) -> Place {
    let mut writer = ManuallyDrop::new(FastWriter { out, next, short_end });
    let target = writer.room(size);
    // SAFETY: there is room for the longest length and the bytes; the caller's promise.
    unsafe {
        let target = if COUNTED { scatter::long(target, zigzag_length(size)) } else { target };
        source.copy_to_nonoverlapping(target, size);
        Place { next: target.add(size), short_end: writer.short_end }
    }
}

/// Makes what was written a part of the vector.
///
/// # Safety
/// `next` must lie in the allocation of `out`, everything before it initialised.
#[inline(always)]
unsafe fn settle(out: &mut Vec<u8>, next: *mut u8) {
    // SAFETY: the caller's promise.
    unsafe {
        let length = next.offset_from_unsigned(out.as_ptr());
        out.set_len(length);
    }
}

impl Drop for FastWriter<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: `next` lies in the allocation and everything before it is initialised.
        unsafe { settle(self.out, self.next) };
    }
}

impl AvroWrite for FastWriter<'_> {
    #[inline]
    fn reserve(&mut self, additional: usize) {
        self.room(additional);
    }

    #[inline(always)]
    fn write_slice(&mut self, bytes: &[u8]) {
        if bytes.len() < SHORT {
            let target = self.short_room();
            // SAFETY: there is room, and the vector's spare capacity overlaps nothing.
            unsafe {
                copy_short(bytes.as_ptr(), target, bytes.len());
                self.advance(bytes.len());
            }
        } else {
            // SAFETY: these are this writer's places; as above.
            let place = unsafe {
                write_long_bytes::<false>(self.out, self.next, self.short_end, bytes.as_ptr(), bytes.len())
            };
            self.go_on(place);
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
        // SAFETY: there is room for the longest number, and the result is the end of what is written.
        self.next = unsafe { scatter::long(target, zigzag(value)) };
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
        let target = self.short_room();
        let size = bytes.len();
        if size < SHORT {
            // SAFETY: there is room for a length of one byte and the bytes; the spare capacity overlaps nothing.
            #[expect(clippy::cast_possible_truncation, reason = "compared before")]
            unsafe {
                *target = (size as u8) << 1;
                copy_short(bytes.as_ptr(), target.add(1), size);
                self.advance(1 + size);
            }
        } else {
            // SAFETY: these are this writer's places; as above.
            let place = unsafe {
                write_long_bytes::<true>(self.out, self.next, self.short_end, bytes.as_ptr(), size)
            };
            self.go_on(place);
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
