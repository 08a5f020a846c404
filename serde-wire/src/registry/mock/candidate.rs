//! Schemas that are sent, read with what they refer to.

use super::name::referenced;
use super::refusal::invalid_schema;
use super::state::State;
use crate::context::context_of;
use crate::registry::{NewSchema, RegisteredSchema, RegistryError, SchemaReference};
use avro_model::{ParseError, Parser, Schema, Validation};
use std::collections::{HashSet, VecDeque};

/// A schema that was read.
pub(super) struct Candidate {
    pub(super) schema: Schema,
    /// As a registry keeps it.
    pub(super) text: String,
    /// With numbers where the latest versions were meant.
    pub(super) references: Vec<SchemaReference>,
}

/// Which versions references lead to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Targets {
    /// For a new version: to those that are not deleted.
    Live,
    /// To all.
    All,
}

impl Candidate {
    pub(super) fn new(
        state: &State,
        subject: &str,
        new: &NewSchema,
        normalize: bool,
        targets: Targets,
    ) -> Result<Self, RegistryError> {
        let (mut references, texts) = follow(state, subject, &new.references, targets)?;
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let invalid =
            |error: ParseError| invalid_schema(format!("Invalid schema of type AVRO, details: {error}"));
        let parser = Parser::new();
        let mut schema = parser.parse_with_references(&new.schema, &texts).map_err(invalid)?;
        if normalize {
            schema = schema.normalized(&parser, &texts).map_err(invalid)?;
            references.sort_by(|a, b| a.name.cmp(&b.name));
        }
        let text = schema.canonical_text();
        Ok(Self { schema, text, references })
    }
}

/// A version that is there.
pub(super) fn stored(
    state: &State,
    subject: &str,
    schema: &RegisteredSchema,
) -> Result<Schema, RegistryError> {
    let (_, texts) = follow(state, subject, &schema.references, Targets::All)?;
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let parser = Parser::new().validation(Validation::Stored);
    parser
        .parse_with_references(&schema.text, &texts)
        .map_err(|error| invalid_schema(format!("Invalid schema of type AVRO, details: {error}")))
}

/// The references with numbers, and the texts of all that they lead to, each once.
fn follow(
    state: &State,
    subject: &str,
    references: &[SchemaReference],
    targets: Targets,
) -> Result<(Vec<SchemaReference>, Vec<String>), RegistryError> {
    let (mut direct, mut texts, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    let mut pending: VecDeque<_> =
        references.iter().map(|reference| (context_of(subject).to_owned(), reference.clone())).collect();
    while let Some((context, reference)) = pending.pop_front() {
        let SchemaReference { version, .. } = reference;
        let target = referenced(&reference.subject, &context);
        let found = state.target(&target, version, targets).ok_or_else(|| {
            invalid_schema(format!(
                "Invalid schema of type AVRO, details: No schema reference found for subject \"{target}\" and version {version}"
            ))
        })?;
        let number = found.version.and_then(|number| i32::try_from(number).ok()).unwrap_or(version);
        // These come first, in their order.
        if direct.len() < references.len() {
            direct.push(SchemaReference { version: number, ..reference });
        }
        if seen.insert((target.clone(), number)) {
            texts.push(found.text.clone());
            let context = context_of(&target);
            pending.extend(found.references.iter().map(|further| (context.to_owned(), further.clone())));
        }
    }
    Ok((direct, texts))
}
