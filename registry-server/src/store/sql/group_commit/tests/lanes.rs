//! What waits in one context, and everybody else.

use std::time::Instant;

use futures_util::future::select_all;
use sqlx::PgPool;
use tokio::sync::oneshot;

use super::super::lane::{Lane, Limits};
use super::super::{Registration, Waiting};
use super::{actor, content, decided, id, store};
use crate::domain::{Context, Version};
use crate::store::WriteStore as _;
use crate::store::contract::fixture::{next_version, postgres_schema};
use crate::store::sql::SqlStore;
use crate::store::sql::cipher::Cipher;
use crate::store::sql::encode::ContentColumns;
use crate::store::sql::locks::LockSet;

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

#[tokio::test]
async fn a_lock_in_one_context_holds_up_nobody_in_another() {
    const BLOCKED: usize = 12;
    let Some(url) = postgres_schema().await else { return };
    let store = store(&url).await;
    let other = PgPool::connect(&url).await.unwrap();
    let schema: String = sqlx::query_scalar("SELECT current_schema()::text").fetch_one(&other).await.unwrap();
    let context = Context::parse(".locked").unwrap();
    let (keys, exclusive) = LockSet::in_context(&context).context(&context).in_order(&schema);
    let key = keys.into_iter().zip(exclusive).find(|(_, is_exclusive)| *is_exclusive).unwrap().0;
    let mut locking = other.acquire().await.unwrap();
    sqlx::query("SELECT pg_advisory_lock($1)").bind(key).execute(&mut *locking).await.unwrap();
    let mut registrations = Vec::new();
    for number in 0..BLOCKED {
        registrations.push(decided(&store, &format!(":.locked:s{number}"), &format!("text {number}")).await);
    }
    let free = decided(&store, "free", "text").await;
    let actor = actor();
    let mut blocked = Vec::new();
    for (index, (token, new)) in registrations.iter().enumerate() {
        let (store, token, new, actor) = (store.clone(), token.clone(), new.clone(), actor.clone());
        blocked.push(tokio::spawn(async move { store.insert_version(&token, &new, &actor).await }));
        // One after the other, so that each takes a call of its own as long as there are any.
        let waiting = "SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objsubid = 1 \
            AND (classid::bigint << 32) | objid::bigint = $1";
        while index < 3
            && sqlx::query_scalar::<_, i64>(waiting).bind(key).fetch_one(&other).await.unwrap()
                <= i64::try_from(index).unwrap()
        {
            tokio::task::yield_now().await;
        }
    }
    tokio::select! {
        result = store.insert_version(&free.0, &free.1, &actor) => assert!(id(&result).is_some(), "{result:?}"),
        (result, ..) = select_all(&mut blocked) => panic!("{result:?} under a lock that is held, before the free one"),
    }
    sqlx::query("SELECT pg_advisory_unlock($1)").bind(key).execute(&mut *locking).await.unwrap();
    for one in blocked {
        let result = one.await.unwrap();
        assert!(id(&result).is_some(), "{result:?}");
    }
    store.close().await;
}
