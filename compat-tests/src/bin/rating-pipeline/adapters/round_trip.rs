//! The same records out with one client and in with both: nulls, headers, both framings.

use super::{Finding, Findings, LIMIT, member, within};
use crate::Result;
use crate::kafka::Kafka;
use futures_util::StreamExt;
use rdkafka::Offset;
use rdkafka::TopicPartitionList;
use rdkafka::consumer::{Consumer, StreamConsumer};
use rdkafka::producer::{FutureProducer, FutureRecord};
use rskafka::client::ClientBuilder;
use rskafka::client::consumer::{StartOffset, StreamConsumerBuilder};
use rskafka::client::partition::{PartitionClient, UnknownTopicHandling};
use serde_wire::rdkafka::{AsRecord, owned_headers};
use serde_wire::record::{OwnedRecord, RecordDeserializer, TraceContext};
use serde_wire::registry::MockRegistry;
use serde_wire::{
    DeserializerOptions, Framing, SerializerOptions, rdkafka as by_rdkafka, rskafka as by_rskafka,
};
use std::pin::pin;
use std::sync::Arc;

/// Names and numbers of partitions; one for each framing, and one more.
pub(super) const TOPICS: [(&str, i32); 3] =
    [("adapters-prefix", 1), ("adapters-header", 1), ("adapters-headers", 1)];

type Pair = (Option<i64>, Option<String>);

/// Both halves, each of them also null.
fn pairs() -> Vec<Pair> {
    let text = |text: &str| Some(text.to_owned());
    vec![
        (Some(7), text("Ada")),
        (Some(-1), None),
        (None, text("")),
        (None, None),
        (Some(i64::MAX), text("\0ä")),
    ]
}

pub(super) async fn play(brokers: String) -> Result<Findings> {
    let kafka = Kafka::new(&brokers);
    let (registry, mut findings) = (Arc::new(MockRegistry::new()), Vec::new());
    // Whoever makes a producer that doubles nothing waits for its id.
    let producer = kafka.producer()?;
    let plain = ClientBuilder::new(vec![brokers.clone()]).build().await?;
    for ((topic, _), framing) in TOPICS.into_iter().zip([Framing::Prefix, Framing::Header]) {
        let partition = Arc::new(plain.partition_client(topic, 0, UnknownTopicHandling::Retry).await?);
        let trip = Trip {
            kafka: &kafka,
            producer: producer.clone(),
            registry: Arc::clone(&registry),
            topic,
            partition,
        };
        trip.write(framing).await?;
        let schemas = if framing == Framing::Header { "in headers" } else { "in prefixes" };

        let (first, second) = (trip.read_with_rdkafka().await?, trip.read_with_rskafka().await?);
        let expected: Vec<Pair> = pairs().into_iter().chain(pairs()).collect();
        let values = |records: &[(OwnedRecord, Pair)]| {
            records.iter().map(|(_, pair)| pair.clone()).collect::<Vec<_>>()
        };
        findings.push(Finding::equal(
            &format!("values by rdkafka, schemas {schemas}"),
            &expected,
            &values(&first),
        ));
        findings.push(Finding::equal(
            &format!("values by rskafka, schemas {schemas}"),
            &expected,
            &values(&second),
        ));
        let traced = |records: &[(OwnedRecord, Pair)]| {
            records.iter().filter(|(record, _)| TraceContext::of(&record.headers) == Some(trace())).count()
        };
        findings.push(Finding::equal(
            "each belongs to the trace",
            &(expected.len(), expected.len()),
            &(traced(&first), traced(&second)),
        ));

        // rskafka keeps headers by name, in the order of names.
        let sorted = |records: Vec<(OwnedRecord, Pair)>| {
            records.into_iter().map(|(mut record, _)| {
                record.headers.sort();
                record
            })
        };
        findings.push(Finding::equal(
            "both clients received the same bytes",
            &true,
            &sorted(first).eq(sorted(second)),
        ));
    }
    findings.extend(headers_are_kept(&kafka, &producer).await?);
    Ok(("a round trip with both clients", findings))
}

struct Trip<'t> {
    kafka: &'t Kafka,
    producer: FutureProducer,
    registry: Arc<MockRegistry>,
    topic: &'t str,
    partition: Arc<PartitionClient>,
}

fn trace() -> TraceContext {
    TraceContext::new(0x0af7_6519, 0xb7ad_6b71, true).expect("no id is 0").with_state("pipeline=1")
}

impl Trip<'_> {
    /// All pairs with rdkafka, and again with rskafka.
    async fn write(&self, framing: Framing) -> Result<()> {
        let options = SerializerOptions::default().with_framing(framing);
        let (producer, registry) = (self.producer.clone(), Arc::clone(&self.registry));
        let first = by_rdkafka::RecordProducer::<i64, String>::new(
            producer, registry, self.topic, &options, &options,
        )?;
        let (partition, registry) = (Arc::clone(&self.partition), Arc::clone(&self.registry));
        let second = by_rskafka::RecordProducer::<i64, String>::new(partition, registry, &options, &options)?;
        for (key, value) in pairs() {
            first.send(key.as_ref(), value.as_ref(), &trace()).await?;
        }
        for (key, value) in pairs() {
            second.send(key.as_ref(), value.as_ref(), &trace()).await?;
        }
        Ok(())
    }

    fn deserializer(&self) -> RecordDeserializer<i64, String> {
        let options = DeserializerOptions::default();
        RecordDeserializer::new(Arc::<MockRegistry>::clone(&self.registry), self.topic, &options, &options)
    }

    async fn read_with_rdkafka(&self) -> Result<Vec<(OwnedRecord, Pair)>> {
        let deserializer = self.deserializer();
        let consumer: StreamConsumer = member(self.kafka, "adapters-round-trip").create()?;
        let mut all = TopicPartitionList::new();
        all.add_partition_offset(self.topic, 0, Offset::Beginning)?;
        consumer.assign(&all)?;
        let mut messages = pin!(by_rdkafka::outcomes(&consumer, &deserializer).take(2 * pairs().len()));
        let mut read = Vec::new();
        while let Some(received) = within("reading with rdkafka", messages.next()).await? {
            let (message, outcome) = received?;
            read.push((message.as_record().to_owned(), outcome.into_result().map_err(|(_, error)| error)?));
        }
        Ok(read)
    }

    async fn read_with_rskafka(&self) -> Result<Vec<(OwnedRecord, Pair)>> {
        let deserializer = self.deserializer();
        let consumer = StreamConsumerBuilder::new(Arc::clone(&self.partition), StartOffset::Earliest).build();
        let records = by_rskafka::outcomes(consumer, self.topic, 0, &deserializer);
        let mut records = pin!(records.take(2 * pairs().len()));
        let mut read = Vec::new();
        while let Some(received) = within("reading with rskafka", records.next()).await? {
            let (record, outcome) = received?;
            let record = by_rskafka::as_record(&record, self.topic, 0).to_owned();
            read.push((record, outcome.into_result().map_err(|(_, error)| error)?));
        }
        Ok(read)
    }
}

/// What a header can be comes back from the broker as it was.
async fn headers_are_kept(kafka: &Kafka, producer: &FutureProducer) -> Result<Vec<Finding>> {
    let (topic, _) = TOPICS[2];
    let headers: Vec<(String, Option<Vec<u8>>)> = [
        ("a", Some(&b"1"[..])),
        ("b", None),
        ("a", Some(b"\xff\0\xfe")),
        ("", Some(b"")),
        ("ä", Some(b"2")),
        ("a", None),
    ]
    .map(|(name, value)| (name.to_owned(), value.map(<[u8]>::to_vec)))
    .into();
    let mut record = FutureRecord::<[u8], [u8]>::to(topic).key(b"").payload(b"");
    record.headers = owned_headers(&headers);
    producer.send(record, LIMIT).await.map_err(|(error, _)| error)?;
    let messages = kafka.read_all(topic)?;
    let read: Vec<OwnedRecord> = messages.iter().map(|message| message.as_record().to_owned()).collect();
    let halves: Vec<_> = read.iter().map(|record| (record.key.clone(), record.value.clone())).collect();
    let names = read.iter().map(|record| record.headers.clone()).collect();
    Ok(vec![
        Finding::equal("headers come back as they were", &vec![headers], &names),
        Finding::equal("empty is not null", &vec![(Some(vec![]), Some(vec![]))], &halves),
    ])
}
