//! What is stored, counted.

use crate::store::sql::database::{Backend, Database};
use crate::store::sql::locks::channel;
use crate::store::sql::param::params;
use crate::store::{Inventory, StoreError};

/// Counts everything. It reads an entry of each version, so it is for once in a while.
pub(in crate::store::sql) async fn inventory(database: &Database) -> Result<Inventory, StoreError> {
    let sql = "SELECT c.schema_type, v.deleted, COUNT(*) FROM versions AS v \
        JOIN contents AS c ON c.context = v.context AND c.id = v.id GROUP BY c.schema_type, v.deleted";
    let rows = database.fetch(sql, &[]).await?;
    let versions = rows.iter().map(|row| Ok((row.text(0)?, row.int(1)? != 0, count(row.int(2)?))));
    let versions = versions.collect::<Result<Vec<_>, StoreError>>()?;
    let sql = "SELECT \
        (SELECT COUNT(*) FROM (SELECT DISTINCT context, subject FROM versions WHERE deleted = 0) AS s), \
        (SELECT COUNT(*) FROM contexts WHERE listed = 1), \
        (SELECT COALESCE(MAX(seq), 0) FROM change_log)";
    let rows = database.fetch(sql, &[]).await?;
    let [row] = rows.as_slice() else { return Ok(Inventory { versions, ..Inventory::default() }) };
    Ok(Inventory {
        versions,
        subjects: count(row.int(0)?),
        contexts: count(row.int(1)?),
        last_change: row.int(2)?,
        nodes: nodes(database).await?,
    })
}

/// The nodes that listen for each other's writes. Each does so over one connection, whose last statement is that.
async fn nodes(database: &Database) -> Result<Option<u64>, StoreError> {
    let Backend::Postgres { pool, schema } = &database.backend else { return Ok(Some(1)) };
    if pool.server().sending.pools_transactions() {
        return Ok(None);
    }
    let sql = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND query = $1";
    let listening = format!("LISTEN \"{}\"", channel(schema));
    let rows = database.fetch(sql, &params![listening.as_str()]).await?;
    // One that has just started may not listen yet, but it is there.
    Ok(rows.first().map(|row| row.int(0)).transpose()?.map(|listening| count(listening).max(1)))
}

fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}
