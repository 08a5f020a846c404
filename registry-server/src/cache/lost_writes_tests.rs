//! A database that goes back in time beneath nodes that go on running: a backup that is restored, or a standby without the last
//! writes that takes over. An id that was given out must not get a second meaning.

use std::sync::Arc;
use std::time::Duration;

use sqlx::{AssertSqlSafe, PgPool};
use tokio::sync::Notify;

use super::{Cached, CachedReads};
use crate::domain::{Config, Context, SchemaId, Subject};
use crate::store::contract::fixture::{actor, content, next_version, postgres_schema};
use crate::store::sql::{LOST_WRITES, LogTail, OpenOptions, SqlStore};
use crate::store::{ChangeKind, Insertion, ReadStore as _, Store, StoreError, WriteStore as _};

/// The tables that writes change, in an order in which they can be filled.
const TABLES: [&str; 10] = [
    "contexts",
    "contents",
    "current_ids",
    "subjects",
    "versions",
    "version_references",
    "settings",
    "associations",
    "change_log",
    "history",
];

/// A node that reads the log when it is told to.
struct Node {
    store: Store,
    reads: Arc<CachedReads>,
    tail: LogTail,
}

impl Node {
    async fn open(url: &str) -> Self {
        let options = OpenOptions::default().with_max_connections(4);
        // Its connections are named after the schema of the test: those of other tests stay.
        let schema = url.rsplit('=').next().unwrap();
        let url = format!("{url}&application_name={schema}");
        let database = SqlStore::open(&url, options).await.unwrap();
        let bound = Duration::from_secs(3600);
        let (Cached { reads, writes }, tail) =
            Cached::to_be_updated(database, bound, None, Arc::new(Notify::new()), 1 << 26);
        let reads = Arc::new(reads);
        let mut node = Self { store: Store { reads: reads.clone(), writes }, reads, tail: tail.unwrap() };
        node.read_log().await;
        node
    }

    async fn read_log(&mut self) {
        self.reads.catch_up_with(&mut self.tail).await;
    }

    async fn register(&self, subject: &str, text: &str) -> Result<SchemaId, StoreError> {
        let (token, new) = next_version(&*self.store.reads, subject, content(text)).await?;
        match self.store.writes.insert_version(&token, &new, &actor()).await? {
            Insertion::Inserted { id, .. } => Ok(id),
            other => panic!("{other:?}"),
        }
    }

    async fn configure(&self, subject: &str) -> Result<(), StoreError> {
        let subject = Subject::parse(subject);
        let token = self.store.reads.scope(&subject).await?.token.clone();
        let config = Config { alias: Some("a".to_owned()), ..Config::default() };
        self.store.writes.put_config(&token, &subject, Some(&config), &actor()).await.map(drop)
    }

    async fn texts(&self, subject: &str) -> Vec<String> {
        let state = self.store.reads.subject(&Subject::parse(subject)).await.unwrap();
        state.versions.iter().map(|version| version.content.text.clone()).collect()
    }
}

/// A database that can be taken back to an earlier state.
struct Past(PgPool);

impl Past {
    /// Remembers the state of now.
    async fn backup(url: &str) -> Self {
        let pool = PgPool::connect(url).await.unwrap();
        for table in TABLES {
            let sql = format!("CREATE TABLE past_{table} AS TABLE {table}");
            sqlx::query(AssertSqlSafe(sql)).execute(&pool).await.unwrap();
        }
        Self(pool)
    }

    /// Restores that state, positions of the log included: they are given out a second time.
    async fn restore(&self) {
        let mut tx = self.0.begin().await.unwrap();
        let mut statements = vec![format!("TRUNCATE {}", TABLES.join(", "))];
        for table in TABLES {
            // What the database makes by itself cannot be written.
            let sql = "SELECT string_agg(column_name, ', ') FROM information_schema.columns \
                WHERE table_schema = current_schema() AND table_name = $1 AND is_generated = 'NEVER'";
            let columns: String = sqlx::query_scalar(sql).bind(table).fetch_one(&mut *tx).await.unwrap();
            statements.push(format!(
                "INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM past_{table}"
            ));
        }
        statements.push(
            "SELECT setval(pg_get_serial_sequence('change_log', 'seq'), MAX(seq)) FROM change_log".to_owned(),
        );
        for sql in statements {
            sqlx::query(AssertSqlSafe(sql)).execute(&mut *tx).await.unwrap();
        }
        tx.commit().await.unwrap();
    }

    /// Closes all connections of nodes, as a server does that is stopped.
    async fn disconnect(&self) {
        let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
            WHERE datname = current_database() AND application_name = current_schema()";
        sqlx::query(sql).execute(&self.0).await.unwrap();
    }
}

fn is_refused<T: std::fmt::Debug>(result: &Result<T, StoreError>) -> bool {
    matches!(result, Err(StoreError::LostWrites { detail }) if detail.starts_with(LOST_WRITES))
}

/// The events between a loss and the next write.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Meanwhile {
    Nothing,
    /// The connections break, and no log is read before the write.
    Reconnect,
    /// Another node, which knows nothing of the lost writes, takes their positions in the log.
    OthersWrite,
    /// The same, and the log is read.
    OthersWriteAndLogIsRead,
    LogIsRead,
}

#[tokio::test]
async fn a_node_whose_writes_are_gone_writes_nothing() {
    for lost in [1, 3] {
        for read_before in [false, true] {
            for meanwhile in [
                Meanwhile::Nothing,
                Meanwhile::Reconnect,
                Meanwhile::OthersWrite,
                Meanwhile::OthersWriteAndLogIsRead,
                Meanwhile::LogIsRead,
            ] {
                let case = format!("{lost} lost, log read before: {read_before}, then {meanwhile:?}");
                let Some(url) = postgres_schema().await else { return };
                let mut node = Node::open(&url).await;
                node.register("s", "kept").await.unwrap();
                let past = Past::backup(&url).await;
                let mut ids = Vec::new();
                for number in 0..lost {
                    ids.push(node.register("s", &format!("lost {number}")).await.unwrap());
                    if read_before {
                        node.read_log().await;
                    }
                }
                assert_eq!(node.texts("s").await.len(), 1 + lost);
                past.restore().await;
                match meanwhile {
                    Meanwhile::Nothing => {}
                    Meanwhile::Reconnect => past.disconnect().await,
                    Meanwhile::LogIsRead => node.read_log().await,
                    Meanwhile::OthersWrite | Meanwhile::OthersWriteAndLogIsRead => {
                        let other = Node::open(&url).await;
                        for number in 0..lost {
                            let id = other.register("t", &format!("other {number}")).await.unwrap();
                            assert!(ids.contains(&id), "without the node's memory the id is given out again");
                        }
                        if meanwhile == Meanwhile::OthersWriteAndLogIsRead {
                            node.read_log().await;
                        }
                    }
                }
                let again = node.register("u", "new").await;
                assert!(is_refused(&again), "{case}: {again:?}");
                // What was lost is not told any more, and nothing is written until the node is started again.
                assert_eq!(node.texts("s").await, ["kept"], "{case}");
                let context = Context::default_context();
                let content = node.store.reads.content(&context, ids[0]).await.unwrap();
                assert!(content.is_none_or(|content| content.text.starts_with("other")), "{case}");
                assert!(is_refused(&node.register("u", "new").await), "{case}");
                assert!(is_refused(&node.configure("s").await), "{case}");
                node.read_log().await;
                assert!(is_refused(&node.register("u", "new").await), "{case}");
                // What others write from now on is seen.
                let confirmed = Node::open(&url).await;
                confirmed.register("s", "after").await.unwrap();
                node.read_log().await;
                assert_eq!(node.texts("s").await, ["kept", "after"], "{case}");
            }
        }
    }
}

#[tokio::test]
async fn nodes_write_again_when_an_operator_has_confirmed_the_database() {
    for (lost, is_noticed) in [(1, true), (3, true), (1, false), (3, false)] {
        let case = format!("{lost} lost, noticed before: {is_noticed}");
        let Some(url) = postgres_schema().await else { return };
        let mut node = Node::open(&url).await;
        node.register("s", "kept").await.unwrap();
        let past = Past::backup(&url).await;
        let mut ids = Vec::new();
        for number in 0..lost {
            ids.push(node.register("s", &format!("lost {number}")).await.unwrap());
        }
        past.restore().await;
        if is_noticed {
            assert!(is_refused(&node.register("u", "new").await), "{case}");
        }
        let operator = SqlStore::open(&url, OpenOptions::default()).await.unwrap();
        operator.skip_ids(5, &actor()).await.unwrap();
        if !is_noticed {
            // The node has not read it yet, so it cannot know.
            assert!(is_refused(&node.register("u", "new").await), "{case}");
        }
        node.read_log().await;
        assert_eq!(node.texts("s").await, ["kept"], "{case}");
        let id = node.register("u", "new").await.unwrap();
        assert_eq!(id.get(), 7, "{case}: the id after the one that is kept, and five that are left out");
        assert!(!ids.contains(&id), "{case}");
        node.read_log().await;
        // A later loss is noticed again, and what was confirmed before does not count for it.
        past.restore().await;
        assert!(is_refused(&node.register("v", "newer").await), "{case}");
        node.read_log().await;
        assert!(is_refused(&node.register("v", "newer").await), "{case}");
    }
}

#[tokio::test]
async fn whoever_writes_first_in_another_timeline_leaves_ids_out() {
    for skipped in [1000, 3, 0] {
        let Some(url) = postgres_schema().await else { return };
        let open = async || {
            let options = OpenOptions::default().with_max_connections(4).with_skipped_ids(skipped);
            SqlStore::open(&url, options).await.unwrap()
        };
        let next_id = async |store: &SqlStore, text: &str| {
            let (token, new) = next_version(store, "s", content(text)).await.unwrap();
            match store.insert_version(&token, &new, &actor()).await.unwrap() {
                Insertion::Inserted { id, .. } => id.get(),
                other => panic!("{other:?}"),
            }
        };
        let skips = async |store: &SqlStore| {
            let changes = store.changes(0, 100).await.unwrap();
            changes.iter().filter(|change| change.kind == ChangeKind::Skip).count()
        };
        assert_eq!(next_id(&open().await, "one").await, 1);
        let store = open().await;
        assert_eq!((next_id(&store, "two").await, skips(&store).await), (2, 0), "the same timeline");
        let pool = PgPool::connect(&url).await.unwrap();
        sqlx::query("UPDATE history SET timeline = '1/00000001'").execute(&pool).await.unwrap();
        // Several at once: one of them leaves ids out.
        let (store, ..) = tokio::join!(open(), open(), open());
        let first = 3 + i32::try_from(skipped).unwrap();
        assert_eq!(next_id(&store, "three").await, first);
        assert_eq!(next_id(&open().await, "four").await, first + 1);
        assert_eq!(skips(&store).await, usize::from(skipped > 0));
    }
}

#[tokio::test]
async fn every_kind_of_write_is_refused_and_counts_as_known() {
    for (first, then) in
        [("config", "register"), ("register", "config"), ("erase", "register"), ("config", "erase")]
    {
        let Some(url) = postgres_schema().await else { return };
        let node = Node::open(&url).await;
        let id = node.register("gone", "secret").await.unwrap();
        let subject = Subject::parse("gone");
        for step in ["delete", "purge"] {
            let token = node.store.reads.scope(&subject).await.unwrap().token.clone();
            match step {
                "delete" => node.store.writes.delete_subject(&token, &subject, &actor()).await.unwrap(),
                _ => node.store.writes.purge_subject(&token, &subject, &actor()).await.unwrap(),
            };
        }
        let past = Past::backup(&url).await;
        let write = async |kind: &str| match kind {
            "config" => node.configure("s").await,
            "erase" => node.store.writes.erase(&Context::default_context(), id, &actor()).await.map(drop),
            _ => node.register("s", "text").await.map(drop),
        };
        write(first).await.unwrap();
        past.restore().await;
        let refused = write(then).await;
        assert!(is_refused(&refused), "{first}, then {then}: {refused:?}");
    }
}

#[tokio::test]
async fn what_was_only_read_counts_as_known() {
    let Some(url) = postgres_schema().await else { return };
    let (writer, mut reader) = (Node::open(&url).await, Node::open(&url).await);
    writer.register("s", "kept").await.unwrap();
    let past = Past::backup(&url).await;
    writer.register("s", "lost").await.unwrap();
    reader.read_log().await;
    past.restore().await;
    assert!(is_refused(&reader.register("t", "new").await));
}

#[tokio::test]
async fn changes_of_the_log_that_are_allowed_are_no_loss() {
    let Some(url) = postgres_schema().await else { return };
    let mut node = Node::open(&url).await;
    // Erasing rewrites rows of the log, gaps are left by writes that fail, and connections break.
    let id = node.register("s", "secret").await.unwrap();
    let subject = Subject::parse("s");
    for step in ["delete", "purge"] {
        let token = node.store.reads.scope(&subject).await.unwrap().token.clone();
        match step {
            "delete" => node.store.writes.delete_subject(&token, &subject, &actor()).await.unwrap(),
            _ => node.store.writes.purge_subject(&token, &subject, &actor()).await.unwrap(),
        };
    }
    node.store.writes.erase(&Context::default_context(), id, &actor()).await.unwrap();
    let past = Past(PgPool::connect(&url).await.unwrap());
    sqlx::query("SELECT setval(pg_get_serial_sequence('change_log', 'seq'), 1000)")
        .execute(&past.0)
        .await
        .unwrap();
    past.disconnect().await;
    node.register("s", "one").await.unwrap();
    node.read_log().await;
    node.register("s", "two").await.unwrap();
    // Rows of a version before have no mark.
    sqlx::query("UPDATE change_log SET mark = NULL").execute(&past.0).await.unwrap();
    let node = Node::open(&url).await;
    node.register("s", "three").await.unwrap();
    assert_eq!(node.texts("s").await, ["one", "two", "three"]);
}

#[tokio::test]
async fn the_last_position_is_not_always_the_last_write() {
    let Some(url) = postgres_schema().await else { return };
    let node = Node::open(&url).await;
    // A write that has its position in the log waits for a row of its subject, while another one is acknowledged.
    let pool = PgPool::connect(&url).await.unwrap();
    let mut holder = pool.begin().await.unwrap();
    let hold = "INSERT INTO subjects (context, name, revision) VALUES ('.', 'slow', 1)";
    sqlx::query(hold).execute(&mut *holder).await.unwrap();
    let waits = "SELECT EXISTS (SELECT 1 FROM pg_stat_activity \
        WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%put_setting%')";
    let fast = async {
        // The test's own time limit is the runner's.
        while !sqlx::query_scalar::<_, bool>(waits).fetch_one(&pool).await.unwrap() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        node.register("fast", "text").await.unwrap();
        holder.rollback().await.unwrap();
    };
    let (slow, ()) = tokio::join!(node.configure("slow"), fast);
    slow.unwrap();
    let kinds = "SELECT string_agg(kind, ' ' ORDER BY seq) FROM change_log";
    let kinds: String = sqlx::query_scalar(kinds).fetch_one(&pool).await.unwrap();
    assert_eq!(kinds, "config register", "the one that was committed last has the lower position");
    sqlx::query("DELETE FROM change_log WHERE kind = 'config'").execute(&pool).await.unwrap();
    let again = node.register("fast", "more").await;
    assert!(is_refused(&again), "{again:?}");
}
