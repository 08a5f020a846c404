//! JSON Schema: reading, normal form, comparison and tags.

mod compare;
mod draft;
mod limits;
mod load;
mod model;
mod order;
mod regexp;
mod tags;
mod text;
mod uri;

#[cfg(test)]
mod tests;

use std::any::Any;
use std::collections::HashSet;
use std::sync::OnceLock;

use super::size;
use super::{
    Cancellation, Direction, Findings, InvalidText, Language, Parsed, ReferencedText, SchemaTags, Strictness,
};
use crate::domain::{CompatibilityPolicy, SchemaType};
use draft::Draft;
use load::LoadError;
use model::{Kind, Model};
use text::Json as Value;

/// The language JSON Schema.
#[derive(Clone, Copy, Debug)]
pub struct JsonSchema;

/// A text that is JSON, and what it refers to. Whether it is a schema is found out when that matters first, as in the
/// original.
#[derive(Debug)]
struct JsonText {
    json: Value,
    references: Vec<ReferencedText>,
    model: OnceLock<Result<Model, InvalidText>>,
    /// What the JSON and the schemas that it comes to take about.
    heap_size: usize,
}

/// Up to how many schemas are compared in no time.
const FEW_SCHEMAS: usize = 50;
/// Bytes of a JSON value with its name, and of its part of a schema.
const VALUE: usize = 128;

fn heap_size(text: &str, values: usize) -> usize {
    2 * text.len() + values * VALUE
}

impl Language for JsonSchema {
    fn schema_type(&self) -> SchemaType {
        SchemaType::Json
    }

    fn parse(
        &self,
        text: &str,
        references: &[ReferencedText],
        _: Strictness,
    ) -> Result<Box<dyn Parsed>, InvalidText> {
        let values = size::within(text, references, |text| size::json_values(text.as_bytes()))?;
        let parsed = JsonText::new(read(text)?, references.to_vec());
        Ok(Box::new(JsonText { heap_size: heap_size(text, values), ..parsed }))
    }

    fn edit_tags(
        &self,
        text: &str,
        add: &[SchemaTags],
        remove: &[SchemaTags],
    ) -> Result<String, InvalidText> {
        size::within(text, &[], |text| size::json_values(text.as_bytes()))?;
        JsonText::new(read(text)?, Vec::new()).with_tags(add, remove)
    }
}

/// Reads JSON. The original says no more than that it cannot; what is refused for a bound of this registry says so.
fn read(text: &str) -> Result<Value, InvalidText> {
    text::read(text).map_err(|error| match error {
        text::Unreadable::Malformed(_) => InvalidText("Invalid JSON schema".to_owned()),
        text::Unreadable::TooDeep => InvalidText(format!("Invalid JSON schema: {error}")),
    })
}

impl JsonText {
    fn new(json: Value, references: Vec<ReferencedText>) -> Self {
        Self { json, references, model: OnceLock::new(), heap_size: 0 }
    }

    fn draft(&self) -> Draft {
        Draft::named_in(&self.json).unwrap_or(Draft::Seven)
    }

    fn model(&self) -> Result<&Model, InvalidText> {
        let loaded = self.model.get_or_init(|| {
            load::load(&self.json, &self.references).map_err(|error| {
                tracing::debug!(%error, "a JSON Schema cannot be read");
                InvalidText(match error {
                    // The original fetches it, and has bounds of its own kind: what is refused here says why.
                    LoadError::Remote(_) | LoadError::TooMany | LoadError::TooMuchFollowed => {
                        format!("Invalid JSON: {error}")
                    }
                    _ => "Invalid JSON".to_owned(),
                })
            })
        });
        loaded.as_ref().map_err(Clone::clone)
    }
}

impl Parsed for JsonText {
    fn canonical_text(&self) -> String {
        self.json.to_string()
    }

    fn validate(&self) -> Result<(), InvalidText> {
        self.model().map(|_| ())
    }

    fn normalized(&self) -> Result<Box<dyn Parsed>, InvalidText> {
        let normal = Self::new(self.json.sorted(), self.references.clone());
        Ok(Box::new(Self { heap_size: self.heap_size, ..normal }))
    }

    fn formatted(&self, _: &str) -> Option<String> {
        None
    }

    fn equivalent(&self, other: &dyn Parsed) -> bool {
        other.as_any().downcast_ref::<Self>().is_some_and(|other| self.json == other.json)
    }

    fn equivalent_resolved(&self, other: &dyn Parsed) -> bool {
        self.equivalent(other)
    }

    fn check_until(
        &self,
        old: &dyn Parsed,
        direction: Direction,
        policy: CompatibilityPolicy,
        cancellation: &Cancellation,
    ) -> Findings {
        let Some(old) = old.as_any().downcast_ref::<Self>() else { return Findings::default() };
        let (original, update) = match direction {
            Direction::Backward => (old.model(), self.model()),
            Direction::Forward => (self.model(), old.model()),
        };
        let compared = match (original, update) {
            (Ok(original), Ok(update)) => compare::compare(original, update, policy, direction, cancellation)
                .map_err(|error| error.to_string()),
            (Err(error), _) | (_, Err(error)) => Err(error.0),
        };
        let messages = compared.unwrap_or_else(|error| {
            vec![format!("Unexpected exception during compatibility check: {error}")]
        });
        Findings { messages }
    }

    fn is_deceptively_small(&self) -> bool {
        // Pairs of schemas are compared, and patterns compiled.
        self.model().is_ok_and(|model| model.schemas.len() > FEW_SCHEMAS || model.has_patterns())
    }

    fn heap_size(&self) -> usize {
        self.heap_size
    }

    fn top_level_fields(&self) -> HashSet<&str> {
        let properties = self.json.get("properties").and_then(Value::as_object).unwrap_or_default();
        properties.iter().map(|(name, _)| name.as_str()).collect()
    }

    fn reserved_field_problem(&self) -> Option<String> {
        let model = self.model().ok()?;
        let Kind::Object(object) = &model[model.root?].kind else { return None };
        let reserved = object.properties.iter().any(|(name, _)| name.starts_with("$$"));
        reserved.then(|| "#: Field names cannot start with $$ prefix".to_owned())
    }

    fn tags(&self) -> Vec<SchemaTags> {
        load::load_detached(&self.json, self.draft()).map(|model| tags::find(&model)).unwrap_or_default()
    }

    fn with_tags(&self, add: &[SchemaTags], remove: &[SchemaTags]) -> Result<String, InvalidText> {
        tags::edit(&self.json, self.draft(), add, remove).map(|json| json.to_string())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
