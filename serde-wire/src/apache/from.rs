//! Values of the other crate.

use crate::branch_names;
use crate::resolve::FieldPath;
use crate::types::BigDecimal;
use apache_avro::types::Value as Theirs;
use avro_model::parser::nearest_word;
use avro_model::schema::{LogicalType, Node, Record};
use avro_model::value::{PathStep, default_value};
use avro_model::{Kind, NodeId, Schema, Value};
use std::collections::HashMap;

/// A value of `apache-avro` that is none of a schema.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{problem}", in_path(path))]
#[non_exhaustive]
pub struct FromApacheError {
    /// The part of the value, by the names of the schema.
    pub path: FieldPath,
    /// What stands there, and what was expected.
    pub problem: String,
}

fn in_path(path: &FieldPath) -> String {
    if path.is_empty() { String::new() } else { format!("in {path}: ") }
}

/// The value of `apache-avro` as one of that schema.
///
/// Fields of a record may come in any order, and one that is missing takes its default. A value that stands alone where the schema
/// has a union takes the branch of its own kind that it fits, which is for a record that with the same fields; else the first that it
/// fits. An int is taken for a long, a symbol's text for the symbol, and what is under a logical type for the value; but no logical type
/// for another one.
///
/// # Errors
/// The value is none of the schema, or stands alone and fits several records, enums or fixeds of a union equally: as
/// [`apache_avro::types::Value::Union`](Theirs::Union) it tells the position.
pub fn from_apache(schema: &Schema, value: &Theirs) -> Result<Value, FromApacheError> {
    ours(schema, schema.root(), value).map_err(|Fault { steps, problem }| FromApacheError {
        path: steps.into_iter().rev().collect(),
        problem,
    })
}

/// An error on its way out.
struct Fault {
    steps: Vec<PathStep>,
    problem: String,
}

impl Fault {
    fn new(problem: String) -> Self {
        Self { steps: Vec::new(), problem }
    }

    fn inside(mut self, step: PathStep) -> Self {
        self.steps.push(step);
        self
    }
}

fn ours(schema: &Schema, id: NodeId, value: &Theirs) -> Result<Value, Fault> {
    let node = &schema[id];
    let unfit = || {
        let name = node.name().map_or(node.kind.type_name(), |name| name.as_str());
        Fault::new(format!("{} stands where the schema has {name}", shown(value)))
    };
    Ok(match (&node.kind, value) {
        (Kind::Union(branches), Theirs::Union(position, inner)) => {
            let position = usize::try_from(*position).map_err(|_| unfit())?;
            let branch = *branches.get(position).ok_or_else(unfit)?;
            Value::Union(position, Box::new(ours(schema, branch, inner)?))
        }
        (Kind::Union(branches), value) => alone(schema, branches, value)?.ok_or_else(unfit)?,
        (Kind::Record(record), Theirs::Record(fields)) => record_of(schema, record, fields)?,
        (Kind::Array(items), Theirs::Array(values)) => {
            let values = values.iter().enumerate();
            let part = |(index, value)| {
                ours(schema, *items, value).map_err(|fault| fault.inside(PathStep::Index(index)))
            };
            Value::Array(values.map(part).collect::<Result<_, _>>()?)
        }
        (Kind::Map(items), Theirs::Map(values)) => {
            let part = |(key, value): (&String, &Theirs)| match ours(schema, *items, value) {
                Ok(value) => Ok((key.clone(), value)),
                Err(fault) => Err(fault.inside(PathStep::Key(key.clone()))),
            };
            Value::Map(values.iter().map(part).collect::<Result<_, _>>()?)
        }
        (Kind::Enum(definition), Theirs::Enum(_, symbol) | Theirs::String(symbol)) => {
            let position = definition.symbols.iter().position(|own| own == symbol);
            // A text is told by its length: it may be long, and secret.
            let found = || match value {
                Theirs::Enum(..) => format!("symbol {symbol:?}"),
                _ => format!("symbol for a text of {} bytes", symbol.len()),
            };
            Value::Enum(
                position.ok_or_else(|| Fault::new(format!("enum {} has no {}", definition.name, found())))?,
            )
        }
        _ => plain(node, value).or_else(|| logical(node, value)).ok_or_else(unfit)?,
    })
}

/// What stands alone where the schema has a union.
fn alone(schema: &Schema, branches: &[NodeId], value: &Theirs) -> Result<Option<Value>, Fault> {
    let fits = |own: bool| {
        let places =
            branches.iter().enumerate().filter(move |&(_, &branch)| !own || is_own(&schema[branch], value));
        places
            .filter_map(|(place, &branch)| Some((place, ours(schema, branch, value).ok()?)))
            .collect::<Vec<_>>()
    };
    let mut found = fits(true);
    if found.is_empty() {
        found = fits(false);
    }
    let nodes: Vec<&Node> = found.iter().map(|(place, _)| &schema[branches[*place]]).collect();
    if let Some(names) = branch_names::rivals(&nodes) {
        let what = shown(value);
        return Err(Fault::new(format!(
            "{what} fits several branches, {names}; a `Value::Union` with the position of one tells which"
        )));
    }
    Ok(found.into_iter().next().map(|(place, value)| Value::Union(place, Box::new(value))))
}

/// Whether a value fits that type without a default and without being taken for something else, looked at without its parts.
fn is_own(node: &Node, value: &Theirs) -> bool {
    match (&node.kind, value) {
        (Kind::Record(record), Theirs::Record(fields)) => {
            record.fields.len() == fields.len()
                && record.fields.iter().all(|own| fields.iter().any(|(name, _)| *name == own.name))
        }
        (Kind::Null, Theirs::Null)
        | (Kind::Boolean, Theirs::Boolean(_))
        | (Kind::Int, Theirs::Int(_))
        | (Kind::Long, Theirs::Long(_))
        | (Kind::Float, Theirs::Float(_))
        | (Kind::Double, Theirs::Double(_))
        | (Kind::Bytes, Theirs::Bytes(_))
        | (Kind::String, Theirs::String(_))
        | (Kind::Fixed(_), Theirs::Fixed(..))
        | (Kind::Enum(_), Theirs::Enum(..))
        | (Kind::Array(_), Theirs::Array(_))
        | (Kind::Map(_), Theirs::Map(_)) => true,
        _ => node.logical.is_some() && logical(node, value).is_some(),
    }
}

fn record_of(schema: &Schema, record: &Record, fields: &[(String, Theirs)]) -> Result<Value, Fault> {
    let given: HashMap<&str, &Theirs> = fields.iter().map(|(name, value)| (name.as_str(), value)).collect();
    let names = || record.fields.iter().map(|field| field.name.as_str());
    if let Some((unknown, _)) = fields.iter().find(|(name, _)| names().all(|own| own != name)) {
        let meant = nearest_word(unknown, names());
        let meant = meant.map_or_else(String::new, |meant| format!("; did you mean {meant:?}?"));
        return Err(Fault::new(format!("record {} has no field {unknown:?}{meant}", record.name)));
    }
    let field = |field: &avro_model::schema::Field| {
        let value = match (given.get(field.name.as_str()), &field.default) {
            (Some(value), _) => ours(schema, field.schema, value),
            (None, Some(default)) => default_value(schema, field.schema, default).map_err(|error| {
                Fault::new(format!("it is missing, and its default cannot be used: {error}"))
            }),
            (None, None) => Err(Fault::new("it is missing, and has no default".to_owned())),
        };
        value.map_err(|fault| fault.inside(PathStep::Field(field.name.clone())))
    };
    Ok(Value::Record(record.fields.iter().map(field).collect::<Result<_, _>>()?))
}

/// What needs no logical type.
fn plain(node: &Node, value: &Theirs) -> Option<Value> {
    Some(match (&node.kind, value) {
        (Kind::Null, Theirs::Null) => Value::Null,
        (Kind::Boolean, Theirs::Boolean(value)) => Value::Boolean(*value),
        (Kind::Int, Theirs::Int(value)) => Value::Int(*value),
        (Kind::Long, Theirs::Long(value)) => Value::Long(*value),
        (Kind::Long, Theirs::Int(value)) => Value::Long(i64::from(*value)),
        (Kind::Float, Theirs::Float(value)) => Value::Float(*value),
        (Kind::Double, Theirs::Double(value)) => Value::Double(*value),
        (Kind::Bytes, Theirs::Bytes(value)) => Value::Bytes(value.clone()),
        (Kind::String, Theirs::String(value)) => Value::String(value.clone()),
        (Kind::Fixed(fixed), Theirs::Fixed(_, value) | Theirs::Bytes(value)) if fixed.size == value.len() => {
            Value::Fixed(value.clone())
        }
        _ => return None,
    })
}

/// What is of the node's logical type, or of one where the node has none.
fn logical(node: &Node, value: &Theirs) -> Option<Value> {
    use LogicalType as L;
    let own = node.logical.as_ref();
    let int = |logical: L, value: i32| {
        (matches!(node.kind, Kind::Int) && own.is_none_or(|own| *own == logical)).then_some(Value::Int(value))
    };
    let long = |logical: L, value: i64| {
        (matches!(node.kind, Kind::Long) && own.is_none_or(|own| *own == logical))
            .then_some(Value::Long(value))
    };
    match value {
        Theirs::Date(value) => int(L::Date, *value),
        Theirs::TimeMillis(value) => int(L::TimeMillis, *value),
        Theirs::TimeMicros(value) => long(L::TimeMicros, *value),
        Theirs::TimestampMillis(value) => long(L::TimestampMillis, *value),
        Theirs::TimestampMicros(value) => long(L::TimestampMicros, *value),
        Theirs::TimestampNanos(value) => long(L::TimestampNanos, *value),
        Theirs::LocalTimestampMillis(value) => long(L::LocalTimestampMillis, *value),
        Theirs::LocalTimestampMicros(value) => long(L::LocalTimestampMicros, *value),
        Theirs::LocalTimestampNanos(value) => long(L::LocalTimestampNanos, *value),
        Theirs::Decimal(value) if matches!(own, None | Some(L::Decimal { .. })) => {
            // One without a byte is zero, and the only one that this refuses.
            let bytes = Vec::<u8>::try_from(value).unwrap_or_default();
            match &node.kind {
                Kind::Bytes => Some(Value::Bytes(bytes)),
                Kind::Fixed(fixed) => {
                    let fill = if bytes.first().is_some_and(|first| *first > 0x7f) { 0xff } else { 0 };
                    let missing = fixed.size.checked_sub(bytes.len())?;
                    Some(Value::Fixed([vec![fill; missing], bytes].concat()))
                }
                _ => None,
            }
        }
        Theirs::BigDecimal(value)
            if matches!((&node.kind, own), (Kind::Bytes, None | Some(L::BigDecimal))) =>
        {
            Some(Value::Bytes(BigDecimal::try_from(value.clone()).ok()?.to_wire()))
        }
        Theirs::Uuid(value) if matches!(own, None | Some(L::Uuid)) => match &node.kind {
            Kind::String => Some(Value::String(value.hyphenated().to_string())),
            Kind::Fixed(fixed) if fixed.size == 16 => Some(Value::Fixed(value.as_bytes().to_vec())),
            _ => None,
        },
        Theirs::Duration(value) if matches!(own, None | Some(L::Duration)) => match &node.kind {
            Kind::Fixed(fixed) if fixed.size == 12 => Some(Value::Fixed(<[u8; 12]>::from(value).to_vec())),
            _ => None,
        },
        _ => None,
    }
}

/// The variant, for messages: the value may be secret.
fn shown(value: &Theirs) -> &'static str {
    match value {
        Theirs::Null => "null",
        Theirs::Boolean(_) => "a boolean",
        Theirs::Int(_) => "an int",
        Theirs::Long(_) => "a long",
        Theirs::Float(_) => "a float",
        Theirs::Double(_) => "a double",
        Theirs::Bytes(_) => "bytes",
        Theirs::String(_) => "a string",
        Theirs::Fixed(..) => "a fixed",
        Theirs::Enum(..) => "an enum",
        Theirs::Union(..) => "a union",
        Theirs::Array(_) => "an array",
        Theirs::Map(_) => "a map",
        Theirs::Record(_) => "a record",
        Theirs::Date(_) => "a date",
        Theirs::Decimal(_) => "a decimal",
        Theirs::BigDecimal(_) => "a big-decimal",
        Theirs::TimeMillis(_) => "a time-millis",
        Theirs::TimeMicros(_) => "a time-micros",
        Theirs::TimestampMillis(_) => "a timestamp-millis",
        Theirs::TimestampMicros(_) => "a timestamp-micros",
        Theirs::TimestampNanos(_) => "a timestamp-nanos",
        Theirs::LocalTimestampMillis(_) => "a local-timestamp-millis",
        Theirs::LocalTimestampMicros(_) => "a local-timestamp-micros",
        Theirs::LocalTimestampNanos(_) => "a local-timestamp-nanos",
        Theirs::Duration(_) => "a duration",
        Theirs::Uuid(_) => "a uuid",
    }
}
