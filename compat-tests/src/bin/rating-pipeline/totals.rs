//! Totals: counted by the generator beforehand, and by each consumer from what it reads.

use crate::change::Change;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A rating below this is worth an alert.
pub(crate) const ALERT_BELOW: i64 = 3;

/// Sums over changes. Their order does not matter, so partitions may be read in any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    /// Changes that insert a row.
    pub(crate) inserts: i64,
    /// Changes that update one.
    pub(crate) updates: i64,
    /// Changes that delete one.
    pub(crate) deletes: i64,
    /// Inserted or updated ratings below [`ALERT_BELOW`].
    pub(crate) low_ratings: i64,
    /// The sum of all inserted or updated ratings.
    pub(crate) rate_sum: i64,
    /// The sum of all timestamps, modulo 2⁶⁴.
    pub(crate) ts_sum: i64,
    /// Rows in the table by country.
    pub(crate) rows_by_country: BTreeMap<String, i64>,
    /// Inserted or updated ratings by channel.
    pub(crate) ratings_by_channel: BTreeMap<String, i64>,
    /// Inserted or updated ratings by language.
    pub(crate) ratings_by_language: BTreeMap<String, i64>,
}

impl Totals {
    /// The sums over all of them.
    pub(crate) fn of<'c>(changes: impl IntoIterator<Item = &'c Change>) -> Self {
        let mut totals = Self::default();
        changes.into_iter().for_each(|change| totals.add(change));
        totals
    }

    /// Counts one more.
    pub(crate) fn add(&mut self, change: &Change) {
        match change.op() {
            "c" => self.inserts += 1,
            "u" => self.updates += 1,
            _ => self.deletes += 1,
        }
        self.ts_sum = self.ts_sum.wrapping_add(change.ts_ms);
        if let Some(row) = &change.before {
            *self.rows_by_country.entry(row.country.clone()).or_default() -= 1;
        }
        if let Some(row) = &change.after {
            *self.rows_by_country.entry(row.country.clone()).or_default() += 1;
            *self.ratings_by_channel.entry(row.channel.symbol().to_owned()).or_default() += 1;
            *self.ratings_by_language.entry(row.language.clone()).or_default() += 1;
            self.rate_sum += row.rate;
            self.low_ratings += i64::from(row.rate < ALERT_BELOW);
        }
    }

    /// Every number with a name, in an order that is the same for equal totals.
    pub(crate) fn rows(&self) -> Vec<(String, i64)> {
        let mut rows = vec![
            ("changes".to_owned(), self.inserts + self.updates + self.deletes),
            ("inserts".to_owned(), self.inserts),
            ("updates".to_owned(), self.updates),
            ("deletes".to_owned(), self.deletes),
            ("low ratings".to_owned(), self.low_ratings),
            ("sum of ratings".to_owned(), self.rate_sum),
            ("sum of times".to_owned(), self.ts_sum),
        ];
        for (name, counts) in [
            ("rows in", &self.rows_by_country),
            ("ratings by", &self.ratings_by_channel),
            ("ratings in", &self.ratings_by_language),
        ] {
            // A country whose last row was deleted counts as one that never was.
            rows.extend(
                counts.iter().filter(|(_, n)| **n != 0).map(|(key, n)| (format!("{name} {key}"), *n)),
            );
        }
        rows
    }

    /// For readers in other languages.
    pub(crate) fn to_json(&self) -> Value {
        let present = |counts: &BTreeMap<String, i64>| -> BTreeMap<String, i64> {
            counts.iter().filter(|(_, n)| **n != 0).map(|(key, n)| (key.clone(), *n)).collect()
        };
        json!({
            "changes": self.inserts + self.updates + self.deletes,
            "inserts": self.inserts,
            "updates": self.updates,
            "deletes": self.deletes,
            "low_ratings": self.low_ratings,
            "rate_sum": self.rate_sum,
            "ts_sum": self.ts_sum,
            "rows_by_country": present(&self.rows_by_country),
            "ratings_by_channel": present(&self.ratings_by_channel),
            "ratings_by_language": present(&self.ratings_by_language),
        })
    }
}
