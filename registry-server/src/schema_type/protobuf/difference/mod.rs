//! Differences between two schemas, and which of them break readers: protobuf §6.

mod field;
mod message;

use super::hash_order;
use super::names::{Dependency, Names, Scope};
use super::tree::{Message, ProtoFile, TypeDef, messages};
use crate::schema_type::Budget;

/// How many messages a comparison may enter. Schemas that refer to each other in many ways would have no end.
const MAX_MESSAGES: usize = 20_000;
/// How many fields and nested types it may look at, again where a message is entered again: seconds of work.
const MAX_MEMBERS: usize = 5_000_000;
/// How many bytes the paths of its findings may take.
const MAX_PATHS: usize = 16 << 20;
/// How many messages it may be inside of at once.
const MAX_DEPTH: usize = 64;

/// The text that stands for the findings when a comparison is given up.
pub(super) const GIVEN_UP: &str =
    "Unexpected exception during compatibility check: the schemas refer to each other in too many ways";

/// A kind of difference that breaks readers. Others (additions, new names, changes of enums) do not and are not
/// collected. Older releases did not count a change of the package either.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    PackageChanged,
    MessageRemoved,
    FieldKindChanged,
    FieldScalarKindChanged,
    FieldNamedTypeChanged,
    FieldNumericLabelChanged,
    RequiredFieldAdded,
    RequiredFieldRemoved,
    OneofFieldRemoved,
    MultipleFieldsMovedToOneof,
    FieldMovedToExistingOneof,
}

/// A difference and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    kind: Kind,
    path: String,
}

impl Difference {
    /// The finding, `reader` and `writer` being `new` and `old` in the direction of the check.
    pub(super) fn describe(&self, reader: &str, writer: &str) -> String {
        let path = &self.path;
        let (name, text) = match self.kind {
            Kind::PackageChanged => (
                "PACKAGE_CHANGED",
                format!(
                    "The package at '{path}' in the {reader} schema does not match the package in the {writer} schema"
                ),
            ),
            Kind::MessageRemoved => (
                "MESSAGE_REMOVED",
                format!(
                    "The {reader} schema is missing a MESSAGE type at path '{path}' in the {writer} schema"
                ),
            ),
            Kind::FieldKindChanged => (
                "FIELD_KIND_CHANGED",
                format!(
                    "The type of a field at path '{path}' in the {reader} schema does not match the {writer} schema"
                ),
            ),
            Kind::FieldScalarKindChanged => (
                "FIELD_SCALAR_KIND_CHANGED",
                format!(
                    "The kind of a SCALAR field at path '{path}' in the {reader} schema does not match its kind in the {writer} schema"
                ),
            ),
            Kind::FieldNamedTypeChanged => (
                "FIELD_NAMED_TYPE_CHANGED",
                format!(
                    "The type of a MESSAGE field at path '{path}' in the {reader} schema does not match its type in the {writer} schema"
                ),
            ),
            Kind::FieldNumericLabelChanged => (
                "FIELD_NUMERIC_LABEL_CHANGED",
                format!(
                    "The label for a NUMERIC field at path '{path}' in the {reader} schema does not match its label in the {writer} schema"
                ),
            ),
            // Two blanks, as in the original.
            Kind::RequiredFieldAdded => (
                "REQUIRED_FIELD_ADDED",
                format!(
                    "A required field  at path '{path}' in the {reader} schema is missing in the {writer} schema"
                ),
            ),
            Kind::RequiredFieldRemoved => (
                "REQUIRED_FIELD_REMOVED",
                format!(
                    "The {reader} schema is missing a required field at path: '{path}' in the {writer} schema"
                ),
            ),
            Kind::OneofFieldRemoved => (
                "ONEOF_FIELD_REMOVED",
                format!(
                    "The {reader} schema is missing a oneof field at path '{path}' in the {writer} schema"
                ),
            ),
            Kind::MultipleFieldsMovedToOneof => (
                "MULTIPLE_FIELDS_MOVED_TO_ONEOF",
                format!(
                    "Multiple fields in the oneof at path '{path}' in the {reader} schema are outside a oneof in the {writer} schema"
                ),
            ),
            Kind::FieldMovedToExistingOneof => (
                "FIELD_MOVED_TO_EXISTING_ONEOF",
                format!(
                    "A field in the oneof at path '{path}' in the {reader} schema is outside an existing oneof in the {writer} schema"
                ),
            ),
        };
        format!("{{errorType:\"{name}\", description:\"{text}\"}}")
    }
}

/// A schema with all that it refers to.
#[derive(Clone, Copy)]
pub(super) struct Whole<'a> {
    pub(super) file: &'a ProtoFile,
    pub(super) dependencies: &'a [Dependency],
}

/// The differences that keep the updated schema from reading data of the original one; `None` when the comparison would
/// take too long, or when the budget ends.
pub(super) fn compare(original: Whole<'_>, update: Whole<'_>, budget: &Budget) -> Option<Vec<Difference>> {
    let mut comparison = Comparison {
        budget,
        members: MAX_MEMBERS,
        original: Names::of(original.file, original.dependencies, budget),
        update: Names::of(update.file, update.dependencies, budget),
        entered: Vec::new(),
        left: MAX_MESSAGES,
    };
    let mut at = At {
        original: Scope::of_package(original.file.package.as_deref().unwrap_or_default()),
        update: Scope::of_package(update.file.package.as_deref().unwrap_or_default()),
        path: Vec::new(),
        found: Vec::new(),
        bytes: 0,
    };
    if original.file.package != update.file.package {
        at.add(Kind::PackageChanged);
    }
    comparison.types(&mut at, &original.file.types, &update.file.types).ok()?;
    let complete = comparison.original.problem().or(comparison.update.problem()).is_none();
    (complete && at.bytes <= MAX_PATHS).then_some(at.found)
}

/// The comparison would take too long.
struct TooMuch;

struct Comparison<'a> {
    original: Names<'a>,
    update: Names<'a>,
    /// The original messages that are being compared, by their places in memory.
    entered: Vec<*const Message>,
    /// Messages that may still be entered.
    left: usize,
    /// Fields and nested types that may still be looked at.
    members: usize,
    budget: &'a Budget,
}

/// The place that a comparison is at, and its findings.
struct At {
    original: Scope,
    update: Scope,
    path: Vec<String>,
    found: Vec<Difference>,
    /// Bytes of the paths of what was found.
    bytes: usize,
}

impl At {
    fn add(&mut self, kind: Kind) {
        self.bytes = self.bytes.saturating_add(self.path.iter().map(|step| step.len() + 1).sum());
        // What is beyond is not reported: the comparison is given up.
        if self.bytes <= MAX_PATHS {
            self.found.push(Difference { kind, path: format!("#/{}", self.path.join("/")) });
        }
    }

    /// Does something one step further down a path that is no scope.
    fn below<T>(&mut self, step: &str, act: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(step.to_owned());
        let result = act(self);
        self.path.pop();
        result
    }

    /// Does something inside a message.
    fn inside<T>(&mut self, name: &str, act: impl FnOnce(&mut Self) -> T) -> T {
        self.original.enter(name);
        self.update.enter(name);
        let result = self.below(name, act);
        self.original.leave();
        self.update.leave();
        result
    }
}

impl<'a> Comparison<'a> {
    /// Counts fields or types that are looked at.
    fn look_at(&mut self, members: usize) -> Result<(), TooMuch> {
        self.members = self.members.checked_sub(members).ok_or(TooMuch)?;
        self.budget.take(members as u64).map_err(|_| TooMuch)
    }

    /// Takes a step of the budget.
    fn step(&self) -> Result<(), TooMuch> {
        self.budget.take(1).map_err(|_| TooMuch)
    }

    fn types(&mut self, at: &mut At, original: &'a [TypeDef], update: &'a [TypeDef]) -> Result<(), TooMuch> {
        self.look_at(original.len() + update.len())?;
        let by_name = |types: &'a [TypeDef]| -> std::collections::HashMap<&'a str, &'a Message> {
            messages(types).map(|message| (message.name.as_str(), message)).collect()
        };
        let (before, after) = (by_name(original), by_name(update));
        let names = |types: &'a [TypeDef]| -> Vec<&'a str> {
            hash_order::names(&messages(types).map(|message| message.name.as_str()).collect::<Vec<_>>(), &[])
        };
        for name in hash_order::names(&names(original), &names(update)) {
            at.inside(name, |at| match (before.get(name), after.get(name)) {
                (Some(before), Some(after)) => self.message(at, before, after),
                (Some(_), None) => {
                    if self.original.get(&at.original, name).is_some_and(|known| !known.is_map()) {
                        at.add(Kind::MessageRemoved);
                    }
                    Ok(())
                }
                _ => Ok(()),
            })?;
        }
        Ok(())
    }
}
