//! Where a finding is in both schemas.

use super::called;
use crate::compatibility::Step;
use crate::schema::{Kind, NodeId, Schema};

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
    /// Ends at a field that the writer does not have.
    missing_field: Option<usize>,
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
            missing_field: None,
        };
        let mut rest = steps.iter().copied().peekable();
        while let Some(step) = rest.next() {
            if step == Step::Fields {
                let Some(Step::Index(index)) = rest.next() else { break };
                let index = index as usize;
                if rest.next() != Some(Step::Type) {
                    // A path that could not be followed may end at a record that has no such field.
                    place.missing_field = Some(index).filter(|_| place.has_field(reader, index));
                    break;
                }
                if !place.enter_field(reader, writer, index) {
                    break;
                }
            } else if !place.enter(reader, writer, step) {
                break;
            }
        }
        place
    }

    fn has_field(&self, reader: &Schema, index: usize) -> bool {
        matches!(&reader[self.reader].kind, Kind::Record(record) if index < record.fields.len())
    }

    fn enter_field(&mut self, reader: &Schema, writer: &Schema, index: usize) -> bool {
        let (Kind::Record(r), Kind::Record(w)) = (&reader[self.reader].kind, &writer[self.writer].kind)
        else {
            return false;
        };
        let Some(field) = r.fields.get(index) else { return false };
        let names = std::iter::once(&field.name).chain(&field.aliases);
        let found = names.filter_map(|name| w.fields.iter().position(|other| other.name == *name)).next();
        self.reader_edge = Edge::Field(self.reader, index);
        self.reader = field.schema;
        if let Some(found) = found {
            self.writer_edge = Edge::Field(self.writer, found);
            self.writer = w.fields[found].schema;
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
                self.writer_edge = Edge::Branch(self.writer, index);
                self.writer = branch;
                true
            }
            _ => false,
        }
    }

    /// The place by names, in the reader's words.
    pub(super) fn describe(&self, reader: &Schema) -> String {
        let field = |record: NodeId, index: usize| match &reader[record].kind {
            Kind::Record(definition) => {
                format!("field \"{}\" of {}", definition.fields[index].name, definition.name)
            }
            _ => called(reader, record),
        };
        match (self.missing_field, self.reader_edge) {
            (Some(index), _) => field(self.reader, index),
            (None, Edge::Field(record, index)) => field(record, index),
            (None, Edge::Part(part)) => format!("the parts of the {}", called(reader, part)),
            (None, Edge::Root | Edge::Branch(..)) => called(reader, self.reader),
        }
    }
}
