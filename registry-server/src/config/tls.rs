//! Settings of TLS, for all listeners or for one.

use std::path::PathBuf;

use super::value::{allowed, list};
use super::{Listener, Settings};
use crate::store::Secret;

/// How a listener with TLS shows who it is, and what it asks of clients.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TlsSettings {
    /// The key of the server with its certificates.
    pub keystore: KeystoreSettings,
    /// The password of the key within the keystore, where it is another one than the keystore's.
    pub key_password: Option<Secret>,
    /// A PEM file with the key, where the keystore has certificates alone.
    pub key_location: Option<PathBuf>,
    /// The key as PEM, in the setting itself.
    pub key: Option<Secret>,
    /// The certificates of the server as PEM, its own first, in the setting itself.
    pub certificate_chain: Option<String>,
    /// The certificates that those of clients are traced to.
    pub truststore: KeystoreSettings,
    /// The same as PEM, in the setting itself.
    pub trusted_certificates: Option<String>,
    /// Whether clients show certificates; `None` for what `asks_clients` says.
    pub client_authentication: Option<ClientAuthentication>,
    /// The older setting for the same: true for [`ClientAuthentication::Required`].
    pub asks_clients: bool,
    /// The versions of TLS by the names of Java; empty for all that there are.
    pub versions: Vec<String>,
    /// The cipher suites by the names of Java; empty for all that there are.
    pub cipher_suites: Vec<String>,
    /// Whether clients are refused that ask for another host than they named to TLS.
    pub checks_server_name: bool,
    /// Whether clients are refused that ask for a host that the server's certificate is not for.
    pub checks_host: bool,
    /// Whether browsers are told to come by TLS only.
    pub strict_transport_security: bool,
}

/// A file with keys or certificates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeystoreSettings {
    /// The file.
    pub location: Option<PathBuf>,
    /// Its password.
    pub password: Option<Secret>,
}

/// Whether clients show certificates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientAuthentication {
    /// They are not asked.
    None,
    /// They are asked; one that they show must be trusted.
    Requested,
    /// One that shows none is refused.
    Required,
}

/// Versions of TLS by the names of Java, and whether they are served.
const VERSIONS: &[(&str, bool)] = &[
    ("TLSv1.3", true),
    ("TLSv1.2", true),
    ("TLSv1.1", false),
    ("TLSv1", false),
    ("SSLv3", false),
    ("SSLv2Hello", false),
];

impl TlsSettings {
    /// Whether clients show certificates.
    #[must_use]
    pub fn client_authentication(&self) -> ClientAuthentication {
        self.client_authentication.unwrap_or(if self.asks_clients {
            ClientAuthentication::Required
        } else {
            ClientAuthentication::None
        })
    }
}

impl Settings {
    /// The settings of TLS of a listener; `None` where it has no TLS.
    #[must_use]
    pub fn tls_of(&self, listener: &Listener) -> Option<&TlsSettings> {
        let own = listener.name.as_ref().and_then(|name| self.listener_tls.get(name));
        listener.is_tls.then(|| own.unwrap_or(&self.tls))
    }

    /// A warning for each setting of TLS that does not do what it says.
    pub(super) fn tls_warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        let asks = |tls: &TlsSettings| tls.client_authentication() != ClientAuthentication::None;
        if asks(&self.tls) && !self.listeners.iter().any(|listener| listener.is_tls) {
            warnings.push(
                "ssl.client.authentication has no effect, since no listener has TLS: begin one of listeners with https://"
                    .to_owned(),
            );
        }
        let mut old: Vec<&str> = std::iter::once(&self.tls)
            .chain(self.listener_tls.values())
            .flat_map(|tls| &tls.versions)
            .map(String::as_str)
            .filter(|name| VERSIONS.contains(&(name, false)))
            .collect();
        old.dedup();
        if !old.is_empty() {
            warnings.push(format!(
                "ssl.enabled.protocols: {} is too old to be safe and not served",
                old.join(", ")
            ));
        }
        warnings
    }
}

/// Checks the value of `ssl.keystore.type` and `ssl.truststore.type`. What a file holds is told by its first bytes: Java as
/// well reads both of its formats under either name.
pub(super) fn format(text: &str) -> Result<(), String> {
    const FORMATS: [&str; 3] = ["JKS", "PKCS12", "PEM"];
    if text.is_empty() || FORMATS.iter().any(|format| format.eq_ignore_ascii_case(text)) {
        Ok(())
    } else {
        Err(allowed(text, FORMATS))
    }
}

/// The value of `ssl.client.authentication`.
pub(super) fn client_authentication(
    target: &mut Option<ClientAuthentication>,
    text: &str,
) -> Result<(), String> {
    *target = match text {
        "" => None,
        "NONE" => Some(ClientAuthentication::None),
        "REQUESTED" => Some(ClientAuthentication::Requested),
        "REQUIRED" => Some(ClientAuthentication::Required),
        _ => return Err(allowed(text, ["NONE", "REQUESTED", "REQUIRED"])),
    };
    Ok(())
}

/// The value of `ssl.enabled.protocols`.
pub(super) fn versions(target: &mut Vec<String>, text: &str) -> Result<(), String> {
    let named: Vec<String> = list(text).map(str::to_owned).collect();
    for name in &named {
        if !VERSIONS.iter().any(|(known, _)| known == name) {
            return Err(allowed(name, VERSIONS.iter().map(|(known, _)| *known)));
        }
    }
    if !named.is_empty() && !named.iter().any(|name| VERSIONS.contains(&(name.as_str(), true))) {
        return Err(format!("'{text}' has no version that is served; name TLSv1.3 or TLSv1.2"));
    }
    *target = named;
    Ok(())
}

/// A text that may be missing.
pub(super) fn optional<T: for<'a> From<&'a str>>(target: &mut Option<T>, text: &str) -> Result<(), String> {
    *target = (!text.is_empty()).then(|| text.into());
    Ok(())
}
