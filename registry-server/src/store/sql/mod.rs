//! The store in a relational database: Postgres, which any number of nodes share, or an SQLite file, which belongs to
//! one process.
//!
//! Read statements stand once and run on both (`read`). Writes are the same statements too (`write`); only their
//! locks differ, and `locks` names them.

mod cipher;
mod connections;
#[cfg(test)]
mod connections_tests;
mod database;
mod encode;
mod error;
mod keyring;
#[cfg(test)]
mod keyring_tests;
mod locks;
mod open;
#[cfg(test)]
mod open_tests;
mod operation;
mod param;
mod read;
mod register;
mod statements;
mod tail;
mod write;

use std::sync::Arc;

use async_trait::async_trait;

pub(crate) use tail::{LogTail, News};

pub use open::{OpenOptions, shown_url, system_clock};
pub use statements::{StatementKind, Statements};

use super::{
    Actor, AssociationFilter, AssociationWrite, Change, Clock, ContextRemoval, Erasure, Holders, ImportScope,
    ImportSwitch, Insertion, NewVersion, Put, Referrer, Removal, Restoral, ScopeState, Store, StoreError,
    StoredVersion, SubjectState, Token, Unpurge, VersionQuery, Visibility,
};
use crate::domain::{
    Association, Config, Content, Context, Guid, Mode, SchemaId, Subject, SubjectFilter, Version,
};
use cipher::Cipher;
use database::{Backend, Database};
use operation::{Observer, Operation, perform};
use write::Stamp;

/// A store in Postgres or SQLite.
///
/// ```
/// use registry_server::domain::Subject;
/// use registry_server::store::{Store, sql::SqlStore};
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// let store = SqlStore::in_memory().await?;
/// assert!(store.subject(&Subject::parse("orders-value")).await?.versions.is_empty());
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
pub struct SqlStore {
    database: Database,
    cipher: Cipher,
    clock: Clock,
    observer: Observer,
    /// Locked as long as the store is open; another process cannot lock the file meanwhile.
    guard: Option<std::fs::File>,
}

impl std::fmt::Debug for SqlStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqlStore").field("database", &self.database).finish_non_exhaustive()
    }
}

impl SqlStore {
    /// Has someone told what every write of this store touched.
    pub(crate) fn observed_by(self, observer: Observer) -> Self {
        Self { observer, ..self }
    }

    /// How many statements were sent to the database; goes on counting.
    #[must_use]
    pub fn statements(&self) -> Arc<Statements> {
        self.database.statements.clone()
    }

    /// A subject without the contents of its versions.
    pub(crate) async fn outline(&self, subject: &Subject) -> Result<read::Outline, StoreError> {
        read::outline(&self.database, &self.cipher, subject).await
    }

    /// The versions of a subject from `first` on, in ascending order.
    pub(crate) async fn versions_from(
        &self,
        subject: &Subject,
        first: Version,
    ) -> Result<Vec<StoredVersion>, StoreError> {
        read::versions_from(&self.database, &self.cipher, subject, first).await
    }

    async fn perform<O: Operation>(&self, operation: &O) -> Result<O::Outcome, StoreError> {
        perform(&self.database, &self.observer, operation).await
    }

    fn stamp<'a>(&'a self, actor: &'a Actor) -> Stamp<'a> {
        Stamp { now: (self.clock)(), actor: actor.0.as_deref(), cipher: &self.cipher }
    }
}

#[async_trait]
impl Store for SqlStore {
    async fn scope(&self, subject: &Subject) -> Result<Arc<ScopeState>, StoreError> {
        read::scope(&self.database, &self.cipher, subject).await.map(Arc::new)
    }

    async fn subject(&self, subject: &Subject) -> Result<Arc<SubjectState>, StoreError> {
        read::subject(&self.database, &self.cipher, subject).await.map(Arc::new)
    }

    async fn content(&self, context: &Context, id: SchemaId) -> Result<Option<Arc<Content>>, StoreError> {
        Ok(read::content(&self.database, &self.cipher, context, id).await?.map(Arc::new))
    }

    async fn holders(&self, context: &Context, id: SchemaId) -> Result<Arc<Holders>, StoreError> {
        read::holders(&self.database, context, id).await.map(Arc::new)
    }

    async fn ids_by_guid(&self, guid: Guid) -> Result<Vec<(Context, SchemaId)>, StoreError> {
        read::ids_by_guid(&self.database, guid).await
    }

    async fn current_id(&self, context: &Context, content: &Content) -> Result<Option<SchemaId>, StoreError> {
        read::current_id(&self.database, context, content).await
    }

    async fn referrers(
        &self,
        subject: &Subject,
        version: Option<Version>,
    ) -> Result<Vec<Referrer>, StoreError> {
        read::referrers(&self.database, subject, version).await
    }

    async fn subjects(
        &self,
        filter: &SubjectFilter,
        visibility: Visibility,
    ) -> Result<Vec<Subject>, StoreError> {
        read::subjects(&self.database, filter, visibility).await
    }

    async fn versions(&self, query: &VersionQuery) -> Result<Vec<StoredVersion>, StoreError> {
        read::versions(&self.database, &self.cipher, query).await
    }

    async fn contexts(&self) -> Result<Vec<Context>, StoreError> {
        read::contexts(&self.database).await
    }

    async fn aliases(&self, filter: &SubjectFilter) -> Result<Vec<(Subject, String)>, StoreError> {
        read::aliases(&self.database, filter).await
    }

    async fn max_id(&self, context: &Context) -> Result<Option<SchemaId>, StoreError> {
        read::max_id(&self.database, context).await
    }

    async fn associations(&self, filter: &AssociationFilter) -> Result<Vec<Association>, StoreError> {
        read::associations(&self.database, filter).await
    }

    async fn changes(&self, after: i64, limit: u32) -> Result<Vec<Change>, StoreError> {
        read::changes(&self.database, after, limit).await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.database.fetch("SELECT 1", &[]).await?;
        Ok(())
    }

    async fn close(&self) {
        self.database.close().await;
        if let Some(guard) = &self.guard {
            // If this fails the lock goes with the store.
            let _ = guard.unlock();
        }
    }

    async fn insert_version(
        &self,
        expected: &Token,
        new: &NewVersion,
        actor: &Actor,
    ) -> Result<Insertion, StoreError> {
        let columns = &encode::ContentColumns::of(&new.content, &self.cipher)?;
        let insert = write::InsertVersion { expected, new, columns, stamp: self.stamp(actor) };
        let Database { backend, statements } = &self.database;
        if let Backend::Postgres { pool, schema } = backend
            && let Some(insertion) =
                register::register(pool, schema, statements, &self.observer, &insert).await?
        {
            return Ok(insertion);
        }
        self.perform(&insert).await
    }

    async fn delete_version(
        &self,
        expected: &Token,
        subject: &Subject,
        version: Version,
        actor: &Actor,
    ) -> Result<Removal, StoreError> {
        let version = Some(version);
        self.perform(&write::DeleteVersions { expected, subject, version, stamp: self.stamp(actor) }).await
    }

    async fn purge_version(
        &self,
        expected: &Token,
        subject: &Subject,
        version: Version,
        actor: &Actor,
    ) -> Result<Removal, StoreError> {
        let version = Some(version);
        self.perform(&write::PurgeVersions { expected, subject, version, stamp: self.stamp(actor) }).await
    }

    async fn delete_subject(
        &self,
        expected: &Token,
        subject: &Subject,
        actor: &Actor,
    ) -> Result<Removal, StoreError> {
        let version = None;
        self.perform(&write::DeleteVersions { expected, subject, version, stamp: self.stamp(actor) }).await
    }

    async fn purge_subject(
        &self,
        expected: &Token,
        subject: &Subject,
        actor: &Actor,
    ) -> Result<Removal, StoreError> {
        let version = None;
        self.perform(&write::PurgeVersions { expected, subject, version, stamp: self.stamp(actor) }).await
    }

    async fn restore_version(
        &self,
        expected: &Token,
        subject: &Subject,
        version: Version,
        actor: &Actor,
    ) -> Result<Restoral, StoreError> {
        // What a version refers to changes only when it is overwritten, and that changes the token.
        let targets = &read::targets(&self.database, subject, version).await?;
        let stamp = self.stamp(actor);
        self.perform(&write::RestoreVersion { expected, subject, version, targets, stamp }).await
    }

    async fn put_config(
        &self,
        expected: &Token,
        subject: &Subject,
        config: Option<&Config>,
        actor: &Actor,
    ) -> Result<Put, StoreError> {
        let value = write::Value::Config(config);
        self.perform(&write::PutSetting { expected, subject, value, stamp: self.stamp(actor) }).await
    }

    async fn put_mode(
        &self,
        expected: &Token,
        subject: &Subject,
        mode: Option<Mode>,
        actor: &Actor,
    ) -> Result<Put, StoreError> {
        let value = write::Value::Mode(mode);
        self.perform(&write::PutSetting { expected, subject, value, stamp: self.stamp(actor) }).await
    }

    async fn clear_modes(
        &self,
        expected: &Token,
        context: &Context,
        actor: &Actor,
    ) -> Result<Put, StoreError> {
        self.perform(&write::ClearModes { expected, context, stamp: self.stamp(actor) }).await
    }

    async fn enter_import(
        &self,
        expected: &Token,
        subject: &Subject,
        scope: &ImportScope,
        actor: &Actor,
    ) -> Result<ImportSwitch, StoreError> {
        self.perform(&write::EnterImport { expected, subject, scope, stamp: self.stamp(actor) }).await
    }

    async fn delete_context(&self, context: &Context, actor: &Actor) -> Result<ContextRemoval, StoreError> {
        self.perform(&write::DeleteContext { context, stamp: self.stamp(actor) }).await
    }

    async fn write_associations(&self, write: &AssociationWrite, actor: &Actor) -> Result<Put, StoreError> {
        self.perform(&write::WriteAssociations { write, stamp: self.stamp(actor) }).await
    }

    async fn restore_purged(&self, seq: i64, actor: &Actor) -> Result<Unpurge, StoreError> {
        let purged = match read::purged(&self.database, &self.cipher, seq).await? {
            Ok(purged) => purged,
            Err(refusal) => return Ok(refusal),
        };
        let new = &purged.as_new();
        let subject = purged.subject();
        let columns = &encode::ContentColumns::of(&new.content, &self.cipher)?;
        let stamp = self.stamp(actor);
        for _ in 0..operation::ATTEMPTS {
            let scope = read::scope(&self.database, &self.cipher, subject).await?;
            if scope.is_read_only() {
                return Ok(Unpurge::ReadOnly(subject.clone()));
            }
            let expected = &scope.token;
            let restore = write::RestorePurged { expected, seq, purged: &purged, new, columns, stamp };
            if let Some(outcome) = self.perform(&restore).await? {
                return Ok(outcome);
            }
        }
        Err(StoreError::Contention { attempts: operation::ATTEMPTS })
    }

    async fn erase(&self, context: &Context, id: SchemaId, actor: &Actor) -> Result<Erasure, StoreError> {
        let erasure = self.perform(&write::EraseContent { context, id, stamp: self.stamp(actor) }).await?;
        if matches!(erasure, Erasure::Erased { .. }) {
            self.database.scrub().await?;
        }
        Ok(erasure)
    }
}
