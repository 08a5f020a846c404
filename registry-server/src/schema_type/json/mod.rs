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

use super::budget::counted;
use super::size;
use super::{
    Budget, Direction, Findings, InvalidText, Language, Parsed, ReadError, ReferencedText, SchemaTags,
    Stopped, Strictness,
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
    model: OnceLock<Result<Model, Unloadable>>,
    /// The rough size in memory of the JSON and of the schemas that it comes to, in bytes.
    heap_size: usize,
}

/// A text that is JSON and no schema.
#[derive(Clone, Debug)]
struct Unloadable {
    details: InvalidText,
    /// It refers to what only another server has.
    remote: bool,
}

/// Up to how many schemas are compared in no time.
const FEW_SCHEMAS: usize = 50;
/// Steps of loading what is compared in no time.
const SMALL: u64 = 10_000;
/// Bytes of a JSON value with its name, and of its part of a schema.
const VALUE: usize = 128;

fn heap_size(text: &str, values: usize) -> usize {
    2 * text.len() + values * VALUE
}

impl Language for JsonSchema {
    fn schema_type(&self) -> SchemaType {
        SchemaType::Json
    }

    fn parse_within(
        &self,
        text: &str,
        references: &[ReferencedText],
        _: Strictness,
        budget: &Budget,
    ) -> Result<Box<dyn Parsed>, ReadError> {
        let values = size::within(text, references, |text| size::json_values(text.as_bytes()))?;
        let parsed = JsonText::new(read(text, budget)?, references.to_vec());
        Ok(Box::new(JsonText { heap_size: heap_size(text, values), ..parsed }))
    }

    fn edit_tags_within(
        &self,
        text: &str,
        add: &[SchemaTags],
        remove: &[SchemaTags],
        budget: &Budget,
    ) -> Result<String, ReadError> {
        size::within(text, &[], |text| size::json_values(text.as_bytes()))?;
        JsonText::new(read(text, budget)?, Vec::new()).with_tags_within(add, remove, budget)
    }
}

/// Reads JSON. The original says no more than that it cannot; what is refused for a bound of this registry says so.
fn read(text: &str, budget: &Budget) -> Result<Value, ReadError> {
    text::read(text, budget).map_err(|error| match error {
        text::Unreadable::Malformed(_) => InvalidText("Invalid JSON schema".to_owned()).into(),
        text::Unreadable::TooDeep => InvalidText(format!("Invalid JSON schema: {error}")).into(),
        text::Unreadable::Stopped(stopped) => stopped.into(),
    })
}

impl JsonText {
    fn new(json: Value, references: Vec<ReferencedText>) -> Self {
        Self { json, references, model: OnceLock::new(), heap_size: 0 }
    }

    fn draft(&self) -> Draft {
        Draft::named_in(&self.json).unwrap_or(Draft::Seven)
    }

    /// The schemas that the text comes to. They are kept once they are known, which they are not when the budget ends.
    fn model(&self, budget: &Budget) -> Result<&Model, ReadError> {
        let loaded = match self.model.get() {
            Some(loaded) => loaded,
            None => {
                let loaded = load::load(&self.json, &self.references, budget);
                budget.check()?;
                self.model.get_or_init(|| loaded.map_err(|error| unloadable(&error)))
            }
        };
        loaded.as_ref().map_err(|unloadable| unloadable.details.clone().into())
    }
}

fn unloadable(error: &LoadError) -> Unloadable {
    tracing::debug!(%error, "a JSON Schema cannot be read");
    let details = InvalidText(match error {
        // The original fetches it, and has bounds of its own kind: what is refused here says why.
        LoadError::Remote(_) | LoadError::TooMany | LoadError::TooMuchFollowed => {
            format!("Invalid JSON: {error}")
        }
        LoadError::NoRoot(_) => format!("Invalid JSON schema: {error}"),
        _ => "Invalid JSON".to_owned(),
    });
    Unloadable { details, remote: matches!(error, LoadError::Remote(_)) }
}

impl Parsed for JsonText {
    fn canonical_text_within(&self, budget: &Budget) -> Result<String, Stopped> {
        let text = self.json.printed(budget);
        budget.check().map(|()| text)
    }

    fn validate_within(&self, budget: &Budget) -> Result<(), ReadError> {
        self.model(budget).map(|_| ())
    }

    fn remote_reference_problem_within(&self, budget: &Budget) -> Result<Option<String>, Stopped> {
        if let Err(ReadError::Stopped(stopped)) = self.model(budget) {
            return Err(stopped);
        }
        let unloadable = self.model.get().and_then(|loaded| loaded.as_ref().err());
        Ok(unloadable.filter(|found| found.remote).map(|found| found.details.0.clone()))
    }

    fn normalized_within(&self, budget: &Budget) -> Result<Box<dyn Parsed>, ReadError> {
        let normal = Self::new(self.json.sorted(budget), self.references.clone());
        budget.check()?;
        Ok(Box::new(Self { heap_size: self.heap_size, ..normal }))
    }

    fn formatted_within(&self, _: &str, _: &Budget) -> Result<Option<String>, Stopped> {
        Ok(None)
    }

    fn equivalent_within(&self, other: &dyn Parsed, budget: &Budget) -> Result<bool, Stopped> {
        // Comparing memory is a matter of milliseconds, whatever the size.
        budget.take(1)?;
        Ok(other.as_any().downcast_ref::<Self>().is_some_and(|other| self.json == other.json))
    }

    fn equivalent_resolved_within(&self, other: &dyn Parsed, budget: &Budget) -> Result<bool, Stopped> {
        self.equivalent_within(other, budget)
    }

    fn check_within(
        &self,
        old: &dyn Parsed,
        direction: Direction,
        policy: CompatibilityPolicy,
        budget: &Budget,
    ) -> Result<Findings, Stopped> {
        let Some(old) = old.as_any().downcast_ref::<Self>() else { return Ok(Findings::default()) };
        let (original, update) = match direction {
            Direction::Backward => (old.model(budget), self.model(budget)),
            Direction::Forward => (self.model(budget), old.model(budget)),
        };
        let compared = match (original, update) {
            (Ok(original), Ok(update)) => compare::compare(original, update, policy, direction, budget)
                .map_err(|error| error.to_string()),
            (Err(error), _) | (_, Err(error)) => Err(error.to_string()),
        };
        budget.check()?;
        let messages = compared.unwrap_or_else(|error| {
            vec![format!("Unexpected exception during compatibility check: {error}")]
        });
        Ok(Findings { messages })
    }

    fn is_deceptively_small(&self) -> bool {
        // Pairs of schemas are compared, and patterns compiled. What takes longer than a moment to load is not small either.
        match self.model(&Budget::of(SMALL)) {
            Ok(model) => model.schemas.len() > FEW_SCHEMAS || model.has_patterns(),
            Err(ReadError::Invalid(_)) => false,
            Err(ReadError::Stopped(_)) => true,
        }
    }

    fn heap_size(&self) -> usize {
        self.heap_size
    }

    fn top_level_fields(&self) -> HashSet<&str> {
        let properties = self.json.get("properties").and_then(Value::as_object).unwrap_or_default();
        properties.iter().map(|(name, _)| name.as_str()).collect()
    }

    fn reserved_field_problem_within(&self, budget: &Budget) -> Result<Option<String>, Stopped> {
        let model = match self.model(budget) {
            Ok(model) => model,
            Err(ReadError::Invalid(_)) => return Ok(None),
            Err(ReadError::Stopped(stopped)) => return Err(stopped),
        };
        let Some(Kind::Object(object)) = model.root.map(|root| &model[root].kind) else { return Ok(None) };
        let reserved = object.properties.iter().any(|(name, _)| name.starts_with("$$"));
        Ok(reserved.then(|| "#: Field names cannot start with $$ prefix".to_owned()))
    }

    fn tags_within(&self, budget: &Budget) -> Result<Vec<SchemaTags>, Stopped> {
        let model = load::load_detached(&self.json, self.draft(), budget);
        let found = model.map(|model| tags::find(&model)).unwrap_or_default();
        budget.check().map(|()| found)
    }

    fn with_tags_within(
        &self,
        add: &[SchemaTags],
        remove: &[SchemaTags],
        budget: &Budget,
    ) -> Result<String, ReadError> {
        let edited = tags::edit(&self.json, self.draft(), add, remove, budget);
        counted(budget, edited.map(|json| json.printed(budget)))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
