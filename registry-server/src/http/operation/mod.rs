//! Operations of the API: one definition each, from which everything derives that knows of operations.

mod request;

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;

use super::App;
use super::body::{self, RequestBody};
use super::error::ApiError;
use super::parameters::{Declared, Parameters, declares_placeholders};
use super::response::ApiResponse;
use crate::security::Needs;
pub(super) use request::RequestInfo;

/// Operation of the API: a struct of its typed parameters, with its definition and its handler.
///
/// The description of the API and the routes are made from it, so a new operation is its declaration, its `impl`, and a line
/// in its file's `OPERATIONS`.
pub(super) trait Operation: Parameters + 'static {
    /// Method, path, name and so on.
    const DEFINITION: Definition;

    /// Entity of the request body; `()` for an operation that reads none.
    type Body: RequestBody;

    /// Carries the operation out.
    fn handle(
        self,
        app: &App,
        request: &RequestInfo,
        body: Self::Body,
    ) -> impl Future<Output = Result<ApiResponse, ApiError>> + Send;
}

/// Definition of an operation beside its parameters and its body.
///
/// The permission that an operation needs is a member without a default: no operation can be added without one, and the
/// place that runs an operation checks it before anything is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Definition {
    /// The method; `HEAD` and `OPTIONS` follow from it.
    pub(super) method: Verb,
    /// The path with its placeholders in braces. It names the route wherever requests are counted.
    pub(super) path: &'static str,
    /// The original's name for it.
    pub(super) name: &'static str,
    /// The permission that it needs, and of what.
    pub(super) permission: Needs,
    /// Body of a successful response.
    pub(super) response: ResponseBody,
    /// The summary of what it does, as one sentence.
    pub(super) summary: &'static str,
    /// Whether its successful responses tell only what cannot change, so that they may be told from memory while the
    /// database is away (storage §6).
    pub(super) is_lasting: bool,
    /// Whether the response is made of the request, the settings and what is stored alone. Then an equal request is answered
    /// with the same response until something of that changes. True of what only reads, and of a write that finds what it
    /// would write: what it changes ends its own answer.
    pub(super) repeatable: bool,
    /// Whether the compatibility check takes the same body, and explains a refusal.
    pub(super) explained: bool,
}

/// Body of a successful response, by the names that the description has for entities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ResponseBody {
    /// Nothing: 204.
    Empty,
    /// One entity.
    One(&'static str),
    /// A list of entities.
    ListOf(&'static str),
    /// One entity with the outcomes of several requests: 207.
    Outcomes(&'static str),
}

/// The methods that operations have.
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
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

impl Definition {
    /// An operation with the method `GET`.
    pub(super) const fn get(
        path: &'static str,
        name: &'static str,
        permission: Needs,
        response: ResponseBody,
        summary: &'static str,
    ) -> Self {
        Self {
            method: Verb::Get,
            path,
            name,
            permission,
            response,
            summary,
            is_lasting: false,
            repeatable: true,
            explained: false,
        }
    }

    /// This operation, whose successful responses tell only what cannot change.
    pub(super) const fn lasting(self) -> Self {
        Self { is_lasting: true, ..self }
    }

    /// The operation, whose response is [`repeatable`](Self::repeatable).
    pub(super) const fn repeatable(self) -> Self {
        Self { repeatable: true, ..self }
    }

    /// The operation, whose responses tell of the moment.
    pub(super) const fn of_the_moment(self) -> Self {
        Self { repeatable: false, ..self }
    }

    /// The operation, whose refusals are [`explained`](Self::explained).
    pub(super) const fn explained(self) -> Self {
        Self { explained: true, ..self }
    }

    /// An operation with the method `POST`.
    pub(super) const fn post(
        path: &'static str,
        name: &'static str,
        permission: Needs,
        response: ResponseBody,
        summary: &'static str,
    ) -> Self {
        Self { method: Verb::Post, repeatable: false, ..Self::get(path, name, permission, response, summary) }
    }

    /// An operation with the method `PUT`.
    pub(super) const fn put(
        path: &'static str,
        name: &'static str,
        permission: Needs,
        response: ResponseBody,
        summary: &'static str,
    ) -> Self {
        Self { method: Verb::Put, repeatable: false, ..Self::get(path, name, permission, response, summary) }
    }

    /// An operation with the method `DELETE`.
    pub(super) const fn delete(
        path: &'static str,
        name: &'static str,
        permission: Needs,
        response: ResponseBody,
        summary: &'static str,
    ) -> Self {
        Self {
            method: Verb::Delete,
            repeatable: false,
            ..Self::get(path, name, permission, response, summary)
        }
    }
}

type Running<'a> = Pin<Box<dyn Future<Output = Result<ApiResponse, ApiError>> + Send + 'a>>;

/// Type-erased operation, as tables hold it.
pub(super) struct AnyOperation {
    /// Method, path, name and so on.
    pub(super) definition: Definition,
    /// The parameters.
    pub(super) parameters: Declared,
    /// The entity of the body, if one is read, and whether it must be there.
    pub(super) body: Option<(&'static str, bool)>,
    run: for<'a> fn(&'a App, RequestInfo, &'a Bytes) -> Running<'a>,
}

impl AnyOperation {
    /// An operation in a table.
    pub(super) const fn of<O: Operation>() -> Self {
        const {
            assert!(
                declares_placeholders(O::DEFINITION.path, O::DECLARED),
                "the placeholders of the path are not the path parameters of the operation"
            );
        }
        Self {
            definition: O::DEFINITION,
            parameters: O::DECLARED,
            body: match O::Body::ENTITY {
                Some(entity) => Some((entity, O::Body::REQUIRED)),
                None => None,
            },
            run: |app, request, body| Box::pin(run::<O>(app, request, body)),
        }
    }

    /// Carries it out, with the bytes of the body.
    pub(super) fn run<'a>(&self, app: &'a App, request: RequestInfo, body: &'a Bytes) -> Running<'a> {
        (self.run)(app, request, body)
    }
}

/// The body comes before the parameters, as in the original: a missing body is reported before a malformed version.
async fn run<O: Operation>(app: &App, request: RequestInfo, body: &Bytes) -> Result<ApiResponse, ApiError> {
    let body: O::Body = body::parse(app.registry.pool(), body, O::DEFINITION.name).await?;
    let parameters = O::read(request.input())?;
    parameters.handle(app, &request, body).await
}

impl fmt::Debug for AnyOperation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnyOperation").field("definition", &self.definition).finish_non_exhaustive()
    }
}
