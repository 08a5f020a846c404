//! From a dead letter back to the record that it was.

use super::names;
use super::seal::checksum;
use crate::record::{OwnedRecord, Record};
use std::str::FromStr;
use thiserror::Error;

/// Why a record is not played again.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ReplayError {
    /// It is no dead letter of this crate.
    #[error("the record is no dead letter that can be played again: it has no header {0:?}")]
    NoHeader(&'static str),
    /// One of its headers says nothing that can be understood.
    #[error("header {name:?} of the dead letter holds {value:?}")]
    Header {
        /// The header.
        name: &'static str,
        /// Its value.
        value: String,
    },
    /// Its key, its value or its own headers are not what they were.
    #[error("key, value or headers of the dead letter were changed, so the original cannot be restored")]
    Changed,
}

/// The record that a [`DeadLetterRecord`](super::DeadLetterRecord) was made of, byte for byte: key, value, headers, time, and
/// the topic, partition and offset that it came from. Headers that were put behind the letter's own on the way do no harm.
///
/// # Errors
/// The record is no dead letter, or what it holds of the original was changed.
pub fn replay(letter: &Record<'_>) -> Result<OwnedRecord, ReplayError> {
    let count: usize = required(letter, names::HEADER_COUNT)?;
    let seal: String = required(letter, names::CHECKSUM)?;
    let mut original = letter.to_owned();
    if count > original.headers.len() || checksum(letter, count) != seal {
        return Err(ReplayError::Changed);
    }
    original.headers.truncate(count);
    original.topic = required(letter, names::TOPIC)?;
    original.partition = required(letter, names::PARTITION)?;
    original.offset = required(letter, names::OFFSET)?;
    // A header of that name may also be one of the original's, whose letter within a letter this is.
    original.timestamp =
        if added(letter, names::TIMESTAMP, count) { Some(required(letter, names::TIMESTAMP)?) } else { None };
    Ok(original)
}

/// True when that header stands behind those of the original.
fn added(letter: &Record<'_>, name: &str, count: usize) -> bool {
    let behind = count..letter.headers.header_count();
    behind.filter_map(|index| letter.headers.header(index)).any(|(candidate, _)| candidate == name)
}

fn required<T: FromStr>(letter: &Record<'_>, name: &'static str) -> Result<T, ReplayError> {
    let value = letter.headers.last_header(name).ok_or(ReplayError::NoHeader(name))?;
    let text = String::from_utf8_lossy(value);
    text.parse().map_err(|_| ReplayError::Header { name, value: text.into_owned() })
}
