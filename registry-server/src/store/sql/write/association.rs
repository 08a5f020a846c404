//! Associations.

use async_trait::async_trait;
use serde_json::{Value, json};

use super::log::{Entry, append};
use super::{Stamp, is_current, touch};
use crate::domain::{Association, Subject};
use crate::store::sql::database::Writer;
use crate::store::sql::encode::{ASSOCIATION, association};
use crate::store::sql::locks::LockSet;
use crate::store::sql::operation::{Operation, Verdict};
use crate::store::sql::param::params;
use crate::store::{AssociationWrite, ChangeKind, Put, StoreError};

/// Writes and removes associations of one resource. Round trips on Postgres: BEGIN, locks, one for each subject and the
/// resource, two for each change, log, one for each subject, COMMIT.
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
        let mut entries = Vec::new();
        for kind in &self.write.remove {
            if let Some(old) = self.write.seen.iter().find(|seen| seen.association_type == *kind) {
                remove(tx, old).await?;
                entries.push(Entry::of(ChangeKind::Association, &old.subject, Some(logged(old)), None));
            }
        }
        for new in &self.write.put {
            let old = self.write.seen.iter().find(|seen| seen.association_type == new.association_type);
            if let Some(old) = old {
                remove(tx, old).await?;
                if old.subject != new.subject {
                    entries.push(Entry::of(ChangeKind::Association, &old.subject, Some(logged(old)), None));
                }
            }
            insert(tx, new).await?;
            entries.push(Entry::of(
                ChangeKind::Association,
                &new.subject,
                old.map(logged),
                Some(logged(new)),
            ));
        }
        if entries.is_empty() {
            return Ok(Verdict::Abandon(Put::Written));
        }
        let revision = append(tx, self.stamp, &entries).await?;
        for Entry { subject, .. } in &entries {
            touch(tx, subject, revision).await?;
        }
        Ok(Verdict::Commit(Put::Written))
    }
}

impl WriteAssociations<'_> {
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
