//! What can be wrong with the settings. Each message is one line that says what to do.

use super::Origin;

/// Settings that the server cannot start with.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The properties file cannot be read.
    #[error("cannot read the properties file {path}: {source}")]
    File {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// A line of the properties file is malformed.
    #[error("{path}:{line}: {reason}")]
    Syntax {
        /// The file.
        path: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// A name that is no setting.
    #[error("{origin}: '{name}' is not a setting{}; `registry-server config` lists all", suggestion(.nearest.as_deref()))]
    Unknown {
        /// Where it was given.
        origin: Origin,
        /// The name.
        name: String,
        /// The name that was probably meant.
        nearest: Option<String>,
    },
    /// A value that the setting does not take.
    #[error("{origin}: {name}: {reason}")]
    Value {
        /// Where it was given.
        origin: Origin,
        /// The setting.
        name: &'static str,
        /// What is wrong and what is allowed.
        reason: String,
    },
}

fn suggestion(nearest: Option<&str>) -> String {
    nearest.map(|name| format!(" (did you mean '{name}'?)")).unwrap_or_default()
}
