//! Schemas of a registry, each with all that it refers to.

use super::client::Registry;
use crate::error::Error;
use avro_model::{Parser, Schema, Validation};
use serde_wire::frame::SchemaKey;
use serde_wire::registry::{
    RegisteredSchema, RegistryError, Rule, SchemaRegistry, VersionSelector, resolve_references,
};

/// A schema of a registry.
pub(in crate::command) struct KnownSchema {
    /// The schema, with all that it refers to.
    pub(in crate::command) schema: Schema,
    /// What the registry said of it.
    pub(in crate::command) registered: RegisteredSchema,
    /// What messages call it.
    pub(in crate::command) name: String,
}

/// What a registry answers when it has no schema of an id.
const NO_SUCH_SCHEMA: i32 = 40403;

impl Registry {
    /// The schema that a message names; its id is one of the context of `subject`.
    pub(in crate::command) fn schema(
        &self,
        key: SchemaKey,
        subject: Option<&str>,
    ) -> Result<KnownSchema, Error> {
        let name = format!("schema {key}");
        let answer = match key {
            SchemaKey::Id(id) => self.ask(self.client().schema_by_id(id, subject)),
            SchemaKey::Guid(guid) => self.ask(self.client().schema_by_guid(guid)),
            SchemaKey::Fingerprint(_) => {
                let problem =
                    "a registry finds no schema by its fingerprint: name the schema by --schema".to_owned();
                return Err(Error::Registry { problem });
            }
        };
        let registered = answer.map_err(|error| {
            let help = match &error {
                RegistryError::Refused { .. } if error.code() == Some(NO_SUCH_SCHEMA) => {
                    "; is the message of another registry, or --frame not what it begins with? --subject names a subject of \
                     its context"
                }
                _ => "",
            };
            Error::Registry { problem: format!("{name} in {}: {error}{help}", self.name) }
        })?;
        self.complete(name, (*registered).clone(), subject)
    }

    /// A version of a subject.
    pub(in crate::command) fn schema_of(
        &self,
        subject: &str,
        version: VersionSelector,
    ) -> Result<KnownSchema, Error> {
        let registered = self.version(subject, version)?;
        let name = match registered.version {
            Some(number) => format!("version {number} of subject {subject}"),
            None => format!("subject {subject}"),
        };
        self.complete(name, (*registered).clone(), Some(subject))
    }

    fn complete(
        &self,
        name: String,
        registered: RegisteredSchema,
        subject: Option<&str>,
    ) -> Result<KnownSchema, Error> {
        let unusable = |problem: String| Error::Registry { problem: format!("{name}: {problem}") };
        if !registered.is_avro() {
            return Err(unusable(format!(
                "it is of type {}, and only AVRO is known here",
                registered.schema_type
            )));
        }
        let texts = self.ask(resolve_references(self.client(), &registered, subject));
        let texts = texts.map_err(|error| unusable(error.to_string()))?;
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let parser = Parser::new().validation(Validation::Stored);
        let schema = parser.parse_with_references(&registered.text, &texts);
        let schema = schema.map_err(|error| unusable(error.to_string()))?;
        Ok(KnownSchema { schema, registered, name })
    }
}

impl KnownSchema {
    /// The rules that a consumer runs on its data, in words.
    pub(in crate::command) fn rules_on_read(&self) -> Option<String> {
        described(self.registered.rules.on_read())
    }

    /// The rules that a producer runs on its data, in words.
    pub(in crate::command) fn rules_on_write(&self) -> Option<String> {
        described(self.registered.rules.on_write())
    }
}

fn described<'r>(rules: impl Iterator<Item = &'r Rule>) -> Option<String> {
    let rules: Vec<String> = rules.map(|rule| format!("{} rule {:?}", rule.executor, rule.name)).collect();
    (!rules.is_empty()).then(|| rules.join(", "))
}
