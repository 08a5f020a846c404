//! URLs and headers of the settings, checked, and what in them is secret.

use super::auth::Auth;
use super::config_error::ClientConfigError;
use super::transport::Server;
use reqwest::Url;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

/// The text behind what may be a password.
pub(super) fn without_credentials(url: &str) -> &str {
    url.rsplit_once('@').map_or(url, |(_, rest)| rest)
}

pub(super) fn server(text: &str, auth: &Auth) -> Result<Server, ClientConfigError> {
    // What cannot be parsed is shown as it is, but never with what may be a password.
    let shown = || without_credentials(text).to_owned();
    let invalid = |reason: String| ClientConfigError::Url { url: shown(), reason };
    let mut url = Url::parse(text.trim()).map_err(|error| invalid(error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(invalid("it must begin with http:// or https:// and name a host".to_owned()));
    }
    let decoded =
        |part: &str| percent_decoded(part).ok_or_else(|| invalid("its credentials are not UTF-8".to_owned()));
    let of_url = match (url.username(), url.password()) {
        ("", None) => Auth::default(),
        (user, password) => Auth::basic(decoded(user)?, decoded(password.unwrap_or_default())?),
    };
    // Both fail only for URLs without a host, and this one has one.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_query(None);
    url.set_fragment(None);
    Ok(Server { url, auth: if auth.is_none() { of_url } else { auth.clone() } })
}

/// Undoes `%41`; a `%` that begins no escape stands for itself.
fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = match (first, tail) {
            (b'%', [high, low, after @ ..]) => {
                hex(*high).zip(hex(*low)).map(|(high, low)| (high << 4 | low, after))
            }
            _ => None,
        };
        let (byte, after) = escaped.unwrap_or((*first, tail));
        bytes.push(byte);
        rest = after;
    }
    String::from_utf8(bytes).ok()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

pub(super) fn headers(given: &[(String, String)]) -> Result<HeaderMap, ClientConfigError> {
    let mut headers = HeaderMap::new();
    for (name, value) in given {
        let invalid = || ClientConfigError::Header(name.clone());
        let name = HeaderName::try_from(name).map_err(|_| invalid())?;
        let mut value = HeaderValue::try_from(value).map_err(|_| invalid())?;
        // It may be a token, and the client is shown by `Debug`.
        value.set_sensitive(true);
        headers.append(name, value);
    }
    Ok(headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_leave_the_url() {
        let Server { url, auth } = server("https://u%40x:p%2Fq@host:1/base?a=b", &Auth::default()).unwrap();
        assert_eq!(url.as_str(), "https://host:1/base");
        assert_eq!(format!("{auth:?}"), "Auth::Basic");
    }

    #[test]
    fn escapes_are_undone_once() {
        for (text, expected) in
            [("a%2Fb", "a/b"), ("%2525", "%25"), ("100%", "100%"), ("%zz", "%zz"), ("%c3%a9", "é")]
        {
            assert_eq!(percent_decoded(text).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(percent_decoded("%ff"), None);
    }
}
