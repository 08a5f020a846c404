//! What requests do to each other, in one life of a registry. What each operation answers by itself is in `answers`.

use crate::support::{Api, databases};
use serde_json::{Value, json};

const R1: &str = r#"{"type":"record","name":"R","fields":[{"name":"a","type":"int"}]}"#;
const R2: &str = r#"{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"b","type":"int","default":0}]}"#;

/// The body with times replaced, since they are the only thing that no test can know.
fn timeless(mut value: Value) -> Value {
    match &mut value {
        Value::Object(members) => {
            for (key, member) in members.iter_mut() {
                let old = member.take();
                *member = if matches!(key.as_str(), "ts" | "createTs" | "updateTs") {
                    assert!(old.as_i64().is_some_and(|ts| ts > 1_600_000_000_000), "{key} is {old}");
                    json!("TIME")
                } else {
                    timeless(old)
                };
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| *item = timeless(item.take())),
        _ => {}
    }
    value
}

async fn expect(api: &Api, method: &str, path: &str, body: Option<Value>, status: u16, wanted: Value) {
    let sent = body.map(|body| body.to_string()).unwrap_or_default();
    let answer = api.send(method, path, &["content-type: application/json"], sent).await;
    assert_eq!(answer.status, status, "{method} {path}: {}", answer.text);
    assert_eq!(timeless(answer.json()), wanted, "{method} {path}");
}

fn error(code: u64, message: &str) -> Value {
    json!({ "error_code": code, "message": message })
}

#[tokio::test]
async fn a_subject_from_its_first_version_to_its_purge() {
    let api = Api::new().await;
    let guid1 = "e4d94c3f-c345-bad6-d759-ac6f42ea94f7";
    let first = json!({ "id": 1, "version": 1, "guid": guid1, "schemaType": "AVRO", "schema": R1 });
    expect(&api, "POST", "/subjects/s/versions", Some(json!({ "schema": R1 })), 200, first.clone()).await;
    expect(&api, "POST", "/subjects/s/versions", Some(json!({ "schema": R1 })), 200, first).await;
    let found =
        json!({ "subject": "s", "version": 1, "id": 1, "guid": guid1, "schemaType": "AVRO", "schema": R1 });
    expect(&api, "POST", "/subjects/s", Some(json!({ "schema": R1 })), 200, found).await;
    let read = json!({ "subject": "s", "version": 1, "id": 1, "guid": guid1, "schemaType": "AVRO", "schema": R1,
        "ts": "TIME", "deleted": false });
    expect(&api, "GET", "/subjects/s/versions/latest", None, 200, read.clone()).await;
    expect(&api, "GET", "/schemas", None, 200, json!([read])).await;
    let by_id = json!({ "subject": "s", "version": 1, "guid": guid1, "schemaType": "AVRO", "schema": R1, "maxId": 1,
        "ts": "TIME", "deleted": false });
    expect(&api, "GET", "/schemas/ids/1?fetchMaxId=true", None, 200, by_id).await;
    let by_guid =
        json!({ "guid": guid1, "schemaType": "AVRO", "schema": R1, "ts": "TIME", "deleted": false });
    expect(&api, "GET", &format!("/schemas/guids/{guid1}"), None, 200, by_guid).await;
    let ids = json!([{ "context": ".", "id": 1 }]);
    expect(&api, "GET", &format!("/schemas/guids/{}/ids", guid1.replace('-', "")), None, 200, ids).await;
    assert_eq!(api.get("/schemas/ids/1/schema").await.text, R1);
    assert_eq!(api.get("/subjects/s/versions/1/schema").await.text, R1);
    expect(&api, "GET", "/schemas/ids/1/subjects", None, 200, json!(["s"])).await;
    let holder = json!([{ "subject": "s", "version": 1 }]);
    expect(&api, "GET", "/schemas/ids/1/versions", None, 200, holder).await;

    expect(
        &api,
        "DELETE",
        "/subjects/s?permanent=true",
        None,
        404,
        error(40405, "Subject 's' was not deleted first before being permanently deleted"),
    )
    .await;
    expect(&api, "DELETE", "/subjects/s/versions/1", None, 200, json!(1)).await;
    expect(
        &api,
        "DELETE",
        "/subjects/s/versions/1",
        None,
        404,
        error(40406, "Subject 's' Version 1 was soft deleted.Set permanent=true to delete permanently"),
    )
    .await;
    expect(&api, "GET", "/subjects/s/versions", None, 404, error(40401, "Subject 's' not found.")).await;
    expect(
        &api,
        "GET",
        "/subjects/s/versions/latest?deleted=true",
        None,
        404,
        error(40402, "Version -1 not found."),
    )
    .await;
    expect(&api, "GET", "/subjects?deletedOnly=true", None, 200, json!(["s"])).await;
    expect(&api, "GET", "/schemas/ids/1/subjects", None, 200, json!([])).await;
    let again = json!({ "id": 1, "version": 2, "guid": guid1, "schemaType": "AVRO", "schema": R1 });
    expect(&api, "POST", "/subjects/s/versions", Some(json!({ "schema": R1 })), 200, again).await;
    expect(&api, "GET", "/subjects/s/versions?deleted=true", None, 200, json!([2])).await;
    expect(&api, "DELETE", "/subjects/s", None, 200, json!([2])).await;
    expect(
        &api,
        "DELETE",
        "/subjects/s",
        None,
        404,
        error(40404, "Subject 's' was soft deleted.Set permanent=true to delete permanently"),
    )
    .await;
    expect(&api, "DELETE", "/subjects/s?permanent=true", None, 200, json!([2])).await;
    expect(&api, "GET", "/schemas/ids/1", None, 404, error(40403, "Schema 1 not found")).await;
    expect(&api, "GET", "/schemas/ids/1/versions", None, 404, error(40403, "Schema not found")).await;
    let anew = json!({ "id": 2, "version": 1, "guid": guid1, "schemaType": "AVRO", "schema": R1 });
    expect(&api, "POST", "/subjects/s/versions", Some(json!({ "schema": R1 })), 200, anew).await;
}

#[tokio::test]
async fn encrypted_values_are_answered_in_clear_with_the_identity_of_clear_values() {
    let metadata = json!({ "properties": { "owner": "ann", "token": "s3cret" }, "sensitive": ["token"] });
    let request = json!({ "schema": R1, "metadata": metadata });
    let plain = Api::new().await.post("/subjects/s/versions", &request).await.json();
    for url in databases().await {
        let api = Api::over(&url, &[("metadata.encoder.secret", "a secret")]).await;
        assert_eq!(api.post("/subjects/s/versions", &request).await.json(), plain, "the same GUID");
        assert_eq!(api.post("/subjects/t/versions", &request).await.json()["id"], 1, "the same id");
        let guid = plain["guid"].as_str().expect("a GUID");
        for path in [
            "/subjects/s/versions/1",
            "/schemas/ids/1",
            &format!("/schemas/guids/{guid}"),
            "/subjects/s/metadata?key=token&value=s3cret",
        ] {
            assert_eq!(api.get(path).await.json()["metadata"], metadata, "{path}");
        }
        assert_eq!(api.get("/schemas").await.json()[0]["metadata"], metadata);
        let config = json!({ "defaultMetadata": metadata });
        assert_eq!(api.put("/config/s", &config).await.json(), config);
        assert_eq!(api.get("/config/s").await.json()["defaultMetadata"], metadata);
    }
}

#[tokio::test]
async fn what_the_original_has_and_this_has_not() {
    let api = Api::new().await;
    for path in ["/exporters", "/dek-registry/v1/keks", "/catalog/v1/search", "/security/1.0/audit"] {
        expect(&api, "GET", path, None, 404, error(404, "HTTP 404 Not Found")).await;
    }
}

#[tokio::test]
async fn compatibility_is_checked_and_told() {
    let api = Api::new().await;
    api.register("s", R1).await;
    let no_default =
        r#"{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"b","type":"int"}]}"#;
    let finding = "{errorType:'READER_FIELD_MISSING_DEFAULT_VALUE', description:'The field 'b' at path '/fields/1' in the new schema has no default value and is missing in the old schema', additionalInfo:'b'}";
    let lines = [
        finding.to_owned(),
        "{oldSchemaVersion: 1}".to_owned(),
        format!("{{oldSchema: '{R1}'}}"),
        "{validateFields: 'false', compatibility: 'BACKWARD'}".to_owned(),
    ];
    expect(&api, "POST", "/subjects/s/versions", Some(json!({ "schema": no_default })), 409, error(40901, &format!(
        "Schema being registered is incompatible with an earlier schema for subject \"s\", details: [{}]",
        lines.join(", ")
    ))).await;
    let path = "/compatibility/subjects/s/versions";
    let body = Some(json!({ "schema": no_default }));
    expect(&api, "POST", &format!("{path}/latest"), body.clone(), 200, json!({ "is_compatible": false }))
        .await;
    expect(
        &api,
        "POST",
        &format!("{path}?verbose=true"),
        body.clone(),
        200,
        json!({ "is_compatible": false, "messages": lines }),
    )
    .await;
    expect(
        &api,
        "POST",
        &format!("{path}/latest?verbose=true"),
        Some(json!({ "schema": R2 })),
        200,
        json!({ "is_compatible": true, "messages": [] }),
    )
    .await;
    expect(&api, "POST", &format!("{path}/2"), body.clone(), 404, error(40402, "Version 2 not found.")).await;
    expect(
        &api,
        "POST",
        "/compatibility/subjects/none/versions/latest",
        body.clone(),
        200,
        json!({ "is_compatible": true }),
    )
    .await;
    expect(&api, "POST", path, Some(json!({})), 422, error(42201, "Empty schema")).await;
    expect(
        &api,
        "PUT",
        "/config/s",
        Some(json!({ "compatibility": "none" })),
        200,
        json!({ "compatibility": "NONE" }),
    )
    .await;
    expect(&api, "POST", path, body, 200, json!({ "is_compatible": true })).await;
}

#[tokio::test]
async fn config_members_are_kept_cleared_and_inherited() {
    let api = Api::new().await;
    let put = |body: Value| Some(body);
    expect(
        &api,
        "PUT",
        "/config/s",
        put(json!({ "compatibility": "full", "alias": "" })),
        200,
        json!({ "alias": "", "compatibility": "FULL" }),
    )
    .await;
    expect(&api, "GET", "/config/s", None, 200, json!({ "compatibilityLevel": "FULL" })).await;
    expect(
        &api,
        "PUT",
        "/config/s",
        put(json!({ "normalize": "true", "alias": null })),
        200,
        json!({ "normalize": true, "compatibility": "FULL" }),
    )
    .await;
    expect(
        &api,
        "PUT",
        "/config/s",
        put(json!({ "compatibility": null })),
        200,
        json!({ "normalize": true }),
    )
    .await;
    expect(
        &api,
        "PUT",
        "/config",
        put(json!({ "compatibility": "NONE", "compatibilityGroup": "g" })),
        200,
        json!({ "compatibility": "NONE", "compatibilityGroup": "g" }),
    )
    .await;
    expect(
        &api,
        "GET",
        "/config/s?defaultToGlobal=true",
        None,
        200,
        json!({ "normalize": true, "compatibilityLevel": "BACKWARD", "compatibilityGroup": "g" }),
    )
    .await;
    expect(
        &api,
        "GET",
        "/config/other?defaultToGlobal=true",
        None,
        200,
        json!({ "compatibilityLevel": "NONE", "compatibilityGroup": "g" }),
    )
    .await;
    expect(
        &api,
        "GET",
        "/config/:.c:x?defaultToGlobal=true",
        None,
        200,
        json!({ "compatibilityLevel": "BACKWARD" }),
    )
    .await;
    expect(&api, "PUT", "/config", put(json!({ "compatibility": "sideways" })), 422, error(42203,
        "Invalid compatibility level. Valid values are none, backward, forward, full, backward_transitive, forward_transitive, and full_transitive")).await;
    expect(
        &api,
        "DELETE",
        "/config",
        None,
        200,
        json!({ "compatibilityLevel": "NONE", "compatibilityGroup": "g" }),
    )
    .await;
    expect(&api, "GET", "/config", None, 200, json!({ "compatibilityLevel": "BACKWARD" })).await;
}

#[tokio::test]
async fn modes_guard_writes() {
    let api = Api::new().await;
    api.register("s", R1).await;
    expect(&api, "PUT", "/mode/s", Some(json!({ "mode": "readonly" })), 200, json!({ "mode": "readonly" }))
        .await;
    expect(&api, "GET", "/mode/s", None, 200, json!({ "mode": "READONLY" })).await;
    let refused = error(42205, "Subject s in context  is in read-only mode");
    expect(&api, "POST", "/subjects/s/versions", Some(json!({ "schema": R2 })), 422, refused.clone()).await;
    expect(&api, "DELETE", "/subjects/s", None, 422, refused.clone()).await;
    expect(&api, "PUT", "/config/s", Some(json!({ "compatibility": "NONE" })), 422, refused).await;
    assert_eq!(api.register("s", R1).await.json()["version"], 1, "what is there already is still answered");
    expect(&api, "PUT", "/mode/s", Some(json!({ "mode": null })), 200, json!({ "mode": null })).await;
    expect(
        &api,
        "GET",
        "/mode/s",
        None,
        404,
        error(40409, "Subject 's' does not have subject-level mode configured"),
    )
    .await;
    expect(
        &api,
        "PUT",
        "/mode",
        Some(json!({ "mode": "IMPORT" })),
        422,
        error(42205, "Cannot import since found existing subjects"),
    )
    .await;
    expect(
        &api,
        "PUT",
        "/mode",
        Some(json!({ "mode": "FORWARD" })),
        422,
        error(42204, "Forward mode only supported on global level"),
    )
    .await;
    expect(&api, "PUT", "/mode/:.i:", Some(json!({ "mode": "IMPORT" })), 200, json!({ "mode": "IMPORT" }))
        .await;
    let import = json!({ "schema": R2, "id": 40, "version": 7 });
    let answer = api.post("/subjects/:.i:s/versions", &import).await.json();
    assert_eq!((&answer["id"], &answer["version"]), (&json!(40), &json!(7)));
    let other = json!({ "schema": R1, "id": 40, "version": 8 });
    expect(
        &api,
        "POST",
        "/subjects/:.i:s/versions",
        Some(other),
        422,
        error(42205, "Overwrite new schema with id 40 in context :.i: is not permitted."),
    )
    .await;
    expect(&api, "DELETE", "/mode", None, 200, json!({ "mode": "READWRITE" })).await;
}

#[tokio::test]
async fn references_hold_what_they_refer_to() {
    let api = Api::new().await;
    api.register("d", r#"{"type":"record","name":"n.D","fields":[]}"#).await;
    let main = json!({ "schema": r#"{"type":"record","name":"M","fields":[{"name":"d","type":"n.D"}]}"#,
        "references": [{ "name": "n.D", "subject": "d", "version": -1 }] });
    let answer = api.post("/subjects/m/versions", &main).await.json();
    assert_eq!(answer["references"], json!([{ "name": "n.D", "subject": "d", "version": 1 }]));
    expect(&api, "GET", "/subjects/d/versions/1/referencedby", None, 200, json!([2])).await;
    let held = error(
        42206,
        "One or more references exist to the schema {magic=1,keytype=SCHEMA,subject=d,version=1}.",
    );
    expect(&api, "DELETE", "/subjects/d", None, 422, held.clone()).await;
    expect(&api, "DELETE", "/subjects/d/versions/1", None, 422, held).await;
    let resolved = api.get("/subjects/m/versions/1?format=resolved").await.json();
    assert_eq!(
        resolved["schema"],
        r#"{"type":"record","name":"M","fields":[{"name":"d","type":{"type":"record","name":"D","namespace":"n","fields":[]}}]}"#
    );
    expect(&api, "DELETE", "/subjects/m", None, 200, json!([1])).await;
    expect(&api, "GET", "/subjects/d/versions/1/referencedby", None, 200, json!([])).await;
    expect(&api, "DELETE", "/subjects/d", None, 200, json!([1])).await;
}

#[tokio::test]
async fn a_soft_deletion_can_be_taken_back() {
    let api = Api::new().await;
    api.register("s", R1).await;
    api.register("s", R2).await;
    api.delete("/subjects/s/versions/1").await;
    let restored = api.post("/subjects/s/versions/1/restore", &json!({})).await;
    let (version, id, deleted) = (json!(1), json!(1), json!(false));
    let body = restored.json();
    assert_eq!((&body["version"], &body["id"], &body["deleted"]), (&version, &id, &deleted));
    expect(&api, "GET", "/subjects/s/versions", None, 200, json!([1, 2])).await;
    let again = api.post("/subjects/s/versions/1/restore", &json!({})).await;
    assert_eq!(again.status, 200, "what is there already is answered again");
    expect(&api, "POST", "/subjects/s/versions/3/restore", None, 404, error(40402, "Version 3 not found."))
        .await;
    expect(&api, "POST", "/subjects/t/versions/1/restore", None, 404, error(40401, "Subject 't' not found."))
        .await;
}
