//! One request, sent to the servers in turn until one of them answers.

use super::answer::Answer;
use super::auth::Auth;
use super::health::Health;
use super::retry::RetryPolicy;
use crate::registry::RegistryError;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use reqwest::{Method, Response, Url};
use serde::Serialize;
use std::error::Error;
use std::fmt::Write;
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

/// A question, independent of the server that it goes to.
#[derive(Debug)]
pub(super) struct Request {
    method: Method,
    path: Vec<String>,
    query: Vec<(&'static str, String)>,
    body: Option<Vec<u8>>,
}

impl Request {
    pub(super) fn new<const N: usize>(method: Method, path: [&str; N]) -> Self {
        Self { method, path: path.map(str::to_owned).into(), query: Vec::new(), body: None }
    }

    pub(super) fn parameter(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    pub(super) fn flag(self, name: &'static str, value: bool) -> Self {
        self.parameter(name, value.to_string())
    }

    /// # Panics
    /// Never: the bodies of this client hold nothing that JSON cannot.
    pub(super) fn body(mut self, body: &impl Serialize) -> Self {
        self.body = Some(serde_json::to_vec(body).expect("strings and numbers become JSON"));
        self
    }

    /// The URL at one server. Segments are escaped one by one, so a subject may hold any character.
    fn url(&self, base: &Url) -> Result<Url, RegistryError> {
        // Clients of URLs, and this one's library, resolve these two away, escaped or not.
        if let Some(segment) = self.path.iter().find(|segment| matches!(segment.as_str(), "." | "..")) {
            return Err(RegistryError::UnusableSubject(segment.clone()));
        }
        let mut url = base.clone();
        let mut path = base.path().trim_end_matches('/').to_owned();
        for segment in &self.path {
            path.push('/');
            escape(segment, &mut path);
        }
        url.set_path(&path);
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        Ok(url)
    }
}

/// Appends the segment with all but letters, digits and `-._~:` escaped. A `;` would otherwise end it for servers in Java,
/// and line breaks would be left out.
fn escape(segment: &str, path: &mut String) {
    for byte in segment.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b':' => {
                path.push(char::from(byte));
            }
            // Writing to a String cannot fail.
            _ => drop(write!(path, "%{byte:02X}")),
        }
    }
}

/// The servers and how to treat them.
#[derive(Debug)]
pub(super) struct Transport {
    http: reqwest::Client,
    servers: Vec<Server>,
    headers: HeaderMap,
    attempt_timeout: Duration,
    deadline: Duration,
    retry: RetryPolicy,
    health: Health,
}

/// The failures of the requests for one question so far, for the error in the end.
#[derive(Default)]
struct Progress {
    attempts: u32,
    url: String,
    reason: String,
}

/// The outcome of one request to one server.
enum Attempt {
    Answered(Answer),
    /// This server cannot answer now, another one may.
    Failed(String, Option<Duration>),
    /// All servers would say the same: wait.
    TooMany(String, Option<Duration>),
}

impl Transport {
    pub(super) fn new(
        http: reqwest::Client,
        servers: Vec<Server>,
        headers: HeaderMap,
        attempt_timeout: Duration,
        deadline: Duration,
        retry: RetryPolicy,
        cool_down: Duration,
    ) -> Self {
        let health = Health::new(servers.len(), cool_down);
        Self { http, servers, headers, attempt_timeout, deadline, retry, health }
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
        let deadline = Instant::now() + self.deadline;
        let outcome = match timeout_at(deadline, self.rounds(request, deadline, &mut progress)).await {
            Ok(answer) => answer,
            Err(_) => {
                let Progress { attempts, url, reason } = progress;
                let reason = if reason.is_empty() { "no answer yet".to_owned() } else { reason };
                Err(RegistryError::DeadlineExceeded { url, limit: self.deadline, attempts, reason })
            }
        };
        if let Err(
            RegistryError::Unavailable { url, reason, .. }
            | RegistryError::DeadlineExceeded { url, reason, .. },
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
        for round in 0.. {
            let mut asked_pause = None;
            for index in self.health.order() {
                let server = &self.servers[index];
                let url = request.url(&server.url)?;
                progress.attempts += 1;
                server.url.as_str().trim_end_matches('/').clone_into(&mut progress.url);
                let (reason, pause, everywhere) = match self.attempt(request, url, server).await {
                    Attempt::Answered(answer) => {
                        self.health.answered(index);
                        return Ok(answer);
                    }
                    Attempt::Failed(reason, pause) => {
                        self.health.failed(index);
                        (reason, pause, false)
                    }
                    Attempt::TooMany(reason, pause) => (reason, pause, true),
                };
                progress.reason = reason;
                asked_pause = asked_pause.max(pause);
                if everywhere {
                    break;
                }
            }
            let pause = self.retry.pause(round, asked_pause);
            // Who would wait past the deadline only to be told that it is over may as well be told now.
            if round >= self.retry.rounds || Instant::now() + pause >= deadline {
                break;
            }
            sleep(pause).await;
        }
        let Progress { attempts, url, reason } = std::mem::take(progress);
        Err(RegistryError::Unavailable { url, attempts, reason })
    }

    async fn attempt(&self, request: &Request, url: Url, server: &Server) -> Attempt {
        let shown = server.url.as_str().trim_end_matches('/').to_owned();
        let exchange = async {
            let response = self.prepare(request, url, server).send().await?;
            let pause = retry_after(&response);
            let status = response.status().as_u16();
            Ok::<_, ExchangeError>((
                Answer { url: shown, status, body: bounded_body(response).await? },
                pause,
            ))
        };
        match timeout(self.attempt_timeout, exchange).await {
            Err(_) => Attempt::Failed(format!("no answer within {:?}", self.attempt_timeout), None),
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

    fn prepare(&self, request: &Request, url: Url, server: &Server) -> reqwest::RequestBuilder {
        let mut prepared = self
            .http
            .request(request.method.clone(), url)
            .header(ACCEPT, ACCEPTED)
            // Registries that serve older clients too leave out GUIDs and rule sets without it.
            .header("Confluent-Accept-Unknown-Properties", "true")
            .headers(self.headers.clone());
        if let Some(body) = &request.body {
            prepared = prepared.header(CONTENT_TYPE, JSON_V1).body(body.clone());
        }
        server.auth.apply(prepared)
    }
}

fn successful(answer: Answer) -> Result<Answer, RegistryError> {
    if (200..300).contains(&answer.status) { Ok(answer) } else { Err(answer.refusal()) }
}

#[derive(Debug, thiserror::Error)]
enum ExchangeError {
    #[error("{}", with_causes(.0))]
    Http(#[from] reqwest::Error),
    #[error("the answer is larger than {LARGEST_ANSWER} bytes")]
    TooLarge,
}

/// The HTTP library's own message names only the URL; what happened stands in the causes.
fn with_causes(error: &reqwest::Error) -> String {
    let mut cause = error.source();
    let mut text = None;
    while let Some(error) = cause {
        text = Some(error.to_string());
        cause = error.source();
    }
    text.unwrap_or_else(|| error.to_string())
}

async fn bounded_body(mut response: Response) -> Result<Vec<u8>, ExchangeError> {
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
    fn any_subject_is_one_segment_of_the_path() {
        let base = |text| Url::parse(text).unwrap();
        for (server, subject, expected) in [
            ("http://h:1", "a-value", "http://h:1/subjects/a-value/versions?normalize=false"),
            ("http://h:1/", ":.ctx:a/b", "http://h:1/subjects/:.ctx:a%2Fb/versions?normalize=false"),
            (
                "http://h/base/",
                "50% é?#",
                "http://h/base/subjects/50%25%20%C3%A9%3F%23/versions?normalize=false",
            ),
            ("http://h", "...", "http://h/subjects/.../versions?normalize=false"),
            ("http://h", "a;x", "http://h/subjects/a%3Bx/versions?normalize=false"),
            ("http://h", "a=b&c+d,e", "http://h/subjects/a%3Db%26c%2Bd%2Ce/versions?normalize=false"),
            ("http://h", "a\tb\nc\\d", "http://h/subjects/a%09b%0Ac%5Cd/versions?normalize=false"),
            ("http://h", "%2e%2e", "http://h/subjects/%252e%252e/versions?normalize=false"),
            ("http://h/a//", "", "http://h/a/subjects//versions?normalize=false"),
        ] {
            let request =
                Request::new(Method::POST, ["subjects", subject, "versions"]).flag("normalize", false);
            assert_eq!(request.url(&base(server)).unwrap().as_str(), expected);
        }
        for subject in [".", ".."] {
            let request = Request::new(Method::GET, ["subjects", subject]);
            assert_eq!(
                request.url(&base("http://h")).unwrap_err(),
                RegistryError::UnusableSubject(subject.to_owned()),
                "it would ask for another path"
            );
        }
    }

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
