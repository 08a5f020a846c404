//! Finding definitions in the texts that they come from, for messages.

use crate::input::Source;
use crate::report::Place;
use avro_model::Fullname;
use avro_model::idl::DefinitionText;
use avro_model::json::{Json, Step, locate};
use std::collections::HashMap;
use std::fmt::Write;

/// A text that defines types: a file of JSON, or a definition of another file.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Text<'t> {
    File(&'t Source),
    Definition(&'t DefinitionText),
}

impl Text<'_> {
    /// As JSON; `None` when it is none.
    pub(crate) fn value(&self) -> Option<Json> {
        match self {
            Self::File(source) => Json::parse(&source.text).ok(),
            Self::Definition(definition) => Some(definition.value()),
        }
    }

    /// The name of its file.
    pub(crate) fn file(&self) -> &str {
        match self {
            Self::File(source) => &source.name,
            Self::Definition(definition) => definition.file(),
        }
    }

    /// The text of its file.
    pub(crate) fn source(&self) -> &str {
        match self {
            Self::File(source) => &source.text,
            Self::Definition(definition) => definition.source(),
        }
    }

    /// The place of the value to which the steps lead.
    pub(crate) fn place(&self, steps: &[Step]) -> Place {
        let position = match self {
            Self::File(source) => locate(&source.text, steps),
            Self::Definition(definition) => definition.position(steps),
        };
        let place = Place::new(self.file(), self.source(), position.line, position.column);
        // The steps of IDL are those of the JSON that it was brought into, which nobody sees.
        match self {
            Self::Definition(definition) if definition.is_idl() => place,
            _ => place.with_path(display(steps)),
        }
    }
}

/// The definitions of named types in texts, by full name: the text and the steps to it. The first one counts.
#[derive(Debug, Default)]
pub(crate) struct Definitions<'t> {
    texts: Vec<(Text<'t>, Json)>,
    found: HashMap<Fullname, (usize, Vec<Step>)>,
}

impl<'t> Definitions<'t> {
    pub(crate) fn of(texts: impl IntoIterator<Item = Text<'t>>) -> Self {
        let mut definitions = Self::default();
        for text in texts {
            let Some(json) = text.value() else { continue };
            let number = definitions.texts.len();
            let found = &mut definitions.found;
            each_definition(&json, &mut |name, _, steps| {
                found.entry(name.clone()).or_insert_with(|| (number, steps.to_vec()));
            });
            definitions.texts.push((text, json));
        }
        definitions
    }

    /// The place of an attribute of a type's definition, or of the definition where it has none of that name.
    pub(crate) fn of_type(&self, name: &Fullname, attribute: &str) -> Option<Place> {
        let (number, steps) = self.found.get(name)?;
        let (text, json) = &self.texts[*number];
        Some(text.place(&with_attribute(json, steps.clone(), attribute)))
    }

    /// The place of an attribute of a field, or of the field where it has none of that name.
    pub(crate) fn of_field(&self, record: &Fullname, field: &str, attribute: &str) -> Option<Place> {
        let (number, steps) = self.found.get(record)?;
        let (text, json) = &self.texts[*number];
        let Json::Array(fields) = follow(json, steps)?.get("fields")? else { return None };
        let index = fields.iter().position(|json| json.get("name").and_then(Json::as_str) == Some(field))?;
        let mut steps = steps.clone();
        steps.extend([key("fields"), Step::Index(index)]);
        Some(text.place(&with_attribute(json, steps, attribute)))
    }
}

fn with_attribute(json: &Json, mut steps: Vec<Step>, attribute: &str) -> Vec<Step> {
    if follow(json, &steps).is_some_and(|value| value.get(attribute).is_some()) {
        steps.push(key(attribute));
    }
    steps
}

fn follow<'j>(json: &'j Json, steps: &[Step]) -> Option<&'j Json> {
    steps.iter().try_fold(json, |json, step| match (json, step) {
        (Json::Array(items), Step::Index(index)) => items.get(*index),
        (json, Step::Key(key)) => json.get(key),
        _ => None,
    })
}

pub(crate) fn key(key: &str) -> Step {
    Step::Key(key.to_owned())
}

/// Visits each definition of a named type: its full name, its JSON and the steps to it. Those inside come after the one
/// around them.
pub(crate) fn each_definition(json: &Json, visit: &mut dyn FnMut(&Fullname, &Json, &[Step])) {
    Walk { visit, steps: Vec::new() }.schema(json, "");
}

struct Walk<'v> {
    visit: &'v mut dyn FnMut(&Fullname, &Json, &[Step]),
    steps: Vec<Step>,
}

impl Walk<'_> {
    /// One level of recursion for each level of JSON, whose reader bounds them.
    fn schema(&mut self, json: &Json, namespace: &str) {
        match json {
            Json::Array(branches) => {
                for (index, branch) in branches.iter().enumerate() {
                    self.inside(Step::Index(index), branch, namespace);
                }
            }
            Json::Object(_) => match json.get("type") {
                Some(Json::String(kind)) => match kind.as_str() {
                    "record" | "error" | "enum" | "fixed" => self.definition(json, namespace),
                    "array" => self.part("items", json, namespace),
                    "map" => self.part("values", json, namespace),
                    _ => {}
                },
                Some(_) => self.part("type", json, namespace),
                None => {}
            },
            _ => {}
        }
    }

    fn definition(&mut self, json: &Json, namespace: &str) {
        let Some(name) = json.get("name").and_then(Json::as_str) else { return };
        let name = Fullname::new(name, json.get("namespace").and_then(Json::as_str).unwrap_or(namespace));
        (self.visit)(&name, json, &self.steps);
        let Some(Json::Array(fields)) = json.get("fields") else { return };
        self.steps.push(key("fields"));
        for (index, field) in fields.iter().enumerate() {
            self.steps.push(Step::Index(index));
            self.part("type", field, name.namespace());
            self.steps.pop();
        }
        self.steps.pop();
    }

    fn part(&mut self, name: &str, json: &Json, namespace: &str) {
        if let Some(part) = json.get(name) {
            self.inside(key(name), part, namespace);
        }
    }

    fn inside(&mut self, step: Step, json: &Json, namespace: &str) {
        self.steps.push(step);
        self.schema(json, namespace);
        self.steps.pop();
    }
}

/// A JSON path.
pub(crate) fn display(steps: &[Step]) -> String {
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
    use std::path::PathBuf;

    #[test]
    fn definitions_are_found_where_they_are_written() {
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
        let source = Source::new(PathBuf::from("a"), text.to_owned());
        let definitions = Definitions::of([Text::File(&source)]);
        let inner = Fullname::new("a.Inner", "");
        let at = |place: Option<Place>| {
            place.map(|place| (place.path.unwrap_or_default(), place.line, place.column))
        };
        let path = |rest: &str| format!("$[1].fields[0].type.items{rest}");
        for (place, expected) in [
            (definitions.of_field(&inner, "y", "default"), Some((path(".fields[1].default"), 8, 21))),
            (definitions.of_field(&inner, "x", "default"), Some((path(".fields[0]"), 6, 9))),
            (definitions.of_type(&inner, "name"), Some((path(".name"), 5, 34))),
            (definitions.of_type(&inner, "doc"), Some((path(""), 5, 7))),
            (definitions.of_field(&inner, "z", "type"), None),
            (definitions.of_type(&Fullname::new("Inner", ""), "name"), None),
        ] {
            assert_eq!(at(place), expected);
        }
    }
}
