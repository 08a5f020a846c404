//! `/config`

use super::App;
use super::call::{Call, Reply};
use super::entities::{ConfigEntity, SentConfig};
use super::error::ApiError;
use super::json::FromJson;
use super::level::Level;
use crate::domain::{Config, Subject};
use crate::service::{ConfigUpdate, RegistryError};

/// Reads the config of the subject in the path, of the default context when there is none in it.
pub(super) async fn get(app: &App, call: &Call) -> Result<Reply, ApiError> {
    let in_scope = call.query.flag("defaultToGlobal");
    if call.level == Level::Seven && !call.path.is_empty() && !in_scope && is_global(&call.subject()) {
        return Err(RegistryError::NoSubjectConfig(call.subject()).into());
    }
    Ok(shown(&app.registry.config(&call.subject(), in_scope).await?, false))
}

pub(super) async fn update(app: &App, call: &Call) -> Result<Reply, ApiError> {
    let update = call.entity(ConfigUpdate::read)?;
    let config = app.registry.update_config(&call.subject(), &update, &call.actor).await?;
    Ok(match call.level {
        Level::Eight => shown(&config, true),
        Level::Seven => Reply::json(&SentConfig(&update)),
    })
}

pub(super) async fn delete(app: &App, call: &Call) -> Result<Reply, ApiError> {
    Ok(shown(&app.registry.delete_config(&call.subject(), &call.actor).await?, false))
}

fn shown(config: &Config, updated: bool) -> Reply {
    Reply::json(&ConfigEntity { config, updated })
}

fn is_global(subject: &Subject) -> bool {
    subject.is_context() && subject.context().is_default()
}
