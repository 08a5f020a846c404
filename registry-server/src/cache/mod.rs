//! The memory that the registry has of its store, and how it knows that it is still true.
//!
//! Everything that a read of the store tells is remembered: *contents* by (context, id); *holders*, the subject-versions of
//! an id; the *state and scope* of subjects, in which the absence of a version, a config, a mode or an alias is remembered
//! like its presence; the *current id* of a content in a context, which every look-up and registration asks for; the ids of
//! a GUID, highest ids, contexts, associations, referrers, lists. *Answers* that were made of these can be told again while
//! all of it holds (`noted`). So a request that was answered once costs no statement until something changes.
//!
//! # What makes an entry true
//! Every entry carries the `epochs` at which its read began. A change moves the epochs of what it is about, and an entry
//! of another epoch is never found again: it need not be removed, and a read that was under way when the change came
//! cannot leave anything behind. Entries of old epochs leave in the order in which they were last used.
//!
//! Writes of this node move the epochs after their commit and before their acknowledgement, so a node reads its own
//! writes, and brings the state of a subject forward by its registrations (`own_writes`); a write that was refused moves those of what it was decided on. Those of other nodes come from the change log
//! (`follow`): a node asks it every [`POLL_INTERVAL`], and at once when another node wakes it. An entry is used only while
//! the log was read completely within the last [`STALENESS_BOUND`]; past that, as behind a connection that swallows
//! everything, every read goes to the database until the log is read again. So no answer is older than the bound, whatever
//! happens to notifications. On SQLite this process is the only writer and its cache is always current.
//!
//! # What is not there
//! Absence is remembered like presence. Whoever is about to deny something for it has the log read to its end once more, by
//! one read for all who wait at the same time ([`ReadStore::catch_up`](crate::store::ReadStore::catch_up)). Ids above the
//! highest one of their context, and ids of contexts that are not listed, need no entry each, so a storm of unknown ids takes
//! no memory.
//!
//! # Room
//! Each kind has its bound in bytes, and an entry weighs what it holds (`weight`), the key included.

mod epochs;
mod follow;
mod freshness;
mod known_subject;
mod last_known;
mod memory;
mod new_subjects;
mod noted;
mod own_writes;
mod read_store;
mod reads;
mod weight;

#[cfg(test)]
mod capacity_tests;
#[cfg(test)]
mod lost_writes_tests;
#[cfg(test)]
mod new_subjects_tests;
#[cfg(test)]
mod outlasting_tests;
#[cfg(test)]
mod own_writes_tests;
#[cfg(test)]
mod subject_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod warm_tests;

use std::time::Duration;

pub use follow::Following;
pub use reads::{Cached, CachedReads};

/// How often the change log is read when nothing wakes the node.
pub const POLL_INTERVAL: Duration = Duration::from_millis(250);

/// How old an answer from memory may be on a node that shares its database with others.
pub const STALENESS_BOUND: Duration = Duration::from_secs(1);
