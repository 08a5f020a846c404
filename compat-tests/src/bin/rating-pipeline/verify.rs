//! The other direction: what a client in another language wrote, read with our types and compared field by field.

use crate::Result;
use crate::change::Change;
use crate::checks::Checks;
use crate::expectations::to_json;
use crate::kafka::Kafka;
use crate::options::Options;
use crate::versions::v3;
use rdkafka::Message;
use serde_json::Value;
use serde_wire::registry::RegistryClient;
use serde_wire::subject::Role;
use serde_wire::{Deserializer, DeserializerOptions};
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

/// Differences that are shown one by one; more are only counted.
const SHOWN: usize = 10;

/// Compares the topic with the lines of the file.
pub(crate) async fn verify(
    options: &Options,
    topic: &str,
    changes: &Path,
    checks: &mut Checks,
) -> Result<()> {
    let mut expected: HashMap<i64, Value> = HashMap::new();
    for line in std::fs::read_to_string(changes)?.lines() {
        let change: Value = serde_json::from_str(line)?;
        let lsn = change["source"]["lsn"].as_i64().ok_or("a line without source.lsn")?;
        expected.insert(lsn, change);
    }
    let total = expected.len();
    let registry = Arc::new(RegistryClient::builder(&options.registry_url).build()?);
    let deserializer =
        Deserializer::<v3::Envelope>::new(registry, topic, Role::Value, &DeserializerOptions::default());
    let mut different = 0;
    for message in Kafka::new(&options.brokers).read_all(topic)? {
        let envelope = deserializer.deserialize(message.payload().unwrap_or_default()).await?;
        let (lsn, envelope) = (envelope.source.lsn, whole(envelope));
        // Taken out, so that a message that came twice differs from "nothing".
        let line = expected.remove(&lsn).unwrap_or_default();
        if line != envelope {
            different += 1;
            if different <= SHOWN {
                checks.fail(&format!("change {lsn}"), &format!("expected {line}, got {envelope}"));
            }
        }
    }
    println!("{topic}: {total} changes expected");
    checks.equal("changes that differ", &0, &different);
    checks.equal("changes that are missing", &0, &expected.len());
    Ok(())
}

/// The message as a line of the file, with those fields too that our consumers do not look at.
fn whole(envelope: v3::Envelope) -> Value {
    let (op, connector, table) =
        (envelope.op.clone(), envelope.source.connector.clone(), envelope.source.table.clone());
    let mut line = to_json(&Change::from(envelope));
    line["op"] = op.into();
    line["source"]["connector"] = connector.into();
    line["source"]["table"] = table.into();
    line
}
