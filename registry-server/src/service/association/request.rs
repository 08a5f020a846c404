//! Requests about associations, and their faults that need no state to be seen (semantics §11.2).

use super::TOPIC;
use super::settle::{parse_subject, wanted};
use crate::domain::{AssociationType, Context, Lifecycle, Subject};
use crate::service::{RegistryError, Result, SchemaRequest};

/// A change of the associations of one resource, as it is sent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AssociationRequest {
    /// The name of the resource.
    pub resource_name: Option<String>,
    /// The namespace in which the name is unique.
    pub resource_namespace: Option<String>,
    /// The id of the resource.
    pub resource_id: Option<String>,
    /// The kind of the resource; none is a topic.
    pub resource_type: Option<String>,
    /// The associations, each with what to do with it.
    pub associations: Vec<AssociationInfo>,
    /// The context in which bare subjects are meant.
    pub context: Option<Context>,
    /// Check everything, write nothing.
    pub dry_run: bool,
}

/// The endpoint that a request came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssociationEndpoint {
    /// The one that creates.
    Create,
    /// The one that makes or changes.
    Upsert,
    /// The one that takes many requests with many kinds of changes.
    Mutate,
}

/// The change of an association.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Change {
    /// Make it; it must not be there, or be the same.
    #[default]
    Create,
    /// Make or change it.
    Upsert,
    /// Remove it, if it is there.
    Delete,
}

/// One association, as it is sent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AssociationInfo {
    /// The change.
    pub change: Change,
    /// The subject.
    pub subject: Option<String>,
    /// The alias by which the request names it, if the subject was put in its place.
    pub alias: Option<Subject>,
    /// `key` or `value`; none is `value`.
    pub association_type: Option<String>,
    /// The lifecycle; by default STRONG with a schema and WEAK without.
    pub lifecycle: Option<Lifecycle>,
    /// Whether it can no longer be changed.
    pub frozen: Option<bool>,
    /// A schema to be registered under the subject.
    pub schema: Option<SchemaRequest>,
    /// Whether to bring the schema into its normal form.
    pub normalize: Option<bool>,
}

impl AssociationRequest {
    /// Checks what can be seen without looking at the state, in the order of the original, which is another one for
    /// each way of asking.
    pub(super) fn check(&self, asked: AssociationEndpoint) -> Result<()> {
        check_name("resourceName", self.resource_name.as_deref())?;
        check_name("resourceNamespace", self.resource_namespace.as_deref())?;
        if !self.dry_run && self.resource_id.as_deref().is_none_or(str::is_empty) {
            return Err(invalid("resourceId", "cannot be null or empty"));
        }
        if self.resource_type.as_deref().is_some_and(|kind| !kind.is_empty() && kind != TOPIC) {
            return Err(invalid("resourceType", "must be 'topic'"));
        }
        if self.associations.is_empty() {
            return Err(invalid("associations", "cannot be null or empty"));
        }
        for (place, info) in self.associations.iter().enumerate() {
            info.check_subject(self)?;
            match info.change {
                Change::Create => info.check_create()?,
                Change::Upsert => info.check_upsert()?,
                Change::Delete => {
                    info.association_type()?;
                }
            }
            // The others find types that come twice only when all entries are well by themselves.
            if asked == AssociationEndpoint::Mutate {
                check_types_differ(self.associations.iter().take(place + 1))?;
            }
            if info.change == Change::Create {
                wanted(self, info)?;
            }
        }
        Ok(())
    }

    /// Checks that no type comes twice.
    pub(super) fn check_types_differ(&self) -> Result<()> {
        check_types_differ(self.associations.iter())
    }
}

impl AssociationInfo {
    /// A subject that is given has a name that a schema can be registered under.
    fn check_subject(&self, request: &AssociationRequest) -> Result<()> {
        let is_valid =
            |text: &str| !text.is_empty() && parse_subject(request, text).check_registrable().is_ok();
        if self.subject.as_deref().is_none_or(is_valid) {
            return Ok(());
        }
        Err(invalid("subject", "must not be empty"))
    }

    fn check_create(&self) -> Result<()> {
        if self.schema.is_some() {
            if self.lifecycle == Some(Lifecycle::Weak) {
                return Err(invalid("lifecycle", "cannot be WEAK when schema is provided"));
            }
            if self.frozen == Some(false) {
                return Err(invalid("frozen", "cannot be false when a schema is provided"));
            }
        }
        self.association_type()?;
        let lifecycle = self.lifecycle_or_default();
        check_frozen(lifecycle, self.frozen.unwrap_or(lifecycle == Lifecycle::Strong))?;
        if lifecycle == Lifecycle::Weak && self.subject.as_deref().is_none_or(str::is_empty) {
            return Err(invalid("subject", "must be provided for WEAK associations"));
        }
        Ok(())
    }

    fn check_upsert(&self) -> Result<()> {
        self.association_type()?;
        let weak = self.lifecycle == Some(Lifecycle::Weak);
        if weak && self.schema.is_some() {
            return Err(invalid("lifecycle", "cannot be WEAK when schema is provided"));
        }
        if weak && self.frozen == Some(true) {
            return Err(invalid("frozen", "association with lifecycle of WEAK cannot be frozen"));
        }
        Ok(())
    }

    /// The lifecycle that is meant: with a schema STRONG, without WEAK.
    pub(super) fn lifecycle_or_default(&self) -> Lifecycle {
        let default = if self.schema.is_some() { Lifecycle::Strong } else { Lifecycle::Weak };
        self.lifecycle.unwrap_or(default)
    }

    /// The type that is meant.
    pub(super) fn association_type(&self) -> Result<AssociationType> {
        match self.association_type.as_deref() {
            None | Some("") => Ok(AssociationType::default()),
            Some(name) => AssociationType::from_name(name)
                .ok_or_else(|| invalid("associationType", "must be either 'key' or 'value'")),
        }
    }
}

fn check_types_differ<'a>(infos: impl Iterator<Item = &'a AssociationInfo>) -> Result<()> {
    let mut met = Vec::new();
    for info in infos {
        let association_type = info.association_type()?;
        if met.contains(&association_type) {
            let detail =
                format!("may only appear once per request, but '{association_type}' appears more than once");
            return Err(invalid("associationType", detail));
        }
        met.push(association_type);
    }
    Ok(())
}

/// A STRONG association is frozen, a WEAK one is not.
pub(super) fn check_frozen(lifecycle: Lifecycle, frozen: bool) -> Result<()> {
    if frozen == (lifecycle == Lifecycle::Strong) {
        return Ok(());
    }
    Err(invalid("frozen", format!("association with lifecycle of {lifecycle} cannot be frozen={frozen}")))
}

fn check_name(property: &'static str, name: Option<&str>) -> Result<()> {
    let Some(name) = name.filter(|name| !name.is_empty()) else {
        return Err(invalid(property, "cannot be null or empty"));
    };
    match name.chars().find(|c| !(c.is_alphanumeric() || matches!(c, '_' | '-'))) {
        Some(found) => Err(invalid(property, format!("illegal character '{found}'"))),
        None => Ok(()),
    }
}

pub(super) fn invalid(property: &'static str, detail: impl Into<String>) -> RegistryError {
    RegistryError::InvalidAssociation { property, detail: detail.into() }
}
