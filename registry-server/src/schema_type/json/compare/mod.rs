//! Comparing two schemas: whether the update accepts whatever the original accepts (json-schema §6.2).
//!
//! Only what is incompatible is kept. A pair of schemas is compared once; where a comparison comes back to a pair that
//! it is in, that pair is taken for compatible until it turns out not to be. Then all is done again, and whatever was found
//! about such a pair is told where the comparison comes back to it.

mod array;
mod combined;
mod decimal;
mod difference;
mod matching;
mod object;
mod scalar;

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::limits::{
    COMPILED_IN_STEP, MATCHED_IN_STEP, MAX_COMPARED, MAX_COMPARED_DEPTH, MAX_FINDINGS, MAX_PATHS,
    MAX_PATTERNS, MAX_STEPS,
};
use super::model::{Criterion, Kind, Model, Schema, SchemaId};
use super::regexp::{Compiled, Pattern};
use crate::domain::CompatibilityPolicy;
use crate::schema_type::{Budget, Direction, Stopped};
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
    #[error(
        "the comparison has more than {MAX_FINDINGS} findings, or more than {MAX_PATHS} bytes of their paths"
    )]
    Findings,
    /// It has too much to remember.
    #[error("the comparison takes more than {MAX_COMPARED} bytes of memory")]
    Memory,
    /// Its patterns are too large.
    #[error("the patterns of property names take more than {MAX_PATTERNS} bytes of memory")]
    Patterns,
    /// The budget ended.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// A difference and where it is, as seen from the pair that was compared.
type Found = (Difference, String);

/// The differences that keep an update from accepting what the original accepts, one line each.
pub(super) fn compare(
    original: &Model,
    update: &Model,
    policy: CompatibilityPolicy,
    direction: Direction,
    budget: &Budget,
) -> Result<Vec<String>, CompareError> {
    let mut comparison = Comparison {
        budget,
        compiled: Compiled::default(),
        original,
        update,
        policy,
        memo: HashMap::new(),
        open: HashSet::new(),
        refuted: HashMap::new(),
        assumed: HashSet::new(),
        steps: 0,
        bytes: 0,
        depth: 0,
    };
    loop {
        let mut findings = Findings::default();
        comparison.pair(&mut findings, (Side::Original, original.root), (Side::Update, update.root))?;
        let assumed = std::mem::take(&mut comparison.assumed);
        if assumed.iter().all(|pair| comparison.holds(pair)) {
            let lines = findings.found.iter().map(|(difference, path)| {
                let path = if path.is_empty() { "#/".to_owned() } else { format!("#/{path}") };
                difference.describe(&path, direction)
            });
            return Ok(lines.collect());
        }
        comparison.begin_again();
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

/// A pair in eight bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct PairKey(u32, u32);

impl From<Pair> for PairKey {
    fn from((original, update): Pair) -> Self {
        let packed = |(side, id): At| {
            let id = u32::try_from(id.0).expect("there are at most MAX_SCHEMAS schemas");
            id << 1 | u32::from(side == Side::Update)
        };
        Self(packed(original), packed(update))
    }
}

/// The verdict on a pair, as far as it is known.
#[derive(Clone, Debug)]
enum Verdict {
    Compatible,
    /// The findings were not asked for. Of thousands of branches only whether they fit is.
    Incompatible,
    Findings(Rc<Findings>),
}

impl Verdict {
    /// The memory that its findings take.
    fn memory(&self) -> usize {
        match self {
            Self::Findings(findings) => findings.memory(),
            Self::Compatible | Self::Incompatible => 0,
        }
    }
}

struct Comparison<'m> {
    original: &'m Model,
    update: &'m Model,
    policy: CompatibilityPolicy,
    memo: HashMap<PairKey, Verdict>,
    /// The pairs that are being compared.
    open: HashSet<Pair>,
    /// The verdicts of earlier rounds on incompatible pairs, some of which these rounds took for compatible at first.
    refuted: HashMap<PairKey, Verdict>,
    /// The pairs that were taken for compatible in this round.
    assumed: HashSet<Pair>,
    compiled: Compiled<'m>,
    steps: usize,
    /// Bytes that the findings in the memo and the pairs in the other sets take.
    bytes: usize,
    depth: usize,
    budget: &'m Budget,
}

/// Bytes of a slot of the memo.
const SLOT: usize = size_of::<(PairKey, Verdict)>() + 2;
/// Bytes of a pair in one of the other sets.
const PAIR: usize = 2 * size_of::<Pair>();

/// The findings of a part of a comparison.
#[derive(Debug, Default)]
struct Findings {
    found: Vec<Found>,
    /// Bytes of the paths.
    bytes: usize,
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
        for (difference, below) in &inner.found {
            let place = match (path, below.as_str()) {
                ("", below) => below.to_owned(),
                (path, "") => path.to_owned(),
                (path, below) => format!("{path}/{below}"),
            };
            self.add(*difference, place)?;
        }
        Ok(())
    }

    fn add(&mut self, difference: Difference, path: String) -> Result<(), CompareError> {
        self.bytes += path.len();
        if self.found.len() >= MAX_FINDINGS || self.bytes > MAX_PATHS {
            return Err(CompareError::Findings);
        }
        self.found.push((difference, path));
        Ok(())
    }

    /// The memory that they take.
    fn memory(&self) -> usize {
        self.bytes + self.found.capacity() * size_of::<Found>()
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
        if self.steps > MAX_STEPS {
            return Err(CompareError::Steps);
        }
        Ok(self.budget.take(steps as u64)?)
    }

    /// Whether a pattern fits somewhere in a name.
    fn fits(&mut self, pattern: &'m Pattern, name: &str) -> Result<bool, CompareError> {
        let (regex, compiled) = self.compiled.get(pattern).map_err(|_| CompareError::Patterns)?;
        let matched = regex.map_or(0, |regex| regex.memory_usage().saturating_mul(name.len()));
        let fits = regex.cloned();
        self.step(1 + compiled / COMPILED_IN_STEP + matched / MATCHED_IN_STEP)?;
        Ok(fits.is_some_and(|regex| regex.is_match(name)))
    }

    /// Remembers what is known about a pair.
    fn remember(&mut self, pair: Pair, verdict: Verdict) -> Result<(), CompareError> {
        self.bytes += verdict.memory();
        self.memo.insert(pair.into(), verdict);
        let bytes = self.bytes + self.memo.capacity() * SLOT;
        if bytes > MAX_COMPARED { Err(CompareError::Memory) } else { Ok(()) }
    }

    /// Notes a difference, unless the policy lets it pass.
    fn note(&self, findings: &mut Findings, path: &str, difference: Difference) -> Result<(), CompareError> {
        if difference.passes(self.policy) {
            return Ok(());
        }
        findings.add(difference, path.to_owned())
    }

    /// Goes on to the next round with what this one found.
    fn begin_again(&mut self) {
        for (pair, verdict) in std::mem::take(&mut self.memo) {
            if !matches!(verdict, Verdict::Compatible) {
                self.refuted.entry(pair).or_insert(verdict);
            }
        }
        let findings = self.refuted.values().map(Verdict::memory).sum::<usize>();
        self.bytes = findings + self.refuted.capacity() * SLOT;
    }

    /// Whether a pair that was taken for compatible is.
    fn holds(&self, pair: &Pair) -> bool {
        self.memo.get(&PairKey::from(*pair)).is_none_or(|verdict| matches!(verdict, Verdict::Compatible))
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

    /// The findings of two schemas, which are compared once.
    fn schemas(&mut self, original: At, update: At) -> Result<Rc<Findings>, CompareError> {
        let pair = self.pair_of(original, update);
        match self.memo.get(&PairKey::from(pair)) {
            Some(Verdict::Compatible) => return Ok(Rc::default()),
            Some(Verdict::Findings(findings)) => return Ok(Rc::clone(findings)),
            Some(Verdict::Incompatible) | None => {}
        }
        let findings = self.compared(pair)?;
        if !self.open.contains(&pair) {
            let compatible = findings.is_compatible();
            let verdict =
                if compatible { Verdict::Compatible } else { Verdict::Findings(Rc::clone(&findings)) };
            self.remember(pair, verdict)?;
        }
        Ok(findings)
    }

    /// Whether two schemas have no findings. They are not kept, since one of many branches is enough.
    fn are_compatible(&mut self, original: At, update: At) -> Result<bool, CompareError> {
        let pair = self.pair_of(original, update);
        if let Some(verdict) = self.memo.get(&PairKey::from(pair)) {
            return Ok(matches!(verdict, Verdict::Compatible));
        }
        let findings = self.compared(pair)?;
        let compatible = findings.is_compatible();
        if !self.open.contains(&pair) {
            let verdict = match (compatible, self.assumed.contains(&pair)) {
                (true, _) => Verdict::Compatible,
                (false, false) => Verdict::Incompatible,
                // The next round tells of them where it comes back to the pair.
                (false, true) => Verdict::Findings(findings),
            };
            self.remember(pair, verdict)?;
        }
        Ok(compatible)
    }

    /// Two schemas without the references that lead to them.
    fn pair_of(&self, original: At, update: At) -> Pair {
        let target = |(side, id): At| (side, self.model(side).target(id));
        (target(original), target(update))
    }

    /// Compares a pair. One that is being compared further up is taken for compatible as long as it is not refuted.
    fn compared(&mut self, pair: Pair) -> Result<Rc<Findings>, CompareError> {
        if self.open.contains(&pair) {
            return Ok(match self.refuted.get(&PairKey::from(pair)) {
                Some(Verdict::Findings(findings)) => Rc::clone(findings),
                Some(_) => Rc::new(Findings { elsewhere: true, ..Findings::default() }),
                None => {
                    if self.assumed.insert(pair) {
                        self.bytes += PAIR;
                    }
                    Rc::default()
                }
            });
        }
        self.step(1)?;
        if self.depth >= MAX_COMPARED_DEPTH {
            return Err(CompareError::Depth);
        }
        self.depth += 1;
        self.open.insert(pair);
        let findings = self.targets(pair.0, pair.1)?;
        self.open.remove(&pair);
        self.depth -= 1;
        Ok(Rc::new(findings))
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
                if !self.are_compatible((sides.1, *other), (sides.0, *one))? {
                    self.note(&mut findings, "not", difference::NOT_TYPE_EXTENDED)?;
                }
            }
            (Kind::Object(one), Kind::Object(other)) => self.objects(&mut findings, sides, one, other)?,
            (Kind::Array(one), Kind::Array(other)) => self.arrays(&mut findings, sides, one, other)?,
            (a, b) if a.rank() == b.rank() => {}
            (Kind::False, _) => {}
            (_, other) if other.accepts_all() && !self.model(original.0).hides_empty(original.1) => {}
            // The converter of Kafka Connect wrote decimals as numbers or as texts, which are the same to it.
            _ if [one, other].iter().all(|schema| schema.connect_type.as_deref() == Some("bytes")) => {}
            _ => self.note(&mut findings, "", difference::TYPE_CHANGED)?,
        }
        Ok(findings)
    }

    /// One of the branches may be enough where one side only is combined.
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
            if self.are_compatible(original, update)? {
                return Ok(Some(Findings::default()));
            }
        }
        Ok(None)
    }
}
