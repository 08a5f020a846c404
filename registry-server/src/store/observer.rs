//! Telling whoever remembers what was read that it is no longer true.

use super::Touched;
use crate::domain::Subject;

/// Is told what the writes of a store came to, before they are acknowledged.
pub(crate) trait WriteObserver: Send + Sync {
    /// These changes were committed; or they may have been, where the outcome is unknown.
    fn committed(&self, changes: &[Touched]);

    /// A write was refused since the state is not the one that it was decided on.
    fn refused(&self, basis: &DecisionBasis);

    /// The database has lost writes that were acknowledged: nothing of what was read counts.
    fn lost_writes(&self) {}
}

/// What a write was decided on, and what has to be read anew before it is decided on again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct DecisionBasis {
    /// The state and scope of these subjects, or keys of contexts.
    pub(crate) subjects: Vec<Subject>,
    /// Associations.
    pub(crate) associations: bool,
}

/// An observer that ignores what it is told.
#[derive(Debug)]
pub(super) struct NoObserver;

impl WriteObserver for NoObserver {
    fn committed(&self, _changes: &[Touched]) {}

    fn refused(&self, _basis: &DecisionBasis) {}
}
