//! One kind of entries: what was read under a key at an epoch.

use std::future::Future;
use std::hash::Hash;

use moka::future::Cache;
use moka::notification::RemovalCause;
use moka::policy::EvictionPolicy;

use super::epochs::Epoch;
use super::weight::Weigh;
use crate::observe::{CacheMeter, CacheUsage};
use crate::store::StoreError;

/// Bytes that an entry takes beside its key and value: the table's and the policy's records of it.
pub(super) const ENTRY: usize = 150;

/// Entries of one kind. Concurrent reads of one key at one epoch become one.
///
/// The least recently used entries leave first: entries of old epochs are never used again, and a policy that counts how
/// often something was used would keep them over the ones that replace them.
#[derive(Clone, Debug)]
pub(super) struct Memory<K: Hash + Eq + Send + Sync + 'static, V: Clone + Send + Sync + 'static> {
    entries: Cache<(K, Epoch), V>,
    meter: CacheMeter,
}

/// Why a read left no entry.
enum NoEntry {
    /// There is nothing, which is not remembered.
    Absent,
    Failed(StoreError),
}

impl<K, V> Memory<K, V>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// Room for entries of `capacity` bytes.
    pub(super) fn new(name: &'static str, capacity: u64) -> Self
    where
        K: Weigh,
        V: Weigh,
    {
        let fixed = ENTRY + size_of::<(K, Epoch, V)>();
        let meter = CacheMeter::new(name);
        let evicted = meter.clone();
        let entries = Cache::builder()
            .max_capacity(capacity)
            .eviction_policy(EvictionPolicy::lru())
            .weigher(move |(key, _): &(K, Epoch), value: &V| {
                u32::try_from(fixed + key.weight() + value.weight()).unwrap_or(u32::MAX)
            })
            .eviction_listener(move |_, _, cause| evicted.removed(cause == RemovalCause::Size))
            .build();
        Self { entries, meter }
    }

    /// How it was used, and what is in it.
    pub(super) fn usage(&self) -> CacheUsage {
        self.meter.usage(self.entries.entry_count(), self.entries.weighted_size())
    }

    /// The entry, or what `read` gives, which becomes the entry.
    ///
    /// Most often there is an entry, so what a read needs is made only when there is none: its future can be large, and
    /// moving that about costs more than the rest of the request.
    pub(super) async fn get<F>(&self, key: K, epoch: Epoch, read: impl FnOnce() -> F) -> Result<V, StoreError>
    where
        F: Future<Output = Result<V, StoreError>>,
    {
        let key = (key, epoch);
        if let Some(value) = self.entries.get(&key).await {
            self.meter.asked(true);
            return Ok(value);
        }
        self.meter.asked(false);
        let fill = Box::pin(self.entries.try_get_with(key, Box::pin(read())));
        fill.await.map_err(|error| error.shared())
    }

    /// The entry, or what `read` gives, which becomes the entry unless there is nothing.
    pub(super) async fn find<F>(
        &self,
        key: K,
        epoch: Epoch,
        read: impl FnOnce() -> F,
    ) -> Result<Option<V>, StoreError>
    where
        F: Future<Output = Result<Option<V>, StoreError>>,
    {
        let key = (key, epoch);
        if let Some(value) = self.entries.get(&key).await {
            self.meter.asked(true);
            return Ok(Some(value));
        }
        self.meter.asked(false);
        let read = read();
        let read = async {
            match read.await {
                Ok(Some(value)) => Ok(value),
                Ok(None) => Err(NoEntry::Absent),
                Err(error) => Err(NoEntry::Failed(error)),
            }
        };
        match Box::pin(self.entries.try_get_with(key, Box::pin(read))).await {
            Ok(value) => Ok(Some(value)),
            Err(none) => match &*none {
                NoEntry::Absent => Ok(None),
                NoEntry::Failed(error) => Err(error.shared()),
            },
        }
    }

    /// Puts in what was read by the way.
    pub(super) async fn put(&self, key: K, epoch: Epoch, value: V) {
        self.entries.insert((key, epoch), value).await;
    }

    /// Puts all entries out.
    #[cfg(test)]
    pub(super) fn clear(&self) {
        self.entries.invalidate_all();
    }

    /// The bytes that all entries take.
    #[cfg(test)]
    pub(super) async fn weight(&self) -> u64 {
        self.entries.run_pending_tasks().await;
        self.entries.weighted_size()
    }

    /// Takes an entry out.
    pub(super) async fn forget(&self, key: K, epoch: Epoch) {
        self.entries.invalidate(&(key, epoch)).await;
    }

    /// The entry, if there is one.
    pub(super) async fn peek(&self, key: K, epoch: Epoch) -> Option<V> {
        self.entries.get(&(key, epoch)).await
    }
}
