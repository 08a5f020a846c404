//! Following references: everything that a schema builds on, directly or not (semantics §1.5).

use std::collections::HashMap;

use super::unreadable::{self, Phase, UnreadableSchema};
use super::{ReferenceRequest, Registry, RegistryError, SchemaRequest};
use crate::domain::{Reference, Subject, Version};
use crate::schema_type::ReferencedText;

/// How many schemas one schema may build on. A bound against schemas that fan out without end, far above real ones.
const MAX_SCHEMAS: usize = 10_000;

/// The schemas that references lead to.
#[derive(Clone, Debug, Default)]
pub(super) struct Resolved {
    /// The references with their versions as numbers.
    pub(super) references: Vec<Reference>,
    /// The version that each of them leads to.
    pub(super) targets: Vec<(Subject, Version)>,
    /// The texts of everything, each behind what it builds on itself.
    pub(super) texts: Vec<ReferencedText>,
}

/// Why references cannot be followed.
#[derive(Debug)]
pub(super) enum Unresolved {
    /// A reference is incomplete or leads nowhere.
    Invalid {
        /// The text for the client.
        details: String,
        /// All references, with numbers for `latest` as far as they were followed.
        references: Vec<ReferenceRequest>,
    },
    /// The store failed.
    Failed(RegistryError),
}

/// What ended the way along references.
enum Obstacle {
    /// A text for the client.
    Invalid(String),
    Failed(RegistryError),
}

/// A schema whose references are being followed.
struct Open {
    /// Relative to this subject's context.
    referrer: Subject,
    /// The references that are left, in reverse.
    left: Vec<ReferenceRequest>,
    /// The text that is known once all of them are done; `None` for the schema that was asked about.
    done: Option<ReferencedText>,
}

impl Registry {
    /// Follows references depth first. A name that was met is not followed again, which also ends cycles.
    pub(super) async fn resolve_references(
        &self,
        referrer: &Subject,
        references: &[ReferenceRequest],
        include_deleted: bool,
    ) -> Result<Resolved, Unresolved> {
        let mut resolved = Resolved::default();
        if references.is_empty() {
            return Ok(resolved);
        }
        match self.follow(referrer, references, include_deleted, &mut resolved).await {
            Ok(()) => Ok(resolved),
            Err(Obstacle::Invalid(details)) => {
                let followed = resolved.references.iter().map(ReferenceRequest::from);
                let others = references.iter().skip(resolved.references.len()).cloned();
                Err(Unresolved::Invalid { details, references: followed.chain(others).collect() })
            }
            Err(Obstacle::Failed(error)) => Err(Unresolved::Failed(error)),
        }
    }

    async fn follow(
        &self,
        referrer: &Subject,
        references: &[ReferenceRequest],
        include_deleted: bool,
        resolved: &mut Resolved,
    ) -> Result<(), Obstacle> {
        let mut met: HashMap<String, (Subject, Version)> = HashMap::new();
        let mut open = vec![Open {
            referrer: referrer.clone(),
            left: references.iter().rev().cloned().collect(),
            done: None,
        }];
        while let Some(top) = open.last_mut() {
            let Some(reference) = top.left.pop() else {
                resolved.texts.extend(open.pop().and_then(|top| top.done));
                continue;
            };
            let direct = top.done.is_none();
            let (name, subject, asked) = complete(&reference)?;
            if !direct && met.contains_key(name) && !self.settings.strict_reference_versions {
                continue;
            }
            let target = Subject::referenced(subject, top.referrer.context());
            let state = self.reads.subject(&target).await.map_err(|error| Obstacle::Failed(error.into()))?;
            let found = match asked {
                -1 => state.latest(),
                number => Version::new(number.into())
                    .and_then(|number| state.version(number))
                    .filter(|found| include_deleted || !found.deleted),
            };
            let Some(found) = found else {
                return Err(Obstacle::Invalid(format!(
                    "No schema reference found for subject \"{target}\" and version {asked}"
                )));
            };
            if direct {
                resolved.references.push(Reference {
                    name: name.to_owned(),
                    subject: subject.to_owned(),
                    version: found.version,
                });
                resolved.targets.push((target.clone(), found.version));
            }
            if let Some(earlier) = met.get(name) {
                if self.settings.strict_reference_versions && *earlier != (target, found.version) {
                    return Err(Obstacle::Invalid(format!(
                        "Conflicting reference versions for \"{name}\": version {} and version {}",
                        earlier.1, found.version
                    )));
                }
                continue;
            }
            if met.len() >= MAX_SCHEMAS {
                return Err(Obstacle::Invalid(format!("More than {MAX_SCHEMAS} referenced schemas")));
            }
            met.insert(name.to_owned(), (target.clone(), found.version));
            open.push(Open {
                left: found.content.references.iter().rev().map(ReferenceRequest::from).collect(),
                done: Some(ReferencedText { name: name.to_owned(), text: found.content.text.clone() }),
                referrer: target,
            });
        }
        Ok(())
    }
}

/// Refuses what is to be written with a reference without a name: the original takes it, and fails at what comes after it.
pub(super) fn require_names(subject: &Subject, request: &SchemaRequest) -> Result<(), RegistryError> {
    match request.references.iter().find(|reference| reference.name.as_deref() == Some("")) {
        Some(nameless) => Err(UnreadableSchema::error(subject, request, Phase::Parse, &incomplete(nameless))),
        None => Ok(()),
    }
}

/// The details of a refusal for a reference that lacks something.
pub(super) fn incomplete(reference: &ReferenceRequest) -> String {
    format!("Invalid reference: {}", unreadable::reference(reference))
}

/// The three parts of a reference, all of which are required.
fn complete(reference: &ReferenceRequest) -> Result<(&str, &str, i32), Obstacle> {
    match (reference.name.as_deref(), reference.subject.as_deref(), reference.version) {
        (Some(name), Some(subject), Some(version)) => Ok((name, subject, version)),
        _ => Err(Obstacle::Invalid(incomplete(reference))),
    }
}
