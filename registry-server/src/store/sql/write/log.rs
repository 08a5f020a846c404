//! Appending to the change log.

use serde_json::{Value, json};

use super::Stamp;
use crate::domain::{Guid, SchemaId, Subject, Version};
use crate::store::sql::cipher::Cipher;
use crate::store::sql::database::Writer;
use crate::store::sql::encode::{CONTENT_METADATA, corrupt};
use crate::store::sql::param::{Param, params};
use crate::store::{ChangeKind, StoreError, StoredVersion, Touched};

/// A row to append.
pub(super) struct Entry {
    pub(super) kind: ChangeKind,
    pub(super) subject: Subject,
    pub(super) version: Option<Version>,
    pub(super) id: Option<SchemaId>,
    pub(super) before: Option<Value>,
    pub(super) after: Option<Value>,
    /// The identity of the version's content; not a column of its own.
    pub(super) guid: Option<Guid>,
}

impl Entry {
    /// A change of something that is no version.
    pub(super) fn of(
        kind: ChangeKind,
        subject: &Subject,
        before: Option<Value>,
        after: Option<Value>,
    ) -> Self {
        Self { kind, subject: subject.clone(), version: None, id: None, before, after, guid: None }
    }

    /// A change that removes a version or replaces it; all of it is kept.
    pub(super) fn of_version(
        kind: ChangeKind,
        version: &StoredVersion,
        cipher: &Cipher,
    ) -> Result<Self, StoreError> {
        Ok(Self {
            kind,
            subject: version.subject.clone(),
            version: Some(version.version),
            id: Some(version.id),
            before: Some(snapshot(version, cipher)?),
            after: None,
            guid: Some(version.content.guid),
        })
    }
}

/// All of a version, so that it can be written again as it was.
fn snapshot(version: &StoredVersion, cipher: &Cipher) -> Result<Value, StoreError> {
    let mut content = serde_json::to_value(&*version.content).map_err(|error| corrupt("contents", &error))?;
    cipher.seal_in(&mut content, &CONTENT_METADATA)?;
    Ok(json!({
        "version": version.version,
        "id": version.id,
        "deleted": version.deleted,
        "ts": version.ts,
        "createdTs": version.created_ts,
        "content": content,
    }))
}

/// Rows per statement: far below the parameter limits of both databases.
const BATCH: usize = 100;

/// Appends rows and gives the position of the last one. `entries` must not be empty.
pub(super) async fn append(tx: &mut Writer, stamp: Stamp<'_>, entries: &[Entry]) -> Result<i64, StoreError> {
    Ok(append_all(tx, stamp, entries).await?.last().copied().unwrap_or(0))
}

/// Appends rows and gives their positions, which ascend.
pub(super) async fn append_all(
    tx: &mut Writer,
    stamp: Stamp<'_>,
    entries: &[Entry],
) -> Result<Vec<i64>, StoreError> {
    let mut positions = Vec::with_capacity(entries.len());
    for batch in entries.chunks(BATCH) {
        let mut sql = String::from(
            "INSERT INTO change_log (ts, actor, kind, context, subject, version, id, old_value, new_value) VALUES ",
        );
        let mut values: Vec<Param> = Vec::new();
        for (index, entry) in batch.iter().enumerate() {
            tx.touch(Touched {
                kind: entry.kind,
                subject: entry.subject.clone(),
                id: entry.id,
                guid: entry.guid,
            });
            let first = values.len() + 1;
            let numbers: Vec<String> = (first..first + 9).map(|n| format!("${n}")).collect();
            sql.push_str(if index == 0 { "(" } else { ", (" });
            sql.push_str(&numbers.join(", "));
            sql.push(')');
            values.extend(params![
                stamp.now,
                stamp.actor.map(str::to_owned),
                entry.kind.as_str(),
                entry.subject.context(),
                entry.subject.name(),
                entry.version.map(|version| i64::from(version.get())),
                entry.id.map(|id| i64::from(id.get())),
                entry.before.as_ref().map(Value::to_string),
                entry.after.as_ref().map(Value::to_string),
            ]);
        }
        positions.append(&mut tx.append(&sql, &values).await?);
    }
    // Rows get their positions in the order of the statement, but need not be told in it.
    positions.sort_unstable();
    Ok(positions)
}
