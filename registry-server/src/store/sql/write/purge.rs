//! Removing versions for good.

use super::Stamp;
use super::log::{Entry, append};
use crate::domain::{Subject, Version};
use crate::store::sql::cipher::Cipher;
use crate::store::sql::database::{RowLock, Writer};
use crate::store::sql::encode::{VERSION, VERSION_TABLES, stored_version};
use crate::store::sql::param::{Param, params};
use crate::store::{ChangeKind, StoreError, StoredVersion};

/// Versions to remove, or to look at first: a condition on alias `v`, never NULL.
pub(super) struct VersionSelection {
    condition: &'static str,
    params: Vec<Param>,
}

impl VersionSelection {
    pub(super) fn version(subject: &Subject, version: Version) -> Self {
        Self {
            condition: "v.context = $1 AND v.subject = $2 AND v.version = $3",
            params: params![subject.context(), subject.name(), version].to_vec(),
        }
    }

    pub(super) fn subject(subject: &Subject) -> Self {
        Self {
            condition: "v.context = $1 AND v.subject = $2",
            params: params![subject.context(), subject.name()].to_vec(),
        }
    }

    pub(super) fn context(context: &crate::domain::Context) -> Self {
        Self { condition: "v.context = $1", params: params![context].to_vec() }
    }

    pub(super) fn everything() -> Self {
        Self { condition: "v.version > 0", params: Vec::new() }
    }

    /// The soft-deleted versions of a subject below `version` that have the same id and that nothing refers to.
    pub(super) fn superseded(subject: &Subject, id: crate::domain::SchemaId, version: Version) -> Self {
        Self {
            condition: "v.context = $1 AND v.subject = $2 AND v.id = $3 AND v.version < $4 AND v.deleted = 1 \
                AND NOT EXISTS (SELECT 1 FROM version_references r WHERE r.target_context = v.context \
                AND r.target_subject = v.subject AND r.target_version = v.version)",
            params: params![subject.context(), subject.name(), id, version].to_vec(),
        }
    }

    /// Whether one of the versions is not soft-deleted.
    pub(super) async fn has_active(&self, tx: &mut Writer) -> Result<bool, StoreError> {
        let sql =
            format!("SELECT v.version FROM versions v WHERE v.deleted = 0 AND {} LIMIT 1", self.condition);
        Ok(tx.fetch_first(&sql, &self.params).await?.is_some())
    }

    /// One of the versions that something refers to, be it another one of them.
    pub(super) async fn first_referenced(
        &self,
        tx: &mut Writer,
    ) -> Result<Option<(Subject, Version)>, StoreError> {
        let sql = format!(
            "SELECT v.context, v.subject, v.version FROM versions v JOIN version_references r \
             ON r.target_context = v.context AND r.target_subject = v.subject AND r.target_version = v.version \
             WHERE {} ORDER BY v.context, v.subject, v.version LIMIT 1",
            self.condition
        );
        let row = tx.fetch_first(&sql, &self.params).await?;
        row.map(|row| Ok((Subject::new(row.context(0)?, &row.text(1)?), row.version(2)?))).transpose()
    }

    /// The versions that it is about, in order.
    pub(super) async fn versions(
        &self,
        tx: &mut Writer,
        cipher: &Cipher,
    ) -> Result<Vec<StoredVersion>, StoreError> {
        let sql = format!(
            "SELECT {VERSION} FROM {VERSION_TABLES} WHERE {} ORDER BY v.context, v.subject, v.version",
            self.condition
        );
        tx.fetch(&sql, &self.params).await?.iter().map(|row| stored_version(row, cipher)).collect()
    }
}

/// Removes versions that nothing else refers to, and the contents that nobody else holds; their ids stay burned. Gives
/// what was removed and the position of the log, or `None` if there was nothing.
///
/// A registration that takes the id of a content at the same time holds the content's row: either it is seen here as a
/// holder, or it finds the content gone.
pub(super) async fn purge(
    tx: &mut Writer,
    stamp: Stamp<'_>,
    selection: &VersionSelection,
) -> Result<Option<(Vec<StoredVersion>, i64)>, StoreError> {
    let versions = selection.versions(tx, stamp.cipher).await?;
    if versions.is_empty() {
        return Ok(None);
    }
    let VersionSelection { condition, params } = selection;
    let held = format!("SELECT v.context, v.id FROM versions v WHERE {condition}");
    let lock =
        format!("SELECT c.id FROM contents c WHERE (c.context, c.id) IN ({held}) ORDER BY c.context, c.id");
    tx.fetch_locked(&lock, RowLock::Change, params).await?;
    // With the rows held, this statement sees every holder there will be.
    let orphaned = format!(
        "(c.context, c.id) IN ({held}) AND NOT EXISTS (SELECT 1 FROM versions v \
         WHERE v.context = c.context AND v.id = c.id AND NOT ({condition}))"
    );
    let forget = format!(
        "DELETE FROM current_ids WHERE (context, id) IN (SELECT c.context, c.id FROM contents c WHERE {orphaned})"
    );
    tx.execute(&forget, params).await?;
    let empty = format!(
        "UPDATE contents AS c SET purged = 1, body = '', refs = NULL, metadata = NULL, rule_set = NULL \
         WHERE {orphaned}"
    );
    tx.execute(&empty, params).await?;
    let entries = versions
        .iter()
        .map(|version| Entry::of_version(ChangeKind::Purge, version, stamp.cipher))
        .collect::<Result<Vec<_>, _>>()?;
    let seq = append(tx, stamp, &entries).await?;
    tx.execute(&format!("DELETE FROM versions AS v WHERE {condition}"), params).await?;
    Ok(Some((versions, seq)))
}

/// Removes what is left of a subject without versions: config, mode and its row.
pub(super) async fn forget_subject(
    tx: &mut Writer,
    stamp: Stamp<'_>,
    subject: &Subject,
) -> Result<(), StoreError> {
    let key = params![subject.context(), subject.name()];
    // The settings under an empty name are those of the context.
    if !subject.is_context() {
        let sql = "SELECT config, mode FROM settings WHERE context = $1 AND subject = $2";
        if let Some(row) = tx.fetch_first(sql, &key).await? {
            let mut entries = Vec::new();
            for (column, kind) in [(0, ChangeKind::Config), (1, ChangeKind::Mode)] {
                if let Some(before) = row.opt_text(column)? {
                    let before = super::setting::logged(kind, &before)?;
                    entries.push(Entry::of(kind, subject, Some(before), None));
                }
            }
            append(tx, stamp, &entries).await?;
            tx.execute("DELETE FROM settings WHERE context = $1 AND subject = $2", &key).await?;
        }
    }
    let sql = "DELETE FROM subjects WHERE context = $1 AND name = $2 \
        AND NOT EXISTS (SELECT 1 FROM associations a WHERE a.context = $1 AND a.subject = $2)";
    tx.execute(sql, &key).await?;
    Ok(())
}
