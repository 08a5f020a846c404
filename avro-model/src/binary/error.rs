//! The errors of decoding.

use crate::resolution::Mismatch;

/// Why a datum was not decoded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at byte {offset}: {problem}")]
#[non_exhaustive]
pub struct DecodeError {
    /// How many bytes had been read.
    pub offset: usize,
    /// The problem there.
    pub problem: DecodeProblem,
}

/// A problem of a datum.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeProblem {
    /// It ends too early.
    #[error("the data ends in the middle of {what}")]
    Truncated {
        /// The part that it ends in.
        what: &'static str,
    },
    /// A number has more bits than its type.
    #[error("a number does not fit {bits} bits")]
    NumberTooLong {
        /// 32 for an `int`, 64 for a `long`, a length or a position.
        bits: u32,
    },
    /// A boolean is neither 0 nor 1.
    #[error("a boolean is {byte}, which must be 0 or 1")]
    Boolean {
        /// The value that was found.
        byte: u8,
    },
    /// A length is negative.
    #[error("a length is {length}, which must not be negative")]
    NegativeLength {
        /// The value that was found.
        length: i64,
    },
    /// A length is larger than what is left.
    #[error("a length is {length} with {remaining} bytes left")]
    Length {
        /// The value that was found.
        length: u64,
        /// Bytes behind it.
        remaining: usize,
    },
    /// Text is not UTF-8.
    #[error("text is not UTF-8")]
    Utf8,
    /// The position of an enum's symbol is out of range.
    #[error("the position of a symbol is {index}; the writer's enum has {count}")]
    SymbolIndex {
        /// The value that was found.
        index: i32,
        /// Symbols of the enum.
        count: usize,
    },
    /// The position of a union's branch is out of range.
    #[error("the position of a branch is {index}; the writer's union has {count}")]
    BranchIndex {
        /// The value that was found.
        index: i32,
        /// Branches of the union.
        count: usize,
    },
    /// The items of a block cannot be all there.
    #[error("a block has {count} items, for which {remaining} bytes are left")]
    BlockCount {
        /// The count that was found; negative when the size of the block follows.
        count: i64,
        /// Bytes behind it.
        remaining: usize,
    },
    /// There are too many values that take no bytes.
    #[error("there are more than {limit} values that take no bytes; the limit `empty_items` can be raised")]
    EmptyItems {
        /// The limit.
        limit: u64,
    },
    /// Records, arrays and maps nest too deep.
    #[error("values nest deeper than {limit} levels; the limit `depth` can be raised")]
    TooDeep {
        /// The limit.
        limit: usize,
    },
    /// The datum is too long.
    #[error("the datum has more than {limit} bytes; the limit `bytes` can be raised")]
    TooLong {
        /// The limit.
        limit: usize,
    },
    /// Something follows the datum.
    #[error("{bytes} bytes follow the datum")]
    Trailing {
        /// How many.
        bytes: usize,
    },
    /// The reader has no place for the data.
    #[error(transparent)]
    Mismatch(Box<Mismatch>),
}

impl From<Mismatch> for DecodeProblem {
    fn from(mismatch: Mismatch) -> Self {
        Self::Mismatch(Box::new(mismatch))
    }
}
