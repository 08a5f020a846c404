//! What `Debug` shows: all but the data of entities and records, and their keys, which may be large, and secret. Whoever wants to
//! see them prints the fields.

use super::{DeadLetter, Envelope, Event, Header, State};
use std::fmt;

fn size<B: AsRef<[u8]>>(bytes: Option<&B>) -> Option<usize> {
    bytes.map(|bytes| bytes.as_ref().len())
}

impl fmt::Debug for Envelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, trace_id, processed_at } = self;
        let mut debug = f.debug_struct("Envelope");
        debug.field("key bytes", &key.len()).field("trace_id", trace_id).field("processed_at", processed_at);
        debug.finish()
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { envelope, resource_type, action, user, payload } = self;
        let mut debug = f.debug_struct("Event");
        debug.field("envelope", envelope).field("resource_type", resource_type).field("action", action);
        debug.field("user", user).field("payload bytes", &size(payload.as_ref())).finish()
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { envelope, resource_type, entity } = self;
        let mut debug = f.debug_struct("State");
        debug.field("envelope", envelope).field("resource_type", resource_type);
        debug.field("entity bytes", &entity.len()).finish()
    }
}

impl fmt::Debug for DeadLetter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { envelope, stream_type, original_topic, original_partition, original_offset, .. } = self;
        let Self { original_timestamp, original_key, original_value, original_headers, .. } = self;
        let mut debug = f.debug_struct("DeadLetter");
        debug.field("envelope", envelope).field("stream_type", stream_type);
        debug.field("original_topic", original_topic).field("original_partition", original_partition);
        debug.field("original_offset", original_offset).field("original_timestamp", original_timestamp);
        debug.field("original_key bytes", &size(original_key.as_ref()));
        debug.field("original_value bytes", &size(original_value.as_ref()));
        debug.field("original_headers", original_headers);
        debug.field("reason", &self.reason).field("message", &self.message).finish()
    }
}

impl fmt::Debug for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Header");
        debug.field("name", &self.name).field("value bytes", &size(self.value.as_ref())).finish()
    }
}
