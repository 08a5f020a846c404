//! Defaults that fit.

use super::change::Change;
use super::draft::Draft;
use crate::json::Json;
use crate::schema::{Kind, LogicalType, Node, NodeId, Schema};
use crate::value::{DefaultError, Defaults};

/// How deep a default of records is written out.
const MAX_DEPTH: usize = 8;
/// Of how many parts at most.
const MAX_PARTS: usize = 1_000;

/// Gives fields whose default cannot be used, perhaps since their type was changed, another one.
pub(super) fn fit(schema: Schema, changes: &mut Vec<Change>) -> Schema {
    let mut draft = Draft::of(&schema);
    let mut values = Defaults::new(&schema);
    let mut changed = false;
    for id in (0..schema.nodes().len()).map(|index| schema.node_id(index)) {
        let Kind::Record(record) = &schema[id].kind else { continue };
        for (index, field) in record.fields.iter().enumerate() {
            let Some(default) = &field.default else { continue };
            let error = match values.make(field.schema, default) {
                Ok(_) => continue,
                // The budget is one for all defaults.
                Err(DefaultError::TooLarge { .. }) => return schema,
                Err(error) => error,
            };
            let Some(fitting) = smallest(&schema, field.schema) else { continue };
            let Kind::Record(record) = draft.kind(id) else { continue };
            record.fields[index].default = Some(fitting.clone());
            changed = true;
            let given = changes.iter_mut().find_map(|change| change.default_of(&record.name, &field.name));
            match given {
                Some(given) => *given = fitting,
                None => changes.push(Change::FitDefault {
                    record: record.name.clone(),
                    field: field.name.clone(),
                    default: fitting,
                    reason: error.to_string(),
                }),
            }
        }
    }
    if changed { draft.into_schema().unwrap_or(schema) } else { schema }
}

/// The default of a type whose emptiest text is not one of its logical type.
fn smallest_logical(node: &Node) -> Option<&'static str> {
    match (node.logical?, &node.kind) {
        // A number has a byte at least, and a big one its length and scale beside it.
        (LogicalType::Decimal { .. }, Kind::Bytes) => Some("\0"),
        (LogicalType::BigDecimal, Kind::Bytes) => Some("\u{2}\0\0"),
        (LogicalType::Uuid, Kind::String) => Some("00000000-0000-0000-0000-000000000000"),
        _ => None,
    }
}

/// The emptiest default of a type. That of a union is one of its first branch, as Avro before 1.12 wants it.
pub(super) fn smallest(schema: &Schema, id: NodeId) -> Option<Json> {
    smallest_within(schema, id, &mut { MAX_PARTS }, 0)
}

fn smallest_within(schema: &Schema, id: NodeId, parts: &mut usize, depth: usize) -> Option<Json> {
    *parts = parts.checked_sub(1)?;
    if depth == MAX_DEPTH {
        return None;
    }
    if let Some(text) = smallest_logical(&schema[id]) {
        return Some(Json::String(text.to_owned()));
    }
    Some(match &schema[id].kind {
        Kind::Null => Json::Null,
        Kind::Boolean => Json::Bool(false),
        Kind::Int | Kind::Long => Json::Int(0),
        Kind::Float | Kind::Double => Json::Double(0.0),
        Kind::Bytes | Kind::String => Json::String(String::new()),
        Kind::Array(_) => Json::Array(Vec::new()),
        Kind::Map(_) => Json::Object(Vec::new()),
        Kind::Enum(definition) => {
            Json::String(definition.default.clone().or_else(|| definition.symbols.first().cloned())?)
        }
        Kind::Fixed(fixed) if fixed.size <= 64 => Json::String("\0".repeat(fixed.size)),
        Kind::Fixed(_) => return None,
        Kind::Union(branches) => smallest_within(schema, *branches.first()?, parts, depth + 1)?,
        Kind::Record(record) => {
            let members = record.fields.iter().filter(|field| field.default.is_none()).map(|field| {
                smallest_within(schema, field.schema, parts, depth + 1)
                    .map(|default| (field.name.clone(), default))
            });
            Json::Object(members.collect::<Option<Vec<_>>>()?)
        }
    })
}
