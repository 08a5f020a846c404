//! The REST interface; the contract is `registry-server/docs/rest-api.md`.
//!
//! A request passes the checks on its path, the rewriting of context prefixes and aliases, the choice of an operation
//! from the one table in `operations`, and content negotiation, in the order in which the original makes them, since
//! that decides which error is told. A resource then reads what it needs, makes one call of the service, and answers.

mod accept;
mod associations;
mod call;
mod compatibility;
mod config;
mod contexts;
mod dispatch;
mod entities;
mod error;
mod json;
mod level;
mod meta;
mod mode;
mod openapi;
mod operations;
mod prefix;
mod query;
mod requests;
mod route;
mod schemas;
mod subjects;
mod uri;
mod versions;

use std::sync::Arc;

use axum::Router;
use axum::http::Method;
use tower_http::compression::CompressionLayer;
use tower_http::cors::{AllowHeaders, AllowMethods, AllowOrigin, CorsLayer};

use crate::cache::Bodies;
use crate::config::{AllowedOrigin, Cors, Settings};
use crate::service::Registry;
use crate::store::Store;

/// How many bytes of rendered bodies are kept.
const BODY_CACHE_BYTES: u64 = 64 * 1024 * 1024;

/// What every request shares.
#[derive(Debug)]
pub(crate) struct App {
    registry: Registry,
    /// The bodies of plain reads by id.
    bodies: Bodies,
    settings: Arc<Settings>,
    /// Names the cluster in `/v1/metadata/id`.
    cluster: String,
}

/// The whole interface over a store.
///
/// ```
/// # async fn start(settings: registry_server::config::Settings, store: registry_server::store::Store)
/// # -> std::io::Result<()> {
/// let router = registry_server::http::router(store, settings);
/// axum::serve(tokio::net::TcpListener::bind("127.0.0.1:8081").await?, router).await
/// # }
/// ```
pub fn router(store: Store, settings: Settings) -> Router {
    let settings = Arc::new(settings);
    let app = Arc::new(App {
        registry: Registry::new(store, Arc::clone(&settings)),
        bodies: Bodies::new(BODY_CACHE_BYTES),
        cluster: meta::cluster_name(&settings),
        settings: Arc::clone(&settings),
    });
    let mut router = Router::new().fallback(dispatch::dispatch).with_state(app);
    if let Some(cors) = &settings.cors {
        router = router.layer(cors_layer(cors));
    }
    if settings.compression {
        router = router.layer(CompressionLayer::new().gzip(true));
    }
    router
}

fn cors_layer(cors: &Cors) -> CorsLayer {
    let origin = if cors.origins.iter().any(AllowedOrigin::is_any) {
        AllowOrigin::any()
    } else {
        let origins = cors.origins.clone();
        AllowOrigin::predicate(move |origin, _| origins.iter().any(|allowed| allowed.matches(origin)))
    };
    let usual = [Method::GET, Method::POST, Method::HEAD, Method::PUT, Method::DELETE];
    CorsLayer::new()
        .allow_origin(origin)
        .allow_methods(if cors.methods.is_empty() {
            AllowMethods::list(usual)
        } else {
            AllowMethods::list(cors.methods.iter().cloned())
        })
        .allow_headers(if cors.headers.is_empty() {
            AllowHeaders::mirror_request()
        } else {
            AllowHeaders::list(cors.headers.iter().cloned())
        })
}
