//! Values for the other crate.

use crate::types::BigDecimal;
use apache_avro::types::Value as Theirs;
use apache_avro::{Decimal, Duration};
use avro_model::schema::{LogicalType, Node};
use avro_model::{Kind, NodeId, Schema, Value};

/// The value of that schema as one of `apache-avro`: records by name, enums by symbol, unions by position, logical types as its
/// own variants. A value that is none of the schema is null where it is not.
///
/// The text of a `uuid` that is none, the bytes of a `big-decimal` that are none or could be shorter, and a `decimal` without a byte,
/// which that crate cannot write, stay text and bytes, so that [`from_apache`](super::from_apache) gives the same value back.
pub fn to_apache(schema: &Schema, value: &Value) -> Theirs {
    theirs(schema, schema.root(), value)
}

fn theirs(schema: &Schema, id: NodeId, value: &Value) -> Theirs {
    let node = &schema[id];
    match (&node.kind, value) {
        (Kind::Union(branches), Value::Union(position, inner)) => match branches.get(*position) {
            Some(&branch) => Theirs::Union(index(*position), Box::new(theirs(schema, branch, inner))),
            None => Theirs::Null,
        },
        (Kind::Record(record), Value::Record(values)) => {
            let fields = record.fields.iter().zip(values);
            Theirs::Record(
                fields
                    .map(|(field, value)| (field.name.clone(), theirs(schema, field.schema, value)))
                    .collect(),
            )
        }
        (Kind::Array(items), Value::Array(values)) => {
            Theirs::Array(values.iter().map(|value| theirs(schema, *items, value)).collect())
        }
        (Kind::Map(items), Value::Map(values)) => Theirs::Map(
            values.iter().map(|(key, value)| (key.clone(), theirs(schema, *items, value))).collect(),
        ),
        (Kind::Enum(definition), Value::Enum(position)) => match definition.symbols.get(*position) {
            Some(symbol) => Theirs::Enum(index(*position), symbol.clone()),
            None => Theirs::Null,
        },
        (_, value) => logical(node, value).unwrap_or_else(|| plain(value)),
    }
}

/// No schema in memory has so many symbols or branches that this cuts.
fn index(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}

fn plain(value: &Value) -> Theirs {
    match value {
        Value::Boolean(value) => Theirs::Boolean(*value),
        Value::Int(value) => Theirs::Int(*value),
        Value::Long(value) => Theirs::Long(*value),
        Value::Float(value) => Theirs::Float(*value),
        Value::Double(value) => Theirs::Double(*value),
        Value::Bytes(value) => Theirs::Bytes(value.clone()),
        Value::String(value) => Theirs::String(value.clone()),
        Value::Fixed(value) => Theirs::Fixed(value.len(), value.clone()),
        _ => Theirs::Null,
    }
}

fn logical(node: &Node, value: &Value) -> Option<Theirs> {
    Some(match (node.logical.as_ref()?, value) {
        (LogicalType::Date, Value::Int(value)) => Theirs::Date(*value),
        (LogicalType::TimeMillis, Value::Int(value)) => Theirs::TimeMillis(*value),
        (LogicalType::TimeMicros, Value::Long(value)) => Theirs::TimeMicros(*value),
        (LogicalType::TimestampMillis, Value::Long(value)) => Theirs::TimestampMillis(*value),
        (LogicalType::TimestampMicros, Value::Long(value)) => Theirs::TimestampMicros(*value),
        (LogicalType::TimestampNanos, Value::Long(value)) => Theirs::TimestampNanos(*value),
        (LogicalType::LocalTimestampMillis, Value::Long(value)) => Theirs::LocalTimestampMillis(*value),
        (LogicalType::LocalTimestampMicros, Value::Long(value)) => Theirs::LocalTimestampMicros(*value),
        (LogicalType::LocalTimestampNanos, Value::Long(value)) => Theirs::LocalTimestampNanos(*value),
        (LogicalType::Decimal { .. }, Value::Bytes(bytes) | Value::Fixed(bytes)) if !bytes.is_empty() => {
            Theirs::Decimal(Decimal::from(bytes))
        }
        (LogicalType::BigDecimal, Value::Bytes(bytes)) => {
            let value = BigDecimal::from_wire(bytes).ok().filter(|value| value.to_wire() == *bytes)?;
            Theirs::BigDecimal(value.into())
        }
        (LogicalType::Uuid, Value::String(text)) if text.len() == 36 => {
            Theirs::Uuid(apache_avro::Uuid::try_parse(text).ok()?)
        }
        (LogicalType::Uuid, Value::Fixed(bytes)) => Theirs::Uuid(apache_avro::Uuid::from_slice(bytes).ok()?),
        (LogicalType::Duration, Value::Fixed(bytes)) => {
            let bytes: [u8; 12] = bytes.as_slice().try_into().ok()?;
            Theirs::Duration(Duration::from(bytes))
        }
        _ => return None,
    })
}
