//! Caches and single flight in front of a registry (wire-format §5).
//!
//! What a registry said once about an id, a GUID, a numbered version or a registration stays true, so it is kept for
//! good (up to the capacity). "Latest" is kept for a while. A definitive refusal, such as an unknown id, is kept for a
//! shorter while, apart from the rest, so that a storm of garbage neither reaches the registry nor pushes good entries
//! out. A failure to get an answer is never kept. Callers who ask the same at the same time share one request. Files keep
//! answers for the next start, where a folder is given.

mod disk;
mod flight;
mod memory;
mod warm_up;

pub(crate) use disk::DiskCache;
pub use warm_up::WarmUp;

use super::{NewSchema, RegisteredSchema, RegistryError, SchemaRegistry, VersionSelector};
use crate::context::context_of;
use crate::frame::{Guid, SchemaId};
use crate::registry::HttpRegistry;
use crate::subject::Role;
use async_trait::async_trait;
use flight::Flights;
use memory::Memory;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// How long answers are remembered, and how many.
///
/// ```
/// use serde_wire::registry::CachePolicy;
/// use std::time::Duration;
///
/// let policy = CachePolicy::default().with_latest_ttl(Duration::ZERO);
/// assert_eq!(policy.capacity, 10_000);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CachePolicy {
    /// How long "latest" is believed; 60 s by default. For good when it is [`Duration::MAX`].
    pub latest_ttl: Duration,
    /// How long a definitive refusal is believed; 10 s by default. A schema that is registered after somebody asked
    /// for it is seen after this time at the latest.
    pub negative_ttl: Duration,
    /// How many answers are kept; 10,000 by default.
    pub capacity: usize,
    /// How many answers on the latest version of a subject are kept; 1,000 by default.
    pub latest_capacity: usize,
    /// How many refusals are kept; 10,000 by default.
    pub refusal_capacity: usize,
}

impl Default for CachePolicy {
    fn default() -> Self {
        Self {
            latest_ttl: Duration::from_secs(60),
            negative_ttl: Duration::from_secs(10),
            capacity: 10_000,
            latest_capacity: 1_000,
            refusal_capacity: 10_000,
        }
    }
}

impl CachePolicy {
    /// This policy with another [`latest_ttl`](Self::latest_ttl).
    #[must_use]
    pub const fn with_latest_ttl(mut self, latest_ttl: Duration) -> Self {
        self.latest_ttl = latest_ttl;
        self
    }

    /// This policy with another [`negative_ttl`](Self::negative_ttl).
    #[must_use]
    pub const fn with_negative_ttl(mut self, negative_ttl: Duration) -> Self {
        self.negative_ttl = negative_ttl;
        self
    }

    /// This policy with another [`capacity`](Self::capacity), in answers.
    #[must_use]
    pub const fn with_capacity(mut self, capacity: usize) -> Self {
        self.capacity = capacity;
        self
    }

    /// This policy with another [`latest_capacity`](Self::latest_capacity), in answers.
    #[must_use]
    pub const fn with_latest_capacity(mut self, capacity: usize) -> Self {
        self.latest_capacity = capacity;
        self
    }

    /// This policy with another [`refusal_capacity`](Self::refusal_capacity), in refusals.
    #[must_use]
    pub const fn with_refusal_capacity(mut self, capacity: usize) -> Self {
        self.refusal_capacity = capacity;
        self
    }
}

type Answer = Result<Arc<RegisteredSchema>, RegistryError>;

/// A question to the registry, as the key of caches and flights. Ids are unique within a context, so the context is part of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Question {
    Id { context: String, id: SchemaId },
    Guid(Guid),
    Register { subject: String, schema: NewSchema, normalize: bool },
    Lookup { subject: String, schema: NewSchema, normalize: bool },
    Version { subject: String, version: VersionSelector },
    Metadata { subject: String, metadata: BTreeMap<String, String> },
}

impl Question {
    /// True when another schema may be the answer one day.
    fn is_about_the_latest(&self) -> bool {
        matches!(self, Self::Version { version: VersionSelector::Latest, .. } | Self::Metadata { .. })
    }
}

/// Any registry behind caches. [`CachePolicy`] says what is kept how long; callers who ask the same at the same time share
/// one request.
#[derive(Debug)]
pub struct CachedRegistry<R> {
    inner: R,
    policy: CachePolicy,
    answers: Memory<Question, Arc<RegisteredSchema>>,
    /// Apart from the rest, which does not expire.
    latest: Memory<Question, Arc<RegisteredSchema>>,
    refusals: Memory<Question, RegistryError>,
    flights: Flights<Question, Answer>,
    disk: Option<DiskCache>,
}

impl CachedRegistry<HttpRegistry> {
    /// Settings for a registry that these servers are the equal nodes of, such as `http://localhost:8081`.
    pub fn builder<U: Into<String>>(urls: impl IntoIterator<Item = U>) -> super::HttpRegistryBuilder {
        HttpRegistry::builder(urls)
    }
}

impl<R> CachedRegistry<R> {
    /// Puts caches before `inner`.
    pub fn new(inner: R, policy: CachePolicy) -> Self {
        let answers = Memory::new(policy.capacity);
        let refusals = Memory::new(policy.refusal_capacity);
        let latest = Memory::new(policy.latest_capacity);
        Self { inner, policy, answers, latest, refusals, flights: Flights::default(), disk: None }
    }

    pub(crate) fn with_disk(self, disk: DiskCache) -> Self {
        Self { disk: Some(disk), ..self }
    }

    /// The registry behind the caches, for questions that are never answered from them.
    pub fn uncached(&self) -> &R {
        &self.inner
    }

    /// Forgets all refusals, for an application that knows that what was missing is there now.
    pub fn forget_refusals(&self) {
        self.refusals.clear();
    }

    async fn ask(&self, question: Question, request: impl Future<Output = Answer> + Send) -> Answer {
        if let Some(answer) = self.remembered(&question) {
            return answer;
        }
        let asked = async {
            // Another caller's flight may have landed between the look into the memory and this start.
            if let Some(answer) = self.remembered(&question) {
                return answer;
            }
            if let Some(kept) = self.kept(&question, false) {
                return Ok(kept);
            }
            let answer = request.await;
            if let Err(error) = &answer
                && error.is_retriable()
                && let Some(kept) = self.kept(&question, true)
            {
                return Ok(kept);
            }
            self.remember(&question, &answer);
            answer
        };
        self.flights.join(question.clone(), asked).await
    }

    /// What a file says: of what stays true at once, of the latest only while the registry is away, and not to be
    /// remembered then.
    fn kept(&self, question: &Question, away: bool) -> Option<Arc<RegisteredSchema>> {
        if question.is_about_the_latest() != away {
            return None;
        }
        let schema = Arc::new(self.disk.as_ref()?.get(question)?);
        if !away {
            self.answers.insert(question.clone(), Arc::clone(&schema), None);
        }
        Some(schema)
    }

    fn remembered(&self, question: &Question) -> Option<Answer> {
        let answers = if question.is_about_the_latest() { &self.latest } else { &self.answers };
        answers.get(question).map(Ok).or_else(|| self.refusals.get(question).map(Err))
    }

    fn remember(&self, question: &Question, answer: &Answer) {
        match answer {
            Ok(schema) => {
                if let Some(disk) = &self.disk {
                    disk.insert(question, schema);
                }
                if question.is_about_the_latest() {
                    let ttl = Some(self.policy.latest_ttl);
                    self.latest.insert(question.clone(), Arc::clone(schema), ttl);
                } else {
                    self.answers.insert(question.clone(), Arc::clone(schema), None);
                }
                if let Question::Register { subject, .. } = question {
                    // What was just registered may be the latest, and may be what lookups missed.
                    let latest =
                        Question::Version { subject: subject.clone(), version: VersionSelector::Latest };
                    self.latest.remove(&latest);
                    self.refusals.clear();
                }
            }
            Err(error) if error.is_definitive() => {
                self.refusals.insert(question.clone(), error.clone(), Some(self.policy.negative_ttl));
            }
            Err(_) => {}
        }
    }
}

#[async_trait]
impl<R: SchemaRegistry> SchemaRegistry for CachedRegistry<R> {
    async fn schema_by_id(&self, id: SchemaId, subject: Option<&str>) -> Answer {
        let context = subject.map_or(".", context_of).to_owned();
        self.ask(Question::Id { context, id }, self.inner.schema_by_id(id, subject)).await
    }

    async fn schema_by_guid(&self, guid: Guid) -> Answer {
        self.ask(Question::Guid(guid), self.inner.schema_by_guid(guid)).await
    }

    async fn register(&self, subject: &str, schema: &NewSchema, normalize: bool) -> Answer {
        let question = Question::Register { subject: subject.to_owned(), schema: schema.clone(), normalize };
        self.ask(question, self.inner.register(subject, schema, normalize)).await
    }

    async fn lookup(&self, subject: &str, schema: &NewSchema, normalize: bool) -> Answer {
        let question = Question::Lookup { subject: subject.to_owned(), schema: schema.clone(), normalize };
        self.ask(question, self.inner.lookup(subject, schema, normalize)).await
    }

    async fn version(&self, subject: &str, version: VersionSelector) -> Answer {
        let question = Question::Version { subject: subject.to_owned(), version };
        self.ask(question, self.inner.version(subject, version)).await
    }

    async fn latest_with_metadata(&self, subject: &str, metadata: &BTreeMap<String, String>) -> Answer {
        let question = Question::Metadata { subject: subject.to_owned(), metadata: metadata.clone() };
        self.ask(question, self.inner.latest_with_metadata(subject, metadata)).await
    }

    async fn associated_subjects(
        &self,
        cluster: &str,
        topic: &str,
        role: Role,
    ) -> Result<Vec<String>, RegistryError> {
        // Asked once by each serializer and deserializer, which remember it.
        self.inner.associated_subjects(cluster, topic, role).await
    }
}
