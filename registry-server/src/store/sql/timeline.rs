//! Which history of the database writes go to.
//!
//! A standby that takes over, a restore to a point in time and a dump in another cluster begin another timeline, and may lack
//! writes that were acknowledged. Nobody who writes next need know of them, so the next ids of every context are left out
//! before anything is written there (storage §6).

use std::sync::{Arc, Mutex, PoisonError};

use sqlx::{AssertSqlSafe, PgConnection, Row as _};

use super::locks::LockSet;
use super::server::is_read_only;
use crate::store::Clock;

/// Follows the timeline of a database whose tables are up to date.
pub(super) struct TimelineFollower {
    /// The timeline that was seen last.
    seen: Mutex<Option<String>>,
    /// The schema that the tables are in.
    schema: String,
    /// How many ids of each context are left out.
    skipped: u32,
    clock: Clock,
}

impl TimelineFollower {
    pub(super) fn new(schema: &str, skipped: u32, clock: Clock) -> Arc<Self> {
        Arc::new(Self { seen: Mutex::default(), schema: schema.to_owned(), skipped, clock })
    }

    /// Called for each new connection, before it is used. A connection stays in one timeline, but for one to a standby, which
    /// has none until it takes over. Such connections there are with `target_session_attrs=any` alone, and they are not looked at
    /// again (storage §12).
    ///
    /// # Errors
    /// Those of the statements.
    pub(super) async fn follow(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        let row = sqlx::raw_sql("SELECT current_timeline()").fetch_one(&mut *connection).await?;
        let timeline: Option<String> = row.try_get(0)?;
        if timeline.is_none() || timeline == *self.seen.lock().unwrap_or_else(PoisonError::into_inner) {
            return Ok(());
        }
        let (keys, exclusive) = LockSet::default().registry().in_order(&self.schema);
        // Numbers alone, and in one exchange: it is not known for sure yet whether a proxy pools transactions.
        let sql = format!(
            "SELECT follow_timeline(ARRAY{keys:?}::bigint[], ARRAY{exclusive:?}::boolean[], {}, {})",
            self.skipped,
            (self.clock)()
        );
        match sqlx::raw_sql(AssertSqlSafe(sql)).fetch_one(connection).await {
            Ok(row) if row.try_get(0)? => tracing::warn!(
                ids = self.skipped,
                "a standby has taken over, or the database was restored: the next ids of each context are left out, since \
                 they may have been given out (database.failover.skipped.ids)"
            ),
            Ok(_) => {}
            // Nothing is written here either way.
            Err(error) if is_read_only(&error) => return Ok(()),
            Err(error) => return Err(error),
        }
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = timeline;
        Ok(())
    }
}
