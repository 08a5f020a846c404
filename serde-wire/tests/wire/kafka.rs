//! Records through rdkafka, on the cluster that librdkafka brings along for tests; a real broker is met by the rating pipeline.

use rdkafka::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::OwnedMessage;
use rdkafka::mocking::MockCluster;
use rdkafka::producer::{BaseProducer, DefaultProducerContext, FutureProducer, Producer};
use rdkafka::types::{RDKafkaApiKey, RDKafkaRespErr};
use rdkafka::{Offset, TopicPartitionList};
use serde_wire::dead_letter::{self, connect};
use serde_wire::rdkafka::{
    AsRecord, ConsumeError, ConsumeNotice, ConsumeOptions, HandlerError, Received, RecordProducer,
    ReplayOptions, consume_with_dlq, copy_of, replay_dead_letters,
};
use serde_wire::record::{Headers, OwnedRecord, Record, RecordDeserializer, TraceContext};
use serde_wire::registry::MockRegistry;
use serde_wire::{DeserializerOptions, SerializerOptions};
use std::collections::BTreeSet;
use std::ffi::CStr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

const PARTITIONS: i32 = 2;
/// Longer than anything here takes on a machine that has much else to do.
const LIMIT: Duration = Duration::from_secs(120);

/// A cluster with a topic and a topic for its dead letters.
pub(crate) struct Kafka {
    cluster: MockCluster<'static, DefaultProducerContext>,
}

impl Kafka {
    pub(crate) fn new() -> Self {
        let cluster = MockCluster::new(1).expect("a cluster");
        cluster.create_topic("orders", PARTITIONS, 1).expect("a topic");
        cluster.create_topic("orders-dlq", 1, 1).expect("a topic");
        Self { cluster }
    }

    pub(crate) fn settings(&self) -> ClientConfig {
        let mut settings = ClientConfig::new();
        settings.set("bootstrap.servers", self.cluster.bootstrap_servers());
        settings.set("group.id", "billing").set("auto.offset.reset", "earliest");
        settings
    }

    pub(crate) fn producer(&self) -> FutureProducer {
        let mut settings = ClientConfig::new();
        settings.set("bootstrap.servers", self.cluster.bootstrap_servers()).create().expect("a producer")
    }

    pub(crate) async fn put(&self, record: &Record<'_>) {
        self.producer().send(copy_of(record), LIMIT).await.expect("a record is taken");
    }

    /// Sends a record with these headers, whose names need be no text.
    #[expect(unsafe_code, reason = "rdkafka takes no such names, but other programs send them")]
    fn put_with_headers(&self, headers: &[(&CStr, &[u8])]) {
        use rdkafka::bindings::{
            rd_kafka_produceva, rd_kafka_vtype_t as Type, rd_kafka_vu_s__bindgen_ty_1 as Argument,
            rd_kafka_vu_s__bindgen_ty_1__bindgen_ty_2 as Header, rd_kafka_vu_t,
        };
        let mut settings = ClientConfig::new();
        settings.set("bootstrap.servers", self.cluster.bootstrap_servers());
        let producer: BaseProducer = settings.create().expect("a producer");
        let mut arguments = vec![rd_kafka_vu_t {
            vtype: Type::RD_KAFKA_VTYPE_TOPIC,
            u: Argument { cstr: c"orders".as_ptr() },
        }];
        arguments.extend(headers.iter().map(|(name, value)| rd_kafka_vu_t {
            vtype: Type::RD_KAFKA_VTYPE_HEADER,
            u: Argument {
                header: Header {
                    name: name.as_ptr(),
                    val: value.as_ptr().cast(),
                    size: value.len().cast_signed(),
                },
            },
        }));
        // SAFETY: the client lives, and so do the arguments, of which each has the member that its type says; all is copied.
        let error = unsafe {
            rd_kafka_produceva(producer.client().native_ptr(), arguments.as_ptr(), arguments.len())
        };
        assert!(error.is_null(), "the record is taken");
        producer.flush(LIMIT).expect("the record is sent");
    }

    /// All that is in the topic, partition by partition.
    fn read(&self, topic: &str, partitions: i32) -> Vec<OwnedMessage> {
        let consumer: BaseConsumer = self.settings().create().expect("a consumer");
        let (mut list, mut count) = (TopicPartitionList::new(), 0);
        for partition in 0..partitions {
            list.add_partition_offset(topic, partition, Offset::Beginning).expect("a partition");
            count += consumer.fetch_watermarks(topic, partition, LIMIT).expect("its end").1;
        }
        consumer.assign(&list).expect("partitions are assigned");
        let mut all: Vec<_> = (0..count)
            .map(|_| consumer.poll(LIMIT).expect("a message").expect("a message").detach())
            .collect();
        all.sort_by_key(|message| (message.as_record().partition, message.as_record().offset));
        all
    }
}

fn text<'h>(headers: &'h dyn Headers, name: &str) -> &'h str {
    std::str::from_utf8(headers.last_header(name).unwrap_or_default()).expect("text")
}

/// What was handled: partition, key and value, and at which attempt.
type Handled = (i32, Option<i64>, Option<String>, u32);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_consumer_waits_for_what_passes_and_buries_what_does_not() {
    let kafka = Kafka::new();
    let registry = Arc::new(MockRegistry::new());
    let options = SerializerOptions::default();
    let out =
        RecordProducer::<i64, String>::new(kafka.producer(), registry.clone(), "orders", &options, &options)
            .unwrap();
    let trace = TraceContext::new(7, 8, true).unwrap();
    for (key, value) in
        [(1, Some("one")), (2, None), (3, Some("again")), (4, Some("never")), (5, Some("bad"))]
    {
        out.send(Some(&key), value.map(str::to_owned).as_ref(), &trace).await.unwrap();
    }
    let headers = vec![
        ("traceparent", Some(text(&trace, "traceparent").as_bytes())),
        ("a", None),
        ("a", Some(&[0xff, 0][..])),
    ];
    let garbage = Record::new("orders", 1, 0).with_timestamp(Some(77)).with_value(Some(b"garbage"));
    kafka.put(&garbage.with_headers(&headers)).await;

    registry.set_away(true);
    let options = DeserializerOptions::default().with_deadline(Duration::from_millis(50));
    let names = RecordDeserializer::<i64, String>::new(registry.clone(), "orders", &options, &options);
    let (handled, done) = (Arc::new(Mutex::new(Vec::<Handled>::new())), Arc::new(Notify::new()));
    let (away, settled) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
    let finish = {
        let (settled, done) = (Arc::clone(&settled), Arc::clone(&done));
        move || {
            // Three are handled, three dead-lettered.
            if settled.fetch_add(1, Ordering::Relaxed) + 1 == 6 {
                done.notify_one();
            }
        }
    };
    let options = ConsumeOptions::new("orders", "orders-dlq")
        .with_application("billing", "0")
        .with_first_pause(Duration::from_millis(10))
        .with_longest_pause(Duration::from_millis(40))
        .with_handler_attempts(NonZeroU32::new(3))
        .with_observer({
            let (away, registry, finish) = (Arc::clone(&away), Arc::clone(&registry), finish.clone());
            move |notice| match notice {
                ConsumeNotice::RegistryAway { .. } if away.fetch_add(1, Ordering::Relaxed) == 5 => {
                    registry.set_away(false);
                }
                ConsumeNotice::DeadLettered { .. } => finish(),
                _ => {}
            }
        });
    let handler = {
        let handled = Arc::clone(&handled);
        async move |received: &Received<'_, i64, String>| {
            tokio::task::yield_now().await;
            match (received.value.as_deref(), received.attempt) {
                (Some("again"), 1 | 2) | (Some("never"), _) => Err(HandlerError::retry("later")),
                (Some("bad"), _) => Err(HandlerError::dead_letter("no such customer")),
                (value, attempt) => {
                    let value = value.map(str::to_owned);
                    handled.lock().unwrap().push((received.record.partition, received.key, value, attempt));
                    finish();
                    Ok(())
                }
            }
        }
    };
    let settings = kafka.settings();
    // It runs as a task of its own, as in a program that has others.
    let run = tokio::spawn(async move {
        consume_with_dlq(&settings, &names, &options, handler, async move { done.notified().await }).await
    });
    let report = tokio::time::timeout(LIMIT, run).await.expect("it ends").unwrap().unwrap();

    assert_eq!((report.handled, report.dead_lettered), (3, 3));
    assert!(away.load(Ordering::Relaxed) >= 6, "it waited for the registry");
    let mut handled = handled.lock().unwrap().clone();
    handled.sort_by_key(|(_, key, ..)| *key);
    let handled: Vec<_> = handled.into_iter().map(|(_, key, value, attempt)| (key, value, attempt)).collect();
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(handled, [(Some(1), some("one"), 1), (Some(2), None, 1), (Some(3), some("again"), 3)]);

    let sent: Vec<OwnedRecord> =
        kafka.read("orders", PARTITIONS).iter().map(|message| message.as_record().to_owned()).collect();
    let letters = kafka.read("orders-dlq", 1);
    let mut told = Vec::new();
    for letter in &letters {
        let letter = letter.as_record();
        let original = dead_letter::replay(&letter).unwrap();
        assert!(sent.contains(&original), "{original:?}");
        assert_eq!(text(letter.headers, dead_letter::TRACE_ID), trace.trace_id());
        assert_eq!(text(letter.headers, connect::CONNECTOR_NAME), "billing");
        told.push(
            [dead_letter::REASON, connect::STAGE, connect::EXCEPTION_MESSAGE]
                .map(|name| text(letter.headers, name)),
        );
    }
    told.sort_unstable();
    assert_eq!(told[1..], [["handler", "TASK_PUT", "later"], ["handler", "TASK_PUT", "no such customer"]]);
    assert_eq!(told[0][..2], ["frame", "VALUE_CONVERTER"], "{}", told[0][2]);

    // Everything is committed: a consumer of the group begins behind it.
    let consumer: BaseConsumer = kafka.settings().create().unwrap();
    let mut all = TopicPartitionList::new();
    all.add_partition_range("orders", 0, PARTITIONS - 1);
    let committed = consumer.committed_offsets(all, LIMIT).unwrap();
    let total: i64 = committed.elements().iter().filter_map(|element| element.offset().to_raw()).sum();
    assert_eq!(total, 6);

    let mut replaying = kafka.settings();
    replaying.set("group.id", "replay");
    let fixable = ReplayOptions::new("orders-dlq")
        .with_filter(|letter| letter.headers.last_header(dead_letter::REASON) == Some(b"handler"));
    let first = replay_dead_letters(&replaying, &fixable).await.unwrap();
    assert_eq!((first.replayed, first.left_out, first.refused), (2, 1, 0));
    let second = replay_dead_letters(&replaying, &fixable).await.unwrap();
    assert_eq!((second.replayed, second.left_out, second.refused), (0, 0, 0), "once is enough");
    let content = |record: &OwnedRecord| {
        let OwnedRecord { partition, timestamp, key, value, headers, .. } = record.clone();
        (partition, timestamp, key, value, headers)
    };
    let now = kafka.read("orders", PARTITIONS);
    let again =
        now.iter().map(|message| message.as_record().to_owned()).filter(|record| !sent.contains(record));
    let mut again: Vec<_> = again.map(|record| content(&record)).collect();
    let mut expected: Vec<_> =
        letters.iter().map(|letter| dead_letter::replay(&letter.as_record()).unwrap()).collect();
    expected.retain(|original| original.value.as_deref() != Some(b"garbage"));
    let mut expected: Vec<_> = expected.iter().map(content).collect();
    again.sort();
    expected.sort();
    assert_eq!(again, expected);
}

/// A member that comes and goes again: every partition is taken away twice, while its record waits to be tried again or not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_partition_that_was_paused_when_it_was_taken_away_is_read_when_it_comes_back() {
    let kafka = Kafka::new();
    let registry = Arc::new(MockRegistry::new());
    let options = SerializerOptions::default();
    let out =
        RecordProducer::<i64, String>::new(kafka.producer(), registry.clone(), "orders", &options, &options)
            .unwrap();
    // So many keys that each partition has records.
    for key in 0..16 {
        out.send(Some(&key), Some(&"order".to_owned()), &()).await.unwrap();
    }
    let options = DeserializerOptions::default();
    let orders = RecordDeserializer::<i64, String>::new(registry, "orders", &options, &options);
    let mut settings = kafka.settings();
    // The cluster gives members as long as a session to come again, and goes on then; they hear of it by their heartbeats.
    settings.set("heartbeat.interval.ms", "100").set("session.timeout.ms", "3000");

    let (tried, handled) = (Arc::new(Mutex::new(BTreeSet::new())), Arc::new(Mutex::new(BTreeSet::new())));
    let (all_tried, done) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let is_settled = Arc::new(AtomicBool::new(false));
    let handler = {
        let (all_tried, done, is_settled) =
            (Arc::clone(&all_tried), Arc::clone(&done), Arc::clone(&is_settled));
        async move |received: &Received<'_, i64, String>| {
            if !is_settled.load(Ordering::SeqCst) {
                let mut tried = tried.lock().unwrap();
                // At its second attempt a record has waited, for which its partition was paused.
                if received.attempt == 2
                    && tried.insert(received.record.partition)
                    && tried.len() == usize::try_from(PARTITIONS).unwrap()
                {
                    all_tried.notify_one();
                }
                return Err(HandlerError::retry("not yet"));
            }
            let mut handled = handled.lock().unwrap();
            if handled.insert(received.key) && handled.len() == 16 {
                done.notify_one();
            }
            Ok(())
        }
    };
    let options = ConsumeOptions::new("orders", "orders-dlq")
        .with_first_pause(Duration::from_millis(10))
        .with_longest_pause(Duration::from_millis(40));
    let run = tokio::spawn({
        let settings = settings.clone();
        async move {
            consume_with_dlq(&settings, &orders, &options, handler, async move { done.notified().await })
                .await
        }
    });
    tokio::time::timeout(LIMIT, all_tried.notified()).await.expect("records wait");
    settings.set("enable.auto.offset.store", "false");
    let visit = move || {
        let other: BaseConsumer = settings.create().expect("a consumer");
        other.subscribe(&["orders"]).expect("a subscription");
        let begun = Instant::now();
        while other.assignment().expect("an assignment").count() == 0 {
            assert!(begun.elapsed() < LIMIT, "the other member gets a partition");
            let _ = other.poll(Duration::from_millis(50));
        }
    };
    tokio::task::spawn_blocking(visit).await.unwrap();
    is_settled.store(true, Ordering::SeqCst);
    tokio::time::timeout(LIMIT, run).await.expect("all are handled").unwrap().unwrap();
}

/// A handler that takes its time at the shutdown must not keep the group from giving its partitions to another member.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_partition_is_given_away_while_a_handler_finishes() {
    let kafka = Kafka::new();
    let registry = Arc::new(MockRegistry::new());
    let options = SerializerOptions::default();
    let out =
        RecordProducer::<i64, String>::new(kafka.producer(), registry.clone(), "orders", &options, &options)
            .unwrap();
    // So many keys that each partition has records, and more than one.
    for key in 0..16 {
        out.send(Some(&key), Some(&"order".to_owned()), &()).await.unwrap();
    }
    let options = DeserializerOptions::default();
    let orders = RecordDeserializer::<i64, String>::new(registry, "orders", &options, &options);
    let mut settings = kafka.settings();
    settings.set("heartbeat.interval.ms", "100").set("session.timeout.ms", "3000");

    let (busy, stop, revoked) = (Arc::new(Notify::new()), Arc::new(Notify::new()), Arc::new(Notify::new()));
    let options = ConsumeOptions::new("orders", "orders-dlq").with_grace(LIMIT * 2).with_observer({
        let revoked = Arc::clone(&revoked);
        move |notice| {
            if let ConsumeNotice::Revoked { .. } = notice {
                revoked.notify_one();
            }
        }
    });
    let handler = {
        let busy = Arc::clone(&busy);
        async move |_: &Received<'_, i64, String>| {
            busy.notify_one();
            std::future::pending().await
        }
    };
    let run = tokio::spawn({
        let (settings, stop) = (settings.clone(), Arc::clone(&stop));
        async move {
            consume_with_dlq(&settings, &orders, &options, handler, async move { stop.notified().await })
                .await
        }
    });
    tokio::time::timeout(LIMIT, busy.notified()).await.expect("a handler works");
    stop.notify_one();
    // The other member, which is polled until the first one heard of it.
    settings.set("enable.auto.offset.store", "false");
    let gone = Arc::new(AtomicBool::new(false));
    let visit = {
        let gone = Arc::clone(&gone);
        move || {
            let other: BaseConsumer = settings.create().expect("a consumer");
            other.subscribe(&["orders"]).expect("a subscription");
            while !gone.load(Ordering::SeqCst) {
                let _ = other.poll(Duration::from_millis(50));
            }
        }
    };
    let visit = tokio::task::spawn_blocking(visit);
    let heard = tokio::time::timeout(LIMIT, revoked.notified()).await;
    gone.store(true, Ordering::SeqCst);
    visit.await.unwrap();
    heard.expect("the group is heard while the handler works");
    // Nothing is left to wait for: its record is the other member's.
    let report = tokio::time::timeout(LIMIT, run).await.expect("it ends").unwrap().unwrap();
    assert_eq!(report.handled, 0);
}

/// rdkafka panics at such a name; the record comes again at each start of the consumer.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_header_whose_name_is_no_text_is_left_out_and_ends_nobody() {
    let kafka = Kafka::new();
    kafka.put_with_headers(&[(c"a", b"1"), (c"caf\xe9", b"2"), (c"b", b"3")]);
    let options = DeserializerOptions::default();
    let orders =
        RecordDeserializer::<i64, String>::new(Arc::new(MockRegistry::new()), "orders", &options, &options);
    let done = Arc::new(Notify::new());
    let handled = Arc::new(Mutex::new(Vec::new()));
    let handler = {
        let (done, handled) = (Arc::clone(&done), Arc::clone(&handled));
        async move |received: &Received<'_, i64, String>| {
            *handled.lock().unwrap() = received.record.to_owned().headers;
            done.notify_one();
            Ok(())
        }
    };
    let (settings, options) = (kafka.settings(), ConsumeOptions::new("orders", "orders-dlq"));
    let run = consume_with_dlq(&settings, &orders, &options, handler, async move { done.notified().await });
    let report = tokio::time::timeout(LIMIT, run).await.expect("it ends").unwrap();
    assert_eq!(report.handled, 1);
    let expected = [("a", "1"), ("b", "3")];
    let expected = expected.map(|(name, value)| (name.to_owned(), Some(value.as_bytes().to_vec())));
    assert_eq!(*handled.lock().unwrap(), expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_dead_letter_topic_it_ends_and_says_so() {
    let kafka = Kafka::new();
    let missing = RDKafkaRespErr::RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
    kafka.cluster.topic_error("orders-dlq", missing).unwrap();
    kafka.put(&Record::new("orders", 0, 0).with_value(Some(b"garbage"))).await;
    let options = DeserializerOptions::default();
    let names =
        RecordDeserializer::<i64, String>::new(Arc::new(MockRegistry::new()), "orders", &options, &options);
    let mut settings = kafka.settings();
    // Half a minute unless it is said.
    settings.set("topic.metadata.propagation.max.ms", "200");
    let options = ConsumeOptions::new("orders", "orders-dlq");
    let handler = async |_: &Received<'_, i64, String>| Ok(());
    let run = consume_with_dlq(&settings, &names, &options, handler, std::future::pending());
    let error = tokio::time::timeout(LIMIT, run).await.expect("it ends").unwrap_err();
    let ConsumeError::DeadLetter { offset: 0, .. } = &error else { panic!("{error}") };
    assert!(error.to_string().contains("create the topic orders-dlq"), "{error}");
}

/// Whoever believes that there was nothing to replay lets the letters go.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replay_of_a_topic_that_cannot_be_read_is_an_error() {
    use RDKafkaErrorCode as Code;
    let kafka = Kafka::new();
    let replayed = async |topic: &str| {
        let mut settings = kafka.settings();
        settings.set("group.id", "replay");
        let options = ReplayOptions::new(topic);
        let run = replay_dead_letters(&settings, &options);
        tokio::time::timeout(LIMIT, run).await.expect("it ends").map(|report| report.replayed)
    };
    assert_eq!(replayed("orders-dlq").await, Ok(0), "a topic without letters");
    assert_eq!(
        replayed("order-dlq").await,
        Err(KafkaError::MetadataFetch(Code::UnknownTopicOrPartition)),
        "a topic that is not there"
    );

    kafka.put(&Record::new("orders-dlq", 0, 0).with_value(Some(b"no letter"))).await;
    let forbidden = [RDKafkaRespErr::RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED; 8];
    kafka.cluster.request_errors(RDKafkaApiKey::Fetch, &forbidden);
    assert_eq!(
        replayed("orders-dlq").await,
        Err(KafkaError::MessageConsumption(Code::TopicAuthorizationFailed)),
        "a topic that must not be read"
    );

    kafka.cluster.topic_error("orders-dlq", forbidden[0]).unwrap();
    assert_eq!(
        replayed("orders-dlq").await,
        Err(KafkaError::MetadataFetch(Code::TopicAuthorizationFailed)),
        "a topic that must not be described"
    );
}

#[tokio::test]
async fn a_fatal_error_of_the_handler_ends_it_and_commits_nothing_of_that_record() {
    let kafka = Kafka::new();
    let registry = Arc::new(MockRegistry::new());
    let options = SerializerOptions::default();
    let producer = kafka.producer();
    let out =
        RecordProducer::<i64, String>::new(producer, registry.clone(), "orders", &options, &options).unwrap();
    for value in ["first", "fatal", "last"] {
        out.send(Some(&1), Some(&value.to_owned()), &()).await.unwrap();
    }
    let options = DeserializerOptions::default();
    let names = RecordDeserializer::<i64, String>::new(registry, "orders", &options, &options);
    let handler = async |received: &Received<'_, i64, String>| match received.value.as_deref() {
        Some("fatal") => Err(HandlerError::fatal("the disk is full")),
        _ => Ok(()),
    };
    let options = ConsumeOptions::new("orders", "orders-dlq");
    let settings = kafka.settings();
    let run = consume_with_dlq(&settings, &names, &options, handler, std::future::pending());
    let error = tokio::time::timeout(LIMIT, run).await.expect("it ends").unwrap_err();
    let ConsumeError::Handler { partition, offset: 1, .. } = &error else { panic!("{error}") };
    assert!(error.to_string().ends_with("offset 1: the disk is full"), "{error}");

    let consumer: BaseConsumer = kafka.settings().create().unwrap();
    let mut all = TopicPartitionList::new();
    all.add_partition("orders", *partition);
    let committed = consumer.committed_offsets(all, LIMIT).unwrap();
    assert_eq!(committed.elements()[0].offset(), Offset::Offset(1), "the record before it is committed");
}
