//! Records made of records in transactions, one of which is broken off: each of them exactly once.

use super::{Finding, Findings, LIMIT, member, within};
use crate::Result;
use crate::kafka::Kafka;
use rdkafka::consumer::{Consumer, StreamConsumer};
use rdkafka::error::KafkaError;
use rdkafka::producer::{BaseProducer, Producer};
use rdkafka::{Message, Offset, TopicPartitionList};
use serde_wire::rdkafka::{AsRecord, RecordProducer, base_record};
use serde_wire::record::{RecordBuffer, RecordDeserializer, RecordSerializer};
use serde_wire::registry::MockRegistry;
use serde_wire::{DeserializerOptions, SerializerOptions};
use std::sync::Arc;

const FROM: &str = "adapters-numbers";
const TO: &str = "adapters-squares";
pub(super) const TOPICS: [(&str, i32); 2] = [(FROM, 1), (TO, 1)];
const NUMBERS: i64 = 60;
/// How many records are transformed in one transaction.
const BATCH: i64 = 10;

pub(super) async fn play(brokers: String) -> Result<Findings> {
    let kafka = Kafka::new(&brokers);
    let registry = Arc::new(MockRegistry::new());
    let options = SerializerOptions::default();
    let out = RecordProducer::<i64, i64>::new(kafka.producer()?, registry.clone(), FROM, &options, &options)?;
    for number in 0..NUMBERS {
        out.send(Some(&number), Some(&number), &()).await?;
    }

    // The first one stops in the middle of its third transaction, the second one goes on where the first one has committed.
    let first = Transformer::start(&kafka, &registry)?;
    for _ in 0..2 {
        first.transform(true).await?;
    }
    first.transform(false).await?;
    drop(first);
    let second = Transformer::start(&kafka, &registry)?;
    for _ in 2..NUMBERS / BATCH {
        second.transform(true).await?;
    }
    drop(second);

    let squares: Vec<_> = (0..NUMBERS).map(|number| (Some(number), Some(number * number))).collect();
    let (seen, read) = (
        read(&kafka, &registry, "read_uncommitted").await?,
        read(&kafka, &registry, "read_committed").await?,
    );
    let broken_off = usize::try_from(BATCH)? + squares.len();
    Ok((
        "consume, transform and produce in transactions, one of which is broken off",
        vec![
            Finding::equal("what was broken off is on the topic", &broken_off, &seen.len()),
            Finding::equal("readers see each record exactly once", &squares, &read),
        ],
    ))
}

/// Squares numbers.
struct Transformer {
    consumer: StreamConsumer,
    producer: BaseProducer,
    numbers: RecordDeserializer<i64, i64>,
    squares: RecordSerializer<i64, i64>,
}

impl Transformer {
    fn start(kafka: &Kafka, registry: &Arc<MockRegistry>) -> Result<Self> {
        let producer: BaseProducer = kafka
            .config()
            .set("transactional.id", "adapters-squares-0")
            // As long as the broker allows: what is broken off here is ended by the successor, not by the clock.
            .set("transaction.timeout.ms", "900000")
            .create()?;
        // Ends what another one of this name left open.
        producer.init_transactions(LIMIT)?;
        let mut settings = member(kafka, "adapters-squares");
        let consumer: StreamConsumer = settings.set("enable.auto.commit", "false").create()?;
        consumer.subscribe(&[FROM])?;
        let (reading, writing) = (DeserializerOptions::default(), SerializerOptions::default());
        let numbers = RecordDeserializer::new(registry.clone(), FROM, &reading, &reading);
        let squares = RecordSerializer::new(registry.clone(), TO, &writing, &writing)?;
        Ok(Self { consumer, producer, numbers, squares })
    }

    /// One transaction: what was made, and how far was read.
    async fn transform(&self, commits: bool) -> Result<()> {
        let mut buffer = RecordBuffer::default();
        self.producer.begin_transaction()?;
        let mut read = TopicPartitionList::new();
        for _ in 0..BATCH {
            let message = within("the next number", self.consumer.recv()).await??;
            let outcome = self.numbers.deserialize(&message.as_record()).await;
            let (key, value) = outcome.into_result().map_err(|(_, error)| error)?;
            let square = value.map(|number| number * number);
            let encoded = self.squares.serialize(key.as_ref(), square.as_ref(), &mut buffer).await?;
            self.producer.send(base_record(TO, &encoded, &())).map_err(|(error, _)| error)?;
            read = TopicPartitionList::new();
            read.add_partition_offset(FROM, message.partition(), Offset::Offset(message.offset() + 1))?;
        }
        let group = self.consumer.group_metadata().ok_or("not a member of the group")?;
        tokio::task::block_in_place(|| {
            self.producer.send_offsets_to_transaction(&read, &group, LIMIT)?;
            if commits { self.producer.commit_transaction(LIMIT) } else { self.producer.flush(LIMIT) }
        })?;
        Ok(())
    }
}

async fn read(
    kafka: &Kafka,
    registry: &Arc<MockRegistry>,
    isolation: &str,
) -> Result<Vec<(Option<i64>, Option<i64>)>> {
    let options = DeserializerOptions::default();
    let squares = RecordDeserializer::<i64, i64>::new(registry.clone(), TO, &options, &options);
    let mut settings = member(kafka, "adapters-squares-reader");
    let consumer: StreamConsumer =
        settings.set("isolation.level", isolation).set("enable.partition.eof", "true").create()?;
    let mut all = TopicPartitionList::new();
    all.add_partition_offset(TO, 0, Offset::Beginning)?;
    consumer.assign(&all)?;
    let mut read = Vec::new();
    loop {
        match within("reading the squares", consumer.recv()).await? {
            Ok(message) => {
                let outcome = squares.deserialize(&message.as_record()).await;
                read.push(outcome.into_result().map_err(|(_, error)| error)?);
            }
            // The end of a transaction is acknowledged before all readers may see it.
            Err(KafkaError::PartitionEOF(_)) if read.len() < usize::try_from(NUMBERS)? => {}
            Err(KafkaError::PartitionEOF(_)) => return Ok(read),
            Err(error) => return Err(error.into()),
        }
    }
}
