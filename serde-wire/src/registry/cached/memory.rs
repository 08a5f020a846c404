//! A bounded map whose entries may expire.

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// Answers by question. Only reached when a serializer or deserializer does not know an id itself, so a lock will do.
pub(super) struct Memory<K, V> {
    capacity: usize,
    entries: Mutex<HashMap<K, Entry<V>>>,
}

struct Entry<V> {
    value: V,
    expires: Option<Instant>,
}

impl<K: Eq + Hash + Clone, V: Clone> Memory<K, V> {
    pub(super) fn new(capacity: usize) -> Self {
        Self { capacity: capacity.max(1), entries: Mutex::new(HashMap::new()) }
    }

    pub(super) fn get(&self, key: &K) -> Option<V> {
        let mut entries = self.lock();
        let entry = entries.get(key)?;
        if entry.is_expired(Instant::now()) {
            entries.remove(key);
            return None;
        }
        Some(entry.value.clone())
    }

    /// Keeps the value for `ttl`, or for good; at capacity others make room.
    pub(super) fn insert(&self, key: K, value: V, ttl: Option<Duration>) {
        let now = Instant::now();
        let mut entries = self.lock();
        if entries.len() >= self.capacity && !entries.contains_key(&key) {
            make_room(&mut entries, self.capacity, now);
        }
        // A time that no clock reaches is for good.
        entries.insert(key, Entry { value, expires: ttl.and_then(|ttl| now.checked_add(ttl)) });
    }

    pub(super) fn remove(&self, key: &K) {
        self.lock().remove(key);
    }

    pub(super) fn clear(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<K, Entry<V>>> {
        // Nothing between lock and unlock can panic half-way, so a poisoned map is still whole.
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Drops what has expired, and when that is not enough any eighth: the next sweep is then far off, so that the cost of
/// one insertion stays constant on average.
fn make_room<K: Eq + Hash + Clone, V>(entries: &mut HashMap<K, Entry<V>>, capacity: usize, now: Instant) {
    entries.retain(|_, entry| !entry.is_expired(now));
    let wanted = capacity - capacity.div_ceil(8);
    let surplus = entries.len().saturating_sub(wanted);
    if entries.len() >= capacity {
        let victims: Vec<K> = entries.keys().take(surplus).cloned().collect();
        for key in victims {
            entries.remove(&key);
        }
    }
}

impl<V> Entry<V> {
    fn is_expired(&self, now: Instant) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }
}

impl<K, V> fmt::Debug for Memory<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory").field("capacity", &self.capacity).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn entries_live_as_long_as_they_were_given() {
        let memory = Memory::new(10);
        memory.insert("for good", 1, None);
        memory.insert("for a while", 2, Some(Duration::from_secs(10)));
        tokio::time::advance(Duration::from_secs(9)).await;
        assert_eq!((memory.get(&"for good"), memory.get(&"for a while")), (Some(1), Some(2)));
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!((memory.get(&"for good"), memory.get(&"for a while")), (Some(1), None));
    }

    #[tokio::test(start_paused = true)]
    async fn it_never_holds_more_than_its_capacity_and_expired_entries_go_first() {
        let memory = Memory::new(16);
        memory.insert(0, 0, None);
        for key in 1..16 {
            memory.insert(key, key, Some(Duration::from_secs(1)));
        }
        tokio::time::advance(Duration::from_secs(2)).await;
        memory.insert(16, 16, None);
        assert_eq!((memory.get(&0), memory.get(&16)), (Some(0), Some(16)));
        for key in 17..1_000 {
            memory.insert(key, key, None);
            assert!(memory.lock().len() <= 16, "after {key}");
            assert_eq!(memory.get(&key), Some(key));
        }
        let only = Memory::new(0);
        only.insert("a", 1, None);
        assert_eq!(only.get(&"a"), Some(1), "a capacity of nothing still holds the last answer");
    }
}
