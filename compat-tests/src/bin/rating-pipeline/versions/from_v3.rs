//! A change as version 3 reads it: all of it.

use super::v3::{Channel as V3Channel, Envelope, Rating, Source};
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
            country: row.country.clone(),
            rate: row.rate,
            channel: match row.channel {
                Channel::Unknown => V3Channel::Unknown,
                Channel::Web => V3Channel::Web,
                Channel::Mobile => V3Channel::Mobile,
                Channel::Store => V3Channel::Store,
                Channel::Partner => V3Channel::Partner,
            },
            language: row.language.clone(),
        }
    }
}

impl From<Envelope> for Change {
    fn from(envelope: Envelope) -> Self {
        Self {
            lsn: envelope.source.lsn,
            ts_ms: envelope.ts_ms.0,
            before: envelope.before.map(Row::from),
            after: envelope.after.map(Row::from),
        }
    }
}

impl From<Rating> for Row {
    fn from(rating: Rating) -> Self {
        Self {
            id: rating.id,
            customer_name: rating.customer_name,
            country: rating.country,
            rate: rating.rate,
            channel: match rating.channel {
                V3Channel::Unknown => Channel::Unknown,
                V3Channel::Web => Channel::Web,
                V3Channel::Mobile => Channel::Mobile,
                V3Channel::Store => Channel::Store,
                V3Channel::Partner => Channel::Partner,
            },
            language: rating.language,
        }
    }
}
