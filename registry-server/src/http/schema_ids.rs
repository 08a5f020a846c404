//! `/schemas/ids/{id}`

use serde::Serialize;

use super::App;
use super::entities::SchemaString;
use super::entity_options::EntityOptions;
use super::error::ApiError;
use super::operation::{AnyOperation, Definition, Operation, RequestInfo, ResponseBody};
use super::parameters::{DELETED, FORMAT, PAGING, Parameter, SCHEMA_VIEW, SchemaView, parameters};
use super::response::ApiResponse;
use crate::domain::Subject;
use crate::security::Needs;
use crate::service::Paging;
use crate::store::Holder;

pub(super) static OPERATIONS: &[AnyOperation] = &[
    AnyOperation::of::<GetSchema>(),
    AnyOperation::of::<GetSchemaText>(),
    AnyOperation::of::<ListSubjectsOfId>(),
    AnyOperation::of::<ListVersionsOfId>(),
];

const ID: Parameter<i32> = Parameter::path_number("id", "The id of a schema.");

const SUBJECT: Parameter<Subject> = Parameter::subject(
    "subject",
    "A subject that holds the schema, or a context alone, :.context:, which says where the id is meant.",
);

parameters! {
    struct GetSchema {
        id: i32 = ID,
        subject: Subject = SUBJECT,
        view: SchemaView = SCHEMA_VIEW,
        fetch_max_id: bool = Parameter::flag("fetchMaxId", "Whether to tell the highest id of the context as well."),
    }
}

impl Operation for GetSchema {
    const DEFINITION: Definition = Definition::get(
        "/schemas/ids/{id}",
        "getSchema",
        Needs::ReadableOnly,
        ResponseBody::One("SchemaString"),
        "The schema with an id.",
    )
    .lasting();
    type Body = ();

    async fn handle(self, app: &App, request: &RequestInfo, (): ()) -> Result<ApiResponse, ApiError> {
        let found = app.registry.by_id(self.id, &self.subject).await?;
        let view = EntityOptions::requested(app, request, &self.view, &found.home(), &found.content).await?;
        let max_id = if self.fetch_max_id { app.registry.max_id(&found.context).await? } else { None };
        // Unlike a read by version, this one shows the GUID as it is stored.
        let options = EntityOptions { guid: None, max_id, ..view };
        Ok(ApiResponse::json(&SchemaString::of(&found, &options, true)).naming(Some(self.id), None))
    }
}

parameters! {
    struct GetSchemaText {
        id: i32 = ID,
        subject: Subject = SUBJECT,
        format: String = FORMAT,
    }
}

impl Operation for GetSchemaText {
    const DEFINITION: Definition = Definition::get(
        "/schemas/ids/{id}/schema",
        "getSchemaOnly",
        Needs::ReadableOnly,
        ResponseBody::One("Text"),
        "The text of the schema with an id.",
    )
    .lasting();
    type Body = ();

    async fn handle(self, app: &App, _: &RequestInfo, (): ()) -> Result<ApiResponse, ApiError> {
        let found = app.registry.by_id(self.id, &self.subject).await?;
        let text = app.registry.formatted_content(&found.home(), &found.content, &self.format).await?;
        let text = text.unwrap_or_else(|| found.content.text.clone());
        Ok(ApiResponse::text(text).naming(Some(self.id), None))
    }
}

parameters! {
    struct ListSubjectsOfId {
        id: i32 = ID,
        subject: Subject = SUBJECT,
        deleted: bool = DELETED,
        paging: Paging = PAGING,
    }
}

impl Operation for ListSubjectsOfId {
    const DEFINITION: Definition = Definition::get(
        "/schemas/ids/{id}/subjects",
        "getSubjects",
        Needs::ReadableOnly,
        ResponseBody::ListOf("String"),
        "The subjects that hold an id.",
    );
    type Body = ();

    async fn handle(self, app: &App, _: &RequestInfo, (): ()) -> Result<ApiResponse, ApiError> {
        let Self { id, subject, deleted, paging } = self;
        let name = |holder: &Holder| holder.subject.to_string();
        Ok(ApiResponse::json(&app.registry.holders_of(id, &subject, deleted, paging, name).await?))
    }
}

parameters! {
    struct ListVersionsOfId {
        id: i32 = ID,
        subject: Subject = SUBJECT,
        deleted: bool = DELETED,
        paging: Paging = PAGING,
    }
}

#[derive(Serialize)]
struct SubjectVersion {
    subject: String,
    version: i32,
}

impl Operation for ListVersionsOfId {
    const DEFINITION: Definition = Definition::get(
        "/schemas/ids/{id}/versions",
        "getVersions",
        Needs::ReadableOnly,
        ResponseBody::ListOf("SubjectVersion"),
        "The versions that hold an id.",
    );
    type Body = ();

    async fn handle(self, app: &App, _: &RequestInfo, (): ()) -> Result<ApiResponse, ApiError> {
        let Self { id, subject, deleted, paging } = self;
        let entity = |holder: &Holder| SubjectVersion {
            subject: holder.subject.to_string(),
            version: holder.version.get(),
        };
        Ok(ApiResponse::json(&app.registry.holders_of(id, &subject, deleted, paging, entity).await?))
    }
}
