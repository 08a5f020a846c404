//! Opening a Postgres database.

use std::str::FromStr;
use std::sync::Arc;

use registry_migrations::POSTGRES;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};

use super::shown_url::redacted;
use super::{OpenOptions, migration};
use crate::store::OpenError;
use crate::store::observer::NoObserver;
use crate::store::sql::SqlStore;
use crate::store::sql::cipher::Cipher;
use crate::store::sql::connections::Connections;
use crate::store::sql::database::Backend;
use crate::store::sql::server::Server;

/// Connects, brings the tables up to date and prepares the connections.
pub(super) async fn open_postgres(url: &str, options: OpenOptions) -> Result<SqlStore, OpenError> {
    let shown = redacted(url);
    let parsed = PgConnectOptions::from_str(url)
        .map_err(|error| OpenError::Url { url: shown.clone(), detail: error.to_string() })?;
    let connect = |error: sqlx::Error| OpenError::Connect { url: shown.clone(), detail: error.to_string() };
    let parsed = match parsed.get_application_name() {
        Some(_) => parsed,
        None => parsed.application_name("schema-registry"),
    };
    // Later a server that starts up is waited for; now a wrong address is told at once.
    let mut first = parsed.connect().await.map_err(connect)?;
    let isolation: String = sqlx::query_scalar("SHOW default_transaction_isolation")
        .fetch_one(&mut first)
        .await
        .map_err(connect)?;
    if isolation != "read committed" {
        let detail = format!(
            "default_transaction_isolation is '{isolation}' for this user; writes here need 'read committed'"
        );
        return Err(OpenError::Connect { url: shown, detail });
    }
    // The migrator takes an advisory lock, so of several nodes one migrates and the others wait.
    POSTGRES.run(&mut first).await.map_err(|error| migration(&shown, &error))?;
    let schema: Option<String> =
        sqlx::query_scalar("SELECT current_schema()::text").fetch_one(&mut first).await.map_err(connect)?;
    first.close().await.map_err(connect)?;
    let server =
        Server::new(parsed, options.connect_timeout, options.statement_timeout, options.outage_deadline);
    let pool = Connections::new(server.into(), options.max_connections.max(1), options.acquire_timeout);
    let schema = schema.ok_or_else(|| OpenError::Connect {
        url: shown.clone(),
        detail: "its search_path names no schema that exists".to_owned(),
    })?;
    Ok(SqlStore {
        database: Backend::Postgres { pool, schema }.into(),
        cipher: Cipher::default(),
        clock: options.clock,
        observer: Arc::new(NoObserver),
        guard: None,
    })
}
