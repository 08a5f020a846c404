//! Spans around what asks the registry. A test of its own: what another thread without a subscriber does first is decided for all.

#[expect(dead_code, reason = "shared with another test, which asks for more of it")]
#[path = "wire/support.rs"]
mod support;

use crate::support::{FakeRegistry, Reply};
use serde_wire::registry::RegistryClient;
use serde_wire::subject::Role;
use serde_wire::{Deserializer, DeserializerOptions, Serializer, SerializerOptions};
use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use tracing_core::span::Current;

/// The spans of this crate, each with its fields and the one that it stands in.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    spans: Vec<(String, Option<u64>)>,
    kinds: Vec<&'static Metadata<'static>>,
    entered: Vec<u64>,
}

struct Fields<'s>(&'s mut String);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {}={value:?}", field.name()).expect("a string");
    }
}

impl Subscriber for Seen {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_span() && metadata.target().starts_with("serde_wire")
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut state = self.0.lock().expect("no panic");
        let mut text = span.metadata().name().to_owned();
        span.record(&mut Fields(&mut text));
        let parent = span.parent().map(Id::into_u64).or_else(|| state.entered.last().copied());
        state.spans.push((text, parent));
        state.kinds.push(span.metadata());
        Id::from_u64(state.spans.len().try_into().expect("few"))
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        let mut state = self.0.lock().expect("no panic");
        let index = usize::try_from(span.into_u64()).expect("few") - 1;
        values.record(&mut Fields(&mut state.spans[index].0));
    }

    fn enter(&self, span: &Id) {
        self.0.lock().expect("no panic").entered.push(span.into_u64());
    }

    fn exit(&self, _: &Id) {
        self.0.lock().expect("no panic").entered.pop();
    }

    fn current_span(&self) -> Current {
        let state = self.0.lock().expect("no panic");
        let Some(id) = state.entered.last().copied() else { return Current::none() };
        Current::new(Id::from_u64(id), state.kinds[usize::try_from(id).expect("few") - 1])
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &Event<'_>) {}
}

#[tokio::test]
async fn what_waits_for_the_registry_is_a_span_with_its_requests_in_it() {
    let seen = Seen::default();
    let _local = tracing::subscriber::set_default(seen.clone());
    let server = FakeRegistry::replies([Reply::json(200, r#"{"id":1,"schema":"\"long\""}"#)]).await;
    let port = server.url.rsplit(':').next().unwrap();
    let registry = Arc::new(RegistryClient::builder([&server.url]).build().unwrap());
    let longs = Deserializer::<i64>::new(registry.clone(), "t", Role::Value, &DeserializerOptions::default());
    let out = Serializer::<i64>::new(registry, "u", Role::Key, &SerializerOptions::default()).unwrap();
    for _ in 0..3 {
        longs.deserialize(&[0, 0, 0, 0, 1, 84]).await.unwrap();
        out.serialize_into(&1, &mut Vec::new()).await.unwrap();
    }
    let request = |method: &str| {
        format!(
            "http.request otel.name={method} otel.kind=\"client\" http.request.method={method} server.address=\"127.0.0.1\" server.port={port} http.response.status_code=200"
        )
    };
    let expected = [
        ("serde_wire.learn messaging.system=\"kafka\" messaging.operation.name=\"deserialize\" messaging.destination.name=\"t\" serde_wire.record.half=value schema=id 1".to_owned(), None),
        (request("GET"), Some(1)),
        ("serde_wire.prepare messaging.system=\"kafka\" messaging.operation.name=\"serialize\" messaging.destination.name=\"u\" serde_wire.record.half=key subject=\"u-key\"".to_owned(), None),
        (request("POST"), Some(3)),
    ];
    assert_eq!(seen.0.lock().unwrap().spans, expected, "once each, and none for messages of known schemas");
}
