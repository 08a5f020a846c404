//! Config and mode.

use async_trait::async_trait;
use serde_json::Value as Json;

use super::log::{Entry, append};
use super::{Stamp, is_current, touch, written_or_conflict};
use crate::domain::{Config, Mode, Subject};
use crate::store::sql::call::{Answer, FunctionCall, OneCall, arguments};
use crate::store::sql::database::Writer;
use crate::store::sql::encode::{CONFIG_METADATA, corrupt, sealed};
use crate::store::sql::locks::LockSet;
use crate::store::sql::operation::{Operation, Verdict};
use crate::store::sql::param::params;
use crate::store::{ChangeKind, Put, StoreError, Token, Touched};

/// A value to store, or to remove if it is `None`.
pub(in crate::store::sql) enum Value<'a> {
    Config(Option<&'a Config>),
    Mode(Option<Mode>),
}

impl Value<'_> {
    /// The kind of its change; the name of that is the column's as well.
    fn kind(&self) -> ChangeKind {
        match self {
            Self::Config(_) => ChangeKind::Config,
            Self::Mode(_) => ChangeKind::Mode,
        }
    }

    /// The text to store.
    fn stored(&self, stamp: Stamp<'_>) -> Result<Option<String>, StoreError> {
        let seal = |config: &Config| sealed(config, |value| stamp.cipher.seal_in(value, &CONFIG_METADATA));
        match self {
            Self::Config(config) => config.map(seal).transpose(),
            Self::Mode(mode) => Ok(mode.map(|mode| mode.as_str().to_owned())),
        }
    }

    /// The config's alias; an empty one is none.
    fn alias(&self) -> Option<&str> {
        match self {
            Self::Config(config) => {
                config.and_then(|config| config.alias.as_deref()).filter(|alias| !alias.is_empty())
            }
            Self::Mode(_) => None,
        }
    }
}

/// Stores one setting.
pub(in crate::store::sql) struct PutSetting<'a> {
    pub(in crate::store::sql) expected: &'a Token,
    pub(in crate::store::sql) subject: &'a Subject,
    pub(in crate::store::sql) value: Value<'a>,
    pub(in crate::store::sql) stamp: Stamp<'a>,
}

#[async_trait]
impl Operation for PutSetting<'_> {
    type Outcome = Put;

    fn locks(&self) -> LockSet {
        settings_locks(self.subject)
    }

    async fn run(&self, tx: &mut Writer) -> Result<Verdict<Put>, StoreError> {
        if !is_current(tx, self.subject, self.expected).await? {
            return Ok(Verdict::Abandon(Put::Conflict));
        }
        store(tx, self.stamp, self.subject, &self.value).await?;
        Ok(Verdict::Commit(Put::Written))
    }
}

impl OneCall for PutSetting<'_> {
    fn call(&self) -> Result<FunctionCall, StoreError> {
        let Self { expected, subject, value, stamp } = self;
        let kind = value.kind();
        let stored = value.stored(*stamp)?;
        let mut arguments = arguments![
            *expected,
            subject.context(),
            subject.name(),
            kind.as_str(),
            stored.as_deref(),
            value.alias(),
        ];
        arguments.extend(stamp.arguments());
        let touches = Touched { kind, subject: (*subject).clone(), id: None, guid: None };
        Ok(FunctionCall { function: "put_setting", arguments, touches, finds_itself: false })
    }

    fn outcome(&self, answer: Answer) -> Result<Put, StoreError> {
        written_or_conflict(&answer)
    }
}

/// The locks of a change of settings: those of a subject's leave other subjects alone, those of a context's hold off
/// every write that they are in scope of.
pub(super) fn settings_locks(subject: &Subject) -> LockSet {
    if subject.is_context() {
        LockSet::in_context(subject.context()).context(subject.context())
    } else {
        LockSet::to_write(subject)
    }
}

/// Stores one setting under locks that are held.
pub(super) async fn store(
    tx: &mut Writer,
    stamp: Stamp<'_>,
    subject: &Subject,
    value: &Value<'_>,
) -> Result<(), StoreError> {
    let key = params![subject.context(), subject.name()];
    let kind = value.kind();
    let column = kind.as_str();
    let stored = value.stored(stamp)?;
    let sql = format!("SELECT {column} FROM settings WHERE context = $1 AND subject = $2");
    let before = tx.fetch_first(&sql, &key).await?.map(|row| row.opt_text(0)).transpose()?.flatten();
    let entry = Entry::of(
        kind,
        subject,
        before.as_deref().map(|text| logged(kind, text)).transpose()?,
        stored.as_deref().map(|text| logged(kind, text)).transpose()?,
    );
    let revision = append(tx, stamp, &[entry]).await?;
    let (columns, update) = match value {
        Value::Config(_) => ("config, alias", "config = excluded.config, alias = excluded.alias"),
        Value::Mode(_) => ("mode", "mode = excluded.mode"),
    };
    let mut values = params![subject.context(), subject.name(), revision, stored].to_vec();
    if matches!(value, Value::Config(_)) {
        values.push(value.alias().map(str::to_owned).into());
    }
    let numbers = if values.len() == 5 { "$4, $5" } else { "$4" };
    let sql = format!(
        "INSERT INTO settings (context, subject, revision, {columns}) VALUES ($1, $2, $3, {numbers}) \
         ON CONFLICT (context, subject) DO UPDATE SET revision = excluded.revision, {update}"
    );
    tx.execute(&sql, &values).await?;
    if !subject.is_context() {
        touch(tx, subject, revision).await?;
    }
    Ok(())
}

/// A stored config or mode as it stands in the log.
pub(super) fn logged(kind: ChangeKind, text: &str) -> Result<Json, StoreError> {
    match kind {
        ChangeKind::Config => serde_json::from_str(text).map_err(|error| corrupt("settings.config", &error)),
        _ => Ok(Json::from(text)),
    }
}
