//! The smallest change for each kind of finding.
//!
//! The new schema is the one that can still be changed: the reader in a backward check, the writer in a forward check.

use super::called;
use super::change::Change;
use super::draft::Draft;
use super::place::{Edge, Place};
use crate::compatibility::{self, Finding, IncompatibilityKind as Found, Wording};
use crate::json::Json;
use crate::name::Fullname;
use crate::schema::{Enum, Field, Fixed, Kind, NodeId, Record, Schema};

/// How deep findings inside unions are followed.
const MAX_DEPTH: usize = 8;
/// How deep a default of records is written out.
const MAX_DEFAULT: usize = 8;

pub(super) struct Remedies<'s> {
    new: &'s Schema,
    old: &'s Schema,
    direction: Wording,
    draft: Draft,
    pub(super) changes: Vec<Change>,
    depth: usize,
}

impl<'s> Remedies<'s> {
    pub(super) fn new(new: &'s Schema, old: &'s Schema, direction: Wording) -> Self {
        Self { new, old, direction, draft: Draft::of(new), changes: Vec::new(), depth: 0 }
    }

    pub(super) fn into_schema(self) -> Option<Schema> {
        self.draft.into_schema()
    }

    /// Repairs a finding in the draft and says how. `None` when there is nothing small to do.
    pub(super) fn repair(&mut self, finding: &Finding, place: &Place) -> Option<Change> {
        // A path that could not be followed says nothing about where to change a type; a named type is found by itself.
        let change = match self.direction {
            Wording::NewReadsOld => self.repair_reader(finding, place),
            Wording::OldReadsNew => self.repair_writer(finding, place),
        }?;
        if !self.changes.contains(&change) {
            self.changes.push(change.clone());
        }
        Some(change)
    }

    /// The new schema reads: it must take what the old one wrote.
    fn repair_reader(&mut self, finding: &Finding, place: &Place) -> Option<Change> {
        let (new, old) = (self.new, self.old);
        match finding.kind {
            Found::ReaderFieldMissingDefaultValue => self.supply_field(finding),
            Found::NameMismatch => {
                let (name, alias) =
                    (new[finding.reader].name()?.clone(), old[finding.writer].name()?.clone());
                aliases(self.draft.kind(finding.reader))?.push(alias.clone());
                Some(Change::AliasType { name, alias })
            }
            Found::MissingEnumSymbols => {
                let (Kind::Enum(reader), Kind::Enum(writer)) =
                    (&new[finding.reader].kind, &old[finding.writer].kind)
                else {
                    return None;
                };
                let symbols = lacking(&writer.symbols, &reader.symbols);
                if let Kind::Enum(Enum { symbols: all, .. }) = self.draft.kind(finding.reader) {
                    let more: Vec<String> =
                        symbols.iter().filter(|symbol| !all.contains(symbol)).cloned().collect();
                    all.extend(more);
                }
                Some(Change::KeepSymbols { name: reader.name.clone(), symbols })
            }
            Found::FixedSizeMismatch => self.keep_size(finding.reader, &old[finding.writer].kind),
            Found::MissingUnionBranch => {
                let Kind::Union(branches) = &new[finding.reader].kind else { return None };
                let writer = if place.is_of(finding) { place.writer } else { finding.writer };
                if let Some(&alike) = branches.iter().find(|&&branch| alike(new, branch, old, writer)) {
                    return self.repair_inside((new, alike), (old, writer));
                }
                let branch = self.draft.graft(old, writer);
                if let Kind::Union(branches) = self.draft.kind(finding.reader) {
                    branches.push(branch);
                }
                Some(Change::KeepBranch { place: place.describe(new, finding), branch: called(old, writer) })
            }
            Found::TypeMismatch => {
                if !place.is_of(finding) {
                    return None;
                }
                // A branch of the old union that does not fit: the new type must be that union.
                let target = match place.writer_edge {
                    Edge::Branch(union, _) => union,
                    _ => place.writer,
                };
                let part = self.draft.graft(old, target);
                self.draft.set(place.reader_edge, part);
                let place = place.describe(new, finding);
                Some(Change::KeepType { place, old: called(old, target), new: called(new, finding.reader) })
            }
        }
    }

    /// The new schema writes: it must not write what the old one cannot read.
    fn repair_writer(&mut self, finding: &Finding, place: &Place) -> Option<Change> {
        let (new, old) = (self.new, self.old);
        match finding.kind {
            Found::ReaderFieldMissingDefaultValue => self.keep_field(finding),
            Found::NameMismatch => {
                let (reader, writer) = (old[finding.reader].name()?, new[finding.writer].name()?.clone());
                let kept = Fullname::new(reader.name(), writer.namespace());
                *name(self.draft.kind(finding.writer))? = kept;
                Some(Change::KeepTypeName { name: writer, old: reader.clone() })
            }
            Found::MissingEnumSymbols => {
                let (Kind::Enum(reader), Kind::Enum(writer)) =
                    (&old[finding.reader].kind, &new[finding.writer].kind)
                else {
                    return None;
                };
                let symbols = lacking(&writer.symbols, &reader.symbols);
                if let Kind::Enum(Enum { symbols: all, default, .. }) = self.draft.kind(finding.writer) {
                    all.retain(|symbol| !symbols.contains(symbol));
                    *default = default.take().filter(|default| all.contains(default));
                }
                Some(Change::DropSymbols { name: writer.name.clone(), symbols })
            }
            Found::FixedSizeMismatch => self.keep_size(finding.writer, &old[finding.reader].kind),
            Found::MissingUnionBranch => {
                let Kind::Union(branches) = &old[finding.reader].kind else { return None };
                let writer = if place.is_of(finding) { place.writer } else { finding.writer };
                if let Some(&alike) = branches.iter().find(|&&branch| alike(old, branch, new, writer)) {
                    return self.repair_inside((old, alike), (new, writer));
                }
                self.drop_or_keep(finding, place)
            }
            Found::TypeMismatch => self.drop_or_keep(finding, place),
        }
    }

    /// Takes a branch out of the new union, or puts the old type back.
    fn drop_or_keep(&mut self, finding: &Finding, place: &Place) -> Option<Change> {
        if !place.is_of(finding) {
            return None;
        }
        let (new, old) = (self.new, self.old);
        if let Edge::Branch(union, index) = place.writer_edge {
            let Kind::Union(branches) = &new[union].kind else { return None };
            let branch = branches[index];
            if let Kind::Union(all) = self.draft.kind(union) {
                all.retain(|&other| other != branch);
            }
            return Some(Change::DropBranch {
                place: place.describe(old, finding),
                branch: called(new, branch),
            });
        }
        let part = self.draft.graft(old, place.reader);
        self.draft.set(place.writer_edge, part);
        let (old, new) = (called(old, place.reader), called(new, place.writer));
        Some(Change::KeepType { place: place.describe(self.old, finding), old, new })
    }

    /// Repairs what a branch of a union does not take of a type that is meant for it; answers the first change.
    fn repair_inside(
        &mut self,
        reader: (&'s Schema, NodeId),
        writer: (&'s Schema, NodeId),
    ) -> Option<Change> {
        if self.depth == MAX_DEPTH {
            return None;
        }
        let located = compatibility::locate(reader, writer, 100).ok()?;
        self.depth += 1;
        let mut first = None;
        for located in located {
            let place = Place::between(reader, writer, &located.steps);
            let change = self.repair(&located.finding, &place);
            first = first.or(change);
        }
        self.depth -= 1;
        first
    }

    /// A field that old data does not hold: renamed, or new without a default.
    fn supply_field(&mut self, finding: &Finding) -> Option<Change> {
        let (new, old) = (self.new, self.old);
        let (Kind::Record(reader), Kind::Record(writer)) =
            (&new[finding.reader].kind, &old[finding.writer].kind)
        else {
            return None;
        };
        let index = finding.field as usize;
        let field = &reader.fields[index];
        let (record, name) = (reader.name.clone(), field.name.clone());
        let renamed =
            only(unread(reader, writer).filter(|other| fits((new, field.schema), (old, other.schema))));
        let unsupplied =
            reader.fields.iter().filter(|field| field.default.is_none() && !reads(field, writer)).count();
        let Kind::Record(draft) = self.draft.kind(finding.reader) else { return None };
        if let Some(renamed) = renamed.filter(|_| unsupplied == 1) {
            draft.fields[index].aliases.push(renamed.name.clone());
            return Some(Change::AliasField { record, field: name, alias: renamed.name.clone() });
        }
        let default = smallest_default(new, field.schema, 0)?;
        draft.fields[index].default = Some(default.clone());
        Some(Change::GiveDefault { record, field: name, default })
    }

    /// A field that old readers need: renamed, or removed.
    fn keep_field(&mut self, finding: &Finding) -> Option<Change> {
        let (new, old) = (self.new, self.old);
        let (Kind::Record(reader), Kind::Record(writer)) =
            (&old[finding.reader].kind, &new[finding.writer].kind)
        else {
            return None;
        };
        let needed = &reader.fields[finding.field as usize];
        let record = writer.name.clone();
        let unsupplied =
            reader.fields.iter().filter(|field| field.default.is_none() && !reads(field, writer)).count();
        let renamed =
            only(unread(reader, writer).filter(|other| fits((old, needed.schema), (new, other.schema))));
        if let Some(renamed) = renamed.filter(|_| unsupplied == 1) {
            let Kind::Record(draft) = self.draft.kind(finding.writer) else { return None };
            let field = draft.fields.iter_mut().find(|field| field.name == renamed.name)?;
            field.name.clone_from(&needed.name);
            return Some(Change::KeepFieldName {
                record,
                field: renamed.name.clone(),
                old: needed.name.clone(),
            });
        }
        let schema = self.draft.graft(old, needed.schema);
        let Kind::Record(draft) = self.draft.kind(finding.writer) else { return None };
        if draft.fields.iter().all(|field| field.name != needed.name) {
            draft.fields.push(Field { schema, ..needed.clone() });
        }
        Some(Change::KeepField { record, field: needed.name.clone() })
    }

    fn keep_size(&mut self, changed: NodeId, old: &Kind) -> Option<Change> {
        let (Kind::Fixed(draft), Kind::Fixed(old)) = (self.draft.kind(changed), old) else { return None };
        draft.size = old.size;
        Some(Change::KeepSize { name: draft.name.clone(), size: old.size })
    }
}

/// The only item, if there is one.
fn only<T>(mut items: impl Iterator<Item = T>) -> Option<T> {
    let first = items.next();
    first.filter(|_| items.next().is_none())
}

/// The writer's fields that no field of the reader reads.
fn unread<'w>(reader: &'w Record, writer: &'w Record) -> impl Iterator<Item = &'w Field> {
    let read = |field: &&Field| {
        reader.fields.iter().any(|other| other.name == field.name || other.aliases.contains(&field.name))
    };
    writer.fields.iter().filter(move |field| !read(field))
}

fn reads(field: &Field, writer: &Record) -> bool {
    writer.fields.iter().any(|other| other.name == field.name || field.aliases.contains(&other.name))
}

fn fits(reader: (&Schema, NodeId), writer: (&Schema, NodeId)) -> bool {
    compatibility::locate(reader, writer, 1).is_ok_and(|found| found.is_empty())
}

/// Whether a branch is meant for a type, though it does not fit yet: it has its name, or its unnamed kind.
fn alike(reader: &Schema, branch: NodeId, writer: &Schema, part: NodeId) -> bool {
    let (branch, part) = (&reader[branch], &writer[part]);
    std::mem::discriminant(&branch.kind) == std::mem::discriminant(&part.kind)
        && match (branch.name(), part.name()) {
            (Some(branch), Some(part)) => branch.name() == part.name(),
            _ => true,
        }
}

fn lacking(writer: &[String], reader: &[String]) -> Vec<String> {
    compatibility::missing_symbols(writer, reader).into_iter().map(str::to_owned).collect()
}

fn aliases(kind: &mut Kind) -> Option<&mut Vec<Fullname>> {
    match kind {
        Kind::Record(Record { aliases, .. })
        | Kind::Enum(Enum { aliases, .. })
        | Kind::Fixed(Fixed { aliases, .. }) => Some(aliases),
        _ => None,
    }
}

fn name(kind: &mut Kind) -> Option<&mut Fullname> {
    match kind {
        Kind::Record(Record { name, .. })
        | Kind::Enum(Enum { name, .. })
        | Kind::Fixed(Fixed { name, .. }) => Some(name),
        _ => None,
    }
}

/// The emptiest default of a type; null wherever it is allowed.
fn smallest_default(schema: &Schema, id: NodeId, depth: usize) -> Option<Json> {
    if depth == MAX_DEFAULT {
        return None;
    }
    Some(match &schema[id].kind {
        Kind::Null => Json::Null,
        Kind::Boolean => Json::Bool(false),
        Kind::Int | Kind::Long => Json::Int(0),
        Kind::Float | Kind::Double => Json::Double(0.0),
        Kind::Bytes | Kind::String => Json::String(String::new()),
        Kind::Array(_) => Json::Array(Vec::new()),
        Kind::Map(_) => Json::Object(Vec::new()),
        Kind::Enum(definition) => {
            Json::String(definition.default.clone().or_else(|| definition.symbols.first().cloned())?)
        }
        Kind::Fixed(fixed) if fixed.size <= 64 => Json::String("\0".repeat(fixed.size)),
        Kind::Fixed(_) => return None,
        Kind::Union(branches) if branches.iter().any(|&branch| matches!(schema[branch].kind, Kind::Null)) => {
            Json::Null
        }
        Kind::Union(branches) => smallest_default(schema, *branches.first()?, depth + 1)?,
        Kind::Record(record) => {
            let members = record.fields.iter().filter(|field| field.default.is_none()).map(|field| {
                smallest_default(schema, field.schema, depth + 1).map(|default| (field.name.clone(), default))
            });
            Json::Object(members.collect::<Option<Vec<_>>>()?)
        }
    })
}
