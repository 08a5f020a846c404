//! Reads that are remembered.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Notify;
use tokio::task::AbortHandle;

use super::epochs::{Epoch, Epochs};
use super::follow::{self, Follower, Following};
use super::freshness::Freshness;
use super::known_subject::LastRead;
use super::memory::Memory;
use super::new_subjects::NewSubjects;
use super::own_writes::OwnWrites;
use crate::domain::{Association, Content, Context, Guid, SchemaId, Subject, Version};
use crate::observe::CacheUsage;
use crate::store::sql::{LogTail, SqlStore};
use crate::store::{
    AliasQuery, ApiTokens, AssociationFilter, DecisionBasis, Holders, Referrer, Registered, ScopeState,
    StoredVersion, SubjectQuery, SubjectState, Touched, VersionQuery, WriteObserver,
};

/// How many bytes may be remembered unless something else is said.
const CAPACITY: u64 = 512 << 20;

/// The reads of a database, answered from memory where that is possible; see the [module](super) for how old they may be.
#[derive(Debug)]
pub struct CachedReads {
    pub(super) store: Arc<SqlStore>,
    pub(super) epochs: Arc<Epochs>,
    /// `None` if nobody else writes to the database.
    pub(super) freshness: Option<Arc<Freshness>>,
    pub(super) contents: Memory<(Context, SchemaId), Arc<Content>>,
    pub(super) holders: Memory<(Context, SchemaId), Arc<Holders>>,
    pub(super) scopes: Memory<Subject, Arc<ScopeState>>,
    pub(super) subjects: Memory<Subject, Arc<SubjectState>>,
    pub(super) current_ids: Memory<(Context, Guid), CurrentId>,
    pub(super) ids_by_guid: Memory<Guid, Arc<Vec<(Context, SchemaId)>>>,
    pub(super) max_ids: Memory<Context, Option<SchemaId>>,
    pub(super) contexts: Memory<(), Arc<Vec<Context>>>,
    pub(super) associations: Memory<AssociationFilter, Arc<Vec<Association>>>,
    pub(super) referrers: Memory<(Subject, Option<Version>), Arc<Vec<Referrer>>>,
    pub(super) subject_lists: Memory<SubjectQuery, Arc<Vec<Subject>>>,
    pub(super) version_lists: Memory<VersionQuery, Arc<Vec<StoredVersion>>>,
    pub(super) listed_associations: Memory<VersionQuery, Arc<Vec<Association>>>,
    pub(super) aliases: Memory<AliasQuery, Arc<Vec<(Subject, String)>>>,
    pub(super) tokens: Memory<(), Arc<ApiTokens>>,
    pub(super) last_read: LastRead,
    pub(super) new_subjects: NewSubjects,
    tasks: Vec<AbortHandle>,
}

/// The id that registrations of a content take. Contents that differ can share a GUID, so the content stands beside it.
#[derive(Clone, Debug)]
pub(super) struct CurrentId {
    pub(super) content: Arc<Content>,
    pub(super) id: Option<SchemaId>,
}

/// The parts of a store with remembered reads.
#[derive(Debug)]
pub struct Cached {
    /// The reads.
    pub reads: CachedReads,
    /// The database, to be written to: its writes are told to the reads.
    pub writes: Arc<SqlStore>,
}

/// Has what writes of this node have changed forgotten, and other nodes told.
struct Invalidation {
    epochs: Arc<Epochs>,
    written: Arc<Notify>,
    /// Set as soon as there is something that remembers.
    own_writes: OnceLock<OwnWrites>,
}

#[async_trait]
impl WriteObserver for Invalidation {
    async fn registered(&self, registered: &[Registered<'_>], changes: &[Touched]) {
        let Some(own_writes) = self.own_writes.get() else { return self.committed(changes) };
        let mut before = Vec::with_capacity(registered.len());
        for one in registered {
            before.push(own_writes.before(one).await);
        }
        self.committed(changes);
        registered.iter().for_each(|one| own_writes.new_subjects.written(&one.new.subject));
        for (one, before) in registered.iter().zip(before) {
            if let Some(before) = before {
                own_writes.remember(one, before).await;
            }
        }
    }

    fn committed(&self, changes: &[Touched]) {
        self.epochs.move_on(changes);
        self.written.notify_one();
    }

    fn refused(&self, basis: &DecisionBasis) {
        self.epochs.forget_basis(basis);
        if let Some(own_writes) = self.own_writes.get() {
            basis.subjects.iter().for_each(|subject| own_writes.new_subjects.refused(subject));
        }
    }

    fn lost_writes(&self) {
        self.epochs.forget_everything();
    }
}

impl Cached {
    /// Remembers what `store` is asked, and follows what others write to its database.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    #[must_use]
    pub fn new(store: SqlStore) -> Self {
        Self::following(store, Following::default())
    }

    /// [`new`](Self::new) with another way of following.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    #[must_use]
    pub fn following(store: SqlStore, how: Following) -> Self {
        Self::begin(store, how, CAPACITY)
    }

    /// [`new`](Self::new) with another bound on what is remembered, in bytes, all kinds together.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    #[must_use]
    pub fn with_capacity(store: SqlStore, capacity: u64) -> Self {
        Self::begin(store, Following::default(), capacity)
    }

    fn begin(store: SqlStore, how: Following, capacity: u64) -> Self {
        let (written, wake) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (bound, reader) = (how.staleness_bound, Some(wake.clone()));
        let (mut cached, tail) = Self::to_be_updated(store, bound, reader, written.clone(), capacity);
        let reads = &mut cached.reads;
        if let (Some(tail), Some(freshness)) = (tail, &reads.freshness) {
            let (store, availability) = (reads.store.clone(), tail.availability());
            let follower = Follower {
                store: store.clone(),
                epochs: reads.epochs.clone(),
                freshness: freshness.clone(),
                availability: availability.clone(),
                interval: how.poll_interval,
            };
            let mut tasks = vec![
                tokio::spawn(follower.follow(tail, wake.clone())),
                tokio::spawn(follow::notify(store.clone(), written)),
            ];
            if how.listens {
                tasks.push(tokio::spawn(follow::listen(store, availability, wake)));
            }
            reads.tasks = tasks.iter().map(tokio::task::JoinHandle::abort_handle).collect();
        }
        cached
    }

    /// A store whose log the caller reads: the other half of the answer, unless nobody else writes to the database.
    /// `log_reader` wakes whoever reads it without being asked, and `written` is woken by writes.
    pub(super) fn to_be_updated(
        store: SqlStore,
        bound: Duration,
        log_reader: Option<Arc<Notify>>,
        written: Arc<Notify>,
        capacity: u64,
    ) -> (Self, Option<LogTail>) {
        let epochs = Arc::new(Epochs::new());
        let invalidation =
            Arc::new(Invalidation { epochs: epochs.clone(), written, own_writes: OnceLock::new() });
        let store = Arc::new(store.observed_by(invalidation.clone()));
        let tail = store.tail();
        let freshness = tail.as_ref().map(|tail| {
            let patience = tail.availability().deadline();
            Arc::new(Freshness::new(bound, patience, log_reader))
        });
        let reads = CachedReads::new(store.clone(), epochs, freshness, capacity);
        // Nothing was written before.
        let _ = invalidation.own_writes.set(reads.own_writes());
        (Self { reads, writes: store }, tail)
    }
}

impl CachedReads {
    fn new(
        store: Arc<SqlStore>,
        epochs: Arc<Epochs>,
        freshness: Option<Arc<Freshness>>,
        capacity: u64,
    ) -> Self {
        // Contents and subjects are what requests are about; lists are large and seldom asked for.
        let share = |of_128: u64| capacity / 128 * of_128;
        Self {
            store,
            epochs,
            freshness,
            contents: Memory::new("contents", share(34)),
            holders: Memory::new("holders", share(10)),
            scopes: Memory::new("scopes", share(7)),
            subjects: Memory::new("subjects", share(36)),
            current_ids: Memory::new("current_ids", share(8)),
            ids_by_guid: Memory::new("ids_by_guid", share(2)),
            max_ids: Memory::new("max_ids", share(1)),
            contexts: Memory::new("contexts", share(1)),
            associations: Memory::new("associations", share(2)),
            referrers: Memory::new("referrers", share(2)),
            subject_lists: Memory::new("subject_lists", share(8)),
            version_lists: Memory::new("version_lists", share(11)),
            listed_associations: Memory::new("listed_associations", share(1)),
            aliases: Memory::new("aliases", share(1)),
            tokens: Memory::new("tokens", share(1)),
            last_read: LastRead::new(share(2)),
            new_subjects: NewSubjects::new(share(1)),
            tasks: Vec::new(),
        }
    }

    /// How what is remembered was used.
    pub(super) fn usage(&self) -> Vec<CacheUsage> {
        vec![
            self.contents.usage(),
            self.holders.usage(),
            self.scopes.usage(),
            self.subjects.usage(),
            self.current_ids.usage(),
            self.ids_by_guid.usage(),
            self.max_ids.usage(),
            self.contexts.usage(),
            self.associations.usage(),
            self.referrers.usage(),
            self.subject_lists.usage(),
            self.version_lists.usage(),
            self.listed_associations.usage(),
            self.aliases.usage(),
        ]
    }

    /// Whether what is remembered may be told.
    pub(super) fn is_current(&self) -> bool {
        self.freshness.as_ref().is_none_or(|freshness| freshness.is_within_bound())
    }

    /// The bytes that all kinds of entries take together.
    #[cfg(test)]
    pub(super) async fn weight(&self) -> u64 {
        let of_things =
            self.contents.weight().await + self.holders.weight().await + self.scopes.weight().await;
        let of_subjects = self.subjects.weight().await + self.last_read.weight() + self.new_subjects.weight();
        let of_ids =
            self.current_ids.weight().await + self.ids_by_guid.weight().await + self.max_ids.weight().await;
        let of_lists = self.subject_lists.weight().await
            + self.version_lists.weight().await
            + self.listed_associations.weight().await
            + self.aliases.weight().await
            + self.contexts.weight().await
            + self.tokens.weight().await;
        let of_relations = self.associations.weight().await + self.referrers.weight().await;
        of_things + of_subjects + of_ids + of_lists + of_relations
    }

    /// Reads the log once.
    #[cfg(test)]
    pub(super) async fn catch_up_with(&self, tail: &mut LogTail) {
        if let Some(freshness) = &self.freshness {
            let begun = freshness.now();
            let update = tail.next(Duration::from_secs(60)).await.expect("the log can be read");
            follow::apply(update, begun, &self.epochs, freshness);
        }
    }

    /// Has nothing remembered that leads from an id to what it stands for, as when other entries took all room.
    #[cfg(test)]
    pub(super) fn clear(&self) {
        self.contents.clear();
        self.holders.clear();
        self.scopes.clear();
        self.subjects.clear();
        self.ids_by_guid.clear();
        self.contexts.clear();
    }

    /// The memory that own writes bring forward.
    pub(super) fn own_writes(&self) -> OwnWrites {
        OwnWrites {
            epochs: self.epochs.clone(),
            subjects: self.subjects.clone(),
            contents: self.contents.clone(),
            last_read: self.last_read.clone(),
            new_subjects: self.new_subjects.clone(),
        }
    }

    /// Waits until the database is away, or for ever.
    pub(super) async fn gone(&self) {
        match self.store.availability() {
            Some(availability) => availability.gone().await,
            None => std::future::pending().await,
        }
    }

    /// Remembers the content of a version that was read since the subject had this epoch.
    pub(super) async fn remember_content(
        &self,
        subject: &Subject,
        epoch: Epoch,
        id: SchemaId,
        content: &Arc<Content>,
    ) {
        let key = (subject.context().clone(), id);
        let content_epoch = self.epochs.of_content(&key.0, id);
        // A content goes with the last version that holds it, which moves the subject's epoch first.
        if self.epochs.of_subject(subject) == epoch {
            self.contents.put(key, content_epoch, content.clone()).await;
        }
    }

    pub(super) async fn remembered_content(&self, context: &Context, id: SchemaId) -> Option<Arc<Content>> {
        self.contents.peek((context.clone(), id), self.epochs.of_content(context, id)).await
    }

    /// Whether an id was never given out, as far as it is remembered: its context is not listed, or it is beyond the
    /// highest one.
    pub(super) async fn is_beyond(&self, context: &Context, id: SchemaId) -> bool {
        let contexts = self.contexts.peek((), self.epochs.of_contexts()).await;
        if contexts.is_some_and(|contexts| !contexts.contains(context)) {
            return true;
        }
        let highest = self.max_ids.peek(context.clone(), self.epochs.of_versions(Some(context))).await;
        highest.is_some_and(|highest| highest.is_none_or(|highest| id > highest))
    }

    /// Stops following what others write.
    pub(super) fn stop_following(&self) {
        self.tasks.iter().for_each(AbortHandle::abort);
    }
}

impl Drop for CachedReads {
    fn drop(&mut self) {
        self.stop_following();
    }
}
