//! JSON to values.

use super::branch_name;
use crate::default::Members;
use crate::json::{Json, JsonError};
use crate::limits::Limits;
use crate::resolution::describe;
use crate::schema::{Enum, Kind, NodeId, Record, Schema};
use crate::value::{Place, Unfit, Value, at, latin1, shortened};
use std::collections::BTreeMap;

/// Why JSON was not decoded.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum JsonDecodeError {
    /// The text is not JSON.
    #[error(transparent)]
    Syntax(#[from] JsonError),
    /// The JSON is no value of the schema.
    #[error("at {path}: {problem}")]
    Unfit {
        /// The place in the value: `$`, `.field`, `[index]`.
        path: String,
        /// The problem there.
        problem: JsonDecodeProblem,
    },
}

/// A problem of JSON that should be a value of a schema.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JsonDecodeProblem {
    /// It is of another type.
    #[error("{found} is no {expected}")]
    Type {
        /// The JSON, shortened.
        found: String,
        /// The schema's type.
        expected: String,
    },
    /// An enum has no such symbol.
    #[error("enum {name} has no symbol {symbol:?}")]
    NoSymbol {
        /// The full name.
        name: String,
        /// The JSON that was found, shortened.
        symbol: String,
    },
    /// A fixed value has not as many bytes as the schema says.
    #[error("fixed {name} has {expected} bytes, not {found}")]
    FixedSize {
        /// The full name.
        name: String,
        /// Bytes of the schema.
        expected: usize,
        /// Bytes that were found.
        found: usize,
    },
    /// A character stands for no byte.
    #[error("{character:?} is no byte: bytes are written as the characters U+0000 to U+00FF")]
    NoByte {
        /// The character.
        character: char,
    },
    /// A record lacks a field.
    #[error("field {field:?} of record {record} is missing")]
    MissingField {
        /// The record's full name.
        record: String,
        /// The field.
        field: String,
    },
    /// A record has a member that is no field.
    #[error("record {record} has no field {field:?}")]
    UnknownField {
        /// The record's full name.
        record: String,
        /// The member.
        field: String,
    },
    /// A value of a union does not name its branch.
    #[error("{found} names no branch of the union {union}; write {{\"branch\": value}}")]
    NoBranch {
        /// The JSON, shortened.
        found: String,
        /// The union's branches.
        union: String,
    },
    /// Records, arrays and maps nest too deep.
    #[error("values nest deeper than {limit} levels")]
    TooDeep {
        /// The limit.
        limit: usize,
    },
}

/// Decodes JSON text.
///
/// # Errors
/// When the text is not JSON or no value of the schema.
///
/// ```
/// use avro_model::{Schema, Value, json_encoding};
/// let schema: Schema = r#"{"type":"map","values":["null","float"]}"#.parse()?;
/// let value = json_encoding::decode(&schema, r#"{"a": {"float": "NaN"}, "b": null}"#)?;
/// assert_eq!(json_encoding::encode(&schema, &value)?, r#"{"a":{"float":"NaN"},"b":null}"#);
///
/// let error = json_encoding::decode(&schema, r#"{"a": 1.5}"#).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     r#"at $["a"]: 1.5 names no branch of the union [null, float]; write {"branch": value}"#
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn decode(schema: &Schema, text: &str) -> Result<Value, JsonDecodeError> {
    decode_json(schema, &Json::parse(text)?)
}

/// Decodes JSON that is parsed already.
///
/// # Errors
/// When it is no value of the schema.
pub fn decode_json(schema: &Schema, json: &Json) -> Result<Value, JsonDecodeError> {
    Decoder { schema, depth: 0 }.value(schema.root(), json).map_err(|unfit| {
        let (path, problem) = unfit.into_parts();
        JsonDecodeError::Unfit { path, problem }
    })
}

type Unfitting = Unfit<JsonDecodeProblem>;

struct Decoder<'s> {
    schema: &'s Schema,
    depth: usize,
}

impl<'s> Decoder<'s> {
    fn value(&mut self, id: NodeId, json: &Json) -> Result<Value, Unfitting> {
        let limit = Limits::DEFAULT.depth;
        if self.depth == limit {
            return Err(JsonDecodeProblem::TooDeep { limit }.into());
        }
        self.depth += 1;
        let schema = self.schema;
        let value = match (&schema[id].kind, json) {
            (Kind::Array(items), Json::Array(values)) => self.array(*items, values),
            (Kind::Map(values), Json::Object(members)) => self.map(*values, members),
            (Kind::Record(record), Json::Object(members)) => self.record(record, members),
            (Kind::Union(branches), _) => self.union(id, branches, json),
            _ => self.leaf(id, json).map_err(Unfit::from),
        };
        self.depth -= 1;
        value
    }

    fn array(&mut self, items: NodeId, values: &[Json]) -> Result<Value, Unfitting> {
        let mut array = Vec::with_capacity(values.len());
        for (index, value) in values.iter().enumerate() {
            array.push(self.value(items, value).map_err(at(Place::Index(index)))?);
        }
        Ok(Value::Array(array))
    }

    fn map(&mut self, values: NodeId, members: &[(String, Json)]) -> Result<Value, Unfitting> {
        let mut map = BTreeMap::new();
        for (key, value) in members {
            map.insert(key.clone(), self.value(values, value).map_err(at(Place::Key(key)))?);
        }
        Ok(Value::Map(map))
    }

    fn record(&mut self, record: &'s Record, members: &[(String, Json)]) -> Result<Value, Unfitting> {
        let find = Members::of(members);
        let mut fields = Vec::with_capacity(record.fields.len());
        for field in &record.fields {
            let Some(value) = find.get(&field.name) else {
                let (record, field) = (record.name.to_string(), field.name.clone());
                return Err(JsonDecodeProblem::MissingField { record, field }.into());
            };
            fields.push(self.value(field.schema, value).map_err(at(Place::Field(&field.name)))?);
        }
        if members.len() > fields.len() {
            return Err(unknown_field(record, members).into());
        }
        Ok(Value::Record(fields))
    }

    fn union(&mut self, id: NodeId, branches: &[NodeId], json: &Json) -> Result<Value, Unfitting> {
        let schema = self.schema;
        let null = |&branch: &NodeId| matches!(schema[branch].kind, Kind::Null);
        let found = match json {
            Json::Null => branches.iter().position(null).map(|branch| (branch, json)),
            Json::Object(members) => match &members[..] {
                [(name, value)] => {
                    let named = |&branch: &NodeId| branch_name(schema, branch) == name;
                    branches.iter().position(named).map(|branch| (branch, value))
                }
                _ => None,
            },
            _ => None,
        };
        let Some((branch, value)) = found else {
            let (found, union) = (shortened(json), describe(schema, id));
            return Err(JsonDecodeProblem::NoBranch { found, union }.into());
        };
        // A union is no level of its own.
        self.depth -= 1;
        let value = self.value(branches[branch], value);
        self.depth += 1;
        Ok(Value::Union(branch, Box::new(value?)))
    }

    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "a number is read as the nearest float or double"
    )]
    fn leaf(&self, id: NodeId, json: &Json) -> Result<Value, JsonDecodeProblem> {
        let unfit =
            || JsonDecodeProblem::Type { found: shortened(json), expected: describe(self.schema, id) };
        Ok(match (&self.schema[id].kind, json) {
            (Kind::Null, Json::Null) => Value::Null,
            (Kind::Boolean, Json::Bool(value)) => Value::Boolean(*value),
            (Kind::Int, Json::Int(value)) => Value::Int(i32::try_from(*value).map_err(|_| unfit())?),
            (Kind::Long, Json::Int(value)) => Value::Long(*value),
            (Kind::Float, Json::Int(value)) => Value::Float(*value as f32),
            (Kind::Float, _) => Value::Float(number(json).ok_or_else(unfit)? as f32),
            (Kind::Double, Json::Int(value)) => Value::Double(*value as f64),
            (Kind::Double, _) => Value::Double(number(json).ok_or_else(unfit)?),
            (Kind::Bytes, Json::String(text)) => Value::Bytes(bytes(text)?),
            (Kind::String, Json::String(text)) => Value::String(text.clone()),
            (Kind::Fixed(fixed), Json::String(text)) => {
                let bytes = bytes(text)?;
                if bytes.len() != fixed.size {
                    let (name, expected, found) = (fixed.name.to_string(), fixed.size, bytes.len());
                    return Err(JsonDecodeProblem::FixedSize { name, expected, found });
                }
                Value::Fixed(bytes)
            }
            (Kind::Enum(definition), Json::String(symbol)) => Value::Enum(position(definition, symbol)?),
            _ => return Err(unfit()),
        })
    }
}

fn unknown_field(record: &Record, members: &[(String, Json)]) -> JsonDecodeProblem {
    let known: std::collections::HashSet<&str> =
        record.fields.iter().map(|field| field.name.as_str()).collect();
    let unknown = members.iter().map(|(key, _)| key).find(|key| !known.contains(key.as_str()));
    JsonDecodeProblem::UnknownField {
        record: record.name.to_string(),
        field: unknown.cloned().unwrap_or_default(),
    }
}

fn position(definition: &Enum, symbol: &str) -> Result<usize, JsonDecodeProblem> {
    definition.symbols.iter().position(|other| other == symbol).ok_or_else(|| JsonDecodeProblem::NoSymbol {
        name: definition.name.to_string(),
        symbol: symbol.to_owned(),
    })
}

/// A number that is not a 64-bit integer, or the text of what JSON has no number for.
fn number(json: &Json) -> Option<f64> {
    match json {
        Json::Double(value) => Some(*value),
        Json::BigInt(digits) => digits.parse().ok(),
        Json::String(text) => match text.as_str() {
            "NaN" => Some(f64::NAN),
            "Infinity" => Some(f64::INFINITY),
            "-Infinity" => Some(f64::NEG_INFINITY),
            _ => None,
        },
        _ => None,
    }
}

fn bytes(text: &str) -> Result<Vec<u8>, JsonDecodeProblem> {
    latin1(text).map_err(|character| JsonDecodeProblem::NoByte { character })
}
