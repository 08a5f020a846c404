//! Numbers that are known elsewhere, and asked for when the metrics are.

use std::borrow::Cow;
use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric as _};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;

/// Labels of one number.
type Labels = Vec<(&'static str, Cow<'static, str>)>;

/// Whether a number only grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It goes up and down.
    Gauge,
    /// It only grows, until the process ends.
    Counter,
}

/// A group of numbers with one name.
#[derive(Clone, Debug)]
struct Family {
    name: &'static str,
    help: &'static str,
    kind: Kind,
    values: Vec<(Labels, f64)>,
}

/// Numbers that were gathered for one answer.
#[derive(Clone, Debug, Default)]
pub struct Gathered(Vec<Family>);

impl Gathered {
    /// Adds a number without labels.
    pub fn add(&mut self, name: &'static str, help: &'static str, kind: Kind, value: f64) {
        self.add_all(name, help, kind, [(Vec::new(), value)]);
    }

    /// Adds numbers with labels. The name of a counter is without `_total`.
    pub fn add_all(
        &mut self,
        name: &'static str,
        help: &'static str,
        kind: Kind,
        values: impl IntoIterator<Item = (Labels, f64)>,
    ) {
        self.0.push(Family { name, help, kind, values: values.into_iter().collect() });
    }
}

impl Collector for Gathered {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        for family in &self.0 {
            let kind = match family.kind {
                Kind::Gauge => MetricType::Gauge,
                Kind::Counter => MetricType::Counter,
            };
            let mut metric = encoder.encode_descriptor(family.name, family.help, None, kind)?;
            for (labels, value) in &family.values {
                let encoder = metric.encode_family(labels)?;
                match family.kind {
                    Kind::Gauge => ConstGauge::new(*value).encode(encoder)?,
                    Kind::Counter => ConstCounter::new(*value).encode(encoder)?,
                }
            }
        }
        Ok(())
    }
}

/// A count as the number that metrics have.
#[expect(clippy::cast_precision_loss, reason = "metrics are floating-point numbers")]
#[must_use]
pub const fn number(count: u64) -> f64 {
    count as f64
}
