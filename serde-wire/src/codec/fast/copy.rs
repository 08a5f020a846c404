//! Copying short runs of bytes without a call.

/// Copies `size` bytes, at most 64, by moves from both ends that may overlap each other.
///
/// # Safety
/// `size` bytes must be readable at `source` and writable at `target`, and the two must not overlap.
#[inline(always)]
pub(super) unsafe fn copy_short(source: *const u8, target: *mut u8, size: usize) {
    // Long ones first: they have more to do already. A `match` would be turned around.
    // SAFETY: every branch moves the first and the last `N <= size` bytes, so all accesses lie within `size` bytes of
    // either pointer, which the caller vouches for; of more than 32 bytes the second and the last but one 16 as well.
    unsafe {
        if size >= 16 {
            ends::<16>(source, target, size);
            if size > 32 {
                target.add(16).cast::<[u8; 16]>().write(source.add(16).cast::<[u8; 16]>().read());
                target
                    .add(size - 32)
                    .cast::<[u8; 16]>()
                    .write(source.add(size - 32).cast::<[u8; 16]>().read());
            }
        } else if size >= 8 {
            ends::<8>(source, target, size);
        } else if size >= 4 {
            ends::<4>(source, target, size);
        } else if size != 0 {
            *target = *source;
            *target.add(size / 2) = *source.add(size / 2);
            *target.add(size - 1) = *source.add(size - 1);
        }
    }
}

/// Copies the first and the last `N` bytes of `size`.
///
/// # Safety
/// As [`copy_short`], and `N <= size`.
#[inline(always)]
pub(super) unsafe fn ends<const N: usize>(source: *const u8, target: *mut u8, size: usize) {
    // SAFETY: `0..N` and `size - N..size` lie within `size` bytes; byte arrays have no alignment.
    unsafe {
        target.cast::<[u8; N]>().write(source.cast::<[u8; N]>().read());
        target.add(size - N).cast::<[u8; N]>().write(source.add(size - N).cast::<[u8; N]>().read());
    }
}
