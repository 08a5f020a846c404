//! Writes: one [`Operation`](super::operation::Operation) each, a transaction of several statements, which is how SQLite
//! runs it. What the API asks for is on Postgres [one call](super::call::OneCall) of the function of the same name in
//! `migrations/postgres`, which decides and writes the same. Every write appends to the change log before it commits, and
//! the position of its last row becomes the revision of what it changed.

mod api_token;
mod association;
mod bulk;
mod context;
mod current;
mod delete;
mod erase;
mod import;
mod insert;
mod log;
mod mode;
mod purge;
mod restore;
mod setting;
mod skip;
mod unpurge;

pub(super) use api_token::{IssueToken, NoteTokenUse, RevokeToken};
pub(super) use association::WriteAssociations;
pub(super) use bulk::ImportVersions;
pub(super) use context::DeleteContext;
pub(super) use delete::{DeleteVersions, PurgeVersions};
pub(super) use erase::EraseContent;
pub(super) use import::EnterImport;
pub(super) use insert::{InsertVersion, TARGET, finds_itself, locks_of};
pub(super) use mode::ClearModes;
pub(super) use restore::RestoreVersion;
pub(super) use setting::{PutSetting, Value};
pub(super) use skip::SkipIds;
pub(super) use unpurge::{Purged, RestorePurged};

use super::call::{Answer, Argument};
use super::cipher::Cipher;
use super::database::Writer;
use super::param::params;
use super::read::{TOKEN, token};
use crate::domain::{Subject, Version};
use crate::store::{Put, StoreError, Token};

/// The stamp of every write: the time, the author, and what sensitive values are sealed with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stamp<'a> {
    pub(super) now: i64,
    pub(super) actor: Option<&'a str>,
    pub(super) cipher: &'a Cipher,
}

impl Stamp<'_> {
    /// The last arguments of every function.
    fn arguments(&self) -> [Argument; 2] {
        [self.now.into(), self.actor.into()]
    }
}

/// The outcome of a write that is done or refused.
fn written_or_conflict(answer: &Answer) -> Result<Put, StoreError> {
    match answer.outcome.as_str() {
        "written" => Ok(Put::Written),
        "conflict" => Ok(Put::Conflict),
        _ => Err(answer.unknown()),
    }
}

/// Whether the state that a decision was made on is the one that the locks now protect.
async fn is_current(tx: &mut Writer, subject: &Subject, expected: &Token) -> Result<bool, StoreError> {
    let row = tx.fetch_first(TOKEN, &params![subject.context(), subject.name()]).await?;
    Ok(row.as_ref().map(token).transpose()?.as_ref() == Some(expected))
}

/// Gives a subject a new revision.
async fn touch(tx: &mut Writer, subject: &Subject, revision: i64) -> Result<(), StoreError> {
    let sql = "INSERT INTO subjects (context, name, revision) VALUES ($1, $2, $3) \
        ON CONFLICT (context, name) DO UPDATE SET revision = excluded.revision";
    tx.execute(sql, &params![subject.context(), subject.name(), revision]).await?;
    Ok(())
}

/// The first version of `subject` (or `version` itself) that is referred to. Soft-deleted referrers
/// count only if `deleted_too`, those of the subject itself only if one version is asked for.
async fn referenced(
    tx: &mut Writer,
    subject: &Subject,
    version: Option<Version>,
    deleted_too: bool,
) -> Result<Option<Version>, StoreError> {
    let mut sql = String::from(
        "SELECT MIN(r.target_version) FROM version_references r \
         JOIN versions v ON v.context = r.context AND v.subject = r.subject AND v.version = r.version \
         WHERE r.target_context = $1 AND r.target_subject = $2",
    );
    let mut values = params![subject.context(), subject.name()].to_vec();
    if let Some(version) = version {
        sql.push_str(" AND r.target_version = $3");
        values.push(version.into());
    } else {
        sql.push_str(" AND NOT (v.context = $1 AND v.subject = $2)");
    }
    if !deleted_too {
        sql.push_str(" AND v.deleted = 0");
    }
    let row = tx.fetch_first(&sql, &values).await?;
    let number = row.map(|row| row.opt_int(0)).transpose()?.flatten();
    Ok(number.and_then(Version::new))
}
