//! The errors of decoding.

use crate::resolution::Mismatch;
use crate::value::{FieldPath, Unfit};
use std::fmt;

/// Why a datum was not decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DecodeError {
    /// How many bytes had been read.
    pub offset: usize,
    /// The part of the datum that was being read, by the names of the writer's schema; empty for the datum itself.
    pub path: FieldPath,
    /// The problem there.
    pub problem: DecodeProblem,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { offset, path, problem } = self;
        match path.is_empty() {
            true => write!(f, "at byte {offset}: {problem}"),
            false => write!(f, "at byte {offset}, in {path}: {problem}"),
        }
    }
}

// The problem is a part of the message and no cause of it.
impl std::error::Error for DecodeError {}

/// A problem on its way out.
pub(super) type Fault = Unfit<DecodeProblem>;

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
    /// The datum holds too many values.
    #[error("the datum holds more than {limit} values; the limit `values` can be raised")]
    TooManyValues {
        /// The limit.
        limit: u64,
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
