//! What a file with keys or certificates holds, in whichever format it is.

use super::{jks, pem, pkcs12};

/// A keystore or a truststore. Its format is told by its first bytes.
pub(super) enum Keystore<'a> {
    Jks(Vec<jks::Entry>),
    Pkcs12(pkcs12::Contents),
    Pem(Vec<pem::Block<'a>>),
}

/// A private key as DER.
#[derive(Debug)]
pub(super) enum Key {
    /// PKCS#8, PKCS#1 or SEC1.
    Plain(Vec<u8>),
    /// PKCS#8, encrypted.
    Encrypted(Vec<u8>),
}

/// The first bytes of JCEKS, which Java wrote with other algorithms than JKS.
const JCEKS: [u8; 4] = 0xCECE_CECE_u32.to_be_bytes();

impl<'a> Keystore<'a> {
    /// Reads the bytes of a file.
    ///
    /// # Errors
    /// Why they cannot be read.
    pub(super) fn read(file: &'a [u8], password: Option<&str>) -> Result<Self, String> {
        if file.starts_with(&jks::MAGIC) {
            Ok(Self::Jks(jks::read(file, password)?))
        } else if file.starts_with(&JCEKS) {
            Err("it is JCEKS, which is not read; make it PKCS12 with keytool -importkeystore".to_owned())
        } else if let Some(text) = std::str::from_utf8(file).ok().filter(|text| text.contains("-----BEGIN "))
        {
            Ok(Self::Pem(pem::blocks(text)?))
        } else {
            Ok(Self::Pkcs12(pkcs12::Contents::read(file, password.unwrap_or_default())?))
        }
    }

    /// The first key, and its certificates, the key's own first.
    ///
    /// # Errors
    /// Why the key cannot be read.
    pub(super) fn key(&self, password: Option<&str>) -> Result<(Option<Key>, Vec<Vec<u8>>), String> {
        match self {
            Self::Jks(entries) => {
                for entry in entries {
                    if let jks::Entry::Key { encrypted, chain } = entry {
                        let plain = jks::decrypt(encrypted, password.unwrap_or_default())?;
                        return Ok((Some(Key::Plain(plain)), chain.clone()));
                    }
                }
                Ok((None, Vec::new()))
            }
            Self::Pkcs12(contents) => {
                let (key, chain) = contents.key().unzip();
                Ok((key.map(Key::Plain), chain.unwrap_or_default()))
            }
            Self::Pem(blocks) => Ok((pem_key(blocks)?, certificates(blocks))),
        }
    }

    /// The certificates that are to be trusted.
    pub(super) fn trusted(&self) -> Vec<Vec<u8>> {
        match self {
            Self::Jks(entries) => entries
                .iter()
                .filter_map(|entry| match entry {
                    jks::Entry::Trusted(certificate) => Some(certificate.clone()),
                    jks::Entry::Key { .. } => None,
                })
                .collect(),
            Self::Pkcs12(contents) => contents.trusted(),
            Self::Pem(blocks) => certificates(blocks),
        }
    }
}

fn certificates(blocks: &[pem::Block<'_>]) -> Vec<Vec<u8>> {
    let labels = ["CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"];
    blocks
        .iter()
        .filter(|block| labels.contains(&block.label))
        .filter_map(|one| one.content.clone())
        .collect()
}

fn pem_key(blocks: &[pem::Block<'_>]) -> Result<Option<Key>, String> {
    // A file for an elliptic curve may have its parameters as well.
    let Some(key) = blocks.iter().find(|block| block.label.ends_with("PRIVATE KEY")) else { return Ok(None) };
    match (&key.content, key.label) {
        (Some(content), "ENCRYPTED PRIVATE KEY") => Ok(Some(Key::Encrypted(content.clone()))),
        (Some(content), _) => Ok(Some(Key::Plain(content.clone()))),
        (None, label) => Err(format!(
            "its {label} is encrypted in OpenSSL's old way, which is not read; make it PKCS#8 with \
             openssl pkcs8 -topk8 -v2 aes256"
        )),
    }
}
