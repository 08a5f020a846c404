//! Encryption at rest, on both databases: what reaches the disk, what comes back, and what is told when the secret is wrong.

use std::path::Path;

use sqlx::{AssertSqlSafe, Connection as _};
use tempfile::TempDir;

use super::{OpenOptions, SqlStore};
use crate::domain::{Config, Content, Context, Metadata, SchemaId, Subject, Version};
use crate::store::contract::fixture::{actor, content, next_version, postgres_schema};
use crate::store::{
    ChangeKind, Insertion, OpenError, ReadStore as _, Secret, Secrets, StoreError, Unpurge, WriteStore as _,
};

/// A place for a database.
struct Place {
    url: String,
    folder: Option<TempDir>,
}

async fn places() -> Vec<Place> {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("registry.db").display());
    let mut places = vec![Place { url, folder: Some(folder) }];
    places.extend(postgres_schema().await.map(|url| Place { url, folder: None }));
    places
}

impl Place {
    async fn open(&self, current: &str, old: &str) -> Result<SqlStore, OpenError> {
        let secrets = Secrets { current: Secret::new(current), old: Secret::new(old) };
        SqlStore::open(&self.url, OpenOptions::default().with_max_connections(2).with_secrets(secrets)).await
    }

    /// All that the database holds, as bytes: the files of SQLite, every row of Postgres.
    async fn bytes(&self) -> Vec<u8> {
        match &self.folder {
            Some(folder) => files(folder.path()),
            None => rows(&self.url).await,
        }
    }

    async fn holds(&self, text: &str) -> bool {
        self.bytes().await.windows(text.len()).any(|window| window == text.as_bytes())
    }
}

fn files(folder: &Path) -> Vec<u8> {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.flat_map(|file| std::fs::read(file).unwrap()).collect()
}

async fn rows(url: &str) -> Vec<u8> {
    let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
    let sql = "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()";
    let tables: Vec<String> = sqlx::query_scalar(sql).fetch_all(&mut connection).await.unwrap();
    assert!(tables.len() > 8, "{tables:?}");
    let mut all = String::new();
    for table in tables {
        let sql = AssertSqlSafe(format!("SELECT t::text FROM {table} t"));
        let rows: Vec<String> = sqlx::query_scalar(sql).fetch_all(&mut connection).await.unwrap();
        all.push_str(&rows.join("\n"));
    }
    all.into_bytes()
}

fn metadata(value: &str) -> Metadata {
    Metadata {
        properties: [("owner", "in-clear"), ("token", value)]
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
            .into(),
        sensitive: ["token".to_owned()].into(),
        ..Metadata::default()
    }
}

fn with_secret(value: &str) -> Content {
    Content { metadata: Some(metadata(value)), ..content("text") }
}

async fn register(store: &SqlStore, subject: &str, content: Content) -> i32 {
    let (token, new) = next_version(store, subject, content).await.unwrap();
    match store.insert_version(&token, &new, &actor()).await.unwrap() {
        Insertion::Inserted { id, .. } => id.get(),
        other => panic!("{other:?}"),
    }
}

/// Leaves the value in every place that can hold metadata: contents, config, and the log of both.
async fn spread(store: &SqlStore, value: &str) {
    register(store, "kept", with_secret(value)).await;
    let gone = Subject::parse("gone");
    register(store, "gone", Content { text: "gone".to_owned(), ..with_secret(value) }).await;
    let token = store.scope(&gone).await.unwrap().token.clone();
    store.delete_version(&token, &gone, Version::FIRST, &actor()).await.unwrap();
    let token = store.scope(&gone).await.unwrap().token.clone();
    store.purge_version(&token, &gone, Version::FIRST, &actor()).await.unwrap();
    for subject in ["kept", "", "kept"].map(Subject::parse) {
        let config = Config {
            default_metadata: Some(metadata(value)),
            override_metadata: Some(metadata(value)),
            ..Config::default()
        };
        let token = store.scope(&subject).await.unwrap().token.clone();
        store.put_config(&token, &subject, Some(&config), &actor()).await.unwrap();
    }
}

/// Everything that was spread is read in clear, and the purged version comes back.
async fn comes_back(store: &SqlStore, value: &str) {
    let kept = Subject::parse("kept");
    let state = store.subject(&kept).await.unwrap();
    assert_eq!(*state.versions[0].content, with_secret(value));
    for setting in [&state.scope.own, &state.scope.default_context] {
        let config = setting.config.as_ref().unwrap();
        assert_eq!(config.default_metadata, Some(metadata(value)));
        assert_eq!(config.override_metadata, Some(metadata(value)));
    }
    let id = SchemaId::new(1).unwrap();
    let context = Context::default_context();
    assert_eq!(store.content(&context, id).await.unwrap().as_deref(), Some(&with_secret(value)));
    assert_eq!(store.current_id(&context, &with_secret(value)).await.unwrap(), Some(id));
    assert_eq!(register(store, "equal", with_secret(value)).await, 1, "identity is that of clear values");
    let changes = store.changes(0, 1000).await.unwrap();
    let purge = changes.iter().find(|change| change.kind == ChangeKind::Purge).unwrap();
    let restored = store.restore_purged(purge.seq, &actor()).await.unwrap();
    assert_eq!(restored, Unpurge::Restored(Subject::parse("gone"), Version::FIRST));
    let state = store.subject(&Subject::parse("gone")).await.unwrap();
    assert_eq!(state.versions[0].content.metadata, Some(metadata(value)));
}

#[tokio::test]
async fn with_a_secret_no_sensitive_value_reaches_the_disk_in_clear() {
    for place in places().await {
        let store = place.open("secret", "").await.unwrap();
        spread(&store, "hunter2-in-a-row").await;
        assert!(place.holds("in-clear").await, "what is not sensitive is not encrypted");
        assert!(!place.holds("hunter2-in-a-row").await, "{}", place.url);
        comes_back(&store, "hunter2-in-a-row").await;
        assert!(!place.holds("hunter2-in-a-row").await);
        store.close().await;
    }
}

#[tokio::test]
async fn the_first_secret_encrypts_what_is_there() {
    for place in places().await {
        let store = place.open("", "").await.unwrap();
        spread(&store, "hunter2-before").await;
        assert!(place.holds("hunter2-before").await, "without a secret nothing is encrypted");
        store.close().await;
        let store = place.open("secret", "").await.unwrap();
        assert!(!place.holds("hunter2-before").await, "{}", place.url);
        comes_back(&store, "hunter2-before").await;
        store.close().await;
    }
}

#[tokio::test]
async fn a_wrong_or_missing_secret_opens_nothing_and_is_told_as_such() {
    for place in places().await {
        place.open("right", "").await.unwrap().close().await;
        for (current, old, told) in [
            ("", "", "metadata.encoder.secret is not set"),
            ("wrong", "", "metadata.encoder.secret is not the secret"),
            ("wrong", "worse", "neither metadata.encoder.secret nor metadata.encoder.old.secret"),
        ] {
            let message = place.open(current, old).await.unwrap_err().to_string();
            assert!(message.contains(told), "{message}");
            assert!(!message.contains('\n') && !message.contains("wrong"), "{message}");
        }
        place.open("right", "worse").await.unwrap().close().await;
    }
}

#[tokio::test]
async fn a_secret_is_changed_by_naming_the_old_one_once() {
    for place in places().await {
        let store = place.open("first", "").await.unwrap();
        spread(&store, "hunter2").await;
        store.close().await;
        place.open("second", "first").await.unwrap().close().await;
        assert!(matches!(place.open("first", "").await, Err(OpenError::Secret { .. })));
        let store = place.open("second", "").await.unwrap();
        comes_back(&store, "hunter2").await;
        store.close().await;
        place.open("second", "first").await.unwrap().close().await;
    }
}

#[tokio::test]
async fn nodes_that_run_go_on_while_the_secret_is_changed() {
    let Some(url) = postgres_schema().await else { return };
    let place = Place { url, folder: None };
    let (one, other) = tokio::join!(place.open("first", ""), place.open("first", ""));
    let (one, other) = (one.unwrap(), other.unwrap());
    spread(&one, "hunter2").await;
    let new = place.open("second", "first").await.unwrap();
    register(&new, "new", with_secret("of a new node")).await;
    register(&one, "old", with_secret("of an old node")).await;
    for (store, subject, value) in [(&other, "new", "of a new node"), (&new, "old", "of an old node")] {
        let state = store.subject(&Subject::parse(subject)).await.unwrap();
        assert_eq!(state.versions[0].content.metadata, Some(metadata(value)));
    }
    comes_back(&other, "hunter2").await;
}

#[tokio::test]
async fn a_node_without_the_secret_reads_an_error_and_never_a_blank() {
    let Some(url) = postgres_schema().await else { return };
    let place = Place { url, folder: None };
    let without = place.open("", "").await.unwrap();
    let with = place.open("secret", "").await.unwrap();
    spread(&with, "hunter2").await;
    let kept = Subject::parse("kept");
    let error = without.subject(&kept).await.unwrap_err();
    assert!(matches!(error, StoreError::Sealed { .. }), "{error}");
    let error = without.content(&Context::default_context(), SchemaId::new(1).unwrap()).await.unwrap_err();
    assert!(error.to_string().contains("metadata.encoder.secret is not set"), "{error}");
}
