//! The cache of what a deserializer knows about each writer's schema, found again at the cost of a comparison.
//!
//! A topic holds messages of very few schemas. So the decoders of the first ones that turn up get slots that are filled once and
//! never change: reading one is a load, with no lock, nothing that consumers on other cores would fight over, and nothing to be
//! written when another schema follows. What names the schema says at which slot to begin. Whatever comes when the slots are full,
//! and schemas that cannot be read, live in a map whose snapshots are read without a lock.

use crate::frame::SchemaKey;
use arc_swap::ArcSwap;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

/// A power of two, so that one instruction finds the first slot.
const SLOTS: usize = 16;
/// Beyond this many schemas the map starts afresh, which costs their next messages a look into the registry client.
const MAX_OVERFLOW: usize = 4_096;

type Overflow<V> = HashMap<SchemaKey, Arc<V>>;

/// The bytes of an id as they stand in a message.
pub(crate) type IdBytes = [u8; 4];

/// What is known about each writer's schema: a decoder, or why there is none.
pub(crate) struct WriterCache<D, E> {
    /// Decoders by id.
    ids: Slots<IdBytes, D>,
    /// Decoders by GUID and by fingerprint.
    others: Slots<SchemaKey, D>,
    overflow: ArcSwap<Overflow<Result<D, E>>>,
}

impl<D, E> WriterCache<D, E> {
    pub(crate) fn new() -> Self {
        Self { ids: Slots::new(), others: Slots::new(), overflow: ArcSwap::from_pointee(HashMap::new()) }
    }

    /// The decoder for that id, if it is at hand: as nearly all are.
    #[inline(always)]
    pub(crate) fn at_hand(&self, id: IdBytes) -> Option<&D> {
        self.ids.first(first_of_id(id), id)
    }

    /// Calls `f` with what is known about the schema, if anything is.
    pub(crate) fn with<R>(&self, key: SchemaKey, f: impl FnOnce(Result<&D, &E>) -> R) -> Option<R> {
        let slot = match key {
            SchemaKey::Id(id) => self.ids.get(first_of_id(id.get().to_be_bytes()), id.get().to_be_bytes()),
            other => self.others.get(first_of_other(other), other),
        };
        match slot {
            Some(decoder) => Some(f(Ok(decoder))),
            None => self.overflow.load().get(&key).map(|known| f((**known).as_ref())),
        }
    }

    /// Remembers what was found out, unless another caller was faster.
    pub(crate) fn insert(&self, key: SchemaKey, known: Result<D, E>) {
        let left_over = match (key, known) {
            (SchemaKey::Id(id), Ok(decoder)) => {
                let id = id.get().to_be_bytes();
                self.ids.insert(first_of_id(id), id, decoder).map(Ok)
            }
            (other, Ok(decoder)) => self.others.insert(first_of_other(other), other, decoder).map(Ok),
            (_, Err(refusal)) => Some(Err(refusal)),
        };
        let Some(known) = left_over.map(Arc::new) else { return };
        self.overflow.rcu(|overflow| {
            let mut next =
                if overflow.len() < MAX_OVERFLOW { Overflow::clone(overflow) } else { Overflow::new() };
            next.entry(key).or_insert_with(|| Arc::clone(&known));
            next
        });
    }
}

/// Ids are given one after the other, so those of a topic's versions mostly begin at slots of their own.
#[inline(always)]
const fn first_of_id([.., last]: IdBytes) -> usize {
    last as usize % SLOTS
}

fn first_of_other(key: SchemaKey) -> usize {
    let byte = match key {
        SchemaKey::Id(id) => id.get().to_le_bytes()[0],
        SchemaKey::Guid(guid) => guid.as_bytes()[0],
        SchemaKey::Fingerprint(fingerprint) => fingerprint.to_le_bytes()[0],
    };
    usize::from(byte) % SLOTS
}

/// Places that are filled once. A key is looked for from its first slot on, around the end, up to one that is empty.
struct Slots<K, V>([OnceLock<(K, V)>; SLOTS]);

impl<K: PartialEq + Copy, V> Slots<K, V> {
    const fn new() -> Self {
        Self([const { OnceLock::new() }; SLOTS])
    }

    /// What is in the first slot of the key, if it is there.
    #[inline(always)]
    fn first(&self, first: usize, key: K) -> Option<&V> {
        self.0[first].get().filter(|(known, _)| *known == key).map(|(_, value)| value)
    }

    fn get(&self, first: usize, key: K) -> Option<&V> {
        let slots = (0..SLOTS).map_while(|step| self.0[(first + step) % SLOTS].get());
        slots.into_iter().find(|(known, _)| *known == key).map(|(_, value)| value)
    }

    /// Gives the value back when there is no slot left.
    fn insert(&self, first: usize, key: K, value: V) -> Option<V> {
        let mut entry = (key, value);
        for step in 0..SLOTS {
            let slot = &self.0[(first + step) % SLOTS];
            if slot.get().is_none() {
                match slot.set(entry) {
                    Ok(()) => return None,
                    Err(returned) => entry = returned,
                }
            }
            // It may have been filled in between, and with this very key.
            if slot.get().is_some_and(|(known, _)| *known == key) {
                return None;
            }
        }
        Some(entry.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::{Guid, SchemaId};

    fn id(number: usize) -> SchemaKey {
        SchemaKey::Id(SchemaId::new(u32::try_from(number).unwrap()).unwrap())
    }

    fn found<D: Copy, E: Copy>(cache: &WriterCache<D, E>, key: SchemaKey) -> Option<Result<D, E>> {
        cache.with(key, |known| known.copied().map_err(|refusal| *refusal))
    }

    #[test]
    fn what_was_put_in_comes_out_in_any_order() {
        let cache = WriterCache::<usize, &str>::new();
        // One after the other, all with the same first slot, and named otherwise.
        let far = (1..3 * SLOTS).map(|number| id(number * SLOTS * 3));
        let guids = (0..3 * SLOTS).map(|number| SchemaKey::Guid(Guid::from_u128(number as u128)));
        let prints = [SchemaKey::Fingerprint(1), SchemaKey::Fingerprint(1 << 32)];
        let keys: Vec<_> = (0..SLOTS * 3 / 4).map(id).chain(far).chain(guids).chain(prints).collect();
        for (value, key) in keys.iter().enumerate() {
            assert_eq!(found(&cache, *key), None, "{key}");
            cache.insert(*key, Ok(value));
            cache.insert(*key, Ok(1_000));
        }
        for _ in 0..2 {
            for (value, key) in keys.iter().enumerate().rev() {
                assert_eq!(found(&cache, *key), Some(Ok(value)), "{key}");
                assert_eq!(found(&cache, *key), Some(Ok(value)), "{key} again");
            }
        }
    }

    #[test]
    fn a_schema_that_cannot_be_read_takes_no_slot() {
        let cache = WriterCache::<usize, &str>::new();
        for number in 0..2 * SLOTS {
            cache.insert(id(number), Err("no"));
            assert_eq!(found(&cache, id(number)), Some(Err("no")));
        }
        cache.insert(id(1_000), Ok(7));
        assert_eq!(cache.at_hand(1_000_u32.to_be_bytes()), Some(&7));
    }

    #[test]
    fn it_stays_bounded() {
        let cache = WriterCache::<usize, &str>::new();
        for number in 0..2 * MAX_OVERFLOW {
            cache.insert(id(number), Ok(number));
            assert_eq!(found(&cache, id(number)), Some(Ok(number)));
        }
        assert!(cache.overflow.load().len() <= MAX_OVERFLOW);
        assert_eq!(found(&cache, id(0)), Some(Ok(0)), "slots are for good");
    }

    #[test]
    fn callers_on_several_threads_agree() {
        let cache = WriterCache::<usize, &str>::new();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for number in 0..4 * SLOTS {
                        cache.insert(id(number), Ok(number));
                        assert_eq!(found(&cache, id(number)), Some(Ok(number)));
                    }
                });
            }
        });
        let ids: Vec<_> = cache.ids.0.iter().map(|slot| slot.get().unwrap().0).collect();
        assert_eq!(
            ids.iter().collect::<std::collections::HashSet<_>>().len(),
            SLOTS,
            "no schema has two slots"
        );
    }
}
