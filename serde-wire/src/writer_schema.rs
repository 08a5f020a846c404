//! The schema that wrote a message, from the registry to a parsed form.

use crate::deserialize_error::DeserializeErrorKind;
use crate::frame::SchemaKey;
use crate::layout::parse;
use crate::registry::{
    RegisteredSchema, RegistryError, Rule, SchemaRegistry, VersionSelector, describe_rules,
    resolve_references,
};
use avro_model::Schema;
use std::sync::Arc;

/// The schema that wrote a message.
#[derive(Debug)]
pub struct WriterSchema {
    /// Parsed, with all that it refers to.
    pub schema: Schema,
    /// As the registry gave it.
    pub registered: Arc<RegisteredSchema>,
}

impl WriterSchema {
    /// Fetches and parses it. Schemas with rules for readers are refused.
    pub(crate) async fn fetch(
        registry: &dyn SchemaRegistry,
        key: SchemaKey,
        subject: Option<&str>,
    ) -> Result<Self, DeserializeErrorKind> {
        let registered = match key {
            SchemaKey::Id(id) => registry.schema_by_id(id, subject).await?,
            SchemaKey::Guid(guid) => registry.schema_by_guid(guid).await?,
            SchemaKey::Fingerprint(_) => return Err(DeserializeErrorKind::UnknownFingerprint),
        };
        Self::of(registered, registry, subject).await
    }

    /// Parses a schema of a registry, with what it refers to. Schemas with rules for readers are refused.
    pub(crate) async fn of(
        registered: Arc<RegisteredSchema>,
        registry: &dyn SchemaRegistry,
        subject: Option<&str>,
    ) -> Result<Self, DeserializeErrorKind> {
        if !registered.is_avro() {
            return Err(DeserializeErrorKind::NotAvro(registered.schema_type.clone()));
        }
        refuse(registered.rules.on_read())?;
        let references = resolve_references(registry, &registered, subject).await.map_err(Box::new)?;
        let schema = parse(&registered.text, &references)
            .map_err(|error| DeserializeErrorKind::InvalidSchema(Arc::new(error)))?;
        Ok(Self { schema, registered })
    }

    /// For a reader of another version: refuses when the subject's versions carry migration rules. Rule sets are
    /// handed on from version to version, so the writer's and the latest say whether there are any.
    pub(crate) async fn refuse_migrations(
        registered: &RegisteredSchema,
        registry: &dyn SchemaRegistry,
        subject: Option<&str>,
    ) -> Result<(), DeserializeErrorKind> {
        refuse(registered.rules.on_migration())?;
        let Some(subject) = registered.subject.as_deref().or(subject) else { return Ok(()) };
        match registry.version(subject, VersionSelector::Latest).await {
            Ok(latest) => refuse(latest.rules.on_migration()),
            // The subject of another naming strategy, or one that was deleted: there is nothing that rules could say.
            Err(RegistryError::Refused { status: 404, .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

fn refuse<'a>(rules: impl Iterator<Item = &'a Rule>) -> Result<(), DeserializeErrorKind> {
    let rules = describe_rules(rules);
    if rules.is_empty() { Ok(()) } else { Err(DeserializeErrorKind::Rules(rules.into())) }
}
