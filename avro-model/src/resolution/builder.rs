//! Makes the pairs, without recursion: a pair that is met for the first time gets its place at once and its action later.

use super::alike::Alike;
use super::branches::{Branches, Choice};
use super::fields::match_fields;
use super::mismatch::describe;
use super::names::{aliases, name_match};
use super::pair_map::PairMap;
use super::{
    Action, ActionId, DefaultedField, EnumAction, FieldAction, Mismatch, Pair, Primitive, Promotion,
    RecordAction, Resolution, ResolutionError, identity,
};
use crate::schema::{Enum, Kind, NodeId, Record, Schema};
use crate::value::{DefaultError, Defaults, Value};
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Resolves the schemas; by structure, records of different names too.
pub(super) fn build(
    writer: &Schema,
    reader: &Schema,
    budget: u64,
    by_structure: bool,
) -> Result<Resolution, ResolutionError> {
    let mut builder = Builder {
        writer,
        reader,
        by_structure,
        budget,
        left: budget,
        // Most types of a writer meet one type of the reader.
        drafts: Vec::with_capacity(writer.nodes().len()),
        places: PairMap::of(writer),
        branches: Branches::default(),
        alike: Alike::of(writer),
        defaults: Defaults::new(reader),
        values: HashMap::new(),
    };
    let root = builder.place(writer.root(), reader.root())?;
    let mut next = 0;
    while let Some(draft) = builder.drafts.get(next) {
        if draft.action.is_none() {
            builder.drafts[next].action = Some(builder.action(draft.writer, draft.reader)?);
        }
        next += 1;
    }
    let pairs = builder.drafts.into_iter().filter_map(|draft| {
        draft.action.map(|action| Pair {
            writer: draft.writer,
            reader: draft.reader,
            action,
            identity: false,
        })
    });
    let mut pairs: Vec<Pair> = pairs.collect();
    identity::mark(&mut pairs, writer, reader);
    Ok(Resolution { pairs, root })
}

/// A pair that has its place, and once it was looked at its action.
struct Draft {
    writer: NodeId,
    reader: NodeId,
    action: Option<Action>,
}

/// A field's default, made once for all pairs of its record, with its weight.
type Made = Result<(Arc<Value>, u64), DefaultError>;

struct Builder<'s> {
    writer: &'s Schema,
    reader: &'s Schema,
    by_structure: bool,
    budget: u64,
    left: u64,
    drafts: Vec<Draft>,
    places: PairMap<ActionId>,
    branches: Branches<'s>,
    alike: Alike,
    defaults: Defaults<'s>,
    /// By the reader's record and the position of the field.
    values: HashMap<(NodeId, usize), Made>,
}

impl<'s> Builder<'s> {
    fn spend(&mut self, steps: u64) -> Result<(), ResolutionError> {
        match self.left.checked_sub(steps) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => Err(ResolutionError::TooLarge { budget: self.budget }),
        }
    }

    /// The place of a pair, made when it is met for the first time.
    fn place(&mut self, writer: NodeId, reader: NodeId) -> Result<ActionId, ResolutionError> {
        match self.places.get(writer, reader) {
            Some(place) => Ok(place),
            None => {
                let place = self.push(writer, reader, None)?;
                self.places.insert(writer, reader, place);
                Ok(place)
            }
        }
    }

    fn push(
        &mut self,
        writer: NodeId,
        reader: NodeId,
        action: Option<Action>,
    ) -> Result<ActionId, ResolutionError> {
        self.spend(1)?;
        let too_many = |_| ResolutionError::TooLarge { budget: self.budget };
        let place = ActionId(u32::try_from(self.drafts.len()).map_err(too_many)?);
        self.drafts.push(Draft { writer, reader, action });
        Ok(place)
    }

    fn action(&mut self, writer: NodeId, reader: NodeId) -> Result<Action, ResolutionError> {
        let (writer_schema, reader_schema) = (self.writer, self.reader);
        let (w, r) = (&writer_schema[writer].kind, &reader_schema[reader].kind);
        Ok(match (w, r) {
            (Kind::Union(branches), _) => self.writer_union(writer, branches, reader)?,
            (_, Kind::Union(_)) => match self.choose(writer, reader)? {
                Some(branch) => {
                    let action = self.place(writer, r.branches()[branch])?;
                    Action::ReaderUnion { branch, action }
                }
                None => Action::Error(Mismatch::Branch {
                    writer: describe(writer_schema, writer),
                    reader: describe(reader_schema, reader),
                }),
            },
            _ => {
                if let Some(mismatch) = self.mismatch(writer, reader) {
                    return Ok(Action::Error(mismatch));
                }
                match (w, r) {
                    (Kind::Array(w), Kind::Array(r)) => Action::Array(self.place(*w, *r)?),
                    (Kind::Map(w), Kind::Map(r)) => Action::Map(self.place(*w, *r)?),
                    (Kind::Record(w), Kind::Record(r)) => match self.record(w, reader, r)? {
                        Ok((fields, defaults)) => self.record_action(w, r, &fields, defaults)?,
                        Err(mismatch) => Action::Error(mismatch),
                    },
                    (Kind::Enum(w), Kind::Enum(r)) => self.symbols(w, r)?,
                    (_, Kind::Fixed(r)) => Action::Fixed(r.size),
                    _ => match (Promotion::between(w, r), Primitive::of(r)) {
                        (Some(promotion), _) => Action::Promote(promotion),
                        (None, Some(primitive)) => Action::Read(primitive),
                        // Both kinds are equal, which leaves the primitive ones.
                        (None, None) => Action::Error(self.type_mismatch(writer, reader)),
                    },
                }
            }
        })
    }

    /// Why two types that are no unions do not match, going by themselves and not by their parts.
    fn mismatch(&self, writer: NodeId, reader: NodeId) -> Option<Mismatch> {
        let (w, r) = (&self.writer[writer], &self.reader[reader]);
        if std::mem::discriminant(&w.kind) != std::mem::discriminant(&r.kind) {
            let promoted = Promotion::between(&w.kind, &r.kind).is_some();
            return (!promoted).then(|| self.type_mismatch(writer, reader));
        }
        let names_matter = !(self.by_structure && matches!(w.kind, Kind::Record(_)));
        if let (Some(writer), Some(reader)) = (w.name(), r.name())
            && names_matter
            && name_match(writer, reader, aliases(r)).is_none()
        {
            let (writer, reader) = (writer.to_string(), reader.to_string());
            return Some(Mismatch::Name { kind: r.kind.type_name(), writer, reader });
        }
        match (&w.kind, &r.kind) {
            (Kind::Fixed(w), Kind::Fixed(r)) if w.size != r.size => {
                Some(Mismatch::Size { name: r.name.to_string(), writer: w.size, reader: r.size })
            }
            _ => None,
        }
    }

    fn type_mismatch(&self, writer: NodeId, reader: NodeId) -> Mismatch {
        Mismatch::Type { writer: describe(self.writer, writer), reader: describe(self.reader, reader) }
    }

    fn writer_union(
        &mut self,
        writer: NodeId,
        branches: &[NodeId],
        reader: NodeId,
    ) -> Result<Action, ResolutionError> {
        let (alike, steps) = match &self.reader[reader].kind {
            Kind::Union(_) => self.alike.check(self.writer, writer, self.reader, reader),
            _ => (false, 0),
        };
        self.spend(steps)?;
        let mut actions = Vec::with_capacity(branches.len());
        for (place, &branch) in branches.iter().enumerate() {
            actions.push(if alike {
                let action = self.place(branch, self.reader[reader].kind.branches()[place])?;
                self.push(branch, reader, Some(Action::ReaderUnion { branch: place, action }))?
            } else {
                self.place(branch, reader)?
            });
        }
        Ok(Action::WriterUnion(actions))
    }

    /// The branch of the reader's union that takes the data of a type that is no union.
    fn choose(&mut self, writer: NodeId, union: NodeId) -> Result<Option<usize>, ResolutionError> {
        let (choice, steps) = self.branches.choose(self.writer, writer, self.reader, union);
        self.spend(steps)?;
        match choice {
            Choice::None if self.by_structure => Ok(self.only_record(writer, union)),
            Choice::None => Ok(None),
            Choice::One(place) => Ok(Some(place)),
            // The reference takes the last record that fits; when none does, the error is that of the first.
            Choice::Records(places) => {
                for &place in places.iter().rev() {
                    if self.record_fits(writer, self.reader[union].kind.branches()[place])? {
                        return Ok(Some(place));
                    }
                }
                Ok(places.first().copied())
            }
        }
    }

    /// The one branch of a union that is a record, for a record whatever it is called.
    fn only_record(&self, writer: NodeId, union: NodeId) -> Option<usize> {
        let is_record = |schema: &Schema, id: NodeId| matches!(schema[id].kind, Kind::Record(_));
        let branches = self.reader[union].kind.branches().iter().enumerate();
        let mut records = branches.filter(|(_, branch)| is_record(self.reader, **branch));
        match (records.next(), records.next()) {
            (Some((place, _)), None) if is_record(self.writer, writer) => Some(place),
            _ => None,
        }
    }

    /// Whether a record can be read as another, going by their fields and not by the parts of those.
    fn record_fits(&mut self, writer: NodeId, reader: NodeId) -> Result<bool, ResolutionError> {
        let (writer_schema, reader_schema) = (self.writer, self.reader);
        let (Kind::Record(w), Kind::Record(r)) = (&writer_schema[writer].kind, &reader_schema[reader].kind)
        else {
            return Ok(false);
        };
        let Ok((fields, _)) = self.record(w, reader, r)? else { return Ok(false) };
        for (place, source) in fields.iter().enumerate() {
            if let Some(source) = *source
                && !self.field_fits(w.fields[source].schema, r.fields[place].schema)?
            {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn field_fits(&mut self, writer: NodeId, reader: NodeId) -> Result<bool, ResolutionError> {
        let (writer_schema, reader_schema) = (self.writer, self.reader);
        match (&writer_schema[writer].kind, &reader_schema[reader].kind) {
            (Kind::Union(_), _) => Ok(true),
            (_, Kind::Union(_)) => {
                let (choice, steps) = self.branches.choose(writer_schema, writer, reader_schema, reader);
                self.spend(steps)?;
                Ok(!matches!(choice, Choice::None))
            }
            (Kind::Record(w), Kind::Record(r)) => {
                Ok(self.mismatch(writer, reader).is_none() && self.record(w, reader, r)?.is_ok())
            }
            _ => Ok(self.mismatch(writer, reader).is_none()),
        }
    }

    /// Which field of the writer each field of the reader reads, and the defaults of the others.
    #[expect(
        clippy::type_complexity,
        reason = "the outer result is the budget's, the inner one the record's"
    )]
    fn record(
        &mut self,
        writer: &Record,
        reader_id: NodeId,
        reader: &'s Record,
    ) -> Result<Result<(Vec<Option<usize>>, Vec<DefaultedField>), Mismatch>, ResolutionError> {
        self.spend((writer.fields.len() + reader.fields.len()) as u64)?;
        let fields = match_fields(writer, reader);
        let mut defaults = Vec::new();
        for (place, _) in fields.iter().enumerate().filter(|(_, source)| source.is_none()) {
            let (record, field) = (reader.name.to_string(), &reader.fields[place]);
            let Some(default) = &field.default else {
                return Ok(Err(Mismatch::MissingField { record, field: field.name.clone() }));
            };
            let made = match self.values.entry((reader_id, place)) {
                Entry::Occupied(entry) => entry.into_mut(),
                Entry::Vacant(entry) => {
                    let made = self.defaults.make(field.schema, default);
                    entry.insert(made.map(|(value, weight)| (Arc::new(value), weight)))
                }
            };
            match made {
                Ok((value, weight)) => {
                    defaults.push(DefaultedField { field: place, value: Arc::clone(value), weight: *weight });
                }
                Err(reason) => {
                    let (field, reason) = (field.name.clone(), reason.clone());
                    return Ok(Err(Mismatch::Default { record, field, reason }));
                }
            }
        }
        Ok(Ok((fields, defaults)))
    }

    fn record_action(
        &mut self,
        writer: &Record,
        reader: &Record,
        sources: &[Option<usize>],
        defaults: Vec<DefaultedField>,
    ) -> Result<Action, ResolutionError> {
        let mut targets = vec![None; writer.fields.len()];
        for (place, source) in sources.iter().enumerate() {
            if let Some(source) = *source {
                targets[source] = Some(place);
            }
        }
        let mut fields = Vec::with_capacity(writer.fields.len());
        for (field, target) in writer.fields.iter().zip(targets) {
            fields.push(match target {
                Some(place) => FieldAction::Read {
                    field: place,
                    action: self.place(field.schema, reader.fields[place].schema)?,
                },
                None => FieldAction::Skip { writer: field.schema },
            });
        }
        Ok(Action::Record(RecordAction { fields, defaults }))
    }

    fn symbols(&mut self, writer: &Enum, reader: &Enum) -> Result<Action, ResolutionError> {
        self.spend((writer.symbols.len() + reader.symbols.len()) as u64)?;
        let name = reader.name.to_string();
        if writer.symbols == reader.symbols {
            let symbols = (0..writer.symbols.len()).map(Some).collect();
            return Ok(Action::Enum(EnumAction { symbols, name, missing: BTreeMap::new() }));
        }
        let places: HashMap<&str, usize> =
            reader.symbols.iter().enumerate().map(|(place, symbol)| (symbol.as_str(), place)).collect();
        let default = reader.default.as_deref().and_then(|symbol| places.get(symbol));
        let place = |symbol: &String| places.get(symbol.as_str()).or(default).copied();
        let symbols: Vec<Option<usize>> = writer.symbols.iter().map(place).collect();
        let missing =
            symbols.iter().zip(&writer.symbols).enumerate().filter(|(_, (found, _))| found.is_none());
        let missing = missing.map(|(place, (_, symbol))| (place, symbol.clone())).collect();
        Ok(Action::Enum(EnumAction { symbols, name, missing }))
    }
}
