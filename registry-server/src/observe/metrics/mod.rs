//! Metrics: what is counted, and how it is told.

mod format;
mod gathered;
mod process;
mod requests;

use std::fmt;

use prometheus_client::registry::Registry;

pub use self::format::Format;
pub use self::gathered::{Gathered, Kind, number};
use self::requests::Requests;
use super::Outcome;
use super::meters::METERS;

/// What the names of all metrics begin with that are this server's own.
const PREFIX: &str = "schema_registry";

/// The metrics of one server.
#[derive(Clone, Debug, Default)]
pub struct Metrics {
    requests: Requests,
}

/// A request that is being answered, as long as this is kept.
#[derive(Debug)]
pub struct InFlight(Metrics);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.requests.in_flight.dec();
    }
}

impl Metrics {
    /// Notes that a request is being answered.
    #[must_use]
    pub fn begin(&self) -> InFlight {
        self.requests.in_flight.inc();
        InFlight(self.clone())
    }

    /// Counts a request that was answered.
    pub fn count(&self, outcome: &Outcome<'_>) {
        self.requests.count(outcome);
    }

    /// All that was counted, and what was gathered for this, as a text. Gathered numbers bring their whole names.
    ///
    /// # Errors
    /// Never, as far as is known: the text is written to memory.
    pub fn tell(&self, format: Format, mut gathered: Gathered) -> Result<String, fmt::Error> {
        process::gather(&mut gathered);
        self.add_calls(&mut gathered);
        let mut registry = Registry::default();
        let own = registry.sub_registry_with_prefix(PREFIX);
        self.requests.register(own);
        METERS.register(own);
        registry.register_collector(Box::new(gathered));
        format.write(&registry)
    }

    /// The original's counts of calls, which its exporters do not tell as counters.
    fn add_calls(&self, gathered: &mut Gathered) {
        let Requests { successes, failures, .. } = &self.requests;
        for (name, help, counter) in [
            ("kafka_schema_registry_api_success_count", "Requests to this node that succeeded", successes),
            ("kafka_schema_registry_api_failure_count", "Requests to this node that failed", failures),
        ] {
            gathered.add(name, help, Kind::Gauge, number(counter.get()));
        }
    }
}
