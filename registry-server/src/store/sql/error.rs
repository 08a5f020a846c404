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
                Self::Unavailable(Box::new(LostWrites))
            }
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed => Self::Unavailable(Box::new(error)),
            sqlx::Error::Database(database)
                if database.code().is_some_and(|code| means_unavailable(&code)) =>
            {
                Self::Unavailable(Box::new(error))
            }
            _ => Self::Database(Box::new(error)),
        }
    }
}

/// Whether Postgres says that it cannot serve now: connection failures (08), too many clients or no space (53),
/// shutdown or start-up (57P), a standby that takes no writes (25006), a password that was changed (28), a database that is
/// not there (3D).
fn means_unavailable(code: &str) -> bool {
    ["08", "28", "3D", "53", "57P"].iter().any(|class| code.starts_with(class)) || code == "25006"
}

/// Whether the database has lost writes.
pub(super) fn is_lost_writes(error: &StoreError) -> bool {
    matches!(error, StoreError::Unavailable(source) if source.is::<LostWrites>())
}

/// Whether the database broke the transaction off for the sake of another one, and nothing was written: serialization
/// failure, deadlock and lock timeout. SQLite has one writer.
pub(super) fn is_retryable(error: &StoreError) -> bool {
    let StoreError::Database(source) = error else { return false };
    source
        .downcast_ref::<sqlx::Error>()
        .and_then(sqlx::Error::as_database_error)
        .and_then(sqlx::error::DatabaseError::code)
        .is_some_and(|code| matches!(&*code, "40001" | "40P01" | "55P03"))
}
