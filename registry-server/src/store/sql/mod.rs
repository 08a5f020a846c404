//! The store in a relational database: Postgres, which any number of nodes share, or an SQLite file, which belongs to
//! one process.
//!
//! Read statements stand once and run on both (`read`). Writes are the same statements too (`write`); only their
//! locks differ, and `locks` names them.

mod availability;
mod call;
mod check;
mod cipher;
mod connections;
#[cfg(test)]
mod connections_tests;
mod database;
mod encode;
mod error;
mod group_commit;
mod idle;
mod keyring;
#[cfg(test)]
mod keyring_tests;
mod known_log;
mod locks;
mod open;
mod operation;
mod own_rows;
mod param;
#[cfg(test)]
mod plans_tests;
mod proxy;
mod read;
mod reads;
mod server;
mod sqlite;
mod statements;
mod tail;
mod timeline;
mod write;
mod writes;

use std::sync::Arc;

pub(crate) use availability::Availability;
pub(crate) use group_commit::LEAST_FOR_CONTEXTS;
#[cfg(test)]
pub(crate) use known_log::LOST_WRITES;
pub(crate) use tail::{LogTail, LogUpdate};

pub use check::{CheckReport, check_database};
pub use open::{DatabaseUrl, OpenOptions, described_url, shown_url, system_clock};
pub use proxy::Proxy;
pub use statements::{StatementKind, Statements};

use super::{Actor, Clock, StoreError, SubjectState};
use crate::domain::{Subject, Version};
use call::OneCall;
use cipher::Cipher;
use database::Database;
use group_commit::GroupCommit;
use operation::{Observer, Operation, perform};
use sqlite::FileLock;
use write::Stamp;

/// A store in Postgres or SQLite.
///
/// ```
/// use registry_server::domain::Subject;
/// use registry_server::store::{ReadStore, sql::SqlStore};
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// let store = SqlStore::in_memory().await?;
/// assert!(store.subject(&Subject::parse("orders-value")).await?.versions.is_empty());
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
pub struct SqlStore {
    database: Arc<Database>,
    cipher: Cipher,
    clock: Clock,
    observer: Observer,
    /// Registrations that wait for the database.
    group_commit: Arc<GroupCommit>,
    /// Locked as long as the store is open; another process cannot lock the file meanwhile.
    guard: Option<FileLock>,
}

impl std::fmt::Debug for SqlStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqlStore").field("database", &self.database).finish_non_exhaustive()
    }
}

impl SqlStore {
    /// Has someone told what every write of this store came to.
    pub(crate) fn observed_by(self, observer: Observer) -> Self {
        Self { observer, ..self }
    }

    /// Finishes what is under way and lets go of the database.
    pub async fn close(&self) {
        self.database.close().await;
        if let Some(guard) = &self.guard {
            guard.release();
        }
    }

    /// How many statements were sent to the database; goes on counting.
    #[must_use]
    pub fn statements(&self) -> Arc<Statements> {
        self.database.statements.clone()
    }

    /// Leaves out the next ids of every context, since another history of the database may have given them out, and has nodes
    /// write again that noticed that writes were lost.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn skip_ids(&self, how_many: i64, actor: &Actor) -> Result<(), StoreError> {
        self.write(&write::SkipIds { how_many, stamp: self.stamp(actor) }).await
    }

    /// The state of a subject of which an earlier state of this very history is known, and the numbers of the versions that were
    /// written since; `None` where all of it has to be read.
    pub(crate) async fn subject_since(
        &self,
        subject: &Subject,
        former: &SubjectState,
    ) -> Result<Option<(SubjectState, Vec<Version>)>, StoreError> {
        read::subject_since(&self.database, &self.cipher, subject, former).await
    }

    /// Runs a write that is one call on Postgres.
    async fn write<O: OneCall>(&self, operation: &O) -> Result<O::Outcome, StoreError> {
        call::write(&self.database, &self.observer, operation).await
    }

    /// Runs a write as a transaction of several statements.
    async fn perform<O: Operation>(&self, operation: &O) -> Result<O::Outcome, StoreError> {
        perform(&self.database, &self.observer, operation).await
    }

    fn stamp<'a>(&'a self, actor: &'a Actor) -> Stamp<'a> {
        Stamp { now: (self.clock)(), actor: actor.0.as_deref(), cipher: &self.cipher }
    }
}
