//! `/` and `/v1/metadata`

use std::collections::BTreeMap;

use serde_json::json;

use super::App;
use super::call::{Call, Reply};
use super::error::ApiError;
use super::json::FromJson;
use crate::config::Settings;

/// The name of the Kafka cluster that this registry serves: the one that is set, or one that every node of the same group
/// makes up alike.
pub(super) fn cluster_name(settings: &Settings) -> String {
    if settings.kafka_cluster_id.is_empty() {
        uuid::Uuid::from_bytes(avro_model::fingerprint::md5(&settings.group_id)).simple().to_string()
    } else {
        settings.kafka_cluster_id.clone()
    }
}

pub(super) async fn root(_app: &App, _call: &Call) -> Result<Reply, ApiError> {
    Ok(Reply::json(&json!({})))
}

/// The original reads a map of texts here and does nothing with it.
pub(super) async fn root_post(_app: &App, call: &Call) -> Result<Reply, ApiError> {
    if let Some(body) = &call.body {
        BTreeMap::<String, Option<String>>::read(body)?;
    }
    Ok(Reply::json(&json!({})))
}

pub(super) async fn cluster_id(app: &App, _call: &Call) -> Result<Reply, ApiError> {
    let clusters = json!({ "kafka-cluster": app.cluster, "schema-registry-cluster": app.settings.group_id });
    Ok(Reply::json(&json!({ "scope": { "path": [], "clusters": clusters } })))
}

pub(super) async fn version(_app: &App, _call: &Call) -> Result<Reply, ApiError> {
    Ok(Reply::json(&json!({ "version": env!("CARGO_PKG_VERSION"), "commitId": "" })))
}

pub(super) async fn deployment(_app: &App, _call: &Call) -> Result<Reply, ApiError> {
    Ok(Reply::json(&json!({ "attributes": [] })))
}
