//! Answers from memory, however old it is (storage §7).

use std::sync::Arc;

use async_trait::async_trait;

use super::epochs::Epochs;
use super::memory::Memory;
use super::reads::CachedReads;
use crate::domain::{Association, Content, Context, Guid, SchemaId, Subject, Version};
use crate::store::{
    AliasQuery, ApiTokens, AssociationFilter, Change, Holders, Known, ReadStore, Referrer, ScopeState,
    StoreError, StoredVersion, SubjectQuery, SubjectState, VersionQuery,
};

/// Reads from memory alone. What leads from an id or a GUID to its content is told as it was last known, all else is not
/// known: neither can it be told that something is not there.
#[derive(Debug)]
pub(super) struct LastKnown {
    epochs: Arc<Epochs>,
    contents: Memory<(Context, SchemaId), Arc<Content>>,
    holders: Memory<(Context, SchemaId), Arc<Holders>>,
    scopes: Memory<Subject, Arc<ScopeState>>,
    subjects: Memory<Subject, Arc<SubjectState>>,
    ids_by_guid: Memory<Guid, Arc<Vec<(Context, SchemaId)>>>,
    contexts: Memory<(), Arc<Vec<Context>>>,
}

impl LastKnown {
    /// The memory of these reads, now and later.
    pub(super) fn of(reads: &CachedReads) -> Self {
        Self {
            epochs: reads.epochs.clone(),
            contents: reads.contents.clone(),
            holders: reads.holders.clone(),
            scopes: reads.scopes.clone(),
            subjects: reads.subjects.clone(),
            ids_by_guid: reads.ids_by_guid.clone(),
            contexts: reads.contexts.clone(),
        }
    }
}

fn unknown() -> StoreError {
    StoreError::Unavailable("it does not answer, and this is not remembered".into())
}

#[async_trait]
impl ReadStore for LastKnown {
    async fn scope(&self, subject: &Subject) -> Result<Arc<ScopeState>, StoreError> {
        let epoch = self.epochs.of_subject(subject);
        match self.subjects.peek(subject.clone(), epoch).await {
            Some(state) => Ok(state.scope.clone()),
            None => self.scopes.peek(subject.clone(), epoch).await.ok_or_else(unknown),
        }
    }

    async fn subject(&self, subject: &Subject) -> Result<Arc<SubjectState>, StoreError> {
        let epoch = self.epochs.of_subject(subject);
        self.subjects.peek(subject.clone(), epoch).await.ok_or_else(unknown)
    }

    async fn content(&self, context: &Context, id: SchemaId) -> Result<Option<Arc<Content>>, StoreError> {
        let epoch = self.epochs.of_content(context, id);
        self.contents.peek((context.clone(), id), epoch).await.map(Some).ok_or_else(unknown)
    }

    async fn holders(&self, context: &Context, id: SchemaId) -> Result<Arc<Holders>, StoreError> {
        let epoch = self.epochs.of_holders(context, id);
        self.holders.peek((context.clone(), id), epoch).await.ok_or_else(unknown)
    }

    async fn ids_by_guid(&self, guid: Guid) -> Result<Vec<(Context, SchemaId)>, StoreError> {
        let ids = self.ids_by_guid.peek(guid, self.epochs.of_ids(guid)).await;
        Ok(ids.ok_or_else(unknown)?.to_vec())
    }

    async fn api_tokens(&self) -> Result<Arc<ApiTokens>, StoreError> {
        // One that was revoked meanwhile must not be taken.
        Err(unknown())
    }

    async fn contexts(&self) -> Result<Vec<Context>, StoreError> {
        Ok(self.contexts.peek((), self.epochs.of_contexts()).await.ok_or_else(unknown)?.to_vec())
    }

    async fn current_id(&self, _: &Context, _: &Content) -> Result<Option<SchemaId>, StoreError> {
        Err(unknown())
    }

    async fn referrers(&self, _: &Subject, _: Option<Version>) -> Result<Vec<Referrer>, StoreError> {
        Err(unknown())
    }

    async fn subjects(&self, _: &SubjectQuery) -> Result<Vec<Subject>, StoreError> {
        Err(unknown())
    }

    async fn versions(&self, _: &VersionQuery) -> Result<Vec<StoredVersion>, StoreError> {
        Err(unknown())
    }

    async fn listed_associations(&self, _: &VersionQuery) -> Result<Vec<Association>, StoreError> {
        Err(unknown())
    }

    async fn aliases(&self, _: &AliasQuery) -> Result<Vec<(Subject, String)>, StoreError> {
        Err(unknown())
    }

    async fn max_id(&self, _: &Context) -> Result<Option<SchemaId>, StoreError> {
        Err(unknown())
    }

    async fn associations(&self, _: &AssociationFilter) -> Result<Vec<Association>, StoreError> {
        Err(unknown())
    }

    async fn changes(&self, _: i64, _: u32) -> Result<Vec<Change>, StoreError> {
        Err(unknown())
    }

    async fn catch_up(&self, _: Known) -> Result<bool, StoreError> {
        Err(unknown())
    }

    async fn ping(&self) -> Result<(), StoreError> {
        Err(unknown())
    }

    async fn close(&self) {}
}
