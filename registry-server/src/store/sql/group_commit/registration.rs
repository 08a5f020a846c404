//! A registration of the version that comes next, with all that it needs to be sent together with others.

use std::time::Instant;

use serde_json::{Value, json};

use crate::domain::{SchemaId, Subject, Version};
use crate::store::sql::call::{Argument, Call, LoggedChange, arguments, subjects};
use crate::store::sql::cipher::Cipher;
use crate::store::sql::database::Writer;
use crate::store::sql::encode::ContentColumns;
use crate::store::sql::locks::LockSet;
use crate::store::sql::param::{Param, params};
use crate::store::sql::sqlite::REGISTRATION_COLUMNS;
use crate::store::sql::write::{InsertVersion, Stamp, finds_itself, locks_of};
use crate::store::{
    ChangeKind, Insertion, KeptRegistration, NewVersion, Registered, StoreError, Token, Touched,
};

/// A registration of the version that comes next.
#[derive(Debug)]
pub(in crate::store::sql) struct Registration {
    pub(in crate::store::sql) expected: Token,
    pub(in crate::store::sql) new: NewVersion,
    pub(in crate::store::sql) columns: ContentColumns,
    pub(in crate::store::sql) version: Version,
    pub(in crate::store::sql) now: i64,
    pub(in crate::store::sql) actor: Option<String>,
    /// When it was asked for.
    pub(in crate::store::sql) asked: Instant,
}

impl Registration {
    pub(super) fn locks(&self) -> LockSet {
        locks_of(&self.new)
    }

    /// The change that it makes, as far as that is known without its answer.
    pub(super) fn touches(&self) -> Touched {
        let (subject, guid) = (self.new.subject.clone(), Some(self.new.content.guid));
        Touched { kind: ChangeKind::Register, subject, id: None, guid }
    }

    /// Whether a conflict after a lost answer may be told as a conflict.
    pub(super) fn finds_itself(&self) -> bool {
        finds_itself(&self.new)
    }

    /// The version that came of it, if it was inserted, by what its transaction wrote to the change log.
    pub(super) fn as_registered(
        &self,
        outcome: &Result<Insertion, StoreError>,
        changes: &[LoggedChange],
    ) -> Option<Registered<'_>> {
        let Ok(Insertion::Inserted { id, version, ts }) = *outcome else { return None };
        let own = changes.iter().filter(|change| change.touched.subject == self.new.subject);
        let revision = own.map(|change| change.row.seq).max()?;
        Some(Registered { expected: &self.expected, new: &self.new, version, id, ts, revision })
    }

    /// The same as a write of its own.
    pub(super) fn by_steps<'a>(&'a self, cipher: &'a Cipher) -> InsertVersion<'a> {
        let stamp = Stamp { now: self.now, actor: self.actor.as_deref(), cipher };
        let (new, asked) = (&self.new, Some(self.asked));
        InsertVersion { expected: &self.expected, new, columns: &self.columns, stamp, asked }
    }

    /// The values of its columns for the statement of SQLite.
    pub(super) fn values(&self) -> [Param; REGISTRATION_COLUMNS] {
        let Self { expected, new, columns, version, now, actor, .. } = self;
        let NewVersion { subject, content, targets, deleted_targets, .. } = new;
        let [own, context, default_context, global] = expected.revisions();
        let target = |(target, version): &(Subject, Version)| {
            json!([target.context().as_str(), target.name(), version.get()])
        };
        let targets = (!targets.is_empty()).then(|| Value::from_iter(targets.iter().map(target)).to_string());
        params![
            subject.context(),
            subject.name(),
            *version,
            own,
            context,
            default_context,
            global,
            *now,
            actor.clone(),
            content.guid.0.as_slice(),
            columns.digest.as_slice(),
            content.schema_type.as_str(),
            content.text.as_str(),
            columns.references.clone(),
            columns.metadata.clone(),
            columns.rule_set.clone(),
            Value::from(content.guid.to_string()).to_string(),
            targets,
            *deleted_targets,
        ]
    }

    /// Notes in its transaction that it was carried out. Gives the outcome.
    pub(super) fn note(&self, tx: &mut Writer, id: SchemaId, revision: i64) -> Insertion {
        let (version, ts) = (self.version, self.now);
        tx.touch(Touched { id: Some(id), ..self.touches() });
        let (expected, new) = (self.expected.clone(), self.new.clone());
        tx.register(KeptRegistration { expected, new, version, id, ts, revision });
        Insertion::Inserted { id, version, ts }
    }

    /// Roughly what it takes on the wire.
    pub(super) fn bytes(&self) -> usize {
        let columns = [&self.columns.references, &self.columns.metadata, &self.columns.rule_set];
        let columns: usize = columns.into_iter().flatten().map(String::len).sum();
        self.new.content.text.len() + self.new.subject.name().len() + columns
    }

    /// Refuses what a database cannot hold, before others are asked to share a call with it.
    pub(super) fn check_storable(&self) -> Result<(), StoreError> {
        let Self { new, columns, actor, .. } = self;
        let subjects = std::iter::once(&new.subject).chain(new.targets.iter().map(|(target, _)| target));
        let names = subjects.flat_map(|subject| [subject.context().as_str(), subject.name()]);
        let columns = [&columns.references, &columns.metadata, &columns.rule_set, actor];
        let texts = columns.into_iter().flatten().map(String::as_str).chain([new.content.text.as_str()]);
        if names.chain(texts).any(|text| text.contains('\0')) {
            return Err(StoreError::Unstorable { what: "a name or text" });
        }
        Ok(())
    }
}

/// The call with these arguments.
pub(super) fn call(arguments: &[Argument]) -> Call<'_> {
    Call { function: "write_versions", arguments }
}

/// The arguments of one call for all of these.
pub(super) fn arguments(registrations: &[Registration]) -> Vec<Argument> {
    let all = || registrations.iter();
    let contents = || all().map(|one| &one.new.content);
    let targets = || all().flat_map(|one| &one.new.targets);
    let [of_contexts, of_subjects] = subjects(all().map(|one| &one.new.subject));
    let [target_contexts, target_subjects] = subjects(targets().map(|(subject, _)| subject));
    let texts = |texts: &mut dyn Iterator<Item = &str>| -> Vec<String> { texts.map(str::to_owned).collect() };
    let number = |version: Version| i64::from(version.get());
    let target_counts = all().map(|one| i64::try_from(one.new.targets.len()).unwrap_or(i64::MAX));
    let mut arguments: Vec<Argument> =
        arguments![all().flat_map(|one| one.expected.revisions()).collect::<Vec<i64>>()];
    arguments.extend([of_contexts, of_subjects]);
    arguments.extend(arguments![
        all().map(|one| number(one.version)).collect::<Vec<i64>>(),
        contents().map(|content| content.guid.0.to_vec()).collect::<Vec<_>>(),
        all().map(|one| one.columns.digest.to_vec()).collect::<Vec<_>>(),
        texts(&mut contents().map(|content| content.schema_type.as_str())),
        texts(&mut contents().map(|content| content.text.as_str())),
        all().map(|one| one.columns.references.clone()).collect::<Vec<_>>(),
        all().map(|one| one.columns.metadata.clone()).collect::<Vec<_>>(),
        all().map(|one| one.columns.rule_set.clone()).collect::<Vec<_>>(),
        target_counts.collect::<Vec<i64>>(),
    ]);
    arguments.extend([target_contexts, target_subjects]);
    arguments.extend(arguments![targets().map(|(_, version)| number(*version)).collect::<Vec<i64>>(),]);
    arguments.push(Argument::Flags(all().map(|one| one.new.deleted_targets).collect()));
    arguments.extend(arguments![
        all().map(|one| one.now).collect::<Vec<i64>>(),
        all().map(|one| one.actor.clone()).collect::<Vec<_>>(),
    ]);
    arguments
}
