//! Tokens that the registry issues: rest-api §5.11.

use std::fs;
use std::time::Duration;

use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tempfile::NamedTempFile;

use crate::support::{Answer, Api, databases};

/// A file with alice and bob, and a registry that asks for passwords or tokens.
async fn api(url: &str, users: &NamedTempFile) -> Api {
    let file = users.path().to_str().expect("a plain path");
    Api::over(url, &[("authentication.method", "BASIC,BEARER"), ("authentication.password.file", file)]).await
}

fn users() -> NamedTempFile {
    let file = NamedTempFile::new().expect("a file");
    let hash = |password: &str| bcrypt::hash(password, 4).expect("random bytes");
    let text = format!("alice:{}:developers\nbob:{}\n", hash("of alice"), hash("of bob"));
    fs::write(file.path(), text).expect("it is written");
    file
}

fn password(name: &str) -> String {
    format!("authorization: Basic {}", STANDARD.encode(format!("{name}:of {name}")))
}

fn bearer(token: &Value) -> String {
    format!("authorization: Bearer {}", token["token"].as_str().expect("a token was issued"))
}

async fn issue(api: &Api, credentials: &str, body: Value) -> Answer {
    let headers = [credentials, "content-type: application/json"];
    api.send("POST", "/security/tokens", &headers, body.to_string()).await
}

async fn send(api: &Api, credentials: &str, method: &str, path: &str) -> Answer {
    api.send(method, path, &[credentials], Body::empty()).await
}

#[tokio::test]
async fn a_token_stands_for_its_owner_until_it_is_revoked() {
    for url in databases().await {
        let users = users();
        let api = api(&url, &users).await;
        let scopes = json!([{ "permissions": ["SUBJECT_READ"], "subjectPrefixes": ["orders-"] }]);
        let issued = issue(&api, &password("alice"), json!({ "name": "ci", "scopes": scopes })).await;
        assert_eq!(issued.status, 200, "{}", issued.text);
        let issued = issued.json();
        assert!(issued["token"].as_str().expect("a token").starts_with("srt_"));
        assert_eq!(issued["owner"], "alice");
        assert_eq!(issued["groups"], json!(["developers"]));
        assert_eq!(issued["scopes"], scopes);
        let days = (issued["expires"].as_i64().unwrap() - issued["created"].as_i64().unwrap()) / 86_400_000;
        assert_eq!(days, 90);
        let whole =
            issue(&api, &password("alice"), json!({ "name": "all", "expiresInSeconds": 0 })).await.json();
        assert_eq!((whole.get("expires"), whole.get("scopes")), (None, None));

        let mine = send(&api, &bearer(&whole), "GET", "/security/tokens/own").await;
        let mut names: Vec<String> =
            mine.json().as_array().unwrap().iter().map(|one| one["name"].to_string()).collect();
        names.sort();
        assert_eq!(names, ["\"all\"", "\"ci\""]);
        assert!(!mine.text.contains("srt_") && !mine.text.contains("hash"), "{}", mine.text);
        assert_eq!(send(&api, &password("bob"), "GET", "/security/tokens/own").await.text, "[]");

        let of_token = format!("/security/tokens/own/{}", whole["id"].as_str().unwrap());
        let answer = send(&api, &password("bob"), "DELETE", &of_token).await;
        assert_eq!((answer.status, answer.error().0), (404, 404), "it is another's");
        assert_eq!(send(&api, &bearer(&whole), "GET", "/subjects").await.status, 200);
        assert_eq!(send(&api, &password("alice"), "DELETE", &of_token).await.status, 204);
        assert_eq!(send(&api, &bearer(&whole), "GET", "/subjects").await.status, 401);
        assert_eq!(send(&api, &password("alice"), "DELETE", &of_token).await.status, 404);

        let all = send(&api, &password("bob"), "GET", "/security/tokens").await.json();
        assert_eq!(all.as_array().map(Vec::len), Some(1));
        let of_token = format!("/security/tokens/{}", issued["id"].as_str().unwrap());
        assert_eq!(send(&api, &password("bob"), "DELETE", &of_token).await.status, 204);
        assert_eq!(send(&api, &bearer(&issued), "GET", "/schemas/types").await.status, 401);
    }
}

#[tokio::test]
async fn what_is_no_token_is_not_issued_and_tokens_make_no_tokens() {
    let users = users();
    let api = api("sqlite::memory:", &users).await;
    let scope = |permission: &str| json!([{ "permissions": [permission] }]);
    for (body, status, part) in [
        (json!({}), 400, "A token has a name"),
        (json!({ "name": "a\nb" }), 400, "A token has a name"),
        (json!({ "name": "a".repeat(256) }), 400, "A token has a name"),
        (json!({ "name": "a", "expiresInSeconds": -1 }), 400, "expiresInSeconds"),
        (json!({ "name": "a", "scopes": [] }), 400, "A token has 1 to 64 scopes"),
        (json!({ "name": "a", "scopes": scope("SUBJECT_RAED") }), 400, "SUBJECT_RAED"),
        (json!({ "name": "a", "scopes": scope("SUBJECT_READ") }), 200, ""),
        // A limit with a wrong name would be none.
        (json!({ "name": "a", "scope": scope("SUBJECT_READ") }), 400, "scope"),
        (json!({ "name": "a", "scopes": [{ "permission": ["SUBJECT_READ"] }] }), 400, "permission"),
        (json!({ "name": "a", "scopes": [{}] }), 400, "a scope has"),
        (
            json!({ "name": "a", "scopes": [{ "subjectPrefixes": ["x".repeat(2000)] }] }),
            400,
            "at most 1024 bytes",
        ),
    ] {
        let answer = issue(&api, &password("alice"), body.clone()).await;
        assert_eq!(answer.status, status, "{body}: {}", answer.text);
        assert!(answer.text.contains(part), "{body}: {}", answer.text);
    }
    let token = issue(&api, &password("alice"), json!({ "name": "a" })).await.json();
    let answer = issue(&api, &bearer(&token), json!({ "name": "b" })).await;
    assert_eq!(answer.status, 400, "{}", answer.text);
    assert!(answer.error().1.contains("changes no tokens"), "{}", answer.text);
    let of_token = format!("/security/tokens/own/{}", token["id"].as_str().unwrap());
    assert_eq!(send(&api, &bearer(&token), "DELETE", &of_token).await.status, 400);
    let nobody = issue(&api, "x-nothing: shown", json!({ "name": "a" })).await;
    assert_eq!(nobody.status, 401);
}

#[tokio::test]
async fn a_token_ends_and_its_use_is_seen() {
    let users = users();
    let api = api("sqlite::memory:", &users).await;
    let short = issue(&api, &password("alice"), json!({ "name": "a", "expiresInSeconds": 1 })).await.json();
    let long = issue(&api, &password("alice"), json!({ "name": "b" })).await.json();
    assert_eq!(send(&api, &bearer(&long), "GET", "/subjects").await.status, 200);
    until(async || send(&api, &bearer(&short), "GET", "/subjects").await.status == 401).await;
    until(async || {
        let mine = send(&api, &password("alice"), "GET", "/security/tokens/own").await.json();
        let used =
            mine.as_array().unwrap().iter().find(|one| one["name"] == "b").unwrap()["lastUsed"].as_i64();
        used >= long["created"].as_i64()
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_node_takes_a_token_at_once_and_refuses_it_soon() {
    let users = users();
    let Some(url) = crate::support::postgres_schema().await else { return };
    let (here, there) = (api(&url, &users).await, api(&url, &users).await);
    // It remembers that there are none.
    let unknown = json!({ "token": "srt_unknown" });
    assert_eq!(send(&there, &bearer(&unknown), "GET", "/subjects").await.status, 401);
    let token = issue(&here, &password("alice"), json!({ "name": "a" })).await.json();
    assert_eq!(send(&there, &bearer(&token), "GET", "/subjects").await.status, 200, "never denied");
    let of_token = format!("/security/tokens/own/{}", token["id"].as_str().unwrap());
    assert_eq!(send(&here, &password("alice"), "DELETE", &of_token).await.status, 204);
    until(async || send(&there, &bearer(&token), "GET", "/subjects").await.status == 401).await;
}

#[tokio::test]
async fn there_are_no_tokens_where_none_are_taken() {
    let api = Api::new().await;
    for path in ["/security/tokens", "/security/tokens/own"] {
        assert_eq!(api.get(path).await.status, 404, "{path}");
    }
    assert!(!api.get("/openapi.json").await.text.contains("/security/tokens"));
}

/// Asks again until it is so.
async fn until(is_so: impl AsyncFn() -> bool) {
    let asking = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), asking).await.expect("it becomes so");
}
