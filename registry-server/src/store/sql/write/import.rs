//! The switch to IMPORT.

use async_trait::async_trait;

use super::purge::{VersionSelection, purge};
use super::setting::{Value, settings_locks, store};
use super::{Stamp, is_current, touch};
use crate::domain::{Mode, Subject};
use crate::store::sql::call::{Answer, FunctionCall, OneCall, arguments};
use crate::store::sql::database::Writer;
use crate::store::sql::locks::LockSet;
use crate::store::sql::operation::{Operation, Verdict};
use crate::store::{ChangeKind, ImportScope, ImportSwitch, StoreError, Token, Touched};

/// Sets IMPORT on a scope without versions that are not deleted and removes the others.
pub(in crate::store::sql) struct EnterImport<'a> {
    pub(in crate::store::sql) expected: &'a Token,
    pub(in crate::store::sql) subject: &'a Subject,
    pub(in crate::store::sql) scope: &'a ImportScope,
    pub(in crate::store::sql) stamp: Stamp<'a>,
}

#[async_trait]
impl Operation for EnterImport<'_> {
    type Outcome = ImportSwitch;

    fn locks(&self) -> LockSet {
        let locks = settings_locks(self.subject);
        match self.scope {
            ImportScope::Registry => locks.registry(),
            ImportScope::Context(context) => locks.context(context),
            ImportScope::Subject(subject) => locks.subject(subject),
        }
    }

    async fn run(&self, tx: &mut Writer) -> Result<Verdict<ImportSwitch>, StoreError> {
        if !is_current(tx, self.subject, self.expected).await? {
            return Ok(Verdict::Abandon(ImportSwitch::Conflict));
        }
        let selection = match self.scope {
            ImportScope::Registry => VersionSelection::everything(),
            ImportScope::Context(context) => VersionSelection::context(context),
            ImportScope::Subject(subject) => VersionSelection::subject(subject),
        };
        if selection.has_active(tx).await? {
            return Ok(Verdict::Abandon(ImportSwitch::Occupied));
        }
        if let Some((subject, version)) = selection.first_referenced(tx).await? {
            return Ok(Verdict::Abandon(ImportSwitch::Referenced(subject, version)));
        }
        if let Some((removed, revision)) = purge(tx, self.stamp, &selection).await? {
            // Unlike a removal that was asked for, this leaves config and mode of the subjects alone.
            let mut subjects: Vec<&Subject> = removed.iter().map(|version| &version.subject).collect();
            subjects.dedup();
            for subject in subjects {
                touch(tx, subject, revision).await?;
            }
        }
        store(tx, self.stamp, self.subject, &Value::Mode(Some(Mode::Import))).await?;
        Ok(Verdict::Commit(ImportSwitch::Switched))
    }
}

impl OneCall for EnterImport<'_> {
    fn call(&self) -> Result<FunctionCall, StoreError> {
        let Self { expected, subject, scope, stamp } = self;
        let (context, name) = match scope {
            ImportScope::Registry => (None, None),
            ImportScope::Context(context) => (Some(context.as_str()), None),
            ImportScope::Subject(subject) => (Some(subject.context().as_str()), Some(subject.name())),
        };
        let mut arguments = arguments![*expected, subject.context(), subject.name(), context, name];
        arguments.extend(stamp.arguments());
        let touches = Touched { kind: ChangeKind::Mode, subject: (*subject).clone(), id: None, guid: None };
        Ok(FunctionCall { function: "enter_import", arguments, touches, finds_itself: false })
    }

    fn outcome(&self, answer: Answer) -> Result<ImportSwitch, StoreError> {
        match answer.outcome.as_str() {
            "switched" => Ok(ImportSwitch::Switched),
            "conflict" => Ok(ImportSwitch::Conflict),
            "occupied" => Ok(ImportSwitch::Occupied),
            "referenced" => {
                let (subject, version) = answer.version_in_the_way(self.subject)?;
                Ok(ImportSwitch::Referenced(subject, version))
            }
            _ => Err(answer.unknown()),
        }
    }
}
