//! Answers that are told again: asked twice after each of many writes, a registry that remembers answers as one that
//! remembers nothing.

use registry_server::http;
use registry_server::store::Store;
use registry_server::store::sql::{OpenOptions, SqlStore};
use serde_json::{Value, json};

use crate::support::{Answer, Api, settings};

const READS: [&str; 22] = [
    "/schemas/ids/1",
    "/schemas/ids/1?subject=s",
    "/schemas/ids/1?fetchMaxId=false&subject=s",
    "/schemas/ids/1?fetchMaxId=true",
    "/schemas/ids/1?subject=alias",
    "/schemas/ids/1?subject=:.c:",
    "/schemas/ids/1/versions",
    "/schemas/ids/2/schema",
    "/subjects",
    "/subjects?deleted=true",
    "/subjects/s/versions",
    "/subjects/s/versions/latest",
    "/subjects/s/versions/1",
    "/subjects/s/versions/1?deleted=true",
    "/subjects/s/versions/1/referencedby",
    "/subjects/alias/versions/latest",
    "/contexts/.c/subjects/s/versions/latest",
    "/config/s?defaultToGlobal=true",
    "/mode/s?defaultToGlobal=true",
    "/contexts",
    "/schemas?latestOnly=true",
    "/",
];

/// An enum, which grows in a compatible way.
fn schema(symbols: &str) -> Value {
    let text = json!({ "type": "enum", "name": "E", "symbols": symbols.split(' ').collect::<Vec<_>>(), "default": "A" });
    json!({ "schema": text.to_string() })
}

fn referring() -> Value {
    let reference = json!({ "name": "E", "subject": "s", "version": 1 });
    json!({ "schema": r#"{"type":"record","name":"R","fields":[{"name":"e","type":"E"}]}"#, "references": [reference] })
}

fn writes() -> Vec<(&'static str, &'static str, Value)> {
    vec![
        ("POST", "/subjects/s/versions", schema("A")),
        ("POST", "/subjects/s/versions", schema("A B")),
        ("POST", "/subjects/t/versions", schema("A")),
        ("POST", "/subjects/r/versions", referring()),
        ("PUT", "/config/alias", json!({ "alias": "s" })),
        ("PUT", "/config", json!({ "compatibility": "NONE" })),
        ("PUT", "/config/s", json!({ "compatibility": "FULL", "normalize": true })),
        ("POST", "/subjects/:.c:s/versions", schema("A C")),
        ("DELETE", "/subjects/s/versions/2", Value::Null),
        ("POST", "/subjects/s/versions", schema("A B")),
        ("PUT", "/mode/s", json!({ "mode": "READONLY" })),
        ("DELETE", "/mode/s", Value::Null),
        ("PUT", "/config/alias", json!({ "alias": "t" })),
        ("DELETE", "/subjects/r", Value::Null),
        ("DELETE", "/subjects/r?permanent=true", Value::Null),
        ("DELETE", "/subjects/s/versions/1", Value::Null),
        ("DELETE", "/subjects/t", Value::Null),
        ("DELETE", "/subjects/s/versions/1?permanent=true", Value::Null),
        ("DELETE", "/subjects/t?permanent=true", Value::Null),
        ("DELETE", "/config", Value::Null),
    ]
}

/// What is the same for the same state: all but the times of writes, and the ids of requests.
fn comparable(answer: &Answer) -> (u16, Option<String>, String) {
    let text =
        answer.text.split(",\"ts\":").map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
    (answer.status, answer.header("content-type").map(str::to_owned), text.collect())
}

async fn send(api: &Api, method: &str, path: &str, body: &Value) -> Answer {
    match body {
        Value::Null => api.send(method, path, &[], "").await,
        body => api.send(method, path, &["content-type: application/json"], body.to_string()).await,
    }
}

#[tokio::test]
async fn an_answer_is_told_again_only_while_it_is_true() {
    let remembering = Api::new().await;
    let database = SqlStore::open("sqlite::memory:", OpenOptions::default()).await.unwrap();
    let forgetful =
        Api::of(http::router(Store::of(database), settings(&[])).expect("nothing has to be read"));
    let mut asked: Vec<(&str, &str, Value)> = READS.map(|path| ("GET", path, Value::Null)).into();
    for path in ["/subjects/s", "/subjects/t", "/subjects/:.c:s", "/subjects/alias"] {
        asked.extend([schema("A"), schema("A B")].map(|body| ("POST", path, body)));
    }
    asked.push(("POST", "/compatibility/subjects/s/versions/latest", schema("A B C")));
    for (method, path, body) in writes() {
        let written = send(&remembering, method, path, &body).await;
        assert_eq!(
            comparable(&written),
            comparable(&send(&forgetful, method, path, &body).await),
            "{method} {path}"
        );
        assert!(written.status < 300, "{method} {path}: {}", written.text);
        for (ask, asked_path, asked_body) in &asked {
            let expected = comparable(&send(&forgetful, ask, asked_path, asked_body).await);
            for time in 1..=2 {
                let answer = comparable(&send(&remembering, ask, asked_path, asked_body).await);
                assert_eq!(answer, expected, "{ask} {asked_path}, time {time} after {method} {path}");
            }
        }
    }
}

#[tokio::test]
async fn a_registration_that_is_known_is_answered_until_it_is_not() {
    let api = Api::new().await;
    let first = api.register("s", "\"int\"").await;
    for _ in 0..3 {
        assert_eq!(api.register("s", "\"int\"").await.json()["id"], first.json()["id"]);
    }
    assert_eq!(api.delete("/subjects/s").await.status, 200);
    // Registered again, it is a version of its own.
    let again = api.register("s", "\"int\"").await;
    assert_eq!((&again.json()["version"], &again.json()["id"]), (&json!(2), &json!(1)));
    assert_eq!(api.register("s", "\"int\"").await.json(), again.json());
    assert_eq!(api.put("/mode/s", &json!({ "mode": "READONLY" })).await.status, 200);
    assert_eq!(api.register("s", "\"int\"").await.json()["version"], 2);
    assert_eq!(api.post("/subjects/s/versions", &json!({ "schema": "\"long\"" })).await.error().0, 42205);
}

#[tokio::test]
async fn each_request_has_its_own_answer() {
    let api = Api::with(&[("response.level", "auto")]).await;
    api.register("s", "\"int\"").await;
    let path = "/subjects/s/versions/latest";
    for _ in 0..2 {
        for (header, media, has_guid) in [
            ("accept: */*", "application/vnd.schemaregistry.v1+json", false),
            ("accept: application/json", "application/json", false),
            ("confluent-accept-unknown-properties: true", "application/vnd.schemaregistry.v1+json", true),
        ] {
            let answer = api.send("GET", path, &[header], "").await;
            assert_eq!(answer.header("content-type"), Some(media), "{header}");
            assert_eq!(answer.json()["guid"].is_string(), has_guid, "{header}");
        }
        let mine = api.send("GET", path, &["x-request-id: mine"], "").await;
        assert_eq!(mine.header("x-request-id"), Some("mine"));
        assert_ne!(api.get(path).await.header("x-request-id"), api.get(path).await.header("x-request-id"));
        assert_eq!(api.send("GET", path, &["accept: text/html"], "").await.status, 406);
        let head = api.send("HEAD", path, &[], "").await;
        assert_eq!((head.status, head.text.as_str()), (200, ""));
        assert_ne!(head.header("content-length"), Some("0"));
    }
}
