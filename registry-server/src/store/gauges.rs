//! What a store tells of itself to those who watch the server.

use std::time::Duration;

use crate::observe::CacheUsage;

/// How a store is used. Telling it asks the database nothing.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Gauges {
    /// Statements that were sent, by kind.
    pub statements: Vec<(&'static str, u64)>,
    /// The connections to the database; `None` where there is no pool of them.
    pub pool: Option<PoolUsage>,
    /// What is remembered.
    pub caches: Vec<CacheUsage>,
    /// The age of what is known of the writes of other nodes; `None` where there are no other nodes.
    pub log_age: Option<Duration>,
    /// Whether the database answers, as far as is known.
    pub is_current: bool,
}

/// How connections are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PoolUsage {
    /// How many there may be.
    pub most: u64,
    /// How many somebody uses, or is about to.
    pub in_use: u64,
    /// How many are open and not used.
    pub idle: u64,
}

impl PoolUsage {
    pub(crate) const fn new(most: u64, in_use: u64, idle: u64) -> Self {
        Self { most, in_use, idle }
    }
}

/// What is stored, counted by the database.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Inventory {
    /// Versions by the name of their language, and whether they are soft-deleted.
    pub versions: Vec<(String, bool, u64)>,
    /// Subjects with versions that are not deleted.
    pub subjects: u64,
    /// Contexts that are listed.
    pub contexts: u64,
    /// The newest row of the change log; 0 where there is none.
    pub last_change: i64,
    /// The nodes that follow the change log; `None` where that cannot be known.
    pub nodes: Option<u64>,
}

impl Inventory {
    /// Versions of a language, deleted or not.
    #[must_use]
    pub fn of(&self, language: &str, is_deleted: bool) -> u64 {
        let of_it =
            self.versions.iter().filter(|(name, deleted, _)| name == language && *deleted == is_deleted);
        of_it.map(|(_, _, count)| count).sum()
    }

    /// All versions, deleted or not.
    #[must_use]
    pub fn all(&self, is_deleted: bool) -> u64 {
        self.versions.iter().filter(|(_, deleted, _)| *deleted == is_deleted).map(|(_, _, count)| count).sum()
    }
}
