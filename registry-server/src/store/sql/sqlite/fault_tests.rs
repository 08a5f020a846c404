//! Faults that are brought about on a real file: what is told, and that writes go on after them.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, SqliteConnection};
use tempfile::TempDir;

use super::{Purpose, Turn};
use crate::domain::{Mode, Subject, Version};
use crate::store::contract::fixture::{actor, content, next_version};
use crate::store::sql::cipher::Cipher;
use crate::store::sql::database::Backend;
use crate::store::sql::encode::ContentColumns;
use crate::store::sql::group_commit::Registration;
use crate::store::sql::{OpenOptions, SqlStore};
use crate::store::{Insertion, NewVersion, Put, ReadStore as _, StoreError, Token, WriteStore as _};

/// A store in a file, and one in memory.
struct Place {
    store: SqlStore,
    file: Option<PathBuf>,
    _folder: TempDir,
}

async fn file() -> Place {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("registry.db");
    let options = OpenOptions::default().with_acquire_timeout(Duration::from_millis(600));
    let store = SqlStore::open(&format!("sqlite:{}", path.display()), options).await.unwrap();
    Place { store, file: Some(path), _folder: folder }
}

async fn memory() -> Place {
    let folder = tempfile::tempdir().unwrap();
    Place { store: SqlStore::in_memory().await.unwrap(), file: None, _folder: folder }
}

impl Place {
    /// The connection that writes.
    async fn writer(&self) -> Turn {
        let Backend::Sqlite { writer, .. } = &self.store.database.backend else { panic!("no SQLite") };
        writer.turn(Purpose::Bare).await.unwrap()
    }

    async fn write(&self, subject: &str) -> Result<Put, StoreError> {
        let subject = Subject::parse(subject);
        let token = self.store.scope(&subject).await?.token.clone();
        self.store.put_mode(&token, &subject, Some(Mode::ReadOnly), &actor()).await
    }

    /// Makes all of these at the same time. They are patient, however slow this machine is.
    async fn insert(&self, registrations: &[(Token, NewVersion)]) -> Vec<Result<Insertion, StoreError>> {
        let asked = Instant::now() + Duration::from_secs(3600);
        let insert = |(token, new): &(Token, NewVersion)| {
            let columns = ContentColumns::of(&new.content, &Cipher::default()).unwrap();
            let (expected, new, version) = (token.clone(), new.clone(), Version::FIRST);
            let registration = Registration { expected, new, columns, version, now: 0, actor: None, asked };
            self.store.group_commit.insert(self.store.way(), registration)
        };
        join_all(registrations.iter().map(insert)).await
    }

    async fn mode(&self, subject: &str) -> Option<Mode> {
        self.store.scope(&Subject::parse(subject)).await.unwrap().own.mode
    }

    /// A process of its own, as far as SQLite can tell.
    async fn other(&self) -> SqliteConnection {
        let path = self.file.as_ref().expect("a file");
        sqlx::sqlite::SqliteConnectOptions::new().filename(path).connect().await.unwrap()
    }
}

/// A way to make the next write fail.
#[derive(Clone, Copy, Debug)]
enum Injection {
    /// The file must not grow.
    Full,
    /// The connection must not write.
    ReadOnly,
    /// Every statement is broken off after so many steps.
    Interrupt(i32),
    /// COMMIT rolls back.
    Commit,
    /// The transaction ends behind the writer's back.
    Rollback,
}

impl Injection {
    const ALL: [Self; 6] =
        [Self::Full, Self::ReadOnly, Self::Interrupt(1), Self::Interrupt(20), Self::Commit, Self::Rollback];

    async fn begin(self, connection: &mut SqliteConnection) {
        let sql = match self {
            // The least that SQLite takes is what the file has.
            Self::Full => "PRAGMA max_page_count = 1",
            Self::ReadOnly => "PRAGMA query_only = ON",
            Self::Rollback => {
                "CREATE TEMP TRIGGER undo BEFORE INSERT ON main.change_log BEGIN SELECT RAISE(ROLLBACK, 'undone'); END"
            }
            Self::Interrupt(steps) => {
                connection.lock_handle().await.unwrap().set_progress_handler(steps, || false);
                return;
            }
            Self::Commit => {
                connection.lock_handle().await.unwrap().set_commit_hook(|| false);
                return;
            }
        };
        sqlx::query(AssertSqlSafe(sql)).execute(connection).await.unwrap();
    }

    async fn end(self, connection: &mut SqliteConnection) {
        let sql = match self {
            Self::Full => "PRAGMA max_page_count = 1000000",
            Self::ReadOnly => "PRAGMA query_only = OFF",
            Self::Rollback => "DROP TRIGGER IF EXISTS temp.undo",
            Self::Interrupt(_) => {
                connection.lock_handle().await.unwrap().remove_progress_handler();
                return;
            }
            Self::Commit => {
                connection.lock_handle().await.unwrap().remove_commit_hook();
                return;
            }
        };
        sqlx::query(AssertSqlSafe(sql)).execute(connection).await.unwrap();
    }

    /// The message for the write that meets it; of the file's faults, without a path or a code. `None` if the write is told
    /// nothing: a transaction that cannot even begin is begun once more on another connection.
    fn told(self, is_file: bool) -> Option<&'static str> {
        Some(match self {
            Self::ReadOnly | Self::Interrupt(1) if is_file => return None,
            Self::Full => "the database takes no writes: its disk is full",
            Self::ReadOnly => "the database takes no writes: its file, folder or file system is read-only",
            Self::Interrupt(_) => "the database is not available: a statement was broken off",
            Self::Commit | Self::Rollback => "the database failed: ",
        })
    }
}

#[tokio::test]
async fn a_write_that_fails_leaves_nothing_and_the_next_one_goes_through() {
    for is_file in [true, false] {
        for injection in Injection::ALL {
            let what = format!("{injection:?} {}", if is_file { "in a file" } else { "in memory" });
            let place = if is_file { file().await } else { memory().await };
            assert_eq!(place.write("before").await.unwrap(), Put::Written, "{what}");
            let mut turn = place.writer().await;
            injection.begin(turn.connection()).await;
            drop(turn);
            // Enough that a file must grow, whatever free pages it has.
            let subject = "s".repeat(20_000);
            let result = place.write(&subject).await;
            match injection.told(is_file) {
                None => assert_eq!(result.unwrap(), Put::Written, "{what}"),
                Some(told) => {
                    let error = result.unwrap_err().to_string();
                    assert!(error.starts_with(told), "{what}: {error}");
                    if is_file {
                        assert_eq!(place.mode("before").await, Some(Mode::ReadOnly), "{what}: reads go on");
                    }
                }
            }
            let mut turn = place.writer().await;
            injection.end(turn.connection()).await;
            drop(turn);
            let expected = injection.told(is_file).is_none().then_some(Mode::ReadOnly);
            assert_eq!(place.mode(&subject).await, expected, "{what}");
            assert_eq!(place.write(&subject).await.unwrap(), Put::Written, "{what}");
            assert_eq!(place.mode(&subject).await, Some(Mode::ReadOnly), "{what}");
        }
    }
}

#[tokio::test]
async fn a_fault_in_one_write_fails_all_of_its_transaction_and_none_after_it() {
    for injection in [Injection::Full, Injection::Interrupt(20), Injection::Rollback] {
        let place = file().await;
        let mut turn = place.writer().await;
        injection.begin(turn.connection()).await;
        // All of them wait for this turn and so for the same transaction.
        let writes = (0..8).map(|number| {
            let subject = format!("{number}{}", "s".repeat(20_000));
            let place = &place;
            async move { (place.write(&subject).await, subject) }
        });
        let release = async {
            tokio::time::sleep(Duration::from_millis(50)).await;
            drop(turn);
        };
        let (results, ()) = tokio::join!(futures_util::future::join_all(writes), release);
        let failed = results.iter().filter(|(result, _)| result.is_err()).count();
        assert!(failed >= 1, "{injection:?}");
        for (result, subject) in &results {
            let expected = result.is_ok().then_some(Mode::ReadOnly);
            assert_eq!(
                place.mode(subject).await,
                expected,
                "{injection:?}: acknowledged and there, or neither"
            );
        }
        for (_, subject) in &results {
            let mut turn = place.writer().await;
            injection.end(turn.connection()).await;
            drop(turn);
            assert_eq!(place.write(subject).await.unwrap(), Put::Written, "{injection:?}");
        }
    }
}

#[tokio::test]
async fn registrations_that_meet_a_fault_are_told_and_there_or_neither_and_go_on_after_it() {
    for is_file in [true, false] {
        for injection in Injection::ALL {
            for count in [1, 8] {
                let what =
                    format!("{injection:?}, {count}, {}", if is_file { "in a file" } else { "in memory" });
                let place = if is_file { file().await } else { memory().await };
                let mut registrations = Vec::new();
                for number in 0..count {
                    // Enough that a file must grow, whatever free pages it has.
                    let text = format!("{number}{}", "s".repeat(20_000));
                    let subject = format!("s{number}");
                    registrations.push(next_version(&place.store, &subject, content(&text)).await.unwrap());
                }
                let mut turn = place.writer().await;
                injection.begin(turn.connection()).await;
                drop(turn);
                let results = place.insert(&registrations).await;
                let mut turn = place.writer().await;
                injection.end(turn.connection()).await;
                drop(turn);
                // What was refused for a group is tried one by one, on another connection if there is one.
                let told = injection.told(is_file);
                let is_tried_again = is_file && count > 1 && told == Some("the database failed: ");
                for ((_, new), result) in registrations.iter().zip(&results) {
                    let is_there = !place.store.subject(&new.subject).await.unwrap().versions.is_empty();
                    match (result, told) {
                        (Ok(Insertion::Inserted { .. }), told) if told.is_none() || is_tried_again => {
                            assert!(is_there, "{what}: acknowledged and not there");
                        }
                        (Err(error), Some(told)) => {
                            assert!(error.to_string().starts_with(told), "{what}: {error}");
                            assert!(!is_there, "{what}: it failed and is there");
                        }
                        other => panic!("{what}: {other:?}"),
                    }
                }
                let failed: Vec<_> =
                    registrations.into_iter().zip(&results).filter(|(_, result)| result.is_err()).collect();
                let failed: Vec<_> = failed.into_iter().map(|(registration, _)| registration).collect();
                // The view and its trigger are there again.
                for result in place.insert(&failed).await {
                    assert!(matches!(result, Ok(Insertion::Inserted { .. })), "{what}: {result:?}");
                }
                assert_eq!(place.store.changes(0, 100).await.unwrap().len(), count, "{what}");
            }
        }
    }
}

#[tokio::test]
async fn a_lock_of_another_process_is_waited_for_and_then_told() {
    let place = file().await;
    place.write("s").await.unwrap();
    let mut other = place.other().await;
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    // Those in the queue do not wait one after the other.
    let begin = std::time::Instant::now();
    let subjects = ["a", "b", "c", "d"];
    let results = futures_util::future::join_all(subjects.map(|subject| place.write(subject))).await;
    for result in results {
        assert_eq!(
            result.unwrap_err().to_string(),
            "the database takes no writes: another process has locked its file"
        );
    }
    // The patience of this store is 0.6 s; four times as much would be 2.4 s.
    assert!(begin.elapsed() < Duration::from_secs(2), "{:?}", begin.elapsed());
    assert_eq!(place.mode("s").await, Some(Mode::ReadOnly), "reads go on");
    let unlock = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        sqlx::query("COMMIT").execute(&mut other).await.unwrap();
    };
    let (written, ()) = tokio::join!(place.write("a"), unlock);
    assert_eq!(written.unwrap(), Put::Written, "a lock that goes in time is waited for");
    other.close().await.unwrap();
}

#[tokio::test]
async fn a_closed_store_says_so() {
    let place = file().await;
    let subject = Subject::parse("s");
    let token = place.store.scope(&subject).await.unwrap().token.clone();
    place.store.close().await;
    let error = place.store.put_mode(&token, &subject, None, &actor()).await.unwrap_err();
    assert_eq!(error.to_string(), "the database is not available: it was closed");
}
