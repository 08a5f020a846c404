//! The Postgres that tests use, in this crate and in its folder `tests`.

use std::io::Write as _;

use sqlx::Connection as _;

/// The URL of a new schema in the database of `TEST_POSTGRES_URL`. Without that variable there is none, and whoever asks
/// leaves out what it would test: that is told in a line of its own, past what a test runner captures, so that a run of
/// everything can count it.
pub(crate) async fn postgres_schema() -> Option<String> {
    let Ok(url) = std::env::var("TEST_POSTGRES_URL") else {
        let test = std::thread::current().name().unwrap_or("a test").to_owned();
        let line = format!("skipped: Postgres in {test} (TEST_POSTGRES_URL is not set)\n");
        std::io::stderr().write_all(line.as_bytes()).expect("stderr can be written to");
        return None;
    };
    let schema = format!("test_{}", uuid::Uuid::new_v4().simple());
    let mut connection = sqlx::PgConnection::connect(&url).await.expect("Postgres is there");
    let sql = sqlx::AssertSqlSafe(format!("CREATE SCHEMA {schema}"));
    sqlx::query(sql).execute(&mut connection).await.expect("a schema can be made");
    connection.close().await.expect("the connection ends well");
    let separator = if url.contains('?') { '&' } else { '?' };
    Some(format!("{url}{separator}options[search_path]={schema}"))
}
