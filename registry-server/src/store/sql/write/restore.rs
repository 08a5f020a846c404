//! Taking a soft deletion back.

use async_trait::async_trait;

use super::current::point_to_written;
use super::log::{Entry, append};
use super::{Stamp, is_current, touch};
use crate::domain::{Subject, Version};
use crate::store::sql::call::{self, Answer, FunctionCall, OneCall, arguments};
use crate::store::sql::database::Writer;
use crate::store::sql::locks::LockSet;
use crate::store::sql::operation::{Operation, Verdict};
use crate::store::sql::param::params;
use crate::store::{ChangeKind, Restoral, StoreError, Token, Touched};

/// Restores a soft-deleted version.
pub(in crate::store::sql) struct RestoreVersion<'a> {
    pub(in crate::store::sql) expected: &'a Token,
    pub(in crate::store::sql) subject: &'a Subject,
    pub(in crate::store::sql) version: Version,
    pub(in crate::store::sql) targets: &'a [(Subject, Version)],
    pub(in crate::store::sql) stamp: Stamp<'a>,
}

#[async_trait]
impl Operation for RestoreVersion<'_> {
    type Outcome = Restoral;

    fn locks(&self) -> LockSet {
        self.targets
            .iter()
            .fold(LockSet::to_write(self.subject), |locks, (target, _)| locks.referenced(target))
    }

    async fn run(&self, tx: &mut Writer) -> Result<Verdict<Restoral>, StoreError> {
        if !is_current(tx, self.subject, self.expected).await? {
            return Ok(Verdict::Abandon(Restoral::Conflict));
        }
        let key = params![self.subject.context(), self.subject.name(), self.version];
        let sql =
            "SELECT id FROM versions WHERE context = $1 AND subject = $2 AND version = $3 AND deleted = 1";
        let Some(row) = tx.fetch_first(sql, &key).await? else {
            return Ok(Verdict::Abandon(Restoral::Conflict));
        };
        for (target, version) in self.targets {
            let sql = "SELECT id FROM versions WHERE context = $1 AND subject = $2 AND version = $3 AND deleted = 0";
            if tx.fetch_first(sql, &params![target.context(), target.name(), *version]).await?.is_none() {
                return Ok(Verdict::Abandon(Restoral::TargetDeleted(target.clone(), *version)));
            }
        }
        let entry = Entry {
            version: Some(self.version),
            id: Some(row.id(0)?),
            ..Entry::of(ChangeKind::Restore, self.subject, Some(true.into()), Some(false.into()))
        };
        let selection = "context = $1 AND subject = $2 AND version = $3";
        point_to_written(tx, self.stamp, self.subject, (selection, &key)).await?;
        let revision = append(tx, self.stamp, &[entry]).await?;
        let sql = "UPDATE versions SET deleted = 0, ts = $4, written = $5 \
            WHERE context = $1 AND subject = $2 AND version = $3";
        let [context, subject, version] = key;
        tx.execute(sql, &[context, subject, version, self.stamp.now.into(), revision.into()]).await?;
        touch(tx, self.subject, revision).await?;
        Ok(Verdict::Commit(Restoral::Restored))
    }
}

impl OneCall for RestoreVersion<'_> {
    fn call(&self) -> Result<FunctionCall, StoreError> {
        let Self { expected, subject, version, targets, stamp } = self;
        let mut arguments = arguments![*expected, subject.context(), subject.name(), *version];
        arguments.extend(call::versions(targets));
        arguments.extend(stamp.arguments());
        let touches =
            Touched { kind: ChangeKind::Restore, subject: (*subject).clone(), id: None, guid: None };
        Ok(FunctionCall { function: "restore_version", arguments, touches, finds_itself: false })
    }

    fn outcome(&self, answer: Answer) -> Result<Restoral, StoreError> {
        match answer.outcome.as_str() {
            "restored" => Ok(Restoral::Restored),
            "conflict" => Ok(Restoral::Conflict),
            "target-deleted" => {
                let (subject, version) = answer.version_in_the_way(self.subject)?;
                Ok(Restoral::TargetDeleted(subject, version))
            }
            _ => Err(answer.unknown()),
        }
    }
}
