//! Comparing two schemas: whether the update accepts whatever the original accepts.
//!
//! Only what is incompatible is kept. A pair of schemas is compared once; where a comparison comes back to a pair that
//! it is in, that pair is taken for compatible until it turns out not to be, and then all is done again.

mod array;
mod combined;
mod difference;
mod matching;
mod object;
mod scalar;

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::limits::{MAX_COMPARED_DEPTH, MAX_FINDINGS, MAX_STEPS};
use super::model::{Criterion, Kind, Model, Schema, SchemaId};
use crate::domain::CompatibilityPolicy;
use crate::schema_type::Direction;
use difference::Difference;

/// Why a comparison was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum CompareError {
    /// It takes too long.
    #[error("the comparison takes more than {MAX_STEPS} steps")]
    Steps,
    /// It goes too deep.
    #[error("the comparison goes more than {MAX_COMPARED_DEPTH} schemas deep")]
    Depth,
    /// It finds too much.
    #[error("the comparison has more than {MAX_FINDINGS} findings")]
    Findings,
}

/// A difference and where it is, as seen from the pair that was compared.
type Found = (Difference, String);

/// What keeps an update from accepting what the original accepts, one line each.
pub(super) fn compare(
    original: &Model,
    update: &Model,
    policy: CompatibilityPolicy,
    direction: Direction,
) -> Result<Vec<String>, CompareError> {
    let mut comparison = Comparison {
        original,
        update,
        policy,
        memo: HashMap::new(),
        open: HashSet::new(),
        refuted: HashSet::new(),
        assumed: HashSet::new(),
        steps: 0,
        depth: 0,
    };
    loop {
        let mut findings = Findings::default();
        comparison.pair(&mut findings, (Side::Original, original.root), (Side::Update, update.root))?;
        let assumed = std::mem::take(&mut comparison.assumed);
        let wrong: Vec<Pair> = assumed.into_iter().filter(|pair| !comparison.holds(pair)).collect();
        if wrong.is_empty() {
            let lines = findings.found.iter().map(|(difference, path)| {
                let path = if path.is_empty() { "#/".to_owned() } else { format!("#/{path}") };
                difference.describe(&path, direction)
            });
            return Ok(lines.collect());
        }
        comparison.refuted.extend(wrong);
        comparison.memo.clear();
    }
}

/// From which of the two texts a schema is. `not` turns them round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Side {
    Original,
    Update,
}

/// A schema of one of the texts.
type At = (Side, SchemaId);
/// Two schemas of which the second should accept what the first does.
type Pair = (At, At);

struct Comparison<'m> {
    original: &'m Model,
    update: &'m Model,
    policy: CompatibilityPolicy,
    memo: HashMap<Pair, Rc<Findings>>,
    /// The pairs that are being compared.
    open: HashSet<Pair>,
    /// The pairs that are known to be incompatible, though an earlier round took them for compatible.
    refuted: HashSet<Pair>,
    /// The pairs that were taken for compatible in this round.
    assumed: HashSet<Pair>,
    steps: usize,
    depth: usize,
}

/// The findings of a part of a comparison.
#[derive(Debug, Default)]
struct Findings {
    found: Vec<Found>,
    /// There is a finding that stands elsewhere already.
    elsewhere: bool,
}

impl Findings {
    fn is_compatible(&self) -> bool {
        self.found.is_empty() && !self.elsewhere
    }

    /// Takes over findings of what is at a place.
    fn place(&mut self, path: &str, inner: &Findings) -> Result<(), CompareError> {
        self.elsewhere |= inner.elsewhere;
        if self.found.len() + inner.found.len() > MAX_FINDINGS {
            return Err(CompareError::Findings);
        }
        for (difference, below) in &inner.found {
            let place = match (path, below.as_str()) {
                ("", below) => below.to_owned(),
                (path, "") => path.to_owned(),
                (path, below) => format!("{path}/{below}"),
            };
            self.found.push((*difference, place));
        }
        Ok(())
    }
}

impl<'m> Comparison<'m> {
    fn model(&self, side: Side) -> &'m Model {
        match side {
            Side::Original => self.original,
            Side::Update => self.update,
        }
    }

    fn schema(&self, at: At) -> &'m Schema {
        &self.model(at.0)[at.1]
    }

    fn step(&mut self, steps: usize) -> Result<(), CompareError> {
        self.steps = self.steps.saturating_add(steps);
        if self.steps > MAX_STEPS { Err(CompareError::Steps) } else { Ok(()) }
    }

    /// Notes a difference, unless the policy lets it pass.
    fn note(&self, findings: &mut Findings, path: &str, difference: Difference) -> Result<(), CompareError> {
        if difference.passes(self.policy) {
            return Ok(());
        }
        if findings.found.len() >= MAX_FINDINGS {
            return Err(CompareError::Findings);
        }
        findings.found.push((difference, path.to_owned()));
        Ok(())
    }

    /// Whether a pair that was taken for compatible is.
    fn holds(&self, pair: &Pair) -> bool {
        self.memo.get(pair).is_none_or(|findings| findings.is_compatible())
    }

    /// Compares what may be missing on either side, into findings of its own place.
    fn pair(
        &mut self,
        findings: &mut Findings,
        original: (Side, Option<SchemaId>),
        update: (Side, Option<SchemaId>),
    ) -> Result<(), CompareError> {
        match (original.1, update.1) {
            (None, Some(_)) => self.note(findings, "", difference::SCHEMA_ADDED),
            (_, None) => Ok(()),
            (Some(one), Some(other)) => {
                let inner = self.schemas((original.0, one), (update.0, other))?;
                findings.place("", &inner)
            }
        }
    }

    /// Compares two schemas that stand at a place.
    fn at(
        &mut self,
        findings: &mut Findings,
        path: &str,
        original: (Side, Option<SchemaId>),
        update: (Side, Option<SchemaId>),
    ) -> Result<(), CompareError> {
        let mut inner = Findings::default();
        self.pair(&mut inner, original, update)?;
        findings.place(path, &inner)
    }

    /// Compares two schemas, once.
    fn schemas(&mut self, original: At, update: At) -> Result<Rc<Findings>, CompareError> {
        let target = |(side, id): At| (side, self.model(side).target(id));
        let pair = (target(original), target(update));
        if let Some(findings) = self.memo.get(&pair) {
            return Ok(Rc::clone(findings));
        }
        if self.open.contains(&pair) {
            let elsewhere = self.refuted.contains(&pair);
            if !elsewhere {
                self.assumed.insert(pair);
            }
            return Ok(Rc::new(Findings { found: Vec::new(), elsewhere }));
        }
        self.step(1)?;
        if self.depth >= MAX_COMPARED_DEPTH {
            return Err(CompareError::Depth);
        }
        self.depth += 1;
        self.open.insert(pair);
        let findings = self.targets(pair.0, pair.1).map(Rc::new)?;
        self.open.remove(&pair);
        self.depth -= 1;
        self.memo.insert(pair, Rc::clone(&findings));
        Ok(findings)
    }

    fn targets(&mut self, original: At, update: At) -> Result<Findings, CompareError> {
        if let Some(findings) = self.branches(original, update)? {
            return Ok(findings);
        }
        let mut findings = Findings::default();
        let (one, other) = (self.schema(original), self.schema(update));
        let sides = (original.0, update.0);
        match (&one.kind, &other.kind) {
            (Kind::String(one), Kind::String(other)) => self.strings(&mut findings, one, other)?,
            (Kind::Number(one), Kind::Number(other)) => self.numbers(&mut findings, one, other)?,
            (Kind::Const(one), Kind::Const(other)) => {
                if one != other {
                    self.note(&mut findings, "const", difference::ENUM_ARRAY_CHANGED)?;
                }
            }
            (Kind::Enum(one), Kind::Enum(other)) => self.enums(&mut findings, one, other)?,
            (Kind::Combined(one), Kind::Combined(other)) => {
                self.combined(&mut findings, sides, one, other)?;
            }
            (Kind::Not(one), Kind::Not(other)) => {
                // What is forbidden must not become more.
                let inner = self.schemas((sides.1, *other), (sides.0, *one))?;
                if !inner.is_compatible() {
                    self.note(&mut findings, "not", difference::NOT_TYPE_EXTENDED)?;
                }
            }
            (Kind::Object(one), Kind::Object(other)) => self.objects(&mut findings, sides, one, other)?,
            (Kind::Array(one), Kind::Array(other)) => self.arrays(&mut findings, sides, one, other)?,
            (a, b) if a.rank() == b.rank() => {}
            (Kind::False, _) => {}
            (_, other) if other.accepts_all() => {}
            // The converter of Kafka Connect wrote decimals as numbers or as texts, which are the same to it.
            _ if [one, other].iter().all(|schema| schema.connect_type.as_deref() == Some("bytes")) => {}
            _ => self.note(&mut findings, "", difference::TYPE_CHANGED)?,
        }
        Ok(findings)
    }

    /// Where one side only is combined, one of its branches may be enough.
    fn branches(&mut self, original: At, update: At) -> Result<Option<Findings>, CompareError> {
        let (one, other) = (&self.schema(original).kind, &self.schema(update).kind);
        let (pairs, lasting): (Vec<Pair>, _) = match (one, other) {
            (Kind::Combined(_), Kind::Combined(_)) => return Ok(None),
            (_, Kind::Combined(combined)) => (
                combined.parts.iter().map(|part| (original, (update.0, *part))).collect(),
                combined.parts.len() == 1 || combined.criterion != Criterion::All,
            ),
            (Kind::Combined(combined), _) => (
                combined.parts.iter().map(|part| ((original.0, *part), update)).collect(),
                combined.parts.len() == 1 || combined.criterion == Criterion::All,
            ),
            _ => return Ok(None),
        };
        if !lasting {
            return Ok(None);
        }
        for (original, update) in pairs {
            if self.schemas(original, update)?.is_compatible() {
                return Ok(Some(Findings::default()));
            }
        }
        Ok(None)
    }
}
