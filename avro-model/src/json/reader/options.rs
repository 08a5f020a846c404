//! What a reader takes beyond plain JSON, and how much of it.

/// Options of [`read`](super::read). The default is JSON as its specification has it, with the limits that Jackson
/// has by default, and no limit on the length of keys.
///
/// ```
/// use avro_model::json::reader::{Duplicates, Options};
/// let options = Options::default().comments(true).duplicates(Duplicates::Kept).max_depth(64);
/// assert_ne!(options, Options::default());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    pub(super) comments: bool,
    pub(super) non_finite: bool,
    pub(super) duplicates: Duplicates,
    pub(super) trailing: Trailing,
    pub(in crate::json) max_depth: usize,
    pub(in crate::json) max_number: usize,
    pub(in crate::json) max_key: usize,
    pub(in crate::json) max_string: usize,
}

/// What becomes of members of an object that have the same key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Duplicates {
    /// There is one member, with the value that comes last, at the place of the one that comes first.
    LastValue,
    /// All members are handed on, in the order of the text.
    Kept,
}

/// What may follow the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Trailing {
    /// Blanks.
    Blanks,
    /// Characters up to U+0020, which are those that Java's `trim` cuts off.
    Controls,
    /// Anything; it is not read. A number must be followed by something that no number or word goes on with.
    Anything,
}

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}

impl Options {
    /// The default options.
    pub const fn new() -> Self {
        Self {
            comments: false,
            non_finite: false,
            duplicates: Duplicates::LastValue,
            trailing: Trailing::Blanks,
            max_depth: 1_000,
            max_number: 1_000,
            max_key: usize::MAX,
            max_string: 20_000_000,
        }
    }

    /// Whether `/* */` and `//` comments may stand between tokens.
    #[must_use]
    pub const fn comments(self, comments: bool) -> Self {
        Self { comments, ..self }
    }

    /// Whether `NaN`, `Infinity`, `INF` with a sign, and `Infinity` with a sign are numbers. These are the words that
    /// Jackson's `ALLOW_NON_NUMERIC_NUMBERS` lets through; `INF` without a sign is none of them.
    #[must_use]
    pub const fn non_finite(self, non_finite: bool) -> Self {
        Self { non_finite, ..self }
    }

    /// What becomes of members that have the same key.
    #[must_use]
    pub const fn duplicates(self, duplicates: Duplicates) -> Self {
        Self { duplicates, ..self }
    }

    /// What may follow the value.
    #[must_use]
    pub const fn trailing(self, trailing: Trailing) -> Self {
        Self { trailing, ..self }
    }

    /// How many arrays and objects may stand one in the other.
    #[must_use]
    pub const fn max_depth(self, max_depth: usize) -> Self {
        Self { max_depth, ..self }
    }

    /// How many characters a number may have.
    #[must_use]
    pub const fn max_number(self, max_number: usize) -> Self {
        Self { max_number, ..self }
    }

    /// How many UTF-16 units a key may have, escapes decoded.
    #[must_use]
    pub const fn max_key(self, max_key: usize) -> Self {
        Self { max_key, ..self }
    }

    /// How many UTF-16 units a string may have, escapes decoded.
    #[must_use]
    pub const fn max_string(self, max_string: usize) -> Self {
        Self { max_string, ..self }
    }
}
