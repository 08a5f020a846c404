//! `/changes`: the change log, for those who audit. An extension; the original has none.

use serde::Serialize;
use serde_json::Value;

use super::App;
use super::error::ApiError;
use super::operation::{AnyOperation, Definition, Operation, RequestInfo, ResponseBody};
use super::parameters::{Parameter, Values, parameters};
use super::response::ApiResponse;
use crate::domain::Subject;
use crate::security::{Needs, Permission};
use crate::service::RegistryError;
use crate::store::{Change, ChangeKind, ChangeQuery};

/// The rows of one answer, where the request does not say how many.
const SOME: i32 = 100;

/// The most rows of one answer.
const MOST: u32 = 1000;

pub(super) static OPERATIONS: &[AnyOperation] = &[AnyOperation::of::<ListChanges>()];

parameters! {
    struct ListChanges {
        after: Option<i64> = moment("after", "The number of a change; those behind it are listed."),
        limit: i32 = Parameter::number("limit", SOME, Some(1), "How many to give at most; 1,000 is the highest."),
        subject: Option<String> = Parameter::optional_text("subject", "The subject that was changed."),
        kind: Option<String> = Parameter::optional_text("kind", "What was done, such as register, delete or config."),
        since: Option<i64> = moment("since", "The earliest time, in milliseconds since 1970."),
        until: Option<i64> = moment("until", "A time that is later, in milliseconds since 1970."),
    }
}

/// A 64-bit integer in the query, or nothing.
const fn moment(name: &'static str, description: &'static str) -> Parameter<Option<i64>> {
    Parameter::new(Parameter::text(name, description).declarations[0], |[values]| whole(values))
}

fn whole(values: Values<'_>) -> Result<Option<i64>, ApiError> {
    let Some(text) = values.not_empty() else { return Ok(None) };
    let number =
        text.parse().map_err(|_| RegistryError::BadRequest(format!("'{text}' is not a whole number")))?;
    Ok(Some(number))
}

/// A page of the log.
#[derive(Debug, Serialize)]
struct ChangePage {
    changes: Vec<ChangeEntity>,
    /// What to ask for next with `after`: the last change of the page, or what was asked for where there is none.
    next: i64,
}

/// A row of the log, as the command tells it too.
#[derive(Debug, Serialize)]
struct ChangeEntity {
    change: i64,
    ts: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<String>,
    kind: &'static str,
    subject: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<Value>,
}

impl From<Change> for ChangeEntity {
    fn from(change: Change) -> Self {
        Self {
            change: change.seq,
            ts: change.ts,
            actor: change.actor,
            kind: change.kind.as_str(),
            subject: Subject::new(change.context, &change.subject).to_string(),
            version: change.version.map(crate::domain::Version::get),
            id: change.id.map(crate::domain::SchemaId::get),
            before: change.before,
            after: change.after,
        }
    }
}

impl Operation for ListChanges {
    const DEFINITION: Definition = Definition::get(
        "/changes",
        "listChanges",
        Needs::Global(Permission::ChangesRead),
        ResponseBody::One("ChangePage"),
        "Lists what was changed, when and by whom. Not part of the original.",
    )
    .of_the_moment();
    type Body = ();

    async fn handle(self, app: &App, _: &RequestInfo, (): ()) -> Result<ApiResponse, ApiError> {
        let kind = self.kind.as_deref().map(known_kind).transpose()?;
        let query = ChangeQuery {
            after: self.after.unwrap_or_default(),
            limit: u32::try_from(self.limit).unwrap_or_default().clamp(1, MOST),
            subject: self.subject.as_deref().map(Subject::parse),
            kind,
            since: self.since,
            until: self.until,
        };
        let changes: Vec<ChangeEntity> =
            app.registry.changes(&query).await?.into_iter().map(ChangeEntity::from).collect();
        let next = changes.last().map_or(query.after, |last| last.change);
        Ok(ApiResponse::json(&ChangePage { changes, next }))
    }
}

fn known_kind(name: &str) -> Result<ChangeKind, RegistryError> {
    ChangeKind::from_name(name).ok_or_else(|| {
        let names: Vec<&str> = ChangeKind::ALL.iter().map(|kind| kind.as_str()).collect();
        RegistryError::BadRequest(format!("'{name}' is no kind of change; there are {}", names.join(", ")))
    })
}
