//! Which operation a path and a method mean.

use std::future::Future;
use std::pin::Pin;

use super::App;
use super::call::{Call, Reply};
use super::error::ApiError;
use super::uri::Segment;

/// What carries an operation out.
pub(super) type Handler =
    for<'a> fn(&'a App, &'a Call) -> Pin<Box<dyn Future<Output = Result<Reply, ApiError>> + Send + 'a>>;

/// The methods that operations have; `HEAD` and `OPTIONS` follow from them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    /// `GET`
    Get,
    /// `POST`
    Post,
    /// `PUT`
    Put,
    /// `DELETE`
    Delete,
}

impl Verb {
    /// The method's name.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

/// One operation of the API.
pub(super) struct Operation {
    /// The method.
    pub(super) verb: Verb,
    /// The path with its placeholders in braces.
    pub(super) path: &'static str,
    /// The original's name for it.
    pub(super) name: &'static str,
    /// The query parameters that it knows.
    pub(super) query: &'static [&'static str],
    /// The name of the entity that the body holds, if it takes a body.
    pub(super) body: Option<&'static str>,
    /// The name of the entity that a reply holds, in brackets for a list of them; empty for no body.
    pub(super) reply: &'static str,
    /// What it does, as one sentence.
    pub(super) summary: &'static str,
    /// What carries it out.
    pub(super) handler: Handler,
}

/// What a path and a method lead to.
pub(super) enum Routed {
    /// An operation and the values of its placeholders.
    To(&'static Operation, Vec<String>),
    /// A path that exists, asked what it can do.
    Options(Vec<&'static str>),
    /// A path that exists, with a method that it does not have.
    WrongMethod,
    /// A path that does not exist.
    Nowhere,
}

/// Finds the operation.
pub(super) fn route(
    operations: &(impl Iterator<Item = &'static Operation> + Clone),
    method: &str,
    segments: &[Segment],
) -> Routed {
    let matching = || {
        operations.clone().filter_map(|operation| Some((operation, placeholders(operation.path, segments)?)))
    };
    if matching().next().is_none() {
        return Routed::Nowhere;
    }
    if method == "OPTIONS" {
        let mut allowed: Vec<&'static str> =
            matching().map(|(operation, _)| operation.verb.as_str()).collect();
        if allowed.contains(&"GET") {
            allowed.insert(0, "HEAD");
        }
        allowed.push("OPTIONS");
        return Routed::Options(allowed);
    }
    let wanted = if method == "HEAD" { "GET" } else { method };
    match matching().find(|(operation, _)| operation.verb.as_str() == wanted) {
        Some((operation, values)) => Routed::To(operation, values),
        None => Routed::WrongMethod,
    }
}

/// The values of a pattern's placeholders, if the path fits it.
fn placeholders(pattern: &str, segments: &[Segment]) -> Option<Vec<String>> {
    let mut parts = pattern.split('/').filter(|part| !part.is_empty());
    let mut values = Vec::new();
    for segment in segments {
        let part = parts.next()?;
        if part.starts_with('{') {
            values.push(segment.text.clone());
        } else if part != segment.text {
            return None;
        }
    }
    parts.next().is_none().then_some(values)
}
