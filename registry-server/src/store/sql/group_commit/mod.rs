//! Group commit: registrations of one node that wait for the database share a call, a transaction, and the wait for the disk.
//!
//! A new content takes its id from the counter of its context, whose row is held until the transaction is on disk, so one
//! registration after the other can be no faster than the disk. Those that come while others are under way are sent together
//! as soon as one of these calls returns, or when they are many. Each is decided on its own merits (`write_versions` in the
//! migrations of Postgres, a trigger on SQLite): what one meets is no concern of the others.
//!
//! Each context has a lane of its own on Postgres: what waits for a lock there holds up nobody elsewhere. All lanes together leave
//! connections to others. An SQLite file has one writer, hence one lane.

mod group;
mod in_file;
mod lane;
mod registration;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

pub(crate) use self::group::LEAST_FOR_CONTEXTS;
pub(super) use self::group::{Postgres, calls_in_all};
pub(super) use self::in_file::Sqlite;
use self::lane::{Lane, Limits, Patience};
pub(super) use self::registration::Registration;
use super::error::is_out_of_memory;
use super::sqlite::Fault;
use crate::domain::Context;
use crate::store::{Insertion, StoreError};

/// The outcome of one registration.
type Outcome = Result<Insertion, StoreError>;

/// The way of groups to the database.
#[derive(Clone)]
pub(super) enum Way {
    Postgres(Postgres),
    Sqlite(Box<Sqlite>),
}

/// The registrations of a node that wait for the database.
#[derive(Debug)]
pub(super) struct GroupCommit {
    /// A permit for each call that may be under way, of whatever lane.
    calls: Arc<Semaphore>,
    /// Those that wait in each context, or under way from there; `None` stands for all of them.
    lanes: Mutex<HashMap<Option<Context>, Lane>>,
}

/// A registration whose outcome somebody waits for.
#[derive(Debug)]
struct Waiting {
    registration: Registration,
    outcome: oneshot::Sender<Outcome>,
}

impl GroupCommit {
    /// So many `calls` are under way at most.
    pub(super) fn new(calls: usize) -> Self {
        Self { calls: Arc::new(Semaphore::new(calls)), lanes: Mutex::default() }
    }

    /// Makes a registration, together with others that wait. It is carried out also if the caller goes away.
    ///
    /// # Errors
    /// [`StoreError`] when it failed, or when it is not known whether it was carried out.
    pub(super) async fn insert(
        self: &Arc<Self>,
        way: Way,
        registration: Registration,
    ) -> Result<Insertion, StoreError> {
        registration.check_storable()?;
        let name = way.lane_of(&registration);
        let (outcome, told) = oneshot::channel();
        if self.join(&name, Waiting { registration, outcome }, way.limits()) {
            tokio::spawn(self.clone().send_all(way, name));
        }
        // Only a fault of this program, or its end, leaves one without an outcome.
        told.await.unwrap_or_else(|dropped| Err(StoreError::Unavailable(Box::new(dropped))))
    }

    /// Adds to those who wait. `true` if there may be one more call.
    fn join(&self, name: &Option<Context>, waiting: Waiting, limits: Limits) -> bool {
        self.lock().entry(name.clone()).or_default().join(waiting, limits)
    }

    /// Sends groups until nobody waits, or those who wait are better sent by others.
    async fn send_all(self: Arc<Self>, way: Way, name: Option<Context>) {
        loop {
            // Waited for before there is a group, which grows meanwhile.
            let permit = self.permit().await;
            let Some(group) = self.next_group(&name, &way) else { return };
            // A task of its own, whose panic is not the end of this one.
            let (way, all, name) = (way.clone(), self.clone(), name.clone());
            let _ = tokio::spawn(async move { all.send_group(&way, &name, permit, group).await }).await;
        }
    }

    /// The next group of a lane. Without one there is a call less.
    fn next_group(&self, name: &Option<Context>, way: &Way) -> Option<Vec<Waiting>> {
        let mut lanes = self.lock();
        let lane = lanes.get_mut(name)?;
        // Sent, each group of them would fail after a wait of its own.
        for overdue in lane.take_overdue(way.patience(), Instant::now()) {
            drop(overdue.outcome.send(Err(Fault::Crowded.into())));
        }
        let group = lane.next_group(way.limits());
        if lane.is_idle() {
            lanes.remove(name);
        }
        group
    }

    /// Sends a group and tells each its outcome. A failure that may be the fault of one of them is none of the others, and what
    /// is too large together may not be so one by one: then each is sent alone. Where the wait of the first ones has ended
    /// without a turn, the others wait on.
    async fn send_group(
        &self,
        way: &Way,
        name: &Option<Context>,
        permit: Option<OwnedSemaphorePermit>,
        group: Vec<Waiting>,
    ) {
        let (registrations, tellers): (Vec<_>, Vec<_>) =
            group.into_iter().map(|waiting| (waiting.registration, waiting.outcome)).unzip();
        let mut wait_on = false;
        let outcomes: Vec<Option<Outcome>> = match way.send_together(&registrations).await {
            Ok(outcomes) => outcomes,
            Err(error) if registrations.len() > 1 && may_go_through_alone(&error) => {
                registrations.iter().map(|_| None).collect()
            }
            Err(error) => {
                let wait = way.wait_that_ends_in(&error);
                wait_on = wait.is_some();
                let over = has_waited(&registrations, wait.unwrap_or_default(), Instant::now());
                over.map(|is_over| is_over.then(|| Err(error.shared()))).collect()
            }
        };
        // They are calls of their own.
        drop(permit);
        let mut alone = Vec::new();
        let mut left = Vec::new();
        for ((registration, teller), outcome) in registrations.into_iter().zip(tellers).zip(outcomes) {
            match outcome {
                // Whoever does not wait any more finds it when it is asked for.
                Some(outcome) => drop(teller.send(outcome)),
                None if wait_on => left.push(Waiting { registration, outcome: teller }),
                None => alone.push(async move {
                    let _permit = self.permit().await;
                    drop(teller.send(way.send_alone(&registration).await));
                }),
            }
        }
        if let Some(lane) = self.lock().get_mut(name) {
            lane.put_back(left);
        }
        join_all(alone).await;
    }

    /// A permit for a call, first come, first served. There is always one: they have no end.
    async fn permit(&self) -> Option<OwnedSemaphorePermit> {
        self.calls.clone().acquire_owned().await.ok()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Option<Context>, Lane>> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Way {
    /// The lane in which a registration waits.
    fn lane_of(&self, registration: &Registration) -> Option<Context> {
        match self {
            Self::Postgres(_) => Some(registration.new.subject.context().clone()),
            Self::Sqlite(_) => None,
        }
    }

    fn limits(&self) -> Limits {
        match self {
            Self::Postgres(postgres) => postgres.limits(),
            Self::Sqlite(_) => Sqlite::LIMITS,
        }
    }

    fn patience(&self) -> Patience {
        let (longest_wait, only_abandoned) = match self {
            Self::Postgres(postgres) => (postgres.line.statement_timeout(), true),
            Self::Sqlite(sqlite) => (sqlite.longest_wait(), false),
        };
        Patience { longest_wait, only_abandoned }
    }

    /// How long a registration waits that fails with this error; `None` if that tells of anything but its wait.
    fn wait_that_ends_in(&self, error: &StoreError) -> Option<Duration> {
        match self {
            Self::Postgres(_) => None,
            Self::Sqlite(sqlite) => sqlite.wait_that_ends_in(error),
        }
    }

    /// Registers all of these together, each as far as nothing stands in its way. The outcome of each is `None` where it is to
    /// be sent alone.
    ///
    /// # Errors
    /// [`StoreError`] when none of them was carried out, or when that is not known.
    async fn send_together(
        &self,
        registrations: &[Registration],
    ) -> Result<Vec<Option<Outcome>>, StoreError> {
        match self {
            Self::Postgres(postgres) => {
                Ok(postgres.send_together(registrations).await?.into_iter().map(Some).collect())
            }
            Self::Sqlite(sqlite) => sqlite.send_together(registrations).await,
        }
    }

    /// Registers one by itself.
    async fn send_alone(&self, registration: &Registration) -> Outcome {
        match self {
            Self::Postgres(postgres) => postgres.send_one(registration).await,
            Self::Sqlite(sqlite) => sqlite.send_one(registration).await,
        }
    }
}

/// Whether each has waited so long by `now`. The first that was asked for has: it is the one whose wait ends.
fn has_waited(registrations: &[Registration], wait: Duration, now: Instant) -> impl Iterator<Item = bool> {
    let first = registrations.iter().map(|registration| registration.asked).min();
    registrations.iter().map(move |one| Some(one.asked) == first || one.asked + wait <= now)
}

/// Whether a group failed, of which nothing was carried out, for something that need not happen to each of them.
fn may_go_through_alone(error: &StoreError) -> bool {
    matches!(error, StoreError::Database(_)) || is_out_of_memory(error)
}
