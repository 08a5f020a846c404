//! The operator's commands, run as an operator runs them, on SQLite and on Postgres when `TEST_POSTGRES_URL` names one.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

use registry_server::domain::{Subject, Version, VersionSelector};
use registry_server::http;
use registry_server::server::open_store;
use registry_server::service::{RegisterOptions, Registry, SchemaRequest};
use registry_server::store::{Actor, Change, ChangeKind, Store};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection as _};

use crate::support::{Api, patient, postgres_schema, settings};

/// A database that outlives the processes that use it.
pub(crate) struct Place {
    pub(crate) url: String,
    pub(crate) folder: tempfile::TempDir,
}

pub(crate) async fn places() -> Vec<Place> {
    let folder = || tempfile::tempdir().expect("a folder can be made");
    let sqlite = folder();
    let url = format!("sqlite:{}", sqlite.path().join("registry.db").display());
    let mut places = vec![Place { url, folder: sqlite }];
    places.extend(postgres_schema().await.map(|url| Place { url, folder: folder() }));
    places
}

impl Place {
    fn is_sqlite(&self) -> bool {
        self.url.starts_with("sqlite:")
    }

    async fn store(&self) -> Store {
        open_store(&self.url, patient()).await.expect("the database opens")
    }

    /// Runs the command with these words.
    fn run(&self, words: &str) -> Output {
        Command::new(env!("CARGO_BIN_EXE_registry-server"))
            .args(words.split(' '))
            .args(["--database-url", &self.url])
            .env_clear()
            .output()
            .expect("the command runs")
    }

    /// What a command that must succeed prints.
    pub(crate) fn told(&self, words: &str) -> String {
        let output = self.run(words);
        assert!(output.status.success(), "{words}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    }

    /// The one line that a command that must fail prints.
    pub(crate) fn refused(&self, words: &str) -> String {
        let output = self.run(words);
        assert_eq!(output.status.code(), Some(1), "{words}");
        let line = String::from_utf8(output.stderr).expect("text");
        assert_eq!(line.lines().count(), 1, "{line}");
        line
    }

    fn changes(&self) -> Vec<Value> {
        let lines = self.told("changes");
        lines.lines().map(|line| serde_json::from_str(line).expect("each line is an object")).collect()
    }

    /// The positions of changes of a kind.
    pub(crate) fn positions(&self, kind: &str) -> Vec<i64> {
        let of_kind = |change: &Value| (change["kind"] == kind).then(|| change["change"].as_i64())?;
        self.changes().iter().filter_map(of_kind).collect()
    }
}

fn registry(store: Store) -> Registry {
    Registry::new(store, Arc::new(settings(&[])))
}

async fn register(registry: &Registry, subject: &str, name: &str) {
    let schema = format!(r#"{{"type":"record","name":"{name}","fields":[]}}"#);
    let request = SchemaRequest { schema: Some(schema), ..SchemaRequest::default() };
    registry
        .register(&Subject::parse(subject), &request, &RegisterOptions::default())
        .await
        .expect("registered");
}

async fn delete(registry: &Registry, subject: &str) {
    for permanent in [false, true] {
        registry
            .delete_subject(&Subject::parse(subject), permanent, &Actor::default())
            .await
            .expect("deleted");
    }
}

#[tokio::test]
async fn a_mistaken_purge_is_found_in_the_log_and_taken_back() {
    for place in places().await {
        let store = place.store().await;
        let registry = registry(store.clone());
        register(&registry, "orders", "Order").await;
        let subject = Subject::parse("orders");
        registry.delete_subject(&subject, false, &Actor::default()).await.expect("deleted");
        let before = store.reads.subject(&subject).await.expect("read").versions[0].clone();
        registry.delete_subject(&subject, true, &Actor::default()).await.expect("purged");
        store.close().await;

        let purge = place.positions("purge")[0];
        let told = place.told(&format!("restore --change {purge}"));
        assert!(told.contains("restored version 1 of subject 'orders': soft-deleted, as it was"), "{told}");
        let store = place.store().await;
        let after = store.reads.subject(&subject).await.expect("read").versions[0].clone();
        assert_eq!(before, after, "id, version, content and times");
        let registry = self::registry(store.clone());
        let one = VersionSelector::Number(Version::FIRST);
        registry.restore_version(&subject, one, &Actor::default()).await.expect("restored");
        assert!(!store.reads.subject(&subject).await.expect("read").versions[0].deleted);
        store.close().await;

        let change =
            place.changes().into_iter().find(|change| change["after"]["purge"] == purge).expect("a row");
        assert_eq!((&change["actor"], &change["kind"]), (&"operator".into(), &"restore".into()));
        let line = place.refused(&format!("restore --change {purge}"));
        assert!(
            line.contains("subject 'orders' has a version 1 by now") && line.contains("delete it"),
            "{line}"
        );
    }
}

#[tokio::test]
async fn what_is_refused_is_told_with_what_to_do() {
    for place in places().await {
        let store = place.store().await;
        let registry = registry(store.clone());
        register(&registry, "kept", "Kept").await;
        register(&registry, "gone", "Gone").await;
        delete(&registry, "gone").await;
        registry
            .set_mode(&Subject::parse("gone"), Some("READONLY"), false, &Actor::default())
            .await
            .expect("set");
        store.close().await;
        let purge = place.positions("purge")[0];
        for (words, told) in [
            (
                "restore --change 1".to_owned(),
                "change 1 is not the purge of a version; `registry-server changes` lists all",
            ),
            (
                format!("restore --change {purge}"),
                "set it to READWRITE (PUT /mode/gone), then run this command again",
            ),
            ("erase --id 1".to_owned(), "still held by a version: delete it permanently first"),
            ("erase --id 99".to_owned(), "id 99 was never given out in context '.'"),
            ("erase --context a:b --id 1".to_owned(), "cannot contain a colon"),
        ] {
            let line = place.refused(&words);
            assert!(line.starts_with("registry-server: ") && line.contains(told), "{words}: {line}");
        }
    }
}

#[tokio::test]
async fn a_leaked_secret_is_erased_to_the_last_byte_and_leaves_a_trace() {
    for place in places().await {
        let store = place.store().await;
        let registry = registry(store.clone());
        // Enough around it for pages to be split, merged and freed.
        for number in 0..60 {
            register(&registry, &format!("noise{number}"), &format!("Noise{number}")).await;
            if number % 20 == 10 {
                register(&registry, "leak", &format!("Hunter2{}", "x".repeat(900))).await;
                delete(&registry, "leak").await;
            }
            if number % 3 == 0 {
                delete(&registry, &format!("noise{number}")).await;
            }
        }
        register(&registry, ":.other:leak", &format!("Hunter2{}", "x".repeat(900))).await;
        delete(&registry, ":.other:leak").await;
        let ids: Vec<i64> = {
            let changes = store.reads.changes(0, 10_000).await.expect("read");
            let of_leak = |c: &&Change| c.subject == "leak" && c.kind == ChangeKind::Register;
            changes
                .iter()
                .filter(of_leak)
                .filter(|c| c.context.is_default())
                .filter_map(|c| c.id)
                .map(|id| id.get().into())
                .collect()
        };
        assert_eq!(ids.len(), 3);
        if place.is_sqlite() {
            let line = place.refused(&format!("erase --id {}", ids[0]));
            assert!(line.contains("in use by a running server: stop it"), "{line}");
        }
        store.close().await;
        assert!(place.holds("Hunter2").await);
        let told = place.told(&format!("erase --id {}", ids[0]));
        assert!(
            told.contains(&format!("kept under id {} in context '.': erase that as well", ids[1])),
            "{told}"
        );
        assert!(told.contains("kept under id 1 in context '.other'"), "{told}");
        for id in &ids[1..] {
            place.told(&format!("erase --id {id}"));
        }
        assert!(place.holds("Hunter2").await, "the other context's is still there");
        let told = place.told("erase --context other --id 1");
        assert!(!told.contains("erase that as well") && told.contains("backups"), "{told}");
        assert!(!place.holds("Hunter2").await, "{}", place.url);
        assert_eq!(place.positions("erase").len(), 4);
        let line = place.refused(&format!("restore --change {}", place.leak()));
        assert!(line.contains("has been erased for good"), "{line}");
    }
}

/// The ids that registrations take, each of a new schema under a subject of its own.
async fn taken(store: &Store, subject: &str, names: &[&str]) -> Vec<i32> {
    let registry = registry(store.clone());
    let mut ids = Vec::new();
    for name in names {
        let subject = format!("{subject}{name}");
        register(&registry, &subject, name).await;
        let versions = store.reads.subject(&Subject::parse(&subject)).await.expect("read");
        ids.extend(versions.versions.last().map(|version| version.id.get()));
    }
    ids
}

#[tokio::test]
async fn after_a_restore_no_id_is_given_out_that_may_have_been() {
    for place in places().await {
        let store = place.store().await;
        assert_eq!(taken(&store, "s", &["A", "B"]).await, [1, 2]);
        assert_eq!(taken(&store, ":.c:s", &["A"]).await, [1]);
        store.close().await;
        let told = place.told("after-restore");
        assert!(told.contains("the next 1000 ids of each context are left out"), "{told}");
        place.told("after-restore --ids 7");

        let store = place.store().await;
        assert_eq!(taken(&store, "s", &["C", "D"]).await, [1010, 1011]);
        assert_eq!(taken(&store, ":.c:s", &["C"]).await, [1009]);
        // A context that was made after the backup is gone with its ids.
        assert_eq!(taken(&store, ":.lost:s", &["A"]).await, [1008]);
        // So is one whose lost ids are imported before anything else is registered there.
        let api = Api::of(http::router(store.clone(), settings(&[])).expect("nothing has to be read"));
        assert_eq!(api.put("/mode/:.one:", &json!({ "mode": "IMPORT" })).await.status, 200);
        let lost = json!({ "schema": "\"int\"", "id": 3, "version": 1 });
        assert_eq!(api.post("/subjects/:.one:lost/versions", &lost).await.json()["id"], 3);
        assert_eq!(api.put("/mode/:.one:", &json!({ "mode": "READWRITE" })).await.status, 200);
        assert_eq!(taken(&store, ":.one:s", &["A", "B"]).await, [1008, 1009]);
        store.close().await;
        for (subject, id) in [(":.many:lost", 2000), (":.few:lost", 4)] {
            let line = json!({ "subject": subject, "version": 1, "id": id, "schema": "\"int\"" });
            let lines = place.folder.path().join("lost.jsonl");
            std::fs::write(&lines, line.to_string()).expect("written");
            place.told(&format!("import {}", lines.display()));
        }
        let store = place.store().await;
        assert_eq!(taken(&store, ":.many:s", &["A"]).await, [2001]);
        assert_eq!(taken(&store, ":.few:s", &["A"]).await, [1008]);
        store.close().await;
        let skips: Vec<_> = place.changes().into_iter().filter(|change| change["kind"] == "skip").collect();
        let of = |index: usize| (&skips[index]["subject"], &skips[index]["before"], &skips[index]["after"]);
        assert_eq!(skips.len(), 4, "{skips:?}");
        assert_eq!(of(0), (&"".into(), &2.into(), &1002.into()));
        assert_eq!(of(3), (&":.c:".into(), &1001.into(), &1008.into()));
        assert_eq!(skips[0]["actor"], "operator");
        place.told("check-database");
        let store = place.store().await;
        assert_eq!(taken(&store, "s", &["E"]).await, [1012], "a restart changes nothing");
        store.close().await;
    }
}

impl Place {
    /// The position of a purge of the leaked schema.
    fn leak(&self) -> i64 {
        let purge = |change: &Value| change["kind"] == "purge" && change["subject"] == "leak";
        self.changes().into_iter().find(purge).and_then(|change| change["change"].as_i64()).expect("a purge")
    }

    /// Whether the text is anywhere: in a byte of SQLite's files, in a row of Postgres.
    async fn holds(&self, text: &str) -> bool {
        if self.is_sqlite() {
            return in_files(self.folder.path(), text);
        }
        let mut connection = sqlx::PgConnection::connect(&self.url).await.expect("Postgres is there");
        let sql = "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()";
        let tables: Vec<String> = sqlx::query_scalar(sql).fetch_all(&mut connection).await.expect("tables");
        for table in tables {
            let sql = AssertSqlSafe(format!("SELECT COUNT(*) FROM {table} t WHERE t::text LIKE '%{text}%'"));
            let count: i64 = sqlx::query_scalar(sql).fetch_one(&mut connection).await.expect("rows");
            if count > 0 {
                return true;
            }
        }
        false
    }
}

fn in_files(folder: &Path, text: &str) -> bool {
    let files = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    files
        .map(|file| std::fs::read(file).expect("a file"))
        .any(|bytes| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
}

#[test]
fn a_mistyped_path_is_no_empty_registry() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let url = format!("sqlite:{}", folder.path().join("typo.db").display());
    let place = Place { url, folder };
    for words in ["changes", "restore --change 1", "erase --id 1"] {
        let line = place.refused(words);
        assert!(
            line.contains("there is no such file; name the registry's database with --database-url"),
            "{line}"
        );
    }
    assert_eq!(std::fs::read_dir(place.folder.path()).expect("a folder").count(), 0, "nothing was made");
}
