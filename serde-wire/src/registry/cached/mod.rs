//! Caches and single flight in front of a registry (wire-format §5).
//!
//! What a registry said once about an id, a GUID, a numbered version or a registration stays true, so it is kept for
//! good (up to the capacity). "Latest" is kept for a while, and a day longer for when the registry is away. A definitive refusal, such as an unknown id, is kept for a
//! shorter while, apart from the rest, so that a storm of garbage neither reaches the registry nor pushes good entries
//! out. A failure to get an answer is never kept. Callers who ask the same at the same time share one request, which goes
//! on when they have no more time for it. Files keep answers for the next start, where a folder is given.

mod answers;
mod disk;
#[cfg(feature = "lock-file")]
mod lock_file;
mod memory;
mod policy;
mod warm_up;

pub(crate) use disk::DiskCache;
#[cfg(feature = "lock-file")]
pub use lock_file::{LockFile, LockFileError, LockedVersion};
pub use policy::CachePolicy;
pub use warm_up::WarmUp;

use super::flight::Flights;
use super::{
    CompatibilityVerdict, NewSchema, RegisteredSchema, RegistryError, SchemaRegistry, VersionSelector,
};
use crate::context::context_of;
use crate::frame::{Guid, SchemaId};
use crate::registry::HttpRegistry;
use crate::subject::Role;
use crate::telemetry::cache_question;
use answers::{Answers, Question};
use async_trait::async_trait;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// The age at which a question to a registry of unknown patience is put anew: longer than any reasonable answer takes.
const LONGEST_QUESTION: Duration = Duration::from_secs(60);

type Answer = Result<Arc<RegisteredSchema>, RegistryError>;

/// Any registry behind caches. [`CachePolicy`] says what is kept how long; callers who ask the same at the same time share
/// one request. A request that was begun in a tokio runtime goes on there when nobody waits for it any more, and what it
/// brings is remembered.
///
/// - A runtime of the flavor `current_thread` stands still while nobody is in its `block_on`. So only callers in the same
///   runtime share a request there; all others share theirs with each other.
/// - A request that has had no answer for longer than the client's [deadline](super::HttpRegistryBuilder::deadline) and a
///   slack of 10 s, or for 60 s with a registry that came by [`new`](Self::new), is waited for by those who do so already, and
///   by nobody else: the next caller makes a new one. Nothing ends the old one but the registry that it was put to.
/// - No more than [`CachePolicy::questions`] requests are under way at a time (in each runtime of one thread, and in all
///   others together). Who asks something else meanwhile waits for one of them to end, as long as its own deadline allows: a
///   silent registry costs so many connections and tasks, however many unknown ids come in. `cool_down` of the client's
///   settings spares the rest the wait.
///
/// ```
/// use serde_wire::registry::{CachePolicy, CachedRegistry, MockRegistry, SchemaRegistry, VersionSelector};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let registry = CachedRegistry::new(MockRegistry::new(), CachePolicy::default());
/// for _ in 0..3 {
///     assert!(registry.version("names-value", VersionSelector::Latest).await.is_err());
/// }
/// assert_eq!(registry.uncached().questions(), 1, "a refusal is remembered for a while too");
/// # }
/// ```
#[derive(Debug)]
pub struct CachedRegistry<R> {
    inner: Arc<R>,
    answers: Arc<Answers>,
    flights: Flights<Question, Answer>,
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
        Self::with_disk(inner, policy, None, LONGEST_QUESTION)
    }

    /// With files, if any, for a registry that takes no longer than that for an answer.
    pub(crate) fn with_disk(
        inner: R,
        policy: CachePolicy,
        disk: Option<DiskCache>,
        longest: Duration,
    ) -> Self {
        let answers = Arc::new(Answers::new(policy, disk));
        Self { inner: Arc::new(inner), answers, flights: Flights::new(policy.questions, longest) }
    }

    /// The registry behind the caches, for questions that are never answered from them.
    pub fn uncached(&self) -> &R {
        &self.inner
    }

    /// Forgets all refusals, for an application that knows that what was missing is there now.
    pub fn forget_refusals(&self) {
        self.answers.forget_refusals();
    }
}

impl<R: SchemaRegistry + 'static> CachedRegistry<R> {
    /// The answer to the question, which is put on behalf of that subject. While the registry is away, what was the latest still is.
    async fn ask(&self, question: Question, subject: Option<&str>) -> Answer {
        if self.answers.remembered(&question).is_none()
            && let Some(stale) = self.answers.believed(&question)
        {
            cache_question(Some(true));
            return Ok(stale);
        }
        match self.ask_for_sure(question.clone(), subject).await {
            Err(error) if error.is_away() => self.answers.formerly(&question).ok_or(error),
            answer => answer,
        }
    }

    /// The answer of the registry itself, now or so lately that it is believed.
    async fn ask_for_sure(&self, question: Question, subject: Option<&str>) -> Answer {
        let remembered = self.answers.remembered(&question);
        cache_question(remembered.as_ref().map(Result::is_ok));
        if let Some(answer) = remembered {
            return answer;
        }
        let request = || {
            let (inner, answers) = (Arc::clone(&self.inner), Arc::clone(&self.answers));
            let (question, subject) = (question.clone(), subject.map(str::to_owned));
            // Another request may have been answered between the look into the memory and this one, so it looks again.
            async move {
                let asked = question.put_to(&*inner, subject.as_deref());
                answers.get_or_ask(&question, asked).await
            }
        };
        self.flights.join(question.clone(), request).await
    }
}

#[async_trait]
impl<R: SchemaRegistry + 'static> SchemaRegistry for CachedRegistry<R> {
    async fn schema_by_id(&self, id: SchemaId, subject: Option<&str>) -> Answer {
        let context = subject.map_or(".", context_of).to_owned();
        self.ask(Question::Id { context, id }, subject).await
    }

    async fn schema_by_guid(&self, guid: Guid) -> Answer {
        self.ask(Question::Guid(guid), None).await
    }

    async fn register(&self, subject: &str, schema: &NewSchema, normalize: bool) -> Answer {
        let question = Question::Register { subject: subject.to_owned(), schema: schema.clone(), normalize };
        self.ask(question, None).await
    }

    async fn lookup(&self, subject: &str, schema: &NewSchema, normalize: bool) -> Answer {
        let question = Question::Lookup { subject: subject.to_owned(), schema: schema.clone(), normalize };
        self.ask(question, None).await
    }

    async fn version(&self, subject: &str, version: VersionSelector) -> Answer {
        self.ask(Question::Version { subject: subject.to_owned(), version }, None).await
    }

    async fn confirmed_latest(&self, subject: &str) -> Answer {
        let question = Question::Version { subject: subject.to_owned(), version: VersionSelector::Latest };
        self.ask_for_sure(question, None).await
    }

    async fn latest_with_metadata(&self, subject: &str, metadata: &BTreeMap<String, String>) -> Answer {
        let question = Question::Metadata { subject: subject.to_owned(), metadata: metadata.clone() };
        self.ask(question, None).await
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

    async fn version_numbers(&self, subject: &str, deleted: bool) -> Result<Vec<u32>, RegistryError> {
        // Who asks wants to know what is there now.
        self.inner.version_numbers(subject, deleted).await
    }

    async fn closed_for_writing(&self, subject: &str) -> Result<Option<String>, RegistryError> {
        self.inner.closed_for_writing(subject).await
    }

    async fn would_accept(
        &self,
        subject: &str,
        schema: &NewSchema,
        normalize: bool,
    ) -> Result<CompatibilityVerdict, RegistryError> {
        self.inner.would_accept(subject, schema, normalize).await
    }
}
