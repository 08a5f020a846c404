//! The file that is written anew so that nothing of what was erased is left in it.

use sqlx::{AssertSqlSafe, SqliteConnection};

use super::{Purpose, WriterQueue};
use crate::domain::Subject;
use crate::store::contract::fixture::{actor, content, next_version};
use crate::store::sql::database::Backend;
use crate::store::sql::{OpenOptions, SqlStore};
use crate::store::{Insertion, ReadStore as _, WriteStore as _};

fn writer(store: &SqlStore) -> &WriterQueue {
    let Backend::Sqlite { writer, .. } = &store.database.backend else { panic!("no SQLite") };
    writer
}

async fn temporaries_are_in_memory(connection: &mut SqliteConnection) -> bool {
    let kind: i64 = sqlx::query_scalar("PRAGMA temp_store").fetch_one(connection).await.unwrap();
    kind == 2
}

async fn run_on_the_writer(store: &SqlStore, sql: &'static str) {
    let mut turn = writer(store).turn(Purpose::Bare).await.unwrap();
    sqlx::query(AssertSqlSafe(sql)).execute(turn.connection()).await.unwrap();
}

#[tokio::test]
async fn the_copy_of_a_file_that_is_written_anew_is_not_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("registry.db").display());
    let store = SqlStore::open(&url, OpenOptions::default()).await.unwrap();
    let mut turn = writer(&store).turn(Purpose::Bare).await.unwrap();
    assert!(temporaries_are_in_memory(turn.connection()).await, "where statements are small");
    drop(turn);
    let mut apart =
        writer(&store).connection_apart().await.unwrap().expect("a file takes another connection");
    assert!(!temporaries_are_in_memory(&mut apart).await, "where the file is copied");
    drop(apart);
    // On the connection that writes it would fail now.
    run_on_the_writer(&store, "PRAGMA query_only = ON").await;
    store.database.scrub().await.unwrap();
    run_on_the_writer(&store, "PRAGMA query_only = OFF").await;
    store.close().await;
}

#[tokio::test]
async fn registrations_go_on_before_and_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("registry.db").display());
    for store in
        [SqlStore::open(&url, OpenOptions::default()).await.unwrap(), SqlStore::in_memory().await.unwrap()]
    {
        for version in 1..=3 {
            let (token, new) = next_version(&store, "s", content(&format!("text {version}"))).await.unwrap();
            let inserted = store.insert_version(&token, &new, &actor()).await.unwrap();
            assert!(matches!(inserted, Insertion::Inserted { .. }), "{inserted:?}");
            store.database.scrub().await.unwrap();
            assert_eq!(store.subject(&Subject::parse("s")).await.unwrap().versions.len(), version);
        }
        store.close().await;
    }
}
