//! What changed in meaning between two schemas.

use super::text::type_text;
use avro_model::json::Json;
use avro_model::schema::{Enum, Field, Properties, Record};
use avro_model::{Fullname, Kind, NodeId, Schema};
use std::collections::HashSet;
use std::fmt;
use std::mem::discriminant;

/// A named type, or a field of one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct Part(pub(super) Option<Fullname>, pub(super) Option<String>);

/// A change.
#[derive(Debug)]
pub(super) struct Change {
    /// For programs.
    pub(super) kind: &'static str,
    /// `+`, `-` or `~`.
    pub(super) sign: char,
    /// In words.
    pub(super) what: String,
    pub(super) old_part: Part,
    pub(super) new_part: Part,
}

impl Change {
    pub(super) fn new(kind: &'static str, sign: char, what: impl Into<String>) -> Self {
        Self { kind, sign, what: what.into(), old_part: Part::default(), new_part: Part::default() }
    }

    /// Where it is: `shop.User.email`.
    pub(super) fn place(&self) -> String {
        let Part(name, field) = match self.new_part.0 {
            Some(_) => &self.new_part,
            None => &self.old_part,
        };
        let field = field.as_ref().or(self.old_part.1.as_ref().filter(|_| self.sign == '-'));
        let name = name.iter().map(ToString::to_string);
        name.chain(field.cloned()).collect::<Vec<_>>().join(".")
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place().as_str() {
            "" => write!(f, "{} {}", self.sign, self.what),
            place => write!(f, "{} {place}: {}", self.sign, self.what),
        }
    }
}

/// All changes, in the order of the new schema; each pair of types is compared once.
pub(super) fn changes(old: &Schema, new: &Schema) -> Vec<Change> {
    let mut walk = Walk { old, new, seen: HashSet::new(), found: Vec::new() };
    walk.compare(old.root(), new.root(), &Part::default(), &Part::default());
    walk.found
}

struct Walk<'s> {
    old: &'s Schema,
    new: &'s Schema,
    seen: HashSet<(NodeId, NodeId)>,
    found: Vec<Change>,
}

impl<'s> Walk<'s> {
    fn add(&mut self, kind: &'static str, sign: char, what: String, old_part: &Part, new_part: &Part) {
        self.found.push(Change { kind, sign, what, old_part: old_part.clone(), new_part: new_part.clone() });
    }

    /// Compares two types that stand in these parts. Recursion ends at named types that were compared before; types without a
    /// name nest as deep as the parser allows.
    fn compare(&mut self, old_id: NodeId, new_id: NodeId, old_part: &Part, new_part: &Part) {
        let (old, new) = (self.old, self.new);
        let (before, after) = (&old[old_id], &new[new_id]);
        match (&before.kind, &after.kind) {
            (Kind::Array(before), Kind::Array(after)) | (Kind::Map(before), Kind::Map(after)) => {
                self.compare(*before, *after, old_part, new_part);
            }
            (Kind::Union(before), Kind::Union(after)) => self.union(before, after, old_part, new_part),
            (before_kind, after_kind) if discriminant(before_kind) == discriminant(after_kind) => {
                match (before.name(), after.name()) {
                    (Some(was), Some(is)) => {
                        let parts = (Part(Some(was.clone()), None), Part(Some(is.clone()), None));
                        if self.seen.insert((old_id, new_id)) {
                            self.named(old_id, new_id, &parts.0, &parts.1);
                            self.properties(&before.properties, &after.properties, &parts.0, &parts.1);
                        }
                    }
                    _ => self.properties(&before.properties, &after.properties, old_part, new_part),
                }
                return;
            }
            _ => {
                let (was, is) = (type_text(old, old_id), type_text(new, new_id));
                let how = if is_promotion(&before.kind, &after.kind) { ", promoted" } else { "" };
                self.add("type-changed", '~', format!("type {was} → {is}{how}"), old_part, new_part);
                return;
            }
        }
        self.properties(&before.properties, &after.properties, old_part, new_part);
    }

    fn union(&mut self, before: &[NodeId], after: &[NodeId], old_part: &Part, new_part: &Part) {
        let (old, new) = (self.old, self.new);
        let same = |was: NodeId, is: NodeId| {
            let (was, is) = (&old[was], &new[is]);
            discriminant(&was.kind) == discriminant(&is.kind)
                && match (was.name(), is.name()) {
                    (Some(was), Some(is_name)) => was == is_name || aliases(&is.kind).contains(was),
                    _ => true,
                }
        };
        for &is in after {
            match before.iter().find(|&&was| same(was, is)) {
                Some(&was) => self.compare(was, is, old_part, new_part),
                None => {
                    let what = format!("branch {}", type_text(new, is));
                    self.add("branch-added", '+', what, old_part, new_part);
                }
            }
        }
        for &was in before.iter().filter(|&&was| !after.iter().any(|&is| same(was, is))) {
            let what = format!("branch {}", type_text(old, was));
            self.add("branch-removed", '-', what, old_part, new_part);
        }
        let place = |was: NodeId| after.iter().position(|&is| same(was, is));
        let places: Vec<usize> = before.iter().filter_map(|&was| place(was)).collect();
        if !places.is_sorted() {
            self.add("branches-moved", '~', "branches in another order".to_owned(), old_part, new_part);
        }
    }

    fn named(&mut self, old_id: NodeId, new_id: NodeId, old_part: &Part, new_part: &Part) {
        let (before, after) = (&self.old[old_id].kind, &self.new[new_id].kind);
        if let (Some(was), Some(is)) = (&old_part.0, &new_part.0)
            && was != is
        {
            let how = if aliases(after).contains(was) { "by an alias" } else { "without an alias" };
            let what = format!("renamed from {was}, {how}");
            self.add("type-renamed", '~', what, old_part, new_part);
        }
        match (before, after) {
            (Kind::Record(before), Kind::Record(after)) => self.record(before, after, old_part, new_part),
            (Kind::Enum(before), Kind::Enum(after)) => self.enumeration(before, after, old_part, new_part),
            (Kind::Fixed(before), Kind::Fixed(after)) => {
                if before.size != after.size {
                    let what = format!("size {} → {}", before.size, after.size);
                    self.add("size-changed", '~', what, old_part, new_part);
                }
                self.texts(before.doc.as_ref(), after.doc.as_ref(), old_part, new_part);
            }
            _ => {}
        }
        if aliases(before) != aliases(after) {
            let shown = |kind: &Kind| {
                let names: Vec<String> = aliases(kind).iter().map(ToString::to_string).collect();
                if names.is_empty() { "none".to_owned() } else { names.join(", ") }
            };
            let what = format!("aliases {} → {}", shown(before), shown(after));
            self.add("aliases-changed", '~', what, old_part, new_part);
        }
    }

    fn record(&mut self, before: &'s Record, after: &'s Record, old_part: &Part, new_part: &Part) {
        self.texts(before.doc.as_ref(), after.doc.as_ref(), old_part, new_part);
        let mut kept: HashSet<&str> = HashSet::new();
        let mut places = Vec::new();
        for field in &after.fields {
            let names = std::iter::once(&field.name).chain(&field.aliases);
            let found =
                names.filter_map(|name| before.fields.iter().position(|other| other.name == *name)).next();
            let is = Part(new_part.0.clone(), Some(field.name.clone()));
            let Some(found) = found else {
                let default =
                    field.default.as_ref().map_or("no default".to_owned(), |json| format!("default {json}"));
                let what = format!("field of type {}, {default}", type_text(self.new, field.schema));
                self.add("field-added", '+', what, &Part(old_part.0.clone(), None), &is);
                continue;
            };
            let other = &before.fields[found];
            kept.insert(&other.name);
            places.push(found);
            let was = Part(old_part.0.clone(), Some(other.name.clone()));
            if other.name != field.name {
                let what = format!("renamed from \"{}\" by an alias", other.name);
                self.add("field-renamed", '~', what, &was, &is);
            }
            self.compare(other.schema, field.schema, &was, &is);
            self.field(other, field, &was, &is);
        }
        for field in before.fields.iter().filter(|field| !kept.contains(field.name.as_str())) {
            let default =
                if field.default.is_some() { "which had a default" } else { "which had no default" };
            let what = format!("field of type {}, {default}", type_text(self.old, field.schema));
            let was = Part(old_part.0.clone(), Some(field.name.clone()));
            self.add("field-removed", '-', what, &was, &Part(new_part.0.clone(), None));
        }
        if !places.is_sorted() {
            self.add("fields-moved", '~', "fields in another order".to_owned(), old_part, new_part);
        }
    }

    fn field(&mut self, before: &Field, after: &Field, old_part: &Part, new_part: &Part) {
        let same = match (&before.default, &after.default) {
            (None, None) => true,
            (Some(before), Some(after)) => before.equivalent(after),
            _ => false,
        };
        if !same {
            let shown = |default: &Option<Json>| default.as_ref().map_or("none".to_owned(), Json::to_string);
            let what = format!("default {} → {}", shown(&before.default), shown(&after.default));
            self.add("default-changed", '~', what, old_part, new_part);
        }
        if before.order != after.order {
            self.add("order-changed", '~', "sort order".to_owned(), old_part, new_part);
        }
        if before.aliases != after.aliases {
            let shown =
                |aliases: &[String]| if aliases.is_empty() { "none".to_owned() } else { aliases.join(", ") };
            let what = format!("aliases {} → {}", shown(&before.aliases), shown(&after.aliases));
            self.add("aliases-changed", '~', what, old_part, new_part);
        }
        self.texts(before.doc.as_ref(), after.doc.as_ref(), old_part, new_part);
        self.properties(&before.properties, &after.properties, old_part, new_part);
    }

    fn enumeration(&mut self, before: &Enum, after: &Enum, old_part: &Part, new_part: &Part) {
        self.texts(before.doc.as_ref(), after.doc.as_ref(), old_part, new_part);
        for symbol in after.symbols.iter().filter(|symbol| !before.symbols.contains(symbol)) {
            self.add("symbol-added", '+', format!("symbol {symbol}"), old_part, new_part);
        }
        for symbol in before.symbols.iter().filter(|symbol| !after.symbols.contains(symbol)) {
            self.add("symbol-removed", '-', format!("symbol {symbol}"), old_part, new_part);
        }
        let place = |symbol: &String| after.symbols.iter().position(|other| other == symbol);
        if !before.symbols.iter().filter_map(place).is_sorted() {
            self.add("symbols-moved", '~', "symbols in another order".to_owned(), old_part, new_part);
        }
        if before.default != after.default {
            let shown = |default: &Option<String>| default.clone().unwrap_or_else(|| "none".to_owned());
            let what = format!("default symbol {} → {}", shown(&before.default), shown(&after.default));
            self.add("default-changed", '~', what, old_part, new_part);
        }
    }

    fn texts(&mut self, before: Option<&String>, after: Option<&String>, old_part: &Part, new_part: &Part) {
        if before != after {
            self.add("doc-changed", '~', "doc".to_owned(), old_part, new_part);
        }
    }

    fn properties(&mut self, before: &Properties, after: &Properties, old_part: &Part, new_part: &Part) {
        let value = |properties: &Properties, key: &str| {
            properties.iter().find(|(name, _)| name == key).map(|(_, value)| value.clone())
        };
        let mut keys: Vec<&String> = before.iter().chain(after).map(|(key, _)| key).collect();
        keys.sort();
        keys.dedup();
        for key in keys {
            let shown = |value: &Option<Json>| value.as_ref().map_or("none".to_owned(), Json::to_string);
            let (was, is) = (value(before, key), value(after, key));
            let same = match (&was, &is) {
                (Some(was), Some(is)) => was.equivalent(is),
                _ => false,
            };
            if !same {
                let what = format!("property {key} {} → {}", shown(&was), shown(&is));
                self.add("property-changed", '~', what, old_part, new_part);
            }
        }
    }
}

fn aliases(kind: &Kind) -> &[Fullname] {
    match kind {
        Kind::Record(record) => &record.aliases,
        Kind::Enum(definition) => &definition.aliases,
        Kind::Fixed(fixed) => &fixed.aliases,
        _ => &[],
    }
}

/// Whether readers of the second type read data of the first (specification, "Schema Resolution").
fn is_promotion(before: &Kind, after: &Kind) -> bool {
    matches!(
        (before, after),
        (Kind::Int, Kind::Long | Kind::Float | Kind::Double)
            | (Kind::Long, Kind::Float | Kind::Double)
            | (Kind::Float, Kind::Double)
            | (Kind::String, Kind::Bytes)
            | (Kind::Bytes, Kind::String)
    )
}
