//! Questions, and the answers that are remembered.

use super::memory::Memory;
use super::{Answer, CachePolicy, DiskCache};
use crate::frame::{Guid, SchemaId};
use crate::registry::{NewSchema, RegisteredSchema, RegistryError, SchemaRegistry, VersionSelector};
use crate::telemetry::{cache_file, cache_stale};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// A question to the registry, as the key of caches and flights. Ids are unique within a context, so the context is part of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Question {
    Id { context: String, id: SchemaId },
    Guid(Guid),
    Register { subject: String, schema: NewSchema, normalize: bool },
    Lookup { subject: String, schema: NewSchema, normalize: bool },
    Version { subject: String, version: VersionSelector },
    Metadata { subject: String, metadata: BTreeMap<String, String> },
}

impl Question {
    /// Asks the registry. For an id it is told the subject too, of which the answer depends on the context alone.
    pub(super) async fn put_to(&self, registry: &dyn SchemaRegistry, subject: Option<&str>) -> Answer {
        match self {
            Self::Id { id, .. } => registry.schema_by_id(*id, subject).await,
            Self::Guid(guid) => registry.schema_by_guid(*guid).await,
            Self::Register { subject, schema, normalize } => {
                registry.register(subject, schema, *normalize).await
            }
            Self::Lookup { subject, schema, normalize } => registry.lookup(subject, schema, *normalize).await,
            Self::Version { subject, version } => registry.version(subject, *version).await,
            Self::Metadata { subject, metadata } => registry.latest_with_metadata(subject, metadata).await,
        }
    }

    /// True when another schema may be the answer one day.
    pub(super) fn is_about_the_latest(&self) -> bool {
        matches!(self, Self::Version { version: VersionSelector::Latest, .. } | Self::Metadata { .. })
    }
}

/// Answers in memory, and in files where there is a folder.
#[derive(Debug)]
pub(super) struct Answers {
    policy: CachePolicy,
    lasting: Memory<Question, Arc<RegisteredSchema>>,
    /// Apart from the rest, which does not expire.
    latest: Memory<Question, Arc<RegisteredSchema>>,
    /// The same for the time when the registry is away.
    formerly_latest: Memory<Question, Arc<RegisteredSchema>>,
    /// What is taken from there without asking again, for a moment.
    believed: Memory<Question, Arc<RegisteredSchema>>,
    refusals: Memory<Question, RegistryError>,
    disk: Option<DiskCache>,
}

impl Answers {
    pub(super) fn new(policy: CachePolicy, disk: Option<DiskCache>) -> Self {
        Self {
            policy,
            lasting: Memory::new(policy.capacity),
            latest: Memory::new(policy.latest_capacity),
            formerly_latest: Memory::new(policy.latest_capacity),
            believed: Memory::new(policy.latest_capacity),
            refusals: Memory::new(policy.refusal_capacity),
            disk,
        }
    }

    pub(super) fn forget_refusals(&self) {
        self.refusals.clear();
    }

    /// What is remembered, or else what `request` brings, which is remembered then.
    pub(super) async fn get_or_ask(
        &self,
        question: &Question,
        request: impl Future<Output = Answer>,
    ) -> Answer {
        if let Some(answer) = self.remembered(question) {
            return answer;
        }
        if let Some(kept) = self.kept(question) {
            return Ok(kept);
        }
        let answer = request.await;
        if answer.as_ref().is_err_and(RegistryError::is_away) {
            // Also for callers who had no time to wait for this.
            self.believe_for_now(question);
        }
        self.remember(question, &answer);
        answer
    }

    /// What was the latest when the registry was last heard, of a question to which nobody answered a moment ago. So not everybody waits
    /// for a registry that is away.
    pub(super) fn believed(&self, question: &Question) -> Option<Arc<RegisteredSchema>> {
        if !question.is_about_the_latest() {
            return None;
        }
        self.believed.get(question).inspect(|_| cache_stale())
    }

    fn believe_for_now(&self, question: &Question) {
        if let Some(known) = self.last_heard(question) {
            let ttl = self.policy.latest_ttl.min(self.policy.negative_ttl);
            self.believed.insert(question.clone(), known, Some(ttl));
        }
    }

    /// What was the latest when the registry was last heard.
    pub(super) fn formerly(&self, question: &Question) -> Option<Arc<RegisteredSchema>> {
        self.believed(question).or_else(|| self.last_heard(question).inspect(|_| cache_stale()))
    }

    /// In this process, or by one before it that left a file.
    fn last_heard(&self, question: &Question) -> Option<Arc<RegisteredSchema>> {
        if !question.is_about_the_latest() {
            return None;
        }
        self.formerly_latest.get(question).or_else(|| {
            let kept = self.disk.as_ref()?.get(question, Some(self.formerly_ttl()))?;
            cache_file();
            Some(Arc::new(kept))
        })
    }

    /// For how long what was the latest is of use.
    fn formerly_ttl(&self) -> Duration {
        self.policy.latest_ttl.saturating_add(self.policy.stale_ttl)
    }

    /// What a file says of what stays true.
    fn kept(&self, question: &Question) -> Option<Arc<RegisteredSchema>> {
        if question.is_about_the_latest() {
            return None;
        }
        let schema = Arc::new(self.disk.as_ref()?.get(question, None)?);
        cache_file();
        self.lasting.insert(question.clone(), Arc::clone(&schema), None);
        Some(schema)
    }

    /// Takes what was the latest for nothing any more.
    fn disbelieve(&self, question: &Question) {
        self.latest.remove(question);
        self.believed.remove(question);
        self.formerly_latest.remove(question);
        if let Some(disk) = self.disk.as_ref().filter(|_| question.is_about_the_latest()) {
            disk.remove(question);
        }
    }

    pub(super) fn remembered(&self, question: &Question) -> Option<Answer> {
        let answers = if question.is_about_the_latest() { &self.latest } else { &self.lasting };
        answers.get(question).map(Ok).or_else(|| self.refusals.get(question).map(Err))
    }

    pub(super) fn remember(&self, question: &Question, answer: &Answer) {
        match answer {
            Ok(schema) => {
                if let Some(disk) = &self.disk {
                    disk.insert(question, schema);
                }
                if question.is_about_the_latest() {
                    self.believed.remove(question);
                    self.latest.insert(question.clone(), Arc::clone(schema), Some(self.policy.latest_ttl));
                    let ttl = Some(self.formerly_ttl());
                    self.formerly_latest.insert(question.clone(), Arc::clone(schema), ttl);
                } else {
                    self.lasting.insert(question.clone(), Arc::clone(schema), None);
                }
                if let Question::Register { subject, .. } = question {
                    // What was just registered may be the latest, and may be what lookups missed.
                    let latest =
                        Question::Version { subject: subject.clone(), version: VersionSelector::Latest };
                    self.disbelieve(&latest);
                    self.refusals.clear();
                }
            }
            Err(error) if error.is_definitive() => {
                self.disbelieve(question);
                self.refusals.insert(question.clone(), error.clone(), Some(self.policy.negative_ttl));
            }
            Err(_) => {}
        }
    }
}
