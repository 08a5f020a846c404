//! The JSON encoding (specification, "JSON Encoding"; encoding §5).
//!
//! A union is `null` or an object with one member, named by the branch: a type name, or the full name of a record, enum
//! or fixed. Bytes and fixed are texts of the characters U+0000 to U+00FF. NaN and the infinities, for which JSON has no
//! number, are the texts `"NaN"`, `"Infinity"` and `"-Infinity"`. Logical types do not show.

mod decode;
mod encode;

pub use decode::{JsonDecodeError, JsonDecodeProblem, decode, decode_json};
pub use encode::{encode, encode_into};

use crate::schema::{NodeId, Schema};

/// The name of a union's branch.
fn branch_name(schema: &Schema, branch: NodeId) -> &str {
    let node = &schema[branch];
    node.name().map_or(node.kind.type_name(), |name| name.as_str())
}

#[cfg(test)]
mod tests;
