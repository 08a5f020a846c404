//! What is told of the records of a consumer with a dead-letter topic.

#[cfg(feature = "metrics")]
use std::sync::OnceLock;

/// What became of a record, or of an attempt at it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum RecordOutcome {
    Handled,
    DeadLettered,
    Retried,
}

/// The records of one topic. Without the feature it is nothing.
pub(crate) struct Records {
    #[cfg(feature = "metrics")]
    topic: String,
    /// The counter of those that were handled, looked up once.
    #[cfg(feature = "metrics")]
    handled: OnceLock<metrics::Counter>,
}

impl Records {
    pub(crate) fn of(topic: &str) -> Self {
        Self {
            #[cfg(feature = "metrics")]
            topic: topic.to_owned(),
            #[cfg(feature = "metrics")]
            handled: OnceLock::new(),
        }
    }

    pub(crate) fn handled(&self) {
        #[cfg(feature = "metrics")]
        self.handled.get_or_init(|| self.counter(RecordOutcome::Handled, None)).increment(1);
    }

    /// Counts a record that was not handled, or not yet, for a reason with a short stable name.
    pub(crate) fn failed(&self, outcome: RecordOutcome, reason: &str) {
        #[cfg(feature = "metrics")]
        self.counter(outcome, Some(reason)).increment(1);
    }

    #[cfg(feature = "metrics")]
    fn counter(&self, outcome: RecordOutcome, reason: Option<&str>) -> metrics::Counter {
        let outcome = match outcome {
            RecordOutcome::Handled => "handled",
            RecordOutcome::DeadLettered => "dead-lettered",
            RecordOutcome::Retried => "retried",
        };
        let mut labels = vec![
            metrics::Label::from_static_parts("messaging.system", "kafka"),
            metrics::Label::new("messaging.destination.name", self.topic.clone()),
            metrics::Label::from_static_parts("serde_wire.record.outcome", outcome),
        ];
        labels.extend(reason.map(|reason| metrics::Label::new("error.type", reason.to_owned())));
        metrics::counter!("serde_wire.consumer.records", labels)
    }
}
