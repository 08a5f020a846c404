//! One state of a database, to read.

use std::str::FromStr;

use registry_migrations::SQLITE;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Row as _, SqliteConnection};

use crate::store::sql::connections::Lease;
use crate::store::sql::database::{Backend, Handle};
use crate::store::sql::param::{Param, Row};
use crate::store::sql::{OpenOptions, SqlStore, shown_url};
use crate::store::{OpenError, StoreError};

/// A transaction that reads what was there when it began.
#[derive(Debug)]
pub(super) enum Snapshot {
    /// A connection, and the store that it belongs to.
    Postgres { _store: Box<SqlStore>, lease: Box<Lease> },
    /// A connection of its own to the file.
    Sqlite(SqliteConnection),
}

impl Snapshot {
    /// Begins to read the database of a URL, which is neither locked nor changed.
    pub(super) async fn open(url: &str, options: OpenOptions) -> Result<Self, OpenError> {
        let shown = shown_url(url);
        match url.split_once(':') {
            Some(("sqlite", ":memory:")) => Err(OpenError::Url {
                url: shown,
                detail: "a database in memory belongs to its server and is always empty here".to_owned(),
            }),
            Some(("sqlite", _)) => {
                let file = SqliteConnectOptions::from_str(url)
                    .map_err(|error| OpenError::Url { url: shown, detail: error.to_string() })?;
                let path = file.get_filename().display().to_string();
                if !file.get_filename().exists() {
                    let detail = "there is no such file; name the registry's database with --database-url";
                    return Err(OpenError::File { path, detail: detail.to_owned() });
                }
                let error =
                    |error: sqlx::Error| OpenError::File { path: path.clone(), detail: error.to_string() };
                let mut connection = file.read_only(true).connect().await.map_err(&error)?;
                sqlx::query("BEGIN").execute(&mut connection).await.map_err(&error)?;
                Ok(Self::Sqlite(connection))
            }
            _ => {
                let store = Box::new(SqlStore::as_it_is(url, options).await?);
                let connect =
                    |error: sqlx::Error| OpenError::Connect { url: shown.clone(), detail: error.to_string() };
                let Backend::Postgres { pool, .. } = &store.database.backend else {
                    return Err(connect(sqlx::Error::PoolClosed));
                };
                let mut lease = Box::new(pool.lease().await.map_err(&connect)?);
                let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
                lease.command(begin).await.map_err(&connect)?;
                Ok(Self::Postgres { _store: store, lease })
            }
        }
    }

    /// The faults that SQLite itself finds in the file: its pages and indexes, and keys that point nowhere.
    pub(super) async fn damages(&mut self) -> Result<Vec<String>, StoreError> {
        let Self::Sqlite(connection) = self else { return Ok(Vec::new()) };
        match damages(connection).await {
            // So badly broken that it cannot even be checked.
            Err(error) if is_broken_file(&error) => Ok(vec![format!("the file: {error}")]),
            other => Ok(other?),
        }
    }

    /// Checks that the tables are those of this version, which those of Postgres are if it could be opened.
    pub(super) async fn check_tables(&mut self, url: &str) -> Result<(), OpenError> {
        let Self::Sqlite(_) = self else { return Ok(()) };
        let known = SQLITE.iter().map(|migration| migration.version).max().unwrap_or_default();
        // A database that is no registry's has no such table.
        let found = self.count("SELECT COALESCE(MAX(version), 0) FROM _sqlx_migrations").await.unwrap_or(0);
        if found == known {
            return Ok(());
        }
        let detail = format!(
            "they are of version {found} and this program checks version {known}; start a server of this version on them \
             first, or run the program of their version"
        );
        Err(OpenError::Migration { url: shown_url(url), detail })
    }

    pub(super) async fn fetch(&mut self, sql: &str, params: &[Param]) -> Result<Vec<Row>, StoreError> {
        let handle = match self {
            Self::Postgres { lease, .. } => Handle::Postgres(lease),
            Self::Sqlite(connection) => Handle::Sqlite(connection),
        };
        Ok(handle.fetch(sql, params).await?)
    }

    /// The number that a statement gives.
    pub(super) async fn count(&mut self, sql: &str) -> Result<i64, StoreError> {
        self.fetch(sql, &[]).await?.first().map_or(Ok(0), |row| row.int(0))
    }
}

async fn damages(connection: &mut SqliteConnection) -> Result<Vec<String>, sqlx::Error> {
    let lines: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check").fetch_all(&mut *connection).await?;
    let damages: Vec<String> =
        lines.into_iter().filter(|line| line != "ok").map(|line| format!("the file: {line}")).collect();
    if !damages.is_empty() {
        return Ok(damages);
    }
    let rows = sqlx::query("PRAGMA foreign_key_check").fetch_all(connection).await?;
    let told = rows.iter().map(|row| {
        let (table, target): (&str, &str) = (row.try_get(0)?, row.try_get(2)?);
        Ok(format!("a row of table {table}: it refers to a row of table {target} that is not there"))
    });
    told.collect()
}

/// Whether SQLite says that the file is malformed (SQLITE_CORRUPT) or none of its own (SQLITE_NOTADB).
fn is_broken_file(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    code.and_then(|code| code.parse::<u32>().ok()).is_some_and(|code| matches!(code & 0xff, 11 | 26))
}
