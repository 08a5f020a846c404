//! What opening a database answers to a person.

use super::{OpenOptions, SqlStore};
use crate::domain::Subject;
use crate::store::{OpenError, ReadStore as _, WriteStore as _};

async fn open(url: &str) -> Result<SqlStore, OpenError> {
    SqlStore::open(url, OpenOptions::default()).await
}

async fn refusal(url: &str) -> String {
    let message = open(url).await.unwrap_err().to_string();
    assert!(!message.contains('\n'), "one line: {message}");
    message
}

#[tokio::test]
async fn a_file_is_created_with_its_folder_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("new/deep/registry.db").display());
    let store = open(&url).await.unwrap();
    let state = store.subject(&Subject::parse("s")).await.unwrap();
    let put = store
        .put_mode(
            &state.scope.token,
            &Subject::parse("s"),
            Some(crate::domain::Mode::ReadOnly),
            &crate::store::Actor(None),
        )
        .await
        .unwrap();
    assert_eq!(put, crate::store::Put::Written);
    store.close().await;
    drop(store);
    let store = open(&url).await.unwrap();
    let scope = store.scope(&Subject::parse("s")).await.unwrap();
    assert_eq!(scope.own.mode, Some(crate::domain::Mode::ReadOnly));
}

#[tokio::test]
async fn a_file_belongs_to_one_process() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("registry.db");
    let url = format!("sqlite:{}", path.display());
    let first = open(&url).await.unwrap();
    assert_eq!(
        refusal(&url).await,
        format!(
            "the database file {} is in use by another process; stop it, or give this one another file",
            path.display()
        )
    );
    drop(first);
    open(&url).await.unwrap();
}

#[tokio::test]
async fn a_file_stays_open_to_a_backup() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("registry.db");
    let store = open(&format!("sqlite:{}", path.display())).await.unwrap();
    let other = sqlx::SqlitePool::connect(&format!("sqlite:{}", path.display())).await.unwrap();
    let check: String = sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&other).await.unwrap();
    assert_eq!(check, "ok");
    let copy = folder.path().join("copy.db");
    sqlx::query("VACUUM INTO $1").bind(copy.display().to_string()).execute(&other).await.unwrap();
    store.ping().await.unwrap();
    open(&format!("sqlite:{}", copy.display())).await.unwrap();
}

#[tokio::test]
async fn what_is_no_database_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("text.db");
    std::fs::write(
        &text,
        "this is a text, not a database, and long enough to look at for a header".repeat(20),
    )
    .unwrap();
    let text = text.display().to_string();
    let blocked = format!("{text}/registry.db");
    let folder = folder.path().display().to_string();
    for (url, expected) in [
        (format!("sqlite:{text}"), format!("cannot open the database file {text}: ")),
        (
            format!("sqlite:{folder}"),
            format!("cannot open the database file {folder}: it is a folder; name a file"),
        ),
        (
            format!("sqlite:{blocked}"),
            format!("cannot open the database file {blocked}: cannot create the folder "),
        ),
        ("mysql://u:secret@h/d".to_owned(), "'mysql://u@h/d' is not a database URL: allowed are ".to_owned()),
        ("nonsense".to_owned(), "'nonsense' is not a database URL: allowed are ".to_owned()),
        (
            "postgres://u:secret@127.0.0.1:1/d".to_owned(),
            "cannot connect to postgres://u@127.0.0.1:1/d: ".to_owned(),
        ),
    ] {
        let message = refusal(&url).await;
        assert!(message.starts_with(&expected), "{url}: {message}");
        assert!(!message.contains("secret"), "{message}");
    }
}

#[tokio::test]
async fn tables_of_another_version_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("registry.db");
    let url = format!("sqlite:{}", path.display());
    for (change, expected) in [
        (
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
             VALUES (9000, 'of the future', TRUE, x'00', 0)",
            "a newer version of this program has already changed them (migration 9000 is unknown here); run that one",
        ),
        (
            "UPDATE _sqlx_migrations SET success = FALSE WHERE version = 1",
            "migration 1 was broken off half-way; restore a backup",
        ),
        (
            "UPDATE _sqlx_migrations SET success = TRUE, checksum = x'00' WHERE version = 1",
            "migration 1 was applied in another form than this program knows; restore a backup",
        ),
    ] {
        let _ = open(&url).await;
        let other = sqlx::SqlitePool::connect(&url).await.unwrap();
        sqlx::query(change).execute(&other).await.unwrap();
        other.close().await;
        assert_eq!(refusal(&url).await, format!("cannot bring the tables of {url} up to date: {expected}"));
        let other = sqlx::SqlitePool::connect(&url).await.unwrap();
        sqlx::query("DELETE FROM _sqlx_migrations WHERE version = 9000").execute(&other).await.unwrap();
        other.close().await;
    }
}
