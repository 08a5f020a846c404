//! The properties of a registry client.

use super::auth::Auth;
use super::builder::HttpRegistryBuilder;
use super::oauth::ClientCredentials;
use super::retry::RetryPolicy;
use super::tls::Pem;
use crate::options::{Properties, PropertyError, REQUEST_HEADER};
use crate::registry::CachePolicy;
use std::time::Duration;

impl HttpRegistryBuilder {
    /// The settings that a client's properties ask for. The names and defaults are those of the
    /// [table](crate::options); what is not set has the default of this builder, not Java's, whose sixty seconds for one
    /// request may hold up a producer for minutes.
    ///
    /// ```
    /// use serde_wire::registry::HttpRegistryBuilder;
    ///
    /// let registry = HttpRegistryBuilder::from_properties([
    ///     ("schema.registry.url", "http://registry-a:8081,http://registry-b:8081"),
    ///     ("basic.auth.credentials.source", "USER_INFO"),
    ///     ("basic.auth.user.info", "pipeline:secret"),
    /// ])?
    /// .build()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// A key is unknown or refused, a value is none of its key, two sources of credentials are given, or there is no
    /// `schema.registry.url`. A header that cannot be one is an error of [`build`](Self::build).
    pub fn from_properties<K: AsRef<str>, V: AsRef<str>>(
        properties: impl IntoIterator<Item = (K, V)>,
    ) -> Result<Self, PropertyError> {
        let properties = Properties::new(properties)?;
        let url = properties.text("schema.registry.url");
        let urls = url.ok_or(PropertyError::Missing("schema.registry.url"))?;
        let urls = urls.split(',').map(str::trim).filter(|url| !url.is_empty());
        let mut builder = Self::new(urls).auth(auth(&properties)?);
        for (name, value) in properties.family(REQUEST_HEADER) {
            builder = builder.header(name, value);
        }
        for (key, header) in CLOUD_HEADERS {
            if let Some(value) = properties.text(key) {
                builder = builder.header(header, value);
            }
        }
        if let Some(limit) = properties.milliseconds("http.connect.timeout.ms")? {
            builder = builder.connect_timeout(limit);
        }
        if let Some(limit) = properties.milliseconds("http.read.timeout.ms")? {
            builder = builder.attempt_timeout(limit);
        }
        builder = certificates(builder, &properties)?;
        if let Some(host) = properties.text("proxy.host") {
            let port: Option<u16> = properties.number("proxy.port", "the number of a port")?;
            let port = port.ok_or(PropertyError::Missing("proxy.port"))?;
            builder = builder.proxy(format!("http://{host}:{port}"));
        }
        Ok(builder.retry(retry(&properties)?).cache(cache(&properties)?))
    }
}

/// What Confluent Cloud wants to know along with a token.
const CLOUD_HEADERS: [(&str, &str); 2] = [
    ("bearer.auth.logical.cluster", "target-sr-cluster"),
    ("bearer.auth.identity.pool.id", "Confluent-Identity-Pool-Id"),
];
const STORES: &str = "schema.registry.ssl.";

/// Kafka's names for certificates, where they are in PEM. A trust store holds all that are trusted.
fn certificates(
    mut builder: HttpRegistryBuilder,
    properties: &Properties,
) -> Result<HttpRegistryBuilder, PropertyError> {
    let text = |name: &str| properties.text(&format!("{STORES}{name}"));
    for store in ["truststore.type", "keystore.type"] {
        if text(store).is_some_and(|kind| !kind.eq_ignore_ascii_case("PEM")) {
            return Err(
                properties.unexpected(&format!("{STORES}{store}"), "PEM (stores of Java are not read)")
            );
        }
    }
    let file = |path: &str| Pem::File(path.into());
    let inline = |text: &str| Pem::Text(text.replace("\\n", "\n").into_bytes());
    let roots = text("truststore.location").map(file);
    if let Some(roots) = text("truststore.certificates").map(inline).or(roots) {
        builder = builder.roots(roots, true);
    }
    match (text("keystore.certificate.chain"), text("keystore.key"), text("keystore.location")) {
        (None, None, None) => Ok(builder),
        (None, None, Some(path)) => Ok(builder.identity(vec![file(path)])),
        (Some(chain), Some(key), _) => Ok(builder.identity(vec![inline(chain), inline(key)])),
        (None, Some(_), _) => Err(PropertyError::Missing("schema.registry.ssl.keystore.certificate.chain")),
        (Some(_), None, _) => Err(PropertyError::Missing("schema.registry.ssl.keystore.key")),
    }
}

const BASIC_SOURCE: &str = "basic.auth.credentials.source";
const BEARER_SOURCE: &str = "bearer.auth.credentials.source";

fn auth(properties: &Properties) -> Result<Auth, PropertyError> {
    if properties.text(BASIC_SOURCE).is_some() && properties.text(BEARER_SOURCE).is_some() {
        return Err(PropertyError::Both { key: BASIC_SOURCE, with: BEARER_SOURCE });
    }
    let key = BEARER_SOURCE;
    match properties.text(key).map(str::to_ascii_uppercase).as_deref() {
        None => {}
        Some("STATIC_TOKEN") => {
            let token = properties.text("bearer.auth.token");
            return Ok(Auth::bearer(token.ok_or(PropertyError::Missing("bearer.auth.token"))?));
        }
        Some("OAUTHBEARER") => return Ok(Auth::client_credentials(client_credentials(properties)?)),
        Some(_) => {
            let allowed = "STATIC_TOKEN or OAUTHBEARER (a provider of one's own by Auth::bearer_from)";
            return Err(properties.unexpected(key, allowed));
        }
    }
    let key = BASIC_SOURCE;
    match properties.text(key).map(str::to_ascii_uppercase).as_deref() {
        None | Some("URL") => Ok(Auth::default()),
        Some("USER_INFO") => {
            let keys = ["basic.auth.user.info", "schema.registry.basic.auth.user.info"];
            let given = keys.iter().find_map(|key| Some((*key, properties.text(key)?)));
            let (key, info) = given.ok_or(PropertyError::Missing(keys[0]))?;
            let (user, password) =
                info.split_once(':').ok_or_else(|| properties.unexpected(key, "user:password"))?;
            Ok(Auth::basic(user, password))
        }
        Some(_) => Err(properties.unexpected(key, "URL or USER_INFO")),
    }
}

fn client_credentials(properties: &Properties) -> Result<ClientCredentials, PropertyError> {
    let needed = |key| properties.text(key).ok_or(PropertyError::Missing(key));
    let endpoint = needed("bearer.auth.issuer.endpoint.url")?;
    let (id, secret) = (needed("bearer.auth.client.id")?, needed("bearer.auth.client.secret")?);
    let mut credentials = ClientCredentials::new(endpoint, id, secret);
    if let Some(scope) = properties.text("bearer.auth.scope") {
        credentials = credentials.scope(scope);
    }
    let key = "bearer.auth.cache.expiry.buffer.seconds";
    if let Some(seconds) = properties.number(key, "a number of seconds")? {
        credentials = credentials.expiry_buffer(Duration::from_secs(seconds));
    }
    Ok(credentials)
}

fn retry(properties: &Properties) -> Result<RetryPolicy, PropertyError> {
    let mut policy = RetryPolicy::default();
    if let Some(rounds) = properties.number("max.retries", "a number of retries")? {
        policy = policy.with_rounds(rounds);
    }
    if let Some(pause) = properties.milliseconds("retries.wait.ms")? {
        policy = policy.with_first_pause(pause).with_longest_pause(policy.longest_pause.max(pause));
    }
    if let Some(pause) = properties.milliseconds("retries.max.wait.ms")? {
        policy = policy.with_longest_pause(pause);
    }
    Ok(policy)
}

fn cache(properties: &Properties) -> Result<CachePolicy, PropertyError> {
    let mut policy = CachePolicy::default();
    let allowed = "a number of answers";
    if let Some(capacity) = properties.number("latest.cache.size", allowed)? {
        policy = policy.with_latest_capacity(capacity);
    }
    if let Some(capacity) = properties.number("missing.cache.size", allowed)? {
        policy = policy.with_refusal_capacity(capacity);
    }
    if let Some(capacity) = properties.number("max.schemas.per.subject", allowed)? {
        policy = policy.with_capacity(capacity);
    }
    if let Some(ttl) = properties.seconds("latest.cache.ttl.sec")? {
        policy = policy.with_latest_ttl(ttl);
    }
    let mut refusals = Vec::new();
    for kind in ["id", "version", "schema"] {
        refusals.extend(properties.seconds(&format!("missing.{kind}.cache.ttl.sec"))?);
    }
    if let Some(ttl) = refusals.into_iter().min() {
        policy = policy.with_negative_ttl(ttl);
    }
    Ok(policy)
}
