//! The cache of what a deserializer knows about each writer's schema, found again at the cost of a comparison.
//!
//! A topic holds messages of very few schemas, mostly of one in a row. So the first schemas that turn up get slots that
//! are filled once and never change: reading one is a load, with no lock and no reference count that consumers on other
//! cores would fight over. The slot that served last is tried first. Whatever comes when the slots are full, and
//! schemas named by GUID, live in a map whose snapshots are read without a lock.

use crate::frame::{SchemaId, SchemaKey};
use arc_swap::ArcSwap;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

const SLOTS: usize = 8;
/// Beyond this many schemas the map starts afresh, which costs their next messages a look into the registry client.
const MAX_OVERFLOW: usize = 4_096;

type Overflow<V> = HashMap<SchemaKey, Arc<V>>;

pub(crate) struct WriterCache<V> {
    slots: [OnceLock<(SchemaId, V)>; SLOTS],
    last: AtomicUsize,
    overflow: ArcSwap<Overflow<V>>,
}

impl<V> WriterCache<V> {
    pub(crate) fn new() -> Self {
        Self {
            slots: [const { OnceLock::new() }; SLOTS],
            last: AtomicUsize::new(0),
            overflow: ArcSwap::from_pointee(HashMap::new()),
        }
    }

    /// Calls `f` with what is known about the schema, if anything is.
    #[inline]
    pub(crate) fn with<R>(&self, key: SchemaKey, f: impl FnOnce(&V) -> R) -> Option<R> {
        let last = &self.slots[self.last.load(Ordering::Relaxed) % SLOTS];
        if let (SchemaKey::Id(id), Some((known, value))) = (key, last.get())
            && id == *known
        {
            return Some(f(value));
        }
        self.with_other(key, f)
    }

    fn with_other<R>(&self, key: SchemaKey, f: impl FnOnce(&V) -> R) -> Option<R> {
        if let SchemaKey::Id(id) = key {
            // Slots fill from the front, so the first empty one ends the search.
            for (index, (known, value)) in self.slots.iter().map_while(OnceLock::get).enumerate() {
                if id == *known {
                    self.last.store(index, Ordering::Relaxed);
                    return Some(f(value));
                }
            }
        }
        self.overflow.load().get(&key).map(|value| f(value))
    }

    /// Remembers `value`, unless another caller was faster.
    pub(crate) fn insert(&self, key: SchemaKey, value: V) {
        let mut value = value;
        if let SchemaKey::Id(id) = key {
            for slot in &self.slots {
                match slot.get() {
                    Some((known, _)) if *known == id => return,
                    Some(_) => {}
                    None => match slot.set((id, value)) {
                        Ok(()) => return,
                        Err((_, returned)) => value = returned,
                    },
                }
                // The slot may have been filled in between, and with this very schema.
                if slot.get().is_some_and(|(known, _)| *known == id) {
                    return;
                }
            }
        }
        let value = Arc::new(value);
        self.overflow.rcu(|overflow| {
            let mut next =
                if overflow.len() < MAX_OVERFLOW { Overflow::clone(overflow) } else { Overflow::new() };
            next.entry(key).or_insert_with(|| Arc::clone(&value));
            next
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::Guid;

    fn id(number: usize) -> SchemaKey {
        SchemaKey::Id(SchemaId::new(u32::try_from(number).unwrap()).unwrap())
    }

    #[test]
    fn what_was_put_in_comes_out_in_any_order() {
        let cache = WriterCache::new();
        let keys: Vec<_> = (0..3 * SLOTS).map(id).chain([SchemaKey::Guid(Guid::from_u128(1))]).collect();
        for (value, key) in keys.iter().enumerate() {
            assert_eq!(cache.with(*key, |value| *value), None, "{key}");
            cache.insert(*key, value);
            cache.insert(*key, 1_000);
        }
        for _ in 0..2 {
            for (value, key) in keys.iter().enumerate().rev() {
                assert_eq!(cache.with(*key, |value| *value), Some(value), "{key}");
                assert_eq!(cache.with(*key, |value| *value), Some(value), "{key} again");
            }
        }
    }

    #[test]
    fn it_stays_bounded() {
        let cache = WriterCache::new();
        for number in 0..2 * MAX_OVERFLOW {
            cache.insert(id(number), number);
            assert_eq!(cache.with(id(number), |value| *value), Some(number));
        }
        assert!(cache.overflow.load().len() <= MAX_OVERFLOW);
        assert_eq!(cache.with(id(0), |value| *value), Some(0), "slots are for good");
    }

    #[test]
    fn callers_on_several_threads_agree() {
        let cache = WriterCache::new();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for number in 0..4 * SLOTS {
                        cache.insert(id(number), number);
                        assert_eq!(cache.with(id(number), |value| *value), Some(number));
                    }
                });
            }
        });
        let ids: Vec<_> = cache.slots.iter().map(|slot| slot.get().unwrap().0).collect();
        assert_eq!(
            ids.iter().collect::<std::collections::HashSet<_>>().len(),
            SLOTS,
            "no schema has two slots"
        );
    }
}
