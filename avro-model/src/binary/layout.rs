//! How the data of a schema lies: all that decoding and skipping need of it, without names.

use crate::schema::{Kind, NodeId, Schema};

/// The shapes of a schema's types, at the places of their nodes.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    shapes: Vec<Shape>,
    /// How many bytes a value takes at least.
    smallest: Vec<usize>,
    /// The parts of unions and records, one behind the other.
    parts: Vec<NodeId>,
    root: NodeId,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    Null,
    Boolean,
    Int,
    Long,
    Float,
    Double,
    Bytes,
    String,
    Fixed(usize),
    /// The number of symbols.
    Enum(usize),
    Array(NodeId),
    Map(NodeId),
    Union(Parts),
    Record(Parts),
}

/// A range of parts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parts {
    start: usize,
    end: usize,
}

impl Layout {
    pub(super) fn of(schema: &Schema) -> Self {
        let mut parts = Vec::new();
        let mut list = |children: &mut dyn Iterator<Item = NodeId>| {
            let start = parts.len();
            parts.extend(children);
            Parts { start, end: parts.len() }
        };
        let shape = |kind: &Kind| match kind {
            Kind::Null => Shape::Null,
            Kind::Boolean => Shape::Boolean,
            Kind::Int => Shape::Int,
            Kind::Long => Shape::Long,
            Kind::Float => Shape::Float,
            Kind::Double => Shape::Double,
            Kind::Bytes => Shape::Bytes,
            Kind::String => Shape::String,
            Kind::Fixed(fixed) => Shape::Fixed(fixed.size),
            Kind::Enum(definition) => Shape::Enum(definition.symbols.len()),
            Kind::Array(items) => Shape::Array(*items),
            Kind::Map(values) => Shape::Map(*values),
            Kind::Union(_) => Shape::Union(list(&mut kind.children())),
            Kind::Record(_) => Shape::Record(list(&mut kind.children())),
        };
        let shapes: Vec<Shape> = schema.nodes().iter().map(|node| &node.kind).map(shape).collect();
        let smallest = smallest(&shapes, &parts);
        Self { shapes, smallest, parts, root: schema.root() }
    }

    pub(super) fn root(&self) -> NodeId {
        self.root
    }

    pub(super) fn shape(&self, id: NodeId) -> Shape {
        self.shapes[id.index()]
    }

    /// The branches of a union or the types of a record's fields.
    pub(super) fn parts(&self, parts: Parts) -> &[NodeId] {
        &self.parts[parts.start..parts.end]
    }

    /// How many bytes an item takes at least.
    pub(super) fn smallest_item(&self, items: NodeId) -> usize {
        self.smallest[items.index()]
    }

    /// How many bytes a value of a map takes at least, with its key.
    pub(super) fn smallest_entry(&self, values: NodeId) -> usize {
        self.smallest[values.index()].saturating_add(1)
    }
}

/// A lower bound of the bytes of each type; exact for all but unions, whose branch may take bytes too, and records that
/// contain themselves, of which there is no datum.
fn smallest(shapes: &[Shape], parts: &[NodeId]) -> Vec<usize> {
    let mut sizes: Vec<usize> = shapes.iter().map(|shape| shape.smallest()).collect();
    let mut state = vec![State::New; shapes.len()];
    for root in 0..shapes.len() {
        // Only a record has the size of its parts. The stack holds records and the field at which each of them is.
        let mut stack = vec![(root, 0)];
        while let Some((id, next)) = stack.pop() {
            let Shape::Record(range) = shapes[id] else { continue };
            if next == 0 && state[id] != State::New {
                continue;
            }
            state[id] = State::Open;
            let fields = &parts[range.start..range.end];
            match fields.get(next) {
                Some(field) => stack.extend([(id, next + 1), (field.index(), 0)]),
                None => {
                    let total =
                        fields.iter().fold(0_usize, |sum, field| sum.saturating_add(sizes[field.index()]));
                    sizes[id] = total;
                    state[id] = State::Done;
                }
            }
        }
    }
    sizes
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    New,
    Open,
    Done,
}

impl Shape {
    fn smallest(self) -> usize {
        match self {
            Self::Null | Self::Record(_) => 0,
            Self::Float => 4,
            Self::Double => 8,
            Self::Fixed(size) => size,
            _ => 1,
        }
    }
}
