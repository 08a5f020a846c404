//! The first question to a request, before its body is read: who sends it.

use axum::http::request::Parts;

use super::App;
use crate::security::Principal;

/// Who was found to send a request. It is there when anybody was asked.
pub(super) fn principal_of(parts: &Parts) -> Principal {
    parts.extensions.get::<Principal>().cloned().unwrap_or_default()
}

/// Finds out who sends a request, and leaves it with the request.
pub(super) fn admit(app: &App, parts: &mut Parts) {
    if app.authenticator.is_off() {
        return;
    }
    let principal = app.authenticator.principal(parts);
    parts.extensions.insert(principal);
}
