//! Plain JSON, as people and services write it, as the JSON encoding of a schema.
//!
//! In plain JSON the value of a union stands as it is, a field that is missing has its default, and dates and timestamps
//! are texts of RFC 3339. A field may be written under another key, which its property [`KEY`] holds.

mod branch;
pub(super) mod moment;

use avro_model::json::Json;
use avro_model::schema::{Field, LogicalType, Record};
use avro_model::{Kind, NodeId, Schema};
use moment::Moment;

/// The property of a field with the key of its value, where that is no name.
pub(super) const KEY: &str = "avro-gen.key";

/// A place and what is wrong there.
type Fault = (String, String);

/// Plain JSON in the JSON encoding of a schema; or the problem in words.
pub(super) fn encoded(schema: &Schema, json: &Json) -> Result<Json, String> {
    let written = Plain { schema }.value(schema.root(), json);
    written.map_err(|(path, problem)| format!("at ${path}: {problem}"))
}

struct Plain<'s> {
    schema: &'s Schema,
}

impl Plain<'_> {
    fn value(&self, id: NodeId, json: &Json) -> Result<Json, Fault> {
        let node = &self.schema[id];
        match (&node.kind, json) {
            (Kind::Union(branches), _) => self.union(branches, json),
            (Kind::Record(record), Json::Object(members)) => self.record(record, members),
            (Kind::Array(items), Json::Array(values)) => {
                let values = values.iter().enumerate().map(|(index, value)| {
                    self.value(*items, value).map_err(|(path, problem)| (format!("[{index}]{path}"), problem))
                });
                Ok(Json::Array(values.collect::<Result<_, _>>()?))
            }
            (Kind::Map(values), Json::Object(members)) => {
                let members = members.iter().map(|(key, value)| {
                    let value = self.value(*values, value);
                    let value =
                        value.map_err(|(path, problem)| (format!("[{}]{path}", text(key)), problem))?;
                    Ok((key.clone(), value))
                });
                Ok(Json::Object(members.collect::<Result<_, Fault>>()?))
            }
            (_, Json::String(written)) => match node.logical {
                Some(logical) if is_moment(logical) => {
                    let number = Moment::parse(written).and_then(|moment| moment.number(logical));
                    let problem = || format!("{} is no {} of RFC 3339", text(written), logical.name());
                    number.map(Json::Int).ok_or_else(|| (String::new(), problem()))
                }
                _ => Ok(json.clone()),
            },
            // Whatever does not fit is told by the reader of the JSON encoding.
            _ => Ok(json.clone()),
        }
    }

    fn union(&self, branches: &[NodeId], json: &Json) -> Result<Json, Fault> {
        let Some(branch) = branch::of(self.schema, branches, json) else {
            let branches: Vec<&str> = branches.iter().map(|branch| self.name(*branch)).collect();
            let problem =
                format!("{} fits no branch of the union [{}]", shortened(json), branches.join(", "));
            return Err((String::new(), problem));
        };
        match json {
            Json::Null => Ok(Json::Null),
            _ => Ok(self.tagged(branch, self.value(branch, json)?)),
        }
    }

    fn record(&self, record: &Record, members: &[(String, Json)]) -> Result<Json, Fault> {
        let known = |key: &str| record.fields.iter().any(|field| key_of(field) == key);
        if let Some((key, _)) = members.iter().find(|(key, _)| !known(key)) {
            let problem = format!("record {} has no field for the key {}", record.name, text(key));
            return Err((String::new(), problem));
        }
        let mut written = Vec::new();
        for field in &record.fields {
            let given = members.iter().find(|(key, _)| key == key_of(field));
            let value = match (given, &field.default) {
                (Some((_, value)), _) => self
                    .value(field.schema, value)
                    .map_err(|(path, problem)| (format!(".{}{path}", field.name), problem))?,
                (None, Some(default)) => self.defaulted(field.schema, default),
                (None, None) => {
                    let key = text(key_of(field));
                    let problem = format!("{key} of record {} is missing and has no default", record.name);
                    return Err((String::new(), problem));
                }
            };
            written.push((field.name.clone(), value));
        }
        Ok(Json::Object(written))
    }

    /// A default in the JSON encoding: that of a union is one of its first branch.
    fn defaulted(&self, id: NodeId, default: &Json) -> Json {
        match (&self.schema[id].kind, default) {
            (Kind::Union(branches), _) => match (branches.first(), default) {
                (Some(first), default) if !matches!(self.schema[*first].kind, Kind::Null) => {
                    self.tagged(*first, self.defaulted(*first, default))
                }
                _ => default.clone(),
            },
            (Kind::Array(items), Json::Array(values)) => {
                Json::Array(values.iter().map(|value| self.defaulted(*items, value)).collect())
            }
            (Kind::Map(values), Json::Object(members)) => {
                let member = |(key, value): &(String, Json)| (key.clone(), self.defaulted(*values, value));
                Json::Object(members.iter().map(member).collect())
            }
            (Kind::Record(record), Json::Object(_)) => {
                let fields = record.fields.iter().filter_map(|field| {
                    let value = default.get(&field.name).or(field.default.as_ref())?;
                    Some((field.name.clone(), self.defaulted(field.schema, value)))
                });
                Json::Object(fields.collect())
            }
            _ => default.clone(),
        }
    }

    fn tagged(&self, branch: NodeId, value: Json) -> Json {
        Json::Object(vec![(self.name(branch).to_owned(), value)])
    }

    fn name(&self, id: NodeId) -> &str {
        let node = &self.schema[id];
        node.name().map_or(node.kind.type_name(), avro_model::Fullname::as_str)
    }
}

/// The key of a field in plain JSON.
fn key_of(field: &Field) -> &str {
    let key = field.properties.iter().find(|(key, _)| key == KEY);
    key.and_then(|(_, value)| value.as_str()).unwrap_or(&field.name)
}

/// Whether plain JSON has a text for a value of that logical type, which is a number.
fn is_moment(logical: LogicalType) -> bool {
    matches!(
        logical,
        LogicalType::Date
            | LogicalType::TimestampMillis
            | LogicalType::TimestampMicros
            | LogicalType::TimestampNanos
            | LogicalType::LocalTimestampMillis
            | LogicalType::LocalTimestampMicros
            | LogicalType::LocalTimestampNanos
    )
}

fn text(text: &str) -> Json {
    Json::String(text.to_owned())
}

fn shortened(json: &Json) -> String {
    let whole = json.to_string();
    let mut shown: String = whole.chars().take(40).collect();
    if shown.len() < whole.len() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests;
