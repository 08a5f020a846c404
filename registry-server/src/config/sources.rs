//! Where settings come from, and which source wins.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use super::catalog::{SECRET, SETTINGS, Setting, blank, is_without_effect};
use super::nearest::nearest;
use super::{ConfigError, Settings, properties};

const PREFIX: &str = "SCHEMA_REGISTRY_";

/// Variables that other people's images and orchestrators set under our prefix and that are no settings: launcher
/// options of the original's container, and what Kubernetes injects for a service called `schema-registry`.
const FOREIGN: &[&str] = &[
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
const UNPREFIXED: &[(&str, &str)] = &[
    ("METADATA_ENCODER_SECRET", "metadata.encoder.secret"),
    ("METADATA_ENCODER_OLD_SECRET", "metadata.encoder.old.secret"),
];

/// Who set a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Nobody.
    Default,
    /// A line of the properties file.
    File {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// An environment variable.
    Variable(String),
    /// A flag of the command line.
    Flag(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, line } => write!(f, "{}:{line}", path.display()),
            Self::Variable(name) => write!(f, "environment variable {name}"),
            Self::Flag(name) => write!(f, "flag --{name}"),
        }
    }
}

/// What the environment gives: its variables, and the folder for data that belongs to the user.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    variables: BTreeMap<String, String>,
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
    fn default_database(&self) -> String {
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

/// The effective settings, and how they came about.
#[derive(Debug)]
pub struct Loaded {
    /// The typed settings.
    pub settings: Settings,
    /// What an operator should know: variables that look like settings and are none, settings without effect.
    pub warnings: Vec<String>,
    values: Vec<(&'static str, String, Origin)>,
}

impl Loaded {
    /// Every setting with its text and its origin, a line each; secrets, and passwords in URLs, are hidden.
    #[must_use]
    pub fn describe(&self) -> String {
        let width = SETTINGS.iter().map(|setting| setting.name.len()).max().unwrap_or_default();
        let mut text = String::new();
        for (name, value, origin) in &self.values {
            let value = if SECRET.contains(name) && !value.is_empty() { "***" } else { value };
            text.push_str(&format!("{name:width$} = {}  # {origin}\n", hide_password(value)));
        }
        text
    }
}

/// Reads and types all settings. `flags` are names with dashes and their values.
///
/// # Errors
/// [`ConfigError`] for an unreadable file, a name that is no setting, or a value that is not allowed.
pub fn load(
    file: Option<&Path>,
    environment: &Environment,
    flags: &[(String, String)],
) -> Result<Loaded, ConfigError> {
    let mut given: BTreeMap<&'static str, (String, Origin)> = BTreeMap::new();
    let mut warnings = Vec::new();
    if let Some(path) = file {
        from_file(path, &mut given, &mut warnings)?;
    }
    from_environment(environment, &mut given, &mut warnings);
    for (flag, value) in flags {
        let origin = Origin::Flag(flag.clone());
        match find(|setting| dashed(setting.name) == *flag) {
            Some(setting) => given.insert(setting.name, (value.clone(), origin)),
            None => return Err(unknown(origin, flag, SETTINGS.iter().map(|s| dashed(s.name)))),
        };
    }
    apply(given, warnings, environment)
}

fn from_file(
    path: &Path,
    given: &mut BTreeMap<&'static str, (String, Origin)>,
    warnings: &mut Vec<String>,
) -> Result<(), ConfigError> {
    let shown = || path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|source| ConfigError::File { path: shown(), source })?;
    let properties = properties::parse(&text).map_err(|(line, reason)| ConfigError::Syntax {
        path: shown(),
        line,
        reason,
    })?;
    for property in properties {
        let origin = Origin::File { path: path.to_owned(), line: property.line };
        match find(|setting| setting.name == property.name) {
            Some(setting) => {
                given.insert(setting.name, (property.value.trim_end().to_owned(), origin));
            }
            None if is_without_effect(&property.name) => {
                warnings.push(format!("{origin}: {} has no effect here", property.name));
            }
            None => return Err(unknown(origin, &property.name, SETTINGS.iter().map(|s| s.name.to_owned()))),
        }
    }
    Ok(())
}

/// An unknown variable is a warning, not an error: orchestrators put variables of their own under this prefix.
fn from_environment(
    environment: &Environment,
    given: &mut BTreeMap<&'static str, (String, Origin)>,
    warnings: &mut Vec<String>,
) {
    for (variable, name) in UNPREFIXED {
        if let (Some(value), Some(setting)) =
            (environment.variables.get(*variable), find(|s| s.name == *name))
        {
            // The original looks here last.
            given
                .entry(setting.name)
                .or_insert_with(|| (value.clone(), Origin::Variable((*variable).to_owned())));
        }
    }
    for (variable, value) in &environment.variables {
        let Some(rest) = variable.strip_prefix(PREFIX) else { continue };
        let origin = Origin::Variable(variable.clone());
        if let Some(setting) = find(|setting| upper(setting.name) == rest) {
            given.insert(setting.name, (value.clone(), origin));
        } else if FOREIGN.iter().any(|prefix| rest.starts_with(prefix)) {
            // Nobody meant a setting of ours.
        } else if is_without_effect(&rest.to_ascii_lowercase().replace('_', ".")) {
            warnings.push(format!("{origin} has no effect here"));
        } else {
            let names = SETTINGS.iter().map(|setting| upper(setting.name));
            warnings.push(format!("{}; ignored", unknown(origin, rest, names)));
        }
    }
}

fn apply(
    mut given: BTreeMap<&'static str, (String, Origin)>,
    warnings: Vec<String>,
    environment: &Environment,
) -> Result<Loaded, ConfigError> {
    let mut settings = blank();
    let mut values = Vec::with_capacity(SETTINGS.len());
    for setting in SETTINGS {
        let (mut value, origin) =
            given.remove(setting.name).unwrap_or_else(|| (setting.default.to_owned(), Origin::Default));
        if setting.name == "database.url" && value.is_empty() {
            value = environment.default_database();
        }
        (setting.apply)(&mut settings, &value).map_err(|reason| ConfigError::Value {
            origin: origin.clone(),
            name: setting.name,
            reason,
        })?;
        values.push((setting.name, value, origin));
    }
    Ok(Loaded { settings, warnings, values })
}

fn find(matches: impl Fn(&Setting) -> bool) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| matches(setting))
}

fn unknown(origin: Origin, name: &str, names: impl Iterator<Item = String>) -> ConfigError {
    let names: Vec<String> = names.collect();
    let nearest = nearest(name, names.iter().map(String::as_str)).map(str::to_owned);
    ConfigError::Unknown { origin, name: name.to_owned(), nearest }
}

/// The name of a setting as a flag.
pub(super) fn dashed(name: &str) -> String {
    name.replace('.', "-")
}

/// The name of a setting in the environment, behind the prefix.
pub(super) fn upper(name: &str) -> String {
    name.to_ascii_uppercase().replace('.', "_")
}

/// `scheme://user:secret@rest` with the secret replaced.
fn hide_password(value: &str) -> String {
    let hidden = value.split_once("://").and_then(|(scheme, rest)| {
        let (credentials, host) = rest.rsplit_once('@')?;
        let (user, _) = credentials.split_once(':')?;
        Some(format!("{scheme}://{user}:***@{host}"))
    });
    hidden.unwrap_or_else(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::CompatibilityLevel;

    fn environment(variables: &[(&str, &str)]) -> Environment {
        variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn flags(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn file(text: &str) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        file
    }

    #[test]
    fn every_default_is_allowed() {
        let loaded = load(None, &environment(&[("HOME", "/home/ann")]), &[]).unwrap();
        assert_eq!(loaded.settings.listeners[0].to_string(), "http://0.0.0.0:8081");
        assert_eq!(loaded.settings.database_url, "sqlite:/home/ann/.local/share/schema-registry/registry.db");
        assert_eq!(loaded.settings.schema_search.max, 1000);
        assert!(loaded.warnings.is_empty());
    }

    #[test]
    fn flag_wins_over_environment_wins_over_file() {
        let file = file("schema.compatibility.level=full\nmode.mutability=false\nlog.level=debug\n");
        let environment = environment(&[
            ("SCHEMA_REGISTRY_SCHEMA_COMPATIBILITY_LEVEL", "forward"),
            ("SCHEMA_REGISTRY_LOG_LEVEL", "warn"),
        ]);
        let loaded =
            load(Some(file.path()), &environment, &flags(&[("schema-compatibility-level", "none")])).unwrap();
        assert_eq!(loaded.settings.compatibility_level, CompatibilityLevel::None);
        assert_eq!(loaded.settings.log_level, "warn");
        assert!(!loaded.settings.mode_mutability);
        let described = loaded.describe();
        for line in [
            "none  # flag --schema-compatibility-level",
            "warn  # environment variable SCHEMA_REGISTRY_LOG_LEVEL",
        ] {
            assert!(described.contains(line), "{described}");
        }
        assert!(described.contains(&format!("false  # {}:2", file.path().display())), "{described}");
    }

    #[test]
    fn a_mistake_is_named_with_its_place_and_the_nearest_name() {
        let wrong = file("\nlistners=http://h:1\n");
        let message = load(Some(wrong.path()), &environment(&[]), &[]).unwrap_err().to_string();
        assert!(message.contains(":2: 'listners' is not a setting (did you mean 'listeners'?)"), "{message}");
        for (flag, value, part) in [
            ("schema-compatability-level", "full", "did you mean 'schema-compatibility-level'?"),
            ("schema-compatibility-level", "sideways", "allowed are NONE, BACKWARD"),
            ("listeners", "https://h:1", "TLS is not served"),
            ("listeners", " , ", "at least one"),
            ("request-timeout-ms", "0", "from 1 to 2147483647"),
            ("response-level", "6", "allowed are 8, 7, auto"),
            ("log-level", "loud=very", "error parsing level filter"),
            ("access-control-allow-origin", "https://a.example, b\u{7f}", "'b\u{7f}' is not an origin"),
            // Also where nothing would come of them, since no origin is allowed.
            ("access-control-allow-methods", "GET, P ST", "'P ST' is not an HTTP method"),
            ("access-control-allow-headers", "X-Good, X Bad", "'X Bad' is not the name of a header"),
            ("response-http-headers-config", "set X-Frame-Options", "expected set Name: value"),
            ("response-http-headers-config", "set X Frame: DENY", "'X Frame' is not the name of a header"),
            ("response-http-headers-config", "set X-A: b\u{1}", "'b\u{1}' is not the value of a header"),
        ] {
            let message = load(None, &environment(&[]), &flags(&[(flag, value)])).unwrap_err().to_string();
            assert!(message.contains(part), "{flag}: {message}");
            assert!(message.starts_with(&format!("flag --{flag}: ")), "{message}");
        }
    }

    #[test]
    fn an_environment_made_for_the_original_is_accepted() {
        let loaded = load(
            None,
            &environment(&[
                ("SCHEMA_REGISTRY_KAFKASTORE_BOOTSTRAP_SERVERS", "broker:9092"),
                ("SCHEMA_REGISTRY_HOST_NAME", "registry"),
                ("SCHEMA_REGISTRY_HEAP_OPTS", "-Xmx1g"),
                ("SCHEMA_REGISTRY_PORT_8081_TCP_ADDR", "10.0.0.1"),
                ("SCHEMA_REGISTRY_LISTENER", "http://h:1"),
            ]),
            &[],
        )
        .unwrap();
        let warnings = loaded.warnings.join("\n");
        assert_eq!(loaded.warnings.len(), 2, "{warnings}");
        assert!(
            warnings.contains("SCHEMA_REGISTRY_KAFKASTORE_BOOTSTRAP_SERVERS has no effect here"),
            "{warnings}"
        );
        assert!(warnings.contains("did you mean 'LISTENERS'?"), "{warnings}");
    }

    #[test]
    fn secrets_are_not_shown() {
        let flags = flags(&[("metadata-encoder-secret", "n3w"), ("metadata-encoder-old-secret", "f0rmer")]);
        let loaded = load(None, &environment(&[]), &flags).unwrap();
        for shown in [loaded.describe(), format!("{:?}", loaded.settings)] {
            assert!(!shown.contains("n3w") && !shown.contains("f0rmer"), "{shown}");
        }
        let variable = ("METADATA_ENCODER_SECRET", "s");
        let loaded = load(None, &environment(&[variable]), &[]).unwrap();
        assert_eq!(loaded.settings.secrets.current, crate::store::Secret::new("s"));
        let both = environment(&[variable, ("SCHEMA_REGISTRY_METADATA_ENCODER_SECRET", "t")]);
        assert_eq!(load(None, &both, &[]).unwrap().settings.secrets.current, crate::store::Secret::new("t"));
        let alone = environment(&[("METADATA_ENCODER_OLD_SECRET", "s")]);
        let message = load(None, &alone, &[]).unwrap_err().to_string();
        assert!(message.contains("metadata.encoder.secret, which is not set"), "{message}");
    }

    #[test]
    fn passwords_are_not_shown() {
        let loaded =
            load(None, &environment(&[]), &flags(&[("database-url", "postgres://ann:s3cret@db/registry")]))
                .unwrap();
        let described = loaded.describe();
        assert!(
            described.contains("postgres://ann:***@db/registry") && !described.contains("s3cret"),
            "{described}"
        );
    }
}
