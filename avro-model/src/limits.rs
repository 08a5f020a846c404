//! Bounds on data.

/// Bounds on what a datum may make a decoder or an encoder do.
///
/// Lengths and counts need no setting: a length is at most the rest of the input, and a count at most the rest of the
/// input divided by the smallest encoding of an item. Nothing is allocated ahead of what was read but a few hundred
/// items. A decoded value takes at most some 160 bytes of memory for each byte of input, some 64 for each of the
/// [`empty_items`](Self::empty_items), and what the reader's defaults take for each record.
///
/// ```
/// use avro_model::Limits;
/// let limits = Limits::DEFAULT.with_depth(64).with_bytes(1 << 20);
/// assert_eq!(limits.empty_items, Limits::DEFAULT.empty_items);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// How many records, arrays and maps may stand in each other, in decoding, encoding and skipping (encoding §7). A
    /// level takes up to 2 KiB of stack in a build without optimisation, so the default fits the 2 MiB of a spawned
    /// thread with room to spare.
    pub depth: usize,
    /// How many values one datum may hold that take none of its bytes, as `null`, empty records and `fixed` of size 0 do
    /// (encoding §8).
    pub empty_items: u64,
    /// How many bytes one datum may have.
    pub bytes: usize,
    /// How many values a decoded datum may hold, which is what bounds its memory more closely than its bytes do: each takes
    /// some 100 bytes beside its own text or bytes. Items and fields count, keys of maps, values of branches, and what
    /// defaults hold; what is skipped does not.
    pub values: u64,
}

impl Limits {
    /// The limits that hold when none are given: 512 levels, 65,536 values without bytes, 64 MiB, and as
    /// many values as these allow.
    pub const DEFAULT: Self = Self { depth: 512, empty_items: 1 << 16, bytes: 64 << 20, values: u64::MAX };

    /// These limits with another [`depth`](Self::depth), in levels.
    #[must_use]
    pub const fn with_depth(self, depth: usize) -> Self {
        Self { depth, ..self }
    }

    /// These limits with another number of [`empty_items`](Self::empty_items).
    #[must_use]
    pub const fn with_empty_items(self, empty_items: u64) -> Self {
        Self { empty_items, ..self }
    }

    /// These limits with another size of a datum, in [`bytes`](Self::bytes).
    #[must_use]
    pub const fn with_bytes(self, bytes: usize) -> Self {
        Self { bytes, ..self }
    }

    /// These limits with another number of [`values`](Self::values).
    #[must_use]
    pub const fn with_values(self, values: u64) -> Self {
        Self { values, ..self }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}
