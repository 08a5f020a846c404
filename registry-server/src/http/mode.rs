//! `/mode`

use serde::Serialize;

use super::App;
use super::call::{Call, Reply};
use super::error::ApiError;
use super::json::FromJson;
use super::requests::ModeRequest;
use crate::service::RegistryError;

#[derive(Serialize)]
struct ModeEntity<'a> {
    mode: Option<&'a str>,
}

/// Reads the mode of the subject in the path, of the default context when there is none in it.
pub(super) async fn get(app: &App, call: &Call) -> Result<Reply, ApiError> {
    let mode = app.registry.mode(&call.subject(), call.query.flag("defaultToGlobal")).await?;
    Ok(Reply::json(&ModeEntity { mode: Some(mode.as_str()) }))
}

pub(super) async fn update(app: &App, call: &Call) -> Result<Reply, ApiError> {
    let request = call.entity(ModeRequest::read)?;
    let mode = request.mode.ok_or(RegistryError::InvalidMode)?;
    if mode.is_none() && !call.level.clears_modes() {
        return Err(RegistryError::InvalidMode.into());
    }
    let force = call.query.flag("force");
    app.registry.set_mode(&call.subject(), mode.as_deref(), force, &call.actor).await?;
    Ok(Reply::json(&ModeEntity { mode: mode.as_deref() }))
}

pub(super) async fn delete(app: &App, call: &Call) -> Result<Reply, ApiError> {
    let recursive = call.query.flag("recursive");
    let old = app.registry.delete_mode(&call.subject(), recursive, &call.actor).await?;
    Ok(match old {
        Some(mode) => Reply::json(&ModeEntity { mode: Some(mode.as_str()) }),
        None => Reply::json(&serde_json::Map::new()),
    })
}
