//! What the registry holds, and how it changes.

use super::CompatibilityLevel;
use super::candidate::{Candidate, Targets, stored};
use super::level::Old;
use super::name::{canonical, is_reserved, referenced};
use super::refusal;
use crate::context::context_of;
use crate::frame::SchemaId;
use crate::registry::{NewSchema, RegisteredSchema, RegistryError, SchemaReference};
use crate::subject::Role;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

pub(super) type Answer = Result<Arc<RegisteredSchema>, RegistryError>;

#[derive(Debug, Default)]
pub(super) struct State {
    /// By subject as it is shown, in the order of numbers.
    pub(super) subjects: BTreeMap<String, Vec<Version>>,
    /// The highest id of each context.
    last_ids: HashMap<String, u32>,
    pub(super) levels: HashMap<String, CompatibilityLevel>,
    pub(super) associations: BTreeMap<(String, String, Role), Vec<String>>,
    /// Subjects that take no new versions.
    pub(super) read_only: HashSet<String>,
    pub(super) away: bool,
    pub(super) questions: usize,
}

#[derive(Debug)]
pub(super) struct Version {
    pub(super) schema: Arc<RegisteredSchema>,
    pub(super) deleted: bool,
}

impl State {
    /// The answer says nothing of the subject, which whoever asks knows.
    pub(super) fn register(&mut self, subject: &str, new: &NewSchema, normalize: bool) -> Answer {
        let registered = self.version_of(&canonical(subject), new, normalize)?;
        Ok(Arc::new(RegisteredSchema { subject: None, ..RegisteredSchema::clone(&registered) }))
    }

    /// The version that holds the schema, a new one where there is none.
    fn version_of(&mut self, subject: &str, new: &NewSchema, normalize: bool) -> Answer {
        if is_reserved(subject) {
            return Err(refusal::invalid_subject(subject));
        }
        if new.schema.trim().is_empty() {
            // The text of the latest version is taken over, which finds that version.
            let latest = self.live(subject).last().cloned();
            return latest.ok_or_else(|| refusal::invalid_schema("Empty schema".to_owned()));
        }
        let candidate = Candidate::new(self, subject, new, normalize, Targets::Live)?;
        if let Some(known) = self.same(subject, &candidate)? {
            return Ok(known);
        }
        if self.read_only.contains(subject) {
            return Err(refusal::read_only(subject));
        }
        let findings = self.findings(subject, &candidate)?;
        if !findings.is_empty() {
            return Err(refusal::incompatible(subject, &findings));
        }
        let mut schema = RegisteredSchema::avro(candidate.text);
        schema.references = candidate.references;
        let schema = self.put(subject, schema);
        self.drop_former(subject, &schema);
        Ok(schema)
    }

    /// A next version as it is.
    pub(super) fn put(&mut self, subject: &str, mut schema: RegisteredSchema) -> Arc<RegisteredSchema> {
        let subject = canonical(subject);
        let context = context_of(&subject).to_owned();
        let known = self.in_context(&context).find(|(_, version)| is_same_content(&version.schema, &schema));
        let known = known.and_then(|(_, version)| version.schema.id);
        let last = self.last_ids.entry(context).or_default();
        schema.id = schema.id.or(known).or_else(|| SchemaId::new(*last + 1));
        *last = schema.id.map_or(*last, |id| id.get().max(*last));
        schema.guid = Some(schema.content());
        let versions = self.subjects.entry(subject.clone()).or_default();
        let number = versions.iter().filter_map(|version| version.schema.version).max().unwrap_or(0) + 1;
        schema.version = schema.version.or(Some(number));
        schema.subject = Some(subject);
        let schema = Arc::new(schema);
        versions.push(Version { schema: Arc::clone(&schema), deleted: false });
        schema
    }

    /// A version that was deleted goes for good when its content is registered again, unless something refers to it.
    fn drop_former(&mut self, subject: &str, now: &RegisteredSchema) {
        let versions = self.subjects.get(subject).map_or(&[][..], Vec::as_slice);
        let former = versions.iter().filter(|version| version.deleted && version.schema.id == now.id);
        let former: Vec<u32> = former.filter_map(|version| version.schema.version).collect();
        for number in former
            .into_iter()
            .filter(|number| !self.is_referenced(subject, *number, Targets::All))
            .collect::<Vec<_>>()
        {
            if let Some(versions) = self.subjects.get_mut(subject) {
                versions.retain(|version| version.schema.version != Some(number));
            }
        }
    }

    pub(super) fn delete(&mut self, subject: &str, number: u32) -> Result<(), RegistryError> {
        let subject = &canonical(subject);
        let versions = self.subjects.get(subject).filter(|versions| !versions.is_empty());
        let versions = versions.ok_or_else(|| refusal::no_subject(subject))?;
        let found = versions.iter().find(|version| version.schema.version == Some(number));
        let found = found.ok_or_else(|| refusal::no_version(number))?;
        if found.deleted {
            return Err(refusal::deleted_before(subject, number));
        }
        if self.read_only.contains(subject) {
            return Err(refusal::read_only(subject));
        }
        if self.is_referenced(subject, number, Targets::Live) {
            return Err(refusal::referenced(subject, number));
        }
        let versions = self.subjects.get_mut(subject).into_iter().flatten();
        for version in versions.filter(|version| version.schema.version == Some(number)) {
            version.deleted = true;
        }
        Ok(())
    }

    /// Whether a version that is not deleted, or any at all, refers to that one.
    fn is_referenced(&self, subject: &str, number: u32, by: Targets) -> bool {
        let refers = |referrer: &str, reference: &SchemaReference| {
            u32::try_from(reference.version) == Ok(number)
                && referenced(&reference.subject, context_of(referrer)) == subject
        };
        self.subjects.iter().any(|(referrer, versions)| {
            let counting = versions.iter().filter(|version| by == Targets::All || !version.deleted);
            counting
                .flat_map(|version| &version.schema.references)
                .any(|reference| refers(referrer, reference))
        })
    }

    /// What keeps a schema from being the next version.
    pub(super) fn findings(
        &self,
        subject: &str,
        candidate: &Candidate,
    ) -> Result<Vec<String>, RegistryError> {
        let mut versions = Vec::new();
        for version in self.live(subject) {
            let schema = if version.is_avro() { Some(stored(self, subject, version)?) } else { None };
            versions.push(Old { number: version.version.unwrap_or_default(), text: &version.text, schema });
        }
        let level = self.levels.get(subject).copied().unwrap_or_default();
        Ok(level.findings(&candidate.schema, &versions))
    }

    /// The newest version that has the same content, or else one that means the same.
    pub(super) fn same(
        &self,
        subject: &str,
        candidate: &Candidate,
    ) -> Result<Option<Arc<RegisteredSchema>>, RegistryError> {
        let newest_first = || {
            let alike = |version: &&Arc<RegisteredSchema>| {
                version.is_avro() && version.references == candidate.references
            };
            self.live(subject).filter(alike).collect::<Vec<_>>().into_iter().rev()
        };
        if let Some(version) = newest_first().find(|version| version.text == candidate.text) {
            return Ok(Some(Arc::clone(version)));
        }
        for version in newest_first() {
            if stored(self, subject, version)?.equivalent(&candidate.schema) {
                return Ok(Some(Arc::clone(version)));
            }
        }
        Ok(None)
    }

    /// The versions that are not deleted.
    pub(super) fn live(&self, subject: &str) -> impl DoubleEndedIterator<Item = &Arc<RegisteredSchema>> {
        let versions = self.subjects.get(subject).map_or(&[][..], Vec::as_slice);
        versions.iter().filter(|version| !version.deleted).map(|version| &version.schema)
    }

    /// The version that a reference leads to; -1 is the latest.
    pub(super) fn target(
        &self,
        subject: &str,
        number: i32,
        targets: Targets,
    ) -> Option<&Arc<RegisteredSchema>> {
        if number == -1 {
            return self.live(subject).next_back();
        }
        let number = u32::try_from(number).ok();
        let mut versions = self.subjects.get(subject)?.iter();
        let counts = |version: &&Version| targets == Targets::All || !version.deleted;
        versions
            .find(|version| version.schema.version == number)
            .filter(counts)
            .map(|version| &version.schema)
    }

    /// All versions of a context, with their subjects.
    pub(super) fn in_context(&self, context: &str) -> impl Iterator<Item = (&str, &Version)> {
        let subjects = self.subjects.iter().filter(move |(subject, _)| context_of(subject) == context);
        subjects.flat_map(|(subject, versions)| versions.iter().map(|version| (subject.as_str(), version)))
    }
}

fn is_same_content(a: &RegisteredSchema, b: &RegisteredSchema) -> bool {
    let content = |schema: &RegisteredSchema| {
        (
            schema.text.clone(),
            schema.references.clone(),
            schema.schema_type.clone(),
            schema.rules.clone(),
            schema.metadata.clone(),
        )
    };
    content(a) == content(b)
}
