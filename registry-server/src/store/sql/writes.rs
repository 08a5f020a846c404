//! Writes of the store.

use std::time::Instant;

use async_trait::async_trait;

use super::call::Line;
use super::database::Backend;
use super::group_commit::{Postgres, Registration, Sqlite, Way};
use super::{SqlStore, encode, operation, read, write};
use crate::domain::{Config, Context, Mode, SchemaId, Subject, Version};
use crate::store::{
    Actor, ApiToken, AssociationWrite, BulkImport, ContextRemoval, Erasure, ImportScope, ImportSwitch,
    ImportedVersion, Insertion, NewVersion, Placement, Put, Removal, Restoral, StoreError, Token, Unpurge,
    WriteStore,
};

impl SqlStore {
    /// The way of registrations to the database.
    pub(super) fn way(&self) -> Way {
        let (database, observer) = (self.database.clone(), self.observer.clone());
        match &self.database.backend {
            Backend::Postgres { pool, schema } => {
                let line = Line::of(pool, &database, &observer);
                Way::Postgres(Postgres { line, schema: schema.clone() })
            }
            Backend::Sqlite { .. } => {
                Way::Sqlite(Box::new(Sqlite { database, observer, cipher: self.cipher.clone() }))
            }
        }
    }
}

#[async_trait]
impl WriteStore for SqlStore {
    fn now(&self) -> i64 {
        (self.clock)()
    }

    async fn insert_version(
        &self,
        expected: &Token,
        new: &NewVersion,
        actor: &Actor,
    ) -> Result<Insertion, StoreError> {
        let columns = encode::ContentColumns::of(&new.content, &self.cipher)?;
        let stamp = self.stamp(actor);
        if let Placement::Next(version) = new.placement {
            let registration = Registration {
                expected: expected.clone(),
                new: new.clone(),
                columns,
                version,
                now: stamp.now,
                actor: actor.0.clone(),
                asked: Instant::now(),
            };
            return self.group_commit.insert(self.way(), registration).await;
        }
        self.write(&write::InsertVersion { expected, new, columns: &columns, stamp, asked: None }).await
    }

    async fn import_versions(
        &self,
        versions: &[ImportedVersion],
        actor: &Actor,
    ) -> Result<BulkImport, StoreError> {
        let columns = versions.iter().map(|one| encode::ContentColumns::of(&one.content, &self.cipher));
        let columns: Vec<_> = columns.collect::<Result<_, _>>()?;
        self.perform(&write::ImportVersions { versions, columns: &columns, stamp: self.stamp(actor) }).await
    }

    async fn delete_version(
        &self,
        expected: &Token,
        subject: &Subject,
        version: Version,
        actor: &Actor,
    ) -> Result<Removal, StoreError> {
        let version = Some(version);
        self.write(&write::DeleteVersions { expected, subject, version, stamp: self.stamp(actor) }).await
    }

    async fn purge_version(
        &self,
        expected: &Token,
        subject: &Subject,
        version: Version,
        actor: &Actor,
    ) -> Result<Removal, StoreError> {
        let version = Some(version);
        self.write(&write::PurgeVersions { expected, subject, version, stamp: self.stamp(actor) }).await
    }

    async fn delete_subject(
        &self,
        expected: &Token,
        subject: &Subject,
        actor: &Actor,
    ) -> Result<Removal, StoreError> {
        let version = None;
        self.write(&write::DeleteVersions { expected, subject, version, stamp: self.stamp(actor) }).await
    }

    async fn purge_subject(
        &self,
        expected: &Token,
        subject: &Subject,
        actor: &Actor,
    ) -> Result<Removal, StoreError> {
        let version = None;
        self.write(&write::PurgeVersions { expected, subject, version, stamp: self.stamp(actor) }).await
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
        self.write(&write::RestoreVersion { expected, subject, version, targets, stamp }).await
    }

    async fn put_config(
        &self,
        expected: &Token,
        subject: &Subject,
        config: Option<&Config>,
        actor: &Actor,
    ) -> Result<Put, StoreError> {
        let value = write::Value::Config(config);
        self.write(&write::PutSetting { expected, subject, value, stamp: self.stamp(actor) }).await
    }

    async fn put_mode(
        &self,
        expected: &Token,
        subject: &Subject,
        mode: Option<Mode>,
        actor: &Actor,
    ) -> Result<Put, StoreError> {
        let value = write::Value::Mode(mode);
        self.write(&write::PutSetting { expected, subject, value, stamp: self.stamp(actor) }).await
    }

    async fn clear_modes(
        &self,
        expected: &Token,
        context: &Context,
        actor: &Actor,
    ) -> Result<Put, StoreError> {
        self.write(&write::ClearModes { expected, context, stamp: self.stamp(actor) }).await
    }

    async fn enter_import(
        &self,
        expected: &Token,
        subject: &Subject,
        scope: &ImportScope,
        actor: &Actor,
    ) -> Result<ImportSwitch, StoreError> {
        self.write(&write::EnterImport { expected, subject, scope, stamp: self.stamp(actor) }).await
    }

    async fn delete_context(&self, context: &Context, actor: &Actor) -> Result<ContextRemoval, StoreError> {
        self.write(&write::DeleteContext { context, stamp: self.stamp(actor) }).await
    }

    async fn write_associations(&self, write: &AssociationWrite, actor: &Actor) -> Result<Put, StoreError> {
        self.write(&write::WriteAssociations { write, stamp: self.stamp(actor) }).await
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

    async fn issue_token(&self, token: &ApiToken, most: i64, actor: &Actor) -> Result<bool, StoreError> {
        self.perform(&write::IssueToken { token, most, stamp: self.stamp(actor) }).await
    }

    async fn revoke_token(&self, id: &str, owner: Option<&str>, actor: &Actor) -> Result<bool, StoreError> {
        self.perform(&write::RevokeToken { id, owner, stamp: self.stamp(actor) }).await
    }

    async fn note_token_use(&self, id: &str) -> Result<(), StoreError> {
        self.perform(&write::NoteTokenUse { id, at: self.now() }).await
    }

    async fn close(&self) {
        SqlStore::close(self).await;
    }
}
