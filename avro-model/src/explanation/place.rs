//! The place of a finding in both schemas.

use super::called;
use crate::compatibility::{Finding, IncompatibilityKind, Step};
use crate::resolution::{aliases, name_match};
use crate::schema::{Kind, Node, NodeId, Schema};
use std::mem::discriminant;

/// How a schema gets to a type: what would have to change to put another type there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edge {
    Root,
    /// The type of a field.
    Field(NodeId, usize),
    /// The items of an array or the values of a map.
    Part(NodeId),
    /// A branch of a union.
    Branch(NodeId, usize),
}

/// The way to a finding, followed in both schemas. A path that begins inside a union cannot be followed; then the
/// types are not those of the finding.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) reader: NodeId,
    pub(super) writer: NodeId,
    pub(super) reader_edge: Edge,
    pub(super) writer_edge: Edge,
    /// How the writer's schema gets to the union of which the way entered a branch last.
    pub(super) union_edge: Edge,
    /// The field at which the way ends because the writer's record, which is `writer`, does not have it.
    pub(super) unsupplied: Option<(NodeId, usize)>,
    /// The branch, never meant for the reader's type, into which the way went.
    pub(super) stray: Option<Stray>,
}

/// A branch of a writer's union that a reader's single type is compared with, though another branch has its name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stray {
    pub(super) reader: NodeId,
    pub(super) reader_edge: Edge,
    pub(super) union: NodeId,
    pub(super) branch: NodeId,
}

impl Place {
    pub(super) fn find(reader: &Schema, writer: &Schema, steps: &[Step]) -> Self {
        Self::between((reader, reader.root()), (writer, writer.root()), steps)
    }

    /// The way from two types inside their schemas. Where it has no steps, nothing says how these two are reached.
    pub(super) fn between(
        (reader, reader_start): (&Schema, NodeId),
        (writer, writer_start): (&Schema, NodeId),
        steps: &[Step],
    ) -> Self {
        let mut place = Self {
            reader: reader_start,
            writer: writer_start,
            reader_edge: Edge::Root,
            writer_edge: Edge::Root,
            union_edge: Edge::Root,
            unsupplied: None,
            stray: None,
        };
        let mut rest = steps.iter().copied().peekable();
        while let Some(step) = rest.next() {
            place.unsupplied = None;
            if step == Step::Fields {
                let Some(Step::Index(index)) = rest.next() else { break };
                let index = index as usize;
                if rest.next() != Some(Step::Type) || !place.enter_field(reader, writer, index) {
                    break;
                }
            } else if !place.enter(reader, writer, step) {
                break;
            }
        }
        place
    }

    fn enter_field(&mut self, reader: &Schema, writer: &Schema, index: usize) -> bool {
        let (Kind::Record(r), Kind::Record(w)) = (&reader[self.reader].kind, &writer[self.writer].kind)
        else {
            return false;
        };
        let Some(field) = r.fields.get(index) else { return false };
        let names = std::iter::once(&field.name).chain(&field.aliases);
        let found = names.filter_map(|name| w.fields.iter().position(|other| other.name == *name)).next();
        let record = std::mem::replace(&mut self.reader, field.schema);
        self.reader_edge = Edge::Field(record, index);
        match found {
            Some(found) => {
                self.writer_edge = Edge::Field(self.writer, found);
                self.writer = w.fields[found].schema;
            }
            None => self.unsupplied = Some((record, index)),
        }
        true
    }

    fn enter(&mut self, reader: &Schema, writer: &Schema, step: Step) -> bool {
        match (step, &reader[self.reader].kind, &writer[self.writer].kind) {
            (Step::Items, Kind::Array(r), Kind::Array(w)) | (Step::Values, Kind::Map(r), Kind::Map(w)) => {
                self.reader_edge = Edge::Part(self.reader);
                self.writer_edge = Edge::Part(self.writer);
                (self.reader, self.writer) = (*r, *w);
                true
            }
            (Step::Index(index), _, Kind::Union(branches)) => {
                let index = index as usize;
                let Some(&branch) = branches.get(index) else { return false };
                let alike = |branch: NodeId| is_alike(&reader[self.reader], &writer[branch]);
                let is_named = reader[self.reader].name().is_some();
                if self.stray.is_none()
                    && is_named
                    && !alike(branch)
                    && branches.iter().any(|&other| alike(other))
                {
                    self.stray = Some(Stray {
                        reader: self.reader,
                        reader_edge: self.reader_edge,
                        union: self.writer,
                        branch,
                    });
                }
                self.union_edge = self.writer_edge;
                self.writer_edge = Edge::Branch(self.writer, index);
                self.writer = branch;
                true
            }
            _ => false,
        }
    }

    /// Whether the path could be followed to the types of the finding.
    pub(super) fn is_of(&self, finding: &Finding) -> bool {
        self.reader == finding.reader
    }

    /// The place by names, in the reader's words. Where the path led elsewhere, it is what holds the finding's type.
    pub(super) fn describe(&self, reader: &Schema, finding: &Finding) -> String {
        if finding.kind == IncompatibilityKind::ReaderFieldMissingDefaultValue {
            return field_called(reader, finding.reader, finding.field as usize);
        }
        let edge = if self.is_of(finding) { self.reader_edge } else { holder(reader, finding.reader) };
        phrase(reader, edge, finding.reader)
    }
}

/// Through how many types without a name a place is described.
const MAX_PHRASE: usize = 4;

/// The place of a type by names: the field that it is in, or its own name.
pub(super) fn phrase(schema: &Schema, edge: Edge, node: NodeId) -> String {
    phrase_within(schema, edge, node, MAX_PHRASE)
}

fn phrase_within(schema: &Schema, edge: Edge, node: NodeId, left: usize) -> String {
    match edge {
        Edge::Field(record, index) => field_called(schema, record, index),
        Edge::Part(part) if left > 0 => {
            let parts = if matches!(schema[part].kind, Kind::Map(_)) { "values" } else { "items" };
            let whole = phrase_within(schema, holder(schema, part), part, left - 1);
            format!("the {parts} of {whole}")
        }
        Edge::Branch(union, _) if left > 0 && schema[node].name().is_none() => {
            phrase_within(schema, holder(schema, union), union, left - 1)
        }
        _ if node == schema.root() && schema[node].name().is_none() => "the root".to_owned(),
        _ => called(schema, node),
    }
}

/// The part of a schema that holds a type without a name, which stands in one place only.
pub(super) fn holder(schema: &Schema, held: NodeId) -> Edge {
    if schema[held].name().is_some() {
        return Edge::Root;
    }
    let mut edges = (0..schema.nodes().len()).map(|index| schema.node_id(index)).filter_map(|holder| {
        match &schema[holder].kind {
            Kind::Record(record) => record
                .fields
                .iter()
                .position(|field| field.schema == held)
                .map(|index| Edge::Field(holder, index)),
            Kind::Array(part) | Kind::Map(part) if *part == held => Some(Edge::Part(holder)),
            Kind::Union(branches) => {
                branches.iter().position(|&branch| branch == held).map(|index| Edge::Branch(holder, index))
            }
            _ => None,
        }
    });
    edges.next().unwrap_or(Edge::Root)
}

/// Whether a writer's type is the one that a reader's type is meant for, by kind and name.
pub(super) fn is_alike(reader: &Node, writer: &Node) -> bool {
    discriminant(&reader.kind) == discriminant(&writer.kind)
        && match (reader.name(), writer.name()) {
            (Some(name), Some(written)) => name_match(written, name, aliases(reader)).is_some(),
            _ => true,
        }
}

fn field_called(schema: &Schema, record: NodeId, index: usize) -> String {
    match &schema[record].kind {
        Kind::Record(definition) => {
            format!("field \"{}\" of {}", definition.fields[index].name, definition.name)
        }
        _ => called(schema, record),
    }
}
