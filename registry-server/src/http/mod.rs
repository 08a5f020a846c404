//! The REST interface; the contract is `registry-server/docs/rest-api.md`.
//!
//! A request passes the checks on its path, the rewriting of context prefixes and aliases, the choice of an operation
//! by path and method, and content negotiation, in the order in which the original makes them, since that decides which
//! error is reported (`dispatch`). Its body and its parameters are then read as the operation declares them, and the
//! operation makes one call of the service and answers (`operation`, `parameters`).
//!
//! An operation is added in the file of its resource: its parameters by `parameters!`, an `impl Operation` for them, and a
//! line in `OPERATIONS` there. Routes, description and documentation page follow from that.

mod accept;
mod admission;
mod aliases;
mod answers;
mod associations;
mod authorization;
mod body;
mod body_room;
mod changes;
mod client_address;
mod compatibility;
mod config;
mod config_entities;
mod contexts;
mod dispatch;
mod entities;
mod entity_options;
mod error;
mod health;
mod json;
mod level;
mod limits;
mod meta;
mod metrics;
mod mode;
mod new_subject;
mod openapi;
mod operation;
mod operations;
mod outcome;
mod parameters;
mod peer;
mod permissions;
mod prefix;
mod query;
mod registration;
mod render;
mod request_id;
mod requests;
mod response;
mod route;
mod schema_guids;
mod schema_ids;
mod schemas;
mod subjects;
mod throttle;
mod tokens;
mod uri;
mod versions;

use std::sync::Arc;

use axum::Router;
use axum::http::Method;
use tokio::sync::watch;
use tower_http::compression::CompressionLayer;
use tower_http::cors::{AllowHeaders, AllowMethods, AllowOrigin, CorsLayer};

use self::answers::Answers;
use self::body_room::BodyRoom;
use self::limits::Limits;
use self::metrics::LastInventory;
use self::openapi::Description;
use self::request_id::RequestIds;
use self::route::RouteTable;
use crate::config::{AllowedOrigin, Cors, Settings};
use crate::observe::{Metrics, Observers, RequestLog};
use crate::security::authentication::Authenticator;
use crate::security::{AuthenticationError, Authorizer};
use crate::service::Registry;
use crate::store::{Notes, Store};

pub(crate) use self::health::health_at_start;
pub use self::peer::{Peer, Tls};

/// How many bytes of answers are kept.
const ANSWER_CACHE_BYTES: u64 = 64 * 1024 * 1024;

/// The state that every request shares.
#[derive(Clone, Debug)]
pub(crate) struct App {
    registry: Registry,
    /// Finds out who sends a request.
    authenticator: Authenticator,
    /// Decides what the sender may do.
    authorizer: Authorizer,
    /// Answers that are told again.
    answers: Answers,
    /// Those who are told of requests.
    observers: Observers,
    /// How many requests one client may send, where that is limited.
    limits: Option<Limits>,
    /// What is stored, as it was last counted for them.
    inventory: LastInventory,
    request_ids: RequestIds,
    /// The memory that bodies of requests may take.
    body_room: BodyRoom,
    settings: Arc<Settings>,
    /// Names the cluster in `/v1/metadata/id`.
    cluster: Arc<str>,
    /// Which operation a path and a method lead to.
    routes: Arc<RouteTable>,
    /// The description of the API, as `/openapi.json` and `/docs` tell it.
    description: Arc<Description>,
    /// The same over what is remembered, however old it is. `None` where this is it, or where nothing can be away.
    last_known: Option<Arc<App>>,
    /// Whether the server was told to stop.
    stopping: Option<watch::Receiver<bool>>,
    /// Whether operations are left out that an outage of the database ends.
    only_lasting: bool,
}

impl App {
    fn new(store: Store, settings: Arc<Settings>, authenticator: Authenticator) -> Self {
        let served = operations::served(&settings);
        let app = Self {
            registry: Registry::new(store, Arc::clone(&settings)),
            authenticator,
            authorizer: Authorizer::open_or_closed(&settings),
            answers: Answers::new(ANSWER_CACHE_BYTES),
            observers: Observers::default().with_metrics(settings.observation.metrics.then(Metrics::default)),
            limits: Limits::of(&settings.request_limits),
            inventory: LastInventory::default(),
            request_ids: RequestIds::default(),
            body_room: BodyRoom::default(),
            cluster: meta::cluster_name(&settings).into(),
            routes: Arc::new(RouteTable::new(served.clone())),
            description: Arc::new(Description::new(served)),
            settings,
            last_known: None,
            stopping: None,
            only_lasting: false,
        };
        let last_known = app.registry.last_known().map(|registry| app.lasting(registry));
        Self { last_known: last_known.map(Arc::new), ..app }
    }

    /// The part of this that outlasts an outage of the database, over what a registry remembers.
    fn lasting(&self, registry: Registry) -> Self {
        Self { registry, last_known: None, only_lasting: true, ..self.clone() }
    }

    /// This state for one request, with notes of what is read for it; `None` over a store that remembers nothing.
    fn noted(&self) -> Option<(Self, Arc<dyn Notes>)> {
        let (registry, notes) = self.registry.noted()?;
        Some((Self { registry, ..self.clone() }, notes))
    }
}

/// The whole interface over a store.
///
/// ```
/// # async fn start(settings: registry_server::config::Settings, store: registry_server::store::Store)
/// # -> Result<(), Box<dyn std::error::Error>> {
/// let router = registry_server::http::router(store, settings)?;
/// axum::serve(tokio::net::TcpListener::bind("127.0.0.1:8081").await?, router).await?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// [`AuthenticationError`] when the users or keys that clients are compared with cannot be read.
pub fn router(store: Store, settings: Settings) -> Result<Router, AuthenticationError> {
    let authenticator = Authenticator::load(&settings.authentication)?;
    Ok(router_of(App::new(store, Arc::new(settings), authenticator)))
}

/// The same of a server that says it is not ready when it is told to stop, with a request log, and the metrics alone, for
/// listeners of their own.
pub(crate) fn routers_until(
    store: Store,
    settings: Settings,
    authenticator: Authenticator,
    log: Option<RequestLog>,
    stopping: watch::Receiver<bool>,
) -> (Router, Router) {
    let app = App::new(store, Arc::new(settings), authenticator);
    let observers = app.observers.clone().with_log(log);
    let app = App { stopping: Some(stopping), observers, ..app };
    let shown = app.clone();
    let metrics = Router::new().fallback(move |request| {
        let app = shown.clone();
        async move { metrics::metrics_alone(&app, request).await }
    });
    (router_of(app), metrics)
}

fn router_of(app: App) -> Router {
    let settings = Arc::clone(&app.settings);
    let app = Arc::new(app);
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
        .expose_headers(cors.exposed.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sql::SqlStore;

    /// The state of a registry in memory.
    pub(super) async fn app(settings: Settings) -> App {
        let authenticator = Authenticator::load(&settings.authentication).expect("files that can be read");
        App::new(Store::of(SqlStore::in_memory().await.unwrap()), Arc::new(settings), authenticator)
    }
}
