//! Types in words.

use avro_model::{Kind, NodeId, Schema};

/// How deep types without a name are written out.
const MAX_DEPTH: usize = 6;

/// A type as IDL writes it: `int`, `array<shop.Item>`, `union { null, string }`.
pub(super) fn type_text(schema: &Schema, node: NodeId) -> String {
    within(schema, node, MAX_DEPTH)
}

fn within(schema: &Schema, id: NodeId, depth: usize) -> String {
    let node = &schema[id];
    if depth == 0 {
        return "…".to_owned();
    }
    let part = |id: NodeId| within(schema, id, depth - 1);
    let text = match &node.kind {
        Kind::Array(items) => format!("array<{}>", part(*items)),
        Kind::Map(values) => format!("map<{}>", part(*values)),
        Kind::Union(branches) => {
            let branches: Vec<String> = branches.iter().map(|branch| part(*branch)).collect();
            format!("union {{ {} }}", branches.join(", "))
        }
        kind => node.name().map_or_else(|| kind.type_name().to_owned(), ToString::to_string),
    };
    match (node.logical, node.name()) {
        (Some(logical), None) => format!("{text} ({})", logical.name()),
        _ => text,
    }
}
