//! Single flight: callers who want the same thing at the same time share one request, which outlives them. Only so many
//! requests are under way at a time.

use crate::telemetry::in_current_span;
use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use tokio::runtime::{self, Handle, RuntimeFlavor};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::Instant;

/// Requests under way, by who drives them and what they ask for.
pub(in crate::registry) struct Flights<K, V> {
    running: Arc<Running<K, V>>,
    /// The age from which on nobody counts on a request any more.
    longest: Duration,
    seats: Seats,
}

type Running<K, V> = Mutex<HashMap<(Drive, K), Flight<V>>>;

/// A request under way.
struct Flight<V> {
    began: Instant,
    landing: watch::Receiver<Option<V>>,
}

/// What keeps a request going, and so who may wait for it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Drive {
    /// Threads of a runtime, or a caller outside of runtimes: for everybody.
    Own,
    /// Those who wait in this runtime of one thread, which stands still between their calls: for them alone.
    Waiting(runtime::Id),
}

impl Drive {
    fn of(runtime: Option<&Handle>) -> Self {
        match runtime {
            Some(runtime) if runtime.runtime_flavor() == RuntimeFlavor::CurrentThread => {
                Self::Waiting(runtime.id())
            }
            _ => Self::Own,
        }
    }
}

impl<K, V> Flights<K, V>
where
    K: Eq + Hash + Clone + Send + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// None yet, and never more than `most` at a time, of each drive. A request that is older than `longest` has most likely
    /// lost its answer: the next caller makes a new one.
    pub(in crate::registry) fn new(most: usize, longest: Duration) -> Self {
        Self { running: Arc::default(), longest, seats: Seats::new(most) }
    }

    /// The outcome of the request under way for `key`, or of a new one when there is none.
    ///
    /// The request runs in a task of the runtime, so it goes on when its caller goes away: who has less time than an answer
    /// takes would otherwise never come by one. Outside of a runtime it runs in its caller. When it comes to no end, since
    /// its runtime ended, it panicked or its caller went away, those who wait make their own.
    ///
    /// Where as many requests as may be are under way, a caller waits for one of them to end before it makes another one. It
    /// is in nobody's way then, and leaves nothing behind when it goes away.
    pub(in crate::registry) async fn join<F>(&self, key: K, request: impl Fn() -> F) -> V
    where
        F: Future<Output = V> + Send + 'static,
    {
        let runtime = Handle::try_current().ok();
        let key = (Drive::of(runtime.as_ref()), key);
        let boarding = match self.others(&key) {
            Some(landing) => Boarding::Others(landing),
            None => {
                let seat = self.seats.take(key.0).await;
                self.board(key, seat)
            }
        };
        let mut landing = match boarding {
            Boarding::Others(landing) => landing,
            Boarding::New(pilot, landing) => {
                let request = request();
                let flight = in_current_span(async move { pilot.land(request.await) });
                match runtime {
                    Some(runtime) => drop(runtime.spawn(flight)),
                    None => flight.await,
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

    /// The request of another caller, if there is one to count on.
    fn others(&self, key: &(Drive, K)) -> Option<watch::Receiver<Option<V>>> {
        self.young(&lock(&self.running), key)
    }

    /// The same, or else a new one. Another caller may have been faster while this one waited for its seat.
    fn board(&self, key: (Drive, K), seat: Option<OwnedSemaphorePermit>) -> Boarding<K, V> {
        let mut running = lock(&self.running);
        if let Some(landing) = self.young(&running, &key) {
            return Boarding::Others(landing);
        }
        let (outcome, landing) = watch::channel(None);
        running.insert(key.clone(), Flight { began: Instant::now(), landing: landing.clone() });
        Boarding::New(Pilot { running: Arc::clone(&self.running), key, outcome, _seat: seat }, landing)
    }

    fn young(
        &self,
        running: &HashMap<(Drive, K), Flight<V>>,
        key: &(Drive, K),
    ) -> Option<watch::Receiver<Option<V>>> {
        let flight = running.get(key)?;
        (flight.began.elapsed() <= self.longest).then(|| flight.landing.clone())
    }
}

/// Bounds on the requests of each drive. A runtime of one thread may stand still with its requests, and must not hold up
/// others.
struct Seats {
    most: usize,
    of: Mutex<HashMap<Drive, Weak<Semaphore>>>,
}

impl Seats {
    fn new(most: usize) -> Self {
        Self { most: most.clamp(1, Semaphore::MAX_PERMITS), of: Mutex::default() }
    }

    /// A seat, as soon as there is one. `None` never comes, since no semaphore is ever closed.
    async fn take(&self, drive: Drive) -> Option<OwnedSemaphorePermit> {
        self.semaphore(drive).acquire_owned().await.ok()
    }

    fn semaphore(&self, drive: Drive) -> Arc<Semaphore> {
        // Nothing between lock and unlock can panic half-way.
        let mut of = self.of.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(semaphore) = of.get(&drive).and_then(Weak::upgrade) {
            return semaphore;
        }
        // Those of runtimes that ended, or have nothing under way.
        of.retain(|_, semaphore| semaphore.strong_count() > 0);
        let semaphore = Arc::new(Semaphore::new(self.most));
        of.insert(drive, Arc::downgrade(&semaphore));
        semaphore
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
    key: (Drive, K),
    outcome: watch::Sender<Option<V>>,
    _seat: Option<OwnedSemaphorePermit>,
}

impl<K: Eq + Hash, V> Pilot<K, V> {
    fn land(self, outcome: V) {
        // Before anybody knows the outcome, so that who comes after that finds the table clear.
        self.leave();
        self.outcome.send_replace(Some(outcome));
    }

    fn leave(&self) {
        let mut running = lock(&self.running);
        // After the landing, or at a great age, the key may be that of the next flight.
        let own = self.outcome.subscribe();
        if running.get(&self.key).is_some_and(|flight| flight.landing.same_channel(&own)) {
            running.remove(&self.key);
        }
    }
}

impl<K: Eq + Hash, V> Drop for Pilot<K, V> {
    fn drop(&mut self) {
        self.leave();
    }
}

fn lock<K, V>(running: &Running<K, V>) -> MutexGuard<'_, HashMap<(Drive, K), Flight<V>>> {
    // Nothing between lock and unlock can panic half-way.
    running.lock().unwrap_or_else(PoisonError::into_inner)
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
    use tokio::runtime::{Builder, Runtime};
    use tokio::sync::Notify;

    fn is_empty(flights: &Flights<u32, u32>) -> bool {
        flights.running.lock().unwrap().is_empty()
    }

    /// For requests of any age, and more of them than any test makes.
    fn flights() -> Flights<u32, u32> {
        Flights::new(usize::MAX, Duration::MAX)
    }

    /// One of which nothing goes on but in its `block_on`.
    fn single() -> Runtime {
        Builder::new_current_thread().build().unwrap()
    }

    /// One with a thread of its own.
    fn threaded() -> Runtime {
        Builder::new_multi_thread().worker_threads(1).build().unwrap()
    }

    /// A request that counts itself, says so, and lands with its number when it is told to.
    struct Tower {
        asked: Notify,
        clear: Notify,
        requests: AtomicU32,
    }

    impl Tower {
        fn new() -> Arc<Self> {
            Arc::new(Self { asked: Notify::new(), clear: Notify::new(), requests: AtomicU32::new(0) })
        }

        fn request(self: &Arc<Self>) -> impl Future<Output = u32> + Send + use<> {
            let tower = Arc::clone(self);
            async move {
                let number = 1 + tower.requests.fetch_add(1, Ordering::Relaxed);
                tower.asked.notify_one();
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
        let (flights, tower) = (flights(), Tower::new());
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
        let (flights, tower) = (flights(), Tower::new());
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
        let (flights, tower) = (flights(), Tower::new());
        let short_lived = threaded();
        short_lived.block_on(async {
            let mut first = Box::pin(flights.join(1, || tower.request()));
            assert!(poll_once(&mut first).is_pending());
            tower.asked.notified().await;
        });
        let mut second = Box::pin(flights.join(1, || tower.request()));
        assert!(poll_once(&mut second).is_pending());
        drop(short_lived);
        assert!(is_empty(&flights));
        tower.clear.notify_one();
        assert_eq!(single().block_on(second), 2);
    }

    #[test]
    fn a_request_in_a_runtime_that_stands_still_holds_up_nobody_elsewhere() {
        let (flights, tower) = (flights(), Tower::new());
        let still = single();
        still.block_on(async {
            let mut impatient = Box::pin(flights.join(1, || tower.request()));
            assert!(poll_once(&mut impatient).is_pending());
            tower.asked.notified().await;
        });
        let outside = poll_once(&mut Box::pin(flights.join(1, || async { 10 })));
        assert_eq!(outside, Poll::Ready(10), "outside of runtimes");
        single().block_on(async {
            let mut other = Box::pin(flights.join(1, || async { 20 }));
            assert!(poll_once(&mut other).is_pending());
            tokio::task::yield_now().await;
            assert_eq!(poll_once(&mut other), Poll::Ready(20), "in another runtime of its kind");
        });
        assert_eq!(threaded().block_on(flights.join(1, || async { 30 })), 30, "in a runtime with threads");
        tower.clear.notify_one();
        assert_eq!(
            still.block_on(flights.join(1, || async { 40 })),
            1,
            "there it goes on with the next call"
        );
        assert!(is_empty(&flights));
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_counts_on_a_request_of_great_age() {
        for longest in [Duration::ZERO, Duration::from_millis(1), Duration::from_secs(3_600)] {
            let (flights, tower) = (Flights::new(9, longest), Tower::new());
            let mut waiting = Vec::new();
            for (pause, requests) in [(Duration::ZERO, 1), (longest, 1), (Duration::from_millis(1), 2)] {
                tokio::time::advance(pause).await;
                let mut caller = Box::pin(flights.join(1, || tower.request()));
                assert!(poll_once(&mut caller).is_pending());
                waiting.push(caller);
                tokio::task::yield_now().await;
                assert_eq!(tower.requests.load(Ordering::Relaxed), requests, "{longest:?}");
            }
            tower.clear.notify_one();
            let [first, second, third] = waiting.try_into().ok().unwrap();
            assert_eq!(tokio::join!(first, second), (1, 1), "who waits for it still gets its answer");
            assert!(!is_empty(&flights), "the new one is under way");
            tower.clear.notify_one();
            assert_eq!(third.await, 2);
            assert!(is_empty(&flights));
        }
    }

    #[test]
    fn outside_of_a_runtime_a_request_lives_as_long_as_its_caller() {
        let (flights, tower) = (flights(), Tower::new());
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

    #[tokio::test]
    async fn no_more_requests_than_may_be_are_under_way() {
        for most in [1, 2, 5] {
            let (flights, tower) = (Flights::new(most, Duration::MAX), Tower::new());
            let mut callers: Vec<_> =
                (0..20).map(|key| Box::pin(flights.join(key, || tower.request()))).collect();
            for caller in &mut callers {
                assert!(poll_once(caller).is_pending());
            }
            while tower.requests.load(Ordering::Relaxed) < u32::try_from(most).unwrap() {
                tokio::task::yield_now().await;
            }
            assert_eq!(lock(&flights.running).len(), most);
            // Who goes away before it has a seat leaves nothing behind.
            callers.truncate(10);
            for (number, caller) in (1..).zip(callers) {
                tower.clear.notify_one();
                assert_eq!(caller.await, number, "one after the other");
                assert!(lock(&flights.running).len() <= most);
            }
            assert!(is_empty(&flights));
            assert_eq!(tower.requests.load(Ordering::Relaxed), 10);
        }
    }

    #[test]
    fn a_runtime_that_stands_still_keeps_no_seat_from_others() {
        let (flights, tower) = (Flights::new(1, Duration::MAX), Tower::new());
        let still = single();
        still.block_on(async {
            assert!(poll_once(&mut Box::pin(flights.join(1, || tower.request()))).is_pending());
            tower.asked.notified().await;
        });
        assert_eq!(single().block_on(flights.join(2, || async { 20 })), 20, "in another runtime of its kind");
        assert_eq!(threaded().block_on(flights.join(3, || async { 30 })), 30, "in a runtime with threads");
    }
}
