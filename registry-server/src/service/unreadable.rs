//! The text about a schema that cannot be read: the schema as Java would print it, and the parser's words.
//! See rest-api §3.3.

use std::borrow::Cow;
use std::fmt;

use super::{ReferenceRequest, RegistryError, SchemaRequest, identity};
use crate::domain::{Metadata, Rule, RuleSet, Subject};

/// When a schema was found to be unreadable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// While its text and references were read.
    Parse,
    /// While it was checked or brought into its normal form.
    Validate,
}

/// A schema that cannot be read, as it was sent.
#[derive(Clone, Debug)]
pub struct UnreadableSchema {
    subject: Subject,
    request: SchemaRequest,
    phase: Phase,
    details: String,
}

impl UnreadableSchema {
    pub(super) fn error(
        subject: &Subject,
        request: &SchemaRequest,
        phase: Phase,
        details: &str,
    ) -> RegistryError {
        RegistryError::UnreadableSchema(Box::new(Self {
            subject: subject.clone(),
            request: request.clone(),
            phase,
            details: details.to_owned(),
        }))
    }

    /// The text that a 7.9 server sends.
    #[must_use]
    pub fn text_of_level_7(&self) -> String {
        let (name, refs) = (self.request.type_name(), references(&self.request.references));
        let common = self.common();
        let entity = format!("{{subject={},version=0,id=-1,{common},schemaTags=null}}", self.subject);
        let details = self.details_of_level_7();
        match self.phase {
            Phase::Parse => {
                format!("Invalid schema {entity} with refs {refs} of type {name}, details: {details}")
            }
            Phase::Validate => format!("Invalid schema {entity}, details: {details}"),
        }
    }

    /// A 7.9 server has other words for JSON Schema.
    fn details_of_level_7(&self) -> Cow<'_, str> {
        match (self.request.type_name(), self.details.as_str()) {
            ("JSON", "Invalid JSON schema") => {
                Cow::Owned(format!("Invalid JSON {}", self.request.schema.as_deref().unwrap_or_default()))
            }
            ("JSON", "Invalid JSON") => Cow::Borrowed("Invalid JSON Schema"),
            // It has one word for every text that is JSON and no schema.
            ("JSON", details)
                if details.starts_with("Invalid JSON schema: expected an object or boolean") =>
            {
                Cow::Borrowed("Invalid JSON Schema")
            }
            (_, details) => Cow::Borrowed(details),
        }
    }

    /// The members that both texts show.
    fn common(&self) -> String {
        let request = &self.request;
        format!(
            "schemaType={},references={},metadata={},ruleSet={},schema={}",
            request.type_name(),
            references(&request.references),
            metadata(request.metadata.as_ref()),
            request.rule_set.as_ref().map_or("null".to_owned(), rule_set),
            request.schema.as_deref().unwrap_or_default(),
        )
    }
}

impl fmt::Display for UnreadableSchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let request = &self.request;
        if self.phase == Phase::Parse && request.type_name() != "AVRO" {
            // The providers of the other languages name the type themselves and do not repeat the schema.
            let prefix = format!("Invalid schema of type {}, details: ", request.type_name());
            return write!(f, "{prefix}{prefix}{}", self.details);
        }
        let text = request.schema.as_deref().unwrap_or_default();
        let guid =
            identity::guid(text, &request.references, request.metadata.as_ref(), request.rule_set.as_ref());
        let (name, refs) = (request.type_name(), references(&request.references));
        if self.phase == Phase::Parse {
            write!(f, "Invalid schema of type {name}, details: ")?;
        }
        match self.phase {
            // The original reads a schema that brings its id as one that is stored, whose id it has cleared.
            Phase::Parse => {
                let id = if request.given_id().is_some() { "0" } else { "null" };
                write!(f, "Invalid schema {{subject={},version=null,id={id},", self.subject)
            }
            Phase::Validate => {
                write!(
                    f,
                    "Invalid schema {{subject={},version={},id=-1,",
                    self.subject,
                    request.version_or_zero()
                )
            }
        }?;
        write!(f, "guid={guid},")?;
        write!(f, "{},schemaTags=null,ts=null,deleted=null}}", self.common())?;
        if self.phase == Phase::Parse {
            write!(f, " with refs {refs} of type {name}")?;
        }
        write!(f, ", details: {}", self.details)
    }
}

/// References as Java prints a list of them.
fn references(references: &[ReferenceRequest]) -> String {
    let shown: Vec<String> = references.iter().map(reference).collect();
    format!("[{}]", shown.join(", "))
}

/// A reference as Java prints it: `null` stands in quotes as well.
pub(super) fn reference(reference: &ReferenceRequest) -> String {
    let (name, subject) = (or_null(reference.name.as_deref()), or_null(reference.subject.as_deref()));
    let version = reference.version.map_or("null".to_owned(), |version| version.to_string());
    format!("{{name='{name}', subject='{subject}', version={version}}}")
}

/// A rule set as Java prints it.
fn rule_set(rule_set: &RuleSet) -> String {
    let list = |rules: &[Rule]| rules.iter().map(rule).collect::<Vec<_>>().join(", ");
    format!(
        "Rules{{migrationRules=[{}], domainRules=[{}], encodingRules=[{}], enableAt={}}}",
        list(&rule_set.migration_rules),
        list(&rule_set.domain_rules),
        list(&rule_set.encoding_rules),
        or_null(rule_set.enable_at.as_deref()),
    )
}

/// A rule as Java prints it: some of its members stand in quotes, `null` among them.
fn rule(rule: &Rule) -> String {
    let tags: Vec<&str> = rule.tags.iter().map(String::as_str).collect();
    let params: Vec<String> = rule.params.iter().map(|(key, value)| format!("{key}={value}")).collect();
    format!(
        "Rule{{name={}, doc={}, kind={}, mode={}, type='{}', tags='[{}]', params='{{{}}}', expr='{}', onSuccess='{}', \
         onFailure='{}', disabled='{}'}}",
        or_null(rule.name.as_deref()),
        or_null(rule.doc.as_deref()),
        rule.kind.as_str(),
        rule.mode.as_str(),
        or_null(rule.rule_type.as_deref()),
        tags.join(", "),
        params.join(", "),
        or_null(rule.expr.as_deref()),
        or_null(rule.on_success.as_deref()),
        or_null(rule.on_failure.as_deref()),
        rule.disabled,
    )
}

fn or_null(text: Option<&str>) -> &str {
    text.unwrap_or("null")
}

fn metadata(metadata: Option<&Metadata>) -> String {
    let Some(metadata) = metadata else { return "null".to_owned() };
    let joined = |parts: Vec<String>| parts.join(", ");
    let tags = metadata.tags.iter().map(|(path, tags)| {
        let tags: Vec<&str> = tags.iter().map(String::as_str).collect();
        format!("{path}=[{}]", tags.join(", "))
    });
    let properties = metadata.properties.iter().map(|(key, value)| format!("{key}={value}"));
    format!(
        "Metadata{{tags={{{}}}, properties={{{}}}, sensitive=[{}]}}",
        joined(tags.collect()),
        joined(properties.collect()),
        joined(metadata.sensitive.iter().cloned().collect()),
    )
}
