//! The connections that nobody uses, and whether there may be more.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sqlx::PgConnection;
use tokio::sync::futures::Notified;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

/// How long no further connection is asked for after the server had none to spare. Each refusal costs it a process.
pub(super) const GROWTH_PAUSE: Duration = Duration::from_millis(250);

/// How long a connection may lie idle: what stands between here and the server may forget it without a word.
const LONGEST_IDLE: Duration = Duration::from_secs(60);

/// How many connections are made at the same time. A log-in costs both sides more than most statements do.
const MOST_ATTEMPTS: usize = 4;

/// The connections that nobody uses.
#[derive(Debug)]
pub(super) struct Idle {
    state: Mutex<State>,
    /// Room for connections, in use or not.
    slots: Arc<Semaphore>,
    /// Room for attempts to connect.
    attempts: Arc<Semaphore>,
    /// A connection came back, or there is room for another one.
    woken: Arc<Notify>,
}

#[derive(Debug, Default)]
struct State {
    /// Ascending by the time since when nobody uses them.
    connections: Vec<IdleConnection>,
    /// Set while the server gives no connection: when the next attempt may be made, and why the last one failed.
    grow_at: Option<(Instant, String)>,
    is_closed: bool,
}

/// A connection and its place among those that there may be.
#[derive(Debug)]
pub(super) struct Open {
    /// The number of its host.
    pub(super) host: usize,
    pub(super) connection: PgConnection,
    /// Given up when the connection is closed.
    _slot: Room,
}

/// A connection that nobody uses.
#[derive(Debug)]
pub(super) struct IdleConnection {
    /// Since when.
    pub(super) since: Instant,
    pub(super) open: Open,
}

/// A permit that wakes one of those who wait for a connection when it is given up.
#[derive(Debug)]
struct Room {
    permit: Option<OwnedSemaphorePermit>,
    woken: Arc<Notify>,
}

impl Drop for Room {
    fn drop(&mut self) {
        drop(self.permit.take());
        self.woken.notify_one();
    }
}

/// The right to make a connection.
#[derive(Debug)]
pub(super) struct Attempt {
    slot: Room,
    /// Given up when the attempt has ended.
    _attempt: Room,
}

impl Attempt {
    /// The connection that the attempt gave.
    pub(super) fn succeeded(self, host: usize, connection: PgConnection) -> Open {
        Open { host, connection, _slot: self.slot }
    }
}

/// The next step of a caller that needs a connection.
pub(super) enum Step {
    /// Use this one.
    Use(IdleConnection),
    /// Connect.
    Connect(Attempt),
    /// Wait for one that comes back, or until this time.
    Wait(Option<Instant>),
}

impl Idle {
    /// Room for `size` connections.
    pub(super) fn new(size: usize) -> Self {
        Self {
            state: Mutex::default(),
            slots: Arc::new(Semaphore::new(size)),
            attempts: Arc::new(Semaphore::new(MOST_ATTEMPTS)),
            woken: Arc::default(),
        }
    }

    /// The next step of a caller, who connects only if it `may_connect`. Old connections and those to another host than the
    /// current one are closed. Of those who wait while the server gives no connection, one at a time is told to connect.
    pub(super) fn next(&self, host: usize, may_connect: bool) -> Step {
        // Closed when the lock is free: each wakes somebody.
        let mut useless = Vec::new();
        let mut state = self.lock();
        let now = Instant::now();
        let old = state.connections.partition_point(|idle| now - idle.since > LONGEST_IDLE);
        useless.extend(state.connections.drain(..old));
        while let Some(idle) = state.connections.pop() {
            if idle.open.host == host {
                return Step::Use(idle);
            }
            useless.push(idle);
        }
        if !may_connect {
            return Step::Wait(None);
        }
        if let Some((at, _)) = &state.grow_at
            && *at > now
        {
            return Step::Wait(Some(*at));
        }
        let slot = self.slots.clone().try_acquire_owned();
        let (Ok(slot), Ok(attempt)) = (slot, self.attempts.clone().try_acquire_owned()) else {
            return Step::Wait(None);
        };
        if let Some((at, _)) = &mut state.grow_at {
            *at = now + GROWTH_PAUSE;
        }
        let room = |permit| Room { permit: Some(permit), woken: self.woken.clone() };
        Step::Connect(Attempt { slot: room(slot), _attempt: room(attempt) })
    }

    /// The server gave no connection: the next attempt is made after a pause.
    pub(super) fn cannot_grow(&self, pause: Duration, reason: &sqlx::Error) {
        self.lock().grow_at = Some((Instant::now() + pause, reason.to_string()));
    }

    /// Why the server gives no connection, if that is so.
    pub(super) fn refusal(&self) -> Option<String> {
        self.lock().grow_at.as_ref().map(|(_, reason)| reason.clone())
    }

    /// The server gave a connection.
    pub(super) fn has_grown(&self) {
        if self.lock().grow_at.take().is_some() {
            self.woken.notify_waiters();
        }
    }

    /// Ends when a connection came back, or there is room for another one.
    pub(super) fn woken(&self) -> Notified<'_> {
        self.woken.notified()
    }

    /// Gives a connection back.
    pub(super) fn put(&self, open: Open) {
        let mut state = self.lock();
        if !state.is_closed {
            state.connections.push(IdleConnection { since: Instant::now(), open });
            drop(state);
            self.woken.notify_one();
        }
    }

    /// Closes the connections that nobody has used since a time.
    pub(super) fn forget_unused_since(&self, time: Instant) {
        let mut state = self.lock();
        let count = state.connections.partition_point(|idle| idle.since <= time);
        let unused: Vec<_> = state.connections.drain(..count).collect();
        drop(state);
        drop(unused);
    }

    /// Takes all connections out.
    pub(super) fn take_all(&self) -> Vec<PgConnection> {
        let all = std::mem::take(&mut self.lock().connections);
        all.into_iter().map(|idle| idle.open.connection).collect()
    }

    /// Takes all connections out, and closes those that come back later.
    pub(super) fn close(&self) -> Vec<PgConnection> {
        self.lock().is_closed = true;
        self.take_all()
    }

    /// How many nobody uses.
    pub(super) fn count(&self) -> u64 {
        u64::try_from(self.lock().connections.len()).unwrap_or(u64::MAX)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
