//! What a client sends in the header `Authorization`.

use std::fmt;

use axum::http::HeaderValue;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::refusal::Reason;

/// What a client sent.
#[derive(PartialEq, Eq)]
pub(super) enum Credentials<'a> {
    /// A name and a password.
    Basic { name: String, password: Vec<u8> },
    /// A token.
    Bearer(&'a str),
}

impl<'a> Credentials<'a> {
    /// The credentials of a header.
    pub(super) fn of(header: &'a HeaderValue) -> Result<Self, Reason> {
        let text = header.to_str().map_err(|_| Reason::Malformed)?.trim();
        let (scheme, rest) = text.split_once(' ').ok_or(Reason::Malformed)?;
        let rest = rest.trim_start();
        if scheme.eq_ignore_ascii_case("Basic") {
            basic(rest).ok_or(Reason::Malformed)
        } else if scheme.eq_ignore_ascii_case("Bearer") {
            if rest.is_empty() || rest.contains(' ') {
                Err(Reason::Malformed)
            } else {
                Ok(Self::Bearer(rest))
            }
        } else {
            Err(Reason::MethodNotTaken)
        }
    }
}

fn basic(encoded: &str) -> Option<Credentials<'static>> {
    let decoded = STANDARD.decode(encoded).ok()?;
    let colon = decoded.iter().position(|byte| *byte == b':')?;
    let (name, password) = (decoded.get(..colon)?, decoded.get(colon + 1..)?);
    let Ok(name) = std::str::from_utf8(name) else {
        // Older clients send characters as single bytes.
        let in_utf_8 = |bytes: &[u8]| bytes.iter().copied().map(char::from).collect::<String>();
        return Some(Credentials::Basic { name: in_utf_8(name), password: in_utf_8(password).into_bytes() });
    };
    Some(Credentials::Basic { name: name.to_owned(), password: password.to_owned() })
}

impl fmt::Debug for Credentials<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Basic { .. } => "Basic",
            Self::Bearer(_) => "Bearer",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_read_as_their_schemes_say() {
        let basic = |name: &str, password: &str| {
            Ok(Credentials::Basic { name: name.to_owned(), password: password.as_bytes().to_vec() })
        };
        for (header, read) in [
            ("Basic YWxpY2U6czNjcmV0", basic("alice", "s3cret")),
            ("basic  YWxpY2U6czNjcmV0 ", basic("alice", "s3cret")),
            ("Basic YTpiOmM=", basic("a", "b:c")),
            ("Basic YTo=", basic("a", "")),
            ("Basic Ojo=", basic("", ":")),
            // é as UTF-8 and as one byte.
            ("Basic w6k6w6k=", basic("é", "é")),
            ("Basic 6Trp", basic("é", "é")),
            ("Basic YWxpY2U=", Err(Reason::Malformed)),
            ("Basic YTpi YTpi", Err(Reason::Malformed)),
            ("Basic !", Err(Reason::Malformed)),
            ("Basic", Err(Reason::Malformed)),
            ("Bearer a.b.c", Ok(Credentials::Bearer("a.b.c"))),
            ("BEARER a", Ok(Credentials::Bearer("a"))),
            ("Bearer ", Err(Reason::Malformed)),
            ("Bearer a b", Err(Reason::Malformed)),
            ("Negotiate abc", Err(Reason::MethodNotTaken)),
        ] {
            assert_eq!(Credentials::of(&HeaderValue::from_static(header)), read, "{header}");
        }
    }
}
