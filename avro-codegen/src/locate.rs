//! Finding a field's default in the text that it comes from, for messages.

use crate::error::Location;
use avro_model::Fullname;
use avro_model::json::{Json, Step, locate};
use std::fmt::Write;

/// The place of the default of a field of a record.
pub(crate) fn default(text: &str, record: &str, field: &str) -> Location {
    let Ok(json) = Json::parse(text) else { return Location::default() };
    let mut search = Search { record, path: Vec::new() };
    let Some(fields) = search.definition(&json, "") else { return Location::default() };
    let Some(index) = fields.iter().position(|json| json.get("name").and_then(Json::as_str) == Some(field))
    else {
        return Location::default();
    };
    let mut steps = search.path;
    steps.extend([Step::Key("fields".to_owned()), Step::Index(index), Step::Key("default".to_owned())]);
    let position = locate(text, &steps);
    Location { path: display(&steps), position: Some((position.line, position.column)) }
}

struct Search<'r> {
    record: &'r str,
    path: Vec<Step>,
}

impl Search<'_> {
    /// The fields of the record's definition in a schema that stands in `namespace`; its path is then left in
    /// [`Search::path`].
    fn definition<'j>(&mut self, json: &'j Json, namespace: &str) -> Option<&'j [Json]> {
        match json {
            Json::Array(branches) => branches
                .iter()
                .enumerate()
                .find_map(|(index, branch)| self.inside(Step::Index(index), branch, namespace)),
            Json::Object(_) => {
                if let Some(Json::Array(fields)) = json.get("fields") {
                    return self.record(json, fields, namespace);
                }
                ["type", "items", "values"]
                    .into_iter()
                    .find_map(|key| self.inside(Step::Key(key.to_owned()), json.get(key)?, namespace))
            }
            _ => None,
        }
    }

    fn record<'j>(&mut self, json: &'j Json, fields: &'j [Json], namespace: &str) -> Option<&'j [Json]> {
        let name = json.get("name").and_then(Json::as_str)?;
        let name = Fullname::new(name, json.get("namespace").and_then(Json::as_str).unwrap_or(namespace));
        if name.to_string() == self.record {
            return Some(fields);
        }
        self.path.push(Step::Key("fields".to_owned()));
        for (index, field) in fields.iter().enumerate() {
            self.path.push(Step::Index(index));
            let ty = field.get("type");
            let found = ty.and_then(|ty| self.inside(Step::Key("type".to_owned()), ty, name.namespace()));
            if found.is_some() {
                return found;
            }
            self.path.pop();
        }
        self.path.pop();
        None
    }

    fn inside<'j>(&mut self, step: Step, json: &'j Json, namespace: &str) -> Option<&'j [Json]> {
        self.path.push(step);
        let found = self.definition(json, namespace);
        if found.is_none() {
            self.path.pop();
        }
        found
    }
}

fn display(steps: &[Step]) -> String {
    let mut text = "$".to_owned();
    for step in steps {
        match step {
            Step::Key(key) => write!(text, ".{key}"),
            Step::Index(index) => write!(text, "[{index}]"),
        }
        .expect("writing to a string succeeds");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_default_is_found_where_it_is_written() {
        let text = r#"[
  {"type": "record", "name": "Other", "fields": []},
  {"type": "record", "name": "a.Outer", "fields": [
    {"name": "list", "type": {"type": "array", "items":
      {"type": "record", "name": "Inner", "fields": [
        {"name": "x", "type": "int"},
        {"name": "y", "type": "bytes",
         "default": "no"}
      ]}}}
  ]}
]"#;
        let found = default(text, "a.Inner", "y");
        assert_eq!(found.path, "$[1].fields[0].type.items.fields[1].default");
        assert_eq!(found.position, Some((8, 21)));
        assert_eq!(default(text, "Inner", "y"), Location::default());
    }
}
