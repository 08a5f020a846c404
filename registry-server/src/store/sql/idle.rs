//! The connections that nobody uses, and whether there may be more.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sqlx::PgConnection;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

/// How long no further connection is asked for after the server had none to spare. Each refusal costs it a process.
const GROWTH_PAUSE: Duration = Duration::from_millis(250);

/// How long a connection may lie idle: what stands between here and the server may forget it without a word.
const LONGEST_IDLE: Duration = Duration::from_secs(60);

/// The connections that nobody uses.
#[derive(Debug, Default)]
pub(super) struct Idle {
    state: Mutex<State>,
    /// A connection came back, or the place of one is free.
    returned: Notify,
}

#[derive(Debug, Default)]
struct State {
    /// Connections with the numbers of their hosts, and since when nobody uses them, which ascends.
    connections: Vec<(Instant, (usize, PgConnection))>,
    /// Set while the server has no connection to spare: when the next attempt may be made.
    grow_at: Option<Instant>,
}

/// What a caller that needs a connection does next.
pub(super) enum Step {
    /// Use this one.
    Use((usize, PgConnection)),
    /// Connect.
    Connect,
    /// Wait for one that comes back, until this time.
    Wait(Instant),
}

impl Idle {
    /// What a caller does next. Old connections and those to another host than the current one are closed. Of those who wait while the
    /// server is full, one at a time is told to connect.
    pub(super) fn next(&self, host: usize) -> Step {
        let mut state = self.lock();
        let now = Instant::now();
        let old = state.connections.partition_point(|(since, _)| now - *since > LONGEST_IDLE);
        drop(state.connections.drain(..old));
        while let Some((_, connection)) = state.connections.pop() {
            if connection.0 == host {
                return Step::Use(connection);
            }
        }
        match state.grow_at {
            None => Step::Connect,
            Some(at) if at <= Instant::now() => {
                state.grow_at = Some(Instant::now() + GROWTH_PAUSE);
                Step::Connect
            }
            Some(at) => Step::Wait(at),
        }
    }

    /// The server had no connection to spare. Gives the time of the next attempt.
    pub(super) fn cannot_grow(&self) -> Instant {
        let at = Instant::now() + GROWTH_PAUSE;
        self.lock().grow_at = Some(at);
        at
    }

    /// The server gave a connection.
    pub(super) fn has_grown(&self) {
        self.lock().grow_at = None;
    }

    /// Waits until a connection may have come back, or until a time.
    pub(super) async fn wait(&self, until: Instant) {
        let _ = timeout_at(until, self.returned.notified()).await;
    }

    /// Wakes one of those who wait.
    pub(super) fn wake_one(&self) {
        self.returned.notify_one();
    }

    /// Gives a connection back.
    pub(super) fn put(&self, host: usize, connection: PgConnection) {
        let mut state = self.lock();
        state.connections.push((Instant::now(), (host, connection)));
    }

    /// Takes all connections out.
    pub(super) fn take_all(&self) -> Vec<(usize, PgConnection)> {
        let all = std::mem::take(&mut self.lock().connections);
        all.into_iter().map(|(_, connection)| connection).collect()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
