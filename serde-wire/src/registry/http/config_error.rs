//! What is wrong with the settings of a client.

use std::path::PathBuf;

/// Why a client could not be made of its settings.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientConfigError {
    /// There is no server to ask.
    #[error("no registry URL was given: at least one such as http://localhost:8081 is needed")]
    NoUrl,
    /// One of the URLs cannot be used.
    #[error("registry URL {url:?} cannot be used: {reason}")]
    Url {
        /// The text that was given, without credentials.
        url: String,
        /// The problem of the URL.
        reason: String,
    },
    /// The endpoint of [`ClientCredentials`](super::ClientCredentials) cannot be asked.
    #[error("token endpoint {url:?} cannot be used: {reason}")]
    TokenEndpoint {
        /// The text that was given, without credentials.
        url: String,
        /// The problem of the URL.
        reason: String,
    },
    /// A header's name or value is not one of HTTP.
    #[error("header {0:?} cannot be sent: its name or value is not valid in HTTP")]
    Header(String),
    /// The folder for schemas cannot be used.
    #[error("the folder {} cannot keep schemas: {error}", folder.display())]
    DiskCache {
        /// The folder.
        folder: PathBuf,
        /// What the system says; it stands in the message, and is no source.
        error: std::io::Error,
    },
    /// Certificates or a key cannot be used. A key is not shown.
    #[error("{what} cannot be used: {reason}")]
    Certificates {
        /// The trusted certificates, or the client's own.
        what: &'static str,
        /// The problem.
        reason: String,
    },
    /// The settings ask for TLS, and the library for it is not compiled in.
    #[error(
        "the library for TLS that is asked for is not compiled in: turn on the feature `rustls-aws-lc`, `rustls-ring` or \
         `native-tls` of serde-wire"
    )]
    NoTls,
    /// The proxy cannot be used.
    #[error("proxy {url:?} cannot be used: {reason}")]
    Proxy {
        /// The text that was given, without credentials.
        url: String,
        /// The problem of the URL.
        reason: String,
    },
    /// A proxy or certificates are set beside an HTTP client, which has its own.
    #[error(
        "{0} is set beside `http_client`, which knows nothing of it: set it there, or leave out the client"
    )]
    BesideClient(&'static str),
    /// The TLS set-up failed.
    #[error("the HTTP client could not be set up")]
    Http(#[from] reqwest::Error),
}
