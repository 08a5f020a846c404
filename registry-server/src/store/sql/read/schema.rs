//! Reads by id and by identity.

use crate::domain::{Content, Context, Guid, SchemaId, Subject, Version};
use crate::store::sql::cipher::Cipher;
use crate::store::sql::database::Database;
use crate::store::sql::encode::{self, CONTENT, ContentColumns};
use crate::store::sql::param::{Param, params};
use crate::store::{Holder, Holders, Referrer, StoreError};

pub(in crate::store::sql) async fn content(
    database: &Database,
    cipher: &Cipher,
    context: &Context,
    id: SchemaId,
) -> Result<Option<Content>, StoreError> {
    let sql = format!("SELECT {CONTENT} FROM contents c WHERE c.context = $1 AND c.id = $2 AND c.purged = 0");
    let rows = database.fetch(&sql, &params![context, id]).await?;
    rows.first().map(|row| encode::content(row, 0, cipher)).transpose()
}

pub(in crate::store::sql) async fn holders(
    database: &Database,
    context: &Context,
    id: SchemaId,
) -> Result<Holders, StoreError> {
    let sql = "SELECT k.id, v.subject, v.version, v.deleted, v.ts, v.written FROM contents c \
        LEFT JOIN current_ids k ON k.context = c.context AND k.digest = c.digest \
        LEFT JOIN versions v ON v.context = c.context AND v.id = c.id \
        WHERE c.context = $1 AND c.id = $2 AND c.purged = 0";
    // Put in order here: SQLite would read all versions of the context to have them ordered.
    let mut holders = Holders::default();
    for row in database.fetch(sql, &params![context, id]).await? {
        holders.stands = true;
        holders.current_id = row.opt_int(0)?.and_then(SchemaId::new);
        if let Some(name) = row.opt_text(1)? {
            holders.versions.push(Holder {
                subject: Subject::new(context.clone(), &name),
                version: row.version(2)?,
                deleted: row.flag(3)?,
                ts: row.int(4)?,
                written: row.int(5)?,
            });
        }
    }
    holders.versions.sort_by(|a, b| (&a.subject, a.version).cmp(&(&b.subject, b.version)));
    Ok(holders)
}

pub(in crate::store::sql) async fn ids_by_guid(
    database: &Database,
    guid: Guid,
) -> Result<Vec<(Context, SchemaId)>, StoreError> {
    let sql = "SELECT k.context, k.id FROM contents c \
        JOIN current_ids k ON k.context = c.context AND k.id = c.id \
        WHERE c.guid = $1 AND c.purged = 0 ORDER BY k.context, k.id";
    let rows = database.fetch(sql, &params![guid.0.as_slice()]).await?;
    rows.iter().map(|row| Ok((row.context(0)?, row.id(1)?))).collect()
}

pub(in crate::store::sql) async fn current_id(
    database: &Database,
    context: &Context,
    content: &Content,
) -> Result<Option<SchemaId>, StoreError> {
    let columns = ContentColumns::of(content, &Cipher::default())?;
    let sql = "SELECT id FROM current_ids WHERE context = $1 AND digest = $2";
    let rows = database.fetch(sql, &params![context, columns.digest.as_slice()]).await?;
    rows.first().map(|row| row.id(0)).transpose()
}

pub(in crate::store::sql) async fn max_id(
    database: &Database,
    context: &Context,
) -> Result<Option<SchemaId>, StoreError> {
    let sql = "SELECT last_id FROM contexts WHERE name = $1 AND last_id IS NOT NULL";
    let rows = database.fetch(sql, &params![context]).await?;
    rows.first().map(|row| row.id(0)).transpose()
}

pub(in crate::store::sql) async fn referrers(
    database: &Database,
    subject: &Subject,
    version: Option<Version>,
) -> Result<Vec<Referrer>, StoreError> {
    // Each referrer is looked up by itself: where most schemas refer to the same few, a join is estimated to be worth reading
    // all versions.
    let mut sql = String::from(
        "SELECT r.target_version, r.context, r.subject, r.version, \
         (SELECT v.id FROM versions v WHERE v.context = r.context AND v.subject = r.subject AND v.version = r.version), \
         (SELECT v.deleted FROM versions v \
         WHERE v.context = r.context AND v.subject = r.subject AND v.version = r.version) \
         FROM version_references r WHERE r.target_context = $1 AND r.target_subject = $2",
    );
    let mut values = params![subject.context(), subject.name()].to_vec();
    if let Some(version) = version {
        sql.push_str(" AND r.target_version = $3");
        values.push(Param::from(version));
    }
    let rows = database.fetch(&sql, &values).await?;
    let mut referrers: Vec<Referrer> = rows
        .iter()
        .map(|row| {
            Ok(Referrer {
                target: row.version(0)?,
                subject: Subject::new(row.context(1)?, &row.text(2)?),
                version: row.version(3)?,
                id: row.id(4)?,
                deleted: row.flag(5)?,
            })
        })
        .collect::<Result<_, StoreError>>()?;
    referrers.sort_by(|a, b| (a.target, &a.subject, a.version).cmp(&(b.target, &b.subject, b.version)));
    Ok(referrers)
}

/// The versions that the schema of a version refers to.
pub(in crate::store::sql) async fn targets(
    database: &Database,
    subject: &Subject,
    version: Version,
) -> Result<Vec<(Subject, Version)>, StoreError> {
    let sql = "SELECT target_context, target_subject, target_version FROM version_references \
        WHERE context = $1 AND subject = $2 AND version = $3";
    let rows = database.fetch(sql, &params![subject.context(), subject.name(), version]).await?;
    rows.iter().map(|row| Ok((Subject::new(row.context(0)?, &row.text(1)?), row.version(2)?))).collect()
}
