//! Whether the schemas of a version go with those of an older one, and who breaks if not.

use super::version::{Subject, Version};
use crate::locate::{Definitions, Text};
use crate::report::{Diagnostic, Place, Severity};
use avro_model::compatibility::{IncompatibilityKind, Wording};
use avro_model::explanation::{
    AffectedReaders, CompatibilityReport, DecodingOutcome, Explanation, FailingValue, NamedPart, explain,
};
use avro_model::{Kind, Schema};
use clap::ValueEnum;
use std::collections::{HashMap, HashSet};

/// What must be able to read what, as the registry means it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Level {
    /// Nothing.
    None,
    /// The new schema reads data of the latest old one.
    Backward,
    /// The new schema reads data of all old ones.
    BackwardTransitive,
    /// The latest old schema reads data of the new one.
    Forward,
    /// All old schemas read data of the new one.
    ForwardTransitive,
    /// Both, for the latest old schema.
    Full,
    /// Both, for all old schemas.
    FullTransitive,
}

impl Level {
    pub(super) fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    pub(super) fn is_transitive(self) -> bool {
        matches!(self, Self::BackwardTransitive | Self::ForwardTransitive | Self::FullTransitive)
    }

    fn directions(self) -> &'static [Wording] {
        match self {
            Self::None => &[],
            Self::Backward | Self::BackwardTransitive => &[Wording::NewReadsOld],
            Self::Forward | Self::ForwardTransitive => &[Wording::OldReadsNew],
            Self::Full | Self::FullTransitive => &[Wording::NewReadsOld, Wording::OldReadsNew],
        }
    }
}

/// What became of a schema since a version.
pub(super) struct Verdict {
    pub(super) name: String,
    pub(super) status: Status,
    /// The version that it was compared with.
    pub(super) against: String,
}

impl Verdict {
    pub(super) fn new(name: String, status: Status, against: &str) -> Self {
        Self { name, status, against: against.to_owned() }
    }
}

pub(super) enum Status {
    Unchanged,
    New,
    Removed,
    /// Changed, maybe under another name before, with the number of incompatibilities.
    Changed {
        before: Option<String>,
        level: Level,
        problems: usize,
        /// What there is to say of each direction of the level.
        reports: Vec<(Wording, CompatibilityReport)>,
    },
}

/// What a comparison has to say.
#[derive(Default)]
pub(super) struct Compared {
    pub(super) verdicts: Vec<Verdict>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl Compared {
    fn add(&mut self, (verdict, diagnostics): (Verdict, Vec<Diagnostic>)) {
        self.verdicts.push(verdict);
        self.diagnostics.extend(diagnostics);
    }
}

/// Compares all schemas with those of an older version.
pub(super) fn compare(new: &Version, old: &Version, level: Level) -> Compared {
    let (subjects, before) = (new.subjects(), old.subjects());
    let texts = (Definitions::of(new.reading.defining()), Definitions::of(old.reading.defining()));
    let mut compared = Compared::default();
    let mut left: HashSet<usize> = (0..before.len()).collect();
    for (subject, found) in subjects.iter().zip(pairs(&subjects, &before)) {
        let Some(found) = found else {
            compared.verdicts.push(Verdict::new(subject.called(), Status::New, &old.label));
            continue;
        };
        left.remove(&found);
        let comparison = Comparison { new, old, texts: (&texts.0, &texts.1), subject, other: &before[found] };
        compared.add(comparison.judge(level));
    }
    let mut left: Vec<usize> = left.into_iter().collect();
    left.sort_unstable();
    let removed = |number: usize| Verdict::new(before[number].called(), Status::Removed, &old.label);
    compared.verdicts.extend(left.into_iter().map(removed));
    compared
}

/// Compares the schema that an older one became, which stands alone in `old`. `texts` are the definitions of `new`.
pub(super) fn compare_one(
    new: &Version,
    texts: &Definitions<'_>,
    subject: &Subject<'_>,
    old: &Version,
    level: Level,
) -> Compared {
    let before = Definitions::of(old.reading.defining());
    let mut compared = Compared::default();
    if let [other] = &*old.subjects() {
        compared.add(Comparison { new, old, texts: (texts, &before), subject, other }.judge(level));
    }
    compared
}

/// For each new schema the old one: of its name, else of one of its aliases, else of its file.
pub(super) fn pairs(new: &[Subject<'_>], old: &[Subject<'_>]) -> Vec<Option<usize>> {
    // Two files that were given as such belong together whatever they are called.
    pairs_of(new, old, new.len() == 1 && old.len() == 1)
}

/// [`pairs`], with or without taking those that stand alone for a pair.
pub(super) fn pairs_of(new: &[Subject<'_>], old: &[Subject<'_>], alone: bool) -> Vec<Option<usize>> {
    let named: HashMap<_, usize> =
        old.iter().zip(0..).filter_map(|(subject, number)| Some((subject.name?, number))).collect();
    let mut pairs: Vec<Option<usize>> =
        new.iter().map(|subject| subject.name.and_then(|name| named.get(name).copied())).collect();
    let mut taken: HashSet<usize> = pairs.iter().flatten().copied().collect();
    let mut search = |pairs: &mut Vec<Option<usize>>, find: &dyn Fn(&Subject<'_>) -> Option<usize>| {
        for (subject, pair) in new.iter().zip(pairs.iter_mut()).filter(|(_, pair)| pair.is_none()) {
            *pair = find(subject).filter(|number| taken.insert(*number));
        }
    };
    search(&mut pairs, &|subject| {
        let schema = subject.schema;
        let aliases = match &schema[schema.root()].kind {
            Kind::Record(record) => &record.aliases,
            Kind::Enum(definition) => &definition.aliases,
            Kind::Fixed(fixed) => &fixed.aliases,
            _ => return None,
        };
        aliases.iter().find_map(|alias| named.get(alias).copied())
    });
    let roots = |subject: &Subject<'_>, others: &[Subject<'_>]| {
        others.iter().filter(|other| other.file == subject.file).count() == 1
    };
    search(&mut pairs, &|subject| {
        let same_file = || old.iter().position(|other| other.file == subject.file && roots(other, old));
        if alone { Some(0) } else { same_file().filter(|_| roots(subject, new)) }
    });
    pairs
}

/// A new schema and the old one.
struct Comparison<'c> {
    new: &'c Version,
    old: &'c Version,
    /// Those of `new` and of `old`.
    texts: (&'c Definitions<'c>, &'c Definitions<'c>),
    subject: &'c Subject<'c>,
    other: &'c Subject<'c>,
}

impl Comparison<'_> {
    fn judge(&self, level: Level) -> (Verdict, Vec<Diagnostic>) {
        let Self { subject, other, old, .. } = self;
        let verdict = |status| Verdict::new(subject.called(), status, &old.label);
        if subject.schema.canonical_text() == other.schema.canonical_text() {
            return (verdict(Status::Unchanged), Vec::new());
        }
        let mut found = Vec::new();
        let mut reports = Vec::new();
        for direction in level.directions() {
            match explain(subject.schema, other.schema, *direction) {
                Ok(report) => {
                    found.extend(self.tell(&report, *direction));
                    reports.push((*direction, report));
                }
                Err(error) => {
                    let message =
                        format!("{} cannot be compared with {}: {error}", subject.called(), old.label);
                    found.push(Diagnostic::new(Severity::Error, message).at(self.root()));
                }
            }
        }
        let problems = found.iter().filter(|one| one.severity == Severity::Error).count();
        let before = (subject.called() != other.called()).then(|| other.called());
        (verdict(Status::Changed { before, level, problems, reports }), found)
    }

    fn tell(&self, report: &CompatibilityReport, direction: Wording) -> Vec<Diagnostic> {
        let mut shown: Vec<&FailingValue> = Vec::new();
        let mut entries: Vec<Diagnostic> = Vec::new();
        for explanation in &report.explanations {
            let failing = explanation.failing.as_ref().filter(|failing| {
                !shown.iter().any(|one| (&one.json, &one.error) == (&failing.json, &failing.error))
            });
            entries.push(self.entry(explanation, failing));
            shown.extend(failing);
        }
        if let Some(last) = entries.last_mut() {
            self.complete(last, report);
        } else if matches!(report.decoding, DecodingOutcome::Sometimes | DecodingOutcome::Never) {
            entries.extend(report.overlooked.as_ref().map(|failing| self.overlooked(direction, failing)));
        }
        entries
    }

    fn entry(&self, explanation: &Explanation, failing: Option<&FailingValue>) -> Diagnostic {
        let who = who(explanation.affected);
        let incompatibility = &explanation.incompatibility;
        let (attribute, what) = match incompatibility.kind {
            IncompatibilityKind::NameMismatch => ("name", "the name differs"),
            IncompatibilityKind::FixedSizeMismatch => ("size", "the size differs"),
            IncompatibilityKind::MissingEnumSymbols => ("symbols", "symbols are missing"),
            IncompatibilityKind::ReaderFieldMissingDefaultValue => ("name", "the field has no default"),
            IncompatibilityKind::TypeMismatch => ("type", "the type differs"),
            IncompatibilityKind::MissingUnionBranch => ("type", "a branch is missing"),
        };
        let mut entry = Diagnostic::new(Severity::Error, format!("{}: {who}", explanation.place));
        entry.rule = Some(incompatibility.kind.to_string());
        let place = place(self.texts.0, &explanation.new_part, self.subject.schema, attribute);
        entry = entry.at(place.unwrap_or_else(|| self.root()));
        let before = place_of_old(self.texts.1, explanation, self.other.schema, attribute);
        entry.related.extend(before.map(|place| (format!("in {}", self.old.label), place)));
        let path = &incompatibility.path;
        entry.notes.push(format!("{what}: {} (at {path} of the reader)", incompatibility.message));
        entry.notes.extend(failing.into_iter().flat_map(notes_of));
        if explanation.disputed {
            entry
                .notes
                .push("a decoder that follows the specification reads the data here nevertheless".to_owned());
        }
        entry.help = explanation.change.as_ref().map(ToString::to_string);
        entry
    }

    /// What is to be said behind all entries.
    fn complete(&self, last: &mut Diagnostic, report: &CompatibilityReport) {
        if report.omitted > 0 {
            last.notes.push(format!("and {} more of {}", report.omitted, self.subject.called()));
        }
        let said = |change| report.explanations.iter().any(|one| one.change.as_ref() == Some(change));
        let also =
            report.changes.iter().filter(|change| !said(change)).map(|change| format!("also: {change}"));
        last.notes.extend(also);
        if report.repaired.is_none() {
            last.notes
                .push("no small change of the new schema that was tried makes it compatible".to_owned());
        }
        if let Some(failing) = &report.overlooked {
            last.notes.push(format!(
                "with these changes the checker accepts it, but a decoder still cannot read all data: {failing}"
            ));
        }
    }

    /// Data that cannot be read though the registry's checker accepts the pair.
    fn overlooked(&self, direction: Wording, failing: &FailingValue) -> Diagnostic {
        let message = format!(
            "{}: {}, though the registry's check accepts it",
            self.subject.called(),
            who(direction.into())
        );
        let mut entry = Diagnostic::new(Severity::Warning, message).at(self.root());
        entry.rule = Some("overlooked".to_owned());
        entry.notes.extend(notes_of(failing));
        entry
    }

    /// The place of the new schema as a whole.
    fn root(&self) -> Place {
        let named = self.subject.name.and_then(|name| self.texts.0.of_type(name, "name"));
        named.unwrap_or_else(|| {
            let source = &self.new.reading.sources[self.subject.source];
            Text::File(source).place(&[])
        })
    }
}

/// A value that fails, and who may not notice.
fn notes_of(failing: &FailingValue) -> impl Iterator<Item = String> {
    let laxity = failing.laxity.map(|laxity| format!("{laxity}, and may read it"));
    std::iter::once(failing.to_string()).chain(laxity)
}

fn who(affected: AffectedReaders) -> &'static str {
    match affected {
        AffectedReaders::NewReaders => "readers with the new schema cannot read old data",
        AffectedReaders::OldReaders => "readers with the old schema cannot read new data",
    }
}

/// The place of what an incompatibility is about in the texts of the old version, where that is another one than in the new.
fn place_of_old(
    texts: &Definitions<'_>,
    explanation: &Explanation,
    schema: &Schema,
    attribute: &str,
) -> Option<Place> {
    let old = &explanation.old_part;
    // The old record of a field that is new says nothing.
    let nothing = explanation.incompatibility.kind == IncompatibilityKind::ReaderFieldMissingDefaultValue
        && old.field.is_none();
    if nothing { None } else { place(texts, old, schema, attribute) }
}

fn place(texts: &Definitions<'_>, part: &NamedPart, schema: &Schema, attribute: &str) -> Option<Place> {
    let name = part.type_name.as_ref().or_else(|| schema[schema.root()].name())?;
    match &part.field {
        Some(field) => texts.of_field(name, field, attribute),
        None => texts.of_type(name, attribute),
    }
}
