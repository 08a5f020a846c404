//! Reading associations.

use super::super::App;
use super::super::entities::AssociationEntity;
use super::super::error::ApiError;
use super::super::operation::{AnyOperation, Definition, Operation, RequestInfo, ResponseBody};
use super::super::parameters::{PAGING, Parameter, SUBJECT, parameters};
use super::super::response::ApiResponse;
use super::{ASSOCIATION_TYPES, RESOURCE_ID, RESOURCE_TYPE};
use crate::domain::{Lifecycle, Subject};
use crate::security::{Needs, Permission};
use crate::service::{AssociationQuery, Paging, TypeFilter};
use crate::store::AssociationFilter;

pub(super) static OPERATIONS: &[AnyOperation] = &[
    AnyOperation::of::<OfSubject>(),
    AnyOperation::of::<OfResourceName>(),
    AnyOperation::of::<OfResourceId>(),
];

/// Stands for any name or namespace.
const WILDCARD: &str = "-";

const LIFECYCLE: Parameter<Option<Lifecycle>> = Parameter::choice(
    "lifecycle",
    &["STRONG", "WEAK"],
    "The lifecycle that counts; none for both.",
    |[values]| {
        let named = |text| Lifecycle::from_name(text).ok_or(ApiError::UnconvertibleParameter);
        values.not_empty().map(named).transpose()
    },
);

parameters! {
    struct OfSubject {
        subject: Subject = SUBJECT,
        resource_type: String = RESOURCE_TYPE,
        types: TypeFilter = ASSOCIATION_TYPES,
        lifecycle: Option<Lifecycle> = LIFECYCLE,
        paging: Paging = PAGING,
    }
}

impl Operation for OfSubject {
    const DEFINITION: Definition = Definition::get(
        "/associations/subjects/{subject}",
        "getAssociationsBySubject",
        Needs::Subject(Permission::SubjectRead),
        ResponseBody::ListOf("Association"),
        "The associations of a subject.",
    );
    type Body = ();

    async fn handle(self, app: &App, _: &RequestInfo, (): ()) -> Result<ApiResponse, ApiError> {
        let filter = AssociationFilter {
            subject: Some(self.subject),
            resource_type: Some(self.resource_type),
            ..AssociationFilter::default()
        };
        list(app, AssociationQuery { filter, types: self.types, lifecycle: self.lifecycle }, self.paging)
            .await
    }
}

parameters! {
    struct OfResourceName {
        namespace: String = Parameter::path_text("namespace", "Where the name is unique; - for anywhere."),
        name: String = Parameter::path_text("name", "The name of a resource; - for any."),
        resource_type: String = RESOURCE_TYPE,
        types: TypeFilter = ASSOCIATION_TYPES,
        lifecycle: Option<Lifecycle> = LIFECYCLE,
        paging: Paging = PAGING,
    }
}

impl Operation for OfResourceName {
    const DEFINITION: Definition = Definition::get(
        "/associations/resources/{namespace}/{name}",
        "getAssociationsByResourceName",
        Needs::ReadableOnly,
        ResponseBody::ListOf("Association"),
        "The associations of the resources with a name; - stands for any.",
    );
    type Body = ();

    async fn handle(self, app: &App, _: &RequestInfo, (): ()) -> Result<ApiResponse, ApiError> {
        let named = |text: String| Some(text).filter(|text| text != WILDCARD);
        let (namespace, name) = (named(self.namespace), named(self.name));
        // Behind a wildcard the original does not look at the kind of resource.
        let is_exact = namespace.is_some() && name.is_some();
        let filter = AssociationFilter {
            resource_namespace: namespace,
            resource_name: name,
            resource_type: is_exact.then_some(self.resource_type),
            ..AssociationFilter::default()
        };
        list(app, AssociationQuery { filter, types: self.types, lifecycle: self.lifecycle }, self.paging)
            .await
    }
}

parameters! {
    struct OfResourceId {
        resource_id: String = RESOURCE_ID,
        resource_type: String = RESOURCE_TYPE,
        types: TypeFilter = ASSOCIATION_TYPES,
        lifecycle: Option<Lifecycle> = LIFECYCLE,
        paging: Paging = PAGING,
    }
}

impl Operation for OfResourceId {
    const DEFINITION: Definition = Definition::get(
        "/associations/resources/{resourceId}",
        "getAssociationsByResourceId",
        Needs::ReadableOnly,
        ResponseBody::ListOf("Association"),
        "The associations of a resource.",
    );
    type Body = ();

    async fn handle(self, app: &App, _: &RequestInfo, (): ()) -> Result<ApiResponse, ApiError> {
        let filter = AssociationFilter {
            resource_id: Some(self.resource_id),
            resource_type: Some(self.resource_type),
            ..AssociationFilter::default()
        };
        list(app, AssociationQuery { filter, types: self.types, lifecycle: self.lifecycle }, self.paging)
            .await
    }
}

async fn list(app: &App, query: AssociationQuery, paging: Paging) -> Result<ApiResponse, ApiError> {
    let found = app.registry.associations(&query, paging).await?;
    Ok(ApiResponse::json(&found.iter().map(AssociationEntity::of).collect::<Vec<_>>()))
}
