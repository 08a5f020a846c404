//! The first question to a request, before its body is read: who sends it.

use std::time::Duration;

use axum::body::Body;
use axum::http::header::{EXPECT, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Response, StatusCode};
use http_body_util::BodyExt as _;
use tokio::time::timeout;

use super::accept::JSON;
use super::client_address::client_address;
use super::error::ErrorResponse;
use super::peer::Peer;
use super::{App, render};
use crate::security::Principal;
use crate::security::authentication::{Refusal, Sender};

/// The bytes of a refused request that are read, so that its client is not cut off before it has the answer.
const READ_AFTER_REFUSAL: usize = 1 << 20;

/// Who was found to send a request. It is there when anybody was asked.
pub(super) fn principal_of(parts: &Parts) -> Principal {
    parts.extensions.get::<Principal>().cloned().unwrap_or_default()
}

/// Finds out who sends a request, and leaves it with the request.
pub(super) async fn admit(app: &App, parts: &mut Parts) -> Result<(), Refusal> {
    let peer = parts.extensions.get::<Peer>();
    let certificates = peer.and_then(Peer::tls).map(|tls| tls.client_certificates.as_slice());
    let certificate = certificates.and_then(<[_]>::first).map(Vec::as_slice);
    if app.authenticator.asks_nobody() && certificate.is_none()
        || app.settings.authentication.skips(parts.uri.path())
    {
        return Ok(());
    }
    let address = client_address(parts, &app.settings.observation.trusted_proxies);
    let sender = Sender { headers: &parts.headers, address, certificate };
    let principal = app.authenticator.principal(sender, app.registry.token_store()).await?;
    parts.extensions.insert(principal);
    Ok(())
}

/// Response to a request that was not admitted.
pub(super) async fn refuse(app: &App, parts: &Parts, refusal: &Refusal, body: Body) -> Response<Body> {
    // Who waits to be told to go on is told not to.
    if !parts.headers.contains_key(EXPECT) {
        discard(body, app.settings.idle_timeout).await;
    }
    let (status, message) = match refusal {
        Refusal::Unproved(_) => (StatusCode::UNAUTHORIZED, "Unauthorized".to_owned()),
        Refusal::WithoutRole => (StatusCode::FORBIDDEN, "Forbidden".to_owned()),
        Refusal::TooManyFailures { .. } => (
            StatusCode::TOO_MANY_REQUESTS,
            "Too many wrong credentials; the next ones are looked at after a while".to_owned(),
        ),
        Refusal::Unavailable(what) => {
            (StatusCode::SERVICE_UNAVAILABLE, format!("Credentials cannot be checked: {what}"))
        }
    };
    let retry = status == StatusCode::SERVICE_UNAVAILABLE;
    let mut response =
        render::error(&ErrorResponse { retry, ..ErrorResponse::plain(status, message) }, Some(&JSON));
    match refusal {
        Refusal::Unproved(_) => {
            for challenge in app.authenticator.challenges(refusal) {
                response.headers_mut().append(WWW_AUTHENTICATE, challenge);
            }
        }
        Refusal::TooManyFailures { wait } => {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(*wait));
        }
        Refusal::WithoutRole | Refusal::Unavailable(_) => {}
    }
    response
}

/// Reads a body to its end, or as much of it as is put up with, for as long as it keeps coming.
async fn discard(mut body: Body, idle: Duration) {
    let mut read = 0;
    while let Ok(Some(Ok(frame))) = timeout(idle, body.frame()).await
        && read < READ_AFTER_REFUSAL
    {
        read += frame.data_ref().map_or(0, bytes::Bytes::len);
    }
}
