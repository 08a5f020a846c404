//! Epochs: counters that tell whether what was read is still what would be read.

use std::hash::{BuildHasher as _, Hash, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::domain::{Context, SchemaId, Subject};
use crate::store::{ChangeKind, Touched};

/// Counters that share the changes among them. More of them make it rarer that a change of one thing forgets another.
const COUNTERS: usize = 1 << 16;

/// The epochs of everything that is remembered. Things share counters by hash, so a change can forget more than it must,
/// and never less.
#[derive(Debug)]
pub(super) struct Epochs {
    counters: Box<[AtomicU64]>,
    hasher: RandomState,
    /// Moves when a config or mode of a context changes, which is in scope of many subjects.
    settings: AtomicU64,
    /// Moves when a context comes or goes.
    contexts: AtomicU64,
    /// Moves when an association changes.
    associations: AtomicU64,
    /// Moves when everything is to be forgotten.
    everything: AtomicU64,
}

/// The epochs of one thing at one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Epoch {
    own: u64,
    shared: u64,
    everything: u64,
}

/// What has an epoch of its own.
#[derive(Hash)]
enum Thing<'a> {
    Subject(&'a Subject),
    Content(&'a Context, SchemaId),
    Holders(&'a Context, SchemaId),
}

impl Epochs {
    pub(super) fn new() -> Self {
        Self {
            counters: (0..COUNTERS).map(|_| AtomicU64::new(0)).collect(),
            hasher: RandomState::new(),
            settings: AtomicU64::new(0),
            contexts: AtomicU64::new(0),
            associations: AtomicU64::new(0),
            everything: AtomicU64::new(0),
        }
    }

    /// Of a subject's state and scope.
    pub(super) fn of_subject(&self, subject: &Subject) -> Epoch {
        self.epoch(Some(&Thing::Subject(subject)), Some(&self.settings))
    }

    /// Of the content of an id.
    pub(super) fn of_content(&self, context: &Context, id: SchemaId) -> Epoch {
        self.epoch(Some(&Thing::Content(context, id)), None)
    }

    /// Of the holders of an id.
    pub(super) fn of_holders(&self, context: &Context, id: SchemaId) -> Epoch {
        self.epoch(Some(&Thing::Holders(context, id)), None)
    }

    /// Of the list of contexts.
    pub(super) fn of_contexts(&self) -> Epoch {
        self.epoch(None, Some(&self.contexts))
    }

    /// Of all associations.
    pub(super) fn of_associations(&self) -> Epoch {
        self.epoch(None, Some(&self.associations))
    }

    /// Moves on what a change is about.
    pub(super) fn changed(&self, change: &Touched) {
        let Touched { kind, subject, id } = change;
        match kind {
            ChangeKind::Register
            | ChangeKind::Overwrite
            | ChangeKind::Supersede
            | ChangeKind::Delete
            | ChangeKind::Restore
            | ChangeKind::Purge
            | ChangeKind::Erase => {
                self.forget_subject(subject);
                if let Some(id) = id {
                    move_on(self.counter(&Thing::Holders(subject.context(), *id)));
                    if matches!(kind, ChangeKind::Purge | ChangeKind::Erase) {
                        move_on(self.counter(&Thing::Content(subject.context(), *id)));
                    }
                }
            }
            ChangeKind::Config | ChangeKind::Mode if subject.is_context() => move_on(&self.settings),
            ChangeKind::Config | ChangeKind::Mode => self.forget_subject(subject),
            ChangeKind::Context => move_on(&self.contexts),
            ChangeKind::Association => {
                self.forget_subject(subject);
                move_on(&self.associations);
            }
        }
    }

    /// Moves on a subject's state and scope.
    pub(super) fn forget_subject(&self, subject: &Subject) {
        move_on(self.counter(&Thing::Subject(subject)));
    }

    /// Moves on all associations.
    pub(super) fn forget_associations(&self) {
        move_on(&self.associations);
    }

    /// Moves on everything.
    pub(super) fn forget_everything(&self) {
        move_on(&self.everything);
    }

    fn counter(&self, thing: &Thing<'_>) -> &AtomicU64 {
        let hash = self.hasher.hash_one(thing);
        let index = usize::try_from(hash % COUNTERS as u64).unwrap_or(0);
        // The index is below the number of counters by construction.
        self.counters.get(index).unwrap_or(&self.everything)
    }

    fn epoch(&self, own: Option<&Thing<'_>>, shared: Option<&AtomicU64>) -> Epoch {
        let read = |counter: &AtomicU64| counter.load(Ordering::SeqCst);
        Epoch {
            own: own.map_or(0, |thing| read(self.counter(thing))),
            shared: shared.map_or(0, read),
            everything: read(&self.everything),
        }
    }
}

fn move_on(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::SeqCst);
}
