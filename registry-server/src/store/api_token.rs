//! Tokens that this registry issues.

use serde::{Deserialize, Serialize};

/// A part of what its owner may do, to which a token is limited: one of these permissions for one of these subjects.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Scope {
    /// Names of permissions, `SUBJECT_READ` and the like; empty for all of them.
    pub permissions: Vec<String>,
    /// What the names of subjects begin with, contexts included; empty for all of them.
    pub subject_prefixes: Vec<String>,
}

impl Scope {
    /// A scope; an empty list stands for everything.
    #[must_use]
    pub fn new(permissions: Vec<String>, subject_prefixes: Vec<String>) -> Self {
        Self { permissions, subject_prefixes }
    }
}

/// What each token begins with, so that it is known for one wherever it is found.
pub(crate) const TOKEN_PREFIX: &str = "srt_";

/// A token of this registry, without itself: it is known by a hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    /// Names it, in lists and in the change log.
    pub id: String,
    /// The SHA-256 of the token.
    pub hash: [u8; 32],
    /// The principal that it stands for, without its kind.
    pub owner: String,
    /// The groups that the owner had when it was issued.
    pub groups: Vec<String>,
    /// What it is for, in the words of its owner.
    pub name: String,
    /// What it is limited to; `None`: all that its owner may do.
    pub scopes: Option<Vec<Scope>>,
    /// When it was issued, in milliseconds since 1970.
    pub created: i64,
    /// When it ends; `None`: never.
    pub expires: Option<i64>,
    /// When it was last used, to the hour.
    pub last_used: Option<i64>,
}

/// All tokens, found by their hashes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApiTokens(Vec<ApiToken>);

impl ApiTokens {
    /// These tokens.
    #[must_use]
    pub fn new(mut tokens: Vec<ApiToken>) -> Self {
        tokens.sort_by_key(|token| token.hash);
        Self(tokens)
    }

    /// The token with a hash.
    #[must_use]
    pub fn find(&self, hash: &[u8; 32]) -> Option<&ApiToken> {
        let index = self.0.binary_search_by_key(hash, |token| token.hash).ok()?;
        self.0.get(index)
    }

    /// All of them, in no order that means something.
    pub fn iter(&self) -> impl Iterator<Item = &ApiToken> {
        self.0.iter()
    }
}
