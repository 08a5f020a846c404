//! How producers on version 2 write a change; nobody here reads with it.

use super::v2::{Channel as V2Channel, Envelope, Rating, Source};
use crate::change::{Change, Channel, Row};
use serde_wire::types::TimestampMillis;

impl From<&Change> for Envelope {
    fn from(change: &Change) -> Self {
        Self {
            before: change.before.as_ref().map(Rating::from),
            after: change.after.as_ref().map(Rating::from),
            source: Source { connector: "postgresql".into(), table: "ratings".into(), lsn: change.lsn },
            op: change.op().into(),
            ts_ms: TimestampMillis(change.ts_ms),
        }
    }
}

impl From<&Row> for Rating {
    fn from(row: &Row) -> Self {
        Self {
            id: row.id,
            customer_name: row.customer_name.clone(),
            country_name: row.country.clone(),
            rate: i32::try_from(row.rate).expect("rates are 1 to 5"),
            channel: match row.channel {
                Channel::Unknown => V2Channel::Unknown,
                Channel::Web => V2Channel::Web,
                Channel::Mobile => V2Channel::Mobile,
                Channel::Store => V2Channel::Store,
                Channel::Partner => V2Channel::Partner,
            },
            language: row.language.clone(),
        }
    }
}
