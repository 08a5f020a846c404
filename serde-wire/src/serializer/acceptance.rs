//! Whether a writer's schema is, or would be, accepted, without registering it.

use super::find::{Search, own_schema};
use super::heading::Heading;
use super::{SchemaSource, SerializeError, SerializeErrorKind, SerializerOptions};
use crate::codec::AvroSchema;
use crate::registry::{
    CompatibilityVerdict, NewSchema, RegisteredSchema, RegistryError, SchemaRegistry, VersionSelector,
    describe_rules,
};
use crate::startup::{Acceptance, StartupError};
use crate::subject::{Role, full_name};
use std::sync::Arc;

/// A type that is to be written to one half of a topic's records.
pub(crate) struct Candidate {
    heading: Heading,
    /// The full name of its schema.
    pub(crate) name: String,
}

impl Candidate {
    pub(crate) fn of<T: AvroSchema>(
        registry: Arc<dyn SchemaRegistry>,
        topic: &str,
        role: Role,
        options: &SerializerOptions,
    ) -> Result<Self, SerializeError> {
        let name = full_name(&own_schema(T::SCHEMA, &[])?);
        let own = (NewSchema::avro(T::SCHEMA), Vec::new());
        Ok(Self { heading: Heading::new(registry, topic, role, options, own, &name), name })
    }

    /// The subject that the schema stands under, as far as it is known.
    pub(crate) fn subject(&self) -> &str {
        self.heading.subject()
    }

    /// What a serializer with these options would be told.
    pub(crate) async fn acceptance(&self) -> Result<Acceptance, StartupError> {
        match self.ask().await {
            Ok(acceptance) => Ok(acceptance),
            Err(error) => match error.into_kind() {
                SerializeErrorKind::Registry { subject, answer } if !is_verdict(&answer) => {
                    Err(StartupError::Registry { subject, answer })
                }
                SerializeErrorKind::Reference(error) if error.is_retriable() => {
                    Err(StartupError::Reference { subject: self.subject().to_owned(), error })
                }
                refusal => Ok(Acceptance::Refused { reasons: vec![refusal.to_string()] }),
            },
        }
    }

    async fn ask(&self) -> Result<Acceptance, SerializeError> {
        let subject = self.heading.known_subject().await?;
        let Heading { registry, options, own, references, .. } = &self.heading;
        let register = match options.source {
            SchemaSource::Register { normalize } => Some((normalize, SchemaSource::Lookup { normalize })),
            _ => None,
        };
        // To register what is there comes to the same as to look it up.
        let looking = match &register {
            Some((_, lookup)) => &options.clone().with_source(lookup.clone()),
            None => options,
        };
        let search = Search { registry: &**registry, subject, options: looking, own, references };
        let SchemaSource::Lookup { normalize } = looking.source else {
            return search.run().await.map(|found| registered(&found.schema));
        };
        match search.run().await {
            Ok(found) => Ok(registered(&found.schema)),
            Err(error) => match error.kind() {
                SerializeErrorKind::Registry { answer, .. } if is_missing(answer) => {
                    let verdict = self.verdict(subject, normalize).await?;
                    if register.is_some() {
                        self.if_open(subject, verdict).await
                    } else {
                        Ok(not_registered(subject, verdict))
                    }
                }
                _ => Err(error),
            },
        }
    }

    /// That verdict, unless the registry takes no new versions, which is told beside what else is wrong.
    async fn if_open(&self, subject: &str, verdict: Acceptance) -> Result<Acceptance, SerializeError> {
        let closed = match self.heading.registry.closed_for_writing(subject).await {
            Ok(closed) => closed,
            // Who may not ask, or not here, finds out when it writes.
            Err(RegistryError::Refused { .. } | RegistryError::Unsupported(_)) => None,
            Err(answer) => {
                return Err(SerializeErrorKind::Registry { subject: subject.to_owned(), answer }.into());
            }
        };
        let Some(why) = closed else { return Ok(verdict) };
        let first = format!("the registry takes no new versions of {subject:?}, for {why}");
        let more = if let Acceptance::Refused { reasons } = verdict { reasons } else { Vec::new() };
        Ok(Acceptance::Refused { reasons: std::iter::once(first).chain(more).collect() })
    }

    /// The registry's opinion on a schema that is not registered.
    async fn verdict(&self, subject: &str, normalize: bool) -> Result<Acceptance, SerializeError> {
        let Heading { registry, own, .. } = &self.heading;
        let failed = |answer| SerializeErrorKind::Registry { subject: subject.to_owned(), answer };
        let CompatibilityVerdict { compatible, mut messages } =
            match registry.would_accept(subject, own, normalize).await {
                // Some registries know no verdict about a subject that has no version to compare with.
                Err(answer) if is_missing(&answer) => {
                    CompatibilityVerdict { compatible: true, messages: Vec::new() }
                }
                verdict => verdict.map_err(failed)?,
            };
        if !compatible {
            if messages.is_empty() {
                messages.push("the registry says that it is incompatible, and not why".to_owned());
            }
            return Ok(Acceptance::Refused { reasons: messages });
        }
        // A new version inherits the rules of the one before.
        match registry.version(subject, VersionSelector::Latest).await {
            Ok(latest) => {
                let rules = describe_rules(latest.rules.on_write());
                if rules.is_empty() {
                    Ok(Acceptance::WouldBeAccepted)
                } else {
                    Err(SerializeErrorKind::Rules { subject: subject.to_owned(), rules }.into())
                }
            }
            Err(answer) if is_missing(&answer) => Ok(Acceptance::WouldBeAccepted),
            Err(answer) => Err(failed(answer).into()),
        }
    }
}

fn registered(schema: &RegisteredSchema) -> Acceptance {
    Acceptance::Registered { id: schema.id, version: schema.version }
}

fn not_registered(subject: &str, verdict: Acceptance) -> Acceptance {
    let first = format!(
        "the schema is not registered under {subject:?}, and these options do not register \
         (auto.register.schemas=false)"
    );
    let reasons = match verdict {
        Acceptance::Refused { reasons } => std::iter::once(first).chain(reasons).collect(),
        _ => vec![format!("{first}; the registry would accept it")],
    };
    Acceptance::Refused { reasons }
}

fn is_missing(answer: &RegistryError) -> bool {
    matches!(answer, RegistryError::Refused { status: 404, .. })
}

/// Whether the answer says something about the schema: not that nobody could be asked.
fn is_verdict(answer: &RegistryError) -> bool {
    !answer.is_retriable() && !matches!(answer, RegistryError::Unsupported(_))
}
