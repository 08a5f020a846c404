//! Bounds on what a datum may make the decoder do (codec §3).

use super::DecodeError;
use std::ptr;

/// Bounds that do not follow from the size of the input.
///
/// Lengths and counts need no setting: a length is at most the remaining input, and a count at most the remaining input
/// divided by the smallest encoding of an item.
///
/// ```
/// use serde_wire::codec::Limits;
///
/// let limits = Limits::DEFAULT.with_depth(64).with_empty_items(1000);
/// assert_eq!(limits.stack, Limits::DEFAULT.stack);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// How many records, arrays and maps may stand in each other (encoding §7, the rule of avro-model's decoder too).
    pub depth: u32,
    /// How many bytes of stack the decoding of recursive types may take, to within one level. What a level takes depends on the type
    /// and on how it was compiled: some hundred bytes to a few thousand, and several times that without optimisation.
    pub stack: usize,
    /// How many items that take no bytes (`null`, empty records, `fixed` of size 0) one datum may hold in all its
    /// arrays (encoding §8). An item that takes much memory although it takes no bytes counts more than once.
    pub empty_items: u32,
}

impl Limits {
    /// The limits of a reader that is not told otherwise: 512 levels or 1 MiB of stack (a thread has at least twice
    /// that, unless told otherwise itself), 65,536 empty items.
    pub const DEFAULT: Self = Self { depth: 512, stack: 1 << 20, empty_items: 1 << 16 };

    /// These limits with another [`depth`](Self::depth), in levels.
    #[must_use]
    pub const fn with_depth(self, depth: u32) -> Self {
        Self { depth, ..self }
    }

    /// These limits with another [`stack`](Self::stack), in bytes.
    #[must_use]
    pub const fn with_stack(self, stack: usize) -> Self {
        Self { stack, ..self }
    }

    /// These limits with another number of [`empty_items`](Self::empty_items).
    #[must_use]
    pub const fn with_empty_items(self, empty_items: u32) -> Self {
        Self { empty_items, ..self }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// The limits that a reader has left.
#[derive(Debug, Clone)]
pub(super) struct Budget {
    /// The levels and the items that are left.
    limits: Limits,
    /// How many values of recursive types stand around the next one.
    recursive: u32,
    /// The place of the stack at the outermost of them.
    base: usize,
}

impl Budget {
    #[inline(always)]
    pub(super) const fn new(limits: Limits) -> Self {
        Self { limits, recursive: 0, base: 0 }
    }

    /// Goes one level deeper.
    #[inline(always)]
    pub(super) fn enter(&mut self) -> Result<(), DecodeError> {
        self.limits.depth = self.limits.depth.checked_sub(1).ok_or(DecodeError::Depth)?;
        Ok(())
    }

    /// Comes back from a level.
    #[inline(always)]
    pub(super) fn leave(&mut self) {
        self.limits.depth = self.limits.depth.wrapping_add(1);
    }

    /// Goes one level deeper, and looks at the stack.
    #[inline]
    pub(super) fn enter_recursive(&mut self) -> Result<(), DecodeError> {
        let marker = 0_u8;
        let here = ptr::from_ref(&marker).addr();
        if self.recursive == 0 {
            self.base = here;
        }
        if self.base.abs_diff(here) > self.limits.stack {
            return Err(DecodeError::Depth);
        }
        self.recursive += 1;
        self.enter()
    }

    /// Comes back from a level of a recursive type.
    #[inline]
    pub(super) fn leave_recursive(&mut self) {
        self.recursive = self.recursive.saturating_sub(1);
        self.leave();
    }

    /// Takes from what is left for items without bytes.
    #[inline(never)]
    pub(super) fn spend_empty_items(&mut self, count: usize) -> Result<(), DecodeError> {
        let left = u32::try_from(count).ok().and_then(|count| self.limits.empty_items.checked_sub(count));
        self.limits.empty_items = left.ok_or(DecodeError::ItemBudget)?;
        Ok(())
    }
}
