//! Bodies of answers, as far as a client needs them; members that it does not know are ignored.

use crate::frame::{Guid, SchemaId};
use crate::registry::error::is_about_the_caller;
use crate::registry::{RegisteredSchema, RegistryError, RuleSet, SchemaReference};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

/// How much of a body that nobody understands is shown in the error.
const SHOWN: usize = 200;

/// An answer as it came.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) url: String,
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
}

impl Answer {
    /// The body of a successful answer.
    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T, RegistryError> {
        serde_json::from_slice(&self.body).map_err(|error| self.not_a_registrys(&error.to_string()))
    }

    /// The schema in the answer to a question for one. JSON of something else has none, and must not pass for an empty text.
    pub(super) fn schema(&self) -> Result<RegisteredSchema, RegistryError> {
        let answer: SchemaAnswer = self.json()?;
        if answer.schema.is_none() {
            return Err(self.not_a_registrys("the member `schema` is missing"));
        }
        Ok(answer.into())
    }

    /// What a schema that was sent is registered as. Older servers tell the id alone.
    pub(super) fn registration(&self) -> Result<RegisteredSchema, RegistryError> {
        let answer: SchemaAnswer = self.json()?;
        if answer.id.is_none() {
            return Err(self.not_a_registrys("the member `id` is missing"));
        }
        Ok(answer.into())
    }

    fn not_a_registrys(&self, problem: &str) -> RegistryError {
        RegistryError::NotARegistry {
            url: self.url.clone(),
            reason: format!("status {} with the body {:?} ({problem})", self.status, self.shown()),
        }
    }

    /// The error that an unsuccessful answer means.
    pub(super) fn refusal(self) -> RegistryError {
        let Self { url, status, .. } = self;
        match serde_json::from_slice::<ErrorBody>(&self.body) {
            // What a registry lacks has a code of its own; 404 itself is what its web server says of a path it does not know.
            Ok(ErrorBody { error_code, .. }) if status == 404 && !(40_400..40_500).contains(&error_code) => {
                RegistryError::NotARegistry {
                    reason: format!("status 404 with the body {:?}", shown(&self.body)),
                    url,
                }
            }
            Ok(ErrorBody { error_code, message }) => {
                RegistryError::Refused { url, status, code: error_code, message: message.unwrap_or_default() }
            }
            // Who is asking is often decided by a proxy, and a refusal of that kind is never the question's fault.
            Err(_) if is_about_the_caller(status) => {
                RegistryError::Refused { url, status, code: status.into(), message: shown(&self.body) }
            }
            // No registry says no without its own code: this is a wrong path, a wrong port, a proxy or another server.
            Err(_) => RegistryError::NotARegistry {
                reason: format!("status {status} with the body {:?}", shown(&self.body)),
                url,
            },
        }
    }

    /// The body's beginning, for people.
    pub(super) fn shown(&self) -> String {
        shown(&self.body)
    }
}

fn shown(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(&body[..body.len().min(SHOWN)]);
    if body.len() > SHOWN { format!("{text}…") } else { text.into_owned() }
}

#[derive(Deserialize)]
struct ErrorBody {
    error_code: i32,
    message: Option<String>,
}

/// The registry's opinion on a schema that was not registered.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CompatibilityVerdict {
    /// True when it could be registered.
    #[serde(rename = "is_compatible")]
    pub compatible: bool,
    /// The registry's reasons when not.
    #[serde(default)]
    pub messages: Vec<String>,
}

/// What decides with which versions of a subject a new schema is compared, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CompatibilityConfig {
    /// What must be able to read what, such as `BACKWARD`.
    pub level: String,
    /// A metadata property: versions are compared with those alone that have the same value of it, or none as well.
    pub group: Option<String>,
    /// Metadata properties that new versions get unless they say otherwise.
    pub default_metadata: BTreeMap<String, String>,
    /// Metadata properties that new versions get whatever they say.
    pub override_metadata: BTreeMap<String, String>,
}

/// The answer that describes a config.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ConfigAnswer {
    compatibility_level: String,
    compatibility_group: Option<String>,
    default_metadata: Option<Metadata>,
    override_metadata: Option<Metadata>,
}

impl From<ConfigAnswer> for CompatibilityConfig {
    fn from(answer: ConfigAnswer) -> Self {
        Self {
            level: answer.compatibility_level,
            group: answer.compatibility_group,
            default_metadata: Metadata::properties(answer.default_metadata),
            override_metadata: Metadata::properties(answer.override_metadata),
        }
    }
}

/// Every answer that describes a schema; which members are present depends on the question and the server's release.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SchemaAnswer {
    id: Option<i32>,
    guid: Option<String>,
    subject: Option<String>,
    version: Option<i32>,
    schema_type: Option<String>,
    schema: Option<String>,
    references: Option<Vec<SchemaReference>>,
    rule_set: Option<RuleSet>,
    metadata: Option<Metadata>,
}

/// What a registry notes beside a schema.
#[derive(Deserialize, Default)]
struct Metadata {
    properties: Option<BTreeMap<String, String>>,
}

impl Metadata {
    fn properties(metadata: Option<Self>) -> BTreeMap<String, String> {
        metadata.and_then(|metadata| metadata.properties).unwrap_or_default()
    }
}

impl From<SchemaAnswer> for RegisteredSchema {
    fn from(answer: SchemaAnswer) -> Self {
        Self {
            id: answer.id.and_then(|id| u32::try_from(id).ok()).and_then(SchemaId::new),
            guid: answer.guid.and_then(|guid| Guid::parse_str(&guid).ok()),
            subject: answer.subject,
            version: answer.version.and_then(|version| u32::try_from(version).ok()),
            schema_type: answer.schema_type.unwrap_or_else(|| "AVRO".to_owned()),
            text: answer.schema.unwrap_or_default(),
            references: answer.references.unwrap_or_default(),
            rules: answer.rule_set.unwrap_or_default(),
            metadata: Metadata::properties(answer.metadata),
        }
    }
}
