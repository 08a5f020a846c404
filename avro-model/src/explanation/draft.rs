//! A schema that is being changed.

use super::place::Edge;
use crate::parser::{Parser, Validation};
use crate::schema::{Kind, Node, NodeId, Schema};
use std::collections::HashMap;
use std::mem::discriminant;

/// The nodes of a schema, which keep their numbers while others are added.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    nodes: Vec<Node>,
    root: NodeId,
}

impl Draft {
    pub(super) fn of(schema: &Schema) -> Self {
        Self { nodes: schema.nodes().to_vec(), root: schema.root() }
    }

    pub(super) fn kind(&mut self, id: NodeId) -> &mut Kind {
        &mut self.nodes[id.index()].kind
    }

    /// Puts another type where an edge leads.
    pub(super) fn set(&mut self, edge: Edge, part: NodeId) {
        match edge {
            Edge::Root => self.root = part,
            Edge::Field(record, index) => {
                if let Kind::Record(record) = self.kind(record) {
                    record.fields[index].schema = part;
                }
            }
            Edge::Part(collection) => self.kind(collection).map_children(|_| part),
            Edge::Branch(union, index) => {
                if let Kind::Union(branches) = self.kind(union) {
                    branches[index] = part;
                }
            }
        }
    }

    /// Copies a type of another schema; a named type that is here already stays what it is here, if it is of its kind.
    pub(super) fn graft(&mut self, other: &Schema, id: NodeId) -> NodeId {
        let mut copies: HashMap<NodeId, NodeId> = HashMap::new();
        let mut open = vec![id];
        let mut added = Vec::new();
        while let Some(id) = open.pop() {
            if copies.contains_key(&id) {
                continue;
            }
            let known = other[id]
                .name()
                .and_then(|name| self.nodes.iter().position(|node| node.name() == Some(name)));
            let copy = known.unwrap_or(self.nodes.len());
            copies.insert(id, NodeId::from_raw(u32::try_from(copy).expect("less than 2^31 nodes")));
            match known {
                None => self.nodes.push(other[id].clone()),
                Some(known) if discriminant(&self.nodes[known].kind) != discriminant(&other[id].kind) => {
                    self.nodes[known] = other[id].clone();
                }
                Some(_) => continue,
            }
            added.push(copy);
            open.extend(other[id].kind.children());
        }
        for copy in added {
            self.nodes[copy].kind.map_children(|child| copies[&child]);
        }
        copies[&id]
    }

    /// The schema, if it is one: it is printed and read back.
    pub(super) fn into_schema(self) -> Option<Schema> {
        let text = Schema::from_parts(self.nodes, self.root).resolved_text();
        Parser::new().validation(Validation::Stored).parse(&text).ok()
    }
}
