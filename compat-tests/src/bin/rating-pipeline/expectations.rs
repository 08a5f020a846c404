//! Expectations for other readers of the topics, in files.

use crate::Result;
use crate::change::{Change, Row};
use crate::options::Options;
use crate::totals::Totals;
use serde_json::{Value, json};
use serde_wire::frame::SchemaId;
use std::io::{BufWriter, Write};
use std::path::Path;

/// A message that no reader can decode.
#[derive(Debug)]
pub(crate) struct Poison {
    /// Its bytes.
    pub(crate) payload: Vec<u8>,
    /// The reason that must stand in its dead letter's header.
    pub(crate) reason: &'static str,
}

/// Garbage, and a well-formed frame with an id that no registry gave.
pub(crate) fn poison() -> [Poison; 2] {
    [
        Poison { payload: b"these bytes were never Avro".to_vec(), reason: "frame" },
        Poison { payload: [&[0, 0x7F, 0xFF, 0xFF, 0xFE][..], b"data"].concat(), reason: "unknown-schema" },
    ]
}

/// Writes names, ids and totals.
pub(crate) fn write_summary(
    path: &Path,
    options: &Options,
    ids: &[SchemaId],
    changes: &[Change],
) -> Result<()> {
    let ids: Vec<u32> = ids.iter().map(|id| id.get()).collect();
    let poison: Vec<Value> = poison()
        .iter()
        .map(|poison| {
            let hex: String = poison.payload.iter().map(|byte| format!("{byte:02x}")).collect();
            json!({"payload_hex": hex, "reason": poison.reason})
        })
        .collect();
    let summary = json!({
        "topic": options.topic,
        "alerts_topic": options.alerts(),
        "dead_letter_topic": options.dead_letters(),
        "key_subject": format!("{}-key", options.topic),
        "value_subject": format!("{}-value", options.topic),
        "alerts_subject": format!("{}-value", options.alerts()),
        "partitions": options.partitions,
        "seed": options.seed,
        "schema_ids": ids,
        "totals": Totals::of(changes).to_json(),
        "dead_letters": poison,
    });
    Ok(std::fs::write(path, format!("{summary:#}\n"))?)
}

/// Writes every change as version 3 shows it.
pub(crate) fn write_changes(path: &Path, changes: &[Change]) -> Result<()> {
    let mut file = BufWriter::new(std::fs::File::create(path)?);
    for change in changes {
        writeln!(file, "{}", to_json(change))?;
    }
    Ok(file.flush()?)
}

/// A change as version 3 shows it.
pub(crate) fn to_json(change: &Change) -> Value {
    json!({
        "before": change.before.as_ref().map(row),
        "after": change.after.as_ref().map(row),
        "source": {"connector": "postgresql", "table": "ratings", "lsn": change.lsn},
        "op": change.op(),
        "ts_ms": change.ts_ms,
    })
}

fn row(row: &Row) -> Value {
    json!({
        "id": row.id,
        "customer_name": row.customer_name,
        "country": row.country,
        "rate": row.rate,
        "channel": row.channel.symbol(),
        "language": row.language,
    })
}
