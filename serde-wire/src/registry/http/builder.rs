//! Settings of the client.

use super::HttpRegistry;
use super::auth::Auth;
use super::config_error::ClientConfigError;
use super::retry::RetryPolicy;
use super::settings::{headers, server, without_credentials};
use super::tls::{self, Pem, Tls, TlsBackend};
use super::transport::{Limits, Server, Transport};
use crate::registry::cached::DiskCache;
use crate::registry::{CachePolicy, CachedRegistry};
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// How much later than its deadline a question may end on a busy machine.
const SLACK: Duration = Duration::from_secs(10);

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
/// | [`tls_backend`](Self::tls_backend) | rustls where it is compiled in, or else that of the system |
/// | [`root_certificates`](Self::root_certificates), [`only_root_certificates`](Self::only_root_certificates) | those of the system |
/// | [`client_certificate`](Self::client_certificate) | none |
/// | [`proxy`](Self::proxy) | that of the environment: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY` |
/// | [`cache`](Self::cache) | [`CachePolicy::default`] |
/// | [`disk_cache`](Self::disk_cache) | none |
///
/// ```
/// use serde_wire::registry::{CachePolicy, RegistryClient};
/// use std::time::Duration;
///
/// let registry = RegistryClient::builder(["https://registry-a:8081", "https://registry-b:8081"])
///     .header("X-Team", "billing")
///     .hedge_after(Duration::from_millis(300))
///     .cache(CachePolicy::default().with_latest_ttl(Duration::from_secs(300)))
///     .build()?;
/// # drop(registry);
/// # Ok::<(), serde_wire::registry::ClientConfigError>(())
/// ```
pub struct HttpRegistryBuilder {
    urls: Vec<String>,
    auth: Auth,
    headers: Vec<(String, String)>,
    connect_timeout: Duration,
    limits: Limits,
    cache: CachePolicy,
    disk: Option<PathBuf>,
    tls: Tls,
    proxy: Option<String>,
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
            tls: Tls::default(),
            proxy: None,
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
    /// alone may be slow, such as one in another zone, a second is a good value: long for an answer, short beside the deadline.
    #[must_use]
    pub fn hedge_after(mut self, delay: Duration) -> Self {
        self.limits.hedge_after = Some(delay);
        self
    }

    /// Keeps schemas in that folder too, for [`build`](Self::build) alone: a consumer then starts and decodes while the
    /// registry is down. Several processes may share the folder, and several registries as well, which are told apart by
    /// their URLs. Each file has a hash; one that was damaged is fetched again. What the registry said last of a
    /// latest version is taken from there only while the registry does not answer, and only for
    /// [`CachePolicy::stale_ttl`](crate::registry::CachePolicy::stale_ttl).
    ///
    /// *Empty the folder when the registry was wiped, restored or replaced behind the same URL*: it then gives ids anew, and
    /// the files would go on to name the schemas that they once stood for. Nothing notices that.
    ///
    /// There is a file for each id, GUID and version that was asked for, of the schema's size and some hundred bytes; but for
    /// that of a latest version, which goes when there is none any more, none is ever removed, so the folder is bounded by what the registry holds. They are read and written in place, in the
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

    /// Trusts these certificates, in PEM, along with those of the system.
    #[must_use]
    pub fn root_certificates(self, pem: impl Into<Vec<u8>>) -> Self {
        self.roots(Pem::Text(pem.into()), false)
    }

    /// Trusts these certificates, in PEM, and no others.
    #[must_use]
    pub fn only_root_certificates(self, pem: impl Into<Vec<u8>>) -> Self {
        self.roots(Pem::Text(pem.into()), true)
    }

    /// Proves by this certificate who asks (mTLS): its chain and its key, in PEM, one after the other. The key is not
    /// encrypted, and for the TLS of the system it is in PKCS8 (`BEGIN PRIVATE KEY`).
    #[must_use]
    pub fn client_certificate(self, pem: impl Into<Vec<u8>>) -> Self {
        self.identity(vec![Pem::Text(pem.into())])
    }

    /// Uses this library for TLS, which a feature has to compile in.
    #[must_use]
    pub fn tls_backend(mut self, backend: TlsBackend) -> Self {
        self.tls.backend = Some(backend);
        self
    }

    /// Asks by this proxy, such as `http://user:password@proxy:3128`, whatever the environment says.
    #[must_use]
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.proxy = Some(url.into());
        self
    }

    pub(super) fn roots(mut self, pem: Pem, no_others: bool) -> Self {
        (self.tls.roots, self.tls.no_other_roots) = (Some(pem), no_others);
        self
    }

    pub(super) fn identity(mut self, pem: Vec<Pem>) -> Self {
        self.tls.identity = pem;
        self
    }

    /// Uses this HTTP client, for what these settings have no name for. [`connect_timeout`](Self::connect_timeout) is then
    /// its own affair, and certificates and the proxy are set there: here they are an error of [`build`](Self::build).
    #[must_use]
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http = Some(client);
        self
    }

    /// Makes the client, with its caches.
    ///
    /// # Errors
    /// When there is no URL, one of them or the token endpoint is not http or https, a header is not valid, certificates or the
    /// proxy cannot be used or are set beside [`http_client`](Self::http_client), TLS is asked for and not compiled in, or the
    /// folder of the cache cannot be made.
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
    pub fn build_uncached(mut self) -> Result<HttpRegistry, ClientConfigError> {
        self.auth.check().map_err(|(url, reason)| ClientConfigError::TokenEndpoint { url, reason })?;
        let servers = self.urls.iter().map(|url| server(url, &self.auth)).collect::<Result<Vec<_>, _>>()?;
        if servers.is_empty() {
            return Err(ClientConfigError::NoUrl);
        }
        let http = match self.http.take() {
            Some(_) if self.tls.is_set() => return Err(ClientConfigError::BesideClient("TLS")),
            Some(_) if self.proxy.is_some() => return Err(ClientConfigError::BesideClient("a proxy")),
            Some(client) => client,
            None => self.http(&servers)?,
        };
        Ok(HttpRegistry { transport: Transport::new(http, servers, headers(&self.headers)?, self.limits) })
    }
}

impl HttpRegistryBuilder {
    fn http(&self, servers: &[Server]) -> Result<reqwest::Client, ClientConfigError> {
        if !tls::is_compiled_in() && servers.iter().any(|server| server.url.scheme() == "https") {
            return Err(ClientConfigError::NoTls);
        }
        let builder = reqwest::Client::builder()
            .connect_timeout(self.connect_timeout)
            // A registry never redirects, and following one would send the credentials of a POST elsewhere.
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("serde-wire/", env!("CARGO_PKG_VERSION")));
        let mut builder = self.tls.apply(builder)?;
        if let Some(url) = &self.proxy {
            let proxy = reqwest::Proxy::all(url).map_err(|error| ClientConfigError::Proxy {
                url: without_credentials(url).to_owned(),
                reason: super::transport::with_causes(&error),
            })?;
            builder = builder.proxy(proxy);
        }
        Ok(builder.build()?)
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
        debug.field("cache", &self.cache).field("disk_cache", &self.disk).field("tls", &self.tls);
        debug.field("proxy", &self.proxy.as_deref().map(without_credentials));
        debug.finish_non_exhaustive()
    }
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
        let builder = HttpRegistryBuilder::new(["http://user:s3cret@host:1", "http://other"])
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
                let builder = HttpRegistryBuilder::new(["http://user:s3cret@host:1"]).header(name, value);
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
}
