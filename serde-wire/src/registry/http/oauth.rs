//! Tokens by OAuth client credentials (RFC 6749, section 4.4).
//!
//! A token is kept until shortly before it expires. From then on the next one is fetched beside what goes on, with the old one,
//! so that nobody waits; only without a token that is still good do questions wait for one, all for the same request.

use super::settings::without_credentials;
use super::transport::{ExchangeError, bounded_body};
use crate::registry::flight::Flights;
use crate::telemetry::{Ending, Observed};
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::{Method, Url};
use serde::Deserialize;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// How long before its end a token is renewed, unless that is more than half of its life.
const EXPIRY_BUFFER: Duration = Duration::from_secs(300);
/// So long nothing is tried again that failed or did not help: neither a token that is not due yet, nor a refusal of a new one.
const REST: Duration = Duration::from_secs(10);
/// A request that is older has lost its answer.
const LONGEST: Duration = Duration::from_secs(60);

/// What to ask a token endpoint with. `Debug` does not show the secret.
///
/// The registry gets the token with each request. One that it refuses with 401 is replaced once, and the question is put again;
/// that a token cannot be had is an error that can be retried, and no reason to dead-letter. The endpoint is asked with the
/// registry client's own HTTP client, so that its roots, certificates and proxy count there too, and its
/// [`attempt_timeout`](super::HttpRegistryBuilder::attempt_timeout).
///
/// ```
/// use serde_wire::registry::{Auth, ClientCredentials, RegistryClient};
///
/// let credentials = ClientCredentials::new("https://login.example/oauth2/token", "pipeline", "secret").scope("schemas");
/// let registry = RegistryClient::builder(["https://registry:8081"]).auth(Auth::client_credentials(credentials)).build()?;
/// # Ok::<(), serde_wire::registry::ClientConfigError>(())
/// ```
#[derive(Clone)]
pub struct ClientCredentials {
    endpoint: String,
    id: String,
    secret: String,
    parameters: Vec<(String, String)>,
    expiry_buffer: Duration,
}

impl ClientCredentials {
    /// The credentials of a client, and the URL of the endpoint that gives tokens for them. They are sent by HTTP basic
    /// authentication, escaped as the standard says.
    pub fn new(endpoint: impl Into<String>, id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self {
            endpoint: endpoint.into(),
            id: id.into(),
            secret: secret.into(),
            parameters: Vec::new(),
            expiry_buffer: EXPIRY_BUFFER,
        }
    }

    /// Asks for these scopes, with blanks between several.
    #[must_use]
    pub fn scope(self, scope: impl Into<String>) -> Self {
        self.parameter("scope", scope)
    }

    /// Sends another parameter with the request, such as the `audience` that some endpoints want.
    #[must_use]
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.push((name.into(), value.into()));
        self
    }

    /// Renews a token so long before it expires; 300 s by default, and never before half of its life. One whose answer does
    /// not tell when it expires is kept until the registry refuses it.
    #[must_use]
    pub fn expiry_buffer(mut self, buffer: Duration) -> Self {
        self.expiry_buffer = buffer;
        self
    }

    fn endpoint(&self) -> Result<Url, String> {
        let url = Url::parse(self.endpoint.trim()).map_err(|error| error.to_string())?;
        let usable = matches!(url.scheme(), "http" | "https") && url.host_str().is_some();
        if usable {
            Ok(url)
        } else {
            Err("it must begin with http:// or https:// and name a host".to_owned())
        }
    }

    fn body(&self) -> String {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.append_pair("grant_type", "client_credentials").extend_pairs(&self.parameters);
        body.finish()
    }

    /// The text without what it may repeat of the secret.
    fn hidden(&self, text: &str) -> String {
        if self.secret.is_empty() { text.to_owned() } else { text.replace(&self.secret, "[hidden]") }
    }
}

impl fmt::Debug for ClientCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Parameters may be secret too, and so may what stands before the host.
        let parameters: Vec<_> = self.parameters.iter().map(|(name, _)| name).collect();
        f.debug_struct("ClientCredentials")
            .field("endpoint", &without_credentials(&self.endpoint))
            .field("id", &self.id)
            .field("parameters", &parameters)
            .field("expiry_buffer", &self.expiry_buffer)
            .finish_non_exhaustive()
    }
}

/// A token as it is sent.
#[derive(Clone)]
pub(super) struct Token {
    pub(super) text: Arc<str>,
    number: u64,
    /// When it is to be renewed, and when it is no longer good.
    until: Option<(Instant, Instant)>,
}

/// Why there is no token.
#[derive(Debug, Clone)]
pub(super) struct NoToken {
    pub(super) url: String,
    pub(super) reason: String,
    /// True when it may help to ask again after a pause.
    pub(super) passes: bool,
}

/// The one place that asks for tokens, for all clones of its credentials.
pub(super) struct TokenSource {
    credentials: ClientCredentials,
    state: Mutex<State>,
    requests: Flights<u64, Result<Token, NoToken>>,
}

#[derive(Default)]
struct State {
    issued: u64,
    token: Option<Token>,
    /// Until when a refusal by the registry costs no token, since the last one was renewed for one.
    tried: Option<Instant>,
}

impl TokenSource {
    pub(super) fn new(credentials: ClientCredentials) -> Self {
        Self { credentials, state: Mutex::default(), requests: Flights::new(usize::MAX, LONGEST) }
    }

    /// What is wrong with the settings, and the URL without what may be secret.
    pub(super) fn check(&self) -> Result<(), (String, String)> {
        let shown = || without_credentials(&self.credentials.endpoint).to_owned();
        self.credentials.endpoint().map(drop).map_err(|reason| (shown(), reason))
    }

    /// A token that is good, as far as can be known here.
    pub(super) async fn token(
        self: &Arc<Self>,
        http: &reqwest::Client,
        limit: Duration,
    ) -> Result<Token, NoToken> {
        let (issued, token) = {
            let mut state = self.state();
            (state.issued, state.usable(Instant::now()))
        };
        match token {
            Some((token, false)) => Ok(token),
            Some((token, true)) => {
                let (source, http) = (Arc::clone(self), http.clone());
                // Its failure is told when the old token has come to its end.
                drop(tokio::spawn(async move { source.renew(issued, &http, limit).await }));
                Ok(token)
            }
            None => self.renew(issued, http, limit).await,
        }
    }

    /// Takes a token out of use that the registry refused. False when that would not help: the last one that took the place
    /// of a refused one is hardly older.
    pub(super) fn refused(&self, token: &Token) -> bool {
        let mut state = self.state();
        let now = Instant::now();
        if state.token.as_ref().is_none_or(|current| current.number != token.number) {
            return true;
        }
        if state.tried.is_some_and(|tried| now < tried) {
            return false;
        }
        state.tried = now.checked_add(REST);
        state.token = None;
        true
    }

    /// The token after that many, by a request that all who want it share.
    async fn renew(
        self: &Arc<Self>,
        issued: u64,
        http: &reqwest::Client,
        limit: Duration,
    ) -> Result<Token, NoToken> {
        let request = || {
            let (source, http) = (Arc::clone(self), http.clone());
            async move {
                // Another one may have come between the look into the state and this request.
                let current = source.state().token.clone().filter(|token| token.number > issued);
                match current {
                    Some(token) => Ok(token),
                    None => source.fetch(&http, limit).await,
                }
            }
        };
        self.requests.join(issued, request).await
    }

    async fn fetch(&self, http: &reqwest::Client, limit: Duration) -> Result<Token, NoToken> {
        let failed = |reason: String, passes: bool| NoToken {
            url: without_credentials(&self.credentials.endpoint).to_owned(),
            reason: self.credentials.hidden(&reason),
            passes,
        };
        let url = self.credentials.endpoint().map_err(|reason| failed(reason, false))?;
        let observed = Observed::begin(&Method::POST, &url);
        let request = http
            .post(url)
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .basic_auth(escaped(&self.credentials.id), Some(escaped(&self.credentials.secret)))
            .body(self.credentials.body());
        let exchange = async {
            let response = request.send().await?;
            let status = response.status().as_u16();
            Ok::<_, ExchangeError>((status, bounded_body(response).await?))
        };
        let outcome = timeout(limit, observed.around(exchange)).await;
        observed.end(match &outcome {
            Ok(Ok((status, _))) => Ending::Answered(*status),
            Ok(Err(_)) => Ending::Broken,
            Err(_) => Ending::TimedOut,
        });
        let (status, body) = match outcome {
            Err(_) => return Err(failed(format!("no answer within {limit:?}"), true)),
            Ok(Err(error)) => return Err(failed(error.to_string(), true)),
            Ok(Ok(answer)) => answer,
        };
        match status {
            200..300 => match serde_json::from_slice::<TokenAnswer>(&body) {
                Ok(answer) => Ok(self.keep(&answer)),
                // The answer itself may hold what is secret.
                Err(error) => Err(failed(format!("status {status} without a token ({error})"), false)),
            },
            408 | 425 | 429 | 500.. => Err(failed(format!("status {status}"), true)),
            _ => Err(failed(format!("status {status}{}", refusal(&body)), false)),
        }
    }

    fn keep(&self, answer: &TokenAnswer) -> Token {
        let now = Instant::now();
        let until = answer.life().and_then(|life| {
            let buffer = self.credentials.expiry_buffer.min(life / 2);
            Some((now.checked_add(life - buffer)?, now.checked_add(life)?))
        });
        let mut state = self.state();
        state.issued += 1;
        let token = Token { text: answer.access_token.as_str().into(), number: state.issued, until };
        state.token = Some(token.clone());
        token
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing between lock and unlock can panic half-way.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The token if it is good, and whether the caller is to renew it: one caller for each rest.
    fn usable(&mut self, now: Instant) -> Option<(Token, bool)> {
        let token = self.token.as_mut()?;
        match token.until {
            Some((_, end)) if end <= now => None,
            Some((due, end)) if due <= now => {
                token.until = Some((now.checked_add(REST)?.min(end), end));
                Some((token.clone(), true))
            }
            _ => Some((token.clone(), false)),
        }
    }
}

/// As the standard wants it in basic authentication; what needs no escape stays as it is, for endpoints that undo none.
fn escaped(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace("%7E", "~")
}

#[derive(Deserialize)]
struct TokenAnswer {
    access_token: String,
    #[serde(default)]
    expires_in: serde_json::Value,
}

impl TokenAnswer {
    /// How long the token is good. Some endpoints write the number of seconds as a string.
    fn life(&self) -> Option<Duration> {
        let seconds = match &self.expires_in {
            serde_json::Value::String(text) => text.trim().parse().ok(),
            number => number.as_f64(),
        };
        Duration::try_from_secs_f64(seconds?).ok()
    }
}

/// What the standard lets an endpoint say of a refusal. Nothing else of the answer is shown, since it may be secret.
fn refusal(body: &[u8]) -> String {
    #[derive(Deserialize)]
    struct Refusal {
        error: String,
        error_description: Option<String>,
    }
    match serde_json::from_slice::<Refusal>(body) {
        Ok(Refusal { error, error_description: Some(text) }) => format!(": {error} ({text})"),
        Ok(Refusal { error, .. }) => format!(": {error}"),
        Err(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(buffer: u64) -> TokenSource {
        let credentials = ClientCredentials::new("http://h", "i", "s");
        TokenSource::new(credentials.expiry_buffer(Duration::from_secs(buffer)))
    }

    fn answer(expires_in: impl Into<serde_json::Value>) -> TokenAnswer {
        TokenAnswer { access_token: "t".to_owned(), expires_in: expires_in.into() }
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_is_renewed_before_its_end_and_used_until_then() {
        for (buffer, life, due) in [(300, 3_600, 3_300), (300, 400, 200), (300, 300, 150), (0, 60, 60)] {
            let source = source(buffer);
            source.keep(&answer(life));
            let usable = || source.state().usable(Instant::now()).map(|(_, renew)| renew);
            assert_eq!(usable(), Some(false));
            tokio::time::advance(Duration::from_secs(due - 1)).await;
            assert_eq!(usable(), Some(false), "{life} with {buffer}");
            tokio::time::advance(Duration::from_secs(1)).await;
            if due < u64::try_from(life).unwrap() {
                assert_eq!(usable(), Some(true), "{life} with {buffer}");
                assert_eq!(usable(), Some(false), "one caller for each rest");
                tokio::time::advance(REST).await;
                assert_eq!(usable(), Some(true));
                tokio::time::advance(Duration::from_secs(1_000)).await;
            }
            assert_eq!(usable(), None);
        }
    }

    #[test]
    fn lives_are_seconds_in_whatever_form() {
        let seconds = |seconds| Some(Duration::from_secs(seconds));
        for (text, expected) in [
            (r#"{"access_token":"t","expires_in":60}"#, seconds(60)),
            (r#"{"access_token":"t","expires_in":"60"}"#, seconds(60)),
            (r#"{"access_token":"t","expires_in":null}"#, None),
            (r#"{"access_token":"t","expires_in":-1}"#, None),
            (r#"{"access_token":"t","token_type":"Bearer"}"#, None),
        ] {
            assert_eq!(serde_json::from_str::<TokenAnswer>(text).unwrap().life(), expected, "{text}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_refused_token_is_replaced_once_in_a_while() {
        let source = source(0);
        let first = source.keep(&answer(serde_json::Value::Null));
        assert!(source.refused(&first), "the first refusal of the one in use");
        let second = source.keep(&answer(serde_json::Value::Null));
        assert!(source.refused(&first), "there is another one already");
        assert!(!source.refused(&second), "a new one did not help");
        tokio::time::advance(REST).await;
        assert!(source.refused(&second));
    }

    #[test]
    fn credentials_are_escaped_where_they_must_be() {
        for (text, expected) in [("Plain-1._~", "Plain-1._~"), ("a:b+c/d=", "a%3Ab%2Bc%2Fd%3D")] {
            assert_eq!(escaped(text), expected);
        }
    }
}
