//! Successful responses, before they are sent.

use axum::http::StatusCode;
use bytes::Bytes;
use serde::Serialize;

/// A successful response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ApiResponse {
    /// The status.
    pub(super) status: StatusCode,
    /// The body; `None` for a response without one.
    pub(super) body: Option<Bytes>,
}

impl ApiResponse {
    /// An entity as compact JSON.
    pub(super) fn json(entity: &impl Serialize) -> Self {
        Self::json_with(StatusCode::OK, entity)
    }

    /// An entity with a status of its own.
    pub(super) fn json_with(status: StatusCode, entity: &impl Serialize) -> Self {
        let body = serde_json::to_vec(entity)
            .expect("writing to memory cannot fail, and no entity has a map with keys that are not texts");
        Self { status, body: Some(body.into()) }
    }

    /// A body that is there already.
    pub(super) fn bytes(body: Bytes) -> Self {
        Self { status: StatusCode::OK, body: Some(body) }
    }

    /// A text as it is.
    pub(super) fn text(text: String) -> Self {
        Self::bytes(text.into())
    }

    /// No body.
    pub(super) fn no_content() -> Self {
        Self { status: StatusCode::NO_CONTENT, body: None }
    }
}
