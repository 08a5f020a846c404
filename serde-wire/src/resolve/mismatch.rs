//! Why no data of a writer's schema can be read, and what to change.

use avro_model::Schema;
use avro_model::budget::Budget;
use avro_model::compatibility::Wording;
use avro_model::explanation::explain_within;
use avro_model::resolution::CertainError;
use std::fmt;

/// Steps that the search for advice may take: some tens of milliseconds, once for a writer's schema.
pub(super) const STEPS: u64 = 200_000;

/// The reason why no datum of a writer's schema can be read with a reader's, and the changes of the reader's schema that
/// let it, if small ones do.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SchemaMismatch {
    /// The place in the reader's schema, and what does not fit there.
    pub error: CertainError,
    /// The smallest changes of the reader's schema after which the schemas are compatible, as advice to its author; empty when
    /// no small ones are, or it takes too long to find them.
    pub advice: Vec<String>,
}

impl SchemaMismatch {
    pub(crate) fn new(error: CertainError, reader: &Schema, writer: &Schema) -> Self {
        let report = explain_within(reader, writer, Wording::NewReadsOld, &Budget::of(STEPS));
        let advice = report
            .map_or_else(|_| Vec::new(), |report| report.changes.iter().map(ToString::to_string).collect());
        Self { error, advice }
    }
}

impl fmt::Display for SchemaMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.error)?;
        match &*self.advice {
            [] => Ok(()),
            advice => write!(f, "; a reader's schema that can: {}", advice.join("; ")),
        }
    }
}
