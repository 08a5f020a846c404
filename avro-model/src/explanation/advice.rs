//! The changes of a schema that help, without all that is told around them.

use super::remedy::Remedies;
use super::{Change, MAX_EXPLAINED, Place, locate_all, pair, repaired};
use crate::budget::Budget;
use crate::compatibility::{CheckError, Located, Wording};
use crate::schema::Schema;
use std::collections::HashSet;

/// The smallest changes of the new schema after which the schemas are compatible, as in [`CompatibilityReport::changes`]; none
/// when they are compatible, or no small changes make them so.
///
/// It takes fewer steps than [`explain_within`], which looks for values that fail too, and a program that asks for
/// nothing else is a good deal smaller.
///
/// # Errors
/// As [`explain_within`].
///
/// ```
/// use avro_model::compatibility::Wording;
/// use avro_model::{Budget, Schema, explanation::changes_within};
/// let old: Schema = r#"{"type":"enum","name":"Kind","symbols":["A","B"]}"#.parse()?;
/// let new: Schema = r#"{"type":"enum","name":"Kind","symbols":["A"]}"#.parse()?;
/// let changes = changes_within(&new, &old, Wording::NewReadsOld, &Budget::unlimited())?;
/// assert!(changes[0].to_string().starts_with("keep the symbols [B] of enum Kind"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [`CompatibilityReport::changes`]: super::CompatibilityReport::changes
/// [`explain_within`]: super::explain_within
pub fn changes_within(
    new: &Schema,
    old: &Schema,
    direction: Wording,
    budget: &Budget,
) -> Result<Vec<Change>, CheckError> {
    let (reader, writer) = pair(new, old, direction);
    let (located, _) = distinct(locate_all(reader, writer, budget)?);
    let mut remedies = Remedies::new(new, old, direction, budget);
    for located in &located {
        budget.check()?;
        remedies.repair(&located.finding, &Place::find(reader, writer, &located.steps));
    }
    let repaired = repaired(remedies, old, direction, budget);
    budget.check()?;
    Ok(repaired.map_or_else(Vec::new, |(_, changes)| changes))
}

/// What is explained: what is repeated for a shared type once, up to the limit; and how many more there are.
pub(super) fn distinct(located: Vec<Located>) -> (Vec<Located>, usize) {
    let mut seen = HashSet::new();
    let mut different: Vec<Located> = located
        .into_iter()
        .filter(|Located { finding, item, .. }| {
            seen.insert((finding.kind, finding.reader, finding.writer, finding.field, item.path.clone()))
        })
        .collect();
    let omitted = different.len().saturating_sub(MAX_EXPLAINED);
    different.truncate(MAX_EXPLAINED);
    (different, omitted)
}
