//! The graph under construction, and the loop that builds it.
//!
//! A schema is entered, its parts are read, and then it is finished: that order decides which names are known where,
//! so it is the reference's own. The loop keeps what is still to do on a stack of its own and the finished parts on
//! another.

use super::error::{ParseError, ParseProblem};
use super::names::{Lookup, Names};
use super::pending::Pending;
use super::recovery::Passed;
use super::{ParserLimits, Validation};
use crate::budget::Budget;
use crate::json::reader::Options;
use crate::json::{Position, Raw, Step, locate_within, read_raw_with};
use crate::name::{Fullname, NameRule};
use crate::schema::{Field, Kind, Node, NodeId, Properties, Schema};

/// Nodes are numbered below this; the numbers above stand for pending names.
pub(super) const PENDING: u32 = 1 << 31;

/// A place in the document: an index into [`Builder::places`].
pub(super) type Place = u32;

/// One step from a place to another.
#[derive(Debug, Clone, Copy)]
pub(super) enum Toward {
    Root,
    Key(&'static str),
    Index(u32),
}

/// A step of the work that is still to do.
pub(super) enum Task<'j, 't> {
    /// Read a schema whose enclosing namespace is `namespace`.
    Schema { json: &'j Raw<'t>, namespace: u32, place: Place },
    /// Make an array or a map of the part that was read.
    Collection { json: &'j Raw<'t>, map: bool, place: Place },
    /// Make a union of the last `count` parts.
    Union { count: usize, place: Place },
    /// Read a field.
    Field { json: &'j Raw<'t>, namespace: u32, place: Place },
    /// Make a field of the part that was read.
    FinishField { json: &'j Raw<'t>, place: Place },
    /// Make a record of the last `count` fields.
    Record { json: &'j Raw<'t>, name: Fullname, count: usize, place: Place },
}

pub(crate) struct Builder<'b> {
    pub(super) validation: Validation,
    limits: ParserLimits,
    /// How texts are read.
    json: Options,
    /// The budget that the work is taken from. Once it ends, nothing of what is built is worth anything.
    pub(super) budget: &'b Budget,
    pub(super) nodes: Vec<Node>,
    pub(super) names: Names,
    pub(super) pending: Vec<Pending>,
    /// Fields whose default must be looked at again when pending names are known: the record, the index of the field,
    /// and where the record stands.
    pub(super) unsettled: Vec<(NodeId, usize, Place)>,
    /// Records with a default that holds an object, and where they stand.
    pub(super) record_defaults: Vec<(NodeId, Place)>,
    /// Repeated definitions that are compared when all names are known: first, second, and where the second stands.
    pub(super) repeated: Vec<(NodeId, NodeId, Place)>,
    /// Where each definition of documents that are read together stands, in the order of their nodes.
    pub(super) defined: Vec<(NodeId, Place)>,
    /// The place of each schema: its parent's place and the step from there.
    places: Vec<(Place, Toward)>,
    namespaces: Vec<Box<str>>,
    /// Finished parts that no schema has taken yet.
    pub(super) parts: Vec<NodeId>,
    /// Finished fields that no record has taken yet; true when the default is unsettled.
    pub(super) fields: Vec<(Field, bool)>,
    /// The faults of parts that were passed over; `None` when the first one is to end the reading.
    pub(super) passed: Option<Passed>,
}

/// A problem and the place of the value that has it.
pub(super) type Fault = (Place, Vec<Step>, ParseProblem);

/// How much a builder holds at some moment.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Extent {
    pub(super) nodes: usize,
    pub(super) names: usize,
    pub(super) pending: usize,
    pub(super) unsettled: usize,
    pub(super) record_defaults: usize,
    pub(super) places: usize,
}

/// A document that was read and whose pending names are still open.
pub(super) struct Parsed {
    pub(super) root: NodeId,
    /// The state of the builder before.
    pub(super) before: Extent,
}

impl<'b> Builder<'b> {
    pub(super) fn new(
        validation: Validation,
        limits: ParserLimits,
        budget: &'b Budget,
        json: Options,
    ) -> Self {
        Self {
            validation,
            json,
            limits: ParserLimits { nodes: limits.nodes.min(PENDING as usize), ..limits },
            budget,
            nodes: Vec::new(),
            names: Names::default(),
            pending: Vec::new(),
            unsettled: Vec::new(),
            record_defaults: Vec::new(),
            repeated: Vec::new(),
            defined: Vec::new(),
            places: Vec::new(),
            namespaces: Vec::new(),
            parts: Vec::new(),
            fields: Vec::new(),
            passed: None,
        }
    }

    /// Reads a document that uses nothing but itself and what was read before.
    pub(super) fn document(&mut self, text: &str, name: Option<&str>) -> Result<NodeId, ParseError> {
        let parsed = self.read(text, name)?;
        self.settle(&parsed).map_err(|fault| self.error(text, name, fault))?;
        Ok(self.root_of(parsed.root))
    }

    /// Reads a document and leaves its pending names open.
    pub(super) fn read(&mut self, text: &str, name: Option<&str>) -> Result<Parsed, ParseError> {
        let before = self.extent();
        let start = self.place(0, Toward::Root);
        if text.len() > self.limits.bytes {
            let problem = ParseProblem::TooLong { limit: self.limits.bytes };
            return Err(self.error("", name, (start, Vec::new(), problem)));
        }
        // A schema takes some dozens of characters.
        self.nodes.reserve(text.len() / 40);
        self.places.reserve(text.len() / 40);
        let json =
            read_raw_with(text, &self.json, self.budget).map_err(|error| ParseError::json(name, error))?;
        let root = self.build(&json, start).map_err(|fault| self.error(text, name, fault))?;
        Ok(Parsed { root, before })
    }

    /// Takes a step of the budget.
    pub(super) fn step(&self, place: Place) -> Result<(), Fault> {
        self.budget.take(1).map_err(|stopped| (place, Vec::new(), ParseProblem::Stopped(stopped)))
    }

    pub(super) fn extent(&self) -> Extent {
        Extent {
            nodes: self.nodes.len(),
            names: self.names.count(),
            pending: self.pending.len(),
            unsettled: self.unsettled.len(),
            record_defaults: self.record_defaults.len(),
            places: self.places.len(),
        }
    }

    /// Takes back what was read since.
    pub(super) fn restore(&mut self, extent: Extent) {
        self.nodes.truncate(extent.nodes);
        self.names.truncate(extent.names);
        self.pending.truncate(extent.pending);
        self.unsettled.truncate(extent.unsettled);
        self.record_defaults.truncate(extent.record_defaults);
        self.places.truncate(extent.places);
    }

    /// The first definition of the root's name: a document that repeats the definition of another is that one, and one that is
    /// nothing but a name is what the name stands for.
    pub(super) fn root_of(&self, root: NodeId) -> NodeId {
        let root = self.settled(root);
        let first = self.nodes[root.index()].name().and_then(|name| self.names.get(name.as_str()));
        first.unwrap_or(root)
    }

    pub(super) fn into_schema(self, root: NodeId) -> Schema {
        Schema::from_parts(self.nodes, root)
    }

    /// Turns a fault into an error with path and position; `text` is the document.
    pub(super) fn error(&self, text: &str, name: Option<&str>, fault: Fault) -> ParseError {
        let (place, further, problem) = fault;
        let mut steps = Vec::new();
        let mut at = place;
        loop {
            let (parent, step) = self.places[at as usize];
            match step {
                Toward::Root => break,
                Toward::Key(key) => steps.push(Step::Key(key.to_owned())),
                Toward::Index(index) => steps.push(Step::Index(index as usize)),
            }
            at = parent;
        }
        steps.reverse();
        steps.extend(further);
        let position = match text {
            "" => Position { line: 1, column: 1 },
            text => locate_within(text, &steps, self.budget),
        };
        ParseError {
            document: name.map(str::to_owned),
            path: path_text(&steps),
            position,
            problem: Box::new(problem),
            first: None,
            steps,
        }
    }

    fn build<'j, 't>(&mut self, json: &'j Raw<'t>, place: Place) -> Result<NodeId, Fault> {
        self.parts.clear();
        self.fields.clear();
        if self.namespaces.is_empty() {
            self.namespaces.push("".into());
        }
        let mut tasks = vec![Task::Schema { json, namespace: 0, place }];
        while let Some(task) = tasks.pop() {
            self.step(place)?;
            let left = self.passed.is_some().then(|| self.before(&task, tasks.len()));
            let done = match task {
                Task::Schema { json, namespace, place } => self.schema(json, namespace, place, &mut tasks),
                Task::Collection { json, map, place } => self.finish_collection(json, map, place),
                Task::Union { count, place } => self.finish_union(count, place),
                Task::Field { json, namespace, place } => self.field(json, namespace, place, &mut tasks),
                Task::FinishField { json, place } => self.finish_field(json, place),
                Task::Record { json, name, count, place } => self.finish_record(json, name, count, place),
            };
            match (done, left) {
                (Err(fault), Some(left)) => self.pass_over(fault, left, &mut tasks)?,
                (done, _) => done?,
            }
        }
        Ok(self.parts.pop().expect("a document leaves one part"))
    }

    fn schema<'j, 't>(
        &mut self,
        json: &'j Raw<'t>,
        namespace: u32,
        place: Place,
        tasks: &mut Vec<Task<'j, 't>>,
    ) -> Result<(), Fault> {
        match json {
            Raw::String(name) => self.reference(name, namespace, place, false),
            Raw::Array(branches) => {
                tasks.push(Task::Union { count: branches.len(), place });
                for (index, json) in branches.iter().enumerate().rev() {
                    let place = self.place(place, Toward::Index(index_u32(index)));
                    tasks.push(Task::Schema { json, namespace, place });
                }
                Ok(())
            }
            Raw::Object(members) => {
                let type_name = self.required_text(json, members, "type", "a schema", place)?;
                if let Some(kind) = Kind::primitive(type_name) {
                    let properties = self.properties(json, &kind, place)?;
                    let node = self.add(kind, properties, place)?;
                    self.parts.push(node);
                    return Ok(());
                }
                match type_name {
                    "array" | "map" => {
                        let map = type_name == "map";
                        let (what, key) = if map { ("a map", "values") } else { ("an array", "items") };
                        let Some(part) = json.get(key) else {
                            return Err((place, Vec::new(), missing(what, key, members)));
                        };
                        tasks.push(Task::Collection { json, map, place });
                        let place = self.place(place, Toward::Key(key));
                        tasks.push(Task::Schema { json: part, namespace, place });
                        Ok(())
                    }
                    "record" | "error" => self.record(json, namespace, place, tasks),
                    "enum" => self.enumeration(json, namespace, place),
                    "fixed" => self.fixed(json, namespace, place),
                    _ => self.reference(type_name, namespace, place, true),
                }
            }
            other => Err((place, Vec::new(), ParseProblem::NotASchema { found: other.kind() })),
        }
    }

    /// A type by its name; `in_object` when it is the `type` of an object, which is then nothing but that name.
    fn reference(&mut self, name: &str, namespace: u32, place: Place, in_object: bool) -> Result<(), Fault> {
        let part = if let Some(kind) = Kind::primitive(name) {
            self.add(kind, Properties::new(), place)?
        } else {
            match self.names.find(name, &self.namespaces[namespace as usize]) {
                Lookup::Known(node) => node,
                Lookup::Unknown(full) => {
                    let number = PENDING + index_u32(self.pending.len());
                    self.pending.push(Pending {
                        written: name.into(),
                        full,
                        place,
                        in_object,
                        target: None,
                        unread: false,
                    });
                    NodeId::from_raw(number)
                }
            }
        };
        self.parts.push(part);
        Ok(())
    }

    fn finish_collection(&mut self, json: &Raw<'_>, map: bool, place: Place) -> Result<(), Fault> {
        let part = self.parts.pop().expect("a collection has read its part");
        let kind = if map { Kind::Map(part) } else { Kind::Array(part) };
        let properties = self.properties(json, &kind, place)?;
        let node = self.add(kind, properties, place)?;
        self.parts.push(node);
        Ok(())
    }

    fn finish_union(&mut self, count: usize, place: Place) -> Result<(), Fault> {
        let branches = self.parts.split_off(self.parts.len() - count);
        if let Some((index, problem)) = self.branch_problem(&branches) {
            return Err((place, vec![Step::Index(index)], problem));
        }
        let node = self.add(Kind::Union(branches), Properties::new(), place)?;
        self.parts.push(node);
        Ok(())
    }

    /// The first branch that a union cannot have. Pending branches are looked at when they are known.
    pub(super) fn branch_problem(&self, branches: &[NodeId]) -> Option<(usize, ParseProblem)> {
        let mut seen = std::collections::HashSet::new();
        for (index, &branch) in branches.iter().enumerate() {
            if !self.budget.spend(1) {
                break;
            }
            let Some(node) = self.known(branch) else { continue };
            if matches!(node.kind, Kind::Union(_)) {
                return Some((index, ParseProblem::NestedUnion));
            }
            // Named and unnamed kinds share one table, as in the reference: a record named `array` in the null
            // namespace stands in the way of an array.
            let name = node.name().map_or(node.kind.type_name(), Fullname::as_str);
            if !seen.insert(name) {
                return Some((index, ParseProblem::DuplicateBranch(name.to_owned())));
            }
        }
        None
    }

    /// The node that a part stands for, unless it is pending.
    pub(super) fn known(&self, part: NodeId) -> Option<&Node> {
        self.nodes.get(self.target(part)?.index())
    }

    /// Follows a pending part to the node that it turned out to be.
    pub(super) fn target(&self, part: NodeId) -> Option<NodeId> {
        if part.raw() < PENDING { Some(part) } else { self.pending[(part.raw() - PENDING) as usize].target }
    }

    pub(super) fn add(&mut self, kind: Kind, properties: Properties, place: Place) -> Result<NodeId, Fault> {
        if self.nodes.len() >= self.limits.nodes {
            return Err((place, Vec::new(), ParseProblem::TooManyNodes { limit: self.limits.nodes }));
        }
        let id = NodeId::from_raw(index_u32(self.nodes.len()));
        let logical =
            if properties.is_empty() { None } else { super::logical::logical_type(&kind, &properties) };
        self.nodes.push(Node { kind, logical, properties, external: false });
        Ok(id)
    }

    pub(super) fn place(&mut self, parent: Place, step: Toward) -> Place {
        self.places.push((parent, step));
        index_u32(self.places.len() - 1)
    }

    /// The number of a namespace that parts of a named type inherit.
    pub(super) fn namespace(&mut self, name: &Fullname, enclosing: u32) -> u32 {
        if *self.namespaces[enclosing as usize] == *name.namespace() {
            return enclosing;
        }
        self.namespaces.push(name.namespace().into());
        index_u32(self.namespaces.len() - 1)
    }

    pub(super) fn namespace_text(&self, namespace: u32) -> &str {
        &self.namespaces[namespace as usize]
    }

    /// The rule for simple names, field names and symbols.
    pub(super) fn rule(&self) -> NameRule {
        match self.validation {
            Validation::New => NameRule::Ascii,
            Validation::Default | Validation::Stored => NameRule::Unicode,
        }
    }
}

/// The problem of an object without `attribute`.
pub(super) fn missing(
    what: &'static str,
    attribute: &'static str,
    members: &[(std::borrow::Cow<'_, str>, Raw<'_>)],
) -> ParseProblem {
    let suggestion = match super::near::nearest(attribute, members.iter().map(|(key, _)| key.as_ref())) {
        super::error::Suggestion(Some(key)) if key != attribute => {
            super::error::Suggestion(Some(format!("{attribute}\" instead of \"{key}")))
        }
        _ => super::error::Suggestion(None),
    };
    ParseProblem::Missing { what, attribute, suggestion }
}

/// Counts of schemas fit: a document holds less than 2³¹ of them.
fn index_u32(index: usize) -> u32 {
    u32::try_from(index).expect("limits keep counts below 2^31")
}

/// `$.fields[2].type`; keys that are no plain words are quoted.
fn path_text(steps: &[Step]) -> String {
    use std::fmt::Write as _;
    let mut text = "$".to_owned();
    for step in steps {
        let written = match step {
            Step::Index(index) => write!(text, "[{index}]"),
            Step::Key(key) if NameRule::Ascii.check(key).is_ok() => write!(text, ".{key}"),
            Step::Key(key) => write!(text, "[{key:?}]"),
        };
        written.expect("writing to a String cannot fail");
    }
    text
}
