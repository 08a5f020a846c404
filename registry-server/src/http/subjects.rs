//! `/subjects`

use std::collections::BTreeMap;

use super::App;
use super::entities::Schema;
use super::entity_options::EntityOptions;
use super::error::ApiError;
use super::operation::{AnyOperation, Definition, Operation, RequestInfo, ResponseBody};
use super::parameters::{
    DELETED, DELETED_ONLY, FORMAT, NORMALIZE, PAGING, PERMANENT, Parameter, SUBJECT, parameters,
};
use super::response::ApiResponse;
use crate::domain::Subject;
use crate::security::{Needs, Permission};
use crate::service::{Found, Paging, SchemaRequest};
use crate::store::Visibility;

pub(super) static OPERATIONS: &[AnyOperation] = &[
    AnyOperation::of::<ListSubjects>(),
    AnyOperation::of::<LookUpSchema>(),
    AnyOperation::of::<DeleteSubject>(),
    AnyOperation::of::<GetLatestWithMetadata>(),
];

parameters! {
    struct ListSubjects {
        deleted_only: bool = DELETED_ONLY,
        deleted: bool = DELETED,
        prefix: String = Parameter::text_or(
            "subjectPrefix",
            ":*:",
            "How the names of subjects begin, in the default context; :.context: and a beginning for another one, :*: for all.",
        ),
        paging: Paging = PAGING,
    }
}

impl Operation for ListSubjects {
    const DEFINITION: Definition = Definition::get(
        "/subjects",
        "list",
        Needs::ReadableOnly,
        ResponseBody::ListOf("String"),
        "Lists subjects.",
    );
    type Body = ();

    async fn handle(self, app: &App, _: &RequestInfo, (): ()) -> Result<ApiResponse, ApiError> {
        let visibility = match (self.deleted_only, self.deleted) {
            (true, _) => Visibility::DeletedOnly,
            (false, true) => Visibility::All,
            (false, false) => Visibility::Active,
        };
        Ok(ApiResponse::json(&app.registry.subjects(&self.prefix, visibility, self.paging).await?))
    }
}

parameters! {
    struct LookUpSchema {
        subject: Subject = SUBJECT,
        normalize: bool = NORMALIZE,
        format: String = FORMAT,
        deleted: bool = DELETED,
    }
}

impl Operation for LookUpSchema {
    const DEFINITION: Definition = Definition::post(
        "/subjects/{subject}",
        "lookUpSchemaUnderSubject",
        Needs::Subject(Permission::SubjectRead),
        ResponseBody::One("Schema"),
        "Finds the version of a subject that holds a schema.",
    )
    .repeatable();
    type Body = SchemaRequest;

    async fn handle(
        self,
        app: &App,
        request: &RequestInfo,
        schema: SchemaRequest,
    ) -> Result<ApiResponse, ApiError> {
        let found = app.registry.lookup(&self.subject, &schema, self.normalize, self.deleted).await?;
        version_in_format(app, request, &found, &self.format).await
    }
}

parameters! {
    struct DeleteSubject {
        subject: Subject = SUBJECT,
        permanent: bool = PERMANENT,
    }
}

impl Operation for DeleteSubject {
    const DEFINITION: Definition = Definition::delete(
        "/subjects/{subject}",
        "deleteSubject",
        Needs::Subject(Permission::SubjectDelete),
        ResponseBody::ListOf("Integer"),
        "Deletes a subject, softly or, after that, for good.",
    );
    type Body = ();

    async fn handle(self, app: &App, request: &RequestInfo, (): ()) -> Result<ApiResponse, ApiError> {
        let versions = app.registry.delete_subject(&self.subject, self.permanent, &request.actor).await?;
        Ok(ApiResponse::json(&versions))
    }
}

parameters! {
    struct GetLatestWithMetadata {
        subject: Subject = SUBJECT,
        keys: Vec<String> = Parameter::list("key", "The names of metadata properties."),
        values: Vec<String> = Parameter::list("value", "The values of these properties, in the same order."),
        format: String = FORMAT,
        deleted: bool = DELETED,
    }
}

impl Operation for GetLatestWithMetadata {
    const DEFINITION: Definition = Definition::get(
        "/subjects/{subject}/metadata",
        "getLatestWithMetadata",
        Needs::Subject(Permission::SubjectRead),
        ResponseBody::One("Schema"),
        "The newest version with these metadata properties.",
    );
    type Body = ();

    async fn handle(self, app: &App, request: &RequestInfo, (): ()) -> Result<ApiResponse, ApiError> {
        let properties: BTreeMap<String, String> = self.keys.into_iter().zip(self.values).collect();
        let found = app.registry.version_with_metadata(&self.subject, &properties, self.deleted).await?;
        version_in_format(app, request, &found, &self.format).await
    }
}

async fn version_in_format(
    app: &App,
    request: &RequestInfo,
    found: &Found,
    format: &str,
) -> Result<ApiResponse, ApiError> {
    let text = app.registry.formatted(found, format).await?;
    let options = EntityOptions { text, ..request.plain() };
    Ok(ApiResponse::json(&Schema::of(found, &options)).naming_version(found))
}
