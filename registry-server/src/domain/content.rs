//! The content of a schema id: text, references, metadata and rules.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Metadata, RuleSet, Version};

/// The content of a schema: everything that makes it this schema and no other. Two contents are the same schema when
/// they are equal member by member; the [`Guid`] only finds candidates, since it is built without separators and leaves
/// out the type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Content {
    /// The language of the text.
    pub schema_type: SchemaType,
    /// The identity hash of Confluent.
    pub guid: Guid,
    /// The canonical text.
    pub text: String,
    /// The schemas that the text builds on, in the order in which they were given.
    pub references: Vec<Reference>,
    /// The metadata; none is something else than empty metadata.
    pub metadata: Option<Metadata>,
    /// The rules; none is something else than an empty rule set.
    pub rule_set: Option<RuleSet>,
}

/// A reference to a version of a subject, as it was given: the subject may be bare.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Reference {
    /// The name under which the text uses it.
    pub name: String,
    /// The subject in its text form; a bare one is meant in the referrer's context.
    pub subject: String,
    /// The version.
    pub version: Version,
}

/// The language of a schema's text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[non_exhaustive]
pub enum SchemaType {
    /// Apache Avro.
    #[default]
    Avro,
    /// JSON Schema.
    Json,
    /// Protocol Buffers.
    Protobuf,
}

/// A name that no schema type has; the names are case-sensitive.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{name}' is not a schema type: allowed are AVRO, JSON and PROTOBUF")]
pub struct UnknownSchemaType {
    /// The name as it was given.
    pub name: String,
}

impl SchemaType {
    /// The upper-case name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Avro => "AVRO",
            Self::Json => "JSON",
            Self::Protobuf => "PROTOBUF",
        }
    }
}

impl FromStr for SchemaType {
    type Err = UnknownSchemaType;

    fn from_str(name: &str) -> Result<Self, UnknownSchemaType> {
        [Self::Avro, Self::Json, Self::Protobuf]
            .into_iter()
            .find(|schema_type| schema_type.as_str() == name)
            .ok_or_else(|| UnknownSchemaType { name: name.to_owned() })
    }
}

impl fmt::Display for SchemaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The identity hash of a content, shown as a lower-case UUID. No version or variant bits are forced.
///
/// ```
/// use registry_server::domain::Guid;
///
/// let guid: Guid = "0123456789ABCDEF0123456789ABCDEF".parse().unwrap();
/// assert_eq!(guid.to_string(), "01234567-89ab-cdef-0123-456789abcdef");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Guid(pub [u8; 16]);

/// A text that is no GUID.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' is not a GUID: expected a UUID or 32 hexadecimal digits")]
pub struct InvalidGuid {
    /// The text as it was given.
    pub text: String,
}

impl FromStr for Guid {
    type Err = InvalidGuid;

    fn from_str(text: &str) -> Result<Self, InvalidGuid> {
        match (text.len(), uuid::Uuid::try_parse(text)) {
            (32 | 36, Ok(uuid)) => Ok(Self(*uuid.as_bytes())),
            _ => Err(InvalidGuid { text: text.to_owned() }),
        }
    }
}

impl TryFrom<String> for Guid {
    type Error = InvalidGuid;

    fn try_from(text: String) -> Result<Self, InvalidGuid> {
        text.parse()
    }
}

impl From<Guid> for String {
    fn from(guid: Guid) -> Self {
        guid.to_string()
    }
}

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        uuid::Uuid::from_bytes(self.0).hyphenated().fmt(f)
    }
}

impl fmt::Debug for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
