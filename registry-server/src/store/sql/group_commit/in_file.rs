//! A group of registrations on SQLite.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;

use super::Outcome;
use super::lane::Limits;
use super::registration::Registration;
use crate::domain::Subject;
use crate::store::sql::cipher::Cipher;
use crate::store::sql::database::{Backend, Database, Writer};
use crate::store::sql::encode::corrupt;
use crate::store::sql::locks::LockSet;
use crate::store::sql::operation::{Observer, Operation, Verdict, perform};
use crate::store::sql::sqlite::{WriterQueue, insert_registrations};
use crate::store::{Insertion, StoreError};

/// The way of groups to an SQLite file.
#[derive(Clone)]
pub(in crate::store::sql) struct Sqlite {
    pub(in crate::store::sql) database: Arc<Database>,
    pub(in crate::store::sql) observer: Observer,
    pub(in crate::store::sql) cipher: Cipher,
}

impl Sqlite {
    /// One group after the other: there is one writer. Each size of a group is a text of its own, which the connection keeps
    /// prepared.
    pub(super) const LIMITS: Limits = Limits { small_calls: 1, calls: 1, large_group: 1, most_together: 32 };

    /// How many calls are under way: a group, or those of a group of which each is sent alone. They share transactions again.
    pub(in crate::store::sql) const CALLS: usize = Self::LIMITS.most_together;

    /// Registers all of these in one transaction. The outcome of those about which something is special is `None`: each is to be
    /// sent alone, step by step, which the others do not wait for.
    ///
    /// # Errors
    /// [`StoreError`] when none of them was carried out.
    pub(super) async fn send_together(
        &self,
        registrations: &[Registration],
    ) -> Result<Vec<Option<Outcome>>, StoreError> {
        let together = Together { registrations, cipher: &self.cipher };
        let done = perform(&self.database, &self.observer, &together).await?;
        Ok(done.into_iter().map(|insertion| insertion.map(Ok)).collect())
    }

    /// How long a registration waits for its turn at most, from when it was asked for.
    pub(super) fn longest_wait(&self) -> Duration {
        self.writer().map(WriterQueue::longest_wait).unwrap_or_default()
    }

    /// How long a registration waits that fails with this error; `None` if that tells of anything but its wait.
    pub(super) fn wait_that_ends_in(&self, error: &StoreError) -> Option<Duration> {
        self.writer()?.wait_that_ends_in(error)
    }

    fn writer(&self) -> Option<&WriterQueue> {
        match &self.database.backend {
            Backend::Sqlite { writer, .. } => Some(writer),
            Backend::Postgres { .. } => None,
        }
    }

    /// Registers one step by step.
    pub(super) async fn send_one(&self, registration: &Registration) -> Outcome {
        perform(&self.database, &self.observer, &registration.by_steps(&self.cipher)).await
    }
}

/// Registrations in one statement. The outcome of each is `None` where it was not carried out and is to be looked at step by
/// step.
struct Together<'a> {
    registrations: &'a [Registration],
    cipher: &'a Cipher,
}

#[async_trait]
impl Operation for Together<'_> {
    type Outcome = Vec<Option<Insertion>>;

    /// SQLite has nothing to lock; what is told of a refusal is that of a single one.
    fn locks(&self) -> LockSet {
        match self.registrations {
            [one] => one.locks(),
            _ => LockSet::default(),
        }
    }

    /// When the first of them was: nobody waits for a lock once behind others and then once more.
    fn asked(&self) -> Option<Instant> {
        self.registrations.iter().map(|registration| registration.asked).min()
    }

    async fn run(&self, tx: &mut Writer) -> Result<Verdict<Self::Outcome>, StoreError> {
        let done = self.insert(tx).await?;
        if done.iter().any(Option::is_some) {
            return Ok(Verdict::Commit(done));
        }
        let [registration] = self.registrations else { return Ok(Verdict::Abandon(done)) };
        Ok(match registration.by_steps(self.cipher).run(tx).await? {
            Verdict::Commit(insertion) => Verdict::Commit(vec![Some(insertion)]),
            Verdict::Abandon(insertion) => Verdict::Abandon(vec![Some(insertion)]),
        })
    }
}

impl Together<'_> {
    async fn insert(&self, tx: &mut Writer) -> Result<Vec<Option<Insertion>>, StoreError> {
        // Two in one subject cannot both be right, and the change log tells them apart by their subjects.
        let mut places = HashMap::with_capacity(self.registrations.len());
        for (place, registration) in self.registrations.iter().enumerate() {
            places.entry(&registration.new.subject).or_insert(place);
        }
        let mut values = Vec::new();
        for (place, registration) in self.registrations.iter().enumerate() {
            if places.get(&registration.new.subject) == Some(&place) {
                values.extend(registration.values());
            }
        }
        let text = insert_registrations(places.len());
        let mut done = vec![None; self.registrations.len()];
        for row in tx.append_registrations(&text, &values, places.len()).await? {
            let (revision, id) = (row.int(0)?, row.id(4)?);
            let subject = Subject::new(row.context(2)?, &row.text(3)?);
            let place = places.get(&subject).copied();
            let of = place.and_then(|place| Some((self.registrations.get(place)?, done.get_mut(place)?)));
            let Some((registration, done)) = of else {
                return Err(corrupt("change_log.subject", &"it is none of those that were registered"));
            };
            *done = Some(registration.note(tx, id, revision));
        }
        Ok(done)
    }
}
