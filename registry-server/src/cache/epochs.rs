//! Epochs: counters that tell whether what was read is still what would be read (storage §7).

use std::hash::{BuildHasher as _, Hash, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::domain::{Context, Guid, SchemaId, Subject};
use crate::store::{ChangeKind, DecisionBasis, Touched};

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
    /// Moves when any config changes.
    aliases: AtomicU64,
    /// Moves when any version changes.
    versions: AtomicU64,
    /// Moves when an id changes hands and nobody says whose content it stands for.
    unnamed_contents: AtomicU64,
    /// Moves when a context comes or goes.
    contexts: AtomicU64,
    /// Moves when an association changes.
    associations: AtomicU64,
    /// Moves when a token is issued or revoked.
    tokens: AtomicU64,
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

impl Epoch {
    /// The epoch after one change of the thing itself.
    pub(super) fn next(self) -> Self {
        Self { own: self.own + 1, ..self }
    }

    /// The epoch of the settings in scope alone, of a subject that has this one.
    pub(super) fn of_settings(self) -> Self {
        Self { own: 0, ..self }
    }

    /// Whether nothing happened between the two that made everything be forgotten, such as a restored database.
    pub(super) fn is_of_same_history(&self, other: &Self) -> bool {
        self.everything == other.everything
    }
}

/// A thing that has an epoch of its own.
#[derive(Hash)]
enum Thing<'a> {
    Subject(&'a Subject),
    Content(&'a Context, SchemaId),
    Holders(&'a Context, SchemaId),
    Ids(Guid),
    Versions(&'a Context),
}

impl Epochs {
    pub(super) fn new() -> Self {
        Self {
            counters: (0..COUNTERS).map(|_| AtomicU64::new(0)).collect(),
            hasher: RandomState::new(),
            settings: AtomicU64::new(0),
            aliases: AtomicU64::new(0),
            versions: AtomicU64::new(0),
            unnamed_contents: AtomicU64::new(0),
            contexts: AtomicU64::new(0),
            associations: AtomicU64::new(0),
            tokens: AtomicU64::new(0),
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

    /// Of the ids that contents with a GUID have.
    pub(super) fn of_ids(&self, guid: Guid) -> Epoch {
        self.epoch(Some(&Thing::Ids(guid)), Some(&self.unnamed_contents))
    }

    /// Of all versions of a context, and of its highest id; without one of all versions there are.
    pub(super) fn of_versions(&self, context: Option<&Context>) -> Epoch {
        match context {
            Some(context) => self.epoch(Some(&Thing::Versions(context)), None),
            None => self.epoch(None, Some(&self.versions)),
        }
    }

    /// Of the same and of all associations.
    pub(super) fn of_associated_versions(&self, context: Option<&Context>) -> Epoch {
        let (versions, associations) = (self.of_versions(context), self.of_associations());
        // Counters only grow, so a sum of them tells of a change of each.
        Epoch { shared: versions.shared.wrapping_add(associations.shared), ..versions }
    }

    /// Of all aliases.
    pub(super) fn of_aliases(&self) -> Epoch {
        self.epoch(None, Some(&self.aliases))
    }

    /// Of the list of contexts.
    pub(super) fn of_contexts(&self) -> Epoch {
        self.epoch(None, Some(&self.contexts))
    }

    /// Of all associations.
    pub(super) fn of_associations(&self) -> Epoch {
        self.epoch(None, Some(&self.associations))
    }

    /// Of the tokens of the registry.
    pub(super) fn of_tokens(&self) -> Epoch {
        self.epoch(None, Some(&self.tokens))
    }

    /// Moves on what changes are about.
    ///
    /// That nobody holds an id is concluded from the highest id of its context and from the list of contexts, so the epochs
    /// of these move first, for all of the changes: who sees the epoch of the id after the changes sees theirs as well.
    pub(super) fn move_on(&self, changes: &[Touched]) {
        for Touched { kind, subject, .. } in changes {
            match kind {
                ChangeKind::Context => move_on(&self.contexts),
                kind if is_of_versions(*kind) => {
                    move_on(&self.versions);
                    move_on(self.counter(&Thing::Versions(subject.context())));
                }
                _ => {}
            }
        }
        for change in changes {
            self.move_on_one(change);
        }
    }

    fn move_on_one(&self, change: &Touched) {
        let Touched { kind, subject, id, guid } = change;
        match kind {
            ChangeKind::Config | ChangeKind::Mode => {
                if *kind == ChangeKind::Config {
                    move_on(&self.aliases);
                }
                if subject.is_context() {
                    move_on(&self.settings);
                } else {
                    self.forget_subject(subject);
                }
            }
            ChangeKind::Context => {}
            ChangeKind::Token => move_on(&self.tokens),
            ChangeKind::Association => {
                self.forget_subject(subject);
                move_on(&self.associations);
            }
            _ => {
                self.forget_subject(subject);
                match guid {
                    // A soft deletion leaves ids as they are; where it does not, a row of its own says so.
                    _ if *kind == ChangeKind::Delete => {}
                    // The id stood for a content whose GUID is told no more.
                    _ if *kind == ChangeKind::Rebind => move_on(&self.unnamed_contents),
                    Some(guid) => move_on(self.counter(&Thing::Ids(*guid))),
                    None => move_on(&self.unnamed_contents),
                }
                if let Some(id) = id {
                    if matches!(kind, ChangeKind::Purge | ChangeKind::Rebind | ChangeKind::Erase) {
                        move_on(self.counter(&Thing::Content(subject.context(), *id)));
                    }
                    move_on(self.counter(&Thing::Holders(subject.context(), *id)));
                }
            }
        }
    }

    /// Moves on what a refused decision was made on: it is not true any more, here at the latest.
    pub(super) fn forget_basis(&self, basis: &DecisionBasis) {
        basis.subjects.iter().for_each(|subject| self.forget_subject(subject));
        if basis.associations {
            move_on(&self.associations);
        }
    }

    /// Moves on everything.
    pub(super) fn forget_everything(&self) {
        move_on(&self.everything);
    }

    fn forget_subject(&self, subject: &Subject) {
        move_on(self.counter(&Thing::Subject(subject)));
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

/// Whether a change is one of versions or of what ids stand for.
fn is_of_versions(kind: ChangeKind) -> bool {
    use ChangeKind::{Association, Config, Context, Mode, Token};
    !matches!(kind, Config | Mode | Context | Association | Token)
}

fn move_on(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::SeqCst);
}
