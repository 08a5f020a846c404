//! The versions of a subject, and what a type makes of them.

use super::{Readability, ReaderReport, StartupError, VersionReport};
use crate::codec::AvroSchema;
use crate::context::qualified;
use crate::registry::{RegistryError, SchemaRegistry, VersionSelector};
use crate::resolve::{IncompatibleSchema, Obstacles, obstacles, resolve, resolve_by_structure};
use crate::subject::{Role, SubjectStrategy, full_name};
use crate::writer_schema::WriterSchema;
use crate::{DeserializeErrorKind, DeserializerOptions};
use avro_model::Schema;
use avro_model::parser::{Parser, Validation};
use std::any::type_name;
use std::collections::HashSet;
use std::sync::Arc;

/// The place that a type reads from.
pub(super) enum Place {
    Topic(String, Role),
    /// A subject, with its context.
    Subject(String),
}

/// A type that reads, whatever type it is.
pub(super) struct Reader {
    place: Place,
    options: DeserializerOptions,
    /// The full name of its schema.
    name: String,
    examine: fn(&Schema, bool) -> Examined,
}

impl Reader {
    pub(super) fn of<T: AvroSchema>(place: Place, options: &DeserializerOptions) -> Self {
        let own = Parser::new().validation(Validation::Stored).parse(T::SCHEMA);
        let name = own.map_or_else(|_| type_name::<T>().to_owned(), |own| full_name(&own));
        Self { place, options: options.clone(), name, examine: examine::<T> }
    }

    pub(super) async fn check(
        &self,
        registry: &dyn SchemaRegistry,
        deleted: bool,
    ) -> Result<Vec<ReaderReport>, StartupError> {
        let mut reports = Vec::new();
        for subject in self.subjects(registry).await? {
            let versions = self.versions(registry, &subject, deleted).await?;
            reports.push(ReaderReport { subject, schema: self.name.clone(), versions });
        }
        Ok(reports)
    }

    async fn subjects(&self, registry: &dyn SchemaRegistry) -> Result<Vec<String>, StartupError> {
        let (topic, role) = match &self.place {
            Place::Topic(topic, role) => (topic, *role),
            Place::Subject(subject) => return Ok(vec![subject.clone()]),
        };
        let DeserializerOptions { strategy, context, .. } = &self.options;
        if let SubjectStrategy::Associated(naming) = strategy {
            let subjects = registry.associated_subjects(&naming.cluster, topic, role).await;
            let failed = |answer| StartupError::Registry { subject: format!("{topic}-{role}"), answer };
            let subjects = subjects.map_err(failed)?;
            if !subjects.is_empty() {
                return Ok(subjects);
            }
        }
        let subject = strategy.subject(topic, role, &self.name);
        Ok(if subject.is_empty() { Vec::new() } else { vec![qualified(context, &subject)] })
    }

    async fn versions(
        &self,
        registry: &dyn SchemaRegistry,
        subject: &str,
        deleted: bool,
    ) -> Result<Vec<VersionReport>, StartupError> {
        let failed = |answer| StartupError::Registry { subject: subject.to_owned(), answer };
        let live: HashSet<u32> =
            numbers(registry, subject, false).await.map_err(failed)?.into_iter().collect();
        let mut all: Vec<u32> = live.iter().copied().collect();
        if deleted {
            all.extend(numbers(registry, subject, true).await.map_err(failed)?);
        }
        all.sort_unstable();
        all.dedup();
        let mut versions = Vec::new();
        for number in all {
            let registered = match registry.version(subject, VersionSelector::Number(number)).await {
                Ok(registered) => registered,
                // It was deleted for good a moment ago.
                Err(RegistryError::Refused { status: 404, .. }) => continue,
                Err(answer) => return Err(failed(answer)),
            };
            let id = registered.id;
            let readability = match WriterSchema::of(registered, registry, Some(subject)).await {
                Ok(writer) => self.readability(registry, subject, writer).await,
                Err(error) => Readability::nothing(error),
            };
            // Not the version is at fault, but the registry.
            match readability {
                Readability::Nothing { error: DeserializeErrorKind::Registry(answer), .. }
                    if answer.is_retriable() =>
                {
                    return Err(failed(answer));
                }
                Readability::Nothing { error: DeserializeErrorKind::Reference(error), .. }
                    if error.is_retriable() =>
                {
                    return Err(StartupError::Reference { subject: subject.to_owned(), error });
                }
                readability => versions.push(VersionReport {
                    version: number,
                    id,
                    deleted: !live.contains(&number),
                    readability,
                }),
            }
        }
        Ok(versions)
    }

    async fn readability(
        &self,
        registry: &dyn SchemaRegistry,
        subject: &str,
        writer: WriterSchema,
    ) -> Readability {
        let (examined, obstacles) = (self.examine)(&writer.schema, self.options.by_structure);
        match examined {
            Ok(true) if obstacles.places.is_empty() => return Readability::Everything,
            Ok(true) => return Readability::NotAll(obstacles),
            Ok(false) => (),
            Err(error) => {
                let error = DeserializeErrorKind::Incompatible(Arc::new(error));
                return Readability::Nothing { error, obstacles };
            }
        }
        match WriterSchema::refuse_migrations(&writer.registered, registry, Some(subject)).await {
            Err(error) => Readability::nothing(error),
            Ok(()) if obstacles.places.is_empty() => Readability::Everything,
            Ok(()) => Readability::NotAll(obstacles),
        }
    }
}

/// The numbers of a subject's versions: none of one that is not there yet.
async fn numbers(
    registry: &dyn SchemaRegistry,
    subject: &str,
    deleted: bool,
) -> Result<Vec<u32>, RegistryError> {
    match registry.version_numbers(subject, deleted).await {
        Err(RegistryError::Refused { status: 404, .. }) => Ok(Vec::new()),
        numbers => numbers,
    }
}

/// Whether data is read as it was written, as a deserializer decides it, and what cannot be read of it.
type Examined = (Result<bool, IncompatibleSchema>, Obstacles);

fn examine<T: AvroSchema>(writer: &Schema, by_structure: bool) -> Examined {
    let resolve = if by_structure { resolve_by_structure::<T> } else { resolve::<T> };
    let examined = resolve(writer).map(|resolution| resolution.is_identity());
    // What is read as it was written may still be written with other logical types.
    (examined, obstacles::<T>(writer, by_structure))
}
