//! From a request to a schema that can be compared and stored: references followed, text read, canonical form, hash.

use std::sync::{Arc, OnceLock};

use super::dropped_elsewhere::DroppedElsewhere;
use super::outline::{Outline, OutlineCache};
use super::pool::SMALL;
use super::references::{Resolved, Unresolved};
use super::scope::{Effective, takes_as_it_comes};
use super::unreadable::{Phase, UnreadableSchema};
use super::{ReferenceRequest, Registry, RegistryError, RequestBudget, Result, SchemaRequest, identity};
use crate::domain::{Content, Mode, Reference, Subject, Version};
use crate::schema_type::{Budget, InvalidText, Language, Parsed, ReadError, ReferencedText, Strictness};
use crate::store::StoredVersion;

/// A schema that was read.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    /// The content that would be stored.
    pub(super) content: Content,
    /// The schema.
    pub(super) parsed: DroppedElsewhere<Arc<dyn Parsed>>,
    /// The targets of its references.
    pub(super) targets: Vec<(Subject, Version)>,
    /// Made when it is first asked for.
    outline: OnceLock<Outline>,
}

/// How a request is to be read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading {
    /// As a schema that is to be registered: references to deleted versions do not count and the text is read strictly,
    /// unless the config says otherwise.
    pub(super) new: bool,
    /// Whether to bring it into its normal form.
    pub(super) normalize: bool,
    /// Whether to check reserved fields, if the config says so.
    pub(super) validate: bool,
}

impl Reading {
    /// As it is done in a mode: what is imported or forwarded is taken as it comes, neither validated nor normalized, and
    /// what is looked up or checked there is read the same way.
    pub(super) fn in_mode(self, mode: Mode) -> Self {
        if takes_as_it_comes(mode) { Self { normalize: false, validate: false, ..self } } else { self }
    }
}

impl Reading {
    /// Whether it is read as strictly as new schemas are: with valid defaults and names, and without references to what is
    /// deleted.
    pub(super) fn is_strict(self, config: &Effective) -> bool {
        self.new && config.validate_new_schemas
    }
}

impl Registry {
    /// Reads a request; `None` when it has no text.
    pub(super) async fn candidate(
        &self,
        subject: &Subject,
        request: &SchemaRequest,
        config: &Effective,
        reading: Reading,
        budget: &RequestBudget,
    ) -> Result<Option<Candidate>> {
        if request.is_blank() {
            return Ok(None);
        }
        let text = request.schema.as_deref().unwrap_or_default();
        let name = request.type_name();
        let Some(language) = self.languages.by_name(name) else {
            return Err(RegistryError::InvalidSchema(format!("Invalid schema type {name}")));
        };
        let strict = reading.is_strict(config);
        let refused = |request: &SchemaRequest, phase: Phase, details: &str| {
            UnreadableSchema::error(subject, request, phase, details)
        };
        let resolved = match self.resolve_references(subject, &request.references, !strict).await {
            Ok(resolved) => resolved,
            Err(Unresolved::Invalid { details, references }) => {
                let met = SchemaRequest { references, ..request.clone() };
                return Err(refused(&met, Phase::Parse, &details));
            }
            Err(Unresolved::Failed(error)) => return Err(error),
        };
        let strictness = if strict { Strictness::New } else { Strictness::Stored };
        let Resolved { mut references, mut targets, texts } = resolved;
        let resolved_references = references.clone();
        let schema_type = language.schema_type();
        // The parser meets references with the numbers that -1 stood for, and so they are shown.
        let as_parsed = || SchemaRequest {
            references: resolved_references.iter().map(ReferenceRequest::from).collect(),
            ..request.clone()
        };
        let steps = ReadingSteps {
            strictness,
            reading,
            validate_fields: config.validate_fields,
            remote: self.settings.remote_json_schemas,
        };
        let languages = Arc::clone(&self.languages);
        if reading.normalize {
            (references, targets) = sorted(references, targets);
        }
        let owned = text.to_owned();
        let (metadata, rule_set) = (request.metadata.clone(), request.rule_set.clone());
        let length = total_length(text, &texts);
        let read = self.pool.run_sized(length, budget, move |budget| {
            let language = languages.of(schema_type);
            let (parsed, text) = steps.read(language, &owned, &texts, budget)?;
            let hashed: Vec<ReferenceRequest> = references.iter().map(ReferenceRequest::from).collect();
            let guid = identity::guid(&text, &hashed, metadata.as_ref(), rule_set.as_ref());
            Ok((parsed, Content { schema_type, guid, text, references, metadata, rule_set }))
        });
        let (parsed, content) = read.await?.map_err(|(phase, error)| match error {
            ReadError::Invalid(error) if phase == Phase::Parse => refused(&as_parsed(), phase, &error.0),
            ReadError::Invalid(error) => refused(request, phase, &error.0),
            ReadError::Stopped(stopped) => stopped.into(),
        })?;
        let parsed = DroppedElsewhere::new(parsed, length > SMALL);
        Ok(Some(Candidate { content, parsed, targets, outline: OnceLock::new() }))
    }

    /// Reads a version that is in the store.
    pub(super) async fn parse_stored(
        &self,
        version: &StoredVersion,
        budget: &RequestBudget,
    ) -> Result<Arc<dyn Parsed>> {
        self.parse_content(&version.subject, &version.content, budget).await
    }

    /// Reads a content that is in the store, its references relative to a subject.
    pub(super) async fn parse_content(
        &self,
        subject: &Subject,
        content: &Content,
        budget: &RequestBudget,
    ) -> Result<Arc<dyn Parsed>> {
        let name = content.schema_type.as_str();
        let unreadable = |details: &str| {
            RegistryError::InvalidSchema(format!("Invalid schema of type {name}, details: {details}"))
        };
        let language = self
            .languages
            .by_name(name)
            .ok_or_else(|| RegistryError::InvalidSchema(format!("Invalid schema type {name}")))?;
        let key = content.references.is_empty().then(|| self.parsed.key(content.schema_type, &content.text));
        if let Some(parsed) = key.as_ref().and_then(|key| self.parsed.get(key)) {
            return Ok(parsed);
        }
        let references: Vec<ReferenceRequest> =
            content.references.iter().map(ReferenceRequest::from).collect();
        let resolved = match self.resolve_references(subject, &references, true).await {
            Ok(resolved) => resolved,
            Err(Unresolved::Invalid { details, .. }) => return Err(unreadable(&details)),
            Err(Unresolved::Failed(error)) => return Err(error),
        };
        let languages = Arc::clone(&self.languages);
        let (schema_type, text) = (language.schema_type(), content.text.clone());
        let read = self.pool.run_sized(total_length(&text, &resolved.texts), budget, move |budget| {
            languages.of(schema_type).parse_within(&text, &resolved.texts, Strictness::Stored, budget)
        });
        let parsed: Arc<dyn Parsed> = match read.await? {
            Ok(parsed) => parsed.into(),
            Err(ReadError::Invalid(error)) => return Err(unreadable(&error.0)),
            Err(ReadError::Stopped(stopped)) => return Err(stopped.into()),
        };
        if let Some(key) = key {
            self.parsed.insert(key, Arc::clone(&parsed));
        }
        Ok(parsed)
    }
}

/// The steps that a text goes through before it can be compared and stored.
#[derive(Clone, Copy, Debug)]
struct ReadingSteps {
    strictness: Strictness,
    reading: Reading,
    validate_fields: bool,
    /// Whether what is not validated may refer to other servers.
    remote: bool,
}

impl ReadingSteps {
    /// The schema and its canonical text, or in which phase there was none.
    fn read(
        self,
        language: &dyn Language,
        text: &str,
        references: &[ReferencedText],
        budget: &Budget,
    ) -> std::result::Result<(Arc<dyn Parsed>, String), (Phase, ReadError)> {
        let invalid = |error| (Phase::Validate, error);
        let mut parsed = language
            .parse_within(text, references, self.strictness, budget)
            .map_err(|error| (Phase::Parse, error))?;
        if self.reading.validate {
            parsed.validate_within(budget).map_err(invalid)?;
            let problem = if self.validate_fields {
                parsed.reserved_field_problem_within(budget).map_err(|stopped| invalid(stopped.into()))?
            } else {
                None
            };
            problem.map_or(Ok(()), |problem| Err(invalid(InvalidText(problem).into())))?;
        } else if !self.remote {
            let problem =
                parsed.remote_reference_problem_within(budget).map_err(|stopped| invalid(stopped.into()))?;
            problem.map_or(Ok(()), |problem| Err(invalid(InvalidText(problem).into())))?;
        }
        if self.reading.normalize {
            parsed = parsed.normalized_within(budget).map_err(invalid)?;
        }
        let text = parsed.canonical_text_within(budget).map_err(|stopped| invalid(stopped.into()))?;
        Ok((parsed.into(), text))
    }
}

fn total_length(text: &str, references: &[ReferencedText]) -> usize {
    text.len() + references.iter().map(|reference| reference.text.len()).sum::<usize>()
}

/// References by subject and version, each once; the normal form knows no order of references.
fn sorted(
    references: Vec<Reference>,
    targets: Vec<(Subject, Version)>,
) -> (Vec<Reference>, Vec<(Subject, Version)>) {
    let mut pairs: Vec<_> = references.into_iter().zip(targets).collect();
    pairs.sort_by(|(a, _), (b, _)| (&a.subject, a.version).cmp(&(&b.subject, b.version)));
    pairs.dedup_by(|(a, _), (b, _)| a == b);
    pairs.into_iter().unzip()
}

impl Candidate {
    /// Enough to know of most schemas that they do not mean the same.
    pub(super) fn outline(&self, outlines: &OutlineCache) -> Outline {
        *self.outline.get_or_init(|| outlines.outline(&**self.parsed))
    }

    /// Hashes anew after metadata or rules have changed.
    pub(super) fn rehash(&mut self) {
        let content = &mut self.content;
        let references: Vec<ReferenceRequest> =
            content.references.iter().map(ReferenceRequest::from).collect();
        content.guid =
            identity::guid(&content.text, &references, content.metadata.as_ref(), content.rule_set.as_ref());
    }
}
