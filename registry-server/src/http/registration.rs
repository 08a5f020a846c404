//! New versions: `POST /subjects/{subject}/versions` and `…/{version}/tags`.

use super::App;
use super::entities::RegistrationResponse;
use super::entity_options::EntityOptions;
use super::error::ApiError;
use super::operation::{AnyOperation, Definition, Operation, RequestInfo, ResponseBody};
use super::parameters::{FORMAT, NORMALIZE, Parameter, SUBJECT, VERSION, parameters};
use super::response::ApiResponse;
use crate::domain::{Subject, VersionSelector};
use crate::security::{Needs, Permission};
use crate::service::{Found, RegisterOptions, SchemaRequest, TagRequest};

pub(super) static OPERATIONS: &[AnyOperation] =
    &[AnyOperation::of::<RegisterSchema>(), AnyOperation::of::<ModifyTags>()];

parameters! {
    struct RegisterSchema {
        subject: Subject = SUBJECT,
        normalize: bool = NORMALIZE,
        format: String = FORMAT,
        force: bool = Parameter::flag("force", "Whether to leave the compatibility check out."),
    }
}

impl Operation for RegisterSchema {
    const DEFINITION: Definition = Definition::post(
        "/subjects/{subject}/versions",
        "register",
        Needs::Subject(Permission::SubjectWrite),
        ResponseBody::One("RegisterSchemaResponse"),
        "Registers a schema under a subject.",
    )
    .repeatable()
    .explained();
    type Body = SchemaRequest;

    async fn handle(
        self,
        app: &App,
        request: &RequestInfo,
        schema: SchemaRequest,
    ) -> Result<ApiResponse, ApiError> {
        let options = RegisterOptions {
            normalize: self.normalize,
            force: self.force,
            actor: request.actor.clone(),
            always_new: false,
        };
        let found = app.registry.register(&self.subject, &schema, &options).await?;
        registered(app, request, &found, &self.format).await
    }
}

parameters! {
    struct ModifyTags {
        subject: Subject = SUBJECT,
        version: VersionSelector = VERSION,
        format: String = FORMAT,
    }
}

impl Operation for ModifyTags {
    const DEFINITION: Definition = Definition::post(
        "/subjects/{subject}/versions/{version}/tags",
        "modifyTags",
        Needs::SubjectAnd(Permission::SubjectWrite, Permission::SubjectRead),
        ResponseBody::One("RegisterSchemaResponse"),
        "Makes a new version with other tags, metadata or rules.",
    );
    type Body = TagRequest;

    async fn handle(
        self,
        app: &App,
        request: &RequestInfo,
        changes: TagRequest,
    ) -> Result<ApiResponse, ApiError> {
        let found = app.registry.modify_tags(&self.subject, self.version, &changes, &request.actor).await?;
        registered(app, request, &found, &self.format).await
    }
}

async fn registered(
    app: &App,
    request: &RequestInfo,
    found: &Found,
    format: &str,
) -> Result<ApiResponse, ApiError> {
    let text = app.registry.formatted(found, format).await?;
    let options = EntityOptions { text, ..request.plain() };
    Ok(ApiResponse::json(&RegistrationResponse::of(found, &options)).naming_version(found))
}
