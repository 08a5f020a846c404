//! Values as plain JSON and back.
//!
//! Plain is what people and web services write: a union is what it holds, without the name of the branch around it. (The JSON
//! encoding of the specification, with these names, is [`avro_model::json_encoding`].) Bytes and fixed are texts of which each
//! letter, U+0000 to U+00FF, is a byte, as there. Logical types are as the type that they are based on.

use avro_model::json::Json as DefaultJson;
use avro_model::value::default_value;
use avro_model::{Kind, NodeId, Schema, Value};
use serde_json::{Map, Number, Value as Json};
use thiserror::Error;

/// Twice what the JSON of `serde_json` nests, since unions count, and some more. Each level takes up stack.
const DEEPEST: usize = 300;

/// JSON that is no value of a schema.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("at {path}: {problem}")]
#[non_exhaustive]
pub struct FromJsonError {
    /// The part of the JSON, `$.order.items[3].price`.
    pub path: String,
    /// What stands there, and what was expected.
    pub problem: String,
}

/// The value as plain JSON. Floats that JSON has no number for are the texts `NaN`, `Infinity` and `-Infinity`, which
/// [`from_json`] reads.
///
/// ```
/// use serde_wire::{Schema, from_json, serde_json::json, to_json};
///
/// let schema: Schema = r#"{"type":"record","name":"R","fields":[
///     {"name":"id","type":"long"},{"name":"note","type":["null","string"],"default":null}]}"#.parse()?;
/// let value = from_json(&schema, &json!({"id": 7, "note": "hello"}))?;
/// assert_eq!(to_json(&schema, &value), json!({"id": 7, "note": "hello"}));
/// assert_eq!(to_json(&schema, &from_json(&schema, &json!({"id": 7}))?), json!({"id": 7, "note": null}));
///
/// let error = from_json(&schema, &json!({"id": "seven"})).unwrap_err();
/// assert_eq!(error.to_string(), "at $.id: a text stands where the schema has long");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn to_json(schema: &Schema, value: &Value) -> Json {
    json_of(schema, schema.root(), value)
}

fn json_of(schema: &Schema, node: NodeId, value: &Value) -> Json {
    match (&schema[node].kind, value) {
        (Kind::Union(branches), Value::Union(position, inner)) => {
            branches.get(*position).map_or(Json::Null, |branch| json_of(schema, *branch, inner))
        }
        (Kind::Record(record), Value::Record(values)) => {
            let fields = record.fields.iter().zip(values);
            Json::Object(
                fields
                    .map(|(field, value)| (field.name.clone(), json_of(schema, field.schema, value)))
                    .collect(),
            )
        }
        (Kind::Map(items), Value::Map(values)) => Json::Object(
            values.iter().map(|(key, value)| (key.clone(), json_of(schema, *items, value))).collect(),
        ),
        (Kind::Array(items), Value::Array(values)) => {
            Json::Array(values.iter().map(|value| json_of(schema, *items, value)).collect())
        }
        (Kind::Enum(definition), Value::Enum(position)) => {
            definition.symbols.get(*position).map_or(Json::Null, |symbol| Json::String(symbol.clone()))
        }
        (_, Value::Boolean(value)) => Json::Bool(*value),
        (_, Value::Int(value)) => Json::from(*value),
        (_, Value::Long(value)) => Json::from(*value),
        (_, Value::Float(value)) => number(f64::from(*value)),
        (_, Value::Double(value)) => number(*value),
        (_, Value::Bytes(bytes) | Value::Fixed(bytes)) => {
            Json::String(bytes.iter().copied().map(char::from).collect())
        }
        (_, Value::String(text)) => Json::String(text.clone()),
        _ => Json::Null,
    }
}

fn number(value: f64) -> Json {
    let special = || match value {
        value if value.is_nan() => "NaN",
        value if value > 0.0 => "Infinity",
        _ => "-Infinity",
    };
    Number::from_f64(value).map_or_else(|| Json::String(special().to_owned()), Json::Number)
}

/// The value that the JSON is by that schema. A member that is missing takes the default of its field. In a union it is the
/// first branch that it fits in every part; but a number without a fraction takes a branch of whole numbers before one of
/// floats only if that stands first.
///
/// # Errors
/// The JSON is none of the schema: a member is unknown, or missing where there is no default, a number is out of range, a text is
/// no symbol, no branch fits.
pub fn from_json(schema: &Schema, json: &Json) -> Result<Value, FromJsonError> {
    let mut reader = Reader { schema, path: "$".to_owned(), depth: 0 };
    reader.value(schema.root(), json)
}

struct Reader<'s> {
    schema: &'s Schema,
    path: String,
    depth: usize,
}

impl Reader<'_> {
    fn value(&mut self, node: NodeId, json: &Json) -> Result<Value, FromJsonError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.error(format!("the JSON nests deeper than {DEEPEST} levels")));
        }
        let value = self.value_of(node, json);
        self.depth -= 1;
        value
    }

    fn value_of(&mut self, node: NodeId, json: &Json) -> Result<Value, FromJsonError> {
        let schema = self.schema;
        let unfit = |reader: &Self| Err(reader.unfit(node, json));
        Ok(match (&schema[node].kind, json) {
            (Kind::Union(branches), _) => return self.branch(node, branches, json),
            (Kind::Null, Json::Null) => Value::Null,
            (Kind::Boolean, Json::Bool(value)) => Value::Boolean(*value),
            (Kind::Int, Json::Number(value)) => {
                match value.as_i64().and_then(|value| i32::try_from(value).ok()) {
                    Some(value) => Value::Int(value),
                    None => return unfit(self),
                }
            }
            (Kind::Long, Json::Number(value)) => match value.as_i64() {
                Some(value) => Value::Long(value),
                None => return unfit(self),
            },
            (Kind::Float | Kind::Double, _) => match float(json) {
                Some(value) if matches!(schema[node].kind, Kind::Double) => Value::Double(value),
                Some(value) => Value::Float(nearest_float(value)),
                None => return unfit(self),
            },
            (Kind::String, Json::String(text)) => Value::String(text.clone()),
            (Kind::Bytes, Json::String(text)) => match bytes(text) {
                Some(bytes) => Value::Bytes(bytes),
                None => return unfit(self),
            },
            (Kind::Fixed(fixed), Json::String(text)) => match bytes(text) {
                Some(bytes) if bytes.len() == fixed.size => Value::Fixed(bytes),
                _ => return unfit(self),
            },
            (Kind::Enum(definition), Json::String(text)) => {
                match definition.symbols.iter().position(|symbol| symbol == text) {
                    Some(position) => Value::Enum(position),
                    None => return unfit(self),
                }
            }
            (Kind::Array(items), Json::Array(values)) => {
                let mut read = Vec::with_capacity(values.len());
                for (index, value) in values.iter().enumerate() {
                    read.push(self.part(&format!("[{index}]"), *items, value)?);
                }
                Value::Array(read)
            }
            (Kind::Map(items), Json::Object(members)) => {
                let members = members
                    .iter()
                    .map(|(key, value)| Ok((key.clone(), self.part(&format!("[{key:?}]"), *items, value)?)));
                Value::Map(members.collect::<Result<_, FromJsonError>>()?)
            }
            (Kind::Record(record), Json::Object(members)) => self.record(record, members)?,
            _ => return unfit(self),
        })
    }

    fn record(
        &mut self,
        record: &avro_model::schema::Record,
        members: &Map<String, Json>,
    ) -> Result<Value, FromJsonError> {
        if let Some(unknown) =
            members.keys().find(|key| record.fields.iter().all(|field| field.name != **key))
        {
            return Err(self.error(format!("record {} has no field {unknown:?}", record.name)));
        }
        let mut values = Vec::with_capacity(record.fields.len());
        for field in &record.fields {
            values.push(match (members.get(&field.name), &field.default) {
                (Some(json), _) => self.part(&format!(".{}", field.name), field.schema, json)?,
                (None, Some(default)) => self.default(&field.name, field.schema, default)?,
                (None, None) => {
                    return Err(self.error(format!("field {:?} is missing, and has no default", field.name)));
                }
            });
        }
        Ok(Value::Record(values))
    }

    fn default(&self, name: &str, node: NodeId, default: &DefaultJson) -> Result<Value, FromJsonError> {
        default_value(self.schema, node, default).map_err(|error| {
            self.error(format!("field {name:?} is missing, and its default cannot be used: {error}"))
        })
    }

    /// The first branch that fits; of the errors, the one of the only branch that is not null.
    fn branch(&mut self, node: NodeId, branches: &[NodeId], json: &Json) -> Result<Value, FromJsonError> {
        let mut errors = Vec::new();
        for (position, &branch) in branches.iter().enumerate() {
            let (path, depth) = (self.path.clone(), self.depth);
            match self.value(branch, json) {
                Ok(value) => return Ok(Value::Union(position, Box::new(value))),
                Err(error) => {
                    (self.path, self.depth) = (path, depth);
                    if !matches!(self.schema[branch].kind, Kind::Null) {
                        errors.push(error);
                    }
                }
            }
        }
        match errors.len() {
            1 => Err(errors.remove(0)),
            _ => Err(self.unfit(node, json)),
        }
    }

    fn part(&mut self, step: &str, node: NodeId, json: &Json) -> Result<Value, FromJsonError> {
        let length = self.path.len();
        self.path.push_str(step);
        let value = self.value(node, json)?;
        self.path.truncate(length);
        Ok(value)
    }

    fn unfit(&self, node: NodeId, json: &Json) -> FromJsonError {
        let found = match json {
            Json::Null => "null".to_owned(),
            Json::Bool(value) => value.to_string(),
            Json::Number(value) => format!("the number {value}"),
            Json::String(_) => "a text".to_owned(),
            Json::Array(_) => "an array".to_owned(),
            Json::Object(_) => "an object".to_owned(),
        };
        let node = &self.schema[node];
        let expected = match (&node.kind, node.name()) {
            (Kind::Union(branches), _) => {
                let names: Vec<_> =
                    branches.iter().map(|branch| self.schema[*branch].kind.type_name()).collect();
                format!("one of {}", names.join(", "))
            }
            (Kind::Enum(definition), _) => format!("one of the symbols {}", definition.symbols.join(", ")),
            (kind, Some(name)) => format!("{} {name}", kind.type_name()),
            (kind, None) => kind.type_name().to_owned(),
        };
        self.error(format!("{found} stands where the schema has {expected}"))
    }

    fn error(&self, problem: String) -> FromJsonError {
        FromJsonError { path: self.path.clone(), problem }
    }
}

fn float(json: &Json) -> Option<f64> {
    match json {
        Json::Number(value) => value.as_f64(),
        Json::String(text) => match text.as_str() {
            "NaN" => Some(f64::NAN),
            "Infinity" => Some(f64::INFINITY),
            "-Infinity" => Some(f64::NEG_INFINITY),
            _ => None,
        },
        _ => None,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the nearest float is what a schema with floats asks for"
)]
fn nearest_float(value: f64) -> f32 {
    value as f32
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    text.chars().map(|letter| u8::try_from(letter).ok()).collect()
}
