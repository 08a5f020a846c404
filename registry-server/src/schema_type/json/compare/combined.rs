//! `allOf`, `anyOf` and `oneOf`: each branch of the side that has fewer must have a partner of its own.
//! See json-schema §6.3.

use std::collections::HashSet;

use super::super::model::{Combined, Criterion, Model, SchemaId};
use super::difference;
use super::matching::maximum_matching;
use super::{CompareError, Comparison, Findings, Side};

impl Comparison<'_> {
    pub(super) fn combined(
        &mut self,
        findings: &mut Findings,
        sides: (Side, Side),
        original: &Combined,
        update: &Combined,
    ) -> Result<(), CompareError> {
        if !criteria_fit(original, update) {
            return self.note(findings, "", difference::COMBINED_TYPE_CHANGED);
        }
        let one = distinct(self.model(sides.0), &original.parts);
        let other = distinct(self.model(sides.1), &update.parts);
        if one.len() < other.len() && update.criterion == Criterion::All {
            self.note(findings, "", difference::PRODUCT_TYPE_EXTENDED)?;
        }
        if one.len() > other.len() && original.criterion != Criterion::All {
            self.note(findings, "", difference::SUM_TYPE_NARROWED)?;
        }
        let mut edges: Vec<Vec<usize>> = Vec::with_capacity(one.len());
        for before in &one {
            let mut partners = Vec::new();
            for (place, now) in other.iter().enumerate() {
                self.step(1)?;
                if self.are_compatible((sides.0, *before), (sides.1, *now))? {
                    partners.push(place);
                }
            }
            edges.push(partners);
        }
        let matched = maximum_matching(&edges, other.len(), &mut |steps| self.step(steps))?;
        if matched < one.len().min(other.len()) {
            self.note(findings, "", difference::COMBINED_TYPE_SUBSCHEMAS_CHANGED)?;
        }
        Ok(())
    }
}

/// Whether what fits under one criterion fits under the other.
fn criteria_fit(original: &Combined, update: &Combined) -> bool {
    let (one, other) = (original.parts.len() == 1, update.parts.len() == 1);
    original.criterion == update.criterion
        || update.criterion == Criterion::Any
        || (one && other)
        || (one && update.criterion == Criterion::One)
        || (other && original.criterion == Criterion::All)
}

/// The branches without those that were read from the same JSON as an earlier one.
fn distinct(model: &Model, parts: &[SchemaId]) -> Vec<SchemaId> {
    let mut met = HashSet::new();
    parts.iter().copied().filter(|part| model[*part].source.is_none_or(|source| met.insert(source))).collect()
}
