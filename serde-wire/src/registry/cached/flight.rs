//! Single flight: callers who want the same thing at the same time share one request, which outlives them.

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::runtime::Handle;
use tokio::sync::watch;

/// Requests under way, by what they ask for.
pub(super) struct Flights<K, V> {
    running: Arc<Running<K, V>>,
}

type Running<K, V> = Mutex<HashMap<K, watch::Receiver<Option<V>>>>;

impl<K, V> Flights<K, V>
where
    K: Eq + Hash + Clone + Send + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// The outcome of the request under way for `key`, or of a new one when there is none.
    ///
    /// The request runs in a task of the runtime, so it goes on when its caller goes away: who has less time than an answer
    /// takes would otherwise never come by one. Outside of a runtime it runs in its caller. When it comes to no end, since
    /// its runtime ended, it panicked or its caller went away, those who wait make their own.
    pub(super) async fn join<F>(&self, key: K, request: impl Fn() -> F) -> V
    where
        F: Future<Output = V> + Send + 'static,
    {
        let mut landing = match self.board(key) {
            Boarding::Others(landing) => landing,
            Boarding::New(pilot, landing) => {
                let request = request();
                let flight = async move { pilot.land(request.await) };
                match Handle::try_current() {
                    Ok(runtime) => drop(runtime.spawn(flight)),
                    Err(_) => flight.await,
                }
                landing
            }
        };
        let landed = landing.wait_for(Option::is_some).await.ok().and_then(|landed| landed.clone());
        match landed {
            Some(outcome) => outcome,
            None => request().await,
        }
    }

    fn board(&self, key: K) -> Boarding<K, V> {
        let mut running = lock(&self.running);
        if let Some(landing) = running.get(&key) {
            return Boarding::Others(landing.clone());
        }
        let (outcome, landing) = watch::channel(None);
        running.insert(key.clone(), landing.clone());
        Boarding::New(Pilot { running: Arc::clone(&self.running), key, outcome }, landing)
    }
}

/// How a caller comes to an outcome.
enum Boarding<K: Eq + Hash, V> {
    /// By the request of another caller.
    Others(watch::Receiver<Option<V>>),
    /// By its own.
    New(Pilot<K, V>, watch::Receiver<Option<V>>),
}

/// The one that ends a flight. Whatever becomes of it, the next caller starts a new one.
struct Pilot<K: Eq + Hash, V> {
    running: Arc<Running<K, V>>,
    key: K,
    outcome: watch::Sender<Option<V>>,
}

impl<K: Eq + Hash, V> Pilot<K, V> {
    fn land(self, outcome: V) {
        // Before anybody knows the outcome, so that who comes after that finds the table clear.
        self.leave();
        self.outcome.send_replace(Some(outcome));
    }

    fn leave(&self) {
        let mut running = lock(&self.running);
        // After the landing the key may be that of the next flight.
        if running.get(&self.key).is_some_and(|landing| landing.same_channel(&self.outcome.subscribe())) {
            running.remove(&self.key);
        }
    }
}

impl<K: Eq + Hash, V> Drop for Pilot<K, V> {
    fn drop(&mut self) {
        self.leave();
    }
}

fn lock<K, V>(running: &Running<K, V>) -> MutexGuard<'_, HashMap<K, watch::Receiver<Option<V>>>> {
    // Nothing between lock and unlock can panic half-way.
    running.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<K, V> Default for Flights<K, V> {
    fn default() -> Self {
        Self { running: Arc::default() }
    }
}

impl<K, V> fmt::Debug for Flights<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Flights")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::task::{Context, Poll, Waker};
    use tokio::sync::Notify;

    fn is_empty(flights: &Flights<u32, u32>) -> bool {
        flights.running.lock().unwrap().is_empty()
    }

    /// A request that counts itself and lands with its number when it is told to.
    struct Tower {
        clear: Notify,
        requests: AtomicU32,
    }

    impl Tower {
        fn new() -> Arc<Self> {
            Arc::new(Self { clear: Notify::new(), requests: AtomicU32::new(0) })
        }

        fn request(self: &Arc<Self>) -> impl Future<Output = u32> + Send + use<> {
            let tower = Arc::clone(self);
            async move {
                let number = 1 + tower.requests.fetch_add(1, Ordering::Relaxed);
                tower.clear.notified().await;
                number
            }
        }
    }

    fn poll_once<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
        std::pin::Pin::new(future).poll(&mut Context::from_waker(Waker::noop()))
    }

    #[tokio::test]
    async fn callers_at_the_same_time_share_one_request() {
        let (flights, tower) = (Flights::default(), Tower::new());
        let first = flights.join(1, || tower.request());
        let second = flights.join(1, || tower.request());
        tower.clear.notify_one();
        assert_eq!(tokio::join!(first, second), (1, 1));
        assert!(is_empty(&flights));
        tower.clear.notify_one();
        assert_eq!(flights.join(1, || tower.request()).await, 2, "a later caller asks anew");
    }

    #[tokio::test]
    async fn a_request_goes_on_without_its_caller() {
        let (flights, tower) = (Flights::default(), Tower::new());
        for _ in 0..3 {
            let mut impatient = Box::pin(flights.join(1, || tower.request()));
            assert!(poll_once(&mut impatient).is_pending());
            drop(impatient);
            tokio::task::yield_now().await;
            assert!(!is_empty(&flights));
        }
        tower.clear.notify_one();
        assert_eq!(flights.join(1, || tower.request()).await, 1, "the first request, whoever waits for it");
        assert!(is_empty(&flights));
    }

    #[test]
    fn a_request_whose_runtime_ends_is_made_again_by_those_who_wait() {
        let runtime = || tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (flights, tower) = (Flights::default(), Tower::new());
        let short_lived = runtime();
        short_lived.block_on(async {
            let mut first = Box::pin(flights.join(1, || tower.request()));
            assert!(poll_once(&mut first).is_pending());
            tokio::task::yield_now().await;
        });
        let mut second = Box::pin(flights.join(1, || tower.request()));
        assert!(poll_once(&mut second).is_pending());
        drop(short_lived);
        assert!(is_empty(&flights));
        tower.clear.notify_one();
        assert_eq!(runtime().block_on(second), 2);
    }

    #[test]
    fn outside_of_a_runtime_a_request_lives_as_long_as_its_caller() {
        let (flights, tower) = (Flights::default(), Tower::new());
        let mut first = Box::pin(flights.join(1, || tower.request()));
        assert!(poll_once(&mut first).is_pending());
        let mut second = Box::pin(flights.join(1, || tower.request()));
        assert!(poll_once(&mut second).is_pending());
        assert_eq!(tower.requests.load(Ordering::Relaxed), 1, "one request for both");
        drop(first);
        assert!(is_empty(&flights));
        tower.clear.notify_one();
        assert_eq!(poll_once(&mut second), Poll::Ready(2));
    }
}
