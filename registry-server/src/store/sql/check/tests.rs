//! A check of databases that are as they should be, and of ones that were damaged.

use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};

use super::{CheckReport, check_database};
use crate::domain::{Context, Mode, SchemaId};
use crate::store::contract::fixture::{Fixture, actor, content, next_version};
use crate::store::sql::OpenOptions;
use crate::store::{OpenError, WriteStore as _};

/// A registry in a file, with something of everything, and its URL.
async fn registry() -> (Fixture, String) {
    let fixture = Fixture::sqlite_file().await.unwrap();
    fixture.register("target", "a").await;
    fixture.register("target", "b").await;
    fixture.register_with("s", content("c"), &[("target", 2)]).await;
    fixture.register(":.c:s", "c").await;
    fixture.delete("s", 1).await;
    fixture.register("purged", "d").await;
    fixture.delete("purged", 1).await;
    fixture.purge("purged", 1).await;
    fixture.put_mode("imported", Some(Mode::Import)).await;
    fixture.import("imported", 7, 100, "e").await;
    fixture.register("erased", "secret").await;
    fixture.delete("erased", 1).await;
    fixture.purge("erased", 1).await;
    let default = Context::default_context();
    fixture.store().writes.erase(&default, SchemaId::new(101).unwrap(), &actor()).await.unwrap();
    let url = fixture.url().unwrap();
    (fixture, url)
}

async fn check(url: &str) -> CheckReport {
    check_database(url, OpenOptions::default()).await.unwrap()
}

async fn damage(url: &str, sql: &str) {
    let file = url.trim_start_matches("sqlite:");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file).foreign_keys(false);
    let mut connection = options.connect().await.unwrap();
    let done = sqlx::query(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
    assert!(done.rows_affected() > 0, "{sql}");
    connection.close().await.unwrap();
}

#[tokio::test]
async fn a_registry_is_found_sound_while_it_is_in_use() {
    let (fixture, url) = registry().await;
    let report = check(&url).await;
    assert_eq!(report.findings, Vec::<String>::new());
    assert_eq!((report.contents, report.versions), (7, 5));
    assert!(report.changes > 10, "{}", report.changes);
    // It has not kept the registry from writing.
    fixture.register("after", "z").await;
    assert_eq!(check(&url).await.versions, 6);
}

#[tokio::test]
async fn each_damage_is_found() {
    for (sql, found) in [
        (
            "UPDATE contexts SET last_id = 50 WHERE name = '.'",
            "id 100 in context .: it is above the highest id",
        ),
        (
            "UPDATE contents SET body = 'x' WHERE purged = 1",
            ": it was purged, and its content is still there",
        ),
        (
            "UPDATE contents SET purged = 1 WHERE id = 100",
            "version 7 of subject imported in context .: the content of its id was purged",
        ),
        (
            "UPDATE contents SET body = 'x' WHERE id = 100",
            "id 100 in context .: its content is not the one that its digest was made of",
        ),
        (
            "UPDATE contents SET refs = '[' WHERE id = 100",
            "id 100 in context .: the database holds something unreadable in contents.refs",
        ),
        (
            "UPDATE contents SET schema_type = 'XML' WHERE id = 100",
            "id 100 in context .: the database holds something unreadable",
        ),
        ("UPDATE contents SET id = -5 WHERE id = 101", "id -5 in context .: an id is a number from 0"),
        (
            "UPDATE versions SET version = 0 WHERE subject = 'imported'",
            "version 0 of subject imported in context .: the number of a version",
        ),
        (
            "UPDATE versions SET written = 4000 WHERE subject = 'imported'",
            "version 7 of subject imported in context .: it was written by a change that the log does not have",
        ),
        (
            "DELETE FROM subjects WHERE name = 'target'",
            "version 1 of subject target in context .: its subject has no revision",
        ),
        (
            "UPDATE subjects SET revision = 4000 WHERE name = 'target'",
            "subject target in context .: its revision is above",
        ),
        (
            "UPDATE settings SET revision = 4000",
            "the settings of subject imported in context .: their revision is above",
        ),
        (
            "UPDATE current_ids SET id = 1 WHERE id = 2 AND context = '.'",
            "id 1 in context .: registrations of a content would take it",
        ),
        // What foreign keys hold is found by SQLite itself.
        (
            "DELETE FROM contents WHERE id = 100",
            "of table versions: it refers to a row of table contents that is not there",
        ),
        (
            "DELETE FROM versions WHERE subject = 'target' AND version = 2",
            "of table version_references: it refers to a row of table versions",
        ),
    ] {
        let (_fixture, url) = registry().await;
        damage(&url, sql).await;
        let findings = check(&url).await.findings;
        assert!(findings.iter().any(|line| line.contains(found)), "{sql}: {findings:?}");
    }
}

#[tokio::test]
async fn what_is_broken_throughout_is_told_a_hundred_times() {
    let fixture = Fixture::sqlite_file().await.unwrap();
    for number in 0..120 {
        fixture.register(&format!("s{number}"), &format!("text {number}")).await;
    }
    let url = fixture.url().unwrap();
    damage(&url, "UPDATE contents SET body = body || '!'").await;
    assert_eq!(check(&url).await.findings.len(), 100);
}

#[tokio::test]
async fn a_damaged_file_is_told_as_one() {
    let (fixture, url) = registry().await;
    for number in 0..200 {
        fixture.register("many", &format!("{number} {}", "x".repeat(500))).await;
    }
    fixture.store().reads.close().await;
    let file = url.trim_start_matches("sqlite:");
    let mut bytes = std::fs::read(file).unwrap();
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 8192].fill(0x5a);
    std::fs::write(file, bytes).unwrap();
    let report = check(&url).await;
    assert!(!report.findings.is_empty());
    assert!(
        report.findings.iter().all(|line| line.starts_with("the file: ") || line.starts_with("a row ")),
        "{report:?}"
    );
}

#[tokio::test]
async fn what_is_no_registry_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("none.db");
    let url = format!("sqlite:{}", path.display());
    let error = check_database(&url, OpenOptions::default()).await.unwrap_err();
    assert!(matches!(error, OpenError::File { .. }), "{error}");
    assert!(!path.exists(), "nothing is made");
    std::fs::write(&path, "").unwrap();
    let error = check_database(&url, OpenOptions::default()).await.unwrap_err().to_string();
    assert!(error.contains("they are of version 0 and this program checks version "), "{error}");
    let error = check_database("sqlite::memory:", OpenOptions::default()).await.unwrap_err();
    assert!(matches!(error, OpenError::Url { .. }), "{error}");
}

#[tokio::test]
async fn a_registry_on_postgres_is_checked_by_the_same_rules() {
    let Some(url) = crate::store::contract::fixture::postgres_schema().await else { return };
    let store = crate::store::sql::SqlStore::open(&url, OpenOptions::default()).await.unwrap();
    let (token, new) = next_version(&store, "s", content("a")).await.unwrap();
    store.insert_version(&token, &new, &actor()).await.unwrap();
    let report = check(&url).await;
    assert_eq!((report.findings.len(), report.contents, report.versions), (0, 1, 1), "{report:?}");
    let mut connection = sqlx::PgConnection::connect(&url).await.unwrap();
    sqlx::query("UPDATE contents SET body = 'x'").execute(&mut connection).await.unwrap();
    sqlx::query("UPDATE contexts SET last_id = 0").execute(&mut connection).await.unwrap();
    let findings = check(&url).await.findings;
    assert_eq!(findings.len(), 2, "{findings:?}");
}
