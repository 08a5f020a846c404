//! Findings, kept small: a finding is a few numbers until it is reported, and the findings of a pair of types
//! are shared by all places that meet the pair again (compatibility §4).

use super::path::{PathId, Paths};
use super::{CheckError, Incompatibility, IncompatibilityKind};
use crate::schema::{Kind, NodeId, Schema};
use std::collections::{HashMap, HashSet};

/// More findings than this are not reported.
const MAX_REPORTED: usize = 100_000;
/// More text than this is not made: a path is as long as the schema is deep.
const MAX_TEXT: usize = 16 << 20;

/// One finding.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Finding {
    pub(crate) kind: IncompatibilityKind,
    pub(crate) reader: NodeId,
    pub(crate) writer: NodeId,
    pub(super) path: PathId,
    /// The reader's field, where it is one that matters.
    pub(crate) field: u32,
}

/// The findings of a pair of types: its own and those of its parts, in order.
#[derive(Debug, Clone)]
pub(super) enum Item {
    Own(Finding),
    Part(Findings),
}

/// The findings of a pair that was compared; an index into [`Ledger`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Findings(u32);

impl Findings {
    /// Those of a type that is never reported: that there are some is all that is known.
    pub(super) const UNREPORTED: Self = Self(u32::MAX);
}

#[derive(Default)]
pub(super) struct Ledger {
    lists: Vec<Box<[Item]>>,
}

impl Ledger {
    /// Keeps the findings of a pair; `None` when there are none.
    pub(super) fn keep(&mut self, items: Vec<Item>) -> Option<Findings> {
        match items.as_slice() {
            [] => None,
            [Item::Part(only)] => Some(*only),
            _ => {
                self.lists.push(items.into());
                Some(Findings(
                    u32::try_from(self.lists.len() - 1).expect("the budget bounds the number of pairs"),
                ))
            }
        }
    }

    fn items(&self, findings: Findings) -> std::slice::Iter<'_, Item> {
        self.lists.get(findings.0 as usize).map(|items| items.iter()).unwrap_or_default()
    }

    /// True as long as no pair had findings, so that no path is referred to.
    pub(super) fn is_empty(&self) -> bool {
        self.lists.is_empty()
    }

    /// Visits all findings in order, a shared one at each use, until `visit` fails.
    pub(super) fn each<E>(
        &self,
        findings: Option<Findings>,
        mut visit: impl FnMut(&Finding) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut open: Vec<std::slice::Iter<'_, Item>> = Vec::new();
        open.extend(findings.map(|list| self.items(list)));
        while let Some(items) = open.last_mut() {
            match items.next() {
                None => {
                    open.pop();
                }
                Some(Item::Part(list)) => open.push(self.items(*list)),
                Some(Item::Own(finding)) => visit(finding)?,
            }
        }
        Ok(())
    }
}

impl Finding {
    pub(super) fn reported(
        &self,
        messages: &mut Messages,
        paths: &Paths,
        reader: &Schema,
        writer: &Schema,
    ) -> Incompatibility {
        Incompatibility {
            kind: self.kind,
            path: paths.text(self.path),
            message: messages.of(self, reader, writer),
        }
    }
}

/// The messages of findings. The symbols that an enum lacks are looked for once, however many places share the finding.
#[derive(Default)]
pub(super) struct Messages {
    symbols: HashMap<(NodeId, NodeId), String>,
}

impl Messages {
    fn of(&mut self, finding: &Finding, reader: &Schema, writer: &Schema) -> String {
        if finding.kind != IncompatibilityKind::MissingEnumSymbols {
            return message(finding, reader, writer);
        }
        let pair = (finding.reader, finding.writer);
        self.symbols.entry(pair).or_insert_with(|| message(finding, reader, writer)).clone()
    }
}

/// The answer, as long as it stays within bounds.
#[derive(Default)]
pub(super) struct Report {
    pub(super) items: Vec<Incompatibility>,
    bytes: usize,
}

impl Report {
    pub(super) fn add(&mut self, item: Incompatibility) -> Result<(), CheckError> {
        self.bytes += item.path.len() + item.message.len();
        if self.items.len() == MAX_REPORTED || self.bytes > MAX_TEXT {
            return Err(CheckError::TooMany { findings: MAX_REPORTED, bytes: MAX_TEXT });
        }
        self.items.push(item);
        Ok(())
    }
}

fn message(finding: &Finding, reader: &Schema, writer: &Schema) -> String {
    let (reader, writer) = (&reader[finding.reader], &writer[finding.writer]);
    let spelled = |kind: &Kind| kind.type_name().to_ascii_uppercase();
    match finding.kind {
        IncompatibilityKind::NameMismatch => {
            format!("expected: {}", writer.name().map(ToString::to_string).unwrap_or_default())
        }
        IncompatibilityKind::FixedSizeMismatch => {
            let size = |kind: &Kind| match kind {
                Kind::Fixed(fixed) => fixed.size,
                _ => 0,
            };
            format!("expected: {}, found: {}", size(&writer.kind), size(&reader.kind))
        }
        IncompatibilityKind::MissingEnumSymbols => {
            let (Kind::Enum(reader), Kind::Enum(writer)) = (&reader.kind, &writer.kind) else {
                return String::new();
            };
            format!("[{}]", missing_symbols(&writer.symbols, &reader.symbols).join(", "))
        }
        IncompatibilityKind::ReaderFieldMissingDefaultValue => match &reader.kind {
            Kind::Record(record) => record.fields[finding.field as usize].name.clone(),
            _ => String::new(),
        },
        IncompatibilityKind::TypeMismatch => format!(
            "reader type: {} not compatible with writer type: {}",
            spelled(&reader.kind),
            spelled(&writer.kind)
        ),
        IncompatibilityKind::MissingUnionBranch => {
            format!("reader union lacking writer type: {}", spelled(&writer.kind))
        }
    }
}

/// The writer's symbols that the reader lacks, sorted as Java sorts text: by UTF-16 units.
pub(crate) fn missing_symbols<'s>(writer: &'s [String], reader: &[String]) -> Vec<&'s str> {
    if writer == reader {
        return Vec::new();
    }
    let known: HashSet<&str> = reader.iter().map(String::as_str).collect();
    let mut missing: Vec<&str> =
        writer.iter().map(String::as_str).filter(|symbol| !known.contains(symbol)).collect();
    missing.sort_unstable_by(|a, b| a.encode_utf16().cmp(b.encode_utf16()));
    missing
}
