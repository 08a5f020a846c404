//! Defaults that fit.

use super::change::Change;
use super::draft::Draft;
use crate::json::Json;
use crate::schema::{Kind, NodeId, Schema};
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

/// The emptiest default of a type; null wherever it is allowed.
pub(super) fn smallest(schema: &Schema, id: NodeId) -> Option<Json> {
    smallest_within(schema, id, &mut { MAX_PARTS }, 0)
}

fn smallest_within(schema: &Schema, id: NodeId, parts: &mut usize, depth: usize) -> Option<Json> {
    *parts = parts.checked_sub(1)?;
    if depth == MAX_DEPTH {
        return None;
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
        Kind::Union(branches) if branches.iter().any(|&branch| matches!(schema[branch].kind, Kind::Null)) => {
            Json::Null
        }
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
