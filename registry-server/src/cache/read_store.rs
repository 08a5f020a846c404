//! Reads from memory, and of the database where memory does not do.

use std::future::Future;
use std::hash::Hash;
use std::sync::Arc;

use async_trait::async_trait;

use super::epochs::Epoch;
use super::last_known::LastKnown;
use super::memory::Memory;
use super::noted::noted;
use super::reads::{CachedReads, CurrentId};
use crate::domain::{Association, Content, Context, Guid, SchemaId, Subject, Version};
use crate::store::{
    AliasQuery, ApiTokens, AssociationFilter, Change, ChangeQuery, Gauges, Holders, Inventory, Known,
    NotedReads, ReadStore, Referrer, ScopeState, StoreError, StoredVersion, SubjectQuery, SubjectState,
    VersionQuery,
};

impl CachedReads {
    /// A list that is remembered as a whole.
    async fn list<K, T>(
        &self,
        memory: &Memory<K, Arc<Vec<T>>>,
        key: K,
        epoch: Epoch,
        read: impl Future<Output = Result<Vec<T>, StoreError>> + Send,
    ) -> Result<Vec<T>, StoreError>
    where
        K: Hash + Eq + Send + Sync + 'static,
        T: Clone + Send + Sync + 'static,
    {
        if !self.is_current() {
            return read.await;
        }
        let read = || async { read.await.map(Arc::new) };
        Ok(memory.get(key, epoch, read).await?.to_vec())
    }

    /// The epoch of a list of versions.
    fn epoch_of_list(&self, query: &VersionQuery) -> Epoch {
        let context = query.filter.context.as_ref();
        match query.associated {
            Some(_) => self.epochs.of_associated_versions(context),
            None => self.epochs.of_versions(context),
        }
    }

    /// Remembers what tells ids that were never given out from others, so that asking for one after the other costs
    /// nothing.
    async fn remember_bounds(&self, context: &Context) -> Result<(), StoreError> {
        if context.is_default() || self.contexts().await?.contains(context) {
            self.max_id(context).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl ReadStore for CachedReads {
    async fn scope(&self, subject: &Subject) -> Result<Arc<ScopeState>, StoreError> {
        if !self.is_current() {
            return self.store.scope(subject).await;
        }
        let epoch = self.epochs.of_subject(subject);
        let read = || async {
            match self.subjects.peek(subject.clone(), epoch).await {
                Some(state) => Ok(Arc::clone(&state.scope)),
                None => self.store.scope(subject).await,
            }
        };
        self.scopes.get(subject.clone(), epoch, read).await
    }

    async fn subject(&self, subject: &Subject) -> Result<Arc<SubjectState>, StoreError> {
        if !self.is_current() {
            return self.store.subject(subject).await;
        }
        let epoch = self.epochs.of_subject(subject);
        self.subjects.get(subject.clone(), epoch, || self.read_subject(subject, epoch)).await
    }

    async fn state_if_new(&self, subject: &Subject) -> Option<Arc<SubjectState>> {
        let epoch = self.epochs.of_subject(subject);
        // Of one that was known before, what is not known any more is most often not that it is new.
        let is_known = self.last_read.knows(subject)
            || self.subjects.peek(subject.clone(), epoch).await.is_some()
            || !self.is_current();
        if is_known { None } else { self.new_subjects.guess(subject, epoch) }
    }

    async fn content(&self, context: &Context, id: SchemaId) -> Result<Option<Arc<Content>>, StoreError> {
        if !self.is_current() {
            return self.store.content(context, id).await;
        }
        let epoch = self.epochs.of_content(context, id);
        self.contents.find((context.clone(), id), epoch, || self.store.content(context, id)).await
    }

    async fn holders(&self, context: &Context, id: SchemaId) -> Result<Arc<Holders>, StoreError> {
        if !self.is_current() {
            return self.store.holders(context, id).await;
        }
        let key = (context.clone(), id);
        // Before what it is concluded from that an id was never given out: who sees this epoch sees theirs as well.
        let epoch = self.epochs.of_holders(context, id);
        if self.holders.peek(key.clone(), epoch).await.is_none() && self.is_beyond(context, id).await {
            return Ok(Arc::default());
        }
        let holders = self.holders.get(key, epoch, || self.store.holders(context, id)).await?;
        if holders.versions.is_empty() {
            self.remember_bounds(context).await?;
        }
        Ok(holders)
    }

    async fn ids_by_guid(&self, guid: Guid) -> Result<Vec<(Context, SchemaId)>, StoreError> {
        let epoch = self.epochs.of_ids(guid);
        self.list(&self.ids_by_guid, guid, epoch, self.store.ids_by_guid(guid)).await
    }

    async fn current_id(&self, context: &Context, content: &Content) -> Result<Option<SchemaId>, StoreError> {
        if !self.is_current() {
            return self.store.current_id(context, content).await;
        }
        let key = (context.clone(), content.guid);
        let epoch = self.epochs.of_ids(content.guid);
        let read = || async {
            let id = self.store.current_id(context, content).await?;
            let known = match id {
                Some(id) => self.remembered_content(context, id).await.filter(|known| **known == *content),
                None => None,
            };
            Ok(CurrentId { content: known.unwrap_or_else(|| Arc::new(content.clone())), id })
        };
        let known = self.current_ids.get(key.clone(), epoch, read).await?;
        if *known.content == *content {
            return Ok(known.id);
        }
        // Another content with the same hash was asked for before.
        let id = self.store.current_id(context, content).await?;
        self.current_ids.put(key, epoch, CurrentId { content: Arc::new(content.clone()), id }).await;
        Ok(id)
    }

    async fn referrers(
        &self,
        subject: &Subject,
        version: Option<Version>,
    ) -> Result<Vec<Referrer>, StoreError> {
        let (key, epoch) = ((subject.clone(), version), self.epochs.of_versions(None));
        self.list(&self.referrers, key, epoch, self.store.referrers(subject, version)).await
    }

    async fn subjects(&self, query: &SubjectQuery) -> Result<Vec<Subject>, StoreError> {
        let epoch = self.epochs.of_versions(query.filter.context.as_ref());
        self.list(&self.subject_lists, query.clone(), epoch, self.store.subjects(query)).await
    }

    async fn versions(&self, query: &VersionQuery) -> Result<Vec<StoredVersion>, StoreError> {
        let epoch = self.epoch_of_list(query);
        self.list(&self.version_lists, query.clone(), epoch, self.store.versions(query)).await
    }

    async fn listed_associations(&self, query: &VersionQuery) -> Result<Vec<Association>, StoreError> {
        let epoch = self.epoch_of_list(query);
        let read = self.store.listed_associations(query);
        self.list(&self.listed_associations, query.clone(), epoch, read).await
    }

    async fn contexts(&self) -> Result<Vec<Context>, StoreError> {
        self.list(&self.contexts, (), self.epochs.of_contexts(), self.store.contexts()).await
    }

    async fn aliases(&self, query: &AliasQuery) -> Result<Vec<(Subject, String)>, StoreError> {
        let epoch = self.epochs.of_aliases();
        self.list(&self.aliases, query.clone(), epoch, self.store.aliases(query)).await
    }

    async fn max_id(&self, context: &Context) -> Result<Option<SchemaId>, StoreError> {
        if !self.is_current() {
            return self.store.max_id(context).await;
        }
        let epoch = self.epochs.of_versions(Some(context));
        self.max_ids.get(context.clone(), epoch, || self.store.max_id(context)).await
    }

    async fn associations(&self, filter: &AssociationFilter) -> Result<Vec<Association>, StoreError> {
        let epoch = self.epochs.of_associations();
        self.list(&self.associations, filter.clone(), epoch, self.store.associations(filter)).await
    }

    async fn api_tokens(&self) -> Result<Arc<ApiTokens>, StoreError> {
        if !self.is_current() {
            return self.store.api_tokens().await;
        }
        self.tokens.get((), self.epochs.of_tokens(), || self.store.api_tokens()).await
    }

    async fn stored_api_tokens(&self) -> Result<Arc<ApiTokens>, StoreError> {
        self.store.api_tokens().await
    }

    async fn changes(&self, after: i64, limit: u32) -> Result<Vec<Change>, StoreError> {
        self.store.changes(after, limit).await
    }

    fn known(&self) -> Known {
        self.freshness.as_ref().map_or_else(Known::default, |freshness| freshness.known())
    }

    async fn catch_up(&self, known: Known) -> Result<bool, StoreError> {
        match &self.freshness {
            Some(freshness) => tokio::select! {
                result = freshness.catch_up(known) => result,
                () = self.gone() => Err(StoreError::Unavailable("it does not answer".into())),
            },
            None => Ok(false),
        }
    }

    fn is_current(&self) -> bool {
        CachedReads::is_current(self)
    }

    fn last_known(&self) -> Option<Arc<dyn ReadStore>> {
        self.freshness.as_ref().map(|_| Arc::new(LastKnown::of(self)) as Arc<dyn ReadStore>)
    }

    fn noted(self: Arc<Self>) -> Option<NotedReads> {
        Some(noted(self))
    }

    async fn find_changes(&self, query: &ChangeQuery) -> Result<Vec<Change>, StoreError> {
        self.store.find_changes(query).await
    }

    fn gauges(&self) -> Gauges {
        Gauges {
            caches: self.usage(),
            log_age: self.freshness.as_ref().map(|freshness| freshness.age()),
            is_current: self.is_current(),
            ..self.store.gauges()
        }
    }

    async fn inventory(&self) -> Result<Inventory, StoreError> {
        self.store.inventory().await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.store.ping().await
    }

    async fn close(&self) {
        self.stop_following();
        self.store.close().await;
    }
}
