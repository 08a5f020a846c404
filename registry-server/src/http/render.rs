//! Responses as they are sent: status, headers, bytes.

use axum::body::{Body, to_bytes};
use axum::http::header::{ALLOW, CONTENT_LENGTH, CONTENT_TYPE, LINK, RETRY_AFTER};
use axum::http::{HeaderValue, Method, Response, StatusCode};

use super::App;
use super::accept::{Accept, JSON, OptionsForm};
use super::error::ErrorResponse;
use super::outcome::ErrorCode;
use super::response::ApiResponse;
use super::uri::Segment;

const PLAIN_TEXT: HeaderValue = HeaderValue::from_static("text/plain");
const HTML: HeaderValue = HeaderValue::from_static("text/html;charset=utf-8");
/// The original's pages have another character set than its resources.
const HTML_OF_PAGES: HeaderValue = HeaderValue::from_static("text/html;charset=iso-8859-1");

fn response(status: StatusCode, body: impl Into<Body>, media: Option<HeaderValue>) -> Response<Body> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    if let Some(media) = media {
        response.headers_mut().insert(CONTENT_TYPE, media);
    }
    response
}

/// Response to a request that succeeded.
pub(super) fn success(answer: ApiResponse, media: HeaderValue) -> Response<Body> {
    match answer.body {
        Some(body) => response(answer.status, body, Some(media)),
        None => response(answer.status, Body::empty(), None),
    }
}

/// An error in the form that clients read; without a media type where no operation was chosen.
pub(super) fn error(error: &ErrorResponse, media: Option<&HeaderValue>) -> Response<Body> {
    let body = serde_json::json!({ "error_code": error.code, "message": error.message });
    let mut response = response(error.status, body.to_string(), media.cloned());
    response.extensions_mut().insert(ErrorCode(error.code));
    if error.retry {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    if let Some(path) = &error.help
        && let Ok(link) = HeaderValue::try_from(format!("<{path}>; rel=\"help\""))
    {
        response.headers_mut().insert(LINK, link);
    }
    response
}

/// Response to OPTIONS.
pub(super) fn options(allowed: &[&str], accept: &Accept) -> Response<Body> {
    let mut response = match accept.form_of_options() {
        OptionsForm::Text => response(StatusCode::OK, allowed.join(", "), Some(PLAIN_TEXT)),
        OptionsForm::Empty(media) => response(StatusCode::OK, Body::empty(), Some(media)),
    };
    let allowed = HeaderValue::try_from(allowed.join(",")).expect("the names of methods are plain texts");
    response.headers_mut().insert(ALLOW, allowed);
    response
}

/// The description of the API, which lives on paths that the original does not have.
pub(super) fn description(app: &App, method: &Method, segments: &[Segment]) -> Response<Body> {
    let reading = matches!(*method, Method::GET | Method::HEAD);
    match segments {
        [one] if reading && one.text == "openapi.json" => {
            response(StatusCode::OK, app.description.openapi(), Some(JSON))
        }
        [one] if reading && one.text == "docs" => {
            response(StatusCode::OK, app.description.page(), Some(HTML))
        }
        _ => error(&ErrorResponse::not_found(), None),
    }
}

/// A `Content-Type` that is no media type fails below the resources, where only some methods get a body.
pub(super) fn malformed_content_type(method: &Method) -> Response<Body> {
    let failure = ErrorResponse::plain(StatusCode::BAD_REQUEST, "Bad Request");
    if matches!(*method, Method::GET | Method::POST | Method::HEAD) {
        return error(&failure, Some(&JSON));
    }
    response(failure.status, Body::empty(), None)
}

/// An `Accept` that holds something else than media ranges.
pub(super) fn malformed_accept() -> Response<Body> {
    error(&ErrorResponse::plain(StatusCode::BAD_REQUEST, "Bad Request"), Some(&JSON))
}

/// Error page for a request that no operation will see.
pub(super) fn page(status: StatusCode, what: &str) -> Response<Body> {
    let code = status.as_u16();
    let html = format!(
        "<html>\n<head><title>Error {code} {what}</title></head>\n<body><h2>HTTP ERROR {code} {what}</h2></body>\n</html>\n"
    );
    response(status, html, Some(HTML_OF_PAGES))
}

/// Response to HEAD: all of GET's but the body.
pub(super) async fn without_body(response: Response<Body>) -> Response<Body> {
    let (mut parts, body) = response.into_parts();
    let length = to_bytes(body, usize::MAX).await.map_or(0, |bytes| bytes.len());
    parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    Response::from_parts(parts, Body::empty())
}
