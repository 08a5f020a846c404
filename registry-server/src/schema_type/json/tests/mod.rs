//! The rules of JSON Schema as clients of the registry see them.

mod bounds;
mod comparing;
mod peculiar;
mod reading;
mod tagging;

use super::*;

fn parse(text: &str) -> Box<dyn Parsed> {
    JsonSchema.parse(text, &[], Strictness::New).unwrap()
}

fn with_references(text: &str, references: &[(&str, &str)]) -> Result<(), InvalidText> {
    let references: Vec<ReferencedText> = references
        .iter()
        .map(|(name, text)| ReferencedText { name: (*name).to_owned(), text: (*text).to_owned() })
        .collect();
    JsonSchema.parse(text, &references, Strictness::New)?.validate()
}

/// `NAME path` of every finding when the second schema replaces the first.
fn findings(original: &str, update: &str, policy: CompatibilityPolicy) -> Vec<String> {
    let found = parse(update).check(&*parse(original), Direction::Backward, policy);
    let shown = found.messages.iter().map(|message| {
        let name = message.split('"').nth(1).unwrap_or(message);
        let path = message.split('\'').find(|part| part.starts_with("#/")).unwrap_or_default();
        format!("{name} {path}").trim().to_owned()
    });
    shown.collect()
}

fn check_table(table: &[(&str, &str, &[&str])]) {
    for (original, update, expected) in table {
        assert_eq!(
            findings(original, update, CompatibilityPolicy::Strict),
            *expected,
            "{original} -> {update}"
        );
    }
}

/// Puts a `$schema` of the newest draft in front of a schema's members.
fn modern(text: &str) -> String {
    let members = text.trim_start().strip_prefix('{').unwrap();
    let comma = if members.trim_start().starts_with('}') { "" } else { "," };
    format!(r#"{{"$schema":"https://json-schema.org/draft/2020-12/schema"{comma}{members}"#)
}
