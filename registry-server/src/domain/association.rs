//! Associations between a Kafka topic and the subjects of its keys and values.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Subject;

/// The association of a subject with a resource, such as a topic: it holds the schemas of its keys or values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Association {
    /// The subject.
    pub subject: Subject,
    /// The id of this association, a UUID.
    pub guid: String,
    /// The name of the resource, such as a topic's.
    pub resource_name: String,
    /// The namespace in which the name is unique, such as a Kafka cluster's id.
    pub resource_namespace: String,
    /// The id of the resource.
    pub resource_id: String,
    /// The kind of the resource; `topic` is the only one.
    pub resource_type: String,
    /// Whether the subject is for keys or for values.
    pub association_type: AssociationType,
    /// Whether the subject lives and dies with the resource.
    pub lifecycle: Lifecycle,
    /// Whether the association can no longer be changed.
    pub frozen: bool,
    /// When it was created, in milliseconds since 1970.
    pub create_ts: i64,
    /// When it was last changed, in milliseconds since 1970.
    pub update_ts: i64,
}

/// The half of a record that an association is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AssociationType {
    /// The key.
    Key,
    /// The value.
    #[default]
    Value,
}

/// The lifecycle of an association: how firmly the subject belongs to the resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Lifecycle {
    /// The subject belongs to this resource alone.
    Strong,
    /// The subject may serve other resources too.
    Weak,
}

impl AssociationType {
    /// The lower-case name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Value => "value",
        }
    }

    /// The type with this name, which is case-sensitive.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Key, Self::Value].into_iter().find(|value| value.as_str() == name)
    }
}

impl Lifecycle {
    /// The upper-case name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Strong => "STRONG",
            Self::Weak => "WEAK",
        }
    }

    /// The lifecycle with this name, which is case-sensitive.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Strong, Self::Weak].into_iter().find(|value| value.as_str() == name)
    }
}

impl fmt::Display for AssociationType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Lifecycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
