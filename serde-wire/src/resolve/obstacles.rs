//! The values of a writer's schema that a type has no place for or takes for others, for people.

use super::mismatch::STEPS;
use super::resolution::OwnSchema;
use crate::codec::{AvroSchema, OnUnknownSymbol};
use avro_model::budget::Budget;
use avro_model::compatibility::Wording;
use avro_model::explanation::explain_within;
use avro_model::resolution::{Action, ActionId, FieldAction, Promotion};
use avro_model::schema::LogicalType;
use avro_model::{Fullname, Kind, NodeId, Resolution, Schema};
use std::collections::{HashSet, VecDeque};
use std::fmt;

/// More places than this are only counted.
const MAX_PLACES: usize = 20;
/// The symbols that are named at most.
const MAX_SYMBOLS: usize = 8;

/// What keeps a type from reading all data of a writer's schema: where, why, and what to change.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Obstacles {
    /// The places where data may fail or is read as something else, outer ones first; 20 at most. Empty when all data can be read.
    pub places: Vec<Obstacle>,
    /// How many places there are beyond these.
    pub omitted: usize,
    /// A value of the writer's schema that cannot be read, in Avro's JSON, if one was found in time.
    pub example: Option<String>,
    /// The smallest changes of the type's schema that help, as advice to its author, if small ones do and were found in time.
    pub changes: Vec<String>,
}

/// A place where data of a writer's schema may fail, or is read as something else.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Obstacle {
    /// The place, by the names of the type's schema: `$.items[].price`; `$` is the datum, `[]` an item, `{}` a value of a map.
    pub path: String,
    /// Which data fails there, and why, or what it is taken for.
    pub reason: String,
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at {}: {}", self.path, self.reason)
    }
}

/// A line for each place, the example and each change.
impl fmt::Display for Obstacles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines: Vec<String> = self.places.iter().map(ToString::to_string).collect();
        if self.omitted > 0 {
            lines.push(format!("and at {} more places", self.omitted));
        }
        lines.extend(self.example.iter().map(|example| format!("such as {example}")));
        lines.extend(self.changes.iter().map(|change| format!("what helps in the type's schema: {change}")));
        f.write_str(&lines.join("\n"))
    }
}

/// What keeps `T` from reading all data of the writer's schema. None where the schemas cannot be compared at all: `resolve`
/// says so.
pub(crate) fn obstacles<T: AvroSchema>(writer: &Schema, by_structure: bool) -> Obstacles {
    OwnSchema::of::<T>().obstacles(writer, by_structure).unwrap_or_default()
}

impl OwnSchema {
    fn obstacles(self, writer: &Schema, by_structure: bool) -> Option<Obstacles> {
        let own = self.parse().ok()?;
        let resolve = if by_structure { Resolution::by_structure } else { Resolution::new };
        let resolution = resolve(writer, &own).ok()?;
        let walk = Walk { writer, own: &own, resolution: &resolution, keeping: self.keeping(&own) };
        let mut found = walk.obstacles();
        // The explanation goes by names.
        if !found.places.is_empty() && !by_structure {
            self.explain(own, writer, &mut found);
        }
        Some(found)
    }

    fn explain(self, own: Schema, writer: &Schema, found: &mut Obstacles) {
        // An enum that keeps what it does not know is no obstacle, as one with a default is none.
        let kept = self.unknown_symbols().iter().filter(|(_, unknown)| *unknown == OnUnknownSymbol::Keep);
        let own = kept.fold(own, |own, (name, _)| {
            let first = own.named(&Fullname::new(name, "")).and_then(|id| match &own[id].kind {
                Kind::Enum(definition) => definition.symbols.first().cloned(),
                _ => None,
            });
            own.with_enum_default(name, first.as_deref())
        });
        let Ok(report) = explain_within(&own, writer, Wording::NewReadsOld, &Budget::of(STEPS)) else {
            return;
        };
        let failing = report.explanations.iter().find_map(|one| one.failing.as_ref());
        let unseen = report.overlooked.as_ref().filter(|_| report.explanations.is_empty());
        found.example = failing.or(unseen).map(|failing| failing.json.clone());
        found.changes = report.changes.iter().map(ToString::to_string).collect();
    }
}

struct Walk<'s> {
    writer: &'s Schema,
    own: &'s Schema,
    resolution: &'s Resolution,
    keeping: HashSet<NodeId>,
}

impl Walk<'_> {
    /// Each pair of types is looked at once, on the shortest way to it.
    fn obstacles(&self) -> Obstacles {
        let mut found = Obstacles::default();
        let root = self.resolution.root();
        let mut seen = HashSet::from([root]);
        let mut open = VecDeque::from([(root, "$".to_owned())]);
        while let Some((at, path)) = open.pop_front() {
            match self.reason(at) {
                Some(reason) if found.places.len() < MAX_PLACES => {
                    found.places.push(Obstacle { path: path.clone(), reason });
                }
                Some(_) => found.omitted += 1,
                None => (),
            }
            for child in self.resolution[at].action.children() {
                if seen.insert(child) {
                    open.push_back((child, path.clone() + &self.step(at, child)));
                }
            }
        }
        found
    }

    /// The way from a pair to a part of it.
    fn step(&self, at: ActionId, child: ActionId) -> String {
        let pair = &self.resolution[at];
        match (&pair.action, &self.own[pair.reader].kind) {
            (Action::Array(_), _) => "[]".to_owned(),
            (Action::Map(_), _) => "{}".to_owned(),
            (Action::Record(action), Kind::Record(record)) => {
                let field = action.fields.iter().find_map(|field| match field {
                    FieldAction::Read { field, action } if *action == child => record.fields.get(*field),
                    _ => None,
                });
                field.map_or_else(String::new, |field| format!(".{}", field.name))
            }
            _ => String::new(),
        }
    }

    /// Why data that gets to a pair may fail there or become something else, and not in a part of it.
    fn reason(&self, at: ActionId) -> Option<String> {
        let pair = &self.resolution[at];
        if let Action::Error(mismatch) = &pair.action {
            return Some(mismatch.to_string());
        }
        if let Some(reason) = self.other_meaning(pair.writer, pair.reader, &pair.action) {
            return Some(reason);
        }
        match &pair.action {
            Action::Promote(Promotion::BytesToString) => {
                Some("bytes that are not UTF-8 cannot be read as string".to_owned())
            }
            Action::Enum(action) if !self.keeping.contains(&pair.reader) => {
                let Kind::Enum(definition) = &self.writer[pair.writer].kind else { return None };
                let symbols = definition.symbols.iter().zip(&action.symbols);
                let missing = symbols.filter(|(_, known)| known.is_none());
                let mut missing: Vec<String> = missing.map(|(symbol, _)| format!("{symbol:?}")).collect();
                if missing.is_empty() {
                    return None;
                }
                if missing.len() > MAX_SYMBOLS {
                    missing.truncate(MAX_SYMBOLS);
                    missing.push("…".to_owned());
                }
                let name = self.own[pair.reader].name().map(ToString::to_string).unwrap_or_default();
                Some(format!("the reader's enum {name} has no symbol {} and no default", missing.join(", ")))
            }
            _ => None,
        }
    }

    /// Why data is read as something else than was written, or refused: resolution looks at no logical types.
    fn other_meaning(&self, writer: NodeId, reader: NodeId, action: &Action) -> Option<String> {
        let own = self.own[reader].logical.as_ref()?;
        let name = own.name();
        match (&self.writer[writer].logical, own) {
            (Some(LogicalType::Decimal { scale, .. }), LogicalType::Decimal { scale: own_scale, .. }) => {
                (scale != own_scale).then(|| {
                    format!("a decimal of scale {scale} is read with scale {own_scale}, as another number")
                })
            }
            (Some(written), own) => (written != own).then(|| {
                format!("{} is read as {name} from the same bytes, as another value", written.name())
            }),
            (None, _) if *action == Action::Promote(Promotion::StringToBytes) => {
                Some(format!("text is read as {name}, which it is not"))
            }
            (None, LogicalType::BigDecimal) => {
                Some(format!("bytes that are no {name} cannot be read as one"))
            }
            (None, LogicalType::Uuid) if matches!(self.own[reader].kind, Kind::String) => {
                Some(format!("text that is no {name} cannot be read as one"))
            }
            (None, _) => None,
        }
    }
}
