//! The part of an input of many messages that is in memory.

use std::io::{self, Read};

/// How many bytes are read at once.
const CHUNK: usize = 64 << 10;

/// What bytes are of their input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// One message, and nothing else.
    Message,
    /// The beginning of what is left.
    Beginning,
    /// All that is left.
    Rest,
}

/// The bytes from the message on that is being read.
pub(super) struct Window<R> {
    input: R,
    bytes: Vec<u8>,
    /// How many of them were read as messages.
    passed: usize,
    /// Whether the input has no more.
    ended: bool,
}

impl<R: Read> Window<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input, bytes: Vec::new(), passed: 0, ended: false }
    }

    /// Whether there is anything left.
    pub(super) fn begin(&mut self) -> io::Result<bool> {
        if self.bytes().is_empty() && !self.ended {
            self.grow()?;
        }
        Ok(!self.bytes().is_empty())
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[self.passed..]
    }

    pub(super) fn part(&self) -> Part {
        if self.ended { Part::Rest } else { Part::Beginning }
    }

    /// Goes on behind a message of that length.
    pub(super) fn pass(&mut self, length: usize) {
        self.passed += length;
    }

    /// Reads on: as many bytes as there are already, so that a long message is not tried too often.
    pub(super) fn grow(&mut self) -> io::Result<()> {
        self.bytes.drain(..std::mem::take(&mut self.passed));
        let wanted = self.bytes.len().max(CHUNK);
        let read = self.input.by_ref().take(wanted as u64).read_to_end(&mut self.bytes)?;
        self.ended = read < wanted;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_holds_little_more_than_the_message_that_is_read() {
        // Messages of a length and as many bytes, of which those that are longer than a chunk need several readings.
        for lengths in
            [vec![1; 300_000], vec![CHUNK - 1, 5, CHUNK, 7, 3 * CHUNK + 1, 0, 9], vec![5 * CHUNK; 4], vec![]]
        {
            let input: Vec<u8> = lengths.iter().flat_map(|&length| vec![7; length]).collect();
            let longest = lengths.iter().copied().max().unwrap_or_default();
            let mut window = Window::new(input.as_slice());
            for &length in lengths.iter().filter(|length| **length > 0) {
                assert!(window.begin().unwrap());
                while window.bytes().len() < length {
                    assert_eq!(window.part(), Part::Beginning);
                    window.grow().unwrap();
                }
                assert!(window.bytes().len() <= 2 * longest + 2 * CHUNK, "{}", window.bytes().len());
                window.pass(length);
            }
            assert!(!window.begin().unwrap());
            assert_eq!(window.part(), Part::Rest);
        }
    }
}
