//! `/health`: what those ask who start, restart and route to this server. An extension; the original has none.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Response, StatusCode};
use serde_json::{Value, json};
use tokio::time::timeout;

use super::App;
use super::accept::JSON;
use super::error::ApiError;
use super::operation::{AnyOperation, Definition, Operation, RequestInfo, ResponseBody};
use super::parameters::parameters;
use super::render;
use super::response::ApiResponse;
use crate::security::Needs;

/// The path of the question whether the process lives.
const LIVE_PATH: &str = "/health/live";

/// How long the database may take to answer who asks whether this server is ready.
const PROBE: Duration = Duration::from_secs(1);

pub(super) static OPERATIONS: &[AnyOperation] = &[
    AnyOperation::of::<GetLiveness>(),
    AnyOperation::of::<GetReadiness>(),
    AnyOperation::of::<GetStartup>(),
];

/// One thing that was looked at, and why it is not as it should be.
type Check = (&'static str, Result<(), String>);

fn answer(checks: &[Check]) -> ApiResponse {
    let told = |(name, result): &Check| match result {
        Ok(()) => json!({ "name": name, "status": "UP" }),
        Err(reason) => json!({ "name": name, "status": "DOWN", "reason": reason }),
    };
    let is_up = checks.iter().all(|(_, result)| result.is_ok());
    let (status, word) =
        if is_up { (StatusCode::OK, "UP") } else { (StatusCode::SERVICE_UNAVAILABLE, "DOWN") };
    let checks: Vec<Value> = checks.iter().map(told).collect();
    ApiResponse::json_with(status, &json!({ "status": word, "checks": checks }))
}

/// What is told at these paths while the database is being opened, when there is no API yet.
pub(crate) fn health_at_start(path: &str) -> Response<Body> {
    let opening = [("start", Err("the database is being opened".to_owned()))];
    render::success(answer(if path == LIVE_PATH { &[] } else { &opening }), JSON)
}

parameters! {
    struct GetLiveness {}
}

impl Operation for GetLiveness {
    const DEFINITION: Definition = Definition::get(
        LIVE_PATH,
        "getLiveness",
        Needs::Nothing,
        ResponseBody::One("Health"),
        "Whether the process answers; it looks at nothing else, so that no outage restarts it.",
    )
    .of_the_moment();
    type Body = ();

    async fn handle(self, _: &App, _: &RequestInfo, (): ()) -> Result<ApiResponse, ApiError> {
        Ok(answer(&[]))
    }
}

parameters! {
    struct GetReadiness {}
}

impl Operation for GetReadiness {
    const DEFINITION: Definition = Definition::get(
        "/health/ready",
        "getReadiness",
        Needs::Nothing,
        ResponseBody::One("Health"),
        "Whether requests should come here: the database answers, and the server was not told to stop; 503 with the reason otherwise.",
    )
    .of_the_moment();
    type Body = ();

    async fn handle(self, app: &App, _: &RequestInfo, (): ()) -> Result<ApiResponse, ApiError> {
        let is_stopping = app.stopping.as_ref().is_some_and(|stopping| *stopping.borrow());
        let stays = if is_stopping { Err("it was told to stop".to_owned()) } else { Ok(()) };
        Ok(answer(&[("server", stays), ("database", database(app).await)]))
    }
}

parameters! {
    struct GetStartup {}
}

impl Operation for GetStartup {
    const DEFINITION: Definition = Definition::get(
        "/health/startup",
        "getStartup",
        Needs::Nothing,
        ResponseBody::One("Health"),
        "Whether the server has started: its database is open and its tables are up to date.",
    )
    .of_the_moment();
    type Body = ();

    async fn handle(self, _: &App, _: &RequestInfo, (): ()) -> Result<ApiResponse, ApiError> {
        // Until then requests are answered elsewhere.
        Ok(answer(&[("start", Ok(()))]))
    }
}

/// Whether the database answers.
async fn database(app: &App) -> Result<(), String> {
    // Who follows other nodes asks it several times a second: then the news is good enough, and no connection is taken.
    if app.last_known.is_some() && app.registry.is_current() {
        return Ok(());
    }
    match timeout(PROBE, app.registry.ping()).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err(format!("no answer within {} ms", PROBE.as_millis())),
    }
}
