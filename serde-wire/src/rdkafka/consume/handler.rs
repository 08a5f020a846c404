//! What a handler gets, and what it says when it fails.

use crate::record::{Record, TraceContext};
use std::any::type_name;
use std::error::Error;
use std::fmt;

/// A decoded record, as a handler gets it.
///
/// ```
/// use serde_wire::rdkafka::{HandlerError, Received};
/// use serde_wire::record::Record;
///
/// async fn greet(received: &Received<'_, i64, String>) -> Result<(), HandlerError> {
///     let name = received.value.as_ref().ok_or("no name").map_err(HandlerError::dead_letter)?;
///     println!("hello, {name}, for the {}. time", received.attempt);
///     Ok(())
/// }
///
/// // A handler is tested without a broker.
/// let record = Record::new("names", 0, 7);
/// let received = Received::new(record, Some(7), None);
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// assert!(greet(&received).await.is_err());
/// # });
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Received<'r, K, V> {
    /// The record as it came: topic, partition, offset, time, bytes and headers.
    pub record: Record<'r>,
    /// The key; `None` is null.
    pub key: Option<K>,
    /// The value; `None` is null: the key was deleted.
    pub value: Option<V>,
    /// Which attempt of the handler this is, from 1.
    pub attempt: u32,
}

impl<'r, K, V> Received<'r, K, V> {
    /// A record at its first attempt; for tests of handlers, too.
    pub fn new(record: Record<'r>, key: Option<K>, value: Option<V>) -> Self {
        Self { record, key, value, attempt: 1 }
    }

    /// The trace that the record belongs to, if its headers name one.
    pub fn trace(&self) -> Option<TraceContext> {
        TraceContext::of(self.record.headers)
    }
}

/// A handler's failure, and what is to become of the record.
///
/// ```
/// use serde_wire::rdkafka::HandlerError;
///
/// fn insert(id: i64) -> Result<(), std::io::Error> {
///     # let _ = id;
///     Ok(())
/// }
///
/// fn handle(id: Option<i64>) -> Result<(), HandlerError> {
///     let id = id.ok_or("a rating needs a key").map_err(HandlerError::dead_letter)?;
///     insert(id).map_err(HandlerError::retry)
/// }
/// # assert!(handle(None).is_err() && handle(Some(1)).is_ok());
/// ```
pub struct HandlerError {
    pub(super) verdict: Verdict,
    pub(super) class: &'static str,
    pub(super) error: Box<dyn Error + Send + Sync>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Retry,
    DeadLetter,
    Fatal,
}

impl HandlerError {
    /// It may pass, as when a database is away: the same record comes again after a pause, and its partition waits.
    pub fn retry<E: Into<Box<dyn Error + Send + Sync>>>(error: E) -> Self {
        Self::new(Verdict::Retry, error)
    }

    /// It is the record's fault and will not pass: it goes to the dead-letter topic, with this error.
    pub fn dead_letter<E: Into<Box<dyn Error + Send + Sync>>>(error: E) -> Self {
        Self::new(Verdict::DeadLetter, error)
    }

    /// The application cannot go on: the consumer stops, and the record comes again when it is started again.
    pub fn fatal<E: Into<Box<dyn Error + Send + Sync>>>(error: E) -> Self {
        Self::new(Verdict::Fatal, error)
    }

    fn new<E: Into<Box<dyn Error + Send + Sync>>>(verdict: Verdict, error: E) -> Self {
        Self { verdict, class: type_name::<E>(), error: error.into() }
    }
}

impl fmt::Debug for HandlerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("HandlerError").field(&self.verdict).field(&self.error).finish()
    }
}

impl fmt::Display for HandlerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl Error for HandlerError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.error.source()
    }
}
