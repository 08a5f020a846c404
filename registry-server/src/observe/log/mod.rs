//! The request log: one line for each request that it is about.
//!
//! Lines go through a bounded queue to a thread of their own, so that no request waits for a disk. What does not fit is lost
//! and counted, unless the settings have writes wait instead.

mod file;
mod line;
mod writer;

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use self::file::RotatedFile;
use self::writer::{Message, Target};
use super::meters::METERS;
use super::{Outcome, RouteKind};

/// Lines that may wait to be written.
const QUEUE: usize = 8192;

/// The requests that the log is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Logged {
    /// None.
    #[default]
    None,
    /// Those that may change something, and those that are refused for who sends them.
    Writes,
    /// Those, and all that fail.
    Failures,
    /// All.
    All,
}

/// The form of a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LineFormat {
    /// A JSON object.
    #[default]
    Json,
    /// Names and values.
    Text,
}

/// The file that lines go to, and when another one is begun.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogFile {
    /// Its path.
    pub path: PathBuf,
    /// The most bytes of a file.
    pub most_bytes: u64,
    /// The greatest age of a file.
    pub most_age: Duration,
    /// How many former files are kept, as `PATH.1` (the newest) and so on.
    pub kept: u32,
}

impl LogFile {
    /// A file that is replaced by another one when it has so many bytes or is so old.
    #[must_use]
    pub const fn new(path: PathBuf, most_bytes: u64, most_age: Duration, kept: u32) -> Self {
        Self { path, most_bytes, most_age, kept }
    }
}

/// What is logged, how, and where to.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct LogOptions {
    /// The requests that it is about.
    pub logged: Logged,
    /// Whether questions after the health and the metrics are among all.
    pub with_probes: bool,
    /// The form of the lines.
    pub format: LineFormat,
    /// The file; `None`: standard error.
    pub file: Option<LogFile>,
    /// Whether a request that changes something waits while the queue is full.
    pub writes_wait: bool,
}

/// The request log. Clones write to the same place.
#[derive(Clone, Debug)]
pub struct RequestLog {
    logged: Logged,
    with_probes: bool,
    format: LineFormat,
    writes_wait: bool,
    queue: mpsc::Sender<Message>,
}

impl RequestLog {
    /// Opens the log; `None` if it is about no requests.
    ///
    /// # Errors
    /// When the file cannot be opened, or the system has no thread to spare.
    pub fn open(options: &LogOptions) -> io::Result<Option<Self>> {
        let LogOptions { logged, with_probes, format, ref file, writes_wait } = *options;
        if logged == Logged::None {
            return Ok(None);
        }
        let target = match file {
            Some(file) => Target::File(RotatedFile::open(file.clone())?),
            None => Target::StandardError,
        };
        let (queue, messages) = mpsc::channel(QUEUE);
        let write = move || writer::write(messages, target);
        std::thread::Builder::new().name("request-log".to_owned()).spawn(write)?;
        Ok(Some(Self { logged, with_probes, format, writes_wait, queue }))
    }

    /// Whether a request is logged.
    fn is_about(&self, outcome: &Outcome<'_>) -> bool {
        let is_refused = matches!(outcome.status, 401 | 403 | 429);
        match (self.logged, outcome.kind()) {
            (Logged::None, _) => false,
            (_, RouteKind::Change) => true,
            _ if is_refused => true,
            (Logged::Writes, _) => false,
            (_, RouteKind::Probe) => self.with_probes,
            (Logged::Failures, RouteKind::Read) => outcome.status >= 400,
            (Logged::All, RouteKind::Read) => true,
        }
    }

    /// Logs a request that was answered, if it is about it.
    pub async fn tell(&self, outcome: &Outcome<'_>) {
        if !self.is_about(outcome) {
            return;
        }
        let line = Message::Line(line::of(self.format, outcome));
        match self.queue.try_send(line) {
            Ok(()) => {}
            Err(mpsc::error::TrySendError::Full(line)) if self.waits_for(outcome) => {
                if self.queue.send(line).await.is_err() {
                    METERS.log_lines_lost.inc();
                }
            }
            Err(_) => {
                METERS.log_lines_lost.inc();
            }
        }
    }

    fn waits_for(&self, outcome: &Outcome<'_>) -> bool {
        self.writes_wait && outcome.kind() == RouteKind::Change
    }

    /// Opens the file anew, which others may have moved away.
    pub async fn reopen(&self) {
        // Without a writer there is nothing to open.
        let _ = self.queue.send(Message::Reopen).await;
    }

    /// Waits until all lines that were told so far are written.
    pub async fn flush(&self) {
        let (done, written) = oneshot::channel();
        if self.queue.send(Message::Flush(done)).await.is_ok() {
            let _ = written.await;
        }
    }
}

#[cfg(test)]
mod tests;
