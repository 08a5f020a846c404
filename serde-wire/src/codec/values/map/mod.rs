//! Maps (codec §7).

mod codec;
mod convert;
mod entry;
mod iter;

use std::fmt;
use std::ops::Index;

pub use entry::{Entry, OccupiedEntry, VacantEntry};
pub use iter::{Iter, IterMut};

/// A small map that keeps its entries in order: what a `map` schema becomes.
///
/// Decoding a hash map costs more than all the parsing around it, and most Avro maps hold a few entries that are only
/// walked. So the entries stand in a vector, in the order of the wire, and encode to the same bytes again.
///
/// * [`get`](Self::get) and [`insert`](Self::insert) look at every entry. To look up many keys in a large map, collect
///   it into a `HashMap` or `BTreeMap` first; both also implement the codec and can stand in for this type.
/// * Data with a duplicate key is legal, and the last one wins, as in the other implementations: `get` finds the last
///   one, two maps are equal when every key finds equal values whatever the order, and a `HashMap` made from this map
///   holds the last one. [`len`](Self::len), iteration and encoding show every entry; [`dedup`](Self::dedup) drops
///   those that are shadowed.
///
/// ```
/// use serde_wire::codec::Map;
///
/// let mut stock: Map<i64> = [("pears".into(), 3), ("plums".into(), 5)].into_iter().collect();
/// assert_eq!(stock.insert("pears".into(), 4), Some(3));
/// assert_eq!(stock.get("pears"), Some(&4));
/// assert_eq!(stock, [("plums".into(), 5), ("pears".into(), 4)].into_iter().collect());
/// ```
#[derive(Clone)]
pub struct Map<V, K = String> {
    entries: Vec<(K, V)>,
}

impl<V, K> Map<V, K> {
    /// An empty map.
    pub const fn new() -> Self {
        Self { entries: Vec::new() }
    }

    /// An empty map with room for so many entries.
    pub fn with_capacity(capacity: usize) -> Self {
        Self { entries: Vec::with_capacity(capacity) }
    }

    /// A map of entries as they come: unlike with `collect`, duplicates stay, as when it is decoded.
    pub fn with_duplicates(entries: impl IntoIterator<Item = (K, V)>) -> Self {
        Self { entries: entries.into_iter().collect() }
    }

    /// Makes room for so many more entries.
    pub fn reserve(&mut self, additional: usize) {
        self.entries.reserve(additional);
    }

    /// Keeps the entries that `keep` wants, in order.
    pub fn retain(&mut self, mut keep: impl FnMut(&K, &mut V) -> bool) {
        self.entries.retain_mut(|(key, value)| keep(key, value));
    }

    /// The number of entries, shadowed ones included.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// True when there is no entry.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Adds an entry at the end without looking for its key.
    pub fn push(&mut self, key: K, value: V) {
        self.entries.push((key, value));
    }

    /// Drops every entry.
    pub fn clear(&mut self) {
        self.entries.clear();
    }
}

impl<V, K: AsRef<str>> Map<V, K> {
    fn position(&self, key: &str) -> Option<usize> {
        self.entries.iter().rposition(|(candidate, _)| candidate.as_ref() == key)
    }

    /// The value of `key`; with duplicates the last one.
    pub fn get(&self, key: &str) -> Option<&V> {
        self.position(key).map(|index| &self.entries[index].1)
    }

    /// The value of `key`, to change; with duplicates the last one.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut V> {
        self.position(key).map(|index| &mut self.entries[index].1)
    }

    /// True when there is such a key.
    pub fn contains_key(&self, key: &str) -> bool {
        self.position(key).is_some()
    }

    /// Sets the value of `key` in its place, or at the end when it is new; returns the value that it replaced.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.get_mut(key.as_ref()) {
            Some(old) => Some(std::mem::replace(old, value)),
            None => {
                self.push(key, value);
                None
            }
        }
    }

    /// The place of `key`, to look at and to set in one.
    ///
    /// ```
    /// use serde_wire::codec::Map;
    ///
    /// let mut words: Map<i32> = Map::new();
    /// for word in ["to", "be", "or", "not", "to", "be"] {
    ///     *words.entry(word.to_owned()).or_default() += 1;
    /// }
    /// assert_eq!(words, Map::from([("to", 2), ("be", 2), ("or", 1), ("not", 1)].map(|(word, n)| (word.to_owned(), n))));
    /// ```
    pub fn entry(&mut self, key: K) -> Entry<'_, V, K> {
        match self.position(key.as_ref()) {
            Some(index) => Entry::Occupied(OccupiedEntry { map: self, index }),
            None => Entry::Vacant(VacantEntry { map: self, key }),
        }
    }

    /// Takes out every entry of `key` and returns the value of the last one.
    pub fn remove(&mut self, key: &str) -> Option<V> {
        let last = self.position(key)?;
        let (_, value) = self.entries.remove(last);
        self.entries.retain(|(candidate, _)| candidate.as_ref() != key);
        Some(value)
    }

    /// Drops the entries that a later one of the same key shadows.
    pub fn dedup(&mut self) {
        let order = self.last_of_each_key();
        if order.len() == self.entries.len() {
            return;
        }
        let mut keep = vec![false; self.entries.len()];
        for index in order {
            keep[index] = true;
        }
        let mut keep = keep.into_iter();
        self.entries.retain(|_| keep.next().unwrap_or(true));
    }

    /// The positions of the entries that are not shadowed, sorted by key.
    fn last_of_each_key(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.entries.len()).collect();
        order.sort_by(|&a, &b| self.entries[a].0.as_ref().cmp(self.entries[b].0.as_ref()).then(b.cmp(&a)));
        order.dedup_by(|b, a| self.entries[*a].0.as_ref() == self.entries[*b].0.as_ref());
        order
    }
}

/// The value of a key, as that of a `HashMap`.
impl<V, K: AsRef<str>> Index<&str> for Map<V, K> {
    type Output = V;

    /// # Panics
    /// There is no such key.
    fn index(&self, key: &str) -> &V {
        match self.get(key) {
            Some(value) => value,
            None => panic!("there is no entry {key:?} in the map"),
        }
    }
}

impl<V, K> Default for Map<V, K> {
    fn default() -> Self {
        Self::new()
    }
}

impl<V: fmt::Debug, K: fmt::Debug> fmt::Debug for Map<V, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<V: PartialEq, K: AsRef<str>> PartialEq for Map<V, K> {
    fn eq(&self, other: &Self) -> bool {
        let (left, right) = (self.last_of_each_key(), other.last_of_each_key());
        left.len() == right.len()
            && left.into_iter().zip(right).all(|(a, b)| {
                let ((key, value), (other_key, other_value)) = (&self.entries[a], &other.entries[b]);
                key.as_ref() == other_key.as_ref() && value == other_value
            })
    }
}

impl<V: Eq, K: AsRef<str>> Eq for Map<V, K> {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec;
    use std::collections::{BTreeMap, HashMap};

    fn map(entries: &[(&str, i32)]) -> Map<i32> {
        Map { entries: entries.iter().map(|&(key, value)| (key.to_owned(), value)).collect() }
    }

    #[test]
    fn equality_is_that_of_the_mapping() {
        for (left, right, equal) in [
            (map(&[]), map(&[]), true),
            (map(&[("a", 1), ("b", 2)]), map(&[("b", 2), ("a", 1)]), true),
            (map(&[("a", 1), ("a", 2)]), map(&[("a", 2)]), true),
            (map(&[("a", 2), ("a", 1)]), map(&[("a", 2)]), false),
            (map(&[("a", 1)]), map(&[("a", 1), ("b", 2)]), false),
            (map(&[("a", 1)]), map(&[("b", 1)]), false),
        ] {
            assert_eq!(left == right, equal, "{left:?} and {right:?}");
        }
    }

    #[test]
    fn a_hash_map_is_taken_over_in_the_order_of_its_keys() {
        let numbers = 0..100;
        let hashed: HashMap<String, i32> = numbers.clone().rev().map(|n| (format!("{n:03}"), n)).collect();
        let found: Vec<i32> = Map::from(hashed).into_iter().map(|(_, value)| value).collect();
        assert_eq!(found, numbers.collect::<Vec<_>>());
    }

    #[test]
    fn it_does_what_maps_of_the_standard_library_do() {
        let mut map = Map::from([("b".to_owned(), 2), ("a".to_owned(), 1), ("c".to_owned(), 3)]);
        assert_eq!(map["a"], 1);
        assert_eq!(map.keys().rev().map(String::as_str).collect::<Vec<_>>(), ["c", "a", "b"]);
        assert_eq!(map.values().copied().collect::<Vec<_>>(), [2, 1, 3]);
        for (_, value) in &mut map {
            *value *= 10;
        }
        map.values_mut().for_each(|value| *value += 1);
        map.retain(|key, _| key != "b");
        map.extend([("a".to_owned(), 5), ("d".to_owned(), 6)]);
        *map.entry("e".to_owned()).or_insert(6) += 1;
        *map.entry("e".to_owned()).and_modify(|value| *value *= 2).or_default() += 1;
        assert_eq!(map.entry("f".to_owned()).key(), "f");
        let expected = [("c", 31), ("a", 5), ("d", 6), ("e", 15)].map(|(key, value)| (key.to_owned(), value));
        assert_eq!(map.iter().map(|(key, value)| (key.clone(), *value)).collect::<Vec<_>>(), expected);
        assert_eq!(map.clone().into_values().sum::<i32>(), 57);
        assert_eq!(HashMap::<String, i32>::from(map.clone()), HashMap::from(expected.clone()));
        assert_eq!(BTreeMap::from(map.clone()), BTreeMap::from(expected.clone()));
        assert_eq!(Vec::from(map), expected);
    }

    #[test]
    #[should_panic(expected = "there is no entry \"x\" in the map")]
    fn an_index_that_is_not_there_panics_as_that_of_a_hash_map() {
        let _ = map(&[("a", 1)])["x"];
    }

    #[test]
    fn duplicates_stay_until_they_are_dropped() {
        let bytes = [4, 2, b'a', 2, 2, b'b', 4, 2, 2, b'a', 6, 0];
        let mut decoded: Map<i32> = codec::decode(&bytes).unwrap();
        assert_eq!((decoded.len(), decoded.get("a")), (3, Some(&3)));
        assert_eq!(codec::decode::<HashMap<String, i32>>(&bytes).unwrap()["a"], 3);
        assert_eq!(codec::decode::<BTreeMap<String, i32>>(&bytes).unwrap()["a"], 3);
        decoded.dedup();
        assert_eq!(decoded.into_iter().collect::<Vec<_>>(), [("b".to_owned(), 2), ("a".to_owned(), 3)]);
        assert_eq!(map(&[("a", 1), ("b", 2), ("a", 3)]).remove("a"), Some(3));
    }
}
