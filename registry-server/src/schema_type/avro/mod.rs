//! Apache Avro: everything is asked of `avro-model`.

mod compatibility;
mod tags;

use std::any::Any;
use std::collections::HashSet;

use avro_model::schema::Field;
use avro_model::{Kind, ParseError, Parser, Schema, Validation};

use super::budget::counted;
use super::size;
use super::{
    Budget, Direction, Explanation, Findings, InvalidText, Language, Parsed, ReadError, ReferencedText,
    SchemaTags, Stopped, Strictness,
};
use crate::domain::{CompatibilityPolicy, SchemaType};

/// The language Avro.
#[derive(Clone, Copy, Debug)]
pub struct Avro;

/// An Avro schema and what it refers to.
#[derive(Debug)]
struct AvroSchema {
    schema: Schema,
    references: Vec<ReferencedText>,
    heap_size: usize,
}

impl Language for Avro {
    fn schema_type(&self) -> SchemaType {
        SchemaType::Avro
    }

    fn parse_within(
        &self,
        text: &str,
        references: &[ReferencedText],
        strictness: Strictness,
        budget: &Budget,
    ) -> Result<Box<dyn Parsed>, ReadError> {
        let schema = AvroSchema::parse(text, references, strictness, budget)?;
        Ok(Box::new(schema))
    }

    fn edit_tags_within(
        &self,
        text: &str,
        add: &[SchemaTags],
        remove: &[SchemaTags],
        budget: &Budget,
    ) -> Result<String, ReadError> {
        counted(budget, tags::edit(text, add, remove, budget))
    }
}

impl AvroSchema {
    fn parse(
        text: &str,
        references: &[ReferencedText],
        strictness: Strictness,
        budget: &Budget,
    ) -> Result<Self, ReadError> {
        let validation = match strictness {
            Strictness::New => Validation::New,
            Strictness::Stored => Validation::Stored,
        };
        let values = size::within(text, references, |text| size::json_values(text.as_bytes()))?;
        let texts: Vec<&str> = references.iter().map(|reference| reference.text.as_str()).collect();
        let parser = Parser::new().validation(validation).within(budget);
        let schema =
            counted(budget, parser.parse_with_references(text, &texts).map_err(|error| invalid(&error)))?;
        let heap_size = heap_size(&schema, text, values, references);
        Ok(Self { schema, references: references.to_vec(), heap_size })
    }

    /// The schema with everything that it refers to written into it.
    fn resolved(&self, budget: &Budget) -> Result<Option<Self>, Stopped> {
        let text = self.schema.resolved_text_within(budget)?;
        match Self::parse(&text, &[], Strictness::Stored, budget) {
            Ok(resolved) => Ok(Some(resolved)),
            Err(ReadError::Invalid(_)) => Ok(None),
            Err(ReadError::Stopped(stopped)) => Err(stopped),
        }
    }

    fn of(parsed: &dyn Parsed) -> Option<&Self> {
        parsed.as_any().downcast_ref()
    }
}

fn invalid(error: &ParseError) -> InvalidText {
    InvalidText(error.to_string())
}

/// Bytes of a JSON value in a property or a default.
const VALUE: usize = size_of::<avro_model::json::Json>() + 16;

fn heap_size(schema: &Schema, text: &str, values: usize, references: &[ReferencedText]) -> usize {
    let fields = schema.nodes().iter().map(|node| match &node.kind {
        Kind::Record(record) => record.fields.capacity(),
        _ => 0,
    });
    size_of_val(schema.nodes())
        + fields.sum::<usize>() * size_of::<Field>()
        // Whatever is written somewhere stands in a text of its own.
        + 2 * text.len()
        + values * VALUE
        + references.iter().map(|reference| reference.text.len()).sum::<usize>()
}

impl Parsed for AvroSchema {
    fn canonical_text_within(&self, budget: &Budget) -> Result<String, Stopped> {
        self.schema.canonical_text_within(budget)
    }

    fn normalized_within(&self, budget: &Budget) -> Result<Box<dyn Parsed>, ReadError> {
        let texts: Vec<&str> = self.references.iter().map(|reference| reference.text.as_str()).collect();
        let parser = Parser::new().validation(Validation::Stored).within(budget);
        let schema =
            counted(budget, self.schema.normalized(&parser, &texts).map_err(|error| invalid(&error)))?;
        Ok(Box::new(Self { schema, references: self.references.clone(), heap_size: self.heap_size }))
    }

    fn formatted_within(&self, format: &str, budget: &Budget) -> Result<Option<String>, Stopped> {
        (format == "resolved").then(|| self.schema.resolved_text_within(budget)).transpose()
    }

    fn equivalent_within(&self, other: &dyn Parsed, budget: &Budget) -> Result<bool, Stopped> {
        Self::of(other).map_or(Ok(false), |other| self.schema.equivalent_within(&other.schema, budget))
    }

    fn equivalent_resolved_within(&self, other: &dyn Parsed, budget: &Budget) -> Result<bool, Stopped> {
        let Some(other) = Self::of(other) else { return Ok(false) };
        match (self.resolved(budget)?, other.resolved(budget)?) {
            (Some(one), Some(other)) => one.schema.equivalent_within(&other.schema, budget),
            _ => Ok(false),
        }
    }

    fn check_within(
        &self,
        old: &dyn Parsed,
        direction: Direction,
        _: CompatibilityPolicy,
        budget: &Budget,
    ) -> Result<Findings, Stopped> {
        let Some(old) = Self::of(old) else { return Ok(Findings::default()) };
        compatibility::check(&self.schema, &old.schema, direction, budget)
    }

    fn explain_within(
        &self,
        old: &dyn Parsed,
        direction: Direction,
        budget: &Budget,
    ) -> Result<Option<Explanation>, Stopped> {
        let Some(old) = Self::of(old) else { return Ok(None) };
        compatibility::explain(&self.schema, &old.schema, direction, budget)
    }

    fn heap_size(&self) -> usize {
        self.heap_size
    }

    fn top_level_fields(&self) -> HashSet<&str> {
        match &self.schema[self.schema.root()].kind {
            Kind::Record(record) => record.fields.iter().map(|field| field.name.as_str()).collect(),
            _ => HashSet::new(),
        }
    }

    fn reserved_field_problem_within(&self, _: &Budget) -> Result<Option<String>, Stopped> {
        let Kind::Record(record) = &self.schema[self.schema.root()].kind else { return Ok(None) };
        let reserved = record.fields.iter().find(|field| field.name.starts_with("$$"));
        Ok(reserved.map(|field| format!("Field names cannot start with \"$$\": {}", field.name)))
    }

    fn tags_within(&self, budget: &Budget) -> Result<Vec<SchemaTags>, Stopped> {
        let found = tags::find(&self.schema.canonical_text_within(budget)?, budget);
        budget.check().map(|()| found)
    }

    fn with_tags_within(
        &self,
        add: &[SchemaTags],
        remove: &[SchemaTags],
        budget: &Budget,
    ) -> Result<String, ReadError> {
        counted(budget, tags::edit(&self.schema.canonical_text_within(budget)?, add, remove, budget))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
