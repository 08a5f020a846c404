//! Settings of the caches.

use std::time::Duration;

/// How long answers are remembered, and how many.
///
/// ```
/// use serde_wire::registry::CachePolicy;
/// use std::time::Duration;
///
/// let policy = CachePolicy::default().with_latest_ttl(Duration::ZERO);
/// assert_eq!(policy.capacity, 10_000);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CachePolicy {
    /// How long "latest" is believed; 60 s by default. For good when it is [`Duration::MAX`].
    pub latest_ttl: Duration,
    /// For how long beyond that the latest version that was last heard, by this process or by one that left it in the folder of
    /// [`disk_cache`](crate::registry::HttpRegistryBuilder::disk_cache), is answered while the registry is away, so that `use.latest.version` goes
    /// on; a day by default, and no time when it is [`Duration::ZERO`]. Away is who does not answer: a refusal, such as 401 or 403, is told.
    /// Each such answer holds for [`negative_ttl`](Self::negative_ttl), or `latest_ttl` when that is shorter, before the registry is
    /// asked again. Messages that name no schema are never read by it: see
    /// [`UnframedSchema::Latest`](crate::UnframedSchema::Latest).
    pub stale_ttl: Duration,
    /// How long a definitive refusal is believed; 10 s by default. A schema that is registered after somebody asked
    /// for it is seen after this time at the latest.
    pub negative_ttl: Duration,
    /// How many answers are kept; 10,000 by default.
    pub capacity: usize,
    /// How many answers on the latest version of a subject are kept; 1,000 by default.
    pub latest_capacity: usize,
    /// How many refusals are kept; 10,000 by default.
    pub refusal_capacity: usize,
    /// How many different questions may be under way at the same time; 64 by default, and never less than one. Whoever asks
    /// another one waits for one of them to end, within its own deadline.
    pub questions: usize,
}

impl Default for CachePolicy {
    fn default() -> Self {
        Self {
            latest_ttl: Duration::from_secs(60),
            stale_ttl: Duration::from_secs(24 * 60 * 60),
            negative_ttl: Duration::from_secs(10),
            capacity: 10_000,
            latest_capacity: 1_000,
            refusal_capacity: 10_000,
            questions: 64,
        }
    }
}

impl CachePolicy {
    /// This policy with another [`latest_ttl`](Self::latest_ttl).
    #[must_use]
    pub const fn with_latest_ttl(mut self, latest_ttl: Duration) -> Self {
        self.latest_ttl = latest_ttl;
        self
    }

    /// This policy with another [`stale_ttl`](Self::stale_ttl).
    #[must_use]
    pub const fn with_stale_ttl(mut self, stale_ttl: Duration) -> Self {
        self.stale_ttl = stale_ttl;
        self
    }

    /// This policy with another [`negative_ttl`](Self::negative_ttl).
    #[must_use]
    pub const fn with_negative_ttl(mut self, negative_ttl: Duration) -> Self {
        self.negative_ttl = negative_ttl;
        self
    }

    /// This policy with another [`capacity`](Self::capacity), in answers.
    #[must_use]
    pub const fn with_capacity(mut self, capacity: usize) -> Self {
        self.capacity = capacity;
        self
    }

    /// This policy with another [`latest_capacity`](Self::latest_capacity), in answers.
    #[must_use]
    pub const fn with_latest_capacity(mut self, capacity: usize) -> Self {
        self.latest_capacity = capacity;
        self
    }

    /// This policy with another [`refusal_capacity`](Self::refusal_capacity), in refusals.
    #[must_use]
    pub const fn with_refusal_capacity(mut self, capacity: usize) -> Self {
        self.refusal_capacity = capacity;
        self
    }

    /// This policy with another number of [`questions`](Self::questions) under way.
    #[must_use]
    pub const fn with_questions(mut self, questions: usize) -> Self {
        self.questions = questions;
        self
    }
}
