//! Ids of requests, which stand in responses and in the log.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::{HeaderMap, HeaderName, HeaderValue};

pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Makes ids: hashes of a counter with secret keys. They look like random ones and no two are the same, and unlike those
/// cost no call of the system each.
#[derive(Clone, Debug, Default)]
pub(super) struct RequestIds {
    counter: Arc<AtomicU64>,
    halves: (RandomState, RandomState),
}

impl RequestIds {
    /// The request's id when exactly one was sent and it is not blank, else a new one.
    pub(super) fn of(&self, headers: &HeaderMap) -> HeaderValue {
        let mut sent = headers.get_all(REQUEST_ID).iter();
        match (sent.next(), sent.next()) {
            (Some(id), None) if !id.as_bytes().trim_ascii().is_empty() => id.clone(),
            _ => self.next(),
        }
    }

    fn next(&self) -> HeaderValue {
        let number = self.counter.fetch_add(1, Ordering::Relaxed);
        let (high, low) = (self.halves.0.hash_one(number), self.halves.1.hash_one(number));
        let random = ((u128::from(high) << 64) | u128::from(low)).to_be_bytes();
        let id = uuid::Builder::from_random_bytes(random).into_uuid();
        let mut text = uuid::Uuid::encode_buffer();
        HeaderValue::from_str(id.hyphenated().encode_lower(&mut text))
            .expect("a UUID is a text that a header can hold")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn one_id_that_was_sent_is_kept() {
        let ids = RequestIds::default();
        for (sent, kept) in [
            (&["mine"][..], true),
            (&[" mine "], true),
            (&[], false),
            (&[""], false),
            (&["  "], false),
            (&["a", "b"], false),
        ] {
            let mut headers = HeaderMap::new();
            for id in sent {
                headers.append(REQUEST_ID, HeaderValue::from_str(id).unwrap());
            }
            let id = ids.of(&headers);
            assert_eq!(sent.first().is_some_and(|sent| id == *sent), kept, "{sent:?}");
        }
    }

    #[test]
    fn new_ids_are_random_uuids_that_differ() {
        let (ids, others) = (RequestIds::default(), RequestIds::default());
        let made: HashSet<HeaderValue> = (0..1000).flat_map(|_| [ids.next(), others.next()]).collect();
        assert_eq!(made.len(), 2000);
        for id in made {
            let id: uuid::Uuid = id.to_str().unwrap().parse().unwrap();
            assert_eq!((id.get_version_num(), id.get_variant()), (4, uuid::Variant::RFC4122));
        }
    }
}
