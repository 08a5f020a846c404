//! Compatibility findings of Avro in Confluent's layout.

use avro_model::Schema;
use avro_model::compatibility::{self, Wording};

use crate::schema_type::{Direction, Findings};

/// What keeps data of one schema from being read with the other.
pub(super) fn check(new: &Schema, old: &Schema, direction: Direction) -> Findings {
    let (reader, writer, wording) = match direction {
        Direction::Backward => (new, old, Wording::NewReadsOld),
        Direction::Forward => (old, new, Wording::OldReadsNew),
    };
    let messages = match compatibility::check(reader, writer) {
        Ok(found) => found.iter().map(|one| one.describe(wording)).collect(),
        Err(error) => vec![format!("Unexpected exception during compatibility check: {error}")],
    };
    Findings { messages }
}
