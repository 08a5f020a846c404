//! Answers shaped as a 7.9 server's.

use crate::support::Api;
use axum::body::Body;
use serde_json::json;

const INT: &str = "\"int\"";

#[tokio::test]
async fn replies_of_a_7_9_server() {
    let api = Api::with(&[("response.level", "7")]).await;
    assert_eq!(api.register("s", INT).await.json(), json!({ "id": 1 }));
    let with_metadata = json!({ "schema": INT, "metadata": { "properties": { "k": "v" } } });
    let registered = api.post("/subjects/s/versions", &with_metadata).await.json();
    let full = json!({ "id": 2, "version": 2, "schema": INT, "metadata": { "properties": { "k": "v" } } });
    assert_eq!(registered, full);
    assert_eq!(api.post("/subjects/s/versions", &with_metadata).await.json(), json!({ "id": 2 }));
    let read = json!({ "subject": "s", "version": 1, "id": 1, "schema": INT });
    assert_eq!(api.get("/subjects/s/versions/1").await.json(), read);
    assert_eq!(api.get("/schemas/ids/1").await.json(), json!({ "schema": INT }));
    let lower = json!({ "compatibility": "none", "normalize": true });
    assert_eq!(api.put("/config/s", &lower).await.json(), lower);
    assert_eq!(api.delete("/mode").await.error(), (405, "HTTP 405 Method Not Allowed".to_owned()));
    let incompatible = api.post("/subjects/s/versions", &json!({ "schema": "\"string\"" })).await;
    assert_eq!(incompatible.status, 200, "the level is none");
    api.put("/config/s", &json!({ "compatibility": "full" })).await;
    let incompatible = api.post("/subjects/s/versions", &json!({ "schema": "\"boolean\"" })).await;
    assert_eq!((incompatible.status, incompatible.error().0), (409, 409));
}

#[tokio::test]
async fn texts_of_a_7_9_server() {
    let api = Api::with(&[("response.level", "7")]).await;
    for (method, path, body, message) in [
        ("POST", "/subjects/s/versions", "", "register.arg5 must not be null (was null)"),
        (
            "PUT",
            "/mode/s",
            r#"{"mode":"x"}"#,
            "Invalid mode. Valid values are READWRITE, READONLY, and IMPORT.",
        ),
        ("POST", "/subjects/s/versions", r#"{"schema":"\"int\"","id":3}"#, "Subject s is not in import mode"),
        (
            "PUT",
            "/mode/s",
            r#"{"mode":null}"#,
            "Invalid mode. Valid values are READWRITE, READONLY, and IMPORT.",
        ),
        ("GET", "/contexts/a:b/subjects", "", "Context name cannot contain a colon"),
        ("GET", "/config/:.:", "", "Subject '' does not have subject-level compatibility configured"),
    ] {
        let answer = api.send(method, path, &[], body.to_owned()).await;
        assert_eq!(answer.error().1, message, "{method} {path}");
    }
    let text = "Invalid schema {subject=s,version=0,id=-1,schemaType=AVRO,references=[],metadata=null,ruleSet=null,schema={,schemaTags=null} with refs [] of type AVRO, details: ";
    let unreadable = json!({ "schema": "{" });
    let refused = api.post("/subjects/s/versions", &unreadable).await.error();
    assert!(refused.1.starts_with(text), "{}", refused.1);
    let checked = api.post("/compatibility/subjects/s/versions?verbose=true", &unreadable).await.json();
    assert!(checked["messages"][0].as_str().unwrap().starts_with(text), "{checked}");
}

#[tokio::test]
async fn auto_goes_by_what_the_client_accepts() {
    let api = Api::with(&[("response.level", "auto")]).await;
    api.register("s", INT).await;
    for (headers, has_guid) in [
        (&[][..], false),
        (&["Confluent-Accept-Unknown-Properties: false"], false),
        (&["Confluent-Accept-Unknown-Properties: true"], true),
    ] {
        let answer = api.send("GET", "/schemas/ids/1", headers, Body::empty()).await.json();
        assert_eq!(answer.get("guid").is_some(), has_guid, "{headers:?}");
    }
}
