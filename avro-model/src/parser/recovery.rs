//! Reading on behind a fault, so that one reading tells all of them.
//!
//! A part that cannot be read is replaced by one that stands for anything: what depends on it is not judged.

use super::Document;
use super::builder::{Builder, Extent, Fault, PENDING, Place, Task};
use super::error::{FirstDefinition, ParseError, ParseProblem};
use super::pending::Pending;
use crate::json::{Json, Raw};
use crate::schema::{Field, Kind, Node, NodeId, Order, Properties, Schema};
use std::collections::{BTreeSet, HashSet};

/// More faults than this are not reported.
const MAX_FAULTS: usize = 1_000;

/// Documents that were read, and the errors of those that could not be.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct EachDocument {
    /// The schema of each document, self-contained; `None` when it, or a document that it uses, has an error.
    pub schemas: Vec<Option<Schema>>,
    /// The errors, each with the number of its document.
    pub errors: Vec<(usize, ParseError)>,
}

/// What was passed over.
#[derive(Default)]
pub(super) struct Passed {
    faults: Vec<Fault>,
    /// Simple names of definitions that were not read.
    names: HashSet<String>,
}

/// What becomes of a fault: it ends the reading, or is kept with the others.
pub(super) enum Faults<'f> {
    First,
    All(&'f mut Vec<Fault>),
}

impl Faults<'_> {
    pub(super) fn add(&mut self, fault: Fault) -> Result<(), Fault> {
        match self {
            Self::All(faults) if faults.len() < MAX_FAULTS => faults.push(fault),
            _ => return Err(fault),
        }
        Ok(())
    }

    pub(super) fn goes_on(&self) -> bool {
        matches!(self, Self::All(_))
    }
}

/// What is left when a task failed, and what stands for its result.
pub(super) struct Left {
    tasks: usize,
    parts: usize,
    fields: usize,
    /// The name of the field that is to be made; empty when that is what cannot be read.
    field: Option<String>,
    place: Place,
    /// The simple name of the definition that is to be made.
    name: Option<String>,
}

impl Builder<'_> {
    /// What would be left without this task.
    pub(super) fn before(&self, task: &Task<'_, '_>, tasks: usize) -> Left {
        let text = |json: &Raw<'_>| json.get("name").and_then(Raw::as_str).map(str::to_owned);
        let (taken_parts, taken_fields, field, place, json) = match task {
            Task::Schema { json, place, .. } => (0, 0, None, *place, Some(*json)),
            Task::Collection { place, .. } => (1, 0, None, *place, None),
            Task::Union { count, place } => (*count, 0, None, *place, None),
            Task::Field { place, .. } => (0, 0, Some(String::new()), *place, None),
            Task::FinishField { json, place } => (1, 0, text(json), *place, None),
            Task::Record { json, count, place, .. } => (0, *count, None, *place, Some(*json)),
        };
        Left {
            tasks,
            parts: self.parts.len() - taken_parts,
            fields: self.fields.len() - taken_fields,
            field,
            place,
            name: json.and_then(|json| simple(&text(json)?)),
        }
    }

    /// Keeps a fault and goes on as if something had been read there.
    pub(super) fn pass_over(
        &mut self,
        fault: Fault,
        left: Left,
        tasks: &mut Vec<Task<'_, '_>>,
    ) -> Result<(), Fault> {
        let Some(passed) = &mut self.passed else { return Err(fault) };
        if matches!(fault.2, ParseProblem::Stopped(_) | ParseProblem::TooManyNodes { .. }) {
            return Err(fault);
        }
        Faults::All(&mut passed.faults).add(fault)?;
        passed.names.extend(left.name);
        tasks.truncate(left.tasks);
        self.parts.truncate(left.parts);
        self.fields.truncate(left.fields);
        let schema = self.unread(left.place);
        match left.field {
            Some(name) => self.fields.push((unread_field(name, schema), false)),
            None => self.parts.push(schema),
        }
        Ok(())
    }

    /// A part that stands for anything.
    fn unread(&mut self, place: Place) -> NodeId {
        let number = u32::try_from(self.pending.len()).expect("limits keep counts below 2^31");
        self.pending.push(Pending {
            written: "".into(),
            full: "".into(),
            place,
            in_object: false,
            target: None,
            unread: true,
        });
        NodeId::from_raw(PENDING + number)
    }

    /// Looks up the names of all documents and checks what waited for them.
    fn settle_each(&mut self, faults: &mut Vec<Fault>, unread: &HashSet<String>) -> Result<(), Fault> {
        for index in 0..self.pending.len() {
            let pending = &self.pending[index];
            self.step(pending.place)?;
            if pending.unread {
                continue;
            }
            let target = self.names.get(&pending.full).or_else(|| self.names.get(&pending.written));
            if target.is_none() && !simple(&pending.written).is_some_and(|name| unread.contains(&name)) {
                Faults::All(faults).add(self.undefined(pending))?;
            }
            self.pending[index].target = target;
        }
        self.check_settled_into(Extent::default(), &mut Faults::All(faults))
    }

    /// Lets all that could not be read be one node, which is given.
    fn link_each(&mut self) -> NodeId {
        let anything = NodeId::from_raw(u32::try_from(self.nodes.len()).expect("nodes are below 2^31"));
        let (kind, properties) = (Kind::Null, Properties::new());
        self.nodes.push(Node { kind, logical: None, properties, external: false });
        for pending in &mut self.pending {
            pending.target.get_or_insert(anything);
        }
        self.link(Extent::default());
        anything
    }
}

fn unread_field(name: String, schema: NodeId) -> Field {
    Field {
        name,
        doc: None,
        schema,
        // So that no value of the record is said to lack it.
        default: Some(Json::Null),
        order: Order::Ascending,
        aliases: Vec::new(),
        properties: Properties::new(),
    }
}

/// The simple part of a name.
fn simple(name: &str) -> Option<String> {
    name.rsplit('.').next().filter(|name| !name.is_empty()).map(str::to_owned)
}

/// Reads each document as far as it goes.
pub(super) fn parse_each(
    mut builder: Builder<'_>,
    documents: &[Document<'_>],
    elsewhere: &[String],
) -> EachDocument {
    builder.names.deferred = true;
    builder.passed = Some(Passed::default());
    let mut errors = Vec::new();
    let mut starts = Vec::with_capacity(documents.len());
    let mut roots = Vec::with_capacity(documents.len());
    let mut unread: HashSet<String> = elsewhere.iter().cloned().collect();
    for (number, document) in documents.iter().enumerate() {
        starts.push(builder.extent().places);
        match builder.read(document.text, Some(document.name)) {
            Ok(parsed) => roots.push(Some(parsed.root)),
            Err(error) => {
                errors.push((number, error));
                unread.extend(seemingly_defined(document.text));
                roots.push(None);
            }
        }
    }
    let passed = builder.passed.take().unwrap_or_default();
    unread.extend(passed.names);
    let mut faults = passed.faults;
    if let Err(fault) = builder.settle_each(&mut faults, &unread) {
        faults.push(fault);
    }
    let document_of = |place: Place| starts.partition_point(|start| *start <= place as usize) - 1;
    let mut faulty: BTreeSet<usize> = errors.iter().map(|(number, _)| *number).collect();
    faulty.extend(faults.iter().map(|fault| document_of(fault.0)));
    let anything = builder.link_each();
    let mut firsts = Vec::new();
    for &(first, second, place) in &builder.repeated {
        let first_place = builder.place_of(first);
        if faulty.contains(&document_of(place)) || faulty.contains(&document_of(first_place)) {
            continue;
        }
        if !builder.repeats(second, first) && firsts.len() < MAX_FAULTS {
            firsts.push((first_place, place, builder.difference(second, first), second));
        }
    }
    let error = |builder: &Builder<'_>, fault: Fault| {
        let number = document_of(fault.0);
        let document = &documents[number];
        (number, builder.error(document.text, Some(document.name), fault))
    };
    errors.extend(faults.into_iter().map(|fault| error(&builder, fault)));
    for (first, second, difference, node) in firsts {
        let (number, first) = error(&builder, builder.redefined(node, first));
        let mut redefined = error(&builder, builder.redefined(node, second));
        redefined.1.first = Some(Box::new(FirstDefinition {
            document: documents[number].name.to_owned(),
            path: first.path,
            position: first.position,
            difference,
        }));
        faulty.insert(redefined.0);
        errors.push(redefined);
    }
    errors.sort_by_key(|(number, _)| *number);
    errors.truncate(MAX_FAULTS);
    let roots: Vec<Option<NodeId>> =
        roots.into_iter().map(|root| root.map(|root| builder.root_of(root))).collect();
    let budget = builder.budget;
    let schema = builder.into_schema(anything);
    let schemas = roots.into_iter().enumerate().map(|(number, root)| {
        let root = root.filter(|_| !faulty.contains(&number))?;
        if schema.reaches(root, anything) {
            return None;
        }
        schema.reachable_within(root, budget).ok()
    });
    EachDocument { schemas: schemas.collect(), errors }
}

/// The simple names that a text which is not JSON would define: for each `"type"` of a named type the nearest `"name"`
/// before it and the one behind it.
fn seemingly_defined(text: &str) -> Vec<String> {
    const NAMED: [&str; 4] = ["\"record\"", "\"error\"", "\"enum\"", "\"fixed\""];
    let mut found = Vec::new();
    let mut last = None;
    let mut open = false;
    let mut rest = text;
    while let Some(at) = rest.find('"') {
        rest = &rest[at..];
        if let Some(name) = member(rest, "\"name\"").and_then(|value| value.strip_prefix('"')) {
            last = simple(&name[..name.find('"').unwrap_or(name.len())]);
            if std::mem::take(&mut open) {
                found.extend(last.clone());
            }
        } else if member(rest, "\"type\"")
            .is_some_and(|value| NAMED.iter().any(|kind| value.starts_with(kind)))
        {
            found.extend(last.take());
            open = true;
        }
        // Past this text; escapes are of no importance for a guess.
        rest = rest[1..].split_once('"').map_or("", |(_, behind)| behind);
    }
    found
}

/// What stands behind a key and its colon, where the text begins with that key.
fn member<'t>(text: &'t str, key: &str) -> Option<&'t str> {
    text.strip_prefix(key)?.trim_start().strip_prefix(':').map(str::trim_start)
}
