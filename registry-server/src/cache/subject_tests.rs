//! How much of a subject is read again after it has changed.

use std::sync::Arc;

use crate::domain::{SchemaId, Subject, Version};
use crate::server::cached;
use crate::store::contract::fixture::{actor, content};
use crate::store::sql::{SqlStore, Statements};
use crate::store::{Insertion, NewVersion, Placement, Store};

async fn insert(store: &Store, text: &str, placement: Placement) {
    let subject = Subject::parse("s");
    let token = store.reads.scope(&subject).await.unwrap().token.clone();
    let new = NewVersion { subject, content: content(text), targets: Vec::new(), placement };
    let insertion = store.writes.insert_version(&token, &new, &actor()).await.unwrap();
    assert!(matches!(insertion, Insertion::Inserted { .. }), "{insertion:?}");
}

/// The texts of the versions, and the statements that they took.
async fn read(store: &Store, statements: &Statements) -> (Vec<String>, u64) {
    let before = statements.for_requests();
    let state = store.reads.subject(&Subject::parse("s")).await.unwrap();
    let texts = state.versions.iter().map(|version| version.content.text.clone()).collect();
    (texts, statements.for_requests() - before)
}

#[tokio::test]
async fn a_subject_that_grows_is_read_in_one_statement() {
    let database = SqlStore::in_memory().await.unwrap();
    let statements: Arc<Statements> = database.statements();
    let store = cached(database);
    let number = |number| Version::new(number).unwrap();
    let mut texts = Vec::new();
    for (version, text) in (1..).zip(["a", "b", "c"]) {
        insert(&store, text, Placement::Next(number(version))).await;
        texts.push(text.to_owned());
        assert_eq!(read(&store, &statements).await, (texts.clone(), 1));
        assert_eq!(read(&store, &statements).await, (texts.clone(), 0));
    }
    // The content of an early version is another one now, which the first statement does not fetch.
    insert(&store, "A", Placement::At { version: number(1), id: SchemaId::new(9) }).await;
    "A".clone_into(&mut texts[0]);
    assert_eq!(read(&store, &statements).await, (texts.clone(), 2));
    insert(&store, "d", Placement::Next(number(4))).await;
    texts.push("d".to_owned());
    assert_eq!(read(&store, &statements).await, (texts, 1));
}
