//! The names that are defined so far (schemas §3.2).

use crate::name::Fullname;
use crate::schema::NodeId;
use std::collections::HashMap;

#[derive(Default)]
pub(super) struct Names {
    nodes: HashMap<Box<str>, NodeId>,
    /// In order of definition, so that a document can be taken back.
    order: Vec<Box<str>>,
    /// When set, no name is looked up before all documents are read.
    pub(super) deferred: bool,
    buffer: String,
}

/// The meaning of a name.
pub(super) enum Lookup {
    Known(NodeId),
    /// Not defined yet: its full name, should it be defined later.
    Unknown(Box<str>),
}

impl Names {
    pub(super) fn get(&self, full: &str) -> Option<NodeId> {
        self.nodes.get(full).copied()
    }

    /// Looks up a name as written: in the enclosing namespace if it has none, then as it stands. A name that is not
    /// defined yet belongs to the enclosing namespace; the null namespace is not tried again later (Avro 1.12).
    pub(super) fn find(&mut self, written: &str, enclosing: &str) -> Lookup {
        let full = if enclosing.is_empty() || written.contains('.') {
            written
        } else {
            self.buffer.clear();
            self.buffer.push_str(enclosing);
            self.buffer.push('.');
            self.buffer.push_str(written);
            &self.buffer
        };
        if self.deferred {
            return Lookup::Unknown(full.into());
        }
        match self.nodes.get(full).or_else(|| self.nodes.get(written)) {
            Some(&node) => Lookup::Known(node),
            None => Lookup::Unknown(full.into()),
        }
    }

    /// Records a definition; answers the earlier one of that name, which stays.
    pub(super) fn define(&mut self, name: &Fullname, node: NodeId) -> Option<NodeId> {
        if let Some(&earlier) = self.nodes.get(name.as_str()) {
            return Some(earlier);
        }
        self.nodes.insert(name.as_str().into(), node);
        self.order.push(name.as_str().into());
        None
    }

    /// Defined names, oldest first.
    pub(super) fn all(&self) -> impl Iterator<Item = &str> {
        self.order.iter().map(AsRef::as_ref)
    }

    pub(super) fn count(&self) -> usize {
        self.order.len()
    }

    /// Forgets all but the first `count` definitions.
    pub(super) fn truncate(&mut self, count: usize) {
        for name in self.order.drain(count..) {
            self.nodes.remove(&name);
        }
    }
}
