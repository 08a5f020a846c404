//! Making, changing and removing the associations of one resource.

use super::super::App;
use super::super::error::ApiError;
use super::super::operation::{AnyOperation, Definition, Operation, RequestInfo, ResponseBody};
use super::super::parameters::{Parameter, parameters};
use super::super::response::ApiResponse;
use super::entities::ResourceEntity;
use super::{ASSOCIATION_TYPES, CONTEXT, DRY_RUN, RESOURCE_ID, RESOURCE_TYPE};
use crate::domain::Context;
use crate::security::{Needs, Permission};
use crate::service::{AssociationEndpoint, AssociationRequest, Change, TypeFilter};

pub(super) static OPERATIONS: &[AnyOperation] = &[
    AnyOperation::of::<CreateAssociation>(),
    AnyOperation::of::<UpsertAssociation>(),
    AnyOperation::of::<DeleteAssociations>(),
];

parameters! {
    struct CreateAssociation {
        dry_run: bool = DRY_RUN,
        context: Option<Context> = CONTEXT,
    }
}

impl Operation for CreateAssociation {
    const DEFINITION: Definition = Definition::post(
        "/associations",
        "createAssociation",
        Needs::SubjectsInside(Permission::SubjectWrite),
        ResponseBody::One("AssociationResponse"),
        "Associates a resource with subjects.",
    );
    type Body = AssociationRequest;

    async fn handle(
        self,
        app: &App,
        request: &RequestInfo,
        wanted: AssociationRequest,
    ) -> Result<ApiResponse, ApiError> {
        let wanted = AssociationRequest { context: self.context, dry_run: self.dry_run, ..wanted };
        change(app, request, wanted, Change::Create, AssociationEndpoint::Create).await
    }
}

parameters! {
    struct UpsertAssociation {
        resource_id: String = RESOURCE_ID,
        dry_run: bool = DRY_RUN,
        context: Option<Context> = CONTEXT,
    }
}

impl Operation for UpsertAssociation {
    const DEFINITION: Definition = Definition::put(
        "/associations/resources/{resourceId}",
        "createOrUpdateAssociation",
        Needs::SubjectsInside(Permission::SubjectWrite),
        ResponseBody::One("AssociationResponse"),
        "Makes or changes the associations of a resource.",
    );
    type Body = AssociationRequest;

    async fn handle(
        self,
        app: &App,
        request: &RequestInfo,
        wanted: AssociationRequest,
    ) -> Result<ApiResponse, ApiError> {
        let wanted = AssociationRequest {
            resource_id: Some(self.resource_id),
            context: self.context,
            dry_run: self.dry_run,
            ..wanted
        };
        change(app, request, wanted, Change::Upsert, AssociationEndpoint::Upsert).await
    }
}

async fn change(
    app: &App,
    request: &RequestInfo,
    mut wanted: AssociationRequest,
    what: Change,
    asked: AssociationEndpoint,
) -> Result<ApiResponse, ApiError> {
    for info in &mut wanted.associations {
        info.change = what;
    }
    let written = app.registry.change_associations(&wanted, asked, &request.actor).await?;
    let options = request.plain();
    Ok(ApiResponse::json(&ResourceEntity::written(&written, &options)))
}

parameters! {
    struct DeleteAssociations {
        resource_id: String = RESOURCE_ID,
        resource_type: String = RESOURCE_TYPE,
        types: TypeFilter = ASSOCIATION_TYPES,
        cascade: bool = Parameter::flag(
            "cascadeLifecycle",
            "Whether STRONG associations are removed as well, and their subjects with them.",
        ),
        dry_run: bool = DRY_RUN,
    }
}

impl Operation for DeleteAssociations {
    const DEFINITION: Definition = Definition::delete(
        "/associations/resources/{resourceId}",
        "deleteAssociations",
        Needs::SubjectsInside(Permission::SubjectWrite),
        ResponseBody::Empty,
        "Removes the associations of a resource.",
    );
    type Body = ();

    async fn handle(self, app: &App, request: &RequestInfo, (): ()) -> Result<ApiResponse, ApiError> {
        let Self { resource_id, resource_type, types, cascade, dry_run } = self;
        app.registry
            .delete_associations(&resource_id, &resource_type, &types, cascade, dry_run, &request.actor)
            .await?;
        Ok(ApiResponse::no_content())
    }
}
