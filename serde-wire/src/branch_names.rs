//! The names of a union's branches.

use avro_model::{Node, NodeId, Schema};
use std::fmt::{self, Display};

/// The full name of a type; of one without a name, what the specification calls it, such as `int`.
pub(crate) fn full(node: &Node) -> &str {
    node.name().map_or(node.kind.type_name(), |name| name.as_str())
}

/// Whether a type is called so by people: by its full name, its short name, or that of its type, such as `Int`.
pub(crate) fn is_called(node: &Node, name: &str) -> bool {
    match node.name() {
        Some(full) => full.as_str() == name || full.as_str().rsplit('.').next() == Some(name),
        None => node.kind.type_name().eq_ignore_ascii_case(name),
    }
}

/// The branch that a name means: the one with that full name, else the only one that is called so.
pub(crate) fn called(schema: &Schema, branches: &[NodeId], name: &str) -> Result<Option<usize>, Several> {
    called_among(schema, branches, name, |_| true)
}

/// The same, of those branches alone.
pub(crate) fn called_among(
    schema: &Schema,
    branches: &[NodeId],
    name: &str,
    among: impl Fn(&Node) -> bool,
) -> Result<Option<usize>, Several> {
    let mut first = None;
    let mut more = false;
    for (place, &branch) in branches.iter().enumerate() {
        let node = &schema[branch];
        if !among(node) {
            continue;
        }
        if full(node) == name {
            return Ok(Some(place));
        }
        if is_called(node, name) {
            more |= first.is_some();
            first = first.or(Some(place));
        }
    }
    if !more {
        return Ok(first);
    }
    let nodes = branches.iter().map(|&branch| &schema[branch]);
    let names = listed(nodes.filter(|node| among(node) && is_called(node, name)));
    Err(Several { name: name.to_owned(), names })
}

/// The names of several types, of which a value that fits each of them equally cannot choose one: all have names.
pub(crate) fn rivals(nodes: &[&Node]) -> Option<String> {
    let all_named = nodes.len() > 1 && nodes.iter().all(|node| node.name().is_some());
    all_named.then(|| listed(nodes.iter().copied()))
}

fn listed<'n>(nodes: impl Iterator<Item = &'n Node>) -> String {
    nodes.map(full).collect::<Vec<_>>().join(", ")
}

/// A name that more than one branch has.
#[derive(Debug)]
pub(crate) struct Several {
    name: String,
    names: String,
}

impl Display for Several {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, names } = self;
        write!(f, "the name {name} is that of several branches, {names}; give the full name")
    }
}
