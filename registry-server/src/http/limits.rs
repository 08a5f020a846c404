//! How many requests one client may send: by principal and by address, a second and at a time.

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{Response, StatusCode};

use super::accept::JSON;
use super::admission::principal_of;
use super::client_address::client_address;
use super::error::ErrorResponse;
use super::outcome::note_refusal;
use super::request_id::REQUEST_ID;
use super::{App, render};
use crate::config::RequestLimits;
use crate::observe::meters::METERS;

/// Clients of which it is remembered when they sent requests; beyond that those are forgotten that have been silent.
const REMEMBERED: usize = 10_000;

/// The paths that are never limited: who asks there must hear the truth.
const PROBES: &str = "/health/";

/// The limits that are set. Clones count together.
#[derive(Clone, Debug)]
pub(super) struct Limits(Arc<Counted>);

#[derive(Debug)]
struct Counted {
    addresses: Limit<IpAddr>,
    principals: Limit<String>,
}

/// The places that a request takes while it is answered.
#[derive(Debug)]
pub(super) struct Places {
    _address: Option<Place<IpAddr>>,
    _principal: Option<Place<String>>,
}

impl Limits {
    /// The limits of the settings; `None` if there are none.
    pub(super) fn of(settings: &RequestLimits) -> Option<Self> {
        let RequestLimits {
            rate_per_address,
            rate_per_principal,
            at_once_per_address,
            at_once_per_principal,
        } = *settings;
        (*settings != RequestLimits::default()).then(|| {
            Self(Arc::new(Counted {
                addresses: Limit::new(rate_per_address, at_once_per_address),
                principals: Limit::new(rate_per_principal, at_once_per_principal),
            }))
        })
    }

    /// The places for a request, or the response that refuses it. Who was not asked for a name is limited by address alone.
    pub(super) fn admit(&self, app: &App, parts: &Parts) -> Result<Places, Box<Response<Body>>> {
        let Counted { addresses, principals } = &*self.0;
        if parts.uri.path().starts_with(PROBES) {
            return Ok(Places { _address: None, _principal: None });
        }
        let now = Instant::now();
        let client = client_address(parts, &app.settings.observation.trusted_proxies);
        let address = client.map(|client| addresses.admit(client, now)).transpose();
        let principal = principal_of(parts);
        let name = (!principal.is_anonymous()).then(|| principal.to_string());
        let place = address.and_then(|address| {
            let principal = name.map(|name| principals.admit(name, now)).transpose()?;
            Ok(Places { _address: address, _principal: principal })
        });
        place.map_err(|reason| {
            METERS.refused_limit.inc();
            note_refusal(parts, reason);
            let error = ErrorResponse::plain(StatusCode::TOO_MANY_REQUESTS, "Too many requests");
            let mut refusal = render::error(&ErrorResponse { retry: true, ..error }, Some(&JSON));
            refusal.headers_mut().insert(REQUEST_ID, app.request_ids.of(&parts.headers));
            Box::new(refusal)
        })
    }
}

/// A limit for each of many.
#[derive(Debug)]
struct Limit<K: Hash + Eq> {
    /// The time of one request, where there are so many a second.
    pace: Option<Duration>,
    at_once: Option<u32>,
    state: Arc<Mutex<State<K>>>,
}

#[derive(Debug)]
struct State<K> {
    /// When each has used up what it sent so far, at the pace.
    paid: HashMap<K, Instant>,
    /// Requests that are being answered.
    open: HashMap<K, u32>,
}

/// One that is being answered, as long as this is kept.
#[derive(Debug)]
struct Place<K: Hash + Eq>(Option<(K, Arc<Mutex<State<K>>>)>);

impl<K: Hash + Eq + Clone + fmt::Display> Limit<K> {
    fn new(rate: u32, at_once: u32) -> Self {
        let state = State { paid: HashMap::new(), open: HashMap::new() };
        Self {
            pace: (rate > 0).then(|| Duration::from_secs(1) / rate),
            at_once: (at_once > 0).then_some(at_once),
            state: Arc::new(Mutex::new(state)),
        }
    }

    /// A place for a request, or why there is none. As many as a second allows may come at once.
    fn admit(&self, key: K, now: Instant) -> Result<Place<K>, String> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(most) = self.at_once
            && state.open.get(&key).copied().unwrap_or_default() >= most
        {
            return Err(format!("{most} requests of {key} are being answered"));
        }
        if let Some(pace) = self.pace {
            let paid = state.paid.get(&key).copied().unwrap_or(now).max(now) + pace;
            if paid > now + Duration::from_secs(1) {
                return Err(format!(
                    "{key} sends requests faster than one in {} ms",
                    pace.as_secs_f64() * 1000.0
                ));
            }
            if state.paid.len() >= REMEMBERED {
                state.paid.retain(|_, paid| *paid > now);
            }
            state.paid.insert(key.clone(), paid);
        }
        if self.at_once.is_none() {
            return Ok(Place(None));
        }
        *state.open.entry(key.clone()).or_default() += 1;
        Ok(Place(Some((key, Arc::clone(&self.state)))))
    }
}

impl<K: Hash + Eq> Drop for Place<K> {
    fn drop(&mut self) {
        let Some((key, state)) = self.0.take() else { return };
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = state.open.get_mut(&key) {
            *open -= 1;
            if *open == 0 {
                state.open.remove(&key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_come_as_the_rate_allows_each_for_itself() {
        let limit = Limit::new(4, 0);
        let begun = Instant::now();
        let admitted =
            |key: &str, after: u64| limit.admit(key.to_owned(), begun + Duration::from_millis(after)).is_ok();
        // Those of a second at once, and then one in each quarter of it.
        assert_eq!([0; 5].map(|after| admitted("a", after)), [true, true, true, true, false]);
        assert!(admitted("b", 0), "another one");
        assert!(!admitted("a", 249));
        assert!(admitted("a", 250) && !admitted("a", 250));
        assert!(admitted("a", 500));
        // What was not used for long is no more than a second's.
        assert_eq!([9_000; 5].map(|after| admitted("a", after)), [true, true, true, true, false]);
    }

    #[test]
    fn places_come_back_when_requests_are_answered() {
        let limit = Limit::new(0, 2);
        let now = Instant::now();
        let first = limit.admit(1, now).unwrap();
        let _second = limit.admit(1, now).unwrap();
        assert!(limit.admit(1, now).unwrap_err().contains("2 requests of 1"));
        assert!(limit.admit(2, now).is_ok());
        drop(first);
        assert!(limit.admit(1, now).is_ok());
    }

    #[test]
    fn those_who_are_silent_are_forgotten() {
        let limit = Limit::new(1000, 1);
        let now = Instant::now();
        for key in 0..REMEMBERED {
            limit.admit(key, now).unwrap();
        }
        limit.admit(REMEMBERED, now + Duration::from_secs(1)).unwrap();
        let state = limit.state.lock().unwrap();
        assert_eq!((state.paid.len(), state.open.len()), (1, 0));
    }
}
