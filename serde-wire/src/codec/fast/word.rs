//! Unaligned little-endian words.

/// The eight bytes at `source` as a word.
///
/// # Safety
/// Eight bytes must be readable at `source`.
#[inline(always)]
pub(super) unsafe fn load64(source: *const u8) -> u64 {
    // SAFETY: the caller's promise; a byte array has no alignment.
    u64::from_le_bytes(unsafe { source.cast::<[u8; 8]>().read() })
}

/// The four bytes at `source` as a word.
///
/// # Safety
/// Four bytes must be readable at `source`.
#[inline(always)]
pub(super) unsafe fn load32(source: *const u8) -> u32 {
    // SAFETY: the caller's promise; a byte array has no alignment.
    u32::from_le_bytes(unsafe { source.cast::<[u8; 4]>().read() })
}

/// Stores a word as eight bytes.
///
/// # Safety
/// Eight bytes must be writable at `target`.
#[inline(always)]
pub(super) unsafe fn store64(target: *mut u8, word: u64) {
    // SAFETY: the caller's promise; a byte array has no alignment.
    unsafe { target.cast::<[u8; 8]>().write(word.to_le_bytes()) }
}
