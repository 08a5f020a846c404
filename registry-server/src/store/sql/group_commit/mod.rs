//! Group commit on Postgres: registrations of one node that wait for the database share a call, a transaction, and the wait
//! for the disk.
//!
//! A new content takes its id from the counter of its context, whose row is held until the transaction is on disk, so one
//! registration after the other can be no faster than the disk. Those that come while others are under way are sent together
//! as soon as one of these calls returns. Each is decided on its own merits (`write_versions` in the migrations): what one
//! meets is no concern of the others.

mod group;
mod registration;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use self::group::{Outcome, send_alone, send_together};
pub(super) use self::registration::Registration;
use super::call::Line;
use super::error::is_out_of_memory;
use crate::store::{Insertion, StoreError};

/// How many calls may be under way. One is on its way to the database while another one waits for the disk, and a third one
/// returns; more would be smaller groups that wait for each other.
const MOST_CALLS: usize = 3;
/// The most registrations of a group: what meets a lock holds up so many others.
const MOST_TOGETHER: usize = 64;
/// The most bytes of schemas in a group of more than one.
const MOST_BYTES: usize = 1 << 20;

/// The registrations of a node that wait for the database.
#[derive(Debug, Default)]
pub(super) struct GroupCommit(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<Waiting>,
    calls: usize,
}

/// A registration whose outcome somebody waits for.
#[derive(Debug)]
struct Waiting {
    registration: Registration,
    outcome: oneshot::Sender<Outcome>,
}

impl GroupCommit {
    /// Makes a registration, together with others that wait. It is carried out also if the caller goes away.
    ///
    /// # Errors
    /// [`StoreError`] when it failed, or when it is not known whether it was carried out.
    pub(super) async fn insert(
        self: &Arc<Self>,
        line: Line,
        schema: &str,
        registration: Registration,
    ) -> Result<Insertion, StoreError> {
        registration.check_storable()?;
        let (outcome, told) = oneshot::channel();
        if self.join(Waiting { registration, outcome }) {
            tokio::spawn(self.clone().send_all(line, schema.into()));
        }
        // Only a fault of this program, or its end, leaves one without an outcome.
        told.await.unwrap_or_else(|dropped| Err(StoreError::Unavailable(Box::new(dropped))))
    }

    /// Adds to those who wait. `true` if there may be one more call.
    fn join(&self, waiting: Waiting) -> bool {
        let mut state = self.lock();
        state.waiting.push_back(waiting);
        let may_send = state.calls < MOST_CALLS;
        state.calls += usize::from(may_send);
        may_send
    }

    /// Sends groups until nobody waits.
    async fn send_all(self: Arc<Self>, line: Line, schema: Arc<str>) {
        while let Some(group) = self.next_group() {
            // A task of its own, whose panic is not the end of this one.
            let (line, schema) = (line.clone(), schema.clone());
            let _ = tokio::spawn(async move { send_group(&line, &schema, group).await }).await;
        }
    }

    /// Those who waited longest, in the order in which they are written. With nobody waiting there is a call less.
    fn next_group(&self) -> Option<Vec<Waiting>> {
        let mut state = self.lock();
        let (mut bytes, mut count) = (0, 0);
        for waiting in state.waiting.iter().take(MOST_TOGETHER) {
            bytes += waiting.registration.bytes();
            if count > 0 && bytes > MOST_BYTES {
                break;
            }
            count += 1;
        }
        if count == 0 {
            state.calls -= 1;
            return None;
        }
        let mut group: Vec<Waiting> = state.waiting.drain(..count).collect();
        // Contexts are made in one order by everyone. Within a context the order of coming stays.
        group.sort_by(|one, other| one.registration.context().cmp(other.registration.context()));
        Some(group)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Sends a group and tells each its outcome. A failure that may be the fault of one of them is none of the others, and what
/// is too large together may not be so one by one: then each is sent alone.
async fn send_group(line: &Line, schema: &str, group: Vec<Waiting>) {
    let (registrations, outcomes): (Vec<_>, Vec<_>) =
        group.into_iter().map(|waiting| (waiting.registration, waiting.outcome)).unzip();
    let results: Vec<Outcome> = match send_together(line, schema, &registrations).await {
        Ok(outcomes) => outcomes,
        Err(error) if registrations.len() > 1 && may_go_through_alone(&error) => {
            send_alone(line, schema, &registrations).await
        }
        Err(error) => registrations.iter().map(|_| Err(error.shared())).collect(),
    };
    for (outcome, result) in outcomes.into_iter().zip(results) {
        // Whoever does not wait any more finds it when it is asked for.
        let _ = outcome.send(result);
    }
}

/// Whether a group failed, of which nothing was carried out, for something that need not happen to each of them.
fn may_go_through_alone(error: &StoreError) -> bool {
    matches!(error, StoreError::Database(_)) || is_out_of_memory(error)
}
