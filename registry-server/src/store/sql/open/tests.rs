//! Errors of opening a database, as people see them.

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

/// Another way to a file, and what it does before the second server starts.
enum SecondWay {
    SymbolicLink,
    LinkOfLink,
    HardLink,
    FolderLink,
    Dots,
    LockFileRemoved,
    /// Another database was moved to the place of the one in use.
    Replaced,
}

#[tokio::test]
async fn a_file_in_use_is_met_on_every_way_to_it() {
    use SecondWay as W;
    for way in
        [W::SymbolicLink, W::LinkOfLink, W::HardLink, W::FolderLink, W::Dots, W::LockFileRemoved, W::Replaced]
    {
        let folder = tempfile::tempdir().unwrap();
        let (place, elsewhere) = (folder.path().join("data"), folder.path().join("elsewhere"));
        std::fs::create_dir_all(&elsewhere).unwrap();
        let path = place.join("registry.db");
        let store = open(&format!("sqlite:{}", path.display())).await.unwrap();
        let link = elsewhere.join("link.db");
        let other = match way {
            W::SymbolicLink => {
                std::os::unix::fs::symlink(&path, &link).unwrap();
                link
            }
            W::LinkOfLink => {
                std::os::unix::fs::symlink(&path, &link).unwrap();
                std::os::unix::fs::symlink("link.db", elsewhere.join("second.db")).unwrap();
                elsewhere.join("second.db")
            }
            W::HardLink => {
                std::fs::hard_link(&path, &link).unwrap();
                link
            }
            W::FolderLink => {
                std::os::unix::fs::symlink(&place, elsewhere.join("place")).unwrap();
                elsewhere.join("place/registry.db")
            }
            W::Dots => elsewhere.join("../data/./registry.db"),
            W::LockFileRemoved => {
                std::fs::remove_file(place.join("registry.db.lock")).unwrap();
                path.clone()
            }
            W::Replaced => {
                std::fs::write(&link, "").unwrap();
                std::fs::rename(&link, &path).unwrap();
                path.clone()
            }
        };
        let message = refusal(&format!("sqlite:{}", other.display())).await;
        assert_eq!(
            message,
            format!(
                "the database file {} is in use by another process; stop it, or give this one another file",
                other.display()
            )
        );
        store.ping().await.unwrap();
        store.close().await;
        open(&format!("sqlite:{}", other.display())).await.unwrap().close().await;
    }
}

#[tokio::test]
async fn files_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("new/deep");
    let path = place.join("registry.db");
    let store = open(&format!("sqlite:{}", path.display())).await.unwrap();
    let mut names = Vec::new();
    for entry in std::fs::read_dir(&place).unwrap() {
        let file = entry.unwrap().path();
        assert_eq!(mode(&file), 0o600, "{}", file.display());
        names.push(file.file_name().unwrap().to_string_lossy().into_owned());
    }
    names.sort();
    assert_eq!(names, ["registry.db", "registry.db-shm", "registry.db-wal", "registry.db.lock"]);
    assert_eq!((mode(&place), mode(&folder.path().join("new"))), (0o700, 0o700));
    store.close().await;
    // What an operator has chosen stays.
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    let store = open(&format!("sqlite:{}", path.display())).await.unwrap();
    assert_eq!((mode(&path), mode(&place.join("registry.db-wal"))), (0o640, 0o640));
    store.close().await;
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
