//! Erasing a content for good.

use async_trait::async_trait;

use super::Stamp;
use super::log::{Entry, append};
use crate::domain::{Context, SchemaId, Subject};
use crate::store::sql::database::Writer;
use crate::store::sql::locks::LockSet;
use crate::store::sql::operation::{Operation, Verdict};
use crate::store::sql::param::params;
use crate::store::{ChangeKind, Erasure, StoreError};

/// Erases the content of an id that nobody holds. Round trips on Postgres: BEGIN, locks, content, holders, pointer, content,
/// equal contents, two for the log, log, COMMIT. Looking for equal contents reads the whole table, which only this does.
pub(in crate::store::sql) struct EraseContent<'a> {
    pub(in crate::store::sql) context: &'a Context,
    pub(in crate::store::sql) id: SchemaId,
    pub(in crate::store::sql) stamp: Stamp<'a>,
}

#[async_trait]
impl Operation for EraseContent<'_> {
    type Outcome = Erasure;

    fn locks(&self) -> LockSet {
        LockSet::in_context(self.context).context(self.context)
    }

    async fn run(&self, tx: &mut Writer) -> Result<Verdict<Erasure>, StoreError> {
        let key = params![self.context, self.id];
        let find = "SELECT digest FROM contents WHERE context = $1 AND id = $2";
        let Some(row) = tx.fetch_first(find, &key).await? else {
            return Ok(Verdict::Abandon(Erasure::NoSuchId));
        };
        let digest = row.bytes(0)?;
        let find = "SELECT version FROM versions WHERE context = $1 AND id = $2 LIMIT 1";
        if tx.fetch_first(find, &key).await?.is_some() {
            return Ok(Verdict::Abandon(Erasure::Held));
        }
        tx.execute("DELETE FROM current_ids WHERE context = $1 AND id = $2", &key).await?;
        // A digest and a GUID would tell a guess from the secret. No content has this digest, so the id stays burned.
        let nothing = [uuid::Uuid::new_v4().into_bytes(), uuid::Uuid::new_v4().into_bytes()].concat();
        let sql = "UPDATE contents SET purged = 1, body = '', refs = NULL, metadata = NULL, rule_set = NULL, \
            digest = $3, guid = $4 WHERE context = $1 AND id = $2";
        let values = params![self.context, self.id, nothing.as_slice(), [0; 16].as_slice()];
        tx.execute(sql, &values).await?;
        // One secret can have several ids: in other contexts, by an import, or by a registration after a purge.
        let find = "SELECT context, id FROM contents WHERE digest = $1 ORDER BY context, id";
        let rows = tx.fetch(find, &params![digest.as_slice()]).await?;
        let elsewhere =
            rows.iter().map(|row| Ok((row.context(0)?, row.id(1)?))).collect::<Result<_, StoreError>>()?;
        for sql in [
            "UPDATE change_log SET old_value = '{\"erased\":true}' \
             WHERE context = $1 AND id = $2 AND kind IN ('purge', 'overwrite')",
            "UPDATE change_log SET new_value = '\"erased\"' WHERE context = $1 AND id = $2 AND kind = 'register'",
        ] {
            tx.execute(sql, &key).await?;
        }
        let entry = Entry {
            id: Some(self.id),
            ..Entry::of(ChangeKind::Erase, &Subject::of_context(self.context.clone()), None, None)
        };
        append(tx, self.stamp, &[entry]).await?;
        Ok(Verdict::Commit(Erasure::Erased { elsewhere }))
    }
}
