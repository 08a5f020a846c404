//! The order in which a Java hash table lists its keys, which is the order of the original's findings (protobuf §6.3).

use crate::java_order::{self, SMALLEST_TABLE, place_of_hash};

/// Distinct names in the order of a hash set that held `first` of them before it took the others.
pub(super) fn names<'a>(first: &[&'a str], others: &[&'a str]) -> Vec<&'a str> {
    ordered(first, others, java_order::hash)
}

/// Distinct numbers in the same order.
pub(super) fn numbers(first: &[i32], others: &[i32]) -> Vec<i32> {
    ordered(first, others, i32::cast_unsigned)
}

fn ordered<T: Copy + Eq + std::hash::Hash>(first: &[T], others: &[T], hash: impl Fn(T) -> u32) -> Vec<T> {
    let mut known = std::collections::HashSet::new();
    let mut keys: Vec<T> = first.iter().copied().filter(|key| known.insert(*key)).collect();
    // A set made from others starts with room for them all and grows when it is three quarters full.
    let mut size = (keys.len() * 4 / 3 + 1).max(SMALLEST_TABLE).next_power_of_two();
    keys.extend(others.iter().copied().filter(|key| known.insert(*key)));
    while size * 3 < keys.len() * 4 {
        size *= 2;
    }
    keys.sort_by_cached_key(|key| place_of_hash(hash(*key), size));
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_numbers_are_in_order_and_large_ones_by_their_place() {
        assert_eq!(numbers(&[17, 2], &[1, 2]), [17, 1, 2]);
    }

    #[test]
    fn names_are_by_the_place_of_their_hash() {
        assert_eq!(names(&["M", "N", "Aa"], &["BB"]), ["Aa", "BB", "M", "N"]);
    }
}
