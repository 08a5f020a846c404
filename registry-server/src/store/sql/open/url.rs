//! The URL of a database: its parts, and how people may see it.
//!
//! A password must never be shown, also where the URL is malformed: an unescaped `/`, `?` or `#` in it makes what follows
//! look like a path or a query. So the driver, whose errors and warnings quote what they find, never sees such a URL.

use std::fmt;
use std::ops::Deref;

use percent_encoding::percent_decode_str;

use crate::store::Secret;

/// The advice on a malformed URL, since nobody can tell which part of it is the password.
const ESCAPES: &str = "in user name and password write / as %2F, @ as %40, ? as %3F, # as %23, : as %3A";

/// Names of query parameters that are shown with their values.
const SHOWN: [&str; 11] = [
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "target_session_attrs",
    "application_name",
    "connect_timeout",
    "host",
    "port",
    "user",
    "dbname",
];

/// The URL of a database. It may hold a password, which its `Debug` form does not show.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct DatabaseUrl(String);

impl From<String> for DatabaseUrl {
    fn from(url: String) -> Self {
        Self(url)
    }
}

impl Deref for DatabaseUrl {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl PartialEq<&str> for DatabaseUrl {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&described_url(&self.0))
    }
}

/// The name of a URL's database for people: without password and parameters.
#[must_use]
pub fn shown_url(url: &str) -> String {
    match url.strip_prefix("sqlite:") {
        Some(":memory:") => "SQLite in memory".to_owned(),
        Some(path) => format!("SQLite file {}", path.strip_prefix("//").unwrap_or(path)),
        None => redacted(url),
    }
}

/// The URL without password and parameters.
pub(super) fn redacted(url: &str) -> String {
    Pieces::of(url).map_or_else(|hidden| hidden, |pieces| pieces.shown("", ""))
}

/// The URL with `***` for its password, and with its parameters as far as they are known to be no secrets.
#[must_use]
pub fn described_url(url: &str) -> String {
    Pieces::of(url).map_or_else(
        |hidden| hidden,
        |pieces| {
            let parameters: Vec<String> = pieces.query.split('&').map(shown_parameter).collect();
            let query =
                if pieces.query.is_empty() { String::new() } else { format!("?{}", parameters.join("&")) };
            pieces.shown(":***", &query)
        },
    )
}

fn shown_parameter(parameter: &str) -> String {
    match parameter.split_once('=') {
        Some((name, _)) if SHOWN.contains(&name) => parameter.to_owned(),
        Some((name, _))
            if name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-[]".contains(&byte)) =>
        {
            format!("{name}=***")
        }
        _ => "***".to_owned(),
    }
}

/// The pieces of a URL as it is written.
struct Pieces<'a> {
    scheme: &'a str,
    /// User and password, if there is one.
    credentials: Option<(&'a str, Option<&'a str>)>,
    hosts: &'a str,
    /// With its slash.
    path: &'a str,
    /// Without its question mark.
    query: &'a str,
}

impl<'a> Pieces<'a> {
    /// The pieces, or what may be shown where a part of a password may stand anywhere.
    fn of(url: &'a str) -> Result<Self, String> {
        let (scheme, rest) = url.split_once(':').unwrap_or(("", url));
        if scheme == "sqlite" {
            return Err(url.to_owned());
        }
        let Some(rest) = rest.strip_prefix("//") else {
            let is_harmless = !rest.contains(['@', '=']);
            return Err(if is_harmless { url.to_owned() } else { format!("{scheme}:***") });
        };
        let hidden = || format!("{scheme}://***");
        let (authority, rest) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        // What stands behind the last @ of all is a host; if that is not in the authority, a password goes on before it. A
        // password as a parameter may have one, too.
        let is_cut = rest.contains(['@', '#']) || path.matches('/').count() > 1;
        let (credentials, hosts) = match authority.rsplit_once('@') {
            Some((credentials, hosts)) => (Some(credentials), hosts),
            None => (None, authority),
        };
        let is_port = |host: &str| match host.rsplit_once(':') {
            Some((_, port)) if !host.ends_with(']') => port.bytes().all(|byte| byte.is_ascii_digit()),
            _ => true,
        };
        if is_cut || !hosts.split(',').all(is_port) {
            return Err(hidden());
        }
        let credentials = credentials.map(|credentials| match credentials.split_once(':') {
            Some((user, password)) => (user, Some(password)),
            None => (credentials, None),
        });
        Ok(Self { scheme, credentials, hosts, path, query })
    }

    fn shown(&self, password: &str, query: &str) -> String {
        let Self { scheme, hosts, path, .. } = self;
        let user = match self.credentials {
            Some((user, Some(_))) => format!("{user}{password}@"),
            Some((user, None)) => format!("{user}@"),
            None => String::new(),
        };
        format!("{scheme}://{user}{hosts}{path}{query}")
    }
}

/// The parts of a Postgres URL.
pub(super) struct PostgresUrl {
    pub(super) user: Option<String>,
    pub(super) password: Option<Secret>,
    /// Hosts with their ports, in the order in which they are tried. A host may be the folder of a socket. None means the
    /// driver's default.
    pub(super) hosts: Vec<(String, Option<u16>)>,
    pub(super) database: Option<String>,
    /// All other parameters.
    pub(super) parameters: Vec<(String, String)>,
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresUrl").field("hosts", &self.hosts).finish_non_exhaustive()
    }
}

impl PostgresUrl {
    /// Reads a URL. The error says what is wrong and quotes nothing that may be a part of a password.
    pub(super) fn parse(url: &str) -> Result<Self, String> {
        let pieces = Pieces::of(url).map_err(|_| ESCAPES.to_owned())?;
        let (user, password) = pieces.credentials.unwrap_or_default();
        let mut hosts = Vec::new();
        for host in pieces.hosts.split(',').filter(|host| !host.is_empty()) {
            let (name, number) = match host.rsplit_once(':') {
                Some((name, number)) if !host.ends_with(']') => (name, Some(port(number)?)),
                _ => (host, None),
            };
            let name = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
            hosts.push((decoded(name)?, number));
        }
        let mut parsed = Self {
            user: Some(decoded(user)?).filter(|user| !user.is_empty()),
            password: Secret::new(&decoded(password.unwrap_or_default())?),
            hosts,
            database: Some(decoded(pieces.path.trim_start_matches('/'))?).filter(|name| !name.is_empty()),
            parameters: Vec::new(),
        };
        let (mut names, mut ports) = (None, None);
        for (name, value) in form_urlencoded::parse(pieces.query.as_bytes()).into_owned() {
            match name.as_str() {
                "host" | "hostaddr" => names = Some(value),
                "port" => ports = Some(value),
                "user" => parsed.user = Some(value),
                "dbname" => parsed.database = Some(value),
                "password" => parsed.password = Secret::new(&value),
                _ => parsed.parameters.push((name, value)),
            }
        }
        if let Some(names) = names {
            parsed.hosts = names.split(',').map(|name| (name.to_owned(), None)).collect();
        }
        if let Some(ports) = ports {
            parsed.set_ports(&ports)?;
        }
        Ok(parsed)
    }

    /// Gives the hosts the ports of a list, which has one for each, or one for all.
    fn set_ports(&mut self, list: &str) -> Result<(), String> {
        let ports = list.split(',').map(port).collect::<Result<Vec<u16>, String>>()?;
        if self.hosts.is_empty() {
            self.hosts.push((String::new(), None));
        }
        if ports.len() != 1 && ports.len() != self.hosts.len() {
            return Err(format!("there are {} hosts and {} ports", self.hosts.len(), ports.len()));
        }
        for (host, port) in self.hosts.iter_mut().zip(ports.iter().cycle()) {
            host.1 = Some(*port);
        }
        Ok(())
    }

    /// The last value of a parameter.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().rev().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }
}

fn port(text: &str) -> Result<u16, String> {
    text.parse().ok().filter(|port| *port > 0).ok_or_else(|| "a port is a number from 1 to 65535".to_owned())
}

fn decoded(text: &str) -> Result<String, String> {
    let text = percent_decode_str(text).decode_utf8();
    Ok(text.map_err(|_| "what is written as %XX is not UTF-8".to_owned())?.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_shown_without_its_password() {
        for (url, shown, described) in [
            (
                "postgres://u:secret@h:5432/d?sslmode=disable",
                "postgres://u@h:5432/d",
                "postgres://u:***@h:5432/d?sslmode=disable",
            ),
            ("postgres://u@h,[::1]:2/d", "postgres://u@h,[::1]:2/d", "postgres://u@h,[::1]:2/d"),
            ("postgres://u:a@b@h/d", "postgres://u@h/d", "postgres://u:***@h/d"),
            ("postgres://h/d?password=secret", "postgres://h/d", "postgres://h/d?password=***"),
            ("postgres://h/d?pasword=secret&user=u", "postgres://h/d", "postgres://h/d?pasword=***&user=u"),
            ("postgres://h/d?secret&x%40=secret", "postgres://h/d", "postgres://h/d?***&***"),
            ("postgres:///d?host=/run/s", "postgres:///d", "postgres:///d?host=/run/s"),
            ("mysql://u:secret@h", "mysql://u@h", "mysql://u:***@h"),
            ("sqlite:x.db", "sqlite:x.db", "sqlite:x.db"),
        ] {
            assert_eq!(redacted(url), shown);
            assert_eq!(described_url(url), described);
        }
    }

    /// Each character that must be escaped, at each place of a password, in URLs of all shapes.
    #[test]
    fn no_part_of_a_password_is_shown_wherever_it_is_cut() {
        for mark in ["/", "@", "?", "#", ":", "/@", "@/", "?@", "#@", "//", "%", "=", "&", "://"] {
            for password in [format!("{mark}cret"), format!("s3{mark}cret"), format!("s3{mark}")] {
                for url in [
                    format!("postgres://u:{password}@h/d"),
                    format!("postgres://u:{password}@h:5432,g:1/d?sslmode=require"),
                    format!("postgres://h/d?password={password}"),
                    format!("postgres://h?user=u&password={password}&sslmode=require"),
                    format!("postgres:u:{password}@h/d"),
                ] {
                    let parsed = PostgresUrl::parse(&url);
                    let debug = format!("{:?} {parsed:?}", DatabaseUrl::from(url.clone()));
                    for shown in [redacted(&url), described_url(&url), shown_url(&url), debug] {
                        assert!(!shown.contains("s3") && !shown.contains("cret"), "{url}: {shown}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_url_is_taken_apart() {
        let read = |url: &str| {
            let PostgresUrl { user, password, hosts, database, parameters } =
                PostgresUrl::parse(url).unwrap();
            let hosts: Vec<String> =
                hosts.iter().map(|(host, port)| format!("{host} {}", port.unwrap_or_default())).collect();
            let password = password.map(|password| password.text().to_owned());
            let parts = [user, password, Some(hosts.join(",")), database];
            (parts.map(Option::unwrap_or_default).join(" | "), parameters.len())
        };
        for (url, parts) in [
            ("postgres://u:p@h:5/d", ("u | p | h 5 | d", 0)),
            ("postgresql://u%40x:p%2F%3a@h1,h2:5433/d%20e", ("u@x | p/: | h1 0,h2 5433 | d e", 0)),
            ("postgres://u:a@b@[::1]:5,10.0.0.1/d", ("u | a@b | ::1 5,10.0.0.1 0 | d", 0)),
            ("postgres:///d?host=h1,h2&port=5,6&sslmode=require", (" |  | h1 5,h2 6 | d", 1)),
            ("postgres://u@%2Frun%2Fpg/d?password=p", ("u | p | /run/pg 0 | d", 0)),
            ("postgres://h1,h2?port=7&user=u&dbname=d", ("u |  | h1 7,h2 7 | d", 0)),
            ("postgres://", (" |  |  | ", 0)),
        ] {
            assert_eq!(read(url), (parts.0.to_owned(), parts.1), "{url}");
        }
        for (url, part) in [
            ("postgres://u:p/q@h/d", "write / as %2F"),
            ("postgres://h:65536/d", "from 1 to 65535"),
            ("postgres://h:0/d", "from 1 to 65535"),
            ("postgres://h1,h2,h3/d?port=1,2", "3 hosts and 2 ports"),
            ("postgres://%ff/d", "not UTF-8"),
        ] {
            let error = PostgresUrl::parse(url).unwrap_err();
            assert!(error.contains(part), "{url}: {error}");
        }
    }
}
