//! JSON Schema over HTTP.

use crate::support::Api;
use serde_json::{Value, json};

fn body(schema: &str) -> Value {
    json!({ "schema": schema, "schemaType": "JSON" })
}

#[tokio::test]
async fn what_is_refused_is_answered_in_the_words_of_each_level() {
    let entity = |rest: &str, schema: &str| {
        format!(
            "schemaType=JSON,references=[],metadata=null,ruleSet=null,schema={schema},schemaTags=null{rest}"
        )
    };
    for (level, schema, start, end) in [
        (
            "8",
            "{",
            String::new(),
            "Invalid schema of type JSON, details: Invalid schema of type JSON, details: Invalid JSON schema"
                .to_owned(),
        ),
        (
            "8",
            "[]",
            "Invalid schema {subject=s,version=0,id=-1,guid=".to_owned(),
            format!(
                ",{}, details: Invalid JSON schema: expected an object or boolean at the root, found ARRAY",
                entity(",ts=null,deleted=null}", "[]")
            ),
        ),
        (
            "7",
            "{",
            "Invalid schema {subject=s,version=0,id=-1,".to_owned(),
            format!("{} with refs [] of type JSON, details: Invalid JSON {{", entity("}", "{")),
        ),
        (
            "7",
            "[]",
            "Invalid schema {subject=s,version=0,id=-1,".to_owned(),
            format!("{}, details: Invalid JSON Schema", entity("}", "[]")),
        ),
    ] {
        let api = Api::with(&[("response.level", level)]).await;
        let (code, message) = api.post("/subjects/s/versions", &body(schema)).await.error();
        assert_eq!(code, 42201, "{message}");
        assert!(message.starts_with(&start) && message.ends_with(&end), "{message}");
    }
}

#[tokio::test]
async fn a_schema_may_build_on_others_by_their_names() {
    let api = Api::new().await;
    let item = r#"{"$id":"http://ex.com/item.json","type":"object","properties":{"n":{"type":"integer"}}}"#;
    assert_eq!(api.post("/subjects/item/versions", &body(item)).await.status, 200);
    let order = |kind: &str| {
        format!(
            r#"{{"$id":"http://ex.com/order.json","type":"object","properties":{{"item":{{"$ref":"item.json#/properties/n"}},"k":{{"type":"{kind}"}}}}}}"#
        )
    };
    assert_eq!(api.post("/subjects/order/versions", &body(&order("string"))).await.error().0, 42201);
    let mut request = body(&order("string"));
    request["references"] = json!([{ "name": "item.json", "subject": "item", "version": 1 }]);
    assert_eq!(api.post("/subjects/order/versions", &request).await.status, 200);
    request["schema"] = json!(order("boolean"));
    let (code, message) = api.post("/subjects/order/versions", &request).await.error();
    assert_eq!(code, 40901);
    assert!(message.contains(r#"details: [{errorType:"TYPE_CHANGED", description:"A type at path '#/properties/k' is different between the new schema and the old schema'}, {oldSchemaVersion: 1}, "#), "{message}");
}

#[tokio::test]
async fn fields_are_validated_and_tags_written() {
    let api = Api::new().await;
    let reserved = body(r#"{"type":"object","properties":{"$$a":{}}}"#);
    assert_eq!(api.post("/subjects/a/versions", &reserved).await.status, 200);
    api.put("/config/b", &json!({ "validateFields": true })).await;
    assert_eq!(api.post("/subjects/b/versions", &reserved).await.error().0, 42201);
    let change = json!({ "tagsToAdd": [{ "schemaEntity": { "entityPath": "object.$$a", "entityType": "sr_field" }, "tags": ["PII"] }] });
    let tagged = api.post("/subjects/a/versions/1/tags", &change).await.json();
    assert_eq!(tagged["schema"], r#"{"type":"object","properties":{"$$a":{"confluent:tags":["PII"]}}}"#);
}

#[tokio::test]
async fn an_import_may_refer_to_other_servers_unless_that_is_forbidden() {
    let remote = "http://ex.com/item.json";
    let old = "http://json-schema.org/draft-07/schema#";
    let new = "https://json-schema.org/draft/2020-12/schema";
    for (setting, mode, reference, status) in [
        ("true", "READWRITE", remote, 422),
        ("true", "IMPORT", remote, 200),
        ("false", "READWRITE", remote, 422),
        ("false", "IMPORT", remote, 422),
        // Nor is this one there, but it leads to no server.
        ("false", "IMPORT", "item.json", 200),
        ("false", "IMPORT", "#/definitions/A", 200),
    ] {
        let api = Api::with(&[("schema.providers.json.fetch.remote.schemas", setting)]).await;
        assert_eq!(api.put("/mode", &json!({ "mode": mode })).await.status, 200);
        for (number, draft) in [(1, old), (2, new)] {
            let text = json!({
                "$schema": draft,
                "definitions": { "A": { "type": "string" } },
                "properties": { "a": { "$ref": reference } },
            });
            let mut schema = body(&text.to_string());
            if mode == "IMPORT" {
                schema["id"] = json!(number);
                schema["version"] = json!(number);
            }
            let answer = api.post("/subjects/s/versions", &schema).await;
            assert_eq!(answer.status, status, "{setting} {mode} {reference} {draft}: {}", answer.text);
            if status == 422 {
                let (code, message) = answer.error();
                assert_eq!(code, 42201, "{message}");
                assert!(message.contains(&format!("'{remote}' is not among the references")), "{message}");
            }
        }
    }
}
