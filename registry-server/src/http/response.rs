//! Successful responses, before they are sent.

use axum::http::StatusCode;
use bytes::Bytes;
use serde::Serialize;

use crate::observe::Answered;
use crate::service::Found;

/// A successful response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ApiResponse {
    /// The status.
    pub(super) status: StatusCode,
    /// The body; `None` for a response without one.
    pub(super) body: Option<Bytes>,
    /// Whether it says of something that was asked for that it is not so, though the request succeeded.
    pub(super) denies: bool,
    /// The id and the version that it names, for those who observe requests.
    pub(super) answered: Answered,
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
        Self { status, body: Some(body.into()), denies: false, answered: Answered::default() }
    }

    /// A body that is there already.
    pub(super) fn bytes(body: Bytes) -> Self {
        Self { status: StatusCode::OK, body: Some(body), denies: false, answered: Answered::default() }
    }

    /// This response, which denies something or not.
    pub(super) fn denying(self, denies: bool) -> Self {
        Self { denies, ..self }
    }

    /// This response, which names an id, a version, or both.
    pub(super) fn naming(self, id: Option<i32>, version: Option<i32>) -> Self {
        Self { answered: Answered::new(id, version), ..self }
    }

    /// This response, which names a version of a subject.
    pub(super) fn naming_version(self, found: &Found) -> Self {
        self.naming(Some(found.id.get()), Some(found.version.get()))
    }

    /// Whether the body is a list of nothing.
    pub(super) fn is_empty_list(&self) -> bool {
        self.body.as_deref() == Some(b"[]")
    }

    /// A text as it is.
    pub(super) fn text(text: String) -> Self {
        Self::bytes(text.into())
    }

    /// No body.
    pub(super) fn no_content() -> Self {
        Self { status: StatusCode::NO_CONTENT, body: None, denies: false, answered: Answered::default() }
    }
}
