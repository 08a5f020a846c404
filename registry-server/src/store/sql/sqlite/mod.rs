//! The SQLite file of one process: its lock, its one writer, and what its errors mean.
//!
//! One task owns the connection that writes and lends it to one operation after the other. Operations that wait for each
//! other share one transaction and so one sync of the file: each runs in a savepoint of its own, is handed the connection
//! when the one before it is done, and is answered when all of them were committed. A connection that SQLite may have rolled
//! back by itself is thrown away, and the next write opens another one.

mod batch;
mod fault;
mod file_lock;
mod registering;
mod turn;
mod writer;
mod writer_queue;

#[cfg(test)]
mod batch_tests;
#[cfg(test)]
mod fault_tests;
#[cfg(test)]
mod scrub_tests;

pub(super) use batch::is_of_others;
pub(super) use fault::Fault;
pub(super) use file_lock::FileLock;
pub(super) use registering::{REGISTRATION_COLUMNS, insert as insert_registrations};
#[cfg(test)]
pub(super) use registering::{prepare as prepare_registering, trigger_statements};
pub(super) use turn::Turn;
pub(super) use writer::{Home, connect_to_write};
pub(super) use writer_queue::{Purpose, WriterQueue};
