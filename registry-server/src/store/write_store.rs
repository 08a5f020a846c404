//! The trait of writes to a store.

use async_trait::async_trait;

use super::{
    Actor, ApiToken, AssociationWrite, BulkImport, ContextRemoval, Erasure, ImportScope, ImportSwitch,
    ImportedVersion, Insertion, NewVersion, Put, Removal, Restoral, StoreError, Token, Unpurge,
};
use crate::domain::{Config, Context, Mode, SchemaId, Subject, Version};

/// Changes of the state of a registry. Each is atomic, durable when it returns, and leaves a row in the change log; asked
/// for again after an unknown outcome it does no harm, since its token no longer fits.
#[async_trait]
pub trait WriteStore: Send + Sync + std::fmt::Debug {
    /// The time of the clock that writes are stamped with, in milliseconds since 1970.
    fn now(&self) -> i64;

    /// Adds a version to a subject, creating content, context and id as needed, and permanently removes older
    /// soft-deleted versions of the subject with the same id that nothing refers to.
    ///
    /// # Errors
    /// [`StoreError::Unstorable`] for text that a database cannot hold, [`StoreError::OutOfNumbers`] after the last id, else
    /// as [`ReadStore::scope`](super::ReadStore::scope).
    async fn insert_version(
        &self,
        expected: &Token,
        new: &NewVersion,
        actor: &Actor,
    ) -> Result<Insertion, StoreError>;

    /// Writes versions as they were in another registry, in their order: all of them in one transaction, or none. Those that
    /// are there just so are passed over, so what was broken off can be done again. Numbers may be left out; each id becomes
    /// the current one of its content, as in an import of one version. Modes, compatibility and older soft-deleted versions
    /// do not matter. The contexts take no other write meanwhile, so a list should hold a few thousand versions at most.
    ///
    /// # Errors
    /// As [`insert_version`](Self::insert_version).
    async fn import_versions(
        &self,
        versions: &[ImportedVersion],
        actor: &Actor,
    ) -> Result<BulkImport, StoreError>;

    /// Soft-deletes one version. `Conflict` as well if it is not there or already deleted.
    ///
    /// # Errors
    /// As [`ReadStore::scope`](super::ReadStore::scope).
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
    /// As [`ReadStore::scope`](super::ReadStore::scope).
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
    /// As [`ReadStore::scope`](super::ReadStore::scope).
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
    /// As [`ReadStore::scope`](super::ReadStore::scope).
    async fn purge_subject(
        &self,
        expected: &Token,
        subject: &Subject,
        actor: &Actor,
    ) -> Result<Removal, StoreError>;

    /// Takes a soft deletion back: same version, same id.
    ///
    /// # Errors
    /// As [`ReadStore::scope`](super::ReadStore::scope).
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
    /// As [`ReadStore::scope`](super::ReadStore::scope).
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
    /// As [`ReadStore::scope`](super::ReadStore::scope).
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
    /// As [`ReadStore::scope`](super::ReadStore::scope).
    async fn restore_purged(&self, seq: i64, actor: &Actor) -> Result<Unpurge, StoreError>;

    /// Erases the content of an id that no version holds, for good: from the store and from the rows of the change log
    /// that kept it. The id stays burned, and a row of the log tells that this was done. What the database itself keeps,
    /// old row versions until VACUUM, write-ahead logs and backups, is beyond this; an SQLite file is written anew and its
    /// write-ahead log emptied.
    ///
    /// # Errors
    /// As [`ReadStore::scope`](super::ReadStore::scope).
    async fn erase(&self, context: &Context, id: SchemaId, actor: &Actor) -> Result<Erasure, StoreError>;

    /// Stores a token, unless there are `most` of them already; tells whether it did.
    ///
    /// # Errors
    /// As [`ReadStore::scope`](super::ReadStore::scope).
    async fn issue_token(&self, token: &ApiToken, most: i64, actor: &Actor) -> Result<bool, StoreError>;

    /// Removes a token, if it is there and of this owner where one is named; tells whether it did.
    ///
    /// # Errors
    /// As [`ReadStore::scope`](super::ReadStore::scope).
    async fn revoke_token(&self, id: &str, owner: Option<&str>, actor: &Actor) -> Result<bool, StoreError>;

    /// Notes that a token was used now.
    ///
    /// # Errors
    /// As [`ReadStore::scope`](super::ReadStore::scope).
    async fn note_token_use(&self, id: &str) -> Result<(), StoreError>;

    /// Finishes what is under way and lets go of the database. Nothing can be read or written afterwards.
    async fn close(&self);
}
