//! The state of everything that an import is about, with what the import has added so far.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::super::current::is_erased;
use super::rows::for_rows;
use crate::domain::{Context, Guid, SchemaId, Subject, Version};
use crate::store::sql::database::Writer;
use crate::store::sql::encode::ContentColumns;
use crate::store::sql::param::params;
use crate::store::{ImportRefusal, ImportedVersion, StoreError};

type Digest = [u8; 32];

/// A content under an id, or what it stood for until it was purged.
#[derive(Clone, Copy, Debug)]
struct Bound {
    digest: Digest,
    guid: Guid,
    purged: bool,
}

/// A version of a subject.
#[derive(Clone, Copy, Debug)]
struct Standing {
    id: SchemaId,
    deleted: bool,
}

/// The work of the import on a version that it takes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    /// Whether the content has to be written.
    pub(super) new_content: bool,
    /// The GUID of the content that the id stood for until that was purged, if it is another one.
    pub(super) rebound: Option<Guid>,
    /// The id that registrations of the content took before, if it is another one now.
    pub(super) former_id: Option<SchemaId>,
    /// Whether registrations of the content take another id from now on.
    pub(super) new_current_id: bool,
}

/// The contents, current ids, versions and owned subjects that are there.
#[derive(Debug, Default)]
pub(super) struct State {
    contents: HashMap<(Context, SchemaId), Bound>,
    current_ids: HashMap<(Context, Digest), SchemaId>,
    versions: HashMap<(Subject, Version), Standing>,
    /// Subjects with a STRONG association.
    owned: HashSet<Subject>,
}

impl State {
    pub(super) async fn read(
        tx: &mut Writer,
        versions: &[ImportedVersion],
        columns: &[ContentColumns],
    ) -> Result<Self, StoreError> {
        let mut state = Self::default();
        state.read_contents(tx, versions, columns).await?;
        state.read_versions(tx, versions).await?;
        state.read_owned(tx, versions).await?;
        Ok(state)
    }

    async fn read_contents(
        &mut self,
        tx: &mut Writer,
        versions: &[ImportedVersion],
        columns: &[ContentColumns],
    ) -> Result<(), StoreError> {
        let sql = "WITH asked (context, id) AS (VALUES {rows}) SELECT c.context, c.id, c.digest, c.purged, c.guid \
            FROM asked a JOIN contents c ON c.context = a.context AND c.id = a.id";
        let asked: Vec<_> = versions.iter().map(|one| params![one.subject.context(), one.id]).collect();
        for row in for_rows(tx, sql, &asked).await? {
            let bound =
                Bound { digest: digest(row.bytes(2)?)?, purged: row.flag(3)?, guid: guid(row.bytes(4)?)? };
            self.contents.insert((row.context(0)?, row.id(1)?), bound);
        }
        let sql = "WITH asked (context, digest) AS (VALUES {rows}) SELECT k.context, k.digest, k.id \
            FROM asked a JOIN current_ids k ON k.context = a.context AND k.digest = a.digest";
        let asked: Vec<_> = versions
            .iter()
            .zip(columns)
            .map(|(one, columns)| params![one.subject.context(), columns.digest.as_slice()])
            .collect();
        for row in for_rows(tx, sql, &asked).await? {
            self.current_ids.insert((row.context(0)?, digest(row.bytes(1)?)?), row.id(2)?);
        }
        Ok(())
    }

    async fn read_versions(
        &mut self,
        tx: &mut Writer,
        versions: &[ImportedVersion],
    ) -> Result<(), StoreError> {
        let sql = "WITH asked (context, subject, version) AS (VALUES {rows}) \
            SELECT v.context, v.subject, v.version, v.id, v.deleted FROM asked a JOIN versions v \
            ON v.context = a.context AND v.subject = a.subject AND v.version = a.version";
        let own = versions.iter().map(|one| (&one.subject, one.version));
        let targets =
            versions.iter().flat_map(|one| one.targets.iter().map(|(subject, version)| (subject, *version)));
        let asked: BTreeSet<(&Subject, Version)> = own.chain(targets).collect();
        let asked: Vec<_> = asked
            .into_iter()
            .map(|(subject, version)| params![subject.context(), subject.name(), version])
            .collect();
        for row in for_rows(tx, sql, &asked).await? {
            let subject = Subject::new(row.context(0)?, &row.text(1)?);
            let standing = Standing { id: row.id(3)?, deleted: row.flag(4)? };
            self.versions.insert((subject, row.version(2)?), standing);
        }
        Ok(())
    }

    async fn read_owned(&mut self, tx: &mut Writer, versions: &[ImportedVersion]) -> Result<(), StoreError> {
        let sql = "WITH asked (context, subject) AS (VALUES {rows}) SELECT s.context, s.subject \
            FROM asked a JOIN associations s ON s.context = a.context AND s.subject = a.subject \
            WHERE s.lifecycle = 'STRONG'";
        let targets: BTreeSet<&Subject> =
            versions.iter().flat_map(|one| one.targets.iter().map(|(subject, _)| subject)).collect();
        let asked: Vec<_> =
            targets.into_iter().map(|subject| params![subject.context(), subject.name()]).collect();
        for row in for_rows(tx, sql, &asked).await? {
            self.owned.insert(Subject::new(row.context(0)?, &row.text(1)?));
        }
        Ok(())
    }

    /// Takes a version in, or tells why not; `None` if it is there just so.
    pub(super) fn add(
        &mut self,
        one: &ImportedVersion,
        digest: Digest,
    ) -> Result<Option<Step>, ImportRefusal> {
        let subject = &one.subject;
        let content_key = (subject.context().clone(), one.id);
        let bound = self.contents.get(&content_key).copied();
        let is_free = |bound: &Bound| bound.purged && !is_erased(&bound.guid.0);
        if bound.is_some_and(|bound| bound.digest != digest && !is_free(&bound)) {
            return Err(ImportRefusal::IdTaken { subject: subject.clone(), id: one.id });
        }
        let version_key = (subject.clone(), one.version);
        if let Some(standing) = self.versions.get(&version_key) {
            if standing.id == one.id && standing.deleted == one.deleted {
                return Ok(None);
            }
            let Standing { id, deleted } = *standing;
            return Err(ImportRefusal::VersionTaken {
                subject: subject.clone(),
                version: one.version,
                id,
                deleted,
            });
        }
        for (target, version) in &one.targets {
            let standing = self.versions.get(&(target.clone(), *version));
            if standing.is_none_or(|standing| standing.deleted && !one.deleted) {
                return Err(ImportRefusal::TargetGone(target.clone(), *version));
            }
            if self.owned.contains(target) {
                return Err(ImportRefusal::TargetOwned(target.clone()));
            }
        }
        self.versions.insert(version_key, Standing { id: one.id, deleted: one.deleted });
        self.contents.insert(content_key, Bound { digest, guid: one.content.guid, purged: false });
        let former_id = self.current_ids.insert((subject.context().clone(), digest), one.id);
        Ok(Some(Step {
            new_content: bound.is_none_or(|bound| bound.purged),
            rebound: bound.filter(|bound| bound.digest != digest).map(|bound| bound.guid),
            former_id: former_id.filter(|former| *former != one.id),
            new_current_id: former_id != Some(one.id),
        }))
    }
}

fn guid(bytes: Vec<u8>) -> Result<Guid, StoreError> {
    let bytes = bytes.try_into();
    bytes
        .map(Guid)
        .map_err(|_| StoreError::Corrupt { place: "contents.guid", detail: "not 16 bytes".to_owned() })
}

fn digest(bytes: Vec<u8>) -> Result<Digest, StoreError> {
    bytes
        .try_into()
        .map_err(|_| StoreError::Corrupt { place: "contents.digest", detail: "not 32 bytes".to_owned() })
}
