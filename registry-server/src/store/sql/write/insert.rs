//! Adding a version.

use std::time::Instant;

use async_trait::async_trait;

use super::context::{count_given_id, enlist};
use super::current::{Pointed, is_erased, point_to, rebound};
use super::log::{Entry, append};
use super::purge::{VersionSelection, purge};
use super::{Stamp, is_current, touch};
use crate::domain::{Metadata, SchemaId, Version};
use crate::store::sql::call::{self, Answer, FunctionCall, OneCall, arguments};
use crate::store::sql::database::{RowLock, Writer};
use crate::store::sql::encode::ContentColumns;
use crate::store::sql::locks::LockSet;
use crate::store::sql::operation::{Operation, Verdict};
use crate::store::sql::param::params;
use crate::store::{ChangeKind, Insertion, NewVersion, Placement, StoreError, Token, Touched};

/// The version that is in `$1` to `$3`, if it is there and may be referred to: also when it is soft-deleted, if `$4` is 1.
pub(in crate::store::sql) const TARGET: &str = "\
    SELECT version FROM versions v WHERE context = $1 AND subject = $2 AND version = $3 AND deleted <= $4 \
    AND NOT EXISTS (SELECT 1 FROM associations a \
    WHERE a.context = v.context AND a.subject = v.subject AND a.lifecycle = 'STRONG')";

/// Adds a version to a subject.
pub(in crate::store::sql) struct InsertVersion<'a> {
    pub(in crate::store::sql) expected: &'a Token,
    pub(in crate::store::sql) new: &'a NewVersion,
    pub(in crate::store::sql) columns: &'a ContentColumns,
    pub(in crate::store::sql) stamp: Stamp<'a>,
    /// When it was asked for, if it has waited since.
    pub(in crate::store::sql) asked: Option<Instant>,
}

#[async_trait]
impl Operation for InsertVersion<'_> {
    type Outcome = Insertion;

    fn locks(&self) -> LockSet {
        locks_of(self.new)
    }

    fn asked(&self) -> Option<Instant> {
        self.asked
    }

    async fn run(&self, tx: &mut Writer) -> Result<Verdict<Insertion>, StoreError> {
        let subject = &self.new.subject;
        if !is_current(tx, subject, self.expected).await? || !self.targets_stand(tx).await? {
            return Ok(Verdict::Abandon(Insertion::Conflict));
        }
        let (version, given_id) = match self.new.placement {
            Placement::Next(version) => (version, None),
            Placement::At { version, id } => (version, id),
        };
        let replaced = match self.new.placement {
            Placement::Next(_) if !self.is_next(tx, version).await? => {
                return Ok(Verdict::Abandon(Insertion::Conflict));
            }
            Placement::Next(_) => None,
            Placement::At { .. } => VersionSelection::version(subject, version)
                .versions(tx, self.stamp.cipher)
                .await?
                .into_iter()
                .next(),
        };
        enlist(tx, self.stamp, subject.context()).await?;
        let id = match given_id {
            Some(id) if !self.bind(tx, id).await? => return Ok(Verdict::Abandon(Insertion::IdTaken)),
            Some(id) => {
                self.point_to(tx, id).await?;
                id
            }
            None => self.take_id(tx).await?,
        };
        let mut entries = Vec::new();
        if let Some(replaced) = &replaced {
            entries.push(Entry::of_version(ChangeKind::Overwrite, replaced, self.stamp.cipher)?);
        }
        entries.push(Entry {
            version: Some(version),
            id: Some(id),
            guid: Some(self.new.content.guid),
            ..Entry::of(ChangeKind::Register, subject, None, Some(self.new.content.guid.to_string().into()))
        });
        let revision = append(tx, self.stamp, &entries).await?;
        self.write_version(tx, version, id, revision).await?;
        let superseded = VersionSelection::superseded(subject, id, version);
        let revision = purge(tx, self.stamp, &superseded).await?.map_or(revision, |(_, seq)| seq);
        touch(tx, subject, revision).await?;
        Ok(Verdict::Commit(Insertion::Inserted { id, version, ts: self.stamp.now }))
    }
}

/// The locks of a write of this version.
pub(in crate::store::sql) fn locks_of(new: &NewVersion) -> LockSet {
    let own = LockSet::to_write(&new.subject);
    new.targets.iter().fold(own, |locks, (target, _)| locks.referenced(target))
}

/// Whether whoever decides again after a lost answer finds this version, if it was written. Who asks for a number of its own,
/// which is noted in the metadata, gets a version even if there is one like it.
pub(in crate::store::sql) fn finds_itself(new: &NewVersion) -> bool {
    new.content.metadata.as_ref().and_then(Metadata::noted_version).is_none()
}

impl OneCall for InsertVersion<'_> {
    fn call(&self) -> Result<FunctionCall, StoreError> {
        let NewVersion { subject, content, targets, deleted_targets, placement } = self.new;
        let (version, given_id) = match placement {
            Placement::Next(version) => (*version, None),
            Placement::At { version, id } => (*version, *id),
        };
        let mut arguments = arguments![
            self.expected,
            subject.context(),
            subject.name(),
            version,
            matches!(placement, Placement::At { .. }),
            given_id,
            content.guid.0.as_slice(),
            self.columns.digest.as_slice(),
            content.schema_type.as_str(),
            content.text.as_str(),
            self.columns.references.as_deref(),
            self.columns.metadata.as_deref(),
            self.columns.rule_set.as_deref(),
        ];
        arguments.extend(call::versions(targets));
        arguments.push((*deleted_targets).into());
        arguments.extend(self.stamp.arguments());
        let guid = Some(content.guid);
        let touches = Touched { kind: ChangeKind::Register, subject: subject.clone(), id: given_id, guid };
        let finds_itself = finds_itself(self.new);
        Ok(FunctionCall { function: "write_version", arguments, touches, finds_itself })
    }

    fn outcome(&self, answer: Answer) -> Result<Insertion, StoreError> {
        let version = match self.new.placement {
            Placement::Next(version) | Placement::At { version, .. } => version,
        };
        match answer.outcome.as_str() {
            "inserted" => {
                let id = answer.id.and_then(SchemaId::new).ok_or_else(|| answer.unknown())?;
                Ok(Insertion::Inserted { id, version, ts: self.stamp.now })
            }
            "conflict" => Ok(Insertion::Conflict),
            "id-taken" => Ok(Insertion::IdTaken),
            _ => Err(answer.unknown()),
        }
    }
}

impl InsertVersion<'_> {
    /// Whether every version that is referred to is still there, and may be referred to.
    pub(super) async fn targets_stand(&self, tx: &mut Writer) -> Result<bool, StoreError> {
        for (target, version) in &self.new.targets {
            let key = params![target.context(), target.name(), *version, self.new.deleted_targets];
            if tx.fetch_first(TARGET, &key).await?.is_none() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn is_next(&self, tx: &mut Writer, version: Version) -> Result<bool, StoreError> {
        let sql = "SELECT COALESCE(MAX(version), 0) FROM versions WHERE context = $1 AND subject = $2";
        let subject = &self.new.subject;
        let row = tx.fetch_first(sql, &params![subject.context(), subject.name()]).await?;
        let highest = row.map(|row| row.int(0)).transpose()?.unwrap_or(0);
        Ok(i64::from(version.get()) == highest + 1)
    }

    /// The content's current id, or a new one.
    async fn take_id(&self, tx: &mut Writer) -> Result<SchemaId, StoreError> {
        if let Some(id) = self.current_id(tx).await? {
            return Ok(id);
        }
        // The counter's row is held from here to the end, so of all who look for an id for the same new content only the
        // first finds none.
        let sql = "UPDATE contexts SET last_id = COALESCE(last_id, (SELECT skipped FROM history WHERE one = 1)) + 1 \
            WHERE name = $1 RETURNING last_id";
        let row = tx.fetch_first(sql, &params![self.new.subject.context()]).await?;
        let number = row.map(|row| row.int(0)).transpose()?.unwrap_or(1);
        if let Some(id) = self.current_id(tx).await? {
            return Ok(id);
        }
        let id = SchemaId::new(number).ok_or(StoreError::OutOfNumbers { last: i64::from(i32::MAX) })?;
        self.write_content(tx, id).await?;
        self.point_to(tx, id).await?;
        Ok(id)
    }

    /// The id that the content has, kept from being purged until the end of the transaction.
    pub(super) async fn current_id(&self, tx: &mut Writer) -> Result<Option<SchemaId>, StoreError> {
        let sql = "SELECT c.id FROM contents c JOIN current_ids k ON k.context = c.context AND k.id = c.id \
            WHERE k.context = $1 AND k.digest = $2 AND c.digest = k.digest AND c.purged = 0";
        let key = params![self.new.subject.context(), self.columns.digest.as_slice()];
        tx.fetch_locked(sql, RowLock::Keep, &key).await?.first().map(|row| row.id(0)).transpose()
    }

    /// Binds a given id to the content, unless it is bound to another one or was erased. An id whose content was purged is
    /// free.
    pub(super) async fn bind(&self, tx: &mut Writer, id: SchemaId) -> Result<bool, StoreError> {
        let context = self.new.subject.context();
        count_given_id(tx, context, id).await?;
        let sql = "SELECT c.digest, c.purged, c.guid FROM contents c WHERE c.context = $1 AND c.id = $2";
        let rows = tx.fetch_locked(sql, RowLock::Change, &params![context, id]).await?;
        let Some(row) = rows.first() else {
            self.write_content(tx, id).await?;
            return Ok(true);
        };
        let (is_other, purged, former) = (row.bytes(0)? != self.columns.digest, row.flag(1)?, row.bytes(2)?);
        if is_other && (!purged || is_erased(&former)) {
            return Ok(false);
        }
        if purged {
            self.write_content(tx, id).await?;
        }
        if is_other {
            let entry = rebound(&self.new.subject, id, &former, self.new.content.guid);
            append(tx, self.stamp, &[entry]).await?;
        }
        Ok(true)
    }

    /// Writes the content under an id that is free, or whose content was purged.
    async fn write_content(&self, tx: &mut Writer, id: SchemaId) -> Result<(), StoreError> {
        let sql = "INSERT INTO contents (context, id, guid, digest, schema_type, body, refs, metadata, rule_set, purged) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0) \
            ON CONFLICT (context, id) DO UPDATE SET guid = excluded.guid, digest = excluded.digest, \
            schema_type = excluded.schema_type, body = excluded.body, refs = excluded.refs, \
            metadata = excluded.metadata, rule_set = excluded.rule_set, purged = 0";
        let content = &self.new.content;
        let values = params![
            self.new.subject.context(),
            id,
            content.guid.0.as_slice(),
            self.columns.digest.as_slice(),
            content.schema_type.as_str(),
            content.text.as_str(),
            self.columns.references.clone(),
            self.columns.metadata.clone(),
            self.columns.rule_set.clone(),
        ];
        tx.execute(sql, &values).await?;
        Ok(())
    }

    /// Makes an id the content's current one.
    pub(super) async fn point_to(&self, tx: &mut Writer, id: SchemaId) -> Result<(), StoreError> {
        let content = Pointed { digest: &self.columns.digest, guid: self.new.content.guid };
        point_to(tx, self.stamp, &self.new.subject, &content, id).await
    }

    pub(super) async fn write_version(
        &self,
        tx: &mut Writer,
        version: Version,
        id: SchemaId,
        revision: i64,
    ) -> Result<(), StoreError> {
        let subject = &self.new.subject;
        let sql = "INSERT INTO versions (context, subject, version, id, deleted, ts, created_ts, written) \
            VALUES ($1, $2, $3, $4, 0, $5, $5, $6) \
            ON CONFLICT (context, subject, version) DO UPDATE SET id = excluded.id, deleted = 0, ts = excluded.ts, \
            created_ts = excluded.created_ts, written = excluded.written";
        let values = params![subject.context(), subject.name(), version, id, self.stamp.now, revision];
        tx.execute(sql, &values).await?;
        let sql = "DELETE FROM version_references WHERE context = $1 AND subject = $2 AND version = $3";
        if matches!(self.new.placement, Placement::At { .. }) {
            tx.execute(sql, &params![subject.context(), subject.name(), version]).await?;
        }
        self.write_references(tx, version).await
    }

    /// Writes what the version refers to.
    pub(super) async fn write_references(&self, tx: &mut Writer, version: Version) -> Result<(), StoreError> {
        let subject = &self.new.subject;
        let sql = "INSERT INTO version_references \
            (context, subject, version, target_context, target_subject, target_version) \
            VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
        for (target, target_version) in &self.new.targets {
            let values = params![
                subject.context(),
                subject.name(),
                version,
                target.context(),
                target.name(),
                *target_version,
            ];
            tx.execute(sql, &values).await?;
        }
        Ok(())
    }
}
