//! `/schemas`

use std::sync::Arc;

use axum::http::StatusCode;
use bytes::Bytes;
use serde::Serialize;

use super::App;
use super::call::{Call, Reply};
use super::entities::{ExtendedSchema, Extras, SchemaString};
use super::error::ApiError;
use super::versions;
use crate::cache::{BodyKey, Ingredients};
use crate::domain::{AssociationType, Lifecycle, SchemaId, Subject};
use crate::service::{ById, SchemaQuery};

pub(super) async fn list(app: &App, call: &Call) -> Result<Reply, ApiError> {
    let query = &call.query;
    let listed = app
        .registry
        .list_schemas(&SchemaQuery {
            subject_prefix: query.text("subjectPrefix").to_owned(),
            aliases: query.flag("aliases"),
            deleted: query.flag("deleted"),
            latest_only: query.flag("latestOnly"),
            rule_type: query.first("ruleType").filter(|text| !text.is_empty()).map(str::to_owned),
            resource_type: query.first("resourceType").filter(|text| !text.is_empty()).map(str::to_owned),
            association_types: query.all("associationType").filter_map(AssociationType::from_name).collect(),
            lifecycles: query.all("lifecycle").map(lifecycle).collect::<Result<_, _>>()?,
            paging: query.paging()?,
        })
        .await?;
    let extras = call.extras();
    let entities: Vec<ExtendedSchema<'_>> =
        listed.iter().map(|one| ExtendedSchema::of(one, &extras)).collect();
    Ok(Reply::json(&entities))
}

/// `NONE` stands for having no association.
fn lifecycle(text: &str) -> Result<Option<Lifecycle>, ApiError> {
    match Lifecycle::from_name(text) {
        None if text == "NONE" => Ok(None),
        None => Err(ApiError::Unconvertible),
        found => Ok(found),
    }
}

/// The subject in the query, which says where an id is to be found.
fn subject(call: &Call) -> Subject {
    Subject::parse(call.query.text("subject"))
}

pub(super) async fn by_id(app: &App, call: &Call) -> Result<Reply, ApiError> {
    if let Some(body) = remembered(app, call).await? {
        return Ok(Reply { status: StatusCode::OK, body: Some(body) });
    }
    let found = app.registry.by_id(call.integer(0)?, &subject(call)).await?;
    let mut extras = extras_of(app, call, &found).await?;
    if call.query.flag("fetchMaxId") {
        extras.max_id = app.registry.max_id(&found.context).await?;
    }
    Ok(Reply::json(&SchemaString::of(&found, &extras, true)))
}

/// Parameters of a read by id that need more than the content and its holders.
const UNUSUAL: [&str; 3] = ["format", "referenceFormat", "findTags"];

/// The body of a plain read by id, which is what every consumer asks for, made once and sent as often as it stays true.
async fn remembered(app: &App, call: &Call) -> Result<Option<Bytes>, ApiError> {
    let (id, subject) = (call.integer(0)?, subject(call));
    let unusual = UNUSUAL.iter().any(|name| call.query.first(name).is_some_and(|value| !value.is_empty()));
    if unusual || call.query.flag("fetchMaxId") {
        return Ok(None);
    }
    let (Some(key), Some((content, holders))) =
        (SchemaId::new(id.into()), app.registry.content_and_holders(id, &subject).await?)
    else {
        return Ok(None);
    };
    let shape = format!("{:?} {}", call.level, subject.name());
    let key = BodyKey { context: subject.context().clone(), id: key, shape };
    let made_of = Ingredients { content, holders: Some(Arc::clone(&holders)), scope: None };
    let made = app.bodies.get(key, made_of, |made_of| {
        let found = ById::of_holders(&subject, &made_of.content, &holders).ok_or(())?;
        Reply::json(&SchemaString::of(&found, &call.extras(), true)).body.ok_or(())
    });
    Ok(made.await.ok())
}

async fn extras_of(app: &App, call: &Call, found: &ById) -> Result<Extras, ApiError> {
    let extras = versions::extras(app, call, &found.home(), &found.content).await?;
    // Unlike a read by version, this one shows the GUID as it is stored.
    Ok(Extras { guid: None, ..extras })
}

pub(super) async fn text_by_id(app: &App, call: &Call) -> Result<Reply, ApiError> {
    let found = app.registry.by_id(call.integer(0)?, &subject(call)).await?;
    let format = call.query.text("format");
    let text = app.registry.formatted_content(&found.home(), &found.content, format).await?;
    Ok(Reply::text(text.unwrap_or_else(|| found.content.text.clone())))
}

pub(super) async fn subjects_of(app: &App, call: &Call) -> Result<Reply, ApiError> {
    let (id, paging, deleted) = (call.integer(0)?, call.query.paging()?, call.query.flag("deleted"));
    let show = |holder: crate::store::Holder| holder.subject.to_string();
    Ok(Reply::json(&app.registry.holders_page(id, &subject(call), deleted, paging, show).await?))
}

#[derive(Serialize)]
struct SubjectVersion {
    subject: String,
    version: i32,
}

pub(super) async fn versions_of(app: &App, call: &Call) -> Result<Reply, ApiError> {
    let (id, paging, deleted) = (call.integer(0)?, call.query.paging()?, call.query.flag("deleted"));
    let show = |holder: crate::store::Holder| SubjectVersion {
        subject: holder.subject.to_string(),
        version: holder.version.get(),
    };
    Ok(Reply::json(&app.registry.holders_page(id, &subject(call), deleted, paging, show).await?))
}

pub(super) async fn by_guid(app: &App, call: &Call) -> Result<Reply, ApiError> {
    let found = app.registry.by_guid(call.text(0)).await?;
    let extras = extras_of(app, call, &found).await?;
    Ok(Reply::json(&SchemaString::of(&found, &extras, false)))
}

#[derive(Serialize)]
struct ContextId {
    context: String,
    id: i32,
}

pub(super) async fn ids_of_guid(app: &App, call: &Call) -> Result<Reply, ApiError> {
    let ids = app.registry.ids_by_guid(call.text(0)).await?;
    let entities: Vec<ContextId> = ids
        .into_iter()
        .map(|(context, id)| ContextId { context: context.as_str().to_owned(), id: id.get() })
        .collect();
    Ok(Reply::json(&entities))
}

pub(super) async fn types(app: &App, _call: &Call) -> Result<Reply, ApiError> {
    Ok(Reply::json(&app.registry.schema_types().collect::<Vec<_>>()))
}
