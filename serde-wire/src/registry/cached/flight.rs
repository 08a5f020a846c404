//! Single flight: callers who want the same thing at the same time share one request.

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::OnceCell;

/// Requests under way.
pub(super) struct Flights<K, V> {
    running: Mutex<HashMap<K, Arc<OnceCell<V>>>>,
}

impl<K: Eq + Hash + Clone, V: Clone> Flights<K, V> {
    /// The outcome of the request under way for `key`, or of `request` when there is none.
    ///
    /// When the caller whose request runs goes away, one of those who wait runs its own.
    pub(super) async fn join(&self, key: K, request: impl Future<Output = V>) -> V {
        let seat = Seat { flights: self, cell: self.board(&key), key };
        seat.cell.get_or_init(|| request).await.clone()
    }

    fn board(&self, key: &K) -> Arc<OnceCell<V>> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(running.entry(key.clone()).or_default())
    }
}

impl<K, V> Default for Flights<K, V> {
    fn default() -> Self {
        Self { running: Mutex::new(HashMap::new()) }
    }
}

impl<K, V> fmt::Debug for Flights<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Flights")
    }
}

/// A caller's place in a flight. Leaving it, with the outcome or cancelled, clears the table: at once when the flight
/// has landed, so that the next caller starts a new one, else with the last who leaves.
struct Seat<'a, K: Eq + Hash, V> {
    flights: &'a Flights<K, V>,
    cell: Arc<OnceCell<V>>,
    key: K,
}

impl<K: Eq + Hash, V> Drop for Seat<'_, K, V> {
    fn drop(&mut self) {
        let mut running = self.flights.running.lock().unwrap_or_else(PoisonError::into_inner);
        // Under the lock nobody can board, so two owners are the table and this seat.
        let is_over = self.cell.initialized() || Arc::strong_count(&self.cell) == 2;
        if is_over && running.get(&self.key).is_some_and(|cell| Arc::ptr_eq(cell, &self.cell)) {
            running.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};
    use tokio::sync::oneshot;

    fn is_empty(flights: &Flights<u32, u32>) -> bool {
        flights.running.lock().unwrap().is_empty()
    }

    #[tokio::test]
    async fn callers_at_the_same_time_share_one_request() {
        let flights = Flights::default();
        let (land, landing) = oneshot::channel();
        let requests = AtomicU32::new(0);
        let first = flights.join(1, async {
            requests.fetch_add(1, Ordering::Relaxed);
            landing.await.unwrap()
        });
        let second = flights.join(1, async {
            requests.fetch_add(1, Ordering::Relaxed);
            0
        });
        let landed = async { land.send(42).unwrap() };
        assert_eq!(tokio::join!(first, second, landed).0, 42);
        assert_eq!(requests.load(Ordering::Relaxed), 1);
        assert!(is_empty(&flights));
        assert_eq!(flights.join(1, async { 7 }).await, 7, "a later caller asks anew");
    }

    #[tokio::test]
    async fn a_caller_who_goes_away_leaves_the_request_to_those_who_wait() {
        let flights = Flights::default();
        let mut first = Box::pin(flights.join(1, std::future::pending()));
        assert!(futures_poll_once(first.as_mut()).await.is_none());
        let mut second = Box::pin(flights.join(1, async { 2 }));
        assert!(futures_poll_once(second.as_mut()).await.is_none());
        drop(first);
        assert_eq!(second.await, 2);
        assert!(is_empty(&flights));
    }

    #[tokio::test]
    async fn a_lonely_caller_who_goes_away_leaves_nothing_behind() {
        let flights: Flights<u32, u32> = Flights::default();
        let mut lonely = Box::pin(flights.join(1, std::future::pending()));
        assert!(futures_poll_once(lonely.as_mut()).await.is_none());
        drop(lonely);
        assert!(is_empty(&flights));
    }

    async fn futures_poll_once<F: Future + Unpin>(mut future: F) -> Option<F::Output> {
        std::future::poll_fn(|context| {
            let poll = std::pin::Pin::new(&mut future).poll(context);
            std::task::Poll::Ready(match poll {
                std::task::Poll::Ready(value) => Some(value),
                std::task::Poll::Pending => None,
            })
        })
        .await
    }
}
