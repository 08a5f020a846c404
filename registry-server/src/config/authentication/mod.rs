//! How clients show who they are.

use std::path::PathBuf;
use std::time::Duration;

use jsonwebtoken::Algorithm;

mod mapping_rules;
mod path_pattern;
mod settings;

pub use mapping_rules::PrincipalRules;
pub use path_pattern::PathPattern;
pub(super) use settings::SETTINGS;

/// The settings of authentication.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Authentication {
    /// The ways in which clients may show who they are; none: nobody is asked.
    pub methods: Vec<AuthenticationMethod>,
    /// The realm that clients are told, and the part of the JAAS file that holds.
    pub realm: String,
    /// The roles of which a client must have one; `*` stands for any client.
    pub roles: Vec<String>,
    /// Paths at which nobody is asked.
    pub skip_paths: Vec<PathPattern>,
    /// Users with their hashed passwords.
    pub password_file: Option<PathBuf>,
    /// The original's JAAS file, which names a property file with users.
    pub jaas_file: Option<PathBuf>,
    /// How long credentials that were found right are not looked at again.
    pub memory: Duration,
    /// Wrong attempts that one address, and one name, has a minute.
    pub failures_per_minute: u32,
    /// Whose signed tokens are taken.
    pub issuer: TokenIssuer,
    /// How the name of a certificate becomes that of a principal.
    pub principal_rules: PrincipalRules,
}

/// A way in which clients show who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthenticationMethod {
    /// A name and a password.
    Basic,
    /// A token: one that an issuer signed, or one of this registry.
    Bearer,
    /// A certificate, by TLS.
    Certificate,
}

/// Whose signed tokens are taken, and how they are read.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct TokenIssuer {
    /// Where its keys are; `None`: signed tokens are not taken.
    pub keys: Option<KeySource>,
    /// The issuer that tokens must name.
    pub issuer: String,
    /// The audiences of which tokens must name one.
    pub audiences: Vec<String>,
    /// The signatures that are taken.
    pub algorithms: Vec<Algorithm>,
    /// How far the clocks of issuer and registry may differ.
    pub clock_skew: Duration,
    /// How old its keys may become before they are fetched again.
    pub refresh: Duration,
    /// The claim with the name of the principal.
    pub name_claim: String,
    /// The claim with its groups.
    pub groups_claim: String,
    /// Claims that a token must have, with the value that they must have or contain, if one is named.
    pub required_claims: Vec<(String, Option<String>)>,
}

/// Where the keys of an issuer are.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeySource {
    /// At a URL.
    Url(String),
    /// In a file.
    File(PathBuf),
}

impl Authentication {
    /// Whether clients may show who they are in this way.
    #[must_use]
    pub fn takes(&self, method: AuthenticationMethod) -> bool {
        self.methods.contains(&method)
    }

    /// The files that are read: users, and the keys of who signs tokens.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let keys = match &self.issuer.keys {
            Some(KeySource::File(path)) => Some(path.clone()),
            Some(KeySource::Url(_)) | None => None,
        };
        [self.password_file.clone(), self.jaas_file.clone(), keys].into_iter().flatten().collect()
    }

    /// Whether nobody is asked at a path.
    #[must_use]
    pub fn skips(&self, path: &str) -> bool {
        self.skip_paths.iter().any(|pattern| pattern.matches(path))
    }
}

#[cfg(test)]
mod tests {
    use crate::config::{Environment, load};

    fn refusal(flags: &[(&str, &str)]) -> Option<String> {
        let flags: Vec<(String, String)> =
            flags.iter().map(|(name, value)| (name.replace('.', "-"), (*value).to_owned())).collect();
        load(None, &Environment::default(), &flags).err().map(|error| error.to_string())
    }

    #[test]
    fn what_would_protect_less_than_it_says_is_refused() {
        const METHOD: &str = "authentication.method";
        const FILE: (&str, &str) = ("authentication.password.file", "/f");
        const KEYS: (&str, &str) = ("oauthbearer.jwks.endpoint.url", "https://i/k");
        const ISSUER: (&str, &str) = ("oauthbearer.expected.issuer", "https://i");
        const AUDIENCE: (&str, &str) = ("oauthbearer.expected.audience", "registry");
        for (flags, refused) in [
            (&[(METHOD, "none")][..], None),
            (&[(METHOD, "BEARER")], None),
            (&[(METHOD, "basic, BEARER"), FILE], None),
            (&[(METHOD, "BASIC"), ("java.security.auth.login.config", "/f")], None),
            (&[(METHOD, "CERTIFICATE")], None),
            (&[(METHOD, "BASIC")], Some("BASIC needs users")),
            (&[(METHOD, "NONE,BASIC"), FILE], Some("NONE stands alone")),
            (&[(METHOD, "DIGEST")], Some("allowed are NONE, BASIC, BEARER, CERTIFICATE")),
            (&[KEYS, ISSUER, AUDIENCE], None),
            (&[KEYS, ISSUER], Some("oauthbearer.expected.audience")),
            (&[KEYS, AUDIENCE], Some("oauthbearer.expected.issuer")),
            (&[("oauthbearer.jwks.endpoint.url", "http://issuer/keys")], Some("allowed are https://")),
            (&[("oauthbearer.algorithms", "RS256,none")], Some("'none' is not allowed")),
            (&[("oauthbearer.algorithms", "HS256")], Some("'HS256' is not allowed")),
            (&[("oauthbearer.algorithms", "")], Some("allowed are RS256")),
            (&[("oauthbearer.clock.skew.seconds", "86400")], Some("allowed are 0 to 3600")),
            (&[("authentication.roles", " ")], Some("at least one role")),
            (&[("authentication.realm", "a\"b")], Some("a realm has no quotes")),
            (&[("authentication.skip.paths", "health")], Some("is no pattern of paths")),
            (&[("ssl.principal.mapping.rules", "RULE:x")], Some("is no rule")),
        ] {
            let told = refusal(flags);
            assert_eq!(told.is_some(), refused.is_some(), "{flags:?}: {told:?}");
            let names = |told: &String| told.contains(refused.unwrap_or_default());
            assert!(told.as_ref().is_none_or(names), "{flags:?}: {told:?}");
        }
    }
}
