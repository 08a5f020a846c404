//! What the registry holds, and its answers.

use super::{CompatibilityLevel, URL};
use crate::context::{context_of, qualified};
use crate::frame::{Guid, SchemaId};
use crate::registry::{
    CompatibilityVerdict, NewSchema, RegisteredSchema, RegistryError, SchemaReference, VersionSelector,
};
use crate::subject::Role;
use avro_model::identity::IdentityHasher;
use avro_model::{Parser, Schema, Validation};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

type Answer = Result<Arc<RegisteredSchema>, RegistryError>;

#[derive(Debug, Default)]
pub(super) struct State {
    /// By subject, in the order of numbers.
    subjects: HashMap<String, Vec<Version>>,
    /// By context, in the order of ids.
    ids: HashMap<String, BTreeMap<SchemaId, Arc<RegisteredSchema>>>,
    pub(super) levels: HashMap<String, CompatibilityLevel>,
    pub(super) associations: BTreeMap<(String, String, Role), Vec<String>>,
    pub(super) away: bool,
    pub(super) questions: usize,
}

#[derive(Debug)]
struct Version {
    schema: Arc<RegisteredSchema>,
    deleted: bool,
}

/// A schema that was read.
struct Candidate {
    schema: Schema,
    text: String,
}

impl State {
    pub(super) fn by_id(&self, id: SchemaId, subject: Option<&str>) -> Answer {
        let context = subject.map_or(".", context_of);
        let found = self.ids.get(context).and_then(|ids| ids.get(&id));
        found.cloned().ok_or_else(|| refused(404, 40403, format!("Schema {id} not found")))
    }

    pub(super) fn by_guid(&self, guid: Guid) -> Answer {
        let found = self.ids.values().flat_map(BTreeMap::values).find(|schema| schema.guid == Some(guid));
        found.cloned().ok_or_else(|| refused(404, 40403, format!("Schema {guid} not found")))
    }

    pub(super) fn register(&mut self, subject: &str, new: &NewSchema, normalize: bool) -> Answer {
        let candidate = self.candidate(subject, new, normalize)?;
        if let Some(known) = self.same(subject, &candidate.text, &new.references) {
            return Ok(known);
        }
        let findings = self.findings(subject, &candidate)?;
        if !findings.is_empty() {
            let text = format!(
                "Schema being registered is incompatible with an earlier schema for subject \"{subject}\", details: [{}]",
                findings.join(", ")
            );
            return Err(refused(409, 409, text));
        }
        let mut schema = RegisteredSchema::avro(candidate.text);
        schema.references.clone_from(&new.references);
        Ok(self.put(subject, schema))
    }

    pub(super) fn lookup(&self, subject: &str, new: &NewSchema, normalize: bool) -> Answer {
        let candidate = self.candidate(subject, new, normalize)?;
        if self.live(subject).next().is_none() {
            return Err(no_subject(subject));
        }
        self.same(subject, &candidate.text, &new.references)
            .ok_or_else(|| refused(404, 40403, "Schema not found".to_owned()))
    }

    pub(super) fn version(&self, subject: &str, selector: VersionSelector) -> Answer {
        match selector {
            VersionSelector::Latest => self.live(subject).last().cloned().ok_or_else(|| no_subject(subject)),
            VersionSelector::Number(number) => {
                let versions = self.subjects.get(subject).ok_or_else(|| no_subject(subject))?;
                let found = versions.iter().map(|version| &version.schema);
                let mut found = found.filter(|schema| schema.version == Some(number));
                found
                    .next()
                    .cloned()
                    .ok_or_else(|| refused(404, 40402, format!("Version {number} not found.")))
            }
        }
    }

    pub(super) fn would_accept(
        &self,
        subject: &str,
        new: &NewSchema,
        normalize: bool,
    ) -> Result<CompatibilityVerdict, RegistryError> {
        let messages = self.findings(subject, &self.candidate(subject, new, normalize)?)?;
        Ok(CompatibilityVerdict { compatible: messages.is_empty(), messages })
    }

    /// What keeps a schema from being the next version.
    fn findings(&self, subject: &str, candidate: &Candidate) -> Result<Vec<String>, RegistryError> {
        let versions: Vec<_> = self.live(subject).filter(|version| version.is_avro()).cloned().collect();
        let versions =
            versions.iter().map(|version| self.parsed(subject, version)).collect::<Result<Vec<_>, _>>()?;
        let level = self.levels.get(subject).copied().unwrap_or_default();
        Ok(level.findings(&candidate.schema, &versions))
    }

    pub(super) fn numbers(&self, subject: &str, deleted: bool) -> Result<Vec<u32>, RegistryError> {
        let versions = self.subjects.get(subject).map_or(&[][..], Vec::as_slice);
        let shown = versions.iter().filter(|version| deleted || !version.deleted);
        let mut numbers: Vec<u32> = shown.filter_map(|version| version.schema.version).collect();
        numbers.sort_unstable();
        if numbers.is_empty() { Err(no_subject(subject)) } else { Ok(numbers) }
    }

    /// A next version as it is.
    pub(super) fn put(&mut self, subject: &str, mut schema: RegisteredSchema) -> Arc<RegisteredSchema> {
        let context = context_of(subject).to_owned();
        let guid = identity(&schema.text, &schema.references);
        let ids = self.ids.entry(context).or_default();
        let same = |known: &RegisteredSchema| {
            (&known.text, &known.references, &known.schema_type, &known.rules)
                == (&schema.text, &schema.references, &schema.schema_type, &schema.rules)
        };
        let known = ids.iter().find(|(_, known)| same(known)).map(|(id, _)| *id);
        let next = ids.last_key_value().map_or(0, |(id, _)| id.get()) + 1;
        let versions = self.subjects.entry(subject.to_owned()).or_default();
        let number = versions.iter().filter_map(|version| version.schema.version).max().unwrap_or(0) + 1;
        schema.id = schema.id.or(known).or_else(|| SchemaId::new(next));
        schema.guid = schema.guid.or(Some(guid));
        schema.version = schema.version.or(Some(number));
        schema.subject = Some(subject.to_owned());
        if let Some(id) = schema.id {
            // Answers by id say nothing of subjects.
            let by_id = RegisteredSchema { subject: None, version: None, ..schema.clone() };
            ids.insert(id, Arc::new(by_id));
        }
        let schema = Arc::new(schema);
        versions.push(Version { schema: Arc::clone(&schema), deleted: false });
        schema
    }

    pub(super) fn delete(&mut self, subject: &str, number: u32) -> bool {
        let versions = self.subjects.get_mut(subject).map_or(&mut [][..], Vec::as_mut_slice);
        let found =
            versions.iter_mut().find(|version| version.schema.version == Some(number) && !version.deleted);
        found.is_some_and(|version| {
            version.deleted = true;
            true
        })
    }

    /// The versions that are not deleted.
    fn live(&self, subject: &str) -> impl Iterator<Item = &Arc<RegisteredSchema>> {
        let versions = self.subjects.get(subject).map_or(&[][..], Vec::as_slice);
        versions.iter().filter(|version| !version.deleted).map(|version| &version.schema)
    }

    fn same(
        &self,
        subject: &str,
        text: &str,
        references: &[SchemaReference],
    ) -> Option<Arc<RegisteredSchema>> {
        let mut versions = self.live(subject);
        versions.find(|version| version.text == text && version.references == references).cloned()
    }

    fn candidate(&self, subject: &str, new: &NewSchema, normalize: bool) -> Result<Candidate, RegistryError> {
        let texts = self.texts(subject, &new.references)?;
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let invalid = |error: avro_model::ParseError| {
            refused(422, 42201, format!("Invalid schema {}, details: {error}", new.schema))
        };
        let parser = Parser::new();
        let mut schema = parser.parse_with_references(&new.schema, &texts).map_err(invalid)?;
        if normalize {
            schema = schema.normalized(&parser, &texts).map_err(invalid)?;
        }
        let text = schema.canonical_text();
        Ok(Candidate { schema, text })
    }

    fn parsed(&self, subject: &str, schema: &RegisteredSchema) -> Result<Schema, RegistryError> {
        let texts = self.texts(subject, &schema.references)?;
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let parser = Parser::new().validation(Validation::Stored);
        parser
            .parse_with_references(&schema.text, &texts)
            .map_err(|error| refused(500, 50001, format!("a version of {subject} cannot be read: {error}")))
    }

    /// The texts of all that is referred to, each once.
    fn texts(&self, subject: &str, references: &[SchemaReference]) -> Result<Vec<String>, RegistryError> {
        let context = context_of(subject);
        let (mut seen, mut texts, mut pending) = (Vec::new(), Vec::new(), references.to_vec());
        while let Some(reference) = pending.pop() {
            let SchemaReference { subject, version, .. } = reference;
            let subject = if context_of(&subject) == "." { qualified(context, &subject) } else { subject };
            if seen.contains(&(subject.clone(), version)) {
                continue;
            }
            let selector = u32::try_from(version).map_or(VersionSelector::Latest, VersionSelector::Number);
            let found = self.version(&subject, selector).map_err(|_| {
                refused(
                    422,
                    42201,
                    format!("No schema reference found for subject \"{subject}\" and version {version}"),
                )
            })?;
            texts.push(found.text.clone());
            pending.extend(found.references.iter().cloned());
            seen.push((subject, version));
        }
        Ok(texts)
    }
}

fn identity(text: &str, references: &[SchemaReference]) -> Guid {
    let mut hasher = IdentityHasher::new(text);
    for SchemaReference { name, subject, version } in references {
        hasher.reference(name, subject, *version);
    }
    Guid::from_bytes(hasher.finish().0)
}

fn no_subject(subject: &str) -> RegistryError {
    refused(404, 40401, format!("Subject '{subject}' not found."))
}

fn refused(status: u16, code: i32, message: String) -> RegistryError {
    RegistryError::Refused { url: URL.to_owned(), status, code, message }
}
