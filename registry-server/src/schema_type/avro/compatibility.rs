//! Compatibility findings of Avro in Confluent's layout.

use avro_model::Schema;
use avro_model::compatibility::{self, CheckError, CheckLimits, Wording};

use crate::schema_type::{Budget, Direction, Findings, Stopped};

/// The findings that keep data of one schema from being read with the other.
pub(super) fn check(
    new: &Schema,
    old: &Schema,
    direction: Direction,
    budget: &Budget,
) -> Result<Findings, Stopped> {
    let (reader, writer, wording) = match direction {
        Direction::Backward => (new, old, Wording::NewReadsOld),
        Direction::Forward => (old, new, Wording::OldReadsNew),
    };
    let messages = match compatibility::check_with(reader, writer, CheckLimits::new().within(budget)) {
        Ok(found) => found.iter().map(|one| one.describe(wording)).collect(),
        Err(CheckError::Stopped(stopped)) => return Err(stopped),
        Err(error) => vec![format!("Unexpected exception during compatibility check: {error}")],
    };
    Ok(Findings { messages })
}
