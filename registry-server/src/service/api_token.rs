//! Tokens that the registry issues.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use super::{Registry, RegistryError, Result};
use crate::store::{Actor, ApiToken, ApiTokens, ReadStore, Scope, StoreError, TOKEN_PREFIX, WriteStore};

/// The most tokens that there may be.
const MOST: i64 = 10_000;

/// The longest name of a token, in bytes.
const LONGEST_NAME: usize = 255;

/// The most scopes of a token, and the most permissions or prefixes of one.
const MOST_SCOPES: usize = 64;

/// A token that is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenRequest {
    /// What it is for.
    pub name: String,
    /// The seconds after which it ends; `None`: never.
    pub seconds: Option<u32>,
    /// What it is limited to; `None`: all that its owner may do.
    pub scopes: Option<Vec<Scope>>,
}

/// A token that was issued. It is told once: only its hash is kept.
#[derive(Clone)]
pub struct IssuedToken {
    /// What is kept of it.
    pub token: ApiToken,
    /// The token itself.
    pub secret: String,
}

impl std::fmt::Debug for IssuedToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IssuedToken").field("token", &self.token).finish_non_exhaustive()
    }
}

impl Registry {
    /// Issues a token to an owner with groups.
    ///
    /// # Errors
    /// [`RegistryError::BadRequest`] for a name or scopes that cannot be taken, and when there are too many tokens.
    pub async fn issue_token(
        &self,
        owner: &str,
        groups: &[String],
        request: TokenRequest,
        actor: &Actor,
    ) -> Result<IssuedToken> {
        check(&request)?;
        let random = |bytes: &mut [u8]| {
            getrandom::fill(bytes).map_err(|error| {
                let detail = format!("the system gave no random bytes: {error}");
                RegistryError::Store(StoreError::Sealed { detail })
            })
        };
        let (mut id, mut key) = ([0; 9], [0; 32]);
        random(&mut id)?;
        random(&mut key)?;
        let secret = format!("{TOKEN_PREFIX}{}", URL_SAFE_NO_PAD.encode(key));
        let created = self.writes.now();
        let token = ApiToken {
            id: URL_SAFE_NO_PAD.encode(id),
            hash: Sha256::digest(secret.as_bytes()).into(),
            owner: owner.to_owned(),
            groups: groups.to_vec(),
            name: request.name,
            scopes: request.scopes,
            created,
            expires: request.seconds.map(|seconds| created.saturating_add(i64::from(seconds) * 1000)),
            last_used: None,
        };
        if self.writes.issue_token(&token, MOST, actor).await? {
            Ok(IssuedToken { token, secret })
        } else {
            Err(RegistryError::BadRequest(format!(
                "There are {MOST} tokens already; revoke those that are not needed any more"
            )))
        }
    }

    /// The tokens of an owner, or of everybody, the oldest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn tokens(&self, owner: Option<&str>) -> Result<Vec<ApiToken>> {
        let all: Arc<ApiTokens> = self.reads.stored_api_tokens().await?;
        let mut tokens: Vec<ApiToken> =
            all.iter().filter(|token| owner.is_none_or(|owner| owner == token.owner)).cloned().collect();
        tokens.sort_by(|one, other| (one.created, &one.id).cmp(&(other.created, &other.id)));
        Ok(tokens)
    }

    /// Revokes a token, which must be of the owner if one is named.
    ///
    /// # Errors
    /// [`RegistryError::TokenNotFound`] if there is none.
    pub async fn revoke_token(&self, id: &str, owner: Option<&str>, actor: &Actor) -> Result<()> {
        if self.writes.revoke_token(id, owner, actor).await? {
            Ok(())
        } else {
            Err(RegistryError::TokenNotFound(id.to_owned()))
        }
    }

    /// Where tokens are found, and where their use is noted.
    pub(crate) fn token_store(&self) -> (&Arc<dyn ReadStore>, &Arc<dyn WriteStore>) {
        (&self.reads, &self.writes)
    }
}

fn check(request: &TokenRequest) -> Result<()> {
    let refused = |text: String| Err(RegistryError::BadRequest(text));
    let name = &request.name;
    if name.is_empty() || name.len() > LONGEST_NAME || name.chars().any(char::is_control) {
        return refused(format!(
            "A token has a name of 1 to {LONGEST_NAME} bytes without control characters"
        ));
    }
    if request.seconds == Some(0) {
        return refused("A token that ends has at least one second".to_owned());
    }
    let Some(scopes) = &request.scopes else { return Ok(()) };
    let is_too_long = |scope: &Scope| {
        scope.permissions.len().max(scope.subject_prefixes.len()) > MOST_SCOPES
            || scope
                .subject_prefixes
                .iter()
                .any(|prefix| prefix.len() > 1024 || prefix.chars().any(char::is_control))
    };
    if scopes.is_empty() || scopes.len() > MOST_SCOPES || scopes.iter().any(is_too_long) {
        return refused(format!(
            "A token has 1 to {MOST_SCOPES} scopes, each with at most {MOST_SCOPES} permissions and prefixes of at most 1024 bytes"
        ));
    }
    Ok(())
}
