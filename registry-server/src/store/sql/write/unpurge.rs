//! Bringing back what was purged by mistake, from the change log.

use async_trait::async_trait;
use serde::Deserialize;
use serde_json::{Value, json};

use super::context::enlist;
use super::insert::InsertVersion;
use super::log::{Entry, append};
use super::{Stamp, touch};
use crate::domain::{Content, SchemaId, Subject, Version};
use crate::store::sql::database::Writer;
use crate::store::sql::encode::{ContentColumns, corrupt};
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
    created_ts: i64,
    content: Content,
}

impl Purged {
    /// Reads what the log keeps.
    pub(in crate::store::sql) fn parse(subject: Subject, kept: Value) -> Result<Self, StoreError> {
        let kept = serde_json::from_value(kept).map_err(|error| corrupt("change_log.old_value", &error))?;
        Ok(Self { subject, kept })
    }

    /// The same as a version to be written.
    pub(in crate::store::sql) fn as_new(&self) -> NewVersion {
        let Kept { version, id, content, .. } = &self.kept;
        let target = |reference: &crate::domain::Reference| {
            (Subject::parse_in(&reference.subject, self.subject.context()), reference.version)
        };
        NewVersion {
            subject: self.subject.clone(),
            targets: content.references.iter().map(target).collect(),
            content: content.clone(),
            placement: Placement::At { version: *version, id: Some(*id) },
        }
    }
}

/// Writes a purged version again. Round trips on Postgres: as an import.
pub(in crate::store::sql) struct RestorePurged<'a> {
    pub(in crate::store::sql) seq: i64,
    pub(in crate::store::sql) purged: &'a Purged,
    pub(in crate::store::sql) new: &'a NewVersion,
    pub(in crate::store::sql) columns: &'a ContentColumns,
    pub(in crate::store::sql) stamp: Stamp<'a>,
}

#[async_trait]
impl Operation for RestorePurged<'_> {
    type Outcome = Unpurge;

    fn locks(&self) -> LockSet {
        let own = LockSet::to_write(&self.new.subject);
        self.new.targets.iter().fold(own, |locks, (target, _)| locks.referenced(target))
    }

    async fn run(&self, tx: &mut Writer) -> Result<Verdict<Unpurge>, StoreError> {
        let Purged { subject, kept } = self.purged;
        let find = "SELECT id FROM versions WHERE context = $1 AND subject = $2 AND version = $3";
        let key = params![subject.context(), subject.name(), kept.version];
        if tx.fetch_first(find, &key).await?.is_some() {
            return Ok(Verdict::Abandon(Unpurge::Occupied(subject.clone(), kept.version)));
        }
        for (target, version) in &self.new.targets {
            if tx.fetch_first(find, &params![target.context(), target.name(), *version]).await?.is_none() {
                return Ok(Verdict::Abandon(Unpurge::TargetGone(target.clone(), *version)));
            }
        }
        enlist(tx, self.stamp, subject.context()).await?;
        // The token is compared by nobody here: the locks are held and the version is not there.
        let expected = &Token { subject: 0, context: 0, default_context: 0, global: 0 };
        let insert = InsertVersion { expected, new: self.new, columns: self.columns, stamp: self.stamp };
        if !insert.bind(tx, kept.id).await? {
            // Its id is bound to something else only if it was erased meanwhile.
            return Ok(Verdict::Abandon(Unpurge::Erased));
        }
        if insert.current_id(tx).await?.is_none() {
            insert.point_to(tx, kept.id).await?;
        }
        let entry = Entry {
            version: Some(kept.version),
            id: Some(kept.id),
            ..Entry::of(ChangeKind::Restore, subject, None, Some(json!({ "purge": self.seq })))
        };
        let revision = append(tx, self.stamp, &[entry]).await?;
        insert.write_version(tx, kept.version, kept.id, revision).await?;
        let sql = "UPDATE versions SET deleted = $4, created_ts = $5 \
            WHERE context = $1 AND subject = $2 AND version = $3";
        let [context, name, version] = key;
        tx.execute(sql, &[context, name, version, kept.deleted.into(), kept.created_ts.into()]).await?;
        touch(tx, subject, revision).await?;
        Ok(Verdict::Commit(Unpurge::Restored(subject.clone(), kept.version)))
    }
}
