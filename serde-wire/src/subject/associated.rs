//! Names that the registry keeps: which subject a topic is associated with.

/// The rule that asks the registry which subject the topic is associated with, as Confluent's clients of 8.x do, and
/// names the subject by another rule when there is none (or a registry that keeps no associations).
///
/// ```
/// use serde_wire::subject::{AssociatedFallback, AssociatedNaming, SubjectStrategy};
///
/// let naming = AssociatedNaming::default().with_fallback(AssociatedFallback::RecordName);
/// assert_eq!(naming.cluster, "-");
/// let strategy = SubjectStrategy::Associated(naming);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct AssociatedNaming {
    /// The id of the Kafka cluster, which is the namespace of its topics:
    /// `subject.name.strategy.kafka.cluster.id`. `-`, any, by default.
    pub cluster: String,
    /// The rule for a topic without association: `subject.name.strategy.fallback.type`.
    pub fallback: AssociatedFallback,
}

/// The rule for a topic that no subject is associated with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum AssociatedFallback {
    /// `<topic>-key` or `<topic>-value`: `TOPIC`.
    #[default]
    TopicName,
    /// The schema's full name: `RECORD`.
    RecordName,
    /// `<topic>-` and the schema's full name: `TOPIC_RECORD`.
    TopicRecordName,
    /// An error for a serializer: `NONE`.
    None,
}

impl Default for AssociatedNaming {
    fn default() -> Self {
        Self { cluster: "-".to_owned(), fallback: AssociatedFallback::default() }
    }
}

impl AssociatedNaming {
    /// This rule for another [`cluster`](Self::cluster).
    #[must_use]
    pub fn with_cluster(mut self, cluster: impl Into<String>) -> Self {
        self.cluster = cluster.into();
        self
    }

    /// This rule with another [`fallback`](Self::fallback).
    #[must_use]
    pub const fn with_fallback(mut self, fallback: AssociatedFallback) -> Self {
        self.fallback = fallback;
        self
    }
}
