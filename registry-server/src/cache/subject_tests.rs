//! How much of a subject is read again after it has changed.

use std::sync::Arc;

use super::Cached;
use crate::domain::{Mode, SchemaId, Subject, Version};
use crate::server::cached;
use crate::store::contract::fixture::{actor, content};
use crate::store::sql::{SqlStore, Statements};
use crate::store::{Insertion, NewVersion, Placement, Put, ReadStore as _, Removal, Store};

async fn insert(store: &Store, text: &str, placement: Placement) {
    let subject = Subject::parse("s");
    let token = store.reads.scope(&subject).await.unwrap().token.clone();
    let new = NewVersion {
        subject,
        content: content(text),
        targets: Vec::new(),
        deleted_targets: false,
        placement,
    };
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
    // Of versions that come next the node knows by itself.
    let at = |version| Placement::At { version: number(version), id: None };
    for (version, text) in (1..).zip(["a", "b", "c"]) {
        insert(&store, text, at(version)).await;
        texts.push(text.to_owned());
        assert_eq!(read(&store, &statements).await, (texts.clone(), 1));
        assert_eq!(read(&store, &statements).await, (texts.clone(), 0));
    }
    // An early version is another one now.
    insert(&store, "A", Placement::At { version: number(1), id: SchemaId::new(9) }).await;
    "A".clone_into(&mut texts[0]);
    assert_eq!(read(&store, &statements).await, (texts.clone(), 1));
    insert(&store, "d", at(4)).await;
    texts.push("d".to_owned());
    assert_eq!(read(&store, &statements).await, (texts, 1));
}

async fn remove(store: &Store, version: i64, permanent: bool) {
    let (subject, version) = (Subject::parse("s"), Version::new(version).unwrap());
    let token = store.reads.scope(&subject).await.unwrap().token.clone();
    let removal = match permanent {
        false => store.writes.delete_version(&token, &subject, version, &actor()).await,
        true => store.writes.purge_version(&token, &subject, version, &actor()).await,
    };
    assert!(matches!(removal.unwrap(), Removal::Removed(_)));
}

/// The second of two reads tells what a node tells that remembers nothing, whatever happens between them.
#[tokio::test]
async fn what_is_read_of_a_known_subject_is_all_of_it() {
    let database = SqlStore::in_memory().await.unwrap();
    let statements: Arc<Statements> = database.statements();
    let Cached { reads, writes } = Cached::new(database);
    let database = reads.store.clone();
    let store = Store { reads: Arc::new(reads), writes };
    let number = |number| Version::new(number).unwrap();
    let subject = Subject::parse("s");
    for (version, text) in (1..).zip(["a", "b", "c", "d", "e", "f"]) {
        insert(&store, text, Placement::Next(number(version))).await;
    }
    let add = |version, text| insert(&store, text, Placement::Next(number(version)));
    let mut told = Vec::new();
    for step in 0..7 {
        store.reads.subject(&subject).await.unwrap();
        match step {
            0 => remove(&store, 2, false).await,
            1 => remove(&store, 2, true).await,
            // One goes and one comes: as many as before.
            2 => {
                remove(&store, 3, false).await;
                remove(&store, 3, true).await;
                add(7, "g").await;
            }
            3 => {
                remove(&store, 7, false).await;
                remove(&store, 7, true).await;
                add(7, "h").await;
            }
            // The same content once more takes the deleted one's place.
            4 => {
                remove(&store, 1, false).await;
                add(8, "a").await;
            }
            5 => insert(&store, "i", Placement::At { version: number(3), id: SchemaId::new(90) }).await,
            _ => {
                let token = store.reads.scope(&subject).await.unwrap().token.clone();
                let put =
                    store.writes.put_mode(&token, &subject, Some(Mode::ReadWrite), &actor()).await.unwrap();
                assert_eq!(put, Put::Written);
            }
        }
        let before = statements.for_requests();
        let state = store.reads.subject(&subject).await.unwrap();
        told.push(statements.for_requests() - before);
        assert_eq!(*state, *database.subject(&subject).await.unwrap(), "step {step}");
    }
    assert_eq!(told, [1, 2, 2, 1, 2, 1, 1], "all of it is read again only where versions went away");
}
