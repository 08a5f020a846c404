//! The log, and its filter while the server runs.

use std::error::Error;
use std::io::IsTerminal;

use registry_server::config::{ConfigError, Loaded, LogFormat, Settings};
use registry_server::reload::Reload;
use tracing_subscriber::EnvFilter;

/// Replaces the filter of the log.
type Replace = Box<dyn Fn(EnvFilter) -> Result<(), Box<dyn Error + Send + Sync>> + Send + Sync>;

/// Filter of the log.
pub(crate) struct Filter(Replace);

/// Reads the settings again.
type Read = Box<dyn Fn() -> Result<Loaded, ConfigError> + Send + Sync>;

/// The filter of the log, which follows `log.level`.
pub(crate) struct FollowedLevel {
    filter: Filter,
    read: Read,
}

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
    /// Follows `log.level` where `read` reads the settings again. Settings with a mistake change nothing.
    pub(crate) fn following(
        self,
        read: impl Fn() -> Result<Loaded, ConfigError> + Send + Sync + 'static,
    ) -> FollowedLevel {
        FollowedLevel { filter: self, read: Box::new(read) }
    }
}

impl Reload for FollowedLevel {
    fn name(&self) -> String {
        "the settings".to_owned()
    }

    fn reload(&self) -> Result<(), Box<dyn Error + Send + Sync>> {
        let level = (self.read)()?.settings.log_level;
        (self.filter.0)(EnvFilter::new(&level))?;
        tracing::info!(filter = level, "the log follows its setting; all others wait for a restart");
        Ok(())
    }
}
