//! Arrays: one schema for all items or one for each place, further items, and limits (json-schema §6.5).

use super::super::model::{ArrayPart, Kind, Model, SchemaId};
use super::difference::{self, Difference};
use super::{CompareError, Comparison, Findings, Side};

impl Comparison<'_> {
    pub(super) fn arrays(
        &mut self,
        findings: &mut Findings,
        sides: (Side, Side),
        original: &ArrayPart,
        update: &ArrayPart,
    ) -> Result<(), CompareError> {
        self.at(findings, "items", (sides.0, original.all_items), (sides.1, update.all_items))?;
        self.places(findings, sides, original, update)?;
        self.additional_items(findings, sides, original, update)?;
        self.unevaluated(
            findings,
            "unevaluatedItems",
            (sides.0, original.unevaluated),
            (sides.1, update.unevaluated),
            (difference::UNEVALUATED_ITEMS_REMOVED, difference::UNEVALUATED_ITEMS_NARROWED),
        )?;
        self.upper(
            findings,
            "maxItems",
            (original.max_items, update.max_items),
            (difference::MAX_ITEMS_ADDED, difference::MAX_ITEMS_DECREASED),
        )?;
        self.lower(
            findings,
            "minItems",
            (original.min_items, update.min_items),
            (difference::MIN_ITEMS_ADDED, difference::MIN_ITEMS_INCREASED),
        )?;
        if update.unique_items && !original.unique_items {
            self.note(findings, "uniqueItems", difference::UNIQUE_ITEMS_ADDED)?;
        }
        self.upper(
            findings,
            "maxContains",
            (original.max_contains, update.max_contains),
            (difference::MAX_CONTAINS_ADDED, difference::MAX_CONTAINS_DECREASED),
        )?;
        self.lower(
            findings,
            "minContains",
            (original.min_contains, update.min_contains),
            (difference::MIN_CONTAINS_ADDED, difference::MIN_CONTAINS_INCREASED),
        )
    }

    /// Items with a schema for each place.
    fn places(
        &mut self,
        findings: &mut Findings,
        sides: (Side, Side),
        original: &ArrayPart,
        update: &ArrayPart,
    ) -> Result<(), CompareError> {
        for index in 0..original.items.len().max(update.items.len()) {
            self.step(1)?;
            let mut inner = Findings::default();
            match (original.items.get(index), update.items.get(index)) {
                (Some(before), None) => self.item_removed(&mut inner, sides, *before, update)?,
                (None, Some(now)) => self.item_added(&mut inner, sides, original, *now)?,
                (before, now) => {
                    self.pair(&mut inner, (sides.0, before.copied()), (sides.1, now.copied()))?;
                }
            }
            findings.place(&format!("items/{index}"), &inner)?;
        }
        Ok(())
    }

    fn item_removed(
        &mut self,
        findings: &mut Findings,
        sides: (Side, Side),
        before: SchemaId,
        update: &ArrayPart,
    ) -> Result<(), CompareError> {
        if is_open(self.model(sides.1), update) {
            return Ok(());
        }
        if let Some(covering) = covering(self.model(sides.1), update) {
            let inner = self.schemas((sides.0, before), (sides.1, covering))?;
            findings.place("", &inner)?;
            if !inner.is_compatible() {
                let difference = difference::ITEM_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL;
                self.note(findings, "", difference)?;
            }
        } else if !matches!(self.model(sides.0)[before].kind, Kind::False) {
            self.note(findings, "", difference::ITEM_REMOVED_FROM_CLOSED_CONTENT_MODEL)?;
        }
        Ok(())
    }

    fn item_added(
        &mut self,
        findings: &mut Findings,
        sides: (Side, Side),
        original: &ArrayPart,
        now: SchemaId,
    ) -> Result<(), CompareError> {
        if is_open(self.model(sides.0), original) {
            if !self.model(sides.1)[now].kind.accepts_all() {
                self.note(findings, "", difference::ITEM_ADDED_TO_OPEN_CONTENT_MODEL)?;
            }
        } else if let Some(covering) = covering(self.model(sides.0), original) {
            let inner = self.schemas((sides.0, covering), (sides.1, now))?;
            findings.place("", &inner)?;
            if !inner.is_compatible() {
                let difference = difference::ITEM_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL;
                self.note(findings, "", difference)?;
            }
        }
        Ok(())
    }

    fn additional_items(
        &mut self,
        findings: &mut Findings,
        sides: (Side, Side),
        original: &ArrayPart,
        update: &ArrayPart,
    ) -> Result<(), CompareError> {
        const PATH: &str = "additionalItems";
        if original.forbids_additional != update.forbids_additional {
            if update.forbids_additional {
                self.note(findings, PATH, difference::ADDITIONAL_ITEMS_REMOVED)?;
            }
            return Ok(());
        }
        match (original.additional, update.additional) {
            (None, Some(_)) => self.note(findings, PATH, difference::ADDITIONAL_ITEMS_NARROWED),
            (one, other) => self.at(findings, PATH, (sides.0, one), (sides.1, other)),
        }
    }

    /// `unevaluatedItems` and `unevaluatedProperties`.
    pub(super) fn unevaluated(
        &mut self,
        findings: &mut Findings,
        path: &str,
        original: (Side, Option<SchemaId>),
        update: (Side, Option<SchemaId>),
        (removed, narrowed): (Difference, Difference),
    ) -> Result<(), CompareError> {
        let Some(now) = update.1 else { return Ok(()) };
        let now = &self.model(update.0)[now].kind;
        let before = original.1.map(|id| &self.model(original.0)[id].kind);
        match (before, now) {
            (Some(Kind::False), Kind::False) => Ok(()),
            (_, Kind::False) => self.note(findings, path, removed),
            (Some(Kind::False), _) => Ok(()),
            (None, _) => self.note(findings, path, narrowed),
            (Some(before), now) if before.accepts_all() && !now.accepts_all() => {
                self.note(findings, path, narrowed)
            }
            (Some(_), now) if now.accepts_all() => Ok(()),
            _ => self.at(findings, path, original, update),
        }
    }
}

fn is_open(model: &Model, part: &ArrayPart) -> bool {
    !part.forbids_additional
        && part.additional.is_none()
        && part.unevaluated.is_none_or(|id| model[id].kind.accepts_all())
}

/// The schema that a partially open content model has for further items.
fn covering(model: &Model, part: &ArrayPart) -> Option<SchemaId> {
    if part.additional.is_some() || part.forbids_additional {
        return part.additional;
    }
    let kind = |id: &SchemaId| &model[*id].kind;
    part.unevaluated.filter(|id| !kind(id).accepts_all() && !matches!(kind(id), Kind::False))
}
