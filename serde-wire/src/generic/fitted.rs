//! Values as the schema has them, for [`RecordBuilder`](super::RecordBuilder).

use super::builder::{BuildError, meant};
use crate::branch_names;
use avro_model::value::PathStep;
use avro_model::{Kind, NodeId, Schema, Value};

/// The branch of that name in a union.
pub(super) fn named_branch(schema: &Schema, id: NodeId, name: &str) -> Result<usize, BuildError> {
    let Kind::Union(branches) = &schema[id].kind else {
        return Err(BuildError::new(format!("the field is no union but {}", schema[id].kind.type_name())));
    };
    match branch_names::called(schema, branches, name) {
        Ok(Some(place)) => Ok(place),
        Ok(None) => {
            let names = branches.iter().map(|&branch| branch_names::full(&schema[branch]));
            Err(BuildError::new(format!("the union has no branch {name:?}{}", meant(name, names))))
        }
        Err(several) => Err(BuildError::new(several.to_string())),
    }
}

/// The branch that a value takes that stands alone.
fn fit_branch(schema: &Schema, branches: &[NodeId], value: &Value) -> Result<Option<Value>, BuildError> {
    let fits = |exact: bool| {
        let places = branches
            .iter()
            .enumerate()
            .filter(move |&(_, &branch)| !exact || is_of(&schema[branch].kind, value));
        places
            .filter_map(|(place, &branch)| Some((place, fit(schema, branch, value.clone()).ok()?)))
            .collect::<Vec<_>>()
    };
    let mut found = fits(true);
    if found.is_empty() {
        found = fits(false);
    }
    let nodes: Vec<_> = found.iter().map(|(place, _)| &schema[branches[*place]]).collect();
    if let Some(names) = branch_names::rivals(&nodes) {
        let problem = format!(
            "a value of type {} fits several branches, {names}; name one with `set_branch`, or give a \
             `Value::Union` with its position",
            value.kind_name()
        );
        return Err(BuildError::new(problem));
    }
    let first = found.into_iter().next();
    Ok(first.map(|(place, fitted)| Value::Union(place, Box::new(fitted))))
}

/// The value as that type has it.
pub(super) fn fit(schema: &Schema, id: NodeId, value: Value) -> Result<Value, BuildError> {
    let unfit = |value: &Value| {
        let node = &schema[id];
        let name = node.name().map_or(node.kind.type_name(), |name| name.as_str());
        BuildError::new(format!("a value of type {} stands where the schema has {name}", value.kind_name()))
    };
    Ok(match (&schema[id].kind, value) {
        (Kind::Union(branches), Value::Union(position, inner)) => match branches.get(position) {
            Some(&branch) => Value::Union(position, Box::new(fit(schema, branch, *inner)?)),
            None => return Err(unfit(&Value::Union(position, inner))),
        },
        (Kind::Union(branches), value) => {
            fit_branch(schema, branches, &value)?.ok_or_else(|| unfit(&value))?
        }
        (Kind::Long, Value::Int(value)) => Value::Long(value.into()),
        (Kind::Double, Value::Float(value)) => Value::Double(value.into()),
        (Kind::Double, Value::Int(value)) => Value::Double(value.into()),
        (Kind::Enum(definition), Value::String(text)) => {
            match definition.symbols.iter().position(|symbol| *symbol == text) {
                Some(position) => Value::Enum(position),
                None => {
                    let meant = meant(&text, definition.symbols.iter().map(String::as_str));
                    return Err(BuildError::new(format!(
                        "enum {} has no symbol {text:?}{meant}",
                        definition.name
                    )));
                }
            }
        }
        (Kind::Enum(definition), Value::Enum(position)) if position < definition.symbols.len() => {
            Value::Enum(position)
        }
        (Kind::Fixed(fixed), Value::Bytes(bytes) | Value::Fixed(bytes)) if bytes.len() == fixed.size => {
            Value::Fixed(bytes)
        }
        (Kind::Array(items), Value::Array(values)) => {
            let values = values.into_iter().enumerate();
            let part = |(index, value)| {
                fit(schema, *items, value).map_err(|error| error.inside(PathStep::Index(index)))
            };
            Value::Array(values.map(part).collect::<Result<_, _>>()?)
        }
        (Kind::Map(items), Value::Map(values)) => {
            let part = |(key, value): (String, Value)| match fit(schema, *items, value) {
                Ok(value) => Ok((key, value)),
                Err(error) => Err(error.inside(PathStep::Key(key))),
            };
            Value::Map(values.into_iter().map(part).collect::<Result<_, _>>()?)
        }
        (Kind::Record(record), Value::Record(values)) if values.len() == record.fields.len() => {
            let fields = record.fields.iter().zip(values);
            let part = |(field, value): (&avro_model::schema::Field, Value)| {
                fit(schema, field.schema, value)
                    .map_err(|error| error.inside(PathStep::Field(field.name.clone())))
            };
            Value::Record(fields.map(part).collect::<Result<_, _>>()?)
        }
        (kind, value)
            if is_of(kind, &value)
                && !matches!(value, Value::Enum(_) | Value::Fixed(_) | Value::Record(_)) =>
        {
            value
        }
        (_, value) => return Err(unfit(&value)),
    })
}

/// Whether the value is one of that kind as it stands, looked at without its parts.
fn is_of(kind: &Kind, value: &Value) -> bool {
    kind.type_name() == value.kind_name()
}
