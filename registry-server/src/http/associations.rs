//! `/associations`

use axum::http::StatusCode;
use serde::Serialize;

use super::App;
use super::call::{Call, Reply};
use super::entities::{AssociationEntity, Extras, Schema};
use super::error::ApiError;
use super::json::{FromJson, Malformed, Members, Value};
use crate::domain::{AssociationType, Context, Lifecycle, Subject};
use crate::service::{
    Asked, AssociationInfo, AssociationQuery, AssociationRequest, AssociationsWritten, BatchGet,
    BatchGetResult, Change, RegistryError, SchemaRequest,
};
use crate::store::AssociationFilter;

const TOPIC: &str = "topic";
/// Stands for any name or namespace.
const WILDCARD: &str = "-";

pub(super) async fn of_subject(app: &App, call: &Call) -> Result<Reply, ApiError> {
    let filter = AssociationFilter { subject: Some(call.subject()), ..AssociationFilter::default() };
    list(app, call, filter).await
}

pub(super) async fn of_name(app: &App, call: &Call) -> Result<Reply, ApiError> {
    let part = |at: usize| Some(call.text(at)).filter(|text| *text != WILDCARD).map(str::to_owned);
    let filter = AssociationFilter {
        resource_namespace: part(0),
        resource_name: part(1),
        ..AssociationFilter::default()
    };
    list(app, call, filter).await
}

pub(super) async fn of_id(app: &App, call: &Call) -> Result<Reply, ApiError> {
    let filter =
        AssociationFilter { resource_id: Some(call.text(0).to_owned()), ..AssociationFilter::default() };
    list(app, call, filter).await
}

async fn list(app: &App, call: &Call, filter: AssociationFilter) -> Result<Reply, ApiError> {
    let lifecycle = call.query.first("lifecycle").filter(|text| !text.is_empty());
    let query = AssociationQuery {
        filter: AssociationFilter { resource_type: Some(resource_type(call)), ..filter },
        types: types(call)?,
        lifecycle: lifecycle
            .map(|text| Lifecycle::from_name(text).ok_or(ApiError::Unconvertible))
            .transpose()?,
    };
    let found = app.registry.associations(&query, call.query.paging()?).await?;
    Ok(Reply::json(&found.iter().map(AssociationEntity::of).collect::<Vec<_>>()))
}

fn resource_type(call: &Call) -> String {
    call.query.first("resourceType").filter(|text| !text.is_empty()).unwrap_or(TOPIC).to_owned()
}

/// The types in the query. A text that is none finds nothing, which an unknown type does not either.
fn types(call: &Call) -> Result<Vec<AssociationType>, ApiError> {
    let named = call.query.all("associationType").filter(|text| !text.is_empty());
    Ok(named.map(type_named).collect::<Result<_, RegistryError>>()?)
}

fn type_named(text: &str) -> Result<AssociationType, RegistryError> {
    AssociationType::from_name(text).ok_or_else(|| RegistryError::InvalidAssociation {
        property: "associationType",
        detail: "must be either 'key' or 'value'".to_owned(),
    })
}

pub(super) async fn create(app: &App, call: &Call) -> Result<Reply, ApiError> {
    let request = call.entity(AssociationRequest::read)?;
    change(app, call, request, Change::Create, Asked::ToCreate).await
}

pub(super) async fn upsert(app: &App, call: &Call) -> Result<Reply, ApiError> {
    let mut request = call.entity(AssociationRequest::read)?;
    request.resource_id = Some(call.text(0).to_owned());
    change(app, call, request, Change::Upsert, Asked::ToUpsert).await
}

async fn change(
    app: &App,
    call: &Call,
    mut request: AssociationRequest,
    what: Change,
    asked: Asked,
) -> Result<Reply, ApiError> {
    for info in &mut request.associations {
        info.change = what;
    }
    request.dry_run = call.query.flag("dryRun");
    request.context = context(call);
    let written = app.registry.change_associations(&request, asked, &call.actor).await?;
    let extras = call.extras();
    Ok(Reply::json(&WrittenEntity::of(&written, &extras)))
}

/// The context in which bare subjects are meant.
fn context(call: &Call) -> Option<Context> {
    let text = call.query.first("context").filter(|text| !text.is_empty())?;
    Some(Subject::parse(&format!(":{}", text.trim_matches(':'))).context().clone())
}

pub(super) async fn delete(app: &App, call: &Call) -> Result<Reply, ApiError> {
    let (cascade, dry_run) = (call.query.flag("cascadeLifecycle"), call.query.flag("dryRun"));
    let (kind, types) = (resource_type(call), types(call)?);
    app.registry.delete_associations(call.text(0), &kind, &types, cascade, dry_run, &call.actor).await?;
    Ok(Reply::no_content())
}

/// The requests of a batch.
struct Batch<T>(Vec<T>);

impl<T: FromJson> FromJson for Batch<T> {
    fn read(value: &Value) -> Result<Self, Malformed> {
        Ok(Self(Members::of(value, "AssociationBatchRequest")?.list("requests")?))
    }
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

pub(super) async fn batch_get(app: &App, call: &Call) -> Result<Reply, ApiError> {
    let requests = call.entity(Batch::<BatchGet>::read)?.not_empty()?;
    let include_schemas = call.query.flag("includeSchemas");
    let mut results = Vec::with_capacity(requests.len());
    for request in requests {
        results.push(if request.names_a_resource() {
            match app.registry.associations_of_resource(&request, include_schemas).await {
                Ok(found) => outcome(&ResourceEntity::of(&request, &found, &call.extras())),
                Err(error) => failure(call, error),
            }
        } else {
            // The original fails on this one, and says so inside the answer.
            serde_json::json!({ "error": { "error_code": 500, "message":
                "Error while getting associations: property: resourceId; detail: either resourceId or resourceName must be specified" } })
        });
    }
    Ok(Reply::json_with(StatusCode::MULTI_STATUS, &serde_json::json!({ "results": results })))
}

pub(super) async fn batch_mutate(app: &App, call: &Call) -> Result<Reply, ApiError> {
    let requests = call.entity(Batch::<AssociationRequest>::read)?.not_empty()?;
    let mut results = Vec::with_capacity(requests.len());
    for mut request in requests {
        request.dry_run = call.query.flag("dryRun");
        request.context = context(call);
        results.push(match app.registry.change_associations(&request, Asked::ToMutate, &call.actor).await {
            Ok(written) => outcome(&WrittenEntity::of(&written, &call.extras())),
            Err(error) => failure(call, error),
        });
    }
    Ok(Reply::json_with(StatusCode::MULTI_STATUS, &serde_json::json!({ "results": results })))
}

fn outcome(entity: &impl Serialize) -> serde_json::Value {
    serde_json::json!({ "result": entity })
}

fn failure(call: &Call, error: RegistryError) -> serde_json::Value {
    let told = call.level.tell(ApiError::from(error));
    serde_json::json!({ "error": { "error_code": told.code, "message": told.message } })
}

/// A resource and some of its associations.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResourceEntity<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_namespace: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_id: Option<&'a str>,
    resource_type: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    associations: Vec<InfoEntity<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct InfoEntity<'a> {
    subject: String,
    association_type: &'static str,
    lifecycle: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    schema: Option<Schema<'a>>,
}

impl<'a> InfoEntity<'a> {
    fn of(
        association: &crate::domain::Association,
        schema: Option<&'a crate::service::Found>,
        extras: &'a Extras,
    ) -> Self {
        Self {
            subject: association.subject.to_string(),
            association_type: association.association_type.as_str(),
            lifecycle: association.lifecycle.as_str(),
            schema: schema.map(|found| Schema::of(found, extras)),
        }
    }
}

impl<'a> ResourceEntity<'a> {
    /// What was asked for, completed by what was found.
    fn of(request: &'a BatchGet, found: &'a BatchGetResult, extras: &'a Extras) -> Self {
        let first = found.associations.first().map(|(association, _)| association);
        Self {
            resource_name: first.map(|one| one.resource_name.as_str()).or(request.resource_name.as_deref()),
            resource_namespace: first
                .map(|one| one.resource_namespace.as_str())
                .or(request.resource_namespace.as_deref()),
            resource_id: first.map(|one| one.resource_id.as_str()).or(request.resource_id.as_deref()),
            resource_type: request.resource_type.as_deref().unwrap_or(TOPIC),
            associations: found
                .associations
                .iter()
                .map(|(association, schema)| InfoEntity::of(association, schema.as_ref(), extras))
                .collect(),
        }
    }
}

/// What a change has written.
struct WrittenEntity;

impl WrittenEntity {
    fn of<'a>(written: &'a AssociationsWritten, extras: &'a Extras) -> ResourceEntity<'a> {
        ResourceEntity {
            resource_name: written.resource_name.as_deref(),
            resource_namespace: written.resource_namespace.as_deref(),
            resource_id: written.resource_id.as_deref(),
            resource_type: &written.resource_type,
            associations: written
                .associations
                .iter()
                .map(|one| InfoEntity::of(&one.association, one.schema.as_ref(), extras))
                .collect(),
        }
    }
}

impl FromJson for AssociationRequest {
    fn read(value: &Value) -> Result<Self, Malformed> {
        let members = Members::of(value, "AssociationCreateOrUpdateRequest")?;
        Ok(Self {
            resource_name: members.get("resourceName")?,
            resource_namespace: members.get("resourceNamespace")?,
            resource_id: members.get("resourceId")?,
            resource_type: members.get("resourceType")?,
            associations: members.list("associations")?,
            context: None,
            dry_run: false,
        })
    }
}

impl FromJson for AssociationInfo {
    fn read(value: &Value) -> Result<Self, Malformed> {
        let members = Members::of(value, "AssociationCreateOrUpdateInfo")?;
        Ok(Self {
            change: members.get("opType")?.unwrap_or_default(),
            subject: members.get("subject")?,
            association_type: members.get("associationType")?,
            lifecycle: members.get("lifecycle")?,
            frozen: members.get::<Option<bool>>("frozen")?.flatten(),
            schema: members.get::<SchemaRequest>("schema")?,
            normalize: members.get::<Option<bool>>("normalize")?.flatten(),
        })
    }
}

impl FromJson for Change {
    fn read(value: &Value) -> Result<Self, Malformed> {
        let text = String::read(value)?;
        match text.as_str() {
            "CREATE" => Ok(Self::Create),
            "UPSERT" => Ok(Self::Upsert),
            "DELETE" => Ok(Self::Delete),
            _ => Err(Malformed::not_among("AssociationOp", &text, &["CREATE", "UPSERT", "DELETE"])),
        }
    }
}

impl FromJson for Lifecycle {
    fn read(value: &Value) -> Result<Self, Malformed> {
        let text = String::read(value)?;
        Self::from_name(&text)
            .ok_or_else(|| Malformed::not_among("LifecyclePolicy", &text, &["STRONG", "WEAK"]))
    }
}

impl FromJson for BatchGet {
    fn read(value: &Value) -> Result<Self, Malformed> {
        let members = Members::of(value, "AssociationGetRequest")?;
        let types: Vec<String> = members.list("associationTypes")?;
        Ok(Self {
            resource_id: members.get("resourceId")?,
            resource_name: members.get("resourceName")?,
            resource_namespace: members.get("resourceNamespace")?,
            resource_type: members.get("resourceType")?,
            types: types.iter().filter_map(|text| AssociationType::from_name(text)).collect(),
            lifecycle: members.get("lifecycle")?,
        })
    }
}
