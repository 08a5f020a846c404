//! Writing many variable-length numbers at once.

use super::word::store64;
use crate::codec::varint::{CONTINUATION, MAX_LONG, encode_slowly, encoded_word, zigzag};

/// Writes one number and returns the place behind it.
///
/// # Safety
/// [`MAX_LONG`] bytes must be writable at `target`.
#[inline(always)]
pub(super) unsafe fn long(target: *mut u8, value: u64) -> *mut u8 {
    // SAFETY: at most two bytes, of the ten that are writable.
    #[expect(clippy::cast_possible_truncation, reason = "compared first, or the low bits are meant")]
    unsafe {
        if value < 0x80 {
            *target = value as u8;
            return target.add(1);
        }
        if value < 0x4000 {
            *target = value as u8 | 0x80;
            *target.add(1) = (value >> 7) as u8;
            return target.add(2);
        }
        three_or_more(target, value)
    }
}

// As with the functions that a writer calls, `extern "C"` is for the sake of not unwinding.
/// # Safety
/// As [`long`].
#[inline(never)]
unsafe extern "C" fn three_or_more(target: *mut u8, value: u64) -> *mut u8 {
    #[cfg(target_arch = "x86_64")]
    if super::cpu::is_known_to_move_bits() {
        // SAFETY: the caller's promise; the processor has the instructions.
        return unsafe { three_or_more_bmi2(target, value) };
    }
    // SAFETY: the caller's promise.
    unsafe { three_or_more_portably(target, value) }
}

/// # Safety
/// As [`long`].
#[inline(never)]
unsafe fn three_or_more_portably(target: *mut u8, value: u64) -> *mut u8 {
    // The next one may know.
    #[cfg(target_arch = "x86_64")]
    super::cpu::moves_bits();
    // SAFETY: the caller's promise.
    unsafe { by_word(target, value, encoded_word) }
}

/// As [`three_or_more`], with the processor's own way of moving bits.
///
/// # Safety
/// As [`long`], and the processor must have BMI2.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "bmi1,bmi2,lzcnt")]
unsafe fn three_or_more_bmi2(target: *mut u8, value: u64) -> *mut u8 {
    // SAFETY: the caller's promise.
    unsafe { by_word(target, value, |value| encoded_word_bmi2(value)) }
}

/// Writes one number and returns the place behind it; `word` encodes one below 2^56.
///
/// # Safety
/// As [`long`].
#[inline(always)]
unsafe fn by_word(target: *mut u8, value: u64, word: impl Fn(u64) -> (u64, usize)) -> *mut u8 {
    if value < 1 << 56 {
        let (word, size) = word(value);
        // SAFETY: eight of the ten writable bytes.
        return unsafe {
            store64(target, word);
            target.add(size)
        };
    }
    // SAFETY: the caller's promise.
    unsafe { slowly(target, value) }
}

/// # Safety
/// As [`long`].
#[cold]
#[inline(never)]
unsafe fn slowly(target: *mut u8, value: u64) -> *mut u8 {
    let (bytes, size) = encode_slowly(value);
    // SAFETY: all of the ten writable bytes.
    unsafe {
        target.cast::<[u8; MAX_LONG]>().write(bytes);
        target.add(size)
    }
}

/// Writes the numbers and returns the place behind them.
///
/// # Safety
/// [`MAX_LONG`] bytes for each value must be writable at `target`.
pub(super) unsafe fn longs(target: *mut u8, values: &[i64]) -> *mut u8 {
    #[cfg(target_arch = "x86_64")]
    if values.len() >= 16 && super::cpu::moves_bits() {
        // SAFETY: the caller's promise; the processor has the instructions.
        return unsafe { longs_bmi2(target, values) };
    }
    // SAFETY: the caller's promise.
    unsafe { longs_by_words(target, values, encoded_word) }
}

/// As [`longs`], with the processor's own way of moving bits.
///
/// # Safety
/// As [`longs`], and the processor must have BMI2.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "bmi1,bmi2,lzcnt")]
unsafe fn longs_bmi2(target: *mut u8, values: &[i64]) -> *mut u8 {
    // SAFETY: the caller's promise.
    unsafe { longs_by_words(target, values, |value| encoded_word_bmi2(value)) }
}

/// As [`encoded_word`].
#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "bmi1,bmi2,lzcnt")]
fn encoded_word_bmi2(value: u64) -> (u64, usize) {
    use std::arch::x86_64::{_bzhi_u64, _pdep_u64};
    let word = _pdep_u64(value, !CONTINUATION);
    // The highest bit tells the last byte, which alone is not continued.
    let highest = (word | 1).ilog2();
    (word | _bzhi_u64(CONTINUATION, highest & !7), (highest >> 3) as usize + 1)
}

/// The loop of [`longs`]: `word` encodes a number below 2^56.
///
/// # Safety
/// As [`longs`].
#[inline(always)]
unsafe fn longs_by_words(mut target: *mut u8, values: &[i64], word: impl Fn(u64) -> (u64, usize)) -> *mut u8 {
    for &value in values {
        let value = zigzag(value);
        // SAFETY: every number takes at most ten bytes, so ten are left for each of the rest; a word takes eight.
        unsafe {
            // A size is added here, whichever way it was found: where the place is what is found, its next one waits for the word.
            let size = if value < 1 << 56 {
                let (word, size) = word(value);
                store64(target, word);
                size
            } else {
                slowly(target, value).offset_from_unsigned(target)
            };
            target = target.add(size);
        }
    }
    target
}

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use super::*;

    #[test]
    fn the_processors_way_gives_the_same_bytes() {
        if !super::super::cpu::moves_bits() {
            eprintln!("skipped: the processor has no BMI2");
            return;
        }
        for bits in 0..64 {
            for value in [(1_u64 << bits) - 1, 1 << bits, (1 << bits) + 1] {
                let (mut portable, mut moved) = ([0; MAX_LONG], [0; MAX_LONG]);
                // SAFETY: ten bytes are writable, and the processor has the instructions.
                let sizes = unsafe {
                    (
                        by_word(portable.as_mut_ptr(), value, encoded_word).offset_from(portable.as_ptr()),
                        three_or_more_bmi2(moved.as_mut_ptr(), value).offset_from(moved.as_ptr()),
                    )
                };
                assert_eq!((sizes.0, portable), (sizes.1, moved), "{value}");
            }
        }
    }
}
