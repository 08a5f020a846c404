//! The rules that a schema carries for its clients (wire-format §6).
//!
//! Confluent's clients can encrypt fields, check conditions or migrate data as the schema's rule set says. This crate
//! runs no rules, and a rule that should have run and did not means ciphertext read as text, or data that nobody
//! checked. So the serializer and the deserializer ask here which rules concern them and refuse with their names.

use serde::{Deserialize, Deserializer, Serialize};

/// All rules of a schema.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct RuleSet {
    /// Rules that turn data of one version into that of the version before or after it.
    #[serde(deserialize_with = "null_is_default")]
    pub migration_rules: Vec<Rule>,
    /// Rules on the values: conditions, transformations, encryption of fields.
    #[serde(deserialize_with = "null_is_default")]
    pub domain_rules: Vec<Rule>,
    /// Rules on the encoded bytes: encryption of the payload.
    #[serde(deserialize_with = "null_is_default")]
    pub encoding_rules: Vec<Rule>,
}

/// One rule, as far as deciding whether it concerns us needs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Rule {
    /// Its name, unique in the schema.
    #[serde(deserialize_with = "null_is_default")]
    pub name: String,
    /// Whether it changes the data or tests it.
    #[serde(deserialize_with = "null_is_default")]
    pub kind: RuleKind,
    /// When it runs.
    #[serde(deserialize_with = "null_is_default")]
    pub mode: RuleMode,
    /// The executor that runs it: `ENCRYPT`, `CEL`, `JSONATA`, …
    #[serde(rename = "type", deserialize_with = "null_is_default")]
    pub executor: String,
    /// A disabled rule runs nowhere.
    #[serde(deserialize_with = "null_is_default")]
    pub disabled: bool,
}

/// Whether a rule changes data or tests it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "UPPERCASE")]
#[non_exhaustive]
pub enum RuleKind {
    /// It tests the data.
    Condition,
    /// It changes the data; also what an unknown kind is taken for, since that is the dangerous one.
    #[default]
    #[serde(other)]
    Transform,
}

/// The moments at which a rule runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "UPPERCASE")]
#[non_exhaustive]
pub enum RuleMode {
    /// From an older version to this one.
    Upgrade,
    /// From this version to an older one.
    Downgrade,
    /// Both of these.
    UpDown,
    /// When a message is written.
    Write,
    /// When a message is read.
    Read,
    /// At both ends; also what an unknown mode is taken for, so that nothing is missed.
    #[default]
    #[serde(other)]
    WriteRead,
}

impl RuleSet {
    /// The rules that should run when a message with this schema is written.
    pub fn on_write(&self) -> impl Iterator<Item = &Rule> {
        self.on_data(&[RuleMode::Write, RuleMode::WriteRead])
    }

    /// The rules that should run when a message with this schema is read.
    pub fn on_read(&self) -> impl Iterator<Item = &Rule> {
        self.on_data(&[RuleMode::Read, RuleMode::WriteRead])
    }

    /// The rules that should run between this version and another one.
    pub fn on_migration(&self) -> impl Iterator<Item = &Rule> {
        self.migration_rules.iter().filter(|rule| !rule.disabled)
    }

    fn on_data<'a>(&'a self, modes: &'static [RuleMode]) -> impl Iterator<Item = &'a Rule> {
        let rules = self.domain_rules.iter().chain(&self.encoding_rules);
        rules.filter(move |rule| !rule.disabled && modes.contains(&rule.mode))
    }
}

/// `ENCRYPT rule "name"` for each.
pub(crate) fn describe_rules<'a>(rules: impl Iterator<Item = &'a Rule>) -> Vec<String> {
    rules.map(|rule| format!("{} rule {:?}", rule.executor, rule.name)).collect()
}

fn null_is_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names<'a>(rules: impl Iterator<Item = &'a Rule>) -> Vec<&'a str> {
        rules.map(|rule| rule.name.as_str()).collect()
    }

    #[test]
    fn rules_concern_the_side_that_their_mode_names() {
        let rules: RuleSet = serde_json::from_str(
            r#"{
              "migrationRules": [{"name":"up","mode":"UPGRADE","type":"JSONATA"},
                                 {"name":"down","mode":"DOWNGRADE","type":"JSONATA","disabled":true}],
              "domainRules": [{"name":"check","kind":"CONDITION","mode":"WRITE","type":"CEL"},
                              {"name":"mask","kind":"TRANSFORM","mode":"READ","type":"CEL_FIELD"},
                              {"name":"seal","type":"ENCRYPT","tags":["PII"]},
                              {"name":"off","type":"ENCRYPT","disabled":true}],
              "encodingRules": [{"name":"whole","mode":"WRITEREAD","type":"ENCRYPT_PAYLOAD"},
                                {"name":"later","mode":"SOMETIMES","type":"NEW"}],
              "enableAt": "CLIENT"}"#,
        )
        .unwrap();
        assert_eq!(names(rules.on_write()), ["check", "seal", "whole", "later"]);
        assert_eq!(names(rules.on_read()), ["mask", "seal", "whole", "later"]);
        assert_eq!(names(rules.on_migration()), ["up"]);
        assert_eq!(rules.domain_rules[0].kind, RuleKind::Condition);
    }

    #[test]
    fn a_rule_that_says_nothing_of_itself_changes_data_at_both_ends() {
        for text in ["{}", r#"{"name":null,"kind":null,"mode":null,"type":null,"disabled":null}"#] {
            let rule: Rule = serde_json::from_str(text).unwrap();
            assert_eq!(
                (rule.kind, rule.mode, rule.disabled),
                (RuleKind::Transform, RuleMode::WriteRead, false),
                "{text}"
            );
        }
    }

    #[test]
    fn absent_and_null_lists_hold_no_rules() {
        for text in ["{}", r#"{"domainRules":null,"migrationRules":[],"encodingRules":[]}"#] {
            assert_eq!(serde_json::from_str::<RuleSet>(text).unwrap(), RuleSet::default(), "{text}");
        }
    }
}
