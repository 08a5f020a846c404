//! Bounds on what a datum may make the decoder do.

/// Bounds that do not follow from the size of the input.
///
/// Lengths and counts need no setting: a length is at most the remaining input, and a count at most the remaining input
/// divided by the smallest encoding of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How deep values of recursive types may nest. A level of a type larger than 512 bytes counts more than once, so
    /// that the bound is one on stack memory.
    pub depth: u32,
    /// How many items that take no bytes (`null`, empty records, `fixed` of size 0) one datum may hold in all its
    /// arrays and maps. An item that takes much memory although it takes no bytes counts more than once.
    pub empty_items: u32,
}

impl Limits {
    /// The limits of a reader that is not told otherwise: 512 levels, 1,048,576 empty items.
    pub const DEFAULT: Self = Self { depth: 512, empty_items: 1 << 20 };

    /// How many levels one value of `T` counts for.
    pub(crate) const fn levels<T>() -> u32 {
        let levels = 1 + size_of::<T>() / 512;
        if levels > 1 << 16 {
            return 1 << 16;
        }
        #[expect(clippy::cast_possible_truncation, reason = "at most 65,536")]
        let levels = levels as u32;
        levels
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}
