//! The knowledge that a node has of a subject after its own registrations.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use super::{Cached, CachedReads};
use crate::domain::{Config, SchemaId, Subject, Version};
use crate::store::contract::fixture::{actor, content, next_version, postgres_schema};
use crate::store::sql::{LogTail, OpenOptions, SqlStore, StatementKind};
use crate::store::{
    ChangeKind, Insertion, NewVersion, Put, ReadStore as _, Registered, Token, Touched, WriteStore as _,
};

struct Node {
    reads: Arc<CachedReads>,
    writes: Arc<SqlStore>,
    tail: LogTail,
}

impl Node {
    async fn open(url: &str) -> Self {
        let options = OpenOptions::default().with_max_connections(2);
        let database = SqlStore::open(url, options).await.unwrap();
        let bound = Duration::from_secs(3600);
        let (Cached { reads, writes }, tail) =
            Cached::to_be_updated(database, bound, None, Arc::new(Notify::new()), 1 << 26);
        let mut node = Self { reads: Arc::new(reads), writes, tail: tail.unwrap() };
        node.read_log().await;
        node
    }

    async fn read_log(&mut self) {
        self.reads.catch_up_with(&mut self.tail).await;
    }

    async fn register(&self, subject: &str, text: &str) -> Insertion {
        let (token, new) = next_version(&*self.reads, subject, content(text)).await.unwrap();
        self.writes.insert_version(&token, &new, &actor()).await.unwrap()
    }

    fn reads_sent(&self) -> u64 {
        self.writes.statements().of(StatementKind::Read)
    }
}

#[tokio::test]
async fn what_a_registration_led_to_is_known_without_a_read() {
    let Some(url) = postgres_schema().await else { return };
    let mut node = Node::open(&url).await;
    let database = SqlStore::open(&url, OpenOptions::default()).await.unwrap();
    for name in ["s", ":.c:s"] {
        let subject = Subject::parse(name);
        let token = node.reads.scope(&subject).await.unwrap().token.clone();
        let config = Config { alias: Some("t".to_owned()), ..Config::default() };
        let put = node.writes.put_config(&token, &subject, Some(&config), &actor()).await.unwrap();
        assert_eq!(put, Put::Written);
        node.reads.subject(&subject).await.unwrap();
        let sent = node.reads_sent();
        for number in 1..=5 {
            // The same content again has the same id.
            let registered = node.register(name, &format!("text {}", number % 3)).await;
            assert!(matches!(registered, Insertion::Inserted { .. }), "{registered:?}");
            if number % 2 == 0 {
                node.read_log().await;
            }
            let known = node.reads.subject(&subject).await.unwrap();
            assert_eq!(*known, *database.subject(&subject).await.unwrap(), "{name}, version {number}");
        }
        assert_eq!(node.reads_sent(), sent, "{name}");
    }
}

#[tokio::test]
async fn what_others_wrote_is_read() {
    let Some(url) = postgres_schema().await else { return };
    let [mut one, other] = [Node::open(&url).await, Node::open(&url).await];
    let database = SqlStore::open(&url, OpenOptions::default()).await.unwrap();
    let subject = Subject::parse("s");
    for round in 0..4 {
        assert!(matches!(one.register("s", &format!("one {round}")).await, Insertion::Inserted { .. }));
        // The other one learns of that by its refusal.
        let text = format!("other {round}");
        if other.register("s", &text).await == Insertion::Conflict {
            assert!(matches!(other.register("s", &text).await, Insertion::Inserted { .. }));
        }
        one.read_log().await;
        let known = one.reads.subject(&subject).await.unwrap();
        assert_eq!(*known, *database.subject(&subject).await.unwrap(), "round {round}");
    }
}

/// A first version as the database answers that it was written.
fn as_registered<'a>(expected: &'a Token, new: &'a NewVersion, id: SchemaId) -> Registered<'a> {
    Registered { expected, new, version: Version::FIRST, id, ts: 5, revision: 9 }
}

#[tokio::test]
async fn a_state_is_brought_forward_only_if_nothing_else_came_between() {
    // How many changes of the subject are told until the registration is, itself included, by itself and by the log.
    for (changes, is_remembered) in [(1, true), (2, false), (3, false)] {
        let Cached { reads, .. } = Cached::new(SqlStore::in_memory().await.unwrap());
        let subject = Subject::parse("s");
        let (token, new) = next_version(&reads, "s", content("a")).await.unwrap();
        let id = SchemaId::new(1).unwrap();
        let registered = as_registered(&token, &new, id);
        let own_writes = reads.own_writes();
        let before = own_writes.before(&registered).await.expect("the state is remembered");
        let change = Touched {
            kind: ChangeKind::Register,
            subject: subject.clone(),
            id: Some(id),
            guid: Some(new.content.guid),
        };
        for _ in 0..changes {
            reads.epochs.move_on(std::slice::from_ref(&change));
        }
        own_writes.remember(&registered, before).await;
        let epoch = reads.epochs.of_subject(&subject);
        assert_eq!(reads.subjects.peek(subject.clone(), epoch).await.is_some(), is_remembered, "{changes}");
        assert!(own_writes.before(&registered).await.is_none(), "the state is another one now");
    }
}

/// Another node purges what was registered before the answer arrives, so that the subject is new again.
#[tokio::test]
async fn a_subject_that_is_new_again_is_not_taken_for_the_one_that_was_new_before() {
    let Cached { reads, .. } = Cached::new(SqlStore::in_memory().await.unwrap());
    let (token, new) = next_version(&reads, "s", content("a")).await.unwrap();
    let registered = as_registered(&token, &new, SchemaId::new(1).unwrap());
    let purged = Touched { kind: ChangeKind::Purge, subject: Subject::parse("s"), id: None, guid: None };
    reads.epochs.move_on(&[purged]);
    let again = reads.subject(&Subject::parse("s")).await.unwrap();
    assert_eq!(again.scope.token, token, "the database tells them alike");
    assert!(reads.own_writes().before(&registered).await.is_none());
}

#[tokio::test]
async fn a_version_holds_what_was_registered_whatever_its_id_stood_for_before() {
    let Cached { reads, .. } = Cached::new(SqlStore::in_memory().await.unwrap());
    let subject = Subject::parse("s");
    let (token, new) = next_version(&reads, "s", content("now")).await.unwrap();
    let id = SchemaId::new(1).unwrap();
    // As another node purged it before it bound the id anew; neither is read in the log yet.
    let key = (subject.context().clone(), id);
    let epoch = reads.epochs.of_content(&key.0, id);
    reads.contents.put(key, epoch, Arc::new(content("before"))).await;
    let registered = as_registered(&token, &new, id);
    let own_writes = reads.own_writes();
    let before = own_writes.before(&registered).await.expect("the state is remembered");
    let kind = ChangeKind::Register;
    let change = Touched { kind, subject: subject.clone(), id: Some(id), guid: Some(new.content.guid) };
    reads.epochs.move_on(&[change]);
    own_writes.remember(&registered, before).await;
    let state = reads.subjects.peek(subject.clone(), reads.epochs.of_subject(&subject)).await;
    assert_eq!(*state.expect("it is remembered").versions[0].content, new.content);
}

/// A denial may have been decided on what was before, and another node may have told of the write before this one's answer came.
#[tokio::test]
async fn own_writes_count_as_news_to_who_was_denied_meanwhile() {
    let Some(url) = postgres_schema().await else { return };
    let mut node = Node::open(&url).await;
    let before = node.reads.known().lessons;
    node.read_log().await;
    assert_eq!(node.reads.known().lessons, before, "nothing was written");
    node.register("s", "text").await;
    node.read_log().await;
    assert_ne!(node.reads.known().lessons, before);
}

#[tokio::test]
async fn what_a_registration_led_to_is_known_without_a_read_on_sqlite_too() {
    let Cached { reads, writes } = Cached::new(SqlStore::in_memory().await.unwrap());
    let mut reads_sent = 0;
    for name in ["s", "t", ":.c:s", ":.c:t"] {
        let subject = Subject::parse(name);
        for number in 1..=4 {
            let text = format!("text {}", number % 3);
            let (token, new) = next_version(&reads, name, content(&text)).await.unwrap();
            let registered = writes.insert_version(&token, &new, &actor()).await.unwrap();
            assert!(matches!(registered, Insertion::Inserted { .. }), "{registered:?}");
            let before = writes.statements().of(StatementKind::Read);
            let known = reads.subject(&subject).await.unwrap();
            reads_sent += writes.statements().of(StatementKind::Read) - before;
            assert_eq!(*known, *writes.subject(&subject).await.unwrap(), "{name}, version {number}");
        }
    }
    // The first registration of a context is looked at step by step. A subject that shares its epoch with something else
    // that was written is read, too, which is rare.
    assert!((1..=4).contains(&reads_sent), "{reads_sent} reads");
}
