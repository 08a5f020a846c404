//! Turns: writes of one node to one subject, one after the other.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;

use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::domain::Subject;

/// Queues by subject. A write waits here before it reads the state that it decides on, so writes of this node do not
/// refuse each other's decisions, and those that wait hold no connection. Writes of other nodes are none of its business:
/// they meet in the database.
///
/// Subjects share queues by hash: a turn may wait for another subject's write, and takes no second turn.
#[derive(Clone, Debug)]
pub struct Turns {
    queues: Arc<[Arc<Mutex<()>>]>,
    hasher: RandomState,
}

/// A turn; the next one begins when it is dropped.
#[derive(Debug)]
#[must_use = "the turn is over when this is dropped"]
pub struct Turn {
    _guard: OwnedMutexGuard<()>,
}

/// Far more than writes at a time.
const QUEUES: usize = 1024;

impl Default for Turns {
    fn default() -> Self {
        Self { queues: (0..QUEUES).map(|_| Arc::default()).collect(), hasher: RandomState::new() }
    }
}

impl Turns {
    /// Waits for the turn of a write to `subject`, in the order of asking.
    pub async fn take(&self, subject: &Subject) -> Turn {
        let hash = self.hasher.hash_one(subject);
        let index = usize::try_from(hash % QUEUES as u64).unwrap_or(0);
        let queue = self.queues.get(index).cloned().unwrap_or_default();
        Turn { _guard: queue.lock_owned().await }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn turns_of_a_subject_do_not_overlap() {
        let turns = Turns::default();
        let inside = Arc::new(AtomicUsize::new(0));
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..20 {
            let (turns, inside) = (turns.clone(), inside.clone());
            tasks.spawn(async move {
                let _turn = turns.take(&Subject::parse("s")).await;
                assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                tokio::task::yield_now().await;
                inside.fetch_sub(1, Ordering::SeqCst);
            });
        }
        assert_eq!(tasks.join_all().await.len(), 20);
    }

    #[tokio::test]
    async fn a_turn_that_is_given_up_does_not_block() {
        let turns = Turns::default();
        let subject = Subject::parse("s");
        let first = turns.take(&subject).await;
        let waiting = turns.take(&subject);
        drop(waiting);
        drop(first);
        let _second = turns.take(&subject).await;
    }
}
