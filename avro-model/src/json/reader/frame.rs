//! Arrays and objects that are being read.

use super::builder::{Builder, Part};
use super::options::Duplicates;
use std::collections::HashMap;

/// From how many members on an object is indexed to find duplicate keys.
const INDEXED_FROM: usize = 16;

/// A container that is being read.
pub(super) enum Frame<'t, B: Builder<'t>> {
    Array(Vec<B::Value>),
    Object(Members<B::Key, B::Value>),
}

impl<'t, B: Builder<'t>> Frame<'t, B> {
    /// Takes the next item, or the value of the key that was read last.
    #[inline]
    pub(super) fn add(&mut self, value: B::Value, duplicates: Duplicates) {
        match self {
            Self::Array(items) => items.push(value),
            Self::Object(members) => members.add(value, duplicates),
        }
    }

    /// The role of the next value in this container.
    #[inline]
    pub(super) fn next_part(&self) -> Part<'_, B::Key> {
        match self {
            Self::Array(items) => Part::Item(items.len()),
            Self::Object(members) => Part::Member(&members.key),
        }
    }

    pub(super) fn close(self, builder: &mut B) -> B::Value {
        match self {
            Self::Array(items) => builder.array(items),
            Self::Object(members) => builder.object(members.list),
        }
    }
}

/// Places of members by key.
type Places<K> = HashMap<K, usize>;

/// The members of an object, and the key of the next one.
pub(super) struct Members<K, V> {
    list: Vec<(K, V)>,
    pub(super) key: K,
    index: Option<Box<Places<K>>>,
}

impl<K: Clone + Default + Eq + std::hash::Hash, V> Members<K, V> {
    pub(super) fn new() -> Self {
        Self { list: Vec::new(), key: K::default(), index: None }
    }

    fn add(&mut self, value: V, duplicates: Duplicates) {
        let key = std::mem::take(&mut self.key);
        if duplicates == Duplicates::Kept {
            self.list.push((key, value));
            return;
        }
        if self.list.len() == INDEXED_FROM && self.index.is_none() {
            let places = self.list.iter().enumerate().map(|(place, (key, _))| (key.clone(), place));
            self.index = Some(Box::new(places.collect()));
        }
        let known = match &self.index {
            None => self.list.iter().position(|(name, _)| *name == key),
            Some(index) => index.get(&key).copied(),
        };
        if let Some(place) = known {
            self.list[place].1 = value;
            return;
        }
        if let Some(index) = &mut self.index {
            index.insert(key.clone(), self.list.len());
        }
        self.list.push((key, value));
    }
}
