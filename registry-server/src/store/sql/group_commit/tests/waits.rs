//! How long registrations wait, and for what.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use tokio::sync::oneshot;

use super::super::lane::{Lane, Limits, Patience};
use super::super::{Outcome, Registration, Waiting};
use super::{content, id};
use crate::domain::{Subject, Version};
use crate::store::contract::fixture::next_version;
use crate::store::sql::cipher::Cipher;
use crate::store::sql::database::Backend;
use crate::store::sql::encode::ContentColumns;
use crate::store::sql::sqlite::{Purpose, Turn};
use crate::store::sql::{OpenOptions, SqlStore, StatementKind};
use crate::store::{ReadStore as _, StoreError};

const HOUR: Duration = Duration::from_secs(3600);
const CROWDED: &str = "the database is not available: other writes take too long";

/// A store whose writes wait for others no longer than they must.
async fn impatient_store() -> SqlStore {
    let options = OpenOptions::default().with_acquire_timeout(Duration::ZERO);
    SqlStore::open("sqlite::memory:", options).await.unwrap()
}

async fn registration(store: &SqlStore, subject: &str, asked: Instant) -> Registration {
    let content = content("text");
    let columns = ContentColumns::of(&content, &Cipher::default()).unwrap();
    let (expected, new) = next_version(store, subject, content).await.unwrap();
    Registration { expected, new, columns, version: Version::FIRST, now: 0, actor: None, asked }
}

async fn insert(store: &SqlStore, registration: Registration) -> Outcome {
    store.group_commit.insert(store.way(), registration).await
}

/// The one turn to write, which everybody else waits for.
async fn writer(store: &SqlStore) -> Turn {
    let Backend::Sqlite { writer, .. } = &store.database.backend else { panic!("no SQLite") };
    writer.turn(Purpose::Bare).await.unwrap()
}

fn is_crowded(outcome: &Outcome) -> bool {
    matches!(outcome, Err(error @ StoreError::Unavailable(_)) if error.to_string() == CROWDED)
}

#[tokio::test]
async fn those_who_wait_too_long_are_taken_out() {
    let store = SqlStore::in_memory().await.unwrap();
    let begin = Instant::now();
    for (only_abandoned, overdue) in [(false, vec![0, 1, 2, 3]), (true, vec![1, 3])] {
        let mut lane = Lane::default();
        let limits = Limits { small_calls: 1, calls: 1, large_group: 1, most_together: 32 };
        // Asked for after so many seconds. The callers of every second one have gone away.
        let mut callers = Vec::new();
        for (number, asked) in [0, 3, 10, 1, 11, 12].into_iter().enumerate() {
            let (outcome, caller) = oneshot::channel();
            let asked = begin + Duration::from_secs(asked);
            let registration = registration(&store, &number.to_string(), asked).await;
            lane.join(Waiting { registration, outcome }, limits);
            callers.push((number % 2 == 0).then_some(caller));
        }
        let patience = Patience { longest_wait: Duration::from_secs(8), only_abandoned };
        let taken = lane.take_overdue(patience, begin + Duration::from_secs(18));
        let numbers = |group: &[Waiting]| -> Vec<usize> {
            group.iter().map(|one| one.registration.new.subject.name().parse().unwrap()).collect()
        };
        assert_eq!(numbers(&taken), overdue, "{only_abandoned}");
        assert!(lane.take_overdue(patience, begin + Duration::from_secs(18)).is_empty());
        let left: Vec<usize> = (0..6).filter(|number| !overdue.contains(number)).collect();
        let group = lane.next_group(limits).unwrap();
        assert_eq!(numbers(&group), left, "{only_abandoned}");
        lane.put_back(group);
        assert_eq!(numbers(&lane.next_group(limits).unwrap()), left, "in the order in which they came");
    }
}

#[tokio::test]
async fn waits_for_the_writer_do_not_add_up_over_groups() {
    let store = impatient_store().await;
    let asked = Instant::now();
    let mut registrations = Vec::new();
    for number in 0..200 {
        registrations.push(registration(&store, &format!("s{number}"), asked).await);
    }
    let turn = writer(&store).await;
    let before = store.statements().of(StatementKind::Begin);
    let outcomes = join_all(registrations.into_iter().map(|one| insert(&store, one))).await;
    assert!(outcomes.iter().all(is_crowded), "{outcomes:?}");
    // One group waits, unless this machine is so slow that even that one comes too late.
    assert!(store.statements().of(StatementKind::Begin) - before <= 1);
    drop(turn);
    for subject in ["s0", "s40", "s199"] {
        assert!(store.subject(&Subject::parse(subject)).await.unwrap().versions.is_empty(), "{subject}");
    }
    let later = registration(&store, "later", Instant::now() + HOUR).await;
    assert!(id(&insert(&store, later).await).is_some());
}

#[tokio::test]
async fn those_who_came_later_wait_on_when_the_first_ones_give_up() {
    let store = impatient_store().await;
    let asked = Instant::now();
    let (mut old, mut fresh) = (Vec::new(), Vec::new());
    for number in 0..40 {
        old.push(registration(&store, &format!("old{number}"), asked).await);
        fresh.push(registration(&store, &format!("fresh{number}"), asked + HOUR).await);
    }
    let turn = writer(&store).await;
    let mixed = old.into_iter().zip(fresh).map(|(old, fresh)| (insert(&store, old), insert(&store, fresh)));
    let (old, fresh): (Vec<_>, Vec<_>) = mixed.unzip();
    let given_up = async {
        let outcomes = join_all(old).await;
        assert!(outcomes.iter().all(is_crowded), "{outcomes:?}");
        drop(turn);
    };
    let ((), outcomes) = tokio::join!(given_up, join_all(fresh));
    assert!(outcomes.iter().all(|outcome| id(outcome).is_some()), "{outcomes:?}");
}
