//! A registry in memory and the REST interface over it, without a socket.

use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request};
use registry_server::config::{Environment, Settings, load};
use registry_server::http;
use registry_server::security::Principal;
use registry_server::server::open_store;
use registry_server::store::sql::OpenOptions;
use serde_json::Value;
use tower::ServiceExt;

#[path = "../support/postgres.rs"]
mod postgres;

pub(crate) use postgres::postgres_schema;

/// The interface over an empty registry.
pub(crate) struct Api {
    router: Router,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

/// Settings with some of them set by their names.
pub(crate) fn settings(set: &[(&str, &str)]) -> Settings {
    let flags: Vec<(String, String)> =
        set.iter().map(|(name, value)| (name.replace('.', "-"), (*value).to_owned())).collect();
    load(None, &Environment::from_iter([]), &flags).expect("the settings of a test are right").settings
}

/// Options of a database that is there, however long this machine keeps it waiting.
pub(crate) fn patient() -> OpenOptions {
    let patience = Duration::from_secs(120);
    OpenOptions::default().with_outage_deadline(patience).with_acquire_timeout(patience)
}

/// The URLs of empty databases: one in memory, and one on Postgres when `TEST_POSTGRES_URL` names a server.
pub(crate) async fn databases() -> Vec<String> {
    let mut urls = vec!["sqlite::memory:".to_owned()];
    urls.extend(postgres_schema().await);
    urls
}

impl Api {
    pub(crate) async fn new() -> Self {
        Self::with(&[]).await
    }

    pub(crate) async fn with(set: &[(&str, &str)]) -> Self {
        Self::over("sqlite::memory:", set).await
    }

    /// The interface over the database of a URL.
    pub(crate) async fn over(url: &str, set: &[(&str, &str)]) -> Self {
        let settings = settings(set);
        let options = patient().with_secrets(settings.secrets.clone());
        let store = open_store(url, options).await.expect("the database opens");
        Self::of(http::router(store, settings).expect("nothing has to be read"))
    }

    pub(crate) fn of(router: Router) -> Self {
        Self { router }
    }

    /// Sends a request; `headers` as `name: value`.
    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[&str],
        body: impl Into<Body>,
    ) -> Answer {
        self.send_as(&Principal::anonymous(), method, path, headers, body).await
    }

    /// Sends a request as somebody who was authenticated.
    pub(crate) async fn send_as(
        &self,
        principal: &Principal,
        method: &str,
        path: &str,
        headers: &[&str],
        body: impl Into<Body>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if !principal.is_anonymous() {
            request = request.extension(principal.clone());
        }
        for header in headers {
            let (name, value) = header.split_once(": ").expect("a header has a colon");
            request = request.header(name, value);
        }
        let request = request.body(body.into()).expect("the request of a test is well formed");
        let response = self.router.clone().oneshot(request).await.expect("the router never fails");
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.expect("the body is in memory");
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], Body::empty()).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, &[], Body::empty()).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send("PUT", path, &["content-type: application/json"], body.to_string()).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, &["content-type: application/json"], body.to_string()).await
    }

    /// Registers a schema text, which must be taken.
    pub(crate) async fn register(&self, subject: &str, text: &str) -> Answer {
        let answer =
            self.post(&format!("/subjects/{subject}/versions"), &serde_json::json!({ "schema": text })).await;
        assert_eq!(answer.status, 200, "{subject} {text}: {}", answer.text);
        answer
    }
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("headers are text"))
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    /// The `error_code` and the message.
    pub(crate) fn error(&self) -> (u64, String) {
        let json = self.json();
        let code = json["error_code"].as_u64().unwrap_or_default();
        (code, json["message"].as_str().unwrap_or_default().to_owned())
    }
}
