//! Writing the associations of a resource.

use super::TOPIC;
use super::check::check_lifecycles;
use super::request::{AssociationEndpoint, AssociationRequest, Change};
use super::settle::{Settled, Wanted, given_subject, parse_subject, settle};
use crate::domain::{Association, Lifecycle};
use crate::security::Permission;
use crate::service::attempts::until_written;
use crate::service::confirm::Done;
use crate::service::{Found, RegisterOptions, Registry, Result};
use crate::store::{Actor, AssociationFilter, AssociationWrite, Put};

/// The associations that a change has written, with the resource.
#[derive(Clone, Debug)]
pub struct AssociationsWritten {
    /// The name of the resource.
    pub resource_name: Option<String>,
    /// The namespace in which the name is unique.
    pub resource_namespace: Option<String>,
    /// The id of the resource.
    pub resource_id: Option<String>,
    /// The kind of the resource.
    pub resource_type: String,
    /// The associations that were written, in the order of the request.
    pub associations: Vec<WrittenAssociation>,
}

/// One association that was written.
#[derive(Clone, Debug)]
pub struct WrittenAssociation {
    /// The association.
    pub association: Association,
    /// The schema that was registered with it.
    pub schema: Option<Found>,
}

impl Registry {
    /// Makes, changes and removes associations of one resource, all or none.
    ///
    /// # Errors
    /// For whatever is wrong with the request or does not fit the state.
    pub async fn change_associations(
        &self,
        request: &AssociationRequest,
        asked: AssociationEndpoint,
        actor: &Actor,
    ) -> Result<AssociationsWritten> {
        let request = &self.with_alias_targets(request).await?;
        request.check(asked)?;
        let mut written = Vec::new();
        for part in &parts(request, asked) {
            let change = || until_written(|| self.try_change(part, asked, actor));
            written.extend(self.done(change).await?);
        }
        if asked == AssociationEndpoint::Mutate && !request.dry_run {
            self.complete(request, &mut written).await?;
        }
        Ok(AssociationsWritten {
            resource_name: request.resource_name.clone(),
            resource_namespace: request.resource_namespace.clone(),
            resource_id: request.resource_id.clone(),
            resource_type: TOPIC.to_owned(),
            associations: if request.dry_run { Vec::new() } else { written },
        })
    }

    /// The request with the targets of aliases in the place of the subjects that stand for them. Nothing that it asks for is
    /// about the alias itself.
    async fn with_alias_targets(&self, request: &AssociationRequest) -> Result<AssociationRequest> {
        let mut meant = request.clone();
        for info in meant.associations.iter_mut().filter(|info| info.change != Change::Delete) {
            let Some(text) = info.subject.as_deref().filter(|text| !text.is_empty()) else { continue };
            let subject = parse_subject(request, text);
            if let Some(target) = self.alias_target(&subject, subject.context()).await? {
                info.subject = Some(target.to_string());
                info.alias = Some(subject);
            }
        }
        Ok(meant)
    }

    /// One attempt; `None` when another writer came first.
    async fn try_change(
        &self,
        request: &AssociationRequest,
        asked: AssociationEndpoint,
        actor: &Actor,
    ) -> Result<Option<Done<Vec<WrittenAssociation>>>> {
        for info in &request.associations {
            if let Some(subject) = given_subject(request, info) {
                // The target of an alias is no matter of who may not write to it.
                let named = info.alias.as_ref().unwrap_or(&subject);
                self.demand_as(Permission::SubjectWrite, &subject, named)?;
            }
        }
        self.check_given_subjects(request).await?;
        if asked != AssociationEndpoint::Mutate {
            request.check_types_differ()?;
        }
        let seen = self.existing_of(request).await?;
        let mut settled = Vec::with_capacity(request.associations.len());
        for info in &request.associations {
            let association_type = info.association_type()?;
            let existing = seen.iter().find(|one| one.association_type == association_type);
            if let Some(existing) = existing {
                self.demand_unnamed(Permission::SubjectWrite, &existing.subject)?;
            }
            let one = settle(request, info, existing)?;
            if let Settled::New(wanted) | Settled::Repeated { wanted, .. } | Settled::Extended(wanted) = &one
            {
                self.demand(Permission::SubjectWrite, &wanted.subject)?;
            }
            self.check_owned_subject(info.change, &one).await?;
            settled.push(one);
        }
        check_lifecycles(&seen, &settled)?;
        for one in &settled {
            self.check_settled(one).await?;
        }
        if request.dry_run {
            return Ok(Some(Done { answer: Vec::new(), is_written: true }));
        }
        let mut write = AssociationWrite {
            resource_id: request.resource_id.clone().unwrap_or_default(),
            resource_type: TOPIC.to_owned(),
            seen,
            ..AssociationWrite::default()
        };
        let mut written = Vec::new();
        for one in settled {
            self.carry_out(one, request, actor, &mut write, &mut written).await?;
        }
        let changes = !write.put.is_empty() || !write.remove.is_empty();
        if changes && self.writes.write_associations(&write, actor).await? == Put::Conflict {
            return Ok(None);
        }
        Ok(Some(Done { answer: written, is_written: changes }))
    }

    /// The answer to a mutation holds every association that the resource has then.
    async fn complete(
        &self,
        request: &AssociationRequest,
        written: &mut Vec<WrittenAssociation>,
    ) -> Result<()> {
        let mut now = self.existing_of(request).await?;
        now.retain(|one| self.shows(&one.subject));
        now.sort_by_key(|one| one.association_type);
        let mut complete = Vec::with_capacity(now.len());
        for association in now {
            let schema = written
                .iter_mut()
                .find(|one| one.association.association_type == association.association_type)
                .and_then(|one| one.schema.take());
            complete.push(WrittenAssociation { association, schema });
        }
        *written = complete;
        Ok(())
    }

    async fn existing_of(&self, request: &AssociationRequest) -> Result<Vec<Association>> {
        let by_id = request.resource_id.as_deref().filter(|id| !id.is_empty());
        let filter = AssociationFilter {
            resource_id: by_id.map(str::to_owned),
            resource_name: by_id.is_none().then(|| request.resource_name.clone()).flatten(),
            resource_namespace: by_id.is_none().then(|| request.resource_namespace.clone()).flatten(),
            resource_type: Some(TOPIC.to_owned()),
            ..AssociationFilter::default()
        };
        self.present(filter).await
    }

    /// Registers the schema of a decision, if it has one, and notes what is to be written.
    async fn carry_out(
        &self,
        settled: Settled,
        request: &AssociationRequest,
        actor: &Actor,
        write: &mut AssociationWrite,
        written: &mut Vec<WrittenAssociation>,
    ) -> Result<()> {
        let (wanted, new) = match settled {
            Settled::Kept | Settled::Repeated { .. } => return Ok(()),
            Settled::Removed(existing) => {
                let scope = self.reads.scope(&existing.subject).await?;
                write.expected.push((existing.subject.clone(), scope.token.clone()));
                write.remove.push(existing.association_type);
                return Ok(());
            }
            Settled::New(wanted) => (wanted, true),
            Settled::Extended(wanted) => (wanted, false),
        };
        let schema = match &wanted.schema {
            Some(schema) => {
                let options = RegisterOptions {
                    normalize: wanted.normalize,
                    actor: actor.clone(),
                    ..RegisterOptions::default()
                };
                Some(self.register(&wanted.subject, schema, &options).await?)
            }
            None => None,
        };
        if !new {
            return Ok(());
        }
        let state = self.reads.subject(&wanted.subject).await?;
        let association = association(request, &wanted, self.writes.now());
        write.expected.push((wanted.subject.clone(), state.scope.token.clone()));
        if wanted.lifecycle == Lifecycle::Strong {
            write.unreferenced.push(wanted.subject);
        }
        write.put.push(association.clone());
        written.push(WrittenAssociation { association, schema });
        Ok(())
    }
}

/// The parts of a request that are carried out one after the other. One that mutates has a part for each run of entries
/// with the same kind of change, and keeps what the earlier parts did when a later one fails, as the original does.
fn parts(request: &AssociationRequest, asked: AssociationEndpoint) -> Vec<AssociationRequest> {
    if asked != AssociationEndpoint::Mutate {
        return vec![request.clone()];
    }
    let runs = request.associations.chunk_by(|one, next| one.change == next.change);
    runs.map(|run| AssociationRequest { associations: run.to_vec(), ..request.clone() }).collect()
}

/// The association that a decision makes.
fn association(request: &AssociationRequest, wanted: &Wanted, now: i64) -> Association {
    Association {
        subject: wanted.subject.clone(),
        guid: uuid::Uuid::new_v4().to_string(),
        resource_name: request.resource_name.clone().unwrap_or_default(),
        resource_namespace: request.resource_namespace.clone().unwrap_or_default(),
        resource_id: request.resource_id.clone().unwrap_or_default(),
        resource_type: TOPIC.to_owned(),
        association_type: wanted.association_type,
        lifecycle: wanted.lifecycle,
        frozen: wanted.lifecycle == Lifecycle::Strong,
        create_ts: now,
        update_ts: now,
    }
}
