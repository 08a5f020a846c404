//! A request as a resource sees it, and its answer.

use axum::http::StatusCode;
use bytes::Bytes;
use serde::Serialize;

use super::entities::Extras;
use super::error::ApiError;
use super::json::{Malformed, Value};
use super::level::Level;
use super::query::Query;
use crate::domain::{Subject, VersionSelector};
use crate::service::{RegisterOptions, RegistryError};
use crate::store::Actor;

/// A request whose path, method, types and body are known to be right.
#[derive(Clone, Debug)]
pub(super) struct Call {
    /// The name of the operation, which appears in one error text.
    pub(super) operation: &'static str,
    /// The values of the path's placeholders, decoded, in order.
    pub(super) path: Vec<String>,
    /// The query.
    pub(super) query: Query,
    /// The body; `None` when it is missing or `null`.
    pub(super) body: Option<Value>,
    /// Who asks, if known.
    pub(super) actor: Actor,
    /// Which generation of answers is wanted.
    pub(super) level: Level,
}

impl Call {
    /// The subject in the path.
    pub(super) fn subject(&self) -> Subject {
        Subject::parse(self.path.first().map_or("", String::as_str))
    }

    /// A placeholder's text.
    pub(super) fn text(&self, at: usize) -> &str {
        self.path.get(at).map_or("", String::as_str)
    }

    /// A placeholder that must be a 32-bit integer.
    pub(super) fn integer(&self, at: usize) -> Result<i32, ApiError> {
        self.text(at).parse().map_err(|_| ApiError::Unconvertible)
    }

    /// The version in the path, behind the subject.
    pub(super) fn version(&self) -> Result<VersionSelector, ApiError> {
        let text = self.text(1);
        Ok(text.parse().map_err(|_| RegistryError::InvalidVersion(text.to_owned()))?)
    }

    /// The body, where there must be one.
    pub(super) fn entity<T>(&self, read: impl FnOnce(&Value) -> Result<T, Malformed>) -> Result<T, ApiError> {
        let body = self.body.as_ref().ok_or(ApiError::MissingBody(self.operation))?;
        Ok(read(body)?)
    }

    /// The plainest shape of entities for this caller.
    pub(super) fn extras(&self) -> Extras {
        Extras { level: self.level, ..Extras::default() }
    }

    /// How to register, by query and caller.
    pub(super) fn register_options(&self) -> RegisterOptions {
        RegisterOptions {
            normalize: self.query.flag("normalize"),
            force: self.query.flag("force"),
            actor: self.actor.clone(),
            always_new: false,
        }
    }
}

/// A successful answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reply {
    /// The status.
    pub(super) status: StatusCode,
    /// The body; `None` for an answer without one.
    pub(super) body: Option<Bytes>,
}

impl Reply {
    /// An entity as compact JSON.
    pub(super) fn json(entity: &impl Serialize) -> Self {
        Self::json_with(StatusCode::OK, entity)
    }

    /// An entity with a status of its own.
    pub(super) fn json_with(status: StatusCode, entity: &impl Serialize) -> Self {
        // Writing to memory cannot fail, and no entity has a map with keys that are not texts.
        let body = serde_json::to_vec(entity).unwrap_or_default();
        Self { status, body: Some(body.into()) }
    }

    /// A text as it is.
    pub(super) fn text(text: String) -> Self {
        Self { status: StatusCode::OK, body: Some(text.into()) }
    }

    /// No body.
    pub(super) fn no_content() -> Self {
        Self { status: StatusCode::NO_CONTENT, body: None }
    }
}
