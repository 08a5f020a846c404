//! A value that the writer may write and the reader cannot read.

use super::DecodingOutcome;
use super::sample::Sample;
use crate::binary::{DecodeProblem, Decoder, encode};
use crate::budget::Budget;
use crate::compatibility::{Finding, IncompatibilityKind};
use crate::json_encoding;
use crate::resolution::{Action, ActionId, DEFAULT_BUDGET, Mismatch, Pair, Promotion, Resolution};
use crate::schema::{Kind, Schema};
use crate::value::{DefaultError, Value};
use std::collections::VecDeque;
use std::fmt;

/// Ways that are tried, where a type on them has no value.
const MAX_WAYS: usize = 8;
/// How much of a value is shown in a message.
const LONGEST: usize = 300;

/// A value that fails, tried out.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct FailingValue {
    /// A value of the writer's schema.
    pub value: Value,
    /// The value in Avro's JSON encoding, by the writer's schema.
    pub json: String,
    /// The error of the decoder for its binary encoding.
    pub error: String,
    /// Why Avro's own decoder for Java may read something into the value nevertheless, where it is laxer than the specification.
    pub laxity: Option<Laxity>,
}

/// What Avro's decoder for Java does not refuse, as the specification has it. Decoders for other languages do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Laxity {
    /// It reads a record of another name.
    RecordName,
    /// It replaces what is not UTF-8 in bytes that become text.
    Utf8,
    /// It cuts or fills up a default that has not the size of its fixed type.
    DefaultSize,
}

impl fmt::Display for Laxity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::RecordName => "Avro's decoder for Java does not compare the names of records",
            Self::DefaultSize => "Avro's decoder for Java fits a default to the size of its fixed type",
            Self::Utf8 => "Avro's decoder for Java replaces bytes that are no UTF-8",
        })
    }
}

impl FailingValue {
    /// Whether both show the same.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.error == other.error && self.json == other.json
    }
}

impl fmt::Display for FailingValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.json.char_indices().nth(LONGEST) {
            Some((end, _)) => write!(f, "for example {}… fails: {}", &self.json[..end], self.error),
            None => write!(f, "for example {} fails: {}", self.json, self.error),
        }
    }
}

/// The outcome of decoding for the data that a finding is about.
pub(super) enum Verdict {
    /// No data gets there: it is not resolved that far, or otherwise.
    Unreached,
    /// The decoder reads all of it.
    Reads,
    /// Some of it cannot be read; the value is one that was tried out, if one could be made.
    Fails(Option<FailingValue>),
}

/// The decoder of a pair of schemas, on which values are tried out.
pub(super) struct Trial<'s> {
    writer: &'s Schema,
    reader: &'s Schema,
    resolution: Resolution,
    decoder: Decoder,
    budget: &'s Budget,
}

impl<'s> Trial<'s> {
    /// `None` when the schemas are too large, or the budget has ended.
    pub(super) fn new(writer: &'s Schema, reader: &'s Schema, budget: &'s Budget) -> Option<Self> {
        let steps = DEFAULT_BUDGET.min(budget.left());
        let resolution = Resolution::with_budget(writer, reader, steps).ok()?;
        let decoder = Decoder::with_resolution(writer, resolution.clone());
        let trial = Self { writer, reader, resolution, decoder, budget };
        trial.walk().then_some(trial)
    }

    /// Takes the steps of one walk over all pairs.
    fn walk(&self) -> bool {
        self.budget.spend(self.resolution.pairs().len() as u64)
    }

    /// The outcome for all data.
    pub(super) fn decoding(&self) -> DecodingOutcome {
        if self.resolution.certain_error(self.reader).is_some() {
            DecodingOutcome::Never
        } else if self.resolution.pairs().iter().any(fails) {
            DecodingOutcome::Sometimes
        } else {
            DecodingOutcome::Always
        }
    }

    /// The outcome for data that meets the pair of types of a finding.
    pub(super) fn judge(&self, finding: &Finding) -> Verdict {
        let branches = match &self.reader[finding.reader].kind {
            Kind::Union(branches) => branches.as_slice(),
            _ => &[],
        };
        let is_writer = |pair: &Pair| pair.writer == finding.writer;
        // Of two unions that are alike the branches are resolved, not the unions.
        let is_found = |pair: &Pair| {
            is_writer(pair) && (pair.reader == finding.reader || branches.contains(&pair.reader))
        };
        let found = if finding.kind == IncompatibilityKind::MissingUnionBranch {
            // The checker does not say which part of a branch does not fit.
            self.search(is_found, fails)
        } else {
            self.search(is_writer, |pair| {
                is_writer(pair)
                    && (pair.reader == finding.reader || matches!(pair.action, Action::Error(_)))
                    && fails(pair)
            })
        };
        match found {
            Some(failing) => Verdict::Fails(failing),
            None if self.resolution.pairs().iter().any(is_found) => Verdict::Reads,
            None => Verdict::Unreached,
        }
    }

    /// A value that fails wherever decoding does.
    pub(super) fn any(&self) -> Option<FailingValue> {
        self.search(|_| true, fails)?
    }

    /// A value that passes a pair of types and fails there or later. `None` when there is no way; no value when none of
    /// the shortest ways has one.
    fn search(
        &self,
        passes: impl Fn(&Pair) -> bool,
        ends: impl Fn(&Pair) -> bool,
    ) -> Option<Option<FailingValue>> {
        let mut blocked = vec![false; self.resolution.pairs().len()];
        if !self.walk() {
            return None;
        }
        let mut found = way(&self.resolution, &passes, &ends, &blocked)?;
        for _ in 0..MAX_WAYS {
            if !self.walk() {
                break;
            }
            match Sample::new(&self.resolution, self.writer).along(&found) {
                Ok(value) => return Some(self.try_out(value)),
                Err(None) => break,
                Err(Some(at)) => blocked[at] = true,
            }
            let Some(next) = way(&self.resolution, &passes, &ends, &blocked) else { break };
            found = next;
        }
        Some(None)
    }

    fn try_out(&self, value: Value) -> Option<FailingValue> {
        let writer = self.writer;
        let bytes = encode(writer, &value).ok()?;
        let error = self.decoder.decode(&bytes).err()?;
        let json = json_encoding::encode(writer, &value).ok()?;
        Some(FailingValue { value, json, error: error.to_string(), laxity: self.laxity(&error.problem) })
    }

    fn laxity(&self, problem: &DecodeProblem) -> Option<Laxity> {
        let mismatch = match problem {
            DecodeProblem::Utf8 => return Some(Laxity::Utf8),
            DecodeProblem::Mismatch(mismatch) => match &**mismatch {
                Mismatch::Default { reason: DefaultError::FixedSize { .. }, .. } => {
                    return Some(Laxity::DefaultSize);
                }
                mismatch => mismatch,
            },
            _ => return None,
        };
        let is_of_record = |pair: &Pair| {
            matches!(&pair.action, Action::Error(error) if *error == *mismatch)
                && matches!(self.writer[pair.writer].kind, Kind::Record(_))
        };
        let by_name = matches!(mismatch, Mismatch::Name { .. } | Mismatch::Branch { .. });
        (by_name && self.resolution.pairs().iter().any(is_of_record)).then_some(Laxity::RecordName)
    }
}

/// Whether data of a pair of types fails for itself, not for a part of it.
fn fails(pair: &Pair) -> bool {
    match &pair.action {
        Action::Error(_) => true,
        Action::Enum(symbols) => symbols.symbols.iter().any(Option::is_none),
        // Not all bytes are UTF-8.
        Action::Promote(Promotion::BytesToString) => true,
        _ => false,
    }
}

/// The shortest way from the root that passes a pair and ends, there or later, at another: pairs by number.
fn way(
    resolution: &Resolution,
    passes: impl Fn(&Pair) -> bool,
    ends: impl Fn(&Pair) -> bool,
    blocked: &[bool],
) -> Option<Vec<usize>> {
    let pairs = resolution.pairs();
    // A stop is a pair and whether the way has passed where it must.
    let mut before: Vec<[Option<(usize, bool)>; 2]> = vec![[None; 2]; pairs.len()];
    let mut seen = vec![[false; 2]; pairs.len()];
    let mut open = VecDeque::new();
    let root = resolution.root().index();
    if blocked[root] {
        return None;
    }
    let start = (root, passes(&pairs[root]));
    seen[root][usize::from(start.1)] = true;
    open.push_back(start);
    while let Some(stop @ (at, passed)) = open.pop_front() {
        if passed && ends(&pairs[at]) {
            let stops = std::iter::successors(Some(stop), |&(at, passed)| before[at][usize::from(passed)]);
            let mut way: Vec<usize> = stops.map(|(at, _)| at).collect();
            way.reverse();
            return Some(way);
        }
        for child in pairs[at].action.children().map(ActionId::index) {
            let passed = passed || passes(&pairs[child]);
            if !blocked[child] && !std::mem::replace(&mut seen[child][usize::from(passed)], true) {
                before[child][usize::from(passed)] = Some(stop);
                open.push_back((child, passed));
            }
        }
    }
    None
}
