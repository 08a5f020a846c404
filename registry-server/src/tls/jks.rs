//! JKS, the format of keystores that Java wrote before version 9.
//!
//! After a head (magic, version 2, number of entries; integers are big-endian) stand the entries: kind, alias, time, and for a
//! key (kind 1) the encrypted key and its certificates, for a trusted certificate (kind 2) that one. A digest of the
//! password and everything before it ends the file. Keys are encrypted with a stream of SHA-1 digests.

use pkcs8::ObjectIdentifier;
use pkcs8::der::asn1::OctetStringRef;
use pkcs8::der::{self, Reader as _, SliceReader};
use pkcs8::spki::AlgorithmIdentifierRef;
use sha1::{Digest, Sha1};

/// The first bytes of a file.
pub(super) const MAGIC: [u8; 4] = 0xFEED_FEED_u32.to_be_bytes();

/// What the digest at the end of a file says beside the password.
const WHITENER: &[u8] = b"Mighty Aphrodite";

/// How many bytes a SHA-1 digest has.
const DIGEST: usize = 20;

/// The algorithm that encrypts keys.
const KEY_PROTECTOR: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.42.2.17.1.1");

/// One entry.
pub(super) enum Entry {
    /// A key, still encrypted, with its certificates, the key's own first.
    Key { encrypted: Vec<u8>, chain: Vec<Vec<u8>> },
    /// A certificate that is trusted.
    Trusted(Vec<u8>),
}

/// Reads a file. Without a password its digest is not verified, as by Java.
///
/// # Errors
/// Why it cannot be read.
pub(super) fn read(file: &[u8], password: Option<&str>) -> Result<Vec<Entry>, String> {
    let (content, digest) = file.split_last_chunk::<DIGEST>().ok_or("it breaks off")?;
    if let Some(password) = password {
        let mut hash = Sha1::new();
        hash.update(utf16(password));
        hash.update(WHITENER);
        hash.update(content);
        if hash.finalize()[..] != digest[..] {
            return Err("the password is wrong, or the file is damaged".to_owned());
        }
    }
    let mut rest = Rest(content);
    let _magic = rest.number()?;
    let version = rest.number()?;
    if !(1..=2).contains(&version) {
        return Err(format!("it has version {version}; 1 and 2 are known"));
    }
    let number = rest.number()?;
    let mut entries = Vec::new();
    for _ in 0..number {
        let kind = rest.number()?;
        let _alias = rest.text()?;
        let _time = rest.take(8)?;
        entries.push(match kind {
            1 => {
                let encrypted = rest.bytes()?.to_vec();
                let number = rest.number()?;
                let chain = (0..number).map(|_| rest.certificate(version)).collect::<Result<_, _>>()?;
                Entry::Key { encrypted, chain }
            }
            2 => Entry::Trusted(rest.certificate(version)?),
            _ => {
                return Err(format!(
                    "it has an entry of kind {kind}; keys (1) and certificates (2) are known"
                ));
            }
        });
    }
    Ok(entries)
}

/// Decrypts a key; the result is PKCS#8.
///
/// # Errors
/// Why it cannot be decrypted.
pub(super) fn decrypt(encrypted: &[u8], password: &str) -> Result<Vec<u8>, String> {
    let damaged = || "the key is damaged, or encrypted in a way that JKS does not know".to_owned();
    let (algorithm, key) = protected(encrypted).map_err(|_| damaged())?;
    if algorithm != KEY_PROTECTOR {
        return Err(damaged());
    }
    let (salt, rest) = key.split_first_chunk::<DIGEST>().ok_or_else(damaged)?;
    let (covered, digest) = rest.split_last_chunk::<DIGEST>().ok_or_else(damaged)?;
    let password = utf16(password);
    let mut plain = Vec::with_capacity(covered.len());
    let mut stream = *salt;
    for chunk in covered.chunks(DIGEST) {
        stream = Sha1::new().chain_update(&password).chain_update(stream).finalize().into();
        plain.extend(chunk.iter().zip(stream).map(|(byte, mask)| byte ^ mask));
    }
    let computed = Sha1::new().chain_update(&password).chain_update(&plain).finalize();
    if computed[..] == digest[..] { Ok(plain) } else { Err("the password of the key is wrong".to_owned()) }
}

/// A password as Java hashes it.
fn utf16(password: &str) -> Vec<u8> {
    password.encode_utf16().flat_map(u16::to_be_bytes).collect()
}

/// The algorithm of an encrypted key, and what it gave.
fn protected(encrypted: &[u8]) -> der::Result<(ObjectIdentifier, &[u8])> {
    SliceReader::new(encrypted)?.sequence(|inner| {
        let algorithm: AlgorithmIdentifierRef<'_> = inner.decode()?;
        let key: &OctetStringRef = inner.decode()?;
        Ok((algorithm.oid, key.as_bytes()))
    })
}

/// What was not read yet.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], String> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or("it breaks off")?;
        self.0 = rest;
        Ok(taken)
    }

    fn number(&mut self) -> Result<u32, String> {
        let (taken, rest) = self.0.split_first_chunk().ok_or("it breaks off")?;
        self.0 = rest;
        Ok(u32::from_be_bytes(*taken))
    }

    /// Bytes behind their number.
    fn bytes(&mut self) -> Result<&'a [u8], String> {
        let length = self.number()?;
        self.take(usize::try_from(length).map_err(|error| error.to_string())?)
    }

    /// A text behind the number of its bytes; it is not looked at.
    fn text(&mut self) -> Result<&'a [u8], String> {
        let (length, rest) = self.0.split_first_chunk().ok_or("it breaks off")?;
        self.0 = rest;
        self.take(u16::from_be_bytes(*length).into())
    }

    fn certificate(&mut self, version: u32) -> Result<Vec<u8>, String> {
        if version > 1 {
            let kind = self.text()?;
            if !kind.starts_with(b"X.509") && !kind.starts_with(b"X509") {
                return Err("it has a certificate that is not X.509".to_owned());
            }
        }
        Ok(self.bytes()?.to_vec())
    }
}
