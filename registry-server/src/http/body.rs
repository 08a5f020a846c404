//! Request bodies: their size limit, and the entity that they hold.

use axum::body::{Body, to_bytes};
use axum::http::header::CONTENT_LENGTH;
use axum::http::{HeaderMap, StatusCode};
use bytes::Bytes;
use http_body_util::LengthLimitError;

use super::error::{ApiError, ErrorResponse};
use super::json::{FromJson, Value};
use crate::config::Settings;

/// The longest body when no limit is set: room for the longest string that is read, several times over.
const OUTER_BODY_LIMIT: usize = 64 * 1024 * 1024;

/// Body of a request as an operation takes it.
pub(super) trait RequestBody: Sized + Send {
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
pub(super) trait Entity: FromJson + Send {
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

/// Reads the bytes of a body.
///
/// # Errors
/// 413 for more than the settings allow, 400 for a body that breaks off.
pub(super) async fn read_bytes(
    settings: &Settings,
    headers: &HeaderMap,
    body: Body,
) -> Result<Bytes, ErrorResponse> {
    let limit = if settings.size_limit_filter { settings.max_body_size } else { OUTER_BODY_LIMIT };
    let announced = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    let too_large = |size: u64| {
        let text = format!("Request body is too large: {size}>{limit}");
        ErrorResponse::plain(StatusCode::PAYLOAD_TOO_LARGE, text)
    };
    if let Some(size) = announced.filter(|size| *size > limit as u64) {
        return Err(too_large(size));
    }
    match to_bytes(body, limit).await {
        Ok(bytes) => Ok(bytes),
        Err(error) if is_length_limit(&error) => Err(too_large(limit as u64 + 1)),
        Err(_) => Err(ErrorResponse::plain(StatusCode::BAD_REQUEST, "The request body ended early")),
    }
}

fn is_length_limit(error: &axum::Error) -> bool {
    std::error::Error::source(error).and_then(|source| source.downcast_ref::<LengthLimitError>()).is_some()
}
