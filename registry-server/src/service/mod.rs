//! The operations of the registry, whatever brings the request and wherever the state lives.
//!
//! Every operation is a method of [`Registry`]. A write reads the state, decides without holding a lock, and hands the
//! decision to the store, which refuses it if the state has changed meanwhile; then the operation starts over.

mod access;
mod alias;
mod api_token;
mod association;
mod attempts;
mod budget;
mod candidate;
mod compatibility;
mod config;
mod confirm;
mod context;
mod delete;
mod dropped_elsewhere;
mod error;
mod found;
mod hash_order;
mod identity;
mod ids;
mod import;
mod listing;
mod lookup;
mod matching;
mod memory;
mod merge;
mod mode;
mod new_subject;
mod outline;
mod parsed_cache;
mod pool;
mod queue;
mod read;
mod references;
mod register;
mod request;
mod restore;
mod rules;
mod scope;
mod tags;
mod unreadable;

use std::fmt;
use std::sync::Arc;

pub use alias::Alias;
pub use api_token::{IssuedToken, TokenRequest};
pub use association::{
    AssociationEndpoint, AssociationInfo, AssociationQuery, AssociationRequest, AssociationsWritten,
    BatchGet, BatchGetResult, Change, TypeFilter, WrittenAssociation,
};
pub use budget::RequestBudget;
pub use compatibility::{CheckOptions, CompatibilityVerdict};
pub use config::{ConfigUpdate, Update};
pub use error::{RegistryError, Result};
pub use found::{Found, Origin, Stored};
pub use identity::guid_of_shown;
pub use ids::ById;
pub use import::ImportRequest;
pub use listing::{ListedSchema, Paging, SchemaQuery};
pub use pool::Pool;
pub use read::VersionFilter;
pub use register::RegisterOptions;
pub use request::{ReferenceRequest, SchemaRequest};
pub use tags::TagRequest;
pub use unreadable::UnreadableSchema;

use new_subject::NewSubject;
use outline::OutlineCache;
use parsed_cache::ParsedCache;
use pool::length_of;
use queue::SubjectQueues;

use crate::config::Settings;
use crate::domain::Subject;
use crate::schema_type::Languages;
use crate::security::Access;
use crate::store::{
    ChangeQuery, Gauges, Inventory, NotedReads, Notes, ReadStore, Store, StoreError, WriteStore,
};

/// The registry.
#[derive(Clone)]
pub struct Registry {
    reads: Arc<dyn ReadStore>,
    writes: Arc<dyn WriteStore>,
    settings: Arc<Settings>,
    languages: Arc<Languages>,
    pool: Pool,
    queues: Arc<SubjectQueues>,
    /// Schemas without references, by what they were read from.
    parsed: ParsedCache,
    /// The steps of one request.
    steps: u64,
    outlines: OutlineCache,
    /// The subject that is taken to be new, in a registry for one request.
    new_subject: Option<NewSubject>,
    /// What the one who asks may do, in a registry for one request; `None` for everything.
    access: Option<Access>,
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registry").field("reads", &self.reads).finish_non_exhaustive()
    }
}

impl Registry {
    /// A registry over a store.
    #[must_use]
    pub fn new(store: Store, settings: Arc<Settings>) -> Self {
        let Store { reads, writes } = store;
        Self {
            reads,
            writes,
            // A tenth of the room holds the outlines of some ten times as many schemas.
            parsed: ParsedCache::of(settings.parsed_cache_size / 10 * 9),
            outlines: OutlineCache::of(settings.parsed_cache_size / 10),
            settings,
            languages: Arc::default(),
            pool: Pool::default(),
            queues: Arc::default(),
            steps: budget::STEPS,
            new_subject: None,
            access: None,
        }
    }

    /// A registry that tells what this one remembers, however old it is, and denies and writes nothing: for what cannot
    /// change while the database is away. `None` where nothing can be away.
    #[must_use]
    pub fn last_known(&self) -> Option<Self> {
        let reads = self.reads.last_known()?;
        Some(Self { reads, ..self.clone() })
    }

    /// Whether this registry may tell what it remembers as what is.
    #[must_use]
    pub fn is_current(&self) -> bool {
        self.reads.is_current()
    }

    /// How this registry and its store are used. It asks the database nothing.
    #[must_use]
    pub fn gauges(&self) -> Gauges {
        let mut gauges = self.reads.gauges();
        gauges.caches.push(self.parsed.usage());
        gauges
    }

    /// What is stored, counted by the database. That reads an entry of each version.
    ///
    /// # Errors
    /// [`StoreError`] when it does not answer.
    pub async fn inventory(&self) -> std::result::Result<Inventory, StoreError> {
        self.reads.inventory().await
    }

    /// The rows of the change log that a query asks for, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    pub async fn changes(&self, query: &ChangeQuery) -> Result<Vec<crate::store::Change>> {
        Ok(self.reads.find_changes(query).await?)
    }

    /// Asks the database whether it is there.
    ///
    /// # Errors
    /// [`StoreError`] when it does not answer.
    pub async fn ping(&self) -> std::result::Result<(), StoreError> {
        self.reads.ping().await
    }

    /// The same registry with another number of steps that one request may take.
    #[must_use]
    pub fn with_steps(self, steps: u64) -> Self {
        Self { steps, ..self }
    }

    /// The budget of a request that begins.
    fn budget(&self) -> RequestBudget {
        RequestBudget::of(self.steps)
    }

    /// This registry for one piece of work, with notes of what it reads; `None` over a store that remembers nothing.
    #[must_use]
    pub fn noted(&self) -> Option<(Self, Arc<dyn Notes>)> {
        let NotedReads { reads, notes } = Arc::clone(&self.reads).noted()?;
        Some((Self { reads, ..self.clone() }, notes))
    }

    /// The pool for work that takes longer than a moment.
    #[must_use]
    pub fn pool(&self) -> &Pool {
        &self.pool
    }

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The names of the languages in which schemas can be registered.
    pub fn schema_types(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.languages.names()
    }

    /// The text of a schema in another format of its language; `None` where that is the text itself.
    ///
    /// # Errors
    /// When the stored schema cannot be read.
    pub async fn formatted(&self, found: &Found, format: &str) -> Result<Option<String>> {
        if format.is_empty() {
            return Ok(None);
        }
        self.formatted_content(&found.subject, &found.content, format).await
    }

    /// The text of a content in another format of its language, its references relative to a subject; `None` where that is
    /// the text itself.
    ///
    /// # Errors
    /// When the stored schema cannot be read.
    pub async fn formatted_content(
        &self,
        subject: &Subject,
        content: &crate::domain::Content,
        format: &str,
    ) -> Result<Option<String>> {
        if format.is_empty() {
            return Ok(None);
        }
        let budget = self.budget();
        let parsed = self.parse_content(subject, content, &budget).await?;
        let format = format.to_owned();
        let formatting = self
            .pool
            .run_sized(length_of(content), &budget, move |budget| parsed.formatted_within(&format, budget));
        Ok(formatting.await??)
    }
}
