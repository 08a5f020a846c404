//! The addresses that the server listens on.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// `http://host:port`, as Confluent's `listeners` setting writes it. Host `0.0.0.0` listens on every interface.
///
/// ```
/// use registry_server::config::Listener;
/// let listener: Listener = "http://127.0.0.1:8081".parse().unwrap();
/// assert_eq!((listener.host.as_str(), listener.port), ("127.0.0.1", 8081));
/// assert!("https://127.0.0.1:8081".parse::<Listener>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listener {
    /// A name or an address; brackets of an IPv6 address are taken off.
    pub host: String,
    /// The port; 0 lets the system choose.
    pub port: u16,
}

impl Listener {
    /// Whether only this machine reaches it. A name other than `localhost` counts as reachable by others.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.host.eq_ignore_ascii_case("localhost")
            || self.host.parse().is_ok_and(|address: IpAddr| address.to_canonical().is_loopback())
    }
}

impl FromStr for Listener {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.starts_with("https://") {
            return Err(format!("{text}: TLS is not served; put a proxy in front and use http://host:port"));
        }
        let authority = text.strip_prefix("http://").ok_or_else(|| expected(text))?;
        let authority = authority.strip_suffix('/').unwrap_or(authority);
        let (host, port) = authority.rsplit_once(':').ok_or_else(|| expected(text))?;
        let host = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')).unwrap_or(host);
        let port = port.parse().map_err(|_| expected(text))?;
        // An empty host is Jetty's spelling of every interface.
        let host = if host.is_empty() { "0.0.0.0" } else { host };
        Ok(Self { host: host.to_owned(), port })
    }
}

fn expected(text: &str) -> String {
    format!("'{text}' is not an address; expected http://host:port with a port from 0 to 65535")
}

impl fmt::Display for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "http://[{}]:{}", self.host, self.port)
        } else {
            write!(f, "http://{}:{}", self.host, self.port)
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
            assert_eq!(text.parse(), Ok(Listener { host: host.to_owned(), port }), "{text}");
        }
        for text in ["8081", "localhost:8081", "http://localhost", "http://localhost:65536", "ftp://h:1", ""]
        {
            assert!(text.parse::<Listener>().is_err(), "{text}");
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
