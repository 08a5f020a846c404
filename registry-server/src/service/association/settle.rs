//! From what is sent about an association to what it is to be (semantics §11.2).

use super::request::{AssociationInfo, AssociationRequest, Change, check_frozen, invalid};
use crate::domain::{Association, AssociationType, Context, Lifecycle, Subject};
use crate::service::{RegistryError, Result, SchemaRequest};

/// The change of one type of a resource's associations.
#[derive(Clone, Debug)]
pub(super) enum Settled {
    /// Nothing: it is as it should be, or not there to be removed.
    Kept,
    /// Make a new one.
    New(Wanted),
    /// Created again: a schema that is under its subject already changes nothing, and another one is refused.
    Repeated { wanted: Wanted, existing: Association },
    /// Register a schema under the subject of one that stays as it is.
    Extended(Wanted),
    /// Remove it.
    Removed(Association),
}

/// An association that is to be written.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub(super) subject: Subject,
    pub(super) association_type: AssociationType,
    pub(super) lifecycle: Lifecycle,
    pub(super) schema: Option<SchemaRequest>,
    pub(super) normalize: bool,
}

/// Decides what is to be done, as far as the resource's present associations tell.
pub(super) fn settle(
    request: &AssociationRequest,
    info: &AssociationInfo,
    existing: Option<&Association>,
) -> Result<Settled> {
    match (info.change, existing) {
        (Change::Delete, None) => Ok(Settled::Kept),
        (Change::Delete, Some(existing)) => {
            check_not_frozen(existing)?;
            Ok(Settled::Removed(existing.clone()))
        }
        (Change::Upsert, Some(existing)) => update(request, info, existing),
        (Change::Upsert, None) => add(request, info),
        (Change::Create, existing) => create(request, info, existing),
    }
}

fn create(
    request: &AssociationRequest,
    info: &AssociationInfo,
    existing: Option<&Association>,
) -> Result<Settled> {
    let wanted = wanted(request, info)?;
    let Some(existing) = existing else { return Ok(Settled::New(wanted)) };
    let same = existing.subject == wanted.subject && existing.lifecycle == wanted.lifecycle;
    if !same {
        return Err(taken(existing));
    }
    Ok(if wanted.schema.is_some() {
        Settled::Repeated { wanted, existing: existing.clone() }
    } else {
        Settled::Kept
    })
}

/// The resource has another association of the type.
pub(super) fn taken(existing: &Association) -> RegistryError {
    RegistryError::AssociationTypeTaken {
        association_type: existing.association_type,
        resource: existing.resource_name.clone(),
    }
}

/// An upsert that finds nothing. What owns a subject is made together with its resource, not later.
fn add(request: &AssociationRequest, info: &AssociationInfo) -> Result<Settled> {
    if info.schema.is_some() {
        return Err(invalid(
            "schema",
            "cannot be provided when adding an association to an existing topic; an association with a schema must be created with the topic",
        ));
    }
    Ok(Settled::New(wanted(request, info)?))
}

fn update(request: &AssociationRequest, info: &AssociationInfo, existing: &Association) -> Result<Settled> {
    let lifecycle = info.lifecycle.unwrap_or(existing.lifecycle);
    if lifecycle == Lifecycle::Weak && info.schema.is_some() {
        return Err(invalid("lifecycle", "cannot be WEAK when schema is provided"));
    }
    if lifecycle == Lifecycle::Strong {
        check_frozen(lifecycle, info.frozen.unwrap_or(existing.frozen))?;
    }
    let given = given_subject(request, info);
    let subject = given.as_ref().unwrap_or(&existing.subject);
    check_subject(request, existing.association_type, lifecycle, subject)?;
    if info.lifecycle.is_none() && info.schema.is_none() {
        // What asks for nothing but what is there is no update.
        if *subject == existing.subject && info.frozen.is_none_or(|frozen| frozen == existing.frozen) {
            return Ok(Settled::Kept);
        }
        return Err(invalid("lifecycle", "at least lifecycle or schema must be provided for update"));
    }
    if let Some(subject) = given.filter(|subject| *subject != existing.subject) {
        let detail =
            format!("subject of association cannot be changed from '{}' to '{subject}'", existing.subject);
        return Err(invalid("subject", detail));
    }
    if lifecycle != existing.lifecycle {
        check_not_frozen(existing)?;
    }
    let wanted = Wanted {
        subject: existing.subject.clone(),
        association_type: existing.association_type,
        lifecycle,
        schema: info.schema.clone(),
        normalize: info.normalize.unwrap_or(false),
    };
    Ok(if wanted.schema.is_some() { Settled::Extended(wanted) } else { Settled::Kept })
}

/// The association that is meant, with everything that was left out filled in.
pub(super) fn wanted(request: &AssociationRequest, info: &AssociationInfo) -> Result<Wanted> {
    let association_type = info.association_type()?;
    let lifecycle = info.lifecycle_or_default();
    check_frozen(lifecycle, info.frozen.unwrap_or(lifecycle == Lifecycle::Strong))?;
    let subject = match given_subject(request, info) {
        Some(subject) => {
            check_subject(request, association_type, lifecycle, &subject)?;
            subject
        }
        None if lifecycle == Lifecycle::Strong => own_subject(request, association_type),
        None => return Err(invalid("subject", "must be provided for WEAK associations")),
    };
    Ok(Wanted {
        subject,
        association_type,
        lifecycle,
        schema: info.schema.clone(),
        normalize: info.normalize.unwrap_or(false),
    })
}

/// A STRONG association uses the resource's own subject, a WEAK one any other.
fn check_subject(
    request: &AssociationRequest,
    association_type: AssociationType,
    lifecycle: Lifecycle,
    subject: &Subject,
) -> Result<()> {
    let own = own_subject(request, association_type);
    match (lifecycle, *subject == own) {
        (Lifecycle::Strong, false) => {
            Err(invalid("subject", format!("frozen associations must use subject '{own}'")))
        }
        (Lifecycle::Weak, true) => {
            Err(invalid("subject", format!("WEAK associations cannot use subject '{own}'")))
        }
        _ => Ok(()),
    }
}

pub(super) fn given_subject(request: &AssociationRequest, info: &AssociationInfo) -> Option<Subject> {
    info.subject.as_deref().filter(|text| !text.is_empty()).map(|text| parse_subject(request, text))
}

fn check_not_frozen(existing: &Association) -> Result<()> {
    if existing.frozen {
        return Err(RegistryError::AssociationFrozen {
            association_type: existing.association_type,
            subject: existing.subject.clone(),
        });
    }
    Ok(())
}

/// The subject that a STRONG association of a resource owns.
fn own_subject(request: &AssociationRequest, association_type: AssociationType) -> Subject {
    let namespace = request.resource_namespace.as_deref().unwrap_or_default();
    let name = request.resource_name.as_deref().unwrap_or_default();
    Subject::parse(&format!(":.{namespace}:{name}-{association_type}"))
}

pub(super) fn parse_subject(request: &AssociationRequest, text: &str) -> Subject {
    match &request.context {
        Some(context) => Subject::parse_in(text, context),
        None => Subject::parse_in(text, &Context::default_context()),
    }
}
