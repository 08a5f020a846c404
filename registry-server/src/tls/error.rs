//! Mistakes in keys and certificates. Each message is one line that says what to do.

use std::io;
use std::path::PathBuf;

use super::identity::Place;

/// A key, a certificate or a setting of TLS that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// A listener with TLS has no certificate.
    #[error(
        "https needs a certificate: set ssl.keystore.location to a JKS, PKCS12 or PEM file with the server's key and \
         certificates"
    )]
    NoKeystore,
    /// Clients are asked for certificates and none can be trusted.
    #[error(
        "ssl.client.authentication asks clients for certificates, and none would be trusted: set ssl.truststore.location to a \
         JKS, PKCS12 or PEM file with the certificates that theirs are issued by"
    )]
    NoTruststore,
    /// A file cannot be read.
    #[error("{setting}: cannot read {}: {error}", path.display())]
    File {
        /// The setting that names the file.
        setting: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// What a file or a setting holds cannot be used.
    #[error("{place}: {reason}")]
    Content {
        /// The setting, with the file that it names.
        place: Place,
        /// Why, and what to do.
        reason: String,
    },
    /// None of the cipher suites is served.
    #[error("ssl.cipher.suites has none that is served with ssl.enabled.protocols; served are {served}")]
    NoCipherSuite {
        /// The names of those that are.
        served: String,
    },
    /// The settings do not go together.
    #[error("TLS cannot be served with these settings: {0}")]
    Settings(rustls::Error),
}
