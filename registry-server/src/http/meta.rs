//! `/` and `/v1/metadata`

use std::collections::BTreeMap;

use serde_json::json;

use super::App;
use super::body::RequestBody;
use super::error::ApiError;
use super::json::{FromJson, Value};
use super::operation::{AnyOperation, Definition, Operation, RequestInfo, ResponseBody};
use super::parameters::parameters;
use super::response::ApiResponse;
use crate::config::Settings;
use crate::security::Needs;

pub(super) static OPERATIONS: &[AnyOperation] = &[
    AnyOperation::of::<GetRoot>(),
    AnyOperation::of::<PostRoot>(),
    AnyOperation::of::<GetClusterId>(),
    AnyOperation::of::<GetServerVersion>(),
    AnyOperation::of::<GetDeployment>(),
];

/// The name of the Kafka cluster that this registry serves: the one that is set, or one that every node of the same group
/// makes up alike.
pub(super) fn cluster_name(settings: &Settings) -> String {
    if settings.kafka_cluster_id.is_empty() {
        uuid::Uuid::from_bytes(avro_model::fingerprint::md5(&settings.group_id)).simple().to_string()
    } else {
        settings.kafka_cluster_id.clone()
    }
}

parameters! {
    struct GetRoot {}
}

impl Operation for GetRoot {
    const DEFINITION: Definition = Definition::get(
        "/",
        "get",
        Needs::Nothing,
        ResponseBody::One("Empty"),
        "Answers an empty object: the registry is there.",
    );
    type Body = ();

    async fn handle(self, _: &App, _: &RequestInfo, (): ()) -> Result<ApiResponse, ApiError> {
        Ok(ApiResponse::json(&json!({})))
    }
}

parameters! {
    struct PostRoot {}
}

/// A map of texts, which may be missing. The original reads it and does nothing with it.
struct IgnoredMap;

impl RequestBody for IgnoredMap {
    const ENTITY: Option<&'static str> = Some("Map");
    const REQUIRED: bool = false;

    fn read(body: Option<Value>, _: &'static str) -> Result<Self, ApiError> {
        if let Some(body) = &body {
            BTreeMap::<String, Option<String>>::read(body)?;
        }
        Ok(Self)
    }
}

impl Operation for PostRoot {
    const DEFINITION: Definition = Definition::post(
        "/",
        "post",
        Needs::Nothing,
        ResponseBody::One("Empty"),
        "Takes a map of texts and answers an empty object.",
    );
    type Body = IgnoredMap;

    async fn handle(self, _: &App, _: &RequestInfo, _: IgnoredMap) -> Result<ApiResponse, ApiError> {
        Ok(ApiResponse::json(&json!({})))
    }
}

parameters! {
    struct GetClusterId {}
}

impl Operation for GetClusterId {
    const DEFINITION: Definition = Definition::get(
        "/v1/metadata/id",
        "getClusterId",
        Needs::Nothing,
        ResponseBody::One("ServerClusterId"),
        "The clusters that this registry belongs to.",
    );
    type Body = ();

    async fn handle(self, app: &App, _: &RequestInfo, (): ()) -> Result<ApiResponse, ApiError> {
        let clusters =
            json!({ "kafka-cluster": app.cluster, "schema-registry-cluster": app.settings.group_id });
        Ok(ApiResponse::json(&json!({ "scope": { "path": [], "clusters": clusters } })))
    }
}

parameters! {
    struct GetServerVersion {}
}

impl Operation for GetServerVersion {
    const DEFINITION: Definition = Definition::get(
        "/v1/metadata/version",
        "getSchemaRegistryVersion",
        Needs::Nothing,
        ResponseBody::One("SchemaRegistryServerVersion"),
        "The version of this server.",
    );
    type Body = ();

    async fn handle(self, _: &App, _: &RequestInfo, (): ()) -> Result<ApiResponse, ApiError> {
        Ok(ApiResponse::json(&json!({ "version": env!("CARGO_PKG_VERSION"), "commitId": "" })))
    }
}

parameters! {
    struct GetDeployment {}
}

impl Operation for GetDeployment {
    const DEFINITION: Definition = Definition::get(
        "/v1/metadata/deployment",
        "getSchemaRegistryDeployment",
        Needs::Nothing,
        ResponseBody::One("SchemaRegistryDeployment"),
        "Attributes of the deployment.",
    );
    type Body = ();

    async fn handle(self, _: &App, _: &RequestInfo, (): ()) -> Result<ApiResponse, ApiError> {
        Ok(ApiResponse::json(&json!({ "attributes": [] })))
    }
}
