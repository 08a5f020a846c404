//! The reference's second pass over a document whose names were not all defined where they were used (schemas §6.4).
//!
//! It copies every record to replace stand-ins by definitions, and checks each default once more against the copies.
//! The copy of a record that is still being made has no fields, and a default that needs them fails. Which records are
//! unfinished when a field is copied depends on the order of the walk, so the walk is repeated here step by step.
//! Few documents need it: those with a default that is a record, somewhere in a graph that refers forward or to itself.

use super::builder::{Builder, Extent, Fault};
use super::error::ParseProblem;
use crate::default::{Fit, Types, fits};
use crate::json::Step;
use crate::schema::{Kind, Node, NodeId};
use std::collections::HashSet;

/// Steps of the walk; beyond it the document is taken as it is. The reference's walk is quadratic and worse.
const MAX_STEPS: usize = 2_000_000;

impl Builder<'_> {
    /// Checks defaults as the second pass does. Pending names are known, but not yet replaced.
    pub(super) fn check_second_pass(&self, from: Extent) -> Result<(), Fault> {
        let mut walk = Walk {
            builder: self,
            begun: HashSet::new(),
            looked_up: HashSet::new(),
            copies: Copies { builder: self, from: from.nodes, finished: HashSet::new() },
            visits: Vec::new(),
            steps: 0,
        };
        for name in self.names.all().skip(from.names) {
            let Some(definition) = self.names.get(name) else { continue };
            // Nothing is unfinished between two definitions, so a finished one holds nothing new.
            if !walk.copies.finished.contains(&definition) && !walk.definition(definition)? {
                break;
            }
        }
        Ok(())
    }
}

/// The records that have been copied so far.
struct Copies<'b> {
    builder: &'b Builder<'b>,
    /// Nodes before this one belong to earlier documents.
    from: usize,
    finished: HashSet<NodeId>,
}

impl Types for Copies<'_> {
    fn get(&self, part: NodeId) -> Option<&Node> {
        self.builder.known(part)
    }

    fn has_fields(&self, part: NodeId) -> bool {
        let target = self.builder.target(part).unwrap_or(part);
        target.index() < self.from || self.finished.contains(&target)
    }

    fn checks_defaults_of_fields(&self) -> bool {
        true
    }

    fn step(&self) -> bool {
        self.builder.budget.spend(1)
    }
}

struct Walk<'b> {
    builder: &'b Builder<'b>,
    /// Records whose copy exists, finished or not.
    begun: HashSet<NodeId>,
    /// Stand-ins that were replaced.
    looked_up: HashSet<NodeId>,
    copies: Copies<'b>,
    /// A stand-in begins a visit inside the visit.
    visits: Vec<Visit>,
    steps: usize,
}

struct Visit {
    seen: HashSet<NodeId>,
    open: Vec<Item>,
}

enum Item {
    Enter(NodeId),
    FinishRecord(NodeId),
}

impl Walk<'_> {
    /// Walks from a definition; false when the walk is too long.
    fn definition(&mut self, definition: NodeId) -> Result<bool, Fault> {
        self.visits.push(Visit { seen: HashSet::new(), open: vec![Item::Enter(definition)] });
        while let Some(visit) = self.visits.last_mut() {
            self.steps += 1;
            if self.steps > MAX_STEPS {
                return Ok(false);
            }
            self.builder.step(0)?;
            match visit.open.pop() {
                None => {
                    self.visits.pop();
                }
                Some(Item::FinishRecord(record)) => self.finish(record)?,
                Some(Item::Enter(part)) => self.enter(part),
            }
        }
        Ok(true)
    }

    fn enter(&mut self, part: NodeId) {
        let Some(visit) = self.visits.last_mut() else { return };
        if !visit.seen.insert(part) {
            return;
        }
        let Some(target) = self.builder.target(part) else { return };
        if target != part {
            if self.looked_up.insert(part) && !self.begun.contains(&target) {
                self.visits.push(Visit { seen: HashSet::new(), open: vec![Item::Enter(target)] });
            }
            return;
        }
        let kind = &self.builder.nodes[part.index()].kind;
        if matches!(kind, Kind::Record(_)) {
            self.begun.insert(part);
            visit.open.push(Item::FinishRecord(part));
        }
        let first = visit.open.len();
        visit.open.extend(kind.children().map(Item::Enter));
        // Fields are walked in order, branches of a union from the last to the first.
        if matches!(kind, Kind::Record(_)) {
            visit.open[first..].reverse();
        }
    }

    fn finish(&mut self, record: NodeId) -> Result<(), Fault> {
        if self.copies.finished.contains(&record) {
            return Ok(());
        }
        if let Kind::Record(definition) = &self.builder.nodes[record.index()].kind {
            for (index, field) in definition.fields.iter().enumerate() {
                let Some(default) = &field.default else { continue };
                if fits(&self.copies, field.schema, default) == Fit::Recursive {
                    let steps = vec![
                        Step::Key("fields".to_owned()),
                        Step::Index(index),
                        Step::Key("default".to_owned()),
                    ];
                    let defaults = &self.builder.record_defaults;
                    let place =
                        defaults.iter().find(|(node, _)| *node == record).map_or(0, |&(_, place)| place);
                    return Err((place, steps, ParseProblem::RecursiveDefault { field: field.name.clone() }));
                }
            }
        }
        self.copies.finished.insert(record);
        Ok(())
    }
}
