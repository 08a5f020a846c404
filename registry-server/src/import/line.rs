//! A line of an import: one version as a JSON object, with the members that `GET /schemas` answers.

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::domain::{Guid, Metadata, RuleSet, SchemaId, Subject, Version};
use crate::service::{ImportRequest, ReferenceRequest, SchemaRequest};

/// A line, read.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) request: ImportRequest,
    /// The identity that the other registry gave for it.
    pub(super) guid: Option<Guid>,
}

/// The members that a line may have.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Members {
    subject: String,
    version: i64,
    id: i64,
    schema: String,
    #[serde(default)]
    schema_type: Option<String>,
    #[serde(default)]
    references: Option<Vec<ReferenceMembers>>,
    #[serde(default)]
    metadata: Option<Metadata>,
    #[serde(default)]
    rule_set: Option<RuleSet>,
    #[serde(default)]
    deleted: Option<bool>,
    #[serde(default)]
    ts: Option<i64>,
    #[serde(default)]
    guid: Option<String>,
    /// Follows from the text.
    #[serde(default, rename = "schemaTags")]
    _schema_tags: IgnoredAny,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReferenceMembers {
    name: String,
    subject: String,
    version: i32,
}

impl Line {
    /// # Errors
    /// Reads a line; the error says what is wrong with it.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let members: Members = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let version = Version::new(members.version)
            .ok_or_else(|| format!("version {} is not between 1 and 2147483647", members.version))?;
        let id = SchemaId::new(members.id)
            .ok_or_else(|| format!("id {} is not between 0 and 2147483647", members.id))?;
        let guid =
            members.guid.map(|guid| guid.parse::<Guid>().map_err(|error| error.to_string())).transpose()?;
        let references =
            members.references.unwrap_or_default().into_iter().map(|reference| ReferenceRequest {
                name: Some(reference.name),
                subject: Some(reference.subject),
                version: Some(reference.version),
            });
        let schema = SchemaRequest {
            schema: Some(members.schema),
            schema_type: members.schema_type,
            references: references.collect(),
            metadata: members.metadata,
            rule_set: members.rule_set,
            ..SchemaRequest::default()
        };
        let subject = Subject::parse(&members.subject);
        let deleted = members.deleted.unwrap_or(false);
        Ok(Self { request: ImportRequest { subject, version, id, schema, deleted, ts: members.ts }, guid })
    }

    /// The subjects that it refers to directly.
    pub(super) fn references(&self) -> impl Iterator<Item = Subject> + '_ {
        let context = self.request.subject.context();
        let named = self.request.schema.references.iter().filter_map(|one| one.subject.as_deref());
        named.map(move |name| Subject::referenced(name, context))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_what_the_list_of_schemas_answers() {
        let text = r#"{"subject":":.c:s","version":2,"id":7,"guid":"01234567-89ab-cdef-0123-456789abcdef","schemaType":"JSON",
            "references":[{"name":"r","subject":"t","version":1}],"metadata":{"properties":{"a":"b"}},"ruleSet":{},
            "schema":"{}","deleted":true,"ts":5,"schemaTags":[{"tags":["PII"]}]}"#;
        let line = Line::parse(text).unwrap();
        let ImportRequest { subject, version, id, schema, deleted, ts } = &line.request;
        assert_eq!((subject.to_string().as_str(), version.get(), id.get()), (":.c:s", 2, 7));
        assert_eq!((*deleted, *ts), (true, Some(5)));
        assert_eq!((schema.schema_type.as_deref(), schema.schema.as_deref()), (Some("JSON"), Some("{}")));
        assert_eq!(schema.metadata.as_ref().unwrap().properties["a"], "b");
        assert!(schema.rule_set.is_some() && line.guid.is_some());
        assert_eq!(line.references().map(|subject| subject.to_string()).collect::<Vec<_>>(), [":.c:t"]);
        let least = Line::parse(r#"{"subject":"s","version":1,"id":0,"schema":"\"int\""}"#).unwrap();
        assert!(!least.request.deleted && least.request.schema.schema_type.is_none());
    }

    #[test]
    fn references_lead_where_those_of_registrations_do() {
        for (subject, reference, leads_to) in [
            ("s", "t", "t"),
            ("s", ":.:t", "t"),
            ("s", ":.c:t", ":.c:t"),
            (":.c:s", "t", ":.c:t"),
            (":.c:s", ":.d:t", ":.d:t"),
            // Nothing in the default context can be referred to from another one.
            (":.c:s", ":.:t", ":.c::.:t"),
        ] {
            let reference = format!(r#"{{"name":"r","subject":"{reference}","version":1}}"#);
            let line = format!(
                r#"{{"subject":"{subject}","version":1,"id":1,"schema":"","references":[{reference}]}}"#
            );
            let references: Vec<Subject> = Line::parse(&line).unwrap().references().collect();
            assert_eq!(references, [Subject::parse(leads_to)], "{line}");
        }
    }

    #[test]
    fn what_is_wrong_is_told() {
        for (text, part) in [
            ("", "EOF"),
            ("[]", "invalid"),
            (r#"{"version":1,"id":1,"schema":""}"#, "missing field `subject`"),
            (r#"{"subject":"s","version":0,"id":1,"schema":""}"#, "version 0 is not between 1"),
            (r#"{"subject":"s","version":1,"id":-1,"schema":""}"#, "id -1 is not between 0"),
            (r#"{"subject":"s","version":1,"id":2147483648,"schema":""}"#, "id 2147483648"),
            (
                r#"{"subject":"s","version":1,"id":1,"schema":"","schematype":"JSON"}"#,
                "unknown field `schematype`",
            ),
            (r#"{"subject":"s","version":1,"id":1,"schema":"","guid":"x"}"#, "'x' is not a GUID"),
        ] {
            let message = Line::parse(text).unwrap_err();
            assert!(message.contains(part), "{text}: {message}");
        }
    }
}
