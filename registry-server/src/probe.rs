//! The question after the health of a server of this machine, for supervisors that have no client for HTTP, as in a container
//! that holds nothing but the server.

use std::net::IpAddr;
use std::time::Duration;

use bytes::Bytes;
use reqwest::{Client, StatusCode};
use serde_json::Value;
use tokio::time::timeout;

use crate::config::{Listener, Settings};

/// What is asked: the last part of a path below `/health`.
pub const QUESTIONS: [&str; 3] = ["live", "ready", "startup"];

/// How long all of it may take. The server itself gives its database a second.
const BOUND: Duration = Duration::from_secs(5);

/// Why a server is not as it should be. Each message is one line.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProbeError {
    /// Nothing answers there.
    #[error("{url} cannot be asked: {reason}; is the server running, with these settings?")]
    NoAnswer {
        /// What was asked.
        url: String,
        /// Why.
        reason: String,
    },
    /// It says that all is not well.
    #[error("{url} answered {status}: {reasons}")]
    Down {
        /// What was asked.
        url: String,
        /// The status.
        status: StatusCode,
        /// What is not well, as the server tells it.
        reasons: String,
    },
}

/// Asks the server that runs with these settings one of the [`QUESTIONS`]: on the first of its listeners without TLS, or on the first
/// one where all have it. Its certificate is not looked at, since it is made out for others than this machine; a listener that asks
/// clients for certificates refuses this one.
///
/// # Errors
/// [`ProbeError`] when it does not answer within 5 seconds, or answers that all is not well.
///
/// # Panics
/// Outside of a tokio runtime.
pub async fn ask(settings: &Settings, question: &str) -> Result<(), ProbeError> {
    let listener = asked(&settings.listeners);
    let host = listener.map_or("127.0.0.1", reachable);
    let (scheme, port) = listener.map_or(("http", 8081), |listener| (listener.scheme(), listener.port));
    let authority = if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") };
    let url = format!("{scheme}://{authority}/health/{question}");
    let no_answer = |reason: String| ProbeError::NoAnswer { url: url.clone(), reason };
    let (status, body) = timeout(BOUND, get(&url))
        .await
        .map_err(|_| no_answer(format!("no answer within {} s", BOUND.as_secs())))?
        .map_err(|error| no_answer(reason(&error)))?;
    if status == StatusCode::OK {
        return Ok(());
    }
    Err(ProbeError::Down { url, status, reasons: reasons(&body) })
}

/// The listener that is asked.
fn asked(listeners: &[Listener]) -> Option<&Listener> {
    listeners.iter().find(|listener| !listener.is_tls).or_else(|| listeners.first())
}

/// The host by which this machine reaches a listener.
fn reachable(listener: &Listener) -> &str {
    match listener.host.parse() {
        Ok(IpAddr::V4(address)) if address.is_unspecified() => "127.0.0.1",
        Ok(IpAddr::V6(address)) if address.is_unspecified() => "::1",
        _ => &listener.host,
    }
}

async fn get(url: &str) -> reqwest::Result<(StatusCode, Bytes)> {
    // This machine is asked, so nobody stands between who asks and who answers.
    let client = Client::builder().no_proxy().tls_danger_accept_invalid_certs(true).build()?;
    let answer = client.get(url).send().await?;
    Ok((answer.status(), answer.bytes().await?))
}

/// Why nothing answered: what lies at the bottom of an error.
fn reason(error: &dyn std::error::Error) -> String {
    std::iter::successors(Some(error), |error| error.source()).last().unwrap_or(error).to_string()
}

/// What the checks of an answer say that are not well; the answer itself where it is another one.
fn reasons(body: &[u8]) -> String {
    let told: Value = serde_json::from_slice(body).unwrap_or_default();
    let checks = told["checks"].as_array().map(Vec::as_slice).unwrap_or_default();
    let down: Vec<String> = checks
        .iter()
        .filter_map(|check| Some(format!("{}: {}", check["name"].as_str()?, check["reason"].as_str()?)))
        .collect();
    if down.is_empty() { String::from_utf8_lossy(body).into_owned() } else { down.join("; ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listener_on_all_addresses_is_asked_on_this_machine() {
        for (listener, host) in [
            ("http://0.0.0.0:1", "127.0.0.1"),
            ("http://[::]:1", "::1"),
            ("http://127.0.0.2:1", "127.0.0.2"),
            ("http://registry:1", "registry"),
        ] {
            assert_eq!(reachable(&listener.parse().unwrap()), host, "{listener}");
        }
    }

    #[test]
    fn a_listener_without_tls_is_asked_first() {
        for (listeners, is_asked) in [
            (&["http://a:1", "http://b:2"][..], Some("http://a:1")),
            (&["https://a:1", "http://b:2"], Some("http://b:2")),
            (&["https://a:1", "https://b:2"], Some("https://a:1")),
            (&[], None),
        ] {
            let listeners: Vec<Listener> = listeners.iter().map(|one| one.parse().unwrap()).collect();
            assert_eq!(asked(&listeners).map(ToString::to_string).as_deref(), is_asked, "{listeners:?}");
        }
    }

    #[test]
    fn what_is_not_well_is_told_in_one_line() {
        for (body, told) in [
            (
                r#"{"status":"DOWN","checks":[{"name":"server","status":"UP"},{"name":"database","status":"DOWN","reason":"it is gone"}]}"#,
                "database: it is gone",
            ),
            ("<html>a proxy</html>", "<html>a proxy</html>"),
            ("{}", "{}"),
        ] {
            assert_eq!(reasons(body.as_bytes()), told);
        }
    }
}
