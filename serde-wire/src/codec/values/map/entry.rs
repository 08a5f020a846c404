//! The place of a key in a map, whether there is a value or not.

use super::Map;

/// What [`Map::entry`] found: the value of a key, or the place for it.
#[derive(Debug)]
pub enum Entry<'m, V, K = String> {
    /// The key has a value.
    Occupied(OccupiedEntry<'m, V, K>),
    /// The key has none.
    Vacant(VacantEntry<'m, V, K>),
}

/// A key that has a value.
#[derive(Debug)]
pub struct OccupiedEntry<'m, V, K = String> {
    pub(super) map: &'m mut Map<V, K>,
    pub(super) index: usize,
}

/// A key that has no value.
#[derive(Debug)]
pub struct VacantEntry<'m, V, K = String> {
    pub(super) map: &'m mut Map<V, K>,
    pub(super) key: K,
}

impl<'m, V, K> Entry<'m, V, K> {
    /// The value, which is `default` if there was none.
    pub fn or_insert(self, default: V) -> &'m mut V {
        self.or_insert_with(|| default)
    }

    /// The value, which `default` makes if there was none.
    pub fn or_insert_with(self, default: impl FnOnce() -> V) -> &'m mut V {
        match self {
            Self::Occupied(entry) => entry.into_mut(),
            Self::Vacant(entry) => entry.insert(default()),
        }
    }

    /// The value, which is the default one if there was none.
    pub fn or_default(self) -> &'m mut V
    where
        V: Default,
    {
        self.or_insert_with(V::default)
    }

    /// Changes the value if there is one.
    #[must_use]
    pub fn and_modify(mut self, change: impl FnOnce(&mut V)) -> Self {
        if let Self::Occupied(entry) = &mut self {
            change(entry.get_mut());
        }
        self
    }

    /// The key.
    pub fn key(&self) -> &K {
        match self {
            Self::Occupied(entry) => &entry.map.entries[entry.index].0,
            Self::Vacant(entry) => &entry.key,
        }
    }
}

impl<'m, V, K> OccupiedEntry<'m, V, K> {
    /// The value.
    pub fn get(&self) -> &V {
        &self.map.entries[self.index].1
    }

    /// The value, to change.
    pub fn get_mut(&mut self) -> &mut V {
        &mut self.map.entries[self.index].1
    }

    /// The value, to change as long as the map is borrowed.
    pub fn into_mut(self) -> &'m mut V {
        &mut self.map.entries[self.index].1
    }

    /// Sets the value and returns the one before.
    pub fn insert(&mut self, value: V) -> V {
        std::mem::replace(self.get_mut(), value)
    }
}

impl<'m, V, K> VacantEntry<'m, V, K> {
    /// Sets the value, at the end of the map.
    pub fn insert(self, value: V) -> &'m mut V {
        let index = self.map.entries.len();
        self.map.push(self.key, value);
        &mut self.map.entries[index].1
    }
}
