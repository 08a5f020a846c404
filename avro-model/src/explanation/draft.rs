//! A schema that is being changed.

use super::place::Edge;
use crate::json::Json;
use crate::name::Fullname;
use crate::parser::{Parser, Validation};
use crate::schema::{Kind, Node, NodeId, Properties, Schema};
use std::collections::HashMap;
use std::mem::discriminant;

/// The nodes of a schema, which keep their numbers while others are added.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    nodes: Vec<Node>,
    root: NodeId,
    /// The named types by name, once they are asked for.
    named: Option<HashMap<Fullname, usize>>,
}

impl Draft {
    pub(super) fn of(schema: &Schema) -> Self {
        Self { nodes: schema.nodes().to_vec(), root: schema.root(), named: None }
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
            let known = other[id].name().and_then(|name| self.find(name));
            let copy = known.unwrap_or(self.nodes.len());
            copies.insert(id, node_id(copy));
            match known {
                None => {
                    if let (Some(named), Some(name)) = (&mut self.named, other[id].name()) {
                        named.insert(name.clone(), copy);
                    }
                    self.nodes.push(other[id].clone());
                }
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

    fn find(&mut self, name: &Fullname) -> Option<usize> {
        let nodes = &self.nodes;
        let named = self.named.get_or_insert_with(|| {
            let names =
                nodes.iter().enumerate().filter_map(|(place, node)| Some((node.name()?.clone(), place)));
            names.collect()
        });
        // A type may have got another name since.
        named.get(name).copied().filter(|&place| self.nodes[place].name() == Some(name))
    }

    /// Lets a field be null, which it is by default.
    pub(super) fn make_nullable(&mut self, record: NodeId, index: usize) {
        let (null, union) = (node_id(self.nodes.len()), node_id(self.nodes.len() + 1));
        let Kind::Record(definition) = self.kind(record) else { return };
        let field = &mut definition.fields[index];
        let part = std::mem::replace(&mut field.schema, union);
        field.default = Some(Json::Null);
        let plain = |kind| Node { kind, logical: None, properties: Properties::new(), external: false };
        let branches = match &self.nodes[part.index()].kind {
            Kind::Union(branches) => {
                let others = branches.iter().copied();
                let is_null = |branch: &NodeId| matches!(self.nodes[branch.index()].kind, Kind::Null);
                std::iter::once(null).chain(others.filter(|branch| !is_null(branch))).collect()
            }
            _ => vec![null, part],
        };
        self.nodes.extend([plain(Kind::Null), plain(Kind::Union(branches))]);
    }

    /// The schema, if it is one: it is printed and read back.
    pub(super) fn into_schema(self) -> Option<Schema> {
        let text = Schema::from_parts(self.nodes, self.root).resolved_text();
        Parser::new().validation(Validation::Stored).parse(&text).ok()
    }
}

fn node_id(place: usize) -> NodeId {
    NodeId::from_raw(u32::try_from(place).expect("less than 2^31 nodes"))
}
