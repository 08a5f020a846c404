//! Maps from and to collections.

use super::Map;
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash};

/// Of duplicate keys the last one wins, in its own place.
impl<V, K: AsRef<str>> FromIterator<(K, V)> for Map<V, K> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = Self { entries: entries.into_iter().collect() };
        map.dedup();
        map
    }
}

impl<V, K: AsRef<str>, const N: usize> From<[(K, V); N]> for Map<V, K> {
    fn from(entries: [(K, V); N]) -> Self {
        entries.into_iter().collect()
    }
}

impl<V, K: AsRef<str>> From<Vec<(K, V)>> for Map<V, K> {
    fn from(entries: Vec<(K, V)>) -> Self {
        entries.into_iter().collect()
    }
}

/// Sorted by key: a hash map has another order in each process, and messages should not differ by that.
impl<V, K: AsRef<str>, S> From<HashMap<K, V, S>> for Map<V, K> {
    fn from(map: HashMap<K, V, S>) -> Self {
        let mut entries: Vec<(K, V)> = map.into_iter().collect();
        entries.sort_unstable_by(|(a, _), (b, _)| a.as_ref().cmp(b.as_ref()));
        Self { entries }
    }
}

impl<V, K: AsRef<str>> From<BTreeMap<K, V>> for Map<V, K> {
    fn from(map: BTreeMap<K, V>) -> Self {
        Self { entries: map.into_iter().collect() }
    }
}

impl<V, K: Eq + Hash, S: BuildHasher + Default> From<Map<V, K>> for HashMap<K, V, S> {
    fn from(map: Map<V, K>) -> Self {
        map.into_iter().collect()
    }
}

impl<V, K: Ord> From<Map<V, K>> for BTreeMap<K, V> {
    fn from(map: Map<V, K>) -> Self {
        map.into_iter().collect()
    }
}

/// The entries in order, shadowed ones included.
impl<V, K> From<Map<V, K>> for Vec<(K, V)> {
    fn from(map: Map<V, K>) -> Self {
        map.entries
    }
}

/// A key that was there before takes the new value, and its place at the end.
impl<V, K: AsRef<str>> Extend<(K, V)> for Map<V, K> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        self.entries.extend(entries);
        self.dedup();
    }
}
