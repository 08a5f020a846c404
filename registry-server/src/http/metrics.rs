//! `/metrics`: numbers for Prometheus. An extension; the original tells them through JMX.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, Request, Response, StatusCode};
use tokio::sync::Mutex;
use tokio::time::timeout;

use super::App;
use super::accept::JSON;
use super::authorization::access_of;
use super::error::{ApiError, ErrorResponse};
use super::render;
use crate::observe::{CacheUsage, Format, Gathered, Kind, METRICS_PATH, Metrics, number};
use crate::security::{Denial, Permission};
use crate::service::RegistryError;
use crate::store::{Gauges, Inventory};

/// How old the counts of what is stored may become before they are counted again.
const FRESH: Duration = Duration::from_secs(30);

/// How long who asks for metrics waits for the database to count.
const PATIENCE: Duration = Duration::from_secs(2);

/// What is stored, as it was last counted. Clones share it.
#[derive(Clone, Debug, Default)]
pub(super) struct LastInventory(Arc<Mutex<Option<(Instant, Inventory)>>>);

impl LastInventory {
    /// The counts, at most [`FRESH`] old where the database answers, and their age.
    async fn get(&self, app: &App) -> Option<(Duration, Inventory)> {
        // Who comes meanwhile waits for the same counts.
        let mut last = self.0.lock().await;
        if !matches!(&*last, Some((at, _)) if at.elapsed() < FRESH)
            && let Ok(Ok(inventory)) = timeout(PATIENCE, app.registry.inventory()).await
        {
            *last = Some((Instant::now(), inventory));
        }
        last.as_ref().map(|(at, inventory)| (at.elapsed(), inventory.clone()))
    }
}

/// Answers a request for the metrics; `None` for another request, and where they are not served beside the API.
pub(super) async fn metrics(app: &App, parts: &Parts) -> Option<Response<Body>> {
    let is_asked = parts.uri.path() == METRICS_PATH && matches!(parts.method, Method::GET | Method::HEAD);
    if !is_asked || !app.settings.observation.metrics_listeners.is_empty() {
        return None;
    }
    let metrics = app.observers.metrics()?;
    let permission = Permission::MetricsRead;
    if access_of(parts).is_some_and(|access| !access.permits(permission, None)) {
        let denied = ApiError::from(RegistryError::Denied(Denial { permission, subject: None }));
        return Some(render::error(&denied.into(), Some(&JSON)));
    }
    Some(answer(app, metrics, parts).await)
}

/// Answers on a listener that serves nothing else.
pub(super) async fn metrics_alone(app: &App, request: Request<Body>) -> Response<Body> {
    let (parts, _) = request.into_parts();
    let is_asked = parts.uri.path() == METRICS_PATH && matches!(parts.method, Method::GET | Method::HEAD);
    match app.observers.metrics() {
        Some(metrics) if is_asked => answer(app, metrics, &parts).await,
        _ => render::error(&ErrorResponse::not_found(), None),
    }
}

async fn answer(app: &App, metrics: &Metrics, parts: &Parts) -> Response<Body> {
    let accept: Vec<&str> =
        parts.headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect();
    let format = Format::accepted(&accept.join(","));
    let mut gathered = Gathered::default();
    add_gauges(&mut gathered, app);
    if let Some((age, inventory)) = app.inventory.get(app).await {
        add_inventory(&mut gathered, age, &inventory);
    }
    match metrics.tell(format, gathered) {
        Ok(text) => {
            let mut response = Response::new(Body::from(text));
            let media = HeaderValue::from_static(format.media_type());
            response.headers_mut().insert(CONTENT_TYPE, media);
            response
        }
        Err(_) => {
            let error =
                ErrorResponse::plain(StatusCode::INTERNAL_SERVER_ERROR, "The metrics cannot be written");
            render::error(&error, None)
        }
    }
}

/// Adds what this node knows without asking anybody.
fn add_gauges(gathered: &mut Gathered, app: &App) {
    let mut gauges = app.registry.gauges();
    gauges.caches.push(app.answers.usage());
    let version = vec![("version", Cow::Borrowed(env!("CARGO_PKG_VERSION")))];
    let help = "The version that runs; always 1";
    gathered.add_all("schema_registry_build_info", help, Kind::Gauge, [(version, 1.0)]);
    let is_stopping = app.stopping.as_ref().is_some_and(|stopping| *stopping.borrow());
    let help = "Whether the server was told to stop";
    gathered.add("schema_registry_stopping", help, Kind::Gauge, f64::from(u8::from(is_stopping)));
    add_caches(gathered, &gauges.caches);
    add_database(gathered, &gauges);
}

fn add_caches(gathered: &mut Gathered, caches: &[CacheUsage]) {
    let mut add = |name, help, kind, value: fn(&CacheUsage) -> u64| {
        let values =
            caches.iter().map(|usage| (vec![("cache", Cow::Borrowed(usage.cache))], number(value(usage))));
        gathered.add_all(name, help, kind, values);
    };
    add("schema_registry_cache_hits", "What was asked of a cache and was there", Kind::Counter, |usage| {
        usage.hits
    });
    add(
        "schema_registry_cache_misses",
        "What was asked of a cache and was not there",
        Kind::Counter,
        |usage| usage.misses,
    );
    add("schema_registry_cache_evictions", "Entries that went for want of room", Kind::Counter, |usage| {
        usage.evictions
    });
    add("schema_registry_cache_entries", "Entries of a cache", Kind::Gauge, |usage| usage.entries);
    add(
        "schema_registry_cache_bytes",
        "Bytes of a cache, as its entries are weighed",
        Kind::Gauge,
        |usage| usage.bytes,
    );
}

fn add_database(gathered: &mut Gathered, gauges: &Gauges) {
    let statements =
        gauges.statements.iter().map(|(kind, count)| (vec![("kind", Cow::Borrowed(*kind))], number(*count)));
    let help = "Statements that were sent to the database";
    gathered.add_all("schema_registry_database_statements", help, Kind::Counter, statements);
    if let Some(pool) = gauges.pool {
        let help = "Connections to the database";
        let states = [("in_use", pool.in_use), ("idle", pool.idle), ("most", pool.most)];
        let values = states.map(|(state, count)| (vec![("state", Cow::Borrowed(state))], number(count)));
        gathered.add_all("schema_registry_database_connections", help, Kind::Gauge, values);
    }
    let help = "Whether what is remembered is known to be true: 0 while the database does not answer";
    gathered.add("schema_registry_current", help, Kind::Gauge, f64::from(u8::from(gauges.is_current)));
    if let Some(age) = gauges.log_age {
        let help = "The age of what is known of the writes of other nodes";
        gathered.add("schema_registry_change_log_age_seconds", help, Kind::Gauge, age.as_secs_f64());
    }
}

/// Adds what the database counted, by the names that exporters of the original's numbers have for it too.
fn add_inventory(gathered: &mut Gathered, age: Duration, inventory: &Inventory) {
    let help = "The age of the counts of what is stored";
    gathered.add("schema_registry_inventory_age_seconds", help, Kind::Gauge, age.as_secs_f64());
    let created = |language: &str| inventory.of(language, false) + inventory.of(language, true);
    let mut add = |name, help, count| gathered.add(name, help, Kind::Gauge, number(count));
    add("schema_registry_subjects", "Subjects with versions that are not deleted", inventory.subjects);
    add("schema_registry_contexts", "Contexts that are listed", inventory.contexts);
    add(
        "schema_registry_last_change",
        "The number of the newest row of the change log",
        u64::try_from(inventory.last_change).unwrap_or_default(),
    );
    add(
        "kafka_schema_registry_registered_count",
        "Versions that were registered and not purged",
        inventory.all(false) + inventory.all(true),
    );
    add("kafka_schema_registry_deleted_count", "Versions that are soft-deleted", inventory.all(true));
    for (language, created_name, deleted_name) in [
        ("AVRO", "kafka_schema_registry_avro_schemas_created", "kafka_schema_registry_avro_schemas_deleted"),
        ("JSON", "kafka_schema_registry_json_schemas_created", "kafka_schema_registry_json_schemas_deleted"),
        (
            "PROTOBUF",
            "kafka_schema_registry_protobuf_schemas_created",
            "kafka_schema_registry_protobuf_schemas_deleted",
        ),
    ] {
        add(created_name, "Versions of this language that were registered and not purged", created(language));
        add(deleted_name, "Versions of this language that are soft-deleted", inventory.of(language, true));
    }
    if let Some(nodes) = inventory.nodes {
        add("kafka_schema_registry_node_count", "Nodes over this database", nodes);
    }
    add("kafka_schema_registry_master_slave_role", "1, since every node takes writes", 1);
}
