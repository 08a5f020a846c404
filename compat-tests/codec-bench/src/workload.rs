//! The workloads: which messages, and which types take part.

use crate::contender::{Operation, Race};
use crate::{framing, ours};
use std::error::Error;
use std::path::Path;

/// A consumer of races.
pub(crate) type Then<'t> = &'t mut dyn FnMut(&mut Race<'_>) -> Result<(), Box<dyn Error>>;

/// Sets up the contenders of one operation on messages and hands them on.
type SetUp = fn(&Workload, Operation, &[Vec<u8>], Then<'_>) -> Result<(), Box<dyn Error>>;

/// Messages of one schema, to be written and read.
pub(crate) struct Workload {
    /// `W1` to `W5`.
    pub(crate) name: &'static str,
    /// The kind of message that it stands for.
    pub(crate) title: &'static str,
    /// The file of the messages in `compat-tests/workloads`, without its extension.
    file: &'static str,
    /// Sets up the contenders of one operation on the messages.
    pub(crate) race: SetUp,
}

impl Workload {
    /// All of them.
    pub(crate) const ALL: &'static [Self] = &[
        Self { name: "W1", title: "an event of 88 bytes", file: "W1", race: ours::event },
        Self { name: "W2", title: "a Debezium envelope of 474 bytes", file: "W2", race: ours::envelope },
        Self { name: "W3", title: "1000 doubles and 1000 longs", file: "W3", race: ours::telemetry },
        Self { name: "W4", title: "strings, a map, nested records; 1.6 kB", file: "W4", race: ours::profile },
        Self { name: "W5", title: "the event read by a newer reader", file: "W1", race: ours::newer_event },
        Self { name: framing::NAME, title: "W1 in a frame", file: "W1", race: framing::race },
    ];

    /// The messages: each stands behind its length, a big-endian `u32`.
    pub(crate) fn messages(&self) -> Result<Vec<Vec<u8>>, Box<dyn Error>> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../workloads");
        let bytes = std::fs::read(folder.join(self.file).with_extension("bin"))?;
        let mut rest = &bytes[..];
        let mut messages = Vec::new();
        while let Some((length, tail)) = rest.split_first_chunk() {
            let length = u32::from_be_bytes(*length) as usize;
            let (message, tail) = tail.split_at_checked(length).ok_or("a message is cut short")?;
            messages.push(message.to_vec());
            rest = tail;
        }
        Ok(messages)
    }
}
