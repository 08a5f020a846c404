//! Registrations of one node in one subject, one after the other.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Arc, OnceLock, PoisonError};

use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::domain::Subject;

/// Queues by subject. Who has decided waits here before it writes, so registrations of this node do not race each other in
/// the database with a connection in hand; and who has lost keeps its place while it decides again. Writes of other nodes
/// are met in the database.
///
/// Subjects share queues by hash: a place may have to wait for a registration in another subject. Nobody takes two places.
#[derive(Debug)]
pub(super) struct SubjectQueues {
    queues: Box<[Arc<Queue>]>,
    hasher: RandomState,
}

#[derive(Debug, Default)]
struct Queue {
    /// Held by who is at the head.
    head: Arc<Mutex<()>>,
    last: std::sync::Mutex<LastWrite>,
}

/// The last write that was made from a queue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct LastWrite {
    number: u64,
    subject: Option<Subject>,
}

/// A place in the queue of a subject, until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    queue: Arc<Queue>,
    subject: Subject,
    turn: OnceLock<OwnedMutexGuard<()>>,
}

/// Far more than registrations at a time.
const QUEUES: usize = 1024;

impl Default for SubjectQueues {
    fn default() -> Self {
        Self { queues: (0..QUEUES).map(|_| Arc::default()).collect(), hasher: RandomState::new() }
    }
}

impl SubjectQueues {
    /// A place for a registration in `subject`, which does not wait yet.
    pub(super) fn place(&self, subject: &Subject) -> Place {
        let hash = self.hasher.hash_one(subject);
        let index = usize::try_from(hash % QUEUES as u64).unwrap_or(0);
        let queue = self.queues.get(index).cloned().unwrap_or_default();
        Place { queue, subject: subject.clone(), turn: OnceLock::new() }
    }
}

impl Place {
    /// Waits for the head of the queue, in the order of asking; at once if it was reached before. `false` when another
    /// write to the subject was made meanwhile: what was decided before is out of date.
    pub(super) async fn reach_head(&self) -> bool {
        if self.turn.get().is_some() {
            return true;
        }
        let before = self.queue.last();
        let turn = Arc::clone(&self.queue.head).lock_owned().await;
        // Nobody else has this place.
        let _ = self.turn.set(turn);
        let last = self.queue.last();
        last == before || last.subject.as_ref() != Some(&self.subject)
    }

    /// Tells those behind that a write to the subject was made.
    pub(super) fn written(&self) {
        let mut last = self.queue.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.number += 1;
        last.subject = Some(self.subject.clone());
    }
}

impl Queue {
    fn last(&self) -> LastWrite {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn one_at_a_time_is_at_the_head() {
        let queues = Arc::new(SubjectQueues::default());
        let inside = Arc::new(AtomicUsize::new(0));
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..20 {
            let (queues, inside) = (queues.clone(), inside.clone());
            tasks.spawn(async move {
                let place = queues.place(&Subject::parse("s"));
                place.reach_head().await;
                assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                tokio::task::yield_now().await;
                inside.fetch_sub(1, Ordering::SeqCst);
            });
        }
        assert_eq!(tasks.join_all().await.len(), 20);
    }

    #[tokio::test]
    async fn a_place_that_is_given_up_does_not_block() {
        let queues = SubjectQueues::default();
        let subject = Subject::parse("s");
        let (first, second, third) = (queues.place(&subject), queues.place(&subject), queues.place(&subject));
        assert!(first.reach_head().await);
        let waiting = second.reach_head();
        drop(waiting);
        drop(first);
        assert!(third.reach_head().await);
    }

    #[tokio::test]
    async fn who_waited_while_another_wrote_is_told_so() {
        let queues = SubjectQueues::default();
        let subject = Subject::parse("s");
        for another_wrote in [true, false] {
            let (first, second) = (queues.place(&subject), queues.place(&subject));
            assert!(first.reach_head().await);
            let waiting = second.reach_head();
            let writing = async {
                if another_wrote {
                    first.written();
                }
                drop(first);
            };
            let (is_current, ()) = tokio::join!(waiting, writing);
            assert_eq!(is_current, !another_wrote);
            assert!(second.reach_head().await, "the head is kept, to decide again");
        }
    }
}
