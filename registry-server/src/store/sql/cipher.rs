//! How the values of sensitive metadata are kept from being read off a disk: `metadata.encoder.secret` (storage §9).
//!
//! A registry has one random data key. Every sensitive value is encrypted with it by AES-256-GCM under a nonce of its own
//! and bound to the name of its property. The data key stands in the database, wrapped the same way by a key that HKDF makes
//! of the secret: a change of the secret wraps it anew and leaves the values alone, so nodes that run go on reading.
//!
//! A sealed metadata object has its sensitive values in a member `encrypted` instead of in `properties`. No client can
//! write that member, so a clear value is never taken for a sealed one, and who does not know of it finds no value at all.

use aes_gcm::aead::{Aead as _, Generate as _, Payload};
use aes_gcm::{Aes256Gcm, Key, KeyInit as _, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hkdf::Hkdf;
use serde_json::{Map, Value};
use sha2::Sha256;

use crate::store::StoreError;

/// The purpose of the wrapping key; another use of the same secret gets another key.
const PURPOSE: &[u8] = b"registry-server: wrapping the metadata key, 1";
const SALT: usize = 16;
const NONCE: usize = 12;
const KEY: usize = 32;

/// The member of a metadata object that holds what is sealed.
const ENCRYPTED: &str = "encrypted";

/// Seals and opens; without a key it seals nothing and opens only what is not sealed.
#[derive(Clone, Default)]
pub(super) struct Cipher(Option<Aes256Gcm>);

impl std::fmt::Debug for Cipher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_some() { "Cipher(with a key)" } else { "Cipher(without a key)" })
    }
}

impl Cipher {
    /// A new data key, and the same wrapped by a secret.
    pub(super) fn generate(secret: &str) -> Result<(Self, Vec<u8>), StoreError> {
        let key = Key::<Aes256Gcm>::try_generate().map_err(|error| no_randomness(&error))?;
        Ok((Self(Some(Aes256Gcm::new(&key))), wrap(&key, secret)?))
    }

    /// The data key that was wrapped by this secret; `None` if it was wrapped by another one.
    pub(super) fn unwrap(wrapped: &[u8], secret: &str) -> Option<Self> {
        Some(Self(Some(Aes256Gcm::new(&unwrapped(wrapped, secret)?))))
    }

    /// Wraps the same data key by another secret; `None` if `old` did not wrap it.
    pub(super) fn rewrap(
        wrapped: &[u8],
        old: &str,
        new: &str,
    ) -> Result<Option<(Self, Vec<u8>)>, StoreError> {
        let Some(key) = unwrapped(wrapped, old) else { return Ok(None) };
        Ok(Some((Self(Some(Aes256Gcm::new(&key))), wrap(&key, new)?)))
    }

    /// Encrypts the sensitive values of a metadata object. Whatever else it is given stays as it is.
    pub(super) fn seal(&self, metadata: &mut Value) -> Result<(), StoreError> {
        let (Some(key), Some(metadata)) = (&self.0, metadata.as_object_mut()) else { return Ok(()) };
        let sensitive: Vec<String> = match metadata.get("sensitive") {
            Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            _ => return Ok(()),
        };
        let Some(Value::Object(properties)) = metadata.get_mut("properties") else { return Ok(()) };
        let mut sealed = Map::new();
        for name in sensitive {
            if let Some(Value::String(value)) = properties.remove(&name) {
                let text = STANDARD.encode(encrypt(key, value.as_bytes(), name.as_bytes())?);
                sealed.insert(name, Value::String(text));
            }
        }
        if !sealed.is_empty() {
            metadata.insert(ENCRYPTED.to_owned(), Value::Object(sealed));
        }
        Ok(())
    }

    /// Puts the encrypted values of a metadata object back in clear.
    pub(super) fn open(&self, metadata: &mut Value) -> Result<(), StoreError> {
        let Some(metadata) = metadata.as_object_mut() else { return Ok(()) };
        let Some(sealed) = metadata.remove(ENCRYPTED) else { return Ok(()) };
        let Some(key) = &self.0 else {
            return Err(unreadable("they are encrypted, and metadata.encoder.secret is not set"));
        };
        let Value::Object(sealed) = sealed else { return Err(unreadable("they are not in an object")) };
        let properties =
            metadata.entry("properties").or_insert_with(|| Value::Object(Map::new())).as_object_mut();
        let Some(properties) = properties else { return Err(unreadable("the other properties are damaged")) };
        for (name, text) in sealed {
            let clear = text
                .as_str()
                .and_then(|text| STANDARD.decode(text).ok())
                .and_then(|bytes| decrypt(key, &bytes, name.as_bytes()))
                .and_then(|bytes| String::from_utf8(bytes).ok());
            let Some(clear) = clear else {
                let detail = format!("the value of '{name}' was encrypted with another key, or is damaged");
                return Err(unreadable(&detail));
            };
            properties.insert(name, Value::String(clear));
        }
        Ok(())
    }

    /// [`seal`](Self::seal) for metadata that stands in members of an object.
    pub(super) fn seal_in(&self, holder: &mut Value, members: &[&str]) -> Result<(), StoreError> {
        members.iter().filter_map(|member| Some(self.seal(holder.get_mut(member)?))).collect()
    }

    /// [`open`](Self::open) for metadata that stands in members of an object.
    pub(super) fn open_in(&self, holder: &mut Value, members: &[&str]) -> Result<(), StoreError> {
        members.iter().filter_map(|member| Some(self.open(holder.get_mut(member)?))).collect()
    }
}

/// Whether a JSON text may hold sealed values. A text that says so by chance is only looked at more closely.
pub(super) fn may_be_sealed(json: &str) -> bool {
    json.contains("\"encrypted\":")
}

fn wrap(key: &Key<Aes256Gcm>, secret: &str) -> Result<Vec<u8>, StoreError> {
    let salt = uuid::Uuid::new_v4().into_bytes();
    let wrapping =
        wrapping_key(&salt, secret).ok_or_else(|| unreadable("no key can be made of the secret"))?;
    Ok([salt.as_slice(), &encrypt(&wrapping, key, PURPOSE)?].concat())
}

fn unwrapped(wrapped: &[u8], secret: &str) -> Option<Key<Aes256Gcm>> {
    let (salt, sealed) = wrapped.split_at_checked(SALT)?;
    let key = decrypt(&wrapping_key(salt, secret)?, sealed, PURPOSE)?;
    Key::<Aes256Gcm>::try_from(key.as_slice()).ok()
}

fn wrapping_key(salt: &[u8], secret: &str) -> Option<Aes256Gcm> {
    let mut key = [0; KEY];
    Hkdf::<Sha256>::new(Some(salt), secret.as_bytes()).expand(PURPOSE, &mut key).ok()?;
    Aes256Gcm::new_from_slice(&key).ok()
}

/// Nonce, then ciphertext with its tag.
fn encrypt(key: &Aes256Gcm, clear: &[u8], bound_to: &[u8]) -> Result<Vec<u8>, StoreError> {
    let nonce = Nonce::try_generate().map_err(|error| no_randomness(&error))?;
    let sealed = key
        .encrypt(&nonce, Payload { msg: clear, aad: bound_to })
        .map_err(|_| unreadable("a value is too long to be encrypted"))?;
    Ok([nonce.as_slice(), &sealed].concat())
}

fn decrypt(key: &Aes256Gcm, sealed: &[u8], bound_to: &[u8]) -> Option<Vec<u8>> {
    let (nonce, sealed) = sealed.split_at_checked(NONCE)?;
    key.decrypt(&Nonce::try_from(nonce).ok()?, Payload { msg: sealed, aad: bound_to }).ok()
}

fn unreadable(detail: &str) -> StoreError {
    StoreError::Sealed { detail: detail.to_owned() }
}

fn no_randomness(error: &impl ToString) -> StoreError {
    StoreError::Sealed { detail: format!("the system gave no random bytes: {}", error.to_string()) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn metadata() -> Value {
        json!({ "properties": { "owner": "ann", "token": "s3cret", "encrypted": "x" }, "sensitive": ["token", "unset"] })
    }

    #[test]
    fn what_is_sealed_shows_no_value_and_opens_to_the_same() {
        let (cipher, _) = Cipher::generate("k").unwrap();
        let mut sealed = metadata();
        cipher.seal(&mut sealed).unwrap();
        assert!(!sealed.to_string().contains("s3cret") && may_be_sealed(&sealed.to_string()), "{sealed}");
        assert_eq!(sealed["properties"], json!({ "owner": "ann", "encrypted": "x" }));
        let mut again = metadata();
        cipher.seal(&mut again).unwrap();
        assert_ne!(sealed, again, "equal values do not look equal");
        cipher.open(&mut sealed).unwrap();
        assert_eq!(sealed, metadata());
    }

    #[test]
    fn without_sensitive_values_nothing_changes() {
        let (cipher, _) = Cipher::generate("k").unwrap();
        for clear in
            [json!({}), json!(null), json!({ "sensitive": ["a"] }), json!({ "properties": { "a": "1" } })]
        {
            let mut value = clear.clone();
            cipher.seal(&mut value).unwrap();
            assert_eq!(value, clear);
            cipher.open(&mut value).unwrap();
            assert_eq!(value, clear);
        }
    }

    #[test]
    fn what_cannot_be_opened_is_an_error_and_never_a_value() {
        let (cipher, _) = Cipher::generate("k").unwrap();
        let mut sealed = metadata();
        cipher.seal(&mut sealed).unwrap();
        let (other, _) = Cipher::generate("k").unwrap();
        for (cipher, text) in [
            (&Cipher::default(), "metadata.encoder.secret is not set"),
            (&other, "'token' was encrypted with another key"),
        ] {
            let error = cipher.open(&mut sealed.clone()).unwrap_err().to_string();
            assert!(error.contains(text), "{error}");
        }
        let mut moved = sealed.clone();
        moved["encrypted"] = json!({ "other": sealed["encrypted"]["token"] });
        assert!(cipher.open(&mut moved).is_err(), "a value is bound to its name");
        sealed["encrypted"]["token"] = json!("AAAA");
        assert!(cipher.open(&mut sealed).is_err());
    }

    #[test]
    fn a_data_key_is_unwrapped_by_its_secret_alone_and_survives_a_change_of_it() {
        let (cipher, wrapped) = Cipher::generate("old").unwrap();
        let mut sealed = metadata();
        cipher.seal(&mut sealed).unwrap();
        assert!(Cipher::unwrap(&wrapped, "new").is_none());
        assert!(Cipher::unwrap(&[], "old").is_none());
        assert!(Cipher::rewrap(&wrapped, "new", "old").unwrap().is_none());
        let (_, rewrapped) = Cipher::rewrap(&wrapped, "old", "new").unwrap().unwrap();
        assert!(Cipher::unwrap(&rewrapped, "old").is_none());
        Cipher::unwrap(&rewrapped, "new").unwrap().open(&mut sealed).unwrap();
        assert_eq!(sealed, metadata());
    }
}
