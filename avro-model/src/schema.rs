//! The schema graph: an arena of nodes and a root.
//!
//! A named type is one node however often it is referred to, so a recursive schema is a graph with cycles and a node's
//! identity is its [`NodeId`]. A [`Schema`] is immutable once parsed.
//!
//! A definition that is repeated alike (which the reference accepts) makes a second node of the same name: the
//! compatibility check tells the two apart, as the reference does. [`Schema::named`] answers the first.

use crate::budget::{Budget, Stopped, unlimited};
use crate::json::Json;
use crate::name::Fullname;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::ops::Index;

/// The place of a node in its [`Schema`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(u32);

impl NodeId {
    pub(crate) const fn from_raw(index: u32) -> Self {
        Self(index)
    }

    pub(crate) const fn raw(self) -> u32 {
        self.0
    }

    /// The position in [`Schema::nodes`].
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Custom attributes in source order: every key that the specification does not reserve at that place, `logicalType`,
/// `precision` and `scale` included.
pub type Properties = Vec<(String, Json)>;

/// A parsed schema.
#[derive(Debug, Clone)]
pub struct Schema {
    nodes: Vec<Node>,
    root: NodeId,
}

impl Schema {
    pub(crate) fn from_parts(nodes: Vec<Node>, root: NodeId) -> Self {
        Self { nodes, root }
    }

    /// The part that can be reached from `root`, as a schema of its own.
    pub fn reachable_from(&self, root: NodeId) -> Self {
        unlimited(|budget| self.reachable_within(root, budget))
    }

    /// [`reachable_from`](Self::reachable_from) within a budget, of which each node takes a step.
    pub(crate) fn reachable_within(&self, root: NodeId, budget: &Budget) -> Result<Self, Stopped> {
        let mut place: HashMap<NodeId, NodeId> = HashMap::new();
        let mut order = Vec::new();
        let mut open = vec![root];
        while let Some(id) = open.pop() {
            if let Entry::Vacant(entry) = place.entry(id) {
                budget.take(1)?;
                entry.insert(self.node_id(order.len()));
                order.push(id);
                let first = open.len();
                open.extend(self[id].kind.children());
                open[first..].reverse();
            }
        }
        let nodes = order
            .into_iter()
            .map(|id| {
                let mut node = self[id].clone();
                node.kind.map_children(|child| place[&child]);
                node
            })
            .collect();
        Ok(Self { nodes, root: place[&root] })
    }

    /// Whether `target` is `root` or a part of it.
    pub(crate) fn reaches(&self, root: NodeId, target: NodeId) -> bool {
        let mut seen = HashSet::new();
        let mut open = vec![root];
        while let Some(id) = open.pop() {
            if id == target {
                return true;
            }
            if seen.insert(id) {
                open.extend(self[id].kind.children());
            }
        }
        false
    }

    /// This schema without the default of that field of the record of that full name, if it has one.
    #[must_use]
    pub fn without_default(mut self, record: &str, field: &str) -> Self {
        let records = self.nodes.iter_mut().filter_map(|node| match &mut node.kind {
            Kind::Record(definition) => Some(definition),
            _ => None,
        });
        for definition in records.filter(|definition| definition.name.to_string() == record) {
            for field in definition.fields.iter_mut().filter(|own| own.name == field) {
                field.default = None;
            }
        }
        self
    }

    /// This schema with another default symbol, or none, of the enum of that full name, if it has one of that name. A
    /// default that is none of the symbols counts as none.
    #[must_use]
    pub fn with_enum_default(mut self, name: &str, symbol: Option<&str>) -> Self {
        for node in &mut self.nodes {
            if let Kind::Enum(definition) = &mut node.kind
                && definition.name.to_string() == name
            {
                definition.default = symbol.map(str::to_owned);
            }
        }
        self
    }

    /// The named types, each behind those that it uses, but for circles. Of a definition that is repeated the first counts.
    ///
    /// ```
    /// use avro_model::Schema;
    /// let schema: Schema = r#"{"type": "record", "name": "R", "fields": [
    ///     {"name": "id", "type": {"type": "fixed", "name": "Id", "size": 16}},
    ///     {"name": "next", "type": ["null", "R"]}]}"#.parse()?;
    /// let names: Vec<&str> = schema.definitions().iter().filter_map(|id| Some(schema[*id].name()?.as_str())).collect();
    /// assert_eq!(names, ["Id", "R"]);
    /// # Ok::<(), avro_model::parser::ParseError>(())
    /// ```
    pub fn definitions(&self) -> Vec<NodeId> {
        let (mut order, mut names, mut seen) = (Vec::new(), HashSet::new(), HashSet::new());
        let mut open = vec![(self.root, false)];
        while let Some((id, done)) = open.pop() {
            let name = self[id].name();
            if done {
                order.push(id);
            } else if seen.insert(id) && name.is_none_or(|name| names.insert(name)) {
                if name.is_some() {
                    open.push((id, true));
                }
                let first = open.len();
                open.extend(self[id].kind.children().map(|child| (child, false)));
                open[first..].reverse();
            }
        }
        order
    }

    /// The node that the document describes.
    pub fn root(&self) -> NodeId {
        self.root
    }

    /// All nodes; a [`NodeId`] is an index into this slice.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The id of the node at `index` of [`Schema::nodes`].
    ///
    /// # Panics
    /// When there is no such node.
    pub fn node_id(&self, index: usize) -> NodeId {
        assert!(index < self.nodes.len(), "node {index} of {}", self.nodes.len());
        NodeId(u32::try_from(index).expect("the parser bounds the number of nodes"))
    }

    /// The named type (record, enum or fixed) of that full name; the first one when it is defined twice alike.
    pub fn named(&self, name: &Fullname) -> Option<NodeId> {
        (0..self.nodes.len())
            .find(|&index| self.nodes[index].name() == Some(name))
            .map(|index| self.node_id(index))
    }
}

impl Index<NodeId> for Schema {
    type Output = Node;

    fn index(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }
}

/// One schema of the graph.
#[derive(Debug, Clone)]
pub struct Node {
    /// The kind of type, in the terms of the specification.
    pub kind: Kind,
    /// The logical type, when `logicalType` names a known one and it is valid on this base type; an unknown or invalid
    /// one is only a property (specification, "Logical Types").
    pub logical: Option<LogicalType>,
    /// Custom attributes in source order.
    pub properties: Properties,
    /// True for a named type that is defined in a referenced document: it is printed as its name, never as its
    /// definition.
    pub external: bool,
}

impl Node {
    /// The full name of a record, enum or fixed.
    pub fn name(&self) -> Option<&Fullname> {
        match &self.kind {
            Kind::Record(record) => Some(&record.name),
            Kind::Enum(definition) => Some(&definition.name),
            Kind::Fixed(fixed) => Some(&fixed.name),
            _ => None,
        }
    }

    /// The doc of a record, enum or fixed.
    pub(crate) fn doc(&self) -> Option<&str> {
        match &self.kind {
            Kind::Record(record) => record.doc.as_deref(),
            Kind::Enum(definition) => definition.doc.as_deref(),
            Kind::Fixed(fixed) => fixed.doc.as_deref(),
            _ => None,
        }
    }

    /// The aliases of a record, enum or fixed.
    pub(crate) fn aliases(&self) -> &[Fullname] {
        match &self.kind {
            Kind::Record(record) => &record.aliases,
            Kind::Enum(definition) => &definition.aliases,
            Kind::Fixed(fixed) => &fixed.aliases,
            _ => &[],
        }
    }
}

/// The kinds of schema. Exhaustive: the specification closes the set, and code that lacks one would be wrong.
#[derive(Debug, Clone)]
pub enum Kind {
    /// `null`
    Null,
    /// `boolean`
    Boolean,
    /// `int`: 32 bits
    Int,
    /// `long`: 64 bits
    Long,
    /// `float`: 32 bits
    Float,
    /// `double`: 64 bits
    Double,
    /// `bytes`
    Bytes,
    /// `string`: UTF-8
    String,
    /// `array` of items
    Array(NodeId),
    /// `map` from string to values
    Map(NodeId),
    /// A union of branches; may be empty or hold one branch.
    Union(Vec<NodeId>),
    /// `record` or `error`
    Record(Record),
    /// `enum`
    Enum(Enum),
    /// `fixed`
    Fixed(Fixed),
}

/// A record or an error.
#[derive(Debug, Clone)]
pub struct Record {
    /// Its full name.
    pub name: Fullname,
    /// Its doc text; an empty one is kept.
    pub doc: Option<String>,
    /// Aliases, relative ones already completed with the record's namespace.
    pub aliases: Vec<Fullname>,
    /// Fields in source order; may be empty.
    pub fields: Vec<Field>,
    /// True when declared as `"type": "error"`.
    pub is_error: bool,
}

/// A field of a record.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its doc text; an empty one is kept.
    pub doc: Option<String>,
    /// Its schema.
    pub schema: NodeId,
    /// The default as written; `None` when there is none, which is not the same as a default of `null`.
    pub default: Option<Json>,
    /// The sort order.
    pub order: Order,
    /// Other names that a writer may use for it; not validated, as in the reference.
    pub aliases: Vec<String>,
    /// Custom attributes in source order.
    pub properties: Properties,
}

/// The sort order of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// The default.
    #[default]
    Ascending,
    /// Reversed.
    Descending,
    /// Not part of the ordering.
    Ignore,
}

/// An enum.
#[derive(Debug, Clone)]
pub struct Enum {
    /// Its full name.
    pub name: Fullname,
    /// Its doc text; an empty one is kept.
    pub doc: Option<String>,
    /// Aliases, relative ones already completed with the enum's namespace.
    pub aliases: Vec<Fullname>,
    /// Symbols in source order; may be empty.
    pub symbols: Vec<String>,
    /// The symbol that a reader takes for one it does not know.
    pub default: Option<String>,
}

/// A fixed number of bytes.
#[derive(Debug, Clone)]
pub struct Fixed {
    /// Its full name.
    pub name: Fullname,
    /// Its doc text; an empty one is kept.
    pub doc: Option<String>,
    /// Aliases, relative ones already completed with the fixed's namespace.
    pub aliases: Vec<Fullname>,
    /// Size in bytes, 0 to 2^31 - 9.
    pub size: usize,
}

/// A logical type that is known and valid on its base type (specification 1.12, "Logical Types"). Exhaustive, so that a
/// generator cannot forget one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LogicalType {
    /// Two's complement big-endian unscaled value on `bytes` or `fixed`.
    Decimal {
        /// Digits, at least 1.
        precision: u32,
        /// Digits behind the point, at most `precision`.
        scale: u32,
    },
    /// A decimal with its scale in the data, on `bytes`.
    BigDecimal,
    /// Text on `string`, 16 bytes big-endian on `fixed(16)`.
    Uuid,
    /// Days since 1970-01-01, on `int`.
    Date,
    /// Milliseconds since midnight, on `int`.
    TimeMillis,
    /// Microseconds since midnight, on `long`.
    TimeMicros,
    /// Milliseconds since 1970-01-01T00:00Z, on `long`.
    TimestampMillis,
    /// Microseconds since 1970-01-01T00:00Z, on `long`.
    TimestampMicros,
    /// Nanoseconds since 1970-01-01T00:00Z, on `long`.
    TimestampNanos,
    /// Milliseconds since 1970-01-01T00:00 in an unstated zone, on `long`.
    LocalTimestampMillis,
    /// Microseconds since 1970-01-01T00:00 in an unstated zone, on `long`.
    LocalTimestampMicros,
    /// Nanoseconds since 1970-01-01T00:00 in an unstated zone, on `long`.
    LocalTimestampNanos,
    /// Months, days and milliseconds as three little-endian unsigned 32-bit numbers, on `fixed(12)`.
    Duration,
}

impl LogicalType {
    /// Its name in a schema.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Decimal { .. } => "decimal",
            Self::BigDecimal => "big-decimal",
            Self::Uuid => "uuid",
            Self::Date => "date",
            Self::TimeMillis => "time-millis",
            Self::TimeMicros => "time-micros",
            Self::TimestampMillis => "timestamp-millis",
            Self::TimestampMicros => "timestamp-micros",
            Self::TimestampNanos => "timestamp-nanos",
            Self::LocalTimestampMillis => "local-timestamp-millis",
            Self::LocalTimestampMicros => "local-timestamp-micros",
            Self::LocalTimestampNanos => "local-timestamp-nanos",
            Self::Duration => "duration",
        }
    }
}

impl Kind {
    /// The name of the type as a schema spells it; an error is a `record`.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "boolean",
            Self::Int => "int",
            Self::Long => "long",
            Self::Float => "float",
            Self::Double => "double",
            Self::Bytes => "bytes",
            Self::String => "string",
            Self::Array(_) => "array",
            Self::Map(_) => "map",
            Self::Union(_) => "union",
            Self::Record(_) => "record",
            Self::Enum(_) => "enum",
            Self::Fixed(_) => "fixed",
        }
    }

    /// The primitive type of that name.
    pub(crate) fn primitive(name: &str) -> Option<Self> {
        Some(match name {
            "null" => Self::Null,
            "boolean" => Self::Boolean,
            "int" => Self::Int,
            "long" => Self::Long,
            "float" => Self::Float,
            "double" => Self::Double,
            "bytes" => Self::Bytes,
            "string" => Self::String,
            _ => return None,
        })
    }

    /// The branches of a union; none for other kinds.
    pub fn branches(&self) -> &[NodeId] {
        match self {
            Self::Union(branches) => branches,
            _ => &[],
        }
    }

    /// The schemas that this one holds, in source order.
    pub(crate) fn children(&self) -> impl Iterator<Item = NodeId> + '_ {
        let (one, branches, fields): (Option<NodeId>, &[NodeId], &[Field]) = match self {
            Self::Array(child) | Self::Map(child) => (Some(*child), &[], &[]),
            Self::Union(branches) => (None, branches, &[]),
            Self::Record(record) => (None, &[], &record.fields),
            _ => (None, &[], &[]),
        };
        one.into_iter().chain(branches.iter().copied()).chain(fields.iter().map(|field| field.schema))
    }

    /// Replaces the schemas that this one holds.
    pub(crate) fn map_children(&mut self, mut change: impl FnMut(NodeId) -> NodeId) {
        match self {
            Self::Array(child) | Self::Map(child) => *child = change(*child),
            Self::Union(branches) => {
                for branch in branches {
                    *branch = change(*branch);
                }
            }
            Self::Record(record) => {
                for field in &mut record.fields {
                    field.schema = change(field.schema);
                }
            }
            _ => {}
        }
    }
}
