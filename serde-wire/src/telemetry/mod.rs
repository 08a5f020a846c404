//! What the crate tells of itself: counts and times (feature `metrics`), and spans (feature `tracing`).
//!
//! Names and attributes are those of OpenTelemetry's conventions for messaging and for HTTP clients where they have one, and
//! begin with `serde_wire.` where they do not. Without the features nothing of this is compiled.
//!
//! # Metrics
//!
//! They go through the crate [`metrics`](https://docs.rs/metrics), to whatever recorder the application installs *before its
//! first message*: the counter of a topic is looked up once, with its first message. Times are in seconds.
//!
//! | name | kind | of | attributes |
//! |---|---|---|---|
//! | `messaging.client.consumed.messages` | counter | halves of records that a deserializer was given, each attempt at them; null is none, since it is not decoded | the four below |
//! | `messaging.client.sent.messages` | counter | halves of records that a serializer was given | the four below |
//! | `serde_wire.consumer.records` | counter | records of `rdkafka::consume_with_dlq`: each once as handled or dead-lettered, and each attempt that is to be repeated | `messaging.system`, `messaging.destination.name`, `serde_wire.record.outcome`: `handled`, `dead-lettered` or `retried`; of the latter two `error.type`: the name of the kind, `handler`, or `broker` where the dead letter itself was not taken |
//! | `serde_wire.schema.wait.duration` | histogram | the time that one message waited since its schema was not known; with `UnframedSchema::Latest` also, each second, the next question which version is the latest, mostly without a wait | the four below; `error.type` is `abandoned` where the caller went away |
//! | `serde_wire.cache.questions` | counter | questions to a [`CachedRegistry`](crate::registry::CachedRegistry) | `serde_wire.cache.outcome`: `hit`, `refusal` (a hit that says no) or `miss` |
//! | `serde_wire.cache.files` | counter | misses that a file of the disk cache answered | |
//! | `serde_wire.cache.stale` | counter | misses that were answered by what was the latest version before the registry went away | |
//! | `http.client.request.duration` | histogram | one request to one server of the registry, or to a token endpoint; its count is that of the requests | `http.request.method`, `server.address`, `server.port`, `http.response.status_code` of an answer, `error.type` of a failure: `timeout`, `connection` or the status from 400 |
//!
//! The four are `messaging.system` (`kafka`), `messaging.operation.name` (`deserialize`, `serialize`),
//! `messaging.destination.name` (the topic), `serde_wire.record.half` (`key`, `value`), and with a failure `error.type` as a fifth: the
//! [name of the kind](crate::DeserializeErrorKind::name), or [that of the error](crate::SerializeError::name). All of them have few values.
//!
//! A message of a known schema costs one look at a cell and one call of the counter that the recorder made, an atomic
//! addition in most of them: about twenty instructions in all.
//!
//! # Spans
//!
//! | name | level | around | fields |
//! |---|---|---|---|
//! | `serde_wire.learn` | info | what a message of an unknown schema waits for, at most once for each schema while the registry answers | the four, and `schema` |
//! | `serde_wire.prepare` | info | what the first message of a serializer waits for | the four, and `subject` |
//! | `http.request` | debug | one request to one server | `otel.name`, `otel.kind` (`client`), and the attributes of the metric |
//!
//! Messages of known schemas have none.
#![cfg_attr(
    not(all(feature = "metrics", feature = "tracing")),
    allow(dead_code, unused_variables, reason = "callers tell the same, whoever listens")
)]

mod messages;
#[cfg(feature = "rdkafka")]
mod records;
mod requests;
mod spans;

pub(crate) use messages::Messages;
#[cfg(feature = "rdkafka")]
pub(crate) use records::{RecordOutcome, Records};
pub(crate) use requests::{Ending, Observed, cache_file, cache_question, cache_stale};
pub(crate) use spans::in_current_span;
