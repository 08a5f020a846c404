//! `/mode`

use serde::Serialize;

use super::App;
use super::config::global;
use super::error::ApiError;
use super::operation::{AnyOperation, Definition, Operation, RequestInfo, ResponseBody};
use super::parameters::{DEFAULT_TO_GLOBAL, Parameter, SUBJECT_OR_CONTEXT, parameters};
use super::requests::ModeRequest;
use super::response::ApiResponse;
use crate::domain::{Mode, Subject};
use crate::security::{Needs, Permission};
use crate::service::RegistryError;

pub(super) static OPERATIONS: &[AnyOperation] = &[
    AnyOperation::of::<GetGlobalMode>(),
    AnyOperation::of::<UpdateGlobalMode>(),
    AnyOperation::of::<DeleteGlobalMode>(),
    AnyOperation::of::<GetMode>(),
    AnyOperation::of::<UpdateMode>(),
    AnyOperation::of::<DeleteMode>(),
];

const FORCE: Parameter<bool> =
    Parameter::flag("force", "Whether to switch to IMPORT even where there are schemas.");

const RECURSIVE: Parameter<bool> =
    Parameter::flag("recursive", "Whether to remove the modes of the subjects in the context as well.");

parameters! {
    struct GetGlobalMode {
        default_to_global: bool = DEFAULT_TO_GLOBAL,
    }
}

impl Operation for GetGlobalMode {
    const DEFINITION: Definition = Definition::get(
        "/mode",
        "getTopLevelMode",
        Needs::Global(Permission::GlobalModeRead),
        ResponseBody::One("Mode"),
        "The global mode.",
    );
    type Body = ();

    async fn handle(self, app: &App, _: &RequestInfo, (): ()) -> Result<ApiResponse, ApiError> {
        let mode = app.registry.mode(&global(), self.default_to_global).await?;
        Ok(mode_response(Some(mode.as_str())))
    }
}

parameters! {
    struct UpdateGlobalMode {
        force: bool = FORCE,
    }
}

impl Operation for UpdateGlobalMode {
    const DEFINITION: Definition = Definition::put(
        "/mode",
        "updateTopLevelMode",
        Needs::Global(Permission::GlobalModeWrite),
        ResponseBody::One("Mode"),
        "Sets the global mode.",
    );
    type Body = ModeRequest;

    async fn handle(
        self,
        app: &App,
        request: &RequestInfo,
        change: ModeRequest,
    ) -> Result<ApiResponse, ApiError> {
        set(app, request, &global(), change, self.force).await
    }
}

parameters! {
    struct DeleteGlobalMode {
        recursive: bool = RECURSIVE,
    }
}

impl Operation for DeleteGlobalMode {
    const DEFINITION: Definition = Definition::delete(
        "/mode",
        "deleteTopLevelMode",
        Needs::Global(Permission::GlobalModeWrite),
        ResponseBody::One("Mode"),
        "Removes the global mode.",
    );
    type Body = ();

    async fn handle(self, app: &App, request: &RequestInfo, (): ()) -> Result<ApiResponse, ApiError> {
        let old = app.registry.delete_mode(&global(), self.recursive, &request.actor).await?;
        Ok(removed(old))
    }
}

parameters! {
    struct GetMode {
        subject: Subject = SUBJECT_OR_CONTEXT,
        default_to_global: bool = DEFAULT_TO_GLOBAL,
    }
}

impl Operation for GetMode {
    const DEFINITION: Definition = Definition::get(
        "/mode/{subject}",
        "getMode",
        Needs::MODE_READ,
        ResponseBody::One("Mode"),
        "The mode of a subject or context.",
    );
    type Body = ();

    async fn handle(self, app: &App, _: &RequestInfo, (): ()) -> Result<ApiResponse, ApiError> {
        let mode = app.registry.mode(&self.subject, self.default_to_global).await?;
        Ok(mode_response(Some(mode.as_str())))
    }
}

parameters! {
    struct UpdateMode {
        subject: Subject = SUBJECT_OR_CONTEXT,
        force: bool = FORCE,
    }
}

impl Operation for UpdateMode {
    const DEFINITION: Definition = Definition::put(
        "/mode/{subject}",
        "updateMode",
        Needs::MODE_WRITE,
        ResponseBody::One("Mode"),
        "Sets the mode of a subject or context.",
    );
    type Body = ModeRequest;

    async fn handle(
        self,
        app: &App,
        request: &RequestInfo,
        change: ModeRequest,
    ) -> Result<ApiResponse, ApiError> {
        set(app, request, &self.subject, change, self.force).await
    }
}

parameters! {
    struct DeleteMode {
        subject: Subject = SUBJECT_OR_CONTEXT,
        recursive: bool = RECURSIVE,
    }
}

impl Operation for DeleteMode {
    const DEFINITION: Definition = Definition::delete(
        "/mode/{subject}",
        "deleteSubjectMode",
        Needs::MODE_WRITE,
        ResponseBody::One("Mode"),
        "Removes the mode of a subject or context.",
    );
    type Body = ();

    async fn handle(self, app: &App, request: &RequestInfo, (): ()) -> Result<ApiResponse, ApiError> {
        let old = app.registry.delete_mode(&self.subject, self.recursive, &request.actor).await?;
        Ok(removed(old))
    }
}

async fn set(
    app: &App,
    request: &RequestInfo,
    subject: &Subject,
    change: ModeRequest,
    force: bool,
) -> Result<ApiResponse, ApiError> {
    let mode = change.mode.ok_or(RegistryError::InvalidMode)?;
    if mode.is_none() && !request.level.clears_modes() {
        return Err(RegistryError::InvalidMode.into());
    }
    app.registry.set_mode(subject, mode.as_deref(), force, &request.actor).await?;
    Ok(mode_response(mode.as_deref()))
}

#[derive(Serialize)]
struct ModeEntity<'a> {
    mode: Option<&'a str>,
}

fn mode_response(mode: Option<&str>) -> ApiResponse {
    ApiResponse::json(&ModeEntity { mode })
}

/// The mode that was removed; an empty object where there was none.
fn removed(old: Option<Mode>) -> ApiResponse {
    match old {
        Some(mode) => mode_response(Some(mode.as_str())),
        None => ApiResponse::json(&serde_json::Map::new()),
    }
}
