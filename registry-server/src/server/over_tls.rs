//! What requests over TLS are held to beside those without.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderValue, Request, Response, StatusCode, header};

use crate::http::Peer;
use crate::tls::{InForce, ListenerTls};

/// For a year, and with all names below, as the original says it.
const STRICT: HeaderValue = HeaderValue::from_static("max-age=31536000; includeSubDomains");

/// The rules for the requests of one connection.
#[derive(Clone, Debug)]
pub(super) struct OverTls {
    in_force: Arc<InForce>,
    tls: Arc<ListenerTls>,
}

impl OverTls {
    /// The rules of a listener; `in_force` is what the connection was made with.
    pub(super) fn new(in_force: Arc<InForce>, tls: &Arc<ListenerTls>) -> Self {
        Self { in_force, tls: Arc::clone(tls) }
    }

    /// The answer to a request that is for another host than the connection; `None` for one that goes on.
    pub(super) fn refusal<B>(&self, request: &Request<B>, peer: &Peer) -> Option<Response<Body>> {
        let settings = self.tls.settings();
        if !settings.checks_server_name && !settings.checks_host {
            return None;
        }
        let host = host(request).unwrap_or_default();
        let named = peer.tls().and_then(|tls| tls.server_name.as_deref());
        if settings.checks_server_name && named.is_some_and(|named| !named.eq_ignore_ascii_case(host)) {
            return Some(refused(StatusCode::MISDIRECTED_REQUEST, "Misdirected Request"));
        }
        if settings.checks_host && !self.in_force.is_for(host) {
            return Some(refused(StatusCode::BAD_REQUEST, "Invalid SNI"));
        }
        None
    }

    /// Adds what each answer over TLS says.
    pub(super) fn finish(&self, response: &mut Response<Body>) {
        if self.tls.settings().strict_transport_security {
            response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, STRICT);
        }
    }
}

/// The host that a request is for, without its port.
fn host<B>(request: &Request<B>) -> Option<&str> {
    let authority = match request.uri().authority() {
        Some(authority) => authority.as_str(),
        None => request.headers().get(header::HOST)?.to_str().ok()?,
    };
    let host = match authority.rsplit_once(':') {
        // Not within the brackets of an address.
        Some((host, port)) if !port.contains(']') => host,
        _ => authority,
    };
    Some(host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host))
}

fn refused(status: StatusCode, message: &str) -> Response<Body> {
    let body = serde_json::json!({ "error_code": status.as_u16(), "message": message }).to_string();
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_of_a_request_is_told_without_its_port() {
        for (uri, header, expected) in [
            ("/", Some("h.example"), Some("h.example")),
            ("/", Some("h.example:8081"), Some("h.example")),
            ("/", Some("[::1]:8081"), Some("::1")),
            ("/", Some("[::1]"), Some("::1")),
            ("https://h.example:1/", None, Some("h.example")),
            ("https://h.example/", Some("other"), Some("h.example")),
            ("/", None, None),
        ] {
            let mut request = Request::get(uri);
            if let Some(host) = header {
                request = request.header("host", host);
            }
            assert_eq!(host(&request.body(()).unwrap()), expected, "{uri} {header:?}");
        }
    }
}
