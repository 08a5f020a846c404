//! The thread that writes the request log.

use std::io::{self, Write as _};
use std::thread::sleep;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::file::RotatedFile;
use crate::observe::meters::METERS;

/// How long lines are collected before they are written. While the writer sleeps, a line costs no call of the system.
const COLLECTING: Duration = Duration::from_millis(20);

/// The most bytes that are written at once.
const MOST: usize = 256 * 1024;

/// What the writer is told.
#[derive(Debug)]
pub(super) enum Message {
    /// Write a line, which has its end.
    Line(String),
    /// Open the file anew.
    Reopen,
    /// Tell when everything so far is written.
    Flush(oneshot::Sender<()>),
}

/// Where lines go.
#[derive(Debug)]
pub(super) enum Target {
    StandardError,
    File(RotatedFile),
}

impl Target {
    fn write(&mut self, lines: &[u8]) -> io::Result<()> {
        match self {
            Self::StandardError => io::stderr().lock().write_all(lines),
            Self::File(file) => file.write(lines),
        }
    }

    fn reopen(&mut self) -> io::Result<()> {
        match self {
            Self::StandardError => Ok(()),
            Self::File(file) => file.reopen(),
        }
    }
}

/// Lines that are not written yet.
#[derive(Debug, Default)]
struct Collected {
    bytes: Vec<u8>,
    lines: u64,
}

impl Collected {
    fn write_to(&mut self, target: &mut Target) {
        if self.lines > 0 && target.write(&self.bytes).is_err() {
            // A line about it would go the same way; the metrics tell.
            METERS.log_lines_lost.inc_by(self.lines);
        }
        self.bytes.clear();
        self.lines = 0;
    }
}

/// Writes what comes, until nobody can send any more.
pub(super) fn write(mut messages: mpsc::Receiver<Message>, mut target: Target) {
    let mut collected = Collected::default();
    while let Some(first) = messages.blocking_recv() {
        if matches!(first, Message::Line(_)) {
            sleep(COLLECTING);
        }
        let mut next = Some(first);
        while let Some(message) = next {
            match message {
                Message::Line(line) => {
                    collected.bytes.extend_from_slice(line.as_bytes());
                    collected.lines += 1;
                    if collected.bytes.len() >= MOST {
                        collected.write_to(&mut target);
                    }
                }
                Message::Reopen => {
                    collected.write_to(&mut target);
                    if let Err(error) = target.reopen() {
                        tracing::error!(%error, "the file of the request log cannot be opened");
                    }
                }
                Message::Flush(done) => {
                    collected.write_to(&mut target);
                    // Who asked may have gone.
                    let _ = done.send(());
                }
            }
            next = messages.try_recv().ok();
        }
        collected.write_to(&mut target);
    }
}
