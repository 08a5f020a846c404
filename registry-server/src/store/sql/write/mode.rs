//! Removing all modes of a context.

use async_trait::async_trait;

use super::log::{Entry, append};
use super::setting::logged;
use super::{Stamp, is_current, written_or_conflict};
use crate::domain::{Context, Subject};
use crate::store::sql::call::{Answer, FunctionCall, OneCall, arguments};
use crate::store::sql::database::Writer;
use crate::store::sql::locks::LockSet;
use crate::store::sql::operation::{Operation, Verdict};
use crate::store::sql::param::params;
use crate::store::{ChangeKind, Put, StoreError, Token, Touched};

/// Removes the modes of a context and of its subjects.
pub(in crate::store::sql) struct ClearModes<'a> {
    pub(in crate::store::sql) expected: &'a Token,
    pub(in crate::store::sql) context: &'a Context,
    pub(in crate::store::sql) stamp: Stamp<'a>,
}

#[async_trait]
impl Operation for ClearModes<'_> {
    type Outcome = Put;

    fn locks(&self) -> LockSet {
        // The context's exclusive lock holds off writes to its subjects, which all share it.
        LockSet::in_context(self.context).context(self.context)
    }

    async fn run(&self, tx: &mut Writer) -> Result<Verdict<Put>, StoreError> {
        if !is_current(tx, &Subject::of_context(self.context.clone()), self.expected).await? {
            return Ok(Verdict::Abandon(Put::Conflict));
        }
        let sql =
            "SELECT subject, mode FROM settings WHERE context = $1 AND mode IS NOT NULL ORDER BY subject";
        let mut entries = Vec::new();
        for row in tx.fetch(sql, &params![self.context]).await? {
            let subject = Subject::new(self.context.clone(), &row.text(0)?);
            let before = logged(ChangeKind::Mode, &row.text(1)?)?;
            entries.push(Entry::of(ChangeKind::Mode, &subject, Some(before), None));
        }
        if entries.is_empty() {
            return Ok(Verdict::Abandon(Put::Written));
        }
        let revision = append(tx, self.stamp, &entries).await?;
        let with_mode = "SELECT subject FROM settings WHERE context = $1 AND mode IS NOT NULL";
        let sql = format!("UPDATE subjects SET revision = $2 WHERE context = $1 AND name IN ({with_mode})");
        tx.execute(&sql, &params![self.context, revision]).await?;
        let sql = "UPDATE settings SET mode = NULL, revision = $2 WHERE context = $1 AND mode IS NOT NULL";
        tx.execute(sql, &params![self.context, revision]).await?;
        Ok(Verdict::Commit(Put::Written))
    }
}

impl OneCall for ClearModes<'_> {
    fn call(&self) -> Result<FunctionCall, StoreError> {
        let mut arguments = arguments![self.expected, self.context];
        arguments.extend(self.stamp.arguments());
        let subject = Subject::of_context(self.context.clone());
        let touches = Touched { kind: ChangeKind::Mode, subject, id: None, guid: None };
        Ok(FunctionCall { function: "clear_modes", arguments, touches, finds_itself: false })
    }

    fn outcome(&self, answer: Answer) -> Result<Put, StoreError> {
        written_or_conflict(&answer)
    }
}
