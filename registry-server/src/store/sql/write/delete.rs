//! Soft deletion and removal of versions and subjects.

use async_trait::async_trait;

use super::current::point_to_written;
use super::log::{Entry, append};
use super::purge::{VersionSelection, forget_subject, purge};
use super::{Stamp, is_current, referenced, touch};
use crate::domain::{Subject, Version};
use crate::store::sql::call::{Answer, FunctionCall, OneCall, arguments};
use crate::store::sql::database::Writer;
use crate::store::sql::locks::LockSet;
use crate::store::sql::operation::{Operation, Verdict};
use crate::store::sql::param::{Param, params};
use crate::store::{ChangeKind, Removal, StoreError, Token, Touched};

/// Soft-deletes one version, or every version that is not yet.
pub(in crate::store::sql) struct DeleteVersions<'a> {
    pub(in crate::store::sql) expected: &'a Token,
    pub(in crate::store::sql) subject: &'a Subject,
    pub(in crate::store::sql) version: Option<Version>,
    pub(in crate::store::sql) stamp: Stamp<'a>,
}

/// Removes one soft-deleted version, or all versions of a subject that has only such.
pub(in crate::store::sql) struct PurgeVersions<'a> {
    pub(in crate::store::sql) expected: &'a Token,
    pub(in crate::store::sql) subject: &'a Subject,
    pub(in crate::store::sql) version: Option<Version>,
    pub(in crate::store::sql) stamp: Stamp<'a>,
}

#[async_trait]
impl Operation for DeleteVersions<'_> {
    type Outcome = Removal;

    fn locks(&self) -> LockSet {
        LockSet::to_write(self.subject)
    }

    async fn run(&self, tx: &mut Writer) -> Result<Verdict<Removal>, StoreError> {
        if !is_current(tx, self.subject, self.expected).await? {
            return Ok(Verdict::Abandon(Removal::Conflict));
        }
        let (condition, mut key) = condition(self.subject, self.version);
        let sql =
            format!("SELECT version, id FROM versions WHERE {condition} AND deleted = 0 ORDER BY version");
        let rows = tx.fetch(&sql, &key).await?;
        if rows.is_empty() {
            return Ok(Verdict::Abandon(Removal::Conflict));
        }
        if let Some(version) = referenced(tx, self.subject, self.version, false).await? {
            return Ok(Verdict::Abandon(Removal::Referenced(version)));
        }
        let mut entries = Vec::new();
        let mut versions = Vec::new();
        for row in &rows {
            let version = row.version(0)?;
            versions.push(version);
            entries.push(Entry {
                version: Some(version),
                id: Some(row.id(1)?),
                ..Entry::of(ChangeKind::Delete, self.subject, Some(false.into()), Some(true.into()))
            });
        }
        let active = format!("{condition} AND deleted = 0");
        point_to_written(tx, self.stamp, self.subject, (&active, &key)).await?;
        let revision = append(tx, self.stamp, &entries).await?;
        let next = key.len() + 1;
        let sql = format!(
            "UPDATE versions SET deleted = 1, ts = ${next}, written = ${} WHERE {condition} AND deleted = 0",
            next + 1
        );
        key.extend(params![self.stamp.now, revision]);
        tx.execute(&sql, &key).await?;
        touch(tx, self.subject, revision).await?;
        Ok(Verdict::Commit(Removal::Removed(versions)))
    }
}

#[async_trait]
impl Operation for PurgeVersions<'_> {
    type Outcome = Removal;

    fn locks(&self) -> LockSet {
        LockSet::to_write(self.subject)
    }

    async fn run(&self, tx: &mut Writer) -> Result<Verdict<Removal>, StoreError> {
        if !is_current(tx, self.subject, self.expected).await? {
            return Ok(Verdict::Abandon(Removal::Conflict));
        }
        let (condition, key) = condition(self.subject, self.version);
        let sql = format!("SELECT COALESCE(MIN(deleted), 0) FROM versions WHERE {condition}");
        let row = tx.fetch_first(&sql, &key).await?;
        let all_deleted = row.map(|row| row.flag(0)).transpose()?.unwrap_or_default();
        if !all_deleted {
            return Ok(Verdict::Abandon(Removal::Conflict));
        }
        if let Some(version) = referenced(tx, self.subject, self.version, true).await? {
            return Ok(Verdict::Abandon(Removal::Referenced(version)));
        }
        let selection = match self.version {
            Some(version) => VersionSelection::version(self.subject, version),
            None => VersionSelection::subject(self.subject),
        };
        let Some((removed, revision)) = purge(tx, self.stamp, &selection).await? else {
            return Ok(Verdict::Abandon(Removal::Conflict));
        };
        let sql = "SELECT version FROM versions WHERE context = $1 AND subject = $2 LIMIT 1";
        let left = tx.fetch_first(sql, &params![self.subject.context(), self.subject.name()]).await?;
        if left.is_some() {
            touch(tx, self.subject, revision).await?;
        } else {
            forget_subject(tx, self.stamp, self.subject).await?;
        }
        Ok(Verdict::Commit(Removal::Removed(removed.iter().map(|version| version.version).collect())))
    }
}

impl OneCall for DeleteVersions<'_> {
    fn call(&self) -> Result<FunctionCall, StoreError> {
        let Self { expected, subject, version, stamp } = self;
        Ok(removal("delete_versions", ChangeKind::Delete, (expected, subject, *version), *stamp))
    }

    fn outcome(&self, answer: Answer) -> Result<Removal, StoreError> {
        removed(&answer, self.subject)
    }
}

impl OneCall for PurgeVersions<'_> {
    fn call(&self) -> Result<FunctionCall, StoreError> {
        let Self { expected, subject, version, stamp } = self;
        Ok(removal("purge_versions", ChangeKind::Purge, (expected, subject, *version), *stamp))
    }

    fn outcome(&self, answer: Answer) -> Result<Removal, StoreError> {
        removed(&answer, self.subject)
    }
}

fn removal(
    function: &'static str,
    kind: ChangeKind,
    (expected, subject, version): (&Token, &Subject, Option<Version>),
    stamp: Stamp<'_>,
) -> FunctionCall {
    let mut arguments = arguments![expected, subject.context(), subject.name(), version];
    arguments.extend(stamp.arguments());
    let touches = Touched { kind, subject: subject.clone(), id: None, guid: None };
    FunctionCall { function, arguments, touches, finds_itself: false }
}

fn removed(answer: &Answer, subject: &Subject) -> Result<Removal, StoreError> {
    match answer.outcome.as_str() {
        "removed" => {
            let versions = answer.versions.iter().map(|number| Version::new(*number));
            versions.collect::<Option<_>>().map(Removal::Removed).ok_or_else(|| answer.unknown())
        }
        "conflict" => Ok(Removal::Conflict),
        "referenced" => Ok(Removal::Referenced(answer.version_in_the_way(subject)?.1)),
        _ => Err(answer.unknown()),
    }
}

fn condition(subject: &Subject, version: Option<Version>) -> (&'static str, Vec<Param>) {
    let mut key = params![subject.context(), subject.name()].to_vec();
    match version {
        Some(version) => {
            key.push(version.into());
            ("context = $1 AND subject = $2 AND version = $3", key)
        }
        None => ("context = $1 AND subject = $2", key),
    }
}
