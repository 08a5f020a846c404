//! The question after the health of a server of this machine, for supervisors that have no client for HTTP, as in a container
//! that holds nothing but the server.

use std::net::IpAddr;
use std::time::Duration;

use http_body_util::{BodyExt as _, Empty};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::{Request, StatusCode, header};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;
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

/// Asks the server that runs with these settings one of the [`QUESTIONS`], on the first of its listeners.
///
/// # Errors
/// [`ProbeError`] when it does not answer within 5 seconds, or answers that all is not well.
///
/// # Panics
/// Outside of a tokio runtime.
pub async fn ask(settings: &Settings, question: &str) -> Result<(), ProbeError> {
    let host = settings.listeners.first().map_or("127.0.0.1", reachable);
    let port = settings.listeners.first().map_or(8081, |listener| listener.port);
    let authority = if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") };
    let url = format!("http://{authority}/health/{question}");
    let no_answer = |reason: String| ProbeError::NoAnswer { url: url.clone(), reason };
    let (status, body) = timeout(BOUND, get(host, port, &authority, question))
        .await
        .map_err(|_| no_answer(format!("no answer within {} s", BOUND.as_secs())))?
        .map_err(|error| no_answer(error.to_string()))?;
    if status == StatusCode::OK {
        return Ok(());
    }
    Err(ProbeError::Down { url, status, reasons: reasons(&body) })
}

/// The host by which this machine reaches a listener.
fn reachable(listener: &Listener) -> &str {
    match listener.host.parse() {
        Ok(IpAddr::V4(address)) if address.is_unspecified() => "127.0.0.1",
        Ok(IpAddr::V6(address)) if address.is_unspecified() => "::1",
        _ => &listener.host,
    }
}

async fn get(
    host: &str,
    port: u16,
    authority: &str,
    question: &str,
) -> Result<(StatusCode, Bytes), Box<dyn std::error::Error>> {
    let stream = TcpStream::connect((host, port)).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let connection = tokio::spawn(connection);
    let request = Request::get(format!("/health/{question}"))
        .header(header::HOST, authority)
        .header(header::CONNECTION, "close")
        .body(Empty::<Bytes>::new())?;
    let answer = sender.send_request(request).await?;
    let status = answer.status();
    let body = answer.into_body().collect().await?.to_bytes();
    connection.abort();
    Ok((status, body))
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
