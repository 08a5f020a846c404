//! Schemas as they are sent to a registry and as they come back.

use super::rules::RuleSet;
use crate::frame::{Guid, SchemaId};
use avro_model::identity::IdentityHasher;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A schema's name for another one, which stands in the registry under a subject of its own.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SchemaReference {
    /// The name that the text uses: for Avro the full name of the type.
    pub name: String,
    /// The subject that the other schema stands under.
    pub subject: String,
    /// The version under that subject, from 1; −1 is the latest.
    pub version: i32,
}

impl SchemaReference {
    /// The reference by `name` to a version, from 1, of a subject.
    pub fn new(name: impl Into<String>, subject: impl Into<String>, version: i32) -> Self {
        Self { name: name.into(), subject: subject.into(), version }
    }
}

/// A schema to register or to look up.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NewSchema {
    /// The text, an Avro schema in JSON.
    pub schema: String,
    /// Always `AVRO`: this crate writes nothing else.
    schema_type: &'static str,
    /// The schemas that the text names and does not define.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<SchemaReference>,
}

impl NewSchema {
    /// An Avro schema that refers to no other.
    ///
    /// ```
    /// let schema = serde_wire::registry::NewSchema::avro(r#"{"type":"string"}"#);
    /// assert!(schema.references.is_empty());
    /// ```
    pub fn avro(text: impl Into<String>) -> Self {
        Self { schema: text.into(), schema_type: "AVRO", references: Vec::new() }
    }

    /// This schema with other [`references`](Self::references).
    #[must_use]
    pub fn with_references(mut self, references: Vec<SchemaReference>) -> Self {
        self.references = references;
        self
    }
}

/// A version of a subject. Exhaustive, since whoever implements a registry answers each of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VersionSelector {
    /// The highest that is not deleted.
    Latest,
    /// The one of this number, from 1.
    Number(u32),
}

/// A schema as a registry gave it. A member that this kind of answer does not carry, or that an older server does not
/// send, is `None`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RegisteredSchema {
    /// Its id in the context that was asked.
    pub id: Option<SchemaId>,
    /// Its content hash; servers before 8.0 send none.
    pub guid: Option<Guid>,
    /// The subject of the answer.
    pub subject: Option<String>,
    /// The version of the answer.
    pub version: Option<u32>,
    /// `AVRO`, `JSON` or `PROTOBUF`; an answer without it means `AVRO`.
    pub schema_type: String,
    /// The text; empty when the answer to a registration by an older server carried only the id.
    pub text: String,
    /// The schemas that the text names and does not define.
    pub references: Vec<SchemaReference>,
    /// The rules that a client is meant to run on data of this schema.
    pub rules: RuleSet,
    /// The properties of its metadata; a registry may compare a version with those alone that have one of them alike.
    pub metadata: BTreeMap<String, String>,
}

impl RegisteredSchema {
    /// An Avro schema of which only the text is known. Fill in what else the answer carries.
    ///
    /// ```
    /// let mut schema = serde_wire::registry::RegisteredSchema::avro(r#"{"type":"string"}"#);
    /// schema.version = Some(3);
    /// assert!(schema.is_avro() && schema.id.is_none());
    /// ```
    pub fn avro(text: impl Into<String>) -> Self {
        Self {
            id: None,
            guid: None,
            subject: None,
            version: None,
            schema_type: "AVRO".to_owned(),
            text: text.into(),
            references: Vec::new(),
            rules: RuleSet::default(),
            metadata: BTreeMap::new(),
        }
    }

    /// The GUID, which is a hash of the content; worked out where the registry, an older one, gives none.
    pub(crate) fn content(&self) -> Guid {
        self.guid.unwrap_or_else(|| {
            let mut hasher = IdentityHasher::new(&self.text);
            for SchemaReference { name, subject, version } in &self.references {
                hasher.reference(name, subject, *version);
            }
            Guid::from_bytes(hasher.finish().0)
        })
    }

    /// True for Avro, the one type whose data this crate reads and writes.
    pub fn is_avro(&self) -> bool {
        self.schema_type == "AVRO"
    }
}
