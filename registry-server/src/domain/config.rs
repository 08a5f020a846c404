//! Config and mode of a subject, a context or the whole registry.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Metadata, RuleSet};

/// The settings stored under one key. Every member may be unset; which one counts then is the service's rule.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Config {
    /// The subject for which this subject's name stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// The setting for encryption keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias_for_deks: Option<String>,
    /// Whether schemas are normalized on registration and lookup.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub normalize: Option<bool>,
    /// Whether reserved fields are checked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validate_fields: Option<bool>,
    /// Whether new schemas are validated strictly.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validate_new_schemas: Option<bool>,
    /// Whether rules are validated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validate_rules: Option<bool>,
    /// The compatibility level.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compatibility_level: Option<CompatibilityLevel>,
    /// How strictly compatibility is judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compatibility_policy: Option<CompatibilityPolicy>,
    /// The metadata property that splits versions into groups which are compatible among themselves only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compatibility_group: Option<String>,
    /// Metadata that a new schema gets where it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_metadata: Option<Metadata>,
    /// Metadata that a new schema gets whatever it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub override_metadata: Option<Metadata>,
    /// Rules that a new schema gets where it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_rule_set: Option<RuleSet>,
    /// Rules that a new schema gets whatever it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub override_rule_set: Option<RuleSet>,
}

/// An enum whose values have one upper-case name each, read in any case.
macro_rules! named {
    ($(#[$meta:meta])* $type:ident, $error:ident, $what:literal, { $($(#[$doc:meta])* $variant:ident = $name:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $type { $($(#[$doc])* $variant,)+ }

        #[doc = concat!("A text that names no ", $what, ".")]
        #[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
        #[error("'{text}' is not a {}: allowed are {} in any case", $what, [$($name),+].join(", "))]
        pub struct $error {
            /// The text as it was given.
            pub text: String,
        }

        impl $type {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The upper-case name.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }
        }

        impl FromStr for $type {
            type Err = $error;

            fn from_str(text: &str) -> Result<Self, $error> {
                Self::ALL
                    .iter()
                    .copied()
                    .find(|value| value.as_str().eq_ignore_ascii_case(text))
                    .ok_or_else(|| $error { text: text.to_owned() })
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

named!(
    /// Which schemas of a subject a new one must be compatible with, and in which direction.
    CompatibilityLevel, InvalidLevel, "compatibility level", {
        /// No check.
        None = "NONE",
        /// The new schema reads data of the latest one.
        Backward = "BACKWARD",
        /// The new schema reads data of every earlier one.
        BackwardTransitive = "BACKWARD_TRANSITIVE",
        /// The latest schema reads data of the new one.
        Forward = "FORWARD",
        /// Every earlier schema reads data of the new one.
        ForwardTransitive = "FORWARD_TRANSITIVE",
        /// Both directions against the latest one.
        Full = "FULL",
        /// Both directions against every earlier one.
        FullTransitive = "FULL_TRANSITIVE",
    }
);

named!(
    /// How strictly compatibility is judged.
    CompatibilityPolicy, InvalidPolicy, "compatibility policy", {
        /// The default.
        Strict = "STRICT",
        /// Lets more changes of JSON schemas pass.
        Lenient = "LENIENT",
        /// Judges logical types.
        Logical = "LOGICAL",
    }
);

named!(
    /// The mode: the operations that the subjects in scope allow.
    Mode, InvalidMode, "mode", {
        /// Everything.
        ReadWrite = "READWRITE",
        /// Nothing but reads and changes of the mode.
        ReadOnly = "READONLY",
        /// An old spelling of read-only that once also overrode the modes of subjects.
        ReadOnlyOverride = "READONLY_OVERRIDE",
        /// Registrations bring their own ids and versions and are not checked.
        Import = "IMPORT",
        /// Writes are meant for another registry.
        Forward = "FORWARD",
    }
);

impl Mode {
    /// Whether it forbids writes.
    #[must_use]
    pub fn is_read_only(self) -> bool {
        matches!(self, Self::ReadOnly | Self::ReadOnlyOverride)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_in_any_case_and_written_in_upper_case() {
        assert_eq!("full_Transitive".parse(), Ok(CompatibilityLevel::FullTransitive));
        assert_eq!(CompatibilityLevel::FullTransitive.to_string(), "FULL_TRANSITIVE");
        assert_eq!("import".parse(), Ok(Mode::Import));
        assert!("".parse::<Mode>().is_err());
        assert_eq!(
            "sideways".parse::<CompatibilityPolicy>().unwrap_err().to_string(),
            "'sideways' is not a compatibility policy: allowed are STRICT, LENIENT, LOGICAL in any case"
        );
    }

    #[test]
    fn a_stored_config_keeps_what_was_set_and_nothing_else() {
        let config = Config {
            normalize: Some(false),
            compatibility_level: Some(CompatibilityLevel::None),
            default_metadata: Some(Metadata::default()),
            ..Config::default()
        };
        let text = serde_json::to_string(&config).unwrap();
        assert_eq!(text, r#"{"normalize":false,"compatibilityLevel":"NONE","defaultMetadata":{}}"#);
        assert_eq!(serde_json::from_str::<Config>(&text).unwrap(), config);
    }
}
