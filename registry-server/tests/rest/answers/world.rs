//! The registry that every operation is asked of.

use serde_json::{Value, json};

use crate::support::Api;

fn record(name: &str, fields: &[&str]) -> String {
    let fields: Vec<Value> =
        fields.iter().map(|field| json!({ "name": field, "type": "int", "default": 0 })).collect();
    json!({ "type": "record", "name": name, "fields": fields }).to_string()
}

/// Subjects: `s` with two versions, FULL; `half` with a soft-deleted and a live version; `gone` with a soft-deleted one;
/// `d`, to which `m` refers; `meta` with metadata, a sensitive value and rules; `ro`, read-only; `:.c:s` in a context of its
/// own; `:.i:` in IMPORT; `:.empty:` without versions; `t-value` and `free`, associated
/// with topic `t`; `:.k:f-value`, frozen to topic `f`.
pub(crate) async fn build(api: &Api) {
    api.register("s", &record("R", &["a"])).await;
    api.register("s", &record("R", &["a", "b"])).await;
    must(api, "PUT", "/config/s", json!({ "compatibility": "FULL" })).await;
    api.register("half", &record("H", &["a"])).await;
    api.register("half", &record("H", &["a", "b"])).await;
    must(api, "DELETE", "/subjects/half/versions/1", Value::Null).await;
    api.register("gone", &record("G", &[])).await;
    must(api, "DELETE", "/subjects/gone", Value::Null).await;
    api.register("d", &record("D", &[])).await;
    let referring = json!({ "schema": r#"{"type":"record","name":"M","fields":[{"name":"d","type":"D"}]}"#,
        "references": [{ "name": "D", "subject": "d", "version": 1 }] });
    must(api, "POST", "/subjects/m/versions", referring).await;
    let described = json!({ "schema": record("Meta", &["a"]),
        "metadata": { "tags": { "Meta.a": ["PII"] }, "properties": { "owner": "ann", "token": "s3cret" },
            "sensitive": ["token"] },
        "ruleSet": { "domainRules": [
            { "name": "check", "kind": "CONDITION", "mode": "WRITE", "type": "CEL", "expr": "message.a > 0" }] } });
    must(api, "POST", "/subjects/meta/versions", described).await;
    api.register("ro", &record("Ro", &[])).await;
    must(api, "PUT", "/mode/ro", json!({ "mode": "READONLY" })).await;
    api.register(":.c:s", &record("R", &["a"])).await;
    must(api, "PUT", "/mode/:.i:", json!({ "mode": "IMPORT" })).await;
    api.register(":.empty:x", "\"int\"").await;
    must(api, "DELETE", "/subjects/:.empty:x", Value::Null).await;
    must(api, "DELETE", "/subjects/:.empty:x?permanent=true", Value::Null).await;
    api.register("free", &record("Free", &[])).await;
    let association = json!({ "resourceName": "t", "resourceNamespace": "k", "resourceId": "t-id", "associations": [
        { "subject": "t-value", "lifecycle": "WEAK" },
        { "subject": "free", "associationType": "key", "lifecycle": "WEAK" }] });
    api.register("t-value", &record("T", &[])).await;
    must(api, "POST", "/associations", association).await;
    // With a schema it is STRONG and frozen.
    let frozen = json!({ "resourceName": "f", "resourceNamespace": "k", "resourceId": "f-id", "associations": [
        { "subject": ":.k:f-value", "schema": { "schema": record("F", &[]) } }] });
    must(api, "POST", "/associations", frozen).await;
}

async fn must(api: &Api, method: &str, path: &str, body: Value) {
    let sent = if body.is_null() { String::new() } else { body.to_string() };
    let answer = api.send(method, path, &["content-type: application/json"], sent).await;
    assert!(answer.status < 300, "{method} {path}: {}", answer.text);
}
