//! Telling whoever remembers what was read that it is no longer true.

use async_trait::async_trait;

use super::{NewVersion, Token, Touched};
use crate::domain::{SchemaId, Subject, Version};

/// Is told what the writes of a store came to, before they are acknowledged.
#[async_trait]
pub(crate) trait WriteObserver: Send + Sync {
    /// These changes were committed; or they may have been, where the outcome is unknown.
    fn committed(&self, changes: &[Touched]);

    /// Versions were added that come next; `changes` are all that the transaction wrote.
    async fn registered(&self, registered: &[Registered<'_>], changes: &[Touched]) {
        let _ = registered;
        self.committed(changes);
    }

    /// A write was refused since the state is not the one that it was decided on.
    fn refused(&self, basis: &DecisionBasis);

    /// The database has lost writes that were acknowledged: nothing of what was read counts.
    fn lost_writes(&self) {}
}

/// The state that a write was decided on, and that has to be read anew before it is decided on again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct DecisionBasis {
    /// The state and scope of these subjects, or keys of contexts.
    pub(crate) subjects: Vec<Subject>,
    /// Associations.
    pub(crate) associations: bool,
}

/// A version that was added and comes next.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Registered<'a> {
    /// The state that it was decided on, and that the write found.
    pub(crate) expected: &'a Token,
    pub(crate) new: &'a NewVersion,
    pub(crate) version: Version,
    pub(crate) id: SchemaId,
    /// When, in milliseconds since 1970.
    pub(crate) ts: i64,
    /// The revision of the subject that it led to.
    pub(crate) revision: i64,
}

/// The same for whoever has to keep it until it is certain.
#[derive(Clone, Debug)]
pub(crate) struct KeptRegistration {
    pub(crate) expected: Token,
    pub(crate) new: NewVersion,
    pub(crate) version: Version,
    pub(crate) id: SchemaId,
    pub(crate) ts: i64,
    pub(crate) revision: i64,
}

impl KeptRegistration {
    pub(crate) fn as_registered(&self) -> Registered<'_> {
        let Self { expected, new, version, id, ts, revision } = self;
        Registered { expected, new, version: *version, id: *id, ts: *ts, revision: *revision }
    }
}

/// An observer that ignores what it is told.
#[derive(Debug)]
pub(super) struct NoObserver;

impl WriteObserver for NoObserver {
    fn committed(&self, _changes: &[Touched]) {}

    fn refused(&self, _basis: &DecisionBasis) {}
}
