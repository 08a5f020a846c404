//! Checking that bytes are UTF-8, with a short way for short ASCII (codec §2).

use super::word::{load32, load64};
use crate::codec::DecodeError;
use crate::codec::varint::CONTINUATION;

/// The `size` bytes at `text` as a string. `room`, at least `size`, is how many bytes may be looked at.
///
/// # Safety
/// `room` bytes must be readable at `text` for `'a`, and `size <= room`.
#[inline(always)]
pub(super) unsafe fn checked<'a>(text: *const u8, size: usize, room: usize) -> Result<&'a str, DecodeError> {
    // SAFETY: the caller's promise; `short_ascii` only looks at bytes inside `room`.
    if size <= 32 && unsafe { short_ascii(text, size, room) } {
        // SAFETY: `size <= room` bytes are readable for `'a`, and ASCII is UTF-8.
        return Ok(unsafe { std::str::from_utf8_unchecked(std::slice::from_raw_parts(text, size)) });
    }
    // SAFETY: the caller's promise.
    unsafe { slowly(text, size, room) }
}

/// As [`checked`], for texts that are long or not ASCII.
///
/// # Safety
/// As [`checked`].
#[inline(never)]
unsafe fn slowly<'a>(text: *const u8, size: usize, room: usize) -> Result<&'a str, DecodeError> {
    // SAFETY: `size <= room` bytes are readable for `'a`.
    let bytes = unsafe { std::slice::from_raw_parts(text, size) };
    #[cfg(target_arch = "x86_64")]
    if (33..=64).contains(&size) && room >= 64 {
        // SAFETY: 64 bytes are readable.
        let mask = unsafe { high_bits(text) | high_bits(text.add(32)) << 32 };
        if mask << (64 - size) == 0 {
            // SAFETY: ASCII is UTF-8.
            return Ok(unsafe { std::str::from_utf8_unchecked(bytes) });
        }
    }
    let _ = room;
    std::str::from_utf8(bytes).map_err(|_| DecodeError::Utf8)
}

/// The high bit of each of 32 bytes, the first one lowest.
///
/// # Safety
/// 32 bytes must be readable at `text`.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
unsafe fn high_bits(text: *const u8) -> u64 {
    use std::arch::x86_64::{_mm_loadu_si128, _mm_movemask_epi8};
    // SAFETY: the caller's promise; SSE2 is part of x86-64.
    let half = |offset| unsafe {
        u64::from(_mm_movemask_epi8(_mm_loadu_si128(text.add(offset).cast())).cast_unsigned())
    };
    half(0) | half(16) << 16
}

/// True when `size` bytes, at most 32, are ASCII.
///
/// # Safety
/// As [`checked`], and `size <= 32`.
#[inline(always)]
pub(super) unsafe fn short_ascii(text: *const u8, size: usize, room: usize) -> bool {
    #[cfg(target_arch = "x86_64")]
    if room >= 32 {
        // SAFETY: 32 bytes are readable.
        return unsafe { high_bits(text) } & ((1 << size) - 1) == 0;
    }
    let _ = room;
    // SAFETY: every load lies inside `size` bytes: whole words from the start, and one that ends at the end.
    let high_bits = unsafe {
        match size {
            8.. => {
                let mut bits = load64(text.add(size - 8));
                let mut start = 0;
                while start + 8 < size {
                    bits |= load64(text.add(start));
                    start += 8;
                }
                bits
            }
            4..8 => u64::from(load32(text) | load32(text.add(size - 4))),
            1..4 => u64::from(*text | *text.add(size / 2) | *text.add(size - 1)),
            0 => 0,
        }
    };
    high_bits & CONTINUATION == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_size_place_and_room_agrees_with_the_standard_library() {
        for size in 0..=70 {
            for room in [size, 31, 32, 33, 63, 64, 65, 100] {
                if room < size {
                    continue;
                }
                let mut bytes = vec![b'a'; room];
                // What follows the text must not matter.
                bytes[size..].fill(0xff);
                for place in 0..=size {
                    let mut bytes = bytes.clone();
                    if place < size {
                        bytes[place] = 0x80;
                    }
                    // SAFETY: `size <= room == bytes.len()`.
                    let found = unsafe { checked(bytes.as_ptr(), size, room) };
                    let expected = std::str::from_utf8(&bytes[..size]).map_err(|_| DecodeError::Utf8);
                    assert_eq!(found, expected, "size {size}, room {room}, bad byte at {place}");
                }
            }
        }
    }
}
