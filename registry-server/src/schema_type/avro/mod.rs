//! Apache Avro: everything is asked of `avro-model`.

mod compatibility;
mod tags;

use std::any::Any;
use std::collections::HashSet;

use avro_model::schema::Field;
use avro_model::{Kind, Parser, Schema, Validation};

use super::size;
use super::{
    Cancellation, Direction, Findings, InvalidText, Language, Parsed, ReferencedText, SchemaTags, Strictness,
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

    fn parse(
        &self,
        text: &str,
        references: &[ReferencedText],
        strictness: Strictness,
    ) -> Result<Box<dyn Parsed>, InvalidText> {
        AvroSchema::parse(text, references, strictness).map(|schema| Box::new(schema) as Box<dyn Parsed>)
    }

    fn edit_tags(
        &self,
        text: &str,
        add: &[SchemaTags],
        remove: &[SchemaTags],
    ) -> Result<String, InvalidText> {
        tags::edit(text, add, remove)
    }
}

impl AvroSchema {
    fn parse(text: &str, references: &[ReferencedText], strictness: Strictness) -> Result<Self, InvalidText> {
        let validation = match strictness {
            Strictness::New => Validation::New,
            Strictness::Stored => Validation::Stored,
        };
        let values = size::within(text, references, |text| size::json_values(text.as_bytes()))?;
        let texts: Vec<&str> = references.iter().map(|reference| reference.text.as_str()).collect();
        let schema = Parser::new()
            .validation(validation)
            .parse_with_references(text, &texts)
            .map_err(|error| InvalidText(error.to_string()))?;
        let heap_size = heap_size(&schema, text, values, references);
        Ok(Self { schema, references: references.to_vec(), heap_size })
    }

    /// The schema with everything that it refers to written into it.
    fn resolved(&self) -> Option<Self> {
        Self::parse(&self.schema.resolved_text(), &[], Strictness::Stored).ok()
    }

    fn of(parsed: &dyn Parsed) -> Option<&Self> {
        parsed.as_any().downcast_ref()
    }
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
    fn canonical_text(&self) -> String {
        self.schema.canonical_text()
    }

    fn normalized(&self) -> Result<Box<dyn Parsed>, InvalidText> {
        let texts: Vec<&str> = self.references.iter().map(|reference| reference.text.as_str()).collect();
        let schema = self
            .schema
            .normalized(&Parser::new().validation(Validation::Stored), &texts)
            .map_err(|error| InvalidText(error.to_string()))?;
        Ok(Box::new(Self { schema, references: self.references.clone(), heap_size: self.heap_size }))
    }

    fn formatted(&self, format: &str) -> Option<String> {
        (format == "resolved").then(|| self.schema.resolved_text())
    }

    fn equivalent(&self, other: &dyn Parsed) -> bool {
        Self::of(other).is_some_and(|other| self.schema.equivalent(&other.schema))
    }

    fn equivalent_resolved(&self, other: &dyn Parsed) -> bool {
        let Some(other) = Self::of(other) else { return false };
        match (self.resolved(), other.resolved()) {
            (Some(one), Some(other)) => one.schema.equivalent(&other.schema),
            _ => false,
        }
    }

    fn check_until(
        &self,
        old: &dyn Parsed,
        direction: Direction,
        _: CompatibilityPolicy,
        cancellation: &Cancellation,
    ) -> Findings {
        Self::of(old).map_or_else(Findings::default, |old| {
            compatibility::check(&self.schema, &old.schema, direction, cancellation)
        })
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

    fn reserved_field_problem(&self) -> Option<String> {
        let Kind::Record(record) = &self.schema[self.schema.root()].kind else { return None };
        let reserved = record.fields.iter().find(|field| field.name.starts_with("$$"))?;
        Some(format!("Field names cannot start with \"$$\": {}", reserved.name))
    }

    fn tags(&self) -> Vec<SchemaTags> {
        tags::find(&self.schema.canonical_text())
    }

    fn with_tags(&self, add: &[SchemaTags], remove: &[SchemaTags]) -> Result<String, InvalidText> {
        tags::edit(&self.schema.canonical_text(), add, remove)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
