//! The addresses that the server listens on.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use super::value::{allowed, list};

/// `http://host:port` or `https://host:port`, as Confluent's `listeners` setting writes it. Host `0.0.0.0` listens on every
/// interface.
///
/// ```
/// use registry_server::config::Listener;
/// let listener: Listener = "https://127.0.0.1:8081".parse().unwrap();
/// assert_eq!((listener.host.as_str(), listener.port, listener.is_tls), ("127.0.0.1", 8081, true));
/// assert!("ftp://127.0.0.1:8081".parse::<Listener>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Listener {
    /// The name, in lower case, where `listener.protocol.map` has one in the place of the protocol.
    pub name: Option<String>,
    /// Whether it has TLS.
    pub is_tls: bool,
    /// A name or an address; brackets of an IPv6 address are taken off.
    pub host: String,
    /// The port; 0 lets the system choose.
    pub port: u16,
}

/// Whether a listener has TLS, by its name in lower case.
pub(super) type Protocols = BTreeMap<String, bool>;

impl Listener {
    /// Whether only this machine reaches it. A name other than `localhost` counts as reachable by others.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.host.eq_ignore_ascii_case("localhost")
            || self.host.parse().is_ok_and(|address: IpAddr| address.to_canonical().is_loopback())
    }

    /// How URLs of what is served there begin: `https`.
    #[must_use]
    pub fn scheme(&self) -> &'static str {
        if self.is_tls { "https" } else { "http" }
    }

    /// Reads an address whose protocol may be one of the names.
    pub(super) fn read(text: &str, names: &Protocols) -> Result<Self, String> {
        let expected = || {
            let names: String = names.keys().map(|name| format!(", {name}://host:port")).collect();
            format!(
                "'{text}' is not an address; expected http://host:port, https://host:port{names} with a port from 0 to 65535"
            )
        };
        let (protocol, authority) = text.split_once("://").ok_or_else(expected)?;
        let protocol = protocol.to_ascii_lowercase();
        let (name, is_tls) = match (names.get(&protocol), protocol.as_str()) {
            (Some(is_tls), _) => (Some(protocol), *is_tls),
            (None, "http") => (None, false),
            (None, "https") => (None, true),
            (None, _) => return Err(expected()),
        };
        let authority = authority.strip_suffix('/').unwrap_or(authority);
        let (host, port) = authority.rsplit_once(':').ok_or_else(expected)?;
        let host = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')).unwrap_or(host);
        let port = port.parse().map_err(|_| expected())?;
        // An empty host is Jetty's spelling of every interface.
        let host = if host.is_empty() { "0.0.0.0" } else { host };
        Ok(Self { name, is_tls, host: host.to_owned(), port })
    }
}

impl FromStr for Listener {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::read(text, &Protocols::new())
    }
}

/// The value of `listener.protocol.map`: `INTERNAL:http,EXTERNAL:https`.
pub(super) fn protocols(text: &str) -> Result<Protocols, String> {
    list(text)
        .map(|one| {
            let (name, protocol) =
                one.split_once(':').filter(|(name, _)| !name.trim().is_empty()).ok_or_else(|| {
                    format!("'{one}' is no name with its protocol; expected NAME:http or NAME:https")
                })?;
            let (name, protocol) = (name.trim().to_ascii_lowercase(), protocol.trim());
            let is_tls = match protocol.to_ascii_lowercase().as_str() {
                "http" => false,
                "https" => true,
                _ => return Err(allowed(protocol, ["http", "https"])),
            };
            // These say already what they are.
            let says = match name.as_str() {
                "http" => Some(false),
                "https" => Some(true),
                _ => None,
            };
            if says.is_some_and(|says| says != is_tls) {
                return Err(format!("'{one}' gives {name} another meaning; choose another name"));
            }
            Ok((name, is_tls))
        })
        .collect()
}

impl fmt::Display for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "{}://[{}]:{}", self.scheme(), self.host, self.port)
        } else {
            write!(f, "{}://{}:{}", self.scheme(), self.host, self.port)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_jetty_reads_them() {
        for (text, host, port) in [
            ("http://localhost:8081", "localhost", 8081),
            ("http://0.0.0.0:80/", "0.0.0.0", 80),
            ("http://[::1]:8081", "::1", 8081),
            ("http://:8081", "0.0.0.0", 8081),
            ("http://127.0.0.1:0", "127.0.0.1", 0),
        ] {
            let expected = Listener { name: None, is_tls: false, host: host.to_owned(), port };
            assert_eq!(text.parse(), Ok(expected.clone()), "{text}");
            let text = text.replacen("http", "HTTPS", 1);
            assert_eq!(text.parse(), Ok(Listener { is_tls: true, ..expected }), "{text}");
        }
        for text in ["8081", "localhost:8081", "http://localhost", "http://localhost:65536", "ftp://h:1", ""]
        {
            assert!(text.parse::<Listener>().is_err(), "{text}");
        }
    }

    #[test]
    fn names_stand_for_protocols() {
        let names = protocols("INTERNAL:http, external:HTTPS,https:https").unwrap();
        for (text, name, is_tls) in [
            ("internal://h:1", Some("internal"), false),
            ("INTERNAL://h:1", Some("internal"), false),
            ("External://h:1", Some("external"), true),
            ("https://h:1", Some("https"), true),
            ("http://h:1", None, false),
        ] {
            let listener = Listener::read(text, &names).unwrap();
            assert_eq!((listener.name.as_deref(), listener.is_tls), (name, is_tls), "{text}");
        }
        let message = Listener::read("other://h:1", &names).unwrap_err();
        assert!(message.contains("external://host:port, https://host:port, internal://"), "{message}");
        for text in ["INTERNAL", ":http", "INTERNAL:ftp", "http:https", "HTTPS:http"] {
            assert!(protocols(text).is_err(), "{text}");
        }
    }

    #[test]
    fn loopback_is_told_by_address_and_by_localhost() {
        for (host, expected) in [
            ("127.0.0.1", true),
            ("127.8.9.1", true),
            ("[::1]", true),
            ("[::ffff:127.0.0.1]", true),
            ("localhost", true),
            ("LocalHost", true),
            ("0.0.0.0", false),
            ("", false),
            ("[::]", false),
            ("10.0.0.1", false),
            ("registry.example", false),
            ("localhost.example", false),
        ] {
            let listener: Listener = format!("http://{host}:1").parse().unwrap();
            assert_eq!(listener.is_loopback(), expected, "{host}");
        }
    }
}
