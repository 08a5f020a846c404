//! Connections that the server takes away, and writes whose callers go away.

use std::future::Future;
use std::sync::Arc;

use sqlx::Connection as _;

use super::{OpenOptions, SqlStore};
use crate::domain::{Context, Mode, SchemaId, Subject, Version};
use crate::store::contract::fixture::{actor, content, next_version, postgres_schema};
use crate::store::{
    ChangeKind, DecisionBasis, Erasure, Insertion, NewVersion, Placement, Put, ReadStore as _, Touched,
    WriteObserver, WriteStore as _,
};

/// A store whose connections can be told from others' by their name.
async fn named(url: &str, name: &str) -> Arc<SqlStore> {
    let options = OpenOptions::default().with_max_connections(4);
    Arc::new(SqlStore::open(&format!("{url}&application_name={name}"), options).await.unwrap())
}

/// Uses several connections at the same time, which are idle afterwards.
async fn warm_up(store: &Arc<SqlStore>) {
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let store = store.clone();
        tasks.spawn(async move { store.contexts().await.unwrap() });
    }
    tasks.join_all().await;
}

/// Ends all connections of a name, as a restart of the server does.
async fn end_all(url: &str, name: &str) -> i64 {
    let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
    let sql = "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = $1";
    let ended: i64 = sqlx::query_scalar(sql).bind(name).fetch_one(&mut connection).await.unwrap();
    // Those that were being made as well.
    while sqlx::query_scalar::<_, i64>(sql).bind(name).fetch_one(&mut connection).await.unwrap() > 0 {
        tokio::task::yield_now().await;
    }
    ended
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dead_connections_are_replaced_unnoticed() {
    let Some(url) = postgres_schema().await else { return };
    let name = uuid::Uuid::new_v4().simple().to_string();
    let store = named(&url, &name).await;
    let subject = Subject::parse("s");
    for round in 1..=3 {
        warm_up(&store).await;
        assert!(end_all(&url, &name).await > 1, "several connections die");
        let text = content(&format!("text {round}"));
        let (token, new) = next_version(&*store, "s", text).await.unwrap();
        warm_up(&store).await;
        end_all(&url, &name).await;
        let insertion = store.insert_version(&token, &new, &actor()).await.unwrap();
        assert!(matches!(insertion, Insertion::Inserted { .. }), "{insertion:?}");
        warm_up(&store).await;
        let token = store.scope(&subject).await.unwrap().token.clone();
        end_all(&url, &name).await;
        let put = store.put_mode(&token, &subject, Some(Mode::ReadWrite), &actor()).await.unwrap();
        assert_eq!(put, Put::Written);
    }
    assert_eq!(
        store.max_id(&Context::default_context()).await.unwrap().map(crate::domain::SchemaId::get),
        Some(3)
    );
}

/// The URL of a new schema, for a role that owns it and may have so many connections.
async fn limited(connections: u32) -> Option<String> {
    let url = postgres_schema().await?;
    let role = format!("limited_{}", uuid::Uuid::new_v4().simple());
    let mut owner = sqlx::PgConnection::connect(&url).await.unwrap();
    let schema = schema(&mut owner).await;
    let sql = format!(
        "CREATE ROLE {role} LOGIN PASSWORD 'limited' CONNECTION LIMIT {connections}; \
         ALTER SCHEMA {schema} OWNER TO {role}"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut owner).await.unwrap();
    let (scheme, rest) = url.split_once("://").unwrap();
    let (_, host) = rest.split_once('@').unwrap();
    Some(format!("{scheme}://{role}:limited@{host}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fewer_connections_than_the_pool_may_have_are_shared() {
    for (connections, size) in [(1, 16), (3, 16), (3, 4)] {
        let Some(url) = limited(connections).await else { return };
        let options = OpenOptions::default().with_max_connections(size);
        let store = Arc::new(SqlStore::open(&url, options).await.unwrap());
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..640 {
            let store = store.clone();
            tasks.spawn(async move {
                let subject = Subject::parse(&format!("s{number}"));
                let scope = store.scope(&subject).await.unwrap();
                if number % 4 == 0 {
                    let put = store.put_mode(&scope.token, &subject, Some(Mode::ReadOnly), &actor()).await;
                    assert_eq!(put.unwrap(), Put::Written);
                }
            });
        }
        tasks.join_all().await;
    }
}

/// A server whose log-ins take as long as a gate is closed.
async fn gated(url: &str) -> (String, tokio::sync::watch::Sender<bool>) {
    let (gate, is_open) = tokio::sync::watch::channel(true);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (before, rest) = url.split_once('@').unwrap();
    let (target, database) = rest.split_once('/').unwrap();
    let gated = format!("{before}@127.0.0.1:{port}/{database}");
    let target = target.to_owned();
    tokio::spawn(async move {
        while let Ok((mut here, _)) = listener.accept().await {
            let (mut is_open, target) = (is_open.clone(), target.clone());
            tokio::spawn(async move {
                if is_open.wait_for(|is_open| *is_open).await.is_err() {
                    return;
                }
                let mut there = tokio::net::TcpStream::connect(target).await.unwrap();
                let _ = tokio::io::copy_bidirectional(&mut here, &mut there).await;
            });
        }
    });
    (gated, gate)
}

/// A caller that waits for a new connection takes one that comes back meanwhile.
#[tokio::test]
async fn a_connection_that_comes_back_is_not_waited_past() {
    let Some(url) = postgres_schema().await else { return };
    let (url, gate) = gated(&url).await;
    let options = OpenOptions::default().with_max_connections(4);
    let store = Arc::new(SqlStore::open(&url, options).await.unwrap());
    // One connection, which is idle.
    store.contexts().await.unwrap();
    gate.send(false).unwrap();
    // Four may wait at the same time; all have answers though no log-in ends.
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let store = store.clone();
        tasks.spawn(async move { store.contexts().await.unwrap() });
    }
    tasks.join_all().await;
    // What was begun serves others, and there are never more than are allowed.
    gate.send(true).unwrap();
    warm_up(&store).await;
    store.contexts().await.unwrap();
}

#[tokio::test]
async fn a_server_without_a_connection_to_spare_is_waited_for() {
    let Some(url) = limited(1).await else { return };
    let patience = std::time::Duration::from_millis(800);
    let name = uuid::Uuid::new_v4().simple().to_string();
    let options = OpenOptions::default().with_acquire_timeout(patience);
    let store = SqlStore::open(&format!("{url}&application_name={name}"), options).await.unwrap();
    let admin = std::env::var("TEST_POSTGRES_URL").unwrap();
    end_all(&admin, &name).await;
    let other = sqlx::PgConnection::connect(&url).await.unwrap();
    let error = store.contexts().await.unwrap_err();
    assert!(matches!(error, crate::store::StoreError::Unavailable(_)), "{error:?}");
    assert!(error.to_string().contains("too many connections"), "{error}");
    let (contexts, ()) = tokio::join!(store.contexts(), async {
        tokio::time::sleep(patience / 4).await;
        other.close().await.unwrap();
    });
    contexts.unwrap();
}

/// Holds the lock that every write shares until `write` waits for it, gives the write up, and lets the lock go.
async fn give_up<T: std::fmt::Debug>(url: &str, name: &str, write: impl Future<Output = T>) {
    let mut other = sqlx::PgConnection::connect(url).await.unwrap();
    let (keys, _) = super::locks::LockSet::default().registry().in_order(&schema(&mut other).await);
    let mut write = Box::pin(write);
    sqlx::query("SELECT pg_advisory_lock($1)").bind(keys[0]).execute(&mut other).await.unwrap();
    let waiting =
        "SELECT COUNT(*) FROM pg_stat_activity WHERE application_name = $1 AND wait_event_type = 'Lock'";
    loop {
        tokio::select! {
            outcome = &mut write => panic!("{outcome:?} under a lock that is held"),
            count = sqlx::query_scalar::<_, i64>(waiting).bind(name).fetch_one(&mut other) => {
                if count.unwrap() > 0 {
                    break;
                }
            }
        }
    }
    drop(write);
    sqlx::query("SELECT pg_advisory_unlock($1)").bind(keys[0]).execute(&mut other).await.unwrap();
}

#[tokio::test]
async fn a_transaction_that_is_given_up_leaves_nothing_behind() {
    let Some(url) = postgres_schema().await else { return };
    let name = uuid::Uuid::new_v4().simple().to_string();
    let store = named(&url, &name).await;
    let (subject, one) = (Subject::parse("s"), Version::FIRST);
    let (content, placement) = (content("secret"), Placement::Next(one));
    let new = NewVersion {
        subject: subject.clone(),
        content,
        targets: Vec::new(),
        deleted_targets: false,
        placement,
    };
    let token = || async { store.scope(&subject).await.unwrap().token.clone() };
    store.insert_version(&token().await, &new, &actor()).await.unwrap();
    store.delete_version(&token().await, &subject, one, &actor()).await.unwrap();
    store.purge_version(&token().await, &subject, one, &actor()).await.unwrap();
    let (context, id, who) = (Context::default_context(), SchemaId::new(1).unwrap(), actor());
    give_up(&url, &name, store.erase(&context, id, &who)).await;
    let erasures = || async {
        let changes = store.changes(0, 100).await.unwrap();
        changes.iter().filter(|change| change.kind == ChangeKind::Erase).count()
    };
    assert_eq!(erasures().await, 0);
    assert_eq!(store.erase(&context, id, &who).await.unwrap(), Erasure::Erased { elsewhere: Vec::new() });
    assert_eq!(erasures().await, 1);
}

/// An observer that sends what was committed to a channel.
struct ChangeChannel(tokio::sync::mpsc::UnboundedSender<Vec<Touched>>);

impl WriteObserver for ChangeChannel {
    fn committed(&self, changes: &[Touched]) {
        self.0.send(changes.to_vec()).unwrap();
    }

    fn refused(&self, _basis: &DecisionBasis) {}
}

/// A call cannot be taken back, so it is carried out: whole, once, and told.
#[tokio::test]
async fn a_call_that_is_given_up_is_carried_out_and_leaves_nothing_locked() {
    let Some(url) = postgres_schema().await else { return };
    let name = uuid::Uuid::new_v4().simple().to_string();
    let (told, mut telling) = tokio::sync::mpsc::unbounded_channel();
    let store =
        SqlStore::open(&format!("{url}&application_name={name}"), OpenOptions::default()).await.unwrap();
    let store = store.observed_by(Arc::new(ChangeChannel(told)));
    let subject = Subject::parse("s");
    let token = store.scope(&subject).await.unwrap().token.clone();
    let who = actor();
    give_up(&url, &name, store.put_mode(&token, &subject, Some(Mode::ReadOnly), &who)).await;
    let touched = Touched { kind: ChangeKind::Mode, subject: subject.clone(), id: None, guid: None };
    assert_eq!(telling.recv().await.unwrap(), [touched]);
    let scope = store.scope(&subject).await.unwrap();
    assert_eq!(scope.own.mode, Some(Mode::ReadOnly));
    assert_eq!(store.put_mode(&token, &subject, None, &who).await.unwrap(), Put::Conflict, "once");
    let put = store.put_mode(&scope.token, &subject, Some(Mode::Import), &who).await.unwrap();
    assert_eq!(put, Put::Written);
}

async fn schema(connection: &mut sqlx::PgConnection) -> String {
    sqlx::query_scalar("SELECT current_schema()::text").fetch_one(connection).await.unwrap()
}
