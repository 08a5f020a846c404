//! Compatibility findings of Avro in Confluent's layout, and their explanation.

use avro_model::Schema;
use avro_model::compatibility::{self, CheckError, CheckLimits, Wording};
use avro_model::explanation::{self, CompatibilityReport};

use crate::schema_type::{Budget, Direction, ExplainedFinding, Explanation, FailingValue, Findings, Stopped};

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

/// The same findings, explained; `None` where the checker has no list of them.
pub(super) fn explain(
    new: &Schema,
    old: &Schema,
    direction: Direction,
    budget: &Budget,
) -> Result<Option<Explanation>, Stopped> {
    let wording = match direction {
        Direction::Backward => Wording::NewReadsOld,
        Direction::Forward => Wording::OldReadsNew,
    };
    match explanation::explain_within(new, old, wording, budget) {
        Ok(report) => Ok(Some(told(report, budget)?)),
        Err(CheckError::Stopped(stopped)) => Err(stopped),
        Err(_) => Ok(None),
    }
}

fn told(report: CompatibilityReport, budget: &Budget) -> Result<Explanation, Stopped> {
    let text = report.to_string();
    let repaired = report.repaired.as_ref().map(|schema| schema.canonical_text_within(budget)).transpose()?;
    let findings = report.explanations.into_iter().map(|one| ExplainedFinding {
        kind: one.incompatibility.kind.to_string(),
        path: one.incompatibility.path,
        place: one.place,
        message: one.incompatibility.message,
        failing: one.failing.map(|value| FailingValue { json: value.json, error: value.error }),
        disputed: one.disputed,
        change: one.change.map(|change| change.to_string()),
    });
    Ok(Explanation {
        findings: findings.collect(),
        changes: report.changes.iter().map(ToString::to_string).collect(),
        repaired,
        text,
    })
}
