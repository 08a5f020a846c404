//! A store that remembers.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Notify;
use tokio::task::AbortHandle;

use super::STALENESS_BOUND;
use super::epochs::Epochs;
use super::follow::{self, Freshness};
use super::memory::Memory;
use crate::domain::{
    Association, Config, Content, Context, Guid, Mode, SchemaId, Subject, SubjectFilter, Version,
};
use crate::store::sql::{LogTail, SqlStore};
use crate::store::{
    Actor, AssociationFilter, AssociationWrite, Change, ContextRemoval, Erasure, Holders, ImportScope,
    ImportSwitch, Insertion, NewVersion, Put, ReadStore, Referrer, Removal, Restoral, ScopeState, StoreError,
    StoredVersion, SubjectState, Token, Turns, Unpurge, VersionQuery, Visibility, WriteStore,
};

const MIB: u64 = 1 << 20;

/// A store over a database that answers from memory what it can; see the [module](super) for how old that may be.
#[derive(Debug)]
pub struct CachedStore {
    store: Arc<SqlStore>,
    epochs: Arc<Epochs>,
    /// None if nobody else writes to the database.
    freshness: Option<Arc<Freshness>>,
    bound: Duration,
    contents: Memory<(Context, SchemaId), Arc<Content>>,
    holders: Memory<(Context, SchemaId), Arc<Holders>>,
    scopes: Memory<Subject, Arc<ScopeState>>,
    subjects: Memory<Subject, Arc<SubjectState>>,
    contexts: Memory<(), Arc<Vec<Context>>>,
    associations: Memory<AssociationFilter, Arc<Vec<Association>>>,
    turns: Turns,
    tasks: Vec<AbortHandle>,
}

impl CachedStore {
    /// Remembers what `store` tells, and follows what others write to its database.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    #[must_use]
    pub fn new(store: SqlStore) -> Self {
        let written = Arc::new(Notify::new());
        let (mut cached, tail) = Self::without_followers(store, STALENESS_BOUND, written.clone());
        if let (Some(tail), Some(freshness)) = (tail, &cached.freshness) {
            let wake = Arc::new(Notify::new());
            let tasks = [
                tokio::spawn(follow::poll(tail, cached.epochs.clone(), freshness.clone(), wake.clone())),
                tokio::spawn(follow::listen(cached.store.clone(), wake)),
                tokio::spawn(follow::notify(cached.store.clone(), written)),
            ];
            cached.tasks = tasks.iter().map(tokio::task::JoinHandle::abort_handle).collect();
        }
        cached
    }

    /// A store whose log somebody else reads.
    pub(super) fn without_followers(
        store: SqlStore,
        bound: Duration,
        written: Arc<Notify>,
    ) -> (Self, Option<LogTail>) {
        let epochs = Arc::new(Epochs::new());
        let observed = epochs.clone();
        let store = store.observed_by(Arc::new(move |touched| {
            touched.iter().for_each(|change| observed.changed(change));
            written.notify_one();
        }));
        let tail = store.tail();
        let cached = Self {
            store: Arc::new(store),
            epochs,
            freshness: tail.as_ref().map(|_| Arc::new(Freshness::new())),
            bound,
            contents: Memory::new(128 * MIB, |content: &Arc<Content>| 400 + content.text.len()),
            holders: Memory::new(32 * MIB, |holders: &Arc<Holders>| 100 + 100 * holders.versions.len()),
            scopes: Memory::new(32 * MIB, |_: &Arc<ScopeState>| 1000),
            // Contents are weighed here as well, although most are shared with those above: they may outlive them there.
            subjects: Memory::new(128 * MIB, |state: &Arc<SubjectState>| {
                1000 + state.versions.iter().map(|version| 150 + version.content.text.len()).sum::<usize>()
            }),
            contexts: Memory::new(MIB, |contexts: &Arc<Vec<Context>>| 100 * contexts.len()),
            associations: Memory::new(8 * MIB, |found: &Arc<Vec<Association>>| 100 + 500 * found.len()),
            turns: Turns::default(),
            tasks: Vec::new(),
        };
        (cached, tail)
    }

    /// Reads the log once.
    #[cfg(test)]
    pub(super) async fn catch_up(&self, tail: &mut LogTail) {
        if let Some(freshness) = &self.freshness {
            follow::catch_up(tail, &self.epochs, freshness).await;
        }
    }

    /// Whether what is remembered may be told.
    fn is_current(&self) -> bool {
        self.freshness.as_ref().is_none_or(|freshness| freshness.is_within(self.bound))
    }

    /// A decision was refused: what it was made on is not true any more, here at the latest.
    fn forget<'a>(&self, conflict: bool, subjects: impl IntoIterator<Item = &'a Subject>) {
        if conflict {
            subjects.into_iter().for_each(|subject| self.epochs.forget_subject(subject));
        }
    }

    /// The state of a subject, with the contents that are remembered already. A subject that grows has most of them, and
    /// of what is missing mostly the newest, so only what is from the first missing version on is read.
    async fn read_subject(&self, subject: &Subject) -> Result<Arc<SubjectState>, StoreError> {
        let outline = self.store.outline(subject).await?;
        let mut versions = Vec::with_capacity(outline.versions.len());
        for row in &outline.versions {
            let Some(content) = self.remembered(subject.context(), row.id).await else { break };
            versions.push(row.with(subject, content));
        }
        if let Some(missing) = outline.versions.get(versions.len()) {
            for version in self.store.versions_from(subject, missing.version).await? {
                let key = (subject.context().clone(), version.id);
                let epoch = self.epochs.of_content(&key.0, key.1);
                self.contents.put(key, epoch, version.content.clone()).await;
                versions.push(version);
            }
        }
        Ok(Arc::new(SubjectState { scope: outline.scope, versions }))
    }

    async fn remembered(&self, context: &Context, id: SchemaId) -> Option<Arc<Content>> {
        self.contents.peek((context.clone(), id), self.epochs.of_content(context, id)).await
    }
}

impl Drop for CachedStore {
    fn drop(&mut self) {
        self.tasks.iter().for_each(AbortHandle::abort);
    }
}

#[async_trait]
impl ReadStore for CachedStore {
    async fn scope(&self, subject: &Subject) -> Result<Arc<ScopeState>, StoreError> {
        if !self.is_current() {
            return self.store.scope(subject).await;
        }
        let epoch = self.epochs.of_subject(subject);
        self.scopes.get(subject.clone(), epoch, self.store.scope(subject)).await
    }

    async fn subject(&self, subject: &Subject) -> Result<Arc<SubjectState>, StoreError> {
        if !self.is_current() {
            return self.store.subject(subject).await;
        }
        let epoch = self.epochs.of_subject(subject);
        self.subjects.get(subject.clone(), epoch, self.read_subject(subject)).await
    }

    async fn content(&self, context: &Context, id: SchemaId) -> Result<Option<Arc<Content>>, StoreError> {
        if !self.is_current() {
            return self.store.content(context, id).await;
        }
        let epoch = self.epochs.of_content(context, id);
        self.contents.find((context.clone(), id), epoch, self.store.content(context, id)).await
    }

    async fn holders(&self, context: &Context, id: SchemaId) -> Result<Arc<Holders>, StoreError> {
        if !self.is_current() {
            return self.store.holders(context, id).await;
        }
        let epoch = self.epochs.of_holders(context, id);
        let read = async {
            let holders = self.store.holders(context, id).await?;
            // That nobody holds an id is not remembered either.
            Ok((!holders.versions.is_empty()).then_some(holders))
        };
        match self.holders.find((context.clone(), id), epoch, read).await? {
            Some(holders) => Ok(holders),
            None => self.store.holders(context, id).await,
        }
    }

    async fn ids_by_guid(&self, guid: Guid) -> Result<Vec<(Context, SchemaId)>, StoreError> {
        self.store.ids_by_guid(guid).await
    }

    async fn current_id(&self, context: &Context, content: &Content) -> Result<Option<SchemaId>, StoreError> {
        self.store.current_id(context, content).await
    }

    async fn referrers(
        &self,
        subject: &Subject,
        version: Option<Version>,
    ) -> Result<Vec<Referrer>, StoreError> {
        self.store.referrers(subject, version).await
    }

    async fn subjects(
        &self,
        filter: &SubjectFilter,
        visibility: Visibility,
    ) -> Result<Vec<Subject>, StoreError> {
        self.store.subjects(filter, visibility).await
    }

    async fn versions(&self, query: &VersionQuery) -> Result<Vec<StoredVersion>, StoreError> {
        self.store.versions(query).await
    }

    async fn contexts(&self) -> Result<Vec<Context>, StoreError> {
        if !self.is_current() {
            return self.store.contexts().await;
        }
        let read = async { self.store.contexts().await.map(Arc::new) };
        Ok(self.contexts.get((), self.epochs.of_contexts(), read).await?.to_vec())
    }

    async fn aliases(&self, filter: &SubjectFilter) -> Result<Vec<(Subject, String)>, StoreError> {
        self.store.aliases(filter).await
    }

    async fn max_id(&self, context: &Context) -> Result<Option<SchemaId>, StoreError> {
        self.store.max_id(context).await
    }

    async fn associations(&self, filter: &AssociationFilter) -> Result<Vec<Association>, StoreError> {
        if !self.is_current() {
            return self.store.associations(filter).await;
        }
        let read = async { self.store.associations(filter).await.map(Arc::new) };
        let epoch = self.epochs.of_associations();
        Ok(self.associations.get(filter.clone(), epoch, read).await?.to_vec())
    }

    async fn changes(&self, after: i64, limit: u32) -> Result<Vec<Change>, StoreError> {
        self.store.changes(after, limit).await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.store.ping().await
    }
}

#[async_trait]
impl WriteStore for CachedStore {
    async fn close(&self) {
        self.tasks.iter().for_each(AbortHandle::abort);
        self.store.close().await;
    }

    async fn insert_version(
        &self,
        expected: &Token,
        new: &NewVersion,
        actor: &Actor,
    ) -> Result<Insertion, StoreError> {
        if let Some(freshness) = &self.freshness {
            freshness.check_forward()?;
        }
        // Writes of this node to one subject come one by one, so they do not wait for each other with a connection in
        // hand. Most of those that waited have lost by then, which memory knows as well as the database.
        let _turn = self.turns.take(&new.subject).await;
        if self.is_current() && self.scope(&new.subject).await?.token != *expected {
            self.forget(true, [&new.subject]);
            return Ok(Insertion::Conflict);
        }
        let insertion = self.store.insert_version(expected, new, actor).await?;
        let targets = new.targets.iter().map(|(target, _)| target);
        if insertion == Insertion::Conflict && !new.targets.is_empty() {
            self.epochs.forget_associations();
        }
        self.forget(insertion == Insertion::Conflict, targets.chain([&new.subject]));
        Ok(insertion)
    }

    async fn delete_version(
        &self,
        expected: &Token,
        subject: &Subject,
        version: Version,
        actor: &Actor,
    ) -> Result<Removal, StoreError> {
        let removal = self.store.delete_version(expected, subject, version, actor).await?;
        self.forget(removal == Removal::Conflict, [subject]);
        Ok(removal)
    }

    async fn purge_version(
        &self,
        expected: &Token,
        subject: &Subject,
        version: Version,
        actor: &Actor,
    ) -> Result<Removal, StoreError> {
        let removal = self.store.purge_version(expected, subject, version, actor).await?;
        self.forget(removal == Removal::Conflict, [subject]);
        Ok(removal)
    }

    async fn delete_subject(
        &self,
        expected: &Token,
        subject: &Subject,
        actor: &Actor,
    ) -> Result<Removal, StoreError> {
        let removal = self.store.delete_subject(expected, subject, actor).await?;
        self.forget(removal == Removal::Conflict, [subject]);
        Ok(removal)
    }

    async fn purge_subject(
        &self,
        expected: &Token,
        subject: &Subject,
        actor: &Actor,
    ) -> Result<Removal, StoreError> {
        let removal = self.store.purge_subject(expected, subject, actor).await?;
        self.forget(removal == Removal::Conflict, [subject]);
        Ok(removal)
    }

    async fn restore_version(
        &self,
        expected: &Token,
        subject: &Subject,
        version: Version,
        actor: &Actor,
    ) -> Result<Restoral, StoreError> {
        let restoral = self.store.restore_version(expected, subject, version, actor).await?;
        self.forget(restoral == Restoral::Conflict, [subject]);
        Ok(restoral)
    }

    async fn put_config(
        &self,
        expected: &Token,
        subject: &Subject,
        config: Option<&Config>,
        actor: &Actor,
    ) -> Result<Put, StoreError> {
        let put = self.store.put_config(expected, subject, config, actor).await?;
        self.forget(put == Put::Conflict, [subject]);
        Ok(put)
    }

    async fn put_mode(
        &self,
        expected: &Token,
        subject: &Subject,
        mode: Option<Mode>,
        actor: &Actor,
    ) -> Result<Put, StoreError> {
        let put = self.store.put_mode(expected, subject, mode, actor).await?;
        self.forget(put == Put::Conflict, [subject]);
        Ok(put)
    }

    async fn clear_modes(
        &self,
        expected: &Token,
        context: &Context,
        actor: &Actor,
    ) -> Result<Put, StoreError> {
        let put = self.store.clear_modes(expected, context, actor).await?;
        self.forget(put == Put::Conflict, [&Subject::of_context(context.clone())]);
        Ok(put)
    }

    async fn enter_import(
        &self,
        expected: &Token,
        subject: &Subject,
        scope: &ImportScope,
        actor: &Actor,
    ) -> Result<ImportSwitch, StoreError> {
        let switch = self.store.enter_import(expected, subject, scope, actor).await?;
        self.forget(switch == ImportSwitch::Conflict, [subject]);
        Ok(switch)
    }

    async fn delete_context(&self, context: &Context, actor: &Actor) -> Result<ContextRemoval, StoreError> {
        self.store.delete_context(context, actor).await
    }

    async fn write_associations(&self, write: &AssociationWrite, actor: &Actor) -> Result<Put, StoreError> {
        let put = self.store.write_associations(write, actor).await?;
        if put == Put::Conflict {
            self.epochs.forget_associations();
        }
        let subjects = write.expected.iter().map(|(subject, _)| subject).chain(&write.unreferenced);
        self.forget(put == Put::Conflict, subjects);
        Ok(put)
    }

    async fn restore_purged(&self, seq: i64, actor: &Actor) -> Result<Unpurge, StoreError> {
        self.store.restore_purged(seq, actor).await
    }

    async fn erase(&self, context: &Context, id: SchemaId, actor: &Actor) -> Result<Erasure, StoreError> {
        self.store.erase(context, id, actor).await
    }
}
