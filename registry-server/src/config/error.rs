//! Mistakes in the settings. Each message is one line that says what to do, the cause included; `source` does not repeat
//! it.

use super::protection::described;
use super::{IgnoredProtection, Origin};

/// Settings that cannot be read, or that the server cannot start with.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The properties file cannot be read.
    #[error("cannot read the properties file {path}: {error}")]
    File {
        /// The file.
        path: String,
        /// Why.
        error: std::io::Error,
    },
    /// A line of the properties file is malformed.
    #[error("{path}:{line}: {reason}")]
    Syntax {
        /// The file.
        path: String,
        /// The line, from 1.
        line: usize,
        /// The problem.
        reason: String,
    },
    /// A name that is no setting.
    #[error("{origin}: '{name}' is not a setting{}; `registry-server config` lists all", suggestion(.nearest.as_deref()))]
    Unknown {
        /// The place where it was given.
        origin: Origin,
        /// The name.
        name: String,
        /// The name that was probably meant.
        nearest: Option<String>,
    },
    /// A value that the setting does not take.
    #[error("{origin}: {name}: {reason}")]
    Value {
        /// The place where it was given.
        origin: Origin,
        /// The setting.
        name: String,
        /// The problem, and the allowed values.
        reason: String,
    },
    /// Settings that protect the original, are not honoured here and are not acknowledged.
    #[error(
        "not started, since the protection that these settings ask for is not there and everybody would be served: {}. \
         Have a proxy or a firewall in front do it and take them out, or acknowledge that they are ignored: \
         ignored.protection.acknowledged={}",
        described(settings),
        names(settings)
    )]
    Unprotected {
        /// The settings.
        settings: Vec<IgnoredProtection>,
    },
}

fn names(settings: &[IgnoredProtection]) -> String {
    settings.iter().map(|setting| setting.name.as_str()).collect::<Vec<_>>().join(",")
}

fn suggestion(nearest: Option<&str>) -> String {
    nearest.map(|name| format!(" (did you mean '{name}'?)")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;
    use std::path::Path;

    use crate::config::{Environment, load};

    #[test]
    fn the_system_says_once_why_a_file_cannot_be_read() {
        let error = load(Some(Path::new("/no/such.properties")), &Environment::default(), &[]).unwrap_err();
        assert!(error.to_string().contains("No such file"), "{error}");
        assert!(error.source().is_none());
    }
}
