//! The rows of these settings.

use std::time::Duration;

use jsonwebtoken::Algorithm;

use super::{Authentication, AuthenticationMethod, KeySource};
use crate::config::catalog::Setting;
use crate::config::value::{allowed, list, milliseconds, positive};

/// The signatures that can be taken. None of them can be made with what a registry knows.
const ALGORITHMS: [(&str, Algorithm); 9] = [
    ("RS256", Algorithm::RS256),
    ("RS384", Algorithm::RS384),
    ("RS512", Algorithm::RS512),
    ("PS256", Algorithm::PS256),
    ("PS384", Algorithm::PS384),
    ("PS512", Algorithm::PS512),
    ("ES256", Algorithm::ES256),
    ("ES384", Algorithm::ES384),
    ("EdDSA", Algorithm::EdDSA),
];

/// The settings of authentication, in the order in which they are shown.
pub(in crate::config) const SETTINGS: &[Setting] = &[
    Setting {
        name: "authentication.realm",
        default: "",
        help: "the realm that clients are told, and the part of the file java.security.auth.login.config that holds",
        apply: |s, text| {
            if text.contains(['"', '\\']) || text.chars().any(char::is_control) {
                return Err("a realm has no quotes, backslashes and control characters".to_owned());
            }
            text.clone_into(&mut s.authentication.realm);
            Ok(())
        },
    },
    Setting {
        name: "authentication.roles",
        default: "*",
        help: "roles, or groups, of which each client must have one, separated by commas; * for any client",
        apply: |s, text| {
            s.authentication.roles = list(text).map(str::to_owned).collect();
            if s.authentication.roles.is_empty() {
                Err("at least one role, or *, is needed".to_owned())
            } else {
                Ok(())
            }
        },
    },
    Setting {
        name: "authentication.skip.paths",
        default: "/health/*",
        help: "paths at which nobody is asked for credentials: /path, /path/* or *.end, separated by commas",
        apply: |s, text| {
            s.authentication.skip_paths = list(text).map(str::parse).collect::<Result<_, _>>()?;
            Ok(())
        },
    },
    Setting {
        name: "authentication.password.file",
        default: "",
        help: "a file with users for BASIC, user:hash:group,group a line, as registry-server passwd writes it",
        apply: |s, text| {
            s.authentication.password_file = (!text.is_empty()).then(|| text.into());
            Ok(())
        },
    },
    Setting {
        name: "java.security.auth.login.config",
        default: "",
        help: "the original's JAAS file for BASIC; its PropertyFileLoginModule names the file with the users",
        apply: |s, text| {
            s.authentication.jaas_file = (!text.is_empty()).then(|| text.into());
            Ok(())
        },
    },
    Setting {
        name: "authentication.memory.ms",
        default: "300000",
        help: "milliseconds for which credentials that were right are not looked at again, unless users or keys change",
        apply: |s, text| milliseconds(&mut s.authentication.memory, text),
    },
    Setting {
        name: "authentication.failures.per.minute",
        default: "30",
        help: "wrong attempts that one address, and one name, has a minute before it is answered 429",
        apply: |s, text| positive(&mut s.authentication.failures_per_minute, text),
    },
    Setting {
        name: "oauthbearer.jwks.endpoint.url",
        default: "",
        help: "where the keys of the issuer of signed tokens are, https://… or file:/…; empty: signed tokens are not taken",
        apply: |s, text| {
            s.authentication.issuer.keys = key_source(text)?;
            Ok(())
        },
    },
    Setting {
        name: "oauthbearer.jwks.endpoint.refresh.ms",
        default: "3600000",
        help: "milliseconds after which the keys of the issuer are fetched again",
        apply: |s, text| milliseconds(&mut s.authentication.issuer.refresh, text),
    },
    Setting {
        name: "oauthbearer.expected.issuer",
        default: "",
        help: "the issuer (iss) that signed tokens must name",
        apply: |s, text| {
            text.clone_into(&mut s.authentication.issuer.issuer);
            needed(&s.authentication, text)
        },
    },
    Setting {
        name: "oauthbearer.expected.audience",
        default: "",
        help: "audiences (aud) of which signed tokens must name one, separated by commas",
        apply: |s, text| {
            s.authentication.issuer.audiences = list(text).map(str::to_owned).collect();
            needed(&s.authentication, text)
        },
    },
    Setting {
        name: "oauthbearer.algorithms",
        default: "RS256,ES256",
        help: "signatures of tokens that are taken, separated by commas: RS, PS (256, 384, 512), ES (256, 384), EdDSA",
        apply: |s, text| {
            let named = |name: &str| {
                let found = ALGORITHMS.iter().find(|(known, _)| *known == name);
                found.map(|(_, one)| *one).ok_or_else(|| allowed(name, ALGORITHMS.map(|(known, _)| known)))
            };
            s.authentication.issuer.algorithms = list(text).map(named).collect::<Result<_, _>>()?;
            if s.authentication.issuer.algorithms.is_empty() {
                return Err(allowed(text, ALGORITHMS.map(|(known, _)| known)));
            }
            Ok(())
        },
    },
    Setting {
        name: "oauthbearer.clock.skew.seconds",
        default: "30",
        help: "seconds that the clocks of issuer and registry may differ",
        apply: |s, text| {
            let seconds = text.parse().ok().filter(|seconds| *seconds <= 3600);
            let seconds = seconds.ok_or_else(|| format!("'{text}' is not allowed; allowed are 0 to 3600"))?;
            s.authentication.issuer.clock_skew = Duration::from_secs(seconds);
            Ok(())
        },
    },
    Setting {
        name: "oauthbearer.sub.claim.name",
        default: "sub",
        help: "the claim of a signed token with the name of the principal",
        apply: |s, text| {
            text.clone_into(&mut s.authentication.issuer.name_claim);
            if text.is_empty() { Err("a name is needed".to_owned()) } else { Ok(()) }
        },
    },
    Setting {
        name: "oauthbearer.groups.claim.name",
        default: "groups",
        help: "the claim of a signed token with the groups of the principal; dots lead into objects",
        apply: |s, text| {
            text.clone_into(&mut s.authentication.issuer.groups_claim);
            Ok(())
        },
    },
    Setting {
        name: "oauthbearer.required.claims",
        default: "",
        help: "claims that a signed token must have, name or name=value, separated by commas",
        apply: |s, text| {
            let claim = |one: &str| match one.split_once('=') {
                Some((name, value)) => (name.trim().to_owned(), Some(value.trim().to_owned())),
                None => (one.to_owned(), None),
            };
            s.authentication.issuer.required_claims = list(text).map(claim).collect();
            Ok(())
        },
    },
    Setting {
        name: "ssl.principal.mapping.rules",
        default: "DEFAULT",
        help: "rules that make the principal of the name in a client's certificate, RULE:pattern/replacement/[LU],DEFAULT",
        apply: |s, text| {
            s.authentication.principal_rules = text.parse()?;
            Ok(())
        },
    },
    // Last, since it looks at what the others give it.
    Setting {
        name: "authentication.method",
        default: "NONE",
        help: "how clients show who they are: NONE, or a list of BASIC, BEARER and CERTIFICATE of which each client chooses one",
        apply: |s, text| {
            s.authentication.methods = methods(text)?;
            let authentication = &s.authentication;
            if authentication.takes(AuthenticationMethod::Basic)
                && authentication.password_file.is_none()
                && authentication.jaas_file.is_none()
            {
                return Err(
                    "BASIC needs users; set authentication.password.file (registry-server passwd FILE USER \
                            makes one) or java.security.auth.login.config"
                        .to_owned(),
                );
            }
            Ok(())
        },
    },
];

fn methods(text: &str) -> Result<Vec<AuthenticationMethod>, String> {
    let mut methods = Vec::new();
    let mut is_none = false;
    for name in list(text) {
        match name.to_ascii_uppercase().as_str() {
            "NONE" => is_none = true,
            "BASIC" => methods.push(AuthenticationMethod::Basic),
            "BEARER" => methods.push(AuthenticationMethod::Bearer),
            "CERTIFICATE" => methods.push(AuthenticationMethod::Certificate),
            _ => return Err(allowed(name, ["NONE", "BASIC", "BEARER", "CERTIFICATE"])),
        }
    }
    if is_none && !methods.is_empty() {
        return Err("NONE stands alone: with it nobody is asked".to_owned());
    }
    Ok(methods)
}

/// Whether a claim that makes tokens those of this registry is given, where signed tokens are taken.
fn needed(authentication: &Authentication, text: &str) -> Result<(), String> {
    if authentication.issuer.keys.is_some() && text.trim().is_empty() {
        return Err("it is needed where oauthbearer.jwks.endpoint.url is set: tokens that were made for others would be \
                    taken as well"
            .to_owned());
    }
    Ok(())
}

fn key_source(text: &str) -> Result<Option<KeySource>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    if let Some(path) = text.strip_prefix("file:") {
        let path = path.strip_prefix("//").unwrap_or(path);
        return Ok(Some(KeySource::File(path.into())));
    }
    let refused = || {
        format!(
            "'{text}' is not allowed; allowed are https://host/path, http://127.0.0.1/path and file:/path"
        )
    };
    let url = reqwest::Url::parse(text).map_err(|_| refused())?;
    // Who answers in the place of the issuer makes tokens for anybody.
    let is_here = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    match url.scheme() {
        "https" => Ok(Some(KeySource::Url(text.to_owned()))),
        "http" if is_here => Ok(Some(KeySource::Url(text.to_owned()))),
        _ => Err(refused()),
    }
}
