//! Who sends a request: rest-api §1.8.

use std::fs;

use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Answer, Api};

/// A folder with users: alice, a developer, and bob, who has no groups.
fn users() -> (TempDir, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("users");
    // Cheap hashes: what is asked here is whether they are compared.
    let hash = |password: &str| bcrypt::hash(password, 4).expect("random bytes");
    let text = format!("alice:{}:developers,readers\nbob:{}\n", hash("s3cret: é"), hash("builder"));
    fs::write(&file, text).expect("a file");
    let file = file.to_str().expect("a plain path").to_owned();
    (folder, file)
}

fn basic(name: &str, password: &str) -> String {
    format!("authorization: Basic {}", STANDARD.encode(format!("{name}:{password}")))
}

async fn get(api: &Api, header: &str) -> Answer {
    let headers: Vec<&str> = if header.is_empty() { Vec::new() } else { vec![header] };
    api.send("GET", "/subjects", &headers, Body::empty()).await
}

#[tokio::test]
async fn basic_lets_in_who_has_the_password() {
    let (_folder, file) = users();
    let api = Api::with(&[
        ("authentication.method", "BASIC"),
        ("authentication.realm", "Registry"),
        ("authentication.password.file", &file),
    ])
    .await;
    for (header, status) in [
        (basic("alice", "s3cret: é"), 200),
        // The second time it is remembered.
        (basic("alice", "s3cret: é"), 200),
        (basic("bob", "builder"), 200),
        (basic("alice", "builder"), 401),
        (basic("alice", ""), 401),
        (basic("carol", "builder"), 401),
        ("authorization: Basic !".to_owned(), 401),
        ("authorization: Bearer a.b.c".to_owned(), 401),
        (String::new(), 401),
    ] {
        let answer = get(&api, &header).await;
        assert_eq!(answer.status, status, "{header}: {}", answer.text);
        assert!(answer.header("x-request-id").is_some(), "{header}");
        if status == 401 {
            assert_eq!(answer.text, r#"{"error_code":401,"message":"Unauthorized"}"#, "{header}");
            assert_eq!(answer.header("content-type"), Some("application/json"), "{header}");
            assert_eq!(answer.header("www-authenticate"), Some("Basic realm=\"Registry\""), "{header}");
        }
    }
    let twice = [basic("alice", "s3cret: é"), basic("alice", "s3cret: é")];
    let answer = api.send("GET", "/subjects", &[&twice[0], &twice[1]], Body::empty()).await;
    assert_eq!(answer.status, 401, "two are none");
}

#[tokio::test]
async fn a_role_is_needed_where_roles_are_named() {
    let (_folder, file) = users();
    for (roles, alice, bob) in
        [("*", 200, 200), ("admins,developers", 200, 403), ("admins", 403, 403), ("readers", 200, 403)]
    {
        let api = Api::with(&[
            ("authentication.method", "BASIC"),
            ("authentication.roles", roles),
            ("authentication.password.file", &file),
        ])
        .await;
        for (header, status) in [(basic("alice", "s3cret: é"), alice), (basic("bob", "builder"), bob)] {
            let answer = get(&api, &header).await;
            assert_eq!(answer.status, status, "{roles}: {}", answer.text);
            if status == 403 {
                assert_eq!(answer.text, r#"{"error_code":403,"message":"Forbidden"}"#);
            }
        }
    }
}

#[tokio::test]
async fn every_path_asks_but_those_that_are_skipped() {
    let (_folder, file) = users();
    let with = |skipped: &'static str| {
        let file = file.clone();
        async move {
            Api::with(&[
                ("authentication.method", "BASIC"),
                ("authentication.skip.paths", skipped),
                ("authentication.password.file", &file),
                ("access.control.allow.origin", "*"),
            ])
            .await
        }
    };
    let api = with("/health/*").await;
    for (method, path, status) in [
        ("GET", "/health/live", 200),
        ("GET", "/health/ready", 200),
        ("GET", "/health/startup", 200),
        ("GET", "/", 401),
        ("HEAD", "/subjects", 401),
        ("POST", "/subjects/a/versions", 401),
        ("PUT", "/config", 401),
        // Browsers ask this without credentials, and it tells nothing.
        ("OPTIONS", "/subjects", 200),
        ("GET", "/nowhere", 401),
        ("GET", "/openapi.json", 401),
        ("GET", "/docs", 401),
        ("GET", "/v1/metadata/id", 401),
        // What others may take for a path that is skipped.
        ("GET", "/health/../subjects", 401),
        ("GET", "/health/..;/subjects", 401),
        ("GET", "/health/%2e%2e/subjects", 401),
        ("GET", "/Health/live", 401),
    ] {
        let answer = api.send(method, path, &[], Body::empty()).await;
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.text);
    }
    let asked_by_a_browser = ["origin: http://a", "access-control-request-method: POST"];
    let answer = api.send("OPTIONS", "/subjects", &asked_by_a_browser, Body::empty()).await;
    assert_eq!(answer.status, 200, "browsers send no credentials with this question");
    let api = with("/v1/metadata/id").await;
    for (path, status) in [("/v1/metadata/id", 200), ("/health/live", 401), ("/v1/metadata/version", 401)] {
        assert_eq!(api.get(path).await.status, status, "{path}");
    }
}

#[tokio::test]
async fn who_is_refused_writes_nothing_and_who_writes_is_in_the_change_log() {
    let (folder, file) = users();
    let database = format!("sqlite:{}", folder.path().join("registry.db").display());
    let api =
        Api::over(&database, &[("authentication.method", "BASIC"), ("authentication.password.file", &file)])
            .await;
    let schema = json!({ "schema": "\"int\"" }).to_string();
    let large = "x".repeat(3 << 20);
    for (header, body, status) in [
        (basic("alice", "wrong"), schema.clone(), 401),
        (basic("alice", "wrong"), large, 401),
        (basic("alice", "s3cret: é"), schema, 200),
    ] {
        let headers = [&*header, "content-type: application/json"];
        let answer = api.send("POST", "/subjects/a/versions", &headers, body).await;
        assert_eq!(answer.status, status, "{}", answer.text);
    }
    drop(api);
    let actors = actors(&database).await;
    assert_eq!(actors, [Some("User:alice".to_owned())]);
}

/// The authors of the changes of a database.
async fn actors(url: &str) -> Vec<Option<String>> {
    let store = registry_server::server::open_store(url, crate::support::patient()).await.expect("it opens");
    let changes = store.reads.changes(0, 100).await.expect("the log is read");
    changes.into_iter().map(|change| change.actor).collect()
}

#[tokio::test]
async fn who_guesses_has_to_wait_and_others_do_not() {
    let (_folder, file) = users();
    let api = Api::with(&[
        ("authentication.method", "BASIC"),
        ("authentication.failures.per.minute", "3"),
        ("authentication.password.file", &file),
    ])
    .await;
    assert_eq!(get(&api, &basic("alice", "s3cret: é")).await.status, 200);
    for guess in 0..3 {
        assert_eq!(get(&api, &basic("alice", &format!("guess{guess}"))).await.status, 401);
    }
    let answer = get(&api, &basic("alice", "guess")).await;
    assert_eq!((answer.status, answer.error().0), (429, 429));
    let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=61).contains(&wait), "{wait}");
    // Who was let in a moment ago still is, and so is who has another name.
    assert_eq!(get(&api, &basic("alice", "s3cret: é")).await.status, 200);
    assert_eq!(get(&api, &basic("bob", "builder")).await.status, 200);
}

#[tokio::test]
async fn credentials_stand_nowhere() {
    let (_folder, file) = users();
    let api =
        Api::with(&[("authentication.method", "BASIC,BEARER"), ("authentication.password.file", &file)])
            .await;
    let answer = get(&api, &basic("alice", "t0psecret")).await;
    let shown = format!("{answer:?}");
    assert!(!shown.contains("t0psecret") && !shown.contains(&STANDARD.encode("alice:t0psecret")), "{shown}");
    let both: Vec<&str> =
        answer.headers.get_all("www-authenticate").iter().map(|value| value.to_str().unwrap()).collect();
    assert_eq!(both, ["Basic realm=\"\"", "Bearer realm=\"\", error=\"invalid_token\""]);
    assert_eq!(answer.json()["error_code"], Value::from(401));
}
