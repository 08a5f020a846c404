//! The order in which the original lists the subjects that hold an id (semantics §2.4).
//!
//! It is that of a hash table of their names. Clients see it, since a read by id shows the first of them; and it has to
//! be some order that does not change from one request to the next.

use super::ids::LastHeld;
use crate::java_order::{SMALLEST_TABLE, place};

/// Puts holders in the order of the original's table. Those that share a place stay in the order in which they are.
pub(super) fn sort(holders: &mut [LastHeld<'_>]) {
    let mut size = SMALLEST_TABLE;
    while holders.len() * 4 >= size * 3 {
        size *= 2;
    }
    holders.sort_by_cached_key(|held| place(&held.subject.to_string(), size));
}
