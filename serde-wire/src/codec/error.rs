//! Errors of the bytes of a datum.

use thiserror::Error;

/// Why a datum cannot be decoded.
///
/// `Copy`, so that the hot path pays nothing for it. Where in the input it happened is added by the
/// outermost caller, see [`DecodeFailure`].
// A word, not a byte: where an error shares the place of a value, the compiler moves the value in the pieces that the error
// would leave of it. Pieces of one, two and four bytes are written before the words that they are part of are, and reading
// across them stalls the processor: it made a record of strings a third slower to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[repr(usize)]
#[non_exhaustive]
pub enum DecodeError {
    /// The input ends inside a value.
    #[error("the input ends inside a value")]
    UnexpectedEnd,
    /// A variable-length number is longer than ten bytes or has bits beyond the 64th.
    #[error("a variable-length number does not fit 64 bits")]
    Varint,
    /// An `int`, as the index of a symbol or a branch is too, is outside 32 bits or takes more than five bytes.
    #[error("an int does not fit 32 bits")]
    IntRange,
    /// The length of a string or of bytes, or the byte size of a block, is negative.
    #[error("a length is negative")]
    NegativeLength,
    /// A boolean is neither 0 nor 1.
    #[error("a boolean is neither 0 nor 1")]
    Boolean,
    /// A string is not UTF-8.
    #[error("a string is not UTF-8")]
    Utf8,
    /// The index of an enum symbol is outside the writer's enum.
    #[error("an enum index is out of range")]
    EnumIndex,
    /// The index of a union branch is outside the writer's union.
    #[error("a union index is out of range")]
    UnionIndex,
    /// A block of an array or map announces more items than the rest of the input can hold.
    #[error("a block announces more items than the input can hold")]
    BlockCount,
    /// Items that take no bytes outnumber [`Limits::empty_items`](super::Limits::empty_items).
    #[error("more items that take no bytes than the limit `empty_items` allows (65,536 if not set)")]
    ItemBudget,
    /// Values are nested deeper than [`Limits::depth`](super::Limits::depth) or [`Limits::stack`](super::Limits::stack).
    #[error(
        "values are nested deeper than the limits `depth` (512 levels if not set) and `stack` (1 MiB) allow"
    )]
    Depth,
    /// Bytes follow the datum.
    #[error("bytes follow the datum")]
    TrailingBytes,
    /// The writer's symbol is none of the reader's, whose enum has no default.
    #[error("the reader's enum has neither the writer's symbol nor a default")]
    UnknownSymbol,
    /// The writer's value is of a type that the reader's schema has no place for.
    #[error("the reader's schema has no place for a value of the writer's type")]
    UnknownType,
    /// The text of a `uuid` is not a UUID.
    #[error("a text is not a UUID")]
    Uuid,
    /// The bytes of a `big-decimal` are not an unscaled number followed by its scale.
    #[error("the bytes are not a big-decimal")]
    BigDecimal,
    /// A `date` is outside the years of the type that its field has.
    #[error("a date is outside the range of the Rust type that it is mapped to")]
    DateRange,
    /// A `time-millis` or `time-micros` is no time of a day, which is all that the type of its field has.
    #[error("a time is not one of a day, which the Rust type that it is mapped to demands")]
    TimeRange,
    /// A timestamp is outside the range of the type that its field has.
    #[error("a timestamp is outside the range of the Rust type that it is mapped to")]
    TimestampRange,
    /// A decimal has more digits than the type that its field has.
    #[error("a decimal has more digits than the Rust type that it is mapped to can hold")]
    DecimalRange,
    /// The plan was not made for this type: its schema and its implementation disagree.
    #[error(
        "the plan does not fit the type: AvroSchema::SCHEMA and the implementation of AvroResolve disagree"
    )]
    Plan,
}

/// A [`DecodeError`] and where in the input it happened.
///
/// The message says both, so the error has no `source`: a report that walks the chain would say it twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[error("cannot decode the datum at byte {offset}: {error}")]
#[non_exhaustive]
pub struct DecodeFailure {
    /// The fault.
    pub error: DecodeError,
    /// The distance from the start of the datum, in bytes: the value at fault starts at or shortly before it.
    pub offset: usize,
}

/// Why a value cannot be encoded with its schema.
///
/// Only types that can hold such a value are encoded through [`AvroTryEncode`](super::AvroTryEncode) alone.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// The value is outside what its logical type can express.
    #[error("{value} is out of range for {logical_type}")]
    OutOfRange {
        /// The value, as text.
        value: String,
        /// The logical type.
        logical_type: &'static str,
    },
    /// A time is finer than the unit of its logical type.
    #[error("{value} is finer than the unit of {logical_type}: round it first")]
    Unit {
        /// The value, as text.
        value: String,
        /// The logical type.
        logical_type: &'static str,
    },
    /// A decimal has digits behind the point that the scale of its schema has no place for.
    #[error(
        "{value} has more than the {scale} digits behind the point that its schema allows: round it first"
    )]
    Scale {
        /// The value, as text.
        value: String,
        /// The scale of the schema.
        scale: u32,
    },
    /// A symbol of another schema's enum, which was kept when it was read, is none of this schema's.
    #[error(
        "the symbol at position {position} of the schema that it was read with is none of {of}, so it cannot be written: set one of its symbols first"
    )]
    UnknownSymbol {
        /// The full name of the enum.
        of: &'static str,
        /// The position in the writer's enum.
        position: i32,
    },
    /// A decimal has more digits than the precision of its schema.
    #[error("{value} has more than {precision} digits, the precision of its schema")]
    Digits {
        /// The value, as text.
        value: String,
        /// The precision of the schema.
        precision: u32,
    },
}
