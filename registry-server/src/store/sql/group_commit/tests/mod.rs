//! Registrations that are sent together.

mod in_file;
mod lanes;
mod lost_answers;
mod waits;

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::join_all;
use sqlx::PgPool;

use crate::domain::{Subject, Version};
use crate::store::contract::fixture::{actor, content, next_version, postgres_schema};
use crate::store::sql::{OpenOptions, SqlStore};
use crate::store::{Insertion, NewVersion, ReadStore as _, StoreError, Token, WriteStore as _};

/// Long enough for a busy machine: what takes longer never comes.
const DEADLINE: Duration = Duration::from_secs(120);

async fn store(url: &str) -> Arc<SqlStore> {
    Arc::new(SqlStore::open(url, OpenOptions::default().with_max_connections(4)).await.unwrap())
}

/// A store of each kind, and whether it is on Postgres.
async fn stores() -> Vec<(Arc<SqlStore>, bool)> {
    let mut stores = vec![(Arc::new(SqlStore::in_memory().await.unwrap()), false)];
    if let Some(url) = postgres_schema().await {
        stores.push((store(&url).await, true));
    }
    stores
}

/// A registration of a text as the version that comes next, decided on now.
async fn decided(store: &SqlStore, subject: &str, text: &str) -> (Token, NewVersion) {
    next_version(store, subject, content(text)).await.unwrap()
}

/// Makes all of these at the same time.
async fn insert_all(
    store: &SqlStore,
    registrations: &[(Token, NewVersion)],
) -> Vec<Result<Insertion, StoreError>> {
    let actor = actor();
    join_all(registrations.iter().map(|(token, new)| store.insert_version(token, new, &actor))).await
}

fn id(result: &Result<Insertion, StoreError>) -> Option<i32> {
    match result {
        Ok(Insertion::Inserted { id, .. }) => Some(id.get()),
        _ => None,
    }
}

#[tokio::test]
async fn registrations_that_wait_share_transactions_and_keep_their_answers() {
    for count in [1, 2, 7, 40, 150] {
        let Some(url) = postgres_schema().await else { return };
        let store = store(&url).await;
        let mut registrations = Vec::new();
        for number in 0..count {
            // Those of each context share transactions, a new one among them.
            let context = ["", ":.b:", "", ":.a:"][number % 4];
            let text = format!("text {number}");
            registrations.push(decided(&store, &format!("{context}s{number}"), &text).await);
        }
        let results = insert_all(&store, &registrations).await;
        for ((_, new), result) in registrations.iter().zip(&results) {
            let state = store.subject(&new.subject).await.unwrap();
            assert_eq!(state.versions.len(), 1, "{}", new.subject);
            assert_eq!(state.versions[0].content.text, new.content.text);
            assert_eq!(Some(state.versions[0].id.get()), id(result), "{}", new.subject);
        }
        let in_default =
            registrations.iter().zip(&results).filter(|((_, new), _)| new.subject.context().is_default());
        let mut ids: Vec<i32> = in_default.filter_map(|(_, result)| id(result)).collect();
        ids.sort_unstable();
        assert_eq!(ids, (1..=i32::try_from(count.div_ceil(2)).unwrap()).collect::<Vec<_>>());
        let tables = PgPool::connect(&url).await.unwrap();
        let transactions = "SELECT COUNT(DISTINCT xid) FROM change_log WHERE kind = 'register'";
        let transactions: i64 = sqlx::query_scalar(transactions).fetch_one(&tables).await.unwrap();
        // All of them wait before the first one is sent.
        let in_context = |context: &str| {
            let of = registrations.iter().filter(|(_, new)| new.subject.context().as_str() == context);
            of.count().div_ceil(super::group::MOST_TOGETHER)
        };
        let expected: usize = [".", ".a", ".b"].into_iter().map(in_context).sum();
        assert_eq!(transactions, i64::try_from(expected).unwrap(), "of {count}");
        store.close().await;
    }
}

#[tokio::test]
async fn what_one_meets_is_no_concern_of_the_others() {
    for (store, is_postgres) in stores().await {
        what_one_meets(&store, is_postgres).await;
        store.close().await;
    }
}

async fn what_one_meets(store: &SqlStore, is_postgres: bool) {
    let stale = decided(store, "stale", "a").await;
    insert_all(store, &[decided(store, "stale", "first").await, decided(store, "target", "target").await])
        .await;
    let referring = |mut registration: (Token, NewVersion), subject, version| {
        let target = (Subject::parse(subject), Version::new(version).unwrap());
        registration.1.targets = vec![target];
        registration
    };
    // Longer than what an index of Postgres can hold, and not to be compressed.
    let long: String = (0..300).map(|_| uuid::Uuid::new_v4().simple().to_string()).collect();
    // SQLite takes it.
    for with_failing in [false, is_postgres] {
        let name = |name: &str| format!("{name}-{with_failing}");
        let mut registrations = vec![
            decided(store, &name("one"), &name("same")).await,
            stale.clone(),
            decided(store, &name("two"), &name("same")).await,
            referring(decided(store, &name("refers"), &name("refers")).await, "target", 1),
            referring(decided(store, &name("dangles"), &name("dangles")).await, "target", 2),
            decided(store, &name("nul"), "\0").await,
            decided(store, &name("last"), &name("last")).await,
        ];
        if with_failing {
            registrations.insert(2, decided(store, &long, "long").await);
        }
        let mut results = insert_all(store, &registrations).await;
        if with_failing {
            let failed = results.remove(2);
            assert!(matches!(failed, Err(StoreError::Database(_))), "{failed:?}");
        }
        let outcomes: Vec<&str> = results
            .iter()
            .map(|result| match result {
                Ok(Insertion::Inserted { .. }) => "inserted",
                Ok(Insertion::Conflict) => "conflict",
                Ok(Insertion::IdTaken) => "id taken",
                Err(StoreError::Unstorable { .. }) => "unstorable",
                Err(error) => panic!("{error}"),
            })
            .collect();
        let expected = ["inserted", "conflict", "inserted", "inserted", "conflict", "unstorable", "inserted"];
        assert_eq!(outcomes, expected, "with one that fails: {with_failing}");
        assert_eq!(id(&results[0]), id(&results[2]), "equal contents have one id");
        assert_eq!(store.subject(&Subject::parse("stale")).await.unwrap().versions.len(), 1);
        assert!(store.subject(&Subject::parse(&name("dangles"))).await.unwrap().versions.is_empty());
    }
}

/// Postgres has room for so many locks, for one.
#[tokio::test]
async fn what_is_too_large_together_is_sent_one_by_one() {
    let Some(url) = postgres_schema().await else { return };
    let store = store(&url).await;
    let tables = PgPool::connect(&url).await.unwrap();
    for sql in [
        "CREATE FUNCTION refuse_many() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN \
         IF (SELECT COUNT(*) > 1 FROM change_log WHERE xid = pg_current_xact_id()::text::bigint) THEN \
         RAISE EXCEPTION 'out of shared memory' USING ERRCODE = '53200'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER few BEFORE INSERT ON versions FOR EACH ROW EXECUTE FUNCTION refuse_many()",
    ] {
        sqlx::query(sql).execute(&tables).await.unwrap();
    }
    for count in [1, 2, 9] {
        let mut registrations = Vec::new();
        for number in 0..count {
            registrations.push(decided(&store, &format!("s{count}-{number}"), &format!("{number}")).await);
        }
        let results = insert_all(&store, &registrations).await;
        assert!(results.iter().all(|result| id(result).is_some()), "{results:?}");
    }
    store.close().await;
}

#[tokio::test]
async fn of_two_that_want_the_same_number_one_gets_it() {
    for (store, _) in stores().await {
        one_of_two_gets_it(&store).await;
        store.close().await;
    }
}

async fn one_of_two_gets_it(store: &SqlStore) {
    for version in 1..=3 {
        let rivals = [
            decided(store, "s", &format!("a {version}")).await,
            decided(store, "s", &format!("b {version}")).await,
        ];
        let results = insert_all(store, &rivals).await;
        assert_eq!(results.iter().filter(|result| id(result).is_some()).count(), 1, "{results:?}");
        assert_eq!(store.subject(&Subject::parse("s")).await.unwrap().versions.len(), version);
    }
}

#[tokio::test]
async fn a_registration_whose_caller_goes_away_is_carried_out() {
    for (store, _) in stores().await {
        is_carried_out(&store).await;
        store.close().await;
    }
}

async fn is_carried_out(store: &SqlStore) {
    let (given_up, kept) = (decided(store, "given-up", "a").await, decided(store, "kept", "b").await);
    let actor = actor();
    // Asked for, and dropped at once.
    assert!(store.insert_version(&given_up.0, &given_up.1, &actor).now_or_never().is_none());
    assert!(id(&store.insert_version(&kept.0, &kept.1, &actor).await).is_some());
    let carried_out = async {
        while store.subject(&given_up.1.subject).await.unwrap().versions.is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(DEADLINE, carried_out).await.expect("it is carried out");
}
