//! Moving a value that was read just now.

use std::mem::{ManuallyDrop, MaybeUninit};

/// The largest value that a compiler moves in loads and stores of its own. It has the C library move what is larger.
const SMALL: usize = 128;

/// The largest value that [`moved`] moves in another way than usual. What is larger takes longer to read than most of its fields are
/// on their way.
const LARGE: usize = 512;

/// Whether [`moved`] is of use for a `T`. Of no use it is a move more, and so nothing that a compiler takes out again.
pub(crate) const fn is_of_use<T>() -> bool {
    SMALL < size_of::<T>() && size_of::<T>() <= LARGE
}

/// The value, moved 16 bytes at a time, where that [is of use](is_of_use).
///
/// A processor has to wait where it loads at once what was stored in parts that are still on their way to its cache: the
/// fields that were read last. The C library loads 32 or 64 bytes at once, which meet more of them.
#[inline(always)]
pub(crate) fn moved<T>(value: T) -> T {
    let size = size_of::<T>();
    if !is_of_use::<T>() {
        return value;
    }
    let value = ManuallyDrop::new(value);
    let mut target = MaybeUninit::<T>::uninit();
    let (source, place) = ((&raw const value).cast(), target.as_mut_ptr().cast());
    // SAFETY: both have `size` bytes and do not overlap. All bytes of the value are in the target then, and the value is
    // neither used nor dropped any more.
    unsafe {
        copy_words(source, place, size);
        target.assume_init()
    }
}

/// Copies bytes, of which some may be padding, by loads and stores that stay what they are: a loop is made one large copy again.
///
/// # Safety
/// `size` bytes, at most [`LARGE`], must be readable at `source` and writable at `place`, and the two must not overlap.
#[inline(always)]
unsafe fn copy_words(source: *const u8, place: *mut u8, size: usize) {
    macro_rules! words {
        ($($number:literal)*) => {$(
            // SAFETY: the caller's promise.
            unsafe { copy_word::<u128>(source, place, 16 * $number, size) };
        )*};
    }
    const { assert!(LARGE == 16 * 32) };
    words!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31);
    // SAFETY: the caller's promise.
    unsafe {
        copy_word::<u64>(source, place, size & !15, size);
        copy_word::<u32>(source, place, size & !7, size);
        copy_word::<u16>(source, place, size & !3, size);
        copy_word::<u8>(source, place, size & !1, size);
    }
}

/// Copies as many bytes as a `W` has, if they are among the `size` ones.
///
/// # Safety
/// As [`copy_words`].
#[inline(always)]
unsafe fn copy_word<W>(source: *const u8, place: *mut u8, start: usize, size: usize) {
    if start + size_of::<W>() <= size {
        // SAFETY: the bytes are among those that the caller vouches for, and may be padding.
        unsafe {
            let word = source.add(start).cast::<MaybeUninit<W>>().read_unaligned();
            place.add(start).cast::<MaybeUninit<W>>().write_unaligned(word);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::moved;
    use std::sync::Arc;

    #[test]
    fn a_value_of_every_size_is_moved_whole_and_dropped_once() {
        fn check<const N: usize>() {
            let bytes: [u8; N] = std::array::from_fn(|index| u8::try_from(index % 251).expect("it is small"));
            assert_eq!(moved(bytes), bytes);
            let shared = Arc::new(());
            let (same, other) = moved((bytes, Arc::clone(&shared)));
            assert_eq!((same, Arc::strong_count(&shared)), (bytes, 2), "{N} bytes");
            drop(other);
            assert_eq!(Arc::strong_count(&shared), 1, "{N} bytes");
        }
        macro_rules! check {
            ($($size:literal)*) => {$( check::<$size>(); )*};
        }
        check!(0 1 8 120 121 127 128 129 130 131 132 133 134 135 136 137 140 143 144 145 160 167 200 255 256 257 300 383 384);
        check!(385 496 497 503 504 505 506 507 508 509 510 511 512 513 520 2000);
    }
}
