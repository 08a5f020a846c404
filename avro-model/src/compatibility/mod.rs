//! The registry's verdict on whether a reader can take over from a writer.
//!
//! This is the reference's checker (`SchemaCompatibility` of Avro 1.12), finding for finding. It is not what decides
//! whether data decodes: that is the resolution, which follows other rules.

mod checker;
mod describe;
mod findings;
mod limits;
mod path;
mod reader_names;
mod reader_symbols;
mod unreported;
mod writer_fields;

pub use describe::Wording;
pub(crate) use findings::{Finding, missing_symbols};
pub use limits::{CheckLimits, DEFAULT_BUDGET, DEFAULT_MEMORY};
pub(crate) use path::Step;

use crate::budget::{Budget, Stopped};
use crate::schema::{NodeId, Schema};
use std::fmt;
use thiserror::Error;

/// One reason why a reader does not fit a writer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incompatibility {
    /// The fault.
    pub kind: IncompatibilityKind,
    /// The place in the reader: `/` is the root, `/fields/1/type` the type of the second field; a branch of a writer's
    /// union is a step by its number.
    ///
    /// A type that is met again under another path keeps the path where it was met first, and what is inside a union
    /// counts from that union: both as in the reference.
    pub path: String,
    /// The detail, such as the types or the missing symbols.
    pub message: String,
}

/// The kinds of incompatibility, with the reference's names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IncompatibilityKind {
    /// A record, enum or fixed has another name, and no alias of the reader is the writer's name.
    NameMismatch,
    /// Two fixed of different sizes.
    FixedSizeMismatch,
    /// The writer's enum has symbols that the reader's has not, which has no default either.
    MissingEnumSymbols,
    /// The reader has a field without default that the writer has not.
    ReaderFieldMissingDefaultValue,
    /// The writer's type cannot become the reader's.
    TypeMismatch,
    /// The reader's union has no branch for a type that the writer may write.
    MissingUnionBranch,
}

impl fmt::Display for IncompatibilityKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NameMismatch => "NAME_MISMATCH",
            Self::FixedSizeMismatch => "FIXED_SIZE_MISMATCH",
            Self::MissingEnumSymbols => "MISSING_ENUM_SYMBOLS",
            Self::ReaderFieldMissingDefaultValue => "READER_FIELD_MISSING_DEFAULT_VALUE",
            Self::TypeMismatch => "TYPE_MISMATCH",
            Self::MissingUnionBranch => "MISSING_UNION_BRANCH",
        })
    }
}

/// Why there is no list of incompatibilities. The registry counts each of these as incompatible and says
/// `Unexpected exception during compatibility check: ` and the message.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CheckError {
    /// A reader field has several fields to read from. Its own name as an alias makes two, too.
    #[error(
        "Reader record field {field} type:{field_type} pos:{position} matches multiple fields in writer record schema {writer}"
    )]
    AmbiguousField {
        /// The reader's field.
        field: String,
        /// Its type, as the reference spells it: `INT`.
        field_type: String,
        /// Its index.
        position: usize,
        /// The text of the writer's record.
        writer: String,
    },
    /// The schemas need more comparisons than allowed. The reference goes on, which may take hours.
    #[error(
        "the schemas are too large to be compared: more than {budget} comparisons of types and fields are needed"
    )]
    TooLarge {
        /// The number of comparisons that are allowed.
        budget: u64,
    },
    /// The comparison has to remember more than allowed. The reference takes gigabytes instead.
    #[error("the schemas are too large to be compared: more than {bytes} bytes of memory are needed")]
    TooMuchMemory {
        /// The bytes that are allowed.
        bytes: usize,
    },
    /// The budget of [`CheckLimits::within`] was spent or cancelled.
    #[error(transparent)]
    Stopped(#[from] Stopped),
    /// There are more incompatibilities than anybody can use. A shared type counts at each use.
    #[error("there are more than {findings} incompatibilities, or they take more than {bytes} bytes of text")]
    TooMany {
        /// The number that is reported at most.
        findings: usize,
        /// The text that is made at most.
        bytes: usize,
    },
}

/// Every reason, in the reference's order, why data of `writer` may not be readable as `reader`; none when it is
/// compatible.
///
/// Each pair of types is compared once; at most [`DEFAULT_BUDGET`] comparisons of types and fields are made, in at most
/// [`DEFAULT_MEMORY`] bytes.
///
/// # Errors
/// When the reference gives up ([`CheckError::AmbiguousField`]) or a bound is exceeded. All of these mean
/// incompatible.
///
/// ```
/// use avro_model::{Schema, compatibility};
/// let old: Schema = r#"{"type":"record","name":"E","fields":[{"name":"a","type":"int"}]}"#.parse()?;
/// let new: Schema = r#"{"type":"record","name":"E","fields":[{"name":"b","type":"int"}]}"#.parse()?;
/// let found = compatibility::check(&new, &old)?;
/// assert_eq!(found[0].path, "/fields/0");
/// assert_eq!(found[0].kind.to_string(), "READER_FIELD_MISSING_DEFAULT_VALUE");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn check(reader: &Schema, writer: &Schema) -> Result<Vec<Incompatibility>, CheckError> {
    check_within(reader, writer, DEFAULT_BUDGET)
}

/// [`check`] with at most `budget` comparisons of types and fields.
///
/// # Errors
/// As [`check`].
pub fn check_within(
    reader: &Schema,
    writer: &Schema,
    budget: u64,
) -> Result<Vec<Incompatibility>, CheckError> {
    check_with(reader, writer, CheckLimits::new().steps(budget))
}

/// [`check`] within limits of one's own.
///
/// # Errors
/// As [`check`], and [`CheckError::Stopped`].
pub fn check_with(
    reader: &Schema,
    writer: &Schema,
    limits: CheckLimits<'_>,
) -> Result<Vec<Incompatibility>, CheckError> {
    checker::Checker::new(reader, writer, limits).run()
}

/// A finding and where it is: the steps from the compared types on.
#[derive(Debug)]
pub(crate) struct Located {
    pub(crate) finding: Finding,
    pub(crate) steps: Vec<Step>,
    pub(crate) item: Incompatibility,
}

/// The findings of two types inside their schemas, at most `most`. The comparisons are taken from what is left of a
/// budget.
pub(crate) fn locate(
    reader: (&Schema, NodeId),
    writer: (&Schema, NodeId),
    most: usize,
    allowance: &mut Allowance<'_>,
) -> Result<Vec<Located>, CheckError> {
    let limits = CheckLimits::new().steps(allowance.left).within(allowance.budget);
    let mut checker = checker::Checker::new(reader.0, writer.0, limits);
    let located = checker.located(reader.1, writer.1, most);
    allowance.left = allowance.left.saturating_sub(checker.spent());
    located
}

/// What several comparisons may take together.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Allowance<'a> {
    /// Comparisons of types and fields that may still be made.
    left: u64,
    /// The steps of whoever asked.
    budget: &'a Budget,
}

impl<'a> Allowance<'a> {
    pub(crate) fn new(left: u64, budget: &'a Budget) -> Self {
        Self { left, budget }
    }
}

#[cfg(test)]
mod tests;
