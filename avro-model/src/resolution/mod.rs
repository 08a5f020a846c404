//! Schema resolution: what a decoder does with data of a writer's schema to give a value of a reader's.
//!
//! A [`Resolution`] is an arena of [`Action`]s, one for each pair of a writer's and a reader's type that meet. Recursive
//! schemas make cycles of ids. The dynamic decoder runs it as it is; the serializer compiles it to flat programs for
//! generated types.
//!
//! The rules are the specification's ("Schema Resolution"); where it leaves a choice, the reference decoder's. They are
//! not the rules of the [compatibility check](crate::compatibility), with which only the table of promotions is shared:
//!
//! - Errors are lazy: a pair that cannot be resolved is an [`Action::Error`], which fails when data gets there. A branch
//!   of the writer's union or a symbol of its enum that the reader has no place for does no harm until it occurs.
//! - Named types match by their unqualified names, or by an alias of the reader that is the writer's full name.
//! - A writer's type that meets a reader's union takes the branch of exactly its kind (a named type: the one with its
//!   alias or full name, else its unqualified name) wherever it stands, and only then the first branch that it can be
//!   promoted to.
//! - Two unions that are alike branch by branch are resolved by position, so that a changed namespace does no harm.
//! - Logical types do not count. Data of a `timestamp-millis` read as `timestamp-micros`, or of a decimal read with
//!   another scale, keeps its raw value.

mod action;
mod alike;
mod branches;
mod builder;
mod certain;
mod fields;
mod identity;
mod links;
mod mismatch;
mod names;
mod pair_map;
pub mod promotion;

pub use action::{Action, ActionId, DefaultedField, EnumAction, FieldAction, Pair, Primitive, RecordAction};
pub use certain::CertainError;
pub use mismatch::Mismatch;
pub(crate) use mismatch::describe;
pub(crate) use names::{aliases, name_match};
pub use promotion::Promotion;

use crate::schema::Schema;
use std::ops::Index;

/// The steps that [`Resolution::new`] takes at most: pairs of types, fields, branches and symbols that it looks at, and
/// parts of defaults that it makes. Two schemas with 100,000 fields each need a tenth of it.
pub const DEFAULT_BUDGET: u64 = 4_000_000;

/// Why no resolution was made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ResolutionError {
    /// The two schemas meet in too many ways.
    #[error(
        "resolving the writer's schema against the reader's takes more than {budget} steps; \
         split the schemas or raise the budget"
    )]
    TooLarge {
        /// The budget that did not suffice.
        budget: u64,
    },
}

/// The work of a decoder for one writer's schema and one reader's schema: an [`Action`] for each pair of types.
///
/// ```
/// use avro_model::Schema;
/// use avro_model::resolution::{Action, FieldAction, Promotion, Resolution};
///
/// let writer: Schema = r#"{"type":"record","name":"R","fields":[
///     {"name":"gone","type":"string"},{"name":"n","type":"int"}]}"#.parse()?;
/// let reader: Schema = r#"{"type":"record","name":"R","fields":[
///     {"name":"n","type":"long"},{"name":"new","type":"boolean","default":true}]}"#.parse()?;
/// let resolution = Resolution::new(&writer, &reader)?;
///
/// let Action::Record(record) = &resolution[resolution.root()].action else { panic!() };
/// let [FieldAction::Skip { .. }, FieldAction::Read { field: 0, action }] = &record.fields[..] else { panic!() };
/// assert_eq!(resolution[*action].action, Action::Promote(Promotion::IntToLong));
/// assert_eq!(record.defaults[0].field, 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Resolution {
    pairs: Vec<Pair>,
    root: ActionId,
}

impl Resolution {
    /// Resolves a writer's schema against a reader's.
    ///
    /// A pair that cannot be resolved is no error here but an [`Action::Error`] in its place;
    /// [`certain_error`](Self::certain_error) tells whether every datum gets to one.
    ///
    /// # Errors
    /// When it takes more than [`DEFAULT_BUDGET`] steps.
    pub fn new(writer: &Schema, reader: &Schema) -> Result<Self, ResolutionError> {
        Self::with_budget(writer, reader, DEFAULT_BUDGET)
    }

    /// Resolves with a budget of one's own; see [`DEFAULT_BUDGET`].
    ///
    /// # Errors
    /// When it takes more steps than that.
    pub fn with_budget(writer: &Schema, reader: &Schema, budget: u64) -> Result<Self, ResolutionError> {
        builder::build(writer, reader, budget, false)
    }

    /// Resolves a writer's schema whose records are called something else than the reader's: records are read by their fields,
    /// as Java's decoder reads them outside of unions. In a union of the reader with one record, that is the one.
    ///
    /// ```
    /// use avro_model::{Resolution, Schema};
    ///
    /// let writer: Schema = r#"{"type":"record","name":"record","fields":[{"name":"n","type":"int"}]}"#.parse()?;
    /// let reader: Schema = r#"["null",{"type":"record","name":"R","fields":[{"name":"n","type":"int"}]}]"#.parse()?;
    /// assert!(Resolution::new(&writer, &reader)?.certain_error(&reader).is_some());
    /// assert!(Resolution::by_structure(&writer, &reader)?.certain_error(&reader).is_none());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When it takes more than [`DEFAULT_BUDGET`] steps.
    pub fn by_structure(writer: &Schema, reader: &Schema) -> Result<Self, ResolutionError> {
        builder::build(writer, reader, DEFAULT_BUDGET, true)
    }

    /// The action for the two documents as a whole.
    pub fn root(&self) -> ActionId {
        self.root
    }

    /// All pairs of types that meet; an [`ActionId`] is an index into this slice.
    pub fn pairs(&self) -> &[Pair] {
        &self.pairs
    }

    /// Whether both schemas are alike, so that data can be decoded by the reader's schema alone.
    pub fn is_identity(&self) -> bool {
        self[self.root].identity
    }
}

impl Index<ActionId> for Resolution {
    type Output = Pair;

    fn index(&self, id: ActionId) -> &Pair {
        &self.pairs[id.index()]
    }
}

#[cfg(test)]
mod tests;
