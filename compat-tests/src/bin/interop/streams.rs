//! What a Kafka Streams topology made of the rating pipeline's topic, read with generated types.

use crate::kafka::Kafka;
use crate::{Result, types};
use rdkafka::Message;
use serde_json::Value as Json;
use serde_wire::registry::{RegistryClient, SchemaRegistry};
use serde_wire::subject::Role;
use serde_wire::{Deserializer, DeserializerOptions};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// Compares both topics with what the pipeline counted.
pub(crate) async fn verify(
    kafka: &Kafka,
    registry: &str,
    expected: &str,
    alerts: &str,
    countries: &str,
) -> Result<()> {
    let expected: Json = serde_json::from_slice(&std::fs::read(expected)?)?;
    let registry: Arc<dyn SchemaRegistry> = Arc::new(RegistryClient::builder([registry]).build()?);
    let options = DeserializerOptions::default();

    let reader = Deserializer::<types::Alert>::new(Arc::clone(&registry), alerts, Role::Value, &options);
    let (mut changes, mut wrong) = (HashSet::new(), 0);
    for record in kafka.whole(alerts)? {
        let alert = reader.deserialize(record.payload().unwrap_or_default()).await?;
        wrong += usize::from(alert.rate >= 3 || alert.country.is_empty() || alert.customer_name.is_empty());
        changes.insert(alert.lsn);
    }
    let keys = Deserializer::<String>::new(Arc::clone(&registry), countries, Role::Key, &options);
    let values = Deserializer::<i64>::new(registry, countries, Role::Value, &options);
    let mut rows = BTreeMap::new();
    for record in kafka.whole(countries)? {
        let country = keys.deserialize(record.key().unwrap_or_default()).await?;
        rows.insert(country, values.deserialize(record.payload().unwrap_or_default()).await?);
    }
    rows.retain(|_, count| *count != 0);

    let totals = &expected["totals"];
    let wanted: BTreeMap<String, i64> = serde_json::from_value(totals["rows_by_country"].clone())?;
    let checks = [
        ("alerts", totals["low_ratings"] == changes.len()),
        ("fields of alerts", wrong == 0),
        ("rows by country", rows == wanted),
    ];
    for (what, holds) in checks {
        println!("{}: {what}", if holds { "ok" } else { "FAIL" });
    }
    let failed = checks.iter().filter(|(_, holds)| !holds).count();
    println!("{} passed, {failed} failed", checks.len() - failed);
    Ok(())
}
