//! The answers of a node while another one writes. The nodes of these tests read the change log when they are told to, so that
//! every moment in between can be looked at.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use super::{Cached, CachedReads};
use crate::domain::{CompatibilityLevel, Config, Context, Mode, SchemaId, Subject, SubjectFilter, Version};
use crate::server::cached;
use crate::store::contract::fixture::{actor, content, next_version, postgres_schema};
use crate::store::sql::{LogTail, OpenOptions, SqlStore, StatementKind};
use crate::store::{
    Insertion, NewVersion, NotedReads, Placement, Put, ReadStore as _, Removal, Store, SubjectQuery,
    Visibility,
};

/// Longer than any test takes.
const LONG: Duration = Duration::from_secs(3600);

struct Node {
    store: Store,
    reads: Arc<CachedReads>,
    tail: LogTail,
}

impl Node {
    async fn open(url: &str, bound: Duration) -> Self {
        let options = OpenOptions::default().with_max_connections(2);
        let database = SqlStore::open(url, options).await.unwrap();
        let (Cached { reads, writes }, tail) =
            Cached::to_be_updated(database, bound, None, Arc::new(Notify::new()), 1 << 26);
        let reads = Arc::new(reads);
        let store = Store { reads: reads.clone(), writes };
        let mut node = Self { store, reads, tail: tail.unwrap() };
        node.catch_up().await;
        node
    }

    async fn catch_up(&mut self) {
        self.reads.catch_up_with(&mut self.tail).await;
    }
}

/// Two nodes over one database, or none without one.
async fn nodes(bound: Duration) -> Option<[Node; 2]> {
    let url = postgres_schema().await?;
    Some([Node::open(&url, bound).await, Node::open(&url, bound).await])
}

async fn register(store: &Store, subject: &str, text: &str) -> SchemaId {
    let (token, new) = next_version(&*store.reads, subject, content(text)).await.unwrap();
    match store.writes.insert_version(&token, &new, &actor()).await.unwrap() {
        Insertion::Inserted { id, .. } => id,
        other => panic!("{other:?}"),
    }
}

async fn set_level(store: &Store, key: &str, level: CompatibilityLevel) -> Put {
    let key = Subject::parse(key);
    let token = store.reads.scope(&key).await.unwrap().token.clone();
    let config = Config { compatibility_level: Some(level), ..Config::default() };
    store.writes.put_config(&token, &key, Some(&config), &actor()).await.unwrap()
}

async fn level(store: &Store, key: &str) -> [Option<CompatibilityLevel>; 2] {
    let scope = store.reads.scope(&Subject::parse(key)).await.unwrap();
    [&scope.own, &scope.default_context].map(|setting| setting.config.as_ref()?.compatibility_level)
}

async fn count(store: &Store, subject: &str) -> usize {
    store.reads.subject(&Subject::parse(subject)).await.unwrap().versions.len()
}

#[tokio::test]
async fn a_node_reads_its_own_writes() {
    let store = cached(SqlStore::in_memory().await.unwrap());
    for number in 1..=3 {
        register(&store, "s", &format!("text {number}")).await;
        assert_eq!(count(&store, "s").await, number);
    }
    for expected in [CompatibilityLevel::Full, CompatibilityLevel::None] {
        for key in ["s", ""] {
            assert_eq!(set_level(&store, key, expected).await, Put::Written);
        }
        assert_eq!(level(&store, "s").await, [Some(expected); 2]);
    }
}

#[tokio::test]
async fn what_is_remembered_is_shared() {
    let store = cached(SqlStore::in_memory().await.unwrap());
    let id = register(&store, "s", "a").await;
    let context = Context::default_context();
    let state = store.reads.subject(&Subject::parse("s")).await.unwrap();
    let by_id = store.reads.content(&context, id).await.unwrap().unwrap();
    assert!(Arc::ptr_eq(&state.versions[0].content, &by_id));
    let again = store.reads.subject(&Subject::parse("s")).await.unwrap();
    assert!(Arc::ptr_eq(&state, &again));
    let holders = store.reads.holders(&context, id).await.unwrap();
    assert!(Arc::ptr_eq(&holders, &store.reads.holders(&context, id).await.unwrap()));
}

#[tokio::test]
async fn a_write_under_a_number_that_a_lost_transaction_had_is_seen() {
    let Some(url) = postgres_schema().await else { return };
    let [a, mut b] = [Node::open(&url, LONG).await, Node::open(&url, LONG).await];
    let tables = sqlx::PgPool::connect(&url).await.unwrap();
    for expected in [CompatibilityLevel::Full, CompatibilityLevel::None] {
        assert_ne!(level(&b.store, "s").await[0], Some(expected));
        assert_eq!(set_level(&a.store, "s", expected).await, Put::Written);
        // As after a crash of the database, where the number had been that of a transaction which B saw end.
        sqlx::query("UPDATE change_log SET xid = 3").execute(&tables).await.unwrap();
        b.catch_up().await;
        assert_eq!(level(&b.store, "s").await[0], Some(expected));
    }
}

#[tokio::test]
async fn another_node_sees_a_write_when_it_has_read_the_log() {
    let Some([a, mut b]) = nodes(LONG).await else { return };
    register(&a.store, "s", "one").await;
    b.catch_up().await;
    // What B remembers now.
    assert_eq!(count(&b.store, "s").await, 1);
    assert_eq!(level(&b.store, "s").await, [None, None], "absence is remembered too");
    let context = Context::default_context();
    let id = SchemaId::new(1).unwrap();
    assert_eq!(b.store.reads.holders(&context, id).await.unwrap().versions.len(), 1);
    assert_eq!(b.store.reads.contexts().await.unwrap().len(), 1);

    register(&a.store, "s", "two").await;
    register(&a.store, "t", "one").await;
    register(&a.store, ":.c:s", "one").await;
    set_level(&a.store, "s", CompatibilityLevel::Full).await;
    set_level(&a.store, "", CompatibilityLevel::Forward).await;
    assert_eq!(count(&b.store, "s").await, 1, "it is remembered");
    assert_eq!(level(&b.store, "s").await, [None, None]);

    b.catch_up().await;
    assert_eq!(count(&b.store, "s").await, 2);
    assert_eq!(
        level(&b.store, "s").await,
        [Some(CompatibilityLevel::Full), Some(CompatibilityLevel::Forward)]
    );
    assert_eq!(b.store.reads.holders(&context, id).await.unwrap().versions.len(), 2);
    assert_eq!(b.store.reads.contexts().await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_purged_content_is_forgotten_elsewhere() {
    let Some([a, mut b]) = nodes(LONG).await else { return };
    let id = register(&a.store, "s", "secret").await;
    let context = Context::default_context();
    assert!(b.store.reads.content(&context, id).await.unwrap().is_some());
    let subject = Subject::parse("s");
    let version = Version::FIRST;
    for step in ["delete", "purge"] {
        let token = a.store.reads.scope(&subject).await.unwrap().token.clone();
        let removal = match step {
            "delete" => a.store.writes.delete_version(&token, &subject, version, &actor()).await,
            _ => a.store.writes.purge_version(&token, &subject, version, &actor()).await,
        };
        assert_eq!(removal.unwrap(), Removal::Removed(vec![version]));
    }
    assert!(a.store.reads.content(&context, id).await.unwrap().is_none(), "at once where it was purged");
    b.catch_up().await;
    assert!(b.store.reads.content(&context, id).await.unwrap().is_none());
}

/// Imports a version under an id, as a node decides it on what it remembers.
async fn import(store: &Store, subject: &str, id: SchemaId, text: &str) -> Insertion {
    let subject = Subject::parse(subject);
    let state = store.reads.subject(&subject).await.unwrap();
    let placement = Placement::At { version: Version::FIRST, id: Some(id) };
    let (content, targets) = (content(text), Vec::new());
    let new = NewVersion { subject, content, targets, deleted_targets: false, placement };
    store.writes.insert_version(&state.scope.token, &new, &actor()).await.unwrap()
}

#[tokio::test]
async fn what_an_import_binds_a_purged_id_to_is_told_elsewhere() {
    // The other node reads the log once after all of it, or after each write.
    for after_each in [false, true] {
        let Some([a, mut b]) = nodes(LONG).await else { return };
        let context = Context::default_context();
        let id = register(&a.store, "s", "former").await;
        let subject = Subject::parse("s");
        let other = Subject::parse("t");
        b.catch_up().await;
        for known in [&subject, &other] {
            b.store.reads.subject(known).await.unwrap();
        }
        assert_eq!(b.store.reads.content(&context, id).await.unwrap().unwrap().text, "former");
        assert_eq!(b.store.reads.holders(&context, id).await.unwrap().versions.len(), 1);
        for text in ["former", "new"] {
            let guid = content(text).guid;
            b.store.reads.current_id(&context, &content(text)).await.unwrap();
            b.store.reads.ids_by_guid(guid).await.unwrap();
        }
        let version = Version::FIRST;
        for step in ["delete", "purge", "import", "import elsewhere"] {
            let token = a.store.reads.scope(&subject).await.unwrap().token.clone();
            match step {
                "delete" => {
                    a.store.writes.delete_version(&token, &subject, version, &actor()).await.unwrap();
                }
                "purge" => {
                    a.store.writes.purge_version(&token, &subject, version, &actor()).await.unwrap();
                }
                "import" => {
                    assert!(matches!(import(&a.store, "s", id, "new").await, Insertion::Inserted { .. }));
                }
                _ => assert!(matches!(import(&a.store, "t", id, "new").await, Insertion::Inserted { .. })),
            }
            if after_each {
                b.catch_up().await;
            }
        }
        b.catch_up().await;
        for node in [&a, &b] {
            let reads = &node.store.reads;
            assert_eq!(reads.content(&context, id).await.unwrap().unwrap().text, "new", "{after_each}");
            assert_eq!(reads.holders(&context, id).await.unwrap().versions.len(), 2, "{after_each}");
            for subject in [&subject, &other] {
                let state = reads.subject(subject).await.unwrap();
                assert_eq!(state.versions[0].content.text, "new", "{after_each} {subject}");
            }
            assert_eq!(reads.current_id(&context, &content("former")).await.unwrap(), None, "{after_each}");
            assert_eq!(reads.current_id(&context, &content("new")).await.unwrap(), Some(id), "{after_each}");
            assert!(reads.ids_by_guid(content("former").guid).await.unwrap().is_empty(), "{after_each}");
        }
        let refused = import(&b.store, "u", id, "former").await;
        assert_eq!(refused, Insertion::IdTaken, "{after_each}");
    }
}

#[tokio::test]
async fn what_is_read_past_the_log_is_of_one_moment() {
    let Some([a, mut b]) = nodes(LONG).await else { return };
    let id = register(&a.store, "s", "former").await;
    let subject = Subject::parse("s");
    b.catch_up().await;
    b.store.reads.subject(&subject).await.unwrap();
    let version = Version::FIRST;
    for step in ["delete", "purge"] {
        let token = a.store.reads.scope(&subject).await.unwrap().token.clone();
        match step {
            "delete" => a.store.writes.delete_version(&token, &subject, version, &actor()).await,
            _ => a.store.writes.purge_version(&token, &subject, version, &actor()).await,
        }
        .unwrap();
    }
    import(&a.store, "s", id, "new").await;
    // A refused write has the subject read again, though the log is not read yet.
    assert_eq!(import(&b.store, "s", id, "other").await, Insertion::Conflict);
    let state = b.store.reads.subject(&subject).await.unwrap();
    assert_eq!(state.versions[0].content.text, "new", "the token that comes with it is that of the import");
}

#[tokio::test]
async fn an_unknown_id_is_known_when_the_log_was_read() {
    let Some([a, mut b]) = nodes(LONG).await else { return };
    let context = Context::default_context();
    let id = SchemaId::new(1).unwrap();
    assert!(b.store.reads.content(&context, id).await.unwrap().is_none());
    assert!(b.store.reads.holders(&context, id).await.unwrap().versions.is_empty());
    register(&a.store, "s", "new").await;
    assert!(b.store.reads.content(&context, id).await.unwrap().is_some(), "although B has not read the log");
    b.catch_up().await;
    assert_eq!(b.store.reads.holders(&context, id).await.unwrap().versions.len(), 1);
}

#[tokio::test]
async fn past_the_bound_everything_is_asked_of_the_database() {
    let Some([a, b]) = nodes(Duration::ZERO).await else { return };
    assert_eq!(count(&b.store, "s").await, 0);
    register(&a.store, "s", "one").await;
    set_level(&a.store, "", CompatibilityLevel::Full).await;
    assert_eq!(count(&b.store, "s").await, 1);
    assert_eq!(level(&b.store, "s").await, [None, Some(CompatibilityLevel::Full)]);
}

#[tokio::test]
async fn a_refused_decision_is_not_made_again_on_the_same_memory() {
    let Some([a, b]) = nodes(LONG).await else { return };
    let subject = Subject::parse("s");
    let old = b.store.reads.subject(&subject).await.unwrap();
    register(&a.store, "s", "theirs").await;
    let new = NewVersion {
        subject: subject.clone(),
        content: content("mine"),
        targets: Vec::new(),
        deleted_targets: false,
        placement: Placement::Next(Version::FIRST),
    };
    let insertion = b.store.writes.insert_version(&old.scope.token, &new, &actor()).await.unwrap();
    assert_eq!(insertion, Insertion::Conflict);
    assert_eq!(count(&b.store, "s").await, 1, "B has not read the log, but knows that it must ask");
    assert_eq!(register(&b.store, "s", "mine").await.get(), 2);

    b.store.reads.scope(&subject).await.unwrap();
    // A knows what its own registration led to, and by this refusal that it must ask as well.
    assert_eq!(set_level(&a.store, "s", CompatibilityLevel::Full).await, Put::Conflict);
    assert_eq!(set_level(&a.store, "s", CompatibilityLevel::Full).await, Put::Written);
    assert_eq!(set_level(&b.store, "s", CompatibilityLevel::None).await, Put::Conflict);
    assert_eq!(set_level(&b.store, "s", CompatibilityLevel::None).await, Put::Written);
}

#[tokio::test]
async fn a_commit_that_comes_late_is_not_missed() {
    let Some(url) = postgres_schema().await else { return };
    let mut b = Node::open(&url, LONG).await;
    let a = Node::open(&url, LONG).await;
    let pool = sqlx::PgPool::connect(&url).await.unwrap();
    let subject = Subject::parse("late");
    assert_eq!(b.store.reads.scope(&subject).await.unwrap().own.mode, None);
    // A write that takes its place in the log and commits only after others, which took later places, were read.
    let mut slow = pool.begin().await.unwrap();
    for sql in [
        "INSERT INTO settings (context, subject, mode, revision) VALUES ('.', 'late', 'READONLY', 1)",
        "INSERT INTO change_log (ts, kind, context, subject) VALUES (1, 'mode', '.', 'late')",
    ] {
        sqlx::query(sql).execute(&mut *slow).await.unwrap();
    }
    register(&a.store, "s", "one").await;
    b.catch_up().await;
    assert_eq!(count(&b.store, "s").await, 1, "others are seen although one is still running");
    register(&a.store, "s", "two").await;
    b.catch_up().await;
    assert_eq!(count(&b.store, "s").await, 2);
    assert_eq!(b.store.reads.scope(&subject).await.unwrap().own.mode, None);
    slow.commit().await.unwrap();
    b.catch_up().await;
    assert_eq!(b.store.reads.scope(&subject).await.unwrap().own.mode, Some(Mode::ReadOnly));
}

#[tokio::test]
async fn after_a_loss_of_acknowledged_writes_no_id_is_handed_out() {
    let Some(url) = postgres_schema().await else { return };
    let (a, mut b) = (Node::open(&url, LONG).await, Node::open(&url, LONG).await);
    register(&a.store, "s", "one").await;
    register(&a.store, "s", "two").await;
    b.catch_up().await;
    assert_eq!(count(&b.store, "s").await, 2);
    // The database comes back without the last write.
    let pool = sqlx::PgPool::connect(&url).await.unwrap();
    for sql in [
        "DELETE FROM versions WHERE version = 2",
        "DELETE FROM change_log WHERE seq = (SELECT MAX(seq) FROM change_log)",
    ] {
        sqlx::query(sql).execute(&pool).await.unwrap();
    }
    b.catch_up().await;
    let state = b.store.reads.subject(&Subject::parse("s")).await.unwrap();
    assert_eq!(state.versions.len(), 1, "what was remembered is forgotten");
    let new = NewVersion {
        subject: Subject::parse("s"),
        content: content("three"),
        targets: Vec::new(),
        deleted_targets: false,
        placement: Placement::Next(Version::new(2).unwrap()),
    };
    let error =
        b.store.writes.insert_version(&state.scope.token, &new, &actor()).await.unwrap_err().to_string();
    assert!(error.contains("lost writes that were acknowledged"), "{error}");
    let confirmed = Node::open(&url, LONG).await;
    register(&confirmed.store, "s", "three").await;
}

#[tokio::test]
async fn nodes_that_follow_see_each_others_writes() {
    let Some(url) = postgres_schema().await else { return };
    let open = || async { cached(SqlStore::open(&url, OpenOptions::default()).await.unwrap()) };
    let (a, b) = (open().await, open().await);
    for number in 1..=20 {
        assert!(count(&b, "s").await <= number);
        register(&a, "s", &format!("text {number}")).await;
        // The test's own time limit is the runner's.
        while count(&b, "s").await < number {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
    a.close().await;
    b.close().await;
}

#[tokio::test]
async fn what_was_made_of_reads_holds_until_one_of_them_would_read_something_else() {
    let cases: &[(&str, &[&str], bool)] = &[
        // What is read, the subjects that a version is then registered in, and whether all of it would be read again.
        ("subject s", &[], true),
        ("subject s", &["t"], true),
        ("subject s", &["s"], false),
        ("scope s", &["s"], false),
        ("content", &["s", "t"], true),
        ("holders", &["t"], true),
        ("holders", &["same"], false),
        ("subjects", &["s"], false),
        ("contexts", &["s"], true),
        ("contexts", &[":.c:s"], false),
        ("subject s, content, holders", &["t"], true),
        ("subject s, content, holders", &["s"], false),
        ("changes", &[], false),
        ("ping", &[], false),
        ("catch up", &[], false),
        ("", &["s"], true),
    ];
    for (read, written, holds) in cases {
        let store = cached(SqlStore::in_memory().await.unwrap());
        let id = register(&store, "s", "a").await;
        let (context, subject) = (Context::default_context(), Subject::parse("s"));
        let NotedReads { reads, notes } = store.reads.clone().noted().unwrap();
        for what in read.split(", ").filter(|what| !what.is_empty()) {
            match what {
                "subject s" => drop(reads.subject(&subject).await.unwrap()),
                "scope s" => drop(reads.scope(&subject).await.unwrap()),
                "content" => drop(reads.content(&context, id).await.unwrap()),
                "holders" => drop(reads.holders(&context, id).await.unwrap()),
                "subjects" => {
                    let query = SubjectQuery::of(SubjectFilter::everything(), Visibility::All);
                    drop(reads.subjects(&query).await.unwrap());
                }
                "contexts" => drop(reads.contexts().await.unwrap()),
                "changes" => drop(reads.changes(0, 1).await.unwrap()),
                "ping" => reads.ping().await.unwrap(),
                "catch up" => assert!(!reads.catch_up(reads.known()).await.unwrap()),
                what => panic!("{what}"),
            }
        }
        let basis = notes.basis();
        assert_eq!(basis.is_some(), !matches!(*read, "changes" | "ping" | "catch up"), "{read}");
        for (number, subject) in written.iter().enumerate() {
            match *subject {
                "same" => assert_eq!(register(&store, "u", "a").await, id),
                subject => drop(register(&store, subject, &format!("new {number}")).await),
            }
        }
        assert_eq!(basis.is_some_and(|basis| basis.holds()), *holds, "{read}, then {written:?}");
    }
}

#[tokio::test]
async fn what_changed_while_it_was_read_has_no_basis() {
    let store = cached(SqlStore::in_memory().await.unwrap());
    register(&store, "s", "a").await;
    let NotedReads { reads, notes } = store.reads.clone().noted().unwrap();
    reads.subject(&Subject::parse("s")).await.unwrap();
    register(&store, "s", "b").await;
    // Read once more: it is the first time that counts.
    reads.subject(&Subject::parse("s")).await.unwrap();
    assert!(notes.basis().is_none());
}

#[tokio::test]
async fn what_this_node_wrote_is_forgotten_once() {
    let Some([mut a, b]) = nodes(LONG).await else { return };
    let context = Context::default_context();
    for round in 1..=3 {
        let text = format!("text {round}");
        let id = register(&a.store, "s", &text).await;
        let read = async || {
            count(&a.store, "s").await;
            a.reads.holders(&context, id).await.unwrap();
            a.reads.ids_by_guid(content(&text).guid).await.unwrap();
            a.reads.content(&context, id).await.unwrap();
            a.reads.store.statements().of(StatementKind::Read)
        };
        // Read before the log tells of the write, and again afterwards.
        let sent = read().await;
        a.reads.catch_up_with(&mut a.tail).await;
        assert_eq!(read().await, sent, "round {round}");
        register(&b.store, &format!("other {round}"), &text).await;
        a.reads.catch_up_with(&mut a.tail).await;
        assert_eq!(
            a.reads.holders(&context, id).await.unwrap().versions.len(),
            2,
            "what others wrote is told"
        );
    }
}
