//! From the bytes of a request to the bytes of its answer.

use std::borrow::Cow;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::header::{ACCEPT, ALLOW, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri};
use bytes::Bytes;
use http_body_util::LengthLimitError;

use super::accept::{Accept, JSON, Sent, sent};
use super::call::{Call, Reply};
use super::error::{ApiError, Told};
use super::level::Level;
use super::prefix::{self, ColonInContext, subject_segments};
use super::query::Query;
use super::route::{Operation, Routed, route};
use super::uri::{self, Segment};
use super::{App, json, openapi, operations};
use crate::domain::{Context, Subject};
use crate::service::RegistryError;
use crate::store::Actor;

/// The longest request line, in bytes.
const MAX_REQUEST_LINE: usize = 8 * 1024;
/// The longest body when no limit is set: room for the longest string that is read, several times over.
const OUTER_BODY_LIMIT: usize = 64 * 1024 * 1024;
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Answers any request.
pub(super) async fn dispatch(State(app): State<Arc<App>>, request: Request<Body>) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let line = parts.method.as_str().len() + parts.uri.to_string().len() + " HTTP/1.1 ".len();
    let segments = if line > MAX_REQUEST_LINE {
        Err(page(StatusCode::URI_TOO_LONG, "URI Too Long"))
    } else {
        uri::segments(parts.uri.path(), app.settings.legacy_uri_compliance)
            .map_err(|uri::Ambiguous| page(StatusCode::BAD_REQUEST, "Ambiguous URI"))
    };
    let answering = async {
        // Read whatever the answer will be: a connection with an unread body cannot be used again.
        let body = read_body(&app, &parts.headers, body).await;
        match segments {
            Ok(segments) => {
                let id = request_id(&parts.headers);
                let answer = answer(&app, &parts.method, &parts.uri, &parts.headers, segments, body);
                let mut response = answer.await;
                response.headers_mut().insert(REQUEST_ID, id);
                response
            }
            Err(page) => page,
        }
    };
    let mut response = match tokio::time::timeout(app.settings.request_timeout, answering).await {
        Ok(response) => response,
        Err(_) => told(&Told::plain(StatusCode::GATEWAY_TIMEOUT, "Request timed out"), Some(JSON)),
    };
    for header in &app.settings.response_headers {
        header.apply(response.headers_mut());
    }
    if parts.method == Method::HEAD { without_body(response).await } else { response }
}

async fn answer(
    app: &App,
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
    mut segments: Vec<Segment>,
    body: Result<Bytes, Told>,
) -> Response<Body> {
    let content_type = headers.get(CONTENT_TYPE).map(|value| value.to_str().unwrap_or_default());
    let sent = sent(content_type);
    if sent == Sent::Unreadable {
        return unreadable_type(method);
    }
    let level = Level::of(app.settings.response_level, headers);
    let mut query = Query::parse(uri.query().unwrap_or_default());
    if let Err(ColonInContext(name)) = prefix::rewrite(&mut segments, &mut query, method.as_str()) {
        return told(&Told::plain(StatusCode::BAD_REQUEST, level.colon_in_context(&name)), None);
    }
    if let Err(error) = follow_aliases(app, &mut segments, &mut query).await {
        return told(&level.tell(error.into()), Some(JSON));
    }
    let accept = Accept::parse(headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok()));
    let (operation, path) = match route(&operations::available(app), method.as_str(), &segments) {
        Routed::To(operation, path) if level.has(operation.name) => (operation, path),
        Routed::Options(allowed) => return options(&allowed, &accept),
        Routed::To(..) | Routed::WrongMethod => {
            return told(&Told::plain(StatusCode::METHOD_NOT_ALLOWED, "HTTP 405 Method Not Allowed"), None);
        }
        Routed::Nowhere => return described(app, method, &segments),
    };
    if operation.body.is_some() && sent == Sent::Unsupported {
        let text = "HTTP 415 Unsupported Media Type";
        return told(&Told::plain(StatusCode::UNSUPPORTED_MEDIA_TYPE, text), Some(accept.exact()));
    }
    let Some(media) = accept.negotiate() else {
        return told(&Told::plain(StatusCode::NOT_ACCEPTABLE, "HTTP 406 Not Acceptable"), None);
    };
    let body = match body {
        Ok(body) => body,
        Err(too_large) => return told(&too_large, Some(JSON)),
    };
    let call = Call { operation: operation.name, path, query, body: None, actor: Actor::default(), level };
    match carry_out(app, operation, call, &body).await {
        Ok(reply) => replied(&reply, &media),
        Err(error) => told(&level.tell(error), Some(&media)),
    }
}

async fn carry_out(
    app: &App,
    operation: &Operation,
    mut call: Call,
    body: &Bytes,
) -> Result<Reply, ApiError> {
    if operation.body.is_some() {
        let value = json::parse(&json::text_of(body)?)?;
        call.body = value.filter(|value| *value != json::Value::Null);
    }
    (operation.handler)(app, &call).await
}

/// Puts the targets of aliases in the place of the names that stand for them.
async fn follow_aliases(app: &App, segments: &mut [Segment], query: &mut Query) -> Result<(), RegistryError> {
    let by_id = matches!(segments, [schemas, ids, ..] if schemas.text == "schemas" && ids.text == "ids");
    for segment in subject_segments(segments) {
        let subject = Subject::parse(&segment.text);
        // The original splits the path before it decodes it: an encoded colon hides the context.
        let context =
            if segment.plain_colon { subject.context().clone() } else { Context::default_context() };
        if let Some(target) = app.registry.alias_target(&subject, &context).await? {
            *segment = Segment::new(target.to_string());
        }
    }
    if by_id {
        let subject = Subject::parse(query.text("subject"));
        if let Some(target) = app.registry.alias_target(&subject, subject.context()).await? {
            query.set("subject", target.to_string());
        }
    }
    Ok(())
}

async fn read_body(app: &App, headers: &HeaderMap, body: Body) -> Result<Bytes, Told> {
    let limit = if app.settings.size_limit_filter { app.settings.max_body_size } else { OUTER_BODY_LIMIT };
    let announced = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    let too_large = |size: u64| {
        let text = format!("Request body is too large: {size}>{limit}");
        Told::plain(StatusCode::PAYLOAD_TOO_LARGE, text)
    };
    if let Some(size) = announced.filter(|size| *size > limit as u64) {
        return Err(too_large(size));
    }
    match to_bytes(body, limit).await {
        Ok(bytes) => Ok(bytes),
        Err(error) if is_length_limit(&error) => Err(too_large(limit as u64 + 1)),
        Err(_) => Err(Told::plain(StatusCode::BAD_REQUEST, "The request body ended early")),
    }
}

fn is_length_limit(error: &axum::Error) -> bool {
    std::error::Error::source(error).is_some_and(|source| source.is::<LengthLimitError>())
}

/// The request's id when exactly one was sent and it is not blank, else a new one.
fn request_id(headers: &HeaderMap) -> HeaderValue {
    let mut sent = headers.get_all(REQUEST_ID).iter();
    match (sent.next(), sent.next()) {
        (Some(id), None) if !id.as_bytes().trim_ascii().is_empty() => id.clone(),
        _ => HeaderValue::from_str(&uuid::Uuid::new_v4().to_string())
            .unwrap_or_else(|_| HeaderValue::from_static("none")),
    }
}

fn replied(reply: &Reply, media: &str) -> Response<Body> {
    let mut response = Response::new(reply.body.clone().map_or_else(Body::empty, Body::from));
    *response.status_mut() = reply.status;
    if reply.body.is_some() {
        set_type(&mut response, media);
    }
    response
}

fn told(told: &Told, media: Option<&str>) -> Response<Body> {
    let body = serde_json::json!({ "error_code": told.code, "message": told.message });
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = told.status;
    if let Some(media) = media {
        set_type(&mut response, media);
    }
    if told.retry {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}

fn set_type(response: &mut Response<Body>, media: &str) {
    if let Ok(value) = HeaderValue::from_str(media) {
        response.headers_mut().insert(CONTENT_TYPE, value);
    }
}

fn options(allowed: &[&str], accept: &Accept) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    set_type(&mut response, &accept.best());
    if let Ok(value) = HeaderValue::from_str(&allowed.join(",")) {
        response.headers_mut().insert(ALLOW, value);
    }
    response
}

/// The description of the API, which lives on paths that the original does not have.
fn described(app: &App, method: &Method, segments: &[Segment]) -> Response<Body> {
    let reading = matches!(*method, Method::GET | Method::HEAD);
    let (body, media) = match segments {
        [one] if reading && one.text == "openapi.json" => (openapi::document(app).to_string(), JSON),
        [one] if reading && one.text == "docs" => (openapi::page(app), "text/html;charset=utf-8"),
        _ => return told(&Told::not_found(), None),
    };
    let mut response = Response::new(Body::from(body));
    set_type(&mut response, media);
    response
}

/// A `Content-Type` that is no media type fails below the resources, where only some methods get a body.
fn unreadable_type(method: &Method) -> Response<Body> {
    let failure = Told::plain(StatusCode::BAD_REQUEST, "Bad Request");
    if matches!(*method, Method::GET | Method::POST | Method::HEAD) {
        return told(&failure, Some(JSON));
    }
    let mut response = Response::new(Body::empty());
    *response.status_mut() = failure.status;
    response
}

/// What is wrong with a request that no resource will see, as a page.
fn page(status: StatusCode, what: &str) -> Response<Body> {
    let code = status.as_u16();
    let title: Cow<'_, str> = format!("Error {code} {what}").into();
    let html = format!(
        "<html>\n<head><title>{title}</title></head>\n<body><h2>HTTP ERROR {code} {what}</h2></body>\n</html>\n"
    );
    let mut response = Response::new(Body::from(html));
    *response.status_mut() = status;
    set_type(&mut response, "text/html;charset=iso-8859-1");
    response
}

/// An answer to HEAD: all of GET's but the body.
async fn without_body(response: Response<Body>) -> Response<Body> {
    let (mut parts, body) = response.into_parts();
    let length = to_bytes(body, usize::MAX).await.map_or(0, |bytes| bytes.len());
    parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    Response::from_parts(parts, Body::empty())
}
