//! What can be wrong with a container file.

use super::codec::Codec;
use super::{MAGIC, MAX_EMPTY, MAX_ENTRIES};
use crate::command::message::misread;
use avro_model::binary::DecodeError;
use std::fmt;
use std::io;

/// Why a container file was not read, or not read on.
#[derive(Debug)]
pub(in crate::command) struct ContainerError {
    pub(super) place: Place,
    pub(super) problem: Problem,
}

/// The part of a file that was being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Header,
    /// A block, by its number from 1 and where it begins.
    Block {
        number: u64,
        begins: u64,
    },
}

/// A problem there.
#[derive(Debug, thiserror::Error)]
pub(super) enum Problem {
    #[error("it cannot be read: {0}")]
    System(#[from] io::Error),
    #[error(
        "it begins with {begins}, not with {}, so this is no object container file",
        hex(&MAGIC)
    )]
    Magic { begins: String },
    #[error("the file ends at byte {offset}, inside {what}")]
    Truncated { what: &'static str, offset: u64 },
    #[error("{what} at byte {offset} does not fit 64 bits")]
    Number { what: &'static str, offset: u64 },
    #[error("{what} at byte {offset} is {number}, which must not be negative")]
    Negative { what: &'static str, offset: u64, number: i64 },
    #[error("{what} at byte {offset} is {number} bytes, more than the {limit} that are read")]
    TooLong { what: &'static str, offset: u64, number: u64, limit: usize },
    #[error("with the entries that are announced at byte {offset} its metadata has more than {MAX_ENTRIES}")]
    Entries { offset: u64 },
    #[error("it has no avro.schema")]
    NoSchema,
    #[error("its {key} is not UTF-8")]
    NoText { key: &'static str },
    #[error("its codec {0:?} is none of {codecs}", codecs = Codec::names())]
    UnknownCodec(String),
    #[error("its data is not what {codec} writes: {problem}")]
    Damaged { codec: Codec, problem: String },
    #[error("its data has more than the {limit} bytes that are read, once {codec} has unpacked it")]
    Unpacked { codec: Codec, limit: usize },
    #[error(
        "the sync marker behind it, at byte {offset}, is {found}, but that of the file is {expected}: the block is damaged, or \
         something else was written into the file"
    )]
    Sync { offset: u64, found: String, expected: String },
    #[error("object {number} of {count}: {}", misread(error))]
    Object { number: u64, count: u64, error: DecodeError },
    #[error("object {number} of {count}: more than {MAX_EMPTY} objects of the file take no bytes")]
    Empty { number: u64, count: u64 },
    #[error("{bytes} bytes are left behind the last of its {count} objects")]
    Left { bytes: usize, count: u64 },
}

impl fmt::Display for ContainerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            Place::Header => write!(f, "in the header: {}", self.problem),
            Place::Block { number, begins } => {
                write!(f, "in block {number}, which begins at byte {begins}: {}", self.problem)
            }
        }
    }
}

// The problem is a part of the message and no cause of it.
impl std::error::Error for ContainerError {}

impl Problem {
    pub(super) fn at(self, place: Place) -> ContainerError {
        ContainerError { place, problem: self }
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
