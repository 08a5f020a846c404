//! What becomes known of a request on its way, for those who observe requests.
//!
//! The facts travel with the request, in its extensions, so that they are there whatever ends it: an answer, a fault, its
//! time. Nothing is noted where nobody observes.

use std::borrow::Cow;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use axum::body::{Body, HttpBody as _};
use axum::http::Response;
use axum::http::request::Parts;

use super::App;
use super::admission::principal_of;
use super::client_address::client_address;
use super::operation::Definition;
use super::query::Query;
use super::request_id::REQUEST_ID;
use crate::observe::{Answered, InFlight, Observers, Outcome, Route, RouteKind, Sender};
use crate::security::Permission;

/// How the paths begin that tell the health.
const HEALTH: &str = "/health/";

/// The `error_code` of a response that is an error, in its extensions.
#[derive(Clone, Copy, Debug)]
pub(super) struct ErrorCode(pub(super) u32);

/// What a request is about. An answer that is told again is about the same.
#[derive(Clone, Debug, Default)]
pub(super) struct About {
    route: Option<Route>,
    subject: Option<Arc<str>>,
    answered: Answered,
}

impl About {
    /// A request of this operation, with these parameters.
    pub(super) fn of(operation: &Definition, path: &[(&'static str, String)], query: &Query) -> Self {
        let in_path = path.iter().find(|(name, _)| *name == "subject").map(|(_, text)| text.as_str());
        let subject = in_path.unwrap_or_else(|| query.text("subject"));
        Self {
            route: Some(Route::new(
                operation.name,
                operation.method.as_str(),
                operation.path,
                kind_of(operation),
            )),
            subject: (!subject.is_empty()).then(|| subject.into()),
            answered: Answered::default(),
        }
    }

    /// The same, answered with this.
    pub(super) fn answered(self, answered: Answered) -> Self {
        Self { answered, ..self }
    }
}

/// What an operation is there for.
fn kind_of(operation: &Definition) -> RouteKind {
    if operation.path.starts_with(HEALTH) {
        RouteKind::Probe
    } else if operation.permission.permissions().any(is_for_changes) {
        RouteKind::Change
    } else {
        RouteKind::Read
    }
}

fn is_for_changes(permission: Permission) -> bool {
    !permission.as_str().ends_with("_READ")
}

/// What is known of a request so far.
#[derive(Debug, Default)]
struct Known {
    about: About,
    refusal: Option<Cow<'static, str>>,
}

/// Where it is noted.
#[derive(Debug, Default)]
struct Facts(Mutex<Known>);

fn with_facts<T>(parts: &Parts, take: impl FnOnce(&mut Known) -> T) -> Option<T> {
    let facts = parts.extensions.get::<Arc<Facts>>()?;
    Some(take(&mut facts.0.lock().unwrap_or_else(PoisonError::into_inner)))
}

/// Notes what a request is about.
pub(super) fn note(parts: &Parts, about: impl FnOnce() -> About) {
    with_facts(parts, |known| known.about = about());
}

/// Notes what a successful answer names, and gives what the request is about.
pub(super) fn note_answered(parts: &Parts, answered: Answered) -> About {
    with_facts(parts, |known| {
        known.about = std::mem::take(&mut known.about).answered(answered);
        known.about.clone()
    })
    .unwrap_or_default()
}

/// Notes why a request is refused, where its answer does not say it.
pub(super) fn note_refusal(parts: &Parts, reason: impl Into<Cow<'static, str>>) {
    with_facts(parts, |known| known.refusal = Some(reason.into()));
}

/// The watch over one request.
#[derive(Debug)]
pub(super) struct Watch<'a>(Option<Begun<'a>>);

#[derive(Debug)]
struct Begun<'a> {
    app: &'a App,
    at: Instant,
    in_flight: Option<InFlight>,
}

impl<'a> Watch<'a> {
    /// Begins to watch a request, if somebody observes.
    pub(super) fn begin(app: &'a App, parts: &mut Parts) -> Self {
        if app.observers.is_nobody() {
            return Self(None);
        }
        parts.extensions.insert(Arc::<Facts>::default());
        Self(Some(Begun { app, at: Instant::now(), in_flight: app.observers.begin() }))
    }

    /// What came of it, to be told; `None` if nobody observes.
    pub(super) fn end<'o>(self, parts: &'o Parts, response: &Response<Body>) -> Option<Told<'o>>
    where
        'a: 'o,
    {
        let Begun { app, at, in_flight } = self.0?;
        let observers = &app.observers;
        drop(in_flight);
        let Known { about, refusal } = with_facts(parts, std::mem::take).unwrap_or_default();
        let outcome = Outcome {
            duration: at.elapsed(),
            method: parts.method.as_str(),
            path: parts.uri.path(),
            sender: observers.log().is_some().then(|| sender(app, parts, response)),
            route: about.route,
            subject: about.subject,
            status: response.status().as_u16(),
            error_code: response.extensions().get::<ErrorCode>().map(|code| code.0),
            answered: if response.status().is_success() { about.answered } else { Answered::default() },
            refusal,
            bytes: response.body().size_hint().exact(),
        };
        Some(Told { observers, outcome })
    }
}

/// Who sent a request that was answered.
fn sender(app: &App, parts: &Parts, response: &Response<Body>) -> Sender {
    let id = response.headers().get(REQUEST_ID).or_else(|| parts.headers.get(REQUEST_ID));
    let id = id.map(|id| String::from_utf8_lossy(id.as_bytes()).into_owned());
    let client = client_address(parts, &app.settings.observation.trusted_proxies);
    let principal = principal_of(parts).to_string();
    Sender::new(id.unwrap_or_default(), principal, client.map(|address| address.to_string()))
}

/// A finished request that observers are to be told of.
#[derive(Debug)]
pub(super) struct Told<'a> {
    observers: &'a Observers,
    outcome: Outcome<'a>,
}

impl Told<'_> {
    /// Tells them.
    pub(super) async fn tell(self) {
        self.observers.tell(&self.outcome).await;
    }
}
