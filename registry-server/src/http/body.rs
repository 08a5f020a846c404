//! Request bodies: their size limit, and the entity that they hold.

use axum::body::Body;
use axum::http::HeaderMap;
use bytes::Bytes;

use super::body_room::{BodyRoom, ReadBody};
use super::error::{ApiError, ErrorResponse};
use super::json::{self, FromJson, Value};
use crate::config::Settings;
use crate::service::{Pool, RequestBudget};

/// The longest body when no limit is set: room for the longest string that is read, several times over.
const OUTER_BODY_LIMIT: usize = 64 * 1024 * 1024;

/// Body of a request as an operation takes it.
pub(super) trait RequestBody: Sized + Send + 'static {
    /// The entity's name in the description; `None` where no body is read.
    const ENTITY: Option<&'static str>;
    /// Whether there must be one.
    const REQUIRED: bool = true;

    /// Makes it of the parsed body, `None` when that is missing or `null`.
    ///
    /// # Errors
    /// When the operation of that name needs a body and there is none, or when it has the wrong shape.
    fn read(body: Option<Value>, operation: &'static str) -> Result<Self, ApiError>;
}

/// Entity of a request body.
pub(super) trait Entity: FromJson + Send + 'static {
    /// Its name in the description and in error texts.
    const NAME: &'static str;
}

impl RequestBody for () {
    const ENTITY: Option<&'static str> = None;
    const REQUIRED: bool = false;

    fn read(_: Option<Value>, _: &'static str) -> Result<Self, ApiError> {
        Ok(())
    }
}

impl<E: Entity> RequestBody for E {
    const ENTITY: Option<&'static str> = Some(E::NAME);

    fn read(body: Option<Value>, operation: &'static str) -> Result<Self, ApiError> {
        let body = body.ok_or(ApiError::MissingBody(operation))?;
        Ok(<E as FromJson>::read(&body)?)
    }
}

/// Makes the body of the operation of that name from the bytes that were sent. All that is read of a long one is gone
/// through, and let go of, on the pool.
///
/// # Errors
/// As [`RequestBody::read`]; when the bytes are no JSON, and when the pool has no place.
pub(super) async fn parse<B: RequestBody>(
    pool: &Pool,
    bytes: &Bytes,
    operation: &'static str,
) -> Result<B, ApiError> {
    if B::ENTITY.is_none() {
        return B::read(None, operation);
    }
    let text = bytes.clone();
    let budget = RequestBudget::default();
    let parsing = pool.run_sized(bytes.len(), &budget, move |budget| {
        let value = json::parse_within(&json::text_of(&text)?, budget)?;
        B::read(value.filter(|value| *value != Value::Null), operation)
    });
    parsing.await?
}

/// Reads the bytes of a body.
///
/// # Errors
/// 413 for more than the settings allow or than can be read of it, 400 for a body that breaks off, 408 for one that stops, 503 for one that finds
/// no room in memory.
pub(super) async fn read_bytes(
    room: &BodyRoom,
    settings: &Settings,
    headers: &HeaderMap,
    body: Body,
) -> Result<ReadBody, ErrorResponse> {
    let limit = if settings.size_limit_filter { settings.max_body_size } else { OUTER_BODY_LIMIT };
    room.read(headers, body, limit, settings.idle_timeout).await
}
