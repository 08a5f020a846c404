//! What is told of the messages of one half of a topic's records.

use crate::subject::Role;
use std::fmt;
#[cfg(any(feature = "metrics", feature = "tracing"))]
use std::sync::Arc;
#[cfg(feature = "metrics")]
use std::{sync::OnceLock, time::Duration};

/// Which messages are told of. Without the features it is nothing.
#[derive(Clone)]
pub(crate) struct Messages {
    #[cfg(any(feature = "metrics", feature = "tracing"))]
    of: Arc<Of>,
}

#[cfg(any(feature = "metrics", feature = "tracing"))]
struct Of {
    #[cfg(feature = "metrics")]
    name: &'static str,
    #[cfg(feature = "metrics")]
    operation: &'static str,
    topic: String,
    role: Role,
    /// The counter of those without a failure, looked up once.
    #[cfg(feature = "metrics")]
    good: OnceLock<metrics::Counter>,
}

/// An error with a short stable name.
pub(crate) trait Named {
    fn name(&self) -> &'static str;
}

impl Named for crate::DeserializeError {
    fn name(&self) -> &'static str {
        self.kind().name()
    }
}

impl Named for crate::DeserializeErrorKind {
    fn name(&self) -> &'static str {
        self.name()
    }
}

impl Named for crate::SerializeError {
    fn name(&self) -> &'static str {
        self.name()
    }
}
impl Messages {
    pub(crate) fn consumed(topic: &str, role: Role) -> Self {
        Self::new("messaging.client.consumed.messages", "deserialize", topic, role)
    }

    pub(crate) fn sent(topic: &str, role: Role) -> Self {
        Self::new("messaging.client.sent.messages", "serialize", topic, role)
    }
    fn new(name: &'static str, operation: &'static str, topic: &str, role: Role) -> Self {
        Self {
            #[cfg(any(feature = "metrics", feature = "tracing"))]
            of: Arc::new(Of {
                #[cfg(feature = "metrics")]
                name,
                #[cfg(feature = "metrics")]
                operation,
                topic: topic.to_owned(),
                role,
                #[cfg(feature = "metrics")]
                good: OnceLock::new(),
            }),
        }
    }

    /// Counts a message.
    #[inline]
    pub(crate) fn count<T, E: Named>(&self, result: &Result<T, E>) {
        match result {
            Ok(_) => self.count_good(),
            Err(error) => self.count_bad(error),
        }
    }

    /// Counts a message without a failure.
    #[inline(always)]
    pub(crate) fn count_good(&self) {
        #[cfg(feature = "metrics")]
        self.of.good.get_or_init(|| self.of.counter(None)).increment(1);
    }

    /// Counts a message that failed.
    #[cold]
    pub(crate) fn count_bad(&self, error: &impl Named) {
        #[cfg(feature = "metrics")]
        self.of.counter(Some(error.name())).increment(1);
    }

    /// What a message of a schema that is not known waits for.
    pub(crate) async fn learning<T, E: Named>(
        &self,
        schema: impl fmt::Display,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        #[cfg(feature = "tracing")]
        let work = tracing::Instrument::instrument(
            work,
            tracing::info_span!(
                "serde_wire.learn",
                messaging.system = "kafka",
                messaging.operation.name = "deserialize",
                messaging.destination.name = self.of.topic,
                serde_wire.record.half = %self.of.role,
                %schema,
            ),
        );
        self.waiting(work).await
    }

    /// What the first message of a serializer waits for.
    pub(crate) async fn preparing<T, E: Named>(
        &self,
        subject: &str,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        #[cfg(feature = "tracing")]
        let work = tracing::Instrument::instrument(
            work,
            tracing::info_span!(
                "serde_wire.prepare",
                messaging.system = "kafka",
                messaging.operation.name = "serialize",
                messaging.destination.name = self.of.topic,
                serde_wire.record.half = %self.of.role,
                subject,
            ),
        );
        self.waiting(work).await
    }

    async fn waiting<T, E: Named>(&self, work: impl Future<Output = Result<T, E>>) -> Result<T, E> {
        #[cfg(feature = "metrics")]
        {
            let mut wait =
                Wait { of: &self.of, began: std::time::Instant::now(), failure: Some("abandoned") };
            let result = work.await;
            wait.failure = result.as_ref().err().map(Named::name);
            result
        }
        #[cfg(not(feature = "metrics"))]
        work.await
    }
}

/// The wait of a message, told of when it ends, also where the caller went away.
#[cfg(feature = "metrics")]
struct Wait<'m> {
    of: &'m Of,
    began: std::time::Instant,
    failure: Option<&'static str>,
}

#[cfg(feature = "metrics")]
impl Drop for Wait<'_> {
    fn drop(&mut self) {
        let time: Duration = self.began.elapsed();
        metrics::histogram!("serde_wire.schema.wait.duration", self.of.labels(self.failure)).record(time);
    }
}

#[cfg(feature = "metrics")]
impl Of {
    #[cold]
    fn counter(&self, failure: Option<&'static str>) -> metrics::Counter {
        metrics::counter!(self.name, self.labels(failure))
    }

    fn labels(&self, failure: Option<&'static str>) -> Vec<metrics::Label> {
        let mut labels = vec![
            metrics::Label::from_static_parts("messaging.system", "kafka"),
            metrics::Label::from_static_parts("messaging.operation.name", self.operation),
            metrics::Label::new("messaging.destination.name", self.topic.clone()),
            metrics::Label::new("serde_wire.record.half", self.role.to_string()),
        ];
        labels.extend(failure.map(|kind| metrics::Label::from_static_parts("error.type", kind)));
        labels
    }
}
