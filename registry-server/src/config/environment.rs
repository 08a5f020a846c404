//! The environment, and which of its variables are settings.

use std::collections::BTreeMap;

/// The start of the name of every variable that sets something.
pub(super) const PREFIX: &str = "SCHEMA_REGISTRY_";

/// Variables that other people's images and orchestrators set under our prefix and that are no settings: launcher
/// options of the original's container, and what Kubernetes injects for a service called `schema-registry`.
pub(super) const FOREIGN: &[&str] = &[
    "HEAP_OPTS",
    "OPTS",
    "JMX_",
    "JVM_",
    "LOG4J_",
    "GC_LOG_",
    "CUB_",
    "SERVICE_",
    "PORT",
    "JMXPORT",
    "HOST_NAME",
    "DAEMON_",
];

/// Variables without our prefix that the original reads where nothing else sets a setting.
pub(super) const UNPREFIXED: &[(&str, &str)] = &[
    ("METADATA_ENCODER_SECRET", "metadata.encoder.secret"),
    ("METADATA_ENCODER_OLD_SECRET", "metadata.encoder.old.secret"),
];

/// The environment variables of a process, which also tell the folder for data that belongs to the user.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    pub(super) variables: BTreeMap<String, String>,
}

impl Environment {
    /// The environment of this process. Variables that are not Unicode are left out.
    #[must_use]
    pub fn of_process() -> Self {
        std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect()
    }

    /// The file that holds the data when no database is named: `registry.db` below `$XDG_DATA_HOME/schema-registry`, else below
    /// `~/.local/share/schema-registry`, else in the current folder.
    pub(super) fn default_database(&self) -> String {
        let set = |name: &str| self.variables.get(name).filter(|value| !value.is_empty());
        let folder = match (set("XDG_DATA_HOME"), set("HOME")) {
            (Some(data), _) => format!("{data}/schema-registry/"),
            (None, Some(home)) => format!("{home}/.local/share/schema-registry/"),
            (None, None) => String::new(),
        };
        format!("sqlite:{folder}registry.db")
    }
}

impl FromIterator<(String, String)> for Environment {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(variables: I) -> Self {
        Self { variables: variables.into_iter().collect() }
    }
}
