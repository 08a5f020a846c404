//! Cross-origin access: which pages of other origins may call the registry from a browser.

use axum::http::{HeaderName, HeaderValue, Method};

use super::value::list;

/// Cross-origin access.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cors {
    /// The allowed origins; at least one.
    pub origins: Vec<AllowedOrigin>,
    /// The allowed methods; empty for those that the registry serves. `*` stands for every method.
    pub methods: Vec<Method>,
    /// The allowed headers; empty for those that the browser asks for. `*` stands for every header.
    pub headers: Vec<HeaderName>,
    /// The headers of answers that a page may read beside those that every page may; may be empty.
    pub exposed: Vec<HeaderName>,
}

/// An origin that may call the registry: `*` for every one, `null`, or `scheme://host[:port]`, in which each `*` stands
/// for any text (`https://*.example.com`), as in Jetty's cross-origin filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedOrigin(String);

impl AllowedOrigin {
    /// Whether every origin is allowed.
    #[must_use]
    pub fn is_any(&self) -> bool {
        self.0 == "*"
    }

    /// Whether the value of a request's `Origin` header is allowed.
    #[must_use]
    pub fn matches(&self, origin: &HeaderValue) -> bool {
        let Ok(origin) = origin.to_str() else { return false };
        let origin = origin.to_ascii_lowercase();
        let mut parts = self.0.split('*');
        let first = parts.next().unwrap_or_default();
        let Some(mut rest) = origin.strip_prefix(first) else { return false };
        let mut parts = parts.peekable();
        if parts.peek().is_none() {
            return rest.is_empty();
        }
        while let Some(part) = parts.next() {
            if parts.peek().is_none() {
                return rest.ends_with(part);
            }
            match rest.find(part) {
                Some(at) => rest = &rest[at + part.len()..],
                None => return false,
            }
        }
        true
    }
}

/// The value of `access.control.allow.origin`.
pub(super) fn origins(text: &str) -> Result<Vec<AllowedOrigin>, String> {
    list(text).map(origin).collect()
}

fn origin(text: &str) -> Result<AllowedOrigin, String> {
    let is_host = |host: &str| {
        !host.is_empty() && host.bytes().all(|b| b.is_ascii_graphic() && !b"/\\?#@\"'<>".contains(&b))
    };
    let is_scheme = |scheme: &str| {
        !scheme.is_empty() && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.*".contains(&b))
    };
    let well_formed = text == "*"
        || text == "null"
        || text.split_once("://").is_some_and(|(scheme, host)| is_scheme(scheme) && is_host(host));
    if well_formed {
        // Browsers send scheme and host in lower case.
        Ok(AllowedOrigin(text.to_ascii_lowercase()))
    } else {
        Err(format!(
            "'{text}' is not an origin; allowed are scheme://host or scheme://host:port without a path, null, and *"
        ))
    }
}

/// The value of `access.control.allow.methods`.
pub(super) fn methods(text: &str) -> Result<Vec<Method>, String> {
    const KNOWN: [&str; 8] = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "*"];
    list(text)
        .map(|name| {
            let method = KNOWN.contains(&name).then(|| name.parse().ok()).flatten();
            method.ok_or_else(|| format!("'{name}' is not an HTTP method; allowed are {}", KNOWN.join(", ")))
        })
        .collect()
}

/// The value of `access.control.allow.headers` and of `access.control.expose.headers`.
pub(super) fn headers(text: &str) -> Result<Vec<HeaderName>, String> {
    list(text)
        .map(|name| {
            name.parse().map_err(|_| {
                format!(
                    "'{name}' is not the name of a header; allowed are letters, digits and !#$%&'*+-.^_`|~, \
                     with commas between names"
                )
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_match_as_in_jettys_filter() {
        for (pattern, origin, expected) in [
            ("https://ui.example", "https://ui.example", true),
            ("https://UI.example", "https://ui.example", true),
            ("https://ui.example", "https://ui.example:8443", false),
            ("https://ui.example", "http://ui.example", false),
            ("https://*.example", "https://ui.example", true),
            ("https://*.example", "https://example", false),
            ("https://*.example", "https://ui.example.evil", false),
            ("http*://*.example:*", "https://ui.example:8443", true),
            ("http*://*.example:*", "https://ui.example", false),
            ("https://a*a", "https://a", false),
            ("null", "null", true),
            ("*", "https://any", true),
        ] {
            let found = origins(pattern).unwrap();
            let origin = HeaderValue::from_static(origin);
            assert_eq!(found[0].matches(&origin), expected, "{pattern} {origin:?}");
            assert_eq!(found[0].is_any(), pattern == "*", "{pattern}");
        }
        let opaque = HeaderValue::from_bytes(b"https://\xff").unwrap();
        assert!(!origins("https://*").unwrap()[0].matches(&opaque));
    }

    #[test]
    fn malformed_values_are_refused_by_what_is_wrong() {
        for text in [
            "ui.example",
            "https://ui.example/",
            "https://",
            "://h",
            "https://a b",
            "https://u@h",
            "htt ps://h",
        ] {
            let reason = origins(&format!("https://fine, {text}")).unwrap_err();
            assert!(reason.starts_with(&format!("'{text}' is not an origin")), "{reason}");
        }
        for text in ["get", "FETCH", "GET POST", "GET;POST"] {
            let reason = methods(&format!("GET, {text}")).unwrap_err();
            assert!(
                reason.starts_with(&format!("'{text}' is not an HTTP method; allowed are GET")),
                "{reason}"
            );
        }
        for text in ["X Header", "X-Header:", "Häder"] {
            let reason = headers(&format!("Accept, {text}")).unwrap_err();
            assert!(reason.starts_with(&format!("'{text}' is not the name of a header")), "{reason}");
        }
        assert_eq!(methods("GET, *").unwrap().len(), 2);
        assert_eq!(headers("X-Request-ID,accept,").unwrap().len(), 2);
    }
}
