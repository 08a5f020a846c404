//! The key and the certificates of the server, and the certificates that it trusts, from where settings say that they are.

use std::fmt;
use std::path::{Path, PathBuf};

use pkcs8::EncryptedPrivateKeyInfoRef;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::TlsError;
use super::certificate::CertificateUse;
use super::keystore::{Key, Keystore};
use crate::config::{KeystoreSettings, TlsSettings};
use crate::store::Secret;

/// The key and the certificates of the server, its own first.
pub(super) struct Identity {
    pub(super) key: PrivateKeyDer<'static>,
    pub(super) chain: Vec<CertificateDer<'static>>,
}

/// Where something was read: a setting, with the file that it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    setting: &'static str,
    file: Option<PathBuf>,
}

impl Place {
    /// Where the certificates for a use are.
    pub(super) fn of(settings: &TlsSettings, of: CertificateUse) -> Self {
        let (setting, in_setting, inline, store) = match of {
            CertificateUse::Server => (
                "ssl.keystore.location",
                "ssl.keystore.certificate.chain",
                settings.certificate_chain.is_some(),
                &settings.keystore,
            ),
            CertificateUse::Trusted => (
                "ssl.truststore.location",
                "ssl.truststore.certificates",
                settings.trusted_certificates.is_some(),
                &settings.truststore,
            ),
        };
        if inline {
            Self { setting: in_setting, file: None }
        } else {
            Self { setting, file: store.location.clone() }
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.file {
            Some(file) => write!(f, "{} ({})", file.display(), self.setting),
            None => f.write_str(self.setting),
        }
    }
}

/// Bytes, and where they were read.
struct Found {
    bytes: Vec<u8>,
    place: Place,
}

impl Found {
    fn in_file(setting: &'static str, path: &Path) -> Result<Self, TlsError> {
        let bytes =
            std::fs::read(path).map_err(|error| TlsError::File { setting, path: path.to_owned(), error })?;
        Ok(Self { bytes, place: Place { setting, file: Some(path.to_owned()) } })
    }

    /// A setting, in which a line may also end with the two characters `\n`, as in an environment variable.
    fn in_setting(setting: &'static str, text: &str) -> Self {
        Self { bytes: text.replace("\\n", "\n").into_bytes(), place: Place { setting, file: None } }
    }

    fn read(&self, password: Option<&str>) -> Result<Keystore<'_>, TlsError> {
        Keystore::read(&self.bytes, password).map_err(|reason| self.unusable(reason))
    }

    fn unusable(&self, reason: impl Into<String>) -> TlsError {
        TlsError::Content { place: self.place.clone(), reason: reason.into() }
    }
}

/// The text of a secret.
fn text(secret: Option<&Secret>) -> Option<&str> {
    secret.map(Secret::text)
}

/// The files that the settings name.
pub(super) fn files(settings: &TlsSettings) -> Vec<PathBuf> {
    let named = [&settings.keystore.location, &settings.key_location, &settings.truststore.location];
    named.into_iter().flatten().cloned().collect()
}

/// Reads the key and the certificates of the server.
pub(super) fn identity(settings: &TlsSettings) -> Result<Identity, TlsError> {
    let certificates = match &settings.certificate_chain {
        Some(chain) => Some(Found::in_setting("ssl.keystore.certificate.chain", chain)),
        None => in_file("ssl.keystore.location", &settings.keystore)?,
    };
    let certificates = certificates.ok_or(TlsError::NoKeystore)?;
    let apart = match (&settings.key, &settings.key_location) {
        (Some(key), _) => Some(Found::in_setting("ssl.keystore.key", key.text())),
        (None, Some(path)) => Some(Found::in_file("ssl.keystore.key.location", path)?),
        (None, None) => None,
    };
    let store_password = text(settings.keystore.password.as_ref());
    let key_password = text(settings.key_password.as_ref()).or(store_password);
    let store = certificates.read(store_password)?;
    let (key, chain, key_found) = match &apart {
        None => {
            let (key, chain) = store.key(key_password).map_err(|reason| certificates.unusable(reason))?;
            (key, chain, &certificates)
        }
        Some(apart) => {
            let (key, _) =
                apart.read(store_password)?.key(key_password).map_err(|reason| apart.unusable(reason))?;
            (key, store.trusted(), apart)
        }
    };
    let key = key.ok_or_else(|| {
        key_found
            .unusable("it has no private key; with a file of its own, name that in ssl.keystore.key.location")
    })?;
    if chain.is_empty() {
        return Err(certificates.unusable("it has no certificate of the server's key"));
    }
    let key = match key {
        Key::Plain(key) => key,
        Key::Encrypted(key) => {
            let password = key_password
                .ok_or_else(|| key_found.unusable("its key is encrypted: set ssl.key.password"))?;
            decrypt(&key, password).map_err(|reason| key_found.unusable(reason))?
        }
    };
    let key = PrivateKeyDer::try_from(key)
        .map_err(|reason| key_found.unusable(format!("its key cannot be used: {reason}")))?;
    Ok(Identity { key, chain: chain.into_iter().map(CertificateDer::from).collect() })
}

/// Reads the certificates that those of clients are traced to; none where the settings name none.
pub(super) fn trusted(settings: &TlsSettings) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let found = match &settings.trusted_certificates {
        Some(trusted) => Some(Found::in_setting("ssl.truststore.certificates", trusted)),
        None => in_file("ssl.truststore.location", &settings.truststore)?,
    };
    let Some(found) = found else { return Ok(Vec::new()) };
    let trusted = found.read(text(settings.truststore.password.as_ref()))?.trusted();
    if trusted.is_empty() {
        return Err(found.unusable(
            "it has no certificate to trust; keytool -importcert puts one in, and openssl pkcs12 -export -nokeys",
        ));
    }
    Ok(trusted.into_iter().map(CertificateDer::from).collect())
}

fn in_file(setting: &'static str, settings: &KeystoreSettings) -> Result<Option<Found>, TlsError> {
    settings.location.as_deref().map(|path| Found::in_file(setting, path)).transpose()
}

fn decrypt(key: &[u8], password: &str) -> Result<Vec<u8>, String> {
    let encrypted = EncryptedPrivateKeyInfoRef::try_from(key)
        .map_err(|error| format!("its key is encrypted in a way that is not known: {error}"))?;
    match encrypted.decrypt(password) {
        Ok(plain) => Ok(plain.as_bytes().to_vec()),
        Err(error) => Err(format!("its key cannot be decrypted, ssl.key.password may be wrong: {error}")),
    }
}
