//! Values to JSON text.

use super::branch_name;
use crate::json::{push_java_double, push_java_float, push_json_string};
use crate::limits::Limits;
use crate::schema::{Kind, NodeId, Schema};
use crate::value::{EncodeError, EncodeProblem, Place, Unfit, Value, at};
use std::fmt::Write;

/// Encodes a value of a schema as compact JSON. Numbers are written as the reference does (`1.0E10`), the entries of a
/// map in the order of keys.
///
/// # Errors
/// When the value is none of the schema, or nests deeper than [`Limits::DEFAULT`] allows.
///
/// ```
/// use avro_model::{Schema, Value, json_encoding};
/// let schema: Schema = r#"["null",{"type":"array","items":"bytes"}]"#.parse()?;
/// let value = Value::Union(1, Box::new(Value::Array(vec![Value::Bytes(vec![0x41, 0xff])])));
/// assert_eq!(json_encoding::encode(&schema, &value)?, r#"{"array":["Aÿ"]}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn encode(schema: &Schema, value: &Value) -> Result<String, EncodeError> {
    let mut out = String::new();
    encode_into(schema, value, &mut out)?;
    Ok(out)
}

/// Encodes a value of a schema behind what `out` holds, which is left as it was when that fails.
///
/// # Errors
/// As [`encode`].
pub fn encode_into(schema: &Schema, value: &Value, out: &mut String) -> Result<(), EncodeError> {
    let before = out.len();
    let mut encoder = Encoder { schema, out, depth: 0 };
    encoder.value(schema.root(), value).map_err(|unfit| {
        out.truncate(before);
        EncodeError::from(unfit)
    })
}

struct Encoder<'s, 'o> {
    schema: &'s Schema,
    out: &'o mut String,
    depth: usize,
}

impl Encoder<'_, '_> {
    fn value(&mut self, id: NodeId, value: &Value) -> Result<(), Unfit<EncodeProblem>> {
        let schema = self.schema;
        match (&schema[id].kind, value) {
            (Kind::Array(items), Value::Array(values)) => {
                self.open('[')?;
                for (index, value) in values.iter().enumerate() {
                    self.comma(index);
                    self.value(*items, value).map_err(at(Place::Index(index)))?;
                }
                self.close(']');
            }
            (Kind::Map(kind), Value::Map(values)) => {
                self.open('{')?;
                for (index, (key, value)) in values.iter().enumerate() {
                    self.comma(index);
                    self.key(key);
                    self.value(*kind, value).map_err(at(Place::Key(key)))?;
                }
                self.close('}');
            }
            (Kind::Record(record), Value::Record(values)) if values.len() == record.fields.len() => {
                self.open('{')?;
                for (index, (field, value)) in record.fields.iter().zip(values).enumerate() {
                    self.comma(index);
                    self.key(&field.name);
                    self.value(field.schema, value).map_err(at(Place::Field(&field.name)))?;
                }
                self.close('}');
            }
            (Kind::Union(branches), Value::Union(branch, value)) if *branch < branches.len() => {
                let branch = branches[*branch];
                if matches!(schema[branch].kind, Kind::Null) {
                    self.leaf(branch, value)?;
                } else {
                    self.out.push('{');
                    self.key(branch_name(schema, branch));
                    self.value(branch, value)?;
                    self.out.push('}');
                }
            }
            _ => self.leaf(id, value)?,
        }
        Ok(())
    }

    fn leaf(&mut self, id: NodeId, value: &Value) -> Result<(), Unfit<EncodeProblem>> {
        let out = &mut *self.out;
        match (&self.schema[id].kind, value) {
            (Kind::Null, Value::Null) => out.push_str("null"),
            (Kind::Boolean, Value::Boolean(value)) => out.push_str(if *value { "true" } else { "false" }),
            (Kind::Int, Value::Int(value)) => integer(out, i64::from(*value)),
            (Kind::Long, Value::Long(value)) => integer(out, *value),
            (Kind::Float, Value::Float(value)) => {
                quoted_unless(value.is_finite(), out, |out| push_java_float(out, *value));
            }
            (Kind::Double, Value::Double(value)) => {
                quoted_unless(value.is_finite(), out, |out| push_java_double(out, *value));
            }
            (Kind::Bytes, Value::Bytes(value)) => latin1(out, value),
            (Kind::String, Value::String(value)) => push_json_string(out, value),
            (Kind::Fixed(fixed), Value::Fixed(value)) if value.len() == fixed.size => latin1(out, value),
            (Kind::Enum(definition), Value::Enum(index)) if *index < definition.symbols.len() => {
                push_json_string(out, &definition.symbols[*index]);
            }
            _ => return Err(EncodeProblem::of(self.schema, id, value).into()),
        }
        Ok(())
    }

    fn open(&mut self, bracket: char) -> Result<(), Unfit<EncodeProblem>> {
        let limit = Limits::DEFAULT.depth;
        if self.depth == limit {
            return Err(EncodeProblem::TooDeep { limit }.into());
        }
        self.depth += 1;
        self.out.push(bracket);
        Ok(())
    }

    fn close(&mut self, bracket: char) {
        self.out.push(bracket);
        self.depth -= 1;
    }

    fn comma(&mut self, index: usize) {
        if index > 0 {
            self.out.push(',');
        }
    }

    fn key(&mut self, key: &str) {
        push_json_string(self.out, key);
        self.out.push(':');
    }
}

fn integer(out: &mut String, value: i64) {
    write!(out, "{value}").expect("a String takes any text");
}

fn latin1(out: &mut String, bytes: &[u8]) {
    let text: String = bytes.iter().map(|&byte| char::from(byte)).collect();
    push_json_string(out, &text);
}

fn quoted_unless(plain: bool, out: &mut String, push: impl FnOnce(&mut String)) {
    let quote = if plain { "" } else { "\"" };
    out.push_str(quote);
    push(out);
    out.push_str(quote);
}
