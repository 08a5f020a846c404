//! Leaving ids out that another history of the database may have given out.

use async_trait::async_trait;
use serde_json::json;

use super::Stamp;
use super::log::{Entry, append};
use crate::domain::{Context, Subject};
use crate::store::sql::call::{Answer, FunctionCall, OneCall, arguments};
use crate::store::sql::database::Writer;
use crate::store::sql::locks::LockSet;
use crate::store::sql::operation::{Operation, Verdict};
use crate::store::sql::param::params;
use crate::store::{ChangeKind, StoreError, Touched};

/// Leaves out the next ids of every context, and confirms for all nodes that this history of the database goes on.
pub(in crate::store::sql) struct SkipIds<'a> {
    /// How many of each context, at least one.
    pub(in crate::store::sql) how_many: i64,
    pub(in crate::store::sql) stamp: Stamp<'a>,
}

#[async_trait]
impl Operation for SkipIds<'_> {
    type Outcome = ();

    fn locks(&self) -> LockSet {
        LockSet::default().registry()
    }

    async fn run(&self, tx: &mut Writer) -> Result<Verdict<()>, StoreError> {
        let mut entries = Vec::new();
        for row in tx.fetch("SELECT name, last_id FROM contexts ORDER BY name", &[]).await? {
            let (context, last) = (row.context(0)?, row.opt_int(1)?.unwrap_or(0));
            let new_last = (last + self.how_many).min(i32::MAX.into());
            let sql = "UPDATE contexts SET last_id = $2 WHERE name = $1";
            tx.execute(sql, &params![&context, new_last]).await?;
            let (before, after) = (Some(json!(last)), Some(json!(new_last)));
            entries.push(Entry::of(ChangeKind::Skip, &Subject::of_context(context), before, after));
        }
        append(tx, self.stamp, &entries).await?;
        let sql = "UPDATE history SET skipped = skipped + $1, \
            confirmed_ts = CASE WHEN confirmed_ts < $2 THEN $2 ELSE confirmed_ts + 1 END WHERE one = 1";
        tx.execute(sql, &params![self.how_many, self.stamp.now]).await?;
        Ok(Verdict::Commit(()))
    }
}

impl OneCall for SkipIds<'_> {
    fn call(&self) -> Result<FunctionCall, StoreError> {
        let mut arguments = arguments![self.how_many, true];
        arguments.extend(self.stamp.arguments());
        let subject = Subject::of_context(Context::default_context());
        let touches = Touched { kind: ChangeKind::Skip, subject, id: None, guid: None };
        // Done twice it leaves out twice as many, which does no harm.
        Ok(FunctionCall { function: "skip_ids", arguments, touches, finds_itself: true })
    }

    fn outcome(&self, answer: Answer) -> Result<(), StoreError> {
        match answer.outcome.as_str() {
            "written" => Ok(()),
            _ => Err(answer.unknown()),
        }
    }
}
