//! Compatibility findings of Avro in Confluent's layout.

use avro_model::Schema;
use avro_model::compatibility::{self, CheckLimits, Wording};

use crate::schema_type::{Cancellation, Direction, Findings};

/// What keeps data of one schema from being read with the other.
pub(super) fn check(
    new: &Schema,
    old: &Schema,
    direction: Direction,
    cancellation: &Cancellation,
) -> Findings {
    let (reader, writer, wording) = match direction {
        Direction::Backward => (new, old, Wording::NewReadsOld),
        Direction::Forward => (old, new, Wording::OldReadsNew),
    };
    let messages =
        match compatibility::check_with(reader, writer, CheckLimits::new().cancelled_by(cancellation.flag()))
        {
            Ok(found) => found.iter().map(|one| one.describe(wording)).collect(),
            Err(error) => vec![format!("Unexpected exception during compatibility check: {error}")],
        };
    Findings { messages }
}
