//! PKCS#12, the format of keystores that Java and OpenSSL write.

use p12_keystore::Pkcs12Archive;

/// What a file holds.
pub(super) struct Contents {
    archive: Pkcs12Archive,
}

impl Contents {
    /// Reads a file.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub(super) fn read(file: &[u8], password: &str) -> Result<Self, String> {
        let archive = Pkcs12Archive::from_pkcs12(file, password).map_err(|error| match error {
            p12_keystore::error::Error::MacError(_) => {
                "the password is wrong, or the file is damaged".to_owned()
            }
            other => format!("it is no PKCS#12 file that can be read: {other}"),
        })?;
        Ok(Self { archive })
    }

    /// The first key, as PKCS#8, with its certificates, the key's own first.
    pub(super) fn key(&self) -> Option<(Vec<u8>, Vec<Vec<u8>>)> {
        let certificates = &self.archive.certs;
        let key = self.archive.keys.first()?;
        let id = key.local_key_id.as_ref().map(AsRef::as_ref);
        // Without an id it is the first one, as OpenSSL writes them.
        let own = certificates.iter().find(|one| id.is_some() && one.local_key_id.as_deref() == id);
        let mut last = &own.or_else(|| certificates.first())?.cert;
        let mut chain = vec![last];
        while let Some(issuer) = certificates
            .iter()
            .map(|one| &one.cert)
            .find(|one| one.subject() == last.issuer() && !chain.contains(one))
        {
            chain.push(issuer);
            last = issuer;
        }
        Some((key.key.as_der().to_vec(), chain.iter().map(|one| one.as_der().to_vec()).collect()))
    }

    /// The certificates that are marked as trusted, as Java does; of a file where none is, and that has no key, all of them.
    pub(super) fn trusted(&self) -> Vec<Vec<u8>> {
        let certificates = &self.archive.certs;
        let all = self.archive.keys.is_empty() && !certificates.iter().any(|one| one.trusted);
        let trusted = certificates.iter().filter(|one| all || one.trusted);
        trusted.map(|one| one.cert.as_der().to_vec()).collect()
    }
}
