//! Checks of a change of associations against the state of the subjects (semantics §11.2).

use super::request::{AssociationRequest, Change, invalid};
use super::settle::{Settled, Wanted, given_subject, taken};
use crate::domain::{Association, Lifecycle, Mode, Subject};
use crate::service::scope::effective_mode;
use crate::service::{Registry, RegistryError, Result, SchemaRequest};
use crate::store::{ScopeState, SubjectState};

impl Registry {
    /// Refuses subjects that may not be written to, before anything is compared with what the resource has.
    pub(super) async fn check_given_subjects(&self, request: &AssociationRequest) -> Result<()> {
        for subject in request.associations.iter().filter_map(|info| given_subject(request, info)) {
            // With the versions, which the later checks ask for.
            check_associable(&self.reads.subject(&subject).await?.scope, &subject)?;
        }
        Ok(())
    }

    /// Checks whether a subject can become a resource's own, which is decided for each entry before the entries are
    /// compared with each other.
    pub(super) async fn check_owned_subject(&self, change: Change, settled: &Settled) -> Result<()> {
        let Settled::New(wanted) = settled else { return Ok(()) };
        if wanted.lifecycle == Lifecycle::Weak {
            return Ok(());
        }
        let state = self.reads.subject(&wanted.subject).await?;
        if effective_mode(&state.scope) == Mode::Import {
            return Ok(());
        }
        let Some(schema) = &wanted.schema else {
            return Err(match change {
                Change::Create => {
                    invalid("schema", "schema must be provided when creating a frozen association")
                }
                _ => invalid(
                    "lifecycle",
                    "cannot be STRONG when creating an association; STRONG associations must be created with the topic",
                ),
            });
        };
        if state.latest().is_none() || state.versions.len() == 1 && self.holds(wanted, schema).await? {
            return Ok(());
        }
        Err(invalid("frozen", "cannot create a frozen association when schemas already exist in the subject"))
    }

    /// Whether a schema is registered under the subject of an association.
    async fn holds(&self, wanted: &Wanted, schema: &SchemaRequest) -> Result<bool> {
        match self.lookup(&wanted.subject, schema, wanted.normalize, false).await {
            Ok(_) => Ok(true),
            Err(RegistryError::SubjectNotFound(_) | RegistryError::NoSchema) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Checks a decision against the state of its subject.
    pub(super) async fn check_settled(&self, settled: &Settled) -> Result<()> {
        let wanted = match settled {
            Settled::Kept => return Ok(()),
            Settled::Removed(existing) => {
                let scope = self.reads.scope(&existing.subject).await?;
                return check_associable(&scope, &existing.subject);
            }
            Settled::Repeated { wanted, existing } => {
                return match &wanted.schema {
                    Some(schema) if !self.holds(wanted, schema).await? => Err(taken(existing)),
                    _ => Ok(()),
                };
            }
            Settled::New(wanted) | Settled::Extended(wanted) => wanted,
        };
        let state = self.reads.subject(&wanted.subject).await?;
        check_associable(&state.scope, &wanted.subject)?;
        match settled {
            Settled::New(_) => self.check_new(wanted, &state).await,
            _ => Ok(()),
        }
    }

    async fn check_new(&self, wanted: &Wanted, state: &SubjectState) -> Result<()> {
        let subject = &wanted.subject;
        if wanted.schema.is_some() && effective_mode(&state.scope) == Mode::Import {
            let detail = format!("cannot be provided while subject '{subject}' is in IMPORT mode");
            return Err(invalid("schema", detail));
        }
        if wanted.schema.is_none() && state.latest().is_none() {
            return Err(RegistryError::NoActiveVersion(subject.clone()));
        }
        let others = self.associations_of(subject).await?;
        match wanted.lifecycle {
            Lifecycle::Weak if others.iter().any(|one| one.lifecycle == Lifecycle::Strong) => {
                Err(RegistryError::SubjectOwned(subject.clone()))
            }
            Lifecycle::Weak => Ok(()),
            Lifecycle::Strong if !others.is_empty() => Err(RegistryError::SubjectAssociated(subject.clone())),
            Lifecycle::Strong => self.check_unreferenced(subject).await,
        }
    }

    /// Nothing may build on a subject that becomes a resource's own.
    async fn check_unreferenced(&self, subject: &Subject) -> Result<()> {
        let active = self.obstacles(subject, None, |one| !one.deleted && one.subject != *subject);
        match active.await?.first() {
            Some(referrer) => Err(RegistryError::ReferencesExist(subject.clone(), referrer.target)),
            None => Ok(()),
        }
    }
}

fn check_associable(scope: &ScopeState, subject: &Subject) -> Result<()> {
    if scope.is_read_only() { Err(RegistryError::AssociationReadOnly(subject.clone())) } else { Ok(()) }
}

/// All associations of a resource have the same lifecycle.
pub(super) fn check_lifecycles(seen: &[Association], settled: &[Settled]) -> Result<()> {
    let removed = |one: &&Association| {
        settled.iter().any(|settled| {
            matches!(settled, Settled::Removed(removed) if removed.association_type == one.association_type)
        })
    };
    let mut all: Vec<(&'static str, Lifecycle)> = Vec::new();
    for one in seen.iter().filter(|one| !removed(one)) {
        all.push((one.association_type.as_str(), one.lifecycle));
    }
    for one in settled {
        if let Settled::New(wanted) = one {
            all.push((wanted.association_type.as_str(), wanted.lifecycle));
        }
    }
    if all.windows(2).all(|pair| pair[0].1 == pair[1].1) {
        return Ok(());
    }
    let shown: Vec<String> =
        all.iter().map(|(association_type, lifecycle)| format!("{association_type}={lifecycle}")).collect();
    Err(invalid(
        "lifecycle",
        format!("all associations for a resource must have the same lifecycle, but got {}", shown.join(", ")),
    ))
}
