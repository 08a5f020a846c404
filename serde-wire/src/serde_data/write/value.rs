//! Values of the schema itself, as defaults are.

use super::{At, branch};
use crate::codec::{AvroEncode, AvroWrite, Writer};
use avro_model::{Kind, NodeId, Value};

/// Writes a value that was made for that node.
pub(super) fn write_value(at: At<'_, '_>, value: &Value) {
    let At { schema, node, out, depth } = at;
    let part =
        |node: NodeId, value: &Value, out: &mut Vec<u8>| write_value(At { schema, node, out, depth }, value);
    match (&schema[node].kind, value) {
        (Kind::Union(branches), Value::Union(place, value)) => {
            branch::index(*place, out);
            part(branches[*place], value, out);
        }
        (Kind::Record(record), Value::Record(values)) => {
            for (field, value) in record.fields.iter().zip(values) {
                part(field.schema, value, out);
            }
        }
        (Kind::Array(items), Value::Array(values)) => {
            branch::index(values.len(), out);
            values.iter().for_each(|value| part(*items, value, out));
            if !values.is_empty() {
                out.push(0);
            }
        }
        (Kind::Map(items), Value::Map(values)) => {
            branch::index(values.len(), out);
            for (key, value) in values {
                Writer::new(out).write_str(key);
                part(*items, value, out);
            }
            if !values.is_empty() {
                out.push(0);
            }
        }
        (_, Value::Boolean(value)) => value.encode_into(out),
        (_, Value::Int(value)) => value.encode_into(out),
        (_, Value::Long(value)) => value.encode_into(out),
        (_, Value::Float(value)) => value.encode_into(out),
        (_, Value::Double(value)) => value.encode_into(out),
        (_, Value::Bytes(value)) => Writer::new(out).write_bytes(value),
        (_, Value::String(value)) => Writer::new(out).write_str(value),
        (_, Value::Fixed(value)) => out.extend_from_slice(value),
        (_, Value::Enum(place)) => branch::index(*place, out),
        _ => {}
    }
}
