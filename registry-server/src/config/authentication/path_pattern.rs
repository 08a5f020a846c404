//! Patterns of paths, as servlets have them.

use std::str::FromStr;

/// A pattern of paths: `/path` for that path, `/path/*` for it and all below, `*.end` for what ends so.
///
/// ```
/// use registry_server::config::PathPattern;
///
/// let below: PathPattern = "/health/*".parse()?;
/// assert!(below.matches("/health/live") && below.matches("/health") && !below.matches("/healthy"));
/// # Ok::<_, String>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathPattern(Kind);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Exact(String),
    Below(String),
    Ending(String),
}

impl PathPattern {
    /// Whether a path is meant. It is compared as it was sent, so that no other spelling of it is meant as well.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        match &self.0 {
            Kind::Exact(one) => path == one,
            Kind::Below(above) => {
                // What leads up again is not below.
                path.strip_prefix(above.as_str())
                    .is_some_and(|rest| rest.is_empty() || (rest.starts_with('/') && is_straight(rest)))
            }
            // Parameters end a path as it was sent, and are no part of what it leads to.
            Kind::Ending(end) => path.ends_with(end.as_str()) && is_straight(path),
        }
    }
}

/// Whether a path has no segments that lead elsewhere, in clear or encoded, and no parameters.
fn is_straight(path: &str) -> bool {
    !path.contains(['%', ';', '\\']) && path.split('/').all(|segment| segment != "." && segment != "..")
}

impl FromStr for PathPattern {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refused = || format!("'{text}' is no pattern of paths; allowed are /path, /path/* and *.end");
        let kind = match text.strip_suffix("/*") {
            Some(above) if above.is_empty() || above.starts_with('/') => Kind::Below(above.to_owned()),
            _ if text.starts_with("*.") => Kind::Ending(text[1..].to_owned()),
            _ if text.starts_with('/') => Kind::Exact(text.to_owned()),
            _ => return Err(refused()),
        };
        match &kind {
            Kind::Exact(rest) | Kind::Below(rest) | Kind::Ending(rest) if rest.contains('*') => {
                Err(refused())
            }
            _ => Ok(Self(kind)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_mean_what_servlets_mean_and_no_way_around() {
        for (pattern, meant, others) in [
            ("/health", &["/health"][..], &["/health/", "/health/live", "/healthy", "/%68ealth"][..]),
            (
                "/health/*",
                &["/health", "/health/", "/health/live", "/health/a/b"],
                &["/healthy", "/health/../subjects", "/health/%2e%2e/subjects", "/health/..;/x", "/subjects"],
            ),
            (
                "*.json",
                &["/openapi.json", "/a/b.json"],
                &[
                    "/json",
                    "/a.json/b",
                    "/subjects;.json",
                    "/subjects/a/..;.json",
                    "/subjects/%2e.json",
                    "/a/../.json",
                ],
            ),
            ("/*", &["/", "/subjects"], &["*"]),
        ] {
            let pattern: PathPattern = pattern.parse().unwrap();
            for path in meant {
                assert!(pattern.matches(path), "{pattern:?} {path}");
            }
            for path in others {
                assert!(!pattern.matches(path), "{pattern:?} {path}");
            }
        }
        for refused in ["health", "", "*", "/a/*/b", "/a*"] {
            assert!(refused.parse::<PathPattern>().is_err(), "{refused}");
        }
    }
}
