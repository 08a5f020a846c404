//! Copying short runs of bytes without a call.

/// Copies `size` bytes; up to 32 of them by two moves that may overlap each other.
///
/// # Safety
/// `size` bytes must be readable at `source` and writable at `target`, and the two must not overlap.
#[inline(always)]
pub(super) unsafe fn copy(source: *const u8, target: *mut u8, size: usize) {
    // SAFETY: every arm moves the first and the last `N <= size` bytes, so all accesses lie within `size` bytes of
    // either pointer, which the caller vouches for.
    unsafe {
        match size {
            0 => (),
            1..4 => {
                let (first, middle, last) = (*source, *source.add(size / 2), *source.add(size - 1));
                *target = first;
                *target.add(size / 2) = middle;
                *target.add(size - 1) = last;
            }
            4..8 => ends::<4>(source, target, size),
            8..16 => ends::<8>(source, target, size),
            16..=32 => ends::<16>(source, target, size),
            _ => source.copy_to_nonoverlapping(target, size),
        }
    }
}

/// Copies the first and the last `N` bytes of `size`.
///
/// # Safety
/// As [`copy`], and `N <= size`.
#[inline(always)]
unsafe fn ends<const N: usize>(source: *const u8, target: *mut u8, size: usize) {
    // SAFETY: `0..N` and `size - N..size` lie within `size` bytes; byte arrays have no alignment.
    unsafe {
        let first = source.cast::<[u8; N]>().read();
        let last = source.add(size - N).cast::<[u8; N]>().read();
        target.cast::<[u8; N]>().write(first);
        target.add(size - N).cast::<[u8; N]>().write(last);
    }
}
