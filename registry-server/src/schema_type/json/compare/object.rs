//! Objects: what is required, the properties under their content models, dependencies, and limits (json-schema §6.4).
//!
//! A content model is open if properties that are not listed may be anything, closed if there may be none, and
//! partially open if a schema says what they are.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::super::model::{Kind, Model, ObjectPart, SchemaId};
use super::difference;
use super::{CompareError, Comparison, Findings, Side};
use crate::java_order;

/// The sides of original and update.
type Sides = (Side, Side);

impl<'m> Comparison<'m> {
    pub(super) fn objects(
        &mut self,
        findings: &mut Findings,
        sides: Sides,
        original: &'m ObjectPart,
        update: &'m ObjectPart,
    ) -> Result<(), CompareError> {
        let (one, other) = (Members::of(original), Members::of(update));
        self.step(original.properties.len() + update.properties.len())?;
        self.required(findings, sides, original, &one, &other)?;
        for name in names(keys(&original.properties), keys(&update.properties)) {
            let mut inner = Findings::default();
            match (one.properties.get(name), other.properties.get(name)) {
                (Some(before), None) => self.removed(&mut inner, sides, *before, update, name)?,
                (None, Some(now)) => self.added(&mut inner, sides, (original, name), *now, &other)?,
                (before, now) => {
                    self.pair(&mut inner, (sides.0, before.copied()), (sides.1, now.copied()))?;
                }
            }
            findings.place(&format!("properties/{name}"), &inner)?;
        }
        self.dependencies(findings, sides, original, update)?;
        self.additional_properties(findings, sides, original, update)?;
        self.unevaluated_properties(findings, sides, original, update)?;
        self.upper(
            findings,
            "maxProperties",
            (original.max_properties, update.max_properties),
            (difference::MAX_PROPERTIES_ADDED, difference::MAX_PROPERTIES_DECREASED),
        )?;
        self.lower(
            findings,
            "minProperties",
            (original.min_properties, update.min_properties),
            (difference::MIN_PROPERTIES_ADDED, difference::MIN_PROPERTIES_INCREASED),
        )
    }

    /// Properties that both have.
    fn required(
        &self,
        findings: &mut Findings,
        sides: Sides,
        part: &ObjectPart,
        original: &Members<'_>,
        update: &Members<'_>,
    ) -> Result<(), CompareError> {
        for name in names(keys(&part.properties), std::iter::empty()) {
            let Some(now) = update.properties.get(name) else { continue };
            let newly = update.required.contains(name) && !original.required.contains(name);
            if newly && self.model(sides.1)[*now].default.is_none() {
                self.note(findings, &format!("required/{name}"), difference::REQUIRED_ATTRIBUTE_ADDED)?;
            }
        }
        Ok(())
    }

    /// A property that is gone must be acceptable to the update's content model.
    fn removed(
        &mut self,
        findings: &mut Findings,
        sides: Sides,
        before: SchemaId,
        update: &'m ObjectPart,
        name: &str,
    ) -> Result<(), CompareError> {
        if is_open(self.model(sides.1), update) {
            return Ok(());
        }
        if let Some(covering) = self.covering(sides.1, update, name)? {
            let inner = self.schemas((sides.0, before), (sides.1, covering))?;
            findings.place("", &inner)?;
            if !inner.is_compatible() {
                self.note(
                    findings,
                    "",
                    difference::PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL,
                )?;
            }
        } else if !matches!(self.model(sides.0)[before].kind, Kind::False) {
            self.note(findings, "", difference::PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL)?;
        }
        Ok(())
    }

    /// A property that is new may meet whatever the original's content model let pass under its name.
    fn added(
        &mut self,
        findings: &mut Findings,
        sides: Sides,
        (original, name): (&'m ObjectPart, &str),
        now: SchemaId,
        update: &Members<'_>,
    ) -> Result<(), CompareError> {
        let required = update.required.contains(name);
        let schema = &self.model(sides.1)[now];
        if is_open(self.model(sides.0), original) {
            let difference = match (required, schema.default.is_some()) {
                _ if schema.kind.accepts_all() => return Ok(()),
                (true, true) => difference::REQUIRED_PROPERTY_WITH_DEFAULT_ADDED_TO_OPEN_CONTENT_MODEL,
                (true, false) => difference::REQUIRED_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL,
                (false, _) => difference::OPTIONAL_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL,
            };
            return self.note(findings, "", difference);
        }
        if let Some(covering) = self.covering(sides.0, original, name)? {
            let inner = self.schemas((sides.0, covering), (sides.1, now))?;
            findings.place("", &inner)?;
            if !inner.is_compatible() {
                self.note(
                    findings,
                    "",
                    difference::PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL,
                )?;
            }
        }
        if required && schema.default.is_none() {
            self.note(findings, "", difference::REQUIRED_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL)?;
        }
        Ok(())
    }

    /// The schema that a partially open content model has for a property.
    fn covering(
        &mut self,
        side: Side,
        part: &'m ObjectPart,
        name: &str,
    ) -> Result<Option<SchemaId>, CompareError> {
        for (pattern, schema) in &part.patterns {
            if self.fits(pattern, name)? {
                return Ok(Some(*schema));
            }
        }
        if part.additional.is_some() || part.forbids_additional {
            return Ok(part.additional);
        }
        let kind = |id: &SchemaId| &self.model(side)[*id].kind;
        Ok(part.unevaluated.filter(|id| !kind(id).accepts_all() && !matches!(kind(id), Kind::False)))
    }

    fn dependencies(
        &mut self,
        findings: &mut Findings,
        sides: Sides,
        original: &ObjectPart,
        update: &ObjectPart,
    ) -> Result<(), CompareError> {
        let sets = |part: &ObjectPart| {
            let sets = part.property_dependencies.iter();
            sets.map(|(name, names)| (name.clone(), names.iter().cloned().collect::<BTreeSet<_>>()))
                .collect::<HashMap<_, _>>()
        };
        let (one, other) = (sets(original), sets(update));
        for name in names(keys(&original.property_dependencies), keys(&update.property_dependencies)) {
            let difference = match (one.get(name), other.get(name)) {
                (None, Some(_)) => difference::DEPENDENCY_ARRAY_ADDED,
                (Some(one), Some(other)) if one.is_superset(other) => continue,
                (Some(one), Some(other)) if other.is_superset(one) => difference::DEPENDENCY_ARRAY_EXTENDED,
                (Some(_), Some(_)) => difference::DEPENDENCY_ARRAY_CHANGED,
                (_, None) => continue,
            };
            self.note(findings, &format!("dependencies/{name}"), difference)?;
        }
        let schemas = |part: &ObjectPart| part.schema_dependencies.iter().cloned().collect::<HashMap<_, _>>();
        let (one, other) = (schemas(original), schemas(update));
        for name in names(keys(&original.schema_dependencies), keys(&update.schema_dependencies)) {
            let path = format!("dependencies/{name}");
            match (one.get(name), other.get(name)) {
                (None, Some(_)) => self.note(findings, &path, difference::DEPENDENCY_SCHEMA_ADDED)?,
                (before, now) => {
                    self.at(findings, &path, (sides.0, before.copied()), (sides.1, now.copied()))?;
                }
            }
        }
        Ok(())
    }

    fn additional_properties(
        &mut self,
        findings: &mut Findings,
        sides: Sides,
        original: &ObjectPart,
        update: &ObjectPart,
    ) -> Result<(), CompareError> {
        const PATH: &str = "additionalProperties";
        if original.forbids_additional != update.forbids_additional {
            if update.forbids_additional {
                self.note(findings, PATH, difference::ADDITIONAL_PROPERTIES_REMOVED)?;
            }
            return Ok(());
        }
        match (original.additional, update.additional) {
            (None, Some(_)) => self.note(findings, PATH, difference::ADDITIONAL_PROPERTIES_NARROWED),
            (one, other) => self.at(findings, PATH, (sides.0, one), (sides.1, other)),
        }
    }

    fn unevaluated_properties(
        &mut self,
        findings: &mut Findings,
        sides: Sides,
        original: &ObjectPart,
        update: &ObjectPart,
    ) -> Result<(), CompareError> {
        self.unevaluated(
            findings,
            "unevaluatedProperties",
            (sides.0, original.unevaluated),
            (sides.1, update.unevaluated),
            (difference::UNEVALUATED_PROPERTIES_REMOVED, difference::UNEVALUATED_PROPERTIES_NARROWED),
        )
    }
}

/// Properties by name.
struct Members<'a> {
    properties: HashMap<&'a str, SchemaId>,
    required: BTreeSet<&'a str>,
}

impl<'a> Members<'a> {
    fn of(part: &'a ObjectPart) -> Self {
        Self {
            properties: part.properties.iter().map(|(name, id)| (name.as_str(), *id)).collect(),
            required: part.required.iter().map(String::as_str).collect(),
        }
    }
}

fn is_open(model: &Model, part: &ObjectPart) -> bool {
    part.patterns.is_empty()
        && part.additional.is_none()
        && !part.forbids_additional
        && part.unevaluated.is_none_or(|id| model[id].kind.accepts_all())
}

/// The names of members in the order of the text.
fn keys<T>(members: &[(String, T)]) -> impl Iterator<Item = &String> {
    members.iter().map(|(name, _)| name)
}

/// All names once, in the order in which the original meets them. Those that share a place in its hash table stay in the
/// order of the texts.
fn names<'a>(one: impl Iterator<Item = &'a String>, other: impl Iterator<Item = &'a String>) -> Vec<&'a str> {
    let mut met = HashSet::new();
    let mut names: Vec<&str> =
        one.chain(other).map(String::as_str).filter(|name| met.insert(*name)).collect();
    java_order::sort_by_key(&mut names, |name| name);
    names
}
