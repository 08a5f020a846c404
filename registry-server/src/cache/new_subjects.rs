//! Subjects that are registered without having been read.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use moka::policy::EvictionPolicy;

use super::epochs::Epoch;
use super::memory::ENTRY;
use super::weight::Weigh;
use crate::domain::{Context, Subject};
use crate::store::{ScopeState, SubjectState, Token};

/// Guesses that a subject which is not remembered does not exist: then its state is what is in scope of its context, and a write
/// that brings this state finds out whether it is. One is made only in a context whose last unknown subject was new indeed, so
/// where what is there is registered again, as by everyone after a start, nothing is sent in vain.
#[derive(Clone, Debug)]
pub(super) struct NewSubjects {
    /// The state of new subjects, with the epoch of the settings in it.
    states: moka::sync::Cache<Context, (Epoch, Arc<SubjectState>)>,
    /// The last guess for each subject that is to be written, with the epoch of the subject from before.
    guesses: moka::sync::Cache<Subject, (Epoch, Arc<SubjectState>)>,
    /// How many numbers were given to states of new subjects.
    count: Arc<AtomicU64>,
}

impl NewSubjects {
    /// Room for states and guesses that take so many bytes of memory together.
    pub(super) fn new(capacity: u64) -> Self {
        Self { states: room(capacity / 2), guesses: room(capacity / 2), count: Arc::default() }
    }

    /// The bytes that all of it takes.
    #[cfg(test)]
    pub(super) fn weight(&self) -> u64 {
        self.states.run_pending_tasks();
        self.guesses.run_pending_tasks();
        self.states.weighted_size() + self.guesses.weighted_size()
    }

    /// Notes that a subject turned out to be new, if this is the state and the epoch that it was written at.
    pub(super) fn met(&self, subject: &Subject, epoch: Epoch, state: &Arc<SubjectState>) {
        // The settings under an empty name are those of the context.
        if !state.scope.token.is_of_new_subject() || !state.versions.is_empty() || subject.name().is_empty() {
            return;
        }
        let epoch = epoch.of_settings();
        let is_known =
            |(known, of): (Epoch, Arc<SubjectState>)| known == epoch && of.scope.token == state.scope.token;
        if !self.states.get(subject.context()).is_some_and(is_known) {
            self.states.insert(subject.context().clone(), (epoch, state.clone()));
        }
    }

    /// The state of a subject if it is new, whose epoch is this one; `None` where nothing speaks for it.
    pub(super) fn guess(&self, subject: &Subject, epoch: Epoch) -> Option<Arc<SubjectState>> {
        if subject.name().is_empty() {
            return None;
        }
        let (known, state) = self.states.get(subject.context())?;
        if known != epoch.of_settings() {
            return None;
        }
        let scope =
            ScopeState { token: state.scope.token.guessed(self.number()), ..ScopeState::clone(&state.scope) };
        let state = Arc::new(SubjectState { scope: Arc::new(scope), versions: Vec::new() });
        self.guesses.insert(subject.clone(), (epoch, state.clone()));
        Some(state)
    }

    /// A number for a state of a new subject, so that what is known of one is not taken for another one's.
    pub(super) fn number(&self) -> u64 {
        self.count.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// The guess that a write was decided on, if nothing was told of the subject since, whose epoch is this one.
    pub(super) fn guessed(
        &self,
        subject: &Subject,
        expected: &Token,
        epoch: Epoch,
    ) -> Option<Arc<SubjectState>> {
        let (guessed, state) = self.guesses.get(subject)?;
        (guessed == epoch && state.scope.token.is_same_guess(expected)).then_some(state)
    }

    /// Notes that a write to a subject was carried out.
    pub(super) fn written(&self, subject: &Subject) {
        self.guesses.invalidate(subject);
    }

    /// Notes that a write to a subject was refused. If a guess was wrong, the next unknown subject is read.
    pub(super) fn refused(&self, subject: &Subject) {
        if self.guesses.remove(subject).is_some() {
            self.states.invalidate(subject.context());
        }
    }
}

fn room<K>(capacity: u64) -> moka::sync::Cache<K, (Epoch, Arc<SubjectState>)>
where
    K: std::hash::Hash + Eq + Send + Sync + Weigh + 'static,
{
    let fixed = ENTRY + size_of::<(K, Epoch)>();
    moka::sync::Cache::builder()
        .max_capacity(capacity)
        // The last guess is the one that its write asks for.
        .eviction_policy(EvictionPolicy::lru())
        .weigher(move |key: &K, (_, state): &(Epoch, Arc<SubjectState>)| {
            u32::try_from(fixed + key.weight() + state.weight()).unwrap_or(u32::MAX)
        })
        .build()
}
