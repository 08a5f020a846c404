//! Records of the client rdkafka: feature `rdkafka`.
//!
//! | to | use |
//! |---|---|
//! | look at a message as a [`Record`](crate::record::Record) | [`AsRecord::as_record`] |
//! | send a key and a value in one call | [`RecordProducer`] |
//! | send what a [`RecordSerializer`](crate::record::RecordSerializer) made in another way | [`future_record`], [`base_record`] |
//! | receive messages with what became of them | [`outcomes()`] |
//! | run a consumer that loses nothing and stops for nothing that passes | [`consume_with_dlq`] |
//! | send dead letters to where they came from, after the fix | [`replay_dead_letters`] |
//!
//! The feature compiles librdkafka, in C, which takes longer than all the rest and needs a C compiler, `make` and zlib; TLS,
//! SASL, zstd and the like are features of rdkafka, which a program turns on by naming rdkafka as a dependency of its own.
//!
//! # Exactly once
//!
//! A program that makes records out of records need not see one twice: rdkafka's transactions send what it made and commit what
//! it read in one step. Only what it does outside of Kafka may happen again.
//!
//! ```no_run
//! use rdkafka::consumer::{Consumer, StreamConsumer};
//! use rdkafka::producer::{BaseProducer, Producer};
//! use rdkafka::{ClientConfig, Message, Offset, TopicPartitionList};
//! use serde_wire::rdkafka::{AsRecord, base_record};
//! use serde_wire::record::{RecordBuffer, RecordDeserializer, RecordSerializer, TraceContext};
//! use std::time::Duration;
//!
//! # async fn example(
//! #     names: RecordDeserializer<i64, String>,
//! #     lengths: RecordSerializer<i64, i32>,
//! # ) -> Result<(), Box<dyn std::error::Error>> {
//! let patience = Duration::from_secs(60);
//! let mut kafka = ClientConfig::new();
//! kafka.set("bootstrap.servers", "localhost:9092");
//! let producer: BaseProducer = kafka.clone().set("transactional.id", "lengths-0").create()?;
//! producer.init_transactions(patience)?; // ends what another instance of this name left open
//! let consumer: StreamConsumer = kafka
//!     .set("group.id", "lengths")
//!     .set("enable.auto.commit", "false") // the transaction commits
//!     .set("isolation.level", "read_committed")
//!     .create()?;
//! consumer.subscribe(&["names"])?;
//!
//! let mut buffer = RecordBuffer::default();
//! loop {
//!     let message = consumer.recv().await?;
//!     let (key, value) = names.deserialize(&message.as_record()).await.into_result().map_err(|(_, error)| error)?;
//!     let length = value.map(|name| i32::try_from(name.len())).transpose()?;
//!     let encoded = lengths.serialize(key.as_ref(), length.as_ref(), &mut buffer).await?;
//!
//!     producer.begin_transaction()?;
//!     let trace = TraceContext::of(message.as_record().headers);
//!     let record = match &trace {
//!         Some(trace) => base_record("lengths", &encoded, trace),
//!         None => base_record("lengths", &encoded, &()),
//!     };
//!     producer.send(record).map_err(|(error, _)| error)?;
//!     let mut read = TopicPartitionList::new();
//!     read.add_partition_offset(message.topic(), message.partition(), Offset::Offset(message.offset() + 1))?;
//!     let group = consumer.group_metadata().ok_or("not a member of the group")?;
//!     producer.send_offsets_to_transaction(&read, &group, patience)?;
//!     producer.commit_transaction(patience)?;
//! }
//! # }
//! ```
//!
//! One transaction for each record costs a round trip each; a program with much to do puts what it received in some
//! milliseconds into one. The calls with a patience block their thread.

mod consume;
mod message;
mod outcomes;
mod producer;
mod replay;

pub use consume::{
    ConsumeError, ConsumeNotice, ConsumeOptions, ConsumeReport, HandlerError, Received, consume_with_dlq,
};
pub use message::{AsRecord, base_record, copy_of, dead_letter_record, future_record, owned_headers};
pub use outcomes::outcomes;
pub use producer::{RecordProducer, SendError};
pub use replay::{ReplayNotice, ReplayOptions, ReplayReport, replay_dead_letters};
