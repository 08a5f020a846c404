//! Answers that are kept, in an outage: what cannot change is told again, also when the entries that it was made of have left
//! memory since, for a kept answer does not use them.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::Request;
use serde_json::{Value, json};
use tokio::sync::Notify;
use tower::ServiceExt as _;

use super::{Cached, CachedReads};
use crate::config::{Environment, load};
use crate::http;
use crate::store::Store;
use crate::store::contract::fixture::postgres_schema;
use crate::store::sql::{LogTail, OpenOptions, SqlStore};

const LONG: Duration = Duration::from_secs(3600);

struct Node {
    router: axum::Router,
    reads: Arc<CachedReads>,
    tail: LogTail,
}

impl Node {
    async fn over(url: &str) -> Self {
        let database = SqlStore::open(url, OpenOptions::default().with_max_connections(2)).await.unwrap();
        let (Cached { reads, writes }, tail) =
            Cached::to_be_updated(database, LONG, None, Arc::new(Notify::new()), 1 << 26);
        let reads = Arc::new(reads);
        let settings = load(None, &Environment::from_iter([]), &[]).unwrap().settings;
        let router =
            http::router(Store { reads: reads.clone(), writes }, settings).expect("nothing has to be read");
        let mut node = Self { router, reads, tail: tail.unwrap() };
        node.catch_up().await;
        node
    }

    async fn catch_up(&mut self) {
        self.reads.catch_up_with(&mut self.tail).await;
    }

    /// Status and body.
    async fn send(&self, method: &str, path: &str, body: Value) -> (u16, String) {
        let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        let response = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let status = response.status().as_u16();
        let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, String::from_utf8(bytes.to_vec()).unwrap())
    }

    async fn get(&self, path: &str) -> (u16, String) {
        self.send("GET", path, Value::Null).await
    }

    /// From now on nothing is known to be true any more, the database does not answer, and what answers were made of has
    /// been put out of memory by other entries.
    async fn lose_everything_else(&self) {
        self.reads.freshness.as_ref().unwrap().expire();
        self.reads.clear();
        self.reads.store.close().await;
    }
}

const LASTING: [&str; 5] = [
    "/schemas/ids/1",
    "/schemas/ids/1?fetchMaxId=false&subject=s",
    "/schemas/ids/1?subject=alias",
    "/schemas/ids/1/schema?subject=s",
    "/schemas/guids/GUID",
];

const CHANGING: [&str; 8] = [
    "/schemas/ids/1?fetchMaxId=true",
    "/schemas/ids/1/versions",
    "/schemas/ids/1/subjects",
    "/schemas/guids/GUID/ids",
    "/subjects/s/versions/latest",
    "/subjects/s/versions/1",
    "/subjects",
    "/config/s?defaultToGlobal=true",
];

/// A node that has answered every path, with its answers.
async fn warm(url: &str) -> (Node, Vec<(String, String)>) {
    let node = Node::over(url).await;
    let registered = node.send("POST", "/subjects/s/versions", json!({ "schema": "\"int\"" })).await;
    let registered: Value = serde_json::from_str(&registered.1).unwrap();
    assert_eq!(node.send("PUT", "/config/alias", json!({ "alias": "s" })).await.0, 200);
    let mut answers = Vec::new();
    for path in LASTING.iter().chain(&CHANGING) {
        let path = path.replace("GUID", registered["guid"].as_str().unwrap());
        let (status, text) = node.get(&path).await;
        assert_eq!(status, 200, "{path}: {text}");
        answers.push((path, text));
    }
    (node, answers)
}

#[tokio::test]
async fn only_what_cannot_change_is_told_past_the_bound() {
    let Some(url) = postgres_schema().await else { return };
    let (node, answers) = warm(&url).await;
    node.lose_everything_else().await;
    let (lasting, changing) = answers.split_at(LASTING.len());
    for (path, before) in lasting {
        assert_eq!(node.get(path).await, (200, before.clone()), "{path}");
    }
    for (path, _) in changing {
        assert!(node.get(path).await.0 >= 500, "{path}");
    }
}

#[tokio::test]
async fn what_has_changed_is_not_told_as_it_was() {
    let Some(url) = postgres_schema().await else { return };
    let (mut node, answers) = warm(&url).await;
    let other = Node::over(&url).await;
    // Another subject takes the id; which one is told without a subject may be another one now.
    assert_eq!(other.send("POST", "/subjects/a/versions", json!({ "schema": "\"int\"" })).await.0, 200);
    node.catch_up().await;
    node.lose_everything_else().await;
    for (path, _) in &answers {
        assert!(node.get(path).await.0 >= 500, "{path}");
    }
}
