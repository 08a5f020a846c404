//! Storage of the registry's state: what a store must be able to do, and the stores that do it.
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
//! | registrations together | shared | their subjects | the same, but the id counters' rows first, then those of contents |
//! | soft-delete, purge, restore | shared | the subject | purge: rows of the contents; restore: subjects referred to, shared |
//! | config, mode of a subject | shared | the subject | |
//! | config, mode of a context | shared | the context | `.__GLOBAL`: the registry |
//! | all modes of a context | shared | the context | |
//! | switch to IMPORT | shared | what must be empty: subject, context or registry | rows of the contents |
//! | remove a context, erase a content | shared | the context | |
//! | many versions at once | shared | their contexts, and those of subjects referred to | |
//! | associations | shared | the subjects, the resource | |
//! | issue or revoke a token of the registry | shared | | its row |
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

mod api_token;
mod association;
mod bulk;
mod change;
#[cfg(test)]
pub(crate) mod contract;
mod error;
mod gauges;
mod noted;
mod observer;
mod read_store;
mod secrets;
pub mod sql;
mod state;
mod write;
mod write_store;

use std::sync::Arc;

pub(crate) use api_token::TOKEN_PREFIX;
pub use api_token::{ApiToken, ApiTokens, Scope};
pub use association::{AssociationFilter, AssociationWrite};
pub use bulk::{BulkImport, ImportRefusal, ImportedVersion};
pub(crate) use change::Touched;
pub use change::{Actor, Change, ChangeKind, ChangeQuery};
pub use error::{OpenError, StoreError};
pub use gauges::{Gauges, Inventory, PoolUsage};
pub use noted::{Basis, NotedReads, Notes};
pub(crate) use observer::{DecisionBasis, KeptRegistration, Registered, WriteObserver};
pub use read_store::{Known, ReadStore};
pub use secrets::{Secret, Secrets};
pub use sql::{shown_url, system_clock};
pub use state::{
    AliasQuery, AssociationCondition, Holder, Holders, Page, Referrer, ScopeState, Setting, StoredVersion,
    SubjectQuery, SubjectState, Token, VersionQuery, Visibility,
};
pub use write::{
    ContextRemoval, Erasure, ImportScope, ImportSwitch, Insertion, NewVersion, Placement, Put, Removal,
    Restoral, Unpurge,
};
pub use write_store::WriteStore;

/// Gives the time, in milliseconds since 1970.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// A registry's state, durable and shared by everyone who opened it: reads, which may come from memory, and writes, which
/// go to the database.
#[derive(Clone, Debug)]
pub struct Store {
    /// Answers questions.
    pub reads: Arc<dyn ReadStore>,
    /// Makes changes.
    pub writes: Arc<dyn WriteStore>,
}

impl Store {
    /// A store that reads and writes by itself, as a database does.
    #[must_use]
    pub fn of(store: impl ReadStore + WriteStore + 'static) -> Self {
        let store = Arc::new(store);
        Self { reads: store.clone(), writes: store }
    }

    /// Finishes what is under way and lets go of the database. Nothing can be read or written afterwards.
    pub async fn close(&self) {
        self.reads.close().await;
        self.writes.close().await;
    }
}
