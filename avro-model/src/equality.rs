//! Equality of schemas as the reference and the registry have it (text-forms §5).

use crate::budget::{Budget, Stopped};
use crate::json::members_equivalent;
use crate::name::Fullname;
use crate::schema::{Field, Kind, Node, NodeId, Schema};
use std::collections::HashSet;

impl Schema {
    /// Whether the registry takes both for one schema when it looks one up: the same types, names, fields, defaults,
    /// orders and properties (those in any order), and the same docs, aliases and enum defaults. References count as
    /// what they refer to.
    ///
    /// ```
    /// use avro_model::Schema;
    /// let schema = |text: &str| text.parse::<Schema>();
    /// let a = schema(r#"{"type": "long", "logicalType": "x", "unit": "ms"}"#)?;
    /// assert!(a.equivalent(&schema(r#"{"unit": "ms", "type": "long", "logicalType": "x"}"#)?));
    /// assert!(!a.equivalent(&schema(r#"{"type": "long", "logicalType": "x"}"#)?));
    /// # Ok::<(), avro_model::parser::ParseError>(())
    /// ```
    pub fn equivalent(&self, other: &Self) -> bool {
        same_structure(self, self.root(), other, other.root(), true)
    }

    /// [`equivalent`](Self::equivalent) within a budget, of which each pair of types takes a step.
    ///
    /// # Errors
    /// When the budget is spent or cancelled.
    pub fn equivalent_within(&self, other: &Self, budget: &Budget) -> Result<bool, Stopped> {
        let (left, right) = (Counted { schema: self, budget }, Counted { schema: other, budget });
        let same = same_structure(&left, self.root(), &right, other.root(), true);
        budget.check().map(|()| same)
    }
}

/// A graph of nodes in which some parts may be unknown.
pub(crate) trait Graph {
    /// The node, unless it is not known.
    fn node(&self, id: NodeId) -> Option<&Node>;

    /// Takes a step; false when the comparison is to end, with any verdict.
    fn step(&self) -> bool {
        true
    }
}

impl Graph for Schema {
    fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes().get(id.index())
    }
}

/// A schema whose comparison is taken from a budget.
struct Counted<'s> {
    schema: &'s Schema,
    budget: &'s Budget,
}

impl Graph for Counted<'_> {
    fn node(&self, id: NodeId) -> Option<&Node> {
        self.schema.node(id)
    }

    fn step(&self) -> bool {
        self.budget.spend(1)
    }
}

/// Whether two schemas are equal. `descriptions` compares docs, aliases and enum defaults as well, which are no part
/// of the reference's own equality. An unknown part equals only itself.
///
/// Pairs of records that are being compared count as equal, so recursion ends, and each pair is compared once.
pub(crate) fn same_structure<G: Graph>(
    a: &G,
    left: NodeId,
    b: &G,
    right: NodeId,
    descriptions: bool,
) -> bool {
    let one_graph = std::ptr::eq(a, b);
    let mut seen = HashSet::new();
    let mut open = vec![(left, right)];
    while let Some((left, right)) = open.pop() {
        if one_graph && left == right {
            continue;
        }
        let (Some(a_node), Some(b_node)) = (a.node(left), b.node(right)) else { return false };
        if !a.step() || !same_node(a_node, b_node, descriptions) {
            return false;
        }
        // Only a record is reached in several ways or from itself.
        if matches!(a_node.kind, Kind::Record(_)) && !seen.insert((left, right)) {
            continue;
        }
        open.extend(a_node.kind.children().zip(b_node.kind.children()));
    }
    true
}

/// Whether two nodes are equal apart from the schemas that they hold, of which they have equally many.
fn same_node(a: &Node, b: &Node, descriptions: bool) -> bool {
    let same = match (&a.kind, &b.kind) {
        (Kind::Record(a), Kind::Record(b)) => {
            a.name == b.name
                && a.fields.len() == b.fields.len()
                && a.fields.iter().zip(&b.fields).all(|(a, b)| same_field(a, b, descriptions))
                && (!descriptions || (a.doc == b.doc && same_set(&a.aliases, &b.aliases)))
        }
        (Kind::Enum(a), Kind::Enum(b)) => {
            a.name == b.name
                && a.symbols == b.symbols
                && (!descriptions
                    || (a.doc == b.doc && same_set(&a.aliases, &b.aliases) && a.default == b.default))
        }
        (Kind::Fixed(a), Kind::Fixed(b)) => {
            a.name == b.name
                && a.size == b.size
                && (!descriptions || (a.doc == b.doc && same_set(&a.aliases, &b.aliases)))
        }
        (Kind::Union(a), Kind::Union(b)) => a.len() == b.len(),
        (a, b) => std::mem::discriminant(a) == std::mem::discriminant(b),
    };
    same && members_equivalent(&a.properties, &b.properties)
}

fn same_field(a: &Field, b: &Field, descriptions: bool) -> bool {
    let same_default = match (&a.default, &b.default) {
        (None, None) => true,
        (Some(a), Some(b)) => a.equivalent(b),
        _ => false,
    };
    a.name == b.name
        && same_default
        && a.order == b.order
        && members_equivalent(&a.properties, &b.properties)
        && (!descriptions || (a.doc == b.doc && same_texts(&a.aliases, &b.aliases)))
}

fn same_set(a: &[Fullname], b: &[Fullname]) -> bool {
    a.len() == b.len() && (a == b || a.iter().collect::<HashSet<_>>() == b.iter().collect())
}

fn same_texts(a: &[String], b: &[String]) -> bool {
    a.len() == b.len() && (a == b || a.iter().collect::<HashSet<_>>() == b.iter().collect())
}
