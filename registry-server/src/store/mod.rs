//! Where the registry's state lives: what a store must be able to do, and the stores that do it.
//!
//! # How a write works
//! The service reads the state of a subject or of a scope, decides without holding any lock, and hands the decision to
//! one atomic write together with the [`Token`] of the state it decided on. The write takes its locks, compares the
//! token, and either does everything or answers `Conflict`, upon which the service reads again and decides again.
//! A token covers the versions of the subject and its associations, and every config and mode that is in scope of it;
//! a write checks by itself what lies outside of the token: that referenced versions are still there, that nothing
//! refers to what is removed, and that an id is not bound to other content.
//!
//! # Locks
//! On Postgres a write takes its locks in one order: registry, contexts, subjects, resource, each kind sorted. They are
//! advisory, so they cover what does not exist yet, and end with the transaction. *Scope* is the registry, the subject's
//! context and the default context, all shared: whoever changes a config or mode of these takes the one in question
//! exclusively. On SQLite there is one writer, which is all of this at once.
//!
//! | write | scope | exclusive | and |
//! |---|---|---|---|
//! | register, import | shared | the subject | subjects referred to: shared; the content's row: kept; the id counter's row: last |
//! | soft-delete, purge, restore | shared | the subject | purge: rows of the contents; restore: subjects referred to, shared |
//! | config, mode of a subject | shared | the subject | |
//! | config, mode of a context | shared | the context | `.__GLOBAL`: the registry |
//! | all modes of a context | shared | the context | |
//! | switch to IMPORT | shared | what must be empty: subject, context or registry | rows of the contents |
//! | remove a context, erase a content | shared | the context | |
//! | associations | shared | the subjects, the resource | |
//!
//! What this decides, whoever comes first (`contract/races.rs`):
//! * register against deletion of a referenced subject: they share that subject's lock; one sees the other.
//! * purge of the last holder against reuse of its id: they meet at the content's row; the id is taken over or burned.
//! * erasure against reuse of its id: they meet at the context's lock; the id is taken over or burned.
//! * IMPORT or removal of a context against register: they meet at the context's lock.
//! * change of config during a check: the token that the check was made on no longer fits.
//! * equal content in several subjects: they meet at the id counter, behind which the second one finds the first one's id.
//!
//! Foreign keys are the backstop. A deadlock or serialization failure is tried again, a bounded number of times.
//!
//! # Ids
//! A context counts its ids from 1. An id that was ever given out is never bound to other content, even after its
//! content is purged: the id stays burned. Numbers may be left out.
//!
//! # Time
//! All times are milliseconds since 1970 and come from the [`Clock`] that the store was opened with, which is the clock of
//! the node that makes the write.

mod association;
mod change;
#[cfg(test)]
pub(crate) mod contract;
mod error;
mod secrets;
pub mod sql;
mod state;
mod turns;
mod write;

use std::sync::Arc;

use async_trait::async_trait;

pub use association::{AssociationFilter, AssociationWrite};
pub(crate) use change::Touched;
pub use change::{Actor, Change, ChangeKind};
pub use error::{OpenError, StoreError};
pub use secrets::{Secret, Secrets};
pub use sql::{shown_url, system_clock};
pub use state::{
    Holder, Holders, Page, Referrer, ScopeState, Setting, StoredVersion, SubjectState, Token, VersionQuery,
    Visibility,
};
pub use turns::{Turn, Turns};
pub use write::{
    ContextRemoval, Erasure, ImportScope, ImportSwitch, Insertion, NewVersion, Placement, Put, Removal,
    Restoral, Unpurge,
};

use crate::cache::CachedStore;
use crate::domain::{
    Association, Config, Content, Context, Guid, Mode, SchemaId, Subject, SubjectFilter, Version,
};

/// Opens the database of a URL, `sqlite:PATH`, `sqlite::memory:` or `postgres://…`, creates an SQLite file with its folder
/// where there is none, and brings the tables up to date. The store remembers what it can, see [`cache`](crate::cache).
///
/// # Errors
/// [`OpenError`], whose message is one line that says what to do.
pub async fn open(url: &str, clock: Clock) -> Result<Arc<dyn Store>, OpenError> {
    open_with(url, clock, Secrets::default()).await
}

/// The same with secrets: values of sensitive metadata are encrypted before they reach the database.
///
/// # Errors
/// As [`open`], and when the secret is missing or another one than the database was encrypted with.
pub async fn open_with(url: &str, clock: Clock, secrets: Secrets) -> Result<Arc<dyn Store>, OpenError> {
    let options = sql::OpenOptions { clock, secrets, ..sql::OpenOptions::default() };
    Ok(Arc::new(CachedStore::new(sql::SqlStore::open(url, options).await?)))
}

/// Gives the time, in milliseconds since 1970.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// The state of a registry, durable and shared by everyone who opened it.
///
/// Reads see what was acknowledged before they started. Each write is atomic, durable when it returns, and leaves a row
/// in the change log; asked for again after an unknown outcome it does no harm, since its token no longer fits.
#[async_trait]
pub trait Store: Send + Sync + std::fmt::Debug {
    /// The config and mode of everything that is in scope of `subject`, and the token of that.
    /// For the key of a context ([`Subject::of_context`]) these are the context's.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer or holds what cannot be read.
    async fn scope(&self, subject: &Subject) -> Result<Arc<ScopeState>, StoreError>;

    /// All versions of a subject, soft-deleted ones included, with its scope and token. A subject that nobody wrote to
    /// has no versions and a token as well.
    ///
    /// # Errors
    /// As [`scope`](Self::scope).
    async fn subject(&self, subject: &Subject) -> Result<Arc<SubjectState>, StoreError>;

    /// The content of an id; `None` if the id was never given out or its content was purged.
    ///
    /// # Errors
    /// As [`scope`](Self::scope).
    async fn content(&self, context: &Context, id: SchemaId) -> Result<Option<Arc<Content>>, StoreError>;

    /// The subject-versions that hold an id, ordered by subject and version; soft-deleted ones included.
    ///
    /// # Errors
    /// As [`scope`](Self::scope).
    async fn holders(&self, context: &Context, id: SchemaId) -> Result<Arc<Holders>, StoreError>;

    /// The current ids of the contents with a GUID, over all contexts, ordered by context and id.
    ///
    /// # Errors
    /// As [`scope`](Self::scope).
    async fn ids_by_guid(&self, guid: Guid) -> Result<Vec<(Context, SchemaId)>, StoreError>;

    /// The id that a registration of this content takes in this context, if the content has one.
    ///
    /// # Errors
    /// As [`scope`](Self::scope).
    async fn current_id(&self, context: &Context, content: &Content) -> Result<Option<SchemaId>, StoreError>;

    /// The versions whose schemas refer to `version` of `subject`, or with `None` to any version of it. References from
    /// the subject to itself are among them. Ordered by target, subject and version.
    ///
    /// # Errors
    /// As [`scope`](Self::scope).
    async fn referrers(
        &self,
        subject: &Subject,
        version: Option<Version>,
    ) -> Result<Vec<Referrer>, StoreError>;

    /// The subjects that pass the filter and have versions of the asked-for visibility, in the order of their text.
    ///
    /// # Errors
    /// As [`scope`](Self::scope).
    async fn subjects(
        &self,
        filter: &SubjectFilter,
        visibility: Visibility,
    ) -> Result<Vec<Subject>, StoreError>;

    /// The versions that a query asks for, ordered by the text of their subject and by number.
    ///
    /// # Errors
    /// As [`scope`](Self::scope).
    async fn versions(&self, query: &VersionQuery) -> Result<Vec<StoredVersion>, StoreError>;

    /// The contexts that schemas were registered in, the default context first and always, the others in order.
    ///
    /// # Errors
    /// As [`scope`](Self::scope).
    async fn contexts(&self) -> Result<Vec<Context>, StoreError>;

    /// The aliases set for subjects that pass the filter, as they were set, in the order of the subjects.
    ///
    /// # Errors
    /// As [`scope`](Self::scope).
    async fn aliases(&self, filter: &SubjectFilter) -> Result<Vec<(Subject, String)>, StoreError>;

    /// The highest id that was ever given out in a context.
    ///
    /// # Errors
    /// As [`scope`](Self::scope).
    async fn max_id(&self, context: &Context) -> Result<Option<SchemaId>, StoreError>;

    /// The associations that pass the filter, ordered by subject, resource and type.
    ///
    /// # Errors
    /// As [`scope`](Self::scope).
    async fn associations(&self, filter: &AssociationFilter) -> Result<Vec<Association>, StoreError>;

    /// Up to `limit` rows of the change log after the given sequence number, oldest first.
    ///
    /// # Errors
    /// As [`scope`](Self::scope).
    async fn changes(&self, after: i64, limit: u32) -> Result<Vec<Change>, StoreError>;

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`StoreError`] if it does not.
    async fn ping(&self) -> Result<(), StoreError>;

    /// Finishes what is under way and lets go of the database. Nothing can be read or written afterwards.
    async fn close(&self);

    /// Adds a version to a subject, creating content, context and id as needed, and permanently removes older
    /// soft-deleted versions of the subject with the same id that nothing refers to.
    ///
    /// # Errors
    /// [`StoreError::Unstorable`] for text that a database cannot hold, [`StoreError::OutOfNumbers`] after the last id, else
    /// as [`scope`](Self::scope).
    async fn insert_version(
        &self,
        expected: &Token,
        new: &NewVersion,
        actor: &Actor,
    ) -> Result<Insertion, StoreError>;

    /// Soft-deletes one version. `Conflict` as well if it is not there or already deleted.
    ///
    /// # Errors
    /// As [`scope`](Self::scope).
    async fn delete_version(
        &self,
        expected: &Token,
        subject: &Subject,
        version: Version,
        actor: &Actor,
    ) -> Result<Removal, StoreError>;

    /// Permanently removes one soft-deleted version; with the last one also the subject's config and mode.
    /// `Conflict` as well if it is not there or not soft-deleted.
    ///
    /// # Errors
    /// As [`scope`](Self::scope).
    async fn purge_version(
        &self,
        expected: &Token,
        subject: &Subject,
        version: Version,
        actor: &Actor,
    ) -> Result<Removal, StoreError>;

    /// Soft-deletes every version that is not yet. References inside the subject do not count.
    ///
    /// # Errors
    /// As [`scope`](Self::scope).
    async fn delete_subject(
        &self,
        expected: &Token,
        subject: &Subject,
        actor: &Actor,
    ) -> Result<Removal, StoreError>;

    /// Permanently removes every version of a subject that has only soft-deleted ones, and its config and mode.
    /// References inside the subject do not count. `Conflict` as well if a version is not soft-deleted.
    ///
    /// # Errors
    /// As [`scope`](Self::scope).
    async fn purge_subject(
        &self,
        expected: &Token,
        subject: &Subject,
        actor: &Actor,
    ) -> Result<Removal, StoreError>;

    /// Takes a soft deletion back: same version, same id.
    ///
    /// # Errors
    /// As [`scope`](Self::scope).
    async fn restore_version(
        &self,
        expected: &Token,
        subject: &Subject,
        version: Version,
        actor: &Actor,
    ) -> Result<Restoral, StoreError>;

    /// Stores or removes the config of a subject or, under the key of a context, of that context.
    ///
    /// # Errors
    /// As [`insert_version`](Self::insert_version).
    async fn put_config(
        &self,
        expected: &Token,
        subject: &Subject,
        config: Option<&Config>,
        actor: &Actor,
    ) -> Result<Put, StoreError>;

    /// Stores or removes a mode. A switch to IMPORT that must find the scope empty is
    /// [`enter_import`](Self::enter_import).
    ///
    /// # Errors
    /// As [`insert_version`](Self::insert_version).
    async fn put_mode(
        &self,
        expected: &Token,
        subject: &Subject,
        mode: Option<Mode>,
        actor: &Actor,
    ) -> Result<Put, StoreError>;

    /// Removes the mode of a context and of every subject in it.
    ///
    /// # Errors
    /// As [`scope`](Self::scope).
    async fn clear_modes(
        &self,
        expected: &Token,
        context: &Context,
        actor: &Actor,
    ) -> Result<Put, StoreError>;

    /// Sets the mode of `subject` to IMPORT if the scope has no version that is not deleted, and permanently removes the
    /// soft-deleted ones in it.
    ///
    /// # Errors
    /// As [`insert_version`](Self::insert_version).
    async fn enter_import(
        &self,
        expected: &Token,
        subject: &Subject,
        scope: &ImportScope,
        actor: &Actor,
    ) -> Result<ImportSwitch, StoreError>;

    /// Takes an empty context off the list of contexts. Its ids stay burned, its config and mode stay set.
    ///
    /// # Errors
    /// As [`scope`](Self::scope).
    async fn delete_context(&self, context: &Context, actor: &Actor) -> Result<ContextRemoval, StoreError>;

    /// Writes and removes associations of one resource, all or none.
    ///
    /// # Errors
    /// As [`insert_version`](Self::insert_version).
    async fn write_associations(&self, write: &AssociationWrite, actor: &Actor) -> Result<Put, StoreError>;

    /// Brings back the version whose purge is at position `seq` of the change log: same number, id, content and time of
    /// creation and of the last write. A content that was registered again meanwhile keeps its newer id for new registrations.
    ///
    /// # Errors
    /// As [`scope`](Self::scope).
    async fn restore_purged(&self, seq: i64, actor: &Actor) -> Result<Unpurge, StoreError>;

    /// Erases the content of an id that no version holds, for good: from the store and from the rows of the change log
    /// that kept it. The id stays burned, and a row of the log tells that this was done. What the database itself keeps,
    /// old row versions until VACUUM, write-ahead logs and backups, is beyond this; an SQLite file is written anew and its
    /// write-ahead log emptied.
    ///
    /// # Errors
    /// As [`scope`](Self::scope).
    async fn erase(&self, context: &Context, id: SchemaId, actor: &Actor) -> Result<Erasure, StoreError>;
}
