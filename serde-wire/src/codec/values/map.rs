//! Maps (codec §7).

use super::form::{DecodeAs, EncodeAs, Own, ResolveAs, Values};
use super::next_block;
use crate::codec::{AvroDecode, AvroEncode, AvroRead, AvroResolve, AvroWrite, DecodeError, first_items};
use crate::resolve::Plan;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::hash::{BuildHasher, Hash};

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

    /// The number of entries, shadowed ones included.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// True when there is no entry.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entries in order, shadowed ones included.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> + ExactSizeIterator {
        self.entries.iter().map(|(key, value)| (key, value))
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

/// Of duplicate keys the last one wins, in the place of the first.
impl<V, K: AsRef<str>> FromIterator<(K, V)> for Map<V, K> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = Self { entries: entries.into_iter().collect() };
        map.dedup();
        map
    }
}

impl<V, K> IntoIterator for Map<V, K> {
    type Item = (K, V);
    type IntoIter = std::vec::IntoIter<(K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl<'m, V, K> IntoIterator for &'m Map<V, K> {
    type Item = &'m (K, V);
    type IntoIter = std::slice::Iter<'m, (K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.iter()
    }
}

/// Sorted by key: a hash map has another order in each process, and messages should not differ by that.
impl<V, K: AsRef<str>> From<HashMap<K, V>> for Map<V, K> {
    fn from(map: HashMap<K, V>) -> Self {
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

/// Writes a `map`: one block of all entries. An empty map is its end mark alone.
#[inline(always)]
fn encode_entries<'e, F, K, V, W>(count: usize, entries: impl Iterator<Item = (&'e K, &'e V)>, writer: &mut W)
where
    F: EncodeAs<V>,
    K: AsRef<str> + 'e,
    V: 'e,
    W: AvroWrite,
{
    if count != 0 {
        writer.write_block(count);
        for (key, value) in entries {
            writer.write_str(key.as_ref());
            F::encode_as(value, writer);
        }
    }
    writer.write_block(0);
}

/// Reads the entries of a `map` whose values are at least `min_value_size` bytes: makes room, then one at a time.
#[inline(always)]
fn decode_entries<'a, K, V, R, C>(
    reader: &mut R,
    map: &mut C,
    min_value_size: usize,
    reserve: impl Fn(&mut C, usize),
    value: impl Fn(&mut R) -> Result<V, DecodeError>,
    insert: impl Fn(&mut C, K, V),
) -> Result<(), DecodeError>
where
    K: AvroDecode<'a>,
    R: AvroRead<'a>,
{
    reader.enter()?;
    loop {
        let count = next_block::<(K, V), R>(reader, min_value_size.saturating_add(1))?;
        if count == 0 {
            reader.leave();
            return Ok(());
        }
        reserve(map, count.min(first_items::<(K, V)>()));
        for _ in 0..count {
            let key = K::decode(reader)?;
            let value = value(reader)?;
            insert(map, key, value);
        }
    }
}

/// The codec of one map type with these bounds on its key and this way to make room and to insert: with values in a form
/// of their own, and so in any.
macro_rules! map_codec {
    ($map:ty, [$($generics:tt)*], $reserve:expr, $insert:expr) => {
        impl<F: EncodeAs<V>, V, $($generics)*> EncodeAs<$map> for Values<F> {
            #[inline]
            fn encode_as<W: AvroWrite>(map: &$map, writer: &mut W) {
                encode_entries::<F, _, _, W>(map.len(), map.iter(), writer);
            }
        }

        impl<'a, F: DecodeAs<'a, V>, V, $($generics)* + AvroDecode<'a>> DecodeAs<'a, $map> for Values<F> {
            const MIN_SIZE: usize = 1;

            #[inline]
            fn decode_as<R: AvroRead<'a>>(reader: &mut R) -> Result<$map, DecodeError> {
                let mut map = <$map>::default();
                decode_entries(reader, &mut map, F::MIN_SIZE, $reserve, F::decode_as, $insert)?;
                Ok(map)
            }
        }

        impl<'a, F: ResolveAs<'a, V>, V, $($generics)* + AvroDecode<'a>> ResolveAs<'a, $map> for Values<F> {
            fn decode_plan_as<R: AvroRead<'a>>(plan: Plan<'_>, reader: &mut R) -> Result<$map, DecodeError> {
                let Some((value, min_size)) = plan.values(reader)? else {
                    return Self::decode_as(reader);
                };
                let mut map = <$map>::default();
                let decode = |reader: &mut R| F::decode_plan_as(value, reader);
                decode_entries(reader, &mut map, min_size, $reserve, decode, $insert)?;
                Ok(map)
            }
        }

        impl<V: AvroEncode, $($generics)*> AvroEncode for $map {
            #[inline]
            fn encode<W: AvroWrite>(&self, writer: &mut W) {
                Values::<Own>::encode_as(self, writer);
            }
        }

        impl<'a, V: AvroDecode<'a>, $($generics)* + AvroDecode<'a>> AvroDecode<'a> for $map {
            const MIN_SIZE: usize = 1;

            #[inline]
            fn decode<R: AvroRead<'a>>(reader: &mut R) -> Result<Self, DecodeError> {
                Values::<Own>::decode_as(reader)
            }
        }

        impl<'a, V: AvroResolve<'a>, $($generics)* + AvroDecode<'a>> AvroResolve<'a> for $map {
            fn decode_plan<R: AvroRead<'a>>(plan: Plan<'_>, reader: &mut R) -> Result<Self, DecodeError> {
                Values::<Own>::decode_plan_as(plan, reader)
            }
        }
    };
}

map_codec!(Map<V, K>, [K: AsRef<str>], |map, count| map.entries.reserve(count), Map::push);
map_codec!(
    HashMap<K, V, S>,
    [S: BuildHasher + Default, K: AsRef<str> + Eq + Hash],
    HashMap::reserve,
    |map, key, value| drop(map.insert(key, value))
);
map_codec!(BTreeMap<K, V>, [K: AsRef<str> + Ord], |_, _| (), |map, key, value| drop(map.insert(key, value)));

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec;

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
