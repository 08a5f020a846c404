//! The faults after which SQLite may have rolled a transaction back by itself, and what is told of them.

use std::fmt;

use sqlx::sqlite::SqliteError;

use crate::store::StoreError;

/// A reason for which the file cannot be written or read now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store::sql) enum Fault {
    /// No space is left (SQLITE_FULL).
    Full,
    /// File, folder or file system are read-only (SQLITE_READONLY).
    ReadOnly,
    /// Another process holds a lock (SQLITE_BUSY, SQLITE_LOCKED).
    Locked,
    /// The file cannot be opened (SQLITE_CANTOPEN).
    Unopened,
    /// Reading, writing or syncing failed (SQLITE_IOERR).
    Io,
    /// No memory is left (SQLITE_NOMEM).
    Memory,
    /// The statement was broken off (SQLITE_INTERRUPT).
    Interrupted,
    /// The connection is gone.
    Gone,
    /// Other writes take too long.
    Crowded,
    /// The store was closed.
    Closed,
}

impl Fault {
    /// The fault of an error; `None` if the error leaves a transaction as it was.
    pub(in crate::store::sql) fn of(error: &sqlx::Error) -> Option<Self> {
        match error {
            sqlx::Error::WorkerCrashed => Some(Self::Gone),
            sqlx::Error::Database(database) => {
                database.try_downcast_ref::<SqliteError>()?;
                Self::of_code(database.code()?.parse().ok()?)
            }
            _ => None,
        }
    }

    /// The fault of an extended result code, whose last eight bits are the kind of error.
    fn of_code(code: u32) -> Option<Self> {
        match code & 0xff {
            5 | 6 => Some(Self::Locked),
            7 => Some(Self::Memory),
            8 => Some(Self::ReadOnly),
            9 => Some(Self::Interrupted),
            10 => Some(Self::Io),
            13 => Some(Self::Full),
            14 => Some(Self::Unopened),
            _ => None,
        }
    }

    /// The reason that callers are told.
    pub(in crate::store::sql) fn reason(self) -> &'static str {
        match self {
            Self::Full => {
                "its disk is full; reads go on, and writes do as soon as there is space, without a restart"
            }
            Self::ReadOnly => {
                "its file, folder or file system is read-only; reads go on, and writes do as soon as it can be written"
            }
            Self::Locked => "another process has locked its file",
            Self::Unopened => "its file cannot be opened",
            Self::Io => "reading or writing its file failed; the log of the operating system may say why",
            Self::Memory => "no memory is left",
            Self::Interrupted => "a statement was broken off",
            Self::Gone => "the connection to its file broke",
            Self::Crowded => "other writes take too long",
            Self::Closed => "it was closed",
        }
    }

    /// The fault of a write that never had its turn; `None` if an error says anything else.
    pub(super) fn of_waiting(error: &StoreError) -> Option<Self> {
        match error {
            StoreError::Unwritable { reason } if *reason == Self::Locked.reason() => Some(Self::Locked),
            StoreError::Unavailable(source) => {
                source.downcast_ref::<Self>().copied().filter(|fault| *fault == Self::Crowded)
            }
            _ => None,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason())
    }
}

impl std::error::Error for Fault {}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Full | Fault::ReadOnly | Fault::Locked => Self::Unwritable { reason: fault.reason() },
            _ => Self::Unavailable(Box::new(fault)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_after_which_sqlite_may_have_rolled_back_are_faults() {
        // With their extended codes: SQLITE_IOERR_WRITE, SQLITE_IOERR_FSYNC, SQLITE_BUSY_SNAPSHOT, SQLITE_READONLY_DBMOVED.
        for (code, fault) in [
            (5, Fault::Locked),
            (517, Fault::Locked),
            (6, Fault::Locked),
            (7, Fault::Memory),
            (8, Fault::ReadOnly),
            (1032, Fault::ReadOnly),
            (9, Fault::Interrupted),
            (10, Fault::Io),
            (778, Fault::Io),
            (1034, Fault::Io),
            (13, Fault::Full),
            (14, Fault::Unopened),
        ] {
            assert_eq!(Fault::of_code(code), Some(fault), "{code}");
        }
    }

    #[test]
    fn errors_of_one_statement_are_none() {
        // SQLITE_ERROR, SQLITE_CONSTRAINT and two of its extended codes, SQLITE_TOOBIG, SQLITE_MISMATCH.
        for code in [1, 19, 787, 2067, 18, 20] {
            assert_eq!(Fault::of_code(code), None, "{code}");
        }
    }
}
