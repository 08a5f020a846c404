//! One question, put to the servers in turn until one of them answers.

use super::answer::Answer;
use super::auth::Auth;
use super::health::Health;
use super::oauth::{NoToken, Token};
use super::request::Request;
use super::retry::RetryPolicy;
use crate::registry::RegistryError;
use crate::telemetry::{Ending, Observed};
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use reqwest::{Response, Url};
use std::error::Error;
use std::ops::ControlFlow;
use std::time::{Duration, SystemTime};
use tokio::runtime::Handle;
use tokio::time::{Instant, sleep, timeout, timeout_at};

/// More than any registry stores; an answer beyond it is cut off before it fills the memory.
const LARGEST_ANSWER: usize = 64 << 20;
/// A server that asks for a longer pause than this does not want to be asked again by this caller.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(3_600);
const JSON_V1: &str = "application/vnd.schemaregistry.v1+json";
const ACCEPTED: &str = "application/vnd.schemaregistry.v1+json, application/vnd.schemaregistry+json; q=0.9, application/json; q=0.5";

/// One node of the registry.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) url: Url,
    pub(super) auth: Auth,
}

/// The servers and how to treat them.
#[derive(Debug)]
pub(super) struct Transport {
    http: reqwest::Client,
    servers: Vec<Server>,
    headers: HeaderMap,
    limits: Limits,
    health: Health,
}

/// How long to wait for what, and how often to ask.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) attempt_timeout: Duration,
    pub(super) deadline: Duration,
    pub(super) retry: RetryPolicy,
    pub(super) cool_down: Duration,
    pub(super) hedge_after: Option<Duration>,
}

/// The failures of the requests for one question so far, for the error in the end.
#[derive(Default)]
struct Progress {
    attempts: u32,
    url: String,
    reason: String,
    no_token: Option<NoToken>,
}

/// The outcome of one request to one server.
enum Attempt {
    Answered(Answer),
    /// This server cannot answer now, another one may.
    Failed(String, Option<Duration>),
    /// All servers would say the same: wait.
    TooMany(String, Option<Duration>),
    /// No server can be asked without a token.
    NoToken(NoToken),
}

/// Whether a round brought an answer, or else the pause that servers asked for.
type Round = ControlFlow<Answer, Option<Duration>>;

impl Transport {
    pub(super) fn new(
        http: reqwest::Client,
        servers: Vec<Server>,
        headers: HeaderMap,
        limits: Limits,
    ) -> Self {
        let health = Health::new(servers.len(), limits.cool_down);
        Self { http, servers, headers, limits, health }
    }

    /// The servers' URLs, which tell one registry from another.
    pub(super) fn names(&self) -> Vec<String> {
        self.servers.iter().map(|server| server.url.to_string()).collect()
    }

    /// The answer, if it is a successful one.
    pub(super) async fn send(&self, request: &Request) -> Result<Answer, RegistryError> {
        successful(self.answer(request).await?)
    }

    /// The same, for a question of which a registry may not know the path: `None` when it says 404 in whatever way.
    pub(super) async fn send_unless_missing(
        &self,
        request: &Request,
    ) -> Result<Option<Answer>, RegistryError> {
        let answer = self.answer(request).await?;
        if answer.status == 404 { Ok(None) } else { successful(answer).map(Some) }
    }

    async fn answer(&self, request: &Request) -> Result<Answer, RegistryError> {
        if Handle::try_current().is_err() {
            return Err(RegistryError::NoRuntime);
        }
        self.health.check()?;
        let mut progress = Progress::default();
        let limit = self.limits.deadline;
        let deadline = Instant::now() + limit;
        let outcome = match timeout_at(deadline, self.rounds(request, deadline, &mut progress)).await {
            Ok(answer) => answer,
            Err(_) => {
                let Progress { attempts, url, reason, .. } = progress;
                let reason = if reason.is_empty() { "no answer yet".to_owned() } else { reason };
                Err(RegistryError::DeadlineExceeded { url, limit, attempts, reason })
            }
        };
        if let Err(
            RegistryError::Unavailable { url, reason, .. }
            | RegistryError::DeadlineExceeded { url, reason, .. }
            | RegistryError::NoToken { url, reason },
        ) = &outcome
        {
            self.health.cool_down(url, reason);
        }
        outcome
    }

    async fn rounds(
        &self,
        request: &Request,
        deadline: Instant,
        progress: &mut Progress,
    ) -> Result<Answer, RegistryError> {
        let retry = self.limits.retry;
        for round in 0.. {
            let asked = match self.round(request, progress).await? {
                ControlFlow::Break(answer) => return Ok(answer),
                ControlFlow::Continue(asked) => asked,
            };
            let pause = retry.pause(round, asked);
            // Who would wait past the deadline only to be told that it is over may as well be told now.
            if round >= retry.rounds || Instant::now() + pause >= deadline {
                break;
            }
            sleep(pause).await;
        }
        let Progress { attempts, url, reason, no_token } = std::mem::take(progress);
        Err(match no_token {
            Some(NoToken { url, reason, .. }) => RegistryError::NoToken { url, reason },
            None => RegistryError::Unavailable { url, attempts, reason },
        })
    }

    /// Asks each server once, the next one when the one before has failed, or does not answer for so long that a hedge is
    /// due. The first answer counts.
    async fn round(&self, request: &Request, progress: &mut Progress) -> Result<Round, RegistryError> {
        let mut order = self.health.order().into_iter();
        let mut under_way = FuturesUnordered::new();
        let mut asked_pause = None;
        loop {
            if under_way.is_empty() {
                let Some(next) = order.next() else { return Ok(ControlFlow::Continue(asked_pause)) };
                under_way.push(self.begin(request, next, progress)?);
            }
            let hedge = self.limits.hedge_after.filter(|_| request.is_read());
            // Whoever failed a moment ago is no help to one that is slow.
            let spare = order.as_slice().first().copied().filter(|&index| self.health.is_well(index));
            let ended = match (hedge, spare) {
                (Some(delay), Some(spare)) => match timeout(delay, under_way.next()).await {
                    Ok(ended) => ended,
                    Err(_) => {
                        order.next();
                        under_way.push(self.begin(request, spare, progress)?);
                        continue;
                    }
                },
                _ => under_way.next().await,
            };
            let Some((index, attempt)) = ended else { continue };
            progress.no_token = None;
            let (reason, pause) = match attempt {
                Attempt::Answered(answer) => {
                    self.health.answered(index);
                    return Ok(ControlFlow::Break(answer));
                }
                Attempt::Failed(reason, pause) => {
                    self.health.failed(index);
                    (reason, pause)
                }
                Attempt::TooMany(reason, pause) => {
                    order = Vec::new().into_iter();
                    (reason, pause)
                }
                Attempt::NoToken(NoToken { url, reason, passes: false }) => {
                    return Err(RegistryError::NoToken { url, reason });
                }
                Attempt::NoToken(failure) => {
                    order = Vec::new().into_iter();
                    let reason = failure.reason.clone();
                    progress.no_token = Some(failure);
                    (reason, None)
                }
            };
            progress.reason = reason;
            asked_pause = asked_pause.max(pause);
        }
    }

    /// One request to that server.
    fn begin<'a>(
        &'a self,
        request: &'a Request,
        index: usize,
        progress: &mut Progress,
    ) -> Result<impl Future<Output = (usize, Attempt)> + use<'a>, RegistryError> {
        let server = &self.servers[index];
        let url = request.url(&server.url)?;
        progress.attempts += 1;
        server.url.as_str().trim_end_matches('/').clone_into(&mut progress.url);
        Ok(async move { (index, self.attempt(request, url, server).await) })
    }

    /// One request, and another one with a new token where the first one's was refused.
    async fn attempt(&self, request: &Request, url: Url, server: &Server) -> Attempt {
        let mut renewed = false;
        loop {
            let token = match server.auth.token(&self.http, self.limits.attempt_timeout).await {
                Ok(token) => token,
                Err(failure) => return Attempt::NoToken(failure),
            };
            let attempt = self.exchange(request, url.clone(), server, token.as_ref()).await;
            match (&attempt, &token) {
                (Attempt::Answered(Answer { status: 401, .. }), Some(token))
                    if !renewed && server.auth.refused(token) =>
                {
                    renewed = true;
                }
                _ => return attempt,
            }
        }
    }

    async fn exchange(&self, request: &Request, url: Url, server: &Server, token: Option<&Token>) -> Attempt {
        let shown = server.url.as_str().trim_end_matches('/').to_owned();
        let limit = self.limits.attempt_timeout;
        let exchange = async {
            let response = self.prepare(request, url, server, token).send().await?;
            let pause = retry_after(&response);
            let status = response.status().as_u16();
            Ok::<_, ExchangeError>((
                Answer { url: shown, status, body: bounded_body(response).await? },
                pause,
            ))
        };
        let observed = Observed::begin(request.method(), &server.url);
        let outcome = timeout(limit, observed.around(exchange)).await;
        observed.end(match &outcome {
            Ok(Ok((answer, _))) => Ending::Answered(answer.status),
            Ok(Err(_)) => Ending::Broken,
            Err(_) => Ending::TimedOut,
        });
        match outcome {
            Err(_) => Attempt::Failed(format!("no answer within {limit:?}"), None),
            Ok(Err(error)) => Attempt::Failed(error.to_string(), None),
            Ok(Ok((answer, pause))) => match answer.status {
                500.. => Attempt::Failed(format!("status {}: {}", answer.status, answer.shown()), pause),
                408 | 425 | 429 => {
                    Attempt::TooMany(format!("status {}: {}", answer.status, answer.shown()), pause)
                }
                _ => Attempt::Answered(answer),
            },
        }
    }

    fn prepare(
        &self,
        request: &Request,
        url: Url,
        server: &Server,
        token: Option<&Token>,
    ) -> reqwest::RequestBuilder {
        let mut prepared = self
            .http
            .request(request.method().clone(), url)
            .header(ACCEPT, ACCEPTED)
            // Registries that serve older clients too leave out GUIDs and rule sets without it.
            .header("Confluent-Accept-Unknown-Properties", "true")
            .headers(self.headers.clone());
        if let Some(body) = request.json() {
            prepared = prepared.header(CONTENT_TYPE, JSON_V1).body(body.to_owned());
        }
        server.auth.apply(prepared, token)
    }
}

fn successful(answer: Answer) -> Result<Answer, RegistryError> {
    if (200..300).contains(&answer.status) { Ok(answer) } else { Err(answer.refusal()) }
}

#[derive(Debug, thiserror::Error)]
pub(super) enum ExchangeError {
    #[error("{}", with_causes(.0))]
    Http(#[from] reqwest::Error),
    #[error("the answer is larger than {LARGEST_ANSWER} bytes")]
    TooLarge,
}

/// The HTTP library's own message names only the URL; what happened stands in the causes.
pub(super) fn with_causes(error: &reqwest::Error) -> String {
    let mut cause = error.source();
    let mut text = None;
    while let Some(error) = cause {
        text = Some(error.to_string());
        cause = error.source();
    }
    text.unwrap_or_else(|| error.to_string())
}

pub(super) async fn bounded_body(mut response: Response) -> Result<Vec<u8>, ExchangeError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > LARGEST_ANSWER {
            return Err(ExchangeError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The pause that the server asks for, in seconds or until a date.
fn retry_after(response: &Response) -> Option<Duration> {
    pause_of(response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim(), SystemTime::now())
}

fn pause_of(text: &str, now: SystemTime) -> Option<Duration> {
    let pause = match text.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        // A date that is past asks for no pause.
        Err(_) => httpdate::parse_http_date(text).ok()?.duration_since(now).unwrap_or_default(),
    };
    Some(pause.min(LONGEST_RETRY_AFTER))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_are_seconds_or_dates_and_bounded() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        let seconds = |seconds| Some(Duration::from_secs(seconds));
        for (text, expected) in [
            ("0", seconds(0)),
            ("7", seconds(7)),
            ("86400", seconds(3_600)),
            ("Sun, 06 Nov 1994 08:49:47 GMT", seconds(10)),
            ("Sun, 06 Nov 1994 08:49:27 GMT", seconds(0)),
            ("Sun, 06 Nov 1994 18:49:37 GMT", seconds(3_600)),
            ("-1", None),
            ("soon", None),
        ] {
            assert_eq!(pause_of(text, now), expected, "{text}");
        }
    }
}
