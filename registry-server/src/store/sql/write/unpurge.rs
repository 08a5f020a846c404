//! Bringing back what was purged by mistake, from the change log.

use async_trait::async_trait;
use serde::Deserialize;
use serde_json::{Value, json};

use super::context::enlist;
use super::insert::InsertVersion;
use super::log::{Entry, append};
use super::{Stamp, is_current, touch};
use crate::domain::{Content, SchemaId, Subject, Version};
use crate::store::sql::cipher::Cipher;
use crate::store::sql::database::Writer;
use crate::store::sql::encode::{CONTENT_METADATA, ContentColumns, corrupt};
use crate::store::sql::locks::LockSet;
use crate::store::sql::operation::{Operation, Verdict};
use crate::store::sql::param::params;
use crate::store::{ChangeKind, NewVersion, Placement, StoreError, Token, Unpurge};

/// A version as its purge keeps it in the log.
pub(in crate::store::sql) struct Purged {
    subject: Subject,
    kept: Kept,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Kept {
    version: Version,
    id: SchemaId,
    deleted: bool,
    ts: i64,
    created_ts: i64,
    content: Content,
}

impl Purged {
    /// Reads what the log keeps.
    pub(in crate::store::sql) fn parse(
        subject: Subject,
        mut kept: Value,
        cipher: &Cipher,
    ) -> Result<Self, StoreError> {
        if let Some(content) = kept.get_mut("content") {
            cipher.open_in(content, &CONTENT_METADATA)?;
        }
        let kept = serde_json::from_value(kept).map_err(|error| corrupt("change_log.old_value", &error))?;
        Ok(Self { subject, kept })
    }

    /// The subject that it was a version of.
    pub(in crate::store::sql) fn subject(&self) -> &Subject {
        &self.subject
    }

    /// The same as a version to be written.
    pub(in crate::store::sql) fn as_new(&self) -> NewVersion {
        let Kept { version, id, content, deleted: kept_deleted, .. } = &self.kept;
        let target = |reference: &crate::domain::Reference| {
            (Subject::referenced(&reference.subject, self.subject.context()), reference.version)
        };
        NewVersion {
            subject: self.subject.clone(),
            targets: content.references.iter().map(target).collect(),
            deleted_targets: *kept_deleted,
            content: content.clone(),
            placement: Placement::At { version: *version, id: Some(*id) },
        }
    }
}

/// Writes a purged version again; `None` if it was decided on another state. Round trips on Postgres: as an import.
pub(in crate::store::sql) struct RestorePurged<'a> {
    pub(in crate::store::sql) expected: &'a Token,
    pub(in crate::store::sql) seq: i64,
    pub(in crate::store::sql) purged: &'a Purged,
    pub(in crate::store::sql) new: &'a NewVersion,
    pub(in crate::store::sql) columns: &'a ContentColumns,
    pub(in crate::store::sql) stamp: Stamp<'a>,
}

#[async_trait]
impl Operation for RestorePurged<'_> {
    type Outcome = Option<Unpurge>;

    fn locks(&self) -> LockSet {
        let own = LockSet::to_write(&self.new.subject);
        self.new.targets.iter().fold(own, |locks, (target, _)| locks.referenced(target))
    }

    async fn run(&self, tx: &mut Writer) -> Result<Verdict<Option<Unpurge>>, StoreError> {
        let Purged { subject, kept } = self.purged;
        let find = "SELECT id FROM versions WHERE context = $1 AND subject = $2 AND version = $3";
        let key = params![subject.context(), subject.name(), kept.version];
        if tx.fetch_first(find, &key).await?.is_some() {
            return Ok(Verdict::Abandon(Some(Unpurge::Occupied(subject.clone(), kept.version))));
        }
        if !is_current(tx, subject, self.expected).await? {
            return Ok(Verdict::Abandon(None));
        }
        // A version that was not deleted, as one that an import overwrote, must not refer to one that is.
        let find = "SELECT id FROM versions \
            WHERE context = $1 AND subject = $2 AND version = $3 AND deleted <= $4";
        for (target, version) in &self.new.targets {
            if tx
                .fetch_first(find, &params![target.context(), target.name(), *version, kept.deleted])
                .await?
                .is_none()
            {
                return Ok(Verdict::Abandon(Some(Unpurge::TargetGone(target.clone(), *version))));
            }
        }
        enlist(tx, self.stamp, subject.context()).await?;
        let insert = InsertVersion {
            expected: self.expected,
            new: self.new,
            columns: self.columns,
            stamp: self.stamp,
            asked: None,
        };
        if !insert.bind(tx, kept.id).await? {
            return Ok(Verdict::Abandon(Some(Unpurge::IdTaken(kept.id))));
        }
        if insert.current_id(tx).await?.is_none() {
            insert.point_to(tx, kept.id).await?;
        }
        let entry = Entry {
            version: Some(kept.version),
            id: Some(kept.id),
            guid: Some(self.new.content.guid),
            ..Entry::of(ChangeKind::Restore, subject, None, Some(json!({ "purge": self.seq })))
        };
        let revision = append(tx, self.stamp, &[entry]).await?;
        insert.write_version(tx, kept.version, kept.id, revision).await?;
        let sql = "UPDATE versions SET deleted = $4, ts = $5, created_ts = $6 \
            WHERE context = $1 AND subject = $2 AND version = $3";
        let [context, name, version] = key;
        tx.execute(
            sql,
            &[context, name, version, kept.deleted.into(), kept.ts.into(), kept.created_ts.into()],
        )
        .await?;
        touch(tx, subject, revision).await?;
        Ok(Verdict::Commit(Some(Unpurge::Restored(subject.clone(), kept.version))))
    }
}
