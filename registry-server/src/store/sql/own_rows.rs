//! Rows of the change log that this node wrote itself.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::known_log::LogRow;

/// The most rows that wait for being read. Where nobody reads the log, as before the first time, they would only pile up.
const MOST: usize = 10_000;

/// Rows that this node wrote, after what they changed was forgotten here: when they are read in the log, they tell nothing new.
/// Without this each write would be forgotten twice, the second time some moments later, together with what was read since.
#[derive(Debug, Default)]
pub(super) struct OwnRows(Mutex<HashMap<i64, i64>>);

impl OwnRows {
    /// Notes rows, what they changed being forgotten.
    pub(super) fn note(&self, rows: &[LogRow]) {
        let mut own = self.lock();
        if own.len() + rows.len() > MOST {
            own.clear();
        }
        own.extend(rows.iter().map(|row| (row.seq, row.mark)));
    }

    /// Whether a row that is read in the log was noted. It is read once.
    pub(super) fn take(&self, row: LogRow) -> bool {
        self.lock().remove(&row.seq) == Some(row.mark)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<i64, i64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(seq: i64, mark: i64) -> LogRow {
        LogRow { seq, mark }
    }

    #[test]
    fn a_row_is_known_by_position_and_mark_and_once() {
        let own = OwnRows::default();
        own.note(&[row(1, 10), row(2, 20)]);
        for (read, is_own) in [
            (row(1, 10), true),
            (row(1, 10), false),
            (row(2, 21), false),
            (row(2, 20), false),
            (row(3, 30), false),
        ] {
            assert_eq!(own.take(read), is_own, "{read:?}");
        }
    }

    #[test]
    fn rows_that_nobody_reads_do_not_pile_up() {
        let own = OwnRows::default();
        for seq in 0..100_000 {
            own.note(&[row(seq, seq)]);
        }
        assert!(own.lock().len() <= MOST);
        assert!(own.take(row(99_999, 99_999)));
    }
}
