//! Schemas that were read, by what they were read from.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use moka::notification::RemovalCause;

use crate::domain::SchemaType;
use crate::observe::{CacheMeter, CacheUsage};
use crate::schema_type::Parsed;

/// Bytes that an entry takes beside its schema.
const ENTRY: usize = 256;

/// Schemas without references, in a bounded amount of memory; those that were not used for the longest time make room
/// for others. Clones share them.
#[derive(Clone)]
pub(super) struct ParsedCache {
    schemas: moka::sync::Cache<ParsedKey, Arc<dyn Parsed>>,
    hashers: (RandomState, RandomState),
    meter: CacheMeter,
}

/// Stands for a text: two hashes of it with secret keys, so that nobody can find two texts with the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct ParsedKey(SchemaType, u64, u64);

impl ParsedCache {
    /// Room for schemas that take so many bytes of memory together.
    pub(super) fn of(capacity: u64) -> Self {
        let meter = CacheMeter::new("parsed");
        let evicted = meter.clone();
        let schemas = moka::sync::Cache::builder()
            .max_capacity(capacity)
            .weigher(|_: &ParsedKey, parsed: &Arc<dyn Parsed>| {
                u32::try_from(parsed.heap_size() + ENTRY).unwrap_or(u32::MAX)
            })
            .eviction_listener(move |_, _, cause| evicted.removed(cause == RemovalCause::Size))
            .build();
        Self { schemas, hashers: Default::default(), meter }
    }

    /// The key of a text.
    pub(super) fn key(&self, schema_type: SchemaType, text: &str) -> ParsedKey {
        ParsedKey(schema_type, self.hashers.0.hash_one(text), self.hashers.1.hash_one(text))
    }

    pub(super) fn get(&self, key: &ParsedKey) -> Option<Arc<dyn Parsed>> {
        let found = self.schemas.get(key);
        self.meter.asked(found.is_some());
        found
    }

    /// How it was used, and what is in it.
    pub(super) fn usage(&self) -> CacheUsage {
        self.meter.usage(self.schemas.entry_count(), self.schemas.weighted_size())
    }

    pub(super) fn insert(&self, key: ParsedKey, parsed: Arc<dyn Parsed>) {
        self.schemas.insert(key, parsed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema_type::{Languages, Strictness};

    #[test]
    fn schemas_are_weighed_by_the_memory_that_they_take() {
        const CAPACITY: u64 = 1 << 20;
        let values = |count: usize| "0,".repeat(count) + "0";
        let languages = Languages::default();
        for (name, schema_type, large, small) in [
            (
                "AVRO",
                SchemaType::Avro,
                format!(r#"{{"type":"int","x":[{}]}}"#, values(50_000)),
                r#"{"type":"int","x":[0]}"#.to_owned(),
            ),
            (
                "JSON",
                SchemaType::Json,
                format!(r#"{{"enum":[{}]}}"#, values(50_000)),
                r#"{"enum":[0]}"#.to_owned(),
            ),
            (
                "PROTOBUF",
                SchemaType::Protobuf,
                format!("enum E {{ reserved {}; A = 0; }}", values(50_000)),
                "enum E { A = 0; }".to_owned(),
            ),
        ] {
            let cache = ParsedCache::of(CAPACITY);
            let keep = |text: &str| {
                let parsed = languages.by_name(name).unwrap().parse(text, &[], Strictness::Stored).unwrap();
                let key = cache.key(schema_type, text);
                cache.insert(key, parsed.into());
                cache.schemas.run_pending_tasks();
                cache.get(&key).is_some()
            };
            // A tenth of the capacity as text.
            assert!(large.len() < 120_000, "{name}");
            assert!(keep(&small) && !keep(&large), "{name}");
        }
    }
}
