//! What waits in one context, and everybody else.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::select_all;
use sqlx::{Connection as _, PgConnection};
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::super::group::{calls_in_all, limits_of_a_context};
use super::super::lane::{Lane, Limits};
use super::super::{Registration, Waiting};
use super::{DEADLINE, actor, content, decided, id};
use crate::domain::{Context, Mode, Subject, Version};
use crate::store::contract::fixture::{next_version, postgres_schema};
use crate::store::sql::cipher::Cipher;
use crate::store::sql::encode::ContentColumns;
use crate::store::sql::locks::LockSet;
use crate::store::sql::{OpenOptions, SqlStore};
use crate::store::{Put, ReadStore as _, WriteStore as _};

async fn waiting(store: &SqlStore) -> Waiting {
    let content = content("text");
    let columns = ContentColumns::of(&content, &Cipher::default()).unwrap();
    let (expected, new) = next_version(store, "s", content).await.unwrap();
    let registration = Registration {
        expected,
        new,
        columns,
        version: Version::FIRST,
        now: 0,
        actor: None,
        asked: Instant::now(),
    };
    Waiting { registration, outcome: oneshot::channel().0 }
}

#[tokio::test]
async fn a_few_calls_are_sent_at_once_and_further_ones_only_with_many() {
    let store = SqlStore::in_memory().await.unwrap();
    for (small_calls, calls, large_group, most_together) in
        [(1, 1, 1, 32), (3, 8, 8, 64), (3, 3, 8, 64), (2, 4, 3, 5)]
    {
        let limits = Limits { small_calls, calls, large_group, most_together };
        let mut lane = Lane::default();
        let mut sent = Vec::new();
        for _ in 0..100 {
            if lane.join(waiting(&store).await, limits) {
                sent.push(lane.next_group(limits).unwrap().len());
            }
        }
        let expected: Vec<usize> =
            (0..calls).map(|call| if call < small_calls { 1 } else { large_group }).collect();
        assert_eq!(sent, expected, "{limits:?}");
        // Each call that returns takes along what waits, as long as that is many or few are under way.
        let mut left = 100 - expected.iter().sum::<usize>();
        for under_way in (1..=calls).rev() {
            while let Some(group) = lane.next_group(limits) {
                assert!(under_way <= small_calls || left >= large_group, "{limits:?}");
                assert_eq!(group.len(), left.min(most_together), "{limits:?}");
                left -= group.len();
            }
            assert_eq!(lane.is_idle(), under_way == 1, "{limits:?}");
        }
        assert_eq!(left, 0, "{limits:?}");
    }
}

/// Locks that another one holds on contexts.
struct Locked {
    connection: PgConnection,
    keys: Vec<i64>,
}

impl Locked {
    async fn new(url: &str, contexts: &[String]) -> Self {
        let mut connection = PgConnection::connect(url).await.unwrap();
        let schema: String =
            sqlx::query_scalar("SELECT current_schema()::text").fetch_one(&mut connection).await.unwrap();
        let mut held = Vec::new();
        for context in contexts {
            let context = Context::parse(context).unwrap();
            let (keys, exclusive) = LockSet::in_context(&context).context(&context).in_order(&schema);
            let key = keys.into_iter().zip(exclusive).find(|(_, is_exclusive)| *is_exclusive).unwrap().0;
            sqlx::query("SELECT pg_advisory_lock($1)").bind(key).execute(&mut connection).await.unwrap();
            held.push(key);
        }
        Self { connection, keys: held }
    }

    /// How many calls wait for them.
    async fn waited_for(&mut self) -> usize {
        let sql = "SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objsubid = 1 \
            AND (classid::bigint << 32) | objid::bigint = ANY ($1)";
        let count: i64 =
            sqlx::query_scalar(sql).bind(&self.keys).fetch_one(&mut self.connection).await.unwrap();
        usize::try_from(count).unwrap()
    }

    /// Returns when so many calls wait for them.
    async fn wait_for(&mut self, calls: usize) {
        let reached = async {
            while self.waited_for().await < calls {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(DEADLINE, reached).await.expect("so many calls are made under the lock");
    }
}

/// A store whose calls wait longer for a lock than any test does.
async fn patient_store(url: &str, connections: usize) -> Arc<SqlStore> {
    let options = OpenOptions::default().with_max_connections(u32::try_from(connections).unwrap());
    Arc::new(SqlStore::open(url, options.with_statement_timeout(2 * DEADLINE)).await.unwrap())
}

#[test]
fn calls_leave_connections_to_others_and_a_context_leaves_a_call_to_others() {
    for connections in 1..=100 {
        let (all, one) = (calls_in_all(connections), limits_of_a_context(connections));
        // Three are the fewest that can do both.
        let half = if connections == 3 { 2 } else { connections / 2 };
        assert!(all >= 1 && (connections == 1 || all <= half), "of {connections}: {all}");
        assert!(one.small_calls >= 1 && one.small_calls <= one.calls, "of {connections}: {one:?}");
        assert!(connections < 3 || one.calls < all, "of {connections}: {one:?}");
    }
    let usual = limits_of_a_context(16);
    assert_eq!((usual.small_calls, usual.calls), (3, 7));
    assert_eq!(limits_of_a_context(100).calls, 8);
}

#[tokio::test]
async fn a_lock_in_one_context_holds_up_nobody_in_another() {
    for (connections, blocked) in [(3, 12), (4, 12), (8, 5), (16, 40)] {
        let Some(url) = postgres_schema().await else { return };
        let store = patient_store(&url, connections).await;
        let mut locked = Locked::new(&url, &[".locked".to_owned()]).await;
        let mut registrations = Vec::new();
        for number in 0..blocked {
            let subject = format!(":.locked:s{number}");
            registrations.push(decided(&store, &subject, &format!("text {number}")).await);
        }
        let free = decided(&store, "free", "text").await;
        let actor = actor();
        let mut waiting = Vec::new();
        for (index, (token, new)) in registrations.iter().enumerate() {
            let (store, token, new, actor) = (store.clone(), token.clone(), new.clone(), actor.clone());
            waiting.push(tokio::spawn(async move { store.insert_version(&token, &new, &actor).await }));
            // One after the other, so that each takes a call of its own as long as there are any.
            locked.wait_for((index + 1).min(limits_of_a_context(connections).small_calls)).await;
        }
        tokio::select! {
            result = store.insert_version(&free.0, &free.1, &actor) => assert!(id(&result).is_some(), "{result:?}"),
            (result, ..) = select_all(&mut waiting) => panic!("{result:?} under a lock that is held, before the free one"),
        }
        locked.connection.close().await.unwrap();
        for one in waiting {
            let result = one.await.unwrap();
            assert!(id(&result).is_some(), "{result:?}");
        }
        store.close().await;
    }
}

#[tokio::test]
async fn locks_in_many_contexts_hold_up_no_reads_and_no_other_writes() {
    for (connections, contexts) in [(2, 1), (3, 1), (3, 2), (4, 3), (9, 6)] {
        let what = format!("{contexts} contexts are locked, {connections} connections");
        let Some(url) = postgres_schema().await else { return };
        let store = patient_store(&url, connections).await;
        let names: Vec<String> = (0..contexts).map(|number| format!(".locked{number}")).collect();
        let mut registrations = Vec::new();
        // More than all connections in each.
        for number in 0..12 {
            for name in &names {
                let text = format!("text {number}");
                registrations.push(decided(&store, &format!(":{name}:s{number}"), &text).await);
            }
        }
        let mut locked = Locked::new(&url, &names).await;
        let actor = actor();
        let mut waiting = Vec::new();
        for (token, new) in registrations {
            let (store, actor) = (store.clone(), actor.clone());
            waiting.push(tokio::spawn(async move { store.insert_version(&token, &new, &actor).await }));
        }
        let most = calls_in_all(connections).min(contexts * limits_of_a_context(connections).calls);
        locked.wait_for(most).await;
        for number in 0..20 {
            let subject = Subject::parse(&format!("read{number}"));
            let token = store.scope(&subject).await.expect(&what).token.clone();
            let put = store.put_mode(&token, &subject, Some(Mode::ReadOnly), &actor).await;
            assert_eq!(put.expect(&what), Put::Written, "{what}");
        }
        assert_eq!(locked.waited_for().await, most, "{what}");
        locked.connection.close().await.unwrap();
        for one in waiting {
            let result = one.await.unwrap();
            assert!(id(&result).is_some(), "{what}: {result:?}");
        }
        store.close().await;
    }
}
