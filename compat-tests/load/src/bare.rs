//! Routes that answer with the bytes of the registry and do nothing else: what axum itself costs.
//!
//! Router, layers, listener and runtime are put together as in `registry-server/src/http/mod.rs` and
//! `registry-server/src/server` with the standard settings, so what differs is what the registry does, and the bounds on connections.

use std::path::Path;
use std::{fs, io};

use axum::Router;
use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use axum::routing::{MethodRouter, get, post};
use axum::serve::ListenerExt as _;
use bytes::Bytes;
use serde::Deserialize;
use tokio::net::TcpListener;
use tower_http::compression::CompressionLayer;

use crate::HOST;

/// The bodies that the routes answer with, as the registry gave them.
#[derive(Deserialize)]
struct Answers {
    by_id: String,
    latest: String,
    look_up: String,
    register: String,
}

/// What the routes read of a body: all of what a registration may hold, and no more than that it is JSON of that shape.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "it is read for the time that it takes")]
struct SchemaRequest {
    schema: Option<String>,
    schema_type: Option<String>,
    references: Option<Vec<serde_json::Value>>,
    metadata: Option<serde_json::Value>,
    rule_set: Option<serde_json::Value>,
    version: Option<i32>,
    id: Option<i32>,
}

/// Serves until the process is ended.
pub(crate) async fn serve(port: u16, answers: &Path) -> io::Result<()> {
    let Answers { by_id, latest, look_up, register } = serde_json::from_str(&fs::read_to_string(answers)?)?;
    let router = Router::new()
        .route("/schemas/ids/{id}", reading(by_id))
        .route("/subjects/{subject}/versions/{version}", reading(latest))
        .route("/subjects/{subject}", parsing(look_up))
        .route("/subjects/{subject}/versions", parsing(register))
        .layer(CompressionLayer::new().gzip(true));
    let socket = TcpListener::bind((HOST, port)).await?.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    axum::serve(socket, router).await
}

fn reading(body: String) -> MethodRouter {
    let body = Bytes::from(body);
    get(move || async move { answer(StatusCode::OK, body) })
}

fn parsing(body: String) -> MethodRouter {
    let body = Bytes::from(body);
    post(move |sent: Bytes| async move {
        match serde_json::from_slice::<SchemaRequest>(&sent) {
            Ok(_) => answer(StatusCode::OK, body),
            Err(_) => answer(StatusCode::BAD_REQUEST, Bytes::new()),
        }
    })
}

/// With the same headers as an answer of the registry.
fn answer(status: StatusCode, body: Bytes) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/vnd.schemaregistry.v1+json"));
    headers.insert(
        HeaderName::from_static("x-request-id"),
        HeaderValue::from_static("00000000-0000-4000-8000-000000000000"),
    );
    response
}
