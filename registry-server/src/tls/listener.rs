//! What is in force for a listener.

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use arc_swap::ArcSwap;
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::server::ParsedCertificate;

use super::certificate::{CertificateExpiry, CertificateUse};
use super::server_config::server_config;
use super::{TlsError, identity};
use crate::config::{Listener, TlsSettings};
use crate::reload::{Reload, Reloads, Seen};

/// TLS of one listener, whose keys and certificates may be replaced while it serves.
#[derive(Debug)]
pub struct ListenerTls {
    listener: String,
    settings: TlsSettings,
    http2: bool,
    in_force: ArcSwap<InForce>,
}

/// Keys and certificates that new connections get.
#[derive(Debug)]
pub(crate) struct InForce {
    pub(crate) config: Arc<ServerConfig>,
    /// The certificate that the server shows.
    own: CertificateDer<'static>,
    expiries: Vec<CertificateExpiry>,
}

impl InForce {
    /// Whether the server's certificate is for a host.
    pub(crate) fn is_for(&self, host: &str) -> bool {
        let Ok(name) = ServerName::try_from(host) else { return false };
        ParsedCertificate::try_from(&self.own)
            .is_ok_and(|own| rustls::client::verify_server_name(&own, &name).is_ok())
    }
}

impl ListenerTls {
    /// Reads the keys and certificates of a listener, and has them read again when they change if the settings say so.
    ///
    /// # Errors
    /// [`TlsError`] when they cannot be used.
    pub fn load(
        listener: &Listener,
        settings: &TlsSettings,
        http2: bool,
        watched_by: Watch<'_>,
    ) -> Result<Arc<Self>, TlsError> {
        let files: Vec<PathBuf> =
            if watched_by.when_they_change { identity::files(settings) } else { Vec::new() };
        let seen = Seen::now(files);
        let name = listener.name.clone().unwrap_or_else(|| listener.to_string());
        let in_force = InForce::read(&name, settings, http2)?;
        let tls = Arc::new(Self {
            listener: name,
            settings: settings.clone(),
            http2,
            in_force: ArcSwap::from_pointee(in_force),
        });
        watched_by.reloads.add(Arc::clone(&tls) as Arc<dyn Reload>, seen);
        Ok(tls)
    }

    /// What a connection that comes now gets.
    pub(crate) fn in_force(&self) -> Arc<InForce> {
        self.in_force.load_full()
    }

    /// The settings of the listener.
    pub(crate) fn settings(&self) -> &TlsSettings {
        &self.settings
    }
}

/// Who reads keys and certificates again.
#[derive(Clone, Copy, Debug)]
pub struct Watch<'a> {
    /// The one who does.
    pub reloads: &'a Reloads,
    /// Whether also when files change, and not only at a hangup.
    pub when_they_change: bool,
}

impl InForce {
    fn read(listener: &str, settings: &TlsSettings, http2: bool) -> Result<Self, TlsError> {
        let identity = identity::identity(settings)?;
        let trusted = identity::trusted(settings)?;
        let server = identity.chain.iter().map(|one| (CertificateUse::Server, one));
        let all = server.chain(trusted.iter().map(|one| (CertificateUse::Trusted, one)));
        let expiries: Vec<CertificateExpiry> = all
            .map(|(of, certificate)| {
                CertificateExpiry::of(listener, of, certificate).map_err(|reason| TlsError::Content {
                    place: identity::Place::of(settings, of),
                    reason: format!("a certificate cannot be read: {reason}"),
                })
            })
            .collect::<Result<_, _>>()?;
        let own = identity.chain.first().cloned().ok_or(TlsError::NoKeystore)?;
        let config = Arc::new(server_config(settings, http2, identity, &trusted)?);
        let now = SystemTime::now();
        for warning in expiries.iter().filter_map(|one| one.warning(now)) {
            tracing::warn!("{warning}");
        }
        Ok(Self { config, own, expiries })
    }
}

impl Reload for ListenerTls {
    fn name(&self) -> String {
        format!("the keys and certificates of {}", self.listener)
    }

    fn reload(&self) -> Result<(), Box<dyn Error + Send + Sync>> {
        let read = InForce::read(&self.listener, &self.settings, self.http2)?;
        self.in_force.store(Arc::new(read));
        Ok(())
    }
}

/// The certificates of all listeners. A clone is the same.
#[derive(Clone, Debug, Default)]
pub struct Certificates(Arc<[Arc<ListenerTls>]>);

impl Certificates {
    /// When each certificate ends that is in force now, those that are trusted included.
    #[must_use]
    pub fn expiries(&self) -> Vec<CertificateExpiry> {
        self.0.iter().flat_map(|one| one.in_force().expiries.clone()).collect()
    }
}

impl FromIterator<Arc<ListenerTls>> for Certificates {
    fn from_iter<I: IntoIterator<Item = Arc<ListenerTls>>>(listeners: I) -> Self {
        Self(listeners.into_iter().collect())
    }
}
