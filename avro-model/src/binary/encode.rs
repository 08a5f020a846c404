//! Values to data.

use crate::limits::Limits;
use crate::schema::{Kind, NodeId, Schema};
use crate::value::{EncodeError, EncodeProblem, Place, Unfit, Value, at};

/// Encodes a value of a schema. Arrays and maps are written as one block; the entries of a map in the order of keys.
///
/// # Errors
/// When the value is none of the schema, or nests deeper than [`Limits::DEFAULT`] allows.
///
/// ```
/// use avro_model::{Schema, Value, binary};
/// let schema: Schema = r#"{"type":"array","items":["null","long"]}"#.parse()?;
/// let value = Value::Array(vec![Value::Union(1, Box::new(Value::Long(-3))), Value::Union(0, Box::new(Value::Null))]);
/// assert_eq!(binary::encode(&schema, &value)?, [0x04, 0x02, 0x05, 0x00, 0x00]);
///
/// let wrong = Value::Array(vec![Value::Long(-3)]);
/// let error = binary::encode(&schema, &wrong).unwrap_err();
/// assert_eq!(error.to_string(), "at $[0]: a value of type long stands where the schema has [null, long]");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn encode(schema: &Schema, value: &Value) -> Result<Vec<u8>, EncodeError> {
    let mut out = Vec::new();
    encode_into(schema, value, &mut out)?;
    Ok(out)
}

/// Encodes a value of a schema behind what `out` holds, which is left as it was when that fails.
///
/// # Errors
/// As [`encode`].
pub fn encode_into(schema: &Schema, value: &Value, out: &mut Vec<u8>) -> Result<(), EncodeError> {
    let before = out.len();
    let mut encoder = Encoder { schema, out, depth: 0 };
    encoder.value(schema.root(), value).map_err(|unfit| {
        out.truncate(before);
        EncodeError::from(unfit)
    })
}

struct Encoder<'s, 'o> {
    schema: &'s Schema,
    out: &'o mut Vec<u8>,
    depth: usize,
}

impl Encoder<'_, '_> {
    fn value(&mut self, id: NodeId, value: &Value) -> Result<(), Unfit<EncodeProblem>> {
        let schema = self.schema;
        match (&schema[id].kind, value) {
            (Kind::Array(items), Value::Array(values)) => {
                self.enter()?;
                self.count(values.len());
                for (index, value) in values.iter().enumerate() {
                    self.value(*items, value).map_err(at(Place::Index(index)))?;
                }
                self.end(values.len());
            }
            (Kind::Map(kind), Value::Map(values)) => {
                self.enter()?;
                self.count(values.len());
                for (key, value) in values {
                    self.bytes(key.as_bytes());
                    self.value(*kind, value).map_err(at(Place::Key(key)))?;
                }
                self.end(values.len());
            }
            (Kind::Record(record), Value::Record(values)) if values.len() == record.fields.len() => {
                self.enter()?;
                for (field, value) in record.fields.iter().zip(values) {
                    self.value(field.schema, value).map_err(at(Place::Field(&field.name)))?;
                }
                self.depth -= 1;
            }
            (Kind::Union(branches), Value::Union(branch, value)) if *branch < branches.len() => {
                self.count(*branch);
                self.value(branches[*branch], value)?;
            }
            _ => self.leaf(id, value)?,
        }
        Ok(())
    }

    fn leaf(&mut self, id: NodeId, value: &Value) -> Result<(), Unfit<EncodeProblem>> {
        match (&self.schema[id].kind, value) {
            (Kind::Null, Value::Null) => {}
            (Kind::Boolean, Value::Boolean(value)) => self.out.push(u8::from(*value)),
            (Kind::Int, Value::Int(value)) => self.long(i64::from(*value)),
            (Kind::Long, Value::Long(value)) => self.long(*value),
            (Kind::Float, Value::Float(value)) => self.out.extend_from_slice(&value.to_le_bytes()),
            (Kind::Double, Value::Double(value)) => self.out.extend_from_slice(&value.to_le_bytes()),
            (Kind::Bytes, Value::Bytes(value)) => self.bytes(value),
            (Kind::String, Value::String(value)) => self.bytes(value.as_bytes()),
            (Kind::Fixed(fixed), Value::Fixed(value)) if value.len() == fixed.size => {
                self.out.extend_from_slice(value);
            }
            (Kind::Enum(definition), Value::Enum(index)) if *index < definition.symbols.len() => {
                self.count(*index);
            }
            _ => return Err(EncodeProblem::of(self.schema, id, value).into()),
        }
        Ok(())
    }

    fn enter(&mut self) -> Result<(), Unfit<EncodeProblem>> {
        let limit = Limits::DEFAULT.depth;
        if self.depth == limit {
            return Err(EncodeProblem::TooDeep { limit }.into());
        }
        self.depth += 1;
        Ok(())
    }

    /// Ends an array or map of that many items; the count of an empty one has ended it already.
    fn end(&mut self, count: usize) {
        if count > 0 {
            self.out.push(0);
        }
        self.depth -= 1;
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.count(bytes.len());
        self.out.extend_from_slice(bytes);
    }

    fn count(&mut self, count: usize) {
        self.long(i64::try_from(count).expect("a length in memory is below 2^63"));
    }

    #[expect(clippy::cast_possible_truncation, reason = "seven bits at a time are meant")]
    fn long(&mut self, value: i64) {
        let mut rest = ((value << 1) ^ (value >> 63)).cast_unsigned();
        while rest > 0x7f {
            self.out.push(rest as u8 | 0x80);
            rest >>= 7;
        }
        self.out.push(rest as u8);
    }
}
