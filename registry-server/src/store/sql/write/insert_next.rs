//! Adding the version that comes next on SQLite, in two texts: a question, and all that is to be written.
//!
//! Each text that is sent there wakes the thread of a connection and waits for it, which costs more than what most of them do.

use serde_json::Value;

use super::insert::InsertVersion;
use crate::domain::{SchemaId, Version};
use crate::store::sql::database::Writer;
use crate::store::sql::operation::Verdict;
use crate::store::sql::param::{Row, params};
use crate::store::sql::read::{TOKEN, token};
use crate::store::{ChangeKind, Insertion, KeptRegistration, StoreError, Token, Touched};

/// Where a content that has an id of its own gets one from: its counter, its row, and its being the current one.
const WRITE_CONTENT: [&str; 3] = [
    "UPDATE contexts SET last_id = $4 WHERE name = $1",
    "INSERT INTO contents (context, id, guid, digest, schema_type, body, refs, metadata, rule_set, purged) \
     VALUES ($1, $4, $9, $10, $11, $12, $13, $14, $15, 0)",
    "INSERT INTO current_ids (context, digest, id) VALUES ($1, $10, $4)",
];

/// The row of the change log, the version, and the subject's revision.
const WRITE_VERSION: [&str; 3] = [
    "INSERT INTO change_log (ts, actor, kind, context, subject, version, id, old_value, new_value) \
     VALUES ($5, $6, $7, $1, $2, $3, $4, NULL, $8) RETURNING seq, ts",
    "INSERT INTO versions (context, subject, version, id, deleted, ts, created_ts, written) \
     VALUES ($1, $2, $3, $4, 0, $5, $5, (SELECT MAX(seq) FROM change_log))",
    "INSERT INTO subjects (context, name, revision) VALUES ($1, $2, (SELECT MAX(seq) FROM change_log)) \
     ON CONFLICT (context, name) DO UPDATE SET revision = excluded.revision",
];

/// All that a registration of what comes next is decided on.
struct Situation {
    token: Token,
    /// The subject's highest version, deleted or not, 0 for none.
    highest: i64,
    has_deleted: bool,
    /// Whether the context is on the list.
    is_listed: bool,
    /// The id that the content has.
    current_id: Option<SchemaId>,
    /// Whether there is a current id, be it of a content that was purged.
    has_current_id: bool,
    /// The id that the context gives out next, unless there is none left.
    next_id: Option<SchemaId>,
}

impl Situation {
    fn sql() -> String {
        // The columns of the token come first.
        format!(
            "{TOKEN}, \
             COALESCE((SELECT MAX(version) FROM versions WHERE context = $1 AND subject = $2), 0), \
             EXISTS (SELECT 1 FROM versions WHERE context = $1 AND subject = $2 AND deleted = 1), \
             EXISTS (SELECT 1 FROM contexts WHERE name = $1 AND listed = 1), \
             (SELECT c.id FROM current_ids k JOIN contents c ON c.context = k.context AND c.id = k.id \
              WHERE k.context = $1 AND k.digest = $3 AND c.digest = k.digest AND c.purged = 0), \
             EXISTS (SELECT 1 FROM current_ids WHERE context = $1 AND digest = $3), \
             COALESCE((SELECT last_id FROM contexts WHERE name = $1), (SELECT skipped FROM history WHERE one = 1)) + 1"
        )
    }

    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            token: token(row)?,
            highest: row.int(4)?,
            has_deleted: row.flag(5)?,
            is_listed: row.flag(6)?,
            current_id: row.opt_int(7)?.and_then(SchemaId::new),
            has_current_id: row.flag(8)?,
            next_id: row.opt_int(9)?.and_then(SchemaId::new),
        })
    }
}

impl InsertVersion<'_> {
    /// Adds the version if it comes next and nothing about it is special; `None` where it is to be looked at step by step, and
    /// nothing was written.
    pub(super) async fn insert_next(
        &self,
        tx: &mut Writer,
        version: Version,
    ) -> Result<Option<Verdict<Insertion>>, StoreError> {
        let (subject, content, columns) = (&self.new.subject, &self.new.content, self.columns);
        let key = params![subject.context(), subject.name(), columns.digest.as_slice()];
        let Some(row) = tx.fetch_first(&Situation::sql(), &key).await? else { return Ok(None) };
        let situation = Situation::read(&row)?;
        let is_next = i64::from(version.get()) == situation.highest + 1;
        if situation.token != *self.expected || !is_next || !self.targets_stand(tx).await? {
            return Ok(Some(Verdict::Abandon(Insertion::Conflict)));
        }
        // A deleted version of the same content would go, a purged content come back, a context appear, or ids be at an end.
        let is_usual = situation.is_listed && !situation.has_deleted;
        let (id, is_known) = match (situation.current_id, situation.has_current_id, situation.next_id) {
            (Some(id), _, _) if is_usual => (id, true),
            (None, false, Some(id)) if is_usual => (id, false),
            _ => return Ok(None),
        };
        let own = Touched {
            kind: ChangeKind::Register,
            subject: subject.clone(),
            id: Some(id),
            guid: Some(content.guid),
        };
        let values = params![
            subject.context(),
            subject.name(),
            version,
            id,
            self.stamp.now,
            self.stamp.actor.map(str::to_owned),
            own.kind.as_str(),
            Value::from(content.guid.to_string()).to_string(),
            content.guid.0.as_slice(),
            columns.digest.as_slice(),
            content.schema_type.as_str(),
            content.text.as_str(),
            columns.references.clone(),
            columns.metadata.clone(),
            columns.rule_set.clone(),
        ];
        let statements =
            if is_known { WRITE_VERSION.to_vec() } else { [WRITE_CONTENT, WRITE_VERSION].concat() };
        let revision = tx.append_with(own, &statements, &values).await?;
        self.write_references(tx, version).await?;
        let ts = self.stamp.now;
        let (expected, new) = (self.expected.clone(), self.new.clone());
        tx.register(KeptRegistration { expected, new, version, id, ts, revision });
        Ok(Some(Verdict::Commit(Insertion::Inserted { id, version, ts })))
    }
}
