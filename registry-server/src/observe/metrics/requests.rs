//! Requests by operation: how many, how many failed, how long they took.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::observe::meters::SECONDS;
use crate::observe::{Outcome, Route, RouteKind};

/// What stands for the operation of a request that chose none. Texts of clients are never labels.
const NONE: Route = Route::new("none", "none", "none", RouteKind::Read);

/// The operation of a request.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Operation {
    operation: &'static str,
    method: &'static str,
    route: &'static str,
}

/// The operation of a request, and how it ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Ended {
    operation: &'static str,
    method: &'static str,
    route: &'static str,
    code: u16,
}

/// An error by the code in its body.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Failed {
    operation: &'static str,
    error_code: u32,
}

/// Requests that were answered and that are being answered.
#[derive(Clone, Debug)]
pub(super) struct Requests {
    answered: Family<Ended, Counter>,
    failed: Family<Failed, Counter>,
    duration: Family<Operation, Histogram, fn() -> Histogram>,
    pub(super) in_flight: Gauge,
    /// As the original counts them.
    pub(super) successes: Counter,
    pub(super) failures: Counter,
}

impl Default for Requests {
    fn default() -> Self {
        Self {
            answered: Family::default(),
            failed: Family::default(),
            duration: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            in_flight: Gauge::default(),
            successes: Counter::default(),
            failures: Counter::default(),
        }
    }
}

impl Requests {
    /// Counts a request that was answered.
    pub(super) fn count(&self, outcome: &Outcome<'_>) {
        let Route { operation, method, path: route, .. } = outcome.route.unwrap_or(NONE);
        self.duration
            .get_or_create(&Operation { operation, method, route })
            .observe(outcome.duration.as_secs_f64());
        self.answered.get_or_create(&Ended { operation, method, route, code: outcome.status }).inc();
        if outcome.status < 400 {
            self.successes.inc();
        } else {
            self.failures.inc();
            let error_code = outcome.error_code.unwrap_or_else(|| outcome.status.into());
            self.failed.get_or_create(&Failed { operation, error_code }).inc();
        }
    }

    /// Shows all of them in a registry.
    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register("http_requests", "Requests by operation and status", self.answered.clone());
        registry.register("http_errors", "Errors by operation and error_code", self.failed.clone());
        registry.register(
            "http_request_duration_seconds",
            "How long requests took until their answers were ready to be sent",
            self.duration.clone(),
        );
        registry.register(
            "http_requests_in_flight",
            "Requests that are being answered",
            self.in_flight.clone(),
        );
    }
}
