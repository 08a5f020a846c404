//! Bringing the tables of a Postgres database up to date.
//!
//! What is to be done is found out with the right to read alone. What is done is one transaction, with a lock that ends with
//! it, so that it works through a proxy, and of several nodes one migrates while the others wait.

use registry_migrations::POSTGRES;
use sqlx::migrate::{MigrateError, Migration};
use sqlx::{PgConnection, Row as _};

use super::migration_detail;
use crate::store::sql::locks::LockSet;
use crate::store::sql::server::has_code;

/// The table in which sqlx's migrator, which made it in the first databases, keeps what was done.
const TABLE: &str = "\
    CREATE TABLE IF NOT EXISTS _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL, \
    installed_on TIMESTAMPTZ NOT NULL DEFAULT now(), success BOOLEAN NOT NULL, checksum BYTEA NOT NULL, \
    execution_time BIGINT NOT NULL)";

/// Whether missing migrations are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Migrations {
    /// They are run.
    Run,
    /// They must have been run.
    Demand,
}

/// Runs what is missing, if that is wanted. The error says what to do.
pub(super) async fn bring_up_to_date(
    connection: &mut PgConnection,
    schema: &str,
    migrations: Migrations,
) -> Result<(), String> {
    if missing(connection).await.map_err(|error| told(&error, schema))?.is_empty() {
        return Ok(());
    }
    if migrations == Migrations::Demand {
        return Err(format!("migrations are missing, and database.migrate is never; {}", as_owner(schema)));
    }
    sqlx::raw_sql("BEGIN ISOLATION LEVEL READ COMMITTED")
        .execute(&mut *connection)
        .await
        .map_err(|error| error.to_string())?;
    let done = run(connection, schema).await;
    let end = if done.is_ok() { "COMMIT" } else { "ROLLBACK" };
    let ended = sqlx::raw_sql(end).execute(connection).await;
    done.map_err(|error| told(&error, schema))?;
    ended.map(drop).map_err(|error| error.to_string())
}

/// The migrations that the database has not seen.
async fn missing(connection: &mut PgConnection) -> Result<Vec<&'static Migration>, MigrateError> {
    let sql = "SELECT to_regclass('_sqlx_migrations') IS NOT NULL";
    let mut applied = Vec::new();
    if sqlx::raw_sql(sql).fetch_one(&mut *connection).await?.try_get(0)? {
        let sql = "SELECT version, success, checksum FROM _sqlx_migrations ORDER BY version";
        for row in sqlx::raw_sql(sql).fetch_all(connection).await? {
            let version: i64 = row.try_get(0)?;
            let known = POSTGRES.iter().find(|migration| migration.version == version);
            if !row.try_get::<bool, _>(1)? {
                return Err(MigrateError::Dirty(version));
            }
            match known {
                None => return Err(MigrateError::VersionMissing(version)),
                Some(known) if *known.checksum != row.try_get::<Vec<u8>, _>(2)? => {
                    return Err(MigrateError::VersionMismatch(version));
                }
                Some(_) => applied.push(version),
            }
        }
    }
    Ok(POSTGRES.iter().filter(|migration| !applied.contains(&migration.version)).collect())
}

async fn run(connection: &mut PgConnection, schema: &str) -> Result<(), MigrateError> {
    // Writes of other nodes, which have this lock in common, wait as well.
    let (keys, _) = LockSet::default().registry().in_order(schema);
    for key in keys {
        let lock = sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(key).persistent(false);
        lock.execute(&mut *connection).await?;
    }
    sqlx::raw_sql(TABLE).execute(&mut *connection).await?;
    // Another node may have been faster.
    for migration in missing(connection).await? {
        sqlx::raw_sql(migration.sql.clone())
            .execute(&mut *connection)
            .await
            .map_err(|error| MigrateError::ExecuteMigration(error, migration.version))?;
        sqlx::query(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
             VALUES ($1, $2, TRUE, $3, -1)",
        )
        .bind(migration.version)
        .bind(&*migration.description)
        .bind(&*migration.checksum)
        .persistent(false)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// The advice where the right to migrate is missing.
fn as_owner(schema: &str) -> String {
    format!(
        "run `registry-server migrate-database --database-url …` as a role that may create tables in the schema '{schema}'"
    )
}

fn told(error: &MigrateError, schema: &str) -> String {
    let (MigrateError::ExecuteMigration(source, _) | MigrateError::Execute(source)) = error else {
        return migration_detail(error);
    };
    if !has_code(source, &["42501"]) {
        return migration_detail(error);
    }
    match source.to_string() {
        text if text.contains("_sqlx_migrations") => format!(
            "{text}; this user needs the rights that registry-server/docs/postgres.md lists, SELECT on _sqlx_migrations among them"
        ),
        text => format!("{text}; {}", as_owner(schema)),
    }
}
