//! The order in which a Java hash table lists its keys, which is the order of the original's findings (protobuf §6.3).

use std::collections::HashSet;

use crate::java_order::{self, SMALLEST_TABLE, place_of_hash};

/// Distinct names in the order of a hash set that held `first` of them before it took the others.
pub(super) fn names<'a>(first: &[&'a str], others: &[&'a str]) -> Vec<&'a str> {
    let mut known = HashSet::new();
    let mut names: Vec<&str> = first.iter().copied().filter(|name| known.insert(*name)).collect();
    // A set made from others starts with room for them all and grows when it is three quarters full.
    let mut size = (names.len() * 4 / 3 + 1).max(SMALLEST_TABLE).next_power_of_two();
    names.extend(others.iter().copied().filter(|name| known.insert(*name)));
    while size * 3 < names.len() * 4 {
        size *= 2;
    }
    names.sort_by_cached_key(|name| place_of_hash(java_order::hash(name), size));
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_by_the_place_of_their_hash() {
        assert_eq!(names(&["M", "N", "Aa"], &["BB"]), ["Aa", "BB", "M", "N"]);
    }
}
