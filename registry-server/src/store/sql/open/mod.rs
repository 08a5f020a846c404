//! Opening a database and bringing its tables up to date.

mod advice;
mod hosts;
mod migrate;
mod options;
mod postgres;
mod sqlite;
#[cfg(test)]
mod tests;
mod url;

use sqlx::migrate::MigrateError;

pub use options::{OpenOptions, system_clock};
pub use url::{DatabaseUrl, described_url, shown_url};

use super::SqlStore;
use super::keyring::{self, NoKey};
use crate::store::OpenError;
use postgres::open_postgres;
use sqlite::{open_file, open_memory};
use url::redacted;

impl SqlStore {
    /// Opens the database of a URL, `sqlite:PATH`, `sqlite::memory:` or `postgres://…`, creates an SQLite file that does
    /// not exist, and brings the tables up to date. Several nodes may open one Postgres at the same time; an SQLite file
    /// belongs to the process that has it open.
    ///
    /// # Errors
    /// [`OpenError`], whose message is one line that says what to do.
    pub async fn open(url: &str, options: OpenOptions) -> Result<Self, OpenError> {
        let secrets = options.secrets.clone();
        let store = open_up_to_date(url, options).await?;
        match keyring::cipher(&store.database, &secrets).await {
            Ok(cipher) => Ok(Self { cipher, ..store }),
            Err(no_key) => {
                store.database.close().await;
                let url = shown_url(url);
                Err(match no_key {
                    NoKey::Secret(detail) => OpenError::Secret { url, detail },
                    NoKey::Store(error) => OpenError::Unreadable { url, error },
                })
            }
        }
    }

    /// Opens a database as it is, to read it: its tables must be up to date, and no key is made for sealed values.
    pub(super) async fn as_it_is(url: &str, options: OpenOptions) -> Result<Self, OpenError> {
        open_up_to_date(url, OpenOptions { only_reads: true, ..options.with_migrate(false) }).await
    }

    /// Brings the tables of a database up to date and does nothing else. On Postgres this is for a role that may change
    /// tables, where the one that a server has may not.
    ///
    /// # Errors
    /// [`OpenError`], whose message is one line that says what to do.
    pub async fn migrate(url: &str, options: OpenOptions) -> Result<(), OpenError> {
        let store = open_up_to_date(url, options.with_migrate(true)).await?;
        store.close().await;
        Ok(())
    }

    /// Opens an empty SQLite database that lives as long as the store: for tests and trials.
    ///
    /// # Errors
    /// [`OpenError`] if SQLite cannot be used at all.
    pub async fn in_memory() -> Result<Self, OpenError> {
        open_memory(OpenOptions::default()).await
    }
}

/// Opens a database with tables that are up to date.
async fn open_up_to_date(url: &str, options: OpenOptions) -> Result<SqlStore, OpenError> {
    match url.split_once(':') {
        Some(("sqlite", ":memory:")) => open_memory(options).await,
        Some(("sqlite", _)) => open_file(url, options).await,
        Some(("postgres" | "postgresql", _)) => open_postgres(url, options).await,
        _ => Err(OpenError::Url { url: redacted(url), detail: "unknown scheme".to_owned() }),
    }
}

fn migration(url: &str, error: &MigrateError) -> OpenError {
    OpenError::Migration { url: url.to_owned(), detail: migration_detail(error) }
}

/// Why tables cannot be brought up to date.
fn migration_detail(error: &MigrateError) -> String {
    match error {
        MigrateError::VersionMissing(version) => {
            format!(
                "a newer version of this program has already changed them (migration {version} is unknown here); run that one"
            )
        }
        MigrateError::VersionMismatch(version) => {
            format!(
                "migration {version} was applied in another form than this program knows; restore a backup"
            )
        }
        MigrateError::Dirty(version) => {
            format!("migration {version} was broken off half-way; restore a backup")
        }
        MigrateError::ExecuteMigration(error, version) => format!("migration {version} failed: {error}"),
        other => other.to_string(),
    }
}
