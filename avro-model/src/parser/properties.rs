//! Attributes of schemas and fields: the reserved ones by name, all others as properties (schemas §4.1).

use super::builder::{Builder, Fault, Place, missing};
use super::error::ParseProblem;
use crate::json::{Json, Raw, Step};
use crate::schema::{Kind, Properties};
use std::borrow::Cow;

type Members<'t> = [(Cow<'t, str>, Raw<'t>)];

/// Keys that a schema keeps for itself, whatever its kind.
fn reserved_in_schema(key: &str) -> bool {
    matches!(
        key,
        "doc"
            | "fields"
            | "items"
            | "name"
            | "namespace"
            | "size"
            | "symbols"
            | "values"
            | "type"
            | "aliases"
    )
}

/// Keys that a field keeps for itself.
fn reserved_in_field(key: &str) -> bool {
    matches!(key, "default" | "doc" | "name" | "order" | "type" | "aliases")
}

impl Builder<'_> {
    /// The properties of a schema.
    pub(super) fn properties(&self, json: &Raw<'_>, kind: &Kind, place: Place) -> Result<Properties, Fault> {
        let is_enum = matches!(kind, Kind::Enum(_));
        let properties = self.collect(json, |key| reserved_in_schema(key) || (is_enum && key == "default"));
        // The reference copies these three once more when it resolves names, through a form without big integers.
        let copied = matches!(kind, Kind::Record(_) | Kind::Array(_) | Kind::Map(_));
        if let Some((key, _)) = properties.iter().find(|(_, value)| copied && holds_big_integer(value)) {
            return Err((place, vec![Step::Key(key.clone())], ParseProblem::BigProperty(key.clone())));
        }
        Ok(properties)
    }

    /// The properties of a field.
    pub(super) fn field_properties(&self, json: &Raw<'_>) -> Properties {
        self.collect(json, reserved_in_field)
    }

    fn collect(&self, json: &Raw<'_>, reserved: impl Fn(&str) -> bool) -> Properties {
        let Raw::Object(members) = json else { return Properties::new() };
        members
            .iter()
            .filter(|(key, _)| !reserved(key))
            .map(|(key, value)| (key.clone().into_owned(), value.to_json(self.budget)))
            .collect()
    }

    /// An attribute that must be text.
    pub(super) fn required_text<'j>(
        &self,
        json: &'j Raw<'_>,
        members: &Members<'_>,
        key: &'static str,
        what: &'static str,
        place: Place,
    ) -> Result<&'j str, Fault> {
        match json.get(key) {
            Some(Raw::String(text)) => Ok(text),
            Some(other) => {
                let expected = if key == "type" { "text: the name of a type" } else { "text" };
                let problem =
                    ParseProblem::Attribute { attribute: key, found: other.kind().to_owned(), expected };
                Err((place, vec![Step::Key(key.to_owned())], problem))
            }
            None => Err((place, Vec::new(), missing(what, key, members))),
        }
    }

    /// The distinct texts of `aliases`, which must be an array of texts when it is there.
    pub(super) fn aliases<'j>(&self, json: &'j Raw<'_>, place: Place) -> Result<Vec<&'j str>, Fault> {
        let wrong = |steps: Vec<Step>, found: &Raw<'_>| {
            let expected = "an array of names";
            (
                place,
                steps,
                ParseProblem::Attribute { attribute: "aliases", found: found.kind().to_owned(), expected },
            )
        };
        let key = || Step::Key("aliases".to_owned());
        let mut aliases = Vec::new();
        match json.get("aliases") {
            None => {}
            Some(Raw::Array(items)) => {
                let mut seen = std::collections::HashSet::new();
                for (index, item) in items.iter().enumerate() {
                    self.step(place)?;
                    let alias = item.as_str().ok_or_else(|| wrong(vec![key(), Step::Index(index)], item))?;
                    if seen.insert(alias) {
                        aliases.push(alias);
                    }
                }
            }
            Some(other) => return Err(wrong(vec![key()], other)),
        }
        Ok(aliases)
    }
}

/// Recursion is bounded by the reader's limit on nesting.
fn holds_big_integer(value: &Json) -> bool {
    match value {
        Json::BigInt(_) => true,
        Json::Array(items) => items.iter().any(holds_big_integer),
        Json::Object(members) => members.iter().any(|(_, value)| holds_big_integer(value)),
        _ => false,
    }
}
