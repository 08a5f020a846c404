//! Those who are told of every request.

use super::Outcome;
use super::log::RequestLog;
use super::metrics::{InFlight, Metrics};

/// Those who are told of every request.
#[derive(Clone, Debug, Default)]
pub struct Observers {
    metrics: Option<Metrics>,
    log: Option<RequestLog>,
}

impl Observers {
    /// Observers that count requests, if `metrics` are given.
    #[must_use]
    pub fn with_metrics(self, metrics: Option<Metrics>) -> Self {
        Self { metrics, ..self }
    }

    /// Observers that also log requests, if a `log` is given.
    #[must_use]
    pub fn with_log(self, log: Option<RequestLog>) -> Self {
        Self { log, ..self }
    }

    /// The request log, where there is one.
    #[must_use]
    pub fn log(&self) -> Option<&RequestLog> {
        self.log.as_ref()
    }

    /// Whether nobody is there to be told.
    #[must_use]
    pub fn is_nobody(&self) -> bool {
        self.metrics.is_none() && self.log.is_none()
    }

    /// The metrics, where they are kept.
    #[must_use]
    pub fn metrics(&self) -> Option<&Metrics> {
        self.metrics.as_ref()
    }

    /// Notes that a request is being answered, until what this gives is dropped.
    pub(crate) fn begin(&self) -> Option<InFlight> {
        self.metrics.as_ref().map(Metrics::begin)
    }

    /// Tells of a finished request.
    pub async fn tell(&self, outcome: &Outcome<'_>) {
        if let Some(metrics) = &self.metrics {
            metrics.count(outcome);
        }
        if let Some(log) = &self.log {
            log.tell(outcome).await;
        }
    }
}
