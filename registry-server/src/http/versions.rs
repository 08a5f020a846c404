//! `/subjects/{subject}/versions`: reading and deleting versions.

use super::App;
use super::entities::Schema;
use super::entity_options::EntityOptions;
use super::error::ApiError;
use super::operation::{AnyOperation, Definition, Operation, RequestInfo, ResponseBody};
use super::parameters::{
    DELETED, DELETED_ONLY, FORMAT, PAGING, PERMANENT, Parameter, SCHEMA_VIEW, SUBJECT, SchemaView, VERSION,
    parameters,
};
use super::response::ApiResponse;
use crate::domain::{Subject, VersionSelector};
use crate::security::{Needs, Permission};
use crate::service::{Paging, VersionFilter};

pub(super) static OPERATIONS: &[AnyOperation] = &[
    AnyOperation::of::<ListVersions>(),
    AnyOperation::of::<GetVersion>(),
    AnyOperation::of::<DeleteVersion>(),
    AnyOperation::of::<GetVersionText>(),
    AnyOperation::of::<ListReferrers>(),
    AnyOperation::of::<RestoreVersion>(),
];

parameters! {
    struct ListVersions {
        subject: Subject = SUBJECT,
        deleted: bool = DELETED,
        deleted_only: bool = DELETED_ONLY,
        deleted_as_negative: bool = Parameter::flag(
            "deletedAsNegative",
            "Whether soft-deleted versions are listed as well, as negative numbers.",
        ),
        paging: Paging = PAGING,
    }
}

impl Operation for ListVersions {
    const DEFINITION: Definition = Definition::get(
        "/subjects/{subject}/versions",
        "listVersions",
        Needs::Subject(Permission::SubjectRead),
        ResponseBody::ListOf("Integer"),
        "Lists the versions of a subject.",
    );
    type Body = ();

    async fn handle(self, app: &App, _: &RequestInfo, (): ()) -> Result<ApiResponse, ApiError> {
        let Self { subject, deleted, deleted_only, deleted_as_negative, paging } = self;
        let filter = VersionFilter { deleted, deleted_only, deleted_as_negative };
        Ok(ApiResponse::json(&app.registry.versions(&subject, filter, paging).await?))
    }
}

parameters! {
    struct GetVersion {
        subject: Subject = SUBJECT,
        version: VersionSelector = VERSION,
        view: SchemaView = SCHEMA_VIEW,
        deleted: bool = DELETED,
    }
}

impl Operation for GetVersion {
    const DEFINITION: Definition = Definition::get(
        "/subjects/{subject}/versions/{version}",
        "getSchemaByVersion",
        Needs::Subject(Permission::SubjectRead),
        ResponseBody::One("Schema"),
        "One version of a subject.",
    );
    type Body = ();

    async fn handle(self, app: &App, request: &RequestInfo, (): ()) -> Result<ApiResponse, ApiError> {
        let found = app.registry.version(&self.subject, self.version, self.deleted).await?;
        let options =
            EntityOptions::requested(app, request, &self.view, &found.subject, &found.content).await?;
        Ok(ApiResponse::json(&Schema::of(&found, &options)).naming_version(&found))
    }
}

parameters! {
    struct DeleteVersion {
        subject: Subject = SUBJECT,
        version: VersionSelector = VERSION,
        permanent: bool = PERMANENT,
    }
}

impl Operation for DeleteVersion {
    const DEFINITION: Definition = Definition::delete(
        "/subjects/{subject}/versions/{version}",
        "deleteSchemaVersion",
        Needs::Subject(Permission::SubjectDelete),
        ResponseBody::One("Integer"),
        "Deletes a version, softly or, after that, for good.",
    );
    type Body = ();

    async fn handle(self, app: &App, request: &RequestInfo, (): ()) -> Result<ApiResponse, ApiError> {
        let Self { subject, version, permanent } = self;
        let deleted = app.registry.delete_version(&subject, version, permanent, &request.actor).await?;
        Ok(ApiResponse::json(&deleted.get()).naming(None, Some(deleted.get())))
    }
}

parameters! {
    struct GetVersionText {
        subject: Subject = SUBJECT,
        version: VersionSelector = VERSION,
        format: String = FORMAT,
        deleted: bool = DELETED,
    }
}

impl Operation for GetVersionText {
    const DEFINITION: Definition = Definition::get(
        "/subjects/{subject}/versions/{version}/schema",
        "getSchemaOnlyByVersion",
        Needs::Subject(Permission::SubjectRead),
        ResponseBody::One("Text"),
        "The text of a version's schema.",
    );
    type Body = ();

    async fn handle(self, app: &App, _: &RequestInfo, (): ()) -> Result<ApiResponse, ApiError> {
        let found = app.registry.version(&self.subject, self.version, self.deleted).await?;
        let text = app.registry.formatted(&found, &self.format).await?;
        let text = text.unwrap_or_else(|| found.content.text.clone());
        Ok(ApiResponse::text(text).naming_version(&found))
    }
}

parameters! {
    struct ListReferrers {
        subject: Subject = SUBJECT,
        deleted: bool = DELETED,
        // A malformed page is reported before a malformed version.
        paging: Paging = PAGING,
        version: VersionSelector = VERSION,
    }
}

impl Operation for ListReferrers {
    const DEFINITION: Definition = Definition::get(
        "/subjects/{subject}/versions/{version}/referencedby",
        "getReferencedBy",
        Needs::Subject(Permission::SubjectRead),
        ResponseBody::ListOf("Integer"),
        "The ids of the schemas that refer to a version.",
    );
    type Body = ();

    async fn handle(self, app: &App, _: &RequestInfo, (): ()) -> Result<ApiResponse, ApiError> {
        let Self { subject, deleted, paging, version } = self;
        Ok(ApiResponse::json(&app.registry.referenced_by(&subject, version, deleted, paging).await?))
    }
}

parameters! {
    struct RestoreVersion {
        subject: Subject = SUBJECT,
        version: VersionSelector = VERSION,
    }
}

/// Not part of the original, which cannot take a deletion back.
impl Operation for RestoreVersion {
    const DEFINITION: Definition = Definition::post(
        "/subjects/{subject}/versions/{version}/restore",
        "restoreSchemaVersion",
        Needs::SubjectAnd(Permission::SubjectDelete, Permission::SubjectRead),
        ResponseBody::One("Schema"),
        "Takes the soft deletion of a version back: same version, same id. Not part of the original.",
    );
    type Body = ();

    async fn handle(self, app: &App, request: &RequestInfo, (): ()) -> Result<ApiResponse, ApiError> {
        let found = app.registry.restore_version(&self.subject, self.version, &request.actor).await?;
        Ok(ApiResponse::json(&Schema::of(&found, &request.plain())).naming_version(&found))
    }
}
