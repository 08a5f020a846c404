//! The change log.

use super::Conditions;
use crate::domain::Subject;
use crate::store::sql::cipher::Cipher;
use crate::store::sql::database::{Backend, Database};
use crate::store::sql::encode::{corrupt, parsed};
use crate::store::sql::param::{Row, params};
use crate::store::sql::write::Purged;
use crate::store::{Change, ChangeKind, ChangeQuery, StoreError, Unpurge};

/// The columns of a change, in the order that [`change`] reads.
pub(in crate::store::sql) const COLUMNS: &str =
    "seq, ts, actor, kind, context, subject, version, id, old_value, new_value";

pub(in crate::store::sql) async fn changes(
    database: &Database,
    after: i64,
    limit: u32,
) -> Result<Vec<Change>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM change_log WHERE seq > $1 ORDER BY seq LIMIT $2");
    let rows = database.fetch(&sql, &params![after, i64::from(limit)]).await?;
    rows.iter().map(change).collect()
}

/// The rows that a query asks for. On Postgres none is told whose transaction began before another that still runs: that
/// one may have a lower number.
pub(in crate::store::sql) async fn find_changes(
    database: &Database,
    query: &ChangeQuery,
) -> Result<Vec<Change>, StoreError> {
    let mut conditions = Conditions::new();
    conditions.and("seq > $", query.after);
    if let Some(subject) = &query.subject {
        conditions.and("context = $", subject.context().as_str());
        conditions.and("subject = $", subject.name());
    }
    if let Some(kind) = query.kind {
        conditions.and("kind = $", kind.as_str());
    }
    if let Some(since) = query.since {
        conditions.and("ts >= $", since);
    }
    if let Some(until) = query.until {
        conditions.and("ts < $", until);
    }
    if let Backend::Postgres { .. } = database.backend {
        conditions.and_also("xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint");
    }
    let limit = conditions.param(i64::from(query.limit));
    let sql = format!("SELECT {COLUMNS} FROM change_log WHERE {} ORDER BY seq LIMIT {limit}", conditions.sql);
    database.fetch(&sql, &conditions.params).await?.iter().map(change).collect()
}

/// Reads the columns of [`COLUMNS`].
pub(in crate::store::sql) fn change(row: &Row) -> Result<Change, StoreError> {
    let kind = row.text(3)?;
    Ok(Change {
        seq: row.int(0)?,
        ts: row.int(1)?,
        actor: row.opt_text(2)?,
        kind: ChangeKind::from_name(&kind).ok_or_else(|| corrupt("change_log.kind", &kind))?,
        context: row.context(4)?,
        subject: row.text(5)?,
        version: row.opt_int(6)?.and_then(crate::domain::Version::new),
        id: row.opt_int(7)?.and_then(crate::domain::SchemaId::new),
        before: parsed(row, 8, "change_log.old_value")?,
        after: parsed(row, 9, "change_log.new_value")?,
    })
}

/// The version whose purge is at a position of the log, or why there is none.
pub(in crate::store::sql) async fn purged(
    database: &Database,
    cipher: &Cipher,
    seq: i64,
) -> Result<Result<Purged, Unpurge>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM change_log WHERE seq = $1");
    let rows = database.fetch(&sql, &params![seq]).await?;
    let Some(row) = rows.first() else { return Ok(Err(Unpurge::NoSuchPurge)) };
    let change = change(row)?;
    if !matches!(change.kind, ChangeKind::Purge | ChangeKind::Overwrite) {
        return Ok(Err(Unpurge::NoSuchPurge));
    }
    let subject = Subject::new(change.context, &change.subject);
    match change.before {
        Some(before) if before.get("erased").is_none() => Ok(Ok(Purged::parse(subject, before, cipher)?)),
        _ => Ok(Err(Unpurge::Erased)),
    }
}
