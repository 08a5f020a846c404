//! A change as version 1 reads it: no language, and `UNKNOWN` for the channel that it does not name.

use super::v1::{Channel as V1Channel, Envelope, Rating, Source};
use crate::change::{Change, Channel, DEFAULT_LANGUAGE, Row};
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
                Channel::Unknown | Channel::Partner => V1Channel::Unknown,
                Channel::Web => V1Channel::Web,
                Channel::Mobile => V1Channel::Mobile,
                Channel::Store => V1Channel::Store,
            },
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
            country: rating.country_name,
            rate: rating.rate.into(),
            channel: match rating.channel {
                V1Channel::Unknown => Channel::Unknown,
                V1Channel::Web => Channel::Web,
                V1Channel::Mobile => Channel::Mobile,
                V1Channel::Store => Channel::Store,
            },
            language: DEFAULT_LANGUAGE.into(),
        }
    }
}
