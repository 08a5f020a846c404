//! Tokens of this registry.

use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderValue;
use moka::sync::Cache;
use sha2::{Digest as _, Sha256};

use super::credentials::Credentials;
use super::refusal::Refusal;
use crate::security::{Principal, Proof};
use crate::store::{ApiToken, ReadStore, StoreError, TOKEN_PREFIX, WriteStore};

/// How seldom it is noted that a token was used.
const NOTED_EVERY: Duration = Duration::from_secs(60 * 60);

/// How many tokens are known to have been noted.
const CAPACITY: u64 = 20_000;

/// Where tokens are found, and where their use is noted.
pub(crate) type TokenStore<'a> = (&'a Arc<dyn ReadStore>, &'a Arc<dyn WriteStore>);

/// The tokens of this registry.
#[derive(Debug)]
pub(super) struct ShownTokens {
    /// Those whose use was noted a while ago at most.
    noted: Cache<String, ()>,
}

/// The token of a header, if it is one of this registry.
pub(super) fn shown(header: &HeaderValue) -> Option<&str> {
    match Credentials::of(header) {
        Ok(Credentials::Bearer(token)) if token.starts_with(TOKEN_PREFIX) => Some(token),
        _ => None,
    }
}

impl ShownTokens {
    pub(super) fn new() -> Self {
        Self { noted: Cache::builder().max_capacity(CAPACITY).time_to_live(NOTED_EVERY).build() }
    }

    /// Whose token this is, as far as it is known. That is asked each time, so that a token is taken no more as soon as its
    /// revocation is known.
    pub(super) async fn find(
        &self,
        token: &str,
        store: TokenStore<'_>,
    ) -> Result<Option<Principal>, Refusal> {
        let (reads, writes) = store;
        let hash = Sha256::digest(token.as_bytes()).into();
        let tokens = reads.api_tokens().await.map_err(|error| unavailable(&error))?;
        let Some(found) = tokens.find(&hash) else { return Ok(None) };
        if found.expires.is_some_and(|end| end <= writes.now()) {
            return Ok(None);
        }
        self.note(found, writes);
        let (owner, groups) = (&*found.owner, found.groups.iter().cloned());
        Ok(Some(match &found.scopes {
            None => Principal::user(owner, groups, Proof::ApiToken),
            Some(scopes) => Principal::limited_user(owner, groups, Proof::ApiToken, scopes.clone()),
        }))
    }

    /// The same, knowing all that other nodes have issued.
    pub(super) async fn find_anew(
        &self,
        token: &str,
        store: TokenStore<'_>,
    ) -> Result<Option<Principal>, Refusal> {
        let (reads, _) = store;
        match reads.catch_up(reads.known()).await {
            Ok(true) => self.find(token, store).await,
            Ok(false) => Ok(None),
            Err(error) => Err(unavailable(&error)),
        }
    }

    /// Has it noted that a token was used. Nobody waits for that.
    fn note(&self, token: &ApiToken, writes: &Arc<dyn WriteStore>) {
        let is_first = self.noted.entry_by_ref(&*token.id).or_insert(()).is_fresh();
        if is_first {
            let (writes, id) = (Arc::clone(writes), token.id.clone());
            tokio::spawn(async move {
                if let Err(error) = writes.note_token_use(&id).await {
                    tracing::debug!(%error, id, "the use of a token was not noted");
                }
            });
        }
    }
}

fn unavailable(error: &StoreError) -> Refusal {
    tracing::debug!(%error, "tokens cannot be read");
    Refusal::Unavailable("the database does not answer".to_owned())
}
