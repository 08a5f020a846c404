//! Credentials for the registry.

use reqwest::RequestBuilder;
use std::fmt;
use std::sync::Arc;

/// Credentials for the registry. They are not shown by `Debug`.
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

    pub(super) fn is_none(&self) -> bool {
        matches!(self.0, Kind::None)
    }

    pub(super) fn apply(&self, request: RequestBuilder) -> RequestBuilder {
        match &self.0 {
            Kind::None => request,
            Kind::Basic { user, password } => request.basic_auth(user, Some(password)),
            Kind::Bearer(token) => request.bearer_auth(token()),
        }
    }
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &self.0 {
            Kind::None => "Auth::None",
            Kind::Basic { .. } => "Auth::Basic",
            Kind::Bearer(_) => "Auth::Bearer",
        })
    }
}
