//! Defaults as values of their type (schemas §6.3).

use super::{Value, latin1, shortened};
use crate::default::{self, Check};
use crate::json::{Json, parse_java_double};
use crate::limits::Limits;
use crate::schema::{Kind, NodeId, Record, Schema};
use std::collections::BTreeMap;

/// How many parts the defaults of one schema may have, together with those that they take from inner defaults: a record
/// whose fields default to records whose fields do so doubles with each level.
const MAX_PARTS: u64 = 1 << 20;

/// Why a default cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DefaultError {
    /// It does not fit its type.
    #[error("{found} does not fit, which must be {expected}")]
    Unfit {
        /// The default, or the part of it that does not fit, shortened.
        found: String,
        /// The values that fit.
        expected: String,
    },
    /// It names a symbol that the enum does not have.
    #[error("enum {name} has no symbol {symbol:?}")]
    NoSymbol {
        /// The enum's full name.
        name: String,
        /// The default.
        symbol: String,
    },
    /// It has not as many bytes as the fixed type.
    #[error("fixed {name} has {size} bytes, not {found}")]
    FixedSize {
        /// The full name.
        name: String,
        /// Bytes of the type.
        size: usize,
        /// Bytes of the default.
        found: usize,
    },
    /// It has a character that stands for no byte.
    #[error("{character:?} is no byte: bytes are written as the characters U+0000 to U+00FF")]
    NoByte {
        /// The character.
        character: char,
    },
    /// It lacks a field that has no default itself.
    #[error("field {field:?} of record {record} is missing and has no default itself")]
    MissingField {
        /// The record's full name.
        record: String,
        /// The field.
        field: String,
    },
    /// It nests too deep, which a record does whose default contains the record.
    #[error("it nests deeper than {limit} levels; does a record contain itself by default?")]
    TooDeep {
        /// The limit.
        limit: usize,
    },
    /// The defaults of the schema have too many parts.
    #[error("the defaults of the schema have more than {limit} parts")]
    TooLarge {
        /// The limit.
        limit: u64,
    },
}

/// The default of a field of the type `id` as a value of that type.
///
/// Missing fields of records take their own defaults and further members are ignored. A union takes the first branch
/// that the default fits by its kind of JSON.
///
/// # Errors
/// The default fits its type in outline, or the schema would not have been read, but cannot be used.
pub fn default_value(schema: &Schema, id: NodeId, default: &Json) -> Result<Value, DefaultError> {
    Defaults::new(schema).make(id, default).map(|(value, _)| value)
}

/// Makes values of the defaults of one schema.
pub(crate) struct Defaults<'s> {
    schema: &'s Schema,
    fit: Check<'s, Schema>,
    parts: u64,
    depth: usize,
}

impl<'s> Defaults<'s> {
    pub(crate) fn new(schema: &'s Schema) -> Self {
        Self { schema, fit: Check::new(schema), parts: 0, depth: 0 }
    }

    /// The default as a value of its type, and of how many parts it consists.
    ///
    /// Missing fields of records take their own defaults and further members are ignored. A union takes the first
    /// branch that the default fits by its kind of JSON (1.12; before, it had to be the first one).
    pub(crate) fn make(&mut self, id: NodeId, default: &Json) -> Result<(Value, u64), DefaultError> {
        let before = self.parts;
        self.depth = 0;
        let value = self.value(id, default)?;
        Ok((value, self.parts - before))
    }

    /// Frames of this and of what it calls for compound types are kept small: they are there once for each level.
    fn value(&mut self, id: NodeId, json: &Json) -> Result<Value, DefaultError> {
        self.parts += 1;
        if self.parts > MAX_PARTS {
            return Err(DefaultError::TooLarge { limit: MAX_PARTS });
        }
        let limit = Limits::DEFAULT.depth;
        if self.depth == limit {
            return Err(DefaultError::TooDeep { limit });
        }
        self.depth += 1;
        let schema = self.schema;
        let made = match (&schema[id].kind, json) {
            (Kind::Array(items), Json::Array(values)) => self.array(*items, values),
            (Kind::Map(values), Json::Object(members)) => self.map(*values, members),
            (Kind::Record(record), Json::Object(members)) => self.record(record, members),
            (Kind::Union(branches), _) => self.union(id, branches, json),
            _ => self.leaf(id, json),
        };
        self.depth -= 1;
        made
    }

    fn array(&mut self, items: NodeId, values: &[Json]) -> Result<Value, DefaultError> {
        let mut array = Vec::new();
        for value in values {
            array.push(self.value(items, value)?);
        }
        Ok(Value::Array(array))
    }

    fn map(&mut self, values: NodeId, members: &[(String, Json)]) -> Result<Value, DefaultError> {
        let mut map = BTreeMap::new();
        for (key, value) in members {
            map.insert(key.clone(), self.value(values, value)?);
        }
        Ok(Value::Map(map))
    }

    fn record(&mut self, record: &'s Record, members: &[(String, Json)]) -> Result<Value, DefaultError> {
        let find = default::Members::of(members);
        let mut fields = Vec::with_capacity(record.fields.len());
        for field in &record.fields {
            let Some(given) = find.get(&field.name).or(field.default.as_ref()) else {
                let (record, field) = (record.name.to_string(), field.name.clone());
                return Err(DefaultError::MissingField { record, field });
            };
            fields.push(self.value(field.schema, given)?);
        }
        Ok(Value::Record(fields))
    }

    fn union(&mut self, id: NodeId, branches: &[NodeId], json: &Json) -> Result<Value, DefaultError> {
        let Some(place) = branches.iter().position(|&branch| self.fit.fits(branch, json)) else {
            return Err(self.unfit(id, json));
        };
        // A union is no level of its own.
        self.depth -= 1;
        let value = self.value(branches[place], json);
        self.depth += 1;
        Ok(Value::Union(place, Box::new(value?)))
    }

    fn leaf(&self, id: NodeId, json: &Json) -> Result<Value, DefaultError> {
        Ok(match (&self.schema[id].kind, json) {
            (Kind::Null, Json::Null) => Value::Null,
            (Kind::Boolean, Json::Bool(value)) => Value::Boolean(*value),
            (Kind::Int, Json::Int(value)) => {
                Value::Int(i32::try_from(*value).map_err(|_| self.unfit(id, json))?)
            }
            (Kind::Long, Json::Int(value)) => Value::Long(*value),
            (Kind::Float, _) => Value::Float(self.float(id, json)?),
            (Kind::Double, _) => Value::Double(self.double(id, json)?),
            (Kind::Bytes, Json::String(text)) => Value::Bytes(bytes(text)?),
            (Kind::String, Json::String(text)) => Value::String(text.clone()),
            (Kind::Fixed(fixed), Json::String(text)) => {
                let bytes = bytes(text)?;
                if bytes.len() != fixed.size {
                    let (name, size, found) = (fixed.name.to_string(), fixed.size, bytes.len());
                    return Err(DefaultError::FixedSize { name, size, found });
                }
                Value::Fixed(bytes)
            }
            (Kind::Enum(definition), Json::String(symbol)) => {
                match definition.symbols.iter().position(|other| other == symbol) {
                    Some(place) => Value::Enum(place),
                    None => {
                        let (name, symbol) = (definition.name.to_string(), symbol.clone());
                        return Err(DefaultError::NoSymbol { name, symbol });
                    }
                }
            }
            _ => return Err(self.unfit(id, json)),
        })
    }

    fn double(&self, id: NodeId, json: &Json) -> Result<f64, DefaultError> {
        number(json).ok_or_else(|| self.unfit(id, json))
    }

    /// By way of `double`, as in the reference.
    #[expect(clippy::cast_possible_truncation, reason = "rounding to the nearest float is meant")]
    fn float(&self, id: NodeId, json: &Json) -> Result<f32, DefaultError> {
        Ok(self.double(id, json)? as f32)
    }

    fn unfit(&self, id: NodeId, json: &Json) -> DefaultError {
        DefaultError::Unfit { found: shortened(json), expected: default::expected(self.schema, id) }
    }
}

/// A number, or text that Java reads as one (`"NaN"`, `"-Infinity"`, `"1.5"`).
#[expect(clippy::cast_precision_loss, reason = "rounding to the nearest double is meant")]
fn number(json: &Json) -> Option<f64> {
    match json {
        Json::Int(value) => Some(*value as f64),
        Json::BigInt(digits) => digits.parse().ok(),
        Json::Double(value) => Some(*value),
        Json::String(text) => parse_java_double(text),
        _ => None,
    }
}

fn bytes(text: &str) -> Result<Vec<u8>, DefaultError> {
    latin1(text).map_err(|character| DefaultError::NoByte { character })
}
