//! Why no data of a writer's schema can be read, and what to change.

use avro_model::Schema;
use avro_model::budget::Budget;
use avro_model::compatibility::Wording;
use avro_model::explanation::changes_within;
use avro_model::resolution::CertainError;
use std::fmt;
use std::sync::{Arc, OnceLock};

/// Steps that the search for advice may take: some tens of milliseconds, once for a writer's schema.
pub(super) const STEPS: u64 = 200_000;

/// The reason why no datum of a writer's schema can be read with a reader's, and the changes of the reader's schema that
/// let it, if small ones do.
///
/// As text it has both. Programs that must be small print [`error`](Self::error) alone: what looks for changes is the larger
/// part of what resolution needs, and only linked into a program that asks for them.
#[derive(Clone)]
#[non_exhaustive]
pub struct SchemaMismatch {
    /// The place in the reader's schema, and what does not fit there.
    pub error: CertainError,
    between: Arc<Schemas>,
}

/// The schemas that do not fit, of which advice is made when it is first asked for.
struct Schemas {
    reader: Schema,
    writer: Schema,
    advice: OnceLock<Vec<String>>,
}

impl SchemaMismatch {
    pub(crate) fn new(error: CertainError, reader: Schema, writer: Schema) -> Self {
        Self { error, between: Arc::new(Schemas { reader, writer, advice: OnceLock::new() }) }
    }

    /// The smallest changes of the reader's schema after which the schemas are compatible, as advice to its author; empty when
    /// no small ones are, or it takes too long to find them. They are looked for when they are first asked for, some tens of
    /// milliseconds at most.
    pub fn advice(&self) -> &[String] {
        let Schemas { reader, writer, advice } = &*self.between;
        advice.get_or_init(|| {
            let changes = changes_within(reader, writer, Wording::NewReadsOld, &Budget::of(STEPS));
            changes.unwrap_or_default().iter().map(ToString::to_string).collect()
        })
    }
}

impl fmt::Display for SchemaMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.error)?;
        match self.advice() {
            [] => Ok(()),
            advice => write!(f, "; a reader's schema that can: {}", advice.join("; ")),
        }
    }
}

impl fmt::Debug for SchemaMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SchemaMismatch").field("error", &self.error).finish_non_exhaustive()
    }
}

/// Equal when the same is wrong between the same schemas, of which the advice is the same.
impl PartialEq for SchemaMismatch {
    fn eq(&self, other: &Self) -> bool {
        let (one, two) = (&*self.between, &*other.between);
        self.error == other.error && one.reader.equivalent(&two.reader) && one.writer.equivalent(&two.writer)
    }
}
