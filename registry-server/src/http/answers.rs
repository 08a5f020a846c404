//! Answers that are told again: whole responses, by the requests that they answered.
//!
//! Producers and consumers ask the same few things over and over. An answer stands until something that it was made of
//! changes (storage §7), so a request that came before costs a look-up and a comparison of epochs, whatever it asks.

use std::sync::Arc;

use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use bytes::Bytes;
use moka::notification::RemovalCause;
use moka::policy::EvictionPolicy;
use moka::sync::Cache;

use super::authorization::access_of;
use super::level::ACCEPTS_UNKNOWN;
use super::outcome::About;
use crate::observe::{CacheMeter, CacheUsage};
use crate::store::Basis;

/// Bodies of requests beyond this length are not looked up: hashing them would take long by itself.
const LONGEST_BODY: usize = 64 * 1024;
/// Answers beyond this length are not kept.
const LONGEST_ANSWER: usize = 1024 * 1024;
/// Bytes that an entry takes beside its key and its answer: records of the table and of its policy, headers of allocations.
const ENTRY: usize = 400;

/// The headers that shape a response. Of a request nothing else is seen by those who answer it.
const SHAPING: [HeaderName; 3] = [CONTENT_TYPE, ACCEPT, ACCEPTS_UNKNOWN];

/// Headers of a request as far as they shape its response.
#[derive(Clone, Copy, Debug)]
pub(super) struct ShapingHeaders<'a>(&'a HeaderMap);

impl<'a> ShapingHeaders<'a> {
    pub(super) fn of(headers: &'a HeaderMap) -> Self {
        Self(headers)
    }

    /// The first value of a header. One that does not shape responses has none.
    pub(super) fn get(&self, name: &HeaderName) -> Option<&'a HeaderValue> {
        self.all(name).next()
    }

    /// All values of a header.
    pub(super) fn all(&self, name: &HeaderName) -> impl Iterator<Item = &'a HeaderValue> + use<'a> {
        SHAPING.contains(name).then(|| self.0.get_all(name).into_iter()).into_iter().flatten()
    }
}

/// Everything that shapes the response to a request, apart from what is stored.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct AnswerKey {
    /// Method, path, query and headers.
    head: Vec<u8>,
    body: Bytes,
}

impl AnswerKey {
    /// The key of a request; `None` for one whose answer is never kept.
    pub(super) fn of(parts: &Parts, body: &Bytes) -> Option<Self> {
        if !matches!(parts.method, Method::GET | Method::POST) || body.len() > LONGEST_BODY {
            return None;
        }
        let mut head = Vec::with_capacity(512);
        // None of the parts can hold a NUL or a line feed, so they cannot be taken for each other.
        head.extend_from_slice(parts.method.as_str().as_bytes());
        head.push(0);
        head.extend_from_slice(parts.uri.path().as_bytes());
        if let Some(query) = parts.uri.query() {
            head.push(b'?');
            head.extend_from_slice(query.as_bytes());
        }
        let headers = ShapingHeaders::of(&parts.headers);
        for name in &SHAPING {
            head.push(0);
            for value in headers.all(name) {
                head.push(b'\n');
                head.extend_from_slice(value.as_bytes());
            }
        }
        // What another may see is another answer. No value of a header holds a NUL.
        if let Some(access) = access_of(parts) {
            head.push(0);
            head.extend_from_slice(&access.number().to_be_bytes());
        }
        Some(Self { head, body: body.clone() })
    }

    /// The key without what the body may share its memory with.
    fn compact(self) -> Self {
        Self { head: self.head.as_slice().into(), body: Bytes::copy_from_slice(&self.body) }
    }
}

/// The body of a response with the status 200, and its media type.
#[derive(Clone, Debug)]
pub(super) struct KeptAnswer {
    pub(super) body: Bytes,
    pub(super) media: HeaderValue,
    /// Whether it tells only what cannot change (storage §6).
    pub(super) is_lasting: bool,
    /// What it is about, where requests are observed.
    pub(super) about: About,
}

/// The answers that are kept, in a bounded amount of memory.
#[derive(Clone, Debug)]
pub(super) struct Answers(Cache<AnswerKey, (KeptAnswer, Arc<dyn Basis>)>, CacheMeter);

impl Answers {
    /// Room for answers of `capacity` bytes together.
    pub(super) fn new(capacity: u64) -> Self {
        let weight = |key: &AnswerKey, (answer, basis): &(KeptAnswer, Arc<dyn Basis>)| {
            let held = key.head.len() + key.body.len() + answer.body.len() + basis.weight();
            u32::try_from(ENTRY + held).unwrap_or(u32::MAX)
        };
        let meter = CacheMeter::new("answers");
        let evicted = meter.clone();
        Self(
            Cache::builder()
                .max_capacity(capacity)
                .eviction_policy(EvictionPolicy::lru())
                .weigher(weight)
                .eviction_listener(move |_, _, cause| evicted.removed(cause == RemovalCause::Size))
                .build(),
            meter,
        )
    }

    /// The answer to a request, if there is one that is still true: one that tells what cannot change also while it is not
    /// known what others write, since whoever is told an answer from here leaves no trace at the entries beneath, from which
    /// it would be told otherwise.
    pub(super) fn find(&self, key: &AnswerKey) -> Option<KeptAnswer> {
        let found = self.0.get(key).and_then(|(answer, basis)| {
            (basis.holds() || (answer.is_lasting && basis.is_last_known())).then_some(answer)
        });
        self.1.asked(found.is_some());
        found
    }

    /// How they were used, and what is in memory.
    pub(super) fn usage(&self) -> CacheUsage {
        self.1.usage(self.0.entry_count(), self.0.weighted_size())
    }

    /// Keeps an answer.
    pub(super) fn keep(&self, key: AnswerKey, answer: KeptAnswer, basis: Arc<dyn Basis>) {
        if answer.body.len() <= LONGEST_ANSWER {
            self.0.insert(key.compact(), (answer, basis));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use axum::http::Request;

    use super::*;

    /// Holds and is last known as it is told.
    #[derive(Debug)]
    struct Switches {
        holds: AtomicBool,
        is_last_known: bool,
    }

    impl Switches {
        fn new(holds: bool, is_last_known: bool) -> Arc<Self> {
            Arc::new(Self { holds: holds.into(), is_last_known })
        }
    }

    impl Basis for Switches {
        fn holds(&self) -> bool {
            self.holds.load(Ordering::Relaxed)
        }

        fn is_last_known(&self) -> bool {
            self.is_last_known
        }

        fn weight(&self) -> usize {
            0
        }
    }

    fn key(method: &str, uri: &str, headers: &[(&str, &str)], body: &str) -> Option<AnswerKey> {
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (parts, ()) = request.body(()).unwrap().into_parts();
        AnswerKey::of(&parts, &Bytes::from(body.to_owned()))
    }

    #[test]
    fn a_key_holds_everything_that_shapes_a_response() {
        let json = ("content-type", "application/json");
        let keys = [
            key("GET", "/a", &[], ""),
            key("POST", "/a", &[], ""),
            key("GET", "/a/", &[], ""),
            key("GET", "/a?b", &[], ""),
            key("GET", "/a%3Fb", &[], ""),
            key("GET", "/a?b=1", &[], ""),
            key("GET", "/a", &[], "b"),
            key("GET", "/a", &[json], ""),
            key("GET", "/a", &[("accept", json.1)], ""),
            key("GET", "/a", &[(ACCEPTS_UNKNOWN.as_str(), "true")], ""),
            key("GET", "/a", &[("accept", "x"), ("accept", "y")], ""),
            key("GET", "/a", &[("accept", "y"), ("accept", "x")], ""),
            key("GET", "/a", &[("accept", "x, y")], ""),
            key("GET", "/a", &[("accept", "")], ""),
        ];
        for (at, key) in keys.iter().enumerate() {
            assert!(key.is_some() && !keys[..at].contains(key), "{key:?}");
        }
        let unshaped = [("x-request-id", "1"), ("user-agent", "x"), ("host", "y")];
        assert_eq!(key("GET", "/a", &unshaped, ""), keys[0]);
    }

    #[test]
    fn answers_are_kept_for_some_requests_only() {
        let long = "x".repeat(LONGEST_BODY + 1);
        for (method, body, kept) in [
            ("GET", "", true),
            ("POST", &long[1..], true),
            ("POST", &*long, false),
            ("HEAD", "", false),
            ("PUT", "", false),
            ("DELETE", "", false),
        ] {
            assert_eq!(key(method, "/a", &[], body).is_some(), kept, "{method} {}", body.len());
        }
    }

    #[test]
    fn headers_that_do_not_shape_are_not_seen() {
        let mut map = HeaderMap::new();
        map.append(ACCEPT, HeaderValue::from_static("a"));
        map.append(ACCEPT, HeaderValue::from_static("b"));
        map.append("x-other", HeaderValue::from_static("c"));
        let headers = ShapingHeaders::of(&map);
        assert_eq!(headers.all(&ACCEPT).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(headers.get(&ACCEPT).unwrap(), "a");
        assert_eq!(headers.get(&HeaderName::from_static("x-other")), None);
    }

    fn answer(body: impl Into<Bytes>, is_lasting: bool) -> KeptAnswer {
        KeptAnswer {
            body: body.into(),
            media: HeaderValue::from_static("text/plain"),
            is_lasting,
            about: About::default(),
        }
    }

    #[test]
    fn an_answer_is_told_while_its_basis_holds() {
        let answers = Answers::new(1 << 20);
        let key = key("GET", "/a", &[], "").unwrap();
        let basis = Switches::new(true, false);
        assert!(answers.find(&key).is_none());
        answers.keep(key.clone(), answer("1", true), basis.clone());
        assert_eq!(answers.find(&key).unwrap().body, "1");
        basis.holds.store(false, Ordering::Relaxed);
        assert!(answers.find(&key).is_none());
        answers.keep(key.clone(), answer("2", true), Switches::new(true, false));
        assert_eq!(answers.find(&key).unwrap().body, "2");
        answers.keep(key.clone(), answer(vec![0; LONGEST_ANSWER + 1], true), Switches::new(true, false));
        assert_eq!(answers.find(&key).unwrap().body, "2");
    }

    #[test]
    fn only_an_answer_that_cannot_change_is_told_when_its_basis_is_only_last_known() {
        let key = key("GET", "/a", &[], "").unwrap();
        for (holds, is_last_known, is_lasting, is_told) in [
            (true, true, true, true),
            (true, true, false, true),
            (true, false, true, true),
            (true, false, false, true),
            (false, true, true, true),
            (false, true, false, false),
            (false, false, true, false),
            (false, false, false, false),
        ] {
            let answers = Answers::new(1 << 20);
            answers.keep(key.clone(), answer("1", is_lasting), Switches::new(holds, is_last_known));
            let case = (holds, is_last_known, is_lasting);
            assert_eq!(answers.find(&key).is_some(), is_told, "{case:?}");
        }
    }
}
