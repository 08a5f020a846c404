//! Counts, times and spans of what goes to the registry.

use reqwest::{Method, Url};
#[cfg(feature = "metrics")]
use std::time::Instant;

/// One request over HTTP that is under way.
pub(crate) struct Observed {
    #[cfg(feature = "metrics")]
    began: Instant,
    #[cfg(feature = "metrics")]
    labels: Vec<metrics::Label>,
    #[cfg(feature = "tracing")]
    span: tracing::Span,
}

/// How a request ended.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Ending {
    Answered(u16),
    TimedOut,
    Broken,
}

impl Observed {
    pub(crate) fn begin(method: &Method, server: &Url) -> Self {
        #[cfg(any(feature = "metrics", feature = "tracing"))]
        let (address, port) =
            (server.host_str().unwrap_or_default(), server.port_or_known_default().unwrap_or_default());
        Self {
            #[cfg(feature = "metrics")]
            began: Instant::now(),
            #[cfg(feature = "metrics")]
            labels: vec![
                metrics::Label::new("http.request.method", method.to_string()),
                metrics::Label::new("server.address", address.to_owned()),
                metrics::Label::new("server.port", port.to_string()),
            ],
            #[cfg(feature = "tracing")]
            span: tracing::debug_span!(
                "http.request",
                otel.name = %method,
                otel.kind = "client",
                http.request.method = %method,
                server.address = address,
                server.port = port,
                http.response.status_code = tracing::field::Empty,
                error.type = tracing::field::Empty,
            ),
        }
    }

    /// The request itself.
    #[cfg(feature = "tracing")]
    pub(crate) fn around<F: Future>(&self, request: F) -> impl Future<Output = F::Output> + use<F> {
        tracing::Instrument::instrument(request, self.span.clone())
    }

    #[cfg(not(feature = "tracing"))]
    pub(crate) fn around<F: Future>(&self, request: F) -> F {
        request
    }
    pub(crate) fn end(self, ending: Ending) {
        #[cfg(any(feature = "metrics", feature = "tracing"))]
        let (status, error) = match ending {
            Ending::Answered(status @ 400..) => (Some(status), Some(status.to_string())),
            Ending::Answered(status) => (Some(status), None),
            Ending::TimedOut => (None, Some("timeout".to_owned())),
            Ending::Broken => (None, Some("connection".to_owned())),
        };
        #[cfg(feature = "tracing")]
        {
            status.map(|status| self.span.record("http.response.status_code", status));
            error.as_ref().map(|error| self.span.record("error.type", error.as_str()));
        }
        #[cfg(feature = "metrics")]
        {
            let mut labels = self.labels;
            labels.extend(
                status.map(|status| metrics::Label::new("http.response.status_code", status.to_string())),
            );
            labels.extend(error.map(|error| metrics::Label::new("error.type", error)));
            metrics::histogram!("http.client.request.duration", labels).record(self.began.elapsed());
        }
    }
}

/// How the memory answered a question: `Some(true)` with a schema, `Some(false)` with a refusal, or not at all.
pub(crate) fn cache_question(remembered: Option<bool>) {
    #[cfg(feature = "metrics")]
    {
        let outcome = match remembered {
            Some(true) => "hit",
            Some(false) => "refusal",
            None => "miss",
        };
        metrics::counter!("serde_wire.cache.questions", "serde_wire.cache.outcome" => outcome).increment(1);
    }
}

/// A file answered a question.
pub(crate) fn cache_file() {
    #[cfg(feature = "metrics")]
    metrics::counter!("serde_wire.cache.files").increment(1);
}

/// What was once the latest version answered a question, since the registry is away.
pub(crate) fn cache_stale() {
    #[cfg(feature = "metrics")]
    metrics::counter!("serde_wire.cache.stale").increment(1);
}
