//! The entities of responses: member order and what is left out (rest-api §4).

use serde::Serialize;

use super::entity_options::EntityOptions;
use crate::domain::{Content, Metadata, Reference, RuleSet};
use crate::schema_type::{EntityType, SchemaTags};
use crate::service::{ById, Found, ListedSchema};

/// A version of a subject.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Schema<'a> {
    subject: String,
    version: i32,
    id: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    guid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    schema_type: Option<&'static str>,
    #[serde(flatten)]
    members: ContentMembers<'a>,
}

/// The members that all schema entities end with.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ContentMembers<'a> {
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    references: Vec<ReferenceEntity<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<&'a Metadata>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_set: Option<&'a RuleSet>,
    #[serde(skip_serializing_if = "str::is_empty")]
    schema: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    schema_tags: Vec<TagsEntity<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_id: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ts: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deleted: Option<bool>,
}

impl<'a> ContentMembers<'a> {
    fn of(content: &'a Content, options: &'a EntityOptions) -> Self {
        let qualified = options.qualified.as_deref().unwrap_or_default();
        let references = content.references.iter().enumerate().map(|(at, reference)| ReferenceEntity {
            subject: qualified.get(at).unwrap_or(&reference.subject),
            ..ReferenceEntity::of(reference)
        });
        Self {
            references: references.collect(),
            metadata: content.metadata.as_ref(),
            rule_set: content.rule_set.as_ref(),
            schema: options.text.as_deref().unwrap_or(&content.text),
            schema_tags: options.tags.iter().map(TagsEntity::of).collect(),
            max_id: options.max_id,
            ts: None,
            deleted: None,
        }
    }
}

impl<'a> Schema<'a> {
    /// A version that was read, looked up or listed.
    pub(super) fn of(found: &'a Found, options: &'a EntityOptions) -> Self {
        let mut members = ContentMembers::of(&found.content, options);
        let stored = options.level.only_in_8(found.stored);
        members.ts = stored.map(|stored| stored.ts);
        members.deleted = stored.map(|stored| stored.deleted);
        Self {
            subject: found.subject.to_string(),
            version: found.version.get(),
            id: found.id.get(),
            guid: options.level.only_in_8(Some(options.guid.unwrap_or(found.content.guid).to_string())),
            schema_type: options.level.schema_type(found.content.schema_type.as_str()),
            members,
        }
    }
}

/// A schema by its id or GUID.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SchemaString<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    guid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    schema_type: Option<&'static str>,
    #[serde(flatten)]
    members: ContentMembers<'a>,
}

impl<'a> SchemaString<'a> {
    /// A schema, with a subject-version that holds it or without.
    pub(super) fn of(found: &'a ById, options: &'a EntityOptions, with_holder: bool) -> Self {
        let mut members = ContentMembers::of(&found.content, options);
        let holder = options.level.only_in_8(found.holder.as_ref());
        members.ts = holder.map(|(_, stored)| stored.ts);
        members.deleted = holder.map(|(_, stored)| stored.deleted);
        let named = holder.filter(|_| with_holder).map(|(holder, _)| holder);
        Self {
            subject: named.map(|holder| holder.subject.to_string()),
            version: named.map(|holder| holder.version.get()),
            guid: options.level.only_in_8(Some(options.guid.unwrap_or(found.content.guid).to_string())),
            schema_type: options.level.schema_type(found.content.schema_type.as_str()),
            members,
        }
    }
}

/// The response to a registration.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RegistrationResponse<'a> {
    id: i32,
    #[serde(flatten)]
    details: Option<RegistrationDetails<'a>>,
}

/// The members that follow the id, except in responses that hold nothing else.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct RegistrationDetails<'a> {
    version: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    guid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    schema_type: Option<&'static str>,
    #[serde(flatten)]
    members: ContentMembers<'a>,
}

impl<'a> RegistrationResponse<'a> {
    /// A version that was registered or found.
    pub(super) fn of(found: &'a Found, options: &'a EntityOptions) -> Self {
        let Schema { version, id, guid, schema_type, members, .. } = Schema::of(found, options);
        let details = RegistrationDetails { version, guid, schema_type, members };
        Self { id, details: (!options.level.shows_id_only(found.origin)).then_some(details) }
    }
}

#[derive(Debug, Serialize)]
struct ReferenceEntity<'a> {
    name: &'a str,
    subject: &'a str,
    version: i32,
}

impl<'a> ReferenceEntity<'a> {
    fn of(reference: &'a Reference) -> Self {
        Self { name: &reference.name, subject: &reference.subject, version: reference.version.get() }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct TagsEntity<'a> {
    schema_entity: TaggedEntity<'a>,
    tags: &'a [String],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct TaggedEntity<'a> {
    entity_path: &'a str,
    entity_type: &'static str,
}

impl<'a> TagsEntity<'a> {
    fn of(tags: &'a SchemaTags) -> Self {
        let entity_type = EntityType::as_str(tags.entity);
        Self { schema_entity: TaggedEntity { entity_path: &tags.path, entity_type }, tags: &tags.tags }
    }
}

/// A version in the list of all schemas.
#[derive(Debug, Serialize)]
pub(super) struct ExtendedSchema<'a> {
    #[serde(flatten)]
    schema: Schema<'a>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    aliases: &'a [String],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    associations: Vec<AssociationEntity<'a>>,
}

impl<'a> ExtendedSchema<'a> {
    /// A version with what goes with its subject.
    pub(super) fn of(listed: &'a ListedSchema, options: &'a EntityOptions) -> Self {
        Self {
            schema: Schema::of(&listed.found, options),
            aliases: &listed.aliases,
            associations: listed.associations.iter().map(AssociationEntity::of).collect(),
        }
    }
}

/// An association. `frozen` follows from the lifecycle and is never written.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AssociationEntity<'a> {
    subject: String,
    guid: &'a str,
    resource_name: &'a str,
    resource_namespace: &'a str,
    resource_id: &'a str,
    resource_type: &'a str,
    association_type: &'static str,
    lifecycle: &'static str,
    create_ts: i64,
    update_ts: i64,
}

impl<'a> AssociationEntity<'a> {
    /// An association as it is stored.
    pub(super) fn of(association: &'a crate::domain::Association) -> Self {
        Self {
            subject: association.subject.to_string(),
            guid: &association.guid,
            resource_name: &association.resource_name,
            resource_namespace: &association.resource_namespace,
            resource_id: &association.resource_id,
            resource_type: &association.resource_type,
            association_type: association.association_type.as_str(),
            lifecycle: association.lifecycle.as_str(),
            create_ts: association.create_ts,
            update_ts: association.update_ts,
        }
    }
}
