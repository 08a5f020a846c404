//! What those are shown who watch the server.

mod settings;

use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;

use super::Listener;
use crate::observe::{LineFormat, LogFile, LogOptions, Logged};
pub(super) use settings::SETTINGS;

/// The settings of what is observed.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Observation {
    /// Whether requests are counted and `/metrics` is served.
    pub metrics: bool,
    /// Where `/metrics` is served; empty: beside the API.
    pub metrics_listeners: Vec<Listener>,
    /// The requests that are logged.
    pub logged: Logged,
    /// Whether questions after the health and the metrics are among all requests.
    pub log_probes: bool,
    /// The form of the lines of the request log.
    pub line_format: LineFormat,
    /// The file of the request log; `None`: standard error.
    pub log_file: Option<PathBuf>,
    /// The most bytes of that file.
    pub log_file_bytes: u64,
    /// Its greatest age.
    pub log_file_age: Duration,
    /// How many former files are kept.
    pub log_files_kept: u32,
    /// Whether requests that change something wait while the log cannot keep up.
    pub writes_wait_for_log: bool,
    /// The addresses of proxies whose word is taken for the address of a client.
    pub trusted_proxies: Vec<IpNet>,
}

impl Observation {
    /// What is logged of requests, how, and where to.
    #[must_use]
    pub fn request_log(&self) -> LogOptions {
        let file = self
            .log_file
            .clone()
            .map(|path| LogFile::new(path, self.log_file_bytes, self.log_file_age, self.log_files_kept));
        LogOptions {
            logged: self.logged,
            with_probes: self.log_probes,
            format: self.line_format,
            file,
            writes_wait: self.writes_wait_for_log,
        }
    }
}
