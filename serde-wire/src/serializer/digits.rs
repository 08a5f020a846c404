//! Decimals of a value with more digits than their schema allows.

use super::{SerializeError, SerializeErrorKind};
use crate::types::Decimal;
use crate::types::precise::{fits, length};
use avro_model::schema::LogicalType;
use avro_model::value::PathStep;
use avro_model::{Kind, NodeId, Schema, Value};

/// Refuses the value if one of its decimals has more digits than the precision of the schema.
pub(super) fn check_digits(schema: &Schema, value: &Value) -> Result<(), SerializeError> {
    let mut way = Vec::new();
    let Some((found, allowed)) = too_many(schema, schema.root(), value, &mut way) else { return Ok(()) };
    way.reverse();
    Err(SerializeErrorKind::Type {
        path: way.into_iter().collect(),
        problem: format!("a decimal of {found}, where the schema to write with has at most {allowed}"),
    }
    .into())
}

/// Whether values of the schema may have decimals.
pub(super) fn has_decimals(schema: &Schema) -> bool {
    schema.nodes().iter().any(|node| matches!(node.logical, Some(LogicalType::Decimal { .. })))
}

/// The digits of the first such decimal, in words, and how many there may be; the way to it from the inside to the outside.
fn too_many(schema: &Schema, id: NodeId, value: &Value, way: &mut Vec<PathStep>) -> Option<(String, u32)> {
    let node = &schema[id];
    match (&node.kind, value) {
        (_, Value::Bytes(bytes) | Value::Fixed(bytes)) => {
            let Some(LogicalType::Decimal { precision, .. }) = node.logical else { return None };
            let decimal = Decimal::<0>::from_signed_bytes_be(bytes);
            (!fits(&decimal, precision)).then(|| (length(&decimal), precision))
        }
        (Kind::Union(branches), Value::Union(position, value)) => {
            too_many(schema, *branches.get(*position)?, value, way)
        }
        (Kind::Record(record), Value::Record(values)) => {
            record.fields.iter().zip(values).find_map(|(field, value)| {
                let found = too_many(schema, field.schema, value, way)?;
                way.push(PathStep::Field(field.name.clone()));
                Some(found)
            })
        }
        (Kind::Array(items), Value::Array(values)) => values.iter().enumerate().find_map(|(index, value)| {
            let found = too_many(schema, *items, value, way)?;
            way.push(PathStep::Index(index));
            Some(found)
        }),
        (Kind::Map(items), Value::Map(values)) => values.iter().find_map(|(key, value)| {
            let found = too_many(schema, *items, value, way)?;
            way.push(PathStep::Key(key.clone()));
            Some(found)
        }),
        _ => None,
    }
}
