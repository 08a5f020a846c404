//! The log, and its filter while the server runs.

use std::error::Error;
use std::io::{self, IsTerminal};

use registry_server::config::{ConfigError, Loaded, LogFormat, Settings};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// Replaces the filter of the log.
type Replace = Box<dyn Fn(EnvFilter) -> Result<(), Box<dyn Error>> + Send + Sync>;

/// Filter of the log.
pub(crate) struct Filter(Replace);

/// Starts the log on standard error.
pub(crate) fn start(settings: &Settings) -> Filter {
    // The filter was checked when the settings were read.
    let filter = EnvFilter::new(&settings.log_level);
    // A line that cannot be written, as on a disk that is full, is lost; told on standard error it would end the request.
    let log = tracing_subscriber::fmt().with_writer(std::io::stderr).log_internal_errors(false);
    match settings.log_format {
        LogFormat::Text => {
            let log = log.with_ansi(std::io::stderr().is_terminal());
            let log = log.with_env_filter(filter).with_filter_reloading();
            let handle = log.reload_handle();
            log.init();
            Filter(Box::new(move |filter| Ok(handle.reload(filter)?)))
        }
        LogFormat::Json => {
            let log = log.json().with_env_filter(filter).with_filter_reloading();
            let handle = log.reload_handle();
            log.init();
            Filter(Box::new(move |filter| Ok(handle.reload(filter)?)))
        }
    }
}

impl Filter {
    /// Follows `log.level`: reads the settings again at each hangup signal, which from now on ends the process no more.
    /// Settings with a mistake change nothing.
    ///
    /// # Errors
    /// When the signal cannot be waited for.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub(crate) fn follow_hangups(
        self,
        read: impl Fn() -> Result<Loaded, ConfigError>,
    ) -> io::Result<impl Future<Output = ()>> {
        let mut hangups = signal(SignalKind::hangup())?;
        Ok(async move {
            while hangups.recv().await.is_some() {
                self.follow(read());
            }
        })
    }

    fn follow(&self, read: Result<Loaded, ConfigError>) {
        let level = match read {
            Ok(loaded) => loaded.settings.log_level,
            Err(error) => return tracing::warn!(%error, "the settings have a mistake; nothing was changed"),
        };
        match self.0(EnvFilter::new(&level)) {
            Ok(()) => tracing::info!(
                filter = level,
                "the settings were read again: the log follows; all others wait for a restart"
            ),
            Err(error) => tracing::warn!(%error, "the filter of the log cannot be replaced"),
        }
    }
}
