//! The ratings that everybody will count: random, and the same for the same seed on any machine.

use crate::change::{Change, Channel, DEFAULT_LANGUAGE, Row};

const CUSTOMERS: [&str; 12] = [
    "Ada",
    "Björk",
    "Chidi",
    "Dolores",
    "Emre",
    "Fatima",
    "Giuseppe",
    "Håkon",
    "Ines",
    "Jürgen",
    "Kseniya",
    "Lý Thái",
];
const COUNTRIES: [&str; 10] = [
    "Australia",
    "Brasil",
    "Côte d'Ivoire",
    "Deutschland",
    "España",
    "Norge",
    "Türkiye",
    "United States",
    "Việt Nam",
    "日本",
];
const LANGUAGES: [&str; 4] = ["en", "de", "pt", "ja"];
/// 2026-01-01T00:00Z.
const START_MS: i64 = 1_767_225_600_000;

/// `count` changes. Those of the first third know neither the channel `PARTNER` nor a language, which came to the
/// table with version 2.
pub(crate) fn changes(count: usize, seed: u64) -> Vec<Change> {
    let mut random = Random(seed);
    let mut table: Vec<Row> = Vec::new();
    let mut now = START_MS;
    (1_i64..)
        .zip(0..count)
        .map(|(lsn, index)| {
            now += random.below(2_000).cast_signed();
            let (before, after) = next(&mut table, &mut random, index >= count / 3, lsn);
            Change { lsn, ts_ms: now, before, after }
        })
        .collect()
}

/// Six of ten changes insert a row, whose id is the change's number, three change one and one deletes one.
fn next(table: &mut Vec<Row>, random: &mut Random, is_new: bool, lsn: i64) -> (Option<Row>, Option<Row>) {
    let kind = if table.is_empty() { 0 } else { random.below(10) };
    if kind < 6 {
        let row = row(lsn, random, is_new);
        table.push(row.clone());
        return (None, Some(row));
    }
    let at = random.index(table.len());
    if kind < 9 {
        let Row { id, customer_name, country, .. } = table[at].clone();
        let changed = Row { id, customer_name, country, ..row(id, random, is_new) };
        let before = std::mem::replace(&mut table[at], changed.clone());
        (Some(before), Some(changed))
    } else {
        (Some(table.swap_remove(at)), None)
    }
}

fn row(id: i64, random: &mut Random, is_new: bool) -> Row {
    const CHANNELS: [Channel; 4] = [Channel::Web, Channel::Mobile, Channel::Store, Channel::Partner];
    let channels = if is_new { &CHANNELS[..] } else { &CHANNELS[..3] };
    Row {
        id,
        customer_name: format!("{} {}", random.one_of(&CUSTOMERS), random.below(1_000)),
        country: (*random.one_of(&COUNTRIES)).to_owned(),
        rate: random.below(5).cast_signed() + 1,
        channel: *random.one_of(channels),
        language: (*if is_new { random.one_of(&LANGUAGES) } else { &DEFAULT_LANGUAGE }).to_owned(),
    }
}

/// SplitMix64: a few lines, and no dependency whose next version draws other numbers.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).expect("it is below a usize")
    }

    fn one_of<'v, V>(&mut self, values: &'v [V]) -> &'v V {
        &values[self.index(values.len())]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_changes_and_another_one_others() {
        assert_eq!(changes(1_000, 7), changes(1_000, 7));
        assert_ne!(changes(1_000, 7), changes(1_000, 8));
    }

    #[test]
    fn replaying_the_changes_gives_one_consistent_table() {
        let mut table = std::collections::HashMap::new();
        for (index, change) in changes(9_000, 42).iter().enumerate() {
            let before = match &change.after {
                Some(row) => table.insert(row.id, row.clone()),
                None => table.remove(&change.key()),
            };
            assert_eq!(before, change.before, "change {index}");
            let is_old = |row: &Row| row.channel != Channel::Partner && row.language == DEFAULT_LANGUAGE;
            assert!(index >= 3_000 || change.after.iter().all(is_old), "change {index} is before its time");
        }
        assert!(!table.is_empty());
    }
}
