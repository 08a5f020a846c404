//! Metadata of a schema.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// Tags and properties that a team attaches to a schema. They are part of its identity: even an all-empty metadata
/// object makes another schema than none. A stored member that is not known is refused: it could hold encrypted values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Metadata {
    /// Tags by the path of the element that carries them.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, BTreeSet<String>>,
    /// Free properties.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub properties: BTreeMap<String, String>,
    /// The keys of properties whose values are secrets.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub sensitive: BTreeSet<String>,
}

impl Metadata {
    /// The property in which the registry notes the version of a schema that asked for a number of its own.
    pub(crate) const VERSION_NOTE: &str = "confluent:version";

    /// The noted version, as it is written.
    pub(crate) fn noted_version(&self) -> Option<&str> {
        self.properties.get(Self::VERSION_NOTE).map(String::as_str)
    }
}
