//! `/compatibility`

use serde::Serialize;

use super::App;
use super::call::{Call, Reply};
use super::error::ApiError;
use super::json::FromJson;
use crate::domain::VersionSelector;
use crate::service::SchemaRequest;

#[derive(Serialize)]
struct Checked {
    is_compatible: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    messages: Option<Vec<String>>,
}

pub(super) async fn with_version(app: &App, call: &Call) -> Result<Reply, ApiError> {
    let request = call.entity(SchemaRequest::read)?;
    check(app, call, Some(call.version()?), request).await
}

pub(super) async fn with_all(app: &App, call: &Call) -> Result<Reply, ApiError> {
    check(app, call, None, call.entity(SchemaRequest::read)?).await
}

async fn check(
    app: &App,
    call: &Call,
    version: Option<VersionSelector>,
    request: SchemaRequest,
) -> Result<Reply, ApiError> {
    let (normalize, verbose) = (call.query.flag("normalize"), call.query.flag("verbose"));
    let messages = match app.registry.check_compatibility(&call.subject(), version, &request, normalize).await
    {
        // Who asks for details gets to know a schema that cannot be read as one.
        Err(error) if verbose && error.is_invalid_schema() => vec![call.level.tell(error.into()).message],
        other => other?,
    };
    Ok(Reply::json(&Checked { is_compatible: messages.is_empty(), messages: verbose.then_some(messages) }))
}
