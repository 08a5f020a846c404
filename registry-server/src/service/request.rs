//! Requests as callers hand them in.

use crate::domain::{Content, Metadata, RuleSet};
use crate::schema_type::SchemaTags;

/// A schema as a client sends it: nothing is checked yet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SchemaRequest {
    /// The text; without one, a registration takes over what the latest version has.
    pub schema: Option<String>,
    /// The name of the language; `None` is Avro.
    pub schema_type: Option<String>,
    /// The schemas that the text builds on.
    pub references: Vec<ReferenceRequest>,
    /// The metadata; none is something else than empty metadata.
    pub metadata: Option<Metadata>,
    /// The rules.
    pub rule_set: Option<RuleSet>,
    /// The version that is to be given: 0 or none for the next one, negative for the next one with its number noted in
    /// the metadata.
    pub version: Option<i32>,
    /// The id that is to be given, in an import; negative for none.
    pub id: Option<i32>,
    /// Inline tags to be written into the text.
    pub tags_to_add: Vec<SchemaTags>,
    /// Inline tags to be taken out of the text.
    pub tags_to_remove: Vec<SchemaTags>,
    /// Whether to take over the inline tags of the latest version.
    pub propagate_tags: bool,
}

/// A reference as a client sends it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReferenceRequest {
    /// The name under which the text uses it.
    pub name: Option<String>,
    /// The subject; a bare one is meant in the referrer's context.
    pub subject: Option<String>,
    /// The version; -1 is the latest one.
    pub version: Option<i32>,
}

impl SchemaRequest {
    /// The requested version, 0 when there is none.
    #[must_use]
    pub fn version_or_zero(&self) -> i32 {
        self.version.unwrap_or(0)
    }

    /// The requested id, if it is one.
    #[must_use]
    pub fn given_id(&self) -> Option<i32> {
        self.id.filter(|id| *id >= 0)
    }

    /// Whether there is no text.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.schema.as_deref().is_none_or(|text| text.chars().all(|c| c <= ' '))
    }

    /// Takes over the text of a content, its type and its references.
    pub(super) fn take_text(&mut self, content: &Content) {
        self.schema = Some(content.text.clone());
        self.schema_type = Some(content.schema_type.as_str().to_owned());
        self.references = content.references.iter().map(ReferenceRequest::from).collect();
    }

    /// The language's name.
    #[must_use]
    pub fn type_name(&self) -> &str {
        self.schema_type.as_deref().unwrap_or("AVRO")
    }

    /// Whether the text has to be changed before anything else.
    #[must_use]
    pub fn edits_tags(&self) -> bool {
        !self.tags_to_add.is_empty() || !self.tags_to_remove.is_empty()
    }
}

impl From<&crate::domain::Reference> for ReferenceRequest {
    fn from(reference: &crate::domain::Reference) -> Self {
        Self {
            name: Some(reference.name.clone()),
            subject: Some(reference.subject.clone()),
            version: Some(reference.version.get()),
        }
    }
}
