//! Several resources at once: each has its own outcome in the response.

use axum::http::StatusCode;
use serde::Serialize;

use super::super::App;
use super::super::body::Entity;
use super::super::error::ApiError;
use super::super::json::{FromJson, Malformed, Members, Value};
use super::super::operation::{AnyOperation, Definition, Operation, RequestInfo, ResponseBody};
use super::super::parameters::{Parameter, parameters};
use super::super::response::ApiResponse;
use super::entities::ResourceEntity;
use super::{CONTEXT, DRY_RUN};
use crate::domain::Context;
use crate::security::{Needs, Permission};
use crate::service::{AssociationEndpoint, AssociationRequest, BatchGet, RegistryError};

pub(super) static OPERATIONS: &[AnyOperation] =
    &[AnyOperation::of::<BatchGetAssociations>(), AnyOperation::of::<MutateAssociations>()];

/// The requests of a batch.
struct Batch<T>(Vec<T>);

impl<T: FromJson> FromJson for Batch<T> {
    fn read(value: &Value) -> Result<Self, Malformed> {
        Ok(Self(Members::of(value, "AssociationBatchRequest")?.list("requests")?))
    }
}

impl Entity for Batch<BatchGet> {
    const NAME: &'static str = "AssociationBatchGetRequest";
}

impl Entity for Batch<AssociationRequest> {
    const NAME: &'static str = "AssociationBatchRequest";
}

impl<T> Batch<T> {
    fn not_empty(self) -> Result<Vec<T>, RegistryError> {
        if self.0.is_empty() {
            return Err(RegistryError::InvalidAssociation {
                property: "requests",
                detail: "cannot be null or empty".to_owned(),
            });
        }
        Ok(self.0)
    }
}

parameters! {
    struct BatchGetAssociations {
        include_schemas: bool = Parameter::flag(
            "includeSchemas",
            "Whether to show the latest schema of each subject as well.",
        ),
    }
}

impl Operation for BatchGetAssociations {
    const DEFINITION: Definition = Definition::post(
        "/associations:batchGet",
        "batchGetAssociations",
        Needs::ReadableOnly,
        ResponseBody::Outcomes("AssociationBatchResponse"),
        "The associations of several resources.",
    );
    type Body = Batch<BatchGet>;

    async fn handle(
        self,
        app: &App,
        request: &RequestInfo,
        batch: Batch<BatchGet>,
    ) -> Result<ApiResponse, ApiError> {
        let batch = batch.not_empty()?;
        let mut results = Vec::with_capacity(batch.len());
        let mut denies = false;
        for asked in batch {
            if let Some((property, detail)) = asked.missing() {
                // The original fails on this one, and says so inside the response.
                let message =
                    format!("Error while getting associations: property: {property}; detail: {detail}");
                results.push(serde_json::json!({ "error": { "error_code": 500, "message": message } }));
                continue;
            }
            let found = app.registry.associations_of_resource(&asked, self.include_schemas).await;
            denies |= found.as_ref().is_ok_and(|found| found.associations.is_empty());
            results.push(match found {
                Ok(found) => outcome(&ResourceEntity::found(&asked, &found, &request.plain())),
                Err(error) => failure(request, error),
            });
        }
        Ok(outcomes(&results).denying(denies))
    }
}

parameters! {
    struct MutateAssociations {
        dry_run: bool = DRY_RUN,
        context: Option<Context> = CONTEXT,
    }
}

impl Operation for MutateAssociations {
    const DEFINITION: Definition = Definition::post(
        "/associations:batchMutate",
        "mutateAssociations",
        Needs::SubjectsInside(Permission::SubjectWrite),
        ResponseBody::Outcomes("AssociationBatchResponse"),
        "Changes the associations of several resources.",
    );
    type Body = Batch<AssociationRequest>;

    async fn handle(
        self,
        app: &App,
        request: &RequestInfo,
        batch: Batch<AssociationRequest>,
    ) -> Result<ApiResponse, ApiError> {
        let batch = batch.not_empty()?;
        let mut results = Vec::with_capacity(batch.len());
        for mut wanted in batch {
            wanted.dry_run = self.dry_run;
            wanted.context.clone_from(&self.context);
            // Others of the batch may have been carried out, so each is confirmed by itself and not the whole again.
            let is_denial = |written: &Result<_, RegistryError>| {
                written.as_ref().is_err_and(RegistryError::may_rest_on_state)
            };
            let change =
                || app.registry.change_associations(&wanted, AssociationEndpoint::Mutate, &request.actor);
            results.push(match app.registry.confirmed(is_denial, change).await.flatten() {
                Ok(written) => outcome(&ResourceEntity::written(&written, &request.plain())),
                Err(error) => failure(request, error),
            });
        }
        Ok(outcomes(&results))
    }
}

fn outcomes(results: &[serde_json::Value]) -> ApiResponse {
    ApiResponse::json_with(StatusCode::MULTI_STATUS, &serde_json::json!({ "results": results }))
}

fn outcome(entity: &impl Serialize) -> serde_json::Value {
    serde_json::json!({ "result": entity })
}

/// The error of one request among several. Some errors have other codes there than alone (semantics §11.2).
fn failure(request: &RequestInfo, error: RegistryError) -> serde_json::Value {
    const INVALID_ASSOCIATION: u32 = 42212;
    let (is_invalid, is_read_only) =
        (error.is_invalid_schema(), matches!(error, RegistryError::AssociationReadOnly(_)));
    let response = request.level.error_response(ApiError::from(error));
    let (code, message) = match (is_invalid, is_read_only) {
        (true, _) => (INVALID_ASSOCIATION, response.message),
        (_, true) => (500, format!("Error while creating association: {}", response.message)),
        _ => (response.code, response.message),
    };
    serde_json::json!({ "error": { "error_code": code, "message": message } })
}
