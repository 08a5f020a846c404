//! The entities of request bodies (rest-api §4).

use std::collections::{BTreeMap, BTreeSet};

use super::body::Entity;
use super::json::{FromJson, Malformed, Members, Value};
use crate::domain::{Metadata, Rule, RuleKind, RuleMode, RuleSet};
use crate::schema_type::{EntityType, SchemaTags};
use crate::service::{ConfigUpdate, ReferenceRequest, SchemaRequest, TagRequest, Update};

impl Entity for SchemaRequest {
    const NAME: &'static str = "RegisterSchemaRequest";
}

impl FromJson for SchemaRequest {
    fn read(value: &Value) -> Result<Self, Malformed> {
        let members = Members::of(value, Self::NAME)?;
        Ok(Self {
            schema: members.get("schema")?,
            schema_type: members.get("schemaType")?,
            references: members.list("references")?,
            metadata: members.get("metadata")?,
            rule_set: members.get("ruleSet")?,
            version: members.get::<Option<i32>>("version")?.flatten(),
            id: members.get::<Option<i32>>("id")?.flatten(),
            tags_to_add: members.list("schemaTagsToAdd")?,
            tags_to_remove: members.list("schemaTagsToRemove")?,
            propagate_tags: members.get::<Option<bool>>("propagateSchemaTags")?.flatten().unwrap_or(false),
        })
    }
}

impl FromJson for ReferenceRequest {
    fn read(value: &Value) -> Result<Self, Malformed> {
        let members = Members::of(value, "SchemaReference")?;
        Ok(Self {
            name: members.get("name")?,
            subject: members.get("subject")?,
            version: members.get::<Option<i32>>("version")?.flatten(),
        })
    }

    /// Refused later like one that says nothing. The original fails on it; older servers refuse it.
    fn null() -> Option<Self> {
        Some(Self::default())
    }
}

impl FromJson for Metadata {
    fn read(value: &Value) -> Result<Self, Malformed> {
        let members = Members::of(value, "Metadata")?;
        let tags: BTreeMap<String, Vec<String>> = members.get("tags")?.unwrap_or_default();
        Ok(Self {
            tags: tags.into_iter().map(|(path, tags)| (path, tags.into_iter().collect())).collect(),
            properties: members.get("properties")?.unwrap_or_default(),
            sensitive: members.list("sensitive")?.into_iter().collect(),
        })
    }
}

impl<T: FromJson> FromJson for BTreeMap<String, T> {
    fn read(value: &Value) -> Result<Self, Malformed> {
        let members = Members::of(value, "LinkedHashMap")?;
        let mut map = Self::new();
        for (key, value) in members.iter() {
            let value = match value {
                Value::Null => T::null().ok_or_else(|| Malformed::null_in(key))?,
                value => T::read(value)?,
            };
            map.insert(key.to_owned(), value);
        }
        Ok(map)
    }
}

impl FromJson for RuleSet {
    fn read(value: &Value) -> Result<Self, Malformed> {
        let members = Members::of(value, "RuleSet")?;
        Ok(Self {
            migration_rules: members.list("migrationRules")?,
            domain_rules: members.list("domainRules")?,
            encoding_rules: members.list("encodingRules")?,
            enable_at: members.get::<Environment>("enableAt")?.map(|Environment(name)| name.to_owned()),
        })
    }
}

impl FromJson for Rule {
    fn read(value: &Value) -> Result<Self, Malformed> {
        let members = Members::of(value, "Rule")?;
        let tags: BTreeSet<String> = members.list("tags")?.into_iter().collect();
        Ok(Self {
            name: members.get("name")?,
            doc: members.get("doc")?,
            kind: members.get("kind")?.unwrap_or_default(),
            mode: members.get("mode")?.unwrap_or_default(),
            rule_type: members.get("type")?,
            tags,
            params: members.get("params")?.unwrap_or_default(),
            expr: members.get("expr")?,
            on_success: members.get("onSuccess")?,
            on_failure: members.get("onFailure")?,
            disabled: members.get::<Option<bool>>("disabled")?.flatten().unwrap_or(false),
        })
    }
}

/// The value of an enum by its name, or by its place, which the original's JSON library takes as well.
fn named<T: Copy>(value: &Value, what: &str, all: &[T], name: fn(T) -> &'static str) -> Result<T, Malformed> {
    let text = String::read(value)?;
    let text = text.trim();
    let placed = || {
        let place = text.parse::<usize>().ok().filter(|place| place.to_string() == text)?;
        all.get(place).copied()
    };
    all.iter().copied().find(|one| name(*one) == text).or_else(placed).ok_or_else(|| {
        let allowed: Vec<&str> = all.iter().map(|one| name(*one)).collect();
        Malformed::not_among(what, text, &allowed)
    })
}

/// Execution environment, in which rules are enabled.
struct Environment(&'static str);

impl FromJson for Environment {
    fn read(value: &Value) -> Result<Self, Malformed> {
        let all = ["ALL", "CLIENT", "GATEWAY", "SERVER", "NONE"];
        named(value, "ExecutionEnvironment", &all, |name| name).map(Self)
    }
}

impl FromJson for RuleKind {
    fn read(value: &Value) -> Result<Self, Malformed> {
        named(value, "RuleKind", &Self::ALL, Self::as_str)
    }
}

impl FromJson for RuleMode {
    fn read(value: &Value) -> Result<Self, Malformed> {
        named(value, "RuleMode", &Self::ALL, Self::as_str)
    }
}

impl FromJson for SchemaTags {
    fn read(value: &Value) -> Result<Self, Malformed> {
        let members = Members::of(value, "SchemaTags")?;
        let entity = members.raw("schemaEntity").unwrap_or(&Value::Null);
        let entity = Members::of(entity, "SchemaEntity")?;
        let mut tags: Vec<String> = Vec::new();
        for tag in members.list("tags")? {
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        Ok(Self {
            path: entity.get("entityPath")?.unwrap_or_default(),
            entity: entity.get("entityType")?.unwrap_or(EntityType::SrField),
            tags,
        })
    }
}

impl FromJson for EntityType {
    fn read(value: &Value) -> Result<Self, Malformed> {
        named(value, "SchemaEntity$EntityType", &[Self::SrRecord, Self::SrField], Self::as_str)
    }
}

impl Entity for TagRequest {
    const NAME: &'static str = "TagSchemaRequest";
}

impl FromJson for TagRequest {
    fn read(value: &Value) -> Result<Self, Malformed> {
        let members = Members::of(value, Self::NAME)?;
        Ok(Self {
            new_version: members.get::<Option<i32>>("newVersion")?.flatten(),
            tags_to_add: members.list("tagsToAdd")?,
            tags_to_remove: members.list("tagsToRemove")?,
            metadata: members.get("metadata")?,
            rule_set: members.get("ruleSet")?,
            rules_to_merge: members.get("rulesToMerge")?,
            rules_to_remove: members.get("rulesToRemove")?,
        })
    }
}

impl Entity for ConfigUpdate {
    const NAME: &'static str = "ConfigUpdateRequest";
}

impl FromJson for ConfigUpdate {
    fn read(value: &Value) -> Result<Self, Malformed> {
        let members = Members::of(value, Self::NAME)?;
        Ok(Self {
            alias: update(&members, "alias")?,
            alias_for_deks: update(&members, "aliasForDeks")?,
            normalize: update_truth(&members, "normalize")?,
            validate_fields: update_truth(&members, "validateFields")?,
            validate_new_schemas: update_truth(&members, "validateNewSchemas")?,
            validate_rules: update_truth(&members, "validateRules")?,
            compatibility: update(&members, "compatibility")?,
            compatibility_policy: update(&members, "compatibilityPolicy")?,
            compatibility_group: update(&members, "compatibilityGroup")?,
            default_metadata: update(&members, "defaultMetadata")?,
            override_metadata: update(&members, "overrideMetadata")?,
            default_rule_set: update(&members, "defaultRuleSet")?,
            override_rule_set: update(&members, "overrideRuleSet")?,
        })
    }
}

fn update<T: FromJson>(members: &Members<'_>, key: &str) -> Result<Update<T>, Malformed> {
    match members.raw(key) {
        None => Ok(Update::Keep),
        Some(Value::Null) => Ok(Update::Clear),
        Some(value) => T::read(value).map(Update::Set),
    }
}

/// As `update`; a text that says nothing clears like `null`.
fn update_truth(members: &Members<'_>, key: &str) -> Result<Update<bool>, Malformed> {
    Ok(match update::<Option<bool>>(members, key)? {
        Update::Keep => Update::Keep,
        Update::Clear | Update::Set(None) => Update::Clear,
        Update::Set(Some(truth)) => Update::Set(truth),
    })
}

/// The body of a change of mode: the mode, which must be there but may be `null`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ModeRequest {
    /// The mode; the outer `None` for a body that does not name one.
    pub(super) mode: Option<Option<String>>,
}

impl Entity for ModeRequest {
    const NAME: &'static str = "ModeUpdateRequest";
}

impl FromJson for ModeRequest {
    fn read(value: &Value) -> Result<Self, Malformed> {
        let members = Members::of(value, Self::NAME)?;
        let mode = members.raw("mode").map(|_| members.get("mode")).transpose()?;
        Ok(Self { mode })
    }
}
