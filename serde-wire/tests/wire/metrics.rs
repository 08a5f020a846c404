//! What is counted of messages and of questions to the registry, by a recorder of this thread.

use crate::support::{FakeRegistry, Reply};
use metrics::{
    Counter, Gauge, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString, Unit,
    set_default_local_recorder,
};
use serde_wire::frame::SchemaId;
use serde_wire::registry::{
    Auth, ClientCredentials, RegistryClient, RetryPolicy, SchemaRegistry, VersionSelector,
};
use serde_wire::subject::Role;
use serde_wire::{
    Deserializer, DeserializerOptions, GenericDeserializer, GenericSerializer, Serializer, SerializerOptions,
};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// Counts by name and attributes; of a histogram, how often it was told something.
#[derive(Default)]
struct Counts(Mutex<BTreeMap<String, Arc<AtomicU64>>>);

struct Times(Arc<AtomicU64>);

impl HistogramFn for Times {
    fn record(&self, time: f64) {
        assert!(time >= 0.0, "{time} s");
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl Counts {
    fn cell(&self, key: &Key) -> Arc<AtomicU64> {
        let labels: Vec<_> =
            key.labels().map(|label| format!(" {}={}", label.key(), label.value())).collect();
        let name = format!("{}{}", key.name(), labels.concat());
        Arc::clone(self.0.lock().expect("no panic").entry(name).or_default())
    }

    /// All counts of these names, as `name attribute=value 3`.
    fn of(&self, beginning: &str) -> Vec<String> {
        let counts = self.0.lock().expect("no panic");
        let counts = counts.iter().filter(|(name, _)| name.starts_with(beginning));
        counts.map(|(name, count)| format!("{name} {}", count.load(Ordering::Relaxed))).collect()
    }
}

impl Recorder for Counts {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.cell(key))
    }
    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }
    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(Arc::new(Times(self.cell(key))))
    }
}

fn builder(url: &str) -> serde_wire::registry::HttpRegistryBuilder {
    RegistryClient::builder([url]).retry(RetryPolicy::default().with_rounds(0))
}

#[tokio::test]
async fn messages_are_counted_by_what_became_of_them() {
    let counts = Counts::default();
    let _local = set_default_local_recorder(&counts);
    let server = FakeRegistry::scripted(|_, request| {
        std::future::ready(match request.target.as_str() {
            target if target.starts_with("/schemas/ids/1") => Reply::json(200, r#"{"schema":"\"long\""}"#),
            target if target.starts_with("/schemas/ids/2") => Reply::error(404, 40403, "Schema 2 not found"),
            target if target.starts_with("/schemas/ids/3") => Reply::json(200, r#"{"schema":"\"boolean\""}"#),
            target if target.starts_with("/subjects") => Reply::json(200, r#"{"id":1,"schema":"\"long\""}"#),
            _ => Reply::HangUp,
        })
    })
    .await;
    let registry = Arc::new(builder(&server.url).build().unwrap());
    let options = DeserializerOptions::default();
    let longs = Deserializer::<i64>::new(registry.clone(), "t", Role::Value, &options);
    for _ in 0..3 {
        longs.deserialize(&[0, 0, 0, 0, 1, 84]).await.unwrap();
    }
    longs.try_deserialize(&[0, 0, 0, 0, 1, 84]).unwrap().unwrap();
    longs.deserialize_ref(&[0, 0, 0, 0, 1, 84]).await.unwrap();
    assert!(longs.try_deserialize(&[0, 0, 0, 0, 9, 84]).is_none(), "not decoded, so not counted");
    for (message, kind) in [
        (&[7][..], "frame"),
        (&[0, 0, 0, 0, 1], "data"),
        (&[0, 0, 0, 0, 2, 1], "unknown-schema"),
        (&[0, 0, 0, 0, 3, 1], "incompatible-schema"),
        (&[0, 0, 0, 0, 4, 1], "registry-unavailable"),
    ] {
        assert_eq!(longs.deserialize(message).await.unwrap_err().kind().name(), kind);
    }
    assert_eq!(longs.deserialize_option(None, None).await.unwrap(), None);
    let generic = GenericDeserializer::new(registry.clone(), "t", Role::Key, &options);
    generic.deserialize(&[0, 0, 0, 0, 1, 84]).await.unwrap();

    let of = |half: &str| {
        format!(
            "messaging.client.consumed.messages messaging.system=kafka messaging.operation.name=deserialize messaging.destination.name=t serde_wire.record.half={half}"
        )
    };
    let value = of("value");
    assert_eq!(
        counts.of("messaging.client.consumed"),
        [
            format!("{} 1", of("key")),
            format!("{value} 5"),
            format!("{value} error.type=data 1"),
            format!("{value} error.type=frame 1"),
            format!("{value} error.type=incompatible-schema 1"),
            format!("{value} error.type=registry-unavailable 1"),
            format!("{value} error.type=unknown-schema 1"),
        ]
    );
    let waits: u64 = counts
        .of("serde_wire.schema.wait.duration messaging.system=kafka messaging.operation.name=deserialize")
        .iter()
        .map(|line| line.rsplit(' ').next().unwrap().parse::<u64>().unwrap())
        .sum();
    assert_eq!(waits, 5, "the four schemas that were asked for, one of them for two deserializers");

    let options = SerializerOptions::default();
    let out = Serializer::<i64>::new(registry.clone(), "u", Role::Value, &options).unwrap();
    out.prepare().await.unwrap();
    for value in 0..4 {
        out.serialize_into(&value, &mut Vec::new()).await.unwrap();
    }
    let out = GenericSerializer::new(registry, "u", Role::Key, &options, "\"long\"").unwrap();
    out.serialize_into(&serde_wire::Value::Long(1), &mut Vec::new()).await.unwrap();
    out.serialize_into(&serde_wire::Value::Null, &mut Vec::new()).await.unwrap_err();
    let of = |half: &str| {
        format!(
            "messaging.client.sent.messages messaging.system=kafka messaging.operation.name=serialize messaging.destination.name=u serde_wire.record.half={half}"
        )
    };
    let expected = [
        format!("{} 1", of("key")),
        format!("{} error.type=value 1", of("key")),
        format!("{} 4", of("value")),
    ];
    assert_eq!(counts.of("messaging.client.sent"), expected);
}

#[tokio::test]
async fn requests_are_counted_by_their_end_and_questions_by_who_answered() {
    let counts = Counts::default();
    let _local = set_default_local_recorder(&counts);
    let schema = Reply::json(200, r#"{"schema":"\"long\""}"#);
    let replies =
        [schema.clone(), Reply::error(404, 40403, "no"), Reply::HangUp, Reply::error(503, 1, "x"), schema];
    let server = FakeRegistry::replies(replies).await;
    let tokens = FakeRegistry::replies([Reply::json(200, r#"{"access_token":"t"}"#)]).await;
    let folder = tempfile::tempdir().unwrap();
    let auth = Auth::client_credentials(ClientCredentials::new(&tokens.url, "i", "s"));
    let client = || builder(&server.url).disk_cache(folder.path()).auth(auth.clone()).build().unwrap();
    let registry = client();
    let id = |number| SchemaId::new(number).unwrap();
    for (number, ok) in [(1, true), (1, true), (2, false), (2, false), (3, false), (4, false)] {
        assert_eq!(registry.schema_by_id(id(number), None).await.is_ok(), ok, "{number}");
    }
    client().schema_by_id(id(1), None).await.unwrap();
    registry.version("s", VersionSelector::Latest).await.unwrap();

    assert_eq!(
        counts.of("serde_wire.cache"),
        [
            "serde_wire.cache.files 1",
            "serde_wire.cache.questions serde_wire.cache.outcome=hit 1",
            "serde_wire.cache.questions serde_wire.cache.outcome=miss 6",
            "serde_wire.cache.questions serde_wire.cache.outcome=refusal 1",
        ]
    );
    let of = |method: &str, url: &str, rest: &str| {
        let port = url.rsplit(':').next().unwrap();
        format!(
            "http.client.request.duration http.request.method={method} server.address=127.0.0.1 server.port={port}{rest}"
        )
    };
    let get = |rest| of("GET", &server.url, rest);
    let mut expected = vec![
        get(" error.type=connection 1"),
        get(" http.response.status_code=200 2"),
        get(" http.response.status_code=404 error.type=404 1"),
        get(" http.response.status_code=503 error.type=503 1"),
        of("POST", &tokens.url, " http.response.status_code=200 1"),
    ];
    expected.sort();
    assert_eq!(counts.of("http.client"), expected);
}

/// Each record ends once, and each attempt that is repeated is one more count, none of which is a failure of the record.
#[cfg(feature = "rdkafka")]
#[tokio::test]
async fn records_of_a_consumer_are_counted_once_and_their_repetitions_apart() {
    use crate::kafka::Kafka;
    use serde_wire::rdkafka::{
        ConsumeNotice, ConsumeOptions, HandlerError, Received, RecordProducer, consume_with_dlq,
    };
    use serde_wire::record::{Record, RecordDeserializer};
    use serde_wire::registry::MockRegistry;
    use std::time::Duration;
    use tokio::sync::Notify;

    let counts = Counts::default();
    let _local = set_default_local_recorder(&counts);
    let kafka = Kafka::new();
    let registry = Arc::new(MockRegistry::new());
    let options = SerializerOptions::default();
    let out =
        RecordProducer::<i64, String>::new(kafka.producer(), registry.clone(), "orders", &options, &options);
    let out = out.unwrap();
    for value in ["one", "two", "again", "bad"] {
        out.send(Some(&1), Some(&value.to_owned()), &()).await.unwrap();
    }
    kafka.put(&Record::new("orders", 1, 0).with_value(Some(b"garbage"))).await;
    registry.set_away(true);

    let options = DeserializerOptions::default();
    let orders = RecordDeserializer::<i64, String>::new(registry.clone(), "orders", &options, &options);
    let (left, done) = (AtomicU64::new(5), Arc::new(Notify::new()));
    let (left, stop) = (Arc::new(left), Arc::clone(&done));
    let settle = move || {
        if left.fetch_sub(1, Ordering::Relaxed) == 1 {
            done.notify_one();
        }
    };
    let options = ConsumeOptions::new("orders", "orders-dlq")
        .with_first_pause(Duration::from_millis(1))
        .with_observer({
            let settle = settle.clone();
            move |notice| match notice {
                ConsumeNotice::RegistryAway { failures: 3, .. } => registry.set_away(false),
                ConsumeNotice::DeadLettered { .. } => settle(),
                _ => {}
            }
        });
    let handler = async |received: &Received<'_, i64, String>| match received.value.as_deref() {
        Some("again") if received.attempt < 3 => Err(HandlerError::retry("not yet")),
        Some("bad") => Err(HandlerError::dead_letter("no such customer")),
        _ => {
            settle();
            Ok(())
        }
    };
    let settings = kafka.settings();
    let run = consume_with_dlq(&settings, &orders, &options, handler, async { stop.notified().await });
    tokio::time::timeout(Duration::from_secs(120), run).await.expect("it ends").unwrap();

    let of = |rest: &str| {
        format!(
            "serde_wire.consumer.records messaging.system=kafka messaging.destination.name=orders serde_wire.record.outcome={rest}"
        )
    };
    assert_eq!(
        counts.of("serde_wire.consumer.records"),
        [
            of("dead-lettered error.type=frame 1"),
            of("dead-lettered error.type=handler 1"),
            of("handled 3"),
            of("retried error.type=handler 2"),
            of("retried error.type=registry-unavailable 3"),
        ]
    );
}
