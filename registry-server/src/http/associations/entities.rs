//! The entities of responses on associations.

use serde::Serialize;

use super::super::entities::Schema;
use super::super::entity_options::EntityOptions;
use super::TOPIC;
use crate::domain::Association;
use crate::service::{AssociationsWritten, BatchGet, BatchGetResult, Found};

/// A resource and some of its associations.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ResourceEntity<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_namespace: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_id: Option<&'a str>,
    resource_type: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    associations: Vec<InfoEntity<'a>>,
}

impl<'a> ResourceEntity<'a> {
    /// The answer to what was asked for, completed by what was found.
    pub(super) fn found(asked: &'a BatchGet, found: &'a BatchGetResult, options: &'a EntityOptions) -> Self {
        let first = found.associations.first().map(|(association, _)| association);
        Self {
            resource_name: first.map(|one| one.resource_name.as_str()).or(asked.resource_name.as_deref()),
            resource_namespace: first
                .map(|one| one.resource_namespace.as_str())
                .or(asked.resource_namespace.as_deref()),
            resource_id: first.map(|one| one.resource_id.as_str()).or(asked.resource_id.as_deref()),
            resource_type: asked.resource_type.as_deref().unwrap_or(TOPIC),
            associations: found
                .associations
                .iter()
                .map(|(association, schema)| InfoEntity::of(association, schema.as_ref(), options))
                .collect(),
        }
    }

    /// The associations that a change has written.
    pub(super) fn written(written: &'a AssociationsWritten, options: &'a EntityOptions) -> Self {
        Self {
            resource_name: written.resource_name.as_deref(),
            resource_namespace: written.resource_namespace.as_deref(),
            resource_id: written.resource_id.as_deref(),
            resource_type: &written.resource_type,
            associations: written
                .associations
                .iter()
                .map(|one| InfoEntity::of(&one.association, one.schema.as_ref(), options))
                .collect(),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct InfoEntity<'a> {
    subject: String,
    association_type: &'static str,
    lifecycle: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    schema: Option<Schema<'a>>,
}

impl<'a> InfoEntity<'a> {
    fn of(association: &Association, schema: Option<&'a Found>, options: &'a EntityOptions) -> Self {
        Self {
            subject: association.subject.to_string(),
            association_type: association.association_type.as_str(),
            lifecycle: association.lifecycle.as_str(),
            schema: schema.map(|found| Schema::of(found, options)),
        }
    }
}
