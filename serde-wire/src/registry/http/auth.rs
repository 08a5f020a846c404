//! Credentials for the registry.

use super::oauth::{ClientCredentials, NoToken, Token, TokenSource};
use reqwest::RequestBuilder;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Credentials for the registry. They are not shown by `Debug`.
///
/// ```
/// use serde_wire::registry::{Auth, ClientCredentials};
///
/// let of_a_user = Auth::basic("billing", "secret");
/// let of_a_token_that_changes = Auth::bearer_from(|| std::env::var("TOKEN").unwrap_or_default());
/// let credentials = ClientCredentials::new("https://id.example.com/token", "billing", "secret");
/// let of_oauth = Auth::client_credentials(credentials);
/// # drop((of_a_user, of_a_token_that_changes, of_oauth));
/// ```
#[derive(Clone, Default)]
pub struct Auth(Kind);

#[derive(Clone, Default)]
enum Kind {
    #[default]
    None,
    Basic {
        user: String,
        password: String,
    },
    Bearer(Arc<dyn Fn() -> String + Send + Sync>),
    ClientCredentials(Arc<TokenSource>),
}

impl Auth {
    /// HTTP basic authentication.
    pub fn basic(user: impl Into<String>, password: impl Into<String>) -> Self {
        Self(Kind::Basic { user: user.into(), password: password.into() })
    }

    /// A token that does not change.
    pub fn bearer(token: impl Into<String>) -> Self {
        let token = token.into();
        Self::bearer_from(move || token.clone())
    }

    /// A token that is asked for before each request; `token` must not block.
    pub fn bearer_from(token: impl Fn() -> String + Send + Sync + 'static) -> Self {
        Self(Kind::Bearer(Arc::new(token)))
    }

    /// Tokens of OAuth client credentials, fetched when they are needed. Clones share them.
    pub fn client_credentials(credentials: ClientCredentials) -> Self {
        Self(Kind::ClientCredentials(Arc::new(TokenSource::new(credentials))))
    }

    pub(super) fn is_none(&self) -> bool {
        matches!(self.0, Kind::None)
    }

    /// The token endpoint that cannot be one, and why.
    pub(super) fn check(&self) -> Result<(), (String, String)> {
        if let Kind::ClientCredentials(source) = &self.0 { source.check() } else { Ok(()) }
    }

    /// What has to be fetched before a request can be made.
    pub(super) async fn token(
        &self,
        http: &reqwest::Client,
        limit: Duration,
    ) -> Result<Option<Token>, NoToken> {
        match &self.0 {
            Kind::ClientCredentials(source) => source.token(http, limit).await.map(Some),
            Kind::None | Kind::Basic { .. } | Kind::Bearer(_) => Ok(None),
        }
    }

    /// True when another token may help against this one's refusal.
    pub(super) fn refused(&self, token: &Token) -> bool {
        if let Kind::ClientCredentials(source) = &self.0 { source.refused(token) } else { false }
    }

    pub(super) fn apply(&self, request: RequestBuilder, token: Option<&Token>) -> RequestBuilder {
        match (&self.0, token) {
            (Kind::Basic { user, password }, _) => request.basic_auth(user, Some(password)),
            (Kind::Bearer(token), _) => request.bearer_auth(token()),
            (Kind::ClientCredentials(_), Some(token)) => request.bearer_auth(&token.text),
            (Kind::None | Kind::ClientCredentials(_), _) => request,
        }
    }
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &self.0 {
            Kind::None => "Auth::None",
            Kind::Basic { .. } => "Auth::Basic",
            Kind::Bearer(_) => "Auth::Bearer",
            Kind::ClientCredentials(_) => "Auth::ClientCredentials",
        })
    }
}
