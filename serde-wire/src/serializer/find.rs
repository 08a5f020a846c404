//! Which registered schema a serializer writes with, and under which subject it stands.

use super::fit::Fit;
use super::{SchemaSource, SerializeError, SerializeErrorKind, SerializerOptions};
use crate::context::qualified;
use crate::deadline::within;
use crate::frame::SchemaKey;
use crate::layout::parse;
use crate::registry::{
    NewSchema, RegisteredSchema, RegistryError, SchemaRegistry, VersionSelector, describe_rules,
    resolve_references,
};
use crate::subject::{Role, SubjectStrategy};
use avro_model::Schema;
use std::sync::Arc;

/// A question about one subject.
pub(super) struct Search<'s> {
    pub(super) registry: &'s dyn SchemaRegistry,
    pub(super) subject: &'s str,
    pub(super) options: &'s SerializerOptions,
    /// The text of the schema that values come in.
    pub(super) own: &'s NewSchema,
    /// The texts of the schemas that it refers to.
    pub(super) references: &'s [String],
}

/// The registered schema, and how values are written with it.
pub(super) struct Found {
    pub(super) schema: Arc<RegisteredSchema>,
    pub(super) fit: Fit,
}

impl Search<'_> {
    pub(super) async fn run(&self) -> Result<Found, SerializeError> {
        let Self { registry, subject, options, own, .. } = *self;
        let strict_latest = options.latest_compatibility_strict;
        let found = match &options.source {
            SchemaSource::Register { normalize } => {
                let schema = registry.register(subject, own, *normalize).await;
                Found { schema: self.whole(schema).await?, fit: Fit::AsItIs }
            }
            SchemaSource::Lookup { normalize } => {
                let schema = registry.lookup(subject, own, *normalize).await;
                Found { schema: self.whole(schema).await?, fit: Fit::AsItIs }
            }
            SchemaSource::Latest => {
                let latest = registry.version(subject, VersionSelector::Latest).await;
                self.fitted(latest, strict_latest).await?
            }
            SchemaSource::LatestWithMetadata(metadata) => {
                let latest = registry.latest_with_metadata(subject, metadata).await;
                self.fitted(latest, strict_latest).await?
            }
            SchemaSource::Id(id) => {
                let schema = registry.schema_by_id(*id, Some(subject)).await;
                self.fitted(schema, options.id_compatibility_strict).await?
            }
            SchemaSource::Guid(guid) => {
                let schema = registry.schema_by_guid(*guid).await;
                self.fitted(schema, options.id_compatibility_strict).await?
            }
        };
        let rules = describe_rules(found.schema.rules.on_write());
        if rules.is_empty() {
            Ok(found)
        } else {
            Err(SerializeErrorKind::Rules { subject: subject.to_owned(), rules }.into())
        }
    }

    fn failed(&self, answer: RegistryError) -> SerializeError {
        SerializeErrorKind::Registry { subject: self.subject.to_owned(), answer }.into()
    }

    /// Servers before 8.0 answer a registration with the id alone; whether there are rules stands elsewhere.
    async fn whole(
        &self,
        answer: Result<Arc<RegisteredSchema>, RegistryError>,
    ) -> Result<Arc<RegisteredSchema>, SerializeError> {
        let schema = answer.map_err(|answer| self.failed(answer))?;
        match schema.id {
            Some(id) if schema.text.is_empty() => {
                let by_id = self.registry.schema_by_id(id, Some(self.subject)).await;
                by_id.map_err(|answer| self.failed(answer))
            }
            _ => Ok(schema),
        }
    }

    async fn fitted(
        &self,
        answer: Result<Arc<RegisteredSchema>, RegistryError>,
        strict: bool,
    ) -> Result<Found, SerializeError> {
        let schema = answer.map_err(|answer| self.failed(answer))?;
        let subject = || self.subject.to_owned();
        let (target, _) = whole_schema(self.registry, &schema, self.subject).await?;
        match Fit::of(&own_schema(&self.own.schema, self.references)?, target, strict) {
            Some(fit) => Ok(Found { schema, fit }),
            None => {
                let version = schema.version.unwrap_or_default();
                let schema = match self.options.source {
                    SchemaSource::Id(id) => Some(SchemaKey::Id(id)),
                    SchemaSource::Guid(guid) => Some(SchemaKey::Guid(guid)),
                    _ => None,
                };
                Err(SerializeErrorKind::OtherLayout { subject: subject(), version, schema }.into())
            }
        }
    }
}

/// A registered schema with all that it refers to, and the texts of these.
async fn whole_schema(
    registry: &dyn SchemaRegistry,
    schema: &RegisteredSchema,
    subject: &str,
) -> Result<(Schema, Vec<String>), SerializeError> {
    if !schema.is_avro() {
        let (subject, schema_type) = (subject.to_owned(), schema.schema_type.clone());
        return Err(SerializeErrorKind::NotAvro { subject, schema_type }.into());
    }
    let references = resolve_references(registry, schema, Some(subject)).await.map_err(Box::new)?;
    let parsed = parse(&schema.text, &references)
        .map_err(|error| SerializeErrorKind::InvalidSchema { whose: "registered", error: Arc::new(error) })?;
    Ok((parsed, references))
}

/// A schema that the registry has, to write values of that come without one.
pub(super) struct Registered {
    pub(super) registered: Arc<RegisteredSchema>,
    pub(super) parsed: Schema,
    pub(super) references: Vec<String>,
    pub(super) subject: String,
}

/// The schema that the options name by id, GUID or metadata, else the latest of the topic's subject.
pub(super) async fn latest(
    registry: &dyn SchemaRegistry,
    topic: &str,
    role: Role,
    options: &SerializerOptions,
) -> Result<Registered, SerializeError> {
    let failed = |subject: &str, answer| SerializeErrorKind::Registry { subject: subject.to_owned(), answer };
    let asked = within(options.deadline, async {
        Ok(async {
            let subject = match associated(registry, &options.strategy, topic, role).await? {
                Some(subject) => subject,
                None => match options.strategy.subject_of_topic(topic, role) {
                    Some(subject) => qualified(&options.context, &subject),
                    None => {
                        return Err(SerializeErrorKind::SubjectOfRecord { topic: topic.to_owned() }.into());
                    }
                },
            };
            let answer = match &options.source {
                SchemaSource::Id(id) => registry.schema_by_id(*id, Some(&subject)).await,
                SchemaSource::Guid(guid) => registry.schema_by_guid(*guid).await,
                SchemaSource::LatestWithMetadata(metadata) => {
                    registry.latest_with_metadata(&subject, metadata).await
                }
                _ => registry.version(&subject, VersionSelector::Latest).await,
            };
            let registered = answer.map_err(|answer| failed(&subject, answer))?;
            let (parsed, references) = whole_schema(registry, &registered, &subject).await?;
            let rules = describe_rules(registered.rules.on_write());
            if rules.is_empty() {
                Ok(Registered { registered, parsed, references, subject })
            } else {
                Err(SerializeErrorKind::Rules { subject, rules }.into())
            }
        }
        .await)
    });
    asked.await.map_err(|answer| failed(topic, answer))?
}

pub(super) fn own_schema(text: &str, references: &[String]) -> Result<Schema, SerializeError> {
    parse(text, references)
        .map_err(|error| SerializeErrorKind::InvalidSchema { whose: "type's", error: Arc::new(error) }.into())
}

/// The subject that the registry associates with the topic, `None` when the strategy asks for none or there is none.
pub(super) async fn associated(
    registry: &dyn SchemaRegistry,
    strategy: &SubjectStrategy,
    topic: &str,
    role: Role,
) -> Result<Option<String>, SerializeError> {
    let SubjectStrategy::Associated(naming) = strategy else { return Ok(None) };
    let mut subjects = registry
        .associated_subjects(&naming.cluster, topic, role)
        .await
        .map_err(|answer| SerializeErrorKind::Registry { subject: format!("{topic}-{role}"), answer })?;
    match subjects.len() {
        0 | 1 => Ok(subjects.pop()),
        _ => Err(SerializeErrorKind::SeveralAssociations { topic: topic.to_owned(), role, subjects }.into()),
    }
}
