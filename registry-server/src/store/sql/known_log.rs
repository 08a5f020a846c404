//! Rows of the change log that this node knows, by which it notices that the database lost writes (storage §6).
//!
//! A database that goes back in time loses the writes that were committed last. They need not be those with the highest
//! positions: a write takes its position before it commits. So what is kept is every acknowledged row that may have been
//! committed last: a row goes only when a later one is known to have been begun after it was there.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::store::StoreError;

/// The message that an operator needs when acknowledged writes are gone.
pub(crate) const LOST_WRITES: &str = "the database lost writes that were acknowledged: it was restored, or a standby \
    without them took over. Nothing is written here until `registry-server after-restore` was run, which leaves out the ids \
    that may have been given out since and confirms that this is the right database";

/// The most rows that are kept of those that were read. Of what others wrote, the newest tell enough; they know the rest
/// themselves.
const MOST_READ: usize = 16;

/// A row of the change log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LogRow {
    /// Its position.
    pub(super) seq: i64,
    /// The mark that tells it from a row that takes the same position in another history of the database.
    pub(super) mark: i64,
}

/// The rows that must be there, as parameters of a statement.
#[derive(Clone, Debug, Default)]
pub(super) struct KnownRows {
    pub(super) seqs: Vec<i64>,
    pub(super) marks: Vec<i64>,
    /// When this was asked for.
    begun: u64,
}

/// The rows of the change log that this node knows, and whether one of them is gone.
#[derive(Debug, Default)]
pub(super) struct KnownLog {
    rows: Mutex<Rows>,
}

#[derive(Debug, Default)]
struct Rows {
    /// Counts the beginnings and ends of writes and reads.
    time: u64,
    /// The latest beginning of a write that was acknowledged.
    last_begun: u64,
    /// Rows of this node's writes, each with the time at which it was acknowledged.
    acknowledged: Vec<(u64, LogRow)>,
    /// The newest rows that were read.
    read: Vec<LogRow>,
    /// Set when the database has lost writes.
    lost: Option<LostWrites>,
    /// When an operator confirmed last that this history of the database goes on; `None` before that was read.
    confirmed: Option<i64>,
}

impl KnownLog {
    /// The rows that a write has to find which begins now.
    ///
    /// # Errors
    /// [`StoreError::LostWrites`] when the database has lost writes.
    pub(super) fn expected(&self) -> Result<KnownRows, StoreError> {
        match self.lost() {
            Some(lost) => Err(lost.into()),
            None => Ok(self.rows()),
        }
    }

    /// The rows that are known now.
    pub(super) fn rows(&self) -> KnownRows {
        let mut rows = self.lock();
        rows.time += 1;
        let mut known = KnownRows { begun: rows.time, ..KnownRows::default() };
        for row in rows.acknowledged.iter().map(|(_, row)| row).chain(&rows.read) {
            if !known.seqs.contains(&row.seq) {
                known.seqs.push(row.seq);
                known.marks.push(row.mark);
            }
        }
        known
    }

    /// Notes a row of a write that was committed and that found `expected`.
    pub(super) fn acknowledge(&self, expected: &KnownRows, row: LogRow) {
        let mut rows = self.lock();
        rows.time += 1;
        let now = rows.time;
        rows.last_begun = rows.last_begun.max(expected.begun);
        let last_begun = rows.last_begun;
        rows.acknowledged.push((now, row));
        // The write that began last is known to be there. What was acknowledged before it began was committed before it.
        rows.acknowledged.retain(|(since, _)| *since >= last_begun);
    }

    /// Notes rows that were read: in place of those that were read before, if one is known to be of a later write.
    pub(super) fn read(&self, mut newest: Vec<LogRow>, is_later: bool) {
        let mut rows = self.lock();
        if !is_later {
            newest.append(&mut rows.read);
        }
        newest.sort_by_key(|row| std::cmp::Reverse(row.seq));
        newest.truncate(MOST_READ);
        rows.read = newest;
    }

    /// Notes that the database has lost writes. Gives what is told of it, and whether this is the first time.
    pub(super) fn lose(&self) -> (LostWrites, bool) {
        let mut rows = self.lock();
        if let Some(lost) = rows.lost {
            return (lost, false);
        }
        let known = rows.acknowledged.iter().map(|(_, row)| row).chain(&rows.read).map(|row| row.seq).max();
        let lost = LostWrites { known };
        // Nothing of what was known counts in the history that goes on.
        *rows = Rows { lost: Some(lost), confirmed: rows.confirmed, ..Rows::default() };
        (lost, true)
    }

    /// Notes when an operator confirmed last that this history of the database goes on. If that was since the last time, a
    /// loss is over, also one that nobody here has noticed, and nothing counts that was known before. Gives whether it was.
    pub(super) fn confirm(&self, confirmed: i64) -> bool {
        let mut rows = self.lock();
        let known = *rows.confirmed.get_or_insert(confirmed);
        // A restored backup may have an earlier one, which confirms nothing.
        let is_news = confirmed > known;
        if is_news {
            *rows = Rows { confirmed: Some(confirmed), ..Rows::default() };
        }
        is_news
    }

    /// The refusal that tells of writes that the database has lost, if it has.
    pub(super) fn lost(&self) -> Option<LostWrites> {
        self.lock().lost
    }

    fn lock(&self) -> MutexGuard<'_, Rows> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The refusal of every write after a loss.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct LostWrites {
    /// The highest position of the change log that was known.
    known: Option<i64>,
}

impl fmt::Display for LostWrites {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(LOST_WRITES)?;
        match self.known {
            Some(known) => write!(
                f,
                "; this node knew of changes up to number {known}, `registry-server changes` lists those that are left"
            ),
            None => Ok(()),
        }
    }
}

impl From<LostWrites> for StoreError {
    fn from(lost: LostWrites) -> Self {
        Self::LostWrites { detail: lost.to_string() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(seq: i64) -> LogRow {
        LogRow { seq, mark: seq * 100 }
    }

    fn seqs(log: &KnownLog) -> Vec<i64> {
        let known = log.expected().unwrap();
        let marks: Vec<i64> = known.seqs.iter().map(|seq| seq * 100).collect();
        assert_eq!(known.marks, marks);
        known.seqs
    }

    #[test]
    fn of_writes_after_each_other_only_the_last_is_kept() {
        let log = KnownLog::default();
        assert!(seqs(&log).is_empty());
        for seq in 1..=50 {
            let expected = log.expected().unwrap();
            log.acknowledge(&expected, row(seq));
            assert_eq!(seqs(&log), [seq]);
        }
    }

    #[test]
    fn of_writes_beside_each_other_all_are_kept() {
        let log = KnownLog::default();
        let before = log.expected().unwrap();
        log.acknowledge(&before, row(1));
        // Two that run at the same time: either may have been committed last, whatever their positions.
        let (one, other) = (log.expected().unwrap(), log.expected().unwrap());
        log.acknowledge(&other, row(3));
        assert_eq!(seqs(&log), [3], "what the other one found is known by it");
        log.acknowledge(&one, row(2));
        assert_eq!(seqs(&log), [3, 2]);
        let after = log.expected().unwrap();
        log.acknowledge(&after, row(4));
        assert_eq!(seqs(&log), [4]);
    }

    #[test]
    fn a_write_that_takes_long_lets_go_of_nothing_that_came_meanwhile() {
        let log = KnownLog::default();
        let slow = log.expected().unwrap();
        for seq in [2, 3] {
            let expected = log.expected().unwrap();
            log.acknowledge(&expected, row(seq));
        }
        log.acknowledge(&slow, row(1));
        assert_eq!(seqs(&log), [3, 1]);
    }

    #[test]
    fn rows_that_were_read_are_few_and_the_newest() {
        let log = KnownLog::default();
        log.read((1..=100).map(row).collect(), true);
        assert_eq!(seqs(&log), (85..=100).rev().collect::<Vec<_>>());
        log.read(vec![row(101)], true);
        assert_eq!(seqs(&log), [101]);
        // A row of a transaction that was running before: it may have been committed first.
        log.read(vec![row(99)], false);
        assert_eq!(seqs(&log), [101, 99]);
        let expected = log.expected().unwrap();
        log.acknowledge(&expected, row(101));
        assert_eq!(seqs(&log), [101, 99], "each is looked for once");
    }

    #[test]
    fn after_a_loss_nothing_is_written() {
        let log = KnownLog::default();
        let expected = log.expected().unwrap();
        log.acknowledge(&expected, row(1));
        let (lost, is_first) = log.lose();
        assert!(is_first && lost.to_string().contains("up to number 1,"), "{lost}");
        assert_eq!(log.lose(), (lost, false), "it is told once");
        assert!(log.expected().unwrap_err().to_string().contains(LOST_WRITES));
        assert!(log.rows().seqs.is_empty());
    }

    #[test]
    fn a_later_confirmation_alone_ends_a_loss() {
        let log = KnownLog::default();
        assert!(!log.confirm(100), "the first one that is read says nothing");
        let expected = log.expected().unwrap();
        log.acknowledge(&expected, row(1));
        log.lose();
        for earlier in [0, 99, 100] {
            assert!(!log.confirm(earlier));
            assert!(log.expected().is_err(), "{earlier} was there before");
        }
        assert!(log.confirm(101));
        assert!(seqs(&log).is_empty());
        // One that comes before anybody here has noticed the loss.
        let expected = log.expected().unwrap();
        log.acknowledge(&expected, row(2));
        assert!(log.confirm(102));
        assert!(seqs(&log).is_empty());
    }
}
