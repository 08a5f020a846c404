//! Settings to what rustls serves with.

use std::sync::Arc;

use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::CertificateDer;
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;
use rustls::version::{TLS12, TLS13};
use rustls::{RootCertStore, ServerConfig, SupportedCipherSuite, SupportedProtocolVersion};

use super::TlsError;
use super::certificate::CertificateUse;
use super::identity::{Identity, Place};
use crate::config::{ClientAuthentication, TlsSettings};

/// Makes it of the settings, and of the keys and certificates that they name.
pub(super) fn server_config(
    settings: &TlsSettings,
    http2: bool,
    Identity { key, chain }: Identity,
    trusted: &[CertificateDer<'static>],
) -> Result<ServerConfig, TlsError> {
    let provider = Arc::new(provider(settings)?);
    let versions = versions(settings, &provider);
    if versions.is_empty() {
        return Err(no_cipher_suite());
    }
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(&versions)
        .map_err(TlsError::Settings)?;
    let builder = match verifier(settings, trusted, provider)? {
        Some(verifier) => builder.with_client_cert_verifier(verifier),
        None => builder.with_no_client_auth(),
    };
    let mut config = builder.with_single_cert(chain, key).map_err(TlsError::Settings)?;
    config.alpn_protocols = if http2 { vec![b"h2".to_vec()] } else { Vec::new() };
    config.alpn_protocols.push(b"http/1.1".to_vec());
    Ok(config)
}

/// The versions of TLS that are on, and have a suite.
pub(super) fn versions(
    settings: &TlsSettings,
    provider: &CryptoProvider,
) -> Vec<&'static SupportedProtocolVersion> {
    let named = |name: &str| settings.versions.is_empty() || settings.versions.iter().any(|one| one == name);
    // A version without any of its suites would be agreed on, and then fail.
    let has_suite = |version: &SupportedProtocolVersion| {
        provider.cipher_suites.iter().any(|suite| suite.version().version == version.version)
    };
    let all = [(&TLS13, "TLSv1.3"), (&TLS12, "TLSv1.2")];
    all.into_iter()
        .filter(|(version, name)| named(name) && has_suite(version))
        .map(|(version, _)| version)
        .collect()
}

/// The cryptography, with the cipher suites of the settings.
fn provider(settings: &TlsSettings) -> Result<CryptoProvider, TlsError> {
    let mut provider = aws_lc_rs::default_provider();
    let wanted = &settings.cipher_suites;
    if wanted.is_empty() {
        return Ok(provider);
    }
    let unknown: Vec<&str> = wanted
        .iter()
        .map(String::as_str)
        .filter(|name| !provider.cipher_suites.iter().any(|suite| registered_name(suite) == *name))
        .collect();
    if !unknown.is_empty() {
        tracing::warn!("ssl.cipher.suites: not served are {}", unknown.join(", "));
    }
    provider.cipher_suites.retain(|suite| wanted.contains(&registered_name(suite)));
    if provider.cipher_suites.is_empty() { Err(no_cipher_suite()) } else { Ok(provider) }
}

fn no_cipher_suite() -> TlsError {
    let served: Vec<String> = aws_lc_rs::ALL_CIPHER_SUITES.iter().map(registered_name).collect();
    TlsError::NoCipherSuite { served: served.join(", ") }
}

/// The name of a suite as IANA registers it and Java writes it.
fn registered_name(suite: &SupportedCipherSuite) -> String {
    format!("{:?}", suite.suite()).replacen("TLS13_", "TLS_", 1)
}

/// Who verifies the certificates of clients; `None` where they are not asked.
fn verifier(
    settings: &TlsSettings,
    trusted: &[CertificateDer<'static>],
    provider: Arc<CryptoProvider>,
) -> Result<Option<Arc<dyn ClientCertVerifier>>, TlsError> {
    let asks = settings.client_authentication();
    if asks == ClientAuthentication::None {
        return Ok(None);
    }
    if trusted.is_empty() {
        return Err(TlsError::NoTruststore);
    }
    let mut roots = RootCertStore::empty();
    for certificate in trusted {
        roots.add(certificate.clone()).map_err(|error| TlsError::Content {
            place: Place::of(settings, CertificateUse::Trusted),
            reason: format!("a certificate cannot be trusted: {error}"),
        })?;
    }
    let builder = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
    let builder =
        if asks == ClientAuthentication::Requested { builder.allow_unauthenticated() } else { builder };
    let verifier = builder.build().map_err(|error| TlsError::Content {
        place: Place::of(settings, CertificateUse::Trusted),
        reason: error.to_string(),
    })?;
    Ok(Some(verifier))
}
