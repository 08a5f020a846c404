//! Records of the client rskafka, which is Rust throughout: feature `rskafka`.
//!
//! | to | use |
//! |---|---|
//! | look at what it received as a [`Record`](crate::record::Record) | [`as_record`] |
//! | send a key and a value in one call | [`RecordProducer`] |
//! | send what a [`RecordSerializer`](crate::record::RecordSerializer) made, or a record that was received | [`encoded_record`], [`to_rskafka`] |
//! | receive the records of a partition with what became of them | [`outcomes()`] |
//!
//! rskafka has neither groups nor transactions nor partitioners: a program names partitions and keeps offsets itself. It holds
//! headers by name, so [`to_rskafka`] refuses a record with several headers of one name or a null one; of several that it receives
//! the last one is left, and it cannot read a batch of records with a null header. It reads compressed topics with its features
//! `compression-…`, none of which is turned on here; a program does so by naming rskafka as a dependency of its own.
//!
//! The feature costs some forty small crates; nothing of it is C.

mod message;
mod outcomes;
mod producer;

pub use message::{NotForRskafka, as_record, encoded_record, to_rskafka};
pub use outcomes::outcomes;
pub use producer::{RecordProducer, SendError};
