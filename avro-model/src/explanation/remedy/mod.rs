//! The smallest change for each kind of finding.
//!
//! The new schema is the one that can still be changed: the reader in a backward check, the writer in a forward check.

mod symbols;
mod unions;

use super::change::Change;
use super::defaults;
use super::draft::Draft;
use super::place::{Edge, Place};
use super::renamed::Renames;
use super::{called, in_full};
use crate::budget::Budget;
use crate::compatibility::{self, Allowance, Finding, IncompatibilityKind as Found, Wording};
use crate::name::Fullname;
use crate::schema::{Enum, Field, Fixed, Kind, NodeId, Record, Schema};
use std::collections::HashMap;
use unions::meant;

/// How deep findings inside unions are followed.
const MAX_DEPTH: usize = 8;
/// Comparisons of types and fields that the search for changes may make.
const BUDGET: u64 = 5_000_000;

pub(super) struct Remedies<'s> {
    new: &'s Schema,
    old: &'s Schema,
    direction: Wording,
    draft: Draft,
    pub(super) changes: Vec<Change>,
    /// The remedies for branches that a union lacks, which other ways may lead to: also the way through itself.
    branches: HashMap<(NodeId, NodeId), Option<Change>>,
    allowance: Allowance<'s>,
    renames: Renames,
    depth: usize,
}

impl<'s> Remedies<'s> {
    pub(super) fn new(new: &'s Schema, old: &'s Schema, direction: Wording, budget: &'s Budget) -> Self {
        Self {
            new,
            old,
            direction,
            draft: Draft::of(new),
            changes: Vec::new(),
            branches: HashMap::new(),
            allowance: Allowance::new(BUDGET, budget),
            renames: Renames::default(),
            depth: 0,
        }
    }

    pub(super) fn into_schema(self) -> Option<Schema> {
        self.draft.into_schema()
    }

    /// Repairs a finding in the draft and says how. `None` when there is nothing small to do.
    pub(super) fn repair(&mut self, finding: &Finding, place: &Place) -> Option<Change> {
        let lacking = match place.stray {
            Some(stray) => Some((stray.reader, stray.branch)),
            None => (finding.kind == Found::MissingUnionBranch).then_some((finding.reader, finding.writer)),
        };
        if let Some(lacking) = lacking {
            if let Some(change) = self.branches.get(&lacking) {
                return change.clone();
            }
            self.branches.insert(lacking, None);
        }
        // A path that could not be followed says nothing about where to change a type; a named type is found by itself.
        let change = match (place.stray, self.direction) {
            (Some(stray), _) => self.repair_stray(stray),
            (None, Wording::NewReadsOld) => self.repair_reader(finding, place),
            (None, Wording::OldReadsNew) => self.repair_writer(finding, place),
        }?;
        if let Some(lacking) = lacking {
            self.branches.insert(lacking, Some(change.clone()));
        }
        if !self.changes.contains(&change) {
            self.changes.push(change.clone());
        }
        Some(change)
    }

    /// The new schema reads: it must take what the old one wrote.
    fn repair_reader(&mut self, finding: &Finding, place: &Place) -> Option<Change> {
        let (new, old) = (self.new, self.old);
        match finding.kind {
            Found::ReaderFieldMissingDefaultValue => {
                self.supply_field(finding.reader, finding.field as usize, finding.writer)
            }
            Found::NameMismatch => {
                let (name, alias) =
                    (new[finding.reader].name()?.clone(), old[finding.writer].name()?.clone());
                if alias.namespace().is_empty() && !name.namespace().is_empty() {
                    // The checker knows no such alias.
                    let kept = Fullname::new(alias.name(), name.namespace());
                    *name_of(self.draft.kind(finding.reader))? = kept;
                    return Some(Change::KeepSimpleName { name, old: alias });
                }
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
                let writer = if place.is_of(finding) { place.writer } else { finding.writer };
                if let Some(meant) = meant((new, finding.reader), (old, writer), place, &mut self.allowance) {
                    return self.repair_inside((new, meant), (old, writer));
                }
                let branch = self.draft.graft(old, writer);
                let Kind::Union(branches) = self.draft.kind(finding.reader) else { return None };
                branches.push(branch);
                Some(Change::KeepBranch { place: place.describe(new, finding), branch: called(old, writer) })
            }
            Found::TypeMismatch => {
                if !place.is_of(finding) {
                    return None;
                }
                if let Some((record, index)) = place.unsupplied {
                    return self.supply_field(record, index, place.writer);
                }
                // A branch of the old union that does not fit: the new type must be that union.
                let target = match place.writer_edge {
                    Edge::Branch(union, _) => union,
                    _ => place.writer,
                };
                self.keep_type(place.reader_edge, target, finding.reader, place.describe(new, finding))
            }
        }
    }

    /// The new schema writes: it must not write what the old one cannot read.
    fn repair_writer(&mut self, finding: &Finding, place: &Place) -> Option<Change> {
        let (new, old) = (self.new, self.old);
        match finding.kind {
            Found::ReaderFieldMissingDefaultValue => {
                self.keep_field(finding.reader, finding.field as usize, finding.writer)
            }
            Found::NameMismatch => {
                let (reader, writer) = (old[finding.reader].name()?, new[finding.writer].name()?.clone());
                let kept = Fullname::new(reader.name(), writer.namespace());
                *name_of(self.draft.kind(finding.writer))? = kept;
                Some(Change::KeepTypeName { name: writer, old: reader.clone() })
            }
            Found::MissingEnumSymbols => self.leave_out_symbols(finding),
            Found::FixedSizeMismatch => self.keep_size(finding.writer, &old[finding.reader].kind),
            Found::MissingUnionBranch => {
                let writer = if place.is_of(finding) { place.writer } else { finding.writer };
                if let Some(meant) = meant((old, finding.reader), (new, writer), place, &mut self.allowance) {
                    return self.repair_inside((old, meant), (new, writer));
                }
                self.drop_or_keep(finding, place)
            }
            Found::TypeMismatch => self.drop_or_keep(finding, place),
        }
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
        let located = compatibility::locate(reader, writer, 100, &mut self.allowance).ok()?;
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
    fn supply_field(&mut self, changed: NodeId, index: usize, writer: NodeId) -> Option<Change> {
        let (new, old) = (self.new, self.old);
        let renamed = self.renames.of((new, changed), (old, writer), index, &mut self.allowance);
        let Kind::Record(reader) = &new[changed].kind else { return None };
        let field = &reader.fields[index];
        let (record, name) = (reader.name.clone(), field.name.clone());
        let Kind::Record(draft) = self.draft.kind(changed) else { return None };
        if let Some(renamed) = renamed {
            draft.fields[index].aliases.push(renamed.name.clone());
            return Some(Change::AliasField { record, field: name, alias: renamed.name.clone() });
        }
        let Some(default) = defaults::smallest(new, field.schema) else {
            self.draft.make_nullable(changed, index);
            return Some(Change::MakeNullable { record, field: name });
        };
        draft.fields[index].default = Some(default.clone());
        Some(Change::GiveDefault { record, field: name, default })
    }

    /// A field that old readers need: renamed, or removed.
    fn keep_field(&mut self, reader: NodeId, index: usize, changed: NodeId) -> Option<Change> {
        let (new, old) = (self.new, self.old);
        let renamed = self.renames.of((old, reader), (new, changed), index, &mut self.allowance);
        let (Kind::Record(reader), Kind::Record(writer)) = (&old[reader].kind, &new[changed].kind) else {
            return None;
        };
        let needed = &reader.fields[index];
        let record = writer.name.clone();
        if let Some(renamed) = renamed {
            let Kind::Record(draft) = self.draft.kind(changed) else { return None };
            let field = draft.fields.iter_mut().find(|field| field.name == renamed.name)?;
            field.name.clone_from(&needed.name);
            field.aliases.retain(|alias| *alias != needed.name);
            return Some(Change::KeepFieldName {
                record,
                field: renamed.name.clone(),
                old: needed.name.clone(),
            });
        }
        let schema = self.draft.graft(old, needed.schema);
        let Kind::Record(draft) = self.draft.kind(changed) else { return None };
        if draft.fields.iter().all(|field| field.name != needed.name) {
            draft.fields.push(Field { schema, ..needed.clone() });
        }
        Some(Change::KeepField { record, field: needed.name.clone() })
    }

    /// Puts an old type in the place of a new one.
    fn keep_type(&mut self, edge: Edge, kept: NodeId, replaced: NodeId, place: String) -> Option<Change> {
        let part = self.draft.graft(self.old, kept);
        self.draft.set(edge, part);
        let (old, new) = (in_full(self.old, kept), in_full(self.new, replaced));
        Some(Change::KeepType { place, old, new, affected: self.direction.into() })
    }

    fn keep_size(&mut self, changed: NodeId, old: &Kind) -> Option<Change> {
        let (Kind::Fixed(draft), Kind::Fixed(old)) = (self.draft.kind(changed), old) else { return None };
        draft.size = old.size;
        Some(Change::KeepSize { name: draft.name.clone(), size: old.size })
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

fn name_of(kind: &mut Kind) -> Option<&mut Fullname> {
    match kind {
        Kind::Record(Record { name, .. })
        | Kind::Enum(Enum { name, .. })
        | Kind::Fixed(Fixed { name, .. }) => Some(name),
        _ => None,
    }
}
