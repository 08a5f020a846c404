//! Going through the entries of a map.

use super::Map;
use std::iter::FusedIterator;
use std::{slice, vec};

/// The entries of a [`Map`] in order, shadowed ones included.
#[derive(Debug)]
pub struct Iter<'m, V, K = String>(slice::Iter<'m, (K, V)>);

/// The entries of a [`Map`] in order, shadowed ones included, with values to change.
#[derive(Debug)]
pub struct IterMut<'m, V, K = String>(slice::IterMut<'m, (K, V)>);

impl<V, K> Clone for Iter<'_, V, K> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// An iterator that is one over a slice of entries, each as this.
macro_rules! entries {
    ($name:ident, $value:ty, $entry:expr) => {
        impl<'m, V, K> Iterator for $name<'m, V, K> {
            type Item = (&'m K, $value);

            #[inline]
            fn next(&mut self) -> Option<Self::Item> {
                self.0.next().map($entry)
            }

            #[inline]
            fn size_hint(&self) -> (usize, Option<usize>) {
                self.0.size_hint()
            }
        }

        impl<V, K> DoubleEndedIterator for $name<'_, V, K> {
            #[inline]
            fn next_back(&mut self) -> Option<Self::Item> {
                self.0.next_back().map($entry)
            }
        }

        impl<V, K> ExactSizeIterator for $name<'_, V, K> {}

        impl<V, K> FusedIterator for $name<'_, V, K> {}
    };
}

entries!(Iter, &'m V, |(key, value)| (key, value));
entries!(IterMut, &'m mut V, |(key, value)| (&*key, value));

impl<V, K> Map<V, K> {
    /// The entries in order, shadowed ones included.
    #[inline]
    pub fn iter(&self) -> Iter<'_, V, K> {
        Iter(self.entries.iter())
    }

    /// The entries in order, shadowed ones included, with values to change.
    #[inline]
    pub fn iter_mut(&mut self) -> IterMut<'_, V, K> {
        IterMut(self.entries.iter_mut())
    }

    /// The keys in order, those of shadowed entries included.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &K> + ExactSizeIterator {
        self.iter().map(|(key, _)| key)
    }

    /// The values in order, shadowed ones included.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> + ExactSizeIterator {
        self.iter().map(|(_, value)| value)
    }

    /// The values in order, shadowed ones included, to change.
    pub fn values_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut V> + ExactSizeIterator {
        self.iter_mut().map(|(_, value)| value)
    }

    /// The keys in order, those of shadowed entries included.
    pub fn into_keys(self) -> impl DoubleEndedIterator<Item = K> + ExactSizeIterator {
        self.into_iter().map(|(key, _)| key)
    }

    /// The values in order, shadowed ones included.
    pub fn into_values(self) -> impl DoubleEndedIterator<Item = V> + ExactSizeIterator {
        self.into_iter().map(|(_, value)| value)
    }
}

impl<V, K> IntoIterator for Map<V, K> {
    type Item = (K, V);
    type IntoIter = vec::IntoIter<(K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl<'m, V, K> IntoIterator for &'m Map<V, K> {
    type Item = (&'m K, &'m V);
    type IntoIter = Iter<'m, V, K>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'m, V, K> IntoIterator for &'m mut Map<V, K> {
    type Item = (&'m K, &'m mut V);
    type IntoIter = IterMut<'m, V, K>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}
