//! What this process has counted, wherever in it that happened.
//!
//! Counting is an atomic addition, or a short lock for times, so it is always done; whether anybody is shown it is a setting.

use std::sync::LazyLock;
use std::sync::atomic::AtomicI64;
use std::time::Duration;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// The meters of the process.
pub(crate) static METERS: LazyLock<Meters> = LazyLock::new(Meters::new);

/// Upper bounds of times, in seconds: from what memory answers to what a time-out ends.
pub(super) const SECONDS: [f64; 16] = [
    0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];

/// Meters of things that happen below the requests.
#[derive(Debug)]
pub(crate) struct Meters {
    /// Connections of clients that are open.
    pub(crate) connections_open: Gauge<i64, AtomicI64>,
    /// Connections of clients that were accepted.
    pub(crate) connections_accepted: Counter,
    /// Connections that could not be accepted, as for want of descriptors.
    pub(crate) connections_failed: Counter,
    /// Connections that were told to leave, since others wanted their places.
    pub(crate) connections_told_to_leave: Counter,
    /// How long statements took, from sending to answer.
    pub(crate) statements: Histogram,
    /// How long a connection to the database was waited for.
    pub(crate) leases: Histogram,
    /// Statements that were sent again over another connection.
    pub(crate) statements_again: Counter,
    /// Writes that were decided again, since another writer came first.
    pub(crate) conflicts: Counter,
    /// Requests refused since too much work on schemas waited, or too many bodies were in memory.
    pub(crate) refused_busy: Counter,
    /// Requests refused since their schema takes too many steps.
    pub(crate) refused_steps: Counter,
    /// Requests refused since the database did not answer.
    pub(crate) refused_unavailable: Counter,
    /// Requests refused since the database has lost writes that were acknowledged.
    pub(crate) refused_lost_writes: Counter,
    /// Requests refused since their client sends too many.
    pub(crate) refused_limit: Counter,
    /// Lines of the request log that were not written.
    pub(crate) log_lines_lost: Counter,
    /// Faults of this program that ended a request.
    pub(crate) faults: Counter,
}

impl Meters {
    fn new() -> Self {
        Self {
            connections_open: Gauge::default(),
            connections_accepted: Counter::default(),
            connections_failed: Counter::default(),
            connections_told_to_leave: Counter::default(),
            statements: Histogram::new(SECONDS),
            leases: Histogram::new(SECONDS),
            statements_again: Counter::default(),
            conflicts: Counter::default(),
            refused_busy: Counter::default(),
            refused_steps: Counter::default(),
            refused_unavailable: Counter::default(),
            refused_lost_writes: Counter::default(),
            refused_limit: Counter::default(),
            log_lines_lost: Counter::default(),
            faults: Counter::default(),
        }
    }

    /// Shows all of them in a registry.
    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register(
            "connections_open",
            "Connections of clients that are open",
            self.connections_open.clone(),
        );
        for (name, help, counter) in [
            ("connections_accepted", "Connections of clients that were accepted", &self.connections_accepted),
            ("connections_failed", "Connections that could not be accepted", &self.connections_failed),
            (
                "connections_told_to_leave",
                "Connections that were told to leave, since all places were taken",
                &self.connections_told_to_leave,
            ),
            (
                "database_statements_again",
                "Statements that were sent again over another connection",
                &self.statements_again,
            ),
            (
                "write_conflicts",
                "Writes that were decided again, since another writer came first",
                &self.conflicts,
            ),
            (
                "refused_busy",
                "Requests refused since too much work on schemas waited, or too many bodies were in memory",
                &self.refused_busy,
            ),
            (
                "refused_steps",
                "Requests refused since their schemas take too many steps",
                &self.refused_steps,
            ),
            (
                "refused_unavailable",
                "Requests refused since the database did not answer",
                &self.refused_unavailable,
            ),
            (
                "refused_lost_writes",
                "Requests refused since the database lost writes that were acknowledged",
                &self.refused_lost_writes,
            ),
            ("refused_limit", "Requests refused since their clients send too many", &self.refused_limit),
            ("log_lines_lost", "Lines of the request log that were not written", &self.log_lines_lost),
            ("faults", "Faults of the server that ended a request", &self.faults),
        ] {
            registry.register(name, help, counter.clone());
        }
        registry.register(
            "database_statement_duration_seconds",
            "How long statements took, from sending to answer",
            self.statements.clone(),
        );
        registry.register(
            "database_connection_wait_seconds",
            "How long requests waited for a connection to the database",
            self.leases.clone(),
        );
    }
}

/// One that is counted as long as this is kept.
#[derive(Debug)]
pub(crate) struct Held(&'static Gauge<i64, AtomicI64>);

impl Held {
    /// One more.
    pub(crate) fn of(gauge: &'static Gauge<i64, AtomicI64>) -> Self {
        gauge.inc();
        Self(gauge)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// Notes a time.
pub(crate) fn note(histogram: &Histogram, time: Duration) {
    histogram.observe(time.as_secs_f64());
}
