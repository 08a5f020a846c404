//! The order of Java's hash tables of texts, in which the original walks through many things and clients see them.

/// A table's size when it is made.
pub(crate) const SMALLEST_TABLE: usize = 16;

/// The hash of a text.
pub(crate) fn hash(text: &str) -> u32 {
    text.encode_utf16().fold(0, |hash, unit| hash.wrapping_mul(31).wrapping_add(unit.into()))
}

/// The place of a hash in a table of a size that is a power of two.
pub(crate) fn place_of_hash(hash: u32, size: usize) -> usize {
    (hash ^ (hash >> 16)) as usize & (size - 1)
}

/// The place of a text in a table of a size that is a power of two.
pub(crate) fn place(text: &str, size: usize) -> usize {
    place_of_hash(hash(text), size)
}

/// The size of a table that was made small and into which that many texts were put.
pub(crate) fn table_size(texts: usize) -> usize {
    let mut size = SMALLEST_TABLE;
    while texts * 4 > size * 3 {
        size *= 2;
    }
    size
}

/// Puts texts into the order of such a table. Those that share a place stay in the order in which they are.
pub(crate) fn sort_by_key<T>(items: &mut [T], key: impl Fn(&T) -> &str) {
    let size = table_size(items.len());
    items.sort_by_cached_key(|item| place(key(item), size));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_of_the_original() {
        let mut names = [":.rq00014:a", ":.rq00014:c", ":.rq00014:ü"];
        sort_by_key(&mut names, |name| name);
        assert_eq!(names, [":.rq00014:ü", ":.rq00014:a", ":.rq00014:c"]);
    }

    #[test]
    fn a_table_grows_when_more_than_three_quarters_are_full() {
        assert_eq!([12, 13, 24, 25].map(table_size), [16, 32, 32, 64]);
    }
}
