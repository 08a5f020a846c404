//! What events and their envelopes can do beyond what is generated.

use super::{Envelope, Event, merge};
use crate::types::TimestampMicros;
use serde_json::Value;

impl Envelope {
    /// The envelope of a message about the entity with that key, at the present time of the system's clock.
    ///
    /// # Panics
    /// When the clock stands some 290,000 years away from 1970.
    pub fn now(key: impl Into<String>) -> Self {
        Self::new(key, TimestampMicros::now())
    }

    /// This envelope with the [`trace_id`](Self::trace_id) of a W3C trace, 32 hexadecimal digits.
    #[must_use]
    pub fn with_trace_id(mut self, trace_id: impl Into<String>) -> Self {
        self.trace_id = Some(trace_id.into());
        self
    }
}

impl Event {
    /// This event, done by that [`user`](Self::user).
    #[must_use]
    pub fn with_user(mut self, user: impl Into<String>) -> Self {
        self.user = Some(user.into());
        self
    }

    /// This event with the changed fields as its [`payload`](Self::payload): an object in which null removes a field.
    #[must_use]
    pub fn with_changes(mut self, changes: &Value) -> Self {
        self.payload = Some(changes.to_string());
        self
    }

    /// The changed fields, `None` when the event does not tell them.
    ///
    /// # Errors
    /// The payload is no JSON.
    pub fn changes(&self) -> Result<Option<Value>, serde_json::Error> {
        self.payload.as_deref().map(serde_json::from_str).transpose()
    }

    /// Makes the changes in an entity, as JSON Merge Patch (RFC 7396) has it: fields of objects are set one by one, null
    /// removes a field, and everything else, arrays among it, is replaced. An event without payload changes nothing.
    ///
    /// # Errors
    /// The payload is no JSON. The entity is as it was.
    pub fn apply_to(&self, entity: &mut Value) -> Result<(), serde_json::Error> {
        if let Some(changes) = self.changes()? {
            merge::merge(entity, changes);
        }
        Ok(())
    }
}
