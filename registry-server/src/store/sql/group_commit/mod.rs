//! Group commit: registrations of one node that wait for the database share a call, a transaction, and the wait for the disk.
//!
//! A new content takes its id from the counter of its context, whose row is held until the transaction is on disk, so one
//! registration after the other can be no faster than the disk. Those that come while others are under way are sent together
//! as soon as one of these calls returns, or when they are many. Each is decided on its own merits (`write_versions` in the
//! migrations of Postgres, a trigger on SQLite): what one meets is no concern of the others.
//!
//! Each context has a lane of its own on Postgres: what waits for a lock there holds up nobody elsewhere. An SQLite file has one
//! writer, hence one lane.

mod group;
mod in_file;
mod lane;
mod registration;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

pub(super) use self::group::Postgres;
pub(super) use self::in_file::Sqlite;
use self::lane::{Lane, Limits};
pub(super) use self::registration::Registration;
use super::error::is_out_of_memory;
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
#[derive(Debug, Default)]
pub(super) struct GroupCommit {
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
        while let Some(group) = self.next_group(&name, way.limits()) {
            // A task of its own, whose panic is not the end of this one.
            let way = way.clone();
            let _ = tokio::spawn(async move { send_group(&way, group).await }).await;
        }
    }

    /// The next group of a lane. Without one there is a call less.
    fn next_group(&self, name: &Option<Context>, limits: Limits) -> Option<Vec<Waiting>> {
        let mut lanes = self.lock();
        let lane = lanes.get_mut(name)?;
        let group = lane.next_group(limits);
        if lane.is_idle() {
            lanes.remove(name);
        }
        group
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

    /// Registers all of these together, each as far as nothing stands in its way.
    ///
    /// # Errors
    /// [`StoreError`] when none of them was carried out, or when that is not known.
    async fn send_together(&self, registrations: &[Registration]) -> Result<Vec<Outcome>, StoreError> {
        match self {
            Self::Postgres(postgres) => postgres.send_together(registrations).await,
            Self::Sqlite(sqlite) => sqlite.send_together(registrations).await,
        }
    }

    /// Registers each in a transaction of its own.
    async fn send_alone(&self, registrations: &[Registration]) -> Vec<Outcome> {
        match self {
            Self::Postgres(postgres) => postgres.send_alone(registrations).await,
            Self::Sqlite(sqlite) => sqlite.send_alone(registrations).await,
        }
    }
}

/// Sends a group and tells each its outcome. A failure that may be the fault of one of them is none of the others, and what
/// is too large together may not be so one by one: then each is sent alone.
async fn send_group(way: &Way, group: Vec<Waiting>) {
    let (registrations, outcomes): (Vec<_>, Vec<_>) =
        group.into_iter().map(|waiting| (waiting.registration, waiting.outcome)).unzip();
    let results: Vec<Outcome> = match way.send_together(&registrations).await {
        Ok(outcomes) => outcomes,
        Err(error) if registrations.len() > 1 && may_go_through_alone(&error) => {
            way.send_alone(&registrations).await
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
