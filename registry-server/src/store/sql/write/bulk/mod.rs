//! Writing many versions at once, as they were in another registry.

mod rows;
mod state;

use std::collections::BTreeMap;

use async_trait::async_trait;

use super::Stamp;
use super::context::{count_given_id, enlist};
use super::current::rebound;
use super::log::{Entry, append_all};
use crate::domain::{Context, SchemaId, Subject};
use crate::store::sql::database::Writer;
use crate::store::sql::encode::ContentColumns;
use crate::store::sql::locks::LockSet;
use crate::store::sql::operation::{Operation, Verdict};
use crate::store::sql::param::{Param, params};
use crate::store::{BulkImport, ChangeKind, ImportedVersion, StoreError};
use rows::for_rows;
use state::{State, Step};

/// Writes versions as they were in another registry: all, or none.
pub(in crate::store::sql) struct ImportVersions<'a> {
    pub(in crate::store::sql) versions: &'a [ImportedVersion],
    /// Those of each version's content.
    pub(in crate::store::sql) columns: &'a [ContentColumns],
    pub(in crate::store::sql) stamp: Stamp<'a>,
}

/// A version that is written.
struct Taken<'a> {
    version: &'a ImportedVersion,
    columns: &'a ContentColumns,
    step: Step,
}

#[async_trait]
impl Operation for ImportVersions<'_> {
    type Outcome = BulkImport;

    /// Whole contexts: a lock for each of thousands of subjects would fill the server's table of locks.
    fn locks(&self) -> LockSet {
        let mut locks = LockSet::in_context(&Context::default_context());
        for one in self.versions {
            locks = locks.context(one.subject.context());
            locks = one.targets.iter().fold(locks, |locks, (target, _)| locks.context(target.context()));
        }
        locks
    }

    async fn run(&self, tx: &mut Writer) -> Result<Verdict<BulkImport>, StoreError> {
        let mut state = State::read(tx, self.versions, self.columns).await?;
        let mut taken = Vec::with_capacity(self.versions.len());
        for (index, (version, columns)) in self.versions.iter().zip(self.columns).enumerate() {
            match state.add(version, columns.digest) {
                Ok(Some(step)) => taken.push(Taken { version, columns, step }),
                Ok(None) => {}
                Err(reason) => return Ok(Verdict::Abandon(BulkImport::Refused { index, reason })),
            }
        }
        let outcome = BulkImport::Imported { written: taken.len(), known: self.versions.len() - taken.len() };
        if taken.is_empty() {
            return Ok(Verdict::Abandon(outcome));
        }
        self.count_ids(tx, &taken).await?;
        write_contents(tx, &taken).await?;
        let positions = self.log(tx, &taken).await?;
        self.write_versions(tx, &taken, &positions).await?;
        Ok(Verdict::Commit(outcome))
    }
}

impl ImportVersions<'_> {
    /// Puts the contexts on the list and their counters above the ids.
    async fn count_ids(&self, tx: &mut Writer, taken: &[Taken<'_>]) -> Result<(), StoreError> {
        let mut highest: BTreeMap<&Context, SchemaId> = BTreeMap::new();
        for Taken { version, .. } in taken {
            let id = highest.entry(version.subject.context()).or_insert(version.id);
            *id = (*id).max(version.id);
        }
        for (context, id) in highest {
            enlist(tx, self.stamp, context).await?;
            count_given_id(tx, context, id).await?;
        }
        Ok(())
    }

    /// Writes the rows of the log and gives the position of each version's.
    async fn log(&self, tx: &mut Writer, taken: &[Taken<'_>]) -> Result<Vec<i64>, StoreError> {
        let mut entries = Vec::with_capacity(taken.len());
        let mut places = Vec::with_capacity(taken.len());
        for Taken { version, step, .. } in taken {
            let guid = version.content.guid;
            if let Some(former) = step.rebound {
                entries.push(rebound(&version.subject, version.id, &former.0, guid));
            }
            if let Some(former) = step.former_id {
                let (before, after) = (former.get().into(), version.id.get().into());
                let entry = Entry::of(ChangeKind::Supersede, &version.subject, Some(before), Some(after));
                entries.push(Entry { id: Some(former), guid: Some(guid), ..entry });
            }
            places.push(entries.len());
            let entry =
                Entry::of(ChangeKind::Register, &version.subject, None, Some(guid.to_string().into()));
            let (number, id) = (Some(version.version), Some(version.id));
            entries.push(Entry { version: number, id, guid: Some(guid), ..entry });
        }
        let positions = append_all(tx, self.stamp, &entries).await?;
        let at = |place: usize| positions.get(place).copied();
        places.into_iter().map(|place| at(place).ok_or_else(no_position)).collect()
    }

    async fn write_versions(
        &self,
        tx: &mut Writer,
        taken: &[Taken<'_>],
        positions: &[i64],
    ) -> Result<(), StoreError> {
        let mut revisions: BTreeMap<&Subject, i64> = BTreeMap::new();
        let (mut versions, mut references) = (Vec::new(), Vec::new());
        for (Taken { version: one, .. }, position) in taken.iter().zip(positions) {
            let (context, name) = (one.subject.context(), one.subject.name());
            let ts = one.ts.unwrap_or(self.stamp.now);
            let (number, deleted) = (one.version, one.deleted);
            versions.push(params![context, name, number, one.id, deleted, ts, ts, *position]);
            for (target, version) in &one.targets {
                references.push(params![context, name, number, target.context(), target.name(), *version]);
            }
            revisions.insert(&one.subject, *position);
        }
        let sql = "INSERT INTO versions (context, subject, version, id, deleted, ts, created_ts, written) VALUES {rows}";
        for_rows(tx, sql, &versions).await?;
        let sql = "INSERT INTO version_references \
            (context, subject, version, target_context, target_subject, target_version) VALUES {rows} \
            ON CONFLICT DO NOTHING";
        for_rows(tx, sql, &references).await?;
        let sql = "INSERT INTO subjects (context, name, revision) VALUES {rows} \
            ON CONFLICT (context, name) DO UPDATE SET revision = excluded.revision";
        let subjects: Vec<_> = revisions
            .into_iter()
            .map(|(subject, revision)| params![subject.context(), subject.name(), revision])
            .collect();
        for_rows(tx, sql, &subjects).await?;
        Ok(())
    }
}

/// Writes contents under ids that are free or whose contents were purged, and the ids that registrations take.
async fn write_contents(tx: &mut Writer, taken: &[Taken<'_>]) -> Result<(), StoreError> {
    let new = taken.iter().filter(|one| one.step.new_content);
    let contents: Vec<[Param; 10]> = new
        .map(|Taken { version, columns, .. }| {
            params![
                version.subject.context(),
                version.id,
                version.content.guid.0.as_slice(),
                columns.digest.as_slice(),
                version.content.schema_type.as_str(),
                version.content.text.as_str(),
                columns.references.clone(),
                columns.metadata.clone(),
                columns.rule_set.clone(),
                false,
            ]
        })
        .collect();
    let sql = "INSERT INTO contents (context, id, guid, digest, schema_type, body, refs, metadata, rule_set, purged) \
        VALUES {rows} ON CONFLICT (context, id) DO UPDATE SET guid = excluded.guid, digest = excluded.digest, \
        schema_type = excluded.schema_type, body = excluded.body, refs = excluded.refs, \
        metadata = excluded.metadata, rule_set = excluded.rule_set, purged = 0";
    for_rows(tx, sql, &contents).await?;
    // Of several ids of one content the last one counts, and a statement can write a row only once.
    let mut current: BTreeMap<(&Context, &[u8]), SchemaId> = BTreeMap::new();
    for Taken { version, columns, .. } in taken.iter().filter(|one| one.step.new_current_id) {
        current.insert((version.subject.context(), columns.digest.as_slice()), version.id);
    }
    let current: Vec<_> =
        current.into_iter().map(|((context, digest), id)| params![context, digest, id]).collect();
    let sql = "INSERT INTO current_ids (context, digest, id) VALUES {rows} \
        ON CONFLICT (context, digest) DO UPDATE SET id = excluded.id";
    for_rows(tx, sql, &current).await?;
    Ok(())
}

fn no_position() -> StoreError {
    StoreError::Corrupt { place: "change_log", detail: "fewer positions than rows".to_owned() }
}
