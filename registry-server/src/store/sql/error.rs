//! From the driver's errors to the store's.

use super::known_log::LostWrites;
use super::sqlite::Fault;
use crate::store::StoreError;

/// The code that `begin_write` raises when a row of the change log is gone that this node knows.
const LOST_WRITES_CODE: &str = "SRL01";

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        if let Some(fault) = Fault::of(&error) {
            return fault.into();
        }
        match &error {
            sqlx::Error::Database(database) if database.code().as_deref() == Some(LOST_WRITES_CODE) => {
                LostWrites::default().into()
            }
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::BeginFailed => Self::Unavailable(Box::new(error)),
            sqlx::Error::Database(database)
                if database.code().is_some_and(|code| means_unavailable(&code)) =>
            {
                Self::Unavailable(Box::new(error))
            }
            _ => Self::Database(Box::new(error)),
        }
    }
}

/// Whether Postgres says that it cannot serve now, and may later: connection failures (08), transactions that were broken off
/// for others (40), no connection, memory or space left (53), a lock that was not given (55P03), a statement that was cancelled
/// or took too long (57014), shutdown, start-up and the like (57P), a password that was changed (28), a database that is not
/// there (3D), a failure of the system beneath (58), a server that takes
/// no writes now (25006), and idle sessions that were ended (25P03). Where it is worth it, the write is tried again before.
fn means_unavailable(code: &str) -> bool {
    ["08", "28", "3D", "40", "53", "57P", "58"].iter().any(|class| code.starts_with(class))
        || matches!(code, "25006" | "25P03" | "55P03" | "57014")
}

/// Whether the database has lost writes.
pub(super) fn is_lost_writes(error: &StoreError) -> bool {
    matches!(error, StoreError::LostWrites { .. })
}

/// Whether the database broke the transaction off for the sake of another one, and nothing was written: serialization
/// failure, deadlock and lock timeout. SQLite has one writer.
pub(super) fn is_retryable(error: &StoreError) -> bool {
    has_code(error, &["40001", "40P01", "55P03"])
}

/// Whether the database broke the transaction off for lack of memory, and nothing was written. So Postgres also calls a full table
/// of locks, which a smaller transaction may fit in.
pub(super) fn is_out_of_memory(error: &StoreError) -> bool {
    has_code(error, &["53200"])
}

fn has_code(error: &StoreError, codes: &[&str]) -> bool {
    let (StoreError::Database(source) | StoreError::Unavailable(source)) = error else { return false };
    source
        .downcast_ref::<sqlx::Error>()
        .and_then(sqlx::Error::as_database_error)
        .and_then(sqlx::error::DatabaseError::code)
        .is_some_and(|code| codes.contains(&&*code))
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;
    use std::error::Error;
    use std::fmt;

    use sqlx::error::{DatabaseError, ErrorKind};

    use super::*;

    #[derive(Debug)]
    struct Told(&'static str);

    impl fmt::Display for Told {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    impl Error for Told {}

    impl DatabaseError for Told {
        fn message(&self) -> &str {
            self.0
        }

        fn code(&self) -> Option<Cow<'_, str>> {
            Some(self.0.into())
        }

        fn as_error(&self) -> &(dyn Error + Send + Sync + 'static) {
            self
        }

        fn as_error_mut(&mut self) -> &mut (dyn Error + Send + Sync + 'static) {
            self
        }

        fn into_error(self: Box<Self>) -> Box<dyn Error + Send + Sync + 'static> {
            self
        }

        fn kind(&self) -> ErrorKind {
            ErrorKind::Other
        }
    }

    fn io(kind: std::io::ErrorKind) -> sqlx::Error {
        sqlx::Error::Io(kind.into())
    }

    #[test]
    fn what_may_pass_is_unavailable_and_the_rest_is_a_failure() {
        let code = |code| sqlx::Error::Database(Box::new(Told(code)));
        for (error, unavailable, again) in [
            (code("08000"), true, false),
            (code("08003"), true, false),
            (code("08006"), true, false),
            (code("08P01"), true, false),
            (code("25006"), true, false),
            (code("25P03"), true, false),
            (code("28P01"), true, false),
            (code("3D000"), true, false),
            (code("40001"), true, true),
            (code("40003"), true, false),
            (code("40P01"), true, true),
            (code("53000"), true, false),
            (code("53100"), true, false),
            (code("53200"), true, false),
            (code("53300"), true, false),
            (code("53400"), true, false),
            (code("55P03"), true, true),
            (code("57014"), true, false),
            (code("57P01"), true, false),
            (code("57P02"), true, false),
            (code("57P03"), true, false),
            (code("57P05"), true, false),
            (code("58030"), true, false),
            (io(std::io::ErrorKind::ConnectionReset), true, false),
            (io(std::io::ErrorKind::TimedOut), true, false),
            (sqlx::Error::Tls("no certificate".into()), true, false),
            (sqlx::Error::Protocol("an answer to something else".into()), true, false),
            (sqlx::Error::PoolTimedOut, true, false),
            (sqlx::Error::PoolClosed, true, false),
            (sqlx::Error::BeginFailed, true, false),
            // Defects here or there, and what an operator has to change.
            (code("22003"), false, false),
            (code("23503"), false, false),
            (code("23505"), false, false),
            (code("42501"), false, false),
            (code("42601"), false, false),
            (code("42P01"), false, false),
            (code("XX000"), false, false),
            (sqlx::Error::RowNotFound, false, false),
            (sqlx::Error::ColumnNotFound("id".to_owned()), false, false),
        ] {
            let shown = error.to_string();
            let told = StoreError::from(error);
            assert_eq!(matches!(told, StoreError::Unavailable(_)), unavailable, "{shown}: {told:?}");
            assert_eq!(is_retryable(&told), again, "{shown}");
            assert_eq!(is_out_of_memory(&told), shown.contains("53200"), "{shown}");
            assert!(!is_lost_writes(&told), "{shown}");
        }
        assert!(is_lost_writes(&code(LOST_WRITES_CODE).into()));
    }
}
