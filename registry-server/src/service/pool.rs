//! The pool in which schemas are read, printed and compared when that takes longer than a moment.
//!
//! The threads that answer requests do nothing but that. Work that may take long waits for one of a few places, cores
//! less one, so that a core is left for everyone else; what waits is bounded too, and beyond that the answer is that the
//! registry is busy. All work is done within the budget of its request. It ends by itself, in whatever phase it is, when that
//! is spent, and when the request was answered otherwise or the client has left (semantics §1.6).

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Semaphore;

use super::memory::Memory;
use super::{RegistryError, RequestBudget, Result};
use crate::domain::Content;
use crate::schema_type::Budget;

/// Up to how many bytes of schema text are worked on at once, without the pool. A kilobyte of Avro takes some 140,000
/// instructions to read, print and hash, so this much stays about a millisecond; the bound itself is a judgement.
pub(super) const SMALL: usize = 16 * 1024;
/// How many pieces of work may wait for each that is being done.
const WAITING: usize = 64;

/// About how long work with a content takes, in bytes of text. What it refers to may be of any length.
pub(super) fn length_of(content: &Content) -> usize {
    if content.references.is_empty() { content.text.len() } else { usize::MAX }
}

/// The places where long work is done.
#[derive(Clone, Debug)]
pub struct Pool {
    places: Arc<Semaphore>,
    number: usize,
    waiting: Arc<AtomicUsize>,
    most_waiting: usize,
    memory: Memory,
    /// How many pieces of work of some size were begun, so that a test can tell what is done twice.
    #[cfg(test)]
    pub(crate) begun: Arc<AtomicUsize>,
}

impl Default for Pool {
    /// A place for each core but one.
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self::of(cores.saturating_sub(1).max(1), WAITING)
    }
}

impl Pool {
    /// A pool of some places, for each of which some pieces of work may wait.
    #[must_use]
    pub fn of(places: usize, waiting: usize) -> Self {
        Self {
            places: Arc::new(Semaphore::new(places)),
            number: places,
            waiting: Arc::default(),
            most_waiting: places.saturating_mul(waiting),
            memory: Memory::default(),
            #[cfg(test)]
            begun: Arc::default(),
        }
    }

    /// Does work that takes time in proportion to some bytes of text: at once if they are few.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub async fn run_sized<T, W>(&self, bytes: usize, budget: &RequestBudget, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: FnOnce(&Budget) -> T + Send + 'static,
    {
        #[cfg(test)]
        self.begun.fetch_add(1, Ordering::Relaxed);
        if bytes <= SMALL {
            return Ok(work(budget));
        }
        self.run(budget, work).await
    }

    /// Does work that may take long. It ends when its budget does, as it does when that is dropped.
    ///
    /// # Errors
    /// [`RegistryError::Busy`] when too much is waiting already, [`RegistryError::Interrupted`] when the server stops.
    ///
    /// # Panics
    /// When the work does: a fault of ours, which is told as what it is by whoever catches panics.
    pub async fn run<T, W>(&self, budget: &RequestBudget, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: FnOnce(&Budget) -> T + Send + 'static,
    {
        let place = {
            let _waiting = Waiting::begin(&self.waiting, self.most_waiting).ok_or(RegistryError::Busy)?;
            Arc::clone(&self.places).acquire_owned().await.map_err(|_| RegistryError::Interrupted)?
        };
        let budget = budget.share();
        let pool = self.clone();
        let done = tokio::task::spawn_blocking(move || {
            // The place is taken until the work has ended, whoever waits for it.
            let place = place;
            let before = budget.spent();
            let done = work(&budget);
            drop(place);
            let steps = budget.spent().saturating_sub(before);
            pool.memory.note(steps, {
                let (places, number) = (Arc::clone(&pool.places), pool.number);
                move || places.available_permits() == number
            });
            done
        });
        done.await.map_err(|error| match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // Work is cancelled by the runtime only when that goes down.
            Err(_cancelled) => RegistryError::Interrupted,
        })
    }
}

/// A piece of work that waits for a place.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn begin(waiting: &'a AtomicUsize, most: usize) -> Option<Self> {
        let before = waiting.fetch_add(1, Ordering::Relaxed);
        let counted = Self(waiting);
        (before < most).then_some(counted)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    #[tokio::test]
    async fn small_work_needs_no_place() {
        let pool = Pool::of(0, 0);
        assert_eq!(pool.run_sized(SMALL, &RequestBudget::default(), |_| 7).await.unwrap(), 7);
        assert!(matches!(
            pool.run_sized(SMALL + 1, &RequestBudget::default(), |_| 7).await,
            Err(RegistryError::Busy)
        ));
    }

    #[tokio::test]
    async fn work_waits_for_a_place_and_is_refused_when_too_much_waits() {
        let pool = Pool::of(1, 1);
        let (end, ended) = mpsc::channel::<()>();
        let first = tokio::spawn({
            let pool = pool.clone();
            async move { pool.run(&RequestBudget::default(), move |_| ended.recv().is_ok()).await }
        });
        while pool.places.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        let second = tokio::spawn({
            let pool = pool.clone();
            async move { pool.run(&RequestBudget::default(), |_| 2).await }
        });
        while pool.waiting.load(Ordering::Relaxed) == 0 {
            tokio::task::yield_now().await;
        }
        assert!(matches!(pool.run(&RequestBudget::default(), |_| 3).await, Err(RegistryError::Busy)));
        end.send(()).unwrap();
        assert!(first.await.unwrap().unwrap());
        assert_eq!(second.await.unwrap().unwrap(), 2);
        assert_eq!(pool.run(&RequestBudget::default(), |_| 4).await.unwrap(), 4);
    }

    #[tokio::test]
    async fn work_that_nobody_waits_for_is_cancelled_and_gives_its_place_back() {
        let pool = Pool::of(1, 1);
        let (begin, begun) = tokio::sync::oneshot::channel::<()>();
        let waiting = tokio::spawn({
            let pool = pool.clone();
            async move {
                let budget = RequestBudget::of(u64::MAX / 2);
                pool.run(&budget, move |budget| {
                    begin.send(()).unwrap();
                    while budget.spend(1) {
                        std::thread::yield_now();
                    }
                })
                .await
            }
        });
        begun.await.unwrap();
        waiting.abort();
        assert_eq!(pool.run(&RequestBudget::default(), |_| 1).await.unwrap(), 1);
    }

    #[tokio::test]
    async fn a_panic_is_not_taken_for_the_end_of_the_server() {
        let pool = Pool::of(1, 1);
        for bytes in [SMALL, SMALL + 1] {
            let work = tokio::spawn({
                let pool = pool.clone();
                async move {
                    pool.run_sized::<(), _>(bytes, &RequestBudget::default(), |_| panic!("as it happens"))
                        .await
                }
            });
            assert!(work.await.unwrap_err().is_panic(), "{bytes}");
        }
        assert_eq!(pool.run(&RequestBudget::default(), |_| 1).await.unwrap(), 1);
    }
}
