//! Explanations of an incompatibility for people: which readers break, the smallest change of the new schema that helps, and a
//! value that fails.
//!
//! The verdict is the checker's ([`compatibility`]); whether data decodes is the resolution's. The
//! two follow different rules, so an [`CompatibilityReport`] says what both think.

mod advice;
mod change;
mod defaults;
mod draft;
mod failing;
mod part;
mod place;
mod remedy;
mod renamed;
mod sample;
mod text;

pub use advice::changes_within;
pub use change::Change;
pub use failing::{FailingValue, Laxity};
pub use part::NamedPart;

use crate::budget::Budget;
use crate::compatibility::{self, Allowance, CheckError, Incompatibility, Located, Wording};
use crate::resolution::describe;
use crate::schema::{Kind, NodeId, Schema};
use failing::{Trial, Verdict};
use place::Place;
use remedy::Remedies;

/// More incompatibilities than this are not explained: repairing one often repairs many.
const MAX_EXPLAINED: usize = 100;
/// How often the changed schema is checked and changed again: a repaired record may show what its name hid.
const MAX_ROUNDS: usize = 4;

/// The verdict on a new schema, explained: the answer to "why is my schema refused, and what do I do?".
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CompatibilityReport {
    /// The incompatibilities in the checker's order, those that are repeated for a shared type once.
    pub explanations: Vec<Explanation>,
    /// How many more there are among the first 1,000 findings.
    pub omitted: usize,
    /// The new schema with all changes made, which the checker accepts; `None` when no set of small changes does.
    pub repaired: Option<Schema>,
    /// The changes that lead there; those of the explanations, and such as became necessary by them.
    pub changes: Vec<Change>,
    /// The outcome of decoding for the same pair.
    pub decoding: DecodingOutcome,
    /// A value that fails to decode though the checker accepts the pair: the given one when there are no
    /// explanations, else that with the repaired schema in place of the new one.
    pub overlooked: Option<FailingValue>,
}

/// One incompatibility, explained.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Explanation {
    /// The checker's finding.
    pub incompatibility: Incompatibility,
    /// The readers that break.
    pub affected: AffectedReaders,
    /// The place, by names: `field "email" of com.acme.User`.
    pub place: String,
    /// The part of the new schema that it is about.
    pub new_part: NamedPart,
    /// The part of the old schema that it is about.
    pub old_part: NamedPart,
    /// The smallest change of the new schema that repairs it, if a small one does.
    pub change: Option<Change>,
    /// A value that the writer may write and the reader cannot read, if there is one.
    pub failing: Option<FailingValue>,
    /// True when a decoder that follows the specification reads all data here nevertheless.
    pub disputed: bool,
}

/// The readers that get data that they cannot read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AffectedReaders {
    /// Readers with the new schema that meet old data.
    NewReaders,
    /// Readers with the old schema that meet new data.
    OldReaders,
}

impl From<Wording> for AffectedReaders {
    fn from(direction: Wording) -> Self {
        match direction {
            Wording::NewReadsOld => Self::NewReaders,
            Wording::OldReadsNew => Self::OldReaders,
        }
    }
}

/// The outcome of decoding as the specification has it, whatever the checker says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecodingOutcome {
    /// All data can be read.
    Always,
    /// Some data cannot be read: it depends on branches, symbols, items, or whether bytes are UTF-8.
    Sometimes,
    /// No data can be read.
    Never,
    /// The schemas are too large to say.
    Unknown,
}

/// Explains the verdict on a new schema beside an old one. `direction` says which of them reads.
///
/// Nothing is explained when the checker accepts the pair, but [`CompatibilityReport::decoding`] may still warn: the checker goes
/// by simple names, for example, and does not look at what a default holds.
///
/// # Errors
/// When the checker has no list of incompatibilities.
///
/// ```
/// use avro_model::compatibility::Wording;
/// use avro_model::{Schema, explanation::explain};
/// let old: Schema = r#"{"type":"record","name":"User","fields":[{"name":"id","type":"long"}]}"#.parse()?;
/// let new: Schema = r#"{"type":"record","name":"User","fields":[
///     {"name":"id","type":"long"},{"name":"email","type":["null","string"]}]}"#.parse()?;
/// let explained = explain(&new, &old, Wording::NewReadsOld)?;
/// assert_eq!(
///     explained.explanations[0].change.as_ref().unwrap().to_string(),
///     "give field \"email\" of User the default null: a field that may be null has no default unless the schema says \
///      \"default\": null",
/// );
/// assert!(explained.repaired.unwrap().canonical_text().contains("\"default\":null"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn explain(new: &Schema, old: &Schema, direction: Wording) -> Result<CompatibilityReport, CheckError> {
    explain_within(new, old, direction, &Budget::unlimited())
}

/// [`explain`] within a budget. An explanation takes more steps than the check whose verdict it explains: each change is
/// tried, and a value is looked for.
///
/// # Errors
/// As [`explain`], and [`CheckError::Stopped`] when the budget ends.
pub fn explain_within(
    new: &Schema,
    old: &Schema,
    direction: Wording,
    budget: &Budget,
) -> Result<CompatibilityReport, CheckError> {
    let report = report(new, old, direction, budget);
    budget.check()?;
    report
}

fn report(
    new: &Schema,
    old: &Schema,
    direction: Wording,
    budget: &Budget,
) -> Result<CompatibilityReport, CheckError> {
    let (reader, writer) = pair(new, old, direction);
    let (located, omitted) = advice::distinct(locate_all(reader, writer, budget)?);
    let trial = Trial::new(writer, reader, budget);
    let mut explanations: Vec<Explanation> = Vec::new();
    let mut remedies = Remedies::new(new, old, direction, budget);
    for located in located {
        budget.check()?;
        let finding = located.finding;
        let place = Place::find(reader, writer, &located.steps);
        let verdict = trial.as_ref().map(|trial| trial.judge(&finding));
        let (reader_part, writer_part) = part::parts(reader, writer, &finding, &place);
        let (new_part, old_part) = match direction {
            Wording::NewReadsOld => (reader_part, writer_part),
            Wording::OldReadsNew => (writer_part, reader_part),
        };
        explanations.push(Explanation {
            new_part,
            old_part,
            affected: direction.into(),
            place: place.describe(reader, &finding),
            change: remedies.repair(&finding, &place),
            disputed: matches!(verdict, Some(Verdict::Reads)),
            failing: match verdict {
                Some(Verdict::Fails(failing)) => failing,
                _ => None,
            },
            incompatibility: located.item,
        });
    }
    // Data may fail before it gets to any finding: for an unusable default of the record around them.
    if let Some(trial) = &trial
        && explanations.iter().all(|one| one.failing.is_none())
        && let Some(first) = explanations.iter_mut().find(|one| !one.disputed)
    {
        first.failing = trial.any();
    }
    let repaired = repaired(remedies, old, direction, budget);
    let (repaired, changes) = match repaired {
        Some((schema, mut changes)) => {
            // The default that was given first may not have been the last.
            for explanation in &mut explanations {
                if let Some(Change::GiveDefault { record, field, default }) = &mut explanation.change
                    && let Some(last) = changes.iter_mut().find_map(|change| change.default_of(record, field))
                {
                    default.clone_from(last);
                }
            }
            (Some(schema), changes)
        }
        None => {
            // A change that does not help is no advice.
            explanations.iter_mut().for_each(|explanation| explanation.change = None);
            (None, Vec::new())
        }
    };
    let overlooked = if explanations.is_empty() {
        trial.as_ref().and_then(Trial::any)
    } else {
        repaired.as_ref().and_then(|repaired| {
            let (reader, writer) = pair(repaired, old, direction);
            Trial::new(writer, reader, budget)?.any()
        })
    };
    let decoding = trial.map_or(DecodingOutcome::Unknown, |trial| trial.decoding());
    Ok(CompatibilityReport { explanations, omitted, repaired, changes, decoding, overlooked })
}

fn locate_all(reader: &Schema, writer: &Schema, budget: &Budget) -> Result<Vec<Located>, CheckError> {
    let mut allowance = Allowance::new(compatibility::DEFAULT_BUDGET, budget);
    compatibility::locate(
        (reader, reader.root()),
        (writer, writer.root()),
        MAX_EXPLAINED * 10,
        &mut allowance,
    )
}

/// The reader and the writer.
pub(crate) fn pair<'s>(new: &'s Schema, old: &'s Schema, direction: Wording) -> (&'s Schema, &'s Schema) {
    match direction {
        Wording::NewReadsOld => (new, old),
        Wording::OldReadsNew => (old, new),
    }
}

/// Makes the changes and checks what comes out, and again what that shows.
fn repaired(
    remedies: Remedies<'_>,
    old: &Schema,
    direction: Wording,
    budget: &Budget,
) -> Option<(Schema, Vec<Change>)> {
    let mut changes = remedies.changes.clone();
    let mut schema = remedies.into_schema()?;
    for _ in 0..MAX_ROUNDS {
        let (reader, writer) = pair(&schema, old, direction);
        let located = locate_all(reader, writer, budget).ok()?;
        if located.is_empty() && !changes.is_empty() {
            return Some((defaults::fit(schema, &mut changes), changes));
        }
        let mut remedies = Remedies::new(&schema, old, direction, budget);
        for located in &located {
            remedies.repair(&located.finding, &Place::find(reader, writer, &located.steps));
        }
        if remedies.changes.is_empty() {
            return None;
        }
        changes.append(&mut remedies.changes.clone());
        schema = remedies.into_schema()?;
    }
    None
}

impl CompatibilityReport {
    /// True where the checker and a decoder disagree on the pair as a whole.
    pub fn is_disputed(&self) -> bool {
        match self.decoding {
            DecodingOutcome::Always => !self.explanations.is_empty(),
            DecodingOutcome::Sometimes | DecodingOutcome::Never => self.explanations.is_empty(),
            DecodingOutcome::Unknown => false,
        }
    }
}

/// A node's name for messages: its full name, or what kind it is.
fn called(schema: &Schema, node: NodeId) -> String {
    let node = &schema[node];
    node.name().map_or_else(|| node.kind.type_name().to_owned(), ToString::to_string)
}

/// A type beside another one that may have its name or its kind: kind and name, all branches, what it is made of, and its
/// logical type.
fn in_full(schema: &Schema, id: NodeId) -> String {
    let node = &schema[id];
    let text = match (&node.kind, node.name()) {
        (kind, Some(name)) => format!("{} {name}", kind.type_name()),
        (Kind::Array(part), _) => format!("array of {}", describe(schema, *part)),
        (Kind::Map(part), _) => format!("map of {}", describe(schema, *part)),
        _ => describe(schema, id),
    };
    match node.properties.iter().find(|(key, _)| node.logical.is_some() && key == "logicalType") {
        Some((_, logical)) => format!("{text} ({})", logical.as_str().unwrap_or_default()),
        None => text,
    }
}

#[cfg(test)]
mod tests;
