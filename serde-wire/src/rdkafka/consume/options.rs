//! How a consumer with a dead-letter topic behaves.

use super::notice::ConsumeNotice;
use rdkafka::ClientConfig;
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

/// Settings of [`consume_with_dlq`](super::consume_with_dlq).
///
/// ```
/// use serde_wire::rdkafka::ConsumeOptions;
/// use std::num::NonZeroU32;
/// use std::time::Duration;
///
/// let options = ConsumeOptions::new("orders", "orders-dlq")
///     .with_application("billing", "billing-0")
///     .with_handler_attempts(NonZeroU32::new(5))
///     .with_longest_pause(Duration::from_secs(30));
/// assert_eq!(options.topic, "orders");
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct ConsumeOptions {
    /// The topic to consume.
    pub topic: String,
    /// The topic that dead letters go to. It must exist, unless the broker creates topics.
    pub dead_letter_topic: String,
    /// Name of the application and of its instance, for the headers of dead letters.
    pub application: Option<(String, String)>,
    /// The pause before something is tried again for the first time; 200 ms by default. It doubles from there.
    pub first_pause: Duration,
    /// No pause is longer; 10 s by default.
    pub longest_pause: Duration,
    /// How often the handler gets a record that it wants to try again, before that is dead-lettered. `None`, the default: as
    /// often as it takes, while the rest of the partition waits.
    pub handler_attempts: Option<NonZeroU32>,
    /// How long handlers that run when the shutdown comes may take to finish; 30 s by default. Then they are dropped, and their
    /// records come again.
    pub grace: Duration,
    /// Settings of the producer of dead letters. `None`, the default: those of the consumer that a producer has too, with
    /// `enable.idempotence=true`, `linger.ms=0` and `message.max.bytes=67108864`, so that the broker decides what is too large,
    /// unless they say otherwise.
    pub producer: Option<ClientConfig>,
    pub(super) observer: Option<Arc<Observer>>,
}

type Observer = dyn Fn(&ConsumeNotice<'_>) + Send + Sync;

impl ConsumeOptions {
    /// The settings for that topic, whose dead letters go to the other one.
    #[must_use]
    pub fn new(topic: impl Into<String>, dead_letter_topic: impl Into<String>) -> Self {
        Self {
            topic: topic.into(),
            dead_letter_topic: dead_letter_topic.into(),
            application: None,
            first_pause: Duration::from_millis(200),
            longest_pause: Duration::from_secs(10),
            handler_attempts: None,
            grace: Duration::from_secs(30),
            producer: None,
            observer: None,
        }
    }

    /// These options with another [`application`](Self::application).
    #[must_use]
    pub fn with_application(mut self, name: impl Into<String>, instance: impl Into<String>) -> Self {
        self.application = Some((name.into(), instance.into()));
        self
    }

    /// These options with another [`first_pause`](Self::first_pause).
    #[must_use]
    pub const fn with_first_pause(mut self, pause: Duration) -> Self {
        self.first_pause = pause;
        self
    }

    /// These options with another [`longest_pause`](Self::longest_pause).
    #[must_use]
    pub const fn with_longest_pause(mut self, pause: Duration) -> Self {
        self.longest_pause = pause;
        self
    }

    /// These options with another number of [`handler_attempts`](Self::handler_attempts).
    #[must_use]
    pub const fn with_handler_attempts(mut self, attempts: Option<NonZeroU32>) -> Self {
        self.handler_attempts = attempts;
        self
    }

    /// These options with another [`grace`](Self::grace).
    #[must_use]
    pub const fn with_grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    /// These options with other settings for the [`producer`](Self::producer) of dead letters.
    #[must_use]
    pub fn with_producer(mut self, settings: ClientConfig) -> Self {
        self.producer = Some(settings);
        self
    }

    /// These options with somebody who is told what happens, to log or to count it. It must not block.
    #[must_use]
    pub fn with_observer(mut self, observer: impl Fn(&ConsumeNotice<'_>) + Send + Sync + 'static) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// The pause after that many failures, at least 1, spread over its upper half so that partitions that failed together do
    /// not come back together.
    pub(super) fn pause(&self, failures: u32) -> Duration {
        let doubled = self
            .first_pause
            .saturating_mul(1_u32.checked_shl(failures.saturating_sub(1)).unwrap_or(u32::MAX));
        let half = doubled.min(self.longest_pause) / 2;
        let spread = u32::try_from(RandomState::new().hash_one(failures) % 1024).unwrap_or_default();
        half + half * spread / 1024
    }

    pub(super) fn tell(&self, notice: &ConsumeNotice<'_>) {
        if let Some(observer) = &self.observer {
            observer(notice);
        }
    }
}

impl fmt::Debug for ConsumeOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The settings of a client hold passwords.
        let mut debug = f.debug_struct("ConsumeOptions");
        debug.field("topic", &self.topic).field("dead_letter_topic", &self.dead_letter_topic);
        debug.field("application", &self.application).field("first_pause", &self.first_pause);
        debug.field("longest_pause", &self.longest_pause).field("handler_attempts", &self.handler_attempts);
        debug.field("grace", &self.grace).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest() {
        let ms = Duration::from_millis;
        let options = ConsumeOptions::new("t", "d").with_first_pause(ms(100)).with_longest_pause(ms(900));
        for (failures, from, to) in
            [(1, 50, 100), (2, 100, 200), (4, 400, 800), (5, 450, 900), (99, 450, 900)]
        {
            for _ in 0..100 {
                let pause = options.pause(failures);
                assert!((ms(from)..=ms(to)).contains(&pause), "{failures}: {pause:?}");
            }
        }
    }
}
