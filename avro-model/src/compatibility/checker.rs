//! The comparison of two schemas, pair of types by pair of types (compatibility §1).
//!
//! It runs on a stack of its own, since a chain of records may be as long as the schema. The order of comparisons and
//! the memo of pairs are the reference's, because paths depend on them: the findings of a pair are those of its first
//! visit.

use super::findings::{Finding, Findings, Item, Ledger, Messages, Report};
use super::limits::CheckLimits;
use super::path::{PathId, Paths, Step};
use super::reader_names::ReaderNames;
use super::reader_symbols::ReaderSymbols;
use super::unreported::Unreported;
use super::writer_fields::{Match, WriterFields};
use super::{CheckError, Incompatibility, IncompatibilityKind as Found, Located};
use crate::resolution::Promotion;
use crate::schema::{Kind, NodeId, Record, Schema};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasherDefault, Hasher};

/// How many comparisons are made between two looks at memory and at whether the result is still wanted.
const LOOK_EVERY: u64 = 1_024;
/// From how many comparisons on it pays to know which types are never reported.
const LONG: u64 = 4 * LOOK_EVERY;
/// How many symbols of an enum are looked at in the time of a comparison.
const SYMBOLS_PER_STEP: u64 = 8;
/// How many aliases are looked at in the time of a comparison.
const NAMES_PER_STEP: u64 = 8;
/// Bytes of an entry of the memo: two numbers, the result, and the table's own byte, of slots that are half used.
const MEMO_BYTES: usize = 16;
/// Bytes of a finding: itself, and its part of the list that it is kept in.
const FINDING_BYTES: usize = 48;

pub(super) struct Checker<'s> {
    reader: &'s Schema,
    writer: &'s Schema,
    /// The type of the reader that the comparison began with.
    root: NodeId,
    limits: CheckLimits<'s>,
    spent: u64,
    /// How many of them were taken from the budget.
    taken: u64,
    /// The number of comparisons after which the limits are looked at again.
    next_look: u64,
    memo: HashMap<(NodeId, NodeId), Memo, BuildHasherDefault<PairHasher>>,
    paths: Paths,
    ledger: Ledger,
    /// Findings that were noted so far.
    noted: usize,
    names: ReaderNames<'s>,
    symbols: ReaderSymbols<'s>,
    fields: WriterFields<'s>,
    /// Known as soon as the comparison turns out to be a long one.
    unreported: Option<Unreported>,
    stack: Vec<Frame<'s>>,
}

/// A hash of two node numbers, which nobody can choose freely: one multiplication for each.
#[derive(Default)]
struct PairHasher(u64);

impl Hasher for PairHasher {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.write_u32(u32::from(byte)));
    }

    fn write_u32(&mut self, number: u32) {
        self.0 = (self.0 ^ u64::from(number)).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[derive(Clone, Copy)]
enum Memo {
    /// Being compared further up: taken for compatible, which ends recursion.
    InProgress,
    Done(Option<Findings>),
}

/// A pair of types that is being compared.
struct Frame<'s> {
    reader: NodeId,
    writer: NodeId,
    path: PathId,
    /// How many paths there were before; without findings they are not needed any more.
    paths_before: usize,
    items: Vec<Item>,
    rest: Rest<'s>,
    memoised: bool,
    /// Whether it only matters if there is a finding.
    unreported: bool,
}

/// The parts of a pair that are still to be compared.
enum Rest<'s> {
    /// The one part of an array or a map.
    Part(Option<(NodeId, NodeId, Step)>),
    /// Fields of the reader from `next` on.
    Fields { reader: &'s Record, writer: &'s Record, next: usize, path: PathId },
    /// Branches of a writer's union against a reader that is none; each one's findings count.
    WriterBranches { branches: &'s [NodeId], next: usize },
    /// Branches of a writer's union against the whole reader's union; a branch with findings is one finding.
    BothUnions { branches: &'s [NodeId], next: usize },
    /// Branches of a reader's union of which one must fit.
    ReaderBranches { branches: &'s [NodeId], next: usize },
}

/// The next step of a comparison.
enum Next {
    Compare { reader: NodeId, writer: NodeId, path: PathId },
    Finished,
}

impl<'s> Checker<'s> {
    pub(super) fn new(reader: &'s Schema, writer: &'s Schema, limits: CheckLimits<'s>) -> Self {
        Self {
            reader,
            writer,
            root: reader.root(),
            limits,
            spent: 0,
            taken: 0,
            next_look: 0,
            memo: HashMap::default(),
            paths: Paths::default(),
            ledger: Ledger::default(),
            noted: 0,
            names: ReaderNames::default(),
            symbols: ReaderSymbols::default(),
            fields: WriterFields::default(),
            unreported: None,
            stack: Vec::new(),
        }
    }

    pub(super) fn run(mut self) -> Result<Vec<Incompatibility>, CheckError> {
        let findings = self.compare_all(self.reader.root(), self.writer.root())?;
        let (mut report, mut messages) = (Report::default(), Messages::default());
        self.ledger.each(findings, |finding| {
            self.limits.take(1)?;
            report.add(finding.reported(&mut messages, &self.paths, self.reader, self.writer))
        })?;
        Ok(report.items)
    }

    /// The findings of two types, each with its place: at most `most`.
    pub(super) fn located(
        &mut self,
        reader: NodeId,
        writer: NodeId,
        most: usize,
    ) -> Result<Vec<Located>, CheckError> {
        let findings = self.compare_all(reader, writer)?;
        let (mut located, mut messages) = (Vec::new(), Messages::default());
        self.ledger
            .each(findings, |finding| {
                if located.len() < most {
                    located.push(Located {
                        finding: *finding,
                        steps: self.paths.steps(finding.path),
                        item: finding.reported(&mut messages, &self.paths, self.reader, self.writer),
                    });
                }
                if located.len() < most { Ok(()) } else { Err(()) }
            })
            .ok();
        Ok(located)
    }

    fn compare_all(&mut self, reader: NodeId, writer: NodeId) -> Result<Option<Findings>, CheckError> {
        self.root = reader;
        let mut returned = self.compare(reader, writer, PathId::ROOT)?;
        loop {
            let Some(mut frame) = self.stack.pop() else {
                self.take_spent()?;
                return Ok(returned.flatten());
            };
            if let Some(findings) = returned.take() {
                self.take(&mut frame, findings);
            }
            match self.next(&mut frame)? {
                Next::Compare { reader, writer, path } => {
                    self.stack.push(frame);
                    returned = self.compare(reader, writer, path)?;
                }
                Next::Finished => returned = Some(self.finish(frame)),
            }
        }
    }

    /// The comparisons that were made.
    pub(super) fn spent(&self) -> u64 {
        self.spent
    }

    fn spend(&mut self, steps: u64) -> Result<(), CheckError> {
        self.spent += steps;
        if self.spent >= self.next_look { self.look() } else { Ok(()) }
    }

    /// Looks at what was taken so far.
    #[cold]
    fn look(&mut self) -> Result<(), CheckError> {
        self.spent += self.names.take_looked_at() / NAMES_PER_STEP;
        self.limits.allow(self.spent, self.memory())?;
        self.take_spent()?;
        if self.spent >= LONG && self.unreported.is_none() {
            self.unreported = Some(Unreported::of(self.reader, self.root));
        }
        self.next_look = (self.spent + LOOK_EVERY).min(self.limits.steps + 1);
        Ok(())
    }

    /// Takes what was spent from the budget of more than this comparison.
    fn take_spent(&mut self) -> Result<(), CheckError> {
        let untaken = self.spent - std::mem::replace(&mut self.taken, self.spent);
        self.limits.take(untaken)
    }

    /// About how many bytes are taken by what has to be remembered.
    fn memory(&self) -> usize {
        self.memo.capacity() * MEMO_BYTES
            + self.noted * FINDING_BYTES
            + self.paths.bytes()
            + self.symbols.bytes()
            + self.stack.capacity() * size_of::<Frame<'_>>()
    }

    /// Whether two types differ in kind or name, which for a type that is never reported is all there is to know.
    fn differs_at_sight(&mut self, reader: NodeId, writer: NodeId) -> bool {
        match (&self.reader[reader].kind, &self.writer[writer].kind) {
            (Kind::Record(r), Kind::Record(w)) => !self.names.matches(reader, &r.name, &r.aliases, &w.name),
            (Kind::Enum(r), Kind::Enum(w)) => !self.names.matches(reader, &r.name, &r.aliases, &w.name),
            (Kind::Fixed(r), Kind::Fixed(w)) => !self.names.matches(reader, &r.name, &r.aliases, &w.name),
            (Kind::Union(_), _) | (_, Kind::Union(_)) => false,
            (r, w) => !readable(r, w),
        }
    }

    /// Compares a pair: the findings at once, or `None` when a frame was pushed that will give them.
    fn compare(
        &mut self,
        reader: NodeId,
        writer: NodeId,
        path: PathId,
    ) -> Result<Option<Option<Findings>>, CheckError> {
        self.spend(1)?;
        let unreported = self.unreported.as_ref().is_some_and(|set| set.contains(reader));
        if unreported && self.differs_at_sight(reader, writer) {
            return Ok(Some(Some(Findings::UNREPORTED)));
        }
        let (reader_node, writer_node) = (&self.reader[reader], &self.writer[writer]);
        // A pair without a named type is reached in one way only, from the pair around it.
        let memoised = reader_node.name().is_some() || writer_node.name().is_some();
        if memoised {
            match self.memo.entry((reader, writer)) {
                Entry::Occupied(entry) => {
                    return Ok(Some(match entry.get() {
                        Memo::InProgress => None,
                        Memo::Done(findings) => *findings,
                    }));
                }
                Entry::Vacant(entry) => {
                    entry.insert(Memo::InProgress);
                }
            }
        }
        let paths_before = self.paths.len();
        let mut items = Vec::new();
        let own = |kind, path| Item::Own(Finding { kind, reader, writer, path, field: 0 });
        let rest = match (&reader_node.kind, &writer_node.kind) {
            (Kind::Array(r), Kind::Array(w)) => Rest::Part(Some((*r, *w, Step::Items))),
            (Kind::Map(r), Kind::Map(w)) => Rest::Part(Some((*r, *w, Step::Values))),
            (Kind::Fixed(r), Kind::Fixed(w)) => {
                if !self.names.matches(reader, &r.name, &r.aliases, &w.name) {
                    items.push(own(Found::NameMismatch, self.paths.step(path, Step::Name)));
                }
                if r.size != w.size {
                    items.push(own(Found::FixedSizeMismatch, self.paths.step(path, Step::Size)));
                }
                Rest::Part(None)
            }
            (Kind::Enum(r), Kind::Enum(w)) => {
                if !self.names.matches(reader, &r.name, &r.aliases, &w.name) {
                    items.push(own(Found::NameMismatch, self.paths.step(path, Step::Name)));
                }
                if r.default.is_none() && w.symbols != r.symbols {
                    self.spend((r.symbols.len() + w.symbols.len()) as u64 / SYMBOLS_PER_STEP)?;
                }
                if r.default.is_none() && self.symbols.lacks_any(reader, r, w) {
                    items.push(own(Found::MissingEnumSymbols, self.paths.step(path, Step::Symbols)));
                }
                Rest::Part(None)
            }
            (Kind::Record(r), Kind::Record(w)) => {
                if !self.names.matches(reader, &r.name, &r.aliases, &w.name) {
                    items.push(own(Found::NameMismatch, self.paths.step(path, Step::Name)));
                }
                let path = self.paths.step(path, Step::Fields);
                Rest::Fields { reader: r, writer: w, next: 0, path }
            }
            (Kind::Union(_), Kind::Union(branches)) => Rest::BothUnions { branches, next: 0 },
            (_, Kind::Union(branches)) => Rest::WriterBranches { branches, next: 0 },
            (Kind::Union(branches), _) => Rest::ReaderBranches { branches, next: 0 },
            (r, w) => {
                if !readable(r, w) {
                    items.push(own(Found::TypeMismatch, path));
                }
                Rest::Part(None)
            }
        };
        self.noted += if unreported { 0 } else { items.len() };
        let frame = Frame { reader, writer, path, paths_before, items, rest, memoised, unreported };
        if matches!(frame.rest, Rest::Part(None)) {
            return Ok(Some(self.finish(frame)));
        }
        self.stack.push(frame);
        Ok(None)
    }

    /// The next comparison inside a pair.
    fn next(&mut self, frame: &mut Frame<'s>) -> Result<Next, CheckError> {
        if frame.unreported && !frame.items.is_empty() {
            return Ok(Next::Finished);
        }
        Ok(match &mut frame.rest {
            Rest::Part(part) => match part.take() {
                Some((reader, writer, step)) => {
                    Next::Compare { reader, writer, path: self.paths.step(frame.path, step) }
                }
                None => Next::Finished,
            },
            Rest::Fields { .. } => return self.next_field(frame),
            Rest::WriterBranches { branches, next } => match branches.get(*next) {
                Some(&writer) => {
                    let path = self.paths.step(frame.path, Step::Index(number(*next)));
                    *next += 1;
                    Next::Compare { reader: frame.reader, writer, path }
                }
                None => Next::Finished,
            },
            // Inside a union the reference begins a path of its own.
            Rest::BothUnions { branches, next } => match branches.get(*next) {
                Some(&writer) => {
                    *next += 1;
                    Next::Compare { reader: frame.reader, writer, path: PathId::ROOT }
                }
                None => Next::Finished,
            },
            Rest::ReaderBranches { branches, next } => match branches.get(*next) {
                Some(&reader) => {
                    *next += 1;
                    Next::Compare { reader, writer: frame.writer, path: PathId::ROOT }
                }
                None => {
                    let Frame { reader, writer, path, .. } = *frame;
                    let kind = Found::MissingUnionBranch;
                    self.noted += usize::from(!frame.unreported);
                    frame.items.push(Item::Own(Finding { kind, reader, writer, path, field: 0 }));
                    Next::Finished
                }
            },
        })
    }

    fn next_field(&mut self, frame: &mut Frame<'s>) -> Result<Next, CheckError> {
        let Rest::Fields { reader, writer, next, path } = &mut frame.rest else { return Ok(Next::Finished) };
        let path = *path;
        while let Some(field) = reader.fields.get(*next) {
            self.spend(1)?;
            let place = *next;
            *next += 1;
            let part = match self.fields.find(frame.writer, writer, field, place) {
                Match::One(part) => part,
                Match::Several => return Err(self.ambiguous(frame.writer, field, place)),
                Match::None if field.default.is_some() => continue,
                Match::None => match &self.reader[field.schema].kind {
                    // The reference's slip: it compares such an enum with the whole record of the writer.
                    Kind::Enum(definition) if definition.default.is_some() => frame.writer,
                    _ => {
                        let path = self.paths.step(path, Step::Index(number(place)));
                        self.noted += usize::from(!frame.unreported);
                        frame.items.push(Item::Own(Finding {
                            kind: Found::ReaderFieldMissingDefaultValue,
                            reader: frame.reader,
                            writer: frame.writer,
                            path,
                            field: number(place),
                        }));
                        continue;
                    }
                },
            };
            let path = self.paths.step(path, Step::Index(number(place)));
            let path = self.paths.step(path, Step::Type);
            return Ok(Next::Compare { reader: field.schema, writer: part, path });
        }
        Ok(Next::Finished)
    }

    /// Takes the findings of a comparison inside a pair.
    fn take(&mut self, frame: &mut Frame<'s>, findings: Option<Findings>) {
        let already = frame.items.len();
        match (&mut frame.rest, findings) {
            (Rest::BothUnions { branches, next }, Some(_)) => {
                let place = *next - 1;
                let path = self.paths.step(frame.path, Step::Index(number(place)));
                let (reader, writer) = (frame.reader, branches[place]);
                frame.items.push(Item::Own(Finding {
                    kind: Found::MissingUnionBranch,
                    reader,
                    writer,
                    path,
                    field: 0,
                }));
            }
            (Rest::ReaderBranches { .. }, Some(_)) => {}
            // A branch that fits is enough.
            (Rest::ReaderBranches { .. }, None) => frame.rest = Rest::Part(None),
            (_, Some(findings)) => frame.items.push(Item::Part(findings)),
            (_, None) => {}
        }
        self.noted += if frame.unreported { 0 } else { frame.items.len() - already };
    }

    /// The findings of a pair, remembered.
    fn finish(&mut self, frame: Frame<'s>) -> Option<Findings> {
        let found = !frame.items.is_empty();
        let findings = if frame.unreported {
            found.then_some(Findings::UNREPORTED)
        } else {
            self.ledger.keep(frame.items)
        };
        if frame.memoised {
            self.memo.insert((frame.reader, frame.writer), Memo::Done(findings));
        }
        if frame.unreported || (!found && self.ledger.is_empty()) {
            self.paths.forget(frame.paths_before);
        }
        findings
    }

    fn ambiguous(&self, writer: NodeId, field: &crate::schema::Field, position: usize) -> CheckError {
        CheckError::AmbiguousField {
            field: field.name.clone(),
            field_type: self.reader[field.schema].kind.type_name().to_ascii_uppercase(),
            position,
            writer: self.writer.resolved_text_of(writer),
        }
    }
}

/// Whether the writer's type is the reader's or is promoted to it. Both are no unions.
fn readable(reader: &Kind, writer: &Kind) -> bool {
    std::mem::discriminant(reader) == std::mem::discriminant(writer)
        || Promotion::between(writer, reader).is_some()
}

fn number(index: usize) -> u32 {
    u32::try_from(index).expect("a schema has less than 2^31 parts")
}
