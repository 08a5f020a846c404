//! Stores to test, and short ways to say what a test is about.

use std::sync::Arc;

use tempfile::TempDir;

#[path = "../../../tests/support/postgres.rs"]
mod postgres;

pub(crate) use postgres::postgres_schema;

use crate::domain::{Content, Context, Guid, SchemaId, SchemaType, Subject, Version};
use crate::server::cached;
use crate::store::sql::{OpenOptions, SqlStore};
use crate::store::{
    Actor, Insertion, NewVersion, Placement, Put, ReadStore, Removal, Store, StoreError, StoredVersion,
    SubjectState, Token, WriteStore,
};

/// A store that nobody else uses.
pub(in crate::store) struct Fixture {
    /// The store that is tested, and asked what came of it.
    store: Store,
    /// The nodes through which writes meet.
    nodes: [Store; 2],
    folder: Option<TempDir>,
}

impl Fixture {
    pub(in crate::store) async fn sqlite_memory() -> Option<Self> {
        Some(Self::of(Store::of(SqlStore::in_memory().await.unwrap()), None))
    }

    pub(in crate::store) async fn sqlite_file() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("registry.db").display());
        let store = SqlStore::open(&url, OpenOptions::default()).await.unwrap();
        Some(Self::of(Store::of(store), Some(folder)))
    }

    pub(in crate::store) async fn sqlite_cached() -> Option<Self> {
        Some(Self::of(cached(SqlStore::in_memory().await.unwrap()), None))
    }

    pub(in crate::store) async fn postgres() -> Option<Self> {
        let url = postgres_schema().await?;
        // Two nodes that start at the same time.
        let (one, other) = tokio::join!(postgres_node(&url), postgres_node(&url));
        let (one, other) = (Store::of(one), Store::of(other));
        Some(Self { store: one.clone(), nodes: [one, other], folder: None })
    }

    /// Nodes that remember. What one has written another may tell late, so the outcome of races is asked of a node that
    /// remembers nothing.
    pub(in crate::store) async fn postgres_cached() -> Option<Self> {
        let url = postgres_schema().await?;
        let (store, one, other) = tokio::join!(postgres_node(&url), postgres_node(&url), postgres_node(&url));
        let nodes = [one, other].map(cached);
        Some(Self { store: Store::of(store), nodes, folder: None })
    }

    fn of(store: Store, folder: Option<TempDir>) -> Self {
        Self { nodes: [store.clone(), store.clone()], store, folder }
    }

    /// The URL of a store in a file.
    pub(in crate::store) fn url(&self) -> Option<String> {
        let folder = self.folder.as_ref()?;
        Some(format!("sqlite:{}", folder.path().join("registry.db").display()))
    }

    pub(in crate::store) fn store(&self) -> &Store {
        &self.store
    }

    pub(super) fn reads(&self) -> &dyn ReadStore {
        &*self.store.reads
    }

    pub(super) fn writes(&self) -> &dyn WriteStore {
        &*self.store.writes
    }

    /// The nodes in turn.
    pub(super) fn node(&self, number: usize) -> Store {
        self.nodes[number % self.nodes.len()].clone()
    }

    pub(super) async fn state(&self, subject: &str) -> Arc<SubjectState> {
        self.store.reads.subject(&Subject::parse(subject)).await.unwrap()
    }

    pub(super) async fn token(&self, subject: &str) -> Token {
        self.store.reads.scope(&Subject::parse(subject)).await.unwrap().token.clone()
    }

    /// The versions as `number:id`, soft-deleted ones with a minus sign.
    pub(super) async fn versions(&self, subject: &str) -> Vec<String> {
        let show = |stored: &StoredVersion| {
            format!("{}{}:{}", if stored.deleted { "-" } else { "" }, stored.version, stored.id)
        };
        self.state(subject).await.versions.iter().map(show).collect()
    }

    /// Adds a version with a text, whatever is there.
    pub(in crate::store) async fn register(&self, subject: &str, text: &str) -> (i32, i32) {
        self.register_with(subject, content(text), &[]).await
    }

    pub(in crate::store) async fn register_with(
        &self,
        subject: &str,
        content: Content,
        targets: &[(&str, i64)],
    ) -> (i32, i32) {
        match self.insert(&self.token(subject).await, &self.next(subject, content, targets).await).await {
            Insertion::Inserted { id, version, .. } => (id.get(), version.get()),
            other => panic!("{other:?}"),
        }
    }

    /// A version that comes next.
    pub(super) async fn next(&self, subject: &str, content: Content, targets: &[(&str, i64)]) -> NewVersion {
        let version = self.state(subject).await.next_version().unwrap();
        let targets = targets.iter().map(|(target, number)| (Subject::parse(target), v(*number))).collect();
        NewVersion {
            subject: Subject::parse(subject),
            content,
            targets,
            deleted_targets: false,
            placement: Placement::Next(version),
        }
    }

    /// Writes a version as an import does.
    pub(in crate::store) async fn import(
        &self,
        subject: &str,
        version: i64,
        id: i64,
        text: &str,
    ) -> Insertion {
        let new = NewVersion {
            subject: Subject::parse(subject),
            content: content(text),
            targets: Vec::new(),
            deleted_targets: false,
            placement: Placement::At { version: v(version), id: SchemaId::new(id) },
        };
        self.insert(&self.token(subject).await, &new).await
    }

    pub(super) async fn insert(&self, token: &Token, new: &NewVersion) -> Insertion {
        self.store.writes.insert_version(token, new, &actor()).await.unwrap()
    }

    pub(in crate::store) async fn delete(&self, subject: &str, version: i64) -> Removal {
        let token = self.token(subject).await;
        self.store
            .writes
            .delete_version(&token, &Subject::parse(subject), v(version), &actor())
            .await
            .unwrap()
    }

    pub(in crate::store) async fn purge(&self, subject: &str, version: i64) -> Removal {
        let token = self.token(subject).await;
        self.store.writes.purge_version(&token, &Subject::parse(subject), v(version), &actor()).await.unwrap()
    }

    pub(super) async fn delete_subject(&self, subject: &str) -> Removal {
        let token = self.token(subject).await;
        self.store.writes.delete_subject(&token, &Subject::parse(subject), &actor()).await.unwrap()
    }

    pub(super) async fn purge_subject(&self, subject: &str) -> Removal {
        let token = self.token(subject).await;
        self.store.writes.purge_subject(&token, &Subject::parse(subject), &actor()).await.unwrap()
    }

    pub(in crate::store) async fn put_mode(&self, subject: &str, mode: Option<crate::domain::Mode>) {
        let token = self.token(subject).await;
        let put = self.store.writes.put_mode(&token, &Subject::parse(subject), mode, &actor()).await.unwrap();
        assert_eq!(put, Put::Written);
    }

    pub(super) async fn put_config(&self, subject: &str, config: Option<&crate::domain::Config>) {
        let token = self.token(subject).await;
        let put =
            self.store.writes.put_config(&token, &Subject::parse(subject), config, &actor()).await.unwrap();
        assert_eq!(put, Put::Written);
    }

    /// Whether an id has content.
    pub(super) async fn has_content(&self, context: &str, id: i64) -> bool {
        self.store.reads.content(&Context::parse(context).unwrap(), i(id)).await.unwrap().is_some()
    }
}

async fn postgres_node(url: &str) -> SqlStore {
    let options = OpenOptions::default().with_max_connections(4);
    SqlStore::open(url, options).await.unwrap()
}

/// A version with this content that refers to nothing, as the one of a subject that comes next, and the token of the state that
/// it is decided on.
pub(crate) async fn next_version(
    reads: &dyn ReadStore,
    subject: &str,
    content: Content,
) -> Result<(Token, NewVersion), StoreError> {
    let subject = Subject::parse(subject);
    let state = reads.subject(&subject).await?;
    let placement = Placement::Next(state.next_version().unwrap());
    let new = NewVersion { subject, content, targets: Vec::new(), deleted_targets: false, placement };
    Ok((state.scope.token.clone(), new))
}

/// A content that differs from others by its text.
pub(crate) fn content(text: &str) -> Content {
    let mut guid = [0; 16];
    for (index, byte) in text.bytes().enumerate() {
        guid[index % 16] ^= byte;
    }
    Content {
        schema_type: SchemaType::Avro,
        guid: Guid(guid),
        text: text.to_owned(),
        references: Vec::new(),
        metadata: None,
        rule_set: None,
    }
}

pub(crate) fn actor() -> Actor {
    Actor(Some("tester".to_owned()))
}

pub(super) fn v(number: i64) -> Version {
    Version::new(number).unwrap()
}

pub(super) fn i(number: i64) -> SchemaId {
    SchemaId::new(number).unwrap()
}

pub(super) fn removed(numbers: &[i64]) -> Removal {
    Removal::Removed(numbers.iter().map(|number| v(*number)).collect())
}
