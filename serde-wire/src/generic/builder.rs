//! Records by the names of their fields.

use super::fitted::{fit, named_branch};
use avro_model::parser::nearest_word;
use avro_model::schema::Record;
use avro_model::value::{FieldPath, PathStep, default_value};
use avro_model::{Kind, NodeId, Schema, Value};

/// Builds a record of a schema that is only known at run time, field by field.
///
/// Values are fitted to the schema: what stands alone takes the branch of a union that is of its type, else the first that it fits; an int
/// is taken for a long, a text for the symbol of an enum, bytes for a `fixed` of their size. A [`Value`] knows the name of no record, enum
/// or `fixed`: where it fits several of them in a union, [`set_branch`](Self::set_branch) says which one. Fields that are not set take their
/// defaults.
///
/// ```
/// use serde_wire::{RecordBuilder, Schema, Value, serde_json::json, to_json};
///
/// let schema: Schema = r#"{"type":"record","name":"Order","fields":[
///     {"name":"id","type":"long"},
///     {"name":"note","type":["null","string"],"default":null},
///     {"name":"item","type":{"type":"record","name":"Item","fields":[{"name":"kind","type":
///         {"type":"enum","name":"Kind","symbols":["BOOK","TEA"]}}]}}]}"#.parse()?;
/// let item = RecordBuilder::named(&schema, "Item")?.set("kind", "TEA")?.build()?;
/// let order = RecordBuilder::new(&schema)?.set("id", 7)?.set("item", item)?.build()?;
/// assert_eq!(to_json(&schema, &order), json!({"id": 7, "note": null, "item": {"kind": "TEA"}}));
///
/// let error = RecordBuilder::new(&schema)?.set("nota", "x").unwrap_err();
/// assert_eq!(error.to_string(), "record Order has no field \"nota\"; did you mean \"note\"?");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct RecordBuilder<'s> {
    schema: &'s Schema,
    record: &'s Record,
    values: Vec<Option<Value>>,
}

/// A record that cannot be built.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{problem}", in_path(path))]
#[non_exhaustive]
pub struct BuildError {
    /// The part of the record.
    pub path: FieldPath,
    /// What is wrong there.
    pub problem: String,
}

fn in_path(path: &FieldPath) -> String {
    if path.is_empty() { String::new() } else { format!("in {path}: ") }
}

impl BuildError {
    pub(super) fn new(problem: String) -> Self {
        Self { path: FieldPath::default(), problem }
    }

    /// The same, seen from one level further out.
    pub(super) fn inside(self, step: PathStep) -> Self {
        let Self { path, problem } = self;
        Self { path: std::iter::once(step).chain(path.steps().iter().cloned()).collect(), problem }
    }
}

impl<'s> RecordBuilder<'s> {
    /// A record of that schema.
    ///
    /// # Errors
    /// The schema is no record.
    pub fn new(schema: &'s Schema) -> Result<Self, BuildError> {
        Self::at(schema, schema.root())
    }

    /// A record of the type of that full name, which the schema defines anywhere, as a part of a larger one.
    ///
    /// # Errors
    /// The schema defines no such record.
    pub fn named(schema: &'s Schema, name: &str) -> Result<Self, BuildError> {
        let named = |index: &usize| schema.nodes()[*index].name().is_some_and(|own| own.as_str() == name);
        match (0..schema.nodes().len()).find(named) {
            Some(index) => Self::at(schema, schema.node_id(index)),
            None => {
                let names = schema.nodes().iter().filter_map(|node| Some(node.name()?.as_str()));
                Err(BuildError::new(format!("the schema defines no type {name:?}{}", meant(name, names))))
            }
        }
    }

    fn at(schema: &'s Schema, id: NodeId) -> Result<Self, BuildError> {
        match &schema[id].kind {
            Kind::Record(record) => Ok(Self { schema, record, values: vec![None; record.fields.len()] }),
            kind => Err(BuildError::new(format!("the type is no record but {}", kind.type_name()))),
        }
    }

    /// Sets a field; of one that is set twice, the last value counts.
    ///
    /// # Errors
    /// The record has no field of that name, or the value is none of it, or it fits several named branches of a union.
    pub fn set(self, name: &str, value: impl Into<Value>) -> Result<Self, BuildError> {
        let value = value.into();
        self.set_fitted(name, |schema, id| fit(schema, id, value))
    }

    /// Sets a field that is a union to a value of the branch of that name: its full name, the short one where no other branch has it, or
    /// the type of a branch without a name.
    ///
    /// ```
    /// use serde_wire::{RecordBuilder, Schema};
    ///
    /// let schema: Schema = r#"{"type":"record","name":"Order","fields":[{"name":"pay","type":[
    ///     {"type":"record","name":"n.Card","fields":[{"name":"amount","type":"long"}]},
    ///     {"type":"record","name":"n.Cash","fields":[{"name":"amount","type":"long"}]}]}]}"#.parse()?;
    /// let cash = RecordBuilder::named(&schema, "n.Cash")?.set("amount", 7)?.build()?;
    /// let order = RecordBuilder::new(&schema)?;
    /// assert!(order.clone().set("pay", cash.clone()).is_err(), "it may be a n.Card");
    /// order.set_branch("pay", "n.Cash", cash)?.build()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// The record has no field of that name, the field has no branch of that name, or the value is none of it.
    pub fn set_branch(self, name: &str, branch: &str, value: impl Into<Value>) -> Result<Self, BuildError> {
        let value = value.into();
        self.set_fitted(name, |schema, id| {
            let place = named_branch(schema, id, branch)?;
            fit(schema, id, Value::Union(place, Box::new(value)))
        })
    }

    fn set_fitted(
        mut self,
        name: &str,
        fitted: impl FnOnce(&Schema, NodeId) -> Result<Value, BuildError>,
    ) -> Result<Self, BuildError> {
        let fields = &self.record.fields;
        let Some(position) = fields.iter().position(|field| field.name == name) else {
            let meant = meant(name, fields.iter().map(|field| field.name.as_str()));
            return Err(BuildError::new(format!("record {} has no field {name:?}{meant}", self.record.name)));
        };
        let fitted = fitted(self.schema, fields[position].schema);
        self.values[position] = Some(fitted.map_err(|error| error.inside(PathStep::Field(name.to_owned())))?);
        Ok(self)
    }

    /// The record.
    ///
    /// # Errors
    /// A field is not set and has no default that can be used.
    pub fn build(self) -> Result<Value, BuildError> {
        let fields = self.record.fields.iter().zip(self.values);
        let value = |(field, value): (&avro_model::schema::Field, Option<Value>)| {
            let inside = |problem| BuildError::new(problem).inside(PathStep::Field(field.name.clone()));
            match (value, &field.default) {
                (Some(value), _) => Ok(value),
                (None, Some(default)) => default_value(self.schema, field.schema, default).map_err(|error| {
                    inside(format!("it is not set, and its default cannot be used: {error}"))
                }),
                (None, None) => Err(inside("it is not set, and has no default".to_owned())),
            }
        };
        Ok(Value::Record(fields.map(value).collect::<Result<_, _>>()?))
    }
}

pub(super) fn meant<'w>(found: &str, words: impl Iterator<Item = &'w str>) -> String {
    nearest_word(found, words).map_or_else(String::new, |meant| format!("; did you mean {meant:?}?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMA: &str = r#"{"type":"record","name":"n.R","fields":[
        {"name":"long","type":"long"},{"name":"double","type":"double"},
        {"name":"union","type":["null","long","string",{"type":"fixed","name":"F","size":2}],"default":null},
        {"name":"enum","type":{"type":"enum","name":"E","symbols":["A","B"]},"default":"B"},
        {"name":"list","type":{"type":"array","items":["null","double"]},"default":[]},
        {"name":"map","type":{"type":"map","values":"F"},"default":{}}]}"#;

    #[test]
    fn what_is_set_is_fitted_and_the_rest_takes_its_default() {
        let schema: Schema = SCHEMA.parse().unwrap();
        let union = |place, value| Value::Union(place, Box::new(value));
        let cases: Vec<(&str, Value, usize, Value)> = vec![
            ("long", 7.into(), 0, Value::Long(7)),
            ("double", 7.into(), 1, Value::Double(7.0)),
            ("double", 0.5_f32.into(), 1, Value::Double(0.5)),
            ("union", None::<i64>.into(), 2, union(0, Value::Null)),
            ("union", Some("x").into(), 2, union(2, Value::String("x".into()))),
            ("union", 7.into(), 2, union(1, Value::Long(7))),
            ("union", vec![1_u8, 2].into(), 2, union(3, Value::Fixed(vec![1, 2]))),
            ("union", union(1, Value::Int(7)), 2, union(1, Value::Long(7))),
            ("enum", "A".into(), 3, Value::Enum(0)),
            ("enum", Value::Enum(0), 3, Value::Enum(0)),
            (
                "list",
                vec![Value::Null, Value::Double(1.0)].into(),
                4,
                Value::Array(vec![union(0, Value::Null), union(1, Value::Double(1.0))]),
            ),
            (
                "map",
                Value::Map([("k".to_owned(), vec![1_u8, 2].into())].into()),
                5,
                Value::Map([("k".to_owned(), Value::Fixed(vec![1, 2]))].into()),
            ),
        ];
        for (name, given, place, expected) in cases {
            let base = RecordBuilder::new(&schema).unwrap().set("long", 1_i64).unwrap();
            let record = base.set("double", 2.0).unwrap().set(name, given.clone()).unwrap().build().unwrap();
            let mut fields = vec![
                Value::Long(1),
                Value::Double(2.0),
                union(0, Value::Null),
                Value::Enum(1),
                Value::Array(vec![]),
                Value::Map([].into()),
            ];
            fields[place] = expected;
            assert_eq!(record, Value::Record(fields), "{name}: {given:?}");
            assert!(avro_model::binary::encode(&schema, &record).is_ok(), "{name}: {given:?}");
        }
    }

    const PAYMENTS: &str = r#"{"type":"record","name":"n.R","fields":[{"name":"pay","type":["null",
        {"type":"record","name":"n.Card","fields":[{"name":"amount","type":"long"}]},
        {"type":"record","name":"n.Cash","fields":[{"name":"amount","type":"long"}]},
        {"type":"record","name":"m.Cash","fields":[{"name":"amount","type":"int"}]},
        {"type":"record","name":"n.Text","fields":[{"name":"text","type":"string"}]},
        {"type":"enum","name":"n.E","symbols":["A","B"]},{"type":"enum","name":"n.F","symbols":["A"]},
        {"type":"fixed","name":"n.G","size":2},{"type":"fixed","name":"n.H","size":2},
        {"type":"fixed","name":"n.I","size":3},"long"]}]}"#;

    #[test]
    fn a_branch_is_taken_by_its_name_where_the_value_fits_several() {
        let schema: Schema = PAYMENTS.parse().unwrap();
        let base = || RecordBuilder::new(&schema).unwrap();
        let record = |value: Value| Value::Record(vec![value]);
        let built = |builder: Result<RecordBuilder<'_>, BuildError>| {
            builder.and_then(RecordBuilder::build).map_err(|error| error.to_string())
        };
        let taken = |place, value| Ok(record(Value::Union(place, Box::new(value))));
        let amount = || record(Value::Long(7));
        for (branch, value, expected) in [
            ("n.Cash", amount(), taken(2, amount())),
            ("n.Card", amount(), taken(1, amount())),
            ("Card", amount(), taken(1, amount())),
            ("m.Cash", record(Value::Int(7)), taken(3, record(Value::Int(7)))),
            ("n.F", Value::Enum(0), taken(6, Value::Enum(0))),
            ("F", "A".into(), taken(6, Value::Enum(0))),
            ("n.H", vec![1_u8, 2].into(), taken(8, Value::Fixed(vec![1, 2]))),
            ("long", 7.into(), taken(10, Value::Long(7))),
        ] {
            assert_eq!(built(base().set_branch("pay", branch, value)), expected, "{branch}");
        }
        for (value, expected) in [
            (record("x".into()), taken(4, record("x".into()))),
            (Value::Enum(1), taken(5, Value::Enum(1))),
            ("B".into(), taken(5, Value::Enum(1))),
            (Value::Fixed(vec![1, 2, 3]), taken(9, Value::Fixed(vec![1, 2, 3]))),
            (7.into(), taken(10, Value::Long(7))),
        ] {
            assert_eq!(built(base().set("pay", value.clone())), expected, "{value:?} fits one alone");
        }
        for (value, names) in [
            (amount(), "n.Card, n.Cash"),
            (record(Value::Int(7)), "n.Card, n.Cash, m.Cash"),
            (Value::Enum(0), "n.E, n.F"),
            ("A".into(), "n.E, n.F"),
            (vec![1_u8, 2].into(), "n.G, n.H"),
        ] {
            let error = built(base().set("pay", value)).unwrap_err();
            assert!(
                error.contains(&format!("fits several branches, {names}; name one with `set_branch`")),
                "{error}"
            );
        }
        for (branch, expected) in [
            ("Cash", "in pay: the name Cash is that of several branches, n.Cash, m.Cash; give the full name"),
            ("n.Csh", "in pay: the union has no branch \"n.Csh\"; did you mean \"n.Cash\"?"),
            ("n.Text", "in pay.text: a value of type long stands where the schema has string"),
        ] {
            assert_eq!(built(base().set_branch("pay", branch, amount())).unwrap_err(), expected);
        }
        let plain: Schema = SCHEMA.parse().unwrap();
        let error = RecordBuilder::new(&plain).unwrap().set_branch("long", "long", 7).unwrap_err();
        assert_eq!(error.to_string(), "in long: the field is no union but long");
    }

    #[test]
    fn what_cannot_be_built_is_told_with_its_place() {
        let schema: Schema = SCHEMA.parse().unwrap();
        let set = |name: &str, value: Value| {
            RecordBuilder::new(&schema).and_then(|record| record.set(name, value)).unwrap_err().to_string()
        };
        for (found, expected) in [
            (set("lnog", 1.into()), "record n.R has no field \"lnog\"; did you mean \"long\"?"),
            (set("long", "x".into()), "in long: a value of type string stands where the schema has long"),
            (set("enum", "C".into()), "in enum: enum n.E has no symbol \"C\"; did you mean \"A\"?"),
            (set("enum", Value::Enum(2)), "in enum: a value of type enum stands where the schema has n.E"),
            (
                set("union", true.into()),
                "in union: a value of type boolean stands where the schema has union",
            ),
            (
                set("union", Value::Union(4, Box::new(Value::Null))),
                "in union: a value of type union stands where the schema has union",
            ),
            (
                set("list", vec![Value::Null, "x".into()].into()),
                "in list[1]: a value of type string stands where the schema has union",
            ),
            (
                RecordBuilder::new(&schema).unwrap().set("long", 1).unwrap().build().unwrap_err().to_string(),
                "in double: it is not set, and has no default",
            ),
            (
                RecordBuilder::named(&schema, "n.RR").unwrap_err().to_string(),
                "the schema defines no type \"n.RR\"",
            ),
            (RecordBuilder::named(&schema, "n.E").unwrap_err().to_string(), "the type is no record but enum"),
        ] {
            assert!(found.starts_with(expected), "{found}\nis not\n{expected}");
        }
    }
}
