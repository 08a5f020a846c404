//! How a cache does.

use std::sync::Arc;

use prometheus_client::metrics::counter::Counter;

/// Meter of one cache. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct CacheMeter(Arc<Counts>);

#[derive(Debug)]
struct Counts {
    cache: &'static str,
    hits: Counter,
    misses: Counter,
    evictions: Counter,
}

/// How a cache was used, and what is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CacheUsage {
    /// Its name.
    pub cache: &'static str,
    /// What was asked for and was there.
    pub hits: u64,
    /// What was asked for and was not there.
    pub misses: u64,
    /// What went for want of room.
    pub evictions: u64,
    /// The entries in it.
    pub entries: u64,
    /// Their bytes, as they are weighed.
    pub bytes: u64,
}

impl CacheMeter {
    /// The meter of a cache.
    pub(crate) fn new(cache: &'static str) -> Self {
        let (hits, misses, evictions) = (Counter::default(), Counter::default(), Counter::default());
        Self(Arc::new(Counts { cache, hits, misses, evictions }))
    }

    /// Notes that something was asked for, and whether it was there.
    pub(crate) fn asked(&self, is_hit: bool) {
        let Counts { hits, misses, .. } = &*self.0;
        if is_hit {
            hits.inc()
        } else {
            misses.inc()
        };
    }

    /// Notes that an entry has gone, if it went for want of room.
    pub(crate) fn removed(&self, for_want_of_room: bool) {
        if for_want_of_room {
            self.0.evictions.inc();
        }
    }

    /// How it was used, with what is in it.
    pub(crate) fn usage(&self, entries: u64, bytes: u64) -> CacheUsage {
        let Counts { cache, hits, misses, evictions } = &*self.0;
        CacheUsage {
            cache,
            hits: hits.get(),
            misses: misses.get(),
            evictions: evictions.get(),
            entries,
            bytes,
        }
    }
}
