//! The keys of an issuer: remembered, fetched again when they are old or one is not known, and kept while it is away.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use jsonwebtoken::jwk::{Jwk, JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey};
use tokio::sync::Mutex;

use crate::config::KeySource;
use crate::security::authentication::refusal::{Reason, Refusal};

/// How long to wait after one fetch for the sake of an unknown key before the next, whatever keys are asked for meanwhile.
const PAUSE: Duration = Duration::from_secs(10);
/// The same while no keys are known at all.
const PAUSE_AT_FIRST: Duration = Duration::from_secs(1);
/// How long one fetch may take.
const FETCH_TIMEOUT: Duration = Duration::from_secs(5);
/// The most bytes of a set of keys.
const MAX_BYTES: usize = 1 << 20;
/// The most keys that are tried for a token that does not say by which it was signed.
const MOST_TRIED: usize = 16;

/// Why keys cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeysError {
    /// The file cannot be read.
    #[error("cannot read the keys of {}: {error}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The set holds none that can be used.
    #[error("cannot use the keys of {source_name}: {reason}")]
    Unusable {
        /// The file or URL.
        source_name: String,
        /// Why.
        reason: String,
    },
    /// The issuer does not answer.
    #[error("cannot fetch the keys of {source_name}: {reason}")]
    Unfetched {
        /// The URL.
        source_name: String,
        /// Why.
        reason: String,
    },
}

/// The keys of an issuer.
#[derive(Debug)]
pub(super) struct IssuerKeys(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    source: KeySource,
    client: reqwest::Client,
    refresh: Duration,
    known: ArcSwap<Known>,
    tried: Mutex<Tried>,
    withdrawals: AtomicU64,
}

/// When it was last tried to fetch the keys.
#[derive(Debug, Default)]
struct Tried {
    for_any_reason: Option<Instant>,
    for_unknown: Option<Instant>,
}

impl Tried {
    /// Whether it was not tried a moment ago.
    fn is_due(&self, reading: Reading, refresh: Duration) -> bool {
        let (last, pause) = match reading {
            Reading::First => (self.for_any_reason, PAUSE_AT_FIRST),
            Reading::ForUnknown => (self.for_unknown, PAUSE),
            Reading::Again => (self.for_any_reason, PAUSE.min(refresh)),
        };
        last.is_none_or(|at| at.elapsed() >= pause)
    }
}

/// Why keys are fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    /// None are known.
    First,
    /// A token names one that is not known.
    ForUnknown,
    /// Those that are known are old.
    Again,
}

#[derive(Debug, Default)]
struct Known {
    keys: Vec<Arc<Key>>,
    /// When they were fetched; `None`: not yet, or they are in a file.
    fetched: Option<Instant>,
}

#[derive(Debug)]
struct Key {
    jwk: Jwk,
    decoding: DecodingKey,
}

/// Keys by which a token may have been signed.
pub(super) struct FoundKeys(Vec<Arc<Key>>);

impl FoundKeys {
    pub(super) fn iter(&self) -> impl Iterator<Item = &DecodingKey> {
        self.0.iter().map(|key| &key.decoding)
    }
}

impl Key {
    fn of(jwk: &Jwk) -> Option<Arc<Self>> {
        let is_for_signatures =
            jwk.common.public_key_use.as_ref().is_none_or(|one| *one == PublicKeyUse::Signature);
        let decoding = DecodingKey::from_jwk(jwk).ok()?;
        // A shared secret in a public set is none.
        let is_public = decoding.family() != AlgorithmFamily::Hmac;
        (is_for_signatures && is_public).then(|| Arc::new(Self { jwk: jwk.clone(), decoding }))
    }

    fn may_have_signed(&self, kid: Option<&str>, algorithm: Algorithm) -> bool {
        let common = &self.jwk.common;
        let is_named = kid.is_none_or(|kid| common.key_id.as_deref() == Some(kid));
        let is_for_it = common.key_algorithm.is_none_or(|own| own.to_string() == format!("{algorithm:?}"));
        is_named && is_for_it && self.decoding.family() == algorithm.family()
    }
}

impl IssuerKeys {
    /// The keys of a file, or those that a URL will have.
    pub(super) fn load(source: KeySource, refresh: Duration) -> Result<Self, KeysError> {
        let client = reqwest::Client::builder()
            .timeout(FETCH_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| KeysError::Unfetched {
                source_name: "oauthbearer.jwks.endpoint.url".to_owned(),
                reason: error.to_string(),
            })?;
        let keys = Self(Arc::new(Inner {
            source,
            client,
            refresh,
            known: ArcSwap::default(),
            tried: Mutex::default(),
            withdrawals: AtomicU64::new(0),
        }));
        keys.reload()?;
        Ok(keys)
    }

    /// Reads a file again; keys of a URL are fetched when they are asked for.
    pub(super) fn reload(&self) -> Result<(), KeysError> {
        let KeySource::File(path) = &self.0.source else { return Ok(()) };
        let bytes =
            std::fs::read(path).map_err(|error| KeysError::Unreadable { path: path.clone(), error })?;
        self.0.put(&bytes, None)
    }

    /// How often keys were taken away.
    pub(super) fn withdrawals(&self) -> u64 {
        self.0.withdrawals.load(Ordering::Acquire)
    }

    /// Has old keys fetched again, while those that are known do.
    pub(super) fn refresh(&self) {
        let fetched = self.0.known.load().fetched;
        // Who holds the lock is fetching them.
        let is_due = fetched.is_some_and(|at| at.elapsed() >= self.0.refresh)
            && self.0.tried.try_lock().is_ok_and(|tried| tried.is_due(Reading::Again, self.0.refresh));
        if is_due {
            let inner = Arc::clone(&self.0);
            tokio::spawn(async move { inner.fetch_once(Reading::Again, fetched).await });
        }
    }

    /// The keys by which a token may have been signed.
    pub(super) async fn find(&self, kid: Option<&str>, algorithm: Algorithm) -> Result<FoundKeys, Refusal> {
        let known = self.0.known.load_full();
        let found = known.find(kid, algorithm);
        if matches!(self.0.source, KeySource::File(_)) {
            return if found.0.is_empty() { Err(Reason::UnknownKey.into()) } else { Ok(found) };
        }
        if !found.0.is_empty() {
            return Ok(found);
        }
        let reading = if known.fetched.is_none() { Reading::First } else { Reading::ForUnknown };
        self.0.fetch_once(reading, known.fetched).await;
        let known = self.0.known.load_full();
        let found = known.find(kid, algorithm);
        match (found.0.is_empty(), known.fetched) {
            (false, _) => Ok(found),
            (true, Some(_)) => Err(Reason::UnknownKey.into()),
            (true, None) => Err(Refusal::Unavailable("the keys of the issuer cannot be fetched".to_owned())),
        }
    }
}

impl Known {
    fn find(&self, kid: Option<&str>, algorithm: Algorithm) -> FoundKeys {
        let found = self.keys.iter().filter(|key| key.may_have_signed(kid, algorithm));
        FoundKeys(found.take(MOST_TRIED).map(Arc::clone).collect())
    }
}

impl Inner {
    /// Fetches the keys, unless that was tried a moment ago, or done since those of `seen`. Who asks meanwhile waits for the same
    /// fetch.
    async fn fetch_once(&self, reading: Reading, seen: Option<Instant>) {
        let KeySource::Url(url) = &self.source else { return };
        let mut tried = self.tried.lock().await;
        if self.known.load().fetched != seen || !tried.is_due(reading, self.refresh) {
            return;
        }
        let fetched = self.fetch(url).await;
        tried.for_any_reason = Some(Instant::now());
        if reading == Reading::ForUnknown {
            tried.for_unknown = tried.for_any_reason;
        }
        let put = fetched.and_then(|bytes| self.put(&bytes, Some(Instant::now())));
        if let Err(error) = put {
            tracing::warn!(%error, "the keys that are known are used meanwhile");
        }
    }

    async fn fetch(&self, url: &str) -> Result<Vec<u8>, KeysError> {
        let unfetched = |reason: String| KeysError::Unfetched { source_name: url.to_owned(), reason };
        let answer = self.client.get(url).header("Accept", "application/json").send().await;
        let mut answer = answer
            .and_then(reqwest::Response::error_for_status)
            .map_err(|error| unfetched(error.without_url().to_string()))?;
        let mut bytes = Vec::new();
        while let Some(chunk) =
            answer.chunk().await.map_err(|error| unfetched(error.without_url().to_string()))?
        {
            if bytes.len() + chunk.len() > MAX_BYTES {
                return Err(unfetched(format!("it is longer than {MAX_BYTES} bytes")));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }

    /// Puts a set of keys in force, unless it has none.
    fn put(&self, bytes: &[u8], fetched: Option<Instant>) -> Result<(), KeysError> {
        let unusable = |reason: String| {
            let source_name = match &self.source {
                KeySource::Url(url) => url.clone(),
                KeySource::File(path) => path.display().to_string(),
            };
            KeysError::Unusable { source_name, reason }
        };
        let set: JwkSet = serde_json::from_slice(bytes)
            .map_err(|error| unusable(format!("it is no JSON Web Key Set: {error}")))?;
        let keys: Vec<Arc<Key>> = set.keys.iter().filter_map(Key::of).collect();
        if keys.is_empty() {
            return Err(unusable("it has no public key for signatures".to_owned()));
        }
        let before = self.known.swap(Arc::new(Known { keys, fetched }));
        let is_there = |old: &Arc<Key>| set.keys.contains(&old.jwk);
        if !before.keys.iter().all(is_there) {
            self.withdrawals.fetch_add(1, Ordering::AcqRel);
        }
        Ok(())
    }
}
