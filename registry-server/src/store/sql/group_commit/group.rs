//! A group of registrations on Postgres, sent and answered.

use std::sync::Arc;

use super::Outcome;
use super::lane::Limits;
use super::registration::{Registration, arguments, call};
use crate::domain::SchemaId;
use crate::store::sql::call::{Answer, Argument, Line, is_broken_connection, is_out_of_numbers};
use crate::store::sql::encode::corrupt;
use crate::store::sql::error::is_retryable;
use crate::store::sql::locks::LockSet;
use crate::store::sql::operation::{ATTEMPTS, back_off};
use crate::store::{Insertion, Registered, StoreError, Touched};

/// How many calls may be under way, however small. One is on its way to the database while another one waits for the disk, and
/// a third one returns.
const SMALL_CALLS: usize = 3;
/// How many may be, as far as the connections allow.
const MOST_CALLS: usize = 8;
/// The size of a group that is worth a further call.
const LARGE_GROUP: usize = 8;
/// The most registrations of a group.
pub(super) const MOST_TOGETHER: usize = 64;

/// The fewest connections with which a lock in one context holds up no registration in another: two calls, and a connection for
/// everything else.
pub(crate) const LEAST_FOR_CONTEXTS: usize = 3;

/// How many calls may be under way in all contexts together, of so many connections: half of them, since a lock may hold up every
/// context, as that of the default one does, and others need connections as well. But two as soon as they leave one connection.
pub(in crate::store::sql) fn calls_in_all(connections: usize) -> usize {
    let least = if connections >= LEAST_FOR_CONTEXTS { 2 } else { 1 };
    (connections / 2).max(least)
}

/// What a context sends at a time. Where there are two calls or more, one context leaves one of them to the others.
pub(super) fn limits_of_a_context(connections: usize) -> Limits {
    let most = (calls_in_all(connections) - 1).max(1);
    Limits {
        small_calls: SMALL_CALLS.min(most),
        calls: MOST_CALLS.min(most),
        large_group: LARGE_GROUP,
        most_together: MOST_TOGETHER,
    }
}

/// The way of groups to Postgres.
#[derive(Clone)]
pub(in crate::store::sql) struct Postgres {
    pub(in crate::store::sql) line: Line,
    pub(in crate::store::sql) schema: Arc<str>,
}

impl Postgres {
    pub(super) fn limits(&self) -> Limits {
        limits_of_a_context(self.line.most_calls())
    }

    /// Registers all of these in one transaction, each as far as nothing stands in its way.
    ///
    /// # Errors
    /// [`StoreError`] when none of them was carried out, or when that is not known.
    pub(super) async fn send_together(
        &self,
        registrations: &[Registration],
    ) -> Result<Vec<Outcome>, StoreError> {
        let Self { line, schema } = self;
        let locks = registrations.iter().map(Registration::locks).fold(LockSet::default(), LockSet::with);
        let (keys, exclusive) = locks.in_order(schema);
        let locking = [Argument::from(keys), Argument::Flags(exclusive)];
        let arguments = arguments(registrations);
        let mut lost = None;
        for attempt in 1..=ATTEMPTS {
            match line.send(call(&arguments), &locking).await {
                Ok(answers) => return told(line, registrations, &answers, lost.as_ref()).await,
                Err(error) => {
                    // It may have been carried out.
                    let touches: Vec<Touched> = registrations.iter().map(Registration::touches).collect();
                    line.observer.committed(&touches);
                    if is_out_of_numbers(&error) && registrations.len() == 1 {
                        return Err(StoreError::OutOfNumbers { last: i64::from(i32::MAX) });
                    }
                    if is_broken_connection(&error) {
                        // Most often the connection was dead before the call. If not, the tokens no longer fit.
                        lost = Some(error);
                    } else if !is_retryable(&error) {
                        // Where an attempt before may have been carried out, that is what has to be told.
                        return Err(lost.unwrap_or(error));
                    }
                    back_off(attempt).await;
                }
            }
        }
        Err(lost.unwrap_or(StoreError::Contention { attempts: ATTEMPTS }))
    }

    /// Registers one in a transaction of its own.
    pub(super) async fn send_one(&self, registration: &Registration) -> Outcome {
        let outcomes = self.send_together(std::slice::from_ref(registration)).await?;
        outcomes.into_iter().next().unwrap_or_else(|| Err(sqlx::Error::RowNotFound.into()))
    }
}

/// The outcome of each, and everyone told of it. If the answer to an attempt before was `lost`, a registration that would not
/// find itself may have been made by that.
async fn told(
    line: &Line,
    registrations: &[Registration],
    answers: &[Answer],
    lost: Option<&StoreError>,
) -> Result<Vec<Outcome>, StoreError> {
    // One row for each, and one behind them that tells what was written.
    let Some((last, answers)) = answers.split_last().filter(|(_, each)| each.len() == registrations.len())
    else {
        return Err(corrupt("the answer of a function", &"it has another number of rows"));
    };
    let outcome = |registration: &Registration, answer: &Answer| match (answer.outcome.as_str(), lost) {
        ("inserted", _) => {
            let id = answer.id.and_then(SchemaId::new).ok_or_else(|| answer.unknown())?;
            Ok(Insertion::Inserted { id, version: registration.version, ts: registration.now })
        }
        ("conflict", Some(lost)) if !registration.finds_itself() => Err(lost.shared()),
        ("conflict", _) => {
            line.observer.refused(&registration.locks().decision_basis());
            Ok(Insertion::Conflict)
        }
        _ => Err(answer.unknown()),
    };
    let outcomes: Vec<Outcome> = registrations
        .iter()
        .zip(answers)
        .map(|(registration, answer)| outcome(registration, answer))
        .collect();
    let registered: Vec<Registered<'_>> = registrations
        .iter()
        .zip(&outcomes)
        .filter_map(|(registration, outcome)| registration.as_registered(outcome, &last.changes))
        .collect();
    line.registered(&registered, &last.changes).await;
    Ok(outcomes)
}
