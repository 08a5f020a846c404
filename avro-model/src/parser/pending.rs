//! Names that were not defined where they were used: looked up when the document is read (schemas §3.2).

use super::Validation;
use super::builder::{Builder, Extent, Fault, PENDING, Parsed, Place};
use super::error::{ParseProblem, Suggestion};
use super::foreign::meant_as_type;
use super::near::nearest;
use super::recovery::Faults;
use crate::default::Fit;
use crate::json::Step;
use crate::schema::{Kind, NodeId};

/// A name whose definition comes later, if at all.
pub(super) struct Pending {
    pub(super) written: Box<str>,
    pub(super) full: Box<str>,
    pub(super) place: Place,
    /// True when it is the `type` of an object.
    pub(super) in_object: bool,
    pub(super) target: Option<NodeId>,
    /// True when it stands for a part that could not be read, so that there is no name to look up.
    pub(super) unread: bool,
}

/// The words for types that are no names, for suggestions.
const KEYWORDS: [&str; 14] = [
    "null", "boolean", "int", "long", "float", "double", "bytes", "string", "record", "enum", "array", "map",
    "fixed", "error",
];

impl Builder<'_> {
    /// Looks up the pending names of a document and completes what waited for them.
    pub(super) fn settle(&mut self, parsed: &Parsed) -> Result<(), Fault> {
        let before = parsed.before;
        if self.pending.len() == before.pending {
            return Ok(());
        }
        for index in before.pending..self.pending.len() {
            let pending = &self.pending[index];
            self.step(pending.place)?;
            match self.names.get(&pending.full) {
                Some(node) => self.pending[index].target = Some(node),
                None => return Err(self.undefined(pending)),
            }
        }
        self.check_settled(before)?;
        if self.record_defaults.len() > before.record_defaults && self.validation != Validation::Stored {
            self.check_second_pass(before)?;
        }
        self.link(before);
        Ok(())
    }

    /// Checks that could not be made before the names were known: branches of unions and defaults.
    pub(super) fn check_settled(&self, from: Extent) -> Result<(), Fault> {
        self.check_settled_into(from, &mut Faults::First)
    }

    pub(super) fn check_settled_into(&self, from: Extent, faults: &mut Faults<'_>) -> Result<(), Fault> {
        for node in &self.nodes[from.nodes..] {
            self.step(0)?;
            if let Kind::Union(branches) = &node.kind {
                let Some(place) = branches.iter().find_map(|&branch| self.pending_place(branch)) else {
                    continue;
                };
                if let Some((_, problem)) = self.branch_problem(branches) {
                    faults.add((place, Vec::new(), problem))?;
                }
            }
        }
        for &(record, index, place) in &self.unsettled[from.unsettled..] {
            let Kind::Record(definition) = &self.nodes[record.index()].kind else { continue };
            let field = &definition.fields[index];
            let Some(default) = &field.default else { continue };
            let fit = crate::default::fits(self, field.schema, default);
            // What is behind a part that could not be read is not known.
            if fit != Fit::Yes && !(fit == Fit::Unsettled && faults.goes_on()) {
                let steps =
                    vec![Step::Key("fields".to_owned()), Step::Index(index), Step::Key("default".to_owned())];
                faults.add((place, steps, self.misfit(&field.name, field.schema, default)))?;
            }
        }
        Ok(())
    }

    /// Replaces pending parts by the nodes that they turned out to be.
    pub(super) fn link(&mut self, from: Extent) {
        let pending = &self.pending;
        for node in &mut self.nodes[from.nodes..] {
            node.kind.map_children(|part| {
                if part.raw() < PENDING {
                    part
                } else {
                    pending[(part.raw() - PENDING) as usize].target.expect("all pending names are known")
                }
            });
        }
    }

    /// The node that a part turned out to be.
    pub(super) fn settled(&self, part: NodeId) -> NodeId {
        if part.raw() < PENDING {
            return part;
        }
        self.pending[(part.raw() - PENDING) as usize].target.expect("all pending names are known")
    }

    pub(super) fn undefined(&self, pending: &Pending) -> Fault {
        let suggestion = match meant_as_type(&pending.written, self.names.all()) {
            Some(meant) => Suggestion(Some(meant)),
            None => match nearest(&pending.written, KEYWORDS.into_iter().chain(self.names.all())) {
                // In IDL a misspelt keyword is taken for a name of the namespace.
                Suggestion(None) => match pending.written.rsplit_once('.') {
                    Some((_, simple)) => nearest(simple, KEYWORDS),
                    None => Suggestion(None),
                },
                found => found,
            },
        };
        let (name, fullname) = (pending.written.to_string(), pending.full.to_string());
        let problem = ParseProblem::Undefined { name, fullname, suggestion };
        let further = if pending.in_object { vec![Step::Key("type".to_owned())] } else { Vec::new() };
        (pending.place, further, problem)
    }

    fn pending_place(&self, part: NodeId) -> Option<Place> {
        (part.raw() >= PENDING).then(|| self.pending[(part.raw() - PENDING) as usize].place)
    }
}
