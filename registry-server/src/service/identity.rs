//! The identity hash of a content: semantics §2.1.

use avro_model::identity::IdentityHasher;

use super::ReferenceRequest;
use crate::domain::{Content, Guid, Metadata, RuleSet};

/// The GUID of a text with what belongs to it. A part that is missing contributes nothing.
pub(super) fn guid(
    text: &str,
    references: &[ReferenceRequest],
    metadata: Option<&Metadata>,
    rule_set: Option<&RuleSet>,
) -> Guid {
    let mut hasher = IdentityHasher::new(text);
    for reference in references {
        let name = reference.name.as_deref().unwrap_or_default();
        let subject = reference.subject.as_deref().unwrap_or_default();
        match reference.version {
            Some(version) => hasher.reference(name, subject, version),
            None => hasher.part(name).part(subject),
        };
    }
    if let Some(metadata) = metadata {
        hasher.mark();
        for (path, tags) in &metadata.tags {
            hasher.part(path);
            for tag in tags {
                hasher.part(tag);
            }
        }
        for (key, value) in &metadata.properties {
            hasher.part(key).part(value);
        }
        for key in &metadata.sensitive {
            hasher.part(key);
        }
    }
    if let Some(rules) = rule_set {
        hasher.mark();
        hash_rules(&mut hasher, rules);
    }
    Guid(hasher.finish().0)
}

/// The GUID that a content would have with this text, and if its references named these subjects.
#[must_use]
pub fn guid_of_shown(content: &Content, text: &str, subjects: &[String]) -> Guid {
    let mut references: Vec<ReferenceRequest> =
        content.references.iter().map(ReferenceRequest::from).collect();
    for (reference, subject) in references.iter_mut().zip(subjects) {
        reference.subject = Some(subject.clone());
    }
    guid(text, &references, content.metadata.as_ref(), content.rule_set.as_ref())
}

fn hash_rules(hasher: &mut IdentityHasher, rules: &RuleSet) {
    for rule in rules.lists().into_iter().flatten() {
        for text in [rule.name.as_deref(), rule.doc.as_deref()].into_iter().flatten() {
            hasher.part(text);
        }
        hasher.part(rule.kind.as_str()).part(rule.mode.as_str());
        hasher.part(rule.rule_type.as_deref().unwrap_or_default());
        for tag in &rule.tags {
            hasher.part(tag);
        }
        for (key, value) in &rule.params {
            hasher.part(key).part(value);
        }
        for text in [&rule.expr, &rule.on_success, &rule.on_failure].into_iter().flatten() {
            hasher.part(text);
        }
        if rule.disabled {
            hasher.mark();
        }
    }
    if let Some(environment) = &rules.enable_at {
        hasher.part(environment);
    }
}
