//! What may be wrong with a registry, or with what stands before it.

/// A fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// None: requests reach the registry.
    None,
    /// Connections are closed before an answer.
    Down,
    /// It answers after longer than a message may wait.
    Slow,
    /// It answers 500.
    Error,
    /// It answers 503 with `Retry-After`.
    Busy,
    /// Every second request fails.
    Flapping,
    /// It answers 200 with JSON of something else.
    Wrong,
    /// It answers 404 in JSON, without a registry's own code.
    Elsewhere,
    /// It answers 404 in HTML, as a proxy does.
    HtmlNotFound,
    /// It answers 200 in HTML, as a portal does.
    HtmlPage,
    /// It answers half of what it should.
    Truncated,
}

impl Fault {
    /// All that are one.
    pub(crate) const ALL: [Self; 10] = [
        Self::Down,
        Self::Slow,
        Self::Error,
        Self::Busy,
        Self::Flapping,
        Self::Wrong,
        Self::Elsewhere,
        Self::HtmlNotFound,
        Self::HtmlPage,
        Self::Truncated,
    ];

    /// Its name in the output.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::None => "well",
            Self::Down => "down",
            Self::Slow => "slow",
            Self::Error => "500",
            Self::Busy => "503",
            Self::Flapping => "flapping",
            Self::Wrong => "another JSON",
            Self::Elsewhere => "404 of something else",
            Self::HtmlNotFound => "404 in HTML",
            Self::HtmlPage => "a page in HTML",
            Self::Truncated => "truncated",
        }
    }

    /// The whole answer, where it is always the same.
    pub(crate) fn answer(self) -> Option<String> {
        let (status, kind, body) = match self {
            Self::Error => {
                ("500 Internal Server Error", "application/json", r#"{"error_code":50001,"message":"no"}"#)
            }
            Self::Busy => ("503 Service Unavailable\r\nRetry-After: 0", "text/plain", "busy"),
            Self::Wrong => ("200 OK", "application/json", r#"{"answer":42}"#),
            Self::Elsewhere => ("404 Not Found", "application/json", r#"{"detail":"Not Found"}"#),
            Self::HtmlNotFound => ("404 Not Found", "text/html", "<html><h1>404 Not Found</h1></html>"),
            Self::HtmlPage => ("200 OK", "text/html", "<html><h1>Please log in</h1></html>"),
            Self::None | Self::Down | Self::Slow | Self::Flapping | Self::Truncated => return None,
        };
        let length = body.len();
        Some(format!(
            "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        ))
    }
}
