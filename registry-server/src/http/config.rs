//! `/config`

use super::App;
use super::call::{Call, Reply};
use super::entities::ConfigEntity;
use super::error::ApiError;
use super::json::Shape;
use crate::domain::Config;
use crate::service::ConfigUpdate;

/// Reads the config of the subject in the path, of the default context when there is none in it.
pub(super) async fn get(app: &App, call: &Call) -> Result<Reply, ApiError> {
    let in_scope = call.query.flag("defaultToGlobal");
    Ok(shown(&app.registry.config(&call.subject(), in_scope).await?, false))
}

pub(super) async fn update(app: &App, call: &Call) -> Result<Reply, ApiError> {
    let update = call.entity(ConfigUpdate::read)?;
    Ok(shown(&app.registry.update_config(&call.subject(), &update, &call.actor).await?, true))
}

pub(super) async fn delete(app: &App, call: &Call) -> Result<Reply, ApiError> {
    Ok(shown(&app.registry.delete_config(&call.subject(), &call.actor).await?, false))
}

fn shown(config: &Config, updated: bool) -> Reply {
    Reply::json(&ConfigEntity { config, updated })
}
