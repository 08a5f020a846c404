//! `/subjects`

use std::collections::BTreeMap;

use super::App;
use super::call::{Call, Reply};
use super::entities::{Extras, Schema};
use super::error::ApiError;
use super::json::FromJson;
use crate::service::{Found, SchemaRequest};
use crate::store::Visibility;

pub(super) async fn list(app: &App, call: &Call) -> Result<Reply, ApiError> {
    let visibility = match (call.query.flag("deletedOnly"), call.query.flag("deleted")) {
        (true, _) => Visibility::DeletedOnly,
        (false, true) => Visibility::All,
        (false, false) => Visibility::Active,
    };
    let prefix = call.query.first("subjectPrefix").unwrap_or(":*:");
    let paging = call.query.paging()?;
    Ok(Reply::json(&app.registry.subjects(prefix, visibility, paging).await?))
}

pub(super) async fn lookup(app: &App, call: &Call) -> Result<Reply, ApiError> {
    let request = call.entity(SchemaRequest::read)?;
    let (normalize, deleted) = (call.query.flag("normalize"), call.query.flag("deleted"));
    let found = app.registry.lookup(&call.subject(), &request, normalize, deleted).await?;
    show(app, call, &found).await
}

pub(super) async fn delete(app: &App, call: &Call) -> Result<Reply, ApiError> {
    let permanent = call.query.flag("permanent");
    Ok(Reply::json(&app.registry.delete_subject(&call.subject(), permanent, &call.actor).await?))
}

pub(super) async fn with_metadata(app: &App, call: &Call) -> Result<Reply, ApiError> {
    let keys = call.query.all("key").map(str::to_owned);
    let values = call.query.all("value").map(str::to_owned);
    let pairs: BTreeMap<String, String> = keys.zip(values).collect();
    let deleted = call.query.flag("deleted");
    let found = app.registry.version_with_metadata(&call.subject(), &pairs, deleted).await?;
    show(app, call, &found).await
}

/// A version in the format that was asked for.
async fn show(app: &App, call: &Call, found: &Found) -> Result<Reply, ApiError> {
    let text = app.registry.formatted(found, call.query.text("format")).await?;
    Ok(Reply::json(&Schema::of(found, &Extras { text, ..call.extras() })))
}
