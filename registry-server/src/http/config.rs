//! `/config`

use super::App;
use super::config_entities::{ConfigEntity, SentConfig};
use super::error::ApiError;
use super::level::Level;
use super::operation::{AnyOperation, Definition, Operation, RequestInfo, ResponseBody};
use super::parameters::{DEFAULT_TO_GLOBAL, SUBJECT_OR_CONTEXT, parameters};
use super::response::ApiResponse;
use crate::domain::{Config, Context, Subject};
use crate::security::{Needs, Permission};
use crate::service::{ConfigUpdate, RegistryError};

pub(super) static OPERATIONS: &[AnyOperation] = &[
    AnyOperation::of::<GetGlobalConfig>(),
    AnyOperation::of::<UpdateGlobalConfig>(),
    AnyOperation::of::<DeleteGlobalConfig>(),
    AnyOperation::of::<GetConfig>(),
    AnyOperation::of::<UpdateConfig>(),
    AnyOperation::of::<DeleteConfig>(),
];

parameters! {
    struct GetGlobalConfig {
        default_to_global: bool = DEFAULT_TO_GLOBAL,
    }
}

impl Operation for GetGlobalConfig {
    const DEFINITION: Definition = Definition::get(
        "/config",
        "getTopLevelConfig",
        Needs::Global(Permission::GlobalCompatibilityRead),
        ResponseBody::One("Config"),
        "The global config.",
    );
    type Body = ();

    async fn handle(self, app: &App, _: &RequestInfo, (): ()) -> Result<ApiResponse, ApiError> {
        let config = app.registry.config(&global(), self.default_to_global).await?;
        Ok(config_response(&config, false))
    }
}

parameters! {
    struct UpdateGlobalConfig {}
}

impl Operation for UpdateGlobalConfig {
    const DEFINITION: Definition = Definition::put(
        "/config",
        "updateTopLevelConfig",
        Needs::Global(Permission::GlobalCompatibilityWrite),
        ResponseBody::One("ConfigUpdateRequest"),
        "Changes the global config.",
    );
    type Body = ConfigUpdate;

    async fn handle(
        self,
        app: &App,
        request: &RequestInfo,
        update: ConfigUpdate,
    ) -> Result<ApiResponse, ApiError> {
        change(app, request, &global(), &update).await
    }
}

parameters! {
    struct DeleteGlobalConfig {}
}

impl Operation for DeleteGlobalConfig {
    const DEFINITION: Definition = Definition::delete(
        "/config",
        "deleteTopLevelConfig",
        Needs::Global(Permission::GlobalCompatibilityWrite),
        ResponseBody::One("Config"),
        "Removes the global config.",
    );
    type Body = ();

    async fn handle(self, app: &App, request: &RequestInfo, (): ()) -> Result<ApiResponse, ApiError> {
        let config = app.registry.delete_config(&global(), &request.actor).await?;
        Ok(config_response(&config, false))
    }
}

parameters! {
    struct GetConfig {
        subject: Subject = SUBJECT_OR_CONTEXT,
        default_to_global: bool = DEFAULT_TO_GLOBAL,
    }
}

impl Operation for GetConfig {
    const DEFINITION: Definition = Definition::get(
        "/config/{subject}",
        "getSubjectLevelConfig",
        Needs::COMPATIBILITY_READ,
        ResponseBody::One("Config"),
        "The config of a subject or context.",
    );
    type Body = ();

    async fn handle(self, app: &App, request: &RequestInfo, (): ()) -> Result<ApiResponse, ApiError> {
        let Self { subject, default_to_global } = self;
        let is_global = subject.is_context() && subject.context().is_default();
        if request.level == Level::Seven && !default_to_global && is_global {
            return Err(RegistryError::NoSubjectConfig(subject).into());
        }
        Ok(config_response(&app.registry.config(&subject, default_to_global).await?, false))
    }
}

parameters! {
    struct UpdateConfig {
        subject: Subject = SUBJECT_OR_CONTEXT,
    }
}

impl Operation for UpdateConfig {
    const DEFINITION: Definition = Definition::put(
        "/config/{subject}",
        "updateSubjectLevelConfig",
        Needs::COMPATIBILITY_WRITE,
        ResponseBody::One("ConfigUpdateRequest"),
        "Changes the config of a subject or context.",
    );
    type Body = ConfigUpdate;

    async fn handle(
        self,
        app: &App,
        request: &RequestInfo,
        update: ConfigUpdate,
    ) -> Result<ApiResponse, ApiError> {
        change(app, request, &self.subject, &update).await
    }
}

parameters! {
    struct DeleteConfig {
        subject: Subject = SUBJECT_OR_CONTEXT,
    }
}

impl Operation for DeleteConfig {
    const DEFINITION: Definition = Definition::delete(
        "/config/{subject}",
        "deleteSubjectConfig",
        Needs::COMPATIBILITY_WRITE,
        ResponseBody::One("Config"),
        "Removes the config of a subject or context.",
    );
    type Body = ();

    async fn handle(self, app: &App, request: &RequestInfo, (): ()) -> Result<ApiResponse, ApiError> {
        let config = app.registry.delete_config(&self.subject, &request.actor).await?;
        Ok(config_response(&config, false))
    }
}

/// The subject that the global settings are stored under: the default context.
pub(super) fn global() -> Subject {
    Subject::of_context(Context::default_context())
}

async fn change(
    app: &App,
    request: &RequestInfo,
    subject: &Subject,
    update: &ConfigUpdate,
) -> Result<ApiResponse, ApiError> {
    let config = app.registry.update_config(subject, update, &request.actor).await?;
    Ok(match request.level {
        Level::Eight => config_response(&config, true),
        Level::Seven => ApiResponse::json(&SentConfig(update)),
    })
}

fn config_response(config: &Config, updated: bool) -> ApiResponse {
    ApiResponse::json(&ConfigEntity { config, updated })
}
