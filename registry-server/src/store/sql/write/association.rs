//! Associations.

use async_trait::async_trait;
use serde_json::{Value, json};

use super::log::{Entry, append};
use super::{Stamp, is_current, touch, written_or_conflict};
use crate::domain::{Association, Context, Subject};
use crate::store::sql::call::{self, Answer, FunctionCall, OneCall, arguments};
use crate::store::sql::database::Writer;
use crate::store::sql::encode::{ASSOCIATION, association};
use crate::store::sql::locks::LockSet;
use crate::store::sql::operation::{Operation, Verdict};
use crate::store::sql::param::params;
use crate::store::{AssociationWrite, ChangeKind, Put, StoreError, Touched};

/// Writes and removes associations of one resource.
pub(in crate::store::sql) struct WriteAssociations<'a> {
    pub(in crate::store::sql) write: &'a AssociationWrite,
    pub(in crate::store::sql) stamp: Stamp<'a>,
}

#[async_trait]
impl Operation for WriteAssociations<'_> {
    type Outcome = Put;

    fn locks(&self) -> LockSet {
        let AssociationWrite { resource_id, resource_type, expected, unreferenced, put, seen, .. } =
            self.write;
        let subjects = expected
            .iter()
            .map(|(subject, _)| subject)
            .chain(unreferenced)
            .chain(put.iter().chain(seen).map(|association| &association.subject));
        subjects
            .fold(LockSet::default(), |locks, subject| locks.with(LockSet::to_write(subject)))
            .resource(resource_type, resource_id)
    }

    async fn run(&self, tx: &mut Writer) -> Result<Verdict<Put>, StoreError> {
        if !self.is_decided_on_this(tx).await? {
            return Ok(Verdict::Abandon(Put::Conflict));
        }
        let Changes { removed, entries } = self.changes();
        if entries.is_empty() {
            return Ok(Verdict::Abandon(Put::Written));
        }
        for old in removed {
            remove(tx, old).await?;
        }
        for new in &self.write.put {
            insert(tx, new).await?;
        }
        let revision = append(tx, self.stamp, &entries).await?;
        for Entry { subject, .. } in &entries {
            touch(tx, subject, revision).await?;
        }
        Ok(Verdict::Commit(Put::Written))
    }
}

/// The changes of a write.
struct Changes<'a> {
    /// The associations that go or are replaced.
    removed: Vec<&'a Association>,
    /// The entries of the change log.
    entries: Vec<Entry>,
}

impl OneCall for WriteAssociations<'_> {
    fn call(&self) -> Result<FunctionCall, StoreError> {
        let AssociationWrite { resource_id, resource_type, expected, unreferenced, put, seen, .. } =
            self.write;
        let Changes { removed, entries } = self.changes();
        let rows = |associations: &[Association]| Value::from_iter(associations.iter().map(row));
        let entries = entries.iter().map(|Entry { subject, before, after, .. }| {
            let text = |value: &Option<Value>| value.as_ref().map(Value::to_string);
            json!({ "context": subject.context().as_str(), "subject": subject.name(),
                "before": text(before), "after": text(after) })
        });
        let tokens = expected.iter().map(|(subject, token)| {
            json!({ "context": subject.context().as_str(), "subject": subject.name(),
                "token": token.revisions() })
        });
        let mut arguments =
            arguments![resource_id.as_str(), resource_type.as_str(), Value::from_iter(tokens)];
        arguments.extend(call::subjects(unreferenced.iter()));
        let removed: Vec<String> = removed.iter().map(|old| old.guid.clone()).collect();
        arguments.extend(arguments![rows(seen), removed, rows(put), Value::from_iter(entries)]);
        arguments.extend(self.stamp.arguments());
        // The subjects are told one by one; this forgets all associations.
        let subject = put.iter().chain(seen).map(|association| association.subject.clone()).next();
        let subject = subject.unwrap_or_else(|| Subject::of_context(Context::default_context()));
        let touches = Touched { kind: ChangeKind::Association, subject, id: None, guid: None };
        Ok(FunctionCall { function: "write_associations", arguments, touches, finds_itself: false })
    }

    fn outcome(&self, answer: Answer) -> Result<Put, StoreError> {
        written_or_conflict(&answer)
    }
}

impl WriteAssociations<'_> {
    fn changes(&self) -> Changes<'_> {
        let AssociationWrite { seen, put, remove, .. } = self.write;
        let mut changes = Changes { removed: Vec::new(), entries: Vec::new() };
        let gone =
            |old: &Association| Entry::of(ChangeKind::Association, &old.subject, Some(logged(old)), None);
        for kind in remove {
            if let Some(old) = seen.iter().find(|seen| seen.association_type == *kind) {
                changes.removed.push(old);
                changes.entries.push(gone(old));
            }
        }
        for new in put {
            let old = seen.iter().find(|seen| seen.association_type == new.association_type);
            if let Some(old) = old {
                changes.removed.push(old);
                if old.subject != new.subject {
                    changes.entries.push(gone(old));
                }
            }
            let (before, after) = (old.map(logged), Some(logged(new)));
            changes.entries.push(Entry::of(ChangeKind::Association, &new.subject, before, after));
        }
        changes
    }

    async fn is_decided_on_this(&self, tx: &mut Writer) -> Result<bool, StoreError> {
        for (subject, token) in &self.write.expected {
            if !is_current(tx, subject, token).await? {
                return Ok(false);
            }
        }
        for subject in &self.write.unreferenced {
            if is_referenced(tx, subject).await? {
                return Ok(false);
            }
        }
        let sql =
            format!("SELECT {ASSOCIATION} FROM associations WHERE resource_id = $1 AND resource_type = $2");
        let key = params![self.write.resource_id.as_str(), self.write.resource_type.as_str()];
        let found = tx.fetch(&sql, &key).await?.iter().map(association).collect::<Result<Vec<_>, _>>()?;
        Ok(found.len() == self.write.seen.len() && found.iter().all(|found| self.write.seen.contains(found)))
    }
}

async fn is_referenced(tx: &mut Writer, subject: &Subject) -> Result<bool, StoreError> {
    let sql = "SELECT target_version FROM version_references \
        WHERE target_context = $1 AND target_subject = $2 LIMIT 1";
    Ok(tx.fetch_first(sql, &params![subject.context(), subject.name()]).await?.is_some())
}

async fn remove(tx: &mut Writer, association: &Association) -> Result<(), StoreError> {
    tx.execute("DELETE FROM associations WHERE guid = $1", &params![association.guid.as_str()]).await?;
    Ok(())
}

async fn insert(tx: &mut Writer, association: &Association) -> Result<(), StoreError> {
    let sql = format!(
        "INSERT INTO associations ({ASSOCIATION}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
    );
    let values = params![
        association.subject.context(),
        association.subject.name(),
        association.guid.as_str(),
        association.resource_name.as_str(),
        association.resource_namespace.as_str(),
        association.resource_id.as_str(),
        association.resource_type.as_str(),
        association.association_type.as_str(),
        association.lifecycle.as_str(),
        association.frozen,
        association.create_ts,
        association.update_ts,
    ];
    tx.execute(&sql, &values).await?;
    Ok(())
}

fn logged(association: &Association) -> Value {
    json!({
        "guid": association.guid,
        "resourceName": association.resource_name,
        "resourceNamespace": association.resource_namespace,
        "resourceId": association.resource_id,
        "resourceType": association.resource_type,
        "associationType": association.association_type,
        "lifecycle": association.lifecycle,
        "frozen": association.frozen,
        "createTs": association.create_ts,
        "updateTs": association.update_ts,
    })
}

/// An association as a row of the table, by column.
fn row(association: &Association) -> Value {
    json!({
        "guid": association.guid,
        "context": association.subject.context().as_str(),
        "subject": association.subject.name(),
        "resource_name": association.resource_name,
        "resource_namespace": association.resource_namespace,
        "resource_id": association.resource_id,
        "resource_type": association.resource_type,
        "association_type": association.association_type.as_str(),
        "lifecycle": association.lifecycle.as_str(),
        "frozen": i64::from(association.frozen),
        "create_ts": association.create_ts,
        "update_ts": association.update_ts,
    })
}
