//! TLS: whom to trust, how to prove who asks, and by which library.

use super::config_error::ClientConfigError;
use std::fmt;
use std::path::PathBuf;

/// A library for TLS, of those that features compile in.
///
/// ```
/// use serde_wire::registry::{RegistryClient, TlsBackend};
///
/// let builder = RegistryClient::builder(["https://registry:8081"]).tls_backend(TlsBackend::Rustls);
/// # drop(builder);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TlsBackend {
    /// rustls, with the cryptography of aws-lc (feature `rustls-aws-lc`, on by default) or of ring (feature `rustls-ring`); with
    /// both, of aws-lc. A provider that the program has installed for the process counts before both.
    Rustls,
    /// That of the system: OpenSSL, SChannel or Secure Transport (feature `native-tls`).
    Native,
}

/// Certificates or keys in PEM.
#[derive(Clone)]
pub(super) enum Pem {
    Text(Vec<u8>),
    File(PathBuf),
}

/// What the settings say of TLS.
#[derive(Clone, Default)]
pub(super) struct Tls {
    pub(super) backend: Option<TlsBackend>,
    pub(super) roots: Option<Pem>,
    /// Whether no other roots are trusted.
    pub(super) no_other_roots: bool,
    /// The chain with its key, in one or two parts.
    pub(super) identity: Vec<Pem>,
}

const ROOTS: &str = "the trusted certificates";
#[cfg(any(feature = "rustls-aws-lc", feature = "rustls-ring", feature = "native-tls"))]
const IDENTITY: &str = "the client's certificate";

impl Pem {
    fn read(&self, what: &'static str) -> Result<Vec<u8>, ClientConfigError> {
        let invalid = |reason: String| ClientConfigError::Certificates { what, reason };
        let (text, place) = match self {
            Self::Text(text) => (text.clone(), String::new()),
            Self::File(path) => {
                let text = std::fs::read(path)
                    .map_err(|error| invalid(format!("{} cannot be read: {error}", path.display())))?;
                (text, format!("{} ", path.display()))
            }
        };
        let holds = |words: &str| text.windows(words.len()).any(|window| window == words.as_bytes());
        if !holds("-----BEGIN ") {
            return Err(invalid(format!(
                "{place}is no PEM; stores of Java (JKS, PKCS12) are not read, `openssl pkcs12 -nodes` makes PEM of the latter and \
                 `keytool -importkeystore -deststoretype PKCS12` the latter of the former"
            )));
        }
        if holds("-----BEGIN ENCRYPTED PRIVATE KEY-----") || holds("Proc-Type: 4,ENCRYPTED") {
            return Err(invalid(format!(
                "{place}holds a key that is encrypted: `openssl pkey` makes one that is not"
            )));
        }
        Ok(text)
    }
}

impl Tls {
    /// True when the HTTP client has to be made for these settings.
    pub(super) fn is_set(&self) -> bool {
        self.backend.is_some() || self.roots.is_some() || !self.identity.is_empty()
    }

    #[cfg(any(feature = "rustls-aws-lc", feature = "rustls-ring", feature = "native-tls"))]
    pub(super) fn apply(
        &self,
        builder: reqwest::ClientBuilder,
    ) -> Result<reqwest::ClientBuilder, ClientConfigError> {
        let backend = self.backend.unwrap_or(DEFAULT);
        let mut builder = choose(backend, builder)?;
        if let Some(roots) = &self.roots {
            let invalid = |error: reqwest::Error| refused(ROOTS, &error);
            let certificates = reqwest::Certificate::from_pem_bundle(&roots.read(ROOTS)?).map_err(invalid)?;
            if certificates.is_empty() {
                let reason = "there is none in what was given".to_owned();
                return Err(ClientConfigError::Certificates { what: ROOTS, reason });
            }
            builder = if self.no_other_roots {
                builder.tls_certs_only(certificates)
            } else {
                builder.tls_certs_merge(certificates)
            };
        }
        if !self.identity.is_empty() {
            let mut pem = Vec::new();
            for part in &self.identity {
                pem.extend(part.read(IDENTITY)?);
                pem.push(b'\n');
            }
            builder = builder.identity(identity(backend, &pem)?);
        }
        Ok(builder)
    }

    #[cfg(not(any(feature = "rustls-aws-lc", feature = "rustls-ring", feature = "native-tls")))]
    pub(super) fn apply(
        &self,
        builder: reqwest::ClientBuilder,
    ) -> Result<reqwest::ClientBuilder, ClientConfigError> {
        if let Some(roots) = &self.roots {
            roots.read(ROOTS)?;
        }
        if self.is_set() { Err(ClientConfigError::NoTls) } else { Ok(builder) }
    }
}

/// True where a library for TLS is compiled in.
pub(super) const fn is_compiled_in() -> bool {
    cfg!(any(feature = "rustls-aws-lc", feature = "rustls-ring", feature = "native-tls"))
}

#[cfg(any(feature = "rustls-aws-lc", feature = "rustls-ring"))]
const DEFAULT: TlsBackend = TlsBackend::Rustls;
#[cfg(all(feature = "native-tls", not(any(feature = "rustls-aws-lc", feature = "rustls-ring"))))]
const DEFAULT: TlsBackend = TlsBackend::Native;

#[cfg(any(feature = "rustls-aws-lc", feature = "rustls-ring", feature = "native-tls"))]
fn choose(
    backend: TlsBackend,
    builder: reqwest::ClientBuilder,
) -> Result<reqwest::ClientBuilder, ClientConfigError> {
    match backend {
        #[cfg(any(feature = "rustls-aws-lc", feature = "rustls-ring"))]
        TlsBackend::Rustls => {
            // The HTTP client takes the provider of the process. If other code installs one at this moment, that is as good.
            #[cfg(all(feature = "rustls-ring", not(feature = "rustls-aws-lc")))]
            if rustls::crypto::CryptoProvider::get_default().is_none() {
                let _ = rustls::crypto::ring::default_provider().install_default();
            }
            Ok(builder.tls_backend_rustls())
        }
        #[cfg(feature = "native-tls")]
        TlsBackend::Native => Ok(builder.tls_backend_native()),
        #[cfg(not(any(feature = "rustls-aws-lc", feature = "rustls-ring")))]
        TlsBackend::Rustls => Err(ClientConfigError::NoTls),
        #[cfg(not(feature = "native-tls"))]
        TlsBackend::Native => Err(ClientConfigError::NoTls),
    }
}

#[cfg(any(feature = "rustls-aws-lc", feature = "rustls-ring", feature = "native-tls"))]
fn identity(backend: TlsBackend, pem: &[u8]) -> Result<reqwest::Identity, ClientConfigError> {
    let identity = match backend {
        #[cfg(any(feature = "rustls-aws-lc", feature = "rustls-ring"))]
        TlsBackend::Rustls => reqwest::Identity::from_pem(pem),
        #[cfg(feature = "native-tls")]
        TlsBackend::Native => reqwest::Identity::from_pkcs8_pem(pem, pem),
        #[cfg(not(any(feature = "rustls-aws-lc", feature = "rustls-ring")))]
        TlsBackend::Rustls => return Err(ClientConfigError::NoTls),
        #[cfg(not(feature = "native-tls"))]
        TlsBackend::Native => return Err(ClientConfigError::NoTls),
    };
    identity.map_err(|error| refused(IDENTITY, &error))
}

#[cfg(any(feature = "rustls-aws-lc", feature = "rustls-ring", feature = "native-tls"))]
fn refused(what: &'static str, error: &reqwest::Error) -> ClientConfigError {
    ClientConfigError::Certificates { what, reason: super::transport::with_causes(error) }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Keys are secret.
        let mut debug = f.debug_struct("Tls");
        debug.field("backend", &self.backend).field("roots", &self.roots.is_some());
        debug.field("no_other_roots", &self.no_other_roots).field("identity", &!self.identity.is_empty());
        debug.finish()
    }
}
