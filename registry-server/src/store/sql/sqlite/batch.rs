//! The operations that share a transaction.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::fault::Fault;
use crate::store::sql::operation::Observer;
use crate::store::{KeptRegistration, StoreError, Touched};

/// Operations in one transaction at most: what is lost together when it cannot be committed.
const MOST: usize = 64;

/// The time after which a transaction takes no further operation, so that the first one is not kept waiting.
const LONGEST: Duration = Duration::from_millis(50);

/// An operation whose writes wait for the commit.
pub(super) struct Member {
    /// The changes that it wrote to the log.
    pub(super) touched: Vec<Touched>,
    /// The versions that it registered, if that is all that it did.
    pub(super) registered: Vec<KeptRegistration>,
    /// Is told of it.
    pub(super) observer: Observer,
    /// Is answered last.
    pub(super) done: oneshot::Sender<Result<(), Failure>>,
}

impl std::fmt::Debug for Member {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Member").field("touched", &self.touched).finish_non_exhaustive()
    }
}

/// Why operations of a transaction were not committed.
#[derive(Clone, Debug)]
pub(super) enum Failure {
    /// The file cannot be written.
    Fault(Fault),
    /// The commit was refused, and nothing of it was done: one of them broke a rule of the tables.
    Refused {
        /// The rule.
        detail: Arc<str>,
        /// How many operations it may have been.
        of: usize,
    },
}

/// A commit that was refused, perhaps for another operation of the same transaction.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct OfOthers(Arc<str>);

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Fault(fault) => fault.into(),
            Failure::Refused { detail, of: 1 } => Self::Database(detail.to_string().into()),
            Failure::Refused { detail, .. } => Self::Database(Box::new(OfOthers(detail))),
        }
    }
}

/// Whether a write was refused that may go through in a transaction of its own.
pub(in crate::store::sql) fn is_of_others(error: &StoreError) -> bool {
    matches!(error, StoreError::Database(source) if source.is::<OfOthers>())
}

/// The operations of the open transaction.
#[derive(Debug)]
pub(super) struct Batch {
    begun: Instant,
    members: Vec<Member>,
    /// Operations that wrote nothing, and what they saw may be of members.
    followers: Vec<oneshot::Sender<Result<(), Failure>>>,
}

impl Batch {
    pub(super) fn new() -> Self {
        Self { begun: Instant::now(), members: Vec::new(), followers: Vec::new() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Whether it is to be committed even though others wait.
    pub(super) fn is_full(&self) -> bool {
        self.members.len() + self.followers.len() >= MOST || self.begun.elapsed() >= LONGEST
    }

    pub(super) fn keep(&mut self, member: Member) {
        self.members.push(member);
    }

    pub(super) fn follow(&mut self, follower: oneshot::Sender<Result<(), Failure>>) {
        self.followers.push(follower);
    }

    /// Tells that it was committed: all observers before the first answer.
    pub(super) async fn committed(self) {
        for Member { touched, registered, observer, .. } in &self.members {
            if registered.is_empty() {
                observer.committed(touched);
            } else {
                let registered: Vec<_> = registered.iter().map(KeptRegistration::as_registered).collect();
                observer.registered(&registered, touched).await;
            }
        }
        self.answer(&Ok(()));
    }

    /// Tells that nothing of it was committed.
    pub(super) fn undone(self, failure: Failure) {
        self.answer(&Err(failure));
    }

    /// Tells that it is not known whether it was committed.
    pub(super) fn unknown(self, fault: Fault) {
        for member in &self.members {
            member.observer.committed(&member.touched);
        }
        self.answer(&Err(Failure::Fault(fault)));
    }

    pub(super) fn len(&self) -> usize {
        self.members.len()
    }

    fn answer(self, result: &Result<(), Failure>) {
        // Whoever gave up is not answered.
        for done in self.members.into_iter().map(|member| member.done).chain(self.followers) {
            let _ = done.send(result.clone());
        }
    }
}
