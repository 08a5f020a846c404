//! The order in which the original lists the subjects that hold an id.
//!
//! It is that of a hash table of their names. Clients see it, since a read by id shows the first of them; and it has to
//! be some order that does not change from one request to the next.

use super::ids::LastHeld;

/// The table's size when it is made.
const SMALLEST: usize = 16;

/// Puts holders in the order of the original's table. Those that share a place stay in the order in which they are.
pub(super) fn sort(holders: &mut [LastHeld]) {
    let mut size = SMALLEST;
    while holders.len() * 4 >= size * 3 {
        size *= 2;
    }
    holders.sort_by_cached_key(|held| place(&held.holder.subject.to_string(), size));
}

/// The place of a name in a table of a size that is a power of two.
fn place(name: &str, size: usize) -> usize {
    let hash = name.encode_utf16().fold(0_u32, |hash, unit| hash.wrapping_mul(31).wrapping_add(unit.into()));
    (hash ^ (hash >> 16)) as usize & (size - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_of_the_original() {
        let mut names = [":.rq00014:a", ":.rq00014:c", ":.rq00014:ü"];
        names.sort_by_key(|name| place(name, SMALLEST));
        assert_eq!(names, [":.rq00014:ü", ":.rq00014:a", ":.rq00014:c"]);
    }
}
