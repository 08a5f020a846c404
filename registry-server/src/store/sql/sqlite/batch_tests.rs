//! Transactions that several writes share: what each is told, and when.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::join_all;
use tempfile::TempDir;

use super::{Purpose, Turn};
use crate::domain::{Mode, Subject};
use crate::store::contract::fixture::actor;
use crate::store::sql::database::Backend;
use crate::store::sql::{OpenOptions, SqlStore};
use crate::store::{DecisionBasis, Put, ReadStore as _, StoreError, Touched, WriteObserver, WriteStore as _};

/// An observer that notes what it is told.
#[derive(Default)]
struct Notes {
    committed: Mutex<Vec<String>>,
    refused: AtomicUsize,
}

impl WriteObserver for Notes {
    fn committed(&self, changes: &[Touched]) {
        let names = changes.iter().map(|change| change.subject.name().to_owned());
        self.committed.lock().unwrap().extend(names);
    }

    fn refused(&self, _basis: &DecisionBasis) {
        self.refused.fetch_add(1, Ordering::SeqCst);
    }
}

impl Notes {
    fn committed(&self) -> Vec<String> {
        self.committed.lock().unwrap().clone()
    }
}

struct Place {
    store: SqlStore,
    notes: Arc<Notes>,
    _folder: TempDir,
}

impl Place {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("registry.db").display());
        let notes = Arc::<Notes>::default();
        let store = SqlStore::open(&url, OpenOptions::default()).await.unwrap().observed_by(notes.clone());
        Self { store, notes, _folder: folder }
    }

    async fn turn(&self, purpose: Purpose) -> Turn {
        let Backend::Sqlite { writer, .. } = &self.store.database.backend else { panic!("no SQLite") };
        writer.turn(purpose).await.unwrap()
    }

    async fn write(&self, subject: &str) -> Result<Put, StoreError> {
        let subject = Subject::parse(subject);
        let token = self.store.scope(&subject).await?.token.clone();
        self.store.put_mode(&token, &subject, Some(Mode::ReadOnly), &actor()).await
    }
}

/// Lets everything run that can.
async fn settle() {
    tokio::time::sleep(Duration::from_millis(30)).await;
}

#[tokio::test]
async fn writes_that_wait_share_a_commit_and_keep_their_answers() {
    for count in [2, 7, 40] {
        let place = Place::new().await;
        let mut turn = place.turn(Purpose::Bare).await;
        let commits = Arc::new(AtomicUsize::new(0));
        let counter = commits.clone();
        turn.connection().lock_handle().await.unwrap().set_commit_hook(move || {
            counter.fetch_add(1, Ordering::SeqCst);
            true
        });
        let subjects: Vec<String> = (0..count).map(|number| format!("s{number}")).collect();
        let writes = join_all(subjects.iter().map(|subject| place.write(subject)));
        let release = async {
            settle().await;
            drop(turn);
        };
        let (answers, ()) = tokio::join!(writes, release);
        for (answer, subject) in answers.into_iter().zip(&subjects) {
            assert_eq!(answer.unwrap(), Put::Written);
            let mode = place.store.scope(&Subject::parse(subject)).await.unwrap().own.mode;
            assert_eq!(mode, Some(Mode::ReadOnly), "{subject}");
        }
        let begun = place.store.statements().of(crate::store::sql::StatementKind::Begin);
        assert_eq!(begun, u64::try_from(count).unwrap(), "each write counts as one");
        let commits = commits.load(Ordering::SeqCst);
        // One, unless the machine is so slow that a transaction is full of time.
        assert!(commits < usize::try_from(count).unwrap(), "{commits} commits for {count} writes");
    }
}

#[tokio::test]
async fn nothing_is_seen_told_or_answered_before_the_commit() {
    // On a slow machine a transaction may be full of time before the second write joins it: then there is nothing to see.
    for _ in 0..100 {
        if an_open_transaction_is_kept_to_itself().await {
            return;
        }
    }
    panic!("no second write ever joined a transaction");
}

/// Has a write wait in a transaction that a second one keeps open. `false` if that one came too late to join it.
async fn an_open_transaction_is_kept_to_itself() -> bool {
    let place = Place::new().await;
    let blocker = place.turn(Purpose::Bare).await;
    let mut first = Box::pin(place.write("first"));
    assert!(first.as_mut().now_or_never().is_none());
    settle().await;
    assert!(first.as_mut().now_or_never().is_none(), "it waits for its turn");
    // A write that holds its turn keeps the transaction open in which the first one has written already.
    let mut second = Box::pin(place.turn(Purpose::Shared));
    assert!(second.as_mut().now_or_never().is_none());
    drop(blocker);
    let (second, answered) = tokio::join!(second, async {
        for _ in 0..20 {
            settle().await;
            if let Some(answered) = first.as_mut().now_or_never() {
                return Some(answered);
            }
        }
        None
    });
    let mode = || async { place.store.scope(&Subject::parse("first")).await.unwrap().own.mode };
    if let Some(answered) = answered {
        assert_eq!(answered.unwrap(), Put::Written);
        assert_eq!(place.notes.committed(), ["first"], "answered before it was told");
        assert_eq!(mode().await, Some(Mode::ReadOnly), "answered before the commit");
        return false;
    }
    assert_eq!(place.notes.committed(), Vec::<String>::new(), "told while its transaction was open");
    assert_eq!(mode().await, None);
    drop(second);
    assert_eq!(first.await.unwrap(), Put::Written);
    assert_eq!(place.notes.committed(), ["first"]);
    true
}

#[tokio::test]
async fn a_refused_write_undoes_only_its_own() {
    let place = Place::new().await;
    let stale = place.store.scope(&Subject::parse("taken")).await.unwrap().token.clone();
    place.write("taken").await.unwrap();
    let turn = place.turn(Purpose::Bare).await;
    let taken = Subject::parse("taken");
    let doer = actor();
    let refused = || place.store.put_mode(&stale, &taken, Some(Mode::Import), &doer);
    let release = async {
        settle().await;
        drop(turn);
    };
    let (a, x, b, y, ()) = tokio::join!(place.write("a"), refused(), place.write("b"), refused(), release);
    assert_eq!((a.unwrap(), b.unwrap()), (Put::Written, Put::Written));
    assert_eq!((x.unwrap(), y.unwrap()), (Put::Conflict, Put::Conflict));
    for (subject, mode) in [("a", Mode::ReadOnly), ("b", Mode::ReadOnly), ("taken", Mode::ReadOnly)] {
        let found = place.store.scope(&Subject::parse(subject)).await.unwrap().own.mode;
        assert_eq!(found, Some(mode), "{subject}");
    }
    let mut committed = place.notes.committed();
    committed.sort();
    assert_eq!(committed, ["a", "b", "taken"]);
    assert_eq!(place.notes.refused.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_caller_who_goes_away_takes_nobody_along() {
    // Polled so often, a write is at another place when it is dropped: in the queue, in a statement, before its commit.
    for polls in 0..12 {
        let place = Place::new().await;
        let turn = place.turn(Purpose::Bare).await;
        let mut leaving = Box::pin(place.write("leaving"));
        assert!(leaving.as_mut().now_or_never().is_none());
        settle().await;
        assert!(leaving.as_mut().now_or_never().is_none());
        let (a, b, ()) = tokio::join!(place.write("a"), place.write("b"), async {
            settle().await;
            drop(turn);
            for _ in 0..polls {
                tokio::time::sleep(Duration::from_micros(300)).await;
                if leaving.as_mut().now_or_never().is_some() {
                    break;
                }
            }
            drop(leaving);
        });
        assert_eq!((a.unwrap(), b.unwrap()), (Put::Written, Put::Written), "{polls}");
        // It was carried out and told, or neither.
        let kept = place.store.scope(&Subject::parse("leaving")).await.unwrap().own.mode.is_some();
        let told = place.notes.committed().contains(&"leaving".to_owned());
        assert_eq!(kept, told, "{polls}");
        assert_eq!(place.write("after").await.unwrap(), Put::Written);
    }
}
