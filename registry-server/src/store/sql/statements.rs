//! Counting what is sent to the database.

use std::sync::atomic::{AtomicU64, Ordering};

/// The kind of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StatementKind {
    /// A read outside of a transaction.
    Read,
    /// A whole write in one call of a function of the database.
    FunctionCall,
    /// `BEGIN`.
    Begin,
    /// A statement of a transaction: taking its locks, a read, a write.
    InTransaction,
    /// `COMMIT` or `ROLLBACK`.
    End,
    /// Upkeep that no request waits for: reading the change log to follow other nodes, waking them.
    Background,
}

/// How many statements a store has sent to its database since it was opened.
///
/// What counts is a text that is sent and whose answer is awaited, which is one round trip on Postgres: reads, calls, each
/// statement of a transaction, and `BEGIN`, `COMMIT` and `ROLLBACK` as well. One that is sent again over another connection
/// counts again. What does not count is the opening of the store and of connections, and that a connection which meets a
/// text for the first time has it prepared, once.
#[derive(Debug, Default)]
pub struct Statements {
    sent: [AtomicU64; KINDS],
    /// Texts and parameters, so that a test can ask for their plans.
    #[cfg(test)]
    pub(super) texts: std::sync::Mutex<Vec<(String, Vec<super::param::Param>)>>,
}

const KINDS: usize = 6;

impl StatementKind {
    /// All kinds.
    pub const ALL: [Self; KINDS] =
        [Self::Read, Self::FunctionCall, Self::Begin, Self::InTransaction, Self::End, Self::Background];

    /// The name by which it is reported.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::FunctionCall => "call",
            Self::Begin => "begin",
            Self::InTransaction => "in-transaction",
            Self::End => "end",
            Self::Background => "background",
        }
    }
}

impl Statements {
    /// How many of a kind.
    #[must_use]
    pub fn of(&self, kind: StatementKind) -> u64 {
        self.counter(kind).map_or(0, |counter| counter.load(Ordering::Relaxed))
    }

    /// How many that a request waited for: all but those in the background.
    #[must_use]
    pub fn for_requests(&self) -> u64 {
        let kinds = StatementKind::ALL.into_iter().filter(|kind| *kind != StatementKind::Background);
        kinds.map(|kind| self.of(kind)).sum()
    }

    /// Notes a text for the tests.
    #[cfg(test)]
    pub(super) fn note(&self, sql: &str, params: &[super::param::Param]) {
        self.texts.lock().unwrap().push((sql.to_owned(), params.to_vec()));
    }

    /// One more is about to be sent.
    pub(super) fn count(&self, kind: StatementKind) {
        if let Some(counter) = self.counter(kind) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn counter(&self, kind: StatementKind) -> Option<&AtomicU64> {
        StatementKind::ALL.iter().position(|one| *one == kind).and_then(|index| self.sent.get(index))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_counted_apart_and_upkeep_is_no_request() {
        let statements = Statements::default();
        for (times, kind) in StatementKind::ALL.into_iter().enumerate() {
            (0..=times).for_each(|_| statements.count(kind));
        }
        let counts: Vec<u64> = StatementKind::ALL.iter().map(|kind| statements.of(*kind)).collect();
        assert_eq!(counts, [1, 2, 3, 4, 5, 6]);
        assert_eq!(statements.for_requests(), 15);
    }
}
