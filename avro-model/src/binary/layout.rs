//! How the data of a schema lies: all that decoding and skipping need of it, and the names of fields for errors.

use crate::schema::{Kind, NodeId, Schema};

/// The shapes of a schema's types, at the places of their nodes.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    shapes: Vec<NodeLayout>,
    /// How many bytes a value takes at least.
    smallest: Vec<usize>,
    /// How many records stand in each other in a value that takes no bytes; of others it tells nothing.
    levels: Vec<usize>,
    /// The parts of unions and records, one behind the other.
    parts: Vec<NodeId>,
    /// The names of the parts: of fields; those of branches are empty.
    names: Vec<Box<str>>,
    root: NodeId,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum NodeLayout {
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
        let (mut parts, mut names) = (Vec::new(), Vec::new());
        let mut list = |children: &mut dyn Iterator<Item = (NodeId, &str)>| {
            let start = parts.len();
            for (child, name) in children {
                parts.push(child);
                names.push(Box::from(name));
            }
            Parts { start, end: parts.len() }
        };
        let shape = |kind: &Kind| match kind {
            Kind::Null => NodeLayout::Null,
            Kind::Boolean => NodeLayout::Boolean,
            Kind::Int => NodeLayout::Int,
            Kind::Long => NodeLayout::Long,
            Kind::Float => NodeLayout::Float,
            Kind::Double => NodeLayout::Double,
            Kind::Bytes => NodeLayout::Bytes,
            Kind::String => NodeLayout::String,
            Kind::Fixed(fixed) => NodeLayout::Fixed(fixed.size),
            Kind::Enum(definition) => NodeLayout::Enum(definition.symbols.len()),
            Kind::Array(items) => NodeLayout::Array(*items),
            Kind::Map(values) => NodeLayout::Map(*values),
            Kind::Union(branches) => {
                NodeLayout::Union(list(&mut branches.iter().map(|&branch| (branch, ""))))
            }
            Kind::Record(record) => {
                let fields = &mut record.fields.iter().map(|field| (field.schema, field.name.as_str()));
                NodeLayout::Record(list(fields))
            }
        };
        let shapes: Vec<NodeLayout> = schema.nodes().iter().map(|node| &node.kind).map(shape).collect();
        let (smallest, levels) = measure(&shapes, &parts);
        Self { shapes, smallest, levels, parts, names, root: schema.root() }
    }

    pub(super) fn root(&self) -> NodeId {
        self.root
    }

    pub(super) fn shape(&self, id: NodeId) -> NodeLayout {
        self.shapes[id.index()]
    }

    /// The branches of a union or the types of a record's fields.
    pub(super) fn parts(&self, parts: Parts) -> &[NodeId] {
        &self.parts[parts.start..parts.end]
    }

    /// The name of the field at that place of a record.
    pub(super) fn field_name(&self, parts: Parts, place: usize) -> &str {
        self.names[parts.start..parts.end].get(place).map_or("", |name| name)
    }

    /// For a type whose values take no bytes: how many records stand in each other in them. A record that always contains
    /// itself, of which there is no value, has more than any limit.
    pub(super) fn levels_without_bytes(&self, id: NodeId) -> Option<usize> {
        (self.smallest[id.index()] == 0).then(|| self.levels[id.index()])
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
/// contain themselves, of which there is no datum. And how many records stand in each other where that is 0.
fn measure(shapes: &[NodeLayout], parts: &[NodeId]) -> (Vec<usize>, Vec<usize>) {
    let mut sizes: Vec<usize> = shapes.iter().map(|shape| shape.smallest()).collect();
    let endless_until_known =
        |shape: &NodeLayout| if matches!(shape, NodeLayout::Record(_)) { usize::MAX } else { 0 };
    let mut levels: Vec<usize> = shapes.iter().map(endless_until_known).collect();
    let mut state = vec![State::New; shapes.len()];
    for root in 0..shapes.len() {
        // Only a record has the size of its parts. The stack holds records and the field at which each of them is.
        let mut stack = vec![(root, 0)];
        while let Some((id, next)) = stack.pop() {
            let NodeLayout::Record(range) = shapes[id] else { continue };
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
                    let below = fields.iter().map(|field| levels[field.index()]).max().unwrap_or(0);
                    sizes[id] = total;
                    levels[id] = below.saturating_add(1);
                    state[id] = State::Done;
                }
            }
        }
    }
    (sizes, levels)
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    New,
    Open,
    Done,
}

impl NodeLayout {
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
