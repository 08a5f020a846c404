//! Opening a Postgres database.

use std::sync::Arc;
use std::time::Duration;

use sqlx::{Connection as _, PgConnection, Row as _};
use tokio::time::{Instant, sleep};

use super::OpenOptions;
use super::advice::advice;
use super::hosts::server_options;
use super::migrate::{Migrations, bring_up_to_date};
use super::url::redacted;
use crate::store::OpenError;
use crate::store::observer::NoObserver;
use crate::store::sql::SqlStore;
use crate::store::sql::cipher::Cipher;
use crate::store::sql::connections::Connections;
use crate::store::sql::database::Backend;
use crate::store::sql::group_commit::{GroupCommit, calls_in_all};
use crate::store::sql::proxy::Sending;
use crate::store::sql::server::{Server, is_away, is_full};
use crate::store::sql::timeline::TimelineFollower;

/// The pause between attempts to reach a server that is not up yet.
const PAUSE: Duration = Duration::from_millis(200);

/// The question to a server before anything else, asked in one exchange without a prepared statement.
const FIRST_LOOK: &str = "SELECT current_setting('default_transaction_isolation'), current_schema()::text";

/// Connects, brings the tables up to date and prepares the connections.
pub(super) async fn open_postgres(url: &str, options: OpenOptions) -> Result<SqlStore, OpenError> {
    let shown = redacted(url);
    let server_options =
        server_options(url, &options).map_err(|detail| OpenError::Url { url: shown.clone(), detail })?;
    let server = Server::new(server_options, Sending::new(options.proxy));
    let connect =
        |error: sqlx::Error| OpenError::Connect { url: shown.clone(), detail: advice(&error, &options) };
    let mut first = first_connection(&server, options.wait).await.map_err(connect)?;
    server.sending.find_out(&server, &mut first).await.map_err(connect)?;
    let looked = sqlx::raw_sql(FIRST_LOOK).fetch_one(&mut first).await;
    let looked = looked.and_then(|row| Ok((row.try_get(0)?, row.try_get(1)?)));
    let (isolation, schema): (String, Option<String>) = looked.map_err(connect)?;
    if isolation != "read committed" {
        let detail = format!(
            "default_transaction_isolation is '{isolation}' for this user; writes here need 'read committed'"
        );
        return Err(OpenError::Connect { url: shown, detail });
    }
    let schema = schema.ok_or_else(|| OpenError::Connect {
        url: shown.clone(),
        detail: "its search_path names no schema that exists, or none that this user may use: GRANT USAGE ON SCHEMA"
            .to_owned(),
    })?;
    let migrations = if options.migrate { Migrations::Run } else { Migrations::Demand };
    bring_up_to_date(&mut first, &schema, migrations)
        .await
        .map_err(|detail| OpenError::Migration { url: shown.clone(), detail })?;
    let timeline = TimelineFollower::new(&schema, options.skipped_ids, options.clock.clone());
    if !options.only_reads {
        timeline.follow(&mut first).await.map_err(connect)?;
        server.follow_timeline(timeline);
    }
    first.close().await.map_err(connect)?;
    let pool = Connections::new(server.into(), options.max_connections.max(1), options.acquire_timeout);
    let group_commit = Arc::new(GroupCommit::new(calls_in_all(pool.size())));
    Ok(SqlStore {
        database: Arc::new(Backend::Postgres { pool, schema: schema.into() }.into()),
        cipher: Cipher::default(),
        clock: options.clock,
        observer: Arc::new(NoObserver),
        group_commit,
        guard: None,
    })
}

/// The first connection. A server that is not up yet is waited for, a refusal is told at once.
async fn first_connection(server: &Server, wait: Duration) -> Result<PgConnection, sqlx::Error> {
    let deadline = Instant::now() + wait;
    let mut is_told = false;
    loop {
        match server.connect().await {
            Err(error) if (is_away(&error) || is_full(&error)) && Instant::now() + PAUSE < deadline => {
                if !is_told {
                    tracing::warn!(%error, "waiting for the database (database.wait.ms)");
                }
                is_told = true;
                sleep(PAUSE).await;
            }
            result => return result.map(|(_, connection)| connection),
        }
    }
}
