//! A map of properties, checked for names and read by types.

use super::PropertyError;
use super::keys::{self, Treatment};
use super::nearest::nearest;
use std::collections::BTreeMap;
use std::str::FromStr;
use std::time::Duration;

/// Properties whose keys are all known, and none refused.
pub(crate) struct Properties(BTreeMap<String, String>);

impl Properties {
    /// Checks every key. Of a key that comes twice, the last value counts.
    pub(crate) fn new<K: AsRef<str>, V: AsRef<str>>(
        properties: impl IntoIterator<Item = (K, V)>,
    ) -> Result<Self, PropertyError> {
        let mut checked = BTreeMap::new();
        for (key, value) in properties {
            let (key, value) = (key.as_ref().trim(), value.as_ref().trim());
            match keys::treatment(key) {
                Some(Treatment::Read | Treatment::NoEffect) => {}
                Some(Treatment::Refused { unless, .. }) if value == unless => {}
                Some(Treatment::Refused { reason, nearest, .. }) => {
                    let (key, value) = (key.to_owned(), shown(key, value));
                    return Err(PropertyError::Refused { key, value, reason, nearest });
                }
                None => {
                    let nearest = nearest(key, &keys::names());
                    return Err(PropertyError::Unknown { key: key.to_owned(), nearest });
                }
            }
            checked.insert(key.to_owned(), value.to_owned());
        }
        Ok(Self(checked))
    }

    /// The value, unless it is empty.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str).filter(|value| !value.is_empty())
    }

    pub(crate) fn flag(&self, key: &str) -> Result<Option<bool>, PropertyError> {
        match self.text(key) {
            None => Ok(None),
            Some(value) if value.eq_ignore_ascii_case("true") => Ok(Some(true)),
            Some(value) if value.eq_ignore_ascii_case("false") => Ok(Some(false)),
            Some(_) => Err(self.unexpected(key, "true or false")),
        }
    }

    pub(crate) fn number<T: FromStr>(
        &self,
        key: &str,
        allowed: &'static str,
    ) -> Result<Option<T>, PropertyError> {
        let Some(value) = self.text(key) else { return Ok(None) };
        value.parse().map(Some).map_err(|_| self.unexpected(key, allowed))
    }

    pub(crate) fn milliseconds(&self, key: &str) -> Result<Option<Duration>, PropertyError> {
        Ok(self.number(key, "a number of milliseconds")?.map(Duration::from_millis))
    }

    /// Seconds, of which −1 stands for ever.
    pub(crate) fn seconds(&self, key: &str) -> Result<Option<Duration>, PropertyError> {
        let allowed = "a number of seconds, or -1 for ever";
        let Some(seconds) = self.number::<i64>(key, allowed)? else { return Ok(None) };
        match u64::try_from(seconds) {
            Ok(seconds) => Ok(Some(Duration::from_secs(seconds))),
            Err(_) if seconds == -1 => Ok(Some(Duration::MAX)),
            Err(_) => Err(self.unexpected(key, allowed)),
        }
    }

    /// `key=value,key=value`.
    pub(crate) fn map(&self, key: &str) -> Result<Option<BTreeMap<String, String>>, PropertyError> {
        let Some(text) = self.text(key) else { return Ok(None) };
        text.split(',')
            .map(|entry| {
                let (name, value) = entry.split_once('=').filter(|(name, _)| !name.trim().is_empty())?;
                Some((name.trim().to_owned(), value.trim().to_owned()))
            })
            .collect::<Option<BTreeMap<_, _>>>()
            .map(Some)
            .ok_or_else(|| self.unexpected(key, "key=value, with commas between several"))
    }

    /// The rest of each key that begins so, with its value, even if that is empty.
    pub(crate) fn family(&self, beginning: &str) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter_map(move |(key, value)| Some((key.strip_prefix(beginning)?, value.as_str())))
    }

    /// The class name without its package.
    pub(crate) fn class(&self, key: &str) -> Option<&str> {
        self.text(key).map(|name| name.rsplit('.').next().unwrap_or(name))
    }

    pub(crate) fn unexpected(&self, key: &str, allowed: &'static str) -> PropertyError {
        let value = shown(key, self.text(key).unwrap_or_default());
        PropertyError::Value { key: key.to_owned(), value, allowed }
    }
}

/// The value, unless it may be a secret.
fn shown(key: &str, value: &str) -> String {
    let secret = ["password", "secret", "token", "user.info", "url", "keystore.key", keys::REQUEST_HEADER];
    let secret = secret.iter().any(|word| key.contains(word));
    if secret { "[hidden]".to_owned() } else { value.to_owned() }
}
