//! What the registry does, whatever brings the request and wherever the state lives.
//!
//! Every operation is a method of [`Registry`]. A write reads the state, decides without holding a lock, and hands the
//! decision to the store, which refuses it if the state has changed meanwhile; then the operation starts over.

mod alias;
mod association;
mod attempts;
mod candidate;
mod compatibility;
mod config;
mod context;
mod delete;
mod error;
mod found;
mod hash_order;
mod identity;
mod ids;
mod listing;
mod lookup;
mod matching;
mod merge;
mod mode;
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

pub use association::{
    Asked, AssociationInfo, AssociationQuery, AssociationRequest, AssociationsWritten, BatchGet,
    BatchGetResult, Change, WrittenAssociation,
};
pub use config::{ConfigUpdate, Update};
pub use error::{RegistryError, Result};
pub use found::{Found, Origin, Stored};
pub use identity::guid_with_subjects;
pub use ids::ById;
pub use listing::{ListedSchema, Paging, SchemaQuery};
pub use read::VersionFilter;
pub use register::RegisterOptions;
pub use request::{ReferenceRequest, SchemaRequest};
pub use tags::TagRequest;
pub use unreadable::UnreadableSchema;

use crate::config::Settings;
use crate::domain::{SchemaType, Subject};
use crate::schema_type::{Languages, Parsed};
use crate::store::{ReadStore, Store, WriteStore};
use queue::SubjectQueues;

/// How many characters of schema text are kept in parsed form.
const PARSED_CACHE_CHARACTERS: u64 = 32 * 1024 * 1024;

type ParsedCache = moka::sync::Cache<(SchemaType, String), Arc<dyn Parsed>>;

/// The registry.
pub struct Registry {
    reads: Arc<dyn ReadStore>,
    writes: Arc<dyn WriteStore>,
    settings: Arc<Settings>,
    languages: Languages,
    queues: SubjectQueues,
    /// Schemas without references, by what they were read from.
    parsed: ParsedCache,
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
        let parsed = moka::sync::Cache::builder()
            .max_capacity(PARSED_CACHE_CHARACTERS)
            .weigher(|(_, text): &(SchemaType, String), _| {
                u32::try_from(text.len()).unwrap_or(u32::MAX).saturating_add(64)
            })
            .build();
        let Store { reads, writes } = store;
        Self {
            reads,
            writes,
            settings,
            languages: Languages::default(),
            queues: SubjectQueues::default(),
            parsed,
        }
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
        Ok(self.parse_content(subject, content).await?.formatted(format))
    }
}
