//! The types that the names in a file stand for: its own types, those of what it refers to, and the well-known ones.
//! See protobuf §4.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};

use super::tree::{Extend, Field, Label, ProtoFile, TypeDef, map_parts};
use super::well_known;
use crate::schema_type::Budget;

/// Bytes of names that are looked up at most. A name is looked for in each part of the package, all of which may be as
/// long as their author likes.
const MAX_LOOKED_UP: u64 = 500_000_000;

/// Bytes of names that are looked up in the time of one step.
const LOOKED_UP_IN_STEP: u64 = 64;

/// A file that another one can import.
#[derive(Debug)]
pub(super) struct Dependency {
    pub(super) name: String,
    pub(super) file: ProtoFile,
}

/// A type that a name stands for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known<'a> {
    pub(super) package: &'a str,
    /// The file that defines it; `None` for the file itself.
    pub(super) file: Option<&'a str>,
    pub(super) def: &'a TypeDef,
    map: Option<(&'a Field, &'a Field)>,
}

impl Known<'_> {
    /// Whether it is the message that stands for the entries of a map.
    pub(super) fn is_map(&self) -> bool {
        self.map.is_some()
    }

    /// The map type whose entries it stands for.
    pub(super) fn map_type(&self) -> Option<String> {
        self.map.map(|(key, value)| format!("map<{}, {}>", key.type_name, value.type_name))
    }
}

/// All full names.
#[derive(Debug, Default)]
pub(super) struct Names<'a> {
    types: HashMap<String, Known<'a>>,
    /// For each custom option whether it can be given more than once.
    extension_fields: HashMap<String, bool>,
    /// Names of well-known files that a reference stands in for.
    replaced: HashSet<&'a str>,
    /// Whether the well-known files count only if they are added.
    imported_only: bool,
    /// Bytes of names that were looked up.
    looked_up: AtomicU64,
    /// The budget of look-ups; once it ends, names stand for nothing.
    budget: Option<&'a Budget>,
}

impl<'a> Names<'a> {
    /// The names that a file can use.
    pub(super) fn of(file: &'a ProtoFile, dependencies: &'a [Dependency], budget: &'a Budget) -> Self {
        let mut names = Self { budget: Some(budget), ..Self::default() };
        for dependency in dependencies {
            names.replaced.insert(&dependency.name);
            names.add_file(Some(&dependency.name), &dependency.file);
        }
        names.add_file(None, file);
        names
    }

    /// No names yet, and none but those that will be added.
    pub(super) fn imported(budget: &'a Budget) -> Self {
        Self { imported_only: true, budget: Some(budget), ..Self::default() }
    }

    /// Adds the names of a file.
    pub(super) fn add_file(&mut self, name: Option<&'a str>, file: &'a ProtoFile) {
        let package = file.package.as_deref().unwrap_or_default();
        self.add_extends(package, &file.extends);
        for one in &file.types {
            if !self.add_type(package, package, name, one) {
                return;
            }
        }
    }

    /// Adds a type and those in it; false once the budget ends.
    fn add_type(&mut self, package: &'a str, scope: &str, file: Option<&'a str>, def: &'a TypeDef) -> bool {
        if !self.step(1) {
            return false;
        }
        let full = joined(scope, def.name());
        let mut map = None;
        if let TypeDef::Message(message) = def {
            self.add_extends(&full, &message.extends);
            for nested in &message.nested {
                if !self.add_type(package, &full, file, nested) {
                    return false;
                }
            }
            let is_map = message.options.iter().rev().find(|option| option.name == "map_entry");
            if is_map.and_then(|option| option.value.scalar()) == Some("true") {
                let field = |name: &str| message.fields.iter().find(|field| field.name == name);
                map = field("key").zip(field("value"));
            }
        }
        self.types.insert(full, Known { package, file, def, map });
        true
    }

    fn add_extends(&mut self, scope: &str, extends: &'a [Extend]) {
        for field in extends.iter().flat_map(|extend| &extend.fields) {
            let repeated = field.label == Some(Label::Repeated);
            self.extension_fields.insert(joined(scope, &field.name), repeated);
        }
    }

    /// The type with a full name, with or without a dot before it.
    pub(super) fn by_full_name(&self, name: &str) -> Option<Known<'a>> {
        let name = name.strip_prefix('.').unwrap_or(name);
        let known = self.types.get(name).copied();
        if known.is_some() || self.imported_only {
            return known;
        }
        let counts = |known: &&Known<'static>| known.file.is_none_or(|file| !self.replaced.contains(file));
        well_known::names().types.get(name).filter(counts).copied()
    }

    /// Whether a custom option can be given more than once; `None` if its full name is not known.
    pub(super) fn repeats(&self, name: &str) -> Option<bool> {
        let name = name.strip_prefix('.').unwrap_or(name);
        let known = || well_known::names().extension_fields.get(name);
        self.extension_fields.get(name).or_else(known).copied()
    }

    /// The full name that a name stands for in a scope.
    pub(super) fn resolve(&self, scope: &Scope, name: &str) -> Option<String> {
        scope.resolve(name, |full| self.look_up(full) && self.by_full_name(full).is_some())
    }

    /// The full name of the custom option that a name stands for in a scope.
    pub(super) fn resolve_option(&self, scope: &Scope, name: &str) -> Option<String> {
        scope.resolve(name, |full| self.look_up(full) && self.repeats(full).is_some())
    }

    /// Counts a name that is looked up; false when that were too many.
    fn look_up(&self, full: &str) -> bool {
        let bytes = full.len() as u64;
        let few = self.looked_up.fetch_add(bytes, Ordering::Relaxed) < MAX_LOOKED_UP;
        few && self.step(1 + bytes / LOOKED_UP_IN_STEP)
    }

    /// Takes steps of the budget; false once it ends.
    pub(super) fn step(&self, steps: u64) -> bool {
        self.budget.is_none_or(|budget| budget.spend(steps))
    }

    /// The fault when too many names were looked up, so that names stood for nothing though they may be known.
    pub(super) fn problem(&self) -> Option<String> {
        (self.looked_up.load(Ordering::Relaxed) >= MAX_LOOKED_UP).then(|| {
            format!("The names of types take too long to look up: more than {MAX_LOOKED_UP} bytes of names")
        })
    }

    /// The type that a name stands for in a scope.
    pub(super) fn get(&self, scope: &Scope, name: &str) -> Option<Known<'a>> {
        self.resolve(scope, name).and_then(|full| self.by_full_name(&full))
    }
}

/// The package and the messages around a name, from the outside inwards.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope(Vec<String>);

impl Scope {
    /// The scope of a package.
    pub(super) fn of_package(package: &str) -> Self {
        Self(package.split('.').filter(|part| !part.is_empty()).map(str::to_owned).collect())
    }

    /// The scope inside a message.
    pub(super) fn within(&self, message: &str) -> Self {
        let mut scope = self.clone();
        scope.enter(message);
        scope
    }

    pub(super) fn enter(&mut self, message: &str) {
        self.0.push(message.to_owned());
    }

    pub(super) fn leave(&mut self) {
        self.0.pop();
    }

    fn resolve(&self, name: &str, exists: impl Fn(&str) -> bool) -> Option<String> {
        if let Some(full) = name.strip_prefix('.') {
            return exists(full).then(|| full.to_owned());
        }
        let mut scope = self.0.join(".");
        for part in self.0.iter().rev() {
            let full = joined(&scope, name);
            if exists(&full) {
                return Some(full);
            }
            scope.truncate(scope.len().saturating_sub(part.len() + 1));
        }
        exists(name).then(|| name.to_owned())
    }
}

fn joined(scope: &str, name: &str) -> String {
    if scope.is_empty() { name.to_owned() } else { format!("{scope}.{name}") }
}

/// Why a map type cannot be one; the original refuses it as soon as it prints the field.
pub(super) fn map_problem(type_name: &str) -> Option<String> {
    let (key, value) = map_parts(type_name)?;
    if !super::tree::is_scalar(key) || matches!(key, "bytes" | "double" | "float") {
        return Some(format!("map key must be non-byte, non-floating point scalar: {key}"));
    }
    map_problem(value)
}
