//! The request log of the running server.

use tokio::signal::unix::{SignalKind, signal};

use super::ServerError;
use crate::config::Settings;
use crate::observe::RequestLog;

/// Opens the log that the settings ask for, and has it open its file anew at each hangup signal.
///
/// # Errors
/// When its file cannot be opened, or the signal cannot be waited for.
pub(super) fn open(settings: &Settings) -> Result<Option<RequestLog>, ServerError> {
    let options = settings.observation.request_log();
    let file =
        || settings.observation.log_file.as_ref().map_or_else(String::new, |path| path.display().to_string());
    let opened =
        RequestLog::open(&options).map_err(|error| ServerError::RequestLog { file: file(), error })?;
    if let Some(log) = opened.clone() {
        let mut hangups = signal(SignalKind::hangup())?;
        tokio::spawn(async move {
            while hangups.recv().await.is_some() {
                log.reopen().await;
            }
        });
    }
    Ok(opened)
}
