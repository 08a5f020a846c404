//! Passwords as files have them.

use std::fmt;

use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _};
use md5::{Digest as _, Md5};
use subtle::ConstantTimeEq as _;

/// A password as a file has it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum StoredPassword {
    /// A hash of Argon2, in the form `$argon2id$…`.
    Argon2(String),
    /// A hash of bcrypt, in the form `$2b$…`.
    Bcrypt(String),
    /// The MD5 of it.
    Md5([u8; 16]),
    /// Itself.
    Clear(String),
}

impl StoredPassword {
    /// A hash that is made and read here; `None` for any other text.
    pub(super) fn of_hash(text: &str) -> Option<Self> {
        if text.starts_with("$argon2") {
            argon2::password_hash::phc::PasswordHash::new(text).ok()?;
            return Some(Self::Argon2(text.to_owned()));
        }
        text.parse::<bcrypt::HashParts>().ok()?;
        Some(Self::Bcrypt(text.to_owned()))
    }

    /// The hash of a password, in the form that is recommended today (Argon2id).
    pub(crate) fn hashed(password: &[u8]) -> Result<Self, argon2::password_hash::Error> {
        Ok(Self::Argon2(Argon2::default().hash_password(password)?.to_string()))
    }

    /// What nobody's password is compared with.
    pub(super) fn of_nobody() -> Self {
        Self::hashed(b"").unwrap_or_else(|_| Self::Clear(String::new()))
    }

    /// Whether it takes long to compare with, by design.
    pub(super) fn is_slow(&self) -> bool {
        matches!(self, Self::Argon2(_) | Self::Bcrypt(_))
    }

    /// Whether this is the password. How long that takes does not tell how much of it is right.
    pub(super) fn is(&self, password: &[u8]) -> bool {
        match self {
            Self::Argon2(hash) => Argon2::default().verify_password(password, hash.as_str()).is_ok(),
            Self::Bcrypt(hash) => bcrypt::verify(password, hash).unwrap_or(false),
            Self::Md5(sum) => Md5::digest(in_latin_1(password)).as_slice().ct_eq(sum).into(),
            Self::Clear(clear) => clear.as_bytes().ct_eq(password).into(),
        }
    }

    /// The text for a file with hashes; `None` for what is no hash to keep.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Argon2(text) | Self::Bcrypt(text) => Some(text),
            Self::Md5(_) | Self::Clear(_) => None,
        }
    }
}

/// The bytes that Jetty takes the MD5 of: one for each character.
fn in_latin_1(password: &[u8]) -> Vec<u8> {
    match std::str::from_utf8(password) {
        Ok(text) => text.chars().map(|one| u8::try_from(u32::from(one)).unwrap_or(b'?')).collect(),
        Err(_) => password.to_vec(),
    }
}

impl fmt::Debug for StoredPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Argon2(_) => "Argon2",
            Self::Bcrypt(_) => "Bcrypt",
            Self::Md5(_) => "Md5",
            Self::Clear(_) => "Clear",
        })
    }
}
