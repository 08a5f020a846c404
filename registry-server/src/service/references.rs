//! Following references: everything that a schema builds on, directly or not (semantics §1.5).

use std::collections::HashMap;

use super::{ReferenceRequest, Registry, RegistryError};
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
    /// A reference is incomplete or leads nowhere: a text for the client.
    Invalid(String),
    /// The store failed.
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
            let target = Subject::parse_in(subject, top.referrer.context());
            let state =
                self.reads.subject(&target).await.map_err(|error| Unresolved::Failed(error.into()))?;
            let found = match asked {
                -1 => state.latest(),
                number => Version::new(number.into())
                    .and_then(|number| state.version(number))
                    .filter(|found| include_deleted || !found.deleted),
            };
            let Some(found) = found else {
                return Err(Unresolved::Invalid(format!(
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
                    return Err(Unresolved::Invalid(format!(
                        "Conflicting reference versions for \"{name}\": version {} and version {}",
                        earlier.1, found.version
                    )));
                }
                continue;
            }
            if met.len() >= MAX_SCHEMAS {
                return Err(Unresolved::Invalid(format!("More than {MAX_SCHEMAS} referenced schemas")));
            }
            met.insert(name.to_owned(), (target.clone(), found.version));
            open.push(Open {
                left: found.content.references.iter().rev().map(ReferenceRequest::from).collect(),
                done: Some(ReferencedText { name: name.to_owned(), text: found.content.text.clone() }),
                referrer: target,
            });
        }
        Ok(resolved)
    }
}

/// The three parts of a reference, all of which are required.
fn complete(reference: &ReferenceRequest) -> Result<(&str, &str, i32), Unresolved> {
    match (reference.name.as_deref(), reference.subject.as_deref(), reference.version) {
        (Some(name), Some(subject), Some(version)) if !name.is_empty() => Ok((name, subject, version)),
        _ => Err(Unresolved::Invalid(format!(
            "Invalid reference: {}",
            super::unreadable::reference(reference)
        ))),
    }
}
