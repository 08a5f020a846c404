//! The outcome of reading the settings.

use std::borrow::Cow;

use super::catalog::SECRET;
use super::protection::of_every_listener;
use super::{ConfigError, IgnoredProtection, Origin, Settings};
use crate::store::sql::described_url;

/// The effective settings, and where each comes from.
#[derive(Debug)]
#[non_exhaustive]
pub struct Loaded {
    /// The typed settings.
    pub settings: Settings,
    /// Warnings for the operator: variables that look like settings and are none, settings without effect.
    pub warnings: Vec<String>,
    pub(super) unacknowledged: Vec<IgnoredProtection>,
    pub(super) values: Vec<(Cow<'static, str>, String, Origin)>,
}

impl Loaded {
    /// The settings for a server.
    ///
    /// # Errors
    /// [`ConfigError::Unprotected`] for settings that protect the original, are not honoured here and are not
    /// acknowledged.
    pub fn to_serve(self) -> Result<Settings, ConfigError> {
        self.check_protections()?;
        Ok(self.settings)
    }

    /// Whether a server may start with these settings.
    ///
    /// # Errors
    /// As of [`Loaded::to_serve`].
    pub fn check_protections(&self) -> Result<(), ConfigError> {
        if self.unacknowledged.is_empty() {
            Ok(())
        } else {
            Err(ConfigError::Unprotected { settings: self.unacknowledged.clone() })
        }
    }

    /// Every setting with its text and its origin, a line each; secrets, and passwords in URLs, are hidden.
    #[must_use]
    pub fn describe(&self) -> String {
        let width = self.values.iter().map(|(name, ..)| name.len()).max().unwrap_or_default();
        let mut text = String::new();
        for (name, value, origin) in &self.values {
            let value = match of_every_listener(name) {
                "database.url" => described_url(value),
                secret if SECRET.contains(&secret) && !value.is_empty() => "***".to_owned(),
                _ => value.clone(),
            };
            // A setting may hold PEM.
            let value = value.replace('\n', "\\n");
            text.push_str(&format!("{name:width$} = {value}  # {origin}\n"));
        }
        text
    }
}
