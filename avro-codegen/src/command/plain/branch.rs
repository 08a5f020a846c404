//! The branch of a union that a plain value belongs to.

use super::moment::Moment;
use super::{is_moment, key_of};
use avro_model::json::Json;
use avro_model::{Kind, NodeId, Schema};

/// The branch that fits best, the first of those that fit alike. What is inside of an array, a map or a field does not count.
pub(super) fn of(schema: &Schema, branches: &[NodeId], json: &Json) -> Option<NodeId> {
    let ranked = branches.iter().filter_map(|branch| Some((rank(schema, *branch, json)?, *branch)));
    ranked.min_by_key(|(rank, _)| *rank).map(|(_, branch)| branch)
}

/// How well a value fits a type: the lower the better.
fn rank(schema: &Schema, id: NodeId, json: &Json) -> Option<u8> {
    let node = &schema[id];
    let rank = match (&node.kind, json) {
        (Kind::Null, Json::Null) | (Kind::Boolean, Json::Bool(_)) | (Kind::Array(_), Json::Array(_)) => 0,
        (Kind::Record(record), Json::Object(members)) => {
            let known = |key: &str| record.fields.iter().any(|field| key_of(field) == key);
            let given = |key: &str| members.iter().any(|(member, _)| member == key);
            let fits = members.iter().all(|(key, _)| known(key))
                && record.fields.iter().all(|field| field.default.is_some() || given(key_of(field)));
            fits.then_some(0)?
        }
        (Kind::Map(_), Json::Object(_)) => 1,
        (Kind::Int, Json::Int(number)) => i32::try_from(*number).ok().map(|_| 0)?,
        (Kind::Long, Json::Int(_)) => 1,
        (Kind::Double, Json::Int(_) | Json::BigInt(_) | Json::Double(_)) => 2,
        (Kind::Float, Json::Int(_) | Json::BigInt(_) | Json::Double(_)) => 3,
        (Kind::Int | Kind::Long, Json::String(text)) => {
            let logical = node.logical.filter(|logical| is_moment(*logical))?;
            Moment::parse(text)?.number(logical).map(|_| 0)?
        }
        (Kind::Enum(definition), Json::String(text)) => definition.symbols.contains(text).then_some(1)?,
        (Kind::String, Json::String(_)) => 2,
        (Kind::Bytes, Json::String(text)) => text.chars().all(|one| u32::from(one) < 256).then_some(3)?,
        (Kind::Fixed(fixed), Json::String(text)) => (text.chars().count() == fixed.size).then_some(4)?,
        _ => return None,
    };
    Some(rank)
}
