//! Creating contexts and taking them off the list.

use async_trait::async_trait;

use super::Stamp;
use super::log::{Entry, append};
use crate::domain::{Context, SchemaId, Subject};
use crate::store::sql::call::{Answer, FunctionCall, OneCall, arguments};
use crate::store::sql::database::Writer;
use crate::store::sql::locks::LockSet;
use crate::store::sql::operation::{Operation, Verdict};
use crate::store::sql::param::params;
use crate::store::{ChangeKind, ContextRemoval, StoreError, Touched};

/// Puts a context on the list if it is not there.
pub(super) async fn enlist(tx: &mut Writer, stamp: Stamp<'_>, context: &Context) -> Result<(), StoreError> {
    let sql = "INSERT INTO contexts (name, last_id, listed) VALUES ($1, NULL, 1) \
        ON CONFLICT (name) DO UPDATE SET listed = 1 WHERE contexts.listed = 0";
    if tx.execute(sql, &params![context]).await? > 0 {
        let listed = Some(serde_json::Value::Bool(true));
        append(
            tx,
            stamp,
            &[Entry::of(ChangeKind::Context, &Subject::of_context(context.clone()), None, listed)],
        )
        .await?;
    }
    Ok(())
}

/// Has ids of a context be given from behind an id that an import brings: also where the context is new, and ids are left out
/// that may have been given before a loss of writes (storage §12).
pub(super) async fn count_given_id(
    tx: &mut Writer,
    context: &Context,
    id: SchemaId,
) -> Result<(), StoreError> {
    let sql = "UPDATE contexts SET last_id = CASE \
        WHEN COALESCE(last_id, (SELECT skipped FROM history WHERE one = 1)) > $2 \
        THEN COALESCE(last_id, (SELECT skipped FROM history WHERE one = 1)) ELSE $2 END WHERE name = $1";
    // The original's counter starts at 1 even if the id that comes first is 0.
    let counted = SchemaId::new(id.get().max(1).into()).unwrap_or(id);
    tx.execute(sql, &params![context, counted]).await?;
    Ok(())
}

/// Takes a context off the list.
pub(in crate::store::sql) struct DeleteContext<'a> {
    pub(in crate::store::sql) context: &'a Context,
    pub(in crate::store::sql) stamp: Stamp<'a>,
}

#[async_trait]
impl Operation for DeleteContext<'_> {
    type Outcome = ContextRemoval;

    fn locks(&self) -> LockSet {
        LockSet::in_context(self.context).context(self.context)
    }

    async fn run(&self, tx: &mut Writer) -> Result<Verdict<ContextRemoval>, StoreError> {
        let sql = "SELECT version FROM versions WHERE context = $1 LIMIT 1";
        if tx.fetch_first(sql, &params![self.context]).await?.is_some() {
            return Ok(Verdict::Abandon(ContextRemoval::NotEmpty));
        }
        let sql = "UPDATE contexts SET listed = 0 WHERE name = $1 AND listed = 1 AND name <> '.'";
        if tx.execute(sql, &params![self.context]).await? == 0 {
            return Ok(Verdict::Abandon(ContextRemoval::Removed));
        }
        let listed = Some(serde_json::Value::Bool(true));
        let key = Subject::of_context(self.context.clone());
        append(tx, self.stamp, &[Entry::of(ChangeKind::Context, &key, listed, None)]).await?;
        Ok(Verdict::Commit(ContextRemoval::Removed))
    }
}

impl OneCall for DeleteContext<'_> {
    fn call(&self) -> Result<FunctionCall, StoreError> {
        let mut arguments = arguments![self.context];
        arguments.extend(self.stamp.arguments());
        let subject = Subject::of_context(self.context.clone());
        let touches = Touched { kind: ChangeKind::Context, subject, id: None, guid: None };
        Ok(FunctionCall { function: "delete_context", arguments, touches, finds_itself: true })
    }

    fn outcome(&self, answer: Answer) -> Result<ContextRemoval, StoreError> {
        match answer.outcome.as_str() {
            "removed" => Ok(ContextRemoval::Removed),
            "not-empty" => Ok(ContextRemoval::NotEmpty),
            _ => Err(answer.unknown()),
        }
    }
}
