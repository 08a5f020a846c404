//! Reading many variable-length numbers at once (codec §2).
//!
//! Decoding one number after the other is a chain: where a number starts is known when the one before it has been
//! loaded and measured. Here the terminator bits of 64 bytes are collected first; the starts follow from that mask
//! alone, so that the loads of neighbouring numbers overlap in time.

use super::word::load64;
use crate::codec::varint::{CONTINUATION, decoded_word, gather, unzigzag};

/// How many bytes are looked at in one go: 64 terminators, and a word that starts at the last one.
const WINDOW: usize = 72;

/// Decodes up to `count` numbers and returns where it stopped and how many it decoded: less than `count` close to the
/// end, and in front of a number of more than eight bytes, which the caller reads one at a time.
///
/// # Safety
/// `start <= end` must lie in one readable allocation, and `count` numbers must be writable at `out`.
pub(super) unsafe fn longs(
    start: *const u8,
    end: *const u8,
    out: *mut i64,
    count: usize,
) -> (*const u8, usize) {
    #[cfg(target_arch = "x86_64")]
    if count >= 64 && super::cpu::moves_bits() {
        // SAFETY: the caller's promise; the processor has the instructions.
        return unsafe { longs_bmi2(start, end, out, count) };
    }
    // SAFETY: the caller's promise.
    unsafe {
        longs_in_windows(
            start,
            end,
            out,
            count,
            |source| terminators(source),
            |word, bits| gather(word & (!0 >> (64 - bits))),
        )
    }
}

/// As [`longs`], with the processor's own way of moving bits.
///
/// # Safety
/// As [`longs`], and the processor must have BMI2 and AVX2.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "bmi1,bmi2,lzcnt,avx2")]
unsafe fn longs_bmi2(start: *const u8, end: *const u8, out: *mut i64, count: usize) -> (*const u8, usize) {
    use std::arch::x86_64::{_bzhi_u64, _mm256_loadu_si256, _mm256_movemask_epi8, _pext_u64};
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn terminators(source: *const u8) -> u64 {
        // SAFETY: 64 bytes are readable.
        let (low, high) = unsafe {
            (
                _mm256_movemask_epi8(_mm256_loadu_si256(source.cast())).cast_unsigned(),
                _mm256_movemask_epi8(_mm256_loadu_si256(source.add(32).cast())).cast_unsigned(),
            )
        };
        !(u64::from(low) | u64::from(high) << 32)
    }
    // SAFETY: the caller's promise; this function is compiled for the instructions that the closures use.
    unsafe {
        longs_in_windows(
            start,
            end,
            out,
            count,
            |source| terminators(source),
            |word, bits| _pext_u64(_bzhi_u64(word, bits), !CONTINUATION),
        )
    }
}

/// As [`decoded_word`].
#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "bmi1,bmi2")]
pub(super) fn decoded_word_bmi2(word: u64) -> Option<(u64, usize)> {
    use std::arch::x86_64::{_blsmsk_u64, _pext_u64};
    let ends = !word & CONTINUATION;
    if ends == 0 {
        return None;
    }
    let value = _pext_u64(word & _blsmsk_u64(ends), !CONTINUATION);
    Some((value, (ends.trailing_zeros() as usize + 1) >> 3))
}

/// Bit `i` is set when byte `i` of 64 ends a number.
///
/// # Safety
/// 64 bytes must be readable at `source`.
#[inline(always)]
unsafe fn terminators(source: *const u8) -> u64 {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_mm_loadu_si128, _mm_movemask_epi8};
        // SAFETY: 64 bytes are readable; SSE2 is part of x86-64.
        let part = |offset| unsafe {
            u64::from(_mm_movemask_epi8(_mm_loadu_si128(source.add(offset).cast())).cast_unsigned())
        };
        !(part(0) | part(16) << 16 | part(32) << 32 | part(48) << 48)
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        let mut mask = 0;
        for index in 0..8 {
            // SAFETY: 64 bytes are readable.
            let ends = (!unsafe { load64(source.add(8 * index)) } & CONTINUATION) >> 7;
            // The product collects the eight bits in its highest byte, the first one lowest.
            mask |= (ends.wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * index);
        }
        mask
    }
}

/// The loop of [`longs`]: `terminators` makes the mask of 64 bytes, `value` packs the first `bits` bits of a word.
///
/// # Safety
/// As [`longs`]; `terminators` may read 64 bytes.
#[inline(always)]
unsafe fn longs_in_windows(
    mut start: *const u8,
    end: *const u8,
    out: *mut i64,
    count: usize,
    terminators: impl Fn(*const u8) -> u64,
    value: impl Fn(u64, u32) -> u64,
) -> (*const u8, usize) {
    let mut done = 0;
    let mut window = start;
    // SAFETY: 72 bytes are readable at `window`. A number starts at `window` or at most seven bytes before it (a longer
    // one ends the loop), and ends inside the first 64 bytes, so a word at its start ends inside the 72. Each window
    // yields at most 64 numbers, which fit `out` because `done + 64 <= count`.
    unsafe {
        while end.offset_from_unsigned(window) >= WINDOW && count - done >= 64 {
            let mut mask = terminators(window);
            if mask == !0 && start == window {
                for index in 0..64 {
                    out.add(done + index).write(unzigzag(u64::from(*window.add(index))));
                }
                done += 64;
                window = window.add(64);
                start = window;
                continue;
            }
            while mask != 0 {
                let last = window.add(mask.trailing_zeros() as usize);
                mask &= mask - 1;
                let size = last.offset_from_unsigned(start) + 1;
                if size > 8 {
                    return (start, done);
                }
                #[expect(clippy::cast_possible_truncation, reason = "at most 64")]
                let bits = 8 * size as u32;
                out.add(done).write(unzigzag(value(load64(start), bits)));
                done += 1;
                start = last.add(1);
            }
            window = window.add(64);
        }
        // What is left goes number by number: `load64` stays inside the input, and `done < count`.
        while done < count && end.offset_from_unsigned(start) >= 8 {
            let Some((number, size)) = decoded_word(load64(start)) else { break };
            out.add(done).write(unzigzag(number));
            done += 1;
            start = start.add(size);
        }
    }
    (start, done)
}

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use super::*;

    #[test]
    fn the_processors_way_finds_the_same_number() {
        if !super::super::cpu::moves_bits() {
            eprintln!("skipped: the processor has no BMI2");
            return;
        }
        // Every pattern of ends, over words whose other bits differ.
        for ends in 0..=u8::MAX {
            for seed in [0, !0, 0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210] {
                let continuation =
                    (0..8).fold(0, |word, byte| word | u64::from(ends >> byte & 1) << (8 * byte + 7));
                let word = (seed & !CONTINUATION) | continuation;
                // SAFETY: the processor has the instructions.
                let moved = unsafe { decoded_word_bmi2(word) };
                assert_eq!(moved, decoded_word(word), "{word:#x}");
            }
        }
    }
}
