//! A finished request, as observers are told of it.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

/// Where metrics are told. It is no operation.
pub(crate) const METRICS_PATH: &str = "/metrics";

/// The operation that a request chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Route {
    /// The original's name for the operation.
    pub operation: &'static str,
    /// The method.
    pub method: &'static str,
    /// The path with its placeholders in braces.
    pub path: &'static str,
    /// What it is there for.
    pub kind: RouteKind,
}

/// What an operation is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RouteKind {
    /// It tells something.
    Read,
    /// It may change something.
    Change,
    /// It tells those who watch the server.
    Probe,
}

impl Route {
    /// The route of an operation.
    #[must_use]
    pub const fn new(
        operation: &'static str,
        method: &'static str,
        path: &'static str,
        kind: RouteKind,
    ) -> Self {
        Self { operation, method, path, kind }
    }
}

/// What an answer names of what is stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Answered {
    /// The id of a schema.
    pub id: Option<i32>,
    /// The number of a version.
    pub version: Option<i32>,
}

impl Answered {
    /// An answer that names an id, a version, or both.
    #[must_use]
    pub const fn new(id: Option<i32>, version: Option<i32>) -> Self {
        Self { id, version }
    }
}

/// Who sent a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sender {
    /// The request's id.
    pub request_id: String,
    /// The principal, as Kafka writes it: `User:alice`.
    pub principal: String,
    /// The address of the client, if known.
    pub client: Option<String>,
}

impl Sender {
    /// A sender.
    #[must_use]
    pub const fn new(request_id: String, principal: String, client: Option<String>) -> Self {
        Self { request_id, principal, client }
    }
}

/// A finished request.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Outcome<'a> {
    /// How long it took until its answer was ready to be sent.
    pub duration: Duration,
    /// The method as it was sent.
    pub method: &'a str,
    /// The path as it was sent, without the query.
    pub path: &'a str,
    /// Who sent it, where somebody wants to know.
    pub sender: Option<Sender>,
    /// The operation; `None` for a request that chose none.
    pub route: Option<Route>,
    /// The subject, with its context, aliases followed.
    pub subject: Option<Arc<str>>,
    /// The status of the answer.
    pub status: u16,
    /// The `error_code` of an answer that is an error.
    pub error_code: Option<u32>,
    /// What a successful answer names.
    pub answered: Answered,
    /// Why the request was refused before its operation, where more is known than the answer says.
    pub refusal: Option<Cow<'static, str>>,
    /// The bytes of the answer's body before compression, if known.
    pub bytes: Option<u64>,
}

impl Outcome<'_> {
    /// What the request was there for.
    #[must_use]
    pub fn kind(&self) -> RouteKind {
        match self.route {
            Some(route) => route.kind,
            None if self.path == METRICS_PATH => RouteKind::Probe,
            None => RouteKind::Read,
        }
    }
}
