//! A change of a row in the ratings table, in no particular schema version: what the application means.
//!
//! How each schema version writes and reads it stands in `versions`.

/// The language of a rating whose writer knew of none: the default in the schemas.
pub(crate) const DEFAULT_LANGUAGE: &str = "en";

/// One change event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    /// The position in the database's log, from 1: the event's identity.
    pub(crate) lsn: i64,
    /// When it happened, in milliseconds since 1970.
    pub(crate) ts_ms: i64,
    /// The row before an update or delete.
    pub(crate) before: Option<Row>,
    /// The row after an insert or update.
    pub(crate) after: Option<Row>,
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    /// Its primary key.
    pub(crate) id: i64,
    /// The user that rates.
    pub(crate) customer_name: String,
    /// From where.
    pub(crate) country: String,
    /// 1 to 5.
    pub(crate) rate: i64,
    /// By which way it came.
    pub(crate) channel: Channel,
    /// In which language; version 1 has no such field.
    pub(crate) language: String,
}

/// The ways by which ratings come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Channel {
    /// One that the reader's schema does not name.
    Unknown,
    /// The web site.
    Web,
    /// The app.
    Mobile,
    /// The shop.
    Store,
    /// Another company; new in version 2.
    Partner,
}

impl Channel {
    /// The symbol in the schemas.
    pub(crate) fn symbol(self) -> &'static str {
        match self {
            Self::Unknown => "UNKNOWN",
            Self::Web => "WEB",
            Self::Mobile => "MOBILE",
            Self::Store => "STORE",
            Self::Partner => "PARTNER",
        }
    }
}

impl Change {
    /// The primary key of the row.
    pub(crate) fn key(&self) -> i64 {
        self.after.as_ref().or(self.before.as_ref()).map_or(0, |row| row.id)
    }

    /// Debezium's letter for the kind of change.
    pub(crate) fn op(&self) -> &'static str {
        match (&self.before, &self.after) {
            (None, _) => "c",
            (Some(_), Some(_)) => "u",
            (Some(_), None) => "d",
        }
    }

    /// The change as a consumer on version 1 sees it: an unknown channel in place of a new one, and no language.
    pub(crate) fn as_seen_by_v1(&self) -> Self {
        let row = |row: &Row| Row {
            channel: if row.channel == Channel::Partner { Channel::Unknown } else { row.channel },
            language: DEFAULT_LANGUAGE.to_owned(),
            ..row.clone()
        };
        Self { before: self.before.as_ref().map(row), after: self.after.as_ref().map(row), ..self.clone() }
    }
}
