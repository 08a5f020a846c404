//! Settings of the client.

use super::HttpRegistry;
use super::auth::Auth;
use super::retry::RetryPolicy;
use super::transport::{Limits, Server, Transport};
use crate::registry::cached::DiskCache;
use crate::registry::{CachePolicy, CachedRegistry};
use reqwest::Url;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// How much later than its deadline a question may end on a busy machine.
const SLACK: Duration = Duration::from_secs(10);

/// Why a client could not be made of its settings.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientConfigError {
    /// There is no server to ask.
    #[error("no registry URL was given: at least one such as http://localhost:8081 is needed")]
    NoUrl,
    /// One of the URLs cannot be used.
    #[error("registry URL {url:?} cannot be used: {reason}")]
    Url {
        /// The text that was given, without credentials.
        url: String,
        /// The problem of the URL.
        reason: String,
    },
    /// The endpoint of [`ClientCredentials`](super::ClientCredentials) cannot be asked.
    #[error("token endpoint {url:?} cannot be used: {reason}")]
    TokenEndpoint {
        /// The text that was given, without credentials.
        url: String,
        /// The problem of the URL.
        reason: String,
    },
    /// A header's name or value is not one of HTTP.
    #[error("header {0:?} cannot be sent: its name or value is not valid in HTTP")]
    Header(String),
    /// The folder for schemas cannot be used.
    #[error("the folder {} cannot keep schemas: {error}", folder.display())]
    DiskCache {
        /// The folder.
        folder: PathBuf,
        /// What the system says; it stands in the message, and is no source.
        error: std::io::Error,
    },
    /// The TLS set-up failed.
    #[error("the HTTP client could not be set up")]
    Http(#[from] reqwest::Error),
}

/// Settings of a registry client.
///
/// | setting | default |
/// |---|---|
/// | [`auth`](Self::auth) | user and password of the URL if there are any |
/// | [`connect_timeout`](Self::connect_timeout) | 2 s |
/// | [`attempt_timeout`](Self::attempt_timeout) | 5 s for one request to one server |
/// | [`deadline`](Self::deadline) | 20 s for one question, all its requests and pauses included |
/// | [`retry`](Self::retry) | [`RetryPolicy::default`] |
/// | [`cool_down`](Self::cool_down) | none |
/// | [`hedge_after`](Self::hedge_after) | never: a server is asked when the one before it has failed |
/// | [`cache`](Self::cache) | [`CachePolicy::default`] |
/// | [`disk_cache`](Self::disk_cache) | none |
pub struct HttpRegistryBuilder {
    urls: Vec<String>,
    auth: Auth,
    headers: Vec<(String, String)>,
    connect_timeout: Duration,
    limits: Limits,
    cache: CachePolicy,
    disk: Option<PathBuf>,
    http: Option<reqwest::Client>,
}

impl HttpRegistryBuilder {
    pub(super) fn new<U: Into<String>>(urls: impl IntoIterator<Item = U>) -> Self {
        Self {
            urls: urls.into_iter().map(Into::into).collect(),
            auth: Auth::default(),
            headers: Vec::new(),
            connect_timeout: Duration::from_secs(2),
            limits: Limits {
                attempt_timeout: Duration::from_secs(5),
                deadline: Duration::from_secs(20),
                retry: RetryPolicy::default(),
                cool_down: Duration::ZERO,
                hedge_after: None,
            },
            cache: CachePolicy::default(),
            disk: None,
            http: None,
        }
    }

    /// Sends these credentials to every server, in place of those in the URLs.
    #[must_use]
    pub fn auth(mut self, auth: Auth) -> Self {
        self.auth = auth;
        self
    }

    /// Sends this header with every request. Its value may be a secret: `Debug` shows it neither here nor in the client.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Allows this long for a connection.
    #[must_use]
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit;
        self
    }

    /// Allows this long for one request to one server, its body included.
    #[must_use]
    pub fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.limits.attempt_timeout = limit;
        self
    }

    /// Allows this long for one question with all its requests and pauses: what a caller waits at most.
    #[must_use]
    pub fn deadline(mut self, limit: Duration) -> Self {
        self.limits.deadline = limit;
        self
    }

    /// Asks again as this says.
    #[must_use]
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.limits.retry = policy;
        self
    }

    /// Fails at once for so long after a question that nobody answered: while the registry is away, what needs it fails fast
    /// instead of waiting for the deadline each time. A silent registry is known to be away when the first question has come
    /// to its end, by its retries or this client's [`deadline`](Self::deadline), however much sooner those who asked went
    /// away; with [`build_uncached`](Self::build_uncached) a question ends with who asked it, and counts for nothing then.
    #[must_use]
    pub fn cool_down(mut self, pause: Duration) -> Self {
        self.limits.cool_down = pause;
        self
    }

    /// Puts a question that changes nothing to the next server as well when the first one has not answered for so long, and to
    /// the one after that after as long again; the first answer counts, and the other requests are given up. A registration is
    /// never put to two servers at once, and nothing to one that failed within the last ten seconds.
    ///
    /// It is off by default: nodes that share a database are slow together, and would be asked twice just then. Where one node
    /// alone may be slow, such as in another zone, a second is much for a registry and little for a question.
    #[must_use]
    pub fn hedge_after(mut self, delay: Duration) -> Self {
        self.limits.hedge_after = Some(delay);
        self
    }

    /// Keeps schemas in that folder too, for [`build`](Self::build) alone: a consumer then starts and decodes while the
    /// registry is down. Several processes may share the folder, and several registries as well, which are told apart by
    /// their URLs. Each file has a hash; one that was damaged is fetched again. What the registry said last of a
    /// latest version is taken from there only while the registry does not answer.
    ///
    /// *Empty the folder when the registry was wiped, restored or replaced behind the same URL*: it then gives ids anew, and
    /// the files would go on to name the schemas that they once stood for. Nothing notices that.
    ///
    /// There is a file for each id, GUID and version that was asked for, of the schema's size and some hundred bytes; none
    /// is ever removed, so the folder is bounded by what the registry holds. They are read and written in place, in the
    /// task that asks the registry; once a schema is in memory its file is not looked at.
    #[must_use]
    pub fn disk_cache(mut self, folder: impl Into<PathBuf>) -> Self {
        self.disk = Some(folder.into());
        self
    }

    /// Remembers answers as this says; for [`build`](Self::build) alone.
    #[must_use]
    pub fn cache(mut self, policy: CachePolicy) -> Self {
        self.cache = policy;
        self
    }

    /// Uses this HTTP client, for client certificates, own roots or a proxy; [`connect_timeout`](Self::connect_timeout)
    /// is then its own affair.
    #[must_use]
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http = Some(client);
        self
    }

    /// Makes the client, with its caches.
    ///
    /// # Errors
    /// When there is no URL, one of them or the token endpoint is not http or https, a header is not valid, TLS cannot be set up, or the folder of
    /// the cache cannot be made.
    pub fn build(mut self) -> Result<CachedRegistry<HttpRegistry>, ClientConfigError> {
        let (policy, folder) = (self.cache, self.disk.take());
        let longest = self.limits.deadline.saturating_add(SLACK);
        let registry = self.build_uncached()?;
        let open = |folder: PathBuf| {
            DiskCache::open(&folder, &registry.transport.names())
                .map_err(|error| ClientConfigError::DiskCache { folder, error })
        };
        let disk = folder.map(open).transpose()?;
        Ok(CachedRegistry::with_disk(registry, policy, disk, longest))
    }

    /// Makes the client without caches: each call is a request.
    ///
    /// # Errors
    /// As [`build`](Self::build).
    pub fn build_uncached(self) -> Result<HttpRegistry, ClientConfigError> {
        self.auth.check().map_err(|(url, reason)| ClientConfigError::TokenEndpoint { url, reason })?;
        let servers = self.urls.iter().map(|url| server(url, &self.auth)).collect::<Result<Vec<_>, _>>()?;
        if servers.is_empty() {
            return Err(ClientConfigError::NoUrl);
        }
        let http = match self.http {
            Some(client) => client,
            None => reqwest::Client::builder()
                .connect_timeout(self.connect_timeout)
                // A registry never redirects, and following one would send the credentials of a POST elsewhere.
                .redirect(reqwest::redirect::Policy::none())
                .user_agent(concat!("serde-wire/", env!("CARGO_PKG_VERSION")))
                .build()?,
        };
        Ok(HttpRegistry { transport: Transport::new(http, servers, headers(&self.headers)?, self.limits) })
    }
}

impl fmt::Debug for HttpRegistryBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Passwords may stand in URLs, and tokens in the values of headers.
        let urls: Vec<_> = self.urls.iter().map(|url| without_credentials(url)).collect();
        let headers: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        let mut debug = f.debug_struct("HttpRegistryBuilder");
        debug.field("urls", &urls).field("auth", &self.auth).field("headers", &headers);
        debug.field("connect_timeout", &self.connect_timeout).field("limits", &self.limits);
        debug.field("cache", &self.cache).field("disk_cache", &self.disk);
        debug.finish_non_exhaustive()
    }
}

/// The text behind what may be a password.
pub(super) fn without_credentials(url: &str) -> &str {
    url.rsplit_once('@').map_or(url, |(_, rest)| rest)
}

fn server(text: &str, auth: &Auth) -> Result<Server, ClientConfigError> {
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

fn headers(given: &[(String, String)]) -> Result<HeaderMap, ClientConfigError> {
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
    fn urls_that_cannot_work_are_refused_without_showing_credentials() {
        for (url, part) in [
            ("localhost:8081", "http://"),
            ("ftp://host", "http://"),
            ("http://", "empty host"),
            ("http://user:secret@host:port", "port"),
        ] {
            let error = HttpRegistryBuilder::new([url]).build_uncached().unwrap_err().to_string();
            assert!(error.contains(part) && !error.contains("secret"), "{url}: {error}");
        }
        let none = HttpRegistryBuilder::new(Vec::<String>::new()).build_uncached();
        assert!(matches!(none, Err(ClientConfigError::NoUrl)));
    }

    #[test]
    fn settings_are_shown_without_what_is_secret() {
        let builder = HttpRegistryBuilder::new(["https://user:s3cret@host:1", "http://other"])
            .auth(Auth::bearer("s3cret"))
            .header("Authorization", "s3cret")
            .deadline(Duration::from_secs(7));
        let shown = format!("{builder:?}");
        for part in ["host:1", "http://other", "Auth::Bearer", "Authorization", "7s"] {
            assert!(shown.contains(part), "{part}: {shown}");
        }
        assert!(!shown.contains("s3cret") && !shown.contains("user"), "{shown}");
    }

    #[test]
    fn a_client_is_shown_without_what_is_secret() {
        let secrets =
            [("Authorization", "Bearer s3cret"), ("x-api-key", "s3cret"), ("Target-Sr-Cluster", "s3cret")];
        for (name, value) in secrets {
            let builder = || {
                let builder = HttpRegistryBuilder::new(["https://user:s3cret@host:1"]).header(name, value);
                builder.auth(Auth::bearer("s3cret"))
            };
            let (cached, uncached) = (builder().build().unwrap(), builder().build_uncached().unwrap());
            for shown in [format!("{cached:?}"), format!("{uncached:?}")] {
                for part in ["\"host\"", "Auth::Bearer", &name.to_lowercase()] {
                    assert!(shown.contains(part), "{part}: {shown}");
                }
                assert!(!shown.contains("s3cret") && !shown.contains("\"user\""), "{shown}");
            }
        }
    }

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
